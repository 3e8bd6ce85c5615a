import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import type { Actor } from "#lib/identity/schema";
import { addDays, type Day, dateOf, dayFromDate, daysBetween, daysFrom } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { setting } from "#lib/platform/settings";
import { sameWeekdays } from "../rules/forecast";
import type { Load, RouteLoad, WarehouseLoad } from "../schema/load";
import { citiesFor, date, inCities } from "../sums";
import { forecastUnits } from "./forecast";

/** How many past days tell how a city's pieces fall on its routes. */
const sharesFrom = 28;

const loadRow = z.object({ day: z.date(), route_id: z.string(), orders: z.coerce.number(), pieces: z.coerce.number() });

/** Orders and pieces by pickup day and route; a leader's are those of her first point's route. */
const loads = async (cities: string[] | null, from: Day, to: Day) =>
  z
    .array(loadRow)
    .parse(
      await prisma.$queryRaw`
        select d.day, p.route_id, sum(d.orders) as orders, sum(d.pieces + d.short) as pieces
        from rollup_leader d
        join lateral (select route_id from pickup_point p where p.leader_id = d.leader_id and p.city_id = d.city_id order by id limit 1) p on true
        where d.basis = 'pickup'::day_basis and d.day between ${date(from)} and ${date(to)} and ${inCities(Prisma.sql`d.city_id`, cities)}
        group by 1, 2`,
    )
    .map((r) => ({ ...r, day: dayFromDate(r.day) }));

/** The cities that have a session on a business day of these. */
async function soldOn(cities: string[] | null, from: Day, to: Day): Promise<Map<Day, Set<string>>> {
  const rows = await prisma.saleSession.findMany({
    where: {
      businessDay: { gte: dateOf(from), lte: dateOf(to) },
      state: { not: "cancelled" },
      ...(cities ? { cityIds: { hasSome: cities } } : {}),
    },
    select: { businessDay: true, cityIds: true },
  });
  const found = new Map<Day, Set<string>>();
  for (const r of rows) {
    const day = dayFromDate(r.businessDay);
    found.set(day, new Set([...(found.get(day) ?? []), ...r.cityIds]));
  }
  return found;
}

/** The forecast of every weekday of some days, read once a weekday: pieces by day and city. */
async function foretold(
  actor: Actor,
  cities: string[] | null,
  days: readonly Day[],
): Promise<Map<Day, Map<string, number>>> {
  const known = new Map<string, Promise<Map<string, number>>>();
  const read = async (day: Day) => {
    const { rows } = await forecastUnits(actor, { day, ...(cities ? { cityIds: cities } : {}) });
    const byCity = new Map<string, number>();
    for (const r of rows) byCity.set(r.cityId, (byCity.get(r.cityId) ?? 0) + r.units);
    return byCity;
  };
  const found = new Map<Day, Map<string, number>>();
  for (const day of days) {
    const weekday = sameWeekdays(day, today()).join();
    const reading = known.get(weekday) ?? read(day);
    known.set(weekday, reading);
    found.set(day, await reading);
  }
  return found;
}

/**
 * What the warehouses and routes of some pickup days have to do: booked for the past and as ordered so far, and the product's forecast
 * for days whose sales are planned (a city's pieces fall on its routes as they did in the last four weeks). Refuses: forbidden.
 */
export async function loadOf(actor: Actor, q: { from: Day; to: Day; cityId?: string | undefined }): Promise<Load> {
  const cities = citiesFor(actor, q.cityId);
  const now = today();
  const days = daysFrom(q.from, daysBetween(q.from, q.to) + 1);
  const ahead = days.filter((d) => d > now);
  const [booked, past, planned, routes, warehouses, pieces, orders] = await Promise.all([
    loads(cities, q.from, q.to),
    ahead.length > 0 ? loads(cities, addDays(now, -sharesFrom), now) : [],
    ahead.length > 0 ? soldOn(cities, now, q.to) : new Map<Day, Set<string>>(),
    prisma.route.findMany({ where: cities ? { cityId: { in: cities } } : {}, orderBy: { id: "asc" } }),
    prisma.warehouse.findMany({ select: { id: true, name: true } }),
    setting(prisma, "warehouseNightPieces"),
    setting(prisma, "routeDayOrders"),
  ]);
  const units = await foretold(
    actor,
    cities,
    [...planned.keys()].filter((d) => d >= now),
  );
  const sumOf = (rows: readonly { route_id: string; orders: number; pieces: number }[], id: string) =>
    rows
      .filter((r) => r.route_id === id)
      .reduce((a, r) => ({ orders: a.orders + r.orders, pieces: a.pieces + r.pieces }), { orders: 0, pieces: 0 });
  const history = new Map(routes.map((r) => [r.id, sumOf(past, r.id)]));
  const cityPieces = (cityId: string) =>
    routes.reduce((n, r) => n + (r.cityId === cityId ? (history.get(r.id)?.pieces ?? 0) : 0), 0);
  const names = new Map(warehouses.map((w) => [w.id, w.name]));
  return {
    capacity: { pieces, orders },
    days: days.map((day) => {
      let isForecast = false;
      const own = booked.filter((r) => r.day === day);
      const byWarehouse = new Map<string, RouteLoad[]>();
      for (const route of routes) {
        const is = sumOf(own, route.id);
        const sale = addDays(day, -Math.max(1, route.leadDays));
        const before = history.get(route.id);
        const expected =
          day > now && before && before.pieces > 0 && planned.get(sale)?.has(route.cityId)
            ? Math.round(((units.get(sale)?.get(route.cityId) ?? 0) * before.pieces) / cityPieces(route.cityId))
            : 0;
        const isMore = expected > is.pieces;
        isForecast ||= isMore;
        const load =
          isMore && before ? { pieces: expected, orders: Math.round((expected * before.orders) / before.pieces) } : is;
        byWarehouse.set(route.warehouseId, [
          ...(byWarehouse.get(route.warehouseId) ?? []),
          { id: route.id, name: route.name, ...load },
        ]);
      }
      return {
        day,
        isForecast,
        warehouses: [...byWarehouse]
          .map(
            ([id, routes]): WarehouseLoad => ({
              id,
              name: names.get(id) ?? id,
              orders: routes.reduce((n, r) => n + r.orders, 0),
              pieces: routes.reduce((n, r) => n + r.pieces, 0),
              routes: routes.sort((a, b) => b.orders - a.orders),
            }),
          )
          .sort((a, b) => b.pieces - a.pieces),
      };
    }),
  };
}
