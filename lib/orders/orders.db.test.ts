import { beforeAll, describe, expect, test } from "vitest";
import { systemActor } from "#lib/identity/schema";
import { fen } from "#lib/kernel/money";
import { later, minute } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import {
  makeOffer,
  makeResident,
  makeSession,
  makeSku,
  makeSupplier,
  makeTown,
  operator,
  residentActor,
  type Town,
  testMorning,
} from "#lib/testing/builders";
import { closeSession, order, pay, tell } from "#lib/testing/trade";
import { cancelOrder } from "./commands/change";
import { cutOffSession } from "./commands/cutoff";
import { placeOrder } from "./commands/place";
import { orderRecord, ordersPage, quote } from "./queries";
import { completeLines, deliverLines, refundLine, shorten } from "./steps";

const at = <T>(work: () => Promise<T>) => underClock(testMorning, work);
/** A clock that moves a millisecond with every look: ids then sort as orders came. */
const ticking = () => {
  let ms = 0;
  return () => later(testMorning, ms++);
};
const system = systemActor("test");

let town: Town;
let supplierId: string;
beforeAll(async () => {
  town = await at(makeTown);
  supplierId = await at(() => makeSupplier());
});

async function sale(options: { quota?: number; limit?: number; priceFen?: number; supplyFen?: number } = {}) {
  const skuId = await makeSku({ supplierId });
  const sessionId = await makeSession(town);
  const offer = await makeOffer(town, { sessionId, skuId, ...options });
  return { skuId, sessionId, ...offer };
}
const balance = async (code: string) => {
  const legs = await prisma.posting.findMany({ where: { account: { code } } });
  return legs.reduce((n, l) => n + Number(l.amountFen), 0);
};

describe("admission", () => {
  test("a hundred pieces and three hundred buyers at once: exactly a hundred are sold, nobody gets an error of ours", () =>
    at(async () => {
      const { skuId, poolId } = await sale({ quota: 100 });
      const residents = await Promise.all(Array.from({ length: 300 }, makeResident));
      const answers = await Promise.allSettled(residents.map((r) => order(r, town.pointId, [{ skuId, quantity: 1 }])));
      const placed = answers.filter((a) => a.status === "fulfilled" && a.value.length === 1);
      expect(placed).toHaveLength(100);
      const pool = await prisma.stockPool.findUniqueOrThrow({ where: { id: poolId } });
      expect([pool.held, pool.sold]).toEqual([100, 0]);
      for (const a of answers) if (a.status === "rejected") expect(a.reason).toMatchObject({ code: "soldOut" });
    }));

  test("the same key and body give the first answer, twins at once included; another body under the key is refused", () =>
    at(async () => {
      const { skuId, poolId } = await sale();
      const resident = await makeResident();
      const actor = residentActor(resident);
      const q = await quote(actor, { pickupPointId: town.pointId, items: [{ skuId, quantity: 2 }] });
      const quoteToken = q.orders[0]?.quoteToken ?? "";
      const input = { quoteToken, contactName: "许女士", requestKey: "one-key-of-mine" };
      const twins = await Promise.all(Array.from({ length: 8 }, () => placeOrder(actor, input)));
      expect(new Set(twins.map((t) => t.orderId)).size).toBe(1);
      expect(twins.filter((t) => !t.isReplay)).toHaveLength(1);
      expect((await prisma.stockPool.findUniqueOrThrow({ where: { id: poolId } })).held).toBe(2);
      await expect(placeOrder(actor, { ...input, contactName: "别人" })).rejects.toMatchObject({
        code: "idempotencyMismatch",
      });
    }));

  test("nobody buys beyond the limit, however many orders he sends at once", () =>
    at(async () => {
      const { skuId } = await sale({ limit: 2 });
      const resident = await makeResident();
      const answers = await Promise.allSettled(
        Array.from({ length: 6 }, () => order(resident, town.pointId, [{ skuId, quantity: 1 }])),
      );
      const lines = await prisma.orderLine.findMany({ where: { residentId: resident } });
      expect(lines.reduce((n, l) => n + l.ordered, 0)).toBe(2);
      for (const a of answers)
        if (a.status === "rejected") expect(a.reason).toMatchObject({ code: "limitReached", facts: { limit: 2 } });
    }));

  test("an order of several items is taken whole or not at all", () =>
    at(async () => {
      const one = await sale({ quota: 5 });
      const two = await makeSku({ supplierId });
      const scarce = await makeOffer(town, { sessionId: one.sessionId, skuId: two, quota: 1 });
      const residents = await Promise.all([makeResident(), makeResident()]);
      const items = [
        { skuId: one.skuId, quantity: 1 },
        { skuId: two, quantity: 1 },
      ];
      const tokens = await Promise.all(
        residents.map(
          async (r) =>
            (await quote(residentActor(r), { pickupPointId: town.pointId, items })).orders[0]?.quoteToken ?? "",
        ),
      );
      const answers = await Promise.allSettled(
        residents.map((r, i) =>
          placeOrder(residentActor(r), { quoteToken: tokens[i] ?? "", contactName: "许", requestKey: "both-items" }),
        ),
      );
      expect(answers.filter((a) => a.status === "fulfilled")).toHaveLength(1);
      expect((await prisma.stockPool.findUniqueOrThrow({ where: { id: one.poolId } })).held).toBe(1);
      expect((await prisma.stockPool.findUniqueOrThrow({ where: { id: scarce.poolId } })).held).toBe(1);
    }));

  test("a quote of another person, an altered one and an old one are refused", () =>
    at(async () => {
      const { skuId } = await sale();
      const [mine, other] = [await makeResident(), await makeResident()];
      const q = await quote(residentActor(mine), { pickupPointId: town.pointId, items: [{ skuId, quantity: 1 }] });
      const quoteToken = q.orders[0]?.quoteToken ?? "";
      const input = { contactName: "许", requestKey: "somebody-else" };
      await expect(placeOrder(residentActor(other), { ...input, quoteToken })).rejects.toMatchObject({
        code: "notFound",
      });
      await expect(placeOrder(residentActor(mine), { ...input, quoteToken: `x${quoteToken}` })).rejects.toMatchObject({
        code: "quoteStale",
      });
      await underClock(later(testMorning, 11 * minute), () =>
        expect(placeOrder(residentActor(mine), { ...input, quoteToken })).rejects.toMatchObject({
          code: "quoteExpired",
        }),
      );
    }));

  test("nothing is sold before the session opens or after it closes", async () => {
    const { skuId } = await at(() => sale());
    const resident = await at(makeResident);
    await underClock(later(testMorning, -2 * 60 * minute), async () => {
      expect(
        (await quote(residentActor(resident), { pickupPointId: town.pointId, items: [{ skuId, quantity: 1 }] }))
          .problems[0]?.code,
      ).toBe("saleEnded");
    });
    await underClock(later(testMorning, 15 * 60 * minute), async () => {
      expect(
        (await quote(residentActor(resident), { pickupPointId: town.pointId, items: [{ skuId, quantity: 1 }] })).orders,
      ).toEqual([]);
    });
  });
});

describe("payment", () => {
  test("a paid order stands: pieces sold, money booked, one pickup code for the day", () =>
    at(async () => {
      const { skuId, poolId } = await sale();
      const resident = await makeResident();
      const [first] = await order(resident, town.pointId, [{ skuId, quantity: 2 }]);
      const [second] = await order(resident, town.pointId, [{ skuId, quantity: 1 }]);
      await pay(first ?? "");
      await pay(second ?? "");
      await tell();
      expect(await prisma.order.findUniqueOrThrow({ where: { id: first ?? "" } })).toMatchObject({
        state: "paid",
        paidFen: 1000n,
      });
      expect(await prisma.stockPool.findUniqueOrThrow({ where: { id: poolId } })).toMatchObject({ held: 0, sold: 3 });
      expect(await prisma.pickupCode.count({ where: { residentId: resident } })).toBe(1);
      expect((await orderRecord(operator("operations"), first ?? "")).differenceFen).toBe(0);
    }));

  test("paid after it was cancelled: the money goes back at once, the pieces stay free", () =>
    at(async () => {
      const { skuId, poolId } = await sale();
      const resident = await makeResident();
      const [id = ""] = await order(resident, town.pointId, [{ skuId, quantity: 1 }]);
      await cancelOrder(residentActor(resident), { orderId: id, reason: "不要了" });
      await expect(pay(id)).rejects.toMatchObject({ code: "saleEnded" });
      expect(await prisma.stockPool.findUniqueOrThrow({ where: { id: poolId } })).toMatchObject({ held: 0, sold: 0 });
    }));

  test("who paid before the cut-off by the channel's clock is in, though we heard of it later; who paid after gets the money back", async () => {
    const { skuId, sessionId } = await at(() => sale());
    const [inTime, tooLate] = [await at(makeResident), await at(makeResident)];
    const near = later(testMorning, 14 * 60 * minute - 5 * minute); // 22:55
    const [early = ""] = await underClock(near, () => order(inTime, town.pointId, [{ skuId, quantity: 1 }]));
    const [late = ""] = await underClock(near, () => order(tooLate, town.pointId, [{ skuId, quantity: 1 }]));
    const cutoff = later(testMorning, 14 * 60 * minute); // 23:00
    await underClock(later(cutoff, 1000), () => cutOffSession(system, { sessionId }));
    await underClock(later(cutoff, 2 * minute), () => pay(early, later(cutoff, -1000)));
    await underClock(later(cutoff, 3 * minute), () => pay(late, later(cutoff, 1000)));
    expect(await prisma.order.findUniqueOrThrow({ where: { id: early } })).toMatchObject({ state: "paid" });
    const refund = await prisma.refund.findFirstOrThrow({ where: { orderId: late } });
    expect(refund).toMatchObject({ cause: "late", amountFen: 500n, state: "requested" });
    expect((await orderRecord(operator("operations"), late)).differenceFen).toBe(0);
  });
});

describe("after the cut-off", () => {
  test("a resident cancels freely before it and not after it", async () => {
    const { skuId, sessionId, poolId } = await at(() => sale());
    const resident = await at(makeResident);
    const [a = "", b = ""] = await at(async () => [
      ...(await order(resident, town.pointId, [{ skuId, quantity: 1 }])),
      ...(await order(resident, town.pointId, [{ skuId, quantity: 1 }])),
    ]);
    await at(() => pay(a));
    await at(() => pay(b));
    await at(() => cancelOrder(residentActor(resident), { orderId: a, reason: "不要了" }));
    expect(await prisma.stockPool.findUniqueOrThrow({ where: { id: poolId } })).toMatchObject({ sold: 1 });
    await closeSession(sessionId);
    await expect(cancelOrder(residentActor(resident), { orderId: b, reason: "不要了" })).rejects.toMatchObject({
      code: "afterCutoff",
    });
    expect(await prisma.order.findUniqueOrThrow({ where: { id: b } })).toMatchObject({ state: "locked" });
    expect((await orderRecord(operator("operations"), a)).differenceFen).toBe(0);
  });

  test("cutting off early needs the permission and a reason", () =>
    at(async () => {
      const { sessionId } = await sale();
      await expect(cutOffSession(operator("merchandiser"), { sessionId, reason: "x" })).rejects.toMatchObject({
        code: "forbidden",
      });
      await expect(cutOffSession(operator("operations"), { sessionId })).rejects.toMatchObject({
        code: "reasonRequired",
      });
      await cutOffSession(operator("operations"), { sessionId, reason: "停电" });
      await expect(cutOffSession(operator("operations"), { sessionId, reason: "停电" })).rejects.toMatchObject({
        code: "illegalTransition",
      });
    }));

  test("short pieces give back their share to the fen, and their commission; the rest completes and the books agree", async () => {
    const { skuId, sessionId } = await at(() => sale({ priceFen: 333, supplyFen: 200 }));
    const resident = await at(makeResident);
    const [id = ""] = await at(() => order(resident, town.pointId, [{ skuId, quantity: 3 }]));
    await at(() => pay(id));
    await closeSession(sessionId);
    await at(async () => {
      const line = await prisma.orderLine.findFirstOrThrow({ where: { orderId: id } });
      await transact((tx) =>
        shorten(tx, system, {
          cause: "short",
          causeId: `t1${id}`,
          bearer: "supplier",
          kind: "short",
          items: [{ lineId: line.id, quantity: 1 }],
        }),
      );
      await transact((tx) => deliverLines(tx, [{ lineId: line.id, quantity: 2 }]));
      await expect(
        transact((tx) =>
          shorten(tx, system, {
            cause: "short",
            causeId: `t2${id}`,
            bearer: "supplier",
            kind: "short",
            items: [{ lineId: line.id, quantity: 1 }],
          }),
        ),
      ).rejects.toMatchObject({
        code: "quantityExceeded",
      });
      const soldBefore = await balance("sales");
      await transact((tx) => completeLines(tx, system, [line.id], "clock"));
      await transact((tx) => completeLines(tx, system, [line.id], "scan"));
      expect(await balance("sales")).toBe(soldBefore - 666);
      const done = await prisma.orderLine.findUniqueOrThrow({ where: { id: line.id } });
      expect(done).toMatchObject({
        ordered: 3,
        short: 1,
        delivered: 2,
        picked: 2,
        refundedFen: 333n,
        commissionState: "frozen",
        completedBy: "clock",
      });
      expect(done.commissionFen - done.commissionReversedFen).toBe(66n); // 99 − floor(99/3)
      expect((await orderRecord(operator("finance"), id)).differenceFen).toBe(0);
    });
  });

  test("refunds after completion, in any parts, reverse the sale and the commission exactly and never more than was paid", async () => {
    const { skuId, sessionId } = await at(() => sale({ priceFen: 2794 }));
    const resident = await at(makeResident);
    const [id = ""] = await at(() => order(resident, town.pointId, [{ skuId, quantity: 1 }]));
    await at(() => pay(id));
    await closeSession(sessionId);
    await at(async () => {
      const line = await prisma.orderLine.findFirstOrThrow({ where: { orderId: id } });
      await transact((tx) => deliverLines(tx, [{ lineId: line.id, quantity: 1 }]));
      await transact((tx) => completeLines(tx, system, [line.id], "scan"));
      const frozenBefore = await balance(`leaderFrozen:${town.leaderId}`);
      const give = (causeId: string, amount: number) =>
        transact((tx) =>
          refundLine(tx, system, {
            cause: "aftersale",
            causeId,
            lineId: line.id,
            quantity: 0,
            amountFen: fen(amount),
            bearer: "supplier",
          }),
        );
      await give(`p1${id}`, 1000);
      expect((await prisma.orderLine.findUniqueOrThrow({ where: { id: line.id } })).commissionReversedFen).toBe(99n);
      await give(`p2${id}`, 1794);
      const over = await prisma.orderLine.findUniqueOrThrow({ where: { id: line.id } });
      expect(over.commissionReversedFen).toBe(279n);
      expect(await balance(`leaderFrozen:${town.leaderId}`)).toBe(frozenBefore + 279);
      await expect(give(`p3${id}`, 1)).rejects.toMatchObject({ code: "amountExceeded" });
      expect((await orderRecord(operator("finance"), id)).state).toBe("refunded");
      expect((await orderRecord(operator("finance"), id)).differenceFen).toBe(0);
    });
  });
});

test("a person sees his own orders, a leader hers, an operator those of her cities; another's is not there", () =>
  at(async () => {
    const { skuId } = await sale();
    const resident = await makeResident();
    const [id = ""] = await order(resident, town.pointId, [{ skuId, quantity: 1 }]);
    expect((await ordersPage(residentActor(resident), {})).rows.map((r) => r.id)).toEqual([id]);
    expect((await ordersPage(residentActor(await makeResident()), {})).rows).toEqual([]);
    await expect(orderRecord(residentActor(await makeResident()), id)).rejects.toMatchObject({ code: "notFound" });
    await expect(orderRecord({ ...operator("operations"), cityIds: ["rgn_elsewhere"] }, id)).rejects.toMatchObject({
      code: "notFound",
    });
  }));

test("pages of orders neither repeat nor skip while new ones come in", () =>
  underClock(ticking(), async () => {
    const { skuId } = await sale();
    const resident = await makeResident();
    const place = async () => {
      for (const id of await order(resident, town.pointId, [{ skuId, quantity: 1 }])) await pay(id);
    };
    for (let i = 0; i < 7; i++) await place();
    const actor = residentActor(resident);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof ordersPage>> = await ordersPage(actor, { limit: 3, cursor });
      seen.push(...page.rows.map((r) => r.id));
      cursor = page.nextCursor;
      await place();
    } while (cursor);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(7);
  }));
