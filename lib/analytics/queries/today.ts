import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { firstId } from "#lib/kernel/ids";
import { fen } from "#lib/kernel/money";
import { addDays, atClock, type Day, dateOf, hour, later, minute, startOf } from "#lib/kernel/time";
import { now, today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { shared } from "#lib/platform/shared";
import { bpOf, curveOf, forecast, lateMinutes, markOf, uncollectedHours } from "../rules";
import { forecastWeeks } from "../rules/forecast";
import type { Pipeline, TodayBoard, TodayFigures, TodayPoint } from "../schema";
import { needsOf } from "./needs";

/** Null: every city. */
type Cities = string[] | null;

const amount = z.bigint().transform((v) => fen(v));
const dayMs = 24 * hour;
const slotMs = 30 * minute;
const inCities = (cities: Cities, column: Prisma.Sql) =>
  cities ? Prisma.sql`and ${column} = any(${cities}::text[])` : Prisma.empty;

const orderSlot = z.array(
  z.object({
    slot: z.number(),
    paid_fen: amount,
    orders: z.number(),
    buyers: z.number(),
  }),
);
const pastMinute = z.array(
  z.object({ week: z.number(), minute: z.number(), paid_fen: amount, orders: z.number(), buyers: z.number() }),
);
const refundSlot = z.array(
  z.object({ is_today: z.boolean(), is_early: z.boolean(), slot: z.number(), amount_fen: amount }),
);
const arrivalSlot = z.array(
  z.object({
    is_today: z.boolean(),
    due: z.boolean(),
    on_time: z.boolean(),
    slot: z.number().nullable(),
    n: z.number(),
  }),
);
const one = z.array(z.object({ n: z.number() }));

/** Sums by slot for one day. */
function sums<R extends { slot: number | null }>(rows: R[], value: (row: R) => number): Map<number, number> {
  const all = new Map<number, number>();
  for (const row of rows) if (row.slot !== null) all.set(row.slot, (all.get(row.slot) ?? 0) + value(row));
  return all;
}
const total = <R>(rows: R[], value: (row: R) => number): number => rows.reduce((n, row) => n + value(row), 0);

const keepPastMs = 10 * minute;
type Past = z.infer<typeof pastMinute>;
const past = shared("analytics.past", () => new Map<string, { at: number; read: Promise<Past> }>());

/** The same weekday of the last four weeks, minute by minute. These days are over, so a process reads them at most every ten minutes. */
function pastDays(d: Day, cities: Cities): Promise<Past> {
  const key = [d, ...(cities ?? ["all"])].join();
  const at = performance.now();
  const known = past.get(key);
  if (known && at - known.at < keepPastMs) return known.read;
  const start = startOf(d);
  const read = prisma.$queryRaw`
    select week, floor(extract(epoch from paid_at - midnight) / 60)::int as minute, sum(paid_fen)::bigint as paid_fen, count(*)::int as orders, (count(*) filter (where nth = 1))::int as buyers from (
      select k as week, o.paid_at, ${start}::timestamptz - k * interval '7 days' as midnight, o.paid_fen, row_number() over (partition by k, o.resident_id order by o.paid_at, o.id) as nth
      from generate_series(1, ${forecastWeeks}::int) k join customer_order o on o.paid_at >= ${start}::timestamptz - k * interval '7 days' and o.paid_at < ${start}::timestamptz - k * interval '7 days' + interval '1 day'
      where true ${inCities(cities, Prisma.sql`o.city_id`)}) paid
    group by 1, 2`.then((rows) => pastMinute.parse(rows));
  if (past.size > 200) past.clear();
  past.set(key, { at, read });
  read.catch(() => past.delete(key));
  return read;
}

/** Today's five figures beside the same weekday of last week at the same time. Counted by payment day; arrivals by pickup day. */
async function figures(d: Day, at: Date, cities: Cities): Promise<TodayFigures> {
  const [start, before, then] = [startOf(d), startOf(addDays(d, -7)), later(at, -7 * dayMs)];
  const [orderRows, pastRows, freshRows, refundRows, arrivalRows] = await Promise.all([
    prisma.$queryRaw`
      select slot, sum(paid_fen)::bigint as paid_fen, count(*)::int as orders, (count(*) filter (where nth = 1))::int as buyers from (
        select floor(extract(epoch from o.paid_at - ${start}::timestamptz) * 1000 / ${slotMs})::int as slot, o.paid_fen, row_number() over (partition by o.resident_id order by o.paid_at, o.id) as nth
        from customer_order o where o.paid_at >= ${start} and o.paid_at <= ${at} ${inCities(cities, Prisma.sql`o.city_id`)}) paid
      group by 1`,
    pastDays(d, cities),
    prisma.$queryRaw`
      select count(*)::int as n from (
        select distinct o.resident_id from customer_order o where o.paid_at >= ${start} and o.paid_at <= ${at} ${inCities(cities, Prisma.sql`o.city_id`)}) b
      where not exists (select 1 from customer_order e where e.resident_id = b.resident_id and e.paid_at < ${start})`,
    prisma.$queryRaw`
      select is_today, is_early, slot, sum(amount_fen)::bigint as amount_fen from (
        select r.created_at >= ${start} as is_today, r.created_at >= ${start} or r.created_at <= ${then} as is_early, floor(extract(epoch from r.created_at - (case when r.created_at >= ${start} then ${start}::timestamptz else ${before}::timestamptz end)) * 1000 / ${slotMs})::int as slot, r.amount_fen
        from refund r join customer_order o on o.id = r.order_id
        where ((r.id >= ${firstId("rfd", start)} and r.id < ${firstId("rfd", later(at, 1))}) or (r.id >= ${firstId("rfd", before)} and r.id < ${firstId("rfd", later(before, dayMs))}))
          and o.paid_at is not null ${inCities(cities, Prisma.sql`o.city_id`)}) back
      group by 1, 2, 3`,
    prisma.$queryRaw`
      select is_today, due, on_time, case when due then slot end as slot, count(*)::int as n from (
        select x.pickup_day = ${dateOf(d)}::date as is_today, coalesce(x.arrived_at <= x.seen, false) or x.due_at <= x.seen as due, coalesce(x.arrived_at <= x.seen and x.arrived_at <= x.due_at, false) as on_time,
          floor(extract(epoch from coalesce(x.arrived_at, x.due_at) - x.midnight) * 1000 / ${slotMs})::int as slot
        from (select d.pickup_day, d.arrived_at, d.due_at,
            case when d.pickup_day = ${dateOf(d)}::date then ${at}::timestamptz else ${then}::timestamptz end as seen,
            case when d.pickup_day = ${dateOf(d)}::date then ${start}::timestamptz else ${before}::timestamptz end as midnight
          from delivery d where d.pickup_day in (${dateOf(d)}::date, ${dateOf(addDays(d, -7))}::date) and d.pieces > 0 ${inCities(cities, Prisma.sql`d.city_id`)}) x) y
      group by 1, 2, 3, 4`,
  ]);
  const slotNow = Math.floor((at.getTime() - start.getTime()) / slotMs);
  const mine = orderSlot.parse(orderRows);
  const minuteNow = Math.floor((at.getTime() - start.getTime()) / minute);
  const isEarly = (r: { minute: number }) => r.minute <= minuteNow;
  const last = pastRows.filter((r) => r.week === 1).map((r) => ({ ...r, slot: Math.floor(r.minute / 30) }));
  const early = last.filter(isEarly);
  const weeks = Array.from({ length: forecastWeeks }, (_, k) => {
    const rows = pastRows.filter((r) => r.week === k + 1);
    return {
      earlyFen: fen(total(rows.filter(isEarly), (r) => r.paid_fen)),
      wholeFen: fen(total(rows, (r) => r.paid_fen)),
    };
  });
  const gmvFen = fen(total(mine, (r) => r.paid_fen));
  const gmvBeforeFen = fen(total(early, (r) => r.paid_fen));
  const refunds = refundSlot.parse(refundRows);
  const [backNow, backThen] = [refunds.filter((r) => r.is_today), refunds.filter((r) => !r.is_today)];
  const refundFen = fen(total(backNow, (r) => r.amount_fen));
  const arrivals = arrivalSlot.parse(arrivalRows);
  const [hereNow, hereThen] = [
    arrivals.filter((r) => r.is_today && r.due),
    arrivals.filter((r) => !r.is_today && r.due),
  ];
  const punctual = (rows: typeof arrivals) =>
    total(
      rows.filter((r) => r.on_time),
      (r) => r.n,
    );
  const curve = <R extends { slot: number | null }>(a: R[], b: R[], value: (row: R) => number) =>
    curveOf(sums(a, value), sums(b, value), slotNow);
  return {
    gmv: {
      fen: gmvFen,
      beforeFen: gmvBeforeFen,
      curve: curve(mine, last, (r) => r.paid_fen),
      forecast: forecast(gmvFen, weeks),
      wholeBeforeFen: fen(total(last, (r) => r.paid_fen)),
    },
    orders: {
      count: total(mine, (r) => r.orders),
      before: total(early, (r) => r.orders),
      curve: curve(mine, last, (r) => r.orders),
    },
    buyers: {
      count: total(mine, (r) => r.buyers),
      before: total(early, (r) => r.buyers),
      fresh: one.parse(freshRows)[0]?.n ?? 0,
      curve: curve(mine, last, (r) => r.buyers),
    },
    onTime: {
      onTime: punctual(hereNow),
      due: total(hereNow, (r) => r.n),
      bp: bpOf(
        punctual(hereNow),
        total(hereNow, (r) => r.n),
      ),
      beforeBp: bpOf(
        punctual(hereThen),
        total(hereThen, (r) => r.n),
      ),
      curve: curve(
        hereNow.filter((r) => r.on_time),
        hereThen.filter((r) => r.on_time),
        (r) => r.n,
      ),
    },
    refunds: {
      fen: refundFen,
      bp: bpOf(refundFen, gmvFen),
      beforeBp: bpOf(
        fen(
          total(
            backThen.filter((r) => r.is_early),
            (r) => r.amount_fen,
          ),
        ),
        gmvBeforeFen,
      ),
      curve: curve(backNow, backThen, (r) => r.amount_fen),
    },
  };
}

const sessionRow = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    state: z.enum(["published", "cutOff", "locked", "finished"]),
    opens_at: z.date(),
    cutoff_at: z.date(),
  }),
);
const sold = z.array(z.object({ offers: z.number(), sold_out: z.number(), orders: z.number(), pieces: z.number() }));
const bought = z.array(
  z.object({
    is_today: z.boolean(),
    total: z.number(),
    accepted: z.number(),
    overdue: z.number(),
    lines: z.number(),
    received: z.number(),
    late: z.number(),
    missing: z.number(),
    turns_at: z.date().nullable(),
  }),
);
const sorted = z.array(z.object({ total: z.number(), done: z.number() }));
const moved = z.array(
  z.object({
    total: z.number(),
    loaded: z.number(),
    load_late: z.number(),
    arrived: z.number(),
    arrive_late: z.number(),
  }),
);
const handed = z.array(z.object({ total: z.number(), done: z.number(), pieces: z.number() }));

/** The day's steps: what is being sold today, and where the goods to be picked up today stand. */
async function pipeline(d: Day, at: Date, cities: Cities): Promise<{ steps: Pipeline; turns: (Date | null)[] }> {
  const sessions = sessionRow.parse(
    await prisma.$queryRaw`
      select id, name, state::text, opens_at, cutoff_at from sale_session
      where business_day = ${dateOf(d)}::date and state in ('published'::session_state, 'cutOff'::session_state, 'locked'::session_state, 'finished'::session_state)
        and (${cities}::text[] is null or city_ids && ${cities}) order by cutoff_at, id`,
  );
  const ids = sessions.map((s) => s.id);
  const [soldRows, boughtRows, sortedRows, movedRows, handedRows] = await Promise.all([
    prisma.$queryRaw`
      select (select count(*) from offer f where f.sale_session_id = any(${ids}) and f.layer = 'session'::offer_layer and f.state in ('active'::offer_state, 'paused'::offer_state) ${inCities(cities, Prisma.sql`f.city_id`)})::int as offers,
        (select count(*) from offer f join stock_pool p on p.id = f.stock_pool_id where f.sale_session_id = any(${ids}) and f.layer = 'session'::offer_layer and f.state in ('active'::offer_state, 'paused'::offer_state)
          and p.quota - p.held - p.sold <= 0 ${inCities(cities, Prisma.sql`f.city_id`)})::int as sold_out,
        count(*)::int as orders, coalesce(sum(o.item_count), 0)::int as pieces
      from customer_order o where o.sale_session_id = any(${ids}) and o.paid_at is not null and o.state not in ('cancelled'::order_state, 'refunded'::order_state) ${inCities(cities, Prisma.sql`o.city_id`)}`,
    prisma.$queryRaw`
      select p.pickup_day = ${dateOf(d)}::date as is_today, count(*)::int as total, (count(*) filter (where p.state <> 'issued'::purchase_state))::int as accepted,
        (count(*) filter (where p.state = 'issued'::purchase_state and p.auto_accept_at < ${at}))::int as overdue,
        coalesce(sum(l.lines), 0)::int as lines, coalesce(sum(l.received), 0)::int as received,
        coalesce(sum(l.lines - l.received) filter (where p.unload_to_at < ${at}), 0)::int as late, coalesce(sum(l.missing), 0)::int as missing,
        least(min(p.auto_accept_at) filter (where p.state = 'issued'::purchase_state and p.auto_accept_at > ${at}), min(p.unload_to_at) filter (where l.received < l.lines and p.unload_to_at > ${at})) as turns_at
      from purchase_order p join lateral (
        select count(*) as lines, count(*) filter (where x.is_received) as received, coalesce(sum(x.short + x.damaged) filter (where x.is_received), 0) as missing
        from purchase_order_line x where x.purchase_order_id = p.id and x.pieces > 0) l on true
      where p.state <> 'cancelled'::purchase_state ${inCities(cities, Prisma.sql`p.city_id`)}
        and (p.pickup_day = ${dateOf(d)}::date or (p.sale_session_id = any(${ids}) and p.pickup_day > ${dateOf(d)}::date))
      group by 1`,
    prisma.$queryRaw`
      with missing as (
        select p.sale_session_id, p.warehouse_id, x.sku_id from purchase_order p join purchase_order_line x on x.purchase_order_id = p.id
        where p.pickup_day = ${dateOf(d)}::date and p.state <> 'cancelled'::purchase_state and x.pieces > 0 and not x.is_received group by 1, 2, 3)
      select count(*)::int as total, (count(*) filter (where d.state <> 'preparing'::delivery_state or not exists (
        select 1 from delivery_line i join missing m on m.sku_id = i.sku_id where i.delivery_id = d.id and i.expected > 0 and m.sale_session_id = d.sale_session_id and m.warehouse_id = d.warehouse_id)))::int as done
      from delivery d where d.pickup_day = ${dateOf(d)}::date and d.pieces > 0 ${inCities(cities, Prisma.sql`d.city_id`)}`,
    prisma.$queryRaw`
      select count(*)::int as total, (count(*) filter (where d.state <> 'preparing'::delivery_state))::int as loaded,
        (count(*) filter (where d.state = 'preparing'::delivery_state and d.due_at < ${at}))::int as load_late,
        (count(*) filter (where d.arrived_at is not null))::int as arrived, (count(*) filter (where coalesce(d.arrived_at, ${at}) > d.due_at))::int as arrive_late
      from delivery d where d.pickup_day = ${dateOf(d)}::date and d.pieces > 0 ${inCities(cities, Prisma.sql`d.city_id`)}`,
    prisma.$queryRaw`
      select count(*)::int as total, (count(*) filter (where o.state = 'completed'::order_state))::int as done, coalesce(sum(o.item_count), 0)::int as pieces
      from customer_order o where o.pickup_day = ${dateOf(d)}::date and o.state in ('paid'::order_state, 'locked'::order_state, 'inTransit'::order_state, 'arrived'::order_state, 'completed'::order_state)
        ${inCities(cities, Prisma.sql`o.city_id`)}`,
  ]);
  const s = sold.parse(soldRows)[0] ?? { offers: 0, sold_out: 0, orders: 0, pieces: 0 };
  const b = bought.parse(boughtRows);
  const nothing = { total: 0, accepted: 0, overdue: 0, lines: 0, received: 0, late: 0, missing: 0, turns_at: null };
  const mine = b.find((r) => r.is_today) ?? nothing;
  const coming = b.find((r) => !r.is_today) ?? nothing;
  const m = moved.parse(movedRows)[0] ?? { total: 0, loaded: 0, load_late: 0, arrived: 0, arrive_late: 0 };
  const h = handed.parse(handedRows)[0] ?? { total: 0, done: 0, pieces: 0 };
  const steps: Pipeline = {
    selling: {
      day: d,
      sessions: sessions.map((x) => ({
        id: x.id,
        name: x.name,
        state: x.state,
        opensAt: x.opens_at,
        cutoffAt: x.cutoff_at,
      })),
      offers: s.offers,
      soldOut: s.sold_out,
      orders: s.orders,
      pieces: s.pieces,
      purchases: { total: coming.total, accepted: coming.accepted, overdue: coming.overdue },
    },
    pickup: {
      day: d,
      orders: h.total,
      pieces: h.pieces,
      purchases: { total: mine.total, accepted: mine.accepted, overdue: mine.overdue },
      receipt: { total: mine.lines, done: mine.received, late: mine.late, missing: mine.missing },
      sorting: sorted.parse(sortedRows)[0] ?? { total: 0, done: 0 },
      loading: { total: m.total, done: m.loaded, late: m.load_late },
      arrival: { total: m.total, done: m.arrived, late: m.arrive_late },
      handed: { total: h.total, done: h.done },
    },
  };
  return { steps, turns: [...sessions.flatMap((x) => [x.opens_at, x.cutoff_at]), ...b.map((r) => r.turns_at)] };
}

const pointRow = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    district: z.string(),
    lat: z.number(),
    lng: z.number(),
    closes_at: z.string(),
    due_at: z.date().nullable(),
    arrived_at: z.date().nullable(),
    delivery_ids: z.array(z.string()),
    remind_ids: z.array(z.string()),
    orders: z.number(),
    waiting: z.number(),
    picked: z.number(),
  }),
);
const remindMinutes = 30;

/** The points that receive goods today, how late they are and who still has to come. */
async function points(d: Day, at: Date, cities: Cities): Promise<TodayPoint[]> {
  const rows = pointRow.parse(
    await prisma.$queryRaw`
      select p.id, p.name, p.district, p.lat, p.lng, p.closes_at, d.due_at, d.arrived_at, d.delivery_ids, d.remind_ids,
        coalesce(o.orders, 0)::int as orders, coalesce(o.waiting, 0)::int as waiting, coalesce(o.picked, 0)::int as picked
      from (
        select pickup_point_id, min(due_at) as due_at, case when bool_and(arrived_at is not null) then max(arrived_at) end as arrived_at, array_agg(id order by id) as delivery_ids,
          coalesce(array_agg(id order by id) filter (where arrived_at is not null and coalesce(reminded_at, notified_at, '-infinity'::timestamptz) <= ${later(at, -remindMinutes * minute)}), '{}') as remind_ids
        from delivery where pickup_day = ${dateOf(d)}::date and pieces > 0 ${inCities(cities, Prisma.sql`city_id`)} group by pickup_point_id) d
      join pickup_point p on p.id = d.pickup_point_id
      left join (
        select pickup_point_id, count(*) as orders, count(*) filter (where state <> 'completed'::order_state) as waiting, count(*) filter (where state = 'completed'::order_state) as picked
        from customer_order where pickup_day = ${dateOf(d)}::date and state in ('locked'::order_state, 'inTransit'::order_state, 'arrived'::order_state, 'completed'::order_state)
        group by pickup_point_id) o on o.pickup_point_id = p.id
      order by p.district, p.name`,
  );
  return rows.map((r) => {
    const times = { dueAt: r.due_at, arrivedAt: r.arrived_at };
    const facts = {
      ...times,
      lateMinutes: lateMinutes(times, at),
      closesAt: atClock(d, r.closes_at),
      orders: r.orders,
      waiting: r.waiting,
    };
    return {
      ...facts,
      id: r.id,
      name: r.name,
      district: r.district,
      lat: r.lat,
      lng: r.lng,
      picked: r.picked,
      deliveryIds: r.delivery_ids,
      remindIds: r.remind_ids,
      mark: markOf(facts, at),
    };
  });
}

/**
 * Today, as of now: five figures against the same weekday, the day's pipeline, the points, and what waits for this person.
 * `cityId` narrows to one city. Refuses: forbidden.
 */
export async function todayBoard(actor: Actor, e: { cityId?: string | undefined } = {}): Promise<TodayBoard> {
  const mine = sees(actor, "today.see").cityIds ?? null;
  const cities = e.cityId ? (mine && !mine.includes(e.cityId) ? [] : [e.cityId]) : mine;
  const [at, d] = [now(), today()];
  const [numbers, { steps, turns }, places, handledRows] = await Promise.all([
    figures(d, at, cities),
    pipeline(d, at, cities),
    points(d, at, cities),
    prisma.$queryRaw`select count(*)::int as n from audit_entry where actor_id = ${actor.id} and at >= ${startOf(d)} and deed not like 'people.sign%'`,
  ]);
  const coming = [
    ...turns,
    ...places.flatMap((p) => [p.arrivedAt ? null : p.dueAt, later(p.closesAt, -uncollectedHours * hour), p.closesAt]),
    startOf(addDays(d, 1)),
  ].flatMap((turn) => (turn && turn > at ? [turn.getTime() - at.getTime()] : []));
  return {
    at,
    day: d,
    cityId: e.cityId ?? null,
    figures: numbers,
    pipeline: steps,
    points: places,
    needs: await needsOf(actor, { at, day: d, cities, points: places }),
    handled: one.parse(handledRows)[0]?.n ?? 0,
    turnsInMs: coming.length > 0 ? Math.min(...coming) : null,
  };
}
