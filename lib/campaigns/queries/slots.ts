import "server-only";
import { timelineOf } from "#lib/audit/queries";
import { authorise, sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { Refusal } from "#lib/kernel/refusal";
import { type Day, dateOf, dayFromDate } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { offersOfSession } from "../queries";
import { toSession, toSlot, toSlots } from "../reading";
import type { Conflict, OfferView, PriceRequestView, SessionView, SlotRow, SlotView } from "../schema";
import { conflictsOf } from "./conflicts";
import { namesOf, openRequests } from "./sessions";

/** The flash slots of one business day, in time order, cancelled ones last. Refuses: forbidden. */
export async function slotsOn(actor: Actor, day: Day, cityId?: string): Promise<SlotView[]> {
  const scope = sees(actor, "sessions.see");
  const cities = cityId ? [cityId] : scope.cityIds;
  const slots = await prisma.flashSlot.findMany({
    where: {
      saleSession: {
        businessDay: dateOf(day),
        state: { not: "cancelled" },
        ...(cities ? { cityIds: { hasSome: cities } } : {}),
      },
    },
    include: { saleSession: true },
    orderBy: [{ startsAt: "asc" }, { id: "asc" }],
  });
  return (await toSlots(slots)).sort((a, b) => Number(a.state === "cancelled") - Number(b.state === "cancelled"));
}

/** How many live slots each day of a range has, for the day strip. Refuses: forbidden. */
export async function slotsPerDay(actor: Actor, from: Day, to: Day): Promise<Map<Day, number>> {
  const scope = sees(actor, "sessions.see");
  const rows = await prisma.flashSlot.findMany({
    where: {
      state: { not: "cancelled" },
      saleSession: {
        businessDay: { gte: dateOf(from), lte: dateOf(to) },
        state: { not: "cancelled" },
        ...(scope.cityIds ? { cityIds: { hasSome: scope.cityIds } } : {}),
      },
    },
    select: { saleSession: { select: { businessDay: true } } },
  });
  const count = new Map<Day, number>();
  for (const r of rows) {
    const day = dayFromDate(r.saleSession.businessDay);
    count.set(day, (count.get(day) ?? 0) + 1);
  }
  return count;
}

export type SlotRecord = SlotView & {
  session: SessionView;
  /** The session's offers, for its prices and what is left to carve out. */
  homes: OfferView[];
  conflicts: Conflict[];
  requests: PriceRequestView[];
  createdByName: string;
  submittedByName: string | null;
  submittedAt: Date | null;
  /** Sessions it can be moved or copied into, its own first. */
  elsewhere: { id: string; name: string; businessDay: Day }[];
  timeline: Awaited<ReturnType<typeof timelineOf>>;
};

/** One slot with its items, session, and what stands in the way of publishing it. Refuses: notFound, forbidden. */
export async function slotRecord(actor: Actor, id: string): Promise<SlotRecord> {
  const row = await prisma.flashSlot.findUnique({ where: { id }, include: { saleSession: true } });
  if (!row) throw new Refusal("notFound");
  authorise(actor, "sessions.see", { cityIds: row.saleSession.cityIds });
  const isPlanned = row.state === "draft" || row.state === "inReview";
  const [slots, homes, conflicts, requests, names, timeline, open] = await Promise.all([
    toSlots([row]),
    offersOfSession(row.saleSessionId),
    isPlanned ? conflictsOf(actor, { kind: "publishSlot", slotId: id }) : [],
    openRequests([row.saleSessionId]),
    namesOf([row.createdBy, row.submittedBy]),
    timelineOf("slot", id),
    prisma.saleSession.findMany({
      where: {
        state: { in: ["draft", "published"] },
        cutoffAt: { gt: now() },
        cityIds: { hasSome: row.saleSession.cityIds },
        id: { not: row.saleSessionId },
      },
      orderBy: [{ businessDay: "asc" }, { id: "asc" }],
      take: 40,
    }),
  ]);
  const slot = slots[0];
  if (!slot) throw new Refusal("notFound");
  const own = new Set(slot.items.map((o) => o.id));
  const session = toSession(row.saleSession);
  return {
    ...slot,
    session,
    homes: homes.filter((o) => o.layer === "session" && o.state !== "closed"),
    conflicts,
    requests: requests.filter((r) => own.has(r.offerId)),
    createdByName: names.get(row.createdBy) ?? "",
    submittedByName: row.submittedBy && (names.get(row.submittedBy) ?? null),
    submittedAt: row.submittedAt,
    elsewhere: [session, ...open.map(toSession)].map((s) => ({ id: s.id, name: s.name, businessDay: s.businessDay })),
    timeline,
  };
}

/** The sessions of a day that a slot can go into. Refuses: forbidden. */
export async function sessionsOn(actor: Actor, day: Day): Promise<SessionView[]> {
  const scope = sees(actor, "sessions.see");
  const rows = await prisma.saleSession.findMany({
    where: {
      businessDay: dateOf(day),
      state: { in: ["draft", "published"] },
      ...(scope.cityIds ? { cityIds: { hasSome: scope.cityIds } } : {}),
    },
    orderBy: { opensAt: "asc" },
  });
  return rows.map(toSession);
}

/** Slots by id with their running totals, in any order; whoever asks has been allowed to see them. */
export async function slotsById(ids: readonly string[]): Promise<SlotRow[]> {
  const [slots, totals] = await Promise.all([
    prisma.flashSlot.findMany({ where: { id: { in: [...ids] } }, include: { saleSession: true } }),
    prisma.$queryRaw<{ id: string; items: number; quota: number; held: number; sold: number }[]>`
      select o.flash_slot_id as id, count(*)::int as items, sum(t.quota)::int as quota, sum(t.held)::int as held, sum(t.sold)::int as sold
      from offer o join stock_pool t on t.id = o.stock_pool_id where o.flash_slot_id = any(${[...ids]}::text[]) group by 1`,
  ]);
  const of = new Map(totals.map(({ id, ...total }) => [id, total]));
  return slots.map((s) => ({
    ...toSlot(s),
    cityIds: s.saleSession.cityIds,
    ...(of.get(s.id) ?? { items: 0, quota: 0, held: 0, sold: 0 }),
  }));
}
