import type { OfferLayer } from "../../generated/prisma/enums";
import type { Fen } from "../../kernel/money";
import type { Day } from "../../kernel/time";

/** Pieces a SKU is expected to sell in a city on a day: the middle of `weeks` past days, the fewest and the most of them. */
export type Units = { units: number; low: number; high: number; weeks: number };
export type UnitForecast = Units & { skuId: string; cityId: string };
/**
 * The one forecast of the product. `errorBp`: the pieces by which the same method was wrong, of the pieces sold, on `testedDays` past
 * days of the weekday; null when too little is known to measure. Rows are missing where the past says too little.
 */
export type UnitForecasts = { day: Day; rows: UnitForecast[]; errorBp: number | null; testedDays: number };

export const changeKinds = ["added", "removed", "dearer", "cheaper", "same"] as const;
export type ChangeKind = (typeof changeKinds)[number];
/** An expected margin after supply price and commission. */
export type Expected = { fen: Fen; lowFen: Fen; highFen: Fen };
/** One item of a publication against what stood before: its price, what it is expected to sell and to leave. `bp` basis points of the price. */
export type PlannedItem = {
  offerId: string;
  name: string;
  spec: string;
  cityId: string;
  change: ChangeKind;
  fromFen: Fen | null;
  toFen: Fen | null;
  supplyFen: Fen;
  quota: number;
  marginBp: number;
  units: Units | null;
  gmvFen: Fen | null;
  margin: Expected | null;
  isBelowCost: boolean;
  isUnderRule: boolean;
};
/**
 * What a publishing changes: against the session before it, or for a slot against its session's own prices. Totals cover the items
 * with a forecast (`foretold` of `items`); `marginBp` of their turnover.
 */
export type PublishDiff = {
  layer: OfferLayer;
  against: { id: string; name: string; day: Day } | null;
  items: PlannedItem[];
  counts: Record<ChangeKind, number>;
  total: {
    items: number;
    foretold: number;
    units: number;
    low: number;
    high: number;
    gmvFen: Fen;
    margin: Expected;
    marginBp: number | null;
  };
  floorBp: number;
  forecast: Pick<UnitForecasts, "day" | "errorBp" | "testedDays">;
};
