import "server-only";
import type { z } from "zod";
import { record, stale } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import { from, next } from "#lib/kernel/states";
import { dateOf, dayFromDate } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { prisma, type Tx, transact } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { changeQuota } from "#lib/stock/steps";
import { findConflicts, lockSkus, namingOverlaps, refuseConflicts } from "../conflicts";
import { sessionCancelled, sessionPublished, sessionSubmitted } from "../events";
import { goodsOf } from "../goods";
import { activate, placeItems } from "../offers";
import { sessionPlan } from "../plans";
import { offersOfSession } from "../queries";
import { needsSecond, sessionPhase, sessionTable } from "../rules";
import type {
  cancelSessionInput,
  DraftSessionInput,
  EditSessionInput,
  pauseSessionInput,
  returnSessionInput,
  sessionRefInput,
} from "../schema";
import { checkLosses, dayOrRefuse, giveBack, lockSession } from "../steps";

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

type SessionRef = z.infer<typeof sessionRefInput>;

/** A session's plan, for naming an overlap that only the database saw. */
const planOf = (sessionId: string) => async () =>
  sessionPlan(prisma, await prisma.saleSession.findUniqueOrThrow({ where: { id: sessionId } }));

async function opening(
  actor: Actor,
  sessionId: string,
  asked: "publish" | "submit" | "approve",
): Promise<{ state: "published" | "inReview" }> {
  return namingOverlaps(planOf(sessionId), () =>
    transact(async (tx) => {
      const session = await lockSession(tx, sessionId);
      authorise(actor, asked === "approve" ? "sessions.approve" : "sessions.publish", { cityIds: session.cityIds });
      next(sessionTable, session.state, asked);
      if (asked === "approve" && session.submittedBy === actor.id) throw new Refusal("twoPeople");
      const at = now();
      const { offers, ...plan } = await sessionPlan(tx, session);
      const skuIds = offers.map((o) => o.skuId);
      await lockSkus(tx, skuIds);
      const conflicts = await findConflicts(tx, plan);
      refuseConflicts(conflicts, { name: session.name, isSlot: false });
      checkLosses(conflicts, offers);
      const event = asked === "publish" && needsSecond(conflicts) && actor.kind !== "system" ? "submit" : asked;
      const state = next(sessionTable, session.state, event);
      const written = await tx.saleSession.updateMany({
        where: { id: session.id, version: session.version, state: { in: from(sessionTable, event) } },
        data: {
          state,
          version: { increment: 1 },
          ...(event === "submit" ? { submittedBy: actor.id, submittedAt: at, reviewNote: null } : { publishedAt: at }),
          ...(event === "approve" ? { approvedBy: actor.id, approvedAt: at } : {}),
        },
      });
      if (written.count !== 1) throw new Refusal("staleVersion");
      if (event !== "submit")
        await activate(tx, actor, {
          offers,
          goods: await goodsOf(tx, skuIds),
          at,
          window: { startsAt: session.opensAt, endsAt: session.cutoffAt },
        });
      const review = conflicts.filter((c) => c.code === "belowCost" || c.code === "marginUnderRule").length;
      await record(tx, actor, {
        deed: `sessions.${event}`,
        subjectType: "session",
        subjectId: session.id,
        before: { state: session.state },
        after: { state, items: offers.length, ...(review > 0 ? { belowRule: review } : {}) },
      });
      await announce(
        tx,
        event === "submit"
          ? { type: sessionSubmitted, subjectId: session.id, payload: {} }
          : { type: sessionPublished, subjectId: session.id, payload: { cityIds: session.cityIds } },
      );
      return { state: event === "submit" ? "inReview" : "published" };
    }),
  );
}

/**
 * Puts a draft on sale: freezes price, supply price and window of every offer, and gives each its strike-through if there is evidence.
 * With a price under the supply price or a margin under the rule it is submitted to a second person instead; answers which.
 * Refuses: notFound, forbidden, illegalTransition, lossReasonMissing, and what `refuseConflicts` refuses.
 */
export async function publishSession(actor: Actor, input: SessionRef): Promise<{ state: "published" | "inReview" }> {
  return opening(actor, input.sessionId, "publish");
}

/** Asks a colleague to look at a draft and publish it. Refuses as publishSession. */
export async function submitSession(actor: Actor, input: SessionRef): Promise<void> {
  await opening(actor, input.sessionId, "submit");
}

/** Publishes what somebody else submitted. Refuses: twoPeople, and as publishSession. */
export async function approveSession(actor: Actor, input: SessionRef): Promise<void> {
  await opening(actor, input.sessionId, "approve");
}

/** Gives a submitted session back to be worked on. Refuses: notFound, forbidden, illegalTransition. */
export async function returnSession(actor: Actor, input: z.infer<typeof returnSessionInput>): Promise<void> {
  await transact(async (tx) => {
    const session = await lockSession(tx, input.sessionId);
    authorise(actor, "sessions.approve", { cityIds: session.cityIds });
    const state = next(sessionTable, session.state, "return");
    await tx.saleSession.update({
      where: { id: session.id },
      data: { state, submittedBy: null, submittedAt: null, reviewNote: input.note, version: { increment: 1 } },
    });
    await record(tx, actor, {
      deed: "sessions.return",
      subjectType: "session",
      subjectId: session.id,
      before: { state: session.state },
      after: { state },
      reason: input.note,
    });
  });
}

async function hold(actor: Actor, e: SessionRef & { reason?: string; deed: "pause" | "resume" }): Promise<void> {
  await transact(async (tx) => {
    const session = await lockSession(tx, e.sessionId);
    authorise(actor, "sessions.publish", { cityIds: session.cityIds });
    const at = now();
    const phase = sessionPhase(session, at);
    const isPausing = e.deed === "pause";
    if ((phase !== "live" && phase !== "scheduled") || (session.pausedAt === null) !== isPausing)
      throw new Refusal("illegalTransition", { state: session.pausedAt ? "paused" : phase, event: e.deed });
    await tx.saleSession.update({
      where: { id: session.id },
      data: { pausedAt: isPausing ? at : null, version: { increment: 1 } },
    });
    await record(tx, actor, {
      deed: `sessions.${e.deed}`,
      subjectType: "session",
      subjectId: session.id,
      before: { pausedAt: session.pausedAt },
      after: { pausedAt: isPausing ? at : null },
      reason: e.reason ?? null,
    });
  });
}

/** Takes a whole published session off sale for now; its window goes on, placed orders stand. Refuses: notFound, forbidden, illegalTransition. */
export async function pauseSession(actor: Actor, input: z.infer<typeof pauseSessionInput>): Promise<void> {
  await hold(actor, { ...input, deed: "pause" });
}

/** Puts a paused session back on sale. Refuses: notFound, forbidden, illegalTransition. */
export async function resumeSession(actor: Actor, input: SessionRef): Promise<void> {
  await hold(actor, { sessionId: input.sessionId, deed: "resume" });
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
      where: { saleSessionId: session.id, layer: { not: "session" }, state: { not: "closed" } },
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
