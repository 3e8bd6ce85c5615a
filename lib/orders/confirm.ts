import "server-only";
import { record } from "#lib/audit/steps";
import { observePrices } from "#lib/campaigns/steps/prices";
import type { Actor } from "#lib/identity/schema";
import { fen } from "#lib/kernel/money";
import { orderPaid as bookPaid, paidTooLate } from "#lib/ledger/rules";
import { post } from "#lib/ledger/steps";
import { requestRefund } from "#lib/payments/steps";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { isSeatInTime } from "#lib/promotions/rules/groups";
import { spendCoupons } from "#lib/promotions/steps";
import { groupTerms, paySeats } from "#lib/promotions/steps/groups";
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
  const groups = await groupTerms(
    tx,
    [...orders.values()].flatMap((o) => o.groupId ?? []),
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
    const group = order.groupId ? groups.get(order.groupId) : null;
    const isStanding =
      order.state === "pendingPayment" && isInTime(paidAt, cutoffAt) && (!group || isSeatInTime(paidAt, group));
    (isStanding ? paid : late).push(fact);
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
  const paidIds = paid.map((f) => f.order.id);
  await spendCoupons(tx, paidIds);
  const together = await paySeats(tx, paidIds);
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
  // a group's price is a transaction only once the group has formed
  const formed =
    together.length === 0
      ? []
      : await tx.order.findMany({ where: { id: { in: together } }, include: { lines: true }, orderBy: { id: "asc" } });
  await observePrices(
    tx,
    [
      ...paid.filter((f) => f.order.groupId === null).map((f) => ({ order: f.order, paidAt: f.paidAt })),
      ...formed.flatMap((order) => (order.paidAt ? [{ order, paidAt: order.paidAt }] : [])),
    ].flatMap(({ order, paidAt }) =>
      order.lines.map((l) => ({
        skuId: l.skuId,
        cityId: order.cityId,
        paidAt,
        paidFen: l.paidFen,
        pieces: l.ordered,
      })),
    ),
  );
}
