import "server-only";
import { record } from "#lib/audit/steps";
import { systemActor } from "#lib/identity/schema";
import { now } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import type { Reaction } from "#lib/platform/news";
import type { Sweep } from "#lib/platform/sweep";
import { reminderSweeps } from "./remind";
import { giveBack, lockSession } from "./steps";

const actor = systemActor("campaigns");

/** A suspended supplier's goods go off sale at once; drafts are caught at publishing. */
const pauseSuspended: Reaction = {
  name: "campaigns.pauseSuspended",
  on: ["supplier.suspended"],
  run: async (tx, event) => {
    const skus = await tx.sku.findMany({ where: { supplierId: event.subjectId }, select: { id: true } });
    const offers = await tx.offer.findMany({
      where: { skuId: { in: skus.map((s) => s.id) }, state: "active", endsAt: { gt: now() } },
    });
    await tx.offer.updateMany({
      where: { id: { in: offers.map((o) => o.id) }, state: "active" },
      data: { state: "paused" },
    });
    const sessions = [...new Set(offers.map((o) => o.saleSessionId))];
    await record(
      tx,
      actor,
      ...sessions.map((id) => ({
        deed: "sessions.pauseItem",
        subjectType: "session",
        subjectId: id,
        after: { supplierId: event.subjectId, offers: offers.filter((o) => o.saleSessionId === id).length },
        reason: "supplier.suspended",
      })),
    );
  },
};

/** A session that was cut off, early or on time, frees its windows: offers close at the cut-off, slots that had not begun are cancelled. */
const closeOffers: Reaction = {
  name: "campaigns.closeOffers",
  on: ["session.cutOff"],
  run: async (tx, event) => {
    const session = await lockSession(tx, event.subjectId);
    const cutoffAt = session.cutoffAt;
    await tx.offer.updateMany({
      where: { saleSessionId: session.id, endsAt: { gt: cutoffAt }, startsAt: { lt: cutoffAt } },
      data: { endsAt: cutoffAt },
    });
    await tx.offer.updateMany({
      where: { saleSessionId: session.id, state: { not: "closed" } },
      data: { state: "closed" },
    });
    await tx.flashSlot.updateMany({
      where: { saleSessionId: session.id, state: { not: "cancelled" }, startsAt: { gte: cutoffAt } },
      data: { state: "cancelled" },
    });
  },
};

/** Pieces that a slot did not sell go back to the day's session while it still runs. */
const returnUnsold: Sweep = {
  name: "campaigns.returnUnsold",
  everySeconds: 30,
  run: async () => {
    const at = now();
    const ended = await prisma.flashSlot.findMany({
      where: {
        state: "published",
        endsAt: { lte: at },
        saleSession: { state: "published", cutoffAt: { gt: at } },
        offers: { some: { state: { in: ["active", "paused"] } } },
      },
      select: { id: true, saleSessionId: true, name: true },
      take: 50,
    });
    for (const slot of ended) {
      await transact(async (tx) => {
        await lockSession(tx, slot.saleSessionId);
        const offers = await tx.offer.findMany({
          where: { flashSlotId: slot.id, state: { in: ["active", "paused"] }, endsAt: { lte: at } },
        });
        await tx.offer.updateMany({ where: { id: { in: offers.map((o) => o.id) } }, data: { state: "closed" } });
        const pieces = await giveBack(tx, offers, "slotEnded");
        await record(tx, actor, {
          deed: "flash.end",
          subjectType: "session",
          subjectId: slot.saleSessionId,
          after: { slot: slot.name, pieces },
        });
      });
    }
    return ended.length;
  },
};

export const reactions: Reaction[] = [pauseSuspended, closeOffers];
export const sweeps: Sweep[] = [returnUnsold, ...reminderSweeps];
