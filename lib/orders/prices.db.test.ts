import { describe, expect, test } from "vitest";
import { evidenceFor, pairKey } from "#lib/campaigns/queries/price-evidence";
import { closePriceBook, observePrices, type PaidLine } from "#lib/campaigns/steps/prices";
import { addDays, atClock, type Day, dateOf, later, minute } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import {
  makeOffer,
  makeResident,
  makeSession,
  makeSku,
  makeSupplier,
  makeTown,
  testDay,
  testMorning,
} from "#lib/testing/builders";
import { order, pay } from "#lib/testing/trade";

const noon = atClock(testDay, "12:00");
let n = 0;
const pair = () => ({ skuId: `sku_price_${++n}`, cityId: "rgn_price" });
const line = (p: { skuId: string; cityId: string }, paidAt: Date, paidFen: number, pieces = 1): PaidLine => ({
  ...p,
  paidAt,
  paidFen: BigInt(paidFen),
  pieces,
});
const observe = (...lines: PaidLine[]) => transact((tx) => observePrices(tx, lines));
const seen = async (skuId: string) =>
  (await prisma.priceObservation.findMany({ where: { skuId }, orderBy: { day: "asc" } })).map((o) => ({
    day: o.day.toISOString().slice(0, 10),
    lowestFen: Number(o.lowestFen),
    pieces: o.pieces,
  }));
const foundAt = async (p: { skuId: string; cityId: string }, before: Date, at: Date) =>
  (await evidenceFor(prisma, [p], before, at)).get(pairKey(p)) ?? null;

describe("what was paid is written down", () => {
  test("when an order is paid: by payment day, a piece, after coupons, rounded down; an unpaid one is no transaction", async () => {
    await underClock(testMorning, async () => {
      const town = await makeTown();
      const skuId = await makeSku({ supplierId: await makeSupplier() });
      await makeOffer(town, { sessionId: await makeSession(town), skuId, priceFen: 500 });
      const residentId = await makeResident();
      const [first = "", second = ""] = [
        ...(await order(residentId, town.pointId, [{ skuId, quantity: 3 }])),
        ...(await order(residentId, town.pointId, [{ skuId, quantity: 2 }])),
      ];
      expect(await seen(skuId)).toEqual([]);
      await prisma.order.update({ where: { id: first }, data: { couponFen: 100n, payableFen: 1400n } });
      await prisma.orderLine.updateMany({ where: { orderId: first }, data: { couponFen: 100n, paidFen: 1400n } });
      await pay(first, noon);
      expect(await seen(skuId)).toEqual([{ day: testDay, lowestFen: 466, pieces: 3 }]);
      await pay(second, noon);
      expect(await seen(skuId)).toEqual([{ day: testDay, lowestFen: 466, pieces: 5 }]);
      // what the migration reads from the orders is what was written down as they were paid
      expect(
        await prisma.$queryRaw`
          select min(l.paid_fen / l.ordered)::int as fen, sum(l.ordered)::int as pieces, min((o.paid_at at time zone 'Asia/Shanghai')::date)::text as day
          from customer_order o join order_line l on l.order_id = o.id where o.paid_at is not null and l.sku_id = ${skuId}`,
      ).toEqual([{ fen: 466, pieces: 5, day: testDay }]);
    });
  });

  test("by the day of Shanghai: a millisecond before midnight and midnight are two days", async () => {
    const p = pair();
    const midnight = atClock(testDay, "24:00");
    await observe(line(p, later(midnight, -1), 500), line(p, midnight, 450));
    expect(await seen(p.skuId)).toEqual([
      { day: testDay, lowestFen: 500, pieces: 1 },
      { day: addDays(testDay, 1), lowestFen: 450, pieces: 1 },
    ]);
  });

  test("by many at once: no piece is lost, the lowest stands", async () => {
    const [a, b] = [pair(), pair()];
    await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        observe(
          ...(i % 2
            ? [line(a, noon, 500 + i, 2), line(b, noon, 900 - i)]
            : [line(b, noon, 900 - i), line(a, noon, 500 + i, 2)]),
        ),
      ),
    );
    expect(await seen(a.skuId)).toEqual([{ day: testDay, lowestFen: 250, pieces: 24 }]);
    expect(await seen(b.skuId)).toEqual([{ day: testDay, lowestFen: 889, pieces: 12 }]);
  });

  test("only after a publishing has read it: whoever publishes misses nothing that was paid", async () => {
    const p = pair();
    let isWritten = false;
    let written: Promise<unknown> = Promise.resolve();
    await transact(async (tx) => {
      await closePriceBook(tx);
      written = observe(line(p, noon, 500)).then(() => {
        isWritten = true;
      });
      await new Promise((done) => setTimeout(done, 150));
      expect(isWritten).toBe(false);
    });
    await written;
    expect(await seen(p.skuId)).toHaveLength(1);
  });
});

describe("the evidence of a struck-through price", () => {
  const start = atClock(testDay, "10:00");
  const on = (p: { skuId: string; cityId: string }, day: Day, lowestFen: number) =>
    prisma.priceObservation.create({ data: { ...p, day: dateOf(day), lowestFen, pieces: 1 } });

  test("is the lowest of the seven days before, to the day", async () => {
    const p = pair();
    await on(p, addDays(testDay, -8), 100);
    await on(p, addDays(testDay, -7), 300);
    await on(p, addDays(testDay, -1), 400);
    expect(await foundAt(p, start, testMorning)).toEqual({
      lowestFen: 300,
      day: addDays(testDay, -7),
      kind: "lowest7d",
    });
    expect(await foundAt(p, later(atClock(testDay, "24:00"), -1), testMorning)).toMatchObject({ lowestFen: 300 });
    expect(await foundAt(p, atClock(testDay, "24:00"), testMorning)).toMatchObject({ lowestFen: 400 });
  });

  test("counts what was sold on the day itself before the start, and nothing after it", async () => {
    const p = pair();
    await on(p, addDays(testDay, -2), 400);
    await on(p, testDay, 350);
    expect(await foundAt(p, start, testMorning)).toMatchObject({ lowestFen: 350, day: testDay });
    expect(await foundAt(p, start, noon)).toMatchObject({ lowestFen: 400 });
  });

  test("is the last transaction before when the seven days had none, and nothing when there never was one", async () => {
    const p = pair();
    expect(await foundAt(p, start, testMorning)).toBeNull();
    await on(p, addDays(testDay, -40), 200);
    await on(p, addDays(testDay, -9), 450);
    expect(await foundAt(p, start, testMorning)).toEqual({
      lowestFen: 450,
      day: addDays(testDay, -9),
      kind: "lastBefore",
    });
    expect(await foundAt({ ...p, cityId: "rgn_elsewhere" }, start, testMorning)).toBeNull();
  });
});

describe("a published offer that has not begun", () => {
  /** An offer at ¥3.00 that opens at eight in three days, with ¥5.00 struck through. */
  async function published(basis: "lowest7d" | "lastBefore" | "msrp") {
    const town = await makeTown();
    const skuId = await makeSku({ supplierId: await makeSupplier() });
    const sessionId = await makeSession(town, { day: addDays(testDay, 3) });
    const { offerId } = await makeOffer(town, { sessionId, skuId, priceFen: 300 });
    await prisma.offer.update({
      where: { id: offerId },
      data: {
        listPriceFen: 500,
        listPriceBasis: basis,
        listPriceDay: basis === "msrp" ? null : dateOf(addDays(testDay, -1)),
      },
    });
    const strike = async () => {
      const o = await prisma.offer.findUniqueOrThrow({ where: { id: offerId } });
      return o.listPriceFen === null
        ? null
        : [Number(o.listPriceFen), o.listPriceBasis, o.listPriceDay?.toISOString().slice(0, 10) ?? null];
    };
    return { p: { skuId, cityId: town.cityId }, strike };
  }

  test("lowers its struck-through price with what people pay meanwhile, and drops it when it is no fall any more", async () => {
    await underClock(testMorning, async () => {
      const { p, strike } = await published("lowest7d");
      await observe(line(p, noon, 600));
      expect(await strike()).toEqual([500, "lowest7d", addDays(testDay, -1)]);
      await observe(line(p, later(noon, minute), 400));
      expect(await strike()).toEqual([400, "lowest7d", testDay]);
      await observe(line(p, later(noon, 2 * minute), 299));
      expect(await strike()).toBeNull();
    });
  });

  test("rests on the seven days as soon as they have a transaction; a suggested price stays what it is", async () => {
    await underClock(testMorning, async () => {
      const last = await published("lastBefore");
      await observe(line(last.p, noon, 650));
      expect(await last.strike()).toEqual([650, "lowest7d", testDay]);
      const suggested = await published("msrp");
      await observe(line(suggested.p, noon, 400));
      expect(await suggested.strike()).toEqual([500, "msrp", null]);
    });
  });

  test("keeps it once it has begun: only what was paid before is evidence, told late or not", async () => {
    await underClock(testMorning, async () => {
      const { p, strike } = await published("lowest7d");
      await observe(line(p, atClock(addDays(testDay, 3), "08:00"), 310));
      expect(await strike()).toEqual([500, "lowest7d", addDays(testDay, -1)]);
      await observe(line(p, later(atClock(addDays(testDay, 3), "08:00"), -1), 320));
      expect(await strike()).toEqual([320, "lowest7d", addDays(testDay, 3)]);
    });
  });
});
