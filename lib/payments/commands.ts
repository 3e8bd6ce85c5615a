import "server-only";
import { record } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { fen } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { later } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { channel } from "./channel";
import { noticeReceived, paymentClosed } from "./events";
import { queryDelay, retryDelay, transferStateOf } from "./rules";
import type { PayParams } from "./schema";
import { applyPayments, applyRefund, applyTransfer } from "./steps";
import type { HeaderBag } from "./wechat";

const notifyPath = {
  payment: "/api/hooks/wechatpay/payments",
  refund: "/api/hooks/wechatpay/refunds",
  transfer: "/api/hooks/wechatpay/transfers",
};

/**
 * Orders the payment at the channel and answers what `wx.requestPayment` takes. Called after the payment's row stands.
 * Refuses: channelRefused, paymentUnknown (ask again: the same number is used), alreadyPaid.
 */
export async function prepay(actor: Actor, paymentId: string, description: string): Promise<PayParams> {
  const payment = await prisma.payment.findUniqueOrThrow({ where: { id: paymentId } });
  authorise(actor, "orders.place", { residentId: payment.residentId });
  if (payment.state === "paid") throw new Refusal("alreadyPaid");
  if (payment.state === "closed" || payment.state === "closing") throw new Refusal("saleEnded");
  const answer = await channel().jsapiOrder({
    outTradeNo: payment.outTradeNo,
    description,
    amountFen: fen(payment.amountFen),
    openid: payment.openid,
    expiresAt: payment.expiresAt,
    notifyUrl: notifyPath.payment,
  });
  if (answer.kind === "refused") {
    if (answer.code === "ORDERPAID") throw new Refusal("alreadyPaid");
    throw new Refusal("channelRefused", { code: answer.code });
  }
  if (answer.kind === "unknown") throw new Refusal("paymentUnknown");
  await prisma.payment.updateMany({
    where: { id: payment.id, state: { in: ["created", "prepaid"] } },
    data: { state: "prepaid", prepayId: answer.prepayId, prepaidAt: now() },
  });
  return channel().paySign(answer.prepayId);
}

/**
 * A message from the channel: verified, stored once, acknowledged; it is applied afterwards from the outbox.
 * Answers false when it must be answered 4xx and change nothing.
 */
export async function receiveNotice(actor: Actor, headers: HeaderBag, raw: Uint8Array): Promise<boolean> {
  if (actor.kind !== "system") throw new Refusal("forbidden");
  const notice = channel().parseNotice(headers, raw);
  if (notice.kind === "refused") return false;
  const resource =
    notice.originalType === "transaction"
      ? {
          outTradeNo: notice.resource.outTradeNo,
          transactionId: notice.resource.transactionId,
          state: notice.resource.state,
          amountFen: notice.resource.amountFen,
          paidAt: notice.resource.paidAt?.toISOString() ?? null,
        }
      : notice.originalType === "refund"
        ? {
            outRefundNo: notice.resource.outRefundNo,
            refundId: notice.resource.refundId,
            state: notice.resource.state,
            at: notice.resource.succeededAt?.toISOString() ?? null,
          }
        : {
            outBillNo: notice.resource.outBillNo,
            transferBillNo: notice.resource.transferBillNo,
            state: notice.resource.state,
            failReason: notice.resource.failReason,
            at: notice.resource.updatedAt?.toISOString() ?? null,
          };
  const businessKey = Object.values(resource)[0];
  await transact(async (tx) => {
    const at = now();
    const id = newId("msg", at);
    const stored = await tx.channelNotice.createMany({
      data: [
        {
          id,
          provider: "wechatpay",
          noticeId: notice.id,
          eventType: notice.eventType,
          businessKey: String(businessKey),
          resource: { type: notice.originalType, ...resource },
          receivedAt: at,
        },
      ],
      skipDuplicates: true,
    });
    if (stored.count === 1) await announce(tx, { type: noticeReceived, subjectId: id });
  });
  return true;
}

/** Asks the channel about one payment and applies what it says; true when it is paid. */
export async function queryPayment(actor: Actor, paymentId: string): Promise<boolean> {
  const payment = await prisma.payment.findUnique({ where: { id: paymentId } });
  if (!payment) throw new Refusal("notFound");
  authorise(actor, actor.kind === "operator" ? "payments.retry" : "orders.place", { residentId: payment.residentId });
  if (payment.state === "paid") return true;
  const answer = await channel().queryByOutTradeNo(payment.outTradeNo);
  if (answer.kind === "ok" && (answer.payment.state === "SUCCESS" || answer.payment.state === "REFUND")) {
    const { transactionId, amountFen, paidAt } = answer.payment;
    if (transactionId && amountFen !== null) {
      await transact((tx) =>
        applyPayments(tx, [{ outTradeNo: payment.outTradeNo, transactionId, amountFen, paidAt: paidAt ?? now() }]),
      );
      return true;
    }
  }
  await prisma.payment.updateMany({
    where: { id: payment.id, state: { in: ["created", "prepaid", "closing"] } },
    data: {
      queries: { increment: 1 },
      nextQueryAt: later(now(), queryDelay(payment.queries + 1)),
      lastError: answer.kind === "unknown" ? answer.why : null,
    },
  });
  return false;
}

/**
 * Closes an unpaid payment at the channel; when the payer was faster, the payment is applied instead.
 * Answers true when it is closed and its order may lapse.
 */
export async function closePayment(actor: Actor, paymentId: string): Promise<boolean> {
  if (actor.kind !== "system") throw new Refusal("forbidden");
  const payment = await prisma.payment.findUniqueOrThrow({ where: { id: paymentId } });
  if (payment.state === "closed") return true;
  if (payment.state === "paid") return false;
  if (payment.state !== "created" || payment.queries > 0) {
    const answer = await channel().close(payment.outTradeNo);
    if (answer.kind === "refused" && answer.code === "ORDERPAID") {
      await queryPayment(actor, paymentId);
      return false;
    }
    const isGone =
      answer.kind === "ok" ||
      (answer.kind === "refused" && (answer.code === "ORDER_CLOSED" || answer.code === "ORDER_NOT_EXIST"));
    if (!isGone) {
      await prisma.payment.updateMany({
        where: { id: paymentId, state: { in: ["created", "prepaid", "closing"] } },
        data: {
          state: "closing",
          queries: { increment: 1 },
          nextQueryAt: later(now(), queryDelay(payment.queries)),
          lastError: answer.kind === "unknown" ? answer.why : answer.kind === "refused" ? answer.code : null,
        },
      });
      return false;
    }
  }
  return transact(async (tx) => {
    const changed = await tx.payment.updateMany({
      where: { id: paymentId, state: { in: ["created", "prepaid", "closing"] } },
      data: { state: "closed", nextQueryAt: null },
    });
    if (changed.count === 1)
      await announce(tx, { type: paymentClosed, subjectId: paymentId, payload: { orderId: payment.orderId } });
    return changed.count === 1;
  });
}

/** Sends a refund, or asks about one already sent; the number never changes. */
export async function pushRefund(actor: Actor, refundId: string): Promise<void> {
  const refund = await prisma.refund.findUnique({ where: { id: refundId } });
  if (!refund) throw new Refusal("notFound");
  authorise(actor, "payments.retry");
  if (refund.state === "success" || refund.state === "closed") return;
  const payment = await prisma.payment.findUniqueOrThrow({ where: { id: refund.paymentId } });
  const answer =
    refund.state === "requested"
      ? await channel().refund({
          outRefundNo: refund.outRefundNo,
          outTradeNo: payment.outTradeNo,
          refundFen: fen(refund.amountFen),
          totalFen: fen(payment.amountFen),
          reason: refund.cause,
          notifyUrl: notifyPath.refund,
        })
      : await channel().queryRefund(refund.outRefundNo);
  if (answer.kind === "ok") {
    const state = ({ SUCCESS: "success", CLOSED: "closed", PROCESSING: "processing", ABNORMAL: "abnormal" } as const)[
      answer.refund.state
    ];
    await transact(async (tx) => {
      await tx.refund.updateMany({
        where: { id: refundId, state: { in: ["requested", "submitted", "processing"] } },
        data: {
          submittedAt: refund.submittedAt ?? now(),
          attempts: { increment: 1 },
          nextAttemptAt: later(now(), queryDelay(refund.attempts + 2)),
          lastError: null,
        },
      });
      await applyRefund(tx, {
        outRefundNo: refund.outRefundNo,
        refundNo: answer.refund.refundId,
        state,
        at: answer.refund.succeededAt,
      });
    });
    return;
  }
  const isAbsent = refund.state !== "requested" && answer.kind === "refused" && answer.code === "RESOURCE_NOT_EXISTS";
  await prisma.refund.updateMany({
    where: { id: refundId, state: refund.state },
    data: {
      attempts: { increment: 1 },
      nextAttemptAt: later(now(), retryDelay(refund.attempts)),
      lastError: answer.kind === "refused" ? answer.code : answer.why,
      ...(isAbsent ? { state: "requested" as const } : {}),
    },
  });
}

/** An operator sends a stuck refund now. Refuses: notFound, forbidden. */
export async function retryRefund(actor: Actor, input: { refundId: string }): Promise<void> {
  await transact(async (tx) => {
    const refund = await tx.refund.findUnique({ where: { id: input.refundId } });
    if (!refund) throw new Refusal("notFound");
    authorise(actor, "payments.retry");
    await record(tx, actor, {
      deed: "payments.retry",
      subjectType: "refund",
      subjectId: refund.id,
      before: { state: refund.state, lastError: refund.lastError },
    });
  });
  await pushRefund(actor, input.refundId);
}

/** Sends a transfer, or asks about one already sent; the number never changes. */
export async function pushTransfer(actor: Actor, transferId: string): Promise<void> {
  if (actor.kind !== "system") authorise(actor, "payouts.make");
  const transfer = await prisma.transfer.findUniqueOrThrow({ where: { id: transferId } });
  if (["success", "fail", "cancelled"].includes(transfer.state)) return;
  const send = () =>
    channel().transfer({
      outBillNo: transfer.outBillNo,
      openid: transfer.openid,
      amountFen: fen(transfer.amountFen),
      remark: "团长佣金",
      sceneId: "1005",
      reportInfos: [
        { type: "岗位类型", content: "社区团购团长" },
        { type: "报酬说明", content: "自提点服务佣金" },
      ],
      notifyUrl: notifyPath.transfer,
    });
  if (transfer.state === "created" && transfer.attempts === 0) {
    await prisma.transfer.updateMany({
      where: { id: transferId, state: "created" },
      data: { attempts: 1, submittedAt: now() },
    });
  }
  let answer =
    transfer.state === "created" && transfer.attempts === 0
      ? await send()
      : await channel().queryTransfer(transfer.outBillNo);
  if (answer.kind === "refused" && answer.code === "NOT_FOUND") answer = await send();
  if (answer.kind === "ok") {
    const said = answer.transfer;
    await transact(async (tx) => {
      await tx.transfer.updateMany({
        where: { id: transferId },
        data: { nextQueryAt: later(now(), queryDelay(transfer.attempts)), attempts: { increment: 1 }, lastError: null },
      });
      await applyTransfer(tx, {
        outBillNo: transfer.outBillNo,
        transferBillNo: said.transferBillNo,
        state: transferStateOf(said.state),
        failReason: said.failReason,
        packageInfo: said.packageInfo,
        at: said.updatedAt,
      });
    });
    return;
  }
  await prisma.transfer.updateMany({
    where: { id: transferId },
    data: {
      attempts: { increment: 1 },
      nextQueryAt: later(now(), retryDelay(transfer.attempts)),
      lastError: answer.kind === "refused" ? `${answer.code} ${answer.message}`.slice(0, 200) : answer.why,
    },
  });
}

/** Tells the channel that the goods of one order are at the pickup point (logistics_type 4). */
export async function pushShipping(actor: Actor, reportId: string): Promise<void> {
  if (actor.kind !== "system") authorise(actor, "payments.retry");
  const report = await prisma.shippingReport.findUniqueOrThrow({ where: { id: reportId } });
  if (report.state === "uploaded") return;
  const payment = await prisma.payment.findUniqueOrThrow({ where: { id: report.paymentId } });
  const answer = await channel().uploadShipping({
    transactionId: payment.transactionId ?? "",
    openid: payment.openid,
    itemDesc: report.itemDesc,
    at: now(),
  });
  await prisma.shippingReport.update({
    where: { id: reportId },
    data:
      answer.kind === "ok"
        ? { state: "uploaded", uploadedAt: now(), attempts: { increment: 1 }, nextAttemptAt: null, lastError: null }
        : {
            state: report.attempts >= 8 ? "failed" : "pending",
            attempts: { increment: 1 },
            nextAttemptAt: later(now(), retryDelay(report.attempts)),
            lastError: answer.kind === "refused" ? `${answer.code} ${answer.message}`.slice(0, 200) : answer.why,
          },
  });
}
