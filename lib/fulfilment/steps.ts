import "server-only";
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { newId } from "#lib/kernel/ids";
import { atClock, dateOf, dayFromDate } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";

const plannedRow = z.object({
  pickup_point_id: z.string(),
  pickup_day: z.date(),
  route_id: z.string(),
  warehouse_id: z.string(),
  city_id: z.string(),
  sku_id: z.string(),
  name: z.string(),
  spec: z.string(),
  unit: z.string(),
  picture: z.string(),
  expected: z.coerce.number(),
});

/** Deliveries of a locked session, one per pickup point and day, with a line per SKU. Again does nothing. Returns how many. */
export async function planDeliveries(tx: Tx, saleSessionId: string): Promise<number> {
  if ((await tx.delivery.count({ where: { saleSessionId } })) > 0) return 0;
  const rows = z.array(plannedRow).parse(
    await tx.$queryRaw`
      select l.pickup_point_id, l.pickup_day, min(o.route_id) as route_id, min(o.warehouse_id) as warehouse_id, min(o.city_id) as city_id, l.sku_id,
        min(l.name) as name, min(l.spec) as spec, min(l.unit) as unit, min(l.picture) as picture, sum(l.ordered - l.cancelled - l.short) as expected
      from order_line l join customer_order o on o.id = l.order_id
      where l.sale_session_id = ${saleSessionId} and o.state in ('locked', 'inTransit', 'arrived') and l.ordered > l.cancelled + l.short
      group by l.pickup_point_id, l.pickup_day, l.sku_id
      order by l.pickup_point_id, l.pickup_day, min(l.name), l.sku_id`,
  );
  const points = await tx.pickupPoint.findMany({
    where: { id: { in: rows.map((r) => r.pickup_point_id) } },
    select: { id: true, leaderId: true, opensAt: true },
  });
  const known = new Map(points.map((p) => [p.id, p]));
  const groups = new Map<string, z.infer<typeof plannedRow>[]>();
  for (const r of rows) {
    const key = `${r.pickup_point_id} ${dayFromDate(r.pickup_day)}`;
    groups.set(key, [...(groups.get(key) ?? []), r]);
  }
  const at = now();
  const deliveries = [];
  const lines = [];
  for (const group of groups.values()) {
    const [first] = group;
    if (!first) continue;
    const point = known.get(first.pickup_point_id);
    const id = newId("dlv", at);
    const day = dayFromDate(first.pickup_day);
    deliveries.push({
      id,
      saleSessionId,
      pickupPointId: first.pickup_point_id,
      routeId: first.route_id,
      warehouseId: first.warehouse_id,
      cityId: first.city_id,
      leaderId: point?.leaderId ?? null,
      pickupDay: dateOf(day),
      state: "preparing" as const,
      token: randomBytes(12).toString("base64url"),
      pieces: group.reduce((n, r) => n + r.expected, 0),
      createdAt: at,
      dueAt: atClock(day, point?.opensAt ?? "16:00"),
    });
    for (const r of group) {
      lines.push({
        id: newId("dll", at),
        deliveryId: id,
        skuId: r.sku_id,
        name: r.name,
        spec: r.spec,
        unit: r.unit,
        picture: r.picture,
        expected: r.expected,
      });
    }
  }
  await tx.delivery.createMany({ data: deliveries });
  await tx.deliveryLine.createMany({ data: lines });
  return deliveries.length;
}

/** Brings the expected pieces of unsigned deliveries to what their orders still want. */
export async function followOrders(tx: Tx, deliveryIds: string[]): Promise<void> {
  if (deliveryIds.length === 0) return;
  await tx.$executeRaw`
    update delivery_line d set expected = x.expected
    from (
      select dl.id, coalesce(sum(l.ordered - l.cancelled - l.short) filter (where o.state in ('locked', 'inTransit', 'arrived', 'completed', 'refunded')), 0) as expected
      from delivery_line dl
      join delivery v on v.id = dl.delivery_id
      left join order_line l on l.sale_session_id = v.sale_session_id and l.pickup_point_id = v.pickup_point_id and l.pickup_day = v.pickup_day and l.sku_id = dl.sku_id
      left join customer_order o on o.id = l.order_id
      where v.id = any(${deliveryIds}) and v.state <> 'signed'
      group by dl.id) x
    where x.id = d.id and d.expected <> x.expected`;
  await tx.$executeRaw`
    update delivery v set pieces = (select coalesce(sum(expected), 0) from delivery_line where delivery_id = v.id)
    where v.id = any(${deliveryIds}) and v.state <> 'signed'`;
}

/** The unsigned deliveries that some order lines belong to. */
export async function deliveriesOf(tx: Tx, lineIds: string[]): Promise<string[]> {
  const rows = z.array(z.object({ id: z.string() })).parse(
    await tx.$queryRaw`
      select distinct v.id from delivery v
      join order_line l on l.sale_session_id = v.sale_session_id and l.pickup_point_id = v.pickup_point_id and l.pickup_day = v.pickup_day
      where l.id = any(${lineIds}) and v.state <> 'signed' order by v.id`,
  );
  return rows.map((r) => r.id);
}
