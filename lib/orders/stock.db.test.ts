import { beforeEach, expect, test } from "vitest";
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
  type Town,
  testMorning,
} from "#lib/testing/builders";
import { order, pay } from "#lib/testing/trade";
import { repairCounter } from "./commands/stock";
import { stockVerdict } from "./queries/stock";

const desk = operator("operations");
let town: Town;
let skuId: string;
let poolId: string;
let offerId: string;
let buyer: string;

const at = <T>(work: () => Promise<T>) => underClock(testMorning, work);
const look = () => at(() => stockVerdict(desk));
const repair = (counter: "held" | "quota" | "limit", ref: string, who = desk) =>
  at(() => repairCounter(who, { counter, ref, reason: "盘点后改正" }));

beforeEach(() =>
  at(async () => {
    await prisma.saleSession.updateMany({ data: { state: "draft" } });
    town = await makeTown();
    const sessionId = await makeSession(town);
    skuId = await makeSku({ supplierId: await makeSupplier(), name: "奶油草莓" });
    ({ poolId, offerId } = await makeOffer(town, { sessionId, skuId, quota: 20, limit: 5 }));
    buyer = await makeResident();
    const [paid = ""] = await order(buyer, town.pointId, [{ skuId, quantity: 2 }]);
    await pay(paid);
    await order(buyer, town.pointId, [{ skuId, quantity: 1 }]);
  }),
);

test("a sale whose counters are those of its orders shows no drift, and says how much was looked at", async () => {
  expect(await look()).toMatchObject({ at: testMorning, looked: { pools: 1, limits: 1 }, drifts: [] });
});

test("a counter that disagrees is named with its goods, city, sale, what it says and what it should say", async () => {
  await prisma.stockPool.update({ where: { id: poolId }, data: { held: 4 } });
  const { drifts } = await look();
  expect(drifts).toMatchObject([
    { counter: "held", ref: poolId, name: "奶油草莓", counted: 4, due: 1, sessionName: expect.any(String) },
  ]);
  expect(drifts[0]?.lastOrderId).toMatch(/^ord_/);
});

test("a quota is checked against its allotments, a limit against the orders that took from it", async () => {
  await prisma.stockPool.update({ where: { id: poolId }, data: { quota: 25 } });
  await prisma.limitCount.updateMany({ data: { quantity: 9 } });
  expect((await look()).drifts.map((d) => [d.counter, d.ref, d.name, d.counted, d.due])).toEqual([
    ["quota", poolId, "奶油草莓", 25, 20],
    ["limit", `o:${offerId} ${buyer}`, "奶油草莓", 9, 3],
  ]);
});

test("looking changes nothing; repairing sets the one counter and writes who, what and why", async () => {
  await prisma.stockPool.update({ where: { id: poolId }, data: { held: 4, quota: 25 } });
  await look();
  expect((await prisma.stockPool.findUniqueOrThrow({ where: { id: poolId } })).held).toBe(4);
  expect(await repair("held", poolId)).toEqual({ counted: 4, due: 1 });
  expect((await look()).drifts.map((d) => d.counter)).toEqual(["quota"]);
  expect(await prisma.auditEntry.findFirst({ where: { deed: "stock.repair" }, orderBy: { id: "desc" } })).toMatchObject(
    {
      subjectId: poolId,
      actorId: desk.id,
      reason: "盘点后改正",
      before: { held: 4 },
      after: { held: 1 },
    },
  );
});

test("a limit's counter is repaired too", async () => {
  await prisma.limitCount.updateMany({ data: { quantity: 9 } });
  await repair("limit", `o:${offerId} ${buyer}`);
  expect((await look()).drifts).toEqual([]);
});

test("what agrees by now is refused, and so is whoever may only look", async () => {
  await expect(repair("held", poolId)).rejects.toMatchObject({ code: "alreadySo" });
  await prisma.stockPool.update({ where: { id: poolId }, data: { held: 4 } });
  await expect(repair("held", poolId, operator("merchandiser"))).rejects.toMatchObject({ code: "forbidden" });
  await expect(repair("held", poolId, { ...desk, cityIds: ["rgn_other"] })).rejects.toMatchObject({ code: "notFound" });
});

test("a repair while orders come in loses none of them", async () => {
  await prisma.stockPool.update({ where: { id: poolId }, data: { held: 9, quota: 1000 } });
  await prisma.stockAllotment.create({ data: { poolId, delta: 980, why: "more", ref: "test", at: testMorning } });
  const people = await at(() => Promise.all(Array.from({ length: 30 }, makeResident)));
  await at(() =>
    Promise.all([
      ...people.map((one) => order(one, town.pointId, [{ skuId, quantity: 1 }])),
      repairCounter(desk, { counter: "held", ref: poolId, reason: "盘点后改正" }),
    ]),
  );
  expect((await look()).drifts).toEqual([]);
  expect((await prisma.stockPool.findUniqueOrThrow({ where: { id: poolId } })).held).toBe(31);
});
