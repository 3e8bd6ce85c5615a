import { z } from "zod/mini";
import type { BatchState, StatementState, WithdrawalState } from "../generated/prisma/enums";
import type { ListSpec } from "../kernel/list";
import type { Fen } from "../kernel/money";
import type { Day } from "../kernel/time";

/**
 * Who is paid what, and by whose hand. Promises: a supplier's statement adds up from accepted receipts, claims and
 * adjustments, each with its evidence and each on one statement only; what a person confirms or approves is bound to a hash
 * of what was seen; nobody approves what they made or sent; a leader has one open withdrawal, its money is held from the
 * request on, its channel number is stored before the call and never replaced; commission is released once per line.
 */
export const statementStates = [
  "draft",
  "sent",
  "confirmed",
  "disputed",
  "approved",
  "paying",
  "paid",
] as const satisfies readonly StatementState[];
export const withdrawalStates = [
  "requested",
  "batched",
  "approved",
  "rejected",
  "submitted",
  "waitUserConfirm",
  "succeeded",
  "failed",
  "expired",
  "cancelled",
  "returned",
] as const satisfies readonly WithdrawalState[];
export const batchStates = ["draft", "approved", "executed", "cancelled"] as const satisfies readonly BatchState[];
export type { BatchState, StatementState, WithdrawalState };

/** What the list of statements may be asked. */
export const statementListSpec = {
  views: ["all", "draft", "waiting", "disputed", "toApprove", "toPay", "paying", "paid", "carried"],
  sorts: ["-createdAt", "-period", "-closingFen"],
  sortOf: { toPay: "-closingFen" },
  filters: { supplierId: "text" },
  fields: {
    state: statementStates,
    createdAt: "moment",
    fromDay: "day",
    period: "day",
    paidAt: "moment",
    closingFen: "money",
    receipts: "money",
    claims: "money",
    adjustments: "money",
    opening: "money",
    supplier: "text",
    paymentRef: "text",
  },
} as const satisfies ListSpec;
/** A supplier's own. */
export const supplierStatementListSpec = {
  ...statementListSpec,
  views: ["all", "waiting", "disputed", "toPay", "paid"],
  sortOf: {},
  filters: {},
} as const satisfies ListSpec;

/** The withdrawals' views by the states they hold; null holds all. */
export const withdrawalGroups = {
  requested: ["requested"],
  inBatch: ["batched", "approved"],
  moving: ["submitted"],
  waiting: ["waitUserConfirm"],
  succeeded: ["succeeded"],
  failed: ["failed", "expired", "cancelled", "returned", "rejected"],
  all: null,
} as const satisfies Record<string, readonly WithdrawalState[] | null>;

/** What the list of withdrawals may be asked; waiting ones stand oldest first. */
export const withdrawalListSpec = {
  views: ["requested", "inBatch", "moving", "waiting", "succeeded", "failed", "all"],
  sorts: ["requestedAt", "-amount"],
  sortOf: {
    inBatch: "-requestedAt",
    moving: "-requestedAt",
    waiting: "-requestedAt",
    succeeded: "-requestedAt",
    failed: "-requestedAt",
    all: "-requestedAt",
  },
  filters: { leaderId: "text", batchId: "text" },
  fields: {
    state: withdrawalStates,
    requestedAt: "moment",
    finishedAt: "moment",
    amount: "money",
    tax: "money",
    failReason: "text",
    outBillNo: "text",
  },
} as const satisfies ListSpec;

/** What a leader's list of earning lines may be asked; `reversed` holds whatever lost commission to a refund. */
export const earningListSpec = {
  views: ["all", "estimated", "frozen", "released", "reversed"],
  sorts: ["-line"],
  filters: { leaderId: "text" },
} as const satisfies ListSpec;

/** Our own accounts between which finance moves money, and the pairs that exist. */
export const fundAccounts = ["channelPending", "channelAvailable", "channelOperation", "bank"] as const;
export type FundAccount = (typeof fundAccounts)[number];

/** What a line of a statement stands for. */
export const lineKinds = ["receipt", "claim", "adjustment"] as const;
export type LineKind = (typeof lineKinds)[number];

const id = z.string().check(z.minLength(1, "required"), z.maxLength(28, "tooLong"));
const reason = z.string().check(z.trim(), z.minLength(2, "required"), z.maxLength(200, "tooLong"));
const hash = z.string().check(z.length(64, "required"));
const positiveFen = z.coerce
  .number("amount")
  .check(z.int("amount"), z.minimum(1, "amount"), z.maximum(100_000_000_00, "amount"));
const day = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/, "day"));

export const makeStatementInput = z.object({ supplierId: id, toDay: day });
export const adjustStatementInput = z.object({
  id,
  words: reason,
  direction: z.enum(["plus", "minus"], "required"),
  amountFen: positiveFen,
  /** A File of the form, or nothing. */
  file: z.optional(z.unknown()),
});
export const dropAdjustmentInput = z.object({ id, lineId: id });
export const statementRef = z.object({ id });
/** `hash` is that of the page the person looked at. */
export const seenStatement = z.object({ id, hash });
export const noteInput = z.object({
  id,
  text: z.string().check(z.trim(), z.minLength(2, "required"), z.maxLength(1000, "tooLong")),
});
export const disputeInput = z.object({
  id,
  text: z.string().check(z.trim(), z.minLength(4, "required"), z.maxLength(1000, "tooLong")),
});
export const paidInput = z.object({
  id,
  paymentRef: z.string().check(z.trim(), z.minLength(4, "required"), z.maxLength(64, "tooLong")),
});
export const reasonedStatement = z.object({ id, reason });

export const withdrawInput = z.object({ amountFen: positiveFen });
export const rejectWithdrawalInput = z.object({ id, reason });
export const makeBatchInput = z.object({
  id: z.union([z.array(id).check(z.minLength(1, "required"), z.maxLength(500, "tooLong")), id]),
});
export const seenBatch = z.object({ id, hash });
export const batchRef = z.object({ id });
export const reasonedBatch = z.object({ id, reason });
export const capitalInput = z.object({ amountFen: positiveFen, reason });
export const moveFundsInput = z.object({
  from: z.enum(fundAccounts, "required"),
  to: z.enum(fundAccounts, "required"),
  amountFen: positiveFen,
  reason,
});

/** A person or a process at one step of two-person work; null while the step has not been taken. */
export type Hand = { name: string; at: Date } | null;

export type StatementRow = {
  id: string;
  supplierId: string;
  supplierName: string;
  fromDay: Day;
  toDay: Day;
  state: StatementState;
  openingFen: Fen;
  receiptsFen: Fen;
  claimsFen: Fen;
  adjustmentsFen: Fen;
  closingFen: Fen;
  payableFen: Fen;
  createdAt: Date;
  noteCount: number;
};

/** One line with what proves it: the receipt (purchase order, photo), the claim (after-sale, photo) or the adjustment's file. */
export type StatementLineView = {
  id: string;
  kind: LineKind;
  sourceId: string;
  day: Day;
  words: string;
  quantity: number;
  amountFen: Fen;
  /** Facts in plain words by key (unitPriceFen, short, damaged, claimKind, reason …). */
  evidence: Record<string, string | number | null>;
  photoFileIds: string[];
  href: string | null;
};

export type StatementProduct = {
  skuId: string;
  name: string;
  spec: string;
  unit: string;
  /** Pieces sold at lock, pieces ordered from the supplier, accepted, short, damaged. */
  sold: number;
  ordered: number;
  accepted: number;
  short: number;
  damaged: number;
  supplyPriceFen: Fen;
  amountFen: Fen;
  /** What residents paid for the accepted goods' sessions; operators only. */
  salesFen: Fen | null;
};

export type NoteView = { id: string; at: Date; authorName: string; authorKind: string; text: string };

export type StatementRecord = StatementRow & {
  hash: string;
  lines: StatementLineView[];
  products: StatementProduct[];
  purchaseCount: number;
  pieces: number;
  notes: NoteView[];
  previous: { id: string; toDay: Day; closingFen: Fen } | null;
  bank: { name: string | null; account: string };
  paymentRef: string | null;
  hands: { made: Hand; sent: Hand; confirmed: Hand; approved: Hand; paid: Hand };
  /** Ids of those who may not approve it: its maker and its sender. */
  makers: string[];
};

/** "Prove it": every part recomputed from the events and from the ledger; a clean statement differs by nothing anywhere. */
export type Proof = {
  at: Date;
  rows: number;
  checks: {
    part: "receipts" | "claims" | "adjustments" | "closing" | "ledgerReceipts" | "ledgerClaims";
    statedFen: Fen;
    recomputedFen: Fen;
    rows: number;
  }[];
  differenceFen: Fen;
  /** Events up to the period's end that stand on no statement. */
  missing: number;
};

export type WithdrawalRow = {
  id: string;
  leaderId: string;
  leaderName: string;
  amountFen: Fen;
  taxFen: Fen;
  netFen: Fen;
  state: WithdrawalState;
  batchId: string | null;
  outBillNo: string;
  requestedAt: Date;
  approvedAt: Date | null;
  submittedAt: Date | null;
  finishedAt: Date | null;
  failReason: string | null;
  /** When an unconfirmed transfer closes; only while it waits for the leader. */
  confirmBy: Date | null;
};

export type BatchRow = {
  id: string;
  state: BatchState;
  count: number;
  totalFen: Fen;
  hash: string;
  made: Hand;
  checked: Hand;
  executedAt: Date | null;
  madeBy: string;
  /** How many of its withdrawals stand where. */
  standing: Partial<Record<WithdrawalState, number>>;
};
export type BatchRecord = BatchRow & { rows: WithdrawalRow[]; operationFen: Fen };

export type Earnings = {
  leaderId: string;
  availableFen: Fen;
  frozenFen: Fen;
  estimatedFen: Fen;
  /** Requested but not with her yet: held, and on its way. */
  heldFen: Fen;
  inTransitFen: Fen;
  owedFen: Fen;
  paidThisYearFen: Fen;
  paidThisYearCount: number;
  /** What becomes available next, and on which day. */
  next: { amountFen: Fen; at: Date } | null;
  /** Commission that became hers (frozen) day by day, oldest first, fourteen days. */
  days: { day: Day; fen: Fen }[];
  minimumFen: Fen;
  maximumFen: Fen;
  /** Why she cannot withdraw now: a refusal's code; null when she can. */
  blocked: "withdrawalOwed" | "withdrawalOpen" | "withdrawalTooSmall" | "openidMissing" | null;
  open: WithdrawalRow | null;
};

export const earningStates = ["estimated", "frozen", "released", "reversed"] as const;
export type EarningState = (typeof earningStates)[number];

export type EarningLine = {
  lineId: string;
  orderId: string;
  name: string;
  spec: string;
  picture: string;
  quantity: number;
  baseFen: Fen;
  bp: number;
  ruleId: string;
  ruleVersion: number;
  commissionFen: Fen;
  reversedFen: Fen;
  /** What is left of it. */
  netFen: Fen;
  state: EarningState;
  isDisputed: boolean;
  pickupDay: Day;
  placedAt: Date;
  completedAt: Date | null;
  releaseAt: Date | null;
  releasedAt: Date | null;
};
export type EarningLineRecord = EarningLine & {
  paidFen: Fen;
  couponFen: Fen;
  reversals: { refundId: string; at: Date; cause: string; bearer: string; amountFen: Fen; commissionFen: Fen }[];
};

export type FundsView = Record<
  FundAccount | "payoutInTransit" | "payoutHold" | "supplierPayable" | "supplierInTransit" | "refundPayable",
  Fen
>;
