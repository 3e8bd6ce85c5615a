import "server-only";
import { z } from "zod";
import { timelineOf } from "#lib/audit/queries";
import { authorise, sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { type Page, pageOf, readCursor } from "#lib/kernel/page";
import { Refusal } from "#lib/kernel/refusal";
import { addDays, type Day, dateOf, dayFromDate } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { keptBytes, rowsOf } from "./list";
import { boxAround, checkPoints, closedAmong, sameFacts } from "./rules";
import type {
  CalendarRow,
  City,
  NearPoint,
  PointCheck,
  PointForOrder,
  PointRecord,
  PointRow,
  RouteView,
  WarehouseView,
} from "./schema";

/** The point with its route and warehouse, or null. For higher domains; no actor, it is public knowledge. */
export async function pointForOrder(pointId: string): Promise<PointForOrder | null> {
  return (await pointsForOrder([pointId]))[0] ?? null;
}

/** As pointForOrder, for many; unknown ids are left out. */
export async function pointsForOrder(pointIds: readonly string[]): Promise<PointForOrder[]> {
  const points = await prisma.pickupPoint.findMany({ where: { id: { in: [...pointIds] } } });
  const routes = new Map(
    (await prisma.route.findMany({ where: { id: { in: points.map((p) => p.routeId) } } })).map((r) => [r.id, r]),
  );
  return points.flatMap((p) => {
    const route = routes.get(p.routeId);
    if (!route) return [];
    const { id, name, cityId, district, address, routeId, leaderId, state } = p;
    return [
      {
        id,
        name,
        cityId,
        district,
        address,
        routeId,
        warehouseId: route.warehouseId,
        routeLeadDays: route.leadDays,
        leaderId,
        state,
      },
    ];
  });
}

/** The days in `[from, to]` on which at least one of the scopes rests. */
export async function closedDays(scopes: string[], from: Day, to: Day): Promise<Set<Day>> {
  return closedAmong(await calendar(scopes, from, to));
}

/** Calendar rows of some scopes in `[from, to]`, by day. */
export async function calendar(scopes: string[], from: Day, to: Day): Promise<CalendarRow[]> {
  const rows = await prisma.calendarDay.findMany({
    where: { scope: { in: scopes }, day: { gte: dateOf(from), lte: dateOf(to) } },
    orderBy: { day: "asc" },
  });
  return rows.map((r) => ({ ...r, day: dayFromDate(r.day) }));
}

const nearRow = z.object({
  id: z.string(),
  name: z.string(),
  city_id: z.string(),
  district: z.string(),
  address: z.string(),
  lat: z.number(),
  lng: z.number(),
  opens_at: z.string(),
  closes_at: z.string(),
  leader_id: z.string().nullable(),
  distance_m: z.number(),
});

/** Open points with a leader around a GCJ-02 coordinate, nearest first; the radius is 3 km unless told, at most 50 km. Keyset by distance. */
export async function nearestPoints(e: {
  lat: number;
  lng: number;
  radiusM?: number;
  cityId?: string;
  q?: string;
  cursor?: string | null;
  limit: number;
}): Promise<Page<NearPoint>> {
  const radius = Math.min(e.radiusM ?? 3_000, 50_000);
  const box = boxAround(e, radius);
  const key = readCursor(e.cursor);
  const afterM = typeof key?.[0] === "number" ? key[0] : -1;
  const afterId = typeof key?.[1] === "string" ? key[1] : "";
  const pattern = e.q ? `%${e.q.replace(/[\\%_]/g, "\\$&")}%` : null;
  const rows = z.array(nearRow).parse(
    await prisma.$queryRaw`
      with near as (
        select id, name, city_id, district, address, lat, lng, opens_at, closes_at, leader_id,
          round(2 * 6371008.8 * asin(least(1, sqrt(
            sin(radians(lat - ${e.lat}::float8) / 2) ^ 2
            + cos(radians(${e.lat}::float8)) * cos(radians(lat)) * sin(radians(lng - ${e.lng}::float8) / 2) ^ 2))))::int as distance_m
        from pickup_point
        where lat between ${box.south}::float8 and ${box.north}::float8 and lng between ${box.west}::float8 and ${box.east}::float8
          and state = 'open'::point_state and leader_id is not null
          and (${e.cityId ?? null}::text is null or city_id = ${e.cityId ?? null}::text)
          and (${pattern}::text is null or name ilike ${pattern}::text or address ilike ${pattern}::text))
      select * from near where distance_m <= ${radius}::int and (distance_m, id) > (${afterM}::int, ${afterId}::text)
      order by distance_m, id limit ${e.limit + 1}::int`,
  );
  return pageOf(
    rows.map((r) => ({
      id: r.id,
      name: r.name,
      cityId: r.city_id,
      district: r.district,
      address: r.address,
      lat: r.lat,
      lng: r.lng,
      opensAt: r.opens_at,
      closesAt: r.closes_at,
      leaderId: r.leader_id,
      distanceM: r.distance_m,
    })),
    e.limit,
    (r) => [r.distanceM, r.id],
  );
}

/** The cities we trade in or know of. */
export async function cities(): Promise<City[]> {
  const rows = await prisma.region.findMany({ where: { level: "city" }, orderBy: { id: "asc" } });
  return rows.map(({ id, name, nameEn }) => ({ id, name, nameEn }));
}

/** Cities in which an open point exists: where a session can be sold. */
export async function servedCities(): Promise<City[]> {
  const served = await prisma.pickupPoint.findMany({
    where: { state: "open" },
    distinct: ["cityId"],
    select: { cityId: true },
  });
  const ids = new Set(served.map((s) => s.cityId));
  return (await cities()).filter((c) => ids.has(c.id));
}

/** Routes with their warehouses, of one city or all. */
export async function routes(cityId?: string): Promise<RouteView[]> {
  const rows = await prisma.route.findMany({
    where: cityId ? { cityId } : {},
    orderBy: [{ cityId: "asc" }, { name: "asc" }],
  });
  const names = new Map((await prisma.warehouse.findMany()).map((w) => [w.id, w.name]));
  return rows.map(({ id, name, cityId: city, warehouseId, leadDays, departAt }) => ({
    id,
    name,
    cityId: city,
    warehouseId,
    warehouseName: names.get(warehouseId) ?? "",
    leadDays,
    departAt,
  }));
}

/** Warehouses, of one city or all. */
export async function warehouses(cityId?: string): Promise<WarehouseView[]> {
  const rows = await prisma.warehouse.findMany({ where: cityId ? { cityId } : {}, orderBy: { name: "asc" } });
  return rows.map(({ id, name, kind, cityId: city, address, unloadFrom, unloadTo }) => ({
    id,
    name,
    kind,
    cityId: city,
    address,
    unloadFrom,
    unloadTo,
  }));
}

async function toRows(points: Awaited<ReturnType<typeof prisma.pickupPoint.findMany>>): Promise<PointRow[]> {
  const [cityRows, routeRows] = await Promise.all([
    prisma.region.findMany({ where: { id: { in: points.map((p) => p.cityId) } } }),
    prisma.route.findMany({ where: { id: { in: points.map((p) => p.routeId) } } }),
  ]);
  const city = new Map(cityRows.map((c) => [c.id, c.name]));
  const route = new Map(routeRows.map((r) => [r.id, r.name]));
  return points.map(
    ({ id, name, cityId, district, address, lat, lng, routeId, leaderId, state, opensAt, closesAt }) => ({
      id,
      name,
      cityId,
      cityName: city.get(cityId) ?? "",
      district,
      address,
      lat,
      lng,
      routeId,
      routeName: route.get(routeId) ?? "",
      leaderId,
      state,
      opensAt,
      closesAt,
    }),
  );
}

/** Points by id, in any order; whoever asks has been allowed to see them. */
export const pointsById = async (ids: readonly string[]): Promise<PointRow[]> =>
  toRows(await prisma.pickupPoint.findMany({ where: { id: { in: [...ids] } } }));

const seenPoints = (actor: Actor) => {
  const scope = sees(actor, "points.see");
  return {
    ...(scope.cityIds ? { cityId: { in: scope.cityIds } } : {}),
    ...(scope.siteIds ? { routeId: { in: scope.siteIds } } : {}),
  };
};

/** The open points that orders can go to, by district and name. Refuses: forbidden. */
export async function openPoints(actor: Actor): Promise<Pick<PointRow, "id" | "name" | "district">[]> {
  return prisma.pickupPoint.findMany({
    where: { ...seenPoints(actor), state: "open", leaderId: { not: null } },
    select: { id: true, name: true, district: true },
    orderBy: [{ district: "asc" }, { name: "asc" }],
    take: 2_000,
  });
}

/** The points of a city, or those of these ids, as dots of the map, at most 2 000. Refuses: forbidden. */
export async function pointsOnMap(
  actor: Actor,
  of: { cityId: string } | { ids: readonly string[] },
): Promise<Pick<PointRow, "id" | "name" | "lat" | "lng" | "state" | "leaderId">[]> {
  return prisma.pickupPoint.findMany({
    where: { AND: [seenPoints(actor), "ids" in of ? { id: { in: [...of.ids] } } : of] },
    select: { id: true, name: true, lat: true, lng: true, state: true, leaderId: true },
    orderBy: { id: "asc" },
    take: 2_000,
  });
}

/** The districts that have points, for the filter. */
export async function districts(cityId?: string): Promise<string[]> {
  const rows = await prisma.pickupPoint.findMany({
    where: cityId ? { cityId } : {},
    distinct: ["district"],
    select: { district: true },
    orderBy: { district: "asc" },
  });
  return rows.map((r) => r.district);
}

/** One point with its route, warehouse and the calendar of the next 60 days. Refuses: notFound, forbidden. */
export async function pointRecord(
  actor: Actor,
  id: string,
): Promise<PointRecord & { timeline: Awaited<ReturnType<typeof timelineOf>> }> {
  const point = await prisma.pickupPoint.findUnique({ where: { id } });
  if (!point) throw new Refusal("notFound");
  authorise(actor, "points.see", {
    cityId: point.cityId,
    siteId: actor.roles.includes("driver") ? point.routeId : null,
  });
  const [row] = await toRows([point]);
  const route = await prisma.route.findUniqueOrThrow({ where: { id: point.routeId } });
  const warehouse = await prisma.warehouse.findUniqueOrThrow({ where: { id: route.warehouseId } });
  const day = today();
  if (!row) throw new Refusal("notFound");
  return {
    ...row,
    warehouseId: warehouse.id,
    warehouseName: warehouse.name,
    routeLeadDays: route.leadDays,
    createdAt: point.createdAt,
    version: point.version,
    calendar: await calendar(
      ["all", `warehouse:${warehouse.id}`, `route:${route.id}`, `point:${point.id}`],
      day,
      addDays(day, 60),
    ),
    timeline: await timelineOf("point", id),
  };
}

/** The points a leader owns. For higher domains and the leader's own pages. */
export async function pointsOfLeader(leaderId: string): Promise<PointRow[]> {
  return toRows(await prisma.pickupPoint.findMany({ where: { leaderId }, orderBy: { name: "asc" } }));
}

export type PointCard = PointForOrder & { lat: number; lng: number; opensAt: string; closesAt: string };

/** A point as residents see it, whatever its state, or null. Public knowledge. */
export async function pointCard(pointId: string): Promise<PointCard | null> {
  const [point, row] = await Promise.all([
    pointForOrder(pointId),
    prisma.pickupPoint.findUnique({
      where: { id: pointId },
      select: { lat: true, lng: true, opensAt: true, closesAt: true },
    }),
  ]);
  return point && row && point.state !== "draft" ? { ...point, ...row } : null;
}

export type PointListCheck = PointCheck & {
  created: number;
  changed: number;
  unchanged: number;
  districts: { district: string; count: number; hasRoute: boolean }[];
};

/** What importing a kept list would do. Refuses: notFound, forbidden, sheetUnreadable. */
export async function checkPointList(actor: Actor, e: { cityId: string; fileId: string }): Promise<PointListCheck> {
  authorise(actor, "points.edit", { cityId: e.cityId });
  const check = checkPoints(await rowsOf(await keptBytes(actor, e.fileId)));
  const standing = await prisma.pickupPoint.findMany({ where: { cityId: e.cityId } });
  const byName = new Map(standing.map((p) => [p.name, p]));
  const problems = [...check.problems];
  const good = check.good.filter((row) => {
    if (byName.get(row.name)?.state !== "closed") return true;
    problems.push({ row: row.row, column: "name", reason: "closed", value: row.name });
    return false;
  });
  const known = good.filter((row) => byName.has(row.name));
  const unchanged = known.filter((row) => sameFacts(byName.get(row.name) ?? row, row)).length;
  const routed = new Set([
    ...standing.map((p) => p.district),
    ...(await prisma.route.findMany({ where: { cityId: e.cityId } })).map((r) => r.name.replace(/线$/, "")),
  ]);
  const count = new Map<string, number>();
  for (const row of good) count.set(row.district, (count.get(row.district) ?? 0) + 1);
  return {
    ...check,
    good,
    problems: problems.sort((a, b) => a.row - b.row),
    created: good.length - known.length,
    changed: known.length - unchanged,
    unchanged,
    districts: [...count]
      .map(([district, n]) => ({ district, count: n, hasRoute: routed.has(district) }))
      .sort((a, b) => b.count - a.count),
  };
}
