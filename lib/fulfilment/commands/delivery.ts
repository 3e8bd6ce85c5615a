import "server-only";
import { z } from "zod";
import { record } from "#lib/audit/steps";
import { authorise, type Deed } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { type Fen, fen, plus, times, zero } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { next } from "#lib/kernel/states";
import { dayFromDate, hour, later } from "#lib/kernel/time";
import { goodsLost } from "#lib/ledger/rules";
import { post } from "#lib/ledger/steps";
import { allocateShort } from "#lib/orders/rules";
import { arriveOrders, deliverLines, loadOrders, planCompletion, shorten } from "#lib/orders/steps";
import { requestShippingReport } from "#lib/payments/steps";
import { now } from "#lib/platform/clock";
import { type Tx, transact } from "#lib/platform/db";
import { ownFiles } from "#lib/platform/files";
import { announce } from "#lib/platform/news";
import { setting } from "#lib/platform/settings";
import { deliveryArrived, deliveryLoaded, deliverySigned } from "../events";
import { completesAt, deliveryTable, isLate, lossBearer } from "../rules";
import { type SignInput, signInput } from "../schema";
import { followOrders } from "../steps";

type Place = { cityId: string; warehouseId: string; routeId: string; leaderId: string | null };

/** Warehouse people are limited to warehouses and drivers to routes; a delivery lies in one of each. */
export const placeOf = (actor: Actor, d: Place) => ({
  cityId: d.cityId,
  leaderId: d.leaderId,
  siteId: actor.siteIds.includes(d.warehouseId) ? d.warehouseId : d.routeId,
});

async function lockDelivery(tx: Tx, actor: Actor, id: string, deed: Deed) {
  await tx.$queryRaw`select id from delivery where id = ${id} for update`;
  const delivery = await tx.delivery.findUnique({ where: { id } });
  if (!delivery) throw new Refusal("notFound");
  authorise(actor, deed, placeOf(actor, delivery));
  return delivery;
}

/** The van takes deliveries on: their orders are on the way. Already loaded ones are left alone. Returns how many. Refuses: notFound, forbidden, illegalTransition. */
export async function loadDeliveries(actor: Actor, input: { id: string[] }): Promise<number> {
  return transact(async (tx) => {
    let done = 0;
    for (const id of [...new Set(input.id)].sort()) {
      const delivery = await lockDelivery(tx, actor, id, "fulfilment.load");
      if (delivery.state === "loaded") continue;
      const to = next(deliveryTable, delivery.state, "load");
      await followOrders(tx, [id]);
      await tx.delivery.update({ where: { id }, data: { state: to, loadedAt: now() } });
      const day = dayFromDate(delivery.pickupDay);
      await loadOrders(tx, [delivery.pickupPointId], day);
      await record(tx, actor, {
        deed: "fulfilment.load",
        subjectType: "delivery",
        subjectId: id,
        before: { state: delivery.state },
        after: { state: to },
      });
      await announce(tx, {
        type: deliveryLoaded,
        subjectId: id,
        payload: { pickupPointId: delivery.pickupPointId, routeId: delivery.routeId, pickupDay: day },
      });
      done++;
    }
    return done;
  });
}

/** The goods stand at the point: residents may come once the leader has signed, and the channel is told of the arrival. Refuses: notFound, forbidden, illegalTransition. */
export async function arriveDelivery(actor: Actor, input: { id: string }): Promise<void> {
  await transact(
    async (tx) => {
      const delivery = await lockDelivery(tx, actor, input.id, "fulfilment.arrive");
      const to = next(deliveryTable, delivery.state, "arrive");
      const at = now();
      await followOrders(tx, [delivery.id]);
      await tx.delivery.update({
        where: { id: delivery.id },
        data: { state: to, arrivedAt: at, signDueAt: later(at, (await setting(tx, "signHours")) * hour) },
      });
      const day = dayFromDate(delivery.pickupDay);
      const orderIds = await arriveOrders(tx, delivery.pickupPointId, day);
      const orders = await tx.order.findMany({ where: { id: { in: orderIds } }, select: { id: true, summary: true } });
      for (const order of orders) await requestShippingReport(tx, { orderId: order.id, itemDesc: order.summary });
      const wasLate = isLate({ dueAt: delivery.dueAt, arrivedAt: at }, at);
      await record(tx, actor, {
        deed: "fulfilment.arrive",
        subjectType: "delivery",
        subjectId: delivery.id,
        before: { state: delivery.state },
        after: { state: to, orders: orderIds.length, isLate: wasLate },
      });
      await announce(tx, {
        type: deliveryArrived,
        subjectId: delivery.id,
        payload: {
          pickupPointId: delivery.pickupPointId,
          leaderId: delivery.leaderId,
          pickupDay: day,
          isLate: wasLate,
        },
      });
    },
    { timeoutMs: 60_000 },
  );
}

const openRow = z.object({
  id: z.string(),
  order_id: z.string(),
  sku_id: z.string(),
  category_id: z.string(),
  open: z.number(),
  paid_at: z.date().nullable(),
  supply_price_fen: z.bigint(),
});
type OpenLine = z.infer<typeof openRow>;

/**
 * The leader signs what she got, line by line; lines she does not name are signed as expected. Short and damaged pieces need a
 * photo; their residents have the money back, and the warehouse (short) or the driver (damaged) bears their cost. The clock
 * signs everything as accepted. Sent twice by the same person it changes nothing.
 * Refuses: notFound, forbidden, illegalTransition, photoRequired, fileMissing, quantityExceeded.
 */
export async function signDelivery(
  actor: Actor,
  input: SignInput,
): Promise<{ signed: number; short: number; damaged: number }> {
  const { id, lines: said } = signInput.parse(input);
  return transact(
    async (tx) => {
      const delivery = await lockDelivery(tx, actor, id, "fulfilment.sign");
      if (delivery.state === "signed" && delivery.signedBy === actor.id) return signedCounts(tx, id);
      const to = next(deliveryTable, delivery.state, "sign");
      await followOrders(tx, [id]);
      const lines = await tx.deliveryLine.findMany({ where: { deliveryId: id }, orderBy: { id: "asc" } });
      const differs = new Map(said.filter((s) => s.short + s.damaged > 0).map((s) => [s.lineId, s]));
      for (const s of differs.values()) {
        const line = lines.find((l) => l.id === s.lineId);
        if (!line) throw new Refusal("notFound");
        if (!s.photoFileId) throw new Refusal("photoRequired", { name: line.name });
        if (s.short + s.damaged > line.expected) throw new Refusal("quantityExceeded");
      }
      await ownFiles(tx, {
        ids: [...differs.values()].flatMap((s) => (s.photoFileId ? [s.photoFileId] : [])),
        purpose: "deliveryPhoto",
        by: actor.id,
      });
      const at = now();
      const open = await openLines(tx, delivery);
      const lost = {
        short: [] as { lineId: string; quantity: number }[],
        damaged: [] as { lineId: string; quantity: number }[],
      };
      await tx.$executeRaw`update delivery_line set signed = expected where delivery_id = ${id} and not id = any(${[...differs.keys()]})`;
      for (const line of lines) {
        const s = differs.get(line.id);
        if (!s) continue;
        const { short, damaged } = s;
        const bearer = short > 0 ? lossBearer.short : lossBearer.damaged;
        await tx.deliveryLine.update({
          where: { id: line.id },
          data: { signed: line.expected - short - damaged, short, damaged, bearer, photoFileId: s.photoFileId ?? null },
        });
        const served = open.filter((o) => o.sku_id === line.skuId);
        for (const kind of ["short", "damaged"] as const) {
          const missing = kind === "short" ? short : damaged;
          const taken = allocateShort(
            served.map((o) => ({ lineId: o.id, open: o.open, paidAt: o.paid_at ?? new Date(0) })),
            missing,
          );
          for (const t of taken) {
            const o = served.find((x) => x.id === t.lineId);
            if (o) o.open -= t.quantity;
          }
          lost[kind].push(...taken);
        }
      }
      for (const kind of ["short", "damaged"] as const) await bookLoss(tx, actor, id, kind, lost[kind], open);
      await deliverLines(
        tx,
        open.map((o) => ({ lineId: o.id, quantity: o.open })),
      );
      await planTimes(tx, delivery, open, at);
      await tx.delivery.update({ where: { id }, data: { state: to, signedAt: at, signedBy: actor.id } });
      const counts = await signedCounts(tx, id);
      await record(tx, actor, {
        deed: "fulfilment.sign",
        subjectType: "delivery",
        subjectId: id,
        before: { state: delivery.state },
        after: { state: to, ...counts },
      });
      const by = actor.kind === "system" ? "clock" : actor.kind === "leader" ? "leader" : "operator";
      await announce(tx, {
        type: deliverySigned,
        subjectId: id,
        payload: {
          pickupPointId: delivery.pickupPointId,
          leaderId: delivery.leaderId,
          pickupDay: dayFromDate(delivery.pickupDay),
          by,
          short: counts.short,
          damaged: counts.damaged,
        },
      });
      return counts;
    },
    { timeoutMs: 60_000 },
  );
}

async function signedCounts(tx: Tx, id: string): Promise<{ signed: number; short: number; damaged: number }> {
  const sums = await tx.deliveryLine.aggregate({
    where: { deliveryId: id },
    _sum: { signed: true, short: true, damaged: true },
  });
  return { signed: sums._sum.signed ?? 0, short: sums._sum.short ?? 0, damaged: sums._sum.damaged ?? 0 };
}

type Delivered = { saleSessionId: string; pickupPointId: string; pickupDay: Date };

/** The order lines of a delivery that still wait for pieces, locked with their orders in the order every step locks them. */
async function openLines(tx: Tx, d: Delivered): Promise<OpenLine[]> {
  await tx.$queryRaw`
    select id from customer_order where id in (
      select order_id from order_line where sale_session_id = ${d.saleSessionId} and pickup_point_id = ${d.pickupPointId} and pickup_day = ${d.pickupDay}::date)
    order by id for update`;
  return z.array(openRow).parse(
    await tx.$queryRaw`
      select l.id, l.order_id, l.sku_id, l.category_id, l.ordered - l.cancelled - l.short - l.delivered as open, o.paid_at, l.supply_price_fen
      from order_line l join customer_order o on o.id = l.order_id
      where l.sale_session_id = ${d.saleSessionId} and l.pickup_point_id = ${d.pickupPointId} and l.pickup_day = ${d.pickupDay}::date
        and o.state in ('locked', 'inTransit', 'arrived') and l.ordered > l.cancelled + l.short + l.delivered
      order by l.id for update of l`,
  );
}

async function bookLoss(
  tx: Tx,
  actor: Actor,
  deliveryId: string,
  kind: "short" | "damaged",
  items: { lineId: string; quantity: number }[],
  open: OpenLine[],
): Promise<void> {
  if (items.length === 0) return;
  const price = new Map(open.map((o) => [o.id, fen(o.supply_price_fen)]));
  const cost = items.reduce<Fen>((total, i) => plus(total, times(price.get(i.lineId) ?? zero, i.quantity)), zero);
  await shorten(tx, actor, {
    cause: kind === "short" ? "deliveryShort" : "deliveryDamaged",
    causeId: deliveryId,
    bearer: lossBearer[kind],
    kind: "short",
    items,
  });
  await post(
    tx,
    goodsLost({ idemKey: `lost:${deliveryId}:${kind}`, ref: deliveryId, cost, bearer: { bearer: lossBearer[kind] } }),
  );
}

async function planTimes(tx: Tx, d: Delivered, open: OpenLine[], signedAt: Date): Promise<void> {
  const categories = await tx.category.findMany({
    where: { id: { in: open.map((o) => o.category_id) } },
    select: { id: true, completionDays: true },
  });
  const days = new Map(categories.map((c) => [c.id, c.completionDays]));
  const pickupDay = dayFromDate(d.pickupDay);
  await planCompletion(
    tx,
    open
      .filter((o) => o.open > 0)
      .map((o) => ({
        lineId: o.id,
        at: completesAt({ pickupDay, signedAt, completionDays: days.get(o.category_id) ?? 0 }),
      })),
  );
}
