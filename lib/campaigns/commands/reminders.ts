import "server-only";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { Refusal } from "#lib/kernel/refusal";
import { later, minute } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { setting } from "#lib/platform/settings";

/**
 * Wants to be told before an item of a flash slot goes on sale; asking twice is asking once. Refuses: notFound (no item of a
 * slot to come), reminderTooLate (it begins within the minutes of the reminder, or has begun).
 */
export async function wantReminder(actor: Actor, input: { offerId: string }): Promise<void> {
  authorise(actor, "orders.place");
  const [offer, minutes] = await Promise.all([
    prisma.offer.findUnique({ where: { id: input.offerId }, include: { flashSlot: true } }),
    setting(prisma, "remindMinutes"),
  ]);
  const slot = offer?.flashSlot;
  if (!offer || slot?.kind !== "flash" || slot.state !== "published" || offer.state !== "active")
    throw new Refusal("notFound");
  const at = now();
  if (later(at, minutes * minute) >= slot.startsAt) throw new Refusal("reminderTooLate");
  await prisma.saleReminder.createMany({
    data: { residentId: actor.id, offerId: offer.id, flashSlotId: slot.id, at },
    skipDuplicates: true,
  });
}

/** Does not want to be told any more; not having asked is the same. */
export async function dropReminder(actor: Actor, input: { offerId: string }): Promise<void> {
  authorise(actor, "orders.place");
  await prisma.saleReminder.deleteMany({ where: { residentId: actor.id, offerId: input.offerId, toldAt: null } });
}
