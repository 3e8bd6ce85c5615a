import "server-only";
import type { z } from "zod";
import { record } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { Refusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import { transact } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { givePickupCodes } from "../codes";
import { orderMoved } from "../events";
import { fall } from "../fall";
import { lapse } from "../lapse";
import type { cancelInput, moveInput } from "../schema";

/**
 * Cancels an order before its session's cut-off; what was paid goes back in full. Refuses: afterCutoff (ask after-sales),
 * illegalTransition, notFound.
 */
export async function cancelOrder(actor: Actor, input: z.infer<typeof cancelInput>): Promise<void> {
  await transact(async (tx) => {
    const order = await tx.order.findUnique({ where: { id: input.orderId } });
    if (!order) throw new Refusal("notFound");
    authorise(actor, "orders.cancel", { residentId: order.residentId, cityId: order.cityId });
    await tx.$queryRaw`select id from sale_session where id = ${order.saleSessionId} for share`;
    const session = await tx.saleSession.findUniqueOrThrow({ where: { id: order.saleSessionId } });
    if (order.state === "pendingPayment") {
      if (!(await lapse(tx, actor, order.id, input.reason)))
        throw new Refusal("illegalTransition", { state: order.state });
      await tx.payment.updateMany({
        where: { orderId: order.id, state: { in: ["created", "prepaid"] } },
        data: { state: "closing", nextQueryAt: now() },
      });
      return;
    }
    if (order.state !== "paid")
      throw new Refusal(
        order.state === "cancelled" || order.state === "refunded" ? "illegalTransition" : "afterCutoff",
        { state: order.state },
      );
    if (session.state !== "published" && session.state !== "cancelled" && actor.kind === "resident")
      throw new Refusal("afterCutoff");
    await fall(tx, actor, { orderId: order.id, cause: "cancel", causeId: order.id, reason: input.reason });
  });
}

/**
 * Moves a paid order that has not left yet to another open point of the same route and city, with its leader; answers where it
 * stood and stands. Refuses: notMovable, pointClosed, notFound, changedSince (stands elsewhere than `fromPointId`).
 */
export async function moveOrder(
  actor: Actor,
  input: z.infer<typeof moveInput>,
): Promise<{ fromPointId: string; toPointId: string }> {
  return transact(async (tx) => {
    const order = await tx.order.findUnique({ where: { id: input.orderId } });
    if (!order) throw new Refusal("notFound");
    authorise(actor, "orders.move", { cityId: order.cityId });
    if (input.fromPointId && order.pickupPointId !== input.fromPointId) throw new Refusal("changedSince");
    const point = await tx.pickupPoint.findUnique({ where: { id: input.pickupPointId } });
    if (point?.state !== "open" || !point.leaderId || point.cityId !== order.cityId || point.routeId !== order.routeId)
      throw new Refusal("pointClosed");
    const changed = await tx.order.updateMany({
      where: { id: order.id, state: "paid", pickupPointId: order.pickupPointId },
      data: { pickupPointId: point.id, leaderId: point.leaderId, attribution: "moved" },
    });
    if (changed.count !== 1) throw new Refusal("notMovable");
    await tx.orderLine.updateMany({
      where: { orderId: order.id },
      data: { pickupPointId: point.id, leaderId: point.leaderId },
    });
    await givePickupCodes(tx, [{ residentId: order.residentId, pickupPointId: point.id, pickupDay: order.pickupDay }]);
    await record(tx, actor, {
      deed: "orders.move",
      subjectType: "order",
      subjectId: order.id,
      before: { pickupPointId: order.pickupPointId, leaderId: order.leaderId },
      after: { pickupPointId: point.id, leaderId: point.leaderId },
      reason: input.reason,
    });
    await announce(tx, { type: orderMoved, subjectId: order.id, payload: { orderId: order.id } });
    return { fromPointId: order.pickupPointId, toPointId: point.id };
  });
}
