import "server-only";
import { z } from "zod";
import { record } from "#lib/audit/steps";
import { systemActor } from "#lib/identity/schema";
import { fen } from "#lib/kernel/money";
import { isRefusal } from "#lib/kernel/refusal";
import { later, minute } from "#lib/kernel/time";
import { orderPaid as bookPaid, paidTooLate } from "#lib/ledger/rules";
import { post } from "#lib/ledger/steps";
import { paymentClosed, paymentPaid } from "#lib/payments/events";
import { requestRefund } from "#lib/payments/steps";
import { now } from "#lib/platform/clock";
import { prisma, type Tx, transact } from "#lib/platform/db";
import { log } from "#lib/platform/log";
import { announce, type Reaction } from "#lib/platform/news";
import type { Sweep } from "#lib/platform/sweep";
import { sellHeld } from "#lib/stock/steps";
import { givePickupCode, lapse } from "./commands/change";
import { cancelOrdersOf, cutOffSession, lockSession } from "./commands/cutoff";
import { orderPaid } from "./events";
import { isInTime } from "./rules";

const actor = systemActor("orders");

/** Money has come in: the order stands, or, cancelled or too late, the money goes back at once (rows 1 and 17). */
async function confirmPaid(tx: Tx, paymentId: string): Promise<void> {
  const payment = await tx.payment.findUniqueOrThrow({ where: { id: paymentId } });
  await tx.$queryRaw`select id from customer_order where id = ${payment.orderId} for update`;
  const order = await tx.order.findUniqueOrThrow({ where: { id: payment.orderId }, include: { lines: true } });
  const session = await tx.saleSession.findUniqueOrThrow({ where: { id: order.saleSessionId } });
  const paidAt = payment.successAt ?? now();
  const amount = fen(payment.amountFen);
  const transactionId = payment.transactionId ?? payment.outTradeNo;
  if (order.state !== "pendingPayment" || !isInTime(paidAt, session.cutoffAt)) {
    await post(tx, paidTooLate({ transactionId, orderId: order.id, paid: amount }));
    await requestRefund(tx, { orderId: order.id, amountFen: amount, cause: "late", causeId: payment.id });
    await record(tx, actor, { deed: "orders.paidTooLate", subjectType: "order", subjectId: order.id, after: { state: order.state, paidAt, amountFen: amount } });
    return;
  }
  await tx.order.update({ where: { id: order.id }, data: { state: "paid", paidAt, paidFen: amount } });
  await sellHeld(tx, order.lines.map((l) => ({ poolId: l.stockPoolId, quantity: l.ordered })));
  await post(tx, bookPaid({ transactionId, orderId: order.id, paid: amount }));
  await givePickupCode(tx, { residentId: order.residentId, pickupPointId: order.pickupPointId, pickupDay: order.pickupDay });
  await tx.resident.updateMany({ where: { id: order.residentId, boundLeaderId: null }, data: { boundLeaderId: order.leaderId } });
  await record(tx, actor, { deed: "orders.paid", subjectType: "order", subjectId: order.id, before: { state: "pendingPayment" }, after: { state: "paid", amountFen: amount, transactionId } });
  await announce(tx, { type: orderPaid, subjectId: order.id, payload: { orderId: order.id, leaderId: order.leaderId, amountFen: amount } });
}

const withOrder = z.object({ orderId: z.string() });

export const reactions: Reaction[] = [
  { name: "orders.confirmPaid", on: [paymentPaid], run: (tx, event) => confirmPaid(tx, event.subjectId) },
  {
    name: "orders.lapseClosed",
    on: [paymentClosed],
    run: async (tx, event) => {
      await lapse(tx, actor, withOrder.parse(event.payload).orderId, "unpaid");
    },
  },
];

export const sweeps: Sweep[] = [
  {
    name: "orders.lapse",
    everySeconds: 5,
    run: async () => {
      const due = await prisma.$queryRaw<{ id: string }[]>`
        select o.id from customer_order o where o.state = 'pendingPayment' and o.expires_at <= ${now()}
          and not exists (select 1 from payment p where p.order_id = o.id) order by o.id limit 200`;
      for (const { id } of due) await transact((tx) => lapse(tx, actor, id, "unpaid"));
      return due.length;
    },
  },
  {
    name: "orders.cutOff",
    everySeconds: 1,
    run: async () => {
      const due = await prisma.saleSession.findMany({ where: { state: "published", cutoffAt: { lte: now() } }, select: { id: true } });
      for (const { id } of due) await cutOffSession(actor, { sessionId: id });
      return due.length;
    },
  },
  {
    name: "orders.lock",
    everySeconds: 5,
    run: async () => {
      const waiting = await prisma.saleSession.findMany({ where: { state: "cutOff" } });
      let done = 0;
      for (const s of waiting) {
        if (later(s.cutoffAt, s.lateNoticeMinutes * minute) > now()) continue;
        try {
          if (await lockSession(actor, { sessionId: s.id })) done++;
        } catch (error) {
          if (!isRefusal(error)) log.error({ session: s.id, error: String(error) }, "a session could not be locked yet");
        }
      }
      return done;
    },
  },
  {
    name: "orders.cancelledSessions",
    everySeconds: 10,
    run: async () => {
      const due = await prisma.$queryRaw<{ id: string }[]>`
        select distinct s.id from sale_session s join customer_order o on o.sale_session_id = s.id
        where s.state = 'cancelled' and o.state in ('pendingPayment', 'paid')`;
      let done = 0;
      for (const { id } of due) done += await cancelOrdersOf(actor, id);
      return done;
    },
  },
];
