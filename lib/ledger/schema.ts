import type { ListSpec } from "../kernel/list";
import type { Fen } from "../kernel/money";

/**
 * The books. Promises: every journal adds up to zero; nothing is ever changed or deleted; one business event makes one
 * journal (its idemKey); money moves through a recipe of `rules.ts` and by no other way; leaders' and suppliers'
 * balances are cached and bounded, the rest is derived. Signed fen: debit +, credit −.
 */
export const accounts = {
  channelPending: { kind: "asset" },
  channelAvailable: { kind: "asset" },
  channelOperation: { kind: "asset" },
  bank: { kind: "asset" },
  goods: { kind: "asset" },
  leaderReceivable: { kind: "asset", owned: true },
  supplierReceivable: { kind: "asset", owned: true },
  carrierReceivable: { kind: "asset" },
  taxReceivable: { kind: "asset" },
  reconSuspense: { kind: "asset" },
  ownerCapital: { kind: "liability" },
  customerPrepaid: { kind: "liability" },
  customerCommitted: { kind: "liability" },
  refundPayable: { kind: "liability" },
  customerCompensation: { kind: "liability" },
  supplierPending: { kind: "liability", owned: true },
  supplierPayable: { kind: "liability", owned: true },
  supplierInTransit: { kind: "liability" },
  supplierDeposit: { kind: "liability", owned: true },
  leaderFrozen: { kind: "liability", owned: true },
  leaderAvailable: { kind: "liability", owned: true },
  payoutHold: { kind: "liability", owned: true },
  payoutInTransit: { kind: "liability" },
  taxWithheld: { kind: "liability" },
  sales: { kind: "revenue" },
  lossRecovery: { kind: "revenue" },
  penaltyIncome: { kind: "revenue" },
  roundingGain: { kind: "revenue" },
  costOfSales: { kind: "expense" },
  couponSubsidy: { kind: "expense" },
  commission: { kind: "expense" },
  channelFee: { kind: "expense" },
  loss: { kind: "expense" },
  shortageCompensation: { kind: "expense" },
  badDebt: { kind: "expense" },
  roundingLoss: { kind: "expense" },
} as const satisfies Record<string, { kind: "asset" | "liability" | "revenue" | "expense"; owned?: true }>;

export type Base = keyof typeof accounts;
/** `leaderFrozen:ldr_…` for owned accounts, the bare base for the others. */
export type AccountCode = Base | `${Base}:${string}`;

export type Leg = { account: AccountCode; amount: Fen };
export type JournalDraft = { idemKey: string; type: string; ref: string; legs: Leg[]; memo?: string };

export const bases = Object.keys(accounts) as Base[];
export type AccountKindName = (typeof accounts)[Base]["kind"];
/** The base of a code, or null when it is not an account of ours. */
export const baseOf = (code: string): Base | null => {
  const [base = ""] = code.split(":");
  return base in accounts ? (base as Base) : null;
};
/** +1 where a debit balance is natural (assets, expenses), −1 where a credit one is. */
export const naturalSign = (base: Base): 1 | -1 =>
  accounts[base].kind === "asset" || accounts[base].kind === "expense" ? 1 : -1;

/** What a journal's `ref` points at, by its type; the console links there. */
export const refKinds: Record<string, "order" | "receipt" | "leader" | "statement" | "withdrawal" | "claim" | "funds"> =
  {
    orderPaid: "order",
    paidTooLate: "order",
    orderCommitted: "order",
    goodsAccepted: "receipt",
    lineCompleted: "order",
    refundBeforeCompletion: "order",
    refundAfterCompletion: "order",
    refundPaid: "order",
    claimRaised: "claim",
    penaltyRaised: "claim",
    commissionReleased: "leader",
    statementApproved: "statement",
    statementSubmitted: "statement",
    statementBounced: "statement",
    statementPaid: "statement",
    payoutRequested: "withdrawal",
    payoutRejected: "withdrawal",
    payoutSubmitted: "withdrawal",
    payoutSucceeded: "withdrawal",
    payoutFailed: "withdrawal",
    payoutReturned: "withdrawal",
    capitalPaidIn: "funds",
    fundsMoved: "funds",
    channelSettled: "funds",
  };
export const journalTypes: string[] = [...Object.keys(refKinds), "goodsLost", "goodsRevalued"];

/** The journals' views, each with what its journals point at. */
export const journalGroups = {
  all: null,
  trade: ["order"],
  suppliers: ["receipt", "statement", "claim"],
  leaders: ["leader", "withdrawal"],
  funds: ["funds"],
} as const satisfies Record<string, readonly (typeof refKinds)[string][] | null>;

/** What the list of journals may be asked. */
export const journalListSpec = {
  views: Object.keys(journalGroups) as (keyof typeof journalGroups)[],
  sorts: ["-no"],
  filters: { type: "text", account: "text", fromDay: "day", toDay: "day" },
  fields: {
    type: journalTypes,
    touched: bases,
    day: "day",
    at: "moment",
    amount: "money",
    ref: "text",
    key: "text",
    memo: "text",
  },
} as const satisfies ListSpec;

/** One row of the trial balance: debits and credits as turned over, the balance in its natural sign. */
export type TrialRow = {
  base: Base;
  kind: AccountKindName;
  owners: number;
  debitFen: Fen;
  creditFen: Fen;
  balanceFen: Fen;
};
export type Trial = {
  rows: TrialRow[];
  debitFen: Fen;
  creditFen: Fen;
  differenceFen: Fen;
  journals: number;
  unsealed: number;
  lastAt: Date | null;
};

export type PostingView = {
  id: string;
  account: string;
  base: Base;
  ownerId: string | null;
  ownerName: string | null;
  amountFen: Fen;
};
export type JournalRow = {
  id: string;
  idemKey: string;
  type: string;
  ref: string;
  at: Date;
  day: string;
  amountFen: Fen;
  accounts: string[];
  isSealed: boolean;
};
export type JournalRecord = Omit<JournalRow, "accounts"> & {
  memo: string | null;
  postings: PostingView[];
  seal: { seq: string; prevHash: string; hash: string; sealedAt: Date; holds: boolean } | null;
};

/** An account's movements, newest first, each with the balance after it in the account's natural sign. */
export type AccountMove = {
  id: string;
  journalId: string;
  type: string;
  ref: string;
  at: Date;
  amountFen: Fen;
  balanceFen: Fen;
};
export type AccountRow = {
  code: string;
  base: Base;
  ownerId: string | null;
  ownerName: string | null;
  balanceFen: Fen;
};
