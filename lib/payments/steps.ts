import "server-only";
import { channelNo, newId } from "#lib/kernel/ids";
import { type Fen, fen } from "#lib/kernel/money";
import { later, second } from "#lib/kernel/time";
import { refundPaid } from "#lib/ledger/rules";
import { post } from "#lib/ledger/steps";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";
import { log } from "#lib/platform/log";
import { announce } from "#lib/platform/news";
import { paymentPaid, refundChanged, transferChanged } from "./events";
import { isTransferFinal } from "./rules";
import type { PaymentFact, RefundFact, TransferFact } from "./schema";

export type PaymentToOpen = { orderId: string; residentId: string; openid: string; amountFen: Fen; expiresAt: Date };

/** Makes the payments of orders, with their channel numbers, before anything is asked of the channel. Returns their ids in order. */
export async function openPayments(tx: Tx, many: readonly PaymentToOpen[]): Promise<string[]> {
  const at = now();
  const rows = many.map((e) => {
    const id = newId("pay", at);
    return {
      ...e,
      id,
      outTradeNo: channelNo(id),
      state: "created" as const,
      createdAt: at,
      nextQueryAt: later(at, 10 * second),
    };
  });
  await tx.payment.createMany({ data: rows });
  return rows.map((r) => r.id);
}

/** Asks for money back under a number of its own; the worker sends it. The same cause never makes two. */
export async function requestRefund(
  tx: Tx,
  e: { orderId: string; amountFen: Fen; cause: string; causeId: string },
): Promise<string> {
  const payment = await tx.payment.findUniqueOrThrow({ where: { orderId: e.orderId } });
  const at = now();
  const id = newId("rfd", at);
  await tx.refund.create({
    data: {
      id,
      outRefundNo: channelNo(id),
      paymentId: payment.id,
      orderId: e.orderId,
      residentId: payment.residentId,
      amountFen: e.amountFen,
      cause: e.cause,
      causeId: e.causeId,
      state: "requested",
      createdAt: at,
      nextAttemptAt: at,
    },
  });
  return id;
}

/** Asks for a transfer to a person; `outBillNo` is stored here, before any call. */
export async function requestTransfer(
  tx: Tx,
  e: { sourceId: string; payeeId: string; outBillNo: string; openid: string; amountFen: Fen },
): Promise<string> {
  const at = now();
  const id = newId("trf", at);
  await tx.transfer.create({ data: { id, ...e, state: "created", createdAt: at, nextQueryAt: at } });
  return id;
}

/** Asks that the channel be told the goods of an order have arrived (self-pickup). Once per payment. */
export async function requestShippingReport(tx: Tx, e: { orderId: string; itemDesc: string }): Promise<void> {
  const payment = await tx.payment.findUnique({ where: { orderId: e.orderId } });
  if (payment?.state !== "paid") return;
  const at = now();
  await tx.shippingReport.createMany({
    data: [
      {
        id: newId("msg", at),
        paymentId: payment.id,
        orderId: e.orderId,
        state: "pending",
        itemDesc: e.itemDesc.slice(0, 120),
        createdAt: at,
        nextAttemptAt: at,
      },
    ],
    skipDuplicates: true,
  });
}

/** The channel has the money. Says so once; again changes nothing. Throws when an amount is not what was asked. */
export async function applyPayments(tx: Tx, facts: readonly PaymentFact[]): Promise<void> {
  const known = new Map(
    (await tx.payment.findMany({ where: { outTradeNo: { in: facts.map((f) => f.outTradeNo) } } })).map((p) => [
      p.outTradeNo,
      p,
    ]),
  );
  const news: { type: string; subjectId: string; payload: { orderId: string } }[] = [];
  for (const fact of facts) {
    const payment = known.get(fact.outTradeNo);
    if (!payment) {
      log.error({ outTradeNo: fact.outTradeNo }, "the channel speaks of a payment we do not know");
      continue;
    }
    if (fen(payment.amountFen) !== fact.amountFen)
      throw new Error(`payment ${payment.id}: the channel says ${fact.amountFen} fen, we asked ${payment.amountFen}`);
    const changed = await tx.payment.updateMany({
      where: { id: payment.id, state: { not: "paid" } },
      data: {
        state: "paid",
        transactionId: fact.transactionId,
        successAt: fact.paidAt,
        nextQueryAt: null,
        lastError: null,
      },
    });
    if (changed.count === 1)
      news.push({ type: paymentPaid, subjectId: payment.id, payload: { orderId: payment.orderId } });
  }
  await announce(tx, ...news);
}

/** What the channel says of a refund; success is booked here (money.md row 5b). */
export async function applyRefund(tx: Tx, fact: RefundFact): Promise<void> {
  const refund = await tx.refund.findUnique({ where: { outRefundNo: fact.outRefundNo } });
  if (!refund || refund.state === "success" || refund.state === fact.state) return;
  const isOver = fact.state === "success" || fact.state === "closed" || fact.state === "abnormal";
  const changed = await tx.refund.updateMany({
    where: { id: refund.id, state: refund.state },
    data: {
      state: fact.state,
      refundNo: fact.refundNo,
      ...(fact.state === "success" ? { successAt: fact.at ?? now() } : {}),
      ...(isOver ? { nextAttemptAt: null, lastError: null } : {}),
    },
  });
  if (changed.count !== 1) return;
  if (fact.state === "success") {
    await post(
      tx,
      refundPaid({
        refundId: refund.id,
        orderId: refund.orderId,
        amount: fen(refund.amountFen),
        from: "channelPending",
      }),
    );
  }
  await announce(tx, {
    type: refundChanged,
    subjectId: refund.id,
    payload: { orderId: refund.orderId, state: fact.state, cause: refund.cause, causeId: refund.causeId },
  });
}

/** What the channel says of a transfer; settlement books it. */
export async function applyTransfer(tx: Tx, fact: TransferFact): Promise<void> {
  const transfer = await tx.transfer.findUnique({ where: { outBillNo: fact.outBillNo } });
  if (
    !transfer ||
    transfer.state === fact.state ||
    (isTransferFinal(transfer.state) && !(transfer.state === "success" && fact.state === "fail"))
  )
    return;
  const changed = await tx.transfer.updateMany({
    where: { id: transfer.id, state: transfer.state },
    data: {
      state: fact.state,
      transferBillNo: fact.transferBillNo,
      ...(fact.packageInfo ? { packageInfo: fact.packageInfo } : {}),
      failReason: fact.failReason,
      ...(isTransferFinal(fact.state) ? { finishedAt: fact.at ?? now(), nextQueryAt: null } : {}),
    },
  });
  if (changed.count !== 1) return;
  await announce(tx, {
    type: transferChanged,
    subjectId: transfer.id,
    payload: {
      transferId: transfer.id,
      sourceId: transfer.sourceId,
      state: fact.state,
      from: transfer.state,
      failReason: fact.failReason,
    },
  });
}
