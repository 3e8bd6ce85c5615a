import type { OfferState, SessionState, SlotState } from "#lib/generated/prisma/enums";
import { type Fen, fen } from "../kernel/money";
import type { Table } from "../kernel/states";
import type { Day, Window } from "../kernel/time";
import type { BulkEdit, Conflict, Difference, OfferView, PriceStepInput } from "./schema";

export type SessionEvent = "submit" | "approve" | "return" | "publish" | "cutOff" | "lock" | "finish" | "cancel";
export const sessionTable: Table<SessionState, SessionEvent> = {
  draft: { submit: "inReview", publish: "published", cancel: "cancelled" },
  inReview: { approve: "published", return: "draft", cancel: "cancelled" },
  published: { cutOff: "cutOff", cancel: "cancelled" },
  cutOff: { lock: "locked" },
  locked: { finish: "finished" },
  finished: {},
  cancelled: {},
};

export type SlotEvent = "submit" | "approve" | "return" | "publish" | "cancel";
export const slotTable: Table<SlotState, SlotEvent> = {
  draft: { submit: "inReview", publish: "published", cancel: "cancelled" },
  inReview: { approve: "published", return: "draft", cancel: "cancelled" },
  published: { cancel: "cancelled" },
  cancelled: {},
};

export type OfferEvent = "publish" | "pause" | "resume" | "close";
export const offerTable: Table<OfferState, OfferEvent> = {
  draft: { publish: "active", close: "closed" },
  active: { pause: "paused", close: "closed" },
  paused: { resume: "active", close: "closed" },
  closed: {},
};

/** What a session is doing at an instant: its state, with the clock's part of it. */
export type SessionPhase =
  | "draft"
  | "inReview"
  | "scheduled"
  | "live"
  | "closing"
  | "cutOff"
  | "locked"
  | "finished"
  | "cancelled";
export const sessionPhases = [
  "draft",
  "inReview",
  "scheduled",
  "live",
  "closing",
  "cutOff",
  "locked",
  "finished",
  "cancelled",
] as const satisfies readonly SessionPhase[];

export function sessionPhase(session: { state: SessionState; opensAt: Date; cutoffAt: Date }, at: Date): SessionPhase {
  if (session.state !== "published") return session.state;
  return at < session.opensAt ? "scheduled" : at < session.cutoffAt ? "live" : "closing";
}

export type SlotPhase = "draft" | "inReview" | "scheduled" | "live" | "ended" | "cancelled";
export function slotPhase(slot: { state: SlotState; startsAt: Date; endsAt: Date }, at: Date): SlotPhase {
  if (slot.state !== "published") return slot.state;
  return at < slot.startsAt ? "scheduled" : at < slot.endsAt ? "live" : "ended";
}

/** Half-open windows overlap when each begins before the other ends. */
export const overlaps = (a: Window, b: Window): boolean => a.startsAt < b.endsAt && b.startsAt < a.endsAt;

/** Whether a slot's window lies inside its session's. */
export const isInside = (slot: Window, session: { opensAt: Date; cutoffAt: Date }): boolean =>
  slot.startsAt < slot.endsAt && slot.startsAt >= session.opensAt && slot.endsAt <= session.cutoffAt;

/** What becomes of a price change: nothing, a fall in place, or a rise that closes the offer and opens a successor. A draft takes any price. */
export function repricing(
  offer: { state: OfferState; priceFen: Fen },
  priceFen: Fen,
): "none" | "inPlace" | "successor" {
  if (offer.priceFen === priceFen) return "none";
  return offer.state === "draft" || priceFen < offer.priceFen ? "inPlace" : "successor";
}

/** What a price needs a second person for: under the supply price, or with less margin (basis points) than the rule asks. */
export function priceTrouble(
  e: { priceFen: Fen; supplyPriceFen: Fen; commissionBp: number | null },
  rule: { defaultBp: number; floorBp: number },
): "belowCost" | "marginUnderRule" | null {
  if (e.priceFen < e.supplyPriceFen) return "belowCost";
  return marginBp(e, rule.defaultBp) < rule.floorBp ? "marginUnderRule" : null;
}

/** Whether a plan may be put on sale by one person alone. */
export const needsSecond = (conflicts: readonly Conflict[]): boolean =>
  conflicts.some((c) => c.code === "belowCost" || c.code === "marginUnderRule");
export const blocking = (conflicts: readonly Conflict[]): Conflict[] => conflicts.filter((c) => c.severity === "block");

/** The day most of the goods are promised for, and which offers are promised for another; the earlier of two equally common ones. */
export function promiseOf(days: ReadonlyMap<string, Day>): { day: Day | null; others: string[] } {
  const count = new Map<Day, number>();
  for (const day of days.values()) count.set(day, (count.get(day) ?? 0) + 1);
  const [day = null] = [...count].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0] ?? [];
  return { day, others: [...days].flatMap(([id, of]) => (of === day ? [] : [id])) };
}

/** How a slot's window may still be changed: a draft or coming one at will, a running one at its end only, an ended one not at all. */
export function movable(slot: { state: SlotState; startsAt: Date; endsAt: Date }, at: Date): "free" | "end" | "none" {
  const phase = slotPhase(slot, at);
  return phase === "draft" || phase === "scheduled" ? "free" : phase === "live" ? "end" : "none";
}

/** A price changed by fen or by percent (basis points), then rounded down to the ending asked for; at least one fen. */
export function adjusted(priceFen: number, by: PriceStepInput): number {
  const raw = by.unit === "fen" ? priceFen + by.value : Math.round((priceFen * (10_000 + by.value)) / 10_000);
  const step = by.ending === "none" ? 1 : by.ending === "x9" ? 10 : 100;
  const ending = by.ending === "none" ? 0 : by.ending === "x9" ? 9 : 90;
  const rounded = Math.floor((raw - ending) / step) * step + ending;
  return Math.max(1, rounded);
}

/** What a bulk edit makes of an item. */
export function bulkEdited<I extends Pick<OfferView, "priceFen" | "quota" | "perPersonLimit" | "commissionBp">>(
  item: I,
  edit: BulkEdit,
): Pick<OfferView, "quota" | "perPersonLimit" | "commissionBp"> & { priceFen: Fen } {
  return {
    priceFen: edit.price ? fen(adjusted(item.priceFen, edit.price)) : item.priceFen,
    quota: edit.quota ?? item.quota,
    perPersonLimit: edit.perPersonLimit === undefined ? item.perPersonLimit : edit.perPersonLimit,
    commissionBp: edit.commissionBp === undefined ? item.commissionBp : edit.commissionBp,
  };
}

type Priced = Pick<OfferView, "skuId" | "cityId" | "priceFen">;
/** What is new in a session against an earlier one, item by item (SKU × city). */
export function differenceOf(now: readonly Priced[], before: readonly Priced[]): Difference {
  const key = (o: Priced) => `${o.skuId} ${o.cityId}`;
  const known = new Map(before.map((o) => [key(o), o.priceFen]));
  const difference: Difference = { added: 0, removed: 0, dearer: 0, cheaper: 0, same: 0 };
  for (const offer of now) {
    const was = known.get(key(offer));
    known.delete(key(offer));
    if (was === undefined) difference.added++;
    else if (was < offer.priceFen) difference.dearer++;
    else if (was > offer.priceFen) difference.cheaper++;
    else difference.same++;
  }
  return { ...difference, removed: known.size };
}

/** Margin in basis points of the price after supply price and commission; negative under cost. */
export function marginBp(
  e: { priceFen: Fen; supplyPriceFen: Fen; commissionBp: number | null },
  defaultBp: number,
): number {
  if (e.priceFen === 0) return 0;
  return Math.round(((e.priceFen - e.supplyPriceFen) * 10_000) / e.priceFen) - (e.commissionBp ?? defaultBp);
}
