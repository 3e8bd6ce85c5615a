import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { Actor } from "#lib/identity/schema";
import { systemActor } from "#lib/identity/schema";
import { fen } from "#lib/kernel/money";
import { addDays, atClock, type Day, dateOf, dayOf, later, minute, startOf } from "#lib/kernel/time";
import { cancelOrder, moveOrder } from "#lib/orders/commands/change";
import { ensurePayment } from "#lib/orders/commands/place";
import { refundLine } from "#lib/orders/steps";
import { underClock } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import {
  makeLeader,
  makeOffer,
  makePoint,
  makeResident,
  makeSession,
  makeSku,
  makeSupplier,
  makeTown,
  operator,
  residentActor,
  testDay,
  testMorning,
} from "#lib/testing/builders";
import { asOwner } from "#lib/testing/owner";
import { closeSession, goodsIn, handToLeader, order, pay, tell } from "#lib/testing/trade";
import { prove } from "./proof";
import { cohorts, customers, leaderBuyers, newBuyers, repurchase } from "./queries/buyers";
import { fulfilmentSteps } from "./queries/fulfilment";
import { leaderDays, measures } from "./queries/measures";
import { lastProof } from "./queries/proof";
import { sweeps } from "./reactions";
import { noticeUncounted, rebuild, rollNews, workOff } from "./rollups";
import { type Basis, bases, type Narrow } from "./schema";
import { measureBys } from "./schema/measures";

const desk = operator("operations");
const days = { from: testDay, to: addDays(testDay, 9) };
const cityA = "rgn_a";
const cityB = "rgn_b";

const emptied = [
  ...["outbox_event", "reaction_done", "customer_order", "order_line"],
  ...[
    "city",
    "leader",
    "sku",
    "supplier",
    "category",
    "session",
    "offer",
    "fulfilment",
    "line",
    "bits",
    "backlog",
    "proof",
  ].map((t) => `rollup_${t}`),
  ...["buyer", "buyer_city", "buyer_mask"],
].join(", ");

beforeEach(() => asOwner((client) => client.query(`truncate ${emptied} cascade`)));

type Sold = { skuId: string; pieces: number; priceFen: number };
let made = 0;
/** A paid order as its facts are, without the trade around it; nobody has heard of it. */
async function sold(e: {
  resident: string;
  paidAt: Date;
  lines?: Sold[];
  cityId?: string;
  leaderId?: string;
  sessionDay?: Day;
  pickupDay?: Day;
}): Promise<string> {
  const id = `ord_test${String(++made).padStart(6, "0")}`;
  const sessionDay = e.sessionDay ?? dayOf(e.paidAt);
  const lines = e.lines ?? [{ skuId: "sku_1", pieces: 2, priceFen: 500 }];
  const total = BigInt(lines.reduce((n, l) => n + l.pieces * l.priceFen, 0));
  const shared = {
    residentId: e.resident,
    leaderId: e.leaderId ?? "ldr_1",
    pickupPointId: "pkp_1",
    saleSessionId: `ssn_${sessionDay}`,
    pickupDay: dateOf(e.pickupDay ?? addDays(sessionDay, 1)),
  };
  await prisma.order.create({
    data: {
      ...shared,
      id,
      requestKey: id,
      inputHash: "h",
      businessDay: dateOf(sessionDay),
      cityId: e.cityId ?? cityA,
      routeId: "rte_1",
      warehouseId: "whs_1",
      attribution: "point",
      state: "paid",
      itemCount: lines.length,
      summary: "",
      goodsFen: total,
      payableFen: total,
      paidFen: total,
      contactName: "许女士",
      phoneTail: "0001",
      placedAt: e.paidAt,
      expiresAt: e.paidAt,
      paidAt: e.paidAt,
      lines: {
        create: lines.map((l, i) => ({
          ...shared,
          id: `${id.replace("ord", "oln")}${i}`,
          offerId: `ofr_${l.skuId}_${sessionDay}`,
          stockPoolId: "stk_1",
          skuId: l.skuId,
          productId: `prd_${l.skuId}`,
          supplierId: l.skuId === "sku_3" ? "sup_2" : "sup_1",
          categoryId: l.skuId === "sku_1" ? "cat_1" : "cat_2",
          name: l.skuId,
          spec: "",
          unit: "",
          picture: "",
          isFresh: true,
          ordered: l.pieces,
          unitPriceFen: BigInt(l.priceFen),
          goodsFen: BigInt(l.pieces * l.priceFen),
          paidFen: BigInt(l.pieces * l.priceFen),
          supplyPriceFen: BigInt(Math.floor(l.priceFen / 2)),
          commissionRuleId: "cmr_1",
          commissionRuleVersion: 1,
          commissionBp: 1000,
          commissionBaseFen: BigInt(l.pieces * l.priceFen),
          commissionFen: BigInt(Math.floor((l.pieces * l.priceFen) / 10)),
        })),
      },
    },
  });
  return id;
}

const waitingIds = async () =>
  (
    await prisma.outboxEvent.findMany({ where: { deliveredAt: null }, select: { id: true }, orderBy: { id: "asc" } })
  ).map((e) => e.id);
const hear = (ids: bigint[]) => transact((tx) => rollNews(tx, ids));
const delivered = (ids: bigint[]) =>
  prisma.outboxEvent.updateMany({ where: { id: { in: ids } }, data: { deliveredAt: testMorning } });
const say = (type: string, subjectId: string, payload: Record<string, unknown> = {}) =>
  underClock(testMorning, () => transact((tx) => announce(tx, { type, subjectId, payload })));

/** The answer of the sums, and of the facts when the sums are said to be behind. */
async function bothWays<T>(ask: () => Promise<T>): Promise<{ kept: T; facts: T }> {
  const kept = await ask();
  await prisma.rollupBacklog.create({ data: { day: dateOf(testDay) } });
  const facts = await ask();
  await prisma.rollupBacklog.deleteMany();
  return { kept, facts };
}

const sorted = <R>(rows: R[]) => rows.map((r) => JSON.stringify(r)).sort();
const narrows = (actor: Actor): Narrow[] =>
  actor.cityIds ? [{}] : [{}, { cityId: cityB }, { leaderId: "ldr_1" }, { skuId: "sku_2" }, { supplierId: "sup_1" }];

/** Every question there is, asked of the sums and of the facts. */
async function everyAnswerAgrees(actor: Actor, basis: Basis, until: Date | null): Promise<void> {
  for (const narrow of narrows(actor)) {
    for (const by of [null, ...measureBys]) {
      for (const byDay of [false, true]) {
        const { kept, facts } = await bothWays(() => measures(actor, { basis, ...days, by, byDay, narrow, until }));
        const known = (r: { buyers: number | null }, like: { buyers: number | null }) => ({
          ...r,
          buyers: like.buyers === null ? null : r.buyers,
        });
        expect(facts.source).toBe("facts");
        if (Object.keys(narrow).length === 0 && (by !== "hour" || basis === "paid") && !(until && basis !== "paid"))
          expect(kept.source).toBe("rollup");
        const said = `${basis} ${by} ${byDay} ${JSON.stringify(narrow)} ${until?.toISOString()}`;
        expect(known(facts.total, kept.total), said).toEqual(kept.total);
        const counted = kept.rows.some((r) => r.buyers !== null);
        const rows = counted
          ? facts.rows
          : facts.rows.map((r) => (kept.source === "rollup" ? { ...r, buyers: null } : r));
        expect(sorted(rows), said).toEqual(sorted(kept.rows));
      }
    }
  }
}

async function everybodyAgrees(actor: Actor): Promise<void> {
  const at = atClock(days.to, "12:00");
  await underClock(at, async () => {
    for (const narrow of narrows(actor)) {
      for (const basis of bases) {
        for (const ask of [
          () => repurchase(actor, { basis, to: addDays(testDay, 6), days: 3, narrow }),
          () => newBuyers(actor, { basis, from: addDays(testDay, 1), to: days.to, narrow }),
          ...(narrow.skuId || narrow.supplierId
            ? []
            : [() => leaderDays(actor, { basis, ...days, narrow, by: "leader" as const })]),
        ] as (() => Promise<unknown>)[]) {
          const { kept, facts } = await bothWays(ask);
          expect(kept, `${basis} ${JSON.stringify(narrow)} ${ask}`).toEqual(facts);
        }
      }
    }
    for (const narrow of [{}, { cityId: cityB }]) {
      const asks: (() => Promise<unknown>)[] = [
        () => leaderBuyers(actor, { basis: "paid", from: addDays(testDay, 5), to: days.to, narrow }),
        () => fulfilmentSteps(actor, { ...days, ...narrow }),
      ];
      for (const ask of asks) {
        const { kept, facts } = await bothWays(ask);
        expect(kept, `${ask}`).toEqual(facts);
      }
    }
  });
}

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("sell" as const),
      resident: fc.integer({ min: 1, max: 5 }),
      day: fc.integer({ min: 0, max: 6 }),
      // minutes around midnight in Shanghai as often as any other
      minute: fc.oneof(fc.constantFrom(0, 1439), fc.integer({ min: 0, max: 1439 })),
      late: fc.integer({ min: 0, max: 1 }),
      city: fc.constantFrom(cityA, cityB),
      leader: fc.integer({ min: 1, max: 2 }),
      lines: fc.uniqueArray(
        fc.record({
          skuId: fc.constantFrom("sku_1", "sku_2", "sku_3"),
          pieces: fc.integer({ min: 1, max: 4 }),
          priceFen: fc.integer({ min: 1, max: 900 }),
        }),
        { minLength: 1, maxLength: 3, selector: (l) => l.skuId },
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("change" as const),
      which: fc.nat(),
      counter: fc.constantFrom("cancelled", "short", "delivered", "picked", "unclaimed", "returned", "refund"),
      news: fc.constantFrom("lines.shortened", "lines.completed", "aftersale.decided", "goods.returned"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("move" as const), which: fc.nat(), leader: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("hear" as const),
      which: fc.array(fc.nat(), { maxLength: 4 }),
      done: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("rebuild" as const), day: fc.integer({ min: 0, max: 6 }) }) },
);

/** One step of a history; news is announced with its fact and heard at any time, in any order, or again. */
async function act(s: typeof step extends fc.Arbitrary<infer S> ? S : never, orders: string[]): Promise<void> {
  const at = <T>(list: T[], n: number) => list[n % list.length];
  if (s.do === "sell") {
    const paidAt = later(startOf(addDays(testDay, s.day)), s.minute * minute);
    const id = await sold({
      resident: `res_${s.resident}`,
      paidAt,
      lines: s.lines,
      cityId: s.city,
      leaderId: `ldr_${s.leader}`,
      sessionDay: addDays(dayOf(paidAt), -s.late),
    });
    orders.push(id);
    await say("order.paid", id);
  } else if (s.do === "change") {
    const orderId = at(orders, s.which);
    const lines = await prisma.orderLine.findMany({ where: { orderId: orderId ?? "" }, orderBy: { id: "asc" } });
    const line = at(lines, s.which);
    if (!line) return;
    const open = line.ordered - line.cancelled - line.short - line.delivered;
    const handed = line.delivered - line.picked - line.unclaimed - line.returned;
    if (s.counter === "refund") {
      const refund = (line.paidFen - line.refundedFen) / 2n;
      const commission = (line.commissionFen - line.commissionReversedFen) / 2n;
      await prisma.orderLine.update({
        where: { id: line.id },
        data: { refundedFen: { increment: refund }, commissionReversedFen: { increment: commission } },
      });
      await prisma.order.update({ where: { id: line.orderId }, data: { refundedFen: { increment: refund } } });
    } else {
      const room = ["cancelled", "short", "delivered"].includes(s.counter) ? open : handed;
      if (room < 1) return;
      await prisma.orderLine.update({ where: { id: line.id }, data: { [s.counter]: { increment: 1 } } });
    }
    await say(s.news, line.id, { items: [{ lineId: line.id }], lineIds: [line.id], orderLineId: line.id });
  } else if (s.do === "move") {
    const orderId = at(orders, s.which);
    if (!orderId) return;
    await prisma.order.update({ where: { id: orderId }, data: { leaderId: `ldr_${s.leader}` } });
    await prisma.orderLine.updateMany({ where: { orderId }, data: { leaderId: `ldr_${s.leader}` } });
    await say("order.moved", orderId);
  } else if (s.do === "hear") {
    const waiting = await waitingIds();
    const some = s.which.flatMap((n) => at(waiting, n) ?? []);
    await hear(some);
    // a worker that dies before it notes what it told tells it again
    if (s.done) await delivered(some);
  } else await rebuild(addDays(testDay, s.day), addDays(testDay, s.day));
}

describe("the sums", () => {
  test("equal the facts after any history, however late, twice or out of order the news is heard", {
    timeout: 240_000,
  }, async () => {
    await fc.assert(
      fc
        .asyncProperty(
          fc.array(step, { minLength: 5, maxLength: 30 }),
          fc.constantFrom(...bases),
          async (history, basis) => {
            const orders: string[] = [];
            for (const s of history) await act(s, orders);
            const proof = () =>
              prove(testDay, days.to).then((p) => p.rows.filter((r) => r.wrong > 0 && !r.kind.endsWith("Ledger")));
            expect(await proof()).toEqual([]);
            await everyAnswerAgrees(desk, basis, null);
            await everyAnswerAgrees(desk, "paid", atClock(addDays(testDay, 4), "13:00"));
            const waiting = await waitingIds();
            await hear(waiting.reverse());
            await delivered(waiting);
            expect(await proof()).toEqual([]);
            await everybodyAgrees(desk);
            const inCity: Actor = { ...desk, cityIds: [cityA] };
            await everyAnswerAgrees(desk, basis, null);
            await everyAnswerAgrees(inCity, basis, null);
            await everybodyAgrees(inCity);
          },
        )
        .beforeEach(() => asOwner((client) => client.query(`truncate ${emptied} cascade`)).then(() => undefined)),
      { numRuns: 8, endOnFailure: true },
    );
  });

  test("are the same when a worker dies between the fact and the sum, before and after the news is told again", async () => {
    const id = await sold({ resident: "res_1", paidAt: atClock(testDay, "10:00") });
    await say("order.paid", id);
    const gmv = async () => (await measures(desk, { basis: "paid", ...days, by: null, narrow: {} })).total;
    const before = await gmv();
    expect(before).toMatchObject({ orders: 1, buyers: 1, paidFen: 1000 });
    await expect(
      transact(async (tx) => {
        await rollNews(tx, await waitingIds());
        throw new Error("the worker dies");
      }),
    ).rejects.toThrow("the worker dies");
    expect(await prisma.rollupLine.count()).toBe(0);
    expect(await gmv()).toEqual(before);
    await tell();
    expect(await prisma.rollupLine.count()).toBe(1);
    expect(await waitingIds()).toEqual([]);
    expect(await gmv()).toEqual(before);
  });

  test("count an order once however many workers hear of it at the same time", async () => {
    for (let i = 0; i < 12; i++) {
      await say("order.paid", await sold({ resident: `res_${i % 5}`, paidAt: atClock(testDay, "10:00") }));
    }
    const ids = await waitingIds();
    await Promise.all([hear(ids), hear(ids.slice(3).reverse()), hear(ids.slice(0, 7)), rebuild(testDay, testDay)]);
    await delivered(ids);
    const { total } = await measures(desk, { basis: "paid", ...days, by: null, narrow: {} });
    expect(total).toMatchObject({ orders: 12, buyers: 5, paidFen: 12_000 });
    expect((await prove(testDay, days.to)).rows.filter((r) => r.wrong > 0 && !r.kind.endsWith("Ledger"))).toEqual([]);
  });

  test("say since when they are behind when too much news waits", async () => {
    const since = atClock(testDay, "10:00");
    const id = await sold({ resident: "res_1", paidAt: since });
    await prisma.outboxEvent.createMany({
      data: Array.from({ length: 2001 }, (_, i) => ({
        type: "order.paid",
        subjectId: id,
        payload: {},
        at: later(since, i),
      })),
    });
    const behind = await measures(desk, { basis: "paid", ...days, by: null, narrow: {} });
    expect(behind).toMatchObject({ asOf: since, source: "rollup", total: { orders: 0 } });
    await tell();
    const caught = await measures(desk, { basis: "paid", ...days, by: null, narrow: {} });
    expect(caught.total.orders).toBe(1);
    expect(caught.asOf.getTime()).toBeGreaterThan(since.getTime());
  });

  test("put a payment on the day it has in Shanghai, whatever zone the server keeps", async () => {
    const midnight = new Date("2026-11-16T16:00:00Z");
    for (const [at, zone] of [
      [later(midnight, -1), "America/New_York"],
      [midnight, "Pacific/Kiritimati"],
      [later(midnight, 1), "UTC"],
    ] as const) {
      await say("order.paid", await sold({ resident: "res_1", paidAt: at }));
      const ids = await waitingIds();
      await transact(async (tx) => {
        await tx.$queryRaw`select set_config('timezone', ${zone}, true)`;
        await rollNews(tx, ids);
      });
      await delivered(ids);
    }
    const kept = process.env.TZ;
    for (const zone of ["America/New_York", "Pacific/Kiritimati", "Asia/Shanghai"]) {
      process.env.TZ = zone;
      const { rows } = await measures(desk, { basis: "paid", ...days, by: "day", narrow: {} });
      expect(rows.map((r) => [r.day, r.orders]).sort()).toEqual([
        ["2026-11-16", 1],
        ["2026-11-17", 2],
      ]);
      const hours = await measures(desk, { basis: "paid", ...days, by: "hour", narrow: {} });
      expect(hours.rows.map((r) => [r.hour, r.orders]).sort()).toEqual([
        [0, 2],
        [23, 1],
      ]);
    }
    if (kept === undefined) delete process.env.TZ;
    else process.env.TZ = kept;
  });
});

describe("making the sums anew", () => {
  const history = async () => {
    for (let i = 0; i < 20; i++) {
      await say(
        "order.paid",
        await sold({
          resident: `res_${i % 7}`,
          paidAt: later(startOf(addDays(testDay, i % 4)), i * 70 * minute),
          leaderId: `ldr_${i % 3}`,
          cityId: i % 2 ? cityA : cityB,
          lines: [{ skuId: `sku_${(i % 3) + 1}`, pieces: (i % 4) + 1, priceFen: 100 + i }],
        }),
      );
    }
    await tell();
  };
  const tables = [
    "city",
    "leader",
    "sku",
    "supplier",
    "category",
    "session",
    "offer",
    "fulfilment",
    "line",
    "bits",
  ].map((t) => `rollup_${t}`);
  const everything = () =>
    asOwner(async (client) => {
      const all: Record<string, unknown> = {};
      for (const t of tables) all[t] = (await client.query(`select * from ${t} x order by x::text`)).rows;
      all.buyer = (await client.query("select * from buyer order by resident_id")).rows;
      all.mask = (await client.query("select * from buyer_mask x where mask <> 0 order by x::text")).rows;
      return all;
    });

  test("gives exactly what the news had made", async () => {
    await history();
    const kept = await everything();
    await rebuild(testDay, addDays(testDay, 4));
    expect(await everything()).toEqual(kept);
    await rebuild(testDay, addDays(testDay, 4), { daysEach: 3 });
    expect(await everything()).toEqual(kept);
  });

  test("heals what was wrong, and the proof says so before and after", async () => {
    await history();
    const kept = await everything();
    await asOwner(async (client) => {
      await client.query("update rollup_leader set paid_fen = paid_fen + 1 where basis = 'session'");
      await client.query("delete from rollup_sku where basis = 'paid' and day = '2026-11-16'");
      await client.query("update rollup_bits set bits = set_bit(bits, 5, 1 - get_bit(bits, 5)) where basis = 'pickup'");
      await client.query("update buyer_mask set mask = mask | (1::bigint << 55) where basis = 'paid'");
      await client.query(
        "update rollup_line set short = short + 1 where order_line_id = (select min(order_line_id) from rollup_line)",
      );
      await client.query("update buyer set paid_fen = paid_fen + 7");
    });
    const wrong = (await prove(testDay, days.to)).rows.filter((r) => r.wrong > 0).map((r) => r.kind);
    expect(wrong).toEqual(expect.arrayContaining(["leader", "sku", "buyers", "buyer"]));
    await rebuild(testDay, addDays(testDay, 4));
    expect(await everything()).toEqual(kept);
  });

  test("happens by itself for days never counted, and readers ask the facts until it is done", async () => {
    await history();
    const kept = await everything();
    const ask = () => measures(desk, { basis: "paid", ...days, by: "leader", byDay: true, narrow: {} });
    const before = await ask();
    await asOwner((client) => client.query(`truncate ${[...tables, "buyer", "buyer_city", "buyer_mask"].join(", ")}`));
    expect(await underClock(atClock(days.to, "12:00"), noticeUncounted)).toBe(4);
    expect(await underClock(atClock(days.to, "12:00"), noticeUncounted)).toBe(0);
    const meanwhile = await ask();
    expect(meanwhile.source).toBe("facts");
    expect(meanwhile.total).toEqual(before.total);
    for (let left = 4; left > 0; left--) expect(await workOff()).toBe(1);
    expect(await workOff()).toBe(0);
    const after = await ask();
    expect(after.source).toBe("rollup");
    expect(sorted(after.rows)).toEqual(sorted(before.rows));
    // buyers are numbered in the order they are met, so only their sums are the same
    const plain = (all: Record<string, unknown>) => tables.filter((t) => t !== "rollup_bits").map((t) => all[t]);
    expect(plain(await everything())).toEqual(plain(kept));
    expect((await prove(testDay, days.to)).rows.filter((r) => r.wrong > 0 && !r.kind.endsWith("Ledger"))).toEqual([]);
  });

  test("a day whose news is only late is not taken for one never counted", async () => {
    await say("order.paid", await sold({ resident: "res_1", paidAt: atClock(testDay, "23:59") }));
    expect(await underClock(atClock(days.to, "12:00"), noticeUncounted)).toBe(0);
  });
});

describe("a trading week through the commands", () => {
  test("comes to the same sums as its facts, and sales are what the ledger took", { timeout: 60_000 }, async () => {
    const pickupDay = addDays(testDay, 1);
    const system = systemActor("test");
    const { town, sessionId, bean, orders } = await underClock(testMorning, async () => {
      const town = await makeTown();
      const bean = await makeSku({ supplierId: await makeSupplier(), name: "豆角" });
      const rice = await makeSku({ supplierId: await makeSupplier(), name: "大米" });
      const sessionId = await makeSession(town);
      await makeOffer(town, { sessionId, skuId: bean, priceFen: 500, supplyFen: 300, commissionBp: 1000 });
      await makeOffer(town, { sessionId, skuId: rice, priceFen: 1200, supplyFen: 900, commissionBp: 800 });
      const orders: string[] = [];
      for (let i = 0; i < 6; i++) {
        const [id = ""] = await order(await makeResident(), town.pointId, [
          { skuId: bean, quantity: 1 + (i % 3) },
          { skuId: rice, quantity: 1 },
        ]);
        orders.push(id);
        if (i < 5) await pay(id);
      }
      return { town, sessionId, bean, orders };
    });
    const other = await makeLeader(town.cityId);
    const pointId = await makePoint({ cityId: town.cityId, routeId: town.routeId, leaderId: other });
    const buyerOf = async (id: string) =>
      residentActor((await prisma.order.findUniqueOrThrow({ where: { id } })).residentId);
    await underClock(atClock(testDay, "12:00"), async () => {
      await cancelOrder(await buyerOf(orders[4] ?? ""), { orderId: orders[4] ?? "", reason: "changedMind" });
      await moveOrder(operator("operations"), { orderId: orders[1] ?? "", pickupPointId: pointId, reason: "近一些" });
      await ensurePayment(await buyerOf(orders[5] ?? ""), orders[5] ?? "");
    });
    // paid after the cut-off: never a sale
    await underClock(atClock(testDay, "23:01"), () => pay(orders[5] ?? "", later(atClock(testDay, "23:00"), minute)));
    await closeSession(sessionId);
    await underClock(atClock(pickupDay, "03:00"), () => goodsIn(sessionId, { [bean]: 2 }));
    await underClock(atClock(pickupDay, "12:00"), () => handToLeader(sessionId));
    await underClock(atClock(pickupDay, "18:00"), async () => {
      const [line] = await prisma.orderLine.findMany({ where: { orderId: orders[0] ?? "", delivered: { gt: 0 } } });
      await transact(async (tx) => {
        await refundLine(tx, system, {
          cause: "afterSale",
          causeId: "asc_t",
          lineId: line?.id ?? "",
          quantity: 0,
          amountFen: fen(120),
          bearer: "supplier",
        });
        await announce(tx, { type: "aftersale.decided", subjectId: "asc_t", payload: { orderLineId: line?.id } });
      });
    });
    const day = { from: testDay, to: pickupDay };
    const untold = await prove(day.from, day.to);
    expect(untold.rows.filter((r) => r.wrong > 0)).toEqual([]);
    await tell();
    const proof = await prove(day.from, day.to);
    expect(proof.rows.filter((r) => r.wrong > 0)).toEqual([]);
    for (const kind of ["paidLedger", "refundLedger", "commissionLedger", "leader", "buyers"])
      expect(proof.rows.find((r) => r.kind === kind)?.looked, kind).toBeGreaterThan(0);
    const { rows } = await measures(desk, { basis: "paid", ...day, by: "leader", narrow: {} });
    expect(rows.map((r) => [r.key, r.orders]).sort()).toEqual(
      [
        [town.leaderId, 4],
        [other, 1],
      ].sort(),
    );
    const [steps] = await fulfilmentSteps(desk, day);
    expect(steps).toMatchObject({ day: pickupDay, orders: 5, short: 2, deliveries: 2 });
    expect((await customers(desk, { narrow: {} })).reduce((n, s) => n + s.buyers, 0)).toBe(5);
    // a ledger that says otherwise is found
    await asOwner((client) =>
      client.query(
        "update rollup_city set paid_fen = paid_fen + 100, refund_fen = refund_fen + 1 where basis = 'paid'",
      ),
    );
    const off = (await prove(day.from, day.to)).rows.filter((r) => r.wrong > 0).map((r) => r.kind);
    expect(off).toEqual(["city", "paidLedger", "refundLedger"]);
  });
});

describe("the night", () => {
  const sweep = sweeps.find((s) => s.name === "analytics.proof");

  test("proves the days just gone once, after the day's last notices, and keeps what it found", async () => {
    await say("order.paid", await sold({ resident: "res_1", paidAt: atClock(testDay, "10:00") }));
    await tell();
    const night = addDays(testDay, 1);
    expect(await underClock(atClock(night, "00:30"), async () => sweep?.run())).toBe(0);
    expect(await lastProof(desk)).toBeNull();
    expect(await underClock(atClock(night, "01:00"), async () => sweep?.run())).toBe(1);
    expect(await underClock(atClock(night, "02:00"), async () => sweep?.run())).toBe(0);
    const proof = await lastProof(desk);
    // the fact was planted without its journal, and the proof says so
    expect(proof).toMatchObject({ to: testDay, ok: false });
    expect(proof?.rows.filter((r) => r.wrong > 0)).toEqual(
      [
        {
          kind: "paidLedger",
          looked: 1,
          wrong: 1,
          expected: 0,
          found: 1000,
          differences: [{ ref: testDay, expected: "—", found: "1000" }],
        },
        { kind: "commissionLedger", looked: 1, wrong: 0, expected: 100, found: 100, differences: [] },
      ].slice(0, 1),
    );
    await expect(lastProof(residentActor("res_1"))).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("buyers", () => {
  test("come back in the weeks after their first, by the week", async () => {
    const monday = testDay;
    for (const [resident, offset] of [
      ["res_1", 0],
      ["res_1", 7],
      ["res_1", 15],
      ["res_2", 3],
      ["res_2", 14],
      ["res_3", 8],
    ] as const)
      await say("order.paid", await sold({ resident, paidAt: atClock(addDays(monday, offset), "10:00") }));
    await tell();
    await underClock(atClock(addDays(monday, 17), "12:00"), async () => {
      const expected = [
        { week: monday, size: 2, back: [2, 1, 2] },
        { week: addDays(monday, 7), size: 1, back: [1, 0] },
        { week: addDays(monday, 14), size: 0, back: [0] },
      ];
      for (const narrow of [{}, { leaderId: "ldr_1" }]) {
        const { kept, facts } = await bothWays(() => cohorts(desk, { weeks: 3, narrow }));
        expect(kept).toEqual(expected);
        expect(facts).toEqual(expected);
      }
      expect(await repurchase(desk, { basis: "paid", to: addDays(monday, 13), days: 7, narrow: {} })).toEqual({
        again: 1,
        earlier: 2,
      });
      const { kept, facts } = await bothWays(() => customers(desk, { narrow: {} }));
      expect(kept).toEqual(facts);
      expect(kept.map((s) => [s.segment, s.buyers, s.orders])).toEqual([
        ["promising", 2, 5],
        ["fresh", 1, 1],
      ]);
    });
  });
});
