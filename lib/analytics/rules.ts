import { type Fen, fen } from "../kernel/money";
import { addDays, type Day, daysBetween, minute } from "../kernel/time";
import type { Basis, Curve, Forecast, Narrow, Need, Period, PointMark, TodayPoint } from "./schema";

/** Basis points of a part, null when the whole is nothing. */
export const bpOf = (part: number, whole: number): number | null =>
  whole > 0 ? Math.round((part * 10_000) / whole) : null;

/** At most so many days in one question. */
export const longestDays = 366;

/** The days of a named period, ending today; a custom one is put in order and cut to a year. */
export function rangeOf(
  period: Period,
  today: Day,
  custom: { from?: Day | undefined; to?: Day | undefined },
): { from: Day; to: Day } {
  if (period === "custom") {
    const a = custom.from ?? custom.to ?? today;
    const b = custom.to ?? custom.from ?? today;
    const [from, to] = a <= b ? [a, b] : [b, a];
    return daysBetween(from, to) >= longestDays ? { from: addDays(to, 1 - longestDays), to } : { from, to };
  }
  if (period === "month") return { from: `${today.slice(0, 7)}-01` as Day, to: today };
  const back = { today: 0, d7: 6, d14: 13, d30: 29 }[period];
  return { from: addDays(today, -back), to: today };
}

/** The orders behind a number: the paid orders of these days, narrowed further. */
export function ordersHref(e: Narrow & { basis: Basis; from: Day; to: Day; refunded?: boolean }): string {
  const search = new URLSearchParams({ paid: "1", byDay: e.basis, from: e.from, to: e.to });
  for (const key of ["cityId", "supplierId", "leaderId", "skuId"] as const) if (e[key]) search.set(key, e[key]);
  if (e.refunded) search.set("refunded", "1");
  return `/orders?${search}`;
}

/** Half hours of a day. */
export const slots = 48;

/** Sums per half hour as a running total: today's up to the slot now running, the other day's whole. */
export function curveOf(
  today: ReadonlyMap<number, number>,
  before: ReadonlyMap<number, number>,
  slotNow: number,
): Curve {
  const running = (sums: ReadonlyMap<number, number>, count: number) => {
    let total = 0;
    return Array.from({ length: count }, (_, i) => {
      total += sums.get(i) ?? 0;
      return total;
    });
  };
  return { points: running(today, Math.min(slots, slotNow + 1)), previous: running(before, slots) };
}

/**
 * What today may come to: today so far over the share of the day that the same weekday had reached by now, lowest and highest of
 * the weeks. Null with fewer than two weeks to compare, or when less than a tenth of a day was usually reached.
 */
export function forecast(soFarFen: Fen, weeks: readonly { earlyFen: Fen; wholeFen: Fen }[]): Forecast | null {
  const shares = weeks
    .filter((w) => w.wholeFen > 0 && w.earlyFen * 10 >= w.wholeFen)
    .map((w) => w.earlyFen / w.wholeFen);
  if (soFarFen <= 0 || shares.length < 2) return null;
  return {
    lowFen: fen(Math.round(soFarFen / Math.max(...shares))),
    highFen: fen(Math.round(soFarFen / Math.min(...shares))),
    weeks: shares.length,
  };
}

/** From two hours before a point closes, more than a fifth still waiting needs somebody. */
export const uncollectedHours = 2;
const uncollectedShare = 0.2;

/** How a point stands: late goods, or in its last hours too many who have not come. */
export function markOf(
  p: Pick<TodayPoint, "lateMinutes" | "arrivedAt" | "closesAt" | "orders" | "waiting">,
  at: Date,
): PointMark {
  const isLast = at.getTime() >= p.closesAt.getTime() - uncollectedHours * 60 * minute;
  if (isLast && p.arrivedAt && p.orders > 0 && p.waiting / p.orders > uncollectedShare) return "failed";
  return p.lateMinutes > 0 ? "attention" : "normal";
}

/** Minutes past the due time: until it came, else until now. */
export const lateMinutes = (d: { dueAt: Date | null; arrivedAt: Date | null }, at: Date): number =>
  d.dueAt ? Math.max(0, Math.floor(((d.arrivedAt ?? at).getTime() - d.dueAt.getTime()) / minute)) : 0;

export type DistrictRow = {
  id: string;
  points: number;
  late: number;
  orders: number;
  waiting: number;
  picked: number;
  pickedBp: number | null;
};

/** Points by district, the most points first. */
export function districtsOf(points: readonly TodayPoint[]): DistrictRow[] {
  const rows = new Map<string, DistrictRow>();
  for (const p of points) {
    const row = rows.get(p.district) ?? {
      id: p.district,
      points: 0,
      late: 0,
      orders: 0,
      waiting: 0,
      picked: 0,
      pickedBp: null,
    };
    row.points += 1;
    row.late += p.lateMinutes > 0 ? 1 : 0;
    row.orders += p.orders;
    row.waiting += p.waiting;
    row.picked += p.picked;
    rows.set(p.district, row);
  }
  return [...rows.values()]
    .map((row) => ({ ...row, pickedBp: bpOf(row.picked, row.orders) }))
    .sort((a, b) => b.points - a.points || (a.id < b.id ? -1 : 1));
}

/** At the pace since opening, how many pieces will be wanted beyond the quota by the cut-off; 0 when it will do, or too early to say. */
export function shortAtPace(e: { sold: number; quota: number; opensAt: Date; cutoffAt: Date }, at: Date): number {
  const gone = (at.getTime() - e.opensAt.getTime()) / (e.cutoffAt.getTime() - e.opensAt.getTime());
  if (gone < 0.2 || gone >= 1 || e.sold < e.quota * 0.6) return 0;
  return Math.max(0, Math.round(e.sold / gone) - e.quota);
}

/** What is due first comes first; what has no time last, in the order given. */
export const byDue = (needs: readonly Need[]): Need[] =>
  needs
    .map((need, i) => ({ need, i }))
    .sort(
      (a, b) =>
        (a.need.dueAt?.getTime() ?? Number.POSITIVE_INFINITY) - (b.need.dueAt?.getTime() ?? Number.POSITIVE_INFINITY) ||
        a.i - b.i,
    )
    .map(({ need }) => need);
