import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import type { Actor } from "#lib/identity/schema";
import { plus, zero } from "#lib/kernel/money";
import { addDays, type Day, dayFromDate, dayOf, endOf } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";
import type { Basis, Narrow } from "../schema";
import type { MeasureBy, MeasureQuestion, MeasureRow, Measures } from "../schema/measures";
import {
  amount,
  citiesFor,
  date,
  extras,
  factLines,
  factSums,
  inCities,
  inSnapshot,
  isBasis,
  keyFilter,
  maskOf,
  masks,
  plain,
  type Range,
  type Rest,
  standing,
  summed,
  tailSums,
} from "../sums";

const measureRow = z.object({
  level: z.number(),
  day: z.date().nullable(),
  hour: z.number().nullable(),
  key: z.string().nullable(),
  orders: z.coerce.number(),
  buyers: z.coerce.number().nullable(),
  pieces: z.coerce.number(),
  short: z.coerce.number(),
  delivered: z.coerce.number(),
  unclaimed: z.coerce.number(),
  paid_fen: amount,
  refund_fen: amount,
  cost_fen: amount,
  commission_fen: amount,
  coupon_fen: amount,
});
type Counted = z.infer<typeof measureRow>;

const toRow = (r: Omit<Counted, "level">): MeasureRow => ({
  day: r.day && dayFromDate(r.day),
  hour: r.hour,
  key: r.key,
  orders: r.orders,
  buyers: r.buyers,
  pieces: r.pieces,
  short: r.short,
  delivered: r.delivered,
  unclaimed: r.unclaimed,
  paidFen: r.paid_fen,
  refundFen: r.refund_fen,
  costFen: r.cost_fen,
  commissionFen: r.commission_fen,
  couponFen: r.coupon_fen,
});

const none = toRow({
  ...{ day: null, hour: null, key: null, orders: 0, buyers: 0, pieces: 0, short: 0, delivered: 0, unclaimed: 0 },
  ...{ paid_fen: zero, refund_fen: zero, cost_fen: zero, commission_fen: zero, coupon_fen: zero },
});

const together = (a: MeasureRow, b: MeasureRow): MeasureRow => ({
  ...none,
  orders: a.orders + b.orders,
  pieces: a.pieces + b.pieces,
  short: a.short + b.short,
  delivered: a.delivered + b.delivered,
  unclaimed: a.unclaimed + b.unclaimed,
  paidFen: plus(a.paidFen, b.paidFen),
  refundFen: plus(a.refundFen, b.refundFen),
  costFen: plus(a.costFen, b.costFen),
  commissionFen: plus(a.commissionFen, b.commissionFen),
  couponFen: plus(a.couponFen, b.couponFen),
});

type Kept = "city" | "leader" | "sku" | "supplier" | "category" | "session" | "offer";
/** The table of each kind; a row of roll_delta names its keys the same. */
const tables: Record<Kept, Prisma.Sql> = {
  city: Prisma.raw("rollup_city"),
  leader: Prisma.raw("rollup_leader"),
  sku: Prisma.raw("rollup_sku"),
  supplier: Prisma.raw("rollup_supplier"),
  category: Prisma.raw("rollup_category"),
  session: Prisma.raw("rollup_session"),
  offer: Prisma.raw("rollup_offer"),
};
const keyOf: Record<MeasureBy, string | null> = {
  day: null,
  hour: null,
  city: "city_id",
  leader: "leader_id",
  product: "sku_id",
  supplier: "supplier_id",
  category: "category_id",
  session: "sale_session_id",
  offer: "offer_id",
};
const ownTable: Partial<Record<MeasureBy, Kept>> = {
  leader: "leader",
  product: "sku",
  supplier: "supplier",
  category: "category",
  session: "session",
  offer: "offer",
};

/** The sums that can answer, or null: an order must be counted once in what is asked for. */
export function keptFor(basis: Basis, by: MeasureBy | null, n: Narrow): Kept | null {
  const plain = by === null || by === "day" || by === "city";
  if (by === "hour") return basis === "paid" && !n.leaderId && !n.skuId && !n.supplierId ? "city" : null;
  if (n.leaderId) return (plain || by === "leader") && !n.skuId && !n.supplierId ? "leader" : null;
  if (n.skuId) return plain || by === "product" || by === "supplier" || by === "category" ? "sku" : null;
  if (n.supplierId) return plain || by === "supplier" ? "supplier" : by === "product" ? "sku" : null;
  return plain ? "city" : (ownTable[by] ?? null);
}

/** What is asked for as columns: day, hour, key, each null where not asked. */
const columnsOf = (q: MeasureQuestion) => {
  const key = q.by ? keyOf[q.by] : null;
  const named = [
    ...(q.byDay || q.by === "day" ? ["day"] : []),
    ...(q.by === "hour" ? ["hour"] : []),
    ...(key ? [key] : []),
  ];
  return {
    named: named.map((c) => Prisma.raw(c)),
    shown: Prisma.sql`${Prisma.raw(named.includes("day") ? "day" : "null::date as day")}, ${Prisma.raw(named.includes("hour") ? "hour::int" : "null::int as hour")}, ${Prisma.raw(key ? `${key} as key` : "null::text as key")}`,
  };
};

/** The rows `r` asks for, from the sums of `kind`, with what news still brings and the part of a last day from the facts. */
function keptSql(kind: Kept, q: MeasureQuestion, r: Range, tail: Prisma.Sql | null, rest: Rest | null) {
  const { named, shown } = columnsOf(q);
  const columns = named.length > 0 ? Prisma.sql`${Prisma.join(named)},` : Prisma.empty;
  const group = named.length > 0 ? Prisma.sql`group by ${Prisma.join(named)}` : Prisma.empty;
  const from = (measures: Prisma.Sql, which: Prisma.Sql) => [
    Prisma.sql`select ${columns} ${measures} from ${tables[kind]} where basis = ${isBasis(r.basis)} and day between ${date(r.from)} and ${date(r.to)}
      and ${inCities(Prisma.sql`city_id`, r.cities)} and ${keyFilter(r.narrow)} ${which}`,
    ...(tail
      ? [Prisma.sql`select ${columns} ${measures} from (${tailSums(tail, r, columns)}) t where true ${which}`]
      : []),
    ...(rest
      ? [
          Prisma.sql`select ${columns} ${measures} from (${factSums(rest.range, rest.until, columns)}) f where true ${which}`,
        ]
      : []),
  ];
  const all = Prisma.sql`orders, ${plain}`;
  const key = q.by && keyOf[q.by];
  const { limit = 0, measure = "paidFen" } = q.largest ?? {};
  const ranked = Prisma.raw(`sum(${rankOf[measure]}) desc`);
  // the largest are found by one measure, and only they are added up in all
  const which =
    q.largest && key
      ? Prisma.sql`and ${Prisma.raw(key)} = any(array(select ${Prisma.raw(key)} from (${Prisma.join(from(all, Prisma.empty), " union all ")}) w group by 1 order by ${ranked}, 1 limit ${limit}))`
      : Prisma.empty;
  const order = q.largest ? Prisma.sql`order by ${ranked}` : Prisma.empty;
  return Prisma.sql`select 0 as level, ${shown}, null::bigint as buyers, sum(orders) as orders, ${summed} from (${Prisma.join(from(all, which), " union all ")}) x ${group} having sum(orders) <> 0 ${order}`;
}

const rankOf = {
  orders: "orders",
  pieces: "pieces",
  paidFen: "paid_fen",
  refundFen: "refund_fen",
  netFen: "paid_fen - refund_fen",
  marginFen: "paid_fen - refund_fen - cost_fen",
  commissionFen: "commission_fen",
} as const;

/** The same from the facts alone: rows of the split (level 0) and the whole (level 1), buyers counted. */
function factSql(q: MeasureQuestion, r: Range, until: Date | null) {
  const { named, shown } = columnsOf(q);
  const level = named.length > 0 ? Prisma.sql`(${Prisma.join(named)}), ()` : Prisma.sql`()`;
  const isWhole = named.length > 0 ? Prisma.sql`grouping(${Prisma.join(named)})` : Prisma.sql`1`;
  return Prisma.sql`select case when ${isWhole} > 0 then 1 else 0 end as level, ${shown}, count(distinct order_id) as orders, count(distinct resident_id) as buyers, ${summed}
    from (${factLines(r, until)}) f group by grouping sets (${level})`;
}

const buyersRow = z.array(
  z.object({ level: z.number(), day: z.date().nullable(), key: z.string().nullable(), buyers: z.coerce.number() }),
);

/** Distinct buyers by day and key and of the whole: of a leader by the masks, else by the bits. Level 0: rows, 1: the whole. */
function buyersSql(q: MeasureQuestion, r: Range, tail: Prisma.Sql | null, rest: Rest | null): Prisma.Sql {
  const more = extras(r, tail, rest);
  const byDay = q.byDay || q.by === "day";
  const named = [...(byDay ? ["day"] : []), ...(q.by === "city" ? ["city_id"] : [])];
  const shown = Prisma.raw(
    `${byDay ? "day" : "null::date as day"}, ${q.by === "city" ? "city_id as key" : "null::text as key"}`,
  );
  const sets = (extra: string) =>
    Prisma.raw(named.length > 0 ? `(${[...named, extra].join(", ")}), (${extra})` : `(${extra})`);
  const level = Prisma.raw(named.length > 0 ? `case when grouping(${named.join(", ")}) > 0 then 1 else 0 end` : "1");
  const columns = Prisma.raw(["day", "city_id"].map((c) => (named.includes(c) ? c : `null as ${c}`)).join(", "));
  if (r.narrow.leaderId) {
    const blocks = maskOf(r.from, r.to).map((m) => m.block);
    const who = Prisma.sql`
      select d::date as day, m.city_id, m.buyer_no::text as who
      from ${masks(r.basis, tail)} m cross join generate_series(${date(r.from)}, ${date(r.to)}, interval '1 day') d
      where m.basis = ${isBasis(r.basis)} and m.block = any(${blocks}::int[]) and m.leader_id = ${r.narrow.leaderId} and ${inCities(Prisma.sql`m.city_id`, r.cities)}
        and m.block = (d::date - date '2020-01-01') / 63 and m.mask & (1::bigint << ((d::date - date '2020-01-01') % 63)) <> 0
      union all
      select e.day, e.city_id, coalesce(y.no::text, e.resident_id) from (${more}) e left join buyer y on y.resident_id = e.resident_id`;
    const grouping = Prisma.raw(named.length > 0 ? `(${named.join(", ")}), ()` : "()");
    return Prisma.sql`select ${level} as level, ${shown}, count(distinct who) as buyers from (${who}) x group by grouping sets (${grouping})`;
  }
  if (!tail && !rest) return restingBuyersSql(r, byDay, q.by === "city");
  return Prisma.sql`
    with extra as materialized (select distinct e.day, e.city_id, e.resident_id, y.no from (${more}) e left join buyer y on y.resident_id = e.resident_id),
    x as (
      select day, city_id, chunk, bits from rollup_bits where basis = ${isBasis(r.basis)} and day between ${date(r.from)} and ${date(r.to)} and ${inCities(Prisma.sql`city_id`, r.cities)}
      union all
      select day, city_id, (no >> 11)::int, set_bit(repeat('0', 2048)::bit(2048), (no & 2047)::int, 1) from extra where no is not null)
    select level, ${Prisma.raw(`${byDay ? "day" : "null::date as day"}, ${q.by === "city" ? "city_id as key" : "null::text as key"}`)}, sum(buyers) as buyers from (
      select ${level} as level, ${columns}, bit_count(bit_or(bits)) as buyers from x group by grouping sets (${sets("chunk")})
      union all
      select ${level}, ${columns}, count(distinct resident_id) from extra where no is null group by grouping sets (${Prisma.raw(named.length > 0 ? `(${named.join(", ")}), ()` : "()")})) y
    group by 1, 2, 3`;
}

/**
 * As buyersSql by the bits, when no news waits. A chunk of bits belongs to buyers of one city, so a day's rows add up, but for
 * those who bought in another city too: their chunks are put together first.
 */
function restingBuyersSql(r: Range, byDay: boolean, byCity: boolean): Prisma.Sql {
  const x = Prisma.sql`x as materialized (select day, city_id, chunk, bits from rollup_bits
      where basis = ${isBasis(r.basis)} and day between ${date(r.from)} and ${date(r.to)} and ${inCities(Prisma.sql`city_id`, r.cities)})`;
  const total = (
    source: string,
  ) => Prisma.sql`select 1 as level, null::date as day, null::text as key, coalesce(sum(n), 0) as buyers from (
      select bit_count(bit_or(bits)) as n from ${Prisma.raw(source)} group by chunk) t`;
  if (byDay && byCity)
    return Prisma.sql`with ${x} select 0 as level, day, city_id as key, sum(bit_count(bits)) as buyers from x group by 2, 3 union all ${total("x")}`;
  if (byCity)
    return Prisma.sql`with ${x}, c as materialized (select city_id, chunk, bit_or(bits) as bits from x group by 1, 2)
      select 0 as level, null::date as day, city_id as key, sum(bit_count(bits)) as buyers from c group by 3 union all ${total("c")}`;
  if (byDay)
    return Prisma.sql`with ${x},
      away as (select distinct x.day, x.chunk from x join buyer_city k on k.city_id = x.city_id where x.chunk >> 13 <> k.no),
      twice as (select day, sum(n - apart) as n from (
        select day, chunk, sum(bit_count(bits)) as n, bit_count(bit_or(bits)) as apart from x join away using (day, chunk) group by 1, 2) t group by 1)
      select 0 as level, d.day, null::text as key, d.n - coalesce(t.n, 0) as buyers
      from (select day, sum(bit_count(bits)) as n from x group by 1) d left join twice t on t.day = d.day union all ${total("x")}`;
  return Prisma.sql`with ${x} ${total("x")}`;
}

const rowKey = (r: { day: Day | null; key: string | null }) => `${r.day ?? ""} ${r.key ?? ""}`;

/**
 * Sums of paid orders by day, hour or key, for the actor's cities: from the read models with what the untold news brings, or from
 * the facts where no read model holds the answer or some days are still being counted. Refuses: forbidden.
 */
export function measures(actor: Actor, q: MeasureQuestion): Promise<Measures> {
  const cities = citiesFor(actor, q.narrow.cityId);
  const whole: Range = { basis: q.basis, from: q.from, to: q.to, cities, narrow: q.narrow };
  const until = q.until && q.until < endOf(q.to) ? q.until : null;
  return inSnapshot(async (tx) => {
    const asked: string[] = [];
    const ask = async (sql: Prisma.Sql, from: Tx = tx): Promise<unknown> => {
      asked.push(sql.text);
      return from.$queryRaw(sql);
    };
    const kind = keptFor(q.basis, q.by, q.narrow);
    const plainBuyers = !q.narrow.skuId && !q.narrow.supplierId;
    const rowsCount =
      plainBuyers && (!q.by || q.by === "day" || q.by === "city" || (q.by === "leader" && q.narrow.leaderId));
    const stands = await standing(tx);
    // an instant cuts payment days cleanly; a session or pickup day is cut through the middle
    const cut = until !== null && q.basis !== "paid";
    if (!kind || !stands.isWhole || cut || (q.exactBuyers && !rowsCount)) {
      const found = z.array(measureRow).parse(await ask(factSql(q, whole, until)));
      const total = found.find((r) => r.level === 1);
      return {
        rows: found
          .filter((r) => r.level === (q.by === null && !q.byDay ? 1 : 0))
          .map(toRow)
          .filter((r) => r.orders > 0),
        total: total ? toRow(total) : none,
        asOf: now(),
        source: "facts",
        sql: asked,
      };
    }
    const lastDay = until && dayOf(until);
    const rolled = lastDay ? { ...whole, to: addDays(lastDay, -1) } : whole;
    const rest = lastDay && lastDay >= q.from ? { range: { ...whole, from: lastDay, to: lastDay }, until } : null;
    const rows = z
      .array(measureRow)
      .parse(await ask(keptSql(kind, q, rolled, stands.tail, rest)))
      .map(toRow);
    const alone = { ...q, by: null, byDay: false, largest: undefined };
    const totalKind = keptFor(q.basis, null, q.narrow) ?? "city";
    // each order is in one row of these, so the rows come to the whole
    const isParted = !q.largest && (kind === "city" || kind === "leader" || kind === "session");
    const [total = none] = isParted
      ? [rows.reduce(together, none)]
      : z
          .array(measureRow)
          .parse(await ask(keptSql(totalKind, alone, rolled, stands.tail, rest)))
          .map(toRow);
    if (!plainBuyers || q.largest)
      return { rows, total: { ...total, buyers: null }, asOf: stands.asOf, source: "rollup", sql: asked };
    const counted = buyersRow
      .parse(await ask(buyersSql(rowsCount ? q : alone, rolled, stands.tail, rest)))
      .map((b) => ({ ...b, day: b.day && dayFromDate(b.day) }));
    const everybody = counted.find((b) => b.level === 1)?.buyers ?? 0;
    const some = new Map(counted.filter((b) => b.level === 0).map((b) => [rowKey(b), b.buyers]));
    const buyersOf = (r: MeasureRow): number | null => {
      if (!rowsCount) return null;
      if (q.by === "leader") return q.byDay ? (some.get(rowKey({ day: r.day, key: null })) ?? 0) : everybody;
      return q.by === null && !q.byDay ? everybody : (some.get(rowKey(r)) ?? 0);
    };
    return {
      rows: rows.map((r) => ({ ...r, buyers: buyersOf(r) })),
      total: { ...total, buyers: everybody },
      asOf: stands.asOf,
      source: "rollup",
      sql: asked,
    };
  });
}

const tallied = z.array(z.object({ key: z.string(), days: z.coerce.number() }));

/** Days on which a leader had an order, added up by day, leader or city. Refuses: forbidden. */
export function leaderDays(
  actor: Actor,
  q: { basis: Basis; from: Day; to: Day; narrow: Pick<Narrow, "cityId" | "leaderId">; by: "day" | "leader" | "city" },
): Promise<{ key: string; days: number }[]> {
  const r: Range = { ...q, cities: citiesFor(actor, q.narrow.cityId) };
  const key = Prisma.raw({ day: "day::text", leader: "leader_id", city: "city_id" }[q.by]);
  return inSnapshot(async (tx) => {
    const stands = await standing(tx);
    const columns = Prisma.sql`day, leader_id, city_id,`;
    const parts = stands.isWhole
      ? [
          Prisma.sql`select ${columns} orders from rollup_leader where basis = ${isBasis(r.basis)} and day between ${date(r.from)} and ${date(r.to)}
            and ${inCities(Prisma.sql`city_id`, r.cities)} and ${keyFilter(r.narrow)}`,
          ...(stands.tail ? [Prisma.sql`select ${columns} orders from (${tailSums(stands.tail, r, columns)}) t`] : []),
        ]
      : [Prisma.sql`select ${columns} 1 as orders from (${factLines(r, null)}) f`];
    return tallied.parse(
      await tx.$queryRaw`
        select ${key} as key, count(*) as days
        from (select ${columns} sum(orders) as orders from (${Prisma.join(parts, " union all ")}) x group by day, leader_id, city_id having sum(orders) > 0) y
        group by 1 order by 1`,
    );
  });
}
