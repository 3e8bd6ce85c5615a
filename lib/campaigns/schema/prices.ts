import type { OfferLayer } from "../../generated/prisma/enums";
import type { Fen } from "../../kernel/money";
import type { Day } from "../../kernel/time";

/**
 * What makes a struck-through price true: the lowest transaction price of the seven days before in the same city, else the last one
 * before that, or a labelled manufacturer's suggested retail price. Sources: SAMR Order 32 (2020-10-29), which counts a discount from
 * the lowest transaction price in the same place within the seven days before, or the last before it; 明码标价和禁止价格欺诈规定 (2022-07-01).
 */
export const strikeBases = ["lowest7d", "lastBefore", "msrp"] as const;
export type StrikeBasis = (typeof strikeBases)[number];

/** The lowest price paid for a SKU in a city on `day`: within the seven days before a promotion, or on the last day before them. */
export type Evidence = { lowestFen: Fen; day: Day; kind: "lowest7d" | "lastBefore" };
export type Strike = { listPriceFen: Fen; basis: StrikeBasis; day: Day | null };

/** An offer's struck-through price (null: none) and what it rests on; a draft's as of now, a published one's as it stands. */
export type StruckOffer = {
  offerId: string;
  name: string;
  spec: string;
  cityId: string;
  startsAt: Date;
  priceFen: Fen;
  msrpFen: Fen | null;
  evidence: Evidence | null;
  strike: Strike | null;
};

/** A planned offer whose struck-through price a flash price would lower (`becomesFen`) or take away (null). */
export type CapHit = {
  offerId: string;
  layer: OfferLayer;
  campaignId: string;
  campaignName: string;
  startsAt: Date;
  endsAt: Date;
  priceFen: Fen;
  strikeFen: Fen;
  becomesFen: Fen | null;
};
/** What a price does to later ones: through `until` no struck-through price of the SKU in the city lies above it. */
export type Cap = {
  skuId: string;
  cityId: string;
  cityName: string;
  name: string;
  capFen: Fen;
  until: Day;
  hits: CapHit[];
};

/** The least paid for a SKU in a city on one day, and how many pieces were bought. */
export type Observation = { cityId: string; day: Day; lowestFen: Fen; pieces: number };
/** A published price of a SKU and who set it; `fromFen` is null at publishing. */
export type PriceStep = {
  offerId: string;
  layer: OfferLayer;
  cityId: string;
  campaignId: string;
  campaignName: string;
  fromFen: Fen | null;
  toFen: Fen;
  at: Date;
  byName: string;
  reason: string | null;
};
export type PriceHistory = { steps: PriceStep[]; observations: Observation[] };
