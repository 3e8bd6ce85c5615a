import "server-only";
import { arriveDelivery, loadDeliveries, signDelivery } from "#lib/fulfilment/commands/delivery";
import { systemActor } from "#lib/identity/schema";
import { fen } from "#lib/kernel/money";
import { later, minute } from "#lib/kernel/time";
import { cutOffSession, lockSession } from "#lib/orders/commands/cutoff";
import { ensurePayment, placeOrder } from "#lib/orders/commands/place";
import { quote } from "#lib/orders/queries";
import { applyPayments } from "#lib/payments/steps";
import { now, underClock } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { drain } from "#lib/platform/news";
import { acceptPurchase, receive } from "#lib/procurement/commands";
import { reactions } from "#lib/server/wiring";
import { residentActor } from "./builders";

let keys = 0;

/** Quotes and places one order per pickup day; answers the orders' ids. */
export async function order(
  residentId: string,
  pointId: string,
  items: { skuId: string; quantity: number }[],
): Promise<string[]> {
  const actor = residentActor(residentId);
  const q = await quote(actor, { pickupPointId: pointId, items });
  const ids: string[] = [];
  for (const o of q.orders) {
    ids.push(
      (await placeOrder(actor, { quoteToken: o.quoteToken, contactName: "许女士", requestKey: `test-key-${++keys}` }))
        .orderId,
    );
  }
  return ids;
}

/** The channel takes the money at an instant (now unless told) and everybody hears of it. */
export async function pay(orderId: string, paidAt = now()): Promise<void> {
  const o = await prisma.order.findUniqueOrThrow({ where: { id: orderId } });
  const { paymentId } = await ensurePayment(residentActor(o.residentId), orderId);
  const p = await prisma.payment.findUniqueOrThrow({ where: { id: paymentId } });
  await transact((tx) =>
    applyPayments(tx, [
      { outTradeNo: p.outTradeNo, transactionId: `tx${p.outTradeNo}`, amountFen: fen(p.amountFen), paidAt },
    ]),
  );
  await tell();
}

/** Everybody hears the news. */
export const tell = (): Promise<void> => drain(reactions);

/** The session closes and, after the late-notice window, is locked. */
export async function closeSession(sessionId: string): Promise<void> {
  const session = await prisma.saleSession.findUniqueOrThrow({ where: { id: sessionId } });
  await underClock(later(session.cutoffAt, 1000), () => cutOffSession(systemActor("test"), { sessionId }));
  await underClock(later(session.cutoffAt, session.lateNoticeMinutes * minute + 1000), async () => {
    await tell();
    await lockSession(systemActor("test"), { sessionId });
    await tell();
  });
}

const hands = systemActor("test");

/** Every purchase order of a locked session is accepted and received; `short` pieces of a SKU do not come. */
export async function goodsIn(sessionId: string, short: Record<string, number> = {}): Promise<void> {
  for (const p of await prisma.purchaseOrder.findMany({
    where: { saleSessionId: sessionId },
    include: { lines: true },
  })) {
    if (p.state === "issued") await acceptPurchase(hands, { id: p.id });
    const lines = p.lines
      .filter((l) => !l.isReceived)
      .map((l) => {
        const missing = Math.min(short[l.skuId] ?? 0, l.pieces);
        return { purchaseOrderLineId: l.id, accepted: l.pieces - missing, short: missing, damaged: 0 };
      });
    if (lines.length > 0) await receive(hands, { purchaseOrderId: p.id, requestKey: `all-of-${p.id}`, lines });
  }
  await tell();
}

/** Every delivery of a locked session is loaded, arrives and is signed for as expected. */
export async function handToLeader(sessionId: string): Promise<void> {
  const deliveries = await prisma.delivery.findMany({
    where: { saleSessionId: sessionId, pieces: { gt: 0 } },
    select: { id: true },
  });
  await loadDeliveries(hands, { id: deliveries.map((d) => d.id) });
  for (const { id } of deliveries) {
    await arriveDelivery(hands, { id });
    await signDelivery(hands, { id });
  }
  await tell();
}
