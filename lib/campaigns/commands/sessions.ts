import "server-only";
import type { z } from "zod";
import { record, stale } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import { from, next } from "#lib/kernel/states";
import { type Day, dateOf, dayFromDate, daysBetween, later, parseDay } from "#lib/kernel/time";
import { servedCities } from "#lib/pickup/queries";
import { now } from "#lib/platform/clock";
import { type Tx, transact } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { changeQuota } from "#lib/stock/steps";
import { clashesOf, namingClashes, overlapRefusal } from "../conflicts";
import { sessionCancelled, sessionPublished } from "../events";
import { goodsOf, lowestPaid } from "../goods";
import { activate, type ItemToPlace, placeItems } from "../offers";
import { offersOfSession } from "../queries";
import { publishProblems, sessionTable } from "../rules";
import type {
  cancelSessionInput,
  cloneSessionInput,
  DraftSessionInput,
  EditSessionInput,
  publishSessionInput,
} from "../schema";
import { giveBack, lockSession } from "../steps";

function dayOrRefuse(text: string): Day {
  const day = parseDay(text);
  if (!day) throw new Refusal("invalid", {}, [{ field: "businessDay", code: "day" }]);
  return day;
}

function checkWindow(e: { opensAt: Date; cutoffAt: Date }): void {
  if (e.opensAt >= e.cutoffAt)
    throw new Refusal("windowBackwards", {}, [{ field: "cutoffAt", code: "windowBackwards" }]);
}

async function checkCities(tx: Tx, cityIds: readonly string[]): Promise<void> {
  const known = await tx.region.count({ where: { id: { in: [...cityIds] }, level: "city" } });
  if (known !== new Set(cityIds).size) throw new Refusal("notFound", {}, [{ field: "cityIds", code: "required" }]);
}

/** Drafts a day's session; returns its id. Refuses: forbidden, notFound (a city), windowBackwards, invalid. */
export async function draftSession(actor: Actor, input: DraftSessionInput): Promise<string> {
  authorise(actor, "sessions.edit", { cityIds: input.cityIds });
  const day = dayOrRefuse(input.businessDay);
  checkWindow(input);
  return transact(async (tx) => {
    await checkCities(tx, input.cityIds);
    const at = now();
    const id = newId("ssn", at);
    const { name, opensAt, cutoffAt, lateNoticeMinutes } = input;
    const cityIds = [...new Set(input.cityIds)];
    await tx.saleSession.create({
      data: {
        id,
        name,
        businessDay: dateOf(day),
        opensAt,
        cutoffAt,
        lateNoticeMinutes,
        cityIds,
        state: "draft",
        createdAt: at,
        createdBy: actor.id,
      },
    });
    await record(tx, actor, {
      deed: "sessions.draft",
      subjectType: "session",
      subjectId: id,
      after: { name, businessDay: day, opensAt, cutoffAt, cityIds },
    });
    return id;
  });
}

/** Changes a draft's name, day, times and cities; a new city gets the items of the others. Refuses: notFound, forbidden, illegalTransition, staleVersion, windowBackwards, slotOutside. */
export async function editSession(actor: Actor, input: EditSessionInput): Promise<void> {
  const day = dayOrRefuse(input.businessDay);
  checkWindow(input);
  await transact(async (tx) => {
    const session = await lockSession(tx, input.id);
    authorise(actor, "sessions.edit", { cityIds: session.cityIds });
    authorise(actor, "sessions.edit", { cityIds: input.cityIds });
    if (session.state !== "draft") throw new Refusal("illegalTransition", { state: session.state, event: "edit" });
    await checkCities(tx, input.cityIds);
    const { name, opensAt, cutoffAt, lateNoticeMinutes } = input;
    const cityIds = [...new Set(input.cityIds)];
    const written = await tx.saleSession.updateMany({
      where: { id: session.id, version: input.version, state: "draft" },
      data: {
        name,
        businessDay: dateOf(day),
        opensAt,
        cutoffAt,
        lateNoticeMinutes,
        cityIds,
        version: { increment: 1 },
      },
    });
    if (written.count !== 1)
      throw await stale(tx, actor, {
        subjectType: "session",
        subjectId: session.id,
        behind: session.version - input.version,
      });
    if (
      await tx.flashSlot.findFirst({
        where: {
          saleSessionId: session.id,
          state: { not: "cancelled" },
          OR: [{ startsAt: { lt: opensAt } }, { endsAt: { gt: cutoffAt } }],
        },
      })
    )
      throw new Refusal("slotOutside", {}, [{ field: "cutoffAt", code: "slotOutside" }]);
    await tx.offer.updateMany({
      where: { saleSessionId: session.id, layer: "session", state: "draft" },
      data: { startsAt: opensAt, endsAt: cutoffAt },
    });
    const dropped = session.cityIds.filter((c) => !cityIds.includes(c));
    if (dropped.length > 0) {
      const gone = await tx.offer.findMany({ where: { saleSessionId: session.id, cityId: { in: dropped } } });
      for (const offer of gone) {
        const pool = await tx.stockPool.findUniqueOrThrow({ where: { id: offer.stockPoolId } });
        await changeQuota(tx, { poolId: pool.id, delta: -pool.quota, why: "removed", ref: offer.id });
      }
      await tx.offer.deleteMany({ where: { id: { in: gone.map((o) => o.id) } } });
    }
    const added = cityIds.filter((c) => !session.cityIds.includes(c));
    const items = new Map(
      (await offersOfSession(session.id, tx))
        .filter((o) => o.layer === "session" && o.state === "draft")
        .map((o) => [o.skuId, o]),
    );
    const goods = await goodsOf(tx, [...items.keys()]);
    await placeItems(
      tx,
      added.flatMap((cityId) =>
        [...items.values()].flatMap(({ skuId, priceFen, quota, perPersonLimit, commissionBp, sort }) => {
          const good = goods.get(skuId);
          return good
            ? [
                {
                  session: { id: session.id, opensAt, cutoffAt },
                  goods: good,
                  cityId,
                  priceFen,
                  quota,
                  perPersonLimit,
                  commissionBp,
                  sort,
                },
              ]
            : [];
        }),
      ),
    );
    await record(tx, actor, {
      deed: "sessions.edit",
      subjectType: "session",
      subjectId: session.id,
      before: {
        name: session.name,
        businessDay: dayFromDate(session.businessDay),
        opensAt: session.opensAt,
        cutoffAt: session.cutoffAt,
        cityIds: session.cityIds,
      },
      after: { name, businessDay: day, opensAt, cutoffAt, cityIds },
    });
  });
}

/**
 * Puts a draft on sale: freezes price, supply price and window of every offer, and gives each its strike-through if there is evidence.
 * Refuses: notFound, forbidden, illegalTransition, notPublishable (names the first problem), belowCost (unless accepted), windowsOverlap (names the other session and window).
 */
export async function publishSession(actor: Actor, input: z.infer<typeof publishSessionInput>): Promise<void> {
  await namingClashes({ sessionId: input.sessionId }, () =>
    transact(async (tx) => {
      const session = await lockSession(tx, input.sessionId);
      authorise(actor, "sessions.publish", { cityIds: session.cityIds });
      const state = next(sessionTable, session.state, "publish");
      const at = now();
      const offers = (await offersOfSession(session.id, tx)).filter(
        (o) => o.layer === "session" && o.state !== "closed",
      );
      const goods = await goodsOf(
        tx,
        offers.map((o) => o.skuId),
      );
      const served = new Set((await servedCities()).map((c) => c.id));
      const problems = publishProblems({ session, offers, goods, served, at });
      const blocking = problems.filter((p) => !p.isWarning);
      if (blocking[0])
        throw new Refusal("notPublishable", {
          problem: blocking[0].code,
          name: blocking[0].name ?? session.name,
          count: blocking.length,
        });
      const losses = problems.filter((p) => p.isWarning);
      if (losses[0] && !input.acceptLoss)
        throw new Refusal("belowCost", { name: losses[0].name ?? "", count: losses.length });
      const clashes = await clashesOf(tx, { sessionId: session.id });
      if (clashes[0]) throw overlapRefusal(clashes[0], clashes.length);
      const written = await tx.saleSession.updateMany({
        where: { id: session.id, state: { in: from(sessionTable, "publish") } },
        data: { state, publishedAt: at, version: { increment: 1 } },
      });
      if (written.count !== 1) throw new Refusal("staleVersion");
      const lowest = await lowestPaid(
        tx,
        offers.map((o) => o.skuId),
        session.opensAt,
      );
      await activate(tx, actor, {
        offers,
        goods,
        lowest,
        at,
        window: { startsAt: session.opensAt, endsAt: session.cutoffAt },
      });
      await record(tx, actor, {
        deed: "sessions.publish",
        subjectType: "session",
        subjectId: session.id,
        before: { state: session.state },
        after: { state, items: offers.length, ...(losses.length > 0 ? { belowCost: losses.length } : {}) },
      });
      await announce(tx, { type: sessionPublished, subjectId: session.id, payload: { cityIds: session.cityIds } });
    }),
  );
}

/**
 * Drafts a session for another day from any earlier one: its items at their last price with fresh pools, its slots as drafts.
 * What is no longer listed or whose supplier is suspended is left out. Returns the id and how many were left out.
 * Refuses: notFound, forbidden, invalid.
 */
export async function cloneSession(
  actor: Actor,
  input: z.infer<typeof cloneSessionInput>,
): Promise<{ id: string; items: number; leftOut: number }> {
  const day = dayOrRefuse(input.businessDay);
  return transact(async (tx) => {
    const source = await tx.saleSession.findUnique({ where: { id: input.fromId } });
    if (!source) throw new Refusal("notFound");
    authorise(actor, "sessions.edit", { cityIds: source.cityIds });
    const shift = daysBetween(dayFromDate(source.businessDay), day) * 86_400_000;
    const at = now();
    const id = newId("ssn", at);
    const session = {
      id,
      opensAt: later(source.opensAt, shift),
      cutoffAt: later(source.plannedCutoffAt ?? source.cutoffAt, shift),
    };
    await tx.saleSession.create({
      data: {
        ...session,
        name: input.name ?? source.name,
        businessDay: dateOf(day),
        lateNoticeMinutes: source.lateNoticeMinutes,
        cityIds: source.cityIds,
        state: "draft",
        clonedFromId: source.id,
        createdAt: at,
        createdBy: actor.id,
      },
    });
    const all = await offersOfSession(source.id, tx);
    const last = new Map<string, (typeof all)[number]>();
    for (const o of all.filter((o) => o.layer === "session").sort((a, b) => (a.id < b.id ? -1 : 1)))
      last.set(`${o.skuId} ${o.cityId}`, o);
    const allotted = await tx.stockAllotment.groupBy({
      by: ["poolId"],
      where: { poolId: { in: [...last.values()].map((o) => o.stockPoolId) }, why: { in: ["open", "edit", "raise"] } },
      _sum: { delta: true },
    });
    const planned = new Map(allotted.map((a) => [a.poolId, a._sum.delta ?? 0]));
    const goods = await goodsOf(
      tx,
      [...last.values()].map((o) => o.skuId),
    );
    const kept = [...last].flatMap(([key, o]) => {
      const good = goods.get(o.skuId);
      const { cityId, priceFen, perPersonLimit, commissionBp, sort } = o;
      return good?.isListed && good.supplierIsActive
        ? [
            {
              key,
              session,
              goods: good,
              cityId,
              priceFen,
              quota: planned.get(o.stockPoolId) ?? o.quota,
              perPersonLimit,
              commissionBp,
              sort,
            },
          ]
        : [];
    });
    const placed = await placeItems(tx, kept);
    const homes = new Map(
      kept.map((k, i) => [
        k.key,
        { id: placed[i]?.id ?? "", stockPoolId: placed[i]?.stockPoolId ?? "", quota: k.quota },
      ]),
    );
    const items = kept.length;
    const leftOut = last.size - items;
    await cloneSlots(tx, actor, { sourceId: source.id, session, shift, all, homes, goods });
    await record(tx, actor, {
      deed: "sessions.clone",
      subjectType: "session",
      subjectId: id,
      after: { from: source.id, businessDay: day, items, leftOut },
    });
    return { id, items, leftOut };
  });
}

async function cloneSlots(
  tx: Tx,
  actor: Actor,
  e: {
    sourceId: string;
    session: { id: string };
    shift: number;
    all: Awaited<ReturnType<typeof offersOfSession>>;
    homes: Map<string, { id: string; stockPoolId: string; quota: number }>;
    goods: Awaited<ReturnType<typeof goodsOf>>;
  },
): Promise<void> {
  const at = now();
  for (const slot of await tx.flashSlot.findMany({
    where: { saleSessionId: e.sourceId, state: { not: "cancelled" } },
    orderBy: { startsAt: "asc" },
  })) {
    const id = newId("fls", at);
    const startsAt = later(slot.startsAt, e.shift);
    const endsAt = later(slot.endsAt, e.shift);
    await tx.flashSlot.create({
      data: {
        id,
        saleSessionId: e.session.id,
        name: slot.name,
        startsAt,
        endsAt,
        state: "draft",
        createdAt: at,
        createdBy: actor.id,
      },
    });
    const flash: ItemToPlace[] = [];
    for (const o of e.all.filter((o) => o.flashSlotId === slot.id)) {
      const home = e.homes.get(`${o.skuId} ${o.cityId}`);
      const good = e.goods.get(o.skuId);
      const opened = await tx.stockAllotment.findFirst({ where: { poolId: o.stockPoolId, why: "open" } });
      const quota = Math.min(opened?.delta ?? o.quota, home?.quota ?? 0);
      if (!home || !good || quota <= 0) continue;
      home.quota -= quota;
      await changeQuota(tx, { poolId: home.stockPoolId, delta: -quota, why: "flash", ref: id });
      flash.push({
        session: { id: e.session.id, opensAt: startsAt, cutoffAt: endsAt },
        slotId: id,
        goods: good,
        cityId: o.cityId,
        priceFen: o.priceFen,
        quota,
        perPersonLimit: o.perPersonLimit,
        commissionBp: o.commissionBp,
        sort: o.sort,
      });
    }
    await placeItems(tx, flash);
  }
}

/** Calls a session off: offers close, slots are cancelled, and the news makes every order of it refunded. Refuses: notFound, forbidden, illegalTransition. */
export async function cancelSession(actor: Actor, input: z.infer<typeof cancelSessionInput>): Promise<void> {
  await transact(async (tx) => {
    const session = await lockSession(tx, input.sessionId);
    authorise(actor, "sessions.publish", { cityIds: session.cityIds });
    const state = next(sessionTable, session.state, "cancel");
    const written = await tx.saleSession.updateMany({
      where: { id: session.id, state: { in: from(sessionTable, "cancel") } },
      data: { state, version: { increment: 1 } },
    });
    if (written.count !== 1) throw new Refusal("staleVersion");
    const flash = await tx.offer.findMany({
      where: { saleSessionId: session.id, layer: "flash", state: { not: "closed" } },
    });
    await tx.offer.updateMany({
      where: { saleSessionId: session.id, state: { not: "closed" } },
      data: { state: "closed" },
    });
    await tx.flashSlot.updateMany({ where: { saleSessionId: session.id }, data: { state: "cancelled" } });
    await giveBack(tx, flash, "sessionCancelled");
    await record(tx, actor, {
      deed: "sessions.cancel",
      subjectType: "session",
      subjectId: session.id,
      before: { state: session.state },
      after: { state },
      reason: input.reason,
    });
    await announce(tx, { type: sessionCancelled, subjectId: session.id, payload: { reason: input.reason } });
  });
}
