import "server-only";
import { z } from "zod";
import { timelineOf } from "#lib/audit/queries";
import { authorise, sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { Refusal } from "#lib/kernel/refusal";
import { type Day, dateOf, dayFromDate } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { maskName } from "#lib/platform/pii";
import { isLate } from "../rules";
import type { Bag, DayDelivery, DeliveryLineView, DeliveryRecord, DeliveryRow } from "../schema";

type Raw = Awaited<ReturnType<typeof prisma.delivery.findMany<{ include: { lines: true } }>>>[number];

/** Deliveries an actor may see: cities for the desk, warehouses or routes for the floor, her own for a leader. */
export function scopeWhere(actor: Actor) {
  const scope = sees(actor, "fulfilment.see");
  return {
    AND: [
      scope.cityIds ? { cityId: { in: scope.cityIds } } : {},
      scope.leaderId !== undefined ? { leaderId: scope.leaderId } : {},
      scope.siteIds ? { OR: [{ warehouseId: { in: scope.siteIds } }, { routeId: { in: scope.siteIds } }] } : {},
    ],
  };
}

/** Rows with the names of their point, route, warehouse and leader. */
export async function toRows(found: Raw[]): Promise<DeliveryRow[]> {
  const [points, routes, warehouses, leaders] = await Promise.all([
    prisma.pickupPoint.findMany({
      where: { id: { in: found.map((d) => d.pickupPointId) } },
      select: { id: true, name: true, district: true, address: true },
    }),
    prisma.route.findMany({ where: { id: { in: found.map((d) => d.routeId) } }, select: { id: true, name: true } }),
    prisma.warehouse.findMany({
      where: { id: { in: found.map((d) => d.warehouseId) } },
      select: { id: true, name: true },
    }),
    prisma.leader.findMany({
      where: { id: { in: found.flatMap((d) => (d.leaderId ? [d.leaderId] : [])) } },
      select: { id: true, name: true },
    }),
  ]);
  const point = new Map(points.map((p) => [p.id, p]));
  const name = new Map([...routes, ...warehouses, ...leaders].map((n) => [n.id, n.name]));
  const at = now();
  return found.map((d) => ({
    id: d.id,
    state: d.state,
    saleSessionId: d.saleSessionId,
    pickupPointId: d.pickupPointId,
    pointName: point.get(d.pickupPointId)?.name ?? "",
    district: point.get(d.pickupPointId)?.district ?? "",
    address: point.get(d.pickupPointId)?.address ?? "",
    routeId: d.routeId,
    routeName: name.get(d.routeId) ?? "",
    warehouseId: d.warehouseId,
    warehouseName: name.get(d.warehouseId) ?? "",
    leaderId: d.leaderId,
    leaderName: d.leaderId ? (name.get(d.leaderId) ?? "") : "",
    pickupDay: dayFromDate(d.pickupDay),
    lineCount: d.lines.filter((l) => l.expected > 0).length,
    pieces: d.pieces,
    short: d.lines.reduce((n, l) => n + l.short, 0),
    damaged: d.lines.reduce((n, l) => n + l.damaged, 0),
    loadedAt: d.loadedAt,
    arrivedAt: d.arrivedAt,
    dueAt: d.dueAt,
    signDueAt: d.signDueAt,
    signedAt: d.signedAt,
    isLate: isLate(d, at),
  }));
}

export const lineOf = (l: Raw["lines"][number]): DeliveryLineView => ({
  id: l.id,
  skuId: l.skuId,
  name: l.name,
  spec: l.spec,
  unit: l.unit,
  picture: l.picture,
  expected: l.expected,
  signed: l.signed,
  short: l.short,
  damaged: l.damaged,
  bearer: l.bearer,
  photoFileId: l.photoFileId,
});

/** Deliveries by id, in any order; whoever asks has been allowed to see them. */
export async function deliveriesById(ids: readonly string[]): Promise<DeliveryRow[]> {
  return toRows(await prisma.delivery.findMany({ where: { id: { in: [...ids] } }, include: { lines: true } }));
}

const bagRow = z.object({
  bag_no: z.number().nullable(),
  resident_id: z.string(),
  contact_name: z.string(),
  phone_tail: z.string(),
  name: z.string(),
  spec: z.string(),
  quantity: z.coerce.number(),
});

/** Who gets what out of some deliveries, by bag number; the key is the delivery's id. */
async function bagsOf(deliveryIds: string[]): Promise<Map<string, Bag[]>> {
  const rows = z.array(bagRow.extend({ delivery_id: z.string() })).parse(
    await prisma.$queryRaw`
      select v.id as delivery_id, c.bag_no, l.resident_id, min(o.contact_name) as contact_name, min(o.phone_tail) as phone_tail, l.name, l.spec,
        sum(l.ordered - l.cancelled - l.short) as quantity
      from delivery v
      join order_line l on l.sale_session_id = v.sale_session_id and l.pickup_point_id = v.pickup_point_id and l.pickup_day = v.pickup_day
      join customer_order o on o.id = l.order_id
      left join pickup_code c on c.resident_id = l.resident_id and c.pickup_point_id = l.pickup_point_id and c.pickup_day = l.pickup_day
      where v.id = any(${deliveryIds}) and o.state in ('locked', 'inTransit', 'arrived', 'completed', 'refunded') and l.ordered > l.cancelled + l.short
      group by v.id, c.bag_no, l.resident_id, l.name, l.spec
      order by v.id, c.bag_no nulls last, l.resident_id, l.name`,
  );
  const bags = new Map<string, Bag[]>();
  for (const r of rows) {
    const list = bags.get(r.delivery_id) ?? [];
    let bag = list.find((b) => b.residentId === r.resident_id);
    if (!bag) {
      bag = {
        bagNo: r.bag_no,
        residentId: r.resident_id,
        name: maskName(r.contact_name),
        phoneTail: r.phone_tail,
        pieces: 0,
        lines: [],
      };
      list.push(bag);
    }
    bag.lines.push({ name: r.name, spec: r.spec, quantity: r.quantity });
    bag.pieces += r.quantity;
    bags.set(r.delivery_id, list);
  }
  return bags;
}

async function toRecords(found: Raw[]): Promise<DeliveryRecord[]> {
  const [rows, bags, sessions, people] = await Promise.all([
    toRows(found),
    bagsOf(found.map((d) => d.id)),
    prisma.saleSession.findMany({
      where: { id: { in: found.map((d) => d.saleSessionId) } },
      select: { id: true, name: true },
    }),
    prisma.user.findMany({
      where: { id: { in: found.flatMap((d) => (d.signedBy ? [d.signedBy] : [])) } },
      select: { id: true, name: true },
    }),
  ]);
  const session = new Map(sessions.map((s) => [s.id, s.name]));
  const person = new Map(people.map((p) => [p.id, p.name]));
  return found.flatMap((d, i) => {
    const row = rows[i];
    if (!row) return [];
    return [
      {
        ...row,
        sessionName: session.get(d.saleSessionId) ?? "",
        token: d.token,
        signedByName: d.signedBy ? (person.get(d.signedBy) ?? null) : null,
        notifiedAt: d.notifiedAt,
        remindedAt: d.remindedAt,
        lines: d.lines.map(lineOf),
        bags: bags.get(d.id) ?? [],
      },
    ];
  });
}

const withLines = { lines: { orderBy: [{ name: "asc" as const }, { id: "asc" as const }] } };
const target = (
  actor: Actor,
  d: { cityId: string; leaderId: string | null; warehouseId: string; routeId: string },
) => ({
  cityId: d.cityId,
  leaderId: d.leaderId,
  siteId: actor.siteIds.includes(d.warehouseId) ? d.warehouseId : d.routeId,
});

/** One delivery with its lines, bags and timeline. Refuses: notFound, forbidden. */
export async function deliveryRecord(
  actor: Actor,
  id: string,
): Promise<DeliveryRecord & { timeline: Awaited<ReturnType<typeof timelineOf>> }> {
  const found = await prisma.delivery.findUnique({ where: { id }, include: withLines });
  if (!found) throw new Refusal("notFound");
  authorise(actor, "fulfilment.see", target(actor, found));
  const [record] = await toRecords([found]);
  if (!record) throw new Refusal("notFound");
  return { ...record, timeline: await timelineOf("delivery", id) };
}

/** The delivery a printed sheet's code stands for. Refuses: notFound, forbidden. */
export async function deliveryByToken(actor: Actor, token: string): Promise<{ id: string }> {
  const found = await prisma.delivery.findUnique({ where: { token } });
  if (!found) throw new Refusal("notFound");
  authorise(actor, "fulfilment.see", target(actor, found));
  return { id: found.id };
}

/** The sheets to print: one delivery, or all of a day (of a route). Refuses: forbidden. */
export async function deliverySheets(
  actor: Actor,
  f: { id?: string; day?: Day; routeId?: string },
): Promise<DeliveryRecord[]> {
  const found = await prisma.delivery.findMany({
    where: {
      AND: [
        scopeWhere(actor),
        f.id ? { id: f.id } : {},
        f.day ? { pickupDay: dateOf(f.day) } : {},
        f.routeId ? { routeId: f.routeId } : {},
        { pieces: { gt: 0 } },
      ],
    },
    include: withLines,
    orderBy: [{ routeId: "asc" }, { pickupPointId: "asc" }],
    take: 500,
  });
  return toRecords(found);
}

/** What the floor has before it: deliveries not signed yet, and today's signed ones, by day and route. Refuses: forbidden. */
export async function floorDeliveries(
  actor: Actor,
  from: Day,
  to: Day,
): Promise<(DeliveryRow & { lines: DeliveryLineView[] })[]> {
  const found = await prisma.delivery.findMany({
    where: {
      AND: [
        scopeWhere(actor),
        { pickupDay: { gte: dateOf(from), lte: dateOf(to) } },
        { state: { in: ["preparing", "loaded", "arrived"] } },
        { pieces: { gt: 0 } },
      ],
    },
    include: withLines,
    orderBy: [{ pickupDay: "asc" }, { routeId: "asc" }, { pickupPointId: "asc" }],
    take: 500,
  });
  const rows = await toRows(found);
  return rows.map((r, i) => ({ ...r, lines: (found[i]?.lines ?? []).filter((l) => l.expected > 0).map(lineOf) }));
}

const dayRow = z.object({
  pickup_day: z.date(),
  deliveries: z.coerce.number(),
  loaded: z.coerce.number(),
  arrived: z.coerce.number(),
  signed: z.coerce.number(),
  late: z.coerce.number(),
  pieces: z.coerce.number(),
  lost: z.coerce.number(),
  delivered: z.coerce.number(),
  picked: z.coerce.number(),
});

/** Loading, arrival, signature and pickup by pickup day, `[from, to]`: the right half of the wave board. Refuses: forbidden. */
export async function deliveryByDay(actor: Actor, from: Day, to: Day): Promise<DayDelivery[]> {
  const scope = sees(actor, "fulfilment.see");
  const cities = scope.cityIds ?? null;
  const sites = scope.siteIds ?? null;
  const rows = z.array(dayRow).parse(
    await prisma.$queryRaw`
      with mine as (
        select * from delivery v
        where v.pieces > 0 and v.pickup_day between ${dateOf(from)}::date and ${dateOf(to)}::date
          and (${cities}::text[] is null or v.city_id = any(${cities}::text[]))
          and (${sites}::text[] is null or v.warehouse_id = any(${sites}::text[]) or v.route_id = any(${sites}::text[]))),
      lost as (
        select m.pickup_day, sum(l.short + l.damaged) as pieces from mine m join delivery_line l on l.delivery_id = m.id group by 1),
      handed as (
        select l.pickup_day, sum(l.delivered) as delivered, sum(l.picked) as picked
        from order_line l join mine m on m.sale_session_id = l.sale_session_id and m.pickup_point_id = l.pickup_point_id and m.pickup_day = l.pickup_day
        group by 1)
      select m.pickup_day, count(*) as deliveries, count(*) filter (where m.state <> 'preparing') as loaded,
        count(*) filter (where m.state in ('arrived', 'signed')) as arrived, count(*) filter (where m.state = 'signed') as signed,
        count(*) filter (where coalesce(m.arrived_at, ${now()}) > m.due_at) as late, sum(m.pieces) as pieces,
        coalesce(max(lost.pieces), 0) as lost, coalesce(max(handed.delivered), 0) as delivered, coalesce(max(handed.picked), 0) as picked
      from mine m left join lost on lost.pickup_day = m.pickup_day left join handed on handed.pickup_day = m.pickup_day
      group by m.pickup_day order by m.pickup_day`,
  );
  return rows.map((r) => ({ ...r, day: dayFromDate(r.pickup_day) })).map(({ pickup_day: _, ...r }) => r);
}
