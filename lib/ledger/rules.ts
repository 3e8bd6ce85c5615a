import { type Fen, least, minus, negate, plus, share, sum, zero } from "../kernel/money";
import type { AccountCode, JournalDraft, Leg } from "./schema";

const debit = (account: AccountCode, amount: Fen): Leg => ({ account, amount });
const credit = (account: AccountCode, amount: Fen): Leg => ({ account, amount: negate(amount) });

/** Drops empty legs and proves the sum. Throws when a recipe does not add up: that is a bug, never an input. */
export function balanced(journal: JournalDraft): JournalDraft {
  const legs = journal.legs.filter((leg) => leg.amount !== 0);
  const sum = legs.reduce((total, leg) => total + leg.amount, 0);
  if (sum !== 0) throw new Error(`journal ${journal.idemKey} is off by ${sum} fen`);
  return { ...journal, legs };
}

/** Money came in for an order that still stands. Row 1 of the posting table. */
export const orderPaid = (e: { transactionId: string; orderId: string; paid: Fen }) =>
  balanced({
    idemKey: `pay:${e.transactionId}`,
    type: "orderPaid",
    ref: e.orderId,
    legs: [debit("channelPending", e.paid), credit("customerPrepaid", e.paid)],
  });

/** Money came in after we had cancelled, or after the cut-off: it is owed back at once. Row 17. */
export const paidTooLate = (e: { transactionId: string; orderId: string; paid: Fen }) =>
  balanced({
    idemKey: `pay:${e.transactionId}`,
    type: "paidTooLate",
    ref: e.orderId,
    legs: [debit("channelPending", e.paid), credit("refundPayable", e.paid)],
  });

/** The cut-off commits what is left of a paid order. Row 2. */
export const orderCommitted = (e: { orderId: string; amount: Fen }) =>
  balanced({
    idemKey: `cut:${e.orderId}`,
    type: "orderCommitted",
    ref: e.orderId,
    legs: [debit("customerPrepaid", e.amount), credit("customerCommitted", e.amount)],
  });

/** The supplier is owed at accepted receipt, not at pickup (domain 2). */
export const goodsAccepted = (e: { receiptId: string; supplierId: string; cost: Fen }) =>
  balanced({
    idemKey: `rcpt:${e.receiptId}`,
    type: "goodsAccepted",
    ref: e.receiptId,
    legs: [debit("goods", e.cost), credit(`supplierPending:${e.supplierId}`, e.cost)],
  });

/** Pieces kept from an earlier purchase go out at another price than they came in at: the difference is cost of sales. */
export const goodsRevalued = (e: { key: string; ref: string; from: Fen; to: Fen }) =>
  balanced({
    idemKey: `reval:${e.key}`,
    type: "goodsRevalued",
    ref: e.ref,
    legs: [debit("goods", minus(e.to, e.from)), credit("costOfSales", minus(e.to, e.from))],
  });

/** Whoever else than the platform pays for coupons of a line, with the balance it is taken from first (pending, available). */
export type CouponFunding =
  | { funder: "supplier"; funderId: string; amount: Fen; pending: Fen }
  | { funder: "leader"; funderId: string; amount: Fen; available: Fen };
/** The same going back, with what the funder owes: that is met first. */
export type CouponReturn = { funder: "supplier" | "leader"; funderId: string; amount: Fen; owed: Fen };

const fundingLegs = (f: CouponFunding): Leg[] =>
  f.funder === "supplier"
    ? fromSupplier(f.funderId, f.amount, f.pending)
    : fromLeader(f.funderId, f.amount, f.available);

const returnLegs = (f: CouponReturn): Leg[] =>
  (f.funder === "supplier" ? backToSupplier : backToLeader)(f.funderId, f.amount, f.owed);

const funded = (parts: readonly { amount: Fen }[]): Fen => sum(parts.map((p) => p.amount));

/**
 * A line completes: the sale, its cost and the frozen commission. Amounts are what is left after earlier refunds; `coupon` is the
 * platform's own share, `funders` the others'.
 */
export const lineCompleted = (e: {
  lineId: string;
  orderId: string;
  leaderId: string;
  paid: Fen;
  coupon: Fen;
  cost: Fen;
  commission: Fen;
  funders?: readonly CouponFunding[];
}) =>
  balanced({
    idemKey: `done:${e.lineId}`,
    type: "lineCompleted",
    ref: e.orderId,
    legs: [
      debit("customerCommitted", e.paid),
      debit("couponSubsidy", e.coupon),
      ...(e.funders ?? []).flatMap(fundingLegs),
      credit("sales", plus(e.paid, e.coupon, funded(e.funders ?? []))),
      debit("costOfSales", e.cost),
      credit("goods", e.cost),
      debit("commission", e.commission),
      credit(`leaderFrozen:${e.leaderId}`, e.commission),
    ],
  });

export type LossBearer =
  | { bearer: "platform" | "warehouse" | "customer" }
  | { bearer: "driver" }
  | { bearer: "leader"; leaderId: string; available: Fen }
  | { bearer: "supplier"; supplierId: string; pending: Fen };

/** What a supplier owes is taken from what is pending to it, and only the rest becomes a receivable. */
const fromSupplier = (supplierId: string, amount: Fen, pending: Fen): Leg[] => {
  const netted = least(amount, pending < 0 ? zero : pending);
  return [
    debit(`supplierPending:${supplierId}`, netted),
    debit(`supplierReceivable:${supplierId}`, minus(amount, netted)),
  ];
};

/** What a leader owes is taken from what is available to her first: she never has money to draw while she owes (I6). */
const fromLeader = (leaderId: string, amount: Fen, available: Fen): Leg[] => {
  const netted = least(amount, available < 0 ? zero : available);
  return [debit(`leaderAvailable:${leaderId}`, netted), debit(`leaderReceivable:${leaderId}`, minus(amount, netted))];
};

const backToSupplier = (supplierId: string, amount: Fen, owed: Fen): Leg[] => {
  const met = least(amount, owed < 0 ? zero : owed);
  return [credit(`supplierReceivable:${supplierId}`, met), credit(`supplierPending:${supplierId}`, minus(amount, met))];
};

const bearerLegs = (b: LossBearer, amount: Fen): Leg[] => {
  switch (b.bearer) {
    case "driver":
      return [debit("carrierReceivable", amount)];
    case "leader":
      return fromLeader(b.leaderId, amount, b.available);
    case "supplier":
      return fromSupplier(b.supplierId, amount, b.pending);
    default:
      return [debit("loss", amount)];
  }
};

/** Goods lost after they were accepted (spoiled, lost on the way, uncollected): the named bearer pays their cost. */
export const goodsLost = (e: { idemKey: string; ref: string; cost: Fen; bearer: LossBearer }) =>
  balanced({
    idemKey: e.idemKey,
    type: "goodsLost",
    ref: e.ref,
    legs: [...bearerLegs(e.bearer, e.cost), credit("goods", e.cost)],
  });

/** A refund of a line that has not completed: before the cut-off from prepaid, after it from committed. Row 5a. */
export const refundBeforeCompletion = (e: { refundId: string; orderId: string; amount: Fen; isCommitted: boolean }) =>
  balanced({
    idemKey: `rf:${e.refundId}`,
    type: "refundBeforeCompletion",
    ref: e.orderId,
    legs: [debit(e.isCommitted ? "customerCommitted" : "customerPrepaid", e.amount), credit("refundPayable", e.amount)],
  });

export type CommissionReversal = { leaderId: string; fromFrozen: Fen; fromAvailable: Fen; fromReceivable: Fen };

/** Where a reversed commission comes from: the frozen part, then what is available, the rest is carried as a receivable. */
export function reversalOf(e: {
  leaderId: string;
  amount: Fen;
  isReleased: boolean;
  available: Fen;
}): CommissionReversal {
  if (!e.isReleased) return { leaderId: e.leaderId, fromFrozen: e.amount, fromAvailable: zero, fromReceivable: zero };
  const fromAvailable = least(e.amount, e.available < 0 ? zero : e.available);
  return { leaderId: e.leaderId, fromFrozen: zero, fromAvailable, fromReceivable: minus(e.amount, fromAvailable) };
}

/** A refund after completion reverses the sale, every funder's coupon share and the commission exactly. Row 6. */
export const refundAfterCompletion = (e: {
  refundId: string;
  orderId: string;
  amount: Fen;
  coupon: Fen;
  commission: CommissionReversal;
  funders?: readonly CouponReturn[];
}) => {
  const reversed = plus(e.commission.fromFrozen, e.commission.fromAvailable, e.commission.fromReceivable);
  return balanced({
    idemKey: `rf:${e.refundId}`,
    type: "refundAfterCompletion",
    ref: e.orderId,
    legs: [
      debit("sales", plus(e.amount, e.coupon, funded(e.funders ?? []))),
      credit("refundPayable", e.amount),
      credit("couponSubsidy", e.coupon),
      ...(e.funders ?? []).flatMap(returnLegs),
      debit(`leaderFrozen:${e.commission.leaderId}`, e.commission.fromFrozen),
      debit(`leaderAvailable:${e.commission.leaderId}`, e.commission.fromAvailable),
      debit(`leaderReceivable:${e.commission.leaderId}`, e.commission.fromReceivable),
      credit("commission", reversed),
    ],
  });
};

/** The channel says the money is back with the resident. Row 5b. */
export const refundPaid = (e: {
  refundId: string;
  orderId: string;
  amount: Fen;
  from: "channelPending" | "channelAvailable";
}) =>
  balanced({
    idemKey: `rfok:${e.refundId}`,
    type: "refundPaid",
    ref: e.orderId,
    legs: [debit("refundPayable", e.amount), credit(e.from, e.amount)],
  });

/** A claim on whoever caused a loss after the sale: supplier from pending first, leader or carrier as a receivable. Row 7c. */
export const claimRaised = (e: { claimId: string; amount: Fen; bearer: LossBearer }) =>
  balanced({
    idemKey: `claim:${e.claimId}`,
    type: "claimRaised",
    ref: e.claimId,
    legs: [...bearerLegs(e.bearer, e.amount), credit("lossRecovery", e.amount)],
  });

/** An agreed penalty for short delivery. */
export const penaltyRaised = (e: { claimId: string; supplierId: string; amount: Fen; pending: Fen }) =>
  balanced({
    idemKey: `claim:${e.claimId}`,
    type: "penaltyRaised",
    ref: e.claimId,
    legs: [...fromSupplier(e.supplierId, e.amount, e.pending), credit("penaltyIncome", e.amount)],
  });

/** One journal per leader and day; a debt of hers is met first. Row 4. */
export const commissionReleased = (e: { key: string; leaderId: string; amount: Fen; owed: Fen }) => {
  const met = least(e.amount, e.owed < 0 ? zero : e.owed);
  return balanced({
    idemKey: `rel:${e.key}`,
    type: "commissionReleased",
    ref: e.leaderId,
    legs: [
      debit(`leaderFrozen:${e.leaderId}`, e.amount),
      credit(`leaderReceivable:${e.leaderId}`, met),
      credit(`leaderAvailable:${e.leaderId}`, minus(e.amount, met)),
    ],
  });
};

/**
 * A statement both sides agreed on: its closing becomes payable and its adjustments are booked (a negative closing pays
 * nothing and carries over). What is left between the supplier and us (later receipts less later claims) stays pending,
 * or is owed by the supplier: never both. Row 8a. All in natural fen; `adjustments` signed, plus in the supplier's favour.
 */
export const statementApproved = (e: {
  statementId: string;
  supplierId: string;
  payable: Fen;
  adjustments: Fen;
  pending: Fen;
  receivable: Fen;
}) => {
  const left = minus(plus(e.pending, e.adjustments), e.receivable, e.payable);
  const pendingAfter = left > 0 ? left : zero;
  const receivableAfter = left < 0 ? negate(left) : zero;
  return balanced({
    idemKey: `stm:${e.statementId}`,
    type: "statementApproved",
    ref: e.statementId,
    legs: [
      debit(`supplierPending:${e.supplierId}`, minus(e.pending, pendingAfter)),
      debit(`supplierReceivable:${e.supplierId}`, minus(receivableAfter, e.receivable)),
      credit(`supplierPayable:${e.supplierId}`, e.payable),
      e.adjustments > 0 ? debit("costOfSales", e.adjustments) : credit("lossRecovery", negate(e.adjustments)),
    ],
  });
};

/** The n-th attempt: the first keeps the plain key. */
const attemptKey = (head: string, id: string, attempt: number): string =>
  attempt === 1 ? `${head}:${id}` : `${head}:${id}:${attempt}`;

/** The bank has the order to pay a statement; `attempt` counts from 1. Row 8b, first half. */
export const statementSubmitted = (e: { statementId: string; supplierId: string; amount: Fen; attempt: number }) =>
  balanced({
    idemKey: attemptKey("stmgo", e.statementId, e.attempt),
    type: "statementSubmitted",
    ref: e.statementId,
    legs: [debit(`supplierPayable:${e.supplierId}`, e.amount), credit("supplierInTransit", e.amount)],
  });

/** The bank sent it back (wrong account): it is payable again. */
export const statementBounced = (e: { statementId: string; supplierId: string; amount: Fen; attempt: number }) =>
  balanced({
    idemKey: attemptKey("stmno", e.statementId, e.attempt),
    type: "statementBounced",
    ref: e.statementId,
    legs: [debit("supplierInTransit", e.amount), credit(`supplierPayable:${e.supplierId}`, e.amount)],
  });

/** The bank has paid. Row 8b, second half. */
export const statementPaid = (e: { statementId: string; amount: Fen }) =>
  balanced({
    idemKey: `stmok:${e.statementId}`,
    type: "statementPaid",
    ref: e.statementId,
    legs: [debit("supplierInTransit", e.amount), credit("bank", e.amount)],
  });

/** Row 9a. */
export const payoutRequested = (e: { withdrawalId: string; leaderId: string; amount: Fen }) =>
  balanced({
    idemKey: `wdr:${e.withdrawalId}`,
    type: "payoutRequested",
    ref: e.withdrawalId,
    legs: [debit(`leaderAvailable:${e.leaderId}`, e.amount), credit(`payoutHold:${e.leaderId}`, e.amount)],
  });

const backToLeader = (leaderId: string, amount: Fen, owed: Fen): Leg[] => {
  const met = least(amount, owed < 0 ? zero : owed);
  return [credit(`leaderReceivable:${leaderId}`, met), credit(`leaderAvailable:${leaderId}`, minus(amount, met))];
};

/** Refused before it was sent. Row 9c. */
export const payoutRejected = (e: { withdrawalId: string; leaderId: string; amount: Fen; owed: Fen }) =>
  balanced({
    idemKey: `wdrno:${e.withdrawalId}`,
    type: "payoutRejected",
    ref: e.withdrawalId,
    legs: [debit(`payoutHold:${e.leaderId}`, e.amount), ...backToLeader(e.leaderId, e.amount, e.owed)],
  });

/** Handed to the channel; tax is withheld now. Row 9d. */
export const payoutSubmitted = (e: { withdrawalId: string; leaderId: string; amount: Fen; tax: Fen }) =>
  balanced({
    idemKey: `wdrgo:${e.withdrawalId}`,
    type: "payoutSubmitted",
    ref: e.withdrawalId,
    legs: [
      debit(`payoutHold:${e.leaderId}`, e.amount),
      credit("payoutInTransit", minus(e.amount, e.tax)),
      credit("taxWithheld", e.tax),
    ],
  });

/** The leader has the money. Row 9e. */
export const payoutSucceeded = (e: { withdrawalId: string; net: Fen }) =>
  balanced({
    idemKey: `wdrok:${e.withdrawalId}`,
    type: "payoutSucceeded",
    ref: e.withdrawalId,
    legs: [debit("payoutInTransit", e.net), credit("channelOperation", e.net)],
  });

/** Failed, expired unconfirmed or cancelled: the money is hers again. Row 9f. */
export const payoutFailed = (e: { withdrawalId: string; leaderId: string; amount: Fen; tax: Fen; owed: Fen }) =>
  balanced({
    idemKey: `wdrno:${e.withdrawalId}`,
    type: "payoutFailed",
    ref: e.withdrawalId,
    legs: [
      debit("payoutInTransit", minus(e.amount, e.tax)),
      debit("taxWithheld", e.tax),
      ...backToLeader(e.leaderId, e.amount, e.owed),
    ],
  });

/** Came back after success; what she owes is met first. Row 9g. */
export const payoutReturned = (e: { withdrawalId: string; leaderId: string; amount: Fen; tax: Fen; owed: Fen }) =>
  balanced({
    idemKey: `wdrback:${e.withdrawalId}`,
    type: "payoutReturned",
    ref: e.withdrawalId,
    legs: [
      debit("channelOperation", minus(e.amount, e.tax)),
      debit("taxWithheld", e.tax),
      ...backToLeader(e.leaderId, e.amount, e.owed),
    ],
  });

/** The owner puts money into the company's bank account. */
export const capitalPaidIn = (e: { key: string; amount: Fen }) =>
  balanced({
    idemKey: `capital:${e.key}`,
    type: "capitalPaidIn",
    ref: e.key,
    legs: [debit("bank", e.amount), credit("ownerCapital", e.amount)],
  });

/** Between our own accounts (top up the payout account, withdraw to the bank). Row 12. */
export const fundsMoved = (e: {
  key: string;
  from: "bank" | "channelAvailable" | "channelOperation";
  to: "bank" | "channelOperation";
  amount: Fen;
}) =>
  balanced({
    idemKey: `move:${e.key}`,
    type: "fundsMoved",
    ref: e.key,
    legs: [debit(e.to, e.amount), credit(e.from, e.amount)],
  });

/** The channel lets go of money whose delivery was reported. Row 11. */
export const channelSettled = (e: { key: string; amount: Fen }) =>
  balanced({
    idemKey: `settle:${e.key}`,
    type: "channelSettled",
    ref: e.key,
    legs: [debit("channelAvailable", e.amount), credit("channelPending", e.amount)],
  });

/**
 * The cumulative share of a refund: share(total, done + now) − share(total, done), so any sequence of parts adds up
 * exactly; the last part takes the remainder.
 */
export const cumulativeShare = (total: Fen, doneBefore: number, doneAfter: number, whole: number): Fen =>
  minus(share(total, doneAfter, whole), share(total, doneBefore, whole));
