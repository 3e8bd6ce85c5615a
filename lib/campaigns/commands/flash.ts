import "server-only";
import type { z } from "zod";
import { record } from "#lib/audit/steps";
import { authorise, type Deed } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { fen } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { from, next } from "#lib/kernel/states";
import type { Window } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { prisma, type Tx, transact } from "#lib/platform/db";
import { findConflicts, namingOverlaps, refuseConflicts } from "../conflicts";
import { goodsOf } from "../goods";
import { slotPlan } from "../plans";
import { offersById, offersOfSlots } from "../queries";
import { slotPhase, slotTable } from "../rules";
import type { AddFlashSlotInput, OfferView, pauseSlotInput, returnSlotInput, slotRefInput } from "../schema";
import { draftSlot, openSlot } from "../slots";
import { giveBack, lockSession } from "../steps";

type SlotRef = z.infer<typeof slotRefInput>;

/** A slot and its session, both locked. Refuses: notFound, forbidden. */
export async function lockSlot(tx: Tx, actor: Actor, slotId: string, deed: Deed = "flash.edit") {
  const found = await tx.flashSlot.findUnique({ where: { id: slotId }, select: { saleSessionId: true } });
  if (!found) throw new Refusal("notFound");
  const session = await lockSession(tx, found.saleSessionId);
  authorise(actor, deed, { cityIds: session.cityIds });
  const slot = await tx.flashSlot.findUniqueOrThrow({ where: { id: slotId } });
  if (slot.saleSessionId !== session.id) throw new Refusal("staleVersion");
  return { slot, session };
}

/** A standing slot's plan, for naming an overlap that only the database saw. */
export const planOfSlot = (slotId: string, to?: Window) => async () => {
  const slot = await prisma.flashSlot.findUniqueOrThrow({ where: { id: slotId }, include: { saleSession: true } });
  const items = (await offersOfSlots([slotId])).filter((o) => o.state !== "closed");
  return slotPlan(prisma, {
    for: "publish",
    kind: slot.kind,
    session: slot.saleSession,
    window: to ?? slot,
    items,
    isCarved: true,
    own: items.map((i) => i.id),
  });
};

/** The session's offers that a slot's items are carved from, as items of the slot. */
const carvedFrom = (homes: ReadonlyMap<string, OfferView>, items: AddFlashSlotInput["items"]) =>
  items.flatMap((i) => {
    const home = homes.get(i.offerId);
    return home ? [{ ...home, priceFen: fen(i.priceFen), quota: i.quota }] : [];
  });

/**
 * Puts a slot (a flash sale, or a group campaign) into a session: its own window, price, quota and limits per item, the pieces carved
 * out of the session's pool. Published at once when told to; what needs a second person is submitted instead. Returns the slot's id.
 * Refuses: notFound, forbidden, illegalTransition, windowBackwards, sessionNotPublished, lossReasonMissing, and what `refuseConflicts` refuses.
 */
export async function addFlashSlot(actor: Actor, input: AddFlashSlotInput): Promise<string> {
  const kind = input.kind ?? "flash";
  const plan = async (db: Tx | typeof prisma) => {
    const session = await db.saleSession.findUniqueOrThrow({ where: { id: input.sessionId } });
    const found = await offersById(
      input.items.map((i) => i.offerId),
      db,
    );
    const homes = new Map(found.map((o) => [o.id, o]));
    const items = carvedFrom(homes, input.items);
    return {
      ...(await slotPlan(db, { for: "place", kind, session, window: input, items, isCarved: false })),
      from: homes,
    };
  };
  return namingOverlaps(
    () => plan(prisma),
    () =>
      transact(async (tx) => {
        const session = await lockSession(tx, input.sessionId);
        authorise(actor, "flash.edit", { cityIds: session.cityIds });
        if (session.state !== "draft" && session.state !== "published")
          throw new Refusal("illegalTransition", { state: session.state, event: "addSlot" });
        if (input.startsAt >= input.endsAt)
          throw new Refusal("windowBackwards", {}, [{ field: "endsAt", code: "windowBackwards" }]);
        const planned = await plan(tx);
        for (const item of input.items) {
          const home = planned.from.get(item.offerId);
          if (home?.saleSessionId !== session.id || home.layer !== "session" || home.state === "closed")
            throw new Refusal("notFound");
        }
        refuseConflicts(await findConflicts(tx, planned), { name: input.name, isSlot: true });
        const goods = await goodsOf(
          tx,
          planned.items.map((i) => i.skuId),
        );
        const id = await draftSlot(tx, actor, session, {
          ...input,
          kind,
          group: kind === "group" ? input.group : undefined,
          goods,
          items: input.items.flatMap(({ offerId, ...item }) => {
            const home = planned.from.get(offerId);
            return home ? [{ ...item, perPersonLimit: item.perPersonLimit ?? null, home }] : [];
          }),
        });
        if (input.publish) {
          const slot = await tx.flashSlot.findUniqueOrThrow({ where: { id } });
          await openSlot(tx, actor, { session, slot, event: "publish" });
        }
        return id;
      }),
  );
}

const opening = (actor: Actor, slotId: string, event: "publish" | "submit" | "approve", deed: Deed) =>
  namingOverlaps(planOfSlot(slotId), () =>
    transact(async (tx) => {
      const { slot, session } = await lockSlot(tx, actor, slotId, deed);
      next(slotTable, slot.state, event);
      if (event === "approve" && slot.submittedBy === actor.id) throw new Refusal("twoPeople");
      return { state: await openSlot(tx, actor, { session, slot, event }) };
    }),
  );

/**
 * Puts a drafted slot on sale, or submits it when a price needs a second person; answers which.
 * Refuses: notFound, forbidden, illegalTransition, sessionNotPublished, lossReasonMissing, and what `refuseConflicts` refuses.
 */
export async function publishSlot(actor: Actor, input: SlotRef): Promise<{ state: "published" | "inReview" }> {
  return opening(actor, input.slotId, "publish", "flash.edit");
}

/** Asks a colleague to look at a drafted slot and publish it. Refuses as publishSlot. */
export async function submitSlot(actor: Actor, input: SlotRef): Promise<void> {
  await opening(actor, input.slotId, "submit", "flash.edit");
}

/** Publishes what somebody else submitted. Refuses: twoPeople, and as publishSlot. */
export async function approveSlot(actor: Actor, input: SlotRef): Promise<void> {
  await opening(actor, input.slotId, "approve", "sessions.approve");
}

/** Gives a submitted slot back to be worked on. Refuses: notFound, forbidden, illegalTransition. */
export async function returnSlot(actor: Actor, input: z.infer<typeof returnSlotInput>): Promise<void> {
  await transact(async (tx) => {
    const { slot } = await lockSlot(tx, actor, input.slotId, "sessions.approve");
    const state = next(slotTable, slot.state, "return");
    await tx.flashSlot.update({
      where: { id: slot.id },
      data: { state, submittedBy: null, submittedAt: null, reviewNote: input.note, version: { increment: 1 } },
    });
    await record(tx, actor, {
      deed: "flash.return",
      subjectType: "slot",
      subjectId: slot.id,
      before: { state: slot.state },
      after: { state, name: slot.name },
      reason: input.note,
    });
  });
}

async function holdSlot(actor: Actor, e: SlotRef & { deed: "pause" | "resume" }): Promise<void> {
  await transact(async (tx) => {
    const { slot } = await lockSlot(tx, actor, e.slotId);
    const at = now();
    const phase = slotPhase(slot, at);
    const isPausing = e.deed === "pause";
    if ((phase !== "live" && phase !== "scheduled") || (slot.pausedAt === null) !== isPausing)
      throw new Refusal("illegalTransition", { state: slot.pausedAt ? "paused" : phase, event: e.deed });
    await tx.flashSlot.update({
      where: { id: slot.id },
      data: { pausedAt: isPausing ? at : null, version: { increment: 1 } },
    });
    await record(tx, actor, {
      deed: `flash.${e.deed}`,
      subjectType: "slot",
      subjectId: slot.id,
      before: { pausedAt: slot.pausedAt },
      after: { pausedAt: isPausing ? at : null, name: slot.name },
      reason: e.reason || null,
    });
  });
}

/** Takes a published slot off sale for now; its window goes on, placed orders stand. Refuses: notFound, forbidden, illegalTransition. */
export async function pauseSlot(actor: Actor, input: z.infer<typeof pauseSlotInput>): Promise<void> {
  await holdSlot(actor, { ...input, deed: "pause" });
}

/** Puts a paused slot back on sale. Refuses: notFound, forbidden, illegalTransition. */
export async function resumeSlot(actor: Actor, input: SlotRef): Promise<void> {
  await holdSlot(actor, { ...input, deed: "resume" });
}

/** Ends a running slot now: its offers close, its unsold pieces go back to the session, placed orders stand. Refuses: notFound, forbidden, illegalTransition. */
export async function endSlot(actor: Actor, input: z.infer<typeof pauseSlotInput>): Promise<{ pieces: number }> {
  return transact(async (tx) => {
    const { slot } = await lockSlot(tx, actor, input.slotId);
    const at = now();
    const phase = slotPhase(slot, at);
    if (phase !== "live") throw new Refusal("illegalTransition", { state: phase, event: "end" });
    // a window is never empty: what began this instant has lasted a millisecond
    const endsAt = at > slot.startsAt ? at : new Date(slot.startsAt.getTime() + 1);
    await tx.flashSlot.update({ where: { id: slot.id }, data: { endsAt, version: { increment: 1 } } });
    const pieces = await closeOffers(tx, slot.id, "slotEnded", endsAt);
    await record(tx, actor, {
      deed: "flash.stop",
      subjectType: "slot",
      subjectId: slot.id,
      before: { endsAt: slot.endsAt },
      after: { endsAt, name: slot.name, pieces },
      reason: input.reason,
    });
    return { pieces };
  });
}

/** Closes what stands of a slot and gives the unsold pieces back; returns how many. */
async function closeOffers(tx: Tx, slotId: string, why: string, endsAt?: Date): Promise<number> {
  const offers = await tx.offer.findMany({ where: { flashSlotId: slotId, state: { not: "closed" } } });
  await tx.offer.updateMany({
    where: { id: { in: offers.map((o) => o.id) } },
    data: { state: "closed", ...(endsAt ? { endsAt } : {}) },
  });
  return giveBack(tx, offers, why);
}

/** Calls a slot off and gives its unsold pieces back to the session; placed orders stand. Returns the pieces given back. Refuses: notFound, forbidden, illegalTransition. */
export async function cancelSlot(actor: Actor, input: SlotRef): Promise<{ pieces: number }> {
  return transact(async (tx) => {
    const { slot } = await lockSlot(tx, actor, input.slotId);
    const state = next(slotTable, slot.state, "cancel");
    const written = await tx.flashSlot.updateMany({
      where: { id: slot.id, state: { in: from(slotTable, "cancel") } },
      data: { state, version: { increment: 1 } },
    });
    if (written.count !== 1) throw new Refusal("staleVersion");
    const pieces = await closeOffers(tx, slot.id, "slotCancelled");
    await record(tx, actor, {
      deed: "flash.cancel",
      subjectType: "slot",
      subjectId: slot.id,
      before: { state: slot.state },
      after: { state, name: slot.name, pieces },
      reason: input.reason || null,
    });
    return { pieces };
  });
}
