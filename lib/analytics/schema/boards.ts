import type { OfferLayer } from "../../generated/prisma/enums";
import type { Fen } from "../../kernel/money";
import type { Day } from "../../kernel/time";

/** What to do with a product, and why. */
export type Advice = "keep" | "watch" | "drop" | "tooFew";
export type AdviceReason = "loss" | "complaints" | "unsold" | "thin" | "good";
export type Risk = "high" | "some" | "none" | "tooFew";
export type RiskReason = "gone" | "halved" | "falling" | "uncollected" | "steady";

/** A supplier's purchase lines whose unloading window is over: in full and on time, and what did not come. */
export type SupplierService = {
  supplierId: string;
  lines: number;
  onTimeInFull: number;
  needed: number;
  short: number;
  damaged: number;
};

/** A session, a flash slot or a group campaign: what was offered, what was sold, what it left. */
export type CampaignRow = {
  id: string;
  sessionId: string;
  layer: OfferLayer;
  name: string;
  day: Day;
  offers: number;
  quota: number;
  sold: number;
  gmvFen: Fen;
  couponFen: Fen;
  refundFen: Fen;
  netFen: Fen;
  marginFen: Fen;
};
/** A coupon and the lines it was used on; `offFen` is what it took off them. */
export type CouponUseRow = {
  id: string;
  name: string;
  claimed: number;
  used: number;
  orders: number;
  buyers: number;
  gmvFen: Fen;
  offFen: Fen;
  refundFen: Fen;
  marginFen: Fen;
};
/** What the campaigns may be sorted by, most first. */
export const campaignSorts = ["gmvFen", "netFen", "marginFen", "refundFen"] as const;

/** The way of the goods of some pickup days in pieces; what is missing from one step to the next is lost or still to come. */
export const stages = ["paid", "received", "loaded", "arrived", "signed", "picked"] as const;
export type Stage = (typeof stages)[number];
export type Funnel = {
  pieces: Record<Stage, number>;
  /** Where pieces were lost for good, by what took them. */
  lost: { shortAtReceipt: number; shortAtPoint: number; unclaimed: number; returned: number };
};

export const bridgeSteps = [
  "goods",
  "coupon",
  "gmv",
  "refund",
  "net",
  "cost",
  "margin",
  "commission",
  "after",
  "loss",
  "recovery",
  "result",
] as const;
export type BridgeStep = (typeof bridgeSteps)[number];
/** Signed: what is taken is negative. A total is the sum of what stands above it. */
export type BridgeRow = { id: BridgeStep; fen: Fen; isTotal: boolean; from: "orders" | "ledger" };
