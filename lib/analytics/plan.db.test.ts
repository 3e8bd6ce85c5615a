import { beforeAll, describe, expect, test } from "vitest";
import { addFlashSlot } from "#lib/campaigns/commands/flash";
import { systemActor } from "#lib/identity/schema";
import { addDays, atClock, type Day, later, minute } from "#lib/kernel/time";
import { cancelOrder } from "#lib/orders/commands/change";
import { lapse } from "#lib/orders/lapse";
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
  supplierActor,
  type Town,
  testDay,
  testMorning,
} from "#lib/testing/builders";
import { order, pay, tell } from "#lib/testing/trade";
import { couponUses } from "./queries/boards/campaigns";
import { resultsOf } from "./queries/campaign-results";
import { forecastUnits } from "./queries/forecast";
import { measures } from "./queries/measures";
import { publishDiff } from "./queries/publish-diff";

const desk = operator("merchandiser");
const next = addDays(testDay, 7);
let town: Town;
let bean: string;
let rice: string;
let oil: string;
let newcomer: string;
let flashSlot: string;
const sessions = new Map<Day, string>();

async function buy(residentId: string, skuId: string, quantity: number): Promise<string> {
  const [id = ""] = await order(residentId, town.pointId, [{ skuId, quantity }]);
  await pay(id);
  return id;
}

/** Five Mondays of beans (8, 12, 10, 40, 6 pieces, the latest last) and two of rice; a plan for the Monday after. */
beforeAll(async () => {
  await underClock(testMorning, async () => {
    town = await makeTown();
    const supplierId = await makeSupplier();
    [bean, rice, oil] = [
      await makeSku({ supplierId, name: "豆角" }),
      await makeSku({ supplierId, name: "大米" }),
      await makeSku({ supplierId, name: "油" }),
    ];
  });
  const pieces = [8, 12, 10, 40, 6];
  for (const [i, quantity] of pieces.entries()) {
    const day = addDays(testDay, -7 * (4 - i));
    await underClock(atClock(day, "09:00"), async () => {
      const sessionId = await makeSession(town, { day });
      sessions.set(day, sessionId);
      const { offerId } = await makeOffer(town, { sessionId, skuId: bean, priceFen: 500 });
      if (i > 2) await makeOffer(town, { sessionId, skuId: rice, priceFen: 800 });
      if (i === 4)
        flashSlot = await addFlashSlot(operator("operations"), {
          ...{ sessionId, name: "早市秒杀", startsAt: atClock(day, "10:00"), endsAt: atClock(day, "11:00") },
          items: [{ offerId, priceFen: 400, quota: 20 }],
          publish: true,
        });
      await buy(await makeResident(), bean, quantity);
      if (i === 3) await buy(await makeResident(), rice, 5);
    });
  }
  // at the flash sale: one who has bought before, a newcomer who buys twice and cancels once, one who never pays
  const old = await makeResident();
  await underClock(atClock(testDay, "09:30"), () => buy(old, rice, 1));
  await underClock(atClock(testDay, "10:10"), async () => {
    newcomer = await makeResident();
    await buy(old, bean, 2);
    await buy(newcomer, bean, 3);
    const back = await buy(newcomer, bean, 1);
    await cancelOrder(residentActor(newcomer), { orderId: back, reason: "买重了" });
    const [unpaid = ""] = await order(await makeResident(), town.pointId, [{ skuId: bean, quantity: 1 }]);
    await underClock(later(atClock(testDay, "10:10"), 20 * minute), () =>
      transact((tx) => lapse(tx, systemActor("clock"), unpaid, "unpaid")),
    );
    await tell();
  });
});

describe("the forecast", () => {
  const on = (day: Day, skuIds?: string[]) =>
    underClock(atClock(addDays(testDay, 1), "09:00"), () =>
      forecastUnits(desk, { day, cityIds: [town.cityId], ...(skuIds ? { skuIds } : {}) }),
    );

  test("is the middle of the last four Mondays on sale, and says how wrong it has been", async () => {
    const found = await on(next);
    // beans: 12, 10, 40 and 6 + 5 at the flash sale; rice: 5 and 1; oil was never on sale
    expect(found.rows.find((r) => r.skuId === bean)).toEqual({
      skuId: bean,
      cityId: town.cityId,
      units: 12,
      low: 10,
      high: 40,
      weeks: 4,
    });
    expect(found.rows.find((r) => r.skuId === rice)).toMatchObject({ units: 3, low: 1, high: 5, weeks: 2 });
    expect(found.rows.some((r) => r.skuId === oil)).toBe(false);
    // 11 foretold as 11 (8, 12, 10, 40), 40 as 10 (8, 12, 10), 10 as 10 (8, 12): 30 missed of 61 sold
    expect(found).toMatchObject({ errorBp: Math.round((30 * 10_000) / 61), testedDays: 3 });
  });

  test("is the same for any Monday ahead, another for another weekday, and nothing in another city", async () => {
    expect((await on(addDays(next, 14), [bean])).rows).toMatchObject([{ units: 12 }]);
    expect((await on(addDays(next, 1))).rows).toEqual([]);
    const elsewhere = { ...desk, cityIds: ["rgn_elsewhere"] };
    expect((await forecastUnits(elsewhere, { day: next, cityIds: [town.cityId] })).rows).toEqual([]);
  });

  test("counts from the facts what it counts from the sums", async () => {
    const kept = await on(next);
    await prisma.rollupBacklog.create({ data: { day: new Date("2026-11-16") } });
    expect(await on(next)).toEqual(kept);
    await prisma.rollupBacklog.deleteMany();
  });
});

describe("what publishing changes", () => {
  test("is told item by item with old and new price, expected pieces and margin, and in all", () =>
    underClock(atClock(addDays(testDay, 1), "09:00"), async () => {
      const sessionId = await makeSession(town, { day: next, state: "draft" });
      for (const e of [
        { skuId: bean, priceFen: 450, quota: 11 },
        { skuId: oil, priceFen: 310 },
      ])
        await makeOffer(town, { sessionId, ...e });
      const diff = await publishDiff(desk, { sessionId, againstId: sessions.get(testDay) ?? "" });
      expect(diff.counts).toEqual({ added: 1, removed: 1, dearer: 0, cheaper: 1, same: 0 });
      const of = (name: string) => diff.items.find((i) => i.name === name);
      // session layer only: 12, 10, 40, 6; at most the quota of 11; 11 × (4.50 − 3.00) less a tenth of 49.50
      expect(of("豆角")).toMatchObject({
        ...{ change: "cheaper", fromFen: 500, toFen: 450, gmvFen: 4950, marginBp: 2333, isBelowCost: false },
        units: { units: 11, low: 6, high: 11 },
        margin: { fen: 1155, lowFen: 630, highFen: 1155 },
      });
      expect(of("油")).toMatchObject({
        change: "added",
        units: null,
        margin: null,
        isBelowCost: false,
        isUnderRule: true,
      });
      expect(of("大米")).toMatchObject({ change: "removed", fromFen: 800, toFen: null });
      expect(diff.total).toMatchObject({ items: 2, foretold: 1, units: 11, gmvFen: 4950, marginBp: 2333 });
    }));

  test("of a slot is told against its session's own prices; one slot in the past is too little to foretell", async () => {
    const diff = await publishDiff(desk, { slotId: flashSlot });
    expect(diff).toMatchObject({ layer: "flash", against: null, counts: { cheaper: 1 } });
    expect(diff.items).toMatchObject([{ fromFen: 500, toFen: 400, units: null }]);
  });
});

describe("a campaign's results", () => {
  test("count people once, newcomers by their first order, and what was never paid", async () => {
    const slot = await resultsOf(desk, { slotId: flashSlot });
    expect(slot).toMatchObject({
      ...{ kind: "flash", buyers: 2, newBuyers: 1, placed: 4, paid: 3, lapsed: 1, quota: 20 },
      total: { pieces: 5, gmvFen: 2400, refundFen: 400, costFen: 1500, marginFen: 500 },
    });
    expect(slot.items).toMatchObject([{ name: "豆角", layer: "flash", orders: 3, buyers: 2, pieces: 5 }]);
    expect(slot.hours).toEqual([{ at: atClock(testDay, "10:00"), placed: 4, paid: 3, gmvFen: 2400 }]);
  });

  test("of a session are those of all its offers, and the same as in the reports", async () => {
    const sessionId = sessions.get(testDay) ?? "";
    const found = await resultsOf(desk, { sessionId });
    const { rows } = await measures(desk, {
      basis: "session",
      from: testDay,
      to: testDay,
      by: "session",
      narrow: { cityId: town.cityId },
    });
    const { orders, pieces, paidFen, refundFen, costFen, commissionFen, couponFen } =
      rows.find((r) => r.key === sessionId) ?? {};
    expect(found).toMatchObject({
      paid: orders,
      total: { pieces, gmvFen: paidFen, refundFen, costFen, commissionFen, couponFen },
    });
    expect(found.items.map((i) => [i.name, i.layer, i.pieces])).toEqual([
      ["豆角", "session", 6],
      ["豆角", "flash", 5],
      ["大米", "session", 1],
    ]);
    expect(found.hours.map((h) => [h.placed, h.paid])).toEqual([
      [2, 2],
      [4, 3],
    ]);
  });

  test("of a coupon are those of the lines it was used on, each once, with how many were claimed", async () => {
    const at = atClock(testDay, "10:00");
    const day = { grantedAt: at, startsAt: at, expiresAt: later(at, 60 * minute), grantedBy: "test" };
    const { id: templateId } = await prisma.couponTemplate.create({
      data: {
        ...{ id: "cpt_results", name: "满减", kind: "amount", amountFen: 100n, grant: "claim", funder: "platform" },
        ...{
          claimFrom: at,
          claimTo: later(at, 60 * minute),
          validDays: 7,
          state: "active",
          createdAt: at,
          createdBy: "test",
        },
      },
    });
    const paid = await prisma.orderLine.findFirstOrThrow({ where: { residentId: newcomer, cancelled: 0 } });
    await prisma.coupon.createMany({
      data: [
        { ...day, id: "cpn_used", templateId, residentId: newcomer, nth: 1, state: "used", orderId: paid.orderId },
        { ...day, id: "cpn_open", templateId, residentId: "res_other", nth: 1, state: "open" },
      ],
    });
    await prisma.couponShare.create({
      data: { orderLineId: paid.id, couponId: "cpn_used", funder: "platform", amountFen: 100n },
    });
    expect(await resultsOf(desk, { templateId })).toMatchObject({
      ...{ kind: "coupon", buyers: 1, newBuyers: 1, placed: 1, paid: 1, quota: null },
      coupons: { claimed: 2, used: 1, budgetFen: null },
      total: { pieces: 3, gmvFen: 1200 },
      items: [{ name: "豆角", layer: "flash", pieces: 3 }],
    });
    await prisma.order.update({ where: { id: paid.orderId }, data: { couponFen: 100n, goodsFen: 1300n } });
    expect(await couponUses(desk, { from: testDay, to: testDay, narrow: {} })).toMatchObject([
      { id: templateId, claimed: 0, used: 1, orders: 1, buyers: 1, gmvFen: 1200, offFen: 100 },
    ]);
  });

  test("are seen within the actor's cities, and not at all by a supplier", async () => {
    const elsewhere = { ...desk, cityIds: ["rgn_elsewhere"] };
    await expect(resultsOf(elsewhere, { slotId: flashSlot })).rejects.toMatchObject({ code: "notFound" });
    await expect(resultsOf(supplierActor("sup_any"), { slotId: flashSlot })).rejects.toMatchObject({
      code: expect.stringMatching(/forbidden|notFound/),
    });
    await expect(resultsOf(desk, { slotId: "fls_none" })).rejects.toMatchObject({ code: "notFound" });
  });
});
