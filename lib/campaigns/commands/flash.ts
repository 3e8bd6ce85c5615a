import "server-only";
import type { z } from "zod";
import { record } from "#lib/audit/steps";
import type { SaleSession } from "#lib/generated/prisma/client";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { isRefusal, Refusal } from "#lib/kernel/refusal";
import { from, next } from "#lib/kernel/states";
import { now } from "#lib/platform/clock";
import { type Tx, transact } from "#lib/platform/db";
import { changeQuota } from "#lib/stock/steps";
import { clashesOf, namingClashes, overlapRefusal } from "../conflicts";
import { goodsOf, lowestPaid } from "../goods";
import { activate, type ItemToPlace, placeItems } from "../offers";
import { offersById, offersOfSlots } from "../queries";
import { isInside, slotTable } from "../rules";
import type { AddFlashSlotInput, slotRefInput } from "../schema";
import { giveBack, lockSession } from "../steps";

async function publishNow(tx: Tx, actor: Actor, session: SaleSession, slotId: string): Promise<void> {
  if (session.state !== "published") throw new Refusal("sessionNotPublished", { name: session.name });
  const at = now();
  const written = await tx.flashSlot.updateMany({
    where: { id: slotId, state: { in: from(slotTable, "publish") } },
    data: { state: "published" },
  });
  if (written.count !== 1) throw new Refusal("staleVersion");
  const clashes = await clashesOf(tx, { slotId });
  if (clashes[0]) throw overlapRefusal(clashes[0], clashes.length);
  const offers = (await offersOfSlots([slotId], tx)).filter((o) => o.state === "draft");
  if (offers.length === 0) throw new Refusal("notPublishable", { problem: "noItems", name: session.name, count: 1 });
  const skuIds = offers.map((o) => o.skuId);
  const goods = await goodsOf(tx, skuIds);
  const suspended = [...goods.values()].find((g) => !g.supplierIsActive);
  if (suspended) throw new Refusal("notPublishable", { problem: "supplierSuspended", name: suspended.name, count: 1 });
  await activate(tx, actor, { offers, goods, lowest: await lowestPaid(tx, skuIds, session.opensAt), at });
}

/**
 * Puts a flash slot into a session: its own window, price, quota and limit per item, the pieces carved out of the session's pool.
 * Published at once when told to. Returns the slot's id.
 * Refuses: notFound, forbidden, illegalTransition, slotOutside, slotPast, flashNotCheaper, flashQuota, windowsOverlap (names the other slot).
 */
export async function addFlashSlot(actor: Actor, input: AddFlashSlotInput): Promise<string> {
  return namingClashes(
    { flashOn: input.items.map((i) => i.offerId), startsAt: input.startsAt, endsAt: input.endsAt },
    () =>
      transact(async (tx) => {
        const session = await lockSession(tx, input.sessionId);
        authorise(actor, "flash.edit", { cityIds: session.cityIds });
        if (session.state !== "draft" && session.state !== "published")
          throw new Refusal("illegalTransition", { state: session.state, event: "addSlot" });
        if (input.startsAt >= input.endsAt)
          throw new Refusal("windowBackwards", {}, [{ field: "endsAt", code: "windowBackwards" }]);
        if (!isInside(input, session))
          throw new Refusal("slotOutside", {}, [{ field: "startsAt", code: "slotOutside" }]);
        const at = now();
        if (input.endsAt <= at) throw new Refusal("slotPast", {}, [{ field: "endsAt", code: "slotPast" }]);
        const id = newId("fls", at);
        const { name, startsAt, endsAt } = input;
        await tx.flashSlot.create({
          data: {
            id,
            saleSessionId: session.id,
            name,
            startsAt,
            endsAt,
            state: "draft",
            createdAt: at,
            createdBy: actor.id,
          },
        });
        const homes = new Map(
          (
            await offersById(
              input.items.map((i) => i.offerId),
              tx,
            )
          ).map((o) => [o.id, o]),
        );
        const goods = await goodsOf(
          tx,
          [...homes.values()].map((o) => o.skuId),
        );
        let sort = 0;
        const placing: ItemToPlace[] = [];
        for (const item of [...input.items].sort((a, b) =>
          (homes.get(a.offerId)?.stockPoolId ?? "") < (homes.get(b.offerId)?.stockPoolId ?? "") ? -1 : 1,
        )) {
          const home = homes.get(item.offerId);
          const good = home && goods.get(home.skuId);
          if (
            !home ||
            !good ||
            home.saleSessionId !== session.id ||
            home.layer !== "session" ||
            home.state === "closed"
          )
            throw new Refusal("notFound");
          if (item.priceFen >= home.priceFen)
            throw new Refusal("flashNotCheaper", { name: home.name }, [{ field: "priceFen", code: "flashNotCheaper" }]);
          try {
            await changeQuota(tx, { poolId: home.stockPoolId, delta: -item.quota, why: "flash", ref: id });
          } catch (error) {
            if (isRefusal(error))
              throw new Refusal("flashQuota", { name: home.name, available: home.available }, [
                { field: "quota", code: "flashQuota" },
              ]);
            throw error;
          }
          placing.push({
            session: { id: session.id, opensAt: startsAt, cutoffAt: endsAt },
            slotId: id,
            goods: good,
            cityId: home.cityId,
            priceFen: item.priceFen,
            quota: item.quota,
            perPersonLimit: item.perPersonLimit ?? null,
            commissionBp: home.commissionBp,
            sort: ++sort,
          });
        }
        await placeItems(tx, placing);
        await record(tx, actor, {
          deed: "flash.add",
          subjectType: "session",
          subjectId: session.id,
          after: { slot: name, startsAt, endsAt, items: input.items.length },
        });
        if (input.publish) {
          await publishNow(tx, actor, session, id);
          await record(tx, actor, {
            deed: "flash.publish",
            subjectType: "session",
            subjectId: session.id,
            after: { slot: name },
          });
        }
        return id;
      }),
  );
}

/** Puts a drafted slot on sale. Refuses: notFound, forbidden, illegalTransition, sessionNotPublished, slotPast, windowsOverlap (names the other slot). */
export async function publishSlot(actor: Actor, input: z.infer<typeof slotRefInput>): Promise<void> {
  await namingClashes({ slotId: input.slotId }, () =>
    transact(async (tx) => {
      const slot = await tx.flashSlot.findUnique({ where: { id: input.slotId } });
      if (!slot) throw new Refusal("notFound");
      const session = await lockSession(tx, slot.saleSessionId);
      authorise(actor, "flash.edit", { cityIds: session.cityIds });
      next(slotTable, slot.state, "publish");
      if (slot.endsAt <= now()) throw new Refusal("slotPast");
      await publishNow(tx, actor, session, slot.id);
      await record(tx, actor, {
        deed: "flash.publish",
        subjectType: "session",
        subjectId: session.id,
        after: { slot: slot.name },
      });
    }),
  );
}

/** Calls a slot off and gives its unsold pieces back to the session; placed orders stand. Returns the pieces given back. Refuses: notFound, forbidden, illegalTransition. */
export async function cancelSlot(actor: Actor, input: z.infer<typeof slotRefInput>): Promise<{ pieces: number }> {
  return transact(async (tx) => {
    const slot = await tx.flashSlot.findUnique({ where: { id: input.slotId } });
    if (!slot) throw new Refusal("notFound");
    const session = await lockSession(tx, slot.saleSessionId);
    authorise(actor, "flash.edit", { cityIds: session.cityIds });
    const state = next(slotTable, slot.state, "cancel");
    const written = await tx.flashSlot.updateMany({
      where: { id: slot.id, state: { in: from(slotTable, "cancel") } },
      data: { state },
    });
    if (written.count !== 1) throw new Refusal("staleVersion");
    const offers = await tx.offer.findMany({ where: { flashSlotId: slot.id, state: { not: "closed" } } });
    await tx.offer.updateMany({ where: { id: { in: offers.map((o) => o.id) } }, data: { state: "closed" } });
    const pieces = await giveBack(tx, offers, "slotCancelled");
    await record(tx, actor, {
      deed: "flash.cancel",
      subjectType: "session",
      subjectId: session.id,
      before: { slot: slot.name, state: slot.state },
      after: { state, pieces },
      reason: input.reason || null,
    });
    return { pieces };
  });
}
