import { beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "#lib/identity/schema";
import { readListParams, searchOf } from "#lib/kernel/list";
import { addDays, atClock, day, endOf, startOf } from "#lib/kernel/time";
import { cancelOrder } from "#lib/orders/commands/change";
import { ensurePayment } from "#lib/orders/commands/place";
import { orderList } from "#lib/orders/lists";
import { orderListSpec } from "#lib/orders/schema";
import { underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { listCount } from "#lib/platform/list";
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
import { removeReport, saveReport, setTarget, writeNote } from "./commands/reports";
import { lineList } from "./lists";
import { campaigns } from "./queries/boards/campaigns";
import { finance } from "./queries/boards/finance";
import { funnel } from "./queries/boards/funnel";
import { supplierService } from "./queries/boards/suppliers";
import { explore } from "./queries/explore";
import { savedReports } from "./queries/reports";
import { shellFacts } from "./queries/shell";
import { todayBoard } from "./queries/today";
import { askOf, behind, campaignHref, metricHref } from "./rules/explore";
import { grainOf, metrics, sourcesOf } from "./rules/metrics";
import { type Ask, metricKeys, splits, type Values } from "./schema/explore";
import { lineListSpec } from "./schema/lines";

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

const ask = (change: Partial<Ask> = {}): Ask => ({
  metric: "gmvFen",
  second: null,
  basis: "paid",
  period: "custom",
  from: testDay,
  to: testDay,
  by: "day",
  compare: "none",
  ...change,
});
const sold = (change: Partial<Ask> = {}, actor = desk, limit?: number) => explore(actor, ask(change), [], limit);
const gmvOf = (marks: { now: Values }[]) => marks.reduce((n, m) => n + (m.now.gmvFen ?? 0), 0);
/** What the order list says behind a link of ours. */
async function ordersBehind(actor: Actor, href: string): Promise<{ count: number; sumFen: number | null }> {
  const url = new URL(href, "http://x");
  expect(url.pathname).toBe("/orders");
  const read = readListParams(searchOf(url.search), orderListSpec);
  expect(read.unknown).toEqual([]);
  return listCount(orderList, actor, read);
}

/** What the list of order lines says behind a link of ours. */
async function linesBehind(actor: Actor, href: string): Promise<{ count: number; sumFen: number | null }> {
  const url = new URL(href, "http://x");
  expect(url.pathname).toBe("/analytics/lines");
  const read = readListParams(searchOf(url.search), lineListSpec);
  expect(read.unknown).toEqual([]);
  return listCount(lineList, actor, read);
}

describe("the sales of a day", () => {
  test("equal a count by hand", async () => {
    const s = await sold({ metric: "newBuyers" });
    // 22.00 + 15.00 + 7.00; back: 15.00; delivered: 2 beans and 1 rice here, 1 bean there
    expect(s.total).toMatchObject({
      gmvFen: 4400,
      refundFen: 1500,
      netFen: 2900,
      orders: 3,
      buyers: 3,
      newBuyers: 3,
      pieces: 4,
      marginFen: 2900 - (2 * 300 + 900 + 300),
      aovFen: 1467,
    });
  });

  test.each(splits)("come to the same total %s", async (by) => {
    const { marks, total } = await sold({ by, to: dayTwo });
    expect([gmvOf(marks), total.gmvFen]).toEqual([5000, 5000]);
  });

  test("are what the ledger took in from the channel for orders that stand", async () => {
    const { total } = await sold({ to: dayTwo });
    const posted = await prisma.posting.findMany({
      where: {
        account: { base: "channelPending" },
        journal: { type: "orderPaid", at: { gte: startOf(testDay), lt: endOf(dayTwo) } },
      },
    });
    expect(posted.reduce((n, p) => n + p.amountFen, 0n)).toBe(BigInt(total.gmvFen ?? 0));
  });

  test("are split by product as the lines say", async () => {
    const { marks } = await sold({ by: "product" });
    expect(marks.map((m) => [m.name, m.now.gmvFen, m.now.pieces])).toEqual([
      ["豆角", 3200, 3],
      ["大米", 1200, 1],
    ]);
  });

  test("know the session's day, the payment's and the pickup's apart", async () => {
    expect((await sold({ basis: "session" })).total.gmvFen).toBe(4400);
    expect((await sold({ basis: "pickup" })).total.gmvFen).toBe(0);
    expect((await sold({ basis: "pickup", from: dayTwo, to: dayTwo })).total.gmvFen).toBe(4400);
  });

  test("stand beside the day before, and a week later beside the same weekday", async () => {
    const s = await sold({ from: dayTwo, to: dayTwo, compare: "previous", cityId: town.cityId });
    expect([s.total.gmvFen, s.totalBefore?.gmvFen]).toEqual([600, 3700]);
    const week = await sold({ from: addDays(testDay, 7), to: addDays(testDay, 7), compare: "weekday" });
    expect(week.before).toMatchObject({ from: testDay, to: testDay, shift: 7 });
    expect(week.marks[0]).toMatchObject({ beforeDay: testDay, before: { gmvFen: 4400 } });
  });

  test("of a day still running stand beside the day before up to the same time", async () => {
    const q = { from: dayTwo, to: dayTwo, compare: "previous", cityId: town.cityId } as const;
    const at = (clock: string) => underClock(atClock(dayTwo, clock), () => sold(q));
    expect(await at("08:00")).toMatchObject({ isSameTime: true, totalBefore: { gmvFen: 0 } });
    expect((await at("12:00")).totalBefore?.gmvFen).toBe(3700);
    expect((await underClock(atClock(addDays(dayTwo, 1), "08:00"), () => sold(q))).isSameTime).toBe(false);
  });

  test("keep their whole when only the largest rows are shown", async () => {
    const s = await sold({ by: "product" }, desk, 1);
    expect(s).toMatchObject({ markCount: 2, total: { gmvFen: 4400 } });
    expect(s.marks.map((m) => m.name)).toEqual(["豆角"]);
  });

  test("do not count money that came too late", async () => {
    const id = await underClock(
      atClock(dayTwo, "22:00"),
      async () => (await order(buyers[1] ?? "", town.pointId, [{ skuId: bean, quantity: 1 }]))[0] ?? "",
    );
    await underClock(atClock(dayTwo, "22:01"), () => ensurePayment(residentActor(buyers[1] ?? ""), id));
    await underClock(atClock(dayTwo, "23:05"), () => pay(id, atClock(dayTwo, "23:04")));
    expect((await sold({ from: dayTwo, to: dayTwo })).total.gmvFen).toBe(600);
  });

  // metrics of the same sources are counted together
  test.each(
    [...new Set(metricKeys.map((key) => sourcesOf(key).join(" ")))].map((source) => ({
      source,
      keys: metricKeys.filter((key) => sourcesOf(key).join(" ") === source),
    })),
  )("are answered from $source in every split and way of counting they are said to have", async ({ keys }) => {
    const [metric = "gmvFen"] = keys;
    const grain = grainOf(metric);
    expect(grain.splits.length * grain.bases.length).toBeGreaterThan(0);
    for (const by of grain.splits)
      for (const basis of grain.bases) {
        if (by === "hour" && basis !== "paid") continue;
        const s = await sold({ metric, by, basis, to: addDays(dayTwo, 1) });
        for (const key of keys) {
          expect(s.total[key], `${key} ${by} ${basis}`).not.toBe(undefined);
          expect(s.marks.every((m) => m.now[key] !== undefined)).toBe(true);
          // what adds up over days adds up over every split, but orders of several products
          if (metrics[key].adds && key !== "orders")
            expect(
              s.marks.reduce((n, m) => n + (m.now[key] ?? 0), 0),
              `${key} ${by} ${basis}`,
            ).toBe(s.total[key]);
        }
      }
  });

  test("say what the database was asked, and it gives the same answer again", async () => {
    const { sql, total } = await sold({ by: "product" });
    expect(sql.length).toBeGreaterThan(1);
    const sums = [];
    for (const one of sql.filter((text) => text.includes("paid_fen"))) {
      const rows = await prisma.$queryRawUnsafe<{ paid_fen?: bigint; level?: number }[]>(one);
      sums.push(rows.reduce((n, r) => n + Number(r.paid_fen ?? 0), 0));
    }
    expect(sums).toContain(total.gmvFen);
  });
});

describe("the rows behind a number", () => {
  test.each(["day", "leader", "city", "session"] as const)("are the orders of a mark %s, to the fen", async (by) => {
    const s = await sold({ by, to: dayTwo });
    expect(s.marks.length).toBeGreaterThan(0);
    for (const m of s.marks) {
      const found = await ordersBehind(desk, metricHref("gmvFen", behind(s.ask, by, m.id)));
      expect([found.count, found.sumFen]).toEqual([m.now.orders, m.now.gmvFen]);
    }
  });

  test.each(["product", "supplier", "category", "hour"] as const)(
    "are the lines of a mark %s where it is a part of orders, to the fen",
    async (by) => {
      const s = await sold({ by, to: dayTwo });
      const marks = s.marks.filter((m) => m.now.gmvFen);
      expect(marks.length).toBeGreaterThan(0);
      for (const m of marks) {
        const found = await linesBehind(desk, metricHref("gmvFen", behind(s.ask, by, m.id)));
        expect(found.sumFen).toBe(m.now.gmvFen);
      }
    },
  );

  test("of what went back are the refunded orders", async () => {
    const s = await sold();
    const found = await ordersBehind(desk, metricHref("refundFen", s.ask));
    expect([found.count, found.sumFen]).toEqual([1, 1500]);
  });
});

describe("the boards", () => {
  const days = { from: testDay, to: dayTwo };

  test("of sessions add up to the sales by session day, and each row opens its lines", async () => {
    const rows = await campaigns(desk, { ...days, narrow: {} });
    const { total } = await sold({ basis: "session", ...days });
    expect(rows.reduce((n, r) => n + r.gmvFen, 0)).toBe(total.gmvFen);
    expect(rows.reduce((n, r) => n + r.marginFen, 0)).toBe(total.marginFen);
    for (const r of rows) {
      expect((await linesBehind(desk, campaignHref({}, r))).sumFen).toBe(r.gmvFen);
      expect(r.sold).toBeLessThanOrEqual(r.quota);
    }
    expect((await campaigns(inCity(other), { ...days, narrow: {} })).map((r) => r.gmvFen)).toEqual([700]);
  });

  test("of finance begin with the sales, end with the books, and know no losses of a single city", async () => {
    const q = { basis: "paid" as const, ...days, narrow: {} };
    const { total } = await sold(days);
    const whole = await finance(desk, q);
    const of = (id: string, rows = whole.rows) => rows.find((r) => r.id === id)?.fen;
    expect([of("gmv"), of("net"), of("margin"), of("after")]).toEqual([
      total.gmvFen,
      total.netFen,
      total.marginFen,
      total.marginAfterFen,
    ]);
    const city = await finance(inCity(town), q);
    expect(city).toMatchObject({ isWhole: false });
    expect([of("gmv", city.rows), of("loss", city.rows)]).toEqual([4300, undefined]);
  });

  test("of fulfilment follow the pieces to the leader", async () => {
    const f = await funnel(desk, { from: dayTwo, to: dayTwo, cityId: town.cityId });
    expect(f.pieces).toEqual({ paid: 3, received: 3, loaded: 3, arrived: 3, signed: 3, picked: 0 });
    expect(f.lost).toEqual({ shortAtReceipt: 0, shortAtPoint: 0, unclaimed: 0, returned: 0 });
  });

  test("of suppliers say what came in full and on time", async () => {
    const at = atClock(dayTwo, "12:00");
    const found = await underClock(at, () => supplierService(desk, { from: dayTwo, to: dayTwo, narrow: {} }));
    expect(found.get(supplierId)).toMatchObject({ lines: 1, onTimeInFull: 1, short: 0, damaged: 0 });
  });
});

describe("what people keep", () => {
  const reader = operator("auditor");
  const query = "by=city&metric=gmvFen";
  const names = async (actor: Actor) => (await savedReports(actor)).map((r) => r.name);

  test("a report is seen by its owner, a team's by everybody, and answers each with her own cities", async () => {
    const boss = operator("operations");
    await saveReport(boss, { name: "我的", path: "/analytics", query });
    await saveReport(boss, { name: "全队", path: "/analytics", query, team: "on" });
    expect(await names(boss)).toEqual(["我的", "全队"]);
    expect(await names(reader)).toEqual(["全队"]);
    const href = (await savedReports(reader))[0]?.href ?? "";
    const { ask: q } = askOf(searchOf(href.split("?")[1] ?? ""), dayTwo, null);
    const seen = await explore(inCity(other), { ...q, from: testDay, to: dayTwo });
    expect(seen.marks.map((m) => m.id)).toEqual([other.cityId]);
  });

  test("the same name is written over, and nobody takes away another's", async () => {
    const boss = operator("support");
    const id = await saveReport(boss, { name: "周报", path: "/analytics/sales", query: "" });
    expect(await saveReport(boss, { name: "周报", path: "/analytics/sales", query: "period=d30" })).toBe(id);
    await expect(removeReport(operator("support"), { id })).rejects.toMatchObject({ code: "notFound" });
    await expect(saveReport(reader, { name: "x", path: "/analytics", query: "" })).rejects.toMatchObject({
      code: "forbidden",
    });
    await removeReport(boss, { id });
    expect(await names(boss)).not.toContain("周报");
  });

  test("a note of a city is read over its charts only, a note of all over every chart", async () => {
    await writeNote(desk, { day: testDay, text: "下大雨", cityId: town.cityId });
    await writeNote(desk, { day: testDay, text: "系统维护" });
    await expect(writeNote(inCity(town), { day: testDay, text: "x", cityId: other.cityId })).rejects.toMatchObject({
      code: "notFound",
    });
    await expect(writeNote(inCity(town), { day: testDay, text: "x" })).rejects.toMatchObject({ code: "forbidden" });
    const texts = async (actor: Actor) =>
      (await sold({}, actor)).annotations.filter((a) => a.kind === "note").map((a) => a.text);
    expect(await texts(desk)).toEqual(["下大雨", "系统维护"]);
    expect(await texts(inCity(other))).toEqual(["系统维护"]);
  });

  test("days without a session are marked, and only when they are over", async () => {
    const at = atClock(addDays(dayTwo, 3), "12:00");
    const s = await underClock(at, () => sold({ to: addDays(dayTwo, 3) }));
    expect(s.annotations.filter((a) => a.kind === "noSession").map((a) => a.day)).toEqual([
      addDays(dayTwo, 1),
      addDays(dayTwo, 2),
    ]);
  });

  test("a month's target is what the period was to reach, of the city asked about", async () => {
    const month = testDay.slice(0, 7);
    await setTarget(desk, { metric: "gmvFen", month, value: "3000" });
    await setTarget(desk, { metric: "gmvFen", month, cityId: town.cityId, value: "300.50" });
    // 3 000.00 over 30 days; 44.00 sold
    expect((await sold()).target).toEqual({ whole: 10_000, daily: 10_000, reachedBp: 4400 });
    expect((await sold({ cityId: town.cityId })).target?.whole).toBe(1002);
    expect((await sold({ skuId: bean })).target).toBeNull();
    await expect(setTarget(operator("support"), { metric: "gmvFen", month, value: "1" })).rejects.toMatchObject({
      code: "forbidden",
    });
    await setTarget(desk, { metric: "gmvFen", month });
    expect((await sold()).target).toBeNull();
  });
});

describe("an operator limited to a city", () => {
  test("sees its sales only, whoever saved the question", async () => {
    expect((await sold({}, inCity(other))).total).toMatchObject({ gmvFen: 700, orders: 1 });
    expect((await sold({}, inCity(town))).total).toMatchObject({ gmvFen: 3700, orders: 2 });
    const s = await sold({ by: "city" }, inCity(other));
    expect(s.marks.map((m) => m.id)).toEqual([other.cityId]);
    const found = await ordersBehind(inCity(other), metricHref("gmvFen", behind(s.ask, "city", other.cityId)));
    expect(found.sumFen).toBe(700);
  });

  test("sees nothing by asking for another city", async () => {
    expect((await sold({ cityId: town.cityId }, inCity(other))).total.gmvFen).toBe(0);
    const board = await underClock(atClock(dayTwo, "12:00"), () => todayBoard(inCity(other), { cityId: town.cityId }));
    expect(board.figures.gmv.fen).toBe(0);
    expect(board.points).toEqual([]);
    expect(board.pipeline.pickup.orders).toBe(0);
  });

  test("and a supplier sees none at all", async () => {
    await expect(sold({}, supplierActor(supplierId))).rejects.toMatchObject({ code: "forbidden" });
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
});
