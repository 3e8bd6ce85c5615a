import "server-only";
import { record, stale } from "#lib/audit/steps";
import type { SaleSession } from "#lib/generated/prisma/client";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { Refusal } from "#lib/kernel/refusal";
import { dateOf, dayFromDate, daysBetween, later, minute } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { prisma, type Tx, transact } from "#lib/platform/db";
import { setting } from "#lib/platform/settings";
import { changeQuota } from "#lib/stock/steps";
import { findConflicts, lockSkus, namingOverlaps, refuseConflicts } from "../conflicts";
import { goodsOf } from "../goods";
import { restrike } from "../offers";
import { homesOf, movedSession, slotPlan } from "../plans";
import { offersOfSession, offersOfSlots } from "../queries";
import { movable, sessionPhase, slotPhase } from "../rules";
import type { CopySlotInput, MoveSessionInput, MoveSlotInput, OfferView } from "../schema";
import { carve, draftSlot } from "../slots";
import { dayOrRefuse, lockSession } from "../steps";
import { planOfSlot } from "./flash";

const checkWindow = (e: { startsAt: Date; endsAt: Date }) => {
  if (e.startsAt >= e.endsAt) throw new Refusal("windowBackwards", {}, [{ field: "endsAt", code: "windowBackwards" }]);
};

/** Both sessions in the order of their ids, so that two moves in opposite directions do not wait for each other. */
async function lockSessions(tx: Tx, fromId: string, toId: string): Promise<[SaleSession, SaleSession]> {
  const locked = new Map<string, SaleSession>();
  for (const id of [...new Set([fromId, toId])].sort()) locked.set(id, await lockSession(tx, id));
  const [from, to] = [locked.get(fromId), locked.get(toId)];
  if (!from || !to) throw new Refusal("notFound");
  return [from, to];
}

/** The slot's items move into another session's pools. Refuses: flashQuota. */
async function rehome(
  tx: Tx,
  e: {
    offers: readonly OfferView[];
    from: ReadonlyMap<string, OfferView>;
    to: ReadonlyMap<string, OfferView>;
    slotId: string;
    sessionId: string;
  },
): Promise<void> {
  for (const offer of [...e.offers].sort((a, b) => (a.stockPoolId < b.stockPoolId ? -1 : 1))) {
    const key = `${offer.skuId} ${offer.cityId}`;
    const [old, home] = [e.from.get(key), e.to.get(key)];
    if (!home) throw new Refusal("notInSession", { name: offer.name });
    await carve(tx, home, offer.quota, e.slotId);
    if (old) await changeQuota(tx, { poolId: old.stockPoolId, delta: offer.quota, why: "flash", ref: e.slotId });
  }
  await tx.offer.updateMany({
    where: { id: { in: e.offers.map((o) => o.id) } },
    data: { saleSessionId: e.sessionId },
  });
}

/**
 * Gives a slot another window, or another session. A running one keeps its beginning and its session; only its end moves. Its offers
 * move with it, placed orders stand. Refuses: notFound, forbidden, illegalTransition, staleVersion, slotLive, windowBackwards,
 * sessionNotPublished, and what `refuseConflicts` refuses.
 */
export async function moveSlot(actor: Actor, input: MoveSlotInput): Promise<void> {
  checkWindow(input);
  await namingOverlaps(planOfSlot(input.slotId, input), () =>
    transact(async (tx) => {
      const found = await tx.flashSlot.findUnique({ where: { id: input.slotId } });
      if (!found) throw new Refusal("notFound");
      const [from, to] = await lockSessions(tx, found.saleSessionId, input.sessionId ?? found.saleSessionId);
      for (const session of [from, to]) authorise(actor, "flash.edit", { cityIds: session.cityIds });
      const slot = await tx.flashSlot.findUniqueOrThrow({ where: { id: found.id } });
      if (slot.version !== input.version || slot.saleSessionId !== from.id)
        throw await stale(tx, actor, {
          subjectType: "slot",
          subjectId: slot.id,
          behind: slot.version - input.version,
        });
      const at = now();
      const how = movable(slot, at);
      const isElsewhere = from.id !== to.id;
      if (how === "none") throw new Refusal("illegalTransition", { state: slotPhase(slot, at), event: "move" });
      if (how === "end" && (isElsewhere || input.startsAt.getTime() !== slot.startsAt.getTime()))
        throw new Refusal("slotLive", {}, [{ field: "startsAt", code: "slotLive" }]);
      if (isElsewhere && to.state !== "draft" && to.state !== "published")
        throw new Refusal("illegalTransition", { state: to.state, event: "addSlot" });
      if (slot.state === "published" && to.state !== "published")
        throw new Refusal("sessionNotPublished", { name: to.name });
      const offers = (await offersOfSlots([slot.id], tx)).filter((o) => o.state !== "closed");
      const plan = await slotPlan(tx, {
        for: "move",
        kind: slot.kind,
        session: to,
        window: input,
        items: offers,
        isCarved: !isElsewhere,
        isOtherDay: from.businessDay.getTime() !== to.businessDay.getTime(),
        own: offers.map((o) => o.id),
      });
      refuseConflicts(await findConflicts(tx, plan), { name: slot.name, isSlot: true });
      const { startsAt, endsAt } = input;
      await tx.flashSlot.update({
        where: { id: slot.id },
        data: { startsAt, endsAt, saleSessionId: to.id, version: { increment: 1 } },
      });
      if (isElsewhere)
        await rehome(tx, {
          offers,
          from: homesOf(await offersOfSession(from.id, tx)),
          to: plan.homes,
          slotId: slot.id,
          sessionId: to.id,
        });
      await tx.offer.updateMany({
        where: { id: { in: offers.map((o) => o.id) } },
        // a successor of a running slot began when its price rose
        data: how === "end" ? { endsAt } : { startsAt, endsAt },
      });
      if (slot.state === "published" && how === "free")
        await restrike(tx, {
          offers,
          goods: await goodsOf(
            tx,
            offers.map((o) => o.skuId),
          ),
          startsAt,
          at,
        });
      await record(tx, actor, {
        deed: "flash.move",
        subjectType: "slot",
        subjectId: slot.id,
        before: { startsAt: slot.startsAt, endsAt: slot.endsAt, ...(isElsewhere ? { sessionId: from.id } : {}) },
        after: { startsAt, endsAt, ...(isElsewhere ? { sessionId: to.id } : {}) },
      });
    }),
  );
}

/**
 * Gives a session another window or day; its slots go along with the day and must lie inside the window. A running one keeps its
 * opening and day, and closes no sooner than the orders that are held run out. Refuses: notFound, forbidden, illegalTransition,
 * staleVersion, invalid, windowBackwards, sessionLive, cutoffTooSoon, and what `refuseConflicts` refuses.
 */
export async function moveSession(actor: Actor, input: MoveSessionInput): Promise<void> {
  checkWindow({ startsAt: input.opensAt, endsAt: input.cutoffAt });
  const load = async (db: Tx | typeof prisma) => {
    const session = await db.saleSession.findUniqueOrThrow({
      where: { id: input.sessionId },
      include: { slots: true },
    });
    const before = dayFromDate(session.businessDay);
    const businessDay = input.businessDay === undefined ? before : dayOrRefuse(input.businessDay);
    const { opensAt, cutoffAt } = input;
    const shift = daysBetween(before, businessDay) * 86_400_000;
    return { session, to: { opensAt, cutoffAt, businessDay, shift } };
  };
  await namingOverlaps(
    async () => {
      const { session, to } = await load(prisma);
      return movedSession(prisma, session, to);
    },
    () =>
      transact(async (tx) => {
        authorise(actor, "sessions.edit", { cityIds: (await lockSession(tx, input.sessionId)).cityIds });
        const { session, to } = await load(tx);
        if (session.state === "published") authorise(actor, "sessions.publish", { cityIds: session.cityIds });
        if (session.version !== input.version)
          throw await stale(tx, actor, {
            subjectType: "session",
            subjectId: session.id,
            behind: session.version - input.version,
          });
        const at = now();
        const phase = sessionPhase(session, at);
        if (phase !== "draft" && phase !== "scheduled" && phase !== "live")
          throw new Refusal("illegalTransition", { state: phase, event: "move" });
        const isLive = phase === "live";
        if (isLive && (to.shift !== 0 || to.opensAt.getTime() !== session.opensAt.getTime()))
          throw new Refusal("sessionLive", {}, [{ field: "opensAt", code: "sessionLive" }]);
        if (isLive && to.cutoffAt < session.cutoffAt) {
          const soonest = later(at, (await setting(tx, "orderHoldMinutes")) * minute);
          if (to.cutoffAt < soonest)
            throw new Refusal("cutoffTooSoon", { minutes: await setting(tx, "orderHoldMinutes") }, [
              { field: "cutoffAt", code: "cutoffTooSoon" },
            ]);
        }
        const plan = await movedSession(tx, session, to);
        await lockSkus(
          tx,
          plan.items.map((i) => i.skuId),
        );
        const { opensAt, cutoffAt } = to;
        await tx.saleSession.update({
          where: { id: session.id },
          data: { opensAt, cutoffAt, businessDay: dateOf(to.businessDay), version: { increment: 1 } },
        });
        refuseConflicts(await findConflicts(tx, plan), { name: session.name, isSlot: false });
        await shiftSlots(tx, session.id, to.shift);
        // successors of a running session began when their price rose
        await tx.offer.updateMany({
          where: { saleSessionId: session.id, layer: "session", state: { not: "closed" } },
          data: isLive ? { endsAt: cutoffAt } : { startsAt: opensAt, endsAt: cutoffAt },
        });
        if (phase === "scheduled") await restrikeAll(tx, session.id, at);
        await record(tx, actor, {
          deed: "sessions.move",
          subjectType: "session",
          subjectId: session.id,
          before: {
            businessDay: dayFromDate(session.businessDay),
            opensAt: session.opensAt,
            cutoffAt: session.cutoffAt,
          },
          after: { businessDay: to.businessDay, opensAt, cutoffAt },
        });
      }),
  );
}

/** Slots and their offers go along with the day. */
async function shiftSlots(tx: Tx, sessionId: string, shift: number): Promise<void> {
  if (shift === 0) return;
  const by = `${shift} milliseconds`;
  await tx.$executeRaw`
    update flash_slot set starts_at = starts_at + ${by}::interval, ends_at = ends_at + ${by}::interval, version = version + 1
    where sale_session_id = ${sessionId} and state <> 'cancelled'::slot_state`;
  await tx.$executeRaw`
    update offer set starts_at = starts_at + ${by}::interval, ends_at = ends_at + ${by}::interval
    where sale_session_id = ${sessionId} and layer <> 'session'::offer_layer and state <> 'closed'::offer_state`;
}

async function restrikeAll(tx: Tx, sessionId: string, at: Date): Promise<void> {
  const published = (await offersOfSession(sessionId, tx)).filter((o) => o.state === "active" || o.state === "paused");
  const goods = await goodsOf(
    tx,
    published.map((o) => o.skuId),
  );
  const starts = new Set(published.map((o) => o.startsAt.getTime()));
  for (const start of starts)
    await restrike(tx, {
      offers: published.filter((o) => o.startsAt.getTime() === start),
      goods,
      startsAt: new Date(start),
      at,
    });
}

/**
 * Drafts a slot like another at another time, in the same session or another; returns its id.
 * Refuses: notFound, forbidden, illegalTransition, windowBackwards, and what `refuseConflicts` refuses.
 */
export async function copySlot(actor: Actor, input: CopySlotInput): Promise<string> {
  checkWindow(input);
  return transact(async (tx) => {
    const slot = await tx.flashSlot.findUnique({ where: { id: input.slotId } });
    if (!slot) throw new Refusal("notFound");
    const [from, session] = await lockSessions(tx, slot.saleSessionId, input.sessionId ?? slot.saleSessionId);
    for (const one of [from, session]) authorise(actor, "flash.edit", { cityIds: one.cityIds });
    if (session.state !== "draft" && session.state !== "published")
      throw new Refusal("illegalTransition", { state: session.state, event: "addSlot" });
    const all = await offersOfSlots([slot.id], tx);
    const last = new Map(all.sort((a, b) => (a.id < b.id ? -1 : 1)).map((o) => [`${o.skuId} ${o.cityId}`, o]));
    const opened = new Map(
      (
        await tx.stockAllotment.findMany({
          where: { poolId: { in: all.map((o) => o.stockPoolId) }, why: "open" },
        })
      ).map((a) => [a.poolId, a.delta]),
    );
    const items = [...last.values()].map((o) => ({ ...o, quota: opened.get(o.stockPoolId) ?? o.quota }));
    const plan = await slotPlan(tx, {
      for: "place",
      kind: slot.kind,
      session,
      window: input,
      items,
      isCarved: false,
    });
    refuseConflicts(await findConflicts(tx, plan), { name: slot.name, isSlot: true });
    const { startsAt, endsAt } = input;
    return draftSlot(tx, actor, session, {
      name: slot.name,
      kind: slot.kind,
      startsAt,
      endsAt,
      group:
        slot.groupSize && slot.groupMinutes && slot.groupScope
          ? { size: slot.groupSize, minutes: slot.groupMinutes, scope: slot.groupScope }
          : null,
      items: items.flatMap((o) => {
        const home = plan.homes.get(`${o.skuId} ${o.cityId}`);
        return home ? [{ ...o, home }] : [];
      }),
      goods: await goodsOf(
        tx,
        items.map((o) => o.skuId),
      ),
    });
  });
}
