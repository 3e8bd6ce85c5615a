import "server-only";
import type { z } from "zod";
import { record } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { Refusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import { type Tx, transact } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { releaseHeld, unsell } from "#lib/stock/steps";
import { orderCancelled } from "../events";
import type { cancelInput, moveInput } from "../schema";
import { shorten } from "../steps";

/** Gives a person's allowance back with the pieces. */
async function giveBackLimits(tx: Tx, lines: { offerId: string; residentId: string; ordered: number }[]): Promise<void> {
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
  await releaseHeld(tx, lines.map((l) => ({ poolId: l.stockPoolId, quantity: l.ordered })));
  await giveBackLimits(tx, lines);
  await record(tx, actor, { deed: "orders.cancel", subjectType: "order", subjectId: orderId, before: { state: "pendingPayment" }, after: { state: "cancelled" }, reason });
  await announce(tx, { type: orderCancelled, subjectId: orderId, payload: { orderId } });
  return true;
}

/**
 * Cancels an order before its session's cut-off; what was paid goes back in full. Refuses: afterCutoff (ask after-sales),
 * illegalTransition, notFound.
 */
export async function cancelOrder(actor: Actor, input: z.infer<typeof cancelInput>): Promise<void> {
  await transact(async (tx) => {
    const order = await tx.order.findUnique({ where: { id: input.orderId }, include: { lines: true } });
    if (!order) throw new Refusal("notFound");
    authorise(actor, "orders.cancel", { residentId: order.residentId, cityId: order.cityId });
    await tx.$queryRaw`select id from sale_session where id = ${order.saleSessionId} for share`;
    const session = await tx.saleSession.findUniqueOrThrow({ where: { id: order.saleSessionId } });
    if (order.state === "pendingPayment") {
      if (!(await lapse(tx, actor, order.id, input.reason))) throw new Refusal("illegalTransition", { state: order.state });
      await tx.payment.updateMany({ where: { orderId: order.id, state: { in: ["created", "prepaid"] } }, data: { state: "closing", nextQueryAt: now() } });
      return;
    }
    if (order.state !== "paid") throw new Refusal(order.state === "cancelled" || order.state === "refunded" ? "illegalTransition" : "afterCutoff", { state: order.state });
    if (session.state !== "published" && session.state !== "cancelled" && actor.kind === "resident") throw new Refusal("afterCutoff");
    await shorten(tx, actor, {
      cause: "cancel",
      causeId: order.id,
      bearer: "platform",
      kind: "cancelled",
      items: order.lines.map((l) => ({ lineId: l.id, quantity: l.ordered - l.cancelled - l.short })),
    });
    const changed = await tx.order.updateMany({
      where: { id: order.id, state: "paid" },
      data: { state: "cancelled", cancelledAt: now(), cancelReason: input.reason },
    });
    if (changed.count !== 1) throw new Refusal("illegalTransition", { state: order.state });
    await unsell(tx, order.lines.map((l) => ({ poolId: l.stockPoolId, quantity: l.ordered })));
    await giveBackLimits(tx, order.lines);
    await announce(tx, { type: orderCancelled, subjectId: order.id, payload: { orderId: order.id } });
  });
}

/** Moves a paid order that has not left yet to another open point of the same route and city, with its leader. Refuses: illegalTransition, pointClosed, notFound. */
export async function moveOrder(actor: Actor, input: z.infer<typeof moveInput>): Promise<void> {
  await transact(async (tx) => {
    const order = await tx.order.findUnique({ where: { id: input.orderId } });
    if (!order) throw new Refusal("notFound");
    authorise(actor, "orders.move", { cityId: order.cityId });
    const point = await tx.pickupPoint.findUnique({ where: { id: input.pickupPointId } });
    if (!point || point.state !== "open" || !point.leaderId || point.cityId !== order.cityId || point.routeId !== order.routeId) throw new Refusal("pointClosed");
    const changed = await tx.order.updateMany({
      where: { id: order.id, state: "paid" },
      data: { pickupPointId: point.id, leaderId: point.leaderId, attribution: "moved" },
    });
    if (changed.count !== 1) throw new Refusal("illegalTransition", { state: order.state });
    await tx.orderLine.updateMany({ where: { orderId: order.id }, data: { pickupPointId: point.id, leaderId: point.leaderId } });
    await givePickupCode(tx, { residentId: order.residentId, pickupPointId: point.id, pickupDay: order.pickupDay });
    await record(tx, actor, {
      deed: "orders.move",
      subjectType: "order",
      subjectId: order.id,
      before: { pickupPointId: order.pickupPointId, leaderId: order.leaderId },
      after: { pickupPointId: point.id, leaderId: point.leaderId },
      reason: input.reason,
    });
  });
}

/** One code and bag number per resident, point and day; again changes nothing. */
export async function givePickupCode(tx: Tx, e: { residentId: string; pickupPointId: string; pickupDay: Date }): Promise<void> {
  if (await tx.pickupCode.findUnique({ where: { residentId_pickupPointId_pickupDay: e } })) return;
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`bag ${e.pickupPointId} ${e.pickupDay.toISOString()}`}, 0))`;
  const taken = await tx.pickupCode.findMany({ where: { pickupPointId: e.pickupPointId, pickupDay: e.pickupDay }, select: { code: true, bagNo: true, residentId: true } });
  if (taken.some((t) => t.residentId === e.residentId)) return;
  const codes = new Set(taken.map((t) => t.code));
  let code = "";
  do code = String(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0).slice(-6).padStart(6, "0");
  while (codes.has(code));
  await tx.pickupCode.create({ data: { ...e, code, bagNo: Math.max(0, ...taken.map((t) => t.bagNo)) + 1, createdAt: now() } });
}
