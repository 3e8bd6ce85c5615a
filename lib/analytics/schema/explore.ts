import { z } from "zod/mini";
import type { DayKind } from "#lib/generated/prisma/enums";
import type { Day } from "../../kernel/time";
import type { Basis, Narrow, Period } from "../schema";

/** What a question may be split by. An hour is an hour of payment. */
export const splits = ["day", "hour", "product", "category", "supplier", "leader", "city", "session"] as const;
export type Split = (typeof splits)[number];

/** What a period is held against: as many days just before, the same weekdays, the same lunar days of last year. */
export const compares = ["previous", "weekday", "lunar", "none"] as const;
export type Compare = (typeof compares)[number];

export const metricKeys = [
  "gmvFen",
  "netFen",
  "orders",
  "buyers",
  "newBuyers",
  "pieces",
  "aovFen",
  "itemsPerOrder",
  "refundFen",
  "refundBp",
  "costFen",
  "marginFen",
  "marginBp",
  "commissionFen",
  "marginAfterFen",
  "marginAfterBp",
  "couponFen",
  "perLeader",
  "repurchase7Bp",
  "repurchase30Bp",
  "sellThroughBp",
  "shortageBp",
  "onTimeBp",
  "pickup24Bp",
  "uncollectedBp",
  "complaints",
] as const;
export type MetricKey = (typeof metricKeys)[number];

/** Where parts of a metric are counted; each can be split and narrowed in its own ways. */
export const sources = [
  "sales",
  "fresh",
  "leaders",
  "again7",
  "again30",
  "offers",
  "arrivals",
  "pickups",
  "cases",
] as const;
export type Source = (typeof sources)[number];
export const narrowKeys = ["cityId", "leaderId", "supplierId", "skuId"] as const;
export type NarrowKey = (typeof narrowKeys)[number];

/** What metrics are made of. All add up over days and keys, but people (`buyers`, `newBuyers`, `again`, `earlier`). */
export const parts = [
  "orders",
  "buyers",
  "pieces",
  "paidFen",
  "refundFen",
  "costFen",
  "commissionFen",
  "couponFen",
  "short",
  "delivered",
  "unclaimed",
  "newBuyers",
  "leaderDays",
  "again7",
  "earlier7",
  "again30",
  "earlier30",
  "quota",
  "sold",
  "deliveries",
  "onTime",
  "handed",
  "handed24",
  "cases",
] as const;
export type Part = (typeof parts)[number];
export type Parts = Partial<Record<Part, number | null>>;
export type Values = Partial<Record<MetricKey, number | null>>;

/** The boards over the shared frame (period, city, day that counts, comparison). */
export const boards = [
  "sales",
  "products",
  "leaders",
  "suppliers",
  "campaigns",
  "customers",
  "fulfilment",
  "finance",
] as const;
export type Board = (typeof boards)[number];

/** A question as the address says it. */
export type Ask = Narrow & {
  metric: MetricKey;
  second: MetricKey | null;
  by: Split;
  basis: Basis;
  period: Period;
  from: Day;
  to: Day;
  compare: Compare;
};

/** What of the address could not be asked, and what is asked instead. */
export type Notice =
  | { code: "unknown"; param: string }
  | { code: "split" | "basis" | "filter" | "second"; param: string; metric: MetricKey }
  | { code: "city" };

/** The days a period is held against; `shift` days lie between, `anchor` is the pair of lunar days that were put together. */
export type Compared = {
  from: Day;
  to: Day;
  shift: number;
  anchor: { day: Day; before: Day; lunar: LunarName; beforeLunar: LunarName } | null;
};
/** `festival` is a key of the words, or null on an ordinary day. */
export type LunarName = { text: string; numeric: string; festival: string | null };

/** `text` is what the day is called, or a note as written; without `textEn` it is said so in English too. */
export type Annotation = {
  day: Day;
  kind: DayKind | "noSession";
  id: string;
  text: string;
  textEn: string | null;
};

/** `id` is a day, an hour or the id of what the question is split by. */
export type Mark = {
  id: string;
  name: string;
  note: string;
  now: Values;
  before: Values | null;
  beforeDay: Day | null;
};
export type Explored = {
  ask: Ask;
  notices: Notice[];
  before: Compared | null;
  /** The period runs until now, so the other is counted up to the same time. */
  isSameTime: boolean;
  total: Values;
  totalBefore: Values | null;
  /** Always by day, for the curves. */
  days: Mark[];
  /** The largest of the split by the metric first; days and hours in order. */
  marks: Mark[];
  markCount: number;
  annotations: Annotation[];
  /** What was to be reached: over the period, and a day's share of it where days add up. */
  target: { whole: number; daily: number; reachedBp: number | null } | null;
  asOf: Date;
  isFromRollup: boolean;
  /** What PostgreSQL was really asked, in order. */
  sql: string[];
};

/** `href` opens it as saved. */
export type SavedReport = {
  id: string;
  name: string;
  href: string;
  isTeam: boolean;
  mayRemove: boolean;
  ownerName: string;
  savedAt: Date;
};
/** A line of the calendar: a festival, a day off, a working day that makes up for one, or somebody's note. `byName` is empty for what the libraries knew. */
export type DayNote = {
  id: string;
  day: Day;
  kind: DayKind;
  text: string;
  textEn: string | null;
  cityId: string | null;
  byName: string;
  mayChange: boolean;
};

const line = (max: number) => z.string().check(z.trim(), z.minLength(1), z.maxLength(max));
const dayText = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/, "date"));

/** `query` is the address of an analytics page without its path. */
export const saveReportInput = z.object({
  name: line(40),
  path: z.string().check(z.regex(/^\/analytics(\/[a-z]+)?$/)),
  query: z.string().check(z.maxLength(1000)),
  team: z.optional(z.literal("on")),
});
export const reportInput = z.object({ id: z.string() });
export const dayKinds = ["festival", "rest", "work", "note"] as const satisfies readonly DayKind[];
const named = { text: line(60), textEn: z.optional(z.string().check(z.trim(), z.maxLength(60))) };
export const noteInput = z.object({
  day: dayText,
  kind: z._default(z.enum(dayKinds), "note"),
  ...named,
  cityId: z.optional(z.string()),
});
export const renameNoteInput = z.object({ id: z.string(), ...named });
export const calendarYearInput = z.object({ year: z.coerce.number().check(z.int(), z.gte(2000), z.lte(2099)) });
export const targetInput = z.object({
  metric: z.enum(metricKeys),
  month: z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])$/, "date")),
  cityId: z.optional(z.string()),
  /** Yuan, percent or a count, as the metric is written; blank takes the target away. */
  value: z.optional(z.string().check(z.regex(/^\d{1,12}(\.\d{1,2})?$/, "number"))),
});
