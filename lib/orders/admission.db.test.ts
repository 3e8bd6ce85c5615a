import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemActor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { fen } from "#lib/kernel/money";
import { later, minute } from "#lib/kernel/time";
import { applyPayments } from "#lib/payments/steps";
import { now, underClock } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { checkRules } from "#lib/server/audit";
import {
  makeOffer,
  makeResident,
  makeSession,
  makeSku,
  makeSupplier,
  makeTown,
  residentActor,
  type Town,
  testMorning,
} from "#lib/testing/builders";
import { order, pay, tell } from "#lib/testing/trade";
import { admit, type Candidate, type Gate, makeGate, type Verdict } from "./admission";
import { ensurePayment, prepareOrders } from "./commands/place";
import { lapse } from "./lapse";
import { sweeps } from "./reactions";

const at = <T>(work: () => Promise<T>, minutes = 0) => underClock(later(testMorning, minutes * minute), work);
const system = systemActor("test");
/** Two server processes as the database sees them: a gate and connections each. */
const pools = [0, 1].map(() => new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 }));
const gates = pools.map((db) => makeGate(db, { maxWaiting: 20_000, patienceMs: 60_000 })) as [Gate, Gate];

let town: Town;
let supplierId: string;
beforeAll(() =>
  at(async () => {
    town = await makeTown();
    supplierId = await makeSupplier();
  }),
);
afterAll(() => Promise.all(pools.map((p) => p.end())));

type Terms = Partial<Parameters<typeof makeOffer>[1]>;
async function sale(...offers: Terms[]) {
  const sessionId = await makeSession(town);
  const items = [];
  for (const terms of offers) {
    const skuId = await makeSku({ supplierId });
    items.push({ skuId, ...(await makeOffer(town, { ...terms, sessionId, skuId })) });
  }
  return { sessionId, items, one: items[0] as (typeof items)[number] };
}
const person = () => newId("res", now());

/** What people ask for, as the admission function takes it: one order each, pieces by SKU. */
const asked = (baskets: { who?: string; items: { skuId: string; quantity: number }[] }[]): Promise<Candidate[]> =>
  prepareOrders(
    system,
    town.cityId,
    baskets.map(({ who = person(), items }) => ({
      residentId: who,
      phoneTail: "0000",
      contactName: '许"女\\士, {甲}\n',
      requestKey: newId("tok", now()),
      pickupPointId: town.pointId,
      items,
    })),
  );
const ask = async (skuId: string, quantity = 1, who?: string) =>
  (await asked([{ ...(who ? { who } : {}), items: [{ skuId, quantity }] }]))[0] as Candidate;
const say = async (candidate: Candidate) => (await admit(now(), [candidate]))[0] as Verdict;
const poolOf = (id: string) => prisma.stockPool.findUniqueOrThrow({ where: { id } });

/** A row of chances that is the same in every run. */
const dice = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
};

describe("a storm", () => {
  test(
    "a hundred pieces, two thousand buyers who press twice and come again, two servers, twenty rounds: a hundred sold each time, one each, every answer true",
    () =>
      at(async () => {
        const chance = dice(7);
        for (let round = 0; round < 20; round++) {
          const { one } = await sale({ quota: 100, limit: 1 });
          const first = await asked(
            Array.from({ length: 2000 }, () => ({ items: [{ skuId: one.skuId, quantity: 1 }] })),
          );
          const again = first
            .filter(() => chance() < 0.2)
            .map((o) => ({
              ...o,
              id: newId("ord", now()),
              request_key: `${o.request_key}-2`,
              lines: o.lines.map((l) => ({ ...l, id: newId("oln", now()) })),
            }));
          const twin = (o: Candidate) => ({
            ...o,
            id: newId("ord", now()),
            lines: o.lines.map((l) => ({ ...l, id: newId("oln", now()) })),
          });
          const sent = [...first, ...first.filter(() => chance() < 0.3).map(twin), ...again]
            .map((o) => [chance(), o] as const)
            .sort(([a], [b]) => a - b)
            .map(([, o]) => o);
          const said = await Promise.all(sent.map((o, i) => gates[i % 2 === 0 ? 0 : 1].admit(o)));
          const rows = await prisma.order.findMany({ where: { lines: { some: { offerId: one.offerId } } } });
          const byId = new Map(rows.map((r) => [r.id, r]));
          expect(rows).toHaveLength(100);
          expect(new Set(rows.map((r) => r.residentId)).size).toBe(100);
          expect((await poolOf(one.poolId)).held).toBe(100);
          expect(await prisma.limitCount.count({ where: { key: `o:${one.offerId}`, quantity: 1 } })).toBe(100);
          const wrong = said.filter((v, i) => {
            const o = sent[i] as Candidate;
            const row = byId.get(v.orderId ?? "");
            switch (v.outcome) {
              case "accepted":
                return row?.id !== o.id;
              case "duplicate":
                return row?.residentId !== o.resident_id || row.requestKey !== o.request_key || row.id === o.id;
              case "limit":
                return v.limit?.max !== 1 || v.limit.had !== 1 || !rows.some((r) => r.residentId === o.resident_id);
              case "soldOut":
                return (
                  v.available !== 0 ||
                  rows.some((r) => r.residentId === o.resident_id && r.requestKey === o.request_key)
                );
              default:
                return true;
            }
          });
          expect(wrong).toEqual([]);
          expect(said.filter((v) => v.outcome === "accepted")).toHaveLength(100);
        }
      }),
    120_000,
  );

  test("baskets of several hot items are taken whole or not at all; who is told that something is sold out could not have had it", () =>
    at(async () => {
      const chance = dice(11);
      const { items } = await sale({ quota: 60 }, { quota: 80 }, { quota: 100 }, { quota: 40 });
      const baskets = await asked(
        Array.from({ length: 600 }, () => ({
          items: items
            .filter(() => chance() < 0.5)
            .map(({ skuId }) => ({ skuId, quantity: 1 + Math.floor(chance() * 2) })),
        })),
      );
      const said = await Promise.all(baskets.map((o, i) => gates[i % 2 === 0 ? 0 : 1].admit(o)));
      const taken = new Map<string, number>();
      for (const [i, v] of said.entries())
        if (v.outcome === "accepted")
          for (const l of baskets[i]?.lines ?? [])
            taken.set(l.stock_pool_id, (taken.get(l.stock_pool_id) ?? 0) + l.ordered);
      for (const { poolId } of items) {
        const pool = await poolOf(poolId);
        expect([pool.held, pool.held <= pool.quota]).toEqual([taken.get(poolId) ?? 0, true]);
      }
      for (const [i, v] of said.entries()) {
        if (v.outcome === "accepted") continue;
        expect(v.outcome).toBe("soldOut");
        const line = baskets[i]?.lines.find((l) => l.offer_id === v.offerId);
        expect(v.available).toBeLessThan(line?.ordered ?? 0);
      }
    }));

  test("one person's orders sent to two servers at once never pass what she may hold unpaid", () =>
    at(async () => {
      const { items } = await sale(...Array.from({ length: 8 }, () => ({})));
      const who = person();
      const orders = await Promise.all(items.map(({ skuId }) => ask(skuId, 1, who)));
      const said = await Promise.all(orders.map((o, i) => gates[i % 2 === 0 ? 0 : 1].admit(o)));
      expect(said.filter((v) => v.outcome === "accepted")).toHaveLength(5);
      for (const v of said)
        if (v.outcome !== "accepted") expect(v).toMatchObject({ outcome: "holds", limit: { max: 5, had: 5 } });
    }));
});

describe("the gate", () => {
  const slow = (ms: number) => ({
    query: async (...args: unknown[]) => {
      await new Promise((done) => setTimeout(done, ms));
      return (pools[0] as pg.Pool).query(...(args as [pg.QueryConfig]));
    },
  });
  const settle = async (answers: Promise<Verdict>[]) =>
    (await Promise.allSettled(answers)).map((a) => (a.status === "fulfilled" ? a.value.outcome : a.reason.code));
  const placed = (orders: readonly Candidate[]) =>
    prisma.order.count({ where: { id: { in: orders.map((o) => o.id) } } });

  test("turns people away before it grows without bound; who was turned away was not placed", () =>
    at(async () => {
      const { one } = await sale({ quota: 1000 });
      const orders = await asked(Array.from({ length: 40 }, () => ({ items: [{ skuId: one.skuId, quantity: 1 }] })));
      const gate = makeGate(slow(50) as unknown as pg.Pool, { maxWaiting: 15, maxBatch: 5 });
      const said = await settle(orders.map((o) => gate.admit(o)));
      expect(said.filter((s) => s === "accepted")).toHaveLength(15);
      expect(said.filter((s) => s === "busy")).toHaveLength(25);
      expect(await placed(orders)).toBe(15);
    }));

  test("tells who waited too long to try again, and never places him afterwards", () =>
    at(async () => {
      const { one } = await sale({ quota: 1000 });
      const orders = await asked(Array.from({ length: 4 }, () => ({ items: [{ skuId: one.skuId, quantity: 1 }] })));
      const gate = makeGate(slow(400) as unknown as pg.Pool, { patienceMs: 100, maxBatch: 1, maxInFlight: 1 });
      expect(await settle(orders.map((o) => gate.admit(o)))).toEqual(["accepted", "busy", "busy", "busy"]);
      await gate.drain();
      expect(await placed(orders)).toBe(1);
    }));

  test("before the server ends everybody inside gets an answer and nobody comes in any more", () =>
    at(async () => {
      const { one } = await sale({ quota: 1000 });
      const orders = await asked(Array.from({ length: 12 }, () => ({ items: [{ skuId: one.skuId, quantity: 1 }] })));
      const gate = makeGate(slow(30) as unknown as pg.Pool, { maxBatch: 3 });
      const inside = settle(orders.slice(0, 11).map((o) => gate.admit(o)));
      await gate.drain();
      expect(await settle([gate.admit(orders[11] as Candidate)])).toEqual(["busy"]);
      expect(new Set(await inside)).toEqual(new Set(["accepted"]));
      expect(await placed(orders)).toBe(11);
    }));
});

describe("an order is refused", () => {
  test("before its time, after it, while paused, at an older price, and when its offer is gone", () =>
    at(async () => {
      const { sessionId, one } = await sale({});
      const o = await ask(one.skuId);
      expect((await admit(later(testMorning, -120 * minute), [o]))[0]?.outcome).toBe("notStarted");
      expect((await admit(later(testMorning, 15 * 60 * minute), [o]))[0]?.outcome).toBe("ended");
      await prisma.saleSession.update({ where: { id: sessionId }, data: { pausedAt: now() } });
      expect((await say(o)).outcome).toBe("paused");
      await prisma.saleSession.update({ where: { id: sessionId }, data: { pausedAt: null } });
      await prisma.offer.update({ where: { id: one.offerId }, data: { priceFen: 450 } });
      expect((await say(o)).outcome).toBe("stale");
      await prisma.offer.update({ where: { id: one.offerId }, data: { priceFen: 500, state: "closed" } });
      expect((await say(o)).outcome).toBe("stale");
      await prisma.offer.update({ where: { id: one.offerId }, data: { state: "active" } });
      expect((await say(o)).outcome).toBe("accepted");
    }));

  test("beyond any limit, told how much was used: an order's own, a day's, a household's over two people", () =>
    at(async () => {
      const { one } = await sale({});
      const limited = async (pieces: number, demand: Partial<Candidate["limits"][number]>) => {
        const o = await ask(one.skuId, pieces);
        return say({
          ...o,
          limits: [
            { kind: "day", key: "d:test", subject: o.resident_id, pieces, max: 3, offer_id: one.offerId, ...demand },
          ],
        });
      };
      expect(await limited(4, { kind: "order", key: "" })).toMatchObject({
        outcome: "limit",
        limit: { kind: "order", max: 3, had: 0 },
      });
      expect((await limited(3, { kind: "order", key: "" })).outcome).toBe("accepted");
      const home = { kind: "household" as const, key: "h:test", subject: "home" };
      expect((await limited(2, home)).outcome).toBe("accepted");
      expect(await limited(2, home)).toMatchObject({
        outcome: "limit",
        offerId: one.offerId,
        limit: { kind: "household", max: 3, had: 2 },
      });
      expect((await limited(1, home)).outcome).toBe("accepted");
    }));

  test("as a new customer's when she is none, or has one such order waiting already; when that one lapses she may again", () =>
    at(async () => {
      const { one } = await sale({});
      const who = await makeResident();
      const fresh = async () => {
        const o = await ask(one.skuId, 1, who);
        return {
          ...o,
          new_customer: true,
          limits: [
            ...o.limits,
            { kind: "newCustomer" as const, key: "n", subject: who, pieces: 1, max: 1, offer_id: one.offerId },
          ],
        };
      };
      const first = await say(await fresh());
      expect(first.outcome).toBe("accepted");
      expect(await say(await fresh())).toMatchObject({ outcome: "limit", limit: { kind: "newCustomer" } });
      expect(await transact((tx) => lapse(tx, system, first.orderId ?? "", "unpaid"))).toBe(true);
      const second = await say(await fresh());
      expect(second.outcome).toBe("accepted");
      await pay(second.orderId ?? "");
      expect((await say(await fresh())).outcome).toBe("newCustomers");
    }));

  test("with a coupon that is used, another's, over or beyond its budget; taken once, its money is promised once", () =>
    at(async () => {
      const { one } = await sale({});
      const templateId = newId("cpt", now());
      await prisma.couponTemplate.create({
        data: {
          id: templateId,
          name: "立减",
          kind: "amount",
          amountFen: 100,
          grant: "claim",
          funder: "platform",
          budgetFen: 150,
          claimFrom: now(),
          claimTo: later(now(), 60 * minute),
          validDays: 1,
          state: "active",
          createdAt: now(),
          createdBy: "test",
        },
      });
      const give = async (residentId: string) => {
        const id = newId("cpn", now());
        await prisma.coupon.create({
          data: {
            id,
            templateId,
            residentId,
            nth: 1,
            state: "open",
            grantedAt: now(),
            grantedBy: "test",
            startsAt: now(),
            expiresAt: later(now(), 60 * minute),
          },
        });
        return id;
      };
      const using = async (couponId: string, who: string) => {
        const o = await ask(one.skuId, 1, who);
        const amount = fen(100);
        const lines = o.lines.map((l) => ({ ...l, coupon_fen: amount, paid_fen: fen(l.goods_fen - amount) }));
        const shares = lines.map((l) => ({ line_id: l.id, amount_fen: amount }));
        return {
          ...o,
          lines,
          coupon_fen: amount,
          payable_fen: fen(o.goods_fen - amount),
          coupons: [{ coupon_id: couponId, template_id: templateId, amount_fen: amount, shares }],
        };
      };
      const [her, him] = [person(), person()];
      const [hers, his] = [await give(her), await give(him)];
      expect((await say(await using(his, her))).outcome).toBe("coupon");
      const said = await say(await using(hers, her));
      expect(said.outcome).toBe("accepted");
      expect((await say(await using(hers, her))).outcome).toBe("coupon");
      expect((await say(await using(his, him))).outcome).toBe("budget");
      expect(await prisma.coupon.findUniqueOrThrow({ where: { id: hers } })).toMatchObject({
        state: "held",
        orderId: said.orderId,
        amountFen: 100n,
      });
      expect((await prisma.couponTemplate.findUniqueOrThrow({ where: { id: templateId } })).committedFen).toBe(100n);
      expect(await prisma.couponShare.count({ where: { couponId: hers } })).toBe(1);
      expect((await prisma.order.findUniqueOrThrow({ where: { id: said.orderId ?? "" } })).contactName).toBe(
        '许"女\\士, {甲}\n',
      );
    }));
});

describe("unpaid orders", () => {
  test("lapse together by the thousand and give everything back; a flash order after five minutes, another after fifteen", () =>
    at(async () => {
      const { one } = await sale({ quota: 2000, limit: 2 });
      const orders = await asked(Array.from({ length: 1200 }, () => ({ items: [{ skuId: one.skuId, quantity: 1 }] })));
      const flash = orders.slice(0, 700).map((o) => ({ ...o, expires_at: later(now(), 5 * minute).toISOString() }));
      await admit(now(), [...flash, ...orders.slice(700)]);
      const sweep = sweeps.find((s) => s.name === "orders.lapse");
      await at(async () => expect(await sweep?.run()).toBe(0), 4);
      await at(async () => expect(await sweep?.run()).toBe(700), 5);
      expect((await poolOf(one.poolId)).held).toBe(500);
      await at(async () => {
        while (((await sweep?.run()) ?? 0) > 0);
      }, 15);
      expect((await poolOf(one.poolId)).held).toBe(0);
      expect(
        await prisma.limitCount.aggregate({ where: { key: `o:${one.offerId}` }, _sum: { quantity: true } }),
      ).toMatchObject({ _sum: { quantity: 0 } });
      const rules = ["limitsCounted", "stockCounted", "holdsEnd"];
      const results = await checkRules((sql, values) => pools[0]?.query(sql, values) as never, now(), new Set(rules));
      expect(results.map((r) => r.name).sort()).toEqual(rules.sort());
      expect(results.flatMap((r) => r.violations).filter((v) => v.detail !== "looked at nothing")).toEqual([]);
    }));

  test("that lapsed and were paid all the same get their money back", () =>
    at(async () => {
      const { one } = await sale({});
      const who = await makeResident();
      const [id = ""] = await order(who, town.pointId, [{ skuId: one.skuId, quantity: 1 }]);
      const { paymentId } = await ensurePayment(residentActor(who), id);
      await prisma.order.update({ where: { id }, data: { state: "cancelled" } });
      const p = await prisma.payment.findUniqueOrThrow({ where: { id: paymentId } });
      await transact((tx) =>
        applyPayments(tx, [
          { outTradeNo: p.outTradeNo, transactionId: "late", amountFen: fen(p.amountFen), paidAt: now() },
        ]),
      );
      await tell();
      expect(await prisma.refund.findFirstOrThrow({ where: { orderId: id } })).toMatchObject({
        cause: "late",
        amountFen: 500n,
      });
    }));
});
