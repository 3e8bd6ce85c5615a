import "server-only";
import { record } from "#lib/audit/steps";
import type { Actor } from "#lib/identity/schema";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { releaseHeld } from "#lib/stock/steps";
import { orderCancelled } from "./events";

/** Gives a person's allowance back with the pieces. */
export async function giveBackLimits(
  tx: Tx,
  lines: { offerId: string; residentId: string; ordered: number }[],
): Promise<void> {
  for (const l of lines) {
    await tx.$executeRaw`update buyer_count set quantity = greatest(0, quantity - ${l.ordered}) where offer_id = ${l.offerId} and resident_id = ${l.residentId}`;
  }
}

/**
 * An unpaid order ends: its pieces go back on sale. For the lapse and the resident's own cancelling.
 * False when it was no longer waiting to be paid.
 */
export async function lapse(tx: Tx, actor: Actor, orderId: string, reason: string): Promise<boolean> {
  const changed = await tx.order.updateMany({
    where: { id: orderId, state: "pendingPayment" },
    data: { state: "cancelled", cancelledAt: now(), cancelReason: reason },
  });
  if (changed.count !== 1) return false;
  const lines = await tx.orderLine.findMany({ where: { orderId } });
  await tx.$executeRaw`update order_line set cancelled = ordered, completed_at = ${now()}, completed_by = 'refund', commission_state = 'reversed', commission_reversed_fen = commission_fen where order_id = ${orderId}`;
  await releaseHeld(
    tx,
    lines.map((l) => ({ poolId: l.stockPoolId, quantity: l.ordered })),
  );
  await giveBackLimits(tx, lines);
  await record(tx, actor, {
    deed: "orders.cancel",
    subjectType: "order",
    subjectId: orderId,
    before: { state: "pendingPayment" },
    after: { state: "cancelled" },
    reason,
  });
  await announce(tx, { type: orderCancelled, subjectId: orderId, payload: { orderId } });
  return true;
}
