import { beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "#lib/identity/schema";
import { addDays, atClock, type Day, day, endOf, startOf } from "#lib/kernel/time";
import { cancelOrder } from "#lib/orders/commands/change";
import { ensurePayment } from "#lib/orders/commands/place";
import { ordersPage, ordersTotal } from "#lib/orders/queries";
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
  supplierActor,
  type Town,
  testDay,
  testMorning,
} from "#lib/testing/builders";
import { closeSession, goodsIn, handToLeader, order, pay, tell } from "#lib/testing/trade";
import { sales } from "./queries/sales";
import { shellFacts } from "./queries/shell";
import { todayBoard } from "./queries/today";
import type { Question, Split } from "./schema";

const dayTwo = addDays(testDay, 1);
const desk = operator("operations");
const inCity = (town: Town): Actor => ({ ...operator("operations"), cityIds: [town.cityId] });

let town: Town;
let other: Town;
let bean: string;
let rice: string;
let supplierId: string;
let first: string;
const buyers: string[] = [];

/** Two days of trade in one town, one order in another: counted by hand below. */
beforeAll(async () => {
  await underClock(testMorning, async () => {
    [town, other] = [await makeTown(), await makeTown()];
    supplierId = await makeSupplier();
    bean = await makeSku({ supplierId, name: "豆角" });
    rice = await makeSku({ supplierId: await makeSupplier(), name: "大米" });
    for (let i = 0; i < 3; i++) buyers.push(await makeResident());
    first = await makeSession(town);
    await makeOffer(town, { sessionId: first, skuId: bean, priceFen: 500, supplyFen: 300 });
    await makeOffer(town, { sessionId: first, skuId: rice, priceFen: 1200, supplyFen: 900 });
    const away = await makeSession(other);
    await makeOffer(other, { sessionId: away, skuId: bean, priceFen: 700, supplyFen: 300 });
    // 2 × 5.00 + 1 × 12.00 = 22.00, and 3 × 5.00 = 15.00 of which nothing stays
    const [a = ""] = await order(buyers[0] ?? "", town.pointId, [
      { skuId: bean, quantity: 2 },
      { skuId: rice, quantity: 1 },
    ]);
    await pay(a);
    const [b = ""] = await order(buyers[1] ?? "", town.pointId, [{ skuId: bean, quantity: 3 }]);
    await pay(b);
    await cancelOrder(residentActor(buyers[1] ?? ""), { orderId: b, reason: "changedMind" });
    // never paid: counts nowhere
    await order(buyers[2] ?? "", town.pointId, [{ skuId: bean, quantity: 9 }]);
    // 1 × 7.00 in the other town
    const [c = ""] = await order(buyers[2] ?? "", other.pointId, [{ skuId: bean, quantity: 1 }]);
    await pay(c);
    await tell();
  });
  await closeSession(first);
  await underClock(atClock(dayTwo, "03:00"), async () => {
    await goodsIn(first);
    await handToLeader(first);
  });
  await underClock(atClock(dayTwo, "10:00"), async () => {
    const second = await makeSession(town, { day: dayTwo });
    await makeOffer(town, { sessionId: second, skuId: bean, priceFen: 600, supplyFen: 300 });
    // the first buyer again: 1 × 6.00
    const [d = ""] = await order(buyers[0] ?? "", town.pointId, [{ skuId: bean, quantity: 1 }]);
    await pay(d);
    await tell();
  });
});

const ask = (change: Partial<Question> = {}): Question => ({
  basis: "paid",
  period: "custom",
  from: testDay,
  to: testDay,
  by: "day",
  compare: false,
  metric: "gmvFen",
  ...change,
});
const gmvOf = (rows: { now: { gmvFen: number } }[]) => rows.reduce((n, r) => n + r.now.gmvFen, 0);

describe("the sales of a day", () => {
  test("equal a count by hand", async () => {
    const s = await sales(desk, ask());
    // 22.00 + 15.00 + 7.00; back: 15.00; delivered: 2 beans and 1 rice here, 1 bean there
    expect(s.total).toMatchObject({
      gmvFen: 4400,
      refundFen: 1500,
      netFen: 2900,
      orders: 3,
      buyers: 3,
      pieces: 4,
      marginFen: 2900 - (2 * 300 + 900 + 300),
    });
    expect(s.total.aovFen).toBe(1467);
    expect(s.newBuyers).toBe(3);
  });

  test("come to the same total by product, leader, city and supplier", async () => {
    const totals = await Promise.all(
      (["day", "product", "leader", "city", "supplier"] as Split[]).map(async (by) =>
        gmvOf((await sales(desk, ask({ by, to: dayTwo }))).rows),
      ),
    );
    expect(new Set(totals)).toEqual(new Set([5000]));
  });

  test("are what the ledger took in from the channel for orders that stand", async () => {
    const { total } = await sales(desk, ask({ to: dayTwo }));
    const posted = await prisma.posting.findMany({
      where: {
        account: { base: "channelPending" },
        journal: { type: "orderPaid", at: { gte: startOf(testDay), lt: endOf(dayTwo) } },
      },
    });
    expect(posted.reduce((n, p) => n + p.amountFen, 0n)).toBe(BigInt(total.gmvFen));
  });

  test("are split by product as the lines say", async () => {
    const { rows } = await sales(desk, ask({ by: "product" }));
    expect(rows.map((r) => [r.name, r.now.gmvFen, r.now.pieces])).toEqual([
      ["豆角", 3200, 3],
      ["大米", 1200, 1],
    ]);
  });

  test("know the session's day, the payment's and the pickup's apart", async () => {
    expect((await sales(desk, ask({ basis: "session" }))).total.gmvFen).toBe(4400);
    expect((await sales(desk, ask({ basis: "pickup" }))).total.gmvFen).toBe(0);
    expect((await sales(desk, ask({ basis: "pickup", from: dayTwo, to: dayTwo }))).total.gmvFen).toBe(4400);
  });

  test("stand beside the day before, and say who came back", async () => {
    const s = await sales(desk, ask({ from: dayTwo, to: dayTwo, compare: true, cityId: town.cityId }));
    expect(s.total.gmvFen).toBe(600);
    expect(s.totalBefore?.gmvFen).toBe(3700);
    expect(s.repurchaseBp).toBe(5000);
    expect(s.newBuyers).toBe(0);
  });

  test("of a day still running stand beside the day before up to the same time", async () => {
    const q = ask({ from: dayTwo, to: dayTwo, compare: true, cityId: town.cityId });
    const at = (clock: string) => underClock(atClock(dayTwo, clock), () => sales(desk, q));
    expect(await at("08:00")).toMatchObject({ isSameTime: true, totalBefore: { gmvFen: 0 } });
    expect((await at("12:00")).totalBefore?.gmvFen).toBe(3700);
    expect((await underClock(atClock(addDays(dayTwo, 1), "08:00"), () => sales(desk, q))).isSameTime).toBe(false);
  });

  test("still add up when only the largest rows are shown", async () => {
    const s = await sales(desk, ask({ by: "product" }), 1);
    expect(s).toMatchObject({ rowCount: 2, rest: { gmvFen: 1200, pieces: 1, marginFen: 300 } });
    expect(gmvOf(s.rows) + (s.rest?.gmvFen ?? 0)).toBe(s.total.gmvFen);
  });

  test("do not count money that came too late", async () => {
    const id = await underClock(
      atClock(dayTwo, "22:00"),
      async () => (await order(buyers[1] ?? "", town.pointId, [{ skuId: bean, quantity: 1 }]))[0] ?? "",
    );
    await underClock(atClock(dayTwo, "22:01"), () => ensurePayment(residentActor(buyers[1] ?? ""), id));
    await underClock(atClock(dayTwo, "23:05"), () => pay(id, atClock(dayTwo, "23:04")));
    expect((await sales(desk, ask({ from: dayTwo, to: dayTwo }))).total.gmvFen).toBe(600);
  });
});

describe("the rows behind a number", () => {
  test.each(["day", "product", "leader", "city", "supplier"] as Split[])(
    "are as many orders as the split by %s says",
    async (by) => {
      const s = await sales(desk, ask({ by, to: dayTwo }));
      for (const row of s.rows) {
        const narrow =
          by === "product"
            ? { skuId: row.id }
            : by === "leader"
              ? { leaderId: row.id }
              : by === "city"
                ? { cityId: row.id }
                : by === "supplier"
                  ? { supplierId: row.id }
                  : {};
        const range = by === "day" ? { from: row.id as Day, to: row.id as Day } : { from: testDay, to: dayTwo };
        const found = await ordersTotal(desk, { paid: true, byDay: "paid", ...range, ...narrow });
        expect(found.count).toBe(row.now.orders);
      }
    },
  );

  test("of a day come to its money", async () => {
    const { total } = await sales(desk, ask());
    expect((await ordersTotal(desk, { paid: true, byDay: "paid", from: testDay, to: testDay })).payableFen).toBe(
      total.gmvFen,
    );
    expect(
      (await ordersPage(desk, { paid: true, refunded: true, byDay: "paid", from: testDay, to: testDay })).rows,
    ).toHaveLength(1);
  });
});

describe("an operator limited to a city", () => {
  test("sees its sales only", async () => {
    expect((await sales(inCity(other), ask())).total).toMatchObject({ gmvFen: 700, orders: 1 });
    expect((await sales(inCity(town), ask())).total).toMatchObject({ gmvFen: 3700, orders: 2 });
  });

  test("sees nothing by asking for another city", async () => {
    expect((await sales(inCity(other), ask({ cityId: town.cityId }))).total.gmvFen).toBe(0);
    const board = await underClock(atClock(dayTwo, "12:00"), () => todayBoard(inCity(other), { cityId: town.cityId }));
    expect(board.figures.gmv.fen).toBe(0);
    expect(board.points).toEqual([]);
    expect(board.pipeline.pickup.orders).toBe(0);
  });

  test("and a supplier sees none at all", async () => {
    await expect(sales(supplierActor(supplierId), ask())).rejects.toMatchObject({ code: "forbidden" });
    await expect(todayBoard(supplierActor(supplierId))).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("today's board", () => {
  test("shows what was paid until now, and no later", async () => {
    const early = await underClock(atClock(testDay, "08:59"), () => todayBoard(inCity(town)));
    expect(early.figures.gmv.fen).toBe(0);
    const board = await underClock(atClock(testDay, "12:00"), () => todayBoard(inCity(town)));
    expect(board.figures).toMatchObject({
      gmv: { fen: 3700, beforeFen: 0 },
      orders: { count: 2 },
      buyers: { count: 2, fresh: 2 },
      refunds: { fen: 1500, bp: 4054 },
    });
    expect(board.figures.gmv.curve.points.at(-1)).toBe(3700);
  });

  test("compares with the same weekday at the same time", async () => {
    const week = addDays(testDay, 7);
    const noon = await underClock(atClock(week, "12:00"), () => todayBoard(inCity(town)));
    expect(noon.figures.gmv).toMatchObject({ fen: 0, beforeFen: 3700 });
    const dawn = await underClock(atClock(week, "06:00"), () => todayBoard(inCity(town)));
    expect(dawn.figures.gmv).toMatchObject({ beforeFen: 0, wholeBeforeFen: 3700 });
  });

  test("follows the goods from purchase to pickup", async () => {
    const { pipeline, points, figures } = await underClock(atClock(dayTwo, "17:00"), () => todayBoard(inCity(town)));
    expect(pipeline.selling).toMatchObject({ offers: 1, soldOut: 0, orders: 1, pieces: 1 });
    expect(pipeline.pickup).toMatchObject({
      orders: 1,
      purchases: { total: 2, accepted: 2, overdue: 0 },
      receipt: { total: 2, done: 2, late: 0, missing: 0 },
      loading: { total: 1, done: 1, late: 0 },
      arrival: { total: 1, done: 1, late: 0 },
      handed: { total: 1, done: 0 },
    });
    expect(figures.onTime).toMatchObject({ onTime: 1, due: 1, bp: 10000 });
    expect(points).toMatchObject([{ id: town.pointId, mark: "normal", orders: 1, waiting: 1, picked: 0 }]);
  });

  test("asks somebody to remind those who have not come", async () => {
    const at = <T>(work: () => Promise<T>) => underClock(atClock(dayTwo, "20:00"), work);
    const { needs, points } = await at(() => todayBoard(inCity(town)));
    expect(points[0]?.mark).toBe("failed");
    expect(needs.find((n) => n.key === "uncollected")).toMatchObject({
      count: 1,
      orders: 1,
      dueAt: atClock(dayTwo, "21:00"),
      fix: { kind: "remind", ids: points[0]?.deliveryIds },
    });
    const auditor = await at(() => todayBoard({ ...operator("auditor"), cityIds: [town.cityId] }));
    expect(auditor.needs).toEqual([]);
  });

  test("warns in the evening that tomorrow has no session", async () => {
    const keys = async (clock: string) =>
      (await underClock(atClock(dayTwo, clock), () => todayBoard(inCity(town)))).needs.map((n) => n.key);
    expect(await keys("17:59")).not.toContain("tomorrow");
    expect(await keys("18:00")).toContain("tomorrow");
  });
});

describe("the frame around every page", () => {
  test("shows only what the person may open, and what waits there", async () => {
    const facts = await underClock(atClock(testDay, "12:00"), () => shellFacts(inCity(town)));
    expect(facts.visible).toContain("/orders");
    expect(facts.visible).not.toContain("/ledger");
    expect(facts.counts["/orders"]).toEqual({ count: 2, attention: false });
    const warehouse = await underClock(atClock(testDay, "12:00"), () => shellFacts(operator("warehouse")));
    expect(warehouse.visible).toEqual(["/fulfilment", "/points", "/site", "/site/receiving", "/site/delivery"]);
    expect((await shellFacts(supplierActor(supplierId))).visible).toContain("/supplier/statements");
  });

  test("counts down to the session that closes next in the person's cities", async () => {
    const open = await underClock(atClock(dayTwo, "12:00"), () => shellFacts(inCity(town)));
    expect(open.cutOff?.closesAt).toBe(atClock(dayTwo, "23:00").toISOString());
    const none = await underClock(atClock(day("2027-01-01"), "12:00"), () => shellFacts(inCity(town)));
    expect(none.cutOff).toBeNull();
  });

  test("rings for a new application, until it is decided", async () => {
    await prisma.leaderApplication.create({
      data: {
        id: "lap_test_bell",
        name: "周团长",
        phoneCipher: "x",
        phoneIndex: "x",
        phoneTail: "0001",
        cityId: town.cityId,
        district: "城东",
        pointName: "柳荫街",
        address: "1 号",
        lat: 39,
        lng: 116,
        about: "",
        state: "submitted",
        createdAt: testMorning,
      },
    });
    const bell = async () => (await underClock(atClock(testDay, "12:00"), () => shellFacts(inCity(town)))).notices;
    expect(await bell()).toMatchObject({
      unread: 1,
      latest: [{ href: "/leaders/applications/lap_test_bell", detail: "周团长 · 柳荫街" }],
    });
    await prisma.leaderApplication.update({ where: { id: "lap_test_bell" }, data: { state: "approved" } });
    expect((await bell()).unread).toBe(0);
  });
});
