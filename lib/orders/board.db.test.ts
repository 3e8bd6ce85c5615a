import { beforeEach, expect, test } from "vitest";
import { addFlashSlot } from "#lib/campaigns/commands/flash";
import { atClock, later } from "#lib/kernel/time";
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
  type Town,
  testDay,
} from "#lib/testing/builders";
import { order, pay } from "#lib/testing/trade";
import { placeOrder } from "./commands/place";
import { saleBoard } from "./queries/board";
import { makeQuote } from "./quote";
import { flushTally, forgetTallies } from "./tally";

const desk = operator("operations");
const begins = atClock(testDay, "10:00");
let town: Town;
let sessionId: string;
let slotId: string;
let hot: string;
let plain: string;

const at = <T>(seconds: number, work: () => Promise<T>) => underClock(later(begins, seconds * 1000), work);
const buy = async (skuId: string, quantity = 1) => order(await makeResident(), town.pointId, [{ skuId, quantity }]);

beforeEach(() =>
  underClock(atClock(testDay, "09:00"), async () => {
    await prisma.admissionTally.deleteMany();
    town = await makeTown();
    sessionId = await makeSession(town);
    const supplierId = await makeSupplier();
    [hot, plain] = [await makeSku({ supplierId, name: "奶油草莓" }), await makeSku({ supplierId, name: "鸡蛋" })];
    const { offerId } = await makeOffer(town, { sessionId, skuId: hot });
    await makeOffer(town, { sessionId, skuId: plain });
    slotId = await addFlashSlot(desk, {
      sessionId,
      name: "早市秒杀",
      startsAt: begins,
      endsAt: atClock(testDay, "11:00"),
      items: [{ offerId, priceFen: 450, quota: 3, perPersonLimit: 2 }],
      publish: true,
    });
  }),
);

/** Two hot orders in the first ten seconds, one of them paid later; one plain order; then two come for the last piece. */
async function sell() {
  const [paid = ""] = await at(1, () => buy(hot));
  await at(2, () => buy(plain));
  await at(3, () => buy(hot));
  await at(20, () => pay(paid));
  await at(30, async () => {
    const people = [await makeResident(), await makeResident()];
    const quotes = await Promise.all(
      people.map((id) => makeQuote(id, { pickupPointId: town.pointId, items: [{ skuId: hot, quantity: 1 }] })),
    );
    for (const [i, id] of people.entries())
      await placeOrder(residentActor(id), {
        quoteToken: quotes[i]?.orders[0]?.quoteToken ?? "",
        contactName: "许女士",
        requestKey: `board-key-${id}`,
      }).catch(() => undefined);
    await flushTally();
  });
}

test("a slot's board counts its own pieces, orders, payments and refusals; the session's counts all", async () => {
  await sell();
  const board = await at(35, () => saleBoard(desk, { slotId }));
  expect(board).toMatchObject({
    name: "早市秒杀",
    placed: 3,
    paid: 1,
    items: [{ name: "奶油草莓", quota: 3, held: 2, sold: 1 }],
    failures: [{ code: "soldOut", orders: 1 }],
    isPaused: false,
  });
  const whole = await at(35, () => saleBoard(desk, { sessionId }));
  expect(whole).toMatchObject({ placed: 4, paid: 1, failures: [{ code: "soldOut", orders: 1 }] });
  expect(whole.items.map((i) => i.name).sort()).toEqual(["奶油草莓", "奶油草莓", "鸡蛋"]);
});

test("orders a second are those of the last minute, the curve those since the slot began", async () => {
  await sell();
  const soon = await at(30, () => saleBoard(desk, { slotId }));
  expect(soon.perSecond).toBeCloseTo(3 / 60, 5);
  expect(soon.curve.map((p) => p.perSecond)).toEqual([0.2, 0, 0]);
  const latest = await at(95, () => saleBoard(desk, { slotId }));
  expect(latest.perSecond).toBeCloseTo(1 / 65, 5);
  expect(latest.curve).toHaveLength(10);
  expect(latest.curve[3]).toEqual({ label: "10:00", perSecond: 0.1 });
});

test("an answer given again under its key is not counted again", async () => {
  await at(1, async () => {
    const id = await makeResident();
    const quote = await makeQuote(id, { pickupPointId: town.pointId, items: [{ skuId: hot, quantity: 1 }] });
    const input = {
      quoteToken: quote.orders[0]?.quoteToken ?? "",
      contactName: "许女士",
      requestKey: "board-key-same",
    };
    for (let n = 0; n < 3; n++) await placeOrder(residentActor(id), input);
    await flushTally();
  });
  expect(await prisma.admissionTally.findMany({ select: { subjectId: true, outcome: true, orders: true } })).toEqual(
    expect.arrayContaining([
      { subjectId: slotId, outcome: "accepted", orders: 1 },
      { subjectId: sessionId, outcome: "accepted", orders: 1 },
    ]),
  );
  expect(await prisma.admissionTally.count()).toBe(2);
});

test("whoever may not see the city's sales sees no board", async () => {
  await expect(saleBoard({ ...desk, cityIds: ["rgn_other"] }, { slotId })).rejects.toMatchObject({ code: "notFound" });
  await expect(saleBoard(desk, { slotId: "fls_none" })).rejects.toMatchObject({ code: "notFound" });
});

test("the counts of a sale are kept for thirty days", async () => {
  await sell();
  expect(await at(29 * 86_400, forgetTallies)).toBe(0);
  expect(await at(31 * 86_400, forgetTallies)).toBeGreaterThan(0);
});
