import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import type { Actor } from "#lib/identity/schema";
import { addDays, type Day, dateOf, dayFromDate, zone } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import type { Basis, Narrow } from "../schema";
import { type Cohort, type LeaderBuyers, type RfmSegment, rfmSegments, type SegmentRow } from "../schema/measures";
import {
  amount,
  citiesFor,
  date,
  deltaDay,
  extras,
  factDay,
  factLines,
  inCities,
  inSnapshot,
  isBasis,
  maskOf,
  masks,
  type Range,
  type Standing,
  standing,
} from "../sums";

const noBits = Prisma.sql`repeat('0', 2048)::bit(2048)`;
const bitOf = (no: string) => Prisma.raw(`set_bit(repeat('0', 2048)::bit(2048), (${no} & 2047)::int, 1)`);
const isLines = (n: Narrow) => Boolean(n.skuId ?? n.supplierId);
const pair = z.array(z.object({ again: z.coerce.number(), earlier: z.coerce.number() }));

/** (day, who) of everybody who bought in a range, where the bits cannot say it: of a leader by the masks, else from the facts. */
function who(r: Range, stands: Standing): Prisma.Sql {
  if (!stands.isWhole || isLines(r.narrow))
    return Prisma.sql`select day, resident_id as who from (${factLines(r, null)}) f`;
  return Prisma.sql`
    select d::date as day, y.resident_id as who
    from ${masks(r.basis, stands.tail)} m join buyer y on y.no = m.buyer_no cross join generate_series(${date(r.from)}, ${date(r.to)}, interval '1 day') d
    where m.basis = ${isBasis(r.basis)} and m.block = any(${maskOf(r.from, r.to).map((m) => m.block)}::int[]) and m.leader_id = ${r.narrow.leaderId}
      and ${inCities(Prisma.sql`m.city_id`, r.cities)}
      and m.block = (d::date - date '2020-01-01') / 63 and m.mask & (1::bigint << ((d::date - date '2020-01-01') % 63)) <> 0
    union all
    select day, resident_id from (${extras(r, stands.tail, null)}) e`;
}

/** Buyers of the `days` ending with `to` who had bought in as many days before, and how many those were. Refuses: forbidden. */
export function repurchase(
  actor: Actor,
  q: { basis: Basis; to: Day; days: number; narrow: Narrow },
): Promise<{ again: number; earlier: number }> {
  const since = addDays(q.to, 1 - q.days);
  const r: Range = {
    basis: q.basis,
    from: addDays(since, -q.days),
    to: q.to,
    cities: citiesFor(actor, q.narrow.cityId),
    narrow: q.narrow,
  };
  return inSnapshot(async (tx) => {
    const stands = await standing(tx);
    const sql =
      stands.isWhole && !q.narrow.leaderId && !isLines(q.narrow)
        ? Prisma.sql`
            with extra as materialized (select distinct e.day, e.resident_id, y.no from (${extras(r, stands.tail, null)}) e left join buyer y on y.resident_id = e.resident_id),
            x as (
              select day, chunk, bits from rollup_bits where basis = ${isBasis(r.basis)} and day between ${date(r.from)} and ${date(r.to)} and ${inCities(Prisma.sql`city_id`, r.cities)}
              union all select day, (no >> 11)::int, ${bitOf("no")} from extra where no is not null),
            w as (select chunk, coalesce(bit_or(bits) filter (where day >= ${date(since)}), ${noBits}) as now, coalesce(bit_or(bits) filter (where day < ${date(since)}), ${noBits}) as before from x group by 1),
            s as (select bool_or(day >= ${date(since)}) as now, bool_or(day < ${date(since)}) as before from extra where no is null group by resident_id)
            select coalesce((select sum(bit_count(now & before)) from w), 0) + (select count(*) from s where now and before) as again,
              coalesce((select sum(bit_count(before)) from w), 0) + (select count(*) from s where before) as earlier`
        : Prisma.sql`
            select count(*) filter (where now and before) as again, count(*) filter (where before) as earlier from (
              select bool_or(day >= ${date(since)}) as now, bool_or(day < ${date(since)}) as before from (${who(r, stands)}) w group by who) x`;
    return pair.parse(await tx.$queryRaw(sql))[0] ?? { again: 0, earlier: 0 };
  });
}

const dayCount = z.array(z.object({ day: z.date(), buyers: z.coerce.number() }));

/**
 * Buyers whose first paid order of all falls on a day (by the day that counts) and who bought in this scope that day; days
 * without are left out. Refuses: forbidden.
 */
export function newBuyers(
  actor: Actor,
  q: { basis: Basis; from: Day; to: Day; narrow: Narrow },
): Promise<{ day: Day; buyers: number }[]> {
  const cities = citiesFor(actor, q.narrow.cityId);
  const r: Range = { ...q, cities };
  const first = Prisma.raw(
    { paid: "first_paid_day", session: "first_session_day", pickup: "first_pickup_day" }[q.basis],
  );
  return inSnapshot(async (tx) => {
    const stands = await standing(tx);
    const anywhere = stands.tail
      ? Prisma.sql`select resident_id, min(${deltaDay(q.basis)}) as day from ${stands.tail} t where sign = 1 group by 1`
      : Prisma.sql`select null::text as resident_id, null::date as day where false`;
    // who is new at all, then who of them bought here
    const fresh = Prisma.sql`
      t as materialized (${anywhere}),
      fresh as materialized (
        select y.resident_id, y.no, y.${first} as day from buyer y
        where y.${first} between ${date(q.from)} and ${date(q.to)} and not exists (select 1 from t where t.resident_id = y.resident_id and t.day < y.${first})
        union all
        select t.resident_id, null, t.day from t left join buyer y on y.resident_id = t.resident_id
        where (y.no is null or t.day < y.${first}) and t.day between ${date(q.from)} and ${date(q.to)})`;
    const extra = extras(r, stands.tail, null);
    const sql =
      !stands.isWhole || isLines(q.narrow)
        ? Prisma.sql`
            select f.day, count(*) as buyers from (select resident_id, min(day) as day from (${factLines(r, null)}) x group by 1) f
            where not exists (select 1 from customer_order o where o.resident_id = f.resident_id and o.paid_at is not null and ${factDay(q.basis)} < f.day) group by 1 order by 1`
        : q.narrow.leaderId
          ? Prisma.sql`with ${fresh} select f.day, count(*) as buyers from fresh f
              where exists (select 1 from (${who(r, stands)}) w where w.who = f.resident_id and w.day = f.day) group by 1 order by 1`
          : cities
            ? Prisma.sql`with ${fresh},
                here as (select day, chunk, bit_or(bits) as bits from rollup_bits where basis = ${isBasis(q.basis)} and day between ${date(q.from)} and ${date(q.to)}
                  and ${inCities(Prisma.sql`city_id`, cities)} group by 1, 2)
                select f.day, count(*) as buyers from fresh f left join here h on h.day = f.day and h.chunk = (f.no >> 11)::int
                where get_bit(h.bits, (f.no & 2047)::int) = 1 or exists (select 1 from (${extra}) e where e.resident_id = f.resident_id and e.day = f.day)
                group by 1 order by 1`
            : Prisma.sql`with ${fresh} select day, count(*) as buyers from fresh group by 1 order by 1`;
    return dayCount.parse(await tx.$queryRaw(sql)).map((d) => ({ day: dayFromDate(d.day), buyers: d.buyers }));
  });
}

const leaderRow = z.array(
  z.object({
    leader_id: z.string(),
    buyers: z.coerce.number(),
    again: z.coerce.number(),
    earlier: z.coerce.number(),
  }),
);

/** Buyers of every leader in a period, those who had bought from her in as many days before, and how many these were. Refuses: forbidden. */
export function leaderBuyers(
  actor: Actor,
  q: { basis: Basis; from: Day; to: Day; narrow: Pick<Narrow, "cityId"> },
): Promise<LeaderBuyers[]> {
  const length = Math.round((dateOf(q.to).getTime() - dateOf(q.from).getTime()) / 86_400_000) + 1;
  const before = { from: addDays(q.from, -length), to: addDays(q.from, -1) };
  const r: Range = { ...q, from: before.from, cities: citiesFor(actor, q.narrow.cityId) };
  const places = (from: Day, to: Day) => maskOf(from, to).map((m) => Prisma.sql`(${m.block}::int, ${m.bits}::bigint)`);
  const hits = (from: Day, to: Day) =>
    Prisma.sql`exists (select 1 from (values ${Prisma.join(places(from, to))}) v(block, bits) where v.block = m.block and m.mask & v.bits <> 0)`;
  return inSnapshot(async (tx) => {
    const stands = await standing(tx);
    const seen = stands.isWhole
      ? Prisma.sql`
          select m.leader_id, y.resident_id as who, ${hits(q.from, q.to)} as now, ${hits(before.from, before.to)} as before
          from ${masks(q.basis, stands.tail)} m join buyer y on y.no = m.buyer_no
          where m.basis = ${isBasis(q.basis)} and m.block = any(${maskOf(r.from, r.to).map((m) => m.block)}::int[]) and ${inCities(Prisma.sql`m.city_id`, r.cities)}
          union all
          select leader_id, resident_id, day >= ${date(q.from)}, day < ${date(q.from)} from (${extras(r, stands.tail, null)}) e`
      : Prisma.sql`select leader_id, resident_id as who, day >= ${date(q.from)} as now, day < ${date(q.from)} as before from (${factLines(r, null)}) f`;
    const rows = leaderRow.parse(
      await tx.$queryRaw`
        select leader_id, count(*) filter (where now) as buyers, count(*) filter (where now and before) as again, count(*) filter (where before) as earlier
        from (select leader_id, who, bool_or(now) as now, bool_or(before) as before from (${seen}) s group by 1, 2) x
        where now or before group by 1 order by 1`,
    );
    return rows.map((l) => ({ leaderId: l.leader_id, buyers: l.buyers, again: l.again, earlier: l.earlier }));
  });
}

const weekRow = z.array(z.object({ week: z.date(), later: z.number(), buyers: z.coerce.number() }));

/**
 * Buyers by the week of their first paid order, for the last `weeks` weeks, and how many of them bought in this scope in each
 * week since. A cohort is who bought in the scope in that first week. Refuses: forbidden.
 */
export function cohorts(
  actor: Actor,
  q: { weeks: number; narrow: Pick<Narrow, "cityId" | "leaderId"> },
): Promise<Cohort[]> {
  const to = today();
  const monday = addDays(to, -((new Date(dateOf(to)).getUTCDay() + 6) % 7));
  const from = addDays(monday, -7 * (q.weeks - 1));
  const r: Range = { basis: "paid", from, to, cities: citiesFor(actor, q.narrow.cityId), narrow: q.narrow };
  const weekOf = (day: Prisma.Sql) => Prisma.sql`date_trunc('week', ${day}::timestamp)::date`;
  return inSnapshot(async (tx) => {
    const stands = await standing(tx);
    const sql =
      stands.isWhole && !q.narrow.leaderId
        ? Prisma.sql`
            with c as (select ${weekOf(Prisma.sql`first_paid_day`)} as week, (no >> 11)::int as chunk, bit_or(${bitOf("no")}) as bits from buyer
                where first_paid_day >= ${date(from)} group by 1, 2),
              w as materialized (select ${weekOf(Prisma.sql`day`)} as week, chunk, bit_or(bits) as bits from rollup_bits
                where basis = 'paid' and day between ${date(from)} and ${date(to)} and ${inCities(Prisma.sql`city_id`, r.cities)} group by 1, 2),
              first as (select c.week, c.chunk, c.bits & w.bits as bits from c join w using (week, chunk))
            select f.week, (w.week - f.week) / 7 as later, sum(bit_count(f.bits & w.bits)) as buyers from first f join w on w.chunk = f.chunk and w.week >= f.week group by 1, 2`
        : Prisma.sql`
            with seen as materialized (select distinct who, ${weekOf(Prisma.sql`day`)} as week from (${who(r, stands)}) x),
              first as (select who, ${weekOf(Prisma.sql`(select min(e.paid_at) at time zone ${zone} from customer_order e where e.resident_id = p.who and e.paid_at is not null)`)} as week
                from (select distinct who from seen) p)
            select f.week, (s.week - f.week) / 7 as later, count(*) as buyers
            from first f join seen t on t.who = f.who and t.week = f.week join seen s on s.who = f.who and s.week >= f.week group by 1, 2`;
    const rows = weekRow.parse(await tx.$queryRaw(sql));
    return Array.from({ length: q.weeks }, (_, i): Cohort => {
      const week = addDays(from, 7 * i);
      const back = Array.from(
        { length: q.weeks - i },
        (_, k) => rows.find((x) => dayFromDate(x.week) === week && x.later === k)?.buyers ?? 0,
      );
      return { week, size: back[0] ?? 0, back };
    });
  });
}

const segmentRow = z.array(
  z.object({
    segment: z.enum(rfmSegments),
    buyers: z.coerce.number(),
    orders: z.coerce.number(),
    paid_fen: amount,
    refund_fen: amount,
  }),
);

/** Who counts as what, first match: days since the last order, and orders of all time. A group buyer comes every few days. */
const segmentRules: readonly { segment: RfmSegment; within: number; orders: number }[] = [
  { segment: "champions", within: 7, orders: 10 },
  { segment: "loyal", within: 14, orders: 4 },
  { segment: "promising", within: 14, orders: 2 },
  { segment: "fresh", within: 14, orders: 1 },
  { segment: "cooling", within: 30, orders: 1 },
  { segment: "atRisk", within: 60, orders: 1 },
];

/** Buyers by recency and frequency, with their lifetime sums; a city's buyers are those whose first order was there. Refuses: forbidden. */
export function customers(actor: Actor, q: { narrow: Pick<Narrow, "cityId"> }): Promise<SegmentRow[]> {
  const cities = citiesFor(actor, q.narrow.cityId);
  const day = date(today());
  const cases = segmentRules.map(
    (s) => Prisma.sql`when ${day} - last_day <= ${s.within}::int and orders >= ${s.orders}::int then ${s.segment}`,
  );
  return inSnapshot(async (tx) => {
    const stands = await standing(tx);
    const buyers = stands.isWhole
      ? Prisma.sql`select last_paid_day as last_day, orders, paid_fen, refund_fen from buyer where ${inCities(Prisma.sql`city_id`, cities)}`
      : Prisma.sql`
          select (max(o.paid_at) at time zone ${zone})::date as last_day, count(distinct o.id) as orders, sum(l.paid_fen) as paid_fen, sum(l.refunded_fen) as refund_fen
          from customer_order o join order_line l on l.order_id = o.id where o.paid_at is not null group by o.resident_id
          having ${inCities(Prisma.sql`(array_agg(o.city_id order by o.paid_at, o.id))[1]`, cities)}`;
    const rows = segmentRow.parse(
      await tx.$queryRaw`
        select case ${Prisma.join(cases, " ")} else 'lost' end as segment, count(*) as buyers, sum(orders) as orders, sum(paid_fen)::bigint as paid_fen, sum(refund_fen)::bigint as refund_fen
        from (${buyers}) b group by 1`,
    );
    return rfmSegments.flatMap((segment) =>
      rows
        .filter((row) => row.segment === segment)
        .map((row) => ({
          segment,
          buyers: row.buyers,
          orders: row.orders,
          paidFen: row.paid_fen,
          refundFen: row.refund_fen,
        })),
    );
  });
}
