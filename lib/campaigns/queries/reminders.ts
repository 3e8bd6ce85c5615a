import "server-only";
import type { Actor } from "#lib/identity/schema";
import { prisma } from "#lib/platform/db";

/** The offers of a slot that this resident wants to be reminded of; none for a visitor. */
export async function remindersOf(actor: Actor, slotId: string): Promise<Set<string>> {
  const rows = await prisma.saleReminder.findMany({
    where: { flashSlotId: slotId, residentId: actor.id },
    select: { offerId: true },
  });
  return new Set(rows.map((row) => row.offerId));
}
