/** subjectId: the delivery; payload {pickupPointId, routeId, pickupDay}. */
export const deliveryLoaded = "delivery.loaded";
/** subjectId: the delivery; payload {pickupPointId, leaderId, pickupDay, isLate}. */
export const deliveryArrived = "delivery.arrived";
/** subjectId: the delivery; payload {pickupPointId, leaderId, pickupDay, by: "leader" | "clock" | "operator", short, damaged}. */
export const deliverySigned = "delivery.signed";
/** subjectId: the verification; payload {residentId, pickupPointId, leaderId, pickupDay, pieces}. */
export const pickupVerified = "pickup.verified";
/** Uncollected goods go back to the warehouse. subjectId: the order line; payload {supplierId, skuId, warehouseId, quantity, costFen}. */
export const goodsReturned = "goods.returned";
