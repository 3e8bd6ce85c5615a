/**
 * What we asked of the payment channel and what it said. Promises: a channel's number is stored before the call that uses
 * it and never replaced on failure; an unknown answer is asked about, never repeated under a new number; a notice is
 * verified, stored, acknowledged, then applied; what the channel says is announced, and higher domains decide.
 */
export type PaymentState = "created" | "prepaid" | "paid" | "closing" | "closed";
export type RefundState = "requested" | "submitted" | "processing" | "success" | "abnormal" | "closed";
export type TransferState =
  | "created"
  | "accepted"
  | "processing"
  | "waitUserConfirm"
  | "transferring"
  | "success"
  | "fail"
  | "cancelling"
  | "cancelled";

export type PaymentFact = { outTradeNo: string; transactionId: string; amountFen: number; paidAt: Date };
export type RefundFact = { outRefundNo: string; refundNo: string; state: RefundState; at: Date | null };
export type TransferFact = {
  outBillNo: string;
  transferBillNo: string;
  state: TransferState;
  failReason: string | null;
  packageInfo: string | null;
  at: Date | null;
};

/** What `wx.requestPayment` takes. */
export type PayParams = { timeStamp: string; nonceStr: string; package: string; signType: "RSA"; paySign: string };
