import "server-only";
import type { FlashSlot, SaleSession } from "#lib/generated/prisma/client";
import { type Day, dayFromDate, later, type Window } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import type { Db } from "#lib/platform/db";
import type { Plan, PlanItem } from "./conflicts";
import { offersOfSession } from "./queries";
import type { OfferView, SlotView } from "./schema";

const standing = (o: OfferView) => o.state !== "closed";
const sessionOf = (s: SaleSession): Plan["session"] => ({
  id: s.id,
  businessDay: dayFromDate(s.businessDay),
  opensAt: s.opensAt,
  cutoffAt: s.cutoffAt,
  cityIds: s.cityIds,
});

/** The session's offer that a slot's item is carved from, by `sku city`: the latest one that stands. */
export const homesOf = (offers: readonly OfferView[]): Map<string, OfferView> =>
  new Map(
    offers
      .filter((o) => o.layer === "session" && standing(o))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map((o) => [`${o.skuId} ${o.cityId}`, o]),
  );

/** The plan of putting a session on sale. */
export async function sessionPlan(db: Db, session: SaleSession): Promise<Plan & { offers: OfferView[] }> {
  const offers = (await offersOfSession(session.id, db)).filter((o) => o.layer === "session" && standing(o));
  return {
    for: "publish",
    session: sessionOf(session),
    slot: null,
    offers,
    items: offers.map((o) => ({ ...o, startsAt: session.opensAt, endsAt: session.cutoffAt })),
    own: offers.map((o) => o.id),
    at: now(),
  };
}

/** The plan of another window for a session; its slots keep their hours and go along with the day. */
export async function movedSession(
  db: Db,
  session: SaleSession & { slots: FlashSlot[] },
  to: { opensAt: Date; cutoffAt: Date; businessDay: Day; shift: number },
): Promise<Plan> {
  const offers = (await offersOfSession(session.id, db)).filter(standing);
  const slots = session.slots
    .filter((s) => s.state !== "cancelled")
    .map((s) => ({ name: s.name, startsAt: later(s.startsAt, to.shift), endsAt: later(s.endsAt, to.shift) }));
  return {
    for: "move",
    isOtherDay: to.businessDay !== dayFromDate(session.businessDay),
    session: { ...sessionOf(session), opensAt: to.opensAt, cutoffAt: to.cutoffAt, businessDay: to.businessDay },
    slot: null,
    slots,
    items: offers.map((o) =>
      o.layer === "session"
        ? { ...o, startsAt: to.opensAt, endsAt: to.cutoffAt }
        : { ...o, startsAt: later(o.startsAt, to.shift), endsAt: later(o.endsAt, to.shift) },
    ),
    own: offers.map((o) => o.id),
    at: now(),
  };
}

export type SlotItem = Pick<OfferView, "id" | "skuId" | "cityId" | "name" | "priceFen" | "commissionBp" | "quota">;

/**
 * The plan of a slot in a session: new, published, moved or copied. `carved`: its pieces have been taken out of this session's pools
 * already; a group campaign need not be cheaper than the session by this check alone (its price outranks it only for groups).
 */
export async function slotPlan(
  db: Db,
  e: {
    for: Plan["for"];
    kind: SlotView["kind"];
    session: SaleSession;
    window: Window;
    items: readonly SlotItem[];
    isCarved: boolean;
    isOtherDay?: boolean;
    own?: readonly string[];
  },
): Promise<Plan & { homes: Map<string, OfferView> }> {
  const homes = homesOf(await offersOfSession(e.session.id, db));
  return {
    for: e.for,
    isOtherDay: e.isOtherDay ?? false,
    session: sessionOf(e.session),
    slot: { startsAt: e.window.startsAt, endsAt: e.window.endsAt },
    homes,
    items: e.items.map((i): PlanItem => {
      const home = homes.get(`${i.skuId} ${i.cityId}`);
      return {
        ...i,
        startsAt: e.window.startsAt,
        endsAt: e.window.endsAt,
        layer: e.kind,
        home: home ? { priceFen: home.priceFen, room: home.available + (e.isCarved ? i.quota : 0) } : null,
      };
    }),
    own: e.own ?? [],
    at: now(),
  };
}
