import type { Unit } from "../../kernel/values";
import { type Basis, bases } from "../schema";
import {
  type MetricKey,
  metricKeys,
  type NarrowKey,
  narrowKeys,
  type Part,
  type Parts,
  type Source,
  type Split,
  sources,
  splits,
  type Values,
} from "../schema/explore";

/** How finely a source can be counted, what it counts, and from which tables. */
export type Grain = {
  splits: readonly Split[];
  bases: readonly Basis[];
  narrows: readonly NarrowKey[];
  tables: readonly string[];
};

export const grains: Record<Source, Grain & { parts: readonly Part[] }> = {
  sales: {
    parts: [
      ...(["orders", "buyers", "pieces", "short", "delivered", "unclaimed"] as const),
      ...(["paidFen", "refundFen", "costFen", "commissionFen", "couponFen"] as const),
    ],
    splits,
    bases,
    narrows: narrowKeys,
    tables: ["customer_order", "order_line"],
  },
  fresh: {
    parts: ["newBuyers"],
    splits: ["day"],
    bases,
    narrows: ["cityId", "leaderId"],
    tables: ["customer_order"],
  },
  leaders: {
    parts: ["leaderDays"],
    splits: ["day", "city", "leader"],
    bases,
    narrows: ["cityId", "leaderId"],
    tables: ["customer_order"],
  },
  again7: {
    parts: ["again7", "earlier7"],
    splits: ["city"],
    bases,
    narrows: ["cityId", "leaderId"],
    tables: ["customer_order"],
  },
  again30: {
    parts: ["again30", "earlier30"],
    splits: ["city"],
    bases,
    narrows: ["cityId", "leaderId"],
    tables: ["customer_order"],
  },
  offers: {
    parts: ["quota", "sold"],
    splits: ["day", "product", "category", "supplier", "city", "session"],
    bases: ["session"],
    narrows: ["cityId", "supplierId", "skuId"],
    tables: ["offer", "stock_pool", "sale_session"],
  },
  arrivals: {
    parts: ["deliveries", "onTime"],
    splits: ["day", "leader", "city", "session"],
    bases: ["pickup"],
    narrows: ["cityId", "leaderId"],
    tables: ["delivery"],
  },
  pickups: {
    parts: ["handed", "handed24"],
    splits: ["day", "leader", "city"],
    bases: ["pickup"],
    narrows: ["cityId", "leaderId"],
    tables: ["delivery", "delivery_line", "verification"],
  },
  cases: {
    parts: ["cases"],
    splits: ["day", "product", "category", "supplier", "leader", "city", "session"],
    bases,
    narrows: narrowKeys,
    tables: ["after_sale", "customer_order", "order_line"],
  },
};

export type MetricSpec = {
  unit: Unit;
  /** Whether growth is good news; a cost is coloured as bad. */
  upIsGood: boolean;
  /** Whether the values of days add up to that of the period, so that a month's target can be shared out over days. */
  adds: boolean;
  needs: readonly Part[];
  of: (p: Parts) => number | null;
};

const value = (p: Parts, part: Part): number | null => p[part] ?? null;

/** A part as it is. */
const plain = (part: Part, unit: Unit, more: Partial<MetricSpec> = {}): MetricSpec => ({
  unit,
  upIsGood: true,
  adds: true,
  needs: [part],
  of: (p) => value(p, part),
  ...more,
});

/** Signed parts added up: `net = paidFen − refundFen`. */
const sumOf = (signs: Partial<Record<Part, 1 | -1>>, more: Partial<MetricSpec> = {}): MetricSpec => {
  const needs = Object.keys(signs) as Part[];
  return {
    unit: "money",
    upIsGood: true,
    adds: true,
    needs,
    of: (p) =>
      needs.some((part) => value(p, part) === null)
        ? null
        : needs.reduce((n, part) => n + (value(p, part) ?? 0) * (signs[part] ?? 1), 0),
    ...more,
  };
};

/** One sum over another; null where there is nothing to divide by. */
const over = (top: MetricSpec, under: MetricSpec, unit: Unit, more: Partial<MetricSpec> = {}): MetricSpec => {
  const scale = unit === "rate" ? 10_000 : unit === "perThousand" ? 1000 : 1;
  const round = unit === "decimal" || unit === "perThousand" ? 100 : 1;
  return {
    unit,
    upIsGood: true,
    adds: false,
    needs: [...new Set([...top.needs, ...under.needs])],
    of: (p) => {
      const [a, b] = [top.of(p), under.of(p)];
      return a === null || b === null || b <= 0 ? null : Math.round((a * scale * round) / b) / round;
    },
    ...more,
  };
};

const gmv = plain("paidFen", "money");
const net = sumOf({ paidFen: 1, refundFen: -1 });
const margin = sumOf({ paidFen: 1, refundFen: -1, costFen: -1 });
const marginAfter = sumOf({ paidFen: 1, refundFen: -1, costFen: -1, commissionFen: -1 });
const orders = plain("orders", "number");
const bad = { upIsGood: false };

/** The dictionary. Names, definitions and formulas in words: `words/analytics` under `metrics`. */
export const metrics: Record<MetricKey, MetricSpec> = {
  gmvFen: gmv,
  netFen: net,
  orders,
  buyers: plain("buyers", "number", { adds: false }),
  newBuyers: plain("newBuyers", "number"),
  pieces: plain("pieces", "number"),
  aovFen: over(gmv, orders, "money"),
  itemsPerOrder: over(plain("pieces", "number"), orders, "decimal"),
  refundFen: plain("refundFen", "money", bad),
  refundBp: over(plain("refundFen", "money"), gmv, "rate", bad),
  costFen: plain("costFen", "money", bad),
  marginFen: margin,
  marginBp: over(margin, net, "rate"),
  commissionFen: plain("commissionFen", "money", bad),
  marginAfterFen: marginAfter,
  marginAfterBp: over(marginAfter, net, "rate"),
  couponFen: plain("couponFen", "money", bad),
  perLeader: over(orders, plain("leaderDays", "number"), "decimal"),
  repurchase7Bp: over(plain("again7", "number"), plain("earlier7", "number"), "rate"),
  repurchase30Bp: over(plain("again30", "number"), plain("earlier30", "number"), "rate"),
  sellThroughBp: over(plain("sold", "number"), plain("quota", "number"), "rate"),
  shortageBp: over(plain("short", "number"), sumOf({ pieces: 1, short: 1 }), "rate", bad),
  onTimeBp: over(plain("onTime", "number"), plain("deliveries", "number"), "rate"),
  pickup24Bp: over(plain("handed24", "number"), plain("handed", "number"), "rate"),
  uncollectedBp: over(plain("unclaimed", "number"), plain("delivered", "number"), "rate", bad),
  complaints: over(plain("cases", "number"), orders, "perThousand", bad),
};

/** The sources whose parts a metric is made of. */
export const sourcesOf = (key: MetricKey): Source[] =>
  sources.filter((source) => grains[source].parts.some((part) => metrics[key].needs.includes(part)));

/** Metrics every answer has, whatever was asked. */
export const salesMetrics: readonly MetricKey[] = metricKeys.filter((key) => sourcesOf(key).join() === "sales");

const common = <T>(lists: readonly (readonly T[])[]): T[] =>
  (lists[0] ?? []).filter((one) => lists.every((list) => list.includes(one)));

/** What a metric can be split by, counted by and narrowed to: what all its sources can. */
export const grainOf = (key: MetricKey): Grain => {
  const all = sourcesOf(key).map((source) => grains[source]);
  return {
    splits: common(all.map((g) => g.splits)),
    bases: common(all.map((g) => g.bases)),
    narrows: common(all.map((g) => g.narrows)),
    tables: [...new Set(all.flatMap((g) => g.tables))],
  };
};

/** Every metric that the parts are enough for. */
export function valuesOf(p: Parts): Values {
  const all: Values = {};
  for (const key of metricKeys) if (metrics[key].needs.every((part) => part in p)) all[key] = metrics[key].of(p);
  return all;
}
