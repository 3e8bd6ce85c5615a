import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { fen, minus, sum } from "#lib/kernel/money";
import { addDays, type Day, dateOf, daysBetween, endOf, hour, later, startOf, zone } from "#lib/kernel/time";
import { now, today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { bpOf, figuresOf, noFigures, periodBefore } from "../rules";
import type { Basis, Figures, Metric, Narrow, Question, Sales, SalesRow, Split } from "../schema";

const amount = z.bigint().transform((v) => fen(v));
const figures = {
  paid_fen: amount,
  refund_fen: amount,
  orders: z.number(),
  buyers: z.number(),
  pieces: z.number(),
  cost_fen: amount,
  commission_fen: amount,
};
const groupRow = z.object({ level: z.number(), day: z.string().nullable(), key: z.string().nullable(), ...figures });
type Grouped = z.infer<typeof groupRow>;

const toFigures = (r: Grouped): Figures =>
  figuresOf({
    paidFen: r.paid_fen,
    refundFen: r.refund_fen,
    orders: r.orders,
    buyers: r.buyers,
    pieces: r.pieces,
    costFen: r.cost_fen,
    commissionFen: r.commission_fen,
  });

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

const keyOf: Record<Split, Prisma.Sql> = {
  day: Prisma.sql`null::text`,
  product: Prisma.sql`l.sku_id`,
  leader: Prisma.sql`o.leader_id`,
  city: Prisma.sql`o.city_id`,
  supplier: Prisma.sql`l.supplier_id`,
};

/** The actor's cities and what was asked for, on the order; what narrows to lines is on the line. */
function onOrder(actor: Actor, n: Narrow): Prisma.Sql {
  const cities = sees(actor, "analytics.see").cityIds;
  const parts: Prisma.Sql[] = [Prisma.sql`true`];
  if (cities) parts.push(Prisma.sql`o.city_id = any(${cities}::text[])`);
  if (n.cityId) parts.push(Prisma.sql`o.city_id = ${n.cityId}`);
  if (n.leaderId) parts.push(Prisma.sql`o.leader_id = ${n.leaderId}`);
  return Prisma.join(parts, " and ");
}

function onLine(n: Narrow): Prisma.Sql {
  const parts: Prisma.Sql[] = [Prisma.sql`true`];
  if (n.supplierId) parts.push(Prisma.sql`l.supplier_id = ${n.supplierId}`);
  if (n.skuId) parts.push(Prisma.sql`l.sku_id = ${n.skuId}`);
  return Prisma.join(parts, " and ");
}

/** One pass over the lines of a period as known at `until`: the whole, by day, and by the split (level 3, 1, 2). */
async function grouped(actor: Actor, q: Question, from: Day, to: Day, until?: Date | null): Promise<Grouped[]> {
  return z.array(groupRow).parse(
    await prisma.$queryRaw`
      with line as (
        select ${dayOf(q.basis)} as day, ${keyOf[q.by]} as key, o.id as order_id, o.resident_id, l.paid_fen, l.refunded_fen,
          l.ordered - l.cancelled - l.short as pieces, l.supply_price_fen, l.commission_fen - l.commission_reversed_fen as commission_fen
        from customer_order o join order_line l on l.order_id = o.id
        where ${within(q.basis, from, to)} ${until ? Prisma.sql`and o.paid_at <= ${until}` : Prisma.empty} and ${onOrder(actor, q)} and ${onLine(q)})
      select grouping(day, key)::int as level, day, key, coalesce(sum(paid_fen), 0)::bigint as paid_fen, coalesce(sum(refunded_fen), 0)::bigint as refund_fen,
        count(distinct order_id)::int as orders, count(distinct resident_id)::int as buyers, coalesce(sum(pieces), 0)::int as pieces,
        coalesce(sum(pieces * supply_price_fen), 0)::bigint as cost_fen, coalesce(sum(commission_fen), 0)::bigint as commission_fen
      from line group by grouping sets ((day), (key), ())`,
  );
}

const byDay = (rows: Grouped[]) => new Map(rows.filter((r) => r.level === 1).map((r) => [r.day ?? "", toFigures(r)]));
const byKey = (rows: Grouped[]) => new Map(rows.filter((r) => r.level === 2).map((r) => [r.key ?? "", toFigures(r)]));
const whole = (rows: Grouped[]): Figures => {
  const row = rows.find((r) => r.level === 3);
  return row ? toFigures(row) : noFigures;
};

const nameRow = z.array(z.object({ id: z.string(), name: z.string(), note: z.string() }));

/** What the keys of a split are called. */
async function names(by: Split, ids: string[]): Promise<Map<string, { name: string; note: string }>> {
  if (by === "day" || ids.length === 0) return new Map();
  const rows = nameRow.parse(
    by === "product"
      ? await prisma.$queryRaw`select s.id, p.name, p.spec as note from sku s join product p on p.id = s.product_id where s.id = any(${ids})`
      : by === "leader"
        ? await prisma.$queryRaw`
            select l.id, l.name, coalesce((select p.name from pickup_point p where p.leader_id = l.id order by p.id limit 1), '') as note from leader l where l.id = any(${ids})`
        : by === "city"
          ? await prisma.$queryRaw`select id, name, '' as note from region where id = any(${ids})`
          : await prisma.$queryRaw`select id, name, '' as note from supplier where id = any(${ids})`,
  );
  return new Map(rows.map((r) => [r.id, r]));
}

const peopleRow = z.array(
  z.object({ fresh: z.number(), again: z.number(), earlier: z.number(), leader_days: z.number() }),
);

/** New buyers, who came back from the period before, and how many leaders had orders, day by day. */
async function people(actor: Actor, q: Question, before: { from: Day; to: Day }) {
  const first =
    q.basis === "paid"
      ? Prisma.sql`e.paid_at < ${startOf(q.from)}`
      : q.basis === "session"
        ? Prisma.sql`e.business_day < ${dateOf(q.from)}::date`
        : Prisma.sql`e.pickup_day < ${dateOf(q.from)}::date`;
  const lines =
    q.supplierId || q.skuId
      ? Prisma.sql`and exists (select 1 from order_line l where l.order_id = o.id and ${onLine(q)})`
      : Prisma.empty;
  const [row] = peopleRow.parse(
    await prisma.$queryRaw`
      with cur as (select o.resident_id, o.leader_id, ${dayOf(q.basis)} as day from customer_order o where ${within(q.basis, q.from, q.to)} and ${onOrder(actor, q)} ${lines}),
        buyer as (select distinct resident_id from cur),
        prev as (select distinct o.resident_id from customer_order o where ${within(q.basis, before.from, before.to)} and ${onOrder(actor, q)} ${lines})
      select (select count(*) from buyer b where not exists (select 1 from customer_order e where e.resident_id = b.resident_id and e.paid_at is not null and ${first}))::int as fresh,
        (select count(*) from buyer join prev using (resident_id))::int as again, (select count(*) from prev)::int as earlier,
        (select count(*) from (select distinct leader_id, day from cur) d)::int as leader_days`,
  );
  return row ?? { fresh: 0, again: 0, earlier: 0, leader_days: 0 };
}

const rankOf = (f: Figures | null, metric: Metric): number => f?.[metric] ?? Number.NEGATIVE_INFINITY;

/**
 * Sales of a period by day and by the split asked for, beside the period before. `limit` rows of the split at most
 * (the largest by the metric). Refuses: forbidden.
 */
export async function sales(actor: Actor, q: Question, limit = 50): Promise<Sales> {
  const before = periodBefore(q.from, q.to);
  // a day still running is compared with what the other had reached by the same time
  const sameTime = q.to >= today() ? later(now(), -(daysBetween(q.from, q.to) + 1) * 24 * hour) : null;
  const [current, then, who] = await Promise.all([
    grouped(actor, q, q.from, q.to),
    q.compare ? grouped(actor, q, before.from, before.to, sameTime) : [],
    people(actor, q, before),
  ]);
  const [daysNow, daysThen] = [byDay(current), byDay(then)];
  const days = Array.from({ length: daysBetween(q.from, q.to) + 1 }, (_, i) => {
    const d = addDays(q.from, i);
    const beforeDay = q.compare ? addDays(before.from, i) : null;
    return {
      day: d,
      now: daysNow.get(d) ?? noFigures,
      beforeDay,
      before: beforeDay ? (daysThen.get(beforeDay) ?? noFigures) : null,
    };
  });
  const total = whole(current);
  const shared = {
    question: q,
    before: q.compare ? before : null,
    isSameTime: q.compare && sameTime !== null,
    total,
    totalBefore: q.compare ? whole(then) : null,
    newBuyers: who.fresh,
    repurchaseBp: bpOf(who.again, who.earlier),
    ordersPerLeader: who.leader_days > 0 ? Math.round((total.orders * 100) / who.leader_days) / 100 : null,
    days,
  };
  if (q.by === "day") {
    const rows = days.map((d): SalesRow => ({ id: d.day, name: d.day, note: "", now: d.now, before: d.before }));
    return { ...shared, rows, rowCount: rows.length, rest: null };
  }
  const [keysNow, keysThen] = [byKey(current), byKey(then)];
  const keys = [...new Set([...keysNow.keys(), ...keysThen.keys()])]
    .map((id) => ({
      id,
      now: keysNow.get(id) ?? noFigures,
      before: q.compare ? (keysThen.get(id) ?? noFigures) : null,
    }))
    .sort(
      (a, b) =>
        rankOf(b.now, q.metric) - rankOf(a.now, q.metric) || b.now.gmvFen - a.now.gmvFen || (a.id < b.id ? -1 : 1),
    );
  const kept = keys.slice(0, limit);
  const called = await names(
    q.by,
    kept.map((k) => k.id),
  );
  const rows = kept.map(
    (k): SalesRow => ({ ...k, name: called.get(k.id)?.name ?? k.id, note: called.get(k.id)?.note ?? "" }),
  );
  const left = keys.slice(limit).map((k) => k.now);
  const rest =
    left.length === 0
      ? null
      : figuresOf({
          paidFen: sum(left.map((f) => f.gmvFen)),
          refundFen: sum(left.map((f) => f.refundFen)),
          orders: 0,
          buyers: 0,
          pieces: left.reduce((n, f) => n + f.pieces, 0),
          costFen: sum(left.map((f) => minus(f.netFen, f.marginFen))),
          commissionFen: sum(left.map((f) => f.commissionFen)),
        });
  return { ...shared, rows, rowCount: keys.length, rest };
}

/** What a narrowed question or list is narrowed to, in words; ids without a name are left out. */
export async function narrowedTo(
  n: Narrow,
): Promise<{ key: "cityId" | "supplierId" | "leaderId" | "skuId"; id: string; name: string }[]> {
  const asked = [
    { key: "skuId" as const, by: "product" as const, id: n.skuId },
    { key: "leaderId" as const, by: "leader" as const, id: n.leaderId },
    { key: "supplierId" as const, by: "supplier" as const, id: n.supplierId },
    { key: "cityId" as const, by: "city" as const, id: n.cityId },
  ];
  const found = await Promise.all(
    asked.map(async ({ key, by, id }) => {
      const name = id ? (await names(by, [id])).get(id) : undefined;
      return id && name ? [{ key, id, name: name.name }] : [];
    }),
  );
  return found.flat();
}
