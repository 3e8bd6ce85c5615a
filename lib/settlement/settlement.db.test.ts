import { beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "#lib/identity/schema";
import { systemActor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { fen, sum, zero } from "#lib/kernel/money";
import { addDays, atClock, type Day, dateOf, dayOf, hour, later } from "#lib/kernel/time";
import { platformBalances } from "#lib/ledger/queries";
import {
  claimRaised,
  commissionReleased,
  goodsAccepted,
  lineCompleted,
  orderCommitted,
  orderPaid,
} from "#lib/ledger/rules";
import { balancesOf, bearerOf, post } from "#lib/ledger/steps";
import { completeLines, deliverLines, refundLine } from "#lib/orders/steps";
import { applyTransfer } from "#lib/payments/steps";
import { now, underClock } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { listCount, listPage, viewAsk } from "#lib/platform/list";
import { drain } from "#lib/platform/news";
import {
  leaderActor,
  makeLeader,
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
import { closeSession, order, pay } from "#lib/testing/trade";
import { approveBatch, cancelBatch, executeBatch, makeBatch } from "./commands/batches";
import { moveFunds, payInCapital } from "./commands/funds";
import { releaseDue } from "./commands/release";
import {
  adjustStatement,
  approveStatement,
  bounceStatement,
  confirmStatement,
  disputeStatement,
  dropAdjustment,
  makeDueStatements,
  makeStatement,
  noteStatement,
  payStatement,
  sendStatement,
  settleStatement,
} from "./commands/statements";
import { rejectWithdrawal, requestWithdrawal, returnWithdrawal } from "./commands/withdrawals";
import { earningList, statementList, withdrawalList } from "./lists";
import { earningLine, earningsOf } from "./queries/earnings";
import { batchRecord } from "./queries/payouts";
import { proveStatement, statementRecord, unstatedOf } from "./queries/statements";
import { reactions } from "./reactions";

const at = <T>(work: () => Promise<T>, when = testMorning) => underClock(when, work);
const maker = operator("finance");
const checker = operator("finance");
const system = systemActor("test");
let town: Town;

beforeAll(async () => {
  town = await at(makeTown);
  await at(async () => {
    await payInCapital(maker, { amountFen: 10_000_000, reason: "开业注资" });
    await moveFunds(maker, { from: "bank", to: "channelOperation", amountFen: 2_000_000, reason: "充值运营账户" });
  });
});

let counter = 0;
/** A leader with released commission to draw. */
async function leaderWith(amount: number): Promise<{ leaderId: string; actor: Actor }> {
  const leaderId = await makeLeader(town.cityId);
  const key = `seed-${++counter}`;
  await transact(async (tx) => {
    await post(
      tx,
      orderPaid({ transactionId: key, orderId: key, paid: fen(amount * 10) }),
      orderCommitted({ orderId: key, amount: fen(amount * 10) }),
      lineCompleted({
        lineId: key,
        orderId: key,
        leaderId,
        paid: fen(amount * 10),
        coupon: zero,
        cost: zero,
        commission: fen(amount),
      }),
    );
    await post(tx, commissionReleased({ key, leaderId, amount: fen(amount), owed: zero }));
  });
  return { leaderId, actor: leaderActor(leaderId) };
}

const stateOf = async (id: string) => (await prisma.withdrawal.findUniqueOrThrow({ where: { id } })).state;
const hashOf = async (id: string) => (await prisma.payoutBatch.findUniqueOrThrow({ where: { id } })).hash;

/** The channel says something about a withdrawal's transfer, and everybody hears it. */
async function channelSays(
  withdrawalId: string,
  state: "waitUserConfirm" | "success" | "fail" | "cancelled",
  failReason: string | null = null,
) {
  const { outBillNo } = await prisma.withdrawal.findUniqueOrThrow({ where: { id: withdrawalId } });
  await transact((tx) =>
    applyTransfer(tx, {
      outBillNo,
      transferBillNo: `T${outBillNo}`,
      state,
      failReason,
      packageInfo: state === "waitUserConfirm" ? "package" : null,
      at: now(),
    }),
  );
  await drain(reactions);
}

async function executed(amount = 5_000) {
  const { leaderId, actor } = await leaderWith(amount);
  const { id } = await requestWithdrawal(actor, { amountFen: amount });
  const batch = await makeBatch(maker, { ids: [id] });
  await approveBatch(checker, { id: batch.id, hash: await hashOf(batch.id) });
  await executeBatch(checker, { id: batch.id });
  return { leaderId, actor, id, batchId: batch.id };
}

describe("withdrawals", () => {
  test("fifty withdrawals at once are one, and its money is held", () =>
    at(async () => {
      const { leaderId, actor } = await leaderWith(1_000);
      const tries = await Promise.allSettled(
        Array.from({ length: 50 }, () => requestWithdrawal(actor, { amountFen: 600 })),
      );
      expect(tries.filter((t) => t.status === "fulfilled")).toHaveLength(1);
      for (const t of tries) if (t.status === "rejected") expect(t.reason).toMatchObject({ code: "withdrawalOpen" });
      expect(await balancesOf(prisma, leaderId)).toMatchObject({ leaderAvailable: 400, payoutHold: 600 });
    }));

  test("nobody withdraws less than the minimum, more than there is, without WeChat, or another's money", () =>
    at(async () => {
      const { leaderId, actor } = await leaderWith(1_000);
      await expect(requestWithdrawal(actor, { amountFen: 99 })).rejects.toMatchObject({ code: "withdrawalTooSmall" });
      await expect(requestWithdrawal(actor, { amountFen: 1_001 })).rejects.toMatchObject({ code: "balanceTooLow" });
      await expect(requestWithdrawal(operator("finance"), { amountFen: 500 })).rejects.toMatchObject({
        code: "notFound",
      });
      await prisma.leader.update({ where: { id: leaderId }, data: { openid: null } });
      await expect(requestWithdrawal(actor, { amountFen: 500 })).rejects.toMatchObject({ code: "openidMissing" });
    }));

  test("two thousand yuan and more need a registered name", () =>
    at(async () => {
      const { actor } = await leaderWith(300_000);
      await expect(requestWithdrawal(actor, { amountFen: 200_000 })).rejects.toMatchObject({ code: "realNameMissing" });
      await requestWithdrawal(actor, { amountFen: 199_999 });
    }));

  test("a leader who owes something does not withdraw, and what she owes was taken from her money first", () =>
    at(async () => {
      const { leaderId, actor } = await leaderWith(1_000);
      await transact(async (tx) =>
        post(
          tx,
          claimRaised({
            claimId: `clm-${leaderId}`,
            amount: fen(1_500),
            bearer: await bearerOf(tx, "leader", { leaderId, supplierId: "" }),
          }),
        ),
      );
      expect(await balancesOf(prisma, leaderId)).toMatchObject({ leaderAvailable: 0, leaderReceivable: 500 });
      await expect(requestWithdrawal(actor, { amountFen: 100 })).rejects.toMatchObject({ code: "withdrawalOwed" });
      expect((await earningsOf(actor, leaderId)).blocked).toBe("withdrawalOwed");
    }));

  test("a refused withdrawal gives the money back and tells the reason", () =>
    at(async () => {
      const { leaderId, actor } = await leaderWith(1_000);
      const { id } = await requestWithdrawal(actor, { amountFen: 700 });
      await expect(rejectWithdrawal(maker, { id, reason: " " })).rejects.toMatchObject({ code: "reasonRequired" });
      await rejectWithdrawal(maker, { id, reason: "账户信息待核实" });
      expect(await balancesOf(prisma, leaderId)).toMatchObject({ leaderAvailable: 1_000, payoutHold: 0 });
      await expect(rejectWithdrawal(maker, { id, reason: "再来一次" })).rejects.toMatchObject({
        code: "illegalTransition",
      });
      expect(await prisma.withdrawal.findUnique({ where: { id } })).toMatchObject({
        state: "rejected",
        failReason: "账户信息待核实",
      });
    }));
});

describe("payout by two people", () => {
  test("nobody approves the batch they made", () =>
    at(async () => {
      const { actor } = await leaderWith(1_000);
      const { id } = await requestWithdrawal(actor, { amountFen: 500 });
      const batch = await makeBatch(maker, { ids: [id] });
      await expect(approveBatch(maker, { id: batch.id, hash: await hashOf(batch.id) })).rejects.toMatchObject({
        code: "twoPeople",
      });
      await expect(
        prisma.payoutBatch.update({ where: { id: batch.id }, data: { checkedBy: maker.id } }),
      ).rejects.toThrow(/two_people/);
      await expect(
        approveBatch(operator("support"), { id: batch.id, hash: await hashOf(batch.id) }),
      ).rejects.toMatchObject({ code: "forbidden" });
      await cancelBatch(maker, { id: batch.id, reason: "重新制单" });
      expect(await stateOf(id)).toBe("requested");
    }));

  test("an approval holds for what was seen and for nothing else", () =>
    at(async () => {
      const { actor } = await leaderWith(1_000);
      const { id } = await requestWithdrawal(actor, { amountFen: 500 });
      const batch = await makeBatch(maker, { ids: [id] });
      const hash = await hashOf(batch.id);
      await expect(approveBatch(checker, { id: batch.id, hash: "0".repeat(64) })).rejects.toMatchObject({
        code: "staleVersion",
      });
      await prisma.withdrawal.update({ where: { id }, data: { amountFen: 501n } });
      await expect(approveBatch(checker, { id: batch.id, hash })).rejects.toMatchObject({ code: "staleVersion" });
      await prisma.withdrawal.update({ where: { id }, data: { amountFen: 500n } });
      await approveBatch(checker, { id: batch.id, hash });
    }));

  test("ten checkers at once approve once, and ten hands on the switch pay once", () =>
    at(async () => {
      const { actor } = await leaderWith(1_000);
      const { id } = await requestWithdrawal(actor, { amountFen: 500 });
      const batch = await makeBatch(maker, { ids: [id] });
      const hash = await hashOf(batch.id);
      const approvals = await Promise.allSettled(
        Array.from({ length: 10 }, () => approveBatch(operator("finance"), { id: batch.id, hash })),
      );
      expect(approvals.filter((a) => a.status === "fulfilled")).toHaveLength(1);
      const payments = await Promise.allSettled(
        Array.from({ length: 10 }, () => executeBatch(checker, { id: batch.id })),
      );
      expect(payments.filter((p) => p.status === "fulfilled")).toHaveLength(1);
      expect(await prisma.transfer.count({ where: { sourceId: id } })).toBe(1);
    }));

  test("two makers never put one withdrawal into two batches", () =>
    at(async () => {
      const { actor } = await leaderWith(1_000);
      const { id } = await requestWithdrawal(actor, { amountFen: 500 });
      const made = await Promise.allSettled([makeBatch(maker, { ids: [id] }), makeBatch(checker, { ids: [id] })]);
      expect(made.filter((m) => m.status === "fulfilled")).toHaveLength(1);
    }));

  test("the payout account must cover the batch", () =>
    at(async () => {
      const { channelOperation, payoutInTransit } = await platformBalances(prisma, [
        "channelOperation",
        "payoutInTransit",
      ]);
      const free = Number(channelOperation) - Number(payoutInTransit);
      const people = await Promise.all(
        Array.from({ length: Math.floor(free / 199_999) + 1 }, () => leaderWith(199_999)),
      );
      const ids = [];
      for (const p of people) ids.push((await requestWithdrawal(p.actor, { amountFen: 199_999 })).id);
      const batch = await makeBatch(maker, { ids });
      await approveBatch(checker, { id: batch.id, hash: await hashOf(batch.id) });
      await expect(executeBatch(checker, { id: batch.id })).rejects.toMatchObject({ code: "payoutAccountShort" });
      await moveFunds(maker, {
        from: "bank",
        to: "channelOperation",
        amountFen: 199_999 * ids.length,
        reason: "补足打款",
      });
      await executeBatch(checker, { id: batch.id });
      expect((await batchRecord(checker, batch.id)).standing).toEqual({ submitted: ids.length });
    }));

  test("the channel's number stands before the call, and it is the withdrawal's own", () =>
    at(async () => {
      const { id } = await executed();
      const withdrawal = await prisma.withdrawal.findUniqueOrThrow({ where: { id } });
      const transfer = await prisma.transfer.findUniqueOrThrow({ where: { sourceId: id } });
      expect(transfer).toMatchObject({ state: "created", attempts: 0, outBillNo: withdrawal.outBillNo });
      expect(withdrawal.outBillNo).toMatch(/^[0-9a-z]{1,32}$/);
    }));
});

describe("what the channel says", () => {
  test("a transfer waits for her, she confirms, and the money has left the payout account once", () =>
    at(async () => {
      const { leaderId, id } = await executed(4_000);
      const before = (await platformBalances(prisma, ["channelOperation"])).channelOperation ?? zero;
      await channelSays(id, "waitUserConfirm");
      expect(await stateOf(id)).toBe("waitUserConfirm");
      await channelSays(id, "success");
      await drain(reactions);
      expect(await stateOf(id)).toBe("succeeded");
      expect((await platformBalances(prisma, ["channelOperation"])).channelOperation).toBe(before - 4_000);
      expect(await balancesOf(prisma, leaderId)).toMatchObject({ leaderAvailable: 0, payoutHold: 0 });
    }));

  test.each([
    ["fail", "PAYEE_ACCOUNT_ABNORMAL", "failed"],
    ["fail", "OVERDUE_CLOSE", "expired"],
    ["cancelled", null, "cancelled"],
  ] as const)("a transfer that ends as %s (%s) gives the money back and is %s", (state, reason, ends) =>
    at(async () => {
      const { leaderId, actor, id } = await executed(4_000);
      await channelSays(id, "waitUserConfirm");
      await channelSays(id, state, reason);
      expect(await stateOf(id)).toBe(ends);
      expect(await balancesOf(prisma, leaderId)).toMatchObject({ leaderAvailable: 4_000, payoutHold: 0 });
      const told = await prisma.message.findMany({ where: { recipientId: leaderId }, orderBy: { id: "asc" } });
      expect(told.map((m) => m.template).sort()).toEqual(["withdrawalBack", "withdrawalConfirm"]);
      await requestWithdrawal(actor, { amountFen: 4_000 });
    }),
  );

  test("money that comes back settles what she came to owe meanwhile", () =>
    at(async () => {
      const { leaderId, id } = await executed(4_000);
      await transact(async (tx) =>
        post(
          tx,
          claimRaised({
            claimId: `clm-${id}`,
            amount: fen(1_000),
            bearer: await bearerOf(tx, "leader", { leaderId, supplierId: "" }),
          }),
        ),
      );
      await channelSays(id, "fail", "PAYEE_ACCOUNT_ABNORMAL");
      expect(await balancesOf(prisma, leaderId)).toMatchObject({ leaderAvailable: 3_000, leaderReceivable: 0 });
    }));

  test("money returned after success is hers again, by the channel's word or by finance's", () =>
    at(async () => {
      const one = await executed(4_000);
      await channelSays(one.id, "success");
      await channelSays(one.id, "fail", "RETURNED");
      expect(await stateOf(one.id)).toBe("returned");
      expect(await balancesOf(prisma, one.leaderId)).toMatchObject({ leaderAvailable: 4_000 });
      const two = await executed(3_000);
      await expect(returnWithdrawal(maker, { id: two.id, reason: "渠道账单退回" })).rejects.toMatchObject({
        code: "illegalTransition",
      });
      await channelSays(two.id, "success");
      await returnWithdrawal(maker, { id: two.id, reason: "渠道账单退回" });
      expect(await balancesOf(prisma, two.leaderId)).toMatchObject({ leaderAvailable: 3_000 });
    }));

  test("late news of a transfer changes nothing", () =>
    at(async () => {
      const { id } = await executed(4_000);
      await channelSays(id, "success");
      await drain(reactions);
      const journals = await prisma.journal.count({ where: { ref: id } });
      await transact(async (tx) => {
        await tx.outboxEvent.create({
          data: {
            type: "transfer.changed",
            subjectId: "x",
            payload: { sourceId: id, state: "waitUserConfirm", failReason: null },
            at: now(),
          },
        });
      });
      await drain(reactions);
      expect(await stateOf(id)).toBe("succeeded");
      expect(await prisma.journal.count({ where: { ref: id } })).toBe(journals);
    }));

  test("the queue counts what waits where", () =>
    at(async () => {
      const all = await listCount(withdrawalList, maker, viewAsk("all"));
      expect(all).toMatchObject({ count: await prisma.withdrawal.count(), isCapped: false });
      const paid = await listPage(withdrawalList, maker, viewAsk("succeeded", "-amount"));
      expect(await listCount(withdrawalList, maker, viewAsk("succeeded"))).toMatchObject({
        count: paid.rows.length,
        sumFen: sum(paid.rows.map((w) => w.amountFen)),
      });
      await expect(listCount(withdrawalList, operator("merchandiser"), viewAsk("all"))).rejects.toMatchObject({
        code: "forbidden",
      });
    }));
});

describe("release of commission", () => {
  async function soldLine() {
    const supplierId = await makeSupplier();
    const skuId = await makeSku({ supplierId });
    const here = await makeTown();
    const sessionId = await makeSession(here);
    await makeOffer(here, { sessionId, skuId, priceFen: 2_794, commissionBp: 1_000 });
    const [orderId = ""] = await order(await makeResident(), here.pointId, [{ skuId, quantity: 1 }]);
    await pay(orderId);
    await closeSession(sessionId);
    const line = await prisma.orderLine.findFirstOrThrow({ where: { orderId } });
    const done = later(atClock(addDays(testDay, 1), "18:00"), 0);
    await underClock(done, () =>
      transact(async (tx) => {
        await deliverLines(tx, [{ lineId: line.id, quantity: 1 }]);
        await completeLines(tx, system, [line.id], "scan");
      }),
    );
    return {
      line: await prisma.orderLine.findUniqueOrThrow({ where: { id: line.id } }),
      done,
      leaderId: here.leaderId,
    };
  }
  const back = (lineId: string, amountFen: number, when: Date) =>
    underClock(when, () =>
      transact((tx) =>
        refundLine(tx, system, {
          cause: "aftersale",
          causeId: `asc-${lineId}-${amountFen}`,
          lineId,
          quantity: 0,
          amountFen: fen(amountFen),
          bearer: "platform",
        }),
      ),
    );

  test("nothing is released before its time or while a case is open; then each line once, however many sweep at once", () =>
    at(async () => {
      const { line, leaderId } = await soldLine();
      const due = line.releaseAt ?? now();
      expect(await underClock(later(due, -1), () => releaseDue(system))).toBe(0);
      await prisma.orderLine.update({ where: { id: line.id }, data: { disputed: true } });
      expect(await underClock(due, () => releaseDue(system))).toBe(0);
      await prisma.orderLine.update({ where: { id: line.id }, data: { disputed: false } });
      const runs = await underClock(due, () => Promise.all(Array.from({ length: 6 }, () => releaseDue(system))));
      expect(runs.reduce((a, b) => a + b)).toBe(1);
      expect(await balancesOf(prisma, leaderId)).toMatchObject({ leaderFrozen: 0, leaderAvailable: 279 });
      expect(await prisma.commissionRelease.count({ where: { orderLineId: line.id } })).toBe(1);
      expect(await prisma.orderLine.findUnique({ where: { id: line.id } })).toMatchObject({
        commissionState: "released",
      });
    }));

  test("a refund before the release takes 99 of 279; the release gives 180; the rest of the price takes them back exactly", () =>
    at(async () => {
      const { line, leaderId, done } = await soldLine();
      await back(line.id, 1_000, later(done, hour));
      expect(await balancesOf(prisma, leaderId)).toMatchObject({ leaderFrozen: 180 });
      const due = line.releaseAt ?? now();
      await underClock(due, () => releaseDue(system));
      expect(await balancesOf(prisma, leaderId)).toMatchObject({ leaderFrozen: 0, leaderAvailable: 180 });
      await back(line.id, 1_794, later(due, hour));
      expect(await balancesOf(prisma, leaderId)).toMatchObject({ leaderAvailable: 0 });
      const record = await underClock(later(due, hour), () => earningLine(leaderActor(leaderId), line.id));
      expect(record.reversals.map((r) => r.commissionFen)).toEqual([99, 180]);
      expect(record).toMatchObject({ commissionFen: 279, reversedFen: 279, netFen: 0, baseFen: 2_794, bp: 1_000 });
    }));

  test("a leader sees estimate, frozen and available as the books have them, and nobody else's", () =>
    at(async () => {
      const { line, leaderId, done } = await soldLine();
      const me = leaderActor(leaderId);
      const e = await underClock(later(done, hour), () => earningsOf(me, leaderId));
      expect(e).toMatchObject({ frozenFen: 279, availableFen: 0, estimatedFen: 0, blocked: "withdrawalTooSmall" });
      expect(e.next).toEqual({ amountFen: 279, at: line.releaseAt });
      expect(e.days.at(-1)).toEqual({ day: dayOf(done), fen: 279 });
      const lines = async (actor: Actor, state: string) =>
        (await listPage(earningList, actor, viewAsk(state))).rows.map((r) => r.lineId);
      expect(await lines(me, "frozen")).toEqual([line.id]);
      expect(await lines(me, "released")).toEqual([]);
      const other = leaderActor(await makeLeader(town.cityId));
      expect(await lines(other, "all")).toEqual([]);
      await expect(earningsOf(other, leaderId)).rejects.toMatchObject({ code: "notFound" });
      await expect(earningLine(other, line.id)).rejects.toMatchObject({ code: "notFound" });
    }));
});

describe("supplier statements", () => {
  /** Goods accepted at the door on a day: the receipt, its evidence and its posting. */
  async function receipt(supplierId: string, on: Day, accepted: number, priceFen = 300, short = 0) {
    await underClock(atClock(on, "03:00"), () =>
      transact(async (tx) => {
        const when = now();
        const pol = newId("pol", when);
        const receiptId = newId("rcp", when);
        const purchase = newId("por", when);
        await tx.purchaseOrder.create({
          data: {
            id: purchase,
            saleSessionId: newId("ssn", when),
            supplierId,
            warehouseId: town.warehouseId,
            cityId: town.cityId,
            pickupDay: dateOf(on),
            state: "received",
            snapshotHash: "x",
            pieces: accepted + short,
            totalFen: BigInt((accepted + short) * priceFen),
            acceptedFen: BigInt(accepted * priceFen),
            issuedAt: when,
            autoAcceptAt: when,
            unloadFromAt: when,
            unloadToAt: when,
            lines: {
              create: {
                id: pol,
                skuId: "sku_1",
                name: "赣南脐橙",
                spec: "5 斤",
                unit: "箱",
                picture: "orange",
                needed: accepted + short,
                casePack: 1,
                cases: accepted + short,
                pieces: accepted + short,
                supplyPriceFen: BigInt(priceFen),
                amountFen: BigInt((accepted + short) * priceFen),
                accepted,
                short,
                isReceived: true,
              },
            },
          },
        });
        await tx.receipt.create({
          data: {
            id: receiptId,
            purchaseOrderId: purchase,
            requestKey: receiptId,
            inputHash: "x",
            at: when,
            by: "usr",
            lines: {
              create: {
                purchaseOrderLineId: pol,
                skuId: "sku_1",
                accepted,
                short,
                damaged: 0,
                amountFen: BigInt(accepted * priceFen),
                photoFileId: short > 0 ? "fil_1" : null,
              },
            },
          },
        });
        await post(tx, goodsAccepted({ receiptId, supplierId, cost: fen(accepted * priceFen) }));
      }),
    );
  }
  async function claim(supplierId: string, on: Day, amount: number) {
    await underClock(atClock(on, "10:00"), () =>
      transact(async (tx) => {
        const id = newId("clm", now());
        const journal = claimRaised({
          claimId: id,
          amount: fen(amount),
          bearer: await bearerOf(tx, "supplier", { supplierId, leaderId: "" }),
        });
        await tx.supplierClaim.create({
          data: {
            id,
            supplierId,
            kind: "quality",
            state: "open",
            amountFen: BigInt(amount),
            quantity: 1,
            sourceType: "afterSale",
            sourceId: `asc-${id}`,
            evidence: { photoFileIds: ["fil_2"], reason: "破损" },
            journalKey: journal.idemKey,
            createdAt: now(),
          },
        });
        await post(tx, journal);
      }),
    );
  }
  const monday = testDay;
  const nextMonday = atClock(addDays(monday, 7), "09:00");
  const sunday = addDays(monday, 6);
  const banked = async () => {
    const id = await makeSupplier();
    await prisma.supplier.update({ where: { id }, data: { bankName: "建设银行", bankAccountTail: "3381" } });
    return id;
  };
  const record = (id: string) => statementRecord(maker, id);
  /** Made, sent and confirmed by the supplier. */
  async function confirmed(supplierId: string, toDay = sunday) {
    const { id } = await makeStatement(maker, { supplierId, toDay });
    await sendStatement(maker, { id });
    await confirmStatement(supplierActor(supplierId), { id, hash: (await record(id)).hash });
    return id;
  }

  test("a hundred accepted and ninety-eight collected owe a hundred; claims come off, with their photos", () =>
    at(async () => {
      const supplierId = await banked();
      await receipt(supplierId, monday, 100, 300, 4);
      await claim(supplierId, addDays(monday, 2), 1_200);
      const { id } = await makeStatement(maker, { supplierId, toDay: sunday });
      const r = await record(id);
      expect(r).toMatchObject({
        receiptsFen: 30_000,
        claimsFen: 1_200,
        closingFen: 28_800,
        payableFen: 28_800,
        pieces: 100,
        purchaseCount: 1,
        fromDay: monday,
        toDay: sunday,
      });
      expect(r.lines.map((l) => [l.kind, l.amountFen, l.photoFileIds])).toEqual([
        ["receipt", 30_000, ["fil_1"]],
        ["claim", -1_200, ["fil_2"]],
      ]);
      expect(r.products).toMatchObject([{ accepted: 100, short: 4, sold: 104, amountFen: 30_000 }]);
    }, nextMonday));

  test("proved: recomputed from receipts, claims and the ledger, a statement differs by nothing; a tampered one differs", () =>
    at(async () => {
      const supplierId = await banked();
      await receipt(supplierId, monday, 100);
      await receipt(supplierId, addDays(monday, 1), 30, 250);
      await claim(supplierId, addDays(monday, 2), 1_200);
      const { id } = await makeStatement(maker, { supplierId, toDay: sunday });
      const proof = await proveStatement(maker, id);
      expect(proof).toMatchObject({ differenceFen: 0, missing: 0 });
      expect(proof.rows).toBe(6);
      await prisma.supplierStatement.update({ where: { id }, data: { receiptsFen: 37_501n, closingFen: 36_301n } });
      expect((await proveStatement(maker, id)).differenceFen).toBe(3);
    }, nextMonday));

  test("the period must be over, and there must be something to state", () =>
    at(async () => {
      const supplierId = await banked();
      await expect(makeStatement(maker, { supplierId, toDay: dayOf(now()) })).rejects.toMatchObject({
        code: "periodOpen",
      });
      await expect(makeStatement(maker, { supplierId, toDay: sunday })).rejects.toMatchObject({
        code: "nothingToState",
      });
      await expect(makeStatement(operator("merchandiser"), { supplierId, toDay: sunday })).rejects.toMatchObject({
        code: "forbidden",
      });
    }, nextMonday));

  test("a receipt stands on one statement only, however many make one at once", () =>
    at(async () => {
      const supplierId = await banked();
      await receipt(supplierId, monday, 10);
      const made = await Promise.allSettled(
        Array.from({ length: 5 }, () => makeStatement(maker, { supplierId, toDay: sunday })),
      );
      expect(made.filter((m) => m.status === "fulfilled")).toHaveLength(1);
    }, nextMonday));

  test("the supplier disputes, finance answers and adjusts with a reason, sends again; the owner confirms what it saw", () =>
    at(async () => {
      const supplierId = await banked();
      const owner = supplierActor(supplierId);
      await receipt(supplierId, monday, 100);
      const { id } = await makeStatement(maker, { supplierId, toDay: sunday });
      await expect(statementRecord(owner, id)).rejects.toMatchObject({ code: "notFound" });
      await sendStatement(maker, { id });
      const seen = (await statementRecord(owner, id)).hash;
      await disputeStatement(owner, { id, text: "少算了 140 个周转筐的押金" });
      await adjustStatement(maker, {
        id,
        words: "周转筐押金退回 140 筐 × ¥3.00",
        direction: "plus",
        amountFen: 42_000,
      });
      await adjustStatement(maker, { id, words: "误加一笔", direction: "minus", amountFen: 100 });
      const wrong = (await record(id)).lines.find((l) => l.words === "误加一笔");
      await dropAdjustment(maker, { id, lineId: wrong?.id ?? "" });
      await noteStatement(maker, { id, text: "已补上，请再看一次" });
      await sendStatement(maker, { id });
      await expect(confirmStatement(owner, { id, hash: seen })).rejects.toMatchObject({ code: "staleVersion" });
      const r = await statementRecord(owner, id);
      expect(r).toMatchObject({ state: "sent", adjustmentsFen: 42_000, closingFen: 72_000 });
      expect(r.notes.map((n) => n.authorKind)).toEqual(["supplier", "operator"]);
      expect(r.products[0]?.salesFen).toBeNull();
      await expect(confirmStatement(supplierActor(supplierId, "staff"), { id, hash: r.hash })).rejects.toMatchObject({
        code: "forbidden",
      });
      await expect(confirmStatement(supplierActor(await banked()), { id, hash: r.hash })).rejects.toMatchObject({
        code: "notFound",
      });
      await confirmStatement(owner, { id, hash: r.hash });
      await expect(
        adjustStatement(maker, { id, words: "确认后再改", direction: "plus", amountFen: 1 }),
      ).rejects.toMatchObject({ code: "illegalTransition" });
    }, nextMonday));

  test("neither maker nor sender approves; two approvers at once approve once; the bank pays once", () =>
    at(async () => {
      const supplierId = await banked();
      await receipt(supplierId, monday, 100);
      const id = await confirmed(supplierId);
      const { hash } = await record(id);
      await expect(approveStatement(maker, { id, hash })).rejects.toMatchObject({ code: "twoPeople" });
      await expect(approveStatement(checker, { id, hash: "0".repeat(64) })).rejects.toMatchObject({
        code: "staleVersion",
      });
      const approvals = await Promise.allSettled([
        approveStatement(checker, { id, hash }),
        approveStatement(operator("finance"), { id, hash }),
      ]);
      expect(approvals.filter((a) => a.status === "fulfilled")).toHaveLength(1);
      expect(await balancesOf(prisma, supplierId)).toMatchObject({ supplierPending: 0, supplierPayable: 30_000 });
      const paid = await Promise.allSettled(Array.from({ length: 4 }, () => payStatement(checker, { id, hash })));
      expect(paid.filter((p) => p.status === "fulfilled")).toHaveLength(1);
      await bounceStatement(checker, { id, reason: "户名不符，银行退回" });
      expect(await balancesOf(prisma, supplierId)).toMatchObject({ supplierPayable: 30_000 });
      await payStatement(checker, { id, hash });
      const bank = (await platformBalances(prisma, ["bank"])).bank ?? zero;
      await settleStatement(checker, { id, paymentRef: "CCB20261123-001" });
      expect((await platformBalances(prisma, ["bank"])).bank).toBe(bank - 30_000);
      expect(await record(id)).toMatchObject({
        state: "paid",
        paymentRef: "CCB20261123-001",
        hands: { paid: { at: now() } },
      });
    }, nextMonday));

  test("a system draft needs a sender and another approver: one person never does both", () =>
    at(async () => {
      const supplierId = await banked();
      await receipt(supplierId, monday, 10);
      await makeDueStatements(system);
      const { id } = await prisma.supplierStatement.findFirstOrThrow({ where: { supplierId } });
      await sendStatement(maker, { id });
      const { hash } = await record(id);
      await confirmStatement(supplierActor(supplierId), { id, hash });
      await expect(approveStatement(maker, { id, hash })).rejects.toMatchObject({ code: "twoPeople" });
      await approveStatement(checker, { id, hash });
    }, nextMonday));

  test("a negative closing pays nothing and opens the next statement", () =>
    at(async () => {
      const supplierId = await banked();
      await receipt(supplierId, monday, 10, 100);
      await claim(supplierId, monday, 1_846);
      const first = await confirmed(supplierId);
      const { hash } = await record(first);
      await approveStatement(checker, { id: first, hash });
      expect(await record(first)).toMatchObject({ closingFen: -846, payableFen: 0, state: "approved" });
      await expect(payStatement(checker, { id: first, hash })).rejects.toMatchObject({ code: "nothingToPay" });
      expect(await balancesOf(prisma, supplierId)).toMatchObject({ supplierPending: 0, supplierReceivable: 846 });
      const week = addDays(monday, 7);
      await receipt(supplierId, week, 50, 100);
      await underClock(atClock(addDays(monday, 14), "09:00"), async () => {
        const second = await confirmed(supplierId, addDays(sunday, 7));
        expect(await record(second)).toMatchObject({
          openingFen: -846,
          receiptsFen: 5_000,
          closingFen: 4_154,
          previous: { id: first, closingFen: -846 },
        });
        await approveStatement(checker, { id: second, hash: (await record(second)).hash });
        expect(await balancesOf(prisma, supplierId)).toMatchObject({
          supplierPending: 0,
          supplierReceivable: 0,
          supplierPayable: 4_154,
        });
      });
    }, nextMonday));

  test("what is pending always ties to receipts less claims, stated or not", () =>
    at(async () => {
      const supplierId = await banked();
      await receipt(supplierId, monday, 100);
      const id = await confirmed(supplierId);
      await claim(supplierId, addDays(monday, 7), 2_000);
      await receipt(supplierId, addDays(monday, 7), 5);
      await approveStatement(checker, { id, hash: (await record(id)).hash });
      expect(await balancesOf(prisma, supplierId)).toMatchObject({
        supplierPayable: 30_000,
        supplierPending: 0,
        supplierReceivable: 500,
      });
      expect(await unstatedOf(maker, supplierId)).toMatchObject({ receiptsFen: 1_500, claimsFen: 2_000, rows: 2 });
    }, nextMonday));

  test("a supplier sees its own statements and nobody else's", () =>
    at(async () => {
      const supplierId = await banked();
      await receipt(supplierId, monday, 100);
      const id = await confirmed(supplierId);
      const mine = await listPage(statementList, supplierActor(supplierId), viewAsk("all"));
      expect(mine.rows.map((r) => r.id)).toEqual([id]);
      await expect(statementRecord(supplierActor(await makeSupplier()), id)).rejects.toMatchObject({
        code: "notFound",
      });
      await expect(listPage(statementList, leaderActor("ldr_x"), viewAsk("all"))).rejects.toMatchObject({
        code: "forbidden",
      });
    }, nextMonday));
});

describe("our own accounts", () => {
  test("money moves only along the paths that exist, only as far as there is any, and with a reason", () =>
    at(async () => {
      await expect(
        moveFunds(maker, { from: "channelPending", to: "bank", amountFen: 1, reason: "越级" }),
      ).rejects.toMatchObject({ code: "fundsPath" });
      await expect(
        moveFunds(maker, { from: "channelAvailable", to: "bank", amountFen: 1, reason: "提现" }),
      ).rejects.toMatchObject({ code: "fundsShort" });
      await expect(
        moveFunds(operator("support"), { from: "bank", to: "channelOperation", amountFen: 1, reason: "充值" }),
      ).rejects.toMatchObject({ code: "forbidden" });
      await expect(payInCapital(maker, { amountFen: 1, reason: "" })).rejects.toMatchObject({ code: "reasonRequired" });
    }));
});
