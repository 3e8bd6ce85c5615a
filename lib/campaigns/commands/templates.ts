import "server-only";
import type { z } from "zod";
import { record } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { fen } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import { transact } from "#lib/platform/db";
import { findConflicts } from "../conflicts";
import { goodsOf } from "../goods";
import { placeItems } from "../offers";
import { homesOf, slotPlan } from "../plans";
import { offersOfSession, offersOfSlots } from "../queries";
import { blocking } from "../rules";
import {
  type ConflictCode,
  type fillFromTemplateInput,
  type saveTemplateInput,
  type TemplateItems,
  templateItems,
  type templateRefInput,
} from "../schema";
import { draftSlot } from "../slots";
import { lockSession } from "../steps";

/** Keeps the items of a session or a slot, a SKU once, to start others from; returns the template's id. Refuses: notFound, forbidden, nameTaken. */
export async function saveTemplate(actor: Actor, input: z.infer<typeof saveTemplateInput>): Promise<string> {
  return transact(async (tx) => {
    const slot = input.slotId ? await tx.flashSlot.findUnique({ where: { id: input.slotId } }) : null;
    const session = await tx.saleSession.findUnique({ where: { id: slot?.saleSessionId ?? input.sessionId ?? "" } });
    if (!session) throw new Refusal("notFound");
    authorise(actor, "sessions.edit", { cityIds: session.cityIds });
    const offers = slot
      ? await offersOfSlots([slot.id], tx)
      : (await offersOfSession(session.id, tx)).filter((o) => o.layer === "session");
    const opened = new Map(
      (
        await tx.stockAllotment.groupBy({
          by: ["poolId"],
          where: { poolId: { in: offers.map((o) => o.stockPoolId) }, why: { in: ["open", "edit", "raise"] } },
          _sum: { delta: true },
        })
      ).map((a) => [a.poolId, a._sum.delta ?? 0]),
    );
    const items = new Map<string, TemplateItems[number]>();
    for (const o of offers.filter((o) => o.state !== "closed" || slot?.state === "cancelled"))
      items.set(o.skuId, {
        skuId: o.skuId,
        priceFen: o.priceFen,
        quota: opened.get(o.stockPoolId) ?? o.quota,
        perPersonLimit: o.perPersonLimit,
        commissionBp: o.commissionBp,
        limits: o.limits,
      });
    if (items.size === 0) throw new Refusal("notPublishable", { name: session.name, problem: "noItems", count: 1 });
    if (await tx.campaignTemplate.findUnique({ where: { name: input.name } }))
      throw new Refusal("nameTaken", {}, [{ field: "name", code: "taken" }]);
    const at = now();
    const id = newId("ctp", at);
    const kind = slot ? "slot" : "session";
    await tx.campaignTemplate.create({
      data: { id, name: input.name, kind, items: [...items.values()], createdAt: at, createdBy: actor.id },
    });
    await record(tx, actor, {
      deed: "sessions.saveTemplate",
      subjectType: slot ? "slot" : "session",
      subjectId: slot?.id ?? session.id,
      after: { name: input.name, items: items.size },
    });
    return id;
  });
}

/** Throws a template away; what was started from it stays. Refuses: notFound, forbidden. */
export async function dropTemplate(actor: Actor, input: z.infer<typeof templateRefInput>): Promise<void> {
  authorise(actor, "sessions.edit");
  await transact(async (tx) => {
    const found = await tx.campaignTemplate.findUnique({ where: { id: input.templateId } });
    if (!found) throw new Refusal("notFound");
    await tx.campaignTemplate.delete({ where: { id: found.id } });
    await record(tx, actor, {
      deed: "sessions.dropTemplate",
      subjectType: "campaignTemplate",
      subjectId: found.id,
      before: { name: found.name },
    });
  });
}

/**
 * Fills a drafted session with a template's items, or, with a window, drafts a slot from it. What is off the shelf, already there, or
 * clashes is left out and named. Returns the slot's id when one was made. Refuses: notFound, forbidden, illegalTransition, slotOutside, slotPast.
 */
export async function fillFromTemplate(
  actor: Actor,
  input: z.infer<typeof fillFromTemplateInput>,
): Promise<{ slotId: string | null; items: number; left: { name: string; code: ConflictCode }[] }> {
  return transact(async (tx) => {
    const found = await tx.campaignTemplate.findUnique({ where: { id: input.templateId } });
    if (!found) throw new Refusal("notFound");
    const session = await lockSession(tx, input.sessionId);
    const isSlot = input.startsAt !== undefined && input.endsAt !== undefined;
    authorise(actor, isSlot ? "flash.edit" : "sessions.edit", { cityIds: session.cityIds });
    if (session.state !== "draft" && !(isSlot && session.state === "published"))
      throw new Refusal("illegalTransition", { state: session.state, event: isSlot ? "addSlot" : "addItems" });
    const items = templateItems.parse(found.items);
    const goods = await goodsOf(
      tx,
      items.map((i) => i.skuId),
    );
    const left: { name: string; code: ConflictCode }[] = [];
    const listed = items.filter((i) => {
      const good = goods.get(i.skuId);
      if (good?.isListed && good.supplierIsActive) return true;
      left.push({ name: good?.name ?? i.skuId, code: good?.isListed ? "supplierSuspended" : "notListed" });
      return false;
    });
    const homes = homesOf(await offersOfSession(session.id, tx));
    if (!input.startsAt || !input.endsAt) {
      const fresh = listed.flatMap((i) => {
        const good = goods.get(i.skuId);
        return good
          ? session.cityIds
              .filter((c) => !homes.has(`${i.skuId} ${c}`))
              .map((cityId) => ({ ...i, cityId, goods: good, session }))
          : [];
      });
      const sort = Math.max(0, ...[...homes.values()].map((o) => o.sort));
      await placeItems(
        tx,
        fresh.map((i, n) => ({ ...i, sort: sort + n + 1 })),
      );
      await record(tx, actor, {
        deed: "sessions.addItems",
        subjectType: "session",
        subjectId: session.id,
        after: { added: fresh.length, template: found.name },
      });
      return { slotId: null, items: fresh.length, left };
    }
    const window = { startsAt: input.startsAt, endsAt: input.endsAt };
    const placed = listed.flatMap((i) => {
      const here = [...homes.values()].filter((o) => o.skuId === i.skuId);
      if (here.length === 0) left.push({ name: goods.get(i.skuId)?.name ?? "", code: "notInSession" });
      return here.map((home) => ({ ...i, priceFen: fen(i.priceFen), home }));
    });
    const conflicts = blocking(
      await findConflicts(
        tx,
        await slotPlan(tx, {
          for: "place",
          kind: "flash",
          session,
          window,
          items: placed.map(({ home, priceFen, quota }) => ({ ...home, priceFen, quota })),
          isCarved: false,
        }),
      ),
    );
    const whole = conflicts.find((c) => c.offerId === null);
    if (whole) throw new Refusal(whole.code === "past" ? "slotPast" : "slotOutside");
    left.push(...conflicts.map((c) => ({ name: c.name ?? "", code: c.code })));
    const bad = new Set(conflicts.map((c) => c.offerId));
    const kept = placed.filter((p) => !bad.has(p.home.id));
    if (kept.length === 0) throw new Refusal("seriesEmpty", { first: left[0]?.name ?? "" });
    const slotId = await draftSlot(tx, actor, session, {
      ...window,
      name: found.name,
      kind: "flash",
      group: null,
      goods,
      items: kept,
    });
    return { slotId, items: kept.length, left };
  });
}
