import "server-only";
import type { z } from "zod";
import { record } from "#lib/audit/steps";
import type { SaleSession } from "#lib/generated/prisma/client";
import { authorise, sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import { addDays, type Day, dateOf, dayFromDate, daysBetween, later } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { type Tx, transact } from "#lib/platform/db";
import { goodsOf } from "../goods";
import { placeItems } from "../offers";
import { offersById, offersOfSession } from "../queries";
import type { cloneSessionInput, cloneWeekInput, Goods, OfferView } from "../schema";
import { draftSlot } from "../slots";
import { dayOrRefuse } from "../steps";

export type LeftOut = { name: string; why: "notListed" | "supplierSuspended" };
export type Cloned = { id: string; items: number; leftOut: number; left: LeftOut[] };

/** The items' planned quotas: what was allotted by people, not what slots took out. */
async function plannedQuotas(tx: Tx, offers: readonly OfferView[]): Promise<Map<string, number>> {
  const allotted = await tx.stockAllotment.groupBy({
    by: ["poolId"],
    where: { poolId: { in: offers.map((o) => o.stockPoolId) }, why: { in: ["open", "edit", "raise"] } },
    _sum: { delta: true },
  });
  return new Map(allotted.map((a) => [a.poolId, a._sum.delta ?? 0]));
}

const missing = (good: Goods | undefined): LeftOut["why"] | null =>
  !good?.isListed ? "notListed" : good.supplierIsActive ? null : "supplierSuspended";

async function cloneInto(tx: Tx, actor: Actor, source: SaleSession, day: Day, name: string): Promise<Cloned> {
  const shift = daysBetween(dayFromDate(source.businessDay), day) * 86_400_000;
  const at = now();
  const session = await tx.saleSession.create({
    data: {
      id: newId("ssn", at),
      opensAt: later(source.opensAt, shift),
      cutoffAt: later(source.plannedCutoffAt ?? source.cutoffAt, shift),
      name,
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
  const last = new Map<string, OfferView>();
  for (const o of all.filter((o) => o.layer === "session").sort((a, b) => (a.id < b.id ? -1 : 1)))
    last.set(`${o.skuId} ${o.cityId}`, o);
  const planned = await plannedQuotas(tx, [...last.values()]);
  const goods = await goodsOf(
    tx,
    [...last.values()].map((o) => o.skuId),
  );
  const left: LeftOut[] = [];
  const kept = [...last].flatMap(([key, o]) => {
    const good = goods.get(o.skuId);
    const why = missing(good);
    if (!good || why) {
      left.push({ name: o.name, why: why ?? "notListed" });
      return [];
    }
    const quota = planned.get(o.stockPoolId) ?? o.quota;
    return [{ ...o, key, session, goods: good, quota }];
  });
  const placed = await placeItems(tx, kept);
  const homes = new Map(
    (
      await offersById(
        placed.map((p) => p.id),
        tx,
      )
    ).map((o) => [`${o.skuId} ${o.cityId}`, o]),
  );
  await cloneSlots(tx, actor, { source, session, shift, all, homes, goods });
  const items = kept.length;
  await record(tx, actor, {
    deed: "sessions.clone",
    subjectType: "session",
    subjectId: session.id,
    after: { from: source.id, businessDay: day, items, leftOut: left.length },
  });
  return { id: session.id, items, leftOut: left.length, left };
}

async function cloneSlots(
  tx: Tx,
  actor: Actor,
  e: {
    source: SaleSession;
    session: SaleSession;
    shift: number;
    all: readonly OfferView[];
    homes: Map<string, OfferView>;
    goods: ReadonlyMap<string, Goods>;
  },
): Promise<void> {
  const slots = await tx.flashSlot.findMany({
    where: { saleSessionId: e.source.id, state: { not: "cancelled" } },
    orderBy: { startsAt: "asc" },
  });
  const opened = new Map(
    (
      await tx.stockAllotment.findMany({
        where: { poolId: { in: e.all.filter((o) => o.flashSlotId).map((o) => o.stockPoolId) }, why: "open" },
      })
    ).map((a) => [a.poolId, a.delta]),
  );
  for (const slot of slots) {
    const items = e.all
      .filter((o) => o.flashSlotId === slot.id && o.state !== "closed")
      .concat(e.all.filter((o) => o.flashSlotId === slot.id && o.state === "closed"))
      .filter((o, i, own) => own.findIndex((x) => x.skuId === o.skuId && x.cityId === o.cityId) === i)
      .flatMap((o) => {
        const key = `${o.skuId} ${o.cityId}`;
        const home = e.homes.get(key);
        const quota = Math.min(opened.get(o.stockPoolId) ?? o.quota, home?.available ?? 0);
        if (!home || quota <= 0) return [];
        e.homes.set(key, { ...home, available: home.available - quota });
        return [{ ...o, home, quota }];
      });
    if (items.length === 0) continue;
    await draftSlot(tx, actor, e.session, {
      name: slot.name,
      kind: slot.kind,
      startsAt: later(slot.startsAt, e.shift),
      endsAt: later(slot.endsAt, e.shift),
      group:
        slot.groupSize && slot.groupMinutes && slot.groupScope
          ? { size: slot.groupSize, minutes: slot.groupMinutes, scope: slot.groupScope }
          : null,
      items,
      goods: e.goods,
    });
  }
}

/**
 * Drafts a session for another day from any earlier one: its items at their last price with fresh pools, its slots as drafts.
 * What is no longer listed or whose supplier is suspended is left out and named. Refuses: notFound, forbidden, invalid.
 */
export async function cloneSession(actor: Actor, input: z.infer<typeof cloneSessionInput>): Promise<Cloned> {
  const day = dayOrRefuse(input.businessDay);
  return transact(async (tx) => {
    const source = await tx.saleSession.findUnique({ where: { id: input.fromId } });
    if (!source) throw new Refusal("notFound");
    authorise(actor, "sessions.edit", { cityIds: source.cityIds });
    return cloneInto(tx, actor, source, day, input.name ?? source.name);
  });
}

/** The name of a session on another day: a day in the name moves along. */
const renamed = (name: string, from: Day, to: Day): string =>
  name.replaceAll(from, to).replaceAll(from.slice(5), to.slice(5));

/**
 * Drafts the seven days from `toDay` after the seven from `fromDay`: each session with its items and slots. Days that already have
 * a session of the same cities are left as they are. Returns what was made, by day. Refuses: forbidden, invalid, noSessions.
 */
export async function cloneWeek(
  actor: Actor,
  input: z.infer<typeof cloneWeekInput>,
): Promise<{ made: (Cloned & { name: string; businessDay: Day })[]; skippedDays: Day[] }> {
  const scope = sees(actor, "sessions.see");
  authorise(actor, "sessions.edit");
  const [fromDay, toDay] = [dayOrRefuse(input.fromDay, "fromDay"), dayOrRefuse(input.toDay, "toDay")];
  if (toDay <= fromDay) throw new Refusal("windowBackwards", {}, [{ field: "toDay", code: "windowBackwards" }]);
  return transact(
    async (tx) => {
      const week = (from: Day) => ({
        businessDay: { gte: dateOf(from), lte: dateOf(addDays(from, 6)) },
        state: { not: "cancelled" as const },
      });
      const sources = await tx.saleSession.findMany({
        where: { ...week(fromDay), ...(scope.cityIds ? { cityIds: { hasSome: scope.cityIds } } : {}) },
        orderBy: [{ businessDay: "asc" }, { id: "asc" }],
      });
      if (sources.length === 0) throw new Refusal("noSessions");
      const standing = await tx.saleSession.findMany({
        where: week(toDay),
        select: { businessDay: true, cityIds: true },
      });
      const made: (Cloned & { name: string; businessDay: Day })[] = [];
      const skippedDays: Day[] = [];
      const shift = daysBetween(fromDay, toDay);
      for (const source of sources) {
        const from = dayFromDate(source.businessDay);
        const day = addDays(from, shift);
        const isTaken = standing.some(
          (s) => dayFromDate(s.businessDay) === day && s.cityIds.some((c) => source.cityIds.includes(c)),
        );
        if (isTaken) {
          skippedDays.push(day);
          continue;
        }
        const name = renamed(source.name, from, day);
        made.push({ ...(await cloneInto(tx, actor, source, day, name)), name, businessDay: day });
      }
      return { made, skippedDays };
    },
    { timeoutMs: 55_000 },
  );
}
