import { beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "#lib/identity/schema";
import { systemActor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { addDays, atClock, endOf, hour, later, minute } from "#lib/kernel/time";
import { now, underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { listCount, listPage, viewAsk } from "#lib/platform/list";
import {
  leaderActor,
  makeCategory,
  makeOffer,
  makePoint,
  makeResident,
  makeSession,
  makeSku,
  makeSupplier,
  makeTown,
  operator,
  type Town,
  testDay,
  testMorning,
} from "#lib/testing/builders";
import { closeSession, goodsIn, handToLeader, order, pay, tell } from "#lib/testing/trade";
import { arriveDelivery, loadDeliveries, signDelivery } from "./commands/delivery";
import { verifyPickup } from "./commands/pickup";
import { completeDue, markUncollected, settleUncollected, tellResidents } from "./commands/uncollected";
import { deliveryList } from "./lists";
import { deliveryByDay, deliveryRecord, deliverySheets, floorDeliveries } from "./queries/deliveries";
import { findPickups, leaderToday, uncollected, verifications } from "./queries/pickups";
import { sweeps } from "./reactions";

const at = <T>(work: () => Promise<T>) => underClock(testMorning, work);
const pickupDay = addDays(testDay, 1);
const noon = atClock(pickupDay, "12:00");
const evening = atClock(pickupDay, "18:00");
const onPickupDay = <T>(work: () => Promise<T>, clock = noon) => underClock(clock, work);
const worker = systemActor("fulfilment");

let town: Town;
let supplierId: string;
let leader: Actor;
beforeAll(async () => {
  town = await at(makeTown);
  supplierId = await at(() => makeSupplier());
  leader = leaderActor(town.leaderId);
});

type Ordered = { residentId: string; orderId: string };

/** Residents buy pieces of some SKUs; the session is locked and the goods are in the warehouse. */
async function ready(e: {
  pieces: number[];
  isFresh?: boolean;
  skus?: number;
  pointId?: string;
  upTo?: "received" | "signed";
  bearer?: "platform" | "leader";
}): Promise<{
  sessionId: string;
  skuIds: string[];
  deliveryId: string;
  orders: Ordered[];
}> {
  const made = await at(async () => {
    const categoryId = await makeCategory({ isFresh: e.isFresh ?? true });
    if (e.bearer)
      await prisma.category.update({
        where: { id: categoryId },
        data: { uncollectedPolicy: "writeOff", uncollectedBearer: e.bearer },
      });
    const sessionId = await makeSession(town);
    const skuIds: string[] = [];
    for (let i = 0; i < (e.skus ?? 1); i++) {
      const skuId = await makeSku({ supplierId, categoryId });
      await makeOffer(town, { sessionId, skuId, quota: 1000 });
      skuIds.push(skuId);
    }
    const orders: Ordered[] = [];
    for (const [i, quantity] of e.pieces.entries()) {
      const residentId = await makeResident();
      const [orderId = ""] = await order(
        residentId,
        e.pointId ?? town.pointId,
        skuIds.map((skuId) => ({ skuId, quantity })),
      );
      await pay(orderId, later(testMorning, i * 1000));
      orders.push({ residentId, orderId });
    }
    await closeSession(sessionId);
    return { sessionId, skuIds, orders };
  });
  await underClock(atClock(pickupDay, "03:00"), () => goodsIn(made.sessionId));
  if (e.upTo === "signed") await onPickupDay(() => handToLeader(made.sessionId));
  const delivery = await prisma.delivery.findFirstOrThrow({ where: { saleSessionId: made.sessionId } });
  return { ...made, deliveryId: delivery.id };
}

async function photo(by: Actor): Promise<string> {
  const id = newId("fil", now());
  await prisma.storedFile.create({
    data: {
      id,
      purpose: "deliveryPhoto",
      ownerKind: by.kind,
      ownerId: by.id,
      name: "a.webp",
      mime: "image/webp",
      bytes: 1,
      sha256: "0",
      path: "00/0.webp",
      createdAt: now(),
      createdBy: by.id,
    },
  });
  return id;
}
const balance = async (code: string) =>
  Number(
    (await prisma.posting.aggregate({ where: { account: { code } }, _sum: { amountFen: true } }))._sum.amountFen ?? 0n,
  );
const orderLines = async (orders: Ordered[]) => {
  const lines = await prisma.orderLine.findMany({ where: { orderId: { in: orders.map((o) => o.orderId) } } });
  return orders.flatMap((o) => lines.filter((l) => l.orderId === o.orderId));
};
const codeOf = async (residentId: string) => (await prisma.pickupCode.findFirstOrThrow({ where: { residentId } })).code;

describe("delivery", () => {
  test("a locked session becomes one delivery per point and day, and a shortage at receipt lowers what it expects", async () => {
    const other = await at(() => makePoint({ cityId: town.cityId, routeId: town.routeId, leaderId: town.leaderId }));
    const { sessionId, skuIds } = await at(async () => {
      const skuId = await makeSku({ supplierId });
      const id = await makeSession(town);
      await makeOffer(town, { sessionId: id, skuId });
      for (const [i, pointId] of [town.pointId, town.pointId, other].entries()) {
        const [orderId = ""] = await order(await makeResident(), pointId, [{ skuId, quantity: 2 }]);
        await pay(orderId, later(testMorning, i * 1000));
      }
      await closeSession(id);
      return { sessionId: id, skuIds: [skuId] };
    });
    const pieces = async () =>
      (await prisma.delivery.findMany({ where: { saleSessionId: sessionId }, orderBy: { pieces: "desc" } })).map(
        (d) => [d.pickupPointId, d.pieces],
      );
    expect(await pieces()).toEqual([
      [town.pointId, 4],
      [other, 2],
    ]);
    await onPickupDay(() => goodsIn(sessionId, { [skuIds[0] ?? ""]: 1 }));
    // the last to pay goes without
    expect(await pieces()).toEqual([
      [town.pointId, 4],
      [other, 1],
    ]);
  });

  test("loaded, arrived, signed: orders follow, and the channel is told of the arrival", async () => {
    const { deliveryId, orders } = await ready({ pieces: [2, 1] });
    const state = async () => (await prisma.order.findUniqueOrThrow({ where: { id: orders[0]?.orderId ?? "" } })).state;
    await onPickupDay(async () => {
      await loadDeliveries(operator("driver"), { id: [deliveryId] });
      expect(await state()).toBe("inTransit");
      await arriveDelivery(operator("driver"), { id: deliveryId });
      expect(await state()).toBe("arrived");
      expect(await prisma.shippingReport.count({ where: { orderId: { in: orders.map((o) => o.orderId) } } })).toBe(2);
      await expect(arriveDelivery(operator("driver"), { id: deliveryId })).rejects.toMatchObject({
        code: "illegalTransition",
      });
      expect(await signDelivery(leader, { id: deliveryId })).toEqual({ signed: 3, short: 0, damaged: 0 });
      expect(await signDelivery(leader, { id: deliveryId })).toEqual({ signed: 3, short: 0, damaged: 0 });
    });
    const lines = await orderLines(orders);
    expect(lines.map((l) => l.delivered)).toEqual([2, 1]);
    expect(lines.map((l) => l.completesAt)).toEqual([endOf(pickupDay), endOf(pickupDay)]);
  });

  test("a driver of another route, a warehouse hand of another site and another leader do not find a delivery", async () => {
    const { deliveryId } = await ready({ pieces: [1] });
    await onPickupDay(async () => {
      await expect(
        loadDeliveries({ ...operator("driver"), siteIds: ["rte_elsewhere"] }, { id: [deliveryId] }),
      ).rejects.toMatchObject({ code: "notFound" });
      await expect(
        loadDeliveries({ ...operator("warehouse"), siteIds: ["whs_elsewhere"] }, { id: [deliveryId] }),
      ).rejects.toMatchObject({ code: "notFound" });
      await expect(
        deliveryRecord({ ...operator("driver"), siteIds: ["rte_elsewhere"] }, deliveryId),
      ).rejects.toMatchObject({ code: "notFound" });
      const other = leaderActor(await makeTown().then((t) => t.leaderId));
      await expect(arriveDelivery(other, { id: deliveryId })).rejects.toMatchObject({ code: "notFound" });
      await expect(signDelivery(operator("driver"), { id: deliveryId })).rejects.toMatchObject({ code: "forbidden" });
      expect(
        await loadDeliveries({ ...operator("warehouse"), siteIds: [town.warehouseId] }, { id: [deliveryId] }),
      ).toBe(1);
      await arriveDelivery({ ...operator("driver"), siteIds: [town.routeId] }, { id: deliveryId });
    });
  });

  test("short and damaged need a photo of her own; the warehouse bears what is short, the driver what is broken, residents have their money back", async () => {
    const { deliveryId, orders } = await ready({ pieces: [3, 2, 2] });
    const line = await prisma.deliveryLine.findFirstOrThrow({ where: { deliveryId } });
    const [lossBefore, carrierBefore, goodsBefore] = [
      await balance("loss"),
      await balance("carrierReceivable"),
      await balance("goods"),
    ];
    await onPickupDay(async () => {
      await arriveDelivery(leader, { id: deliveryId });
      const differ = { lineId: line.id, short: 2, damaged: 1 };
      await expect(signDelivery(leader, { id: deliveryId, lines: [differ] })).rejects.toMatchObject({
        code: "photoRequired",
      });
      await expect(
        signDelivery(leader, { id: deliveryId, lines: [{ ...differ, photoFileId: await photo(operator("support")) }] }),
      ).rejects.toMatchObject({ code: "fileMissing" });
      await expect(
        signDelivery(leader, { id: deliveryId, lines: [{ ...differ, short: 7, photoFileId: await photo(leader) }] }),
      ).rejects.toMatchObject({ code: "quantityExceeded" });
      await signDelivery(leader, { id: deliveryId, lines: [{ ...differ, photoFileId: await photo(leader) }] });
      await tell();
    });
    expect(await prisma.deliveryLine.findUnique({ where: { id: line.id } })).toMatchObject({
      expected: 7,
      signed: 4,
      short: 2,
      damaged: 1,
      bearer: "warehouse",
    });
    const lines = await orderLines(orders);
    expect(lines.map((l) => [l.short, l.delivered])).toEqual([
      [0, 3],
      [1, 1],
      [2, 0],
    ]);
    expect((await balance("loss")) - lossBefore).toBe(600);
    expect((await balance("carrierReceivable")) - carrierBefore).toBe(300);
    expect((await balance("goods")) - goodsBefore).toBe(-900);
    const refunds = await prisma.refund.findMany({ where: { causeId: deliveryId } });
    expect(refunds.reduce((n, r) => n + Number(r.amountFen), 0)).toBe(1500);
  });

  test("unsigned for two hours: the clock signs everything as accepted", async () => {
    const { deliveryId } = await ready({ pieces: [2] });
    await onPickupDay(() => arriveDelivery(leader, { id: deliveryId }));
    const sweep = sweeps.find((s) => s.name === "fulfilment.sign");
    await underClock(later(noon, 2 * hour - minute), async () => sweep?.run());
    expect(await prisma.delivery.findUnique({ where: { id: deliveryId } })).toMatchObject({ state: "arrived" });
    await underClock(later(noon, 2 * hour), async () => sweep?.run());
    expect(await prisma.delivery.findUnique({ where: { id: deliveryId } })).toMatchObject({
      state: "signed",
      signedBy: "system:fulfilment",
    });
    expect(await prisma.deliveryLine.findFirst({ where: { deliveryId } })).toMatchObject({
      signed: 2,
      short: 0,
      damaged: 0,
    });
  });

  test("the sheet lists every bag by number, the board counts the day, lists agree with records", async () => {
    const { deliveryId, sessionId } = await ready({ pieces: [2, 1] });
    const desk = operator("operations");
    const [sheet] = await onPickupDay(() => deliverySheets(desk, { id: deliveryId }));
    expect(sheet?.bags.map((b) => b.pieces).sort()).toEqual([1, 2]);
    expect(sheet?.bags.every((b) => b.name.endsWith("*") && b.bagNo !== null)).toBe(true);
    const ask = { ...viewAsk("preparing", "-pickupDay"), filters: { day: pickupDay } };
    const page = await onPickupDay(() => listPage(deliveryList, desk, ask));
    expect(page.rows.find((r) => r.id === deliveryId)).toMatchObject({ pieces: 3, isLate: false });
    expect((await onPickupDay(() => listCount(deliveryList, desk, ask))).count).toBe(page.rows.length);
    expect((await onPickupDay(() => deliveryByDay(desk, pickupDay, pickupDay)))[0]?.deliveries).toBeGreaterThan(0);
    expect(
      (
        await onPickupDay(() => floorDeliveries({ ...operator("driver"), siteIds: [town.routeId] }, testDay, pickupDay))
      ).some((d) => d.saleSessionId === sessionId),
    ).toBe(true);
  });
});

describe("pickup", () => {
  test("exactly once under fifty concurrent attempts with keys of their own", async () => {
    const { orders, deliveryId } = await ready({ pieces: [3], skus: 2, upTo: "signed" });
    const who = orders[0];
    if (!who) throw new Error("no order");
    const code = await codeOf(who.residentId);
    const answers = await onPickupDay(
      () =>
        Promise.allSettled(
          Array.from({ length: 50 }, (_, i) =>
            verifyPickup(leader, { requestKey: `phone-${i}-${deliveryId}`, pickupPointId: town.pointId, code }),
          ),
        ),
      evening,
    );
    const won = answers.filter((a) => a.status === "fulfilled");
    expect(won).toHaveLength(1);
    for (const a of answers)
      if (a.status === "rejected") expect(a.reason).toMatchObject({ code: "alreadyPicked", facts: { at: "18:00" } });
    const lines = await orderLines(orders);
    expect(lines.map((l) => [l.picked, l.delivered, l.completedBy])).toEqual([
      [3, 3, "scan"],
      [3, 3, "scan"],
    ]);
    expect(await prisma.verification.count({ where: { residentId: who.residentId } })).toBe(1);
    expect(await prisma.order.findUnique({ where: { id: who.orderId } })).toMatchObject({ state: "completed" });
    expect(await prisma.journal.count({ where: { idemKey: { in: lines.map((l) => `done:${l.id}`) } } })).toBe(2);
  });

  test("fifty times the same request over a bad line: one hand-over, fifty times the same answer; another body under the key is refused", async () => {
    const { orders } = await ready({ pieces: [2], upTo: "signed" });
    const residentId = orders[0]?.residentId ?? "";
    const once = { requestKey: "same-key-of-hers", pickupPointId: town.pointId, residentId };
    const answers = await onPickupDay(
      () => Promise.all(Array.from({ length: 50 }, () => verifyPickup(leader, once))),
      evening,
    );
    expect(new Set(answers.map((a) => a.verificationId)).size).toBe(1);
    expect(new Set(answers.map((a) => JSON.stringify(a))).size).toBe(1);
    await expect(onPickupDay(() => verifyPickup(leader, { ...once, code: "000000" }), evening)).rejects.toMatchObject({
      code: expect.stringMatching(/codeUnknown|idempotencyMismatch/),
    });
  });

  test("part of it now and the rest later; the line completes with its last piece", async () => {
    const { orders } = await ready({ pieces: [3], upTo: "signed" });
    const [line] = await orderLines(orders);
    const residentId = orders[0]?.residentId ?? "";
    await onPickupDay(async () => {
      const first = await verifyPickup(leader, {
        requestKey: "first-part",
        pickupPointId: town.pointId,
        residentId,
        lines: [{ lineId: line?.id ?? "", quantity: 2 }],
      });
      expect(first).toMatchObject({ pieces: 2, left: 1 });
      expect((await orderLines(orders))[0]).toMatchObject({ picked: 2, completedAt: null });
      await expect(
        verifyPickup(leader, {
          requestKey: "too-much",
          pickupPointId: town.pointId,
          residentId,
          lines: [{ lineId: line?.id ?? "", quantity: 2 }],
        }),
      ).rejects.toMatchObject({ code: "quantityExceeded" });
      expect(
        await verifyPickup(leader, { requestKey: "second-part", pickupPointId: town.pointId, residentId }),
      ).toMatchObject({ pieces: 1, left: 0 });
    }, evening);
    expect((await orderLines(orders))[0]).toMatchObject({ picked: 3, completedBy: "scan", commissionState: "frozen" });
  });

  test("two orders of one resident and day are one code and one hand-over", async () => {
    const { deliveryId, orders } = await at(async () => {
      const skuId = await makeSku({ supplierId });
      const sessionId = await makeSession(town);
      await makeOffer(town, { sessionId, skuId });
      const residentId = await makeResident();
      const made: Ordered[] = [];
      for (let i = 0; i < 2; i++) {
        const [orderId = ""] = await order(residentId, town.pointId, [{ skuId, quantity: 1 }]);
        await pay(orderId);
        made.push({ residentId, orderId });
      }
      await closeSession(sessionId);
      await underClock(atClock(pickupDay, "03:00"), () => goodsIn(sessionId));
      await onPickupDay(() => handToLeader(sessionId));
      return {
        orders: made,
        deliveryId: (await prisma.delivery.findFirstOrThrow({ where: { saleSessionId: sessionId } })).id,
      };
    });
    const residentId = orders[0]?.residentId ?? "";
    expect(await prisma.pickupCode.count({ where: { residentId } })).toBe(1);
    const [bundle] = (await onPickupDay(async () => findPickups(leader, { q: await codeOf(residentId) }), evening))
      .found;
    expect(bundle).toMatchObject({ orders: 2, pieces: 2, residentId });
    expect(
      await onPickupDay(
        () => verifyPickup(leader, { requestKey: `both-of-${deliveryId}`, pickupPointId: town.pointId, residentId }),
        evening,
      ),
    ).toMatchObject({ pieces: 2 });
  });

  test("she is found by code, phone tail, bag number and part of her name, at the leader's own points alone", async () => {
    const { orders } = await ready({ pieces: [1], upTo: "signed" });
    const residentId = orders[0]?.residentId ?? "";
    const resident = await prisma.order.findFirstOrThrow({ where: { residentId } });
    const code = await prisma.pickupCode.findFirstOrThrow({ where: { residentId } });
    await onPickupDay(async () => {
      for (const q of [code.code, resident.phoneTail, String(code.bagNo), "许女"]) {
        expect(
          (await findPickups(leader, { q })).found.map((b) => b.residentId),
          q,
        ).toContain(residentId);
      }
      const other = leaderActor((await makeTown()).leaderId);
      expect((await findPickups(other, { q: code.code })).found).toEqual([]);
      await expect(
        verifyPickup(other, { requestKey: "not-hers-to-give", pickupPointId: town.pointId, code: code.code }),
      ).rejects.toMatchObject({ code: "notFound" });
      await verifyPickup(leader, { requestKey: "found-and-given", pickupPointId: town.pointId, code: code.code });
      expect(await findPickups(leader, { q: code.code })).toMatchObject({ found: [], collectedAt: evening });
      expect(
        (await verifications(leader, { limit: 100 })).rows.some((v) => v.pieces === 1 && v.method === "code"),
      ).toBe(true);
    }, evening);
  });

  test("before the leader has signed there is nothing to hand over", async () => {
    const { orders, deliveryId } = await ready({ pieces: [1] });
    await onPickupDay(async () => {
      await arriveDelivery(leader, { id: deliveryId });
      await expect(
        verifyPickup(leader, {
          requestKey: "too-early-1",
          pickupPointId: town.pointId,
          residentId: orders[0]?.residentId ?? "",
        }),
      ).rejects.toMatchObject({ code: "notSignedYet" });
    });
  });
});

describe("what nobody came for", () => {
  const midnight = endOf(pickupDay);

  test("unmarked goods complete by the clock: fresh at midnight, dry goods three days later; disputed ones wait", async () => {
    const fresh = await ready({ pieces: [1, 1], upTo: "signed" });
    const dry = await ready({ pieces: [1], isFresh: false, upTo: "signed" });
    const [, held] = await orderLines(fresh.orders);
    await prisma.orderLine.update({ where: { id: held?.id ?? "" }, data: { disputed: true } });
    await underClock(later(midnight, -1), () => completeDue(worker));
    expect((await orderLines(fresh.orders)).map((l) => l.completedBy)).toEqual([null, null]);
    await underClock(midnight, () => completeDue(worker));
    expect((await orderLines(fresh.orders)).map((l) => l.completedBy)).toEqual(["clock", null]);
    expect((await orderLines(dry.orders)).map((l) => l.completedBy)).toEqual([null]);
    await underClock(endOf(addDays(pickupDay, 3)), () => completeDue(worker));
    expect((await orderLines(dry.orders)).map((l) => [l.completedBy, l.picked])).toEqual([["clock", 1]]);
  });

  test("fresh goods marked uncollected are written off at midnight: no refund, the sale stands", async () => {
    const { orders } = await ready({ pieces: [2], upTo: "signed" });
    const [line] = await orderLines(orders);
    const id = line?.id ?? "";
    await onPickupDay(() => markUncollected(leader, { lineId: [id] }), evening);
    expect(await underClock(later(midnight, -1), () => settleUncollected(worker, id))).toBe(false);
    await underClock(midnight, () => completeDue(worker));
    expect((await orderLines(orders))[0]?.completedAt).toBeNull();
    expect(await underClock(midnight, () => settleUncollected(worker, id))).toBe(true);
    expect((await orderLines(orders))[0]).toMatchObject({
      unclaimed: 2,
      picked: 0,
      completedBy: "uncollected",
      refundedFen: 0n,
      commissionState: "frozen",
    });
    expect(await prisma.uncollectedMark.findUnique({ where: { orderLineId: id } })).toMatchObject({
      outcome: "writtenOff",
    });
    expect(await underClock(midnight, () => settleUncollected(worker, id))).toBe(false);
  });

  test("dry goods are held three days, then refunded in full and back on the shelf at their cost", async () => {
    const { orders, skuIds } = await ready({ pieces: [2], isFresh: false, upTo: "signed" });
    const [line] = await orderLines(orders);
    const id = line?.id ?? "";
    await onPickupDay(() => markUncollected(leader, { lineId: [id] }), evening);
    const goods = await balance("goods");
    await underClock(endOf(addDays(pickupDay, 3)), async () => {
      expect(await settleUncollected(worker, id)).toBe(true);
      await tell();
    });
    expect((await orderLines(orders))[0]).toMatchObject({
      returned: 2,
      unclaimed: 0,
      completedBy: "uncollected",
      refundedFen: 1000n,
      commissionState: "reversed",
    });
    expect(await balance("goods")).toBe(goods);
    expect(await prisma.caseRemainder.findFirst({ where: { skuId: skuIds[0] ?? "" } })).toMatchObject({
      pieces: 2,
      valueFen: 600n,
    });
    expect(await prisma.order.findUnique({ where: { id: orders[0]?.orderId ?? "" } })).toMatchObject({
      state: "refunded",
    });
  });

  test("a category whose bearer is the leader refunds the resident and charges the leader the cost", async () => {
    const { orders } = await ready({ pieces: [2], upTo: "signed", bearer: "leader" });
    const [line] = await orderLines(orders);
    const id = line?.id ?? "";
    await onPickupDay(() => markUncollected(leader, { lineId: [id] }), evening);
    const owed = await balance(`leaderReceivable:${town.leaderId}`);
    await underClock(midnight, () => settleUncollected(worker, id));
    expect((await balance(`leaderReceivable:${town.leaderId}`)) - owed).toBe(600);
    expect((await orderLines(orders))[0]).toMatchObject({ unclaimed: 2, refundedFen: 1000n });
  });

  test("marked goods can still be collected before the deadline", async () => {
    const { orders } = await ready({ pieces: [1], upTo: "signed" });
    const [line] = await orderLines(orders);
    const id = line?.id ?? "";
    await onPickupDay(async () => {
      await markUncollected(leader, { lineId: [id] });
      expect((await uncollected(leader)).find((b) => b.lines.some((l) => l.lineId === id))).toMatchObject({
        isMarked: true,
      });
      await verifyPickup(leader, {
        requestKey: "at-last-she-came",
        pickupPointId: town.pointId,
        residentId: orders[0]?.residentId ?? "",
      });
    }, evening);
    expect(await prisma.uncollectedMark.findUnique({ where: { orderLineId: id } })).toMatchObject({
      outcome: "collected",
    });
  });

  test("one tap tells everybody, the next reminds who has not come, not more often than every half hour", async () => {
    const { deliveryId, orders } = await ready({ pieces: [1, 1] });
    await onPickupDay(async () => {
      await expect(tellResidents(leader, { id: deliveryId })).rejects.toMatchObject({ code: "notArrived" });
      await handToLeader((await prisma.delivery.findUniqueOrThrow({ where: { id: deliveryId } })).saleSessionId);
      expect(await tellResidents(leader, { id: deliveryId })).toBe(2);
      await expect(tellResidents(leader, { id: deliveryId })).rejects.toMatchObject({ code: "tooManyRequests" });
    });
    await underClock(evening, async () => {
      await verifyPickup(leader, {
        requestKey: "the-first-came",
        pickupPointId: town.pointId,
        residentId: orders[0]?.residentId ?? "",
      });
      expect(await tellResidents(leader, { id: deliveryId })).toBe(1);
    });
    const said = await prisma.message.findMany({
      where: { recipientId: { in: orders.map((o) => o.residentId) } },
      orderBy: { id: "asc" },
    });
    expect(said.map((m) => m.template).sort()).toEqual(["pickupArrived", "pickupArrived", "pickupReminder"]);
    const sweep = sweeps.find((s) => s.name === "fulfilment.remind");
    await underClock(atClock(pickupDay, "19:00"), async () => sweep?.run());
    expect(await prisma.message.count({ where: { recipientId: { in: orders.map((o) => o.residentId) } } })).toBe(3);
  });
});

test("a leader's day: what to sign, how pickup goes, who has not come", async () => {
  const { deliveryId, orders } = await ready({ pieces: [2, 1], upTo: "signed" });
  const today = await onPickupDay(async () => {
    await verifyPickup(leader, {
      requestKey: "before-her-look",
      pickupPointId: town.pointId,
      residentId: orders[0]?.residentId ?? "",
    });
    return leaderToday(leader);
  }, evening);
  expect(today.deliveries.find((d) => d.id === deliveryId)).toMatchObject({
    state: "signed",
    residents: 2,
    orders: 2,
    pieces: 3,
  });
  expect(today.pickup.pickedPieces).toBeGreaterThanOrEqual(2);
  expect(today.uncollected.some((b) => b.residentId === orders[1]?.residentId)).toBe(true);
  expect(today.uncollected.some((b) => b.residentId === orders[0]?.residentId)).toBe(false);
  expect(today.next?.amountFen).toBeGreaterThan(0);
});
