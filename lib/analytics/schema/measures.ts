import type { Fen } from "../../kernel/money";
import type { Day } from "../../kernel/time";
import type { Basis, Narrow } from "../schema";

/** What sums may be split by. An hour is an hour of payment, 0–23. */
export const measureBys = [
  "day",
  "hour",
  "city",
  "leader",
  "product",
  "supplier",
  "category",
  "session",
  "offer",
] as const;
export type MeasureBy = (typeof measureBys)[number];

/**
 * Paid orders of the days `from`–`to` (both inclusive) by the day that counts. `until` leaves out what was paid later;
 * `exactBuyers` counts buyers from facts where no read model can (slow on long periods).
 */
export type MeasureQuestion = {
  basis: Basis;
  from: Day;
  to: Day;
  by: MeasureBy | null;
  byDay?: boolean;
  narrow: Narrow;
  until?: Date | null;
  exactBuyers?: boolean;
  /** Only the largest keys of the split, largest first; the total is still the whole, its buyers not counted. */
  largest?: { measure: RankMeasure; limit: number } | undefined;
};
export type RankMeasure = "orders" | "pieces" | "paidFen" | "refundFen" | "netFen" | "marginFen" | "commissionFen";

/** `pieces` are those to deliver (ordered less cancelled and short), `costFen` their supply cost; `buyers` null: not counted in this split. */
export type MeasureRow = {
  day: Day | null;
  hour: number | null;
  key: string | null;
  orders: number;
  buyers: number | null;
  pieces: number;
  short: number;
  delivered: number;
  unclaimed: number;
  paidFen: Fen;
  refundFen: Fen;
  costFen: Fen;
  commissionFen: Fen;
  couponFen: Fen;
};

/** `asOf`: facts up to this instant are in. `sql`: what PostgreSQL was asked. */
export type Measures = {
  rows: MeasureRow[];
  total: MeasureRow;
  asOf: Date;
  source: "rollup" | "facts";
  sql: string[];
};

/** A week (its Monday) of buyers by their first paid order; `back[k]`: how many bought in the k-th week after it (0 is that week). */
export type Cohort = { week: Day; size: number; back: number[] };

export const rfmSegments = ["champions", "loyal", "promising", "fresh", "cooling", "atRisk", "lost"] as const;
export type RfmSegment = (typeof rfmSegments)[number];
/** Lifetime sums of the buyers of a segment. */
export type SegmentRow = { segment: RfmSegment; buyers: number; orders: number; paidFen: Fen; refundFen: Fen };

/** `again`: buyers of both periods; `earlier`: buyers of the earlier one. */
export type LeaderBuyers = { leaderId: string; buyers: number; again: number; earlier: number };

/** Pieces and orders of a pickup day's way through the house. Deliveries are on time when they arrived before they were due. */
export type FulfilmentRow = {
  day: Day;
  orders: number;
  ordered: number;
  cancelled: number;
  short: number;
  delivered: number;
  picked: number;
  unclaimed: number;
  returned: number;
  deliveries: number;
  onTime: number;
  late: number;
  purchaseLines: number;
  receivedLines: number;
};

export const proofKinds = [
  "city",
  "leader",
  "sku",
  "supplier",
  "category",
  "session",
  "offer",
  "fulfilment",
  "buyers",
  "buyer",
  "paidLedger",
  "refundLedger",
  "commissionLedger",
] as const;
export type ProofKind = (typeof proofKinds)[number];
/** One comparison: what the facts (or the journals) say against what the read models say, in fen or counts; `wrong` keys differ. */
export type ProofRow = {
  kind: ProofKind;
  looked: number;
  wrong: number;
  expected: number;
  found: number;
  differences: { ref: string; expected: string; found: string }[];
};
export type Proof = { at: Date; from: Day; to: Day; ok: boolean; rows: ProofRow[] };
