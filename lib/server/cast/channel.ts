import "server-only";
import { fen } from "#lib/kernel/money";
import { later } from "#lib/kernel/time";
import { applyPayments, applyRefund, applyTransfer, openPayments } from "#lib/payments/steps";
import { now } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { env } from "#lib/platform/env";

/**
 * The channel's part of a past that never went over the wire: what it would have told us is applied by the same steps a
 * verified notice takes, and its own books are given the same history, so that both can be compared.
 */
export async function channelTakes(orderIds: readonly string[]): Promise<void> {
  if (orderIds.length === 0) return;
  await transact(async (tx) => {
    const orders = await tx.order.findMany({ where: { id: { in: [...orderIds] }, state: "pendingPayment" } });
    const openids = new Map(
      (await tx.resident.findMany({ where: { id: { in: orders.map((o) => o.residentId) } } })).map((r) => [
        r.id,
        r.openid,
      ]),
    );
    const ids = await openPayments(
      tx,
      orders.map((o) => ({
        orderId: o.id,
        residentId: o.residentId,
        openid: openids.get(o.residentId) ?? "",
        amountFen: fen(o.payableFen),
        expiresAt: o.expiresAt,
      })),
    );
    const payments = await tx.payment.findMany({ where: { id: { in: ids } } });
    await applyPayments(
      tx,
      payments.map((p) => ({
        outTradeNo: p.outTradeNo,
        transactionId: `42000${p.outTradeNo.slice(3)}`,
        amountFen: fen(p.amountFen),
        paidAt: now(),
      })),
    );
  });
}

/** Every refund that waits goes through now. */
export async function channelRefunds(): Promise<void> {
  const waiting = await prisma.refund.findMany({ where: { state: "requested" } });
  for (const r of waiting) {
    await transact(async (tx) => {
      await tx.refund.update({ where: { id: r.id }, data: { submittedAt: now(), attempts: 1 } });
      await applyRefund(tx, {
        outRefundNo: r.outRefundNo,
        refundNo: `50000${r.outRefundNo.slice(3)}`,
        state: "success",
        at: later(now(), 2000),
      });
    });
  }
}

/** Every transfer that was sent waits for its leader, then ends as told. */
export async function channelTransfers(end: (i: number) => "success" | "fail" | "waitUserConfirm"): Promise<void> {
  const waiting = await prisma.transfer.findMany({ where: { state: "created" }, orderBy: { id: "asc" } });
  for (const [i, t] of waiting.entries()) {
    const fact = {
      outBillNo: t.outBillNo,
      transferBillNo: `13000${t.outBillNo.slice(3)}`,
      failReason: null,
      packageInfo: `sim${t.outBillNo}`,
      at: now(),
    };
    await transact(async (tx) => {
      await tx.transfer.update({ where: { id: t.id }, data: { attempts: 1, submittedAt: now() } });
      await applyTransfer(tx, { ...fact, state: "waitUserConfirm" });
    });
    const state = end(i);
    if (state !== "waitUserConfirm")
      await transact((tx) =>
        applyTransfer(tx, { ...fact, state, failReason: state === "fail" ? "RECEIVE_ACCOUNT_NOT_CONFIGURE" : null }),
      );
  }
}

const iso = (at: Date | null) => at?.toISOString() ?? null;

/** Gives the simulator's books the same history; does nothing with a channel that has no control desk. */
export async function tellChannelHistory(): Promise<{ payments: number; transfers: number } | null> {
  const desk = new URL("/_control/bulk", env().WECHAT_PAY_BASE_URL);
  const [payments, refunds, shipped, transfers] = await Promise.all([
    prisma.payment.findMany({ orderBy: { id: "asc" } }),
    prisma.refund.findMany({ where: { state: "success" } }),
    prisma.shippingReport.findMany({ where: { state: "uploaded" } }),
    prisma.transfer.findMany({ orderBy: { id: "asc" } }),
  ]);
  const refundsOf = new Map<string, typeof refunds>();
  for (const r of refunds) refundsOf.set(r.paymentId, [...(refundsOf.get(r.paymentId) ?? []), r]);
  const shippedAt = new Map(shipped.map((s) => [s.paymentId, s.uploadedAt]));
  const body = {
    payments: payments
      .filter((p) => p.state !== "created")
      .map((p) => ({
        out_trade_no: p.outTradeNo,
        openid: p.openid,
        amount_fen: Number(p.amountFen),
        created_at: iso(p.createdAt),
        paid_at: iso(p.successAt),
        ...(p.state === "closed" ? { closed_at: iso(p.expiresAt) } : {}),
        ...(p.transactionId ? { transaction_id: p.transactionId } : {}),
        ...(shippedAt.get(p.id) ? { shipped_at: iso(shippedAt.get(p.id) ?? null) } : {}),
        notify_url: new URL("/api/hooks/wechatpay/payments", env().WECHAT_NOTIFY_BASE_URL).href,
        refunds: (refundsOf.get(p.id) ?? []).map((r) => ({
          out_refund_no: r.outRefundNo,
          refund_fen: Number(r.amountFen),
          at: iso(r.successAt),
          state: "SUCCESS",
          refund_id: r.refundNo,
        })),
      })),
    transfers: transfers.map((t) => ({
      out_bill_no: t.outBillNo,
      openid: t.openid,
      amount_fen: Number(t.amountFen),
      at: iso(t.submittedAt ?? t.createdAt),
      state:
        { success: "SUCCESS", fail: "FAIL", waitUserConfirm: "WAIT_USER_CONFIRM" }[t.state as "success"] ?? "ACCEPTED",
      ...(t.finishedAt ? { ended_at: iso(t.finishedAt) } : {}),
      ...(t.failReason ? { fail_reason: t.failReason } : {}),
      transfer_bill_no: t.transferBillNo,
      notify_url: new URL("/api/hooks/wechatpay/transfers", env().WECHAT_NOTIFY_BASE_URL).href,
    })),
  };
  const answer = await fetch(desk, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => null);
  if (!answer) return null;
  if (!answer.ok) throw new Error(`the channel does not take the history: ${(await answer.text()).slice(0, 300)}`);
  return { payments: body.payments.length, transfers: body.transfers.length };
}
