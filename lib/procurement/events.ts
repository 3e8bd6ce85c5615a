/** subjectId: the purchase order; payload {supplierId, warehouseId, pickupDay}. */
export const purchaseIssued = "purchase.issued";
/** subjectId: the purchase order; payload {supplierId, by: "supplier" | "clock" | "operator"}. */
export const purchaseAccepted = "purchase.accepted";
/** Every line of the purchase order is received. subjectId: the purchase order; payload {supplierId, acceptedFen}. */
export const purchaseReceived = "purchase.received";
