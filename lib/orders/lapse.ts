import "server-only";
import { record } from "#lib/audit/steps";
import type { Actor } from "#lib/identity/schema";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { releaseCoupons } from "#lib/promotions/steps";
import { leaveGroup } from "#lib/promotions/steps/groups";
import { releaseHeld } from "#lib/stock/steps";
import { orderCancelled } from "./events";

/** What orders had taken from the limit counters goes back with the pieces. */
export async function giveBackLimits(tx: Tx, orderIds: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    update limit_count c set quantity = c.quantity - t.pieces
    from (
      select x ->> 0 as key, x ->> 1 as subject, sum((x ->> 2)::int)::int as pieces
      from customer_order o cross join lateral jsonb_array_elements(o.limits) x
      where o.id = any(${[...orderIds]}::text[]) group by 1, 2 order by 1, 2) t
    where c.key = t.key and c.subject = t.subject`;
}

/**
 * Unpaid orders end, set by set: what they held goes back on sale. For the lapse, the cut-off and the resident's own cancelling.
 * Answers those that were still waiting to be paid.
 */
export async function lapseMany(tx: Tx, actor: Actor, orderIds: readonly string[], reason: string): Promise<string[]> {
  const at = now();
  await tx.$queryRaw`select id from customer_order where id = any(${[...orderIds]}::text[]) order by id for update`;
  const changed = await tx.$queryRaw<{ id: string }[]>`
    update customer_order set state = 'cancelled', cancelled_at = ${at}, cancel_reason = ${reason}
    where id = any(${[...orderIds]}::text[]) and state = 'pendingPayment' returning id`;
  const ids = changed.map((o) => o.id).sort();
  if (ids.length === 0) return [];
  const lines = await tx.$queryRaw<{ pool_id: string; pieces: number }[]>`
    with fallen as (
      update order_line set cancelled = ordered, completed_at = ${at}, completed_by = 'refund', commission_state = 'reversed', commission_reversed_fen = commission_fen
      where order_id = any(${ids}) returning stock_pool_id, ordered)
    select stock_pool_id as pool_id, sum(ordered)::int as pieces from fallen group by 1`;
  await releaseHeld(
    tx,
    lines.map((l) => ({ poolId: l.pool_id, quantity: l.pieces })),
  );
  await releaseCoupons(tx, ids);
  await leaveGroup(tx, ids);
  await giveBackLimits(tx, ids);
  await record(
    tx,
    actor,
    ...ids.map((id) => ({
      deed: "orders.cancel",
      subjectType: "order",
      subjectId: id,
      before: { state: "pendingPayment" },
      after: { state: "cancelled" },
      reason,
    })),
  );
  await announce(tx, ...ids.map((id) => ({ type: orderCancelled, subjectId: id, payload: { orderId: id } })));
  return ids;
}

/** One unpaid order ends; false when it was no longer waiting to be paid. */
export const lapse = async (tx: Tx, actor: Actor, orderId: string, reason: string): Promise<boolean> =>
  (await lapseMany(tx, actor, [orderId], reason)).length === 1;
