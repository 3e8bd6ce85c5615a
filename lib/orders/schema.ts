import { z } from "zod";
import type { StrikeBasis } from "../campaigns/schema/prices";
import type { ListSpec } from "../kernel/list";
import type { Fen } from "../kernel/money";
import type { Day } from "../kernel/time";
import type { GroupSeat, LimitView } from "../promotions/schema";
import type { CouponReason, OrderCoupon } from "../promotions/schema/coupons";

/**
 * An order is one resident's goods for one pickup day, with one payment. Promises: nothing is sold beyond its quota or a
 * person's limit; a key and its body give one order however often they are sent; whoever paid before the cut-off by the
 * channel's clock is in, everybody else gets the money back; a line's counters only grow and end in one identity:
 * ordered = cancelled + short + delivered, delivered = picked + unclaimed + returned; a line never gives back more than
 * was paid for it; a refund takes its share of the commission exactly, in whatever parts it comes.
 */
export const quoteInput = z.object({
  pickupPointId: z.string().max(28),
  leaderId: z.string().max(28).nullish(),
  items: z
    .array(z.object({ skuId: z.string().max(28), quantity: z.number().int().min(1).max(999) }))
    .min(1)
    .max(60),
  /** Which coupons to use; absent: the best allowed combination; none: []. */
  couponIds: z.array(z.string().max(28)).max(20).optional(),
  /** A seat in a new group of a campaign, or in one that stands open, for the one product asked. */
  group: z.union([z.object({ campaignId: z.string().max(28) }), z.object({ groupId: z.string().max(28) })]).optional(),
});
export type QuoteInput = z.infer<typeof quoteInput>;

export const placeInput = z.object({
  quoteToken: z.string().max(20_000),
  contactName: z.string().trim().min(1).max(40),
  remark: z.string().trim().max(200).nullish(),
  requestKey: z.string().min(8).max(64),
});
export type PlaceInput = z.infer<typeof placeInput>;

export const cancelInput = z.object({ orderId: z.string().max(28), reason: z.string().trim().min(1).max(200) });
export const cutOffInput = z.object({ sessionId: z.string().max(28), reason: z.string().trim().max(200).nullish() });
/** Answers of placing are counted in steps of this length. */
export const tallyStepMs = 10_000;

/** One item of a running sale; pieces. */
export type BoardItem = { id: string; name: string; spec: string; quota: number; held: number; sold: number };
/** How a sale goes at this moment, a whole session or one slot of it; it goes to the browser, so instants are ISO text. */
export type SaleBoard = {
  name: string;
  sessionId: string;
  sessionName: string;
  startsAt: string;
  endsAt: string;
  isPaused: boolean;
  /** When these figures were true. */
  at: string;
  /** Pieces, by pool. */
  items: BoardItem[];
  /** Orders placed, and of those the ones that stand paid. */
  placed: number;
  paid: number;
  /** Orders a second over the last minute, and in each stretch of the sale so far (`label`: its clock time). */
  perSecond: number;
  curve: { label: string; perSecond: number }[];
  /** Answers that were no order, by the refusal's code, most frequent first. */
  failures: { code: string; orders: number }[];
};

/** What is counted beside the rows: stock pools, limits, coupon templates, groups. */
export const counterNames = ["quota", "held", "sold", "limit", "claimed", "committed", "taken", "paid"] as const;
export type CounterName = (typeof counterNames)[number];
export const repairInput = z.object({
  counter: z.enum(counterNames),
  ref: z.string().max(200),
  reason: z.string().trim().min(2).max(200),
});

/** A counter that says something else than the rows it counts. `committed` counts fen, the others pieces, coupons or people. */
export type Drift = {
  id: string;
  counter: CounterName;
  ref: string;
  /** Goods, coupon or group by name. */
  name: string;
  cityName: string | null;
  sessionId: string | null;
  sessionName: string | null;
  counted: number;
  due: number;
  /** The newest order that touched it: the drift began there or before. */
  lastOrderId: string | null;
};
/** What the doctor found at an instant, and how much was looked at. */
export type StockVerdict = {
  at: Date;
  looked: { pools: number; limits: number; coupons: number; groups: number };
  drifts: Drift[];
};

export const moveInput = z.object({
  orderId: z.string().max(28),
  pickupPointId: z.string().max(28),
  reason: z.string().trim().min(1).max(200),
  /** Only when it still stands there. */
  fromPointId: z.string().max(28).optional(),
});
export const moveValues = moveInput.pick({ pickupPointId: true, reason: true });

export const orderStates = [
  "pendingPayment",
  "paid",
  "locked",
  "inTransit",
  "arrived",
  "completed",
  "cancelled",
  "refunded",
] as const;
export type OrderState = (typeof orderStates)[number];

export const orderViews = ["all", "unpaid", "toBuy", "toPick", "done", "afterSale", "cancelled"] as const;

/** What the list of orders may be asked. `byDay` says which day `from` and `to` count by. */
export const orderListSpec = {
  views: orderViews,
  sorts: ["-placedAt", "-payableFen"],
  filters: {
    pickupDay: "day",
    businessDay: "day",
    paidDay: "day",
    cityId: "text",
    pickupPointId: "text",
    leaderId: "text",
    supplierId: "text",
    skuId: "text",
    saleSessionId: "text",
    byDay: ["paid", "session", "pickup"],
    from: "day",
    to: "day",
    paid: "yes",
    refunded: "yes",
    stuck: ["refund", "shipping"],
  },
  fields: {
    state: orderStates,
    pickupDay: "day",
    businessDay: "day",
    paidDay: "moment",
    placedAt: "moment",
    payableFen: "money",
    refundedFen: "money",
    itemCount: "number",
    contactName: "text",
    phoneTail: "text",
    remark: "text",
    paid: "yes",
    refunded: "yes",
  },
} as const satisfies ListSpec;

export type QuotedLine = {
  offerId: string;
  skuId: string;
  productId: string;
  name: string;
  spec: string;
  unit: string;
  picture: string;
  quantity: number;
  unitPriceFen: Fen;
  listPriceFen: Fen | null;
  listPriceBasis: StrikeBasis | null;
  listPriceDay: Day | null;
  goodsFen: Fen;
  couponFen: Fen;
  limits: LimitView[];
  layer: string;
};
export type QuotedProblem = { skuId: string; code: string; facts: Record<string, string | number | null> };
/** One order to be: the lines of one pickup day. */
export type QuotedOrder = {
  pickupDay: Day;
  saleSessionId: string;
  lines: QuotedLine[];
  goodsFen: Fen;
  couponFen: Fen;
  payableFen: Fen;
  group: GroupSeat | null;
  quoteToken: string;
};
/** One coupon of hers beside the quote: what it takes off which order, or why it is of no use. */
export type QuotedCoupon = {
  id: string;
  name: string;
  expiresAt: Date;
  stacks: boolean;
  amountFen: Fen;
  pickupDay: Day | null;
  saleSessionId: string | null;
  reason: CouponReason | null;
};
export type Quote = {
  orders: QuotedOrder[];
  problems: QuotedProblem[];
  coupons: QuotedCoupon[];
  couponFen: Fen;
  payableFen: Fen;
  validUntil: Date;
};

export type OrderRow = {
  id: string;
  no: string;
  state: OrderState;
  summary: string;
  itemCount: number;
  contactName: string;
  phoneTail: string;
  pointId: string;
  pointName: string;
  district: string;
  leaderName: string;
  businessDay: Day;
  pickupDay: Day;
  placedAt: Date;
  paidAt: Date | null;
  payableFen: Fen;
  refundedFen: Fen;
  afterSaleOpen: boolean;
};

export type OrderLineView = {
  id: string;
  skuId: string;
  productId: string;
  supplierId: string;
  supplierName: string;
  name: string;
  spec: string;
  unit: string;
  picture: string;
  ordered: number;
  cancelled: number;
  short: number;
  delivered: number;
  picked: number;
  unclaimed: number;
  returned: number;
  unitPriceFen: Fen;
  listPriceFen: Fen | null;
  goodsFen: Fen;
  couponFen: Fen;
  paidFen: Fen;
  refundedFen: Fen;
  commissionRuleId: string;
  commissionRuleVersion: number;
  commissionBp: number;
  commissionBaseFen: Fen;
  commissionFen: Fen;
  commissionReversedFen: Fen;
  commissionState: "none" | "frozen" | "released" | "reversed";
  completedAt: Date | null;
  completedBy: string | null;
  afterSaleUntil: Date | null;
  releaseAt: Date | null;
  disputed: boolean;
};

export type MoneyStep = { id: string; type: string; at: Date; amountFen: Fen };

export type OrderRecord = Omit<OrderRow, "afterSaleOpen"> & {
  residentId: string;
  saleSessionId: string;
  sessionName: string;
  cutoffAt: Date;
  leaderId: string;
  attribution: string;
  remark: string | null;
  goodsFen: Fen;
  couponFen: Fen;
  /** What each coupon took off each line, and who pays for it. */
  coupons: OrderCoupon[];
  paidFen: Fen;
  expiresAt: Date;
  lockedAt: Date | null;
  arrivedAt: Date | null;
  completedAt: Date | null;
  cancelledAt: Date | null;
  cancelReason: string | null;
  groupId: string | null;
  lines: OrderLineView[];
  payment: {
    id: string;
    state: string;
    outTradeNo: string;
    transactionId: string | null;
    successAt: Date | null;
  } | null;
  refunds: {
    id: string;
    state: string;
    cause: string;
    amountFen: Fen;
    createdAt: Date;
    successAt: Date | null;
    lastError: string | null;
  }[];
  journals: MoneyStep[];
  /** Paid minus refunded minus what the ledger still holds or has recognised for this order: zero when the books agree. */
  differenceFen: Fen;
  pickup: { code: string; bagNo: number } | null;
};

/** A published price that fell, and what earlier buyers paid above it for pieces they keep. */
export type PriceDrop = {
  changeId: string;
  name: string;
  fromFen: Fen;
  toFen: Fen;
  at: Date;
  orders: number;
  lines: number;
  amountFen: Fen;
};
export const priceDropInput = z.object({ changeId: z.string().regex(/^\d{1,18}$/) });
export type PriceDropInput = z.infer<typeof priceDropInput>;
