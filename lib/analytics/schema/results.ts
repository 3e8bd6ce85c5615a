import type { OfferLayer } from "../../generated/prisma/enums";
import type { Fen } from "../../kernel/money";
import type { Day } from "../../kernel/time";

export type ResultRef = { sessionId: string } | { slotId: string } | { templateId: string };

/** What was sold: paid less refunds is net, less supply cost is margin; coupons are already off `gmvFen`. Pieces as delivered or to be. */
export type ResultSums = {
  pieces: number;
  gmvFen: Fen;
  couponFen: Fen;
  refundFen: Fen;
  costFen: Fen;
  commissionFen: Fen;
  marginFen: Fen;
};
/** One SKU in one city and layer; `buyers` different people, `quota` null where it is not a stock of its own (coupons). */
export type ResultItem = ResultSums & {
  id: string;
  skuId: string;
  cityId: string;
  layer: OfferLayer;
  name: string;
  spec: string;
  orders: number;
  buyers: number;
  quota: number | null;
};
/** Orders placed in one hour, and those of them that were paid. */
export type ResultHour = { at: Date; placed: number; paid: number; gmvFen: Fen };
/**
 * A campaign's results. `buyers`: different people who paid for something of it; `newBuyers`: those whose first paid order is one of it;
 * `placed`: orders with something of it, whatever became of them; `lapsed`: never paid in time.
 */
export type CampaignResults = {
  kind: OfferLayer | "coupon";
  id: string;
  sessionId: string | null;
  name: string;
  day: Day | null;
  asOf: Date;
  buyers: number;
  newBuyers: number;
  placed: number;
  paid: number;
  lapsed: number;
  quota: number | null;
  total: ResultSums;
  items: ResultItem[];
  hours: ResultHour[];
  coupons: { claimed: number; used: number; budgetFen: Fen | null; committedFen: Fen } | null;
};
