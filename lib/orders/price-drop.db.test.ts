import { describe, expect, test } from "vitest";
import { changePrice, pauseOffer } from "#lib/campaigns/commands/items";
import { pauseSession, resumeSession } from "#lib/campaigns/commands/sessions";
import { hour, later, minute } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import {
  makeOffer,
  makeResident,
  makeSession,
  makeSku,
  makeSupplier,
  makeTown,
  operator,
  residentActor,
  testMorning,
} from "#lib/testing/builders";
import { order, pay, tell } from "#lib/testing/trade";
import { cancelOrder } from "./commands/change";
import { placeOrder } from "./commands/place";
import { refundPriceDrop } from "./commands/price-drop";
import { facts } from "./facts";
import { orderRecord, quote } from "./queries";
import { priceDropsOf } from "./queries/price-drops";

const merchandiser = operator("merchandiser");
const desk = operator("operations");
const at = <T>(work: () => Promise<T>) => underClock(testMorning, work);
const afterwards = later(testMorning, hour);

async function sale() {
  const town = await makeTown();
  const skuId = await makeSku({ supplierId: await makeSupplier() });
  const sessionId = await makeSession(town);
  const offer = await makeOffer(town, { sessionId, skuId });
  const buy = async (quantity: number) => {
    const resident = await makeResident();
    const [orderId = ""] = await order(resident, town.pointId, [{ skuId, quantity }]);
    await pay(orderId);
    return { orderId, resident };
  };
  return { ...offer, sessionId, skuId, buy, town };
}
const refunded = async (orderId: string) =>
  Number((await prisma.order.findUniqueOrThrow({ where: { id: orderId } })).refundedFen);

describe("a price that falls", () => {
  test("gives earlier buyers the difference for what they keep, once, however many press at once; the books agree", () =>
    at(async () => {
      const { offerId, sessionId, buy } = await sale();
      const [two, one, gone] = [await buy(2), await buy(1), await buy(3)];
      await tell();
      await cancelOrder(residentActor(gone.resident), { orderId: gone.orderId, reason: "买重了" });
      await underClock(afterwards, async () => {
        await changePrice(merchandiser, { offerId, priceFen: 450 });
        // placing keeps what it looked up for a second
        facts.offers.drop(offerId);
        const late = await buy(1);
        await tell();
        expect(await priceDropsOf(merchandiser, sessionId)).toEqual([]);
        const [drop] = await priceDropsOf(desk, sessionId);
        if (!drop) throw new Error("nobody is owed anything");
        expect(drop).toMatchObject({ fromFen: 500, toFen: 450, orders: 2, lines: 2, amountFen: 150 });
        const { changeId } = drop;
        await expect(refundPriceDrop(merchandiser, { changeId })).rejects.toMatchObject({ code: "forbidden" });
        const both = await Promise.all([refundPriceDrop(desk, { changeId }), refundPriceDrop(desk, { changeId })]);
        expect(both.map((b) => b.amountFen).reduce((n, f) => n + f, 0)).toBe(150);
        expect(await refundPriceDrop(desk, { changeId })).toEqual({ lines: 0, amountFen: 0, left: 0 });
        expect([await refunded(two.orderId), await refunded(one.orderId), await refunded(late.orderId)]).toEqual([
          100, 50, 0,
        ]);
        expect(await priceDropsOf(desk, sessionId)).toEqual([]);
        expect((await orderRecord(desk, two.orderId)).differenceFen).toBe(0);
      });
    }));

  test("a second fall owes only what the first did not give back", () =>
    at(async () => {
      const { offerId, sessionId, buy } = await sale();
      const { orderId } = await buy(2);
      await tell();
      const fall = (minutes: number, priceFen: number) =>
        underClock(later(afterwards, minutes * minute), async () => {
          await changePrice(merchandiser, { offerId, priceFen });
          const [drop] = await priceDropsOf(desk, sessionId);
          return drop ? refundPriceDrop(desk, { changeId: drop.changeId }) : null;
        });
      expect(await fall(0, 480)).toMatchObject({ amountFen: 40 });
      expect(await fall(1, 450)).toMatchObject({ amountFen: 60 });
      expect(await refunded(orderId)).toBe(100);
    }));

  test("a fall nobody recorded is not found", () =>
    at(async () =>
      expect(refundPriceDrop(desk, { changeId: "999999999" })).rejects.toMatchObject({ code: "notFound" }),
    ));
});

describe("a pause", () => {
  test("in the middle of a rush: whoever was let in has an order, nobody is let in afterwards", () =>
    at(async () => {
      const { sessionId, poolId, skuId, town } = await sale();
      const people = await Promise.all(Array.from({ length: 40 }, makeResident));
      const ask = { pickupPointId: town.pointId, items: [{ skuId, quantity: 1 }] };
      const tokens = await Promise.all(
        people.map(async (r) => (await quote(residentActor(r), ask)).orders[0]?.quoteToken ?? ""),
      );
      const place = (i: number) =>
        placeOrder(residentActor(people[i] ?? ""), {
          quoteToken: tokens[i] ?? "",
          contactName: "许女士",
          requestKey: `rush-in-a-pause-${i}`,
        });
      const rush = people.slice(1).map((_, i) => place(i + 1));
      const pausing = pauseSession(desk, { sessionId, reason: "价格看错" });
      const answers = await Promise.allSettled(rush);
      await pausing;
      const placed = answers.filter((a) => a.status === "fulfilled");
      expect((await prisma.stockPool.findUniqueOrThrow({ where: { id: poolId } })).held).toBe(placed.length);
      expect(await prisma.order.count({ where: { saleSessionId: sessionId } })).toBe(placed.length);
      for (const a of answers) if (a.status === "rejected") expect(a.reason).toMatchObject({ code: "salePaused" });
      await expect(place(0)).rejects.toMatchObject({ code: "salePaused" });
      await resumeSession(desk, { sessionId });
      expect(await place(0)).toMatchObject({ isReplay: false });
    }));

  test("of one item leaves the others on sale", () =>
    at(async () => {
      const { offerId, skuId, town, sessionId } = await sale();
      const second = await makeSku({ supplierId: await makeSupplier() });
      await makeOffer(town, { sessionId, skuId: second });
      await pauseOffer(desk, { offerId });
      expect(await order(await makeResident(), town.pointId, [{ skuId, quantity: 1 }])).toEqual([]);
      expect(await order(await makeResident(), town.pointId, [{ skuId: second, quantity: 1 }])).toHaveLength(1);
    }));
});
