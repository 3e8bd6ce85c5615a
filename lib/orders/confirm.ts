import "server-only";
import { record } from "#lib/audit/steps";
import type { Actor } from "#lib/identity/schema";
import { fen } from "#lib/kernel/money";
import { orderPaid as bookPaid, paidTooLate } from "#lib/ledger/rules";
import { post } from "#lib/ledger/steps";
import { requestRefund } from "#lib/payments/steps";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { sellHeld } from "#lib/stock/steps";
import { givePickupCodes } from "./codes";
import { orderPaid } from "./events";
import { lapse } from "./lapse";
import { isInTime } from "./rules";

/**
 * Money has come in for these payments: each order stands, or, cancelled or paid too late by the channel's clock, its money
 * goes back at once (posting rows 1 and 17). Orders are locked in id order.
 */
export async function confirmPaid(tx: Tx, actor: Actor, paymentIds: readonly string[]): Promise<void> {
  const payments = await tx.payment.findMany({ where: { id: { in: [...paymentIds] } } });
  const orderIds = payments.map((p) => p.orderId);
  await tx.$queryRaw`select id from customer_order where id = any(${orderIds}) order by id for update`;
  const orders = new Map(
    (await tx.order.findMany({ where: { id: { in: orderIds } }, include: { lines: true } })).map((o) => [o.id, o]),
  );
  const sessions = new Map(
    (
      await tx.saleSession.findMany({
        where: { id: { in: [...orders.values()].map((o) => o.saleSessionId) } },
        select: { id: true, cutoffAt: true },
      })
    ).map((s) => [s.id, s.cutoffAt]),
  );
  const paid: {
    payment: (typeof payments)[number];
    order: NonNullable<ReturnType<typeof orders.get>>;
    paidAt: Date;
    transactionId: string;
  }[] = [];
  const late: typeof paid = [];
  for (const payment of payments) {
    const order = orders.get(payment.orderId);
    const cutoffAt = sessions.get(order?.saleSessionId ?? "");
    if (!order || !cutoffAt) throw new Error(`payment ${payment.id} has no order`);
    const paidAt = payment.successAt ?? now();
    const fact = { payment, order, paidAt, transactionId: payment.transactionId ?? payment.outTradeNo };
    (order.state === "pendingPayment" && isInTime(paidAt, cutoffAt) ? paid : late).push(fact);
  }
  const amountOf = (f: (typeof paid)[number]) => fen(f.payment.amountFen);
  await post(
    tx,
    ...paid.map((f) => bookPaid({ transactionId: f.transactionId, orderId: f.order.id, paid: amountOf(f) })),
    ...late.map((f) => paidTooLate({ transactionId: f.transactionId, orderId: f.order.id, paid: amountOf(f) })),
  );
  if (paid.length > 0) {
    await tx.$executeRaw`
      update customer_order o set state = 'paid', paid_at = x.paid_at, paid_fen = x.paid_fen
      from jsonb_to_recordset(${JSON.stringify(paid.map((f) => ({ id: f.order.id, paid_at: f.paidAt, paid_fen: amountOf(f) })))}::jsonb)
        as x(id text, paid_at timestamptz, paid_fen bigint)
      where o.id = x.id`;
    await sellHeld(
      tx,
      paid.flatMap((f) => f.order.lines.map((l) => ({ poolId: l.stockPoolId, quantity: l.ordered }))),
    );
    await givePickupCodes(
      tx,
      paid.map(({ order }) => ({
        residentId: order.residentId,
        pickupPointId: order.pickupPointId,
        pickupDay: order.pickupDay,
      })),
    );
    await tx.$executeRaw`
      update resident r set bound_leader_id = x.leader_id
      from jsonb_to_recordset(${JSON.stringify(paid.map((f) => ({ id: f.order.residentId, leader_id: f.order.leaderId })))}::jsonb) as x(id text, leader_id text)
      where r.id = x.id and r.bound_leader_id is null`;
  }
  // an order paid too late no longer waits: its pieces go back and the session can be locked
  for (const f of late) if (f.order.state === "pendingPayment") await lapse(tx, actor, f.order.id, "paidTooLate");
  for (const f of late)
    await requestRefund(tx, { orderId: f.order.id, amountFen: amountOf(f), cause: "late", causeId: f.payment.id });
  await record(
    tx,
    actor,
    ...paid.map((f) => ({
      deed: "orders.paid",
      subjectType: "order",
      subjectId: f.order.id,
      before: { state: "pendingPayment" },
      after: { state: "paid", amountFen: amountOf(f), transactionId: f.transactionId },
    })),
    ...late.map((f) => ({
      deed: "orders.paidTooLate",
      subjectType: "order",
      subjectId: f.order.id,
      after: { state: f.order.state, paidAt: f.paidAt, amountFen: amountOf(f) },
    })),
  );
  await announce(
    tx,
    ...paid.map((f) => ({
      type: orderPaid,
      subjectId: f.order.id,
      payload: { orderId: f.order.id, leaderId: f.order.leaderId, amountFen: amountOf(f) },
    })),
  );
}
