import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { firstId } from "#lib/kernel/ids";
import { addDays, type Day, dateOf, endOf, startOf, zone } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { grains } from "../rules/metrics";
import type { Basis, Narrow } from "../schema";
import type { Parts, Source, Split } from "../schema/explore";
import type { MeasureRow } from "../schema/measures";
import { newBuyers, repurchase } from "./buyers";
import { citiesOf } from "./cities";
import { measures } from "./measures";

/** Paid orders of these days by the day that counts; `until` leaves out what was paid later. */
export type CountQuestion = { basis: Basis; from: Day; to: Day; by: Split; narrow: Narrow; until: Date | null };
/** By the key of the split, by day, and the whole. A source that cannot be split so leaves that map empty. */
type SourceCount = {
  keys: Map<string, Parts>;
  days: Map<string, Parts>;
  total: Parts;
  asOf?: Date;
  isRollup?: boolean;
};
/** Several sources put together; `blank` is what a key or a day has that none of them says anything about. */
export type Counted = SourceCount & { blank: { keys: Parts; days: Parts } };

const partsOf = (r: MeasureRow): Parts => ({
  orders: r.orders,
  buyers: r.buyers,
  pieces: r.pieces,
  short: r.short,
  delivered: r.delivered,
  unclaimed: r.unclaimed,
  paidFen: r.paidFen,
  refundFen: r.refundFen,
  costFen: r.costFen,
  commissionFen: r.commissionFen,
  couponFen: r.couponFen,
});

async function sales(actor: Actor, q: CountQuestion): Promise<SourceCount> {
  const ask = { basis: q.basis, from: q.from, to: q.to, narrow: q.narrow, until: q.until };
  const [days, split] = await Promise.all([
    measures(actor, { ...ask, by: "day" }),
    q.by === "day" ? null : measures(actor, { ...ask, by: q.by }),
  ]);
  const byDay = new Map(days.rows.map((r) => [r.day ?? "", partsOf(r)]));
  return {
    keys: split
      ? new Map(split.rows.map((r) => [q.by === "hour" ? String(r.hour) : (r.key ?? ""), partsOf(r)]))
      : byDay,
    days: byDay,
    total: partsOf(days.total),
    asOf: days.asOf,
    isRollup: days.source === "rollup" && (split?.source ?? "rollup") === "rollup",
  };
}

async function fresh(actor: Actor, q: CountQuestion): Promise<SourceCount> {
  const rows = await newBuyers(actor, { basis: q.basis, from: q.from, to: q.to, narrow: q.narrow });
  const days = new Map(rows.map((r): [string, Parts] => [r.day, { newBuyers: r.buyers }]));
  return {
    keys: q.by === "day" ? days : new Map(),
    days,
    total: { newBuyers: rows.reduce((n, r) => n + r.buyers, 0) },
  };
}

/** Days on which a leader had an order, added up over leaders. */
async function leaders(actor: Actor, q: CountQuestion): Promise<SourceCount> {
  const { rows } = await measures(actor, { ...q, by: "leader", byDay: true });
  const active = rows.filter((r) => r.orders > 0);
  const home =
    q.by === "city"
      ? new Map(
          (
            await prisma.leader.findMany({
              where: { id: { in: [...new Set(active.map((r) => r.key ?? ""))] } },
              select: { id: true, cityId: true },
            })
          ).map((l) => [l.id, l.cityId]),
        )
      : null;
  const tally = (keyOf: (r: MeasureRow) => string) => {
    const all = new Map<string, Parts>();
    for (const r of active) all.set(keyOf(r), { leaderDays: (all.get(keyOf(r))?.leaderDays ?? 0) + 1 });
    return all;
  };
  const days = tally((r) => r.day ?? "");
  const keys = q.by === "leader" ? tally((r) => r.key ?? "") : home ? tally((r) => home.get(r.key ?? "") ?? "") : days;
  return { keys, days, total: { leaderDays: active.length } };
}

async function again(actor: Actor, q: CountQuestion, length: 7 | 30): Promise<SourceCount> {
  const of = async (narrow: Narrow): Promise<Parts> => {
    const r = await repurchase(actor, { basis: q.basis, to: q.to, days: length, narrow });
    return length === 7 ? { again7: r.again, earlier7: r.earlier } : { again30: r.again, earlier30: r.earlier };
  };
  const cities =
    q.by === "city" ? (await citiesOf(actor)).filter((c) => !q.narrow.cityId || c.id === q.narrow.cityId) : [];
  const [total, ...each] = await Promise.all([
    of(q.narrow),
    ...cities.map(async (c): Promise<[string, Parts]> => [c.id, await of({ ...q.narrow, cityId: c.id })]),
  ]);
  return { keys: new Map(each), days: new Map(), total };
}

/** Orders of these days; each way of counting has its index. */
const within = (basis: Basis, from: Day, to: Day): Prisma.Sql =>
  basis === "paid"
    ? Prisma.sql`o.paid_at >= ${startOf(from)} and o.paid_at < ${endOf(to)}`
    : basis === "session"
      ? Prisma.sql`o.business_day >= ${dateOf(from)}::date and o.business_day <= ${dateOf(to)}::date and o.paid_at is not null`
      : Prisma.sql`o.pickup_day >= ${dateOf(from)}::date and o.pickup_day <= ${dateOf(to)}::date and o.paid_at is not null`;

const dayOf = (basis: Basis): Prisma.Sql =>
  basis === "paid"
    ? Prisma.sql`to_char(o.paid_at at time zone ${zone}, 'YYYY-MM-DD')`
    : basis === "session"
      ? Prisma.sql`to_char(o.business_day, 'YYYY-MM-DD')`
      : Prisma.sql`to_char(o.pickup_day, 'YYYY-MM-DD')`;

/** The actor's cities and what was asked for, as conditions on a table's columns. */
export function narrowing(
  actor: Actor,
  n: Narrow,
  column: { city: Prisma.Sql; leader?: Prisma.Sql; supplier?: Prisma.Sql; sku?: Prisma.Sql },
): Prisma.Sql {
  const cities = sees(actor, "analytics.see").cityIds;
  return Prisma.join(
    [
      Prisma.sql`true`,
      ...(cities ? [Prisma.sql`${column.city} = any(${cities}::text[])`] : []),
      ...(n.cityId ? [Prisma.sql`${column.city} = ${n.cityId}`] : []),
      ...(n.leaderId && column.leader ? [Prisma.sql`${column.leader} = ${n.leaderId}`] : []),
      ...(n.supplierId && column.supplier ? [Prisma.sql`${column.supplier} = ${n.supplierId}`] : []),
      ...(n.skuId && column.sku ? [Prisma.sql`${column.sku} = ${n.skuId}`] : []),
    ],
    " and ",
  );
}

/** Rows `day, key, parts…` added up by day, by key and whole. The parts are the columns' names, which are ours. */
async function tally(source: Source, rows: Prisma.Sql): Promise<SourceCount> {
  const { parts } = grains[source];
  const sums = Prisma.join(parts.map((part) => Prisma.raw(`coalesce(sum("${part}"), 0)::int as "${part}"`)));
  const shape = z.array(
    z.object({
      level: z.number(),
      day: z.string().nullable(),
      key: z.string().nullable(),
      ...Object.fromEntries(parts.map((part) => [part, z.number()])),
    }),
  );
  const found = shape.parse(
    await prisma.$queryRaw`
      select grouping(day, key)::int as level, day, key, ${sums}
      from (${rows}) x
      group by grouping sets ((day), (key), ())`,
  );
  const pick = (level: number, by: "day" | "key") =>
    new Map(
      found
        .filter((r) => r.level === level)
        .map((r): [string, Parts] => [
          r[by] ?? "",
          Object.fromEntries(parts.map((part) => [part, (r as Record<string, unknown>)[part] as number])),
        ]),
    );
  return { days: pick(1, "day"), keys: pick(2, "key"), total: [...pick(3, "day").values()][0] ?? {} };
}

const none = Prisma.sql`null::text`;

async function offers(actor: Actor, q: CountQuestion): Promise<SourceCount> {
  const key = {
    product: Prisma.sql`k.id`,
    category: Prisma.sql`p.category_id`,
    supplier: Prisma.sql`k.supplier_id`,
    city: Prisma.sql`o.city_id`,
    session: Prisma.sql`o.sale_session_id`,
    day: Prisma.sql`to_char(s.business_day, 'YYYY-MM-DD')`,
    hour: none,
    leader: none,
  }[q.by];
  const mine = narrowing(actor, q.narrow, {
    city: Prisma.sql`o.city_id`,
    supplier: Prisma.sql`k.supplier_id`,
    sku: Prisma.sql`k.id`,
  });
  return tally(
    "offers",
    Prisma.sql`
        select distinct on (o.stock_pool_id) to_char(s.business_day, 'YYYY-MM-DD') as day, ${key} as key, t.quota, t.sold
        from sale_session s
          join offer o on o.sale_session_id = s.id
          join stock_pool t on t.id = o.stock_pool_id
          join sku k on k.id = o.sku_id
          join product p on p.id = k.product_id
        where s.business_day >= ${dateOf(q.from)}::date and s.business_day <= ${dateOf(q.to)}::date
          and s.state not in ('draft', 'cancelled') and o.state <> 'draft' and ${mine}`,
  );
}

const deliveryKey = (by: Split): Prisma.Sql =>
  by === "leader"
    ? Prisma.sql`d.leader_id`
    : by === "city"
      ? Prisma.sql`d.city_id`
      : by === "session"
        ? Prisma.sql`d.sale_session_id`
        : Prisma.sql`to_char(d.pickup_day, 'YYYY-MM-DD')`;
const deliveries = (actor: Actor, q: CountQuestion): Prisma.Sql =>
  Prisma.sql`d.pickup_day >= ${dateOf(q.from)}::date and d.pickup_day <= ${dateOf(q.to)}::date and d.pieces > 0
          and ${narrowing(actor, q.narrow, { city: Prisma.sql`d.city_id`, leader: Prisma.sql`d.leader_id` })}`;

/** Deliveries that came or should have come by now. */
const arrivals = (actor: Actor, q: CountQuestion): Promise<SourceCount> =>
  tally(
    "arrivals",
    Prisma.sql`
        select to_char(d.pickup_day, 'YYYY-MM-DD') as day, ${deliveryKey(q.by)} as key, 1 as "deliveries",
          (coalesce(d.arrived_at <= d.due_at, false))::int as "onTime"
        from delivery d
        where ${deliveries(actor, q)} and (d.arrived_at is not null or d.due_at <= ${q.until ?? now()})`,
  );

/** Pieces signed for, and those of them handed over within a day of their arrival. */
const pickups = (actor: Actor, q: CountQuestion): Promise<SourceCount> =>
  tally(
    "pickups",
    Prisma.sql`
        select a.day, a.key, a.pieces as "handed", (
            select coalesce(sum(v.pieces), 0)::int from verification v
            where v.pickup_point_id = a.point and v.pickup_day = a.pickup_day and v.at <= a.arrived_at + interval '24 hours') as "handed24"
        from (
          select d.pickup_point_id as point, d.pickup_day, to_char(d.pickup_day, 'YYYY-MM-DD') as day, min(${deliveryKey(q.by)}) as key,
            min(d.arrived_at) as arrived_at, sum(l.signed)::int as pieces
          from delivery d join delivery_line l on l.delivery_id = d.id
          where ${deliveries(actor, q)} and d.signed_at is not null
          group by d.pickup_point_id, d.pickup_day) a`,
  );

const lineKey = (q: CountQuestion): Prisma.Sql =>
  ({
    day: dayOf(q.basis),
    hour: none,
    product: Prisma.sql`l.sku_id`,
    category: Prisma.sql`l.category_id`,
    supplier: Prisma.sql`l.supplier_id`,
    leader: Prisma.sql`o.leader_id`,
    city: Prisma.sql`o.city_id`,
    session: Prisma.sql`o.sale_session_id`,
  })[q.by];

/** Lines of these days' orders as the question narrows them. */
const linesOf = (actor: Actor, q: CountQuestion): Prisma.Sql => {
  const mine = narrowing(actor, q.narrow, {
    city: Prisma.sql`o.city_id`,
    leader: Prisma.sql`o.leader_id`,
    supplier: Prisma.sql`l.supplier_id`,
    sku: Prisma.sql`l.sku_id`,
  });
  return Prisma.sql`${within(q.basis, q.from, q.to)} ${q.until ? Prisma.sql`and o.paid_at <= ${q.until}` : Prisma.empty} and ${mine}`;
};

/** Cases of these days' orders, but those taken back; a case comes after its order, so its id bounds the search. */
const cases = (actor: Actor, q: CountQuestion): Promise<SourceCount> =>
  tally(
    "cases",
    Prisma.sql`
        select ${dayOf(q.basis)} as day, ${lineKey(q)} as key, 1 as "cases"
        from after_sale a
          join order_line l on l.id = a.order_line_id
          join customer_order o on o.id = a.order_id
        where a.id >= ${firstId("asc", startOf(addDays(q.from, -7)))} and a.state <> 'cancelled' and ${linesOf(actor, q)}`,
  );

const counters: Record<Source, (actor: Actor, q: CountQuestion) => Promise<SourceCount>> = {
  sales,
  fresh,
  leaders,
  again7: (actor, q) => again(actor, q, 7),
  again30: (actor, q) => again(actor, q, 30),
  offers,
  arrivals,
  pickups,
  cases,
};

/** A day or key a source says nothing about has none of its parts. */
const nothing = (source: Source): Parts => Object.fromEntries(grains[source].parts.map((part) => [part, 0]));

/** Several sources counted for one question, put together by key and by day. Refuses: forbidden. */
export async function countAll(actor: Actor, q: CountQuestion, sources: readonly Source[]): Promise<Counted> {
  const all = await Promise.all(sources.map(async (source) => ({ source, counted: await counters[source](actor, q) })));
  const merge = (of: (c: SourceCount) => Map<string, Parts>, canBe: (source: Source) => boolean) => {
    const able = all.filter((one) => canBe(one.source));
    const keys = new Set(able.flatMap((one) => [...of(one.counted).keys()]));
    return new Map(
      [...keys].map((key): [string, Parts] => [
        key,
        Object.assign({}, ...able.map((one) => of(one.counted).get(key) ?? nothing(one.source))),
      ]),
    );
  };
  const sold = all.find((one) => one.source === "sales")?.counted;
  const hasSplit = (by: Split) => (source: Source) => grains[source].splits.includes(by);
  const blank = (by: Split): Parts => Object.assign({}, ...sources.filter(hasSplit(by)).map(nothing));
  return {
    keys: merge((c) => c.keys, hasSplit(q.by)),
    days: merge((c) => c.days, hasSplit("day")),
    blank: { keys: blank(q.by), days: blank("day") },
    total: Object.assign({}, ...all.map((one) => ({ ...nothing(one.source), ...one.counted.total }))),
    ...(sold?.asOf ? { asOf: sold.asOf } : {}),
    isRollup: sold?.isRollup ?? false,
  };
}
