import "server-only";
import type { z } from "zod";
import { record } from "#lib/audit/steps";
import type { SaleSession } from "#lib/generated/prisma/client";
import { authorise, can, sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { fen } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { atClock, type Day, dateOf, dayFromDate, daysBetween, later, minute, momentText } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { type Tx, transact } from "#lib/platform/db";
import { changeQuota } from "#lib/stock/steps";
import { findConflicts } from "../conflicts";
import { goodsOf } from "../goods";
import { homesOf, slotPlan } from "../plans";
import { offersOfSession, offersOfSlots } from "../queries";
import { blocking } from "../rules";
import type { AddSeriesInput, ConflictCode, changeSeriesInput, OfferView, seriesRefInput } from "../schema";
import { carve, draftSlot } from "../slots";
import { dayOrRefuse, giveBack, lockSession } from "../steps";

/** What a series could not do: an item (or, without a name, the whole slot) at a time, and why. */
export type Skipped = { at: string; name: string | null; code: ConflictCode };
export type SeriesMade = { seriesId: string; slots: number; skipped: Skipped[] };

/** The instant a slot of a business day begins: its hour on a day on which the session is open. */
function startIn(session: SaleSession, hour: number, lastMs: number): Date | null {
  const day = dayFromDate(session.businessDay);
  for (const shift of [0, -24, 24]) {
    const startsAt = atClock(day, `${hour + shift}:00`);
    if (startsAt >= session.opensAt && later(startsAt, lastMs) <= session.cutoffAt) return startsAt;
  }
  return null;
}

const series = (tx: Tx, fromDay: Day, toDay: Day, actor: Actor) => {
  const { cityIds } = sees(actor, "sessions.see");
  return tx.saleSession.findMany({
    where: {
      businessDay: { gte: dateOf(fromDay), lte: dateOf(toDay) },
      state: { in: ["draft", "published"] },
      cutoffAt: { gt: now() },
      ...(cityIds ? { cityIds: { hasSome: cityIds } } : {}),
    },
    orderBy: [{ businessDay: "asc" }, { id: "asc" }],
    select: { id: true },
  });
};

/**
 * Drafts a slot at each of some hours on every session day of a range (at most 62 days), with the same items, as one series. An item
 * that a session lacks, or that would clash, is left out and told; a slot without items is not made.
 * Refuses: forbidden, invalid, windowBackwards, noSessions.
 */
export async function addSeries(actor: Actor, input: AddSeriesInput): Promise<SeriesMade> {
  authorise(actor, "flash.edit");
  const [fromDay, toDay] = [dayOrRefuse(input.fromDay, "fromDay"), dayOrRefuse(input.toDay, "toDay")];
  if (daysBetween(fromDay, toDay) < 0 || daysBetween(fromDay, toDay) > 61)
    throw new Refusal("windowBackwards", {}, [{ field: "toDay", code: "windowBackwards" }]);
  const lastMs = input.minutes * minute;
  return transact(
    async (tx) => {
      const sessions = await series(tx, fromDay, toDay, actor);
      if (sessions.length === 0) throw new Refusal("noSessions");
      const goods = await goodsOf(
        tx,
        input.items.map((i) => i.skuId),
      );
      const seriesId = newId("ser", now());
      const skipped: Skipped[] = [];
      let slots = 0;
      for (const { id } of sessions) {
        const session = await lockSession(tx, id);
        if (!can(actor, "flash.edit", { cityIds: session.cityIds })) continue;
        for (const hour of [...new Set(input.hours)].sort((a, b) => a - b)) {
          const startsAt = startIn(session, hour, lastMs);
          const at = `${dayFromDate(session.businessDay)} ${String(hour).padStart(2, "0")}:00`;
          if (!startsAt) {
            skipped.push({ at, name: null, code: "slotOutside" });
            continue;
          }
          const window = { startsAt, endsAt: later(startsAt, lastMs) };
          const homes = homesOf(await offersOfSession(id, tx));
          const items = input.items.flatMap((item) => {
            const here = [...homes.values()].filter((o) => o.skuId === item.skuId);
            if (here.length === 0)
              skipped.push({ at, name: goods.get(item.skuId)?.name ?? null, code: "notInSession" });
            return here.map((home) => ({ ...item, priceFen: fen(item.priceFen), home }));
          });
          const plan = await slotPlan(tx, {
            for: "place",
            kind: "flash",
            session,
            window,
            items: items.map(({ home, priceFen, quota }) => ({ ...home, priceFen, quota })),
            isCarved: false,
          });
          const blocks = blocking(await findConflicts(tx, plan));
          for (const block of blocks) skipped.push({ at, name: block.name, code: block.code });
          const bad = new Set(blocks.map((b) => b.offerId));
          const kept = bad.has(null) ? [] : items.filter(({ home }) => !bad.has(home.id));
          if (kept.length === 0) continue;
          await draftSlot(tx, actor, session, {
            ...window,
            name: input.name,
            kind: "flash",
            group: null,
            goods,
            seriesId,
            items: kept.map((i) => ({ ...i, perPersonLimit: i.perPersonLimit ?? null })),
          });
          slots++;
        }
      }
      if (slots === 0) throw new Refusal("seriesEmpty", { first: skipped[0] ? skipped[0].at : "" });
      return { seriesId, slots, skipped };
    },
    { timeoutMs: 55_000 },
  );
}

/** The slots of a series that have not begun, their sessions locked in order. Refuses: notFound, forbidden. */
async function ahead(tx: Tx, actor: Actor, seriesId: string) {
  const found = await tx.flashSlot.findMany({
    where: { seriesId, state: { in: ["draft", "published"] }, startsAt: { gt: now() } },
    include: { saleSession: true },
    orderBy: [{ saleSessionId: "asc" }, { startsAt: "asc" }],
  });
  if (found.length === 0) throw new Refusal("notFound");
  for (const slot of found) authorise(actor, "flash.edit", { cityIds: slot.saleSession.cityIds });
  for (const id of [...new Set(found.map((s) => s.saleSessionId))]) await lockSession(tx, id);
  return tx.flashSlot.findMany({
    where: { id: { in: found.map((s) => s.id) }, state: { in: ["draft", "published"] }, startsAt: { gt: now() } },
    orderBy: { startsAt: "asc" },
  });
}

/** Calls off the slots of a series that have not begun. Returns how many, and the pieces given back. Refuses: notFound, forbidden. */
export async function cancelSeries(
  actor: Actor,
  input: z.infer<typeof seriesRefInput>,
): Promise<{ slots: number; pieces: number }> {
  return transact(async (tx) => {
    const slots = await ahead(tx, actor, input.seriesId);
    const ids = slots.map((s) => s.id);
    const offers = await tx.offer.findMany({ where: { flashSlotId: { in: ids }, state: { not: "closed" } } });
    await tx.flashSlot.updateMany({
      where: { id: { in: ids } },
      data: { state: "cancelled", version: { increment: 1 } },
    });
    await tx.offer.updateMany({ where: { id: { in: offers.map((o) => o.id) } }, data: { state: "closed" } });
    const pieces = await giveBack(tx, offers, "slotCancelled");
    await record(
      tx,
      actor,
      ...slots.map((s) => ({
        deed: "flash.cancel",
        subjectType: "slot",
        subjectId: s.id,
        before: { state: s.state },
        after: { state: "cancelled", name: s.name },
        reason: input.reason,
      })),
    );
    return { slots: slots.length, pieces };
  });
}

/**
 * Gives the drafts of a series that have not begun another price, quota and limit for some SKUs; what a session has no room for keeps
 * its quota and is told. Refuses: notFound, forbidden.
 */
export async function changeSeries(
  actor: Actor,
  input: z.infer<typeof changeSeriesInput>,
): Promise<{ items: number; skipped: Skipped[] }> {
  return transact(
    async (tx) => {
      const drafts = (await ahead(tx, actor, input.seriesId)).filter((s) => s.state === "draft");
      const wanted = new Map(input.items.map((i) => [i.skuId, i]));
      const skipped: Skipped[] = [];
      let items = 0;
      for (const slot of drafts) {
        const homes = homesOf(await offersOfSession(slot.saleSessionId, tx));
        const changes: { before: Partial<OfferView>; after: Partial<OfferView> }[] = [];
        for (const offer of (await offersOfSlots([slot.id], tx)).filter((o) => o.state === "draft")) {
          const item = wanted.get(offer.skuId);
          const home = homes.get(`${offer.skuId} ${offer.cityId}`);
          if (!item || !home) continue;
          const more = item.quota - offer.quota;
          const code =
            item.priceFen >= home.priceFen ? "flashNotCheaper" : more > home.available ? "quotaOverSession" : null;
          if (code) {
            skipped.push({ at: momentText(slot.startsAt), name: offer.name, code });
            continue;
          }
          if (more !== 0) {
            await carve(tx, home, more, slot.id);
            await changeQuota(tx, { poolId: offer.stockPoolId, delta: more, why: "edit", ref: offer.id });
          }
          const perPersonLimit = item.perPersonLimit ?? null;
          await tx.offer.update({ where: { id: offer.id }, data: { priceFen: item.priceFen, perPersonLimit } });
          const { name, priceFen, quota } = offer;
          changes.push({
            before: { name, priceFen, quota, perPersonLimit: offer.perPersonLimit },
            after: { name, priceFen: fen(item.priceFen), quota: item.quota, perPersonLimit },
          });
        }
        items += changes.length;
        await record(
          tx,
          actor,
          ...changes.map((c) => ({ deed: "sessions.changeItem", subjectType: "slot", subjectId: slot.id, ...c })),
        );
      }
      return { items, skipped };
    },
    { timeoutMs: 55_000 },
  );
}
