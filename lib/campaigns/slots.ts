import "server-only";
import { record } from "#lib/audit/steps";
import type { FlashSlot, SaleSession } from "#lib/generated/prisma/client";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { isRefusal, Refusal } from "#lib/kernel/refusal";
import { from, next } from "#lib/kernel/states";
import type { Window } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { changeQuota } from "#lib/stock/steps";
import { findConflicts, refuseConflicts } from "./conflicts";
import { slotSubmitted } from "./events";
import { goodsOf } from "./goods";
import { activate, type ItemToPlace, placeItems } from "./offers";
import { slotPlan } from "./plans";
import { offersOfSlots } from "./queries";
import { needsSecond, slotTable } from "./rules";
import type { Goods, OfferView, SlotView } from "./schema";
import { checkLosses } from "./steps";

/** Takes pieces out of a session's pool for a slot. Refuses: flashQuota. */
export async function carve(
  tx: Tx,
  home: Pick<OfferView, "stockPoolId" | "name" | "available">,
  pieces: number,
  ref: string,
): Promise<void> {
  try {
    await changeQuota(tx, { poolId: home.stockPoolId, delta: -pieces, why: "flash", ref });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new Refusal("flashQuota", { name: home.name, available: home.available }, [
      { field: "quota", code: "flashQuota" },
    ]);
  }
}

export type SlotItemToPlace = Pick<
  ItemToPlace,
  "priceFen" | "quota" | "perPersonLimit" | "limits" | "minimum" | "lossReason" | "lossNote"
> & { home: OfferView };

/** Drafts a slot in a locked session and carves its pieces out; returns its id. The caller has looked for conflicts. Refuses: flashQuota. */
export async function draftSlot(
  tx: Tx,
  actor: Actor,
  session: SaleSession,
  e: Window & {
    name: string;
    kind: SlotView["kind"];
    group: SlotView["group"] | undefined;
    items: readonly SlotItemToPlace[];
    goods: ReadonlyMap<string, Goods>;
    seriesId?: string;
  },
): Promise<string> {
  const at = now();
  const id = newId("fls", at);
  const { name, kind, startsAt, endsAt } = e;
  await tx.flashSlot.create({
    data: {
      id,
      saleSessionId: session.id,
      name,
      kind,
      startsAt,
      endsAt,
      groupSize: e.group?.size ?? null,
      groupMinutes: e.group?.minutes ?? null,
      groupScope: e.group?.scope ?? null,
      seriesId: e.seriesId ?? null,
      state: "draft",
      createdAt: at,
      createdBy: actor.id,
    },
  });
  const placing: ItemToPlace[] = [];
  for (const { home, ...item } of [...e.items].sort((a, b) => (a.home.stockPoolId < b.home.stockPoolId ? -1 : 1))) {
    const good = e.goods.get(home.skuId);
    if (!good) throw new Refusal("notFound");
    await carve(tx, home, item.quota, id);
    placing.push({
      ...item,
      session: { id: session.id, opensAt: startsAt, cutoffAt: endsAt },
      slot: { id, kind },
      goods: good,
      cityId: home.cityId,
      commissionBp: home.commissionBp,
      sort: placing.length + 1,
    });
  }
  await placeItems(tx, placing);
  await record(tx, actor, {
    deed: "flash.add",
    subjectType: "slot",
    subjectId: id,
    after: { sessionId: session.id, name, startsAt, endsAt, items: placing.length },
  });
  return id;
}

/**
 * Puts a slot of a locked session on sale, or submits it when a price needs a second person and nobody else has looked (`by` is null).
 * Refuses: sessionNotPublished, staleVersion, lossReasonMissing, and what `refuseConflicts` refuses.
 */
export async function openSlot(
  tx: Tx,
  actor: Actor,
  e: { session: SaleSession; slot: FlashSlot; event: "publish" | "submit" | "approve" },
): Promise<"published" | "inReview"> {
  const { session, slot } = e;
  if (session.state !== "published") throw new Refusal("sessionNotPublished", { name: session.name });
  const at = now();
  const offers = (await offersOfSlots([slot.id], tx)).filter((o) => o.state === "draft");
  const conflicts = await findConflicts(
    tx,
    await slotPlan(tx, {
      for: "publish",
      kind: slot.kind,
      session,
      window: slot,
      items: offers,
      isCarved: true,
      own: offers.map((o) => o.id),
    }),
  );
  refuseConflicts(conflicts, { name: slot.name, isSlot: true });
  checkLosses(conflicts, offers);
  const event = e.event === "publish" && needsSecond(conflicts) && actor.kind !== "system" ? "submit" : e.event;
  const state = next(slotTable, slot.state, event);
  const written = await tx.flashSlot.updateMany({
    where: { id: slot.id, version: slot.version, state: { in: from(slotTable, event) } },
    data: {
      state,
      version: { increment: 1 },
      ...(event === "submit" ? { submittedBy: actor.id, submittedAt: at, reviewNote: null } : {}),
      ...(event === "approve" ? { approvedBy: actor.id, approvedAt: at } : {}),
    },
  });
  if (written.count !== 1) throw new Refusal("staleVersion");
  if (event === "submit") await announce(tx, { type: slotSubmitted, subjectId: slot.id, payload: {} });
  else {
    const goods = await goodsOf(
      tx,
      offers.map((o) => o.skuId),
    );
    await activate(tx, actor, { offers, goods, at });
  }
  await record(tx, actor, {
    deed: `flash.${event}`,
    subjectType: "slot",
    subjectId: slot.id,
    before: { state: slot.state },
    after: { state, name: slot.name, sessionId: session.id, items: offers.length },
  });
  return event === "submit" ? "inReview" : "published";
}
