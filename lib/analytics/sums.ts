import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { fen } from "#lib/kernel/money";
import { type Day, dateOf, endOf, startOf, zone } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { type Db, prisma, type Tx } from "#lib/platform/db";
import { countedNews } from "./rollups";
import type { Basis, Narrow } from "./schema";

export const amount = z.bigint().transform((v) => fen(v));
export const date = (d: Day): Prisma.Sql => Prisma.sql`${d}::text::date`;
export const isBasis = (basis: Basis): Prisma.Sql => Prisma.sql`${basis}::day_basis`;

/** Null: every city. An actor limited to cities who asks for another gets none. Refuses: forbidden. */
export function citiesFor(actor: Actor, cityId: string | undefined): string[] | null {
  const mine = sees(actor, "analytics.see").cityIds ?? null;
  if (!cityId) return mine;
  return mine && !mine.includes(cityId) ? [] : [cityId];
}

export const inCities = (column: Prisma.Sql, cities: string[] | null): Prisma.Sql =>
  cities ? Prisma.sql`${column} = any(${cities}::text[])` : Prisma.sql`true`;

export const and = (parts: Prisma.Sql[]): Prisma.Sql => Prisma.join(parts, " and ");

/** Paid orders `o` of these days; each way of counting has its index. */
export const within = (basis: Basis, from: Day, to: Day): Prisma.Sql =>
  basis === "paid"
    ? Prisma.sql`o.paid_at >= ${startOf(from)} and o.paid_at < ${endOf(to)}`
    : basis === "session"
      ? Prisma.sql`o.business_day between ${date(from)} and ${date(to)} and o.paid_at is not null`
      : Prisma.sql`o.pickup_day between ${date(from)} and ${date(to)} and o.paid_at is not null`;

/** The day that counts, of an order `o`. */
export const factDay = (basis: Basis): Prisma.Sql =>
  basis === "paid"
    ? Prisma.sql`(o.paid_at at time zone ${zone})::date`
    : basis === "session"
      ? Prisma.sql`o.business_day`
      : Prisma.sql`o.pickup_day`;

/** What narrows a question, on orders `o` and lines `l`. */
export const narrowed = (n: Narrow, cities: string[] | null): Prisma.Sql =>
  and([
    inCities(Prisma.sql`o.city_id`, cities),
    ...(n.leaderId ? [Prisma.sql`o.leader_id = ${n.leaderId}`] : []),
    ...(n.supplierId ? [Prisma.sql`l.supplier_id = ${n.supplierId}`] : []),
    ...(n.skuId ? [Prisma.sql`l.sku_id = ${n.skuId}`] : []),
  ]);

export const lineTable = Prisma.sql`customer_order o join order_line l on l.order_id = o.id`;

/** The day that counts, of a row of roll_delta. */
export const deltaDay = (basis: Basis): Prisma.Sql =>
  Prisma.raw({ paid: "paid_day", session: "business_day", pickup: "pickup_day" }[basis]);

/** How much untold news is merged at once; more than that and the sums are as of its beginning. */
const tailCap = 2000;

/** How the sums stand: `tail` are rows of roll_delta (sign, keys, amounts) of news not told yet, null when there is none. */
export type Standing = { isWhole: boolean; asOf: Date; tail: Prisma.Sql | null };

/** Looks at what is still to be counted; in the snapshot of the caller's reading. */
export async function standing(db: Db, options: { cap: boolean } = { cap: true }): Promise<Standing> {
  const [row] = z.array(z.object({ days: z.number(), ids: z.array(z.bigint()), since: z.date().nullable() })).parse(
    await db.$queryRaw`
      select (select count(*) from rollup_backlog)::int as days, coalesce(array_agg(e.id), '{}') as ids, min(e.at) as since
      from (select id, at from outbox_event where delivered_at is null and type = any(${[...countedNews]}) order by id limit ${options.cap ? tailCap + 1 : null}) e`,
  );
  const { days, ids, since } = row ?? { days: 0, ids: [], since: null };
  const tooMany = options.cap && ids.length > tailCap;
  return {
    isWhole: days === 0,
    asOf: tooMany && since ? since : now(),
    tail:
      ids.length === 0 || tooMany
        ? null
        : Prisma.sql`roll_delta(array(select roll_affected(${ids}::bigint[])), ${zone})`,
  };
}

/**
 * Reads in one snapshot, so that sums and the news still to be counted belong together; with room to group a month of bits in
 * memory, without compiling statements that take milliseconds, and by the index: a month of a year's sums is a small part.
 */
export const inSnapshot = <T>(read: (tx: Tx) => Promise<T>): Promise<T> =>
  prisma.$transaction(
    async (tx) => {
      await tx.$queryRaw`select set_config('work_mem', '64MB', true), set_config('jit', 'off', true), set_config('random_page_cost', '2', true)`;
      return read(tx);
    },
    { isolationLevel: "RepeatableRead", maxWait: 10_000, timeout: 60_000 },
  );

const blockDays = 63;
const firstMask = "2020-01-01";
/** Where a day stands in buyer_mask: see prisma/schema/analytics.prisma. */
export function maskOf(from: Day, to: Day): { block: number; bits: bigint }[] {
  const place = (d: Day) => Math.round((dateOf(d).getTime() - dateOf(firstMask as Day).getTime()) / 86_400_000);
  const blocks = new Map<number, bigint>();
  for (let i = place(from); i <= place(to); i++) {
    const block = Math.floor(i / blockDays);
    blocks.set(block, (blocks.get(block) ?? 0n) | (1n << BigInt(i % blockDays)));
  }
  return [...blocks].map(([block, bits]) => ({ block, bits }));
}

/** What adds up, in the order of every table of sums. */
const added = [
  "pieces",
  "short",
  "delivered",
  "unclaimed",
  "paid_fen",
  "refund_fen",
  "cost_fen",
  "commission_fen",
  "coupon_fen",
];
const list = (of: (column: string) => string) => Prisma.raw(added.map(of).join(", "));
export const plain = list((c) => c);
export const summed = list((c) => `coalesce(sum(${c}), 0)::bigint as ${c}`);

/** Days of a basis in these cities (null: all), narrowed. */
export type Range = { basis: Basis; from: Day; to: Day; cities: string[] | null; narrow: Narrow };

/** What narrows, on a table of sums or a row of roll_delta. */
export const keyFilter = (n: Narrow) =>
  and([
    Prisma.sql`true`,
    ...(n.leaderId ? [Prisma.sql`leader_id = ${n.leaderId}`] : []),
    ...(n.skuId ? [Prisma.sql`sku_id = ${n.skuId}`] : []),
    ...(n.supplierId ? [Prisma.sql`supplier_id = ${n.supplierId}`] : []),
  ]);

/** Rows of roll_delta by key with the orders counted once: the shape of a table of sums. */
export const tailSums = (tail: Prisma.Sql, r: Range, columns: Prisma.Sql): Prisma.Sql => Prisma.sql`
  select ${columns} max(greatest(sign, 0)) + min(least(sign, 0)) as orders, ${summed}
  from (select *, ${deltaDay(r.basis)} as day from ${tail}) t
  where day between ${date(r.from)} and ${date(r.to)} and ${inCities(Prisma.sql`city_id`, r.cities)} and ${keyFilter(r.narrow)}
  group by ${columns} order_id`;

/** Lines of the facts by key, orders counted once, for the part of a day that is asked for up to an instant. */
export const factSums = (r: Range, until: Date | null, columns: Prisma.Sql): Prisma.Sql => Prisma.sql`
  select ${columns} 1 as orders, ${summed}
  from (${factLines(r, until)}) f group by ${columns} order_id`;

/** Lines of the facts in the shape of roll_delta, as paid until an instant. */
export const factLines = (r: Range, until: Date | null): Prisma.Sql => Prisma.sql`
  select ${factDay(r.basis)} as day, extract(hour from o.paid_at at time zone ${zone})::int as hour, o.id as order_id, o.resident_id, o.city_id, o.leader_id, l.sale_session_id,
    l.offer_id, l.sku_id, l.supplier_id, l.category_id, l.ordered - l.cancelled - l.short as pieces, l.short, l.delivered, l.unclaimed, l.paid_fen, l.refunded_fen as refund_fen,
    l.supply_price_fen * (l.ordered - l.cancelled - l.short) as cost_fen, l.commission_fen - l.commission_reversed_fen as commission_fen, l.coupon_fen
  from ${lineTable} where ${within(r.basis, r.from, r.to)} ${until ? Prisma.sql`and o.paid_at <= ${until}` : Prisma.empty} and ${narrowed(r.narrow, r.cities)}`;

/** A last day in part, from the facts. */
export type Rest = { range: Range; until: Date };

/** Buyers of news still to be counted and of a last day in part, as (day, city_id, leader_id, resident_id). */
export function extras(r: Range, tail: Prisma.Sql | null, rest: Rest | null): Prisma.Sql {
  const parts = [
    Prisma.sql`select null::date as day, null::text as city_id, null::text as leader_id, null::text as resident_id where false`,
    ...(tail
      ? [
          Prisma.sql`select day, city_id, leader_id, resident_id from (select *, ${deltaDay(r.basis)} as day from ${tail}) t
            where sign = 1 and day between ${date(r.from)} and ${date(r.to)} and ${inCities(Prisma.sql`city_id`, r.cities)} and ${keyFilter(r.narrow)}`,
        ]
      : []),
    ...(rest
      ? [Prisma.sql`select day, city_id, leader_id, resident_id from (${factLines(rest.range, rest.until)}) f`]
      : []),
  ];
  return Prisma.join(parts, " union all ");
}

/**
 * The masks as they will be: a buyer's day is gone from a leader whose order has moved, though the news of it waits, unless
 * another order keeps it.
 */
export const masks = (basis: Basis, tail: Prisma.Sql | null): Prisma.Sql =>
  tail
    ? Prisma.sql`(
        select m.basis, m.block, m.leader_id, m.city_id, m.buyer_no, m.mask & ~coalesce(g.bits, 0) as mask
        from buyer_mask m left join (
          select (t.day - date '2020-01-01') / 63 as block, t.leader_id, y.no, bit_or(1::bigint << ((t.day - date '2020-01-01') % 63)) as bits
          from (select *, ${deltaDay(basis)} as day from ${tail}) t join buyer y on y.resident_id = t.resident_id
          where t.sign = -1 and t.is_moved and not exists (
            select 1 from customer_order o where o.resident_id = t.resident_id and o.leader_id = t.leader_id and o.paid_at is not null and ${factDay(basis)} = t.day)
          group by 1, 2, 3) g on g.block = m.block and g.leader_id = m.leader_id and g.no = m.buyer_no
        where m.basis = ${isBasis(basis)})`
    : Prisma.sql`buyer_mask`;
