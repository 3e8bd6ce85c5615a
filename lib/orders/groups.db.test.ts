import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { systemActor } from "#lib/identity/schema";
import { later, minute, second } from "#lib/kernel/time";
import { now, underClock } from "#lib/platform/clock";
import { pool, prisma } from "#lib/platform/db";
import { groupsOpen, groupTotals, membersOf, myGroups } from "#lib/promotions/queries/groups";
import { sweeps as promotionsSweeps } from "#lib/promotions/reactions";
import { checkRules } from "#lib/server/audit";
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
  type Town,
  testMorning,
} from "#lib/testing/builders";
import { makeGroupSlot, takeSeat } from "#lib/testing/groups";
import { closeSession, order, pay, tell } from "#lib/testing/trade";
import { cancelOrder } from "./commands/change";
import { cutOffSession, lockSession } from "./commands/cutoff";
import { sweeps as ordersSweeps } from "./reactions";

const at = <T>(minutes: number, work: () => Promise<T>) => underClock(later(testMorning, minutes * minute), work);
const system = systemActor("test");

/** What the worker does by the clock, until nothing is left to do. */
async function sweep(): Promise<void> {
  await tell();
  for (let round = 0; round < 3; round++)
    for (const s of [...ordersSweeps, ...promotionsSweeps])
      if (["orders.lapse", "promotions.expireGroups", "orders.unmet"].includes(s.name)) await s.run();
  await tell();
}

let town: Town;
let supplierId: string;
beforeAll(async () => {
  town = await at(0, makeTown);
  supplierId = await at(0, () => makeSupplier());
});

async function campaign(options: Omit<Parameters<typeof makeGroupSlot>[1], "sessionId" | "skuId"> = {}) {
  const skuId = await makeSku({ supplierId });
  const sessionId = await makeSession(town);
  const home = await makeOffer(town, { sessionId, skuId });
  return { skuId, sessionId, home, ...(await makeGroupSlot(town, { sessionId, skuId, ...options })) };
}
type Campaign = Awaited<ReturnType<typeof campaign>>;
const open = async (c: Campaign, residentId?: string, pointId = town.pointId) =>
  takeSeat(residentId ?? (await makeResident()), pointId, c.skuId, { campaignId: c.slotId });
const join = async (c: Campaign, groupId: string, residentId?: string, pointId = town.pointId) =>
  takeSeat(residentId ?? (await makeResident()), pointId, c.skuId, { groupId });
const groupOf = (id: string) => prisma.buyerGroup.findUniqueOrThrow({ where: { id } });
const stateOf = async (orderId: string) => (await prisma.order.findUniqueOrThrow({ where: { id: orderId } })).state;
const refundOf = async (orderId: string) =>
  (await prisma.refund.findMany({ where: { orderId } })).map((r) => [r.cause, Number(r.amountFen)]);

/** Books, pieces, limits, seats: what the audit says of the trade in this file. */
async function clean(): Promise<void> {
  const books = ["journalSumsToZero", "trialBalance", "refundBooked", "refundPayable", "customerPrepaid"];
  const facts = ["stockCounted", "orderAddsUp", "lineCounters", "groupSeats", "groupOrders"];
  const names = [...books, ...facts];
  const results = await checkRules((sql, values) => pool.query(sql, values), now(), new Set(names));
  expect(results.map((r) => r.name).sort()).toEqual(names.sort());
  expect(results.flatMap((r) => r.violations).filter((v) => v.detail !== "looked at nothing")).toEqual([]);
}

describe("a group", () => {
  test("is opened by an order, joined by others, and forms when the last of them has paid; its price is for members alone", () =>
    at(0, async () => {
      const c = await campaign();
      const first = await open(c);
      expect(await groupOf(first.groupId)).toMatchObject({ state: "open", taken: 1, paid: 0, size: 3 });
      expect(await prisma.order.findUniqueOrThrow({ where: { id: first.orderId } })).toMatchObject({
        payableFen: 400n,
        groupId: first.groupId,
      });
      await pay(first.orderId);
      const second = await join(c, first.groupId);
      const third = await join(c, first.groupId);
      await pay(third.orderId);
      expect(await groupOf(first.groupId)).toMatchObject({ state: "open", taken: 3, paid: 2 });
      expect(await prisma.priceObservation.count({ where: { skuId: c.skuId } })).toBe(0);
      await pay(second.orderId);
      expect(await groupOf(first.groupId)).toMatchObject({ state: "formed", taken: 3, paid: 3 });
      expect(await prisma.priceObservation.findMany({ where: { skuId: c.skuId } })).toMatchObject([
        { lowestFen: 400n, pieces: 3 },
      ]);
      const told = await prisma.message.findMany({ where: { template: "groupFormed" } });
      expect(told).toHaveLength(3);
      const [ordinary = ""] = await order(await makeResident(), town.pointId, [{ skuId: c.skuId, quantity: 1 }]);
      expect((await prisma.order.findUniqueOrThrow({ where: { id: ordinary } })).payableFen).toBe(500n);
      await clean();
    }));

  test("that is not full in time fails: everybody who paid gets everything back, and is told", async () => {
    const { c, first, second } = await at(0, async () => {
      const c = await campaign({ quota: 10 });
      const first = await open(c);
      await pay(first.orderId);
      const second = await join(c, first.groupId);
      await pay(second.orderId);
      return { c, first, second };
    });
    await at(59, sweep);
    expect((await groupOf(first.groupId)).state).toBe("open");
    await at(60, async () => {
      await sweep();
      const group = await groupOf(first.groupId);
      expect(group).toMatchObject({ state: "failed", taken: 2, paid: 2 });
      expect(group.settledAt).not.toBeNull();
      for (const { orderId } of [first, second]) {
        expect(await stateOf(orderId)).toBe("cancelled");
        expect(await refundOf(orderId)).toEqual([["group", 400]]);
      }
      const pieces = await prisma.stockPool.findUniqueOrThrow({ where: { id: c.poolId } });
      expect([pieces.held, pieces.sold]).toEqual([0, 0]);
      expect(await prisma.message.count({ where: { template: "groupFailed" } })).toBe(2);
      await clean();
    });
  });

  test("counts a payment made in its last instant, however late the notice; one made after it goes back", async () => {
    const { first, inTime, over } = await at(0, async () => {
      const c = await campaign({ size: 2, minutes: 5 });
      const [first, other] = [await open(c), await open(c)];
      for (const { orderId } of [first, other]) await pay(orderId);
      const over = (await groupOf(first.groupId)).expiresAt;
      return {
        first,
        inTime: await join(c, first.groupId),
        over: { at: over, other, late: await join(c, other.groupId) },
      };
    });
    await underClock(later(over.at, 30 * second), async () => {
      await pay(inTime.orderId, over.at);
      await pay(over.late.orderId, later(over.at, second));
      await sweep();
      expect((await groupOf(first.groupId)).state).toBe("formed");
      expect((await groupOf(over.other.groupId)).state).toBe("failed");
      expect(await refundOf(over.late.orderId)).toEqual([["late", 400]]);
      expect(await refundOf(over.other.orderId)).toEqual([["group", 400]]);
      await clean();
    });
  });

  test("whose slot is called off fails at once, and one whose session closes early fails before the lock", async () => {
    await at(0, async () => {
      const c = await campaign();
      const first = await open(c);
      await pay(first.orderId);
      await prisma.flashSlot.update({ where: { id: c.slotId }, data: { state: "cancelled" } });
      await sweep();
      expect((await groupOf(first.groupId)).state).toBe("failed");
      expect(await stateOf(first.orderId)).toBe("cancelled");
    });
    const { c, first } = await at(0, async () => {
      const c = await campaign();
      const first = await open(c);
      await pay(first.orderId);
      await cutOffSession(system, { sessionId: c.sessionId, reason: "大雪" });
      return { c, first };
    });
    await at(20, async () => {
      expect(await lockSession(system, { sessionId: c.sessionId })).toBe(true);
      expect((await groupOf(first.groupId)).state).toBe("failed");
      expect(await stateOf(first.orderId)).toBe("cancelled");
      await clean();
    });
  });

  test("is decided before the snapshot: a formed one is locked, an open one is refunded, one still paying is waited for", async () => {
    const { c, formed, left } = await at(0, async () => {
      const c = await campaign({ size: 2, minutes: 4_000 });
      const formed = await open(c);
      await pay(formed.orderId);
      await pay((await join(c, formed.groupId)).orderId);
      const left = await open(c);
      await pay(left.orderId);
      await join(c, left.groupId);
      return { c, formed, left };
    });
    await at(0, () => closeSession(c.sessionId));
    expect(await stateOf(formed.orderId)).toBe("locked");
    expect(await stateOf(left.orderId)).toBe("cancelled");
    expect((await prisma.saleSession.findUniqueOrThrow({ where: { id: c.sessionId } })).state).toBe("locked");
    await at(24 * 60, clean);
  });

  test("gives a seat back when its order lapses or is cancelled, and ends with its last member; a formed one stays formed", () =>
    at(0, async () => {
      const c = await campaign({ size: 2 });
      const resident = await makeResident();
      const first = await open(c, resident);
      await pay(first.orderId);
      const second = await makeResident();
      const joined = await join(c, first.groupId, second);
      await cancelOrder(residentActor(second), { orderId: joined.orderId, reason: "不要了" });
      expect(await groupOf(first.groupId)).toMatchObject({ state: "open", taken: 1, paid: 1 });
      const again = await join(c, first.groupId, second);
      await pay(again.orderId);
      await cancelOrder(residentActor(second), { orderId: again.orderId, reason: "不要了" });
      expect(await groupOf(first.groupId)).toMatchObject({ state: "formed", taken: 2, paid: 2 });
      expect(await stateOf(first.orderId)).toBe("paid");
      const alone = await open(c, resident);
      await cancelOrder(residentActor(resident), { orderId: alone.orderId, reason: "不要了" });
      expect(await groupOf(alone.groupId)).toMatchObject({ state: "failed", taken: 0 });
      await clean();
    }));
});

describe("who may sit where", () => {
  test("nobody sits twice in one group, twins at once included", () =>
    at(0, async () => {
      const c = await campaign();
      const resident = await makeResident();
      const first = await open(c);
      const answers = await Promise.allSettled(Array.from({ length: 4 }, () => join(c, first.groupId, resident)));
      expect(answers.filter((a) => a.status === "fulfilled")).toHaveLength(1);
      for (const a of answers) if (a.status === "rejected") expect(a.reason).toMatchObject({ code: "inGroup" });
      await expect(join(c, first.groupId, resident)).rejects.toMatchObject({ code: "inGroup" });
    }));

  test("a full, a decided and a foreign group refuse, and so does another item", () =>
    at(0, async () => {
      const c = await campaign({ size: 2 });
      const first = await open(c);
      const second = await join(c, first.groupId);
      await expect(join(c, first.groupId)).rejects.toMatchObject({ code: "groupFull" });
      await pay(first.orderId);
      await pay(second.orderId);
      await expect(join(c, first.groupId)).rejects.toMatchObject({ code: "groupFull" });
      const other = await open(c);
      await at(61, () => expect(join(c, other.groupId)).rejects.toMatchObject({ code: "groupEnded" }));
      const far = await makeTown();
      await expect(join(c, other.groupId, undefined, far.pointId)).rejects.toMatchObject({ code: "groupScope" });
      await expect(
        takeSeat(await makeResident(), town.pointId, c.home.offerId, { groupId: other.groupId }),
      ).rejects.toMatchObject({ code: "notFound" });
      await prisma.flashSlot.update({ where: { id: c.slotId }, data: { pausedAt: now() } });
      await expect(open(c)).rejects.toMatchObject({ code: "salePaused" });
    }));

  test("a campaign of a leader's residents is closed to another leader's", () =>
    at(0, async () => {
      const c = await campaign({ scope: "leader" });
      const neighbour = await makePoint({ ...town, leaderId: await makeLeader(town.cityId) });
      const first = await open(c);
      expect((await groupOf(first.groupId)).leaderId).toBe(town.leaderId);
      await expect(join(c, first.groupId, undefined, neighbour)).rejects.toMatchObject({ code: "groupScope" });
      await join(c, first.groupId);
    }));

  test("fifty neighbours and one last seat: exactly one gets it, everybody else hears that it is full", () =>
    at(0, async () => {
      const c = await campaign({ size: 2, quota: 100 });
      const first = await open(c);
      await pay(first.orderId);
      const residents = await Promise.all(Array.from({ length: 50 }, makeResident));
      const answers = await Promise.allSettled(residents.map((r) => join(c, first.groupId, r)));
      expect(answers.filter((a) => a.status === "fulfilled")).toHaveLength(1);
      for (const a of answers) if (a.status === "rejected") expect(a.reason).toMatchObject({ code: "groupFull" });
      expect(await groupOf(first.groupId)).toMatchObject({ taken: 2, paid: 1 });
      await clean();
    }));
});

test("what is open to a resident, who sits there, what is hers, and how the campaign goes", () =>
  at(0, async () => {
    const c = await campaign({ size: 2 });
    const me = await makeResident();
    const unpaid = await open(c);
    const waiting = await open(c, me);
    await pay(waiting.orderId);
    const formed = await open(c);
    await pay(formed.orderId);
    await pay((await join(c, formed.groupId)).orderId);
    const place = { cityId: town.cityId, leaderId: town.leaderId };
    const page = await groupsOpen(c.slotId, place, { limit: 10 });
    expect(page.rows.map((g) => g.id)).toEqual([waiting.groupId]);
    expect(page.rows[0]).toMatchObject({ priceFen: 400, size: 2, taken: 1 });
    const members = await membersOf([waiting.groupId, formed.groupId]);
    expect(members.get(waiting.groupId)).toMatchObject([{ residentId: me, isOpener: true, state: "paid" }]);
    expect(members.get(formed.groupId)).toHaveLength(2);
    expect((await myGroups(residentActor(me), { limit: 10 })).rows).toMatchObject([
      { id: waiting.groupId, orderId: waiting.orderId, memberState: "paid" },
    ]);
    expect(await groupTotals(operator("merchandiser"), c.slotId)).toEqual({
      opened: 3,
      open: 2,
      formed: 1,
      failed: 0,
      joined: 4,
      paid: 3,
      kept: 2,
      conversionBp: 5_000,
    });
    expect(unpaid.groupId).not.toBe(waiting.groupId);
  }));

describe("any sequence of opening, joining, paying, cancelling and waiting", () => {
  type Seat = { orderId: string; resident: number; group: string; state: "held" | "paid" | "left" };
  type Model = { size: number; endsAt: number; state: "open" | "formed" | "failed" };
  const step = fc.oneof(
    fc.record({ do: fc.constant("open" as const), who: fc.nat(5), which: fc.nat(3) }),
    fc.record({ do: fc.constant("join" as const), who: fc.nat(5), which: fc.nat(3) }),
    fc.record({ do: fc.constant("join" as const), who: fc.nat(5), which: fc.nat(3) }),
    fc.record({ do: fc.constant("pay" as const), who: fc.nat(20), which: fc.nat(3) }),
    fc.record({ do: fc.constant("pay" as const), who: fc.nat(20), which: fc.nat(3) }),
    fc.record({ do: fc.constant("cancel" as const), who: fc.nat(20), which: fc.nat(3) }),
    fc.record({ do: fc.constant("wait" as const), who: fc.integer({ min: 1, max: 12 }), which: fc.nat(3) }),
  );

  test("leaves every seat, state and refund as a list of names on paper would", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 24 }), async (steps) => {
        const c = await at(0, () => campaign({ size: 2, minutes: 20 }));
        const residents = await at(0, () => Promise.all(Array.from({ length: 6 }, makeResident)));
        const hold = 15;
        let minutes = 0;
        const groups = new Map<string, Model>();
        const seats: (Seat & { until: number })[] = [];
        const taken = (id: string) => seats.filter((s) => s.group === id && s.state !== "left");
        const settle = () => {
          for (const s of seats) if (s.state === "held" && s.until <= minutes) s.state = "left";
          for (const [id, g] of groups) {
            if (g.state !== "open") continue;
            const now = taken(id);
            if (now.length === 0 || (g.endsAt <= minutes && now.every((s) => s.state === "paid"))) {
              g.state = "failed";
              for (const s of now) s.state = "left";
            }
          }
        };
        for (const s of steps) {
          await at(minutes, async () => {
            const resident = s.who % 6;
            const id = [...groups.keys()].at(s.which - 2);
            if (s.do === "open") {
              const made = await open(c, residents[resident]);
              const endsAt = minutes + 20;
              groups.set(made.groupId, { size: 2, endsAt, state: "open" });
              seats.push({
                orderId: made.orderId,
                resident,
                group: made.groupId,
                state: "held",
                until: minutes + hold,
              });
            } else if (s.do === "join" && id) {
              const g = groups.get(id) as Model;
              const mine = taken(id).some((x) => x.resident === resident);
              const can = g.state === "open" && minutes < g.endsAt && taken(id).length < g.size && !mine;
              const answer = await join(c, id, residents[resident]).catch((e: { code: string }) => e.code);
              if (typeof answer === "string") {
                expect(can).toBe(false);
                expect(["groupFull", "groupEnded", "inGroup"]).toContain(answer);
              } else {
                expect(can).toBe(true);
                const until = Math.min(minutes + hold, g.endsAt);
                seats.push({ orderId: answer.orderId, resident, group: id, state: "held", until });
              }
            } else if (s.do === "pay") {
              const seat = seats.filter((x) => x.state === "held")[s.who % 4];
              if (!seat) return;
              await pay(seat.orderId);
              seat.state = "paid";
              const g = groups.get(seat.group) as Model;
              if (taken(seat.group).filter((x) => x.state === "paid").length === g.size) g.state = "formed";
            } else if (s.do === "cancel") {
              const seat = seats.filter((x) => x.state !== "left" && groups.get(x.group)?.state === "open")[s.who % 4];
              if (!seat) return;
              await cancelOrder(residentActor(residents[seat.resident] ?? ""), {
                orderId: seat.orderId,
                reason: "不要",
              });
              seat.state = "left";
            } else if (s.do === "wait") minutes += s.who;
          });
          await at(minutes, sweep);
          settle();
        }
        for (const [id, g] of groups) {
          const real = await groupOf(id);
          expect([real.state, g.state === "failed" || real.taken]).toEqual([
            g.state,
            g.state === "failed" || taken(id).length,
          ]);
        }
        for (const s of seats) {
          const member = await prisma.groupMember.findUniqueOrThrow({ where: { orderId: s.orderId } });
          expect(member.state).toBe(s.state);
          const real = await prisma.order.findUniqueOrThrow({ where: { id: s.orderId } });
          expect(real.state).toBe({ held: "pendingPayment", paid: "paid", left: "cancelled" }[s.state]);
          if (real.state === "cancelled") expect(real.refundedFen).toBe(real.paidFen);
        }
        await at(minutes, clean);
      }),
      { numRuns: 12, endOnFailure: true },
    );
  }, 120_000);
});
