import type { DayKind, OfferLayer } from "#lib/generated/prisma/enums";
import { can, type Deed } from "../../identity/rules";
import type { Actor } from "../../identity/schema";
import { changeQuery, type ListSpec, readListParams, type SearchParams } from "../../kernel/list";
import { addDays, type Day, daysBetween } from "../../kernel/time";
import { bpOf, ordersHref, rangeOf } from "../rules";
import { type Basis, bases, type Narrow, type Period, periods } from "../schema";
import {
  type Ask,
  type Board,
  type Compare,
  compares,
  type MetricKey,
  metricKeys,
  type Notice,
  narrowKeys,
  type Split,
  splits,
} from "../schema/explore";
import { grainOf, metrics } from "./metrics";

/** What the address of a report may say. */
const askSpec = {
  filters: {
    metric: metricKeys,
    second: metricKeys,
    by: splits,
    basis: bases,
    period: periods,
    from: "day",
    to: "day",
    compare: compares,
    cityId: "text",
    leaderId: "text",
    supplierId: "text",
    skuId: "text",
  },
} as const satisfies ListSpec;

/** By day where the metric can be. */
const usualSplit = (key: MetricKey): Split => grainOf(key).splits[0] ?? "day";

/**
 * The address read as a question. What the address gets wrong, or what the metric cannot be counted by, is named and dropped; a way
 * of counting nobody asked for follows the metric without a word. `cityIds`: those the reader may see, null for all.
 */
export function askOf(
  search: SearchParams,
  today: Day,
  cityIds: readonly string[] | null,
): { ask: Ask; notices: Notice[] } {
  const { filters: f, unknown } = readListParams(search, askSpec);
  const isOurs = (param: string) => Object.hasOwn(askSpec.filters, param);
  // words of a list's grammar mean nothing to a report
  const strange = [...unknown.filter(isOurs), ...Object.keys(search).filter((param) => !isOurs(param))];
  const notices: Notice[] = strange.map((param) => ({ code: "unknown", param: param.slice(0, 40) }));
  const period: Period = f.from || f.to ? "custom" : (f.period ?? "d7");
  const metric = f.metric ?? "gmvFen";
  const grain = grainOf(metric);
  const ask: Ask = {
    metric,
    second: null,
    by: f.by ?? usualSplit(metric),
    basis: f.basis ?? grain.bases[0] ?? "paid",
    period,
    ...rangeOf(period, today, f),
    compare: f.compare ?? "previous",
  };
  if (!grain.bases.includes(ask.basis)) {
    notices.push({ code: "basis", param: ask.basis, metric });
    ask.basis = grain.bases[0] ?? "paid";
  }
  const canSplit = (key: MetricKey, by: Split) =>
    grainOf(key).splits.includes(by) && (by !== "hour" || ask.basis === "paid");
  if (!canSplit(metric, ask.by)) {
    notices.push({ code: "split", param: ask.by, metric });
    ask.by = usualSplit(metric);
  }
  for (const key of narrowKeys) {
    if (!f[key]) continue;
    if (!grain.narrows.includes(key)) notices.push({ code: "filter", param: key, metric });
    else if (key === "cityId" && cityIds && !cityIds.includes(f[key])) notices.push({ code: "city" });
    else ask[key] = f[key];
  }
  if (f.second && f.second !== metric) {
    const other = grainOf(f.second);
    if (
      canSplit(f.second, ask.by) &&
      other.bases.includes(ask.basis) &&
      narrowKeys.every((k) => !ask[k] || other.narrows.includes(k))
    )
      ask.second = f.second;
    else notices.push({ code: "second", param: ask.by, metric: f.second });
  }
  return { ask, notices };
}

export type AskChange = Partial<Record<keyof Ask, string | null>>;

/** A question as an address; what equals the default is left out. */
export function askHref(ask: Ask, change: AskChange = {}, path = "/analytics"): string {
  const said: Record<string, string | null | undefined> = {
    ...ask,
    period: ask.period === "custom" ? null : ask.period,
    from: ask.period === "custom" ? ask.from : null,
    to: ask.period === "custom" ? ask.to : null,
    ...change,
  };
  const metric = (said.metric ?? "gmvFen") as MetricKey;
  const usual: Record<string, string> = {
    metric: "gmvFen",
    by: usualSplit(metric),
    basis: grainOf(metric).bases[0] ?? "paid",
    period: "d7",
    compare: "previous",
  };
  const search = new URLSearchParams();
  for (const key of Object.keys(askSpec.filters)) {
    const text = said[key];
    if (text && text !== usual[key]) search.set(key, text);
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** The same period, city, day that counts and comparison on a board; there `metric` is what the rows are sorted by. */
export function boardHref(ask: Ask, board: Board, { metric, ...change }: AskChange = {}): string {
  const path = `/analytics/${board}`;
  const plain: Ask = { ...ask, metric: "gmvFen", second: null, by: "day" };
  const href = askHref({ ...plain, leaderId: undefined, supplierId: undefined, skuId: undefined }, change, path);
  return metric ? `${path}${changeQuery(href.split("?")[1] ?? "", { metric })}` : href;
}

/** The days a period is held against, but for the lunar calendar; weekday falls on weekday `weekday`s apart. */
export function comparedTo(
  from: Day,
  to: Day,
  compare: Exclude<Compare, "lunar" | "none">,
): { from: Day; to: Day; shift: number } {
  const length = daysBetween(from, to) + 1;
  const shift = compare === "weekday" ? Math.ceil(length / 7) * 7 : length;
  return { from: addDays(from, -shift), to: addDays(to, -shift), shift };
}

const keyOf: Partial<Record<Split, string>> = {
  product: "skuId",
  category: "categoryId",
  supplier: "supplierId",
  leader: "leaderId",
  city: "cityId",
  session: "saleSessionId",
};

/** What a mark is behind: its days, its key. A day's mark is that day. */
export type Behind = Narrow & {
  basis: Basis;
  from: Day;
  to: Day;
  categoryId?: string;
  saleSessionId?: string;
  hour?: string;
};

/** The question of one mark alone. */
export function behind(ask: Behind, by: Split, id: string): Behind {
  if (by === "day") return { ...ask, from: id as Day, to: id as Day };
  return { ...ask, [keyOf[by] ?? by]: id };
}

/** The days and the keys of a part of the orders, as the lists read them. */
function partOf(q: Behind): Record<string, string> {
  const part: Record<string, string> = { byDay: q.basis, from: q.from, to: q.to };
  for (const key of ["cityId", "leaderId", "supplierId", "skuId", "categoryId", "saleSessionId"] as const)
    if (q[key] !== undefined) part[key] = q[key];
  return part;
}

/**
 * The rows behind a number. Whole orders are in the order list; a part of an order (a product, a supplier, an hour) has its lines,
 * so that the rows add up to the number.
 */
export function rowsHref(q: Behind, more: { refunded?: boolean } = {}): string {
  const isPart = q.skuId || q.supplierId || q.categoryId || q.hour !== undefined;
  if (!isPart) {
    const href = ordersHref({ ...q, supplierId: undefined, skuId: undefined, ...more });
    return q.saleSessionId ? `${href}&saleSessionId=${encodeURIComponent(q.saleSessionId)}` : href;
  }
  const search = new URLSearchParams(partOf(q));
  if (q.hour !== undefined) search.set("hour", q.hour);
  if (more.refunded) search.set("refunded", "1");
  return `/analytics/lines?${search}`;
}

/** The lines behind a row of the campaigns: a slot's own, or a session's without its slots'. */
export function campaignHref(q: Narrow, r: { id: string; sessionId: string; layer: OfferLayer; day: Day }): string {
  const search = new URLSearchParams({ byDay: "session", from: r.day, to: r.day, saleSessionId: r.sessionId });
  if (q.cityId) search.set("cityId", q.cityId);
  if (r.layer === "session") search.set("plain", "1");
  else search.set("flashSlotId", r.id);
  return `/analytics/lines?${search}`;
}

/** The rows behind a value of a metric, wherever such rows are listed. */
export function metricHref(key: MetricKey, q: Behind): string {
  const days = (field: string) => `where=${field}.gte.${q.from}&where=${field}.lte.${q.to}`;
  const leader = q.leaderId ? `&leaderId=${q.leaderId}` : "";
  switch (key) {
    case "onTimeBp":
    case "pickup24Bp":
      return `/fulfilment/deliveries?${days("pickupDay")}${leader}`;
    case "complaints":
      return `/aftersales/list?${new URLSearchParams({ view: "all", where: "state.not.cancelled", ...partOf(q) })}`;
    case "refundFen":
    case "refundBp":
      return rowsHref(q, { refunded: true });
    default:
      return rowsHref(q);
  }
}

/** The days of a month. */
const monthLength = (month: string): number =>
  new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 0)).getUTCDate();

/**
 * What a period was to reach, from months' targets: where days add up, each month's share of its days in the period; else the
 * target itself, if one month holds the whole period. Null when a month has none. `daily` is the line in a chart by day.
 */
export function targetOf(
  metric: MetricKey,
  period: { from: Day; to: Day },
  months: ReadonlyMap<string, number>,
  reached: number | null,
): { whole: number; daily: number; reachedBp: number | null } | null {
  const days = daysBetween(period.from, period.to) + 1;
  let whole = 0;
  for (let i = 0; i < days; i++) {
    const month = addDays(period.from, i).slice(0, 7);
    const target = months.get(month);
    if (target === undefined) return null;
    if (!metrics[metric].adds)
      return period.to.slice(0, 7) === month
        ? { whole: target, daily: target, reachedBp: bpOf(reached ?? 0, target) }
        : null;
    whole += target / monthLength(month);
  }
  return { whole: Math.round(whole), daily: whole / days, reachedBp: bpOf(reached ?? 0, whole) };
}

type Line = { kind: DayKind; byId: string; cityId: string | null };
/** What changing a line of the calendar asks: a note is its writer's, or of whoever sets targets; the days themselves are the calendar keepers'. */
export const deedOver = (actor: Actor, line: Pick<Line, "kind" | "byId">): Deed =>
  line.kind !== "note" ? "calendar.edit" : line.byId === actor.id ? "analytics.save" : "analytics.set";

/** Whether the actor may change a line of the calendar; a day of everybody's is not for those who see some cities only. */
export const mayChangeLine = (actor: Actor, line: Line): boolean =>
  can(actor, deedOver(actor, line), { cityId: line.cityId }) && (line.kind === "note" || actor.cityIds.length === 0);
