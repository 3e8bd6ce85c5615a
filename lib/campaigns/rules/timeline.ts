import { addDays, clockText, type Day, daysBetween, hour, minute, startOf, weekday } from "../../kernel/time";
import type { BarKind, BarPhase, Grouping, ScheduleBar, Span, Zoom } from "../schema/schedule";

const dayMs = 24 * hour;

/** How finely a bar moves at each zoom, in milliseconds. */
export const snapOf: Record<Zoom, number> = { hour: 15 * minute, day: hour, week: hour, month: dayMs };

/** The days a zoom shows around one: that day, five from it, two weeks from its Monday, its month. `to` is the day after the last. */
export function daysShown(zoom: Zoom, day: Day): { from: Day; to: Day } {
  switch (zoom) {
    case "hour":
      return { from: day, to: addDays(day, 1) };
    case "day":
      return { from: day, to: addDays(day, 5) };
    case "week": {
      const from = addDays(day, -((weekday(day) + 6) % 7));
      return { from, to: addDays(from, 14) };
    }
    case "month": {
      const from = `${day.slice(0, 7)}-01` as Day;
      return { from, to: `${addDays(from, 31).slice(0, 7)}-01` as Day };
    }
  }
}

/** The day to ask for to see what lies before or after. */
export function dayBeside(zoom: Zoom, day: Day, side: -1 | 1): Day {
  const { from, to } = daysShown(zoom, day);
  if (side === 1) return to;
  return zoom === "month" ? daysShown("month", addDays(from, -1)).from : addDays(from, -daysBetween(from, to));
}

export const rangeOf = ({ from, to }: { from: Day; to: Day }): Span => ({
  from: startOf(from).getTime(),
  to: startOf(to).getTime(),
});

/** Half-open spans meet when each begins before the other ends. */
export const meets = (a: Span, b: Span): boolean => a.from < b.to && b.from < a.to;

/** Where a span lies in a range, in percent of its width, cut at the edges; null outside. */
export function placed(
  range: Span,
  span: Span,
): { left: number; width: number; isCutLeft: boolean; isCutRight: boolean } | null {
  if (!meets(range, span)) return null;
  const whole = range.to - range.from;
  const from = Math.max(span.from, range.from);
  const to = Math.min(span.to, range.to);
  return {
    left: ((from - range.from) / whole) * 100,
    width: ((to - from) / whole) * 100,
    isCutLeft: span.from < range.from,
    isCutRight: span.to > range.to,
  };
}

/** Spans side by side: the lane of each, lowest first, none touching another of its lane; each takes at least `leastMs` of room. */
export function lanesOf(spans: readonly Span[], leastMs: number): { lanes: number[]; count: number } {
  const free: number[] = [];
  const lanes = spans.map(() => 0);
  const inTime = spans
    .map((span, i) => ({ span, i }))
    .sort((a, b) => a.span.from - b.span.from || b.span.to - a.span.to);
  for (const { span, i } of inTime) {
    const end = Math.max(span.to, span.from + leastMs);
    const found = free.findIndex((until) => until <= span.from);
    const lane = found < 0 ? free.length : found;
    free[lane] = end;
    lanes[i] = lane;
  }
  return { lanes, count: Math.max(1, free.length) };
}

/** The nearest instant on the grid of Shanghai's days. */
export function snapped(at: number, step: number): number {
  const zero = startOf("2026-01-01" as Day).getTime();
  return zero + Math.round((at - zero) / step) * step;
}

export type Grip = "move" | "from" | "to";
const shortest = 15 * minute;

/**
 * What becomes of a span that is pulled by `deltaMs`: moved whole, or by one edge, onto the grid; by whole days it keeps its clock times.
 * Never shorter than a quarter of an hour.
 */
export function dragged(span: Span, grip: Grip, deltaMs: number, step: number): Span {
  const pulled = (at: number) =>
    step >= dayMs ? at + Math.round(deltaMs / step) * step : deltaMs === 0 ? at : snapped(at + deltaMs, step);
  if (grip === "move") {
    const from = pulled(span.from);
    return { from, to: from + (span.to - span.from) };
  }
  return grip === "from"
    ? { from: Math.min(pulled(span.from), span.to - shortest), to: span.to }
    : { from: span.from, to: Math.max(pulled(span.to), span.from + shortest) };
}

/** The span as far as it fits into another: moved inside whole when it can be, else as long as there is room. */
export function fitted(span: Span, within: Span): Span {
  const length = Math.min(span.to - span.from, within.to - within.from);
  const from = Math.min(Math.max(span.from, within.from), within.to - length);
  return { from, to: from + length };
}

const holds = (outer: Span, inner: Span) => outer.from <= inner.from && inner.to <= outer.to;

/** The session a slot belongs to at a place: its own while that holds it, else one of the same cities that does, else its own. */
export function homeOf<S extends Span & { id: string; cityIds: readonly string[] }>(
  span: Span,
  own: string,
  sessions: readonly S[],
): S | undefined {
  const mine = sessions.find((s) => s.id === own);
  if (!mine || holds(mine, span)) return mine;
  return sessions.find((s) => holds(s, span) && mine.cityIds.every((c) => s.cityIds.includes(c))) ?? mine;
}

/** What a bar is doing. */
export function barPhase(bar: Pick<ScheduleBar, "state" | "isPaused" | "from" | "to">, at: number): BarPhase {
  if (bar.state !== "standing") return bar.state;
  if (at >= bar.to) return "over";
  return bar.isPaused ? "paused" : at < bar.from ? "scheduled" : "live";
}

/** How a bar may be changed by hand: at will before it begins, at its end while it runs, not at all afterwards. Coupons are changed on their page. */
export function grips(
  bar: Pick<ScheduleBar, "kind" | "state" | "isPaused" | "from" | "to">,
  at: number,
): readonly Grip[] {
  if (bar.kind === "coupon") return [];
  const phase = barPhase(bar, at);
  if (phase === "draft" || phase === "scheduled" || (phase === "paused" && at < bar.from))
    return ["move", "from", "to"];
  return phase === "live" || phase === "paused" ? ["to"] : [];
}

/** Bars that would have a second price for the same goods and city at the same time. */
export const rivals = <B extends Pick<ScheduleBar, "id" | "kind" | "state" | "keys"> & Span>(
  bar: Pick<ScheduleBar, "id" | "kind" | "keys">,
  span: Span,
  bars: readonly B[],
): B[] =>
  bars.filter(
    (b) =>
      b.id !== bar.id &&
      b.kind === bar.kind &&
      b.state === "standing" &&
      meets(b, span) &&
      b.keys.some((k) => bar.keys.includes(k)),
  );

export type Row = { key: string; kind: BarKind; rowId: string; bars: ScheduleBar[] };

const rowIds = (bar: ScheduleBar, by: Grouping): readonly string[] => {
  const cities = bar.cityIds.length > 0 ? bar.cityIds : [""];
  if (by === "city") return cities;
  if (bar.kind === "session" || bar.kind === "coupon") return [""];
  if (by === "slot") return [clockText(new Date(bar.from))];
  return bar.goods.length > 0 ? bar.goods.map((g) => g.categoryId) : [""];
};

/** Bars in rows: by kind, then by what they are grouped by, in the order of `order` (ids not in it last, by themselves). */
export function rowsOf(bars: readonly ScheduleBar[], by: Grouping, order: readonly string[]): Row[] {
  const kinds: readonly BarKind[] = ["session", "flash", "group", "coupon"];
  const place = (id: string) => (order.includes(id) ? order.indexOf(id) : order.length);
  return kinds.flatMap((kind) => {
    const rows = new Map<string, ScheduleBar[]>();
    for (const bar of bars)
      if (bar.kind === kind)
        for (const id of rowIds(bar, by)) {
          const own = rows.get(id);
          if (own) own.push(bar);
          else rows.set(id, [bar]);
        }
    return [...rows]
      .map(([rowId, own]) => ({ key: `${kind} ${rowId}`, kind, rowId, bars: own }))
      .sort((a, b) => place(a.rowId) - place(b.rowId) || (a.rowId < b.rowId ? -1 : 1));
  });
}

/** Which of rows stacked from 0 (`ends[i]` is where row i ends) lie in a window of the list, with some to spare. */
export function rowsInView(
  ends: readonly number[],
  top: number,
  height: number,
  spare = 300,
): { first: number; last: number } {
  const first = ends.findIndex((end) => end > top - spare);
  const after = ends.findIndex((end) => end >= top + height + spare);
  return { first: first < 0 ? ends.length - 1 : first, last: after < 0 ? ends.length - 1 : after };
}

/** How full something is, in words as well: under 85 % it has room, under 95 % it is tight, at 100 % over. */
export type Heat = "none" | "room" | "tight" | "full" | "over";
export function heatOf(amount: number, capacity: number): Heat {
  if (amount === 0) return "none";
  const share = amount / capacity;
  return share < 0.85 ? "room" : share < 0.95 ? "tight" : share <= 1 ? "full" : "over";
}
