/** subjectId: the case; payload {orderLineId, residentId, leaderId, supplierId, requestedFen, isAutomatic}. */
export const afterSaleReported = "aftersale.reported";
/** subjectId: the case; payload {decision, orderLineId, leaderId, supplierId, responsible, amountFen, refundId}. */
export const afterSaleDecided = "aftersale.decided";
