export const noticeReceived = "notice.received";
export const paymentPaid = "payment.paid";
export const paymentClosed = "payment.closed";
export const refundChanged = "refund.changed";
export const transferChanged = "transfer.changed";
