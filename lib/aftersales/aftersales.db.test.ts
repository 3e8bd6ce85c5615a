import { beforeAll, describe, expect, test } from "vitest";
import { backfill } from "#lib/analytics/findables";
import { verifyPickup } from "#lib/fulfilment/commands/pickup";
import { completeDue, markUncollected } from "#lib/fulfilment/commands/uncollected";
import type { Actor } from "#lib/identity/schema";
import { systemActor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { addDays, atClock, endOf, hour, later } from "#lib/kernel/time";
import { applyRefund } from "#lib/payments/steps";
import { now, underClock } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { listCount, listPage, viewAsk } from "#lib/platform/list";
import {
  leaderActor,
  makeCategory,
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
  testMorning,
} from "#lib/testing/builders";
import { closeSession, goodsIn, handToLeader, order, pay, tell } from "#lib/testing/trade";
import { decide, report, withdrawReport } from "./commands";
import { caseList } from "./lists";
import { caseRecord } from "./queries";

const at = <T>(work: () => Promise<T>) => underClock(testMorning, work);
const pickupDay = addDays(testDay, 1);
const evening = atClock(pickupDay, "18:00");
const inEvening = <T>(work: () => Promise<T>, clock = evening) => underClock(clock, work);
const support = operator("support");

let town: Town;
let supplierId: string;
let leader: Actor;
beforeAll(async () => {
  town = await at(makeTown);
  supplierId = await at(() => makeSupplier());
  leader = leaderActor(town.leaderId);
});

/** One resident's collected line of `pieces` at `priceFen` each. */
async function collected(
  e: { pieces?: number; priceFen?: number; isFresh?: boolean; residentId?: string; pick?: boolean } = {},
): Promise<{ lineId: string; orderId: string; residentId: string }> {
  const made = await at(async () => {
    const skuId = await makeSku({ supplierId, categoryId: await makeCategory({ isFresh: e.isFresh ?? true }) });
    const sessionId = await makeSession(town);
    await makeOffer(town, { sessionId, skuId, quota: 1000, priceFen: e.priceFen ?? 3000, supplyFen: 2000 });
    const residentId = e.residentId ?? (await makeResident());
    const [orderId = ""] = await order(residentId, town.pointId, [{ skuId, quantity: e.pieces ?? 2 }]);
    await pay(orderId);
    await closeSession(sessionId);
    return { orderId, residentId, sessionId };
  });
  await underClock(atClock(pickupDay, "03:00"), () => goodsIn(made.sessionId));
  await underClock(atClock(pickupDay, "12:00"), () => handToLeader(made.sessionId));
  const line = await prisma.orderLine.findFirstOrThrow({ where: { orderId: made.orderId } });
  if (e.pick !== false)
    await inEvening(() =>
      verifyPickup(leader, {
        requestKey: `pick-${line.id}`,
        pickupPointId: town.pointId,
        residentId: made.residentId,
        lines: [{ lineId: line.id, quantity: e.pieces ?? 2 }],
      }),
    );
  return { lineId: line.id, orderId: made.orderId, residentId: made.residentId };
}

async function photo(by: Actor): Promise<string> {
  const id = newId("fil", now());
  await prisma.storedFile.create({
    data: {
      id,
      purpose: "afterSalePhoto",
      ownerKind: by.kind,
      ownerId: by.id,
      name: "a.webp",
      mime: "image/webp",
      bytes: 1,
      sha256: "0",
      path: "00/0.webp",
      createdAt: now(),
      createdBy: by.id,
    },
  });
  return id;
}
const bad = async (lineId: string, by: Actor, quantity = 1) => ({
  orderLineId: lineId,
  quantity,
  reason: "quality" as const,
  description: "烂了",
  photoFileIds: [await photo(by)],
});
const balance = async (code: string) =>
  Number(
    (await prisma.posting.aggregate({ where: { account: { code } }, _sum: { amountFen: true } }))._sum.amountFen ?? 0n,
  );
const lineOf = (id: string) => prisma.orderLine.findUniqueOrThrow({ where: { id } });

describe("the report", () => {
  test("fresh goods within 24 hours of pickup, then no more", async () => {
    const { lineId, residentId } = await collected();
    const her = residentActor(residentId);
    await expect(
      inEvening(async () => report(her, await bad(lineId, her)), later(evening, 24 * hour + 1)),
    ).rejects.toMatchObject({ code: "afterSaleClosed" });
    await expect(
      inEvening(async () => report(her, await bad(lineId, her)), later(evening, 24 * hour)),
    ).resolves.toMatchObject({ isAutomatic: false, requestedFen: 3000 });
  });

  test("her own line alone; the leader may report for her; another resident, leader or a stranger's photo is not accepted", async () => {
    const { lineId, residentId } = await collected();
    const her = residentActor(residentId);
    await inEvening(async () => {
      const stranger = residentActor(await makeResident());
      await expect(report(stranger, await bad(lineId, stranger))).rejects.toMatchObject({ code: "notFound" });
      const otherLeader = leaderActor((await makeTown()).leaderId);
      await expect(report(otherLeader, await bad(lineId, otherLeader))).rejects.toMatchObject({ code: "notFound" });
      await expect(report(her, await bad(lineId, stranger))).rejects.toMatchObject({ code: "fileMissing" });
      await expect(report(leader, await bad(lineId, leader))).resolves.toMatchObject({ isAutomatic: false });
    });
    const page = await inEvening(() => listPage(caseList, operator("support"), viewAsk("open", "dueAt")));
    expect(page.rows.find((c) => c.orderLineId === lineId)).toMatchObject({ reportedByLeader: true });
  });

  test("a line has one open case, however many ask at once; it holds the line until it is decided or taken back", async () => {
    const { lineId, residentId } = await collected({ isFresh: false });
    const her = residentActor(residentId);
    const input = await inEvening(() => bad(lineId, her));
    const answers = await inEvening(() => Promise.allSettled(Array.from({ length: 6 }, () => report(her, input))));
    const opened = answers.flatMap((a) => (a.status === "fulfilled" ? [a.value] : []));
    expect(opened).toHaveLength(1);
    for (const a of answers) if (a.status === "rejected") expect(a.reason).toMatchObject({ code: "afterSaleOpen" });
    expect(await lineOf(lineId)).toMatchObject({ disputed: true });
    const id = opened[0]?.id ?? "";
    await expect(
      inEvening(async () => withdrawReport(residentActor(await makeResident()), { id })),
    ).rejects.toMatchObject({ code: "notFound" });
    await inEvening(() => withdrawReport(her, { id }));
    expect(await lineOf(lineId)).toMatchObject({ disputed: false });
    await expect(inEvening(async () => report(her, await bad(lineId, her)))).resolves.toBeTruthy();
  });

  test("a case about goods not yet scanned stops the clock", async () => {
    const { lineId, residentId } = await collected({ pick: false });
    await inEvening(() => report(residentActor(residentId), { orderLineId: lineId, quantity: 1, reason: "missing" }));
    const worker = systemActor("fulfilment");
    await underClock(endOf(pickupDay), () => completeDue(worker));
    expect((await lineOf(lineId)).completedAt).toBeNull();
    const { id } = await prisma.afterSale.findFirstOrThrow({ where: { orderLineId: lineId } });
    await underClock(endOf(pickupDay), async () => {
      await decide(support, { id, decision: "reject", reason: "监控显示已交付" });
      await completeDue(worker);
    });
    expect(await lineOf(lineId)).toMatchObject({ completedBy: "clock", disputed: false });
  });

  test("goods marked uncollected and still there can be reported too", async () => {
    const { lineId, residentId } = await collected({ pick: false });
    await inEvening(async () => {
      await markUncollected(leader, { lineId: [lineId] });
      const her = residentActor(residentId);
      await expect(report(her, await bad(lineId, her))).resolves.toMatchObject({ isAutomatic: false });
    });
  });
});

describe("without a person", () => {
  test("a small case is granted at once, three times in thirty days, then a person looks", async () => {
    const residentId = await at(makeResident);
    const her = residentActor(residentId);
    const lines: string[] = [];
    for (let i = 0; i < 4; i++) lines.push((await collected({ residentId, priceFen: 800, pieces: 1 })).lineId);
    const answers = [];
    for (const lineId of lines) answers.push(await inEvening(async () => report(her, await bad(lineId, her))));
    expect(answers.map((a) => a.isAutomatic)).toEqual([true, true, true, false]);
    const first = await prisma.afterSale.findUniqueOrThrow({ where: { id: answers[0]?.id ?? "" } });
    expect(first).toMatchObject({
      state: "refunding",
      approvedFen: 800n,
      responsible: "supplier",
      isAutomatic: true,
      decidedBy: "system:aftersales",
    });
    expect(await lineOf(lines[0] ?? "")).toMatchObject({
      refundedFen: 800n,
      disputed: false,
      commissionState: "reversed",
    });
    expect(await lineOf(lines[3] ?? "")).toMatchObject({ refundedFen: 0n, disputed: true });
  });

  test("when the channel has paid, the case is over", async () => {
    const { lineId, residentId } = await collected({ priceFen: 800, pieces: 1 });
    const her = residentActor(residentId);
    const { id } = await inEvening(async () => report(her, await bad(lineId, her)));
    const { refundId } = await prisma.afterSale.findUniqueOrThrow({ where: { id } });
    const refund = await prisma.refund.findUniqueOrThrow({ where: { id: refundId ?? "" } });
    await inEvening(async () => {
      await transact((tx) =>
        applyRefund(tx, { outRefundNo: refund.outRefundNo, refundNo: "wx1", state: "success", at: evening }),
      );
      await tell();
    });
    expect(await prisma.afterSale.findUnique({ where: { id } })).toMatchObject({ state: "refunded" });
  });
});

describe("the decision", () => {
  async function open(e: Parameters<typeof collected>[0] = {}) {
    const made = await collected(e);
    const her = residentActor(made.residentId);
    const { id } = await inEvening(async () => report(her, await bad(made.lineId, her)));
    return { ...made, id };
  }

  test("no refund without naming who is responsible, no refusal without a reason, and nobody decides what they reported", async () => {
    const { id, lineId } = await open();
    await inEvening(async () => {
      await expect(decide(support, { id, decision: "approve" })).rejects.toMatchObject({ code: "responsibleRequired" });
      await expect(decide(support, { id, decision: "approve", responsible: "customer" })).rejects.toMatchObject({
        code: "responsibleRequired",
      });
      await expect(decide(support, { id, decision: "reject" })).rejects.toMatchObject({ code: "reasonRequired" });
      await expect(decide(leader, { id, decision: "approve", responsible: "supplier" })).rejects.toMatchObject({
        code: "forbidden",
      });
      await prisma.afterSale.update({ where: { id }, data: { reportedBy: support.id } });
      await expect(decide(support, { id, decision: "approve", responsible: "supplier" })).rejects.toMatchObject({
        code: "twoPeople",
      });
    });
    expect(await lineOf(lineId)).toMatchObject({ refundedFen: 0n, disputed: true });
  });

  test("granted: the resident has the money back, the commission its share, the supplier owes the goods' cost once", async () => {
    const { id, lineId } = await open();
    const recovered = await balance("lossRecovery");
    await inEvening(() => decide(support, { id, decision: "approve", responsible: "supplier", reason: "照片清楚" }));
    expect(await prisma.afterSale.findUnique({ where: { id } })).toMatchObject({
      state: "refunding",
      approvedFen: 3000n,
      responsible: "supplier",
      claimFen: 2000n,
    });
    expect(await lineOf(lineId)).toMatchObject({ refundedFen: 3000n, commissionReversedFen: 300n, disputed: false });
    expect(await prisma.supplierClaim.findFirst({ where: { sourceType: "afterSale", sourceId: id } })).toMatchObject({
      kind: "quality",
      amountFen: 2000n,
      quantity: 1,
    });
    expect(recovered - (await balance("lossRecovery"))).toBe(2000);
    await expect(
      inEvening(() => decide(support, { id, decision: "approve", responsible: "supplier" })),
    ).rejects.toMatchObject({ code: "illegalTransition" });
  });

  test("two people decide at once: one of them is late, and the money goes once", async () => {
    const { id, orderId } = await open();
    const answers = await inEvening(() =>
      Promise.allSettled([
        decide(support, { id, decision: "approve", responsible: "platform" }),
        decide(operator("support"), { id, decision: "reject", reason: "不符合" }),
      ]),
    );
    expect(answers.filter((a) => a.status === "fulfilled")).toHaveLength(1);
    expect(await prisma.refund.count({ where: { orderId } })).toBeLessThanOrEqual(1);
  });

  test("part of it: below what was asked, with a reason; the leader owes her part of the cost", async () => {
    const { id, lineId } = await open();
    const owed = await balance(`leaderReceivable:${town.leaderId}`);
    await inEvening(async () => {
      await expect(
        decide(support, { id, decision: "partial", amountFen: 3000, responsible: "leader", reason: "x" }),
      ).rejects.toMatchObject({ code: "partialAmount" });
      await decide(support, {
        id,
        decision: "partial",
        amountFen: 1500,
        responsible: "leader",
        reason: "只有一半坏了",
      });
    });
    expect(await lineOf(lineId)).toMatchObject({ refundedFen: 1500n });
    expect((await balance(`leaderReceivable:${town.leaderId}`)) - owed).toBe(1000);
    expect(await prisma.afterSale.findUnique({ where: { id } })).toMatchObject({ approvedFen: 1500n, claimFen: 1000n });
  });

  test("after a granted case the same pieces cannot be reported again", async () => {
    const { id, lineId, residentId } = await open({ pieces: 1 });
    await inEvening(() => decide(support, { id, decision: "approve", responsible: "warehouse" }));
    await prisma.afterSale.update({ where: { id }, data: { state: "refunded" } });
    const her = residentActor(residentId);
    await expect(inEvening(async () => report(her, await bad(lineId, her)))).rejects.toMatchObject({
      code: "quantityExceeded",
    });
  });

  test("an operator of another city does not find the case; the inbox is sorted by deadline and counts agree", async () => {
    const { id } = await open();
    await expect(inEvening(() => caseRecord({ ...support, cityIds: ["rgn_elsewhere"] }, id))).rejects.toMatchObject({
      code: "notFound",
    });
    const inbox = viewAsk("open", "dueAt");
    const page = await inEvening(() => listPage(caseList, support, inbox));
    expect(page.rows.map((c) => c.dueAt.getTime())).toEqual(
      page.rows.map((c) => c.dueAt.getTime()).toSorted((a, b) => a - b),
    );
    expect((await inEvening(() => listCount(caseList, support, inbox))).count).toBe(page.rows.length);
    const record = await inEvening(() => caseRecord(support, id));
    expect(record).toMatchObject({
      suggested: "supplier",
      photos: [{ name: "a.webp" }],
      line: { delivered: 2 },
      history: { cases: 0 },
    });
    await inEvening(backfill);
    const found = await inEvening(() => listPage(caseList, support, { ...inbox, q: record.orderNo }));
    expect(found.rows.map((c) => c.id)).toContain(id);
  });
});
