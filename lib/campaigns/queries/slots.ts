import "server-only";
import { sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { type Day, dateOf, dayFromDate } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";
import { toSession, toSlots } from "../reading";
import type { SessionView, SlotView } from "../schema";

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
