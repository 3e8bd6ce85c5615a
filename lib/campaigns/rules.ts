import type { OfferState, SessionState, SlotState } from "#lib/generated/prisma/enums";
import type { Fen } from "../kernel/money";
import type { Table } from "../kernel/states";
import type { Window } from "../kernel/time";
import type { Difference, Goods, OfferView, PublishProblem } from "./schema";

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

/**
 * What keeps a session from being published, whole session first. A sale under cost is allowed, but knowingly.
 * `served` are the cities that have an open point.
 */
export function publishProblems(e: {
  session: { cutoffAt: Date; cityIds: readonly string[] };
  offers: readonly Pick<OfferView, "id" | "skuId" | "name" | "priceFen" | "quota" | "layer" | "state">[];
  goods: ReadonlyMap<string, Goods>;
  served: ReadonlySet<string>;
  at: Date;
}): PublishProblem[] {
  const found: PublishProblem[] = [];
  const whole = (code: PublishProblem["code"]) => found.push({ code, isWarning: false, offerId: null, name: null });
  const items = e.offers.filter((o) => o.layer === "session" && o.state !== "closed");
  if (items.length === 0) whole("noItems");
  if (e.session.cutoffAt <= e.at) whole("cutoffPassed");
  if (e.session.cityIds.some((city) => !e.served.has(city))) whole("noPoints");
  for (const offer of items) {
    const item = (code: PublishProblem["code"], isWarning = false) =>
      found.push({ code, isWarning, offerId: offer.id, name: offer.name });
    const goods = e.goods.get(offer.skuId);
    if (!goods?.isListed) item("notListed");
    if (goods && !goods.supplierIsActive) item("supplierSuspended");
    if (offer.quota <= 0) item("noQuota");
    if (goods && offer.priceFen < goods.supplyPriceFen) item("belowCost", true);
  }
  return found;
}

/** The strike-through a price may carry: the lowest price people paid in the seven days before, else a labelled suggested retail price; else none. */
export function strikeThrough(
  priceFen: Fen,
  lowestPaidFen: Fen | null,
  msrpFen: Fen | null,
): { listPriceFen: Fen; basis: "lowest7d" | "msrp" } | null {
  if (lowestPaidFen !== null)
    return lowestPaidFen > priceFen ? { listPriceFen: lowestPaidFen, basis: "lowest7d" } : null;
  return msrpFen !== null && msrpFen > priceFen ? { listPriceFen: msrpFen, basis: "msrp" } : null;
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
