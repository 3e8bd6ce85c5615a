import { fen, minus, rate, sum, times, zero } from "../../kernel/money";
import { bpOf } from "../rules";
import {
  type ChangeKind,
  changeKinds,
  type Expected,
  type PlannedItem,
  type PublishDiff,
  type Units,
} from "../schema/plan";

/** What an item was and is to be: prices in fen, null where there was or will be none. */
export const changeOf = (fromFen: number | null, toFen: number | null): ChangeKind =>
  fromFen === null
    ? "added"
    : toFen === null
      ? "removed"
      : toFen > fromFen
        ? "dearer"
        : toFen < fromFen
          ? "cheaper"
          : "same";

/** A forecast cannot sell more than there is. */
export const withinQuota = (u: Units, quota: number): Units => ({
  ...u,
  units: Math.min(u.units, quota),
  low: Math.min(u.low, quota),
  high: Math.min(u.high, quota),
});

/** What the foretold pieces leave after supply price and commission, from the worst to the best of the range. */
export function expectedMargin(
  e: Pick<PlannedItem, "supplyFen"> & { priceFen: PlannedItem["supplyFen"]; commissionBp: number },
  u: Units,
): Expected {
  const of = (pieces: number) => {
    const paid = times(e.priceFen, pieces);
    return minus(paid, times(e.supplyFen, pieces), rate(paid, e.commissionBp));
  };
  const ends = [of(u.low), of(u.high)];
  return { fen: of(u.units), lowFen: fen(Math.min(...ends)), highFen: fen(Math.max(...ends)) };
}

/** Counts and totals of a publication's items; the margin rate is of the turnover of items with a forecast. */
export function totalsOf(items: readonly PlannedItem[]): Pick<PublishDiff, "counts" | "total"> {
  const foretold = items.flatMap((i) =>
    i.units && i.margin && i.gmvFen !== null ? [{ units: i.units, margin: i.margin, gmvFen: i.gmvFen }] : [],
  );
  const gmvFen = sum(foretold.map((i) => i.gmvFen));
  const margin = {
    fen: sum(foretold.map((i) => i.margin.fen)),
    lowFen: sum(foretold.map((i) => i.margin.lowFen)),
    highFen: sum(foretold.map((i) => i.margin.highFen)),
  };
  const add = (key: "units" | "low" | "high") => foretold.reduce((n, i) => n + i.units[key], 0);
  return {
    counts: Object.fromEntries(
      changeKinds.map((kind) => [kind, items.filter((i) => i.change === kind).length]),
    ) as Record<ChangeKind, number>,
    total: {
      items: items.filter((i) => i.change !== "removed").length,
      foretold: foretold.length,
      units: add("units"),
      low: add("low"),
      high: add("high"),
      gmvFen,
      margin,
      marginBp: gmvFen === zero ? null : bpOf(margin.fen, gmvFen),
    },
  };
}
