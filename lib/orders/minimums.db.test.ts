import { beforeAll, describe, expect, test } from "vitest";
import { offersById } from "#lib/campaigns/queries";
import type { Minimum } from "#lib/campaigns/schema";
import { systemActor } from "#lib/identity/schema";
import { later, minute } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import {
  makeOffer,
  makePoint,
  makeResident,
  makeSession,
  makeSku,
  makeSupplier,
  makeTown,
  type Town,
  testMorning,
} from "#lib/testing/builders";
import { makeGroupSlot } from "#lib/testing/groups";
import { closeSession, order, pay, tell } from "#lib/testing/trade";
import { decideMinimums } from "./commands/unmet";
import { minimumProgress } from "./queries/minimums";

const at = <T>(minutes: number, work: () => Promise<T>) => underClock(later(testMorning, minutes * minute), work);
const system = systemActor("test");

let town: Town;
let other: string;
let supplierId: string;
beforeAll(() =>
  at(0, async () => {
    town = await makeTown();
    other = await makePoint(town);
    supplierId = await makeSupplier();
  }),
);

async function sale(minimum: Minimum, limit?: number) {
  const skuId = await makeSku({ supplierId });
  const sessionId = await makeSession(town);
  const offer = await makeOffer(town, { sessionId, skuId, ...(limit ? { limit } : {}) });
  await prisma.offer.update({
    where: { id: offer.offerId },
    data: { minCount: minimum.count, minUnit: minimum.unit, minScope: minimum.scope },
  });
  return { skuId, sessionId, ...offer };
}

async function buy(pointId: string, items: { skuId: string; quantity: number }[]): Promise<string> {
  const [id = ""] = await order(await makeResident(), pointId, items);
  await pay(id);
  return id;
}
const orderOf = (id: string) => prisma.order.findUniqueOrThrow({ where: { id }, include: { lines: true } });
const soldOf = async (poolId: string) => (await prisma.stockPool.findUniqueOrThrow({ where: { id: poolId } })).sold;
const refunds = async (orderId: string) =>
  (await prisma.refund.findMany({ where: { orderId } })).map((r) => [r.cause, Number(r.amountFen)]);

describe("a minimum", () => {
  test("that is not reached cancels and refunds before the lock, once, and tells the resident and the leader", async () => {
    const { s, id } = await at(0, async () => {
      const s = await sale({ count: 5, unit: "pieces", scope: "campaign" }, 4);
      return { s, id: await buy(town.pointId, [{ skuId: s.skuId, quantity: 4 }]) };
    });
    await at(0, () => closeSession(s.sessionId));
    expect((await prisma.saleSession.findUniqueOrThrow({ where: { id: s.sessionId } })).state).toBe("locked");
    expect(await orderOf(id)).toMatchObject({ state: "cancelled", paidFen: 2000n, refundedFen: 2000n });
    expect(await refunds(id)).toEqual([["minimum", 2000]]);
    expect(await soldOf(s.poolId)).toBe(0);
    const limit = await prisma.limitCount.findFirst({ where: { key: `o:${s.offerId}` } });
    expect(limit?.quantity).toBe(0);
    const told = await prisma.message.findMany({ where: { template: "minimumMissed" } });
    expect(told.map((m) => m.recipientKind)).toEqual(["resident", "leader"]);
    expect(await prisma.purchaseOrderLine.count({ where: { skuId: s.skuId } })).toBe(0);
  });

  test("that is reached changes nothing, and only what was paid for counts towards it", async () => {
    const { s, id } = await at(0, async () => {
      const s = await sale({ count: 3, unit: "pieces", scope: "campaign" });
      const id = await buy(town.pointId, [{ skuId: s.skuId, quantity: 2 }]);
      await order(await makeResident(), town.pointId, [{ skuId: s.skuId, quantity: 5 }]);
      const [offer] = await offersById([s.offerId]);
      expect(await minimumProgress(offer ? [offer] : [])).toEqual(new Map([[s.offerId, 2]]));
      return { s, id };
    });
    await at(1, () => buy(town.pointId, [{ skuId: s.skuId, quantity: 1 }]));
    await at(0, () => closeSession(s.sessionId));
    expect((await orderOf(id)).state).toBe("locked");
    expect((await prisma.offer.findUniqueOrThrow({ where: { id: s.offerId } })).minDecidedAt).not.toBeNull();
    expect(await soldOf(s.poolId)).toBe(3);
  });

  test("by buyers counts people, not orders or pieces", async () => {
    const { s, ids } = await at(0, async () => {
      const s = await sale({ count: 2, unit: "buyers", scope: "campaign" });
      const resident = await makeResident();
      const ids: string[] = [];
      for (let i = 0; i < 2; i++) {
        const [id = ""] = await order(resident, town.pointId, [{ skuId: s.skuId, quantity: 3 }]);
        await pay(id);
        ids.push(id);
      }
      return { s, ids };
    });
    await at(0, () => closeSession(s.sessionId));
    for (const id of ids) expect((await orderOf(id)).state).toBe("cancelled");
  });

  test("of points falls at the point that misses it and stands at the other; an order keeps its other lines", async () => {
    const { s, dear, here, there } = await at(0, async () => {
      const s = await sale({ count: 3, unit: "pieces", scope: "point" });
      const skuId = await makeSku({ supplierId });
      const dear = { skuId, ...(await makeOffer(town, { sessionId: s.sessionId, skuId, priceFen: 700, limit: 2 })) };
      const items = (quantity: number) => [
        { skuId: s.skuId, quantity },
        { skuId, quantity: 1 },
      ];
      const [offer] = await offersById([s.offerId]);
      const here = await buy(town.pointId, items(2));
      const there = await buy(other, items(3));
      expect(await minimumProgress(offer ? [offer] : [], town.pointId)).toEqual(new Map([[s.offerId, 2]]));
      expect(await minimumProgress(offer ? [offer] : [], other)).toEqual(new Map([[s.offerId, 3]]));
      return { s, dear, here, there };
    });
    await at(0, () => closeSession(s.sessionId));
    const short = await orderOf(here);
    expect(short).toMatchObject({ state: "locked", refundedFen: 1000n });
    expect(short.lines.map((l) => [l.skuId === dear.skuId, l.ordered, l.cancelled]).sort()).toEqual([
      [false, 2, 2],
      [true, 1, 0],
    ]);
    expect(short.limits).toEqual([[`o:${dear.offerId}`, short.residentId, 1]]);
    expect(await refunds(here)).toEqual([["minimum", 1000]]);
    expect((await orderOf(there)).refundedFen).toBe(0n);
    expect([await soldOf(s.poolId), await soldOf(dear.poolId)]).toEqual([3, 2]);
  });

  test("of a slot is decided when the slot has ended: its pieces go back to the session while that still sells", async () => {
    const s = await at(0, async () => {
      const skuId = await makeSku({ supplierId });
      const sessionId = await makeSession(town);
      const home = await makeOffer(town, { sessionId, skuId, quota: 50 });
      const slot = await makeGroupSlot(town, { sessionId, skuId, quota: 10, endsAt: later(testMorning, 60 * minute) });
      await prisma.flashSlot.update({
        where: { id: slot.slotId },
        data: { kind: "flash", groupSize: null, groupMinutes: null, groupScope: null },
      });
      await prisma.offer.update({
        where: { id: slot.offerId },
        data: { layer: "flash", minCount: 5, minUnit: "pieces", minScope: "campaign" },
      });
      const id = await buy(town.pointId, [{ skuId, quantity: 2 }]);
      await prisma.offer.update({ where: { id: slot.offerId }, data: { state: "closed" } });
      return { ...slot, home, id };
    });
    await at(59, async () => expect(await decideMinimums(system)).toEqual({ decided: 0, isWaiting: false }));
    await at(60, async () => {
      expect(await decideMinimums(system)).toEqual({ decided: 1, isWaiting: false });
      expect(await decideMinimums(system)).toEqual({ decided: 0, isWaiting: false });
      expect(await refunds(s.id)).toEqual([["minimum", 800]]);
      expect((await prisma.stockPool.findUniqueOrThrow({ where: { id: s.home.poolId } })).quota).toBe(60);
      await tell();
    });
  });

  test("decided by two workers at once takes every line off once", async () => {
    const { s, ids } = await at(0, async () => {
      const s = await sale({ count: 50, unit: "pieces", scope: "campaign" });
      const ids: string[] = [];
      for (let i = 0; i < 4; i++) ids.push(await buy(town.pointId, [{ skuId: s.skuId, quantity: 1 }]));
      return { s, ids };
    });
    await at(15 * 60, async () => {
      await Promise.all([1, 2, 3].map(() => decideMinimums(system, s.sessionId)));
      for (const id of ids) expect(await refunds(id)).toEqual([["minimum", 500]]);
      expect(await soldOf(s.poolId)).toBe(0);
      await tell();
      expect(await prisma.outboxEvent.count({ where: { type: "minimum.decided", subjectId: s.offerId } })).toBe(1);
    });
  });
});
