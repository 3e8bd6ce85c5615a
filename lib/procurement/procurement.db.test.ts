import { beforeAll, describe, expect, test } from "vitest";
import { systemActor } from "#lib/identity/schema";
import { addDays, atClock, later, minute } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { listCount, listPage, viewAsk } from "#lib/platform/list";
import {
  makeOffer,
  makeResident,
  makeSession,
  makeSku,
  makeSupplier,
  makeTown,
  operator,
  supplierActor,
  type Town,
  testDay,
  testMorning,
} from "#lib/testing/builders";
import { closeSession, goodsIn, order, pay, tell } from "#lib/testing/trade";
import { acceptPurchase, receive } from "./commands";
import { purchaseList, supplierOrderList } from "./lists";
import { buyingByDay, buyingLists, purchaseRecord, runningTotals } from "./queries";
import { sweeps } from "./reactions";

const at = <T>(work: () => Promise<T>) => underClock(testMorning, work);
const night = atClock(addDays(testDay, 1), "03:00");
const atNight = <T>(work: () => Promise<T>) => underClock(night, work);
const system = systemActor("test");
const warehouseHand = operator("warehouse");

let town: Town;
beforeAll(async () => {
  town = await at(makeTown);
});

/** Residents buy pieces of one SKU one after the other; the session is locked. Returns what was bought and from whom. */
async function sold(options: {
  pieces: number[];
  casePack?: number;
  penaltyBp?: number;
  supplyFen?: number;
  skuId?: string;
  supplierId?: string;
  town?: Town;
  day?: Parameters<typeof makeSession>[1];
}) {
  const where = options.town ?? town;
  return at(async () => {
    const supplierId =
      options.supplierId ?? (await makeSupplier({ shortagePenaltyBp: options.penaltyBp ?? 0, autoAcceptMinutes: 20 }));
    const skuId = options.skuId ?? (await makeSku({ supplierId, casePack: options.casePack ?? 1 }));
    const sessionId = await makeSession(where, options.day);
    await makeOffer(where, { sessionId, skuId, quota: 1000, supplyFen: options.supplyFen ?? 300 });
    const orders: string[] = [];
    for (const [i, quantity] of options.pieces.entries()) {
      const [id = ""] = await order(await makeResident(), where.pointId, [{ skuId, quantity }]);
      await pay(id, later(testMorning, i * 1000));
      orders.push(id);
    }
    await closeSession(sessionId);
    const purchase = await prisma.purchaseOrder.findFirstOrThrow({
      where: { saleSessionId: sessionId },
      include: { lines: true },
    });
    const line = purchase.lines[0];
    if (!line) throw new Error("no line");
    return { supplierId, skuId, sessionId, orders, purchase, line };
  });
}

const balance = async (code: string) => {
  const sums = await prisma.posting.aggregate({ where: { account: { code } }, _sum: { amountFen: true } });
  return Number(sums._sum.amountFen ?? 0n);
};

describe("the purchase order", () => {
  test("a locked session becomes one order per supplier, warehouse and pickup day, in whole cases, naming warehouse and unloading window", async () => {
    const { purchase, line, supplierId } = await sold({ pieces: [4, 3, 5], casePack: 10 });
    expect(purchase).toMatchObject({
      state: "issued",
      supplierId,
      warehouseId: town.warehouseId,
      pieces: 20,
      totalFen: 6000n,
    });
    expect(line).toMatchObject({ needed: 12, fromRemainder: 0, cases: 2, pieces: 20, amountFen: 6000n });
    expect(purchase.unloadFromAt).toEqual(atClock(addDays(testDay, 1), "01:00"));
    expect(purchase.unloadToAt).toEqual(atClock(addDays(testDay, 1), "04:00"));
    expect(purchase.snapshotHash).toMatch(/^[0-9a-f]{64}$/);
  });

  test("telling the news twice does not buy twice", async () => {
    const { sessionId } = await sold({ pieces: [1] });
    await prisma.outboxEvent.create({
      data: { type: "session.locked", subjectId: sessionId, payload: { sessionId }, at: night },
    });
    await tell();
    expect(await prisma.purchaseOrder.count({ where: { saleSessionId: sessionId } })).toBe(1);
  });

  test("what a case left over offsets the next order", async () => {
    const first = await sold({ pieces: [12], casePack: 10 });
    await atNight(() => goodsIn(first.sessionId));
    const key = { supplierId: first.supplierId, skuId: first.skuId, warehouseId: town.warehouseId };
    expect(await prisma.caseRemainder.findUnique({ where: { supplierId_skuId_warehouseId: key } })).toMatchObject({
      pieces: 8,
      valueFen: 2400n,
    });
    const second = await sold({
      pieces: [15],
      casePack: 10,
      skuId: first.skuId,
      supplierId: first.supplierId,
      day: { day: addDays(testDay, 0) },
      town: await at(() => siblingTown(town)),
      supplyFen: 350,
    });
    expect(second.line).toMatchObject({ needed: 15, fromRemainder: 8, cases: 1, pieces: 10 });
    // eight pieces came in at ¥3.00 and go out at ¥3.50
    expect(await prisma.journal.findUnique({ where: { idemKey: `reval:${second.line.id}` } })).toMatchObject({
      type: "goodsRevalued",
    });
    await atNight(() => goodsIn(second.sessionId));
    expect(await prisma.caseRemainder.findUnique({ where: { supplierId_skuId_warehouseId: key } })).toMatchObject({
      pieces: 3,
      valueFen: 1050n,
    });
  });

  test("an order that is wholly covered by what is left needs no delivery", async () => {
    const first = await sold({ pieces: [1], casePack: 10 });
    await atNight(() => goodsIn(first.sessionId));
    const second = await sold({
      pieces: [5],
      casePack: 10,
      skuId: first.skuId,
      supplierId: first.supplierId,
      town: await at(() => siblingTown(town)),
    });
    expect(second.purchase).toMatchObject({ state: "received", pieces: 0, totalFen: 0n });
    expect(second.line).toMatchObject({ fromRemainder: 5, pieces: 0, isReceived: true });
  });

  test("the supplier accepts its own order; another supplier does not find it", async () => {
    const { purchase, supplierId } = await sold({ pieces: [1] });
    const other = await at(() => makeSupplier());
    await expect(acceptPurchase(supplierActor(other), { id: purchase.id })).rejects.toMatchObject({ code: "notFound" });
    await acceptPurchase(supplierActor(supplierId, "staff"), { id: purchase.id });
    expect(await prisma.purchaseOrder.findUnique({ where: { id: purchase.id } })).toMatchObject({ state: "accepted" });
    await expect(acceptPurchase(supplierActor(supplierId), { id: purchase.id })).rejects.toMatchObject({
      code: "illegalTransition",
    });
  });

  test("nobody answers for twenty minutes: the order accepts itself", async () => {
    const { purchase } = await sold({ pieces: [1] });
    const sweep = sweeps[0];
    await underClock(later(purchase.autoAcceptAt, -minute), async () => sweep?.run());
    expect(await prisma.purchaseOrder.findUnique({ where: { id: purchase.id } })).toMatchObject({ state: "issued" });
    await underClock(purchase.autoAcceptAt, async () => sweep?.run());
    expect(await prisma.purchaseOrder.findUnique({ where: { id: purchase.id } })).toMatchObject({
      state: "accepted",
      acceptedBy: null,
    });
    expect(purchase.autoAcceptAt).toEqual(later(purchase.issuedAt, 20 * minute));
  });
});

/** Another city's session on the same day would overlap in offers; a town of its own with the same warehouse does not. */
async function siblingTown(of: Town): Promise<Town> {
  const other = await makeTown();
  await prisma.route.update({ where: { id: other.routeId }, data: { warehouseId: of.warehouseId } });
  return { ...other, warehouseId: of.warehouseId };
}

describe("receipt", () => {
  test("the supplier is owed what is accepted, not what was ordered", async () => {
    const { purchase, line, supplierId } = await sold({ pieces: [10] });
    await atNight(async () => {
      await acceptPurchase(system, { id: purchase.id });
      await receive(warehouseHand, {
        purchaseOrderId: purchase.id,
        requestKey: "receipt-1",
        lines: [{ purchaseOrderLineId: line.id, accepted: 7, short: 2, damaged: 1 }],
      });
    });
    expect(await balance(`supplierPending:${supplierId}`)).toBe(-2100);
    expect(await prisma.purchaseOrder.findUnique({ where: { id: purchase.id } })).toMatchObject({
      state: "received",
      acceptedFen: 2100n,
    });
  });

  test("what is short is refunded to the last to pay, with a claim of the contract's penalty, and nothing is lost to the fen", async () => {
    const { purchase, line, supplierId, orders } = await sold({ pieces: [4, 3, 3], penaltyBp: 2000 });
    await atNight(async () => {
      await acceptPurchase(system, { id: purchase.id });
      await receive(warehouseHand, {
        purchaseOrderId: purchase.id,
        requestKey: "receipt-2",
        lines: [{ purchaseOrderLineId: line.id, accepted: 6, short: 3, damaged: 1 }],
      });
      await tell();
    });
    const lines = await prisma.orderLine.findMany({ where: { orderId: { in: orders } }, orderBy: { id: "asc" } });
    const short = new Map(lines.map((l) => [l.orderId, l.short]));
    expect(orders.map((o) => short.get(o))).toEqual([0, 1, 3]);
    const refunds = await prisma.refund.findMany({
      where: { cause: "receipt", orderId: { in: orders } },
      orderBy: { amountFen: "asc" },
    });
    expect(refunds.map((r) => Number(r.amountFen))).toEqual([500, 1500]);
    expect(await prisma.refundLine.findMany({ where: { refundId: { in: refunds.map((r) => r.id) } } })).toSatisfy(
      (rows: { bearer: string }[]) => rows.every((r) => r.bearer === "supplier"),
    );
    const claim = await prisma.supplierClaim.findFirstOrThrow({ where: { supplierId } });
    // 20% of four undelivered pieces at ¥3.00
    expect(claim).toMatchObject({ kind: "penalty", amountFen: 240n, quantity: 4, state: "open" });
    expect(claim.evidence).toMatchObject({ ordered: 10, accepted: 6, short: 3, damaged: 1, penaltyBp: 2000 });
    expect(await balance(`supplierPending:${supplierId}`)).toBe(-(1800 - 240));
    // the leader's commission of the shortened pieces is cut too
    expect(lines.reduce((n, l) => n + Number(l.commissionReversedFen), 0)).toBe(200);
    const delivery = await prisma.delivery.findFirstOrThrow({ where: { saleSessionId: purchase.saleSessionId } });
    expect(delivery.pieces).toBe(6);
    expect(await prisma.order.findUnique({ where: { id: orders[2] ?? "" } })).toMatchObject({ state: "refunded" });
  });

  test("a case too many is kept for tomorrow, not owed to anybody", async () => {
    const { purchase, line, skuId, supplierId } = await sold({ pieces: [12], casePack: 10 });
    await atNight(async () => {
      await acceptPurchase(system, { id: purchase.id });
      await receive(warehouseHand, {
        purchaseOrderId: purchase.id,
        requestKey: "receipt-3",
        lines: [{ purchaseOrderLineId: line.id, accepted: 15, short: 5, damaged: 0 }],
      });
    });
    expect(
      await prisma.refund.count({
        where: {
          cause: "receipt",
          orderId: {
            in: (
              await prisma.order.findMany({ where: { saleSessionId: purchase.saleSessionId }, select: { id: true } })
            ).map((o) => o.id),
          },
        },
      }),
    ).toBe(0);
    expect(await prisma.caseRemainder.findFirst({ where: { supplierId, skuId } })).toMatchObject({
      pieces: 3,
      valueFen: 900n,
    });
  });

  test("one receipt sent five times at once over a bad line counts once; another body under its key is refused", async () => {
    const { purchase, line, supplierId } = await sold({ pieces: [10] });
    await atNight(async () => {
      await acceptPurchase(system, { id: purchase.id });
      const once = {
        purchaseOrderId: purchase.id,
        requestKey: "receipt-4",
        lines: [{ purchaseOrderLineId: line.id, accepted: 6, short: 0, damaged: 0 }],
      };
      const answers = await Promise.all(Array.from({ length: 5 }, () => receive(warehouseHand, once)));
      expect(new Set(answers.map((a) => a.receiptId)).size).toBe(1);
      await expect(
        receive(warehouseHand, {
          ...once,
          lines: [{ purchaseOrderLineId: line.id, accepted: 5, short: 0, damaged: 0 }],
        }),
      ).rejects.toMatchObject({ code: "idempotencyMismatch" });
    });
    expect(await balance(`supplierPending:${supplierId}`)).toBe(-1800);
    expect(await prisma.purchaseOrderLine.findUnique({ where: { id: line.id } })).toMatchObject({
      accepted: 6,
      isReceived: false,
    });
  });

  test("a line may come in two vans; it is closed when the pieces add up, and cannot be received again", async () => {
    const { purchase, line, orders } = await sold({ pieces: [10] });
    await atNight(async () => {
      await acceptPurchase(system, { id: purchase.id });
      const van = (requestKey: string, accepted: number, short: number) =>
        receive(warehouseHand, {
          purchaseOrderId: purchase.id,
          requestKey,
          lines: [{ purchaseOrderLineId: line.id, accepted, short, damaged: 0 }],
        });
      await van("van-one-1", 6, 0);
      expect(await prisma.refund.count({ where: { orderId: { in: orders } } })).toBe(0);
      await expect(van("van-two-0", 5, 0)).rejects.toMatchObject({ code: "quantityExceeded" });
      await van("van-two-1", 3, 1);
      expect(await prisma.refund.count({ where: { orderId: { in: orders } } })).toBe(1);
      await expect(van("van-three", 1, 0)).rejects.toMatchObject({ code: "illegalTransition" });
    });
  });

  test("a warehouse hand of another site does not find the order, and a supplier does not count its own goods in", async () => {
    const { purchase, line, supplierId } = await sold({ pieces: [1] });
    await atNight(async () => {
      await acceptPurchase(system, { id: purchase.id });
      const input = {
        purchaseOrderId: purchase.id,
        requestKey: "receipt-5",
        lines: [{ purchaseOrderLineId: line.id, accepted: 1, short: 0, damaged: 0 }],
      };
      await expect(receive({ ...warehouseHand, siteIds: ["whs_elsewhere"] }, input)).rejects.toMatchObject({
        code: "notFound",
      });
      await expect(receive(supplierActor(supplierId), input)).rejects.toMatchObject({ code: "forbidden" });
      await expect(receive({ ...warehouseHand, siteIds: [town.warehouseId] }, input)).resolves.toMatchObject({
        accepted: 1,
      });
    });
  });
});

describe("reading", () => {
  test("a supplier watches its running totals before the cut-off and sees its own orders alone", async () => {
    const { supplierId, skuId, sessionId } = await at(async () => {
      const supplier = await makeSupplier();
      const sku = await makeSku({ supplierId: supplier });
      const session = await makeSession(town);
      await makeOffer(town, { sessionId: session, skuId: sku, quota: 50 });
      const [id = ""] = await order(await makeResident(), town.pointId, [{ skuId: sku, quantity: 3 }]);
      await pay(id);
      await order(await makeResident(), town.pointId, [{ skuId: sku, quantity: 2 }]);
      return { supplierId: supplier, skuId: sku, sessionId: session };
    });
    const totals = await at(() => runningTotals(supplierActor(supplierId)));
    expect(totals).toMatchObject([
      { sessionId, pieces: 3, soldFen: 900, items: [{ skuId, sold: 3, held: 2, quota: 50, supplyPriceFen: 300 }] },
    ]);
    expect(await at(() => listPage(supplierOrderList, supplierActor(supplierId), viewAsk("all")))).toMatchObject({
      rows: [],
    });
  });

  test("lists, records, counts and the purchase list agree", async () => {
    const { purchase, supplierId } = await sold({ pieces: [2, 2] });
    const page = await listPage(purchaseList, supplierActor(supplierId), viewAsk("waiting"));
    expect(page.rows).toMatchObject([{ id: purchase.id, pieces: 4, totalFen: 1200, state: "issued" }]);
    const count = (view: string) => listCount(purchaseList, supplierActor(supplierId), viewAsk(view));
    expect(await count("all")).toMatchObject({ count: 1, sumFen: 1200 });
    expect(await count("waiting")).toMatchObject({ count: 1 });
    expect(await count("received")).toMatchObject({ count: 0 });
    const record = await purchaseRecord(operator("operations"), purchase.id);
    expect(record.lines).toHaveLength(1);
    expect(record.timeline[0]).toMatchObject({ deed: "procurement.issue" });
    const lists = await buyingLists(operator("operations"), addDays(testDay, 1));
    expect(
      lists.find((l) => l.warehouseId === town.warehouseId)?.suppliers.some((s) => s.purchaseOrderId === purchase.id),
    ).toBe(true);
    const days = await atNight(() => buyingByDay(operator("operations"), addDays(testDay, 1), addDays(testDay, 1)));
    expect(days[0]?.orders).toBeGreaterThan(0);
    await expect(purchaseRecord(supplierActor("sup_other"), purchase.id)).rejects.toMatchObject({ code: "notFound" });
  });
});
