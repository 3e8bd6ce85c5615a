import { beforeAll, describe, expect, it } from "vitest";
import type { Actor, Role } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { addDays, atClock, hour, minute } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { receive } from "#lib/procurement/commands";
import { remindConfirm } from "#lib/settlement/commands/withdrawals";
import {
  makeOffer,
  makeResident,
  makeSession,
  makeSku,
  makeSupplier,
  makeTown,
  operator,
  type Town,
  testDay,
  testMorning,
} from "#lib/testing/builders";
import { closeSession, goodsIn, order, pay } from "#lib/testing/trade";
import { todayBoard } from "./queries/today";

const next = addDays(testDay, 1);
let town: Town;
let sessionId: string;
const here = (...roles: Role[]): Actor => ({ ...operator(...roles), cityIds: [town.cityId] });
const board = (day: typeof testDay, clock: string, actor = here("operations")) =>
  underClock(atClock(day, clock), () => todayBoard(actor));
const need = async (key: string, ...at: Parameters<typeof board>) =>
  (await board(...at)).needs.find((one) => one.key === key);

beforeAll(async () => {
  await underClock(testMorning, async () => {
    town = await makeTown();
    sessionId = await makeSession(town);
    const skus = [];
    for (let i = 0; i < 2; i++) {
      const skuId = await makeSku({ supplierId: await makeSupplier() });
      await makeOffer(town, { sessionId, skuId });
      skus.push({ skuId, quantity: 2 });
    }
    const [id = ""] = await order(await makeResident(), town.pointId, skus);
    await pay(id);
  });
  await closeSession(sessionId);
});

describe("the day's pipeline", () => {
  it("a delivery can be sorted once the last of its goods has come", async () => {
    const sorting = async () => (await board(next, "02:00")).pipeline.pickup.sorting;
    expect(await sorting()).toEqual({ total: 1, done: 0 });
    const [first] = await prisma.purchaseOrder.findMany({
      where: { saleSessionId: sessionId },
      include: { lines: true },
    });
    await underClock(atClock(next, "02:10"), async () => {
      const hands = here("operations");
      await prisma.purchaseOrder.updateMany({ where: { saleSessionId: sessionId }, data: { state: "accepted" } });
      await receive(hands, {
        purchaseOrderId: first?.id ?? "",
        requestKey: "the-first-one",
        lines: (first?.lines ?? []).map((l) => ({
          purchaseOrderLineId: l.id,
          accepted: l.pieces,
          short: 0,
          damaged: 0,
        })),
      });
    });
    expect(await sorting()).toEqual({ total: 1, done: 0 });
    await underClock(atClock(next, "02:20"), () => goodsIn(sessionId));
    expect(await sorting()).toEqual({ total: 1, done: 1 });
  });

  it("says when something will turn by the clock alone, and nothing further than the day's end", async () => {
    const closes = await board(testDay, "20:30");
    expect(closes.turnsInMs).toBe(2.5 * hour);
    const late = await board(testDay, "23:59");
    expect(late.turnsInMs).toBe(minute);
  });
});

describe("what needs somebody is done on the spot", () => {
  it("a purchase order that waits is accepted for its supplier, by who may", async () => {
    const ids = (await prisma.purchaseOrder.findMany({ where: { saleSessionId: sessionId } })).map((o) => o.id);
    await prisma.purchaseOrder.update({ where: { id: ids[0] ?? "" }, data: { state: "issued" } });
    expect(await need("purchases", next, "02:00")).toMatchObject({
      count: 1,
      fix: { kind: "acceptPurchases", ids: [ids[0]] },
    });
    expect(await need("purchases", next, "02:00", here("finance"))).toBeUndefined();
  });

  it("an unplanned tomorrow is drafted like the last session, a draft that stands is opened", async () => {
    expect(await need("tomorrow", testDay, "19:00")).toMatchObject({
      fix: { kind: "copySession", ids: [sessionId, next] },
    });
    const draft = await underClock(testMorning, () => makeSession(town, { day: next, state: "draft" }));
    expect(await need("tomorrow", testDay, "19:00")).toMatchObject({ fix: null, href: `/sessions/${draft}` });
  });

  it("a leader who has not confirmed is reminded, at most every half hour", async () => {
    const id = newId("wdr", testMorning);
    await prisma.withdrawal.create({
      data: {
        id,
        leaderId: town.leaderId,
        amountFen: 1000n,
        netFen: 1000n,
        state: "waitUserConfirm",
        outBillNo: id.replace("_", ""),
        requestedAt: testMorning,
        submittedAt: testMorning,
      },
    });
    const finance = here("finance");
    expect(await need("confirms", testDay, "10:00", finance)).toMatchObject({
      fix: { kind: "remindConfirms", ids: [id] },
    });
    const remind = (clock: string) => underClock(atClock(testDay, clock), () => remindConfirm(finance, { id }));
    expect(await remind("10:00")).toBe(true);
    expect(await remind("10:20")).toBe(false);
    expect(await remind("10:31")).toBe(true);
    await expect(remindConfirm(here("support"), { id })).rejects.toMatchObject({ code: "forbidden" });
  });
});
