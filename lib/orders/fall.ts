import "server-only";
import { z } from "zod";
import { giveBack } from "#lib/campaigns/steps";
import type { Actor } from "#lib/identity/schema";
import { Refusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { withoutLine } from "#lib/promotions/rules/groups";
import { releaseCoupons } from "#lib/promotions/steps";
import { leaveGroup } from "#lib/promotions/steps/groups";
import { unsell } from "#lib/stock/steps";
import { orderCancelled } from "./events";
import { giveBackLimits } from "./lapse";
import { shorten } from "./steps";

const taken = z.array(z.tuple([z.string(), z.string(), z.number()])).nullable();

/**
 * Lines of a paid order fall before its session is locked: money, pieces and the person's allowances go back, pieces of a slot that
 * is over to its session; with its last line the order is cancelled, its coupons and its seat are free. Without `lineIds` the whole
 * order falls. The caller holds the session's row. Refuses: illegalTransition (not paid, or locked), quantityExceeded (fallen already).
 */
export async function fall(
  tx: Tx,
  actor: Actor,
  e: { orderId: string; lineIds?: readonly string[]; cause: string; causeId: string; reason: string },
): Promise<void> {
  await tx.$queryRaw`select id from customer_order where id = ${e.orderId} for update`;
  const order = await tx.order.findUniqueOrThrow({ where: { id: e.orderId }, include: { lines: true } });
  if (order.state !== "paid") throw new Refusal("illegalTransition", { state: order.state });
  const standing = order.lines
    .map((line) => ({ ...line, quantity: line.ordered - line.cancelled - line.short }))
    .filter((line) => line.quantity > 0);
  const falling = e.lineIds ? standing.filter((line) => e.lineIds?.includes(line.id)) : standing;
  await shorten(tx, actor, {
    cause: e.cause,
    causeId: e.causeId,
    bearer: "platform",
    kind: "cancelled",
    reason: e.reason,
    items: falling.map((line) => ({ lineId: line.id, quantity: line.quantity })),
  });
  const isWhole = falling.length === standing.length;
  if (isWhole)
    await tx.order.update({
      where: { id: order.id },
      data: { state: "cancelled", cancelledAt: now(), cancelReason: e.reason },
    });
  await unsell(
    tx,
    falling.map((line) => ({ poolId: line.stockPoolId, quantity: line.quantity })),
  );
  const closed = await tx.offer.findMany({
    where: {
      id: { in: falling.map((line) => line.offerId) },
      layer: { not: "session" },
      state: "closed",
      saleSession: { state: "published" },
    },
  });
  if (closed.length > 0) await giveBack(tx, closed, e.cause);
  if (isWhole) {
    await giveBackLimits(tx, [order.id]);
    await releaseCoupons(tx, [order.id]);
    await leaveGroup(tx, [order.id]);
    await announce(tx, { type: orderCancelled, subjectId: order.id, payload: { orderId: order.id } });
    return;
  }
  let limits = taken.parse(order.limits) ?? [];
  for (const line of falling) {
    const { back, left } = withoutLine(limits, line);
    limits = left;
    for (const [key, subject, pieces] of back)
      await tx.limitCount.update({
        where: { key_subject: { key, subject } },
        data: { quantity: { decrement: pieces } },
      });
  }
  if (order.limits) await tx.order.update({ where: { id: order.id }, data: { limits } });
}
