import "server-only";
import { type Fen, fen } from "#lib/kernel/money";

export type TradeState = "SUCCESS" | "REFUND" | "NOTPAY" | "CLOSED" | "REVOKED" | "USERPAYING" | "PAYERROR";
export type RefundState = "SUCCESS" | "CLOSED" | "PROCESSING" | "ABNORMAL";
export type TransferState =
  | "ACCEPTED"
  | "PROCESSING"
  | "WAIT_USER_CONFIRM"
  | "TRANSFERING"
  | "SUCCESS"
  | "FAIL"
  | "CANCELING"
  | "CANCELLED";

/** A payment as the channel's books have it. `amountFen` is null while an unpaid order's answer leaves it out. */
export type ChannelPayment = {
  outTradeNo: string;
  transactionId: string | null;
  state: TradeState;
  amountFen: Fen | null;
  openid: string | null;
  paidAt: Date | null;
  attach: string | null;
};

/** A refund as the channel's books have it. `refundFen` is what goes back to the payer, out of `totalFen`. */
export type ChannelRefund = {
  outRefundNo: string;
  refundId: string;
  outTradeNo: string;
  transactionId: string;
  state: RefundState;
  refundFen: Fen;
  totalFen: Fen;
  succeededAt: Date | null;
  receivedAccount: string | null;
};

/** A merchant transfer as the channel's books have it; `packageInfo` opens the confirmation page inside WeChat. */
export type ChannelTransfer = {
  outBillNo: string;
  transferBillNo: string;
  state: TransferState;
  amountFen: Fen | null;
  openid: string | null;
  failReason: string | null;
  packageInfo: string | null;
  createdAt: Date | null;
  updatedAt: Date | null;
};

const tradeStates = ["SUCCESS", "REFUND", "NOTPAY", "CLOSED", "REVOKED", "USERPAYING", "PAYERROR"] as const;
const refundStates = ["SUCCESS", "CLOSED", "PROCESSING", "ABNORMAL"] as const;
const transferStates = [
  "ACCEPTED",
  "PROCESSING",
  "WAIT_USER_CONFIRM",
  "TRANSFERING",
  "SUCCESS",
  "FAIL",
  "CANCELING",
  "CANCELLED",
] as const;

/** The channel's words did not have the shape they must have. Never shown to a person. */
export class Malformed extends Error {}

type Fields = { readonly [name: string]: unknown };

/** The members of a JSON object; throws Malformed for anything else. */
export function fields(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Malformed("not an object");
  return value as Fields;
}

export function json(text: string): Fields {
  try {
    return fields(JSON.parse(text));
  } catch {
    throw new Malformed("not JSON");
  }
}

export function text(of: Fields, name: string): string {
  const value = of[name];
  if (typeof value !== "string" || value === "") throw new Malformed(name);
  return value;
}

export const maybeText = (of: Fields, name: string): string | null =>
  of[name] === undefined || of[name] === null || of[name] === "" ? null : text(of, name);

export function count(of: Fields, name: string): number {
  const value = of[name];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw new Malformed(name);
  return value;
}

function maybeInstant(of: Fields, name: string): Date | null {
  const value = maybeText(of, name);
  if (value === null) return null;
  const at = new Date(value);
  if (Number.isNaN(at.getTime())) throw new Malformed(name);
  return at;
}

function oneOf<T extends string>(of: Fields, name: string, words: readonly T[]): T {
  const value = text(of, name);
  const known = words.find((word) => word === value);
  if (!known) throw new Malformed(`${name} ${value}`);
  return known;
}

/** Reads a transaction (answer of a query, or a notice). Throws Malformed. */
export function payment(of: Fields): ChannelPayment {
  const state = oneOf(of, "trade_state", tradeStates);
  const amount = of.amount === undefined ? null : fields(of.amount);
  const paid = state === "SUCCESS" || state === "REFUND";
  if (paid && amount === null) throw new Malformed("amount");
  return {
    outTradeNo: text(of, "out_trade_no"),
    transactionId: paid ? text(of, "transaction_id") : maybeText(of, "transaction_id"),
    state,
    amountFen: amount === null ? null : fen(count(amount, "total")),
    openid: of.payer === undefined ? null : maybeText(fields(of.payer), "openid"),
    paidAt: maybeInstant(of, "success_time"),
    attach: maybeText(of, "attach"),
  };
}

/** Reads a refund; answers call its state `status`, notices `refund_status`. Throws Malformed. */
export function refund(of: Fields): ChannelRefund {
  const amount = fields(of.amount);
  return {
    outRefundNo: text(of, "out_refund_no"),
    refundId: text(of, "refund_id"),
    outTradeNo: text(of, "out_trade_no"),
    transactionId: text(of, "transaction_id"),
    state: oneOf(of, of.refund_status === undefined ? "status" : "refund_status", refundStates),
    refundFen: fen(count(amount, "refund")),
    totalFen: fen(count(amount, "total")),
    succeededAt: maybeInstant(of, "success_time"),
    receivedAccount: maybeText(of, "user_received_account"),
  };
}

/** Reads a transfer bill; the answer to its creation leaves the amount and the payee out. Throws Malformed. */
export function transfer(of: Fields): ChannelTransfer {
  return {
    outBillNo: text(of, "out_bill_no"),
    transferBillNo: text(of, "transfer_bill_no"),
    state: oneOf(of, "state", transferStates),
    amountFen: of.transfer_amount === undefined ? null : fen(count(of, "transfer_amount")),
    openid: maybeText(of, "openid"),
    failReason: maybeText(of, "fail_reason"),
    packageInfo: maybeText(of, "package_info"),
    createdAt: maybeInstant(of, "create_time"),
    updatedAt: maybeInstant(of, "update_time"),
  };
}
