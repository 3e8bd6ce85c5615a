import { z } from "zod/mini";
import type { Fen } from "../../kernel/money";
import type { Day } from "../../kernel/time";
import type { Conflict } from "../schema";

/** What stands on the timeline. */
export const barKinds = ["session", "flash", "group", "coupon"] as const;
export type BarKind = (typeof barKinds)[number];

/** What a bar is doing at an instant. */
export const barPhases = ["draft", "inReview", "scheduled", "live", "paused", "over"] as const;
export type BarPhase = (typeof barPhases)[number];

/** A category's items on a bar: how many, the first one's name and price. */
export type Goods = { categoryId: string; items: number; name: string; priceFen: Fen };

/** Epoch milliseconds, half-open. */
export type Span = { from: number; to: number };

/**
 * A session, a slot of one, or the validity of a coupon template. Empty `cityIds` and `goods` mean all. `keys` number the SKU × city
 * pairs of the bar's prices within one answer: bars of a kind that share one must not overlap. Quota and sold are pieces
 * (coupons: quota and granted ones; null without a quota).
 */
export type ScheduleBar = Span & {
  id: string;
  kind: BarKind;
  name: string;
  /** Of the plan; `scheduled` and what follows is the clock's part. */
  state: "draft" | "inReview" | "standing" | "over";
  isPaused: boolean;
  /** Of a slot: the session it is carved from. */
  sessionId: string | null;
  /** Of a session. */
  businessDay: Day | null;
  cityIds: string[];
  items: number;
  /** Of a slot: each category's items, the first of them and its price. Of a coupon: the categories alone. */
  goods: Goods[];
  quota: number | null;
  sold: number;
  keys: number[];
  version: number;
  href: string;
};

export const zooms = ["hour", "day", "week", "month"] as const;
export type Zoom = (typeof zooms)[number];
export const groupings = ["category", "city", "slot"] as const;
export type Grouping = (typeof groupings)[number];

/** What the timeline may be asked. */
export const scheduleSpec = {
  filters: {
    zoom: zooms,
    day: "day",
    by: groupings,
    cityId: "text",
    categoryId: "text",
    kind: barKinds,
    state: barPhases,
  },
} as const;

const id = z.string().check(z.minLength(1), z.maxLength(40));
const spanInput = { startsAt: z.coerce.date(), endsAt: z.coerce.date() };
/** A change of the timeline that somebody thinks of: asked while moving. */
export const thoughtInput = z.object({
  kind: z.enum(["moveSlot", "copySlot", "moveSession"]),
  id,
  ...spanInput,
  sessionId: z.optional(id),
  businessDay: z.optional(z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/, "day"))),
});
export type Thought = z.infer<typeof thoughtInput>;
/** The same change, to be made. */
export const rescheduleInput = z.extend(thoughtInput, { version: z.coerce.number().check(z.int()) });
export type Rescheduling = z.infer<typeof rescheduleInput>;

/** What a peek at a bar shows besides the bar: its first items, how many more, and what stands in the way of a draft. */
export type BarDetail = {
  items: { id: string; name: string; spec: string; priceFen: Fen; quota: number; sold: number; marginBp: number }[];
  more: number;
  session: { id: string; name: string } | null;
  conflicts: Conflict[];
};
/** A session that a slot may be put into. */
export type Home = Span & { id: string; name: string; cityIds: string[] };
