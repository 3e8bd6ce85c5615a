import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { addDays, type Day, dateOf } from "#lib/kernel/time";
import { now, today } from "#lib/platform/clock";
import { prisma, type Tx } from "#lib/platform/db";
import { bases } from "./schema";
import type { Proof, ProofKind, ProofRow } from "./schema/measures";
import {
  date,
  extras,
  factLines,
  factSums,
  inSnapshot,
  isBasis,
  masks,
  plain,
  type Range,
  standing,
  tailSums,
} from "./sums";

const shown = 20;
const found = z.object({
  looked: z.coerce.number(),
  wrong: z.coerce.number(),
  expected: z.coerce.number(),
  found: z.coerce.number(),
  differences: z.array(z.object({ ref: z.string(), expected: z.string(), found: z.string() })),
});

/** Two selects of (ref, value, detail) against each other: how many refs, how many differ, and what both come to. */
async function compare(tx: Tx, facts: Prisma.Sql, kept: Prisma.Sql): Promise<z.infer<typeof found>> {
  const rows = z.array(found).parse(
    await tx.$queryRaw`
      with f as (${facts}), k as (${kept}),
      x as (
        select coalesce(f.ref, k.ref) as ref, coalesce(f.value, 0) as expected, coalesce(k.value, 0) as found, coalesce(f.detail, '—') as said, coalesce(k.detail, '—') as kept,
          f.value is distinct from k.value or f.detail is distinct from k.detail as differs
        from f full join k using (ref))
      select count(*) as looked, count(*) filter (where differs) as wrong, coalesce(sum(expected), 0) as expected, coalesce(sum(found), 0) as found,
        coalesce((select jsonb_agg(jsonb_build_object('ref', d.ref, 'expected', d.said, 'found', d.kept)) from (select * from x where differs order by ref limit ${shown}) d), '[]') as differences
      from x`,
  );
  return rows[0] ?? { looked: 0, wrong: 0, expected: 0, found: 0, differences: [] };
}

const keys: Record<string, string> = {
  city: "hour",
  leader: "leader_id",
  sku: "sku_id",
  supplier: "supplier_id",
  category: "category_id",
  session: "sale_session_id",
  offer: "offer_id",
};

/** Rows by key and day as (ref, value in fen, everything counted as text). */
const told = (rows: Prisma.Sql, key: string) => Prisma.sql`
  select concat_ws(' ', basis, day, city_id, ${Prisma.raw(key)}) as ref, sum(paid_fen) as value,
    concat_ws(' ', sum(orders), sum(pieces), sum(short), sum(delivered), sum(unclaimed), sum(paid_fen), sum(refund_fen), sum(cost_fen), sum(commission_fen), sum(coupon_fen)) as detail
  from (${rows}) r group by 1 having sum(orders) <> 0 or sum(paid_fen) <> 0`;

/**
 * Compares the sums of these days with the facts, key by key, and with the journals of their orders, in one snapshot and with
 * what untold news still brings. Stores nothing.
 */
export function prove(from: Day, to: Day): Promise<Proof> {
  return inSnapshot(async (tx) => {
    const { tail } = await standing(tx, { cap: false });
    const range = (basis: Range["basis"]): Range => ({ basis, from, to, cities: null, narrow: {} });
    const rows: ProofRow[] = [];
    const check = async (kind: ProofKind, facts: Prisma.Sql, kept: Prisma.Sql) => {
      rows.push({ kind, ...(await compare(tx, facts, kept)) });
    };
    const union = (parts: Prisma.Sql[]) => Prisma.join(parts, " union all ");
    for (const [kind, key] of Object.entries(keys)) {
      // the hour is kept of payments only
      const hour = (basis: string) =>
        key === "hour" ? (basis === "paid" ? Prisma.sql`hour,` : Prisma.sql`-1 as hour,`) : Prisma.raw(`${key},`);
      const by = (basis: string) =>
        Prisma.sql`day, city_id, ${key === "hour" && basis !== "paid" ? Prisma.empty : Prisma.raw(`${key},`)}`;
      const named = (basis: Range["basis"], sums: Prisma.Sql) =>
        Prisma.sql`select ${basis} as basis, day, city_id, ${hour(basis)} orders, ${plain} from (${sums}) s`;
      await check(
        kind as ProofKind,
        told(union(bases.map((b) => named(b, factSums(range(b), null, by(b))))), key),
        told(
          union([
            Prisma.sql`select basis::text as basis, day, city_id, ${Prisma.raw(key)}, orders, ${plain} from ${Prisma.raw(`rollup_${kind}`)} where day between ${date(from)} and ${date(to)}`,
            ...(tail ? bases.map((b) => named(b, tailSums(tail, range(b), by(b)))) : []),
          ]),
          key,
        ),
      );
    }
    const pieces = Prisma.raw(
      "sum(ordered) as ordered, sum(cancelled) as cancelled, sum(short) as short, sum(delivered) as delivered, sum(picked) as picked, sum(unclaimed) as unclaimed, sum(returned) as returned",
    );
    const pieceText = (rows: Prisma.Sql) => Prisma.sql`
      select concat_ws(' ', day, city_id) as ref, sum(delivered) as value,
        concat_ws(' ', sum(orders), sum(ordered), sum(cancelled), sum(short), sum(delivered), sum(picked), sum(unclaimed), sum(returned)) as detail from (${rows}) r group by 1`;
    await check(
      "fulfilment",
      pieceText(
        Prisma.sql`select o.pickup_day as day, o.city_id, 1 as orders, ${pieces} from customer_order o join order_line l on l.order_id = o.id
          where o.pickup_day between ${date(from)} and ${date(to)} and o.paid_at is not null group by o.id`,
      ),
      pieceText(
        union([
          Prisma.sql`select day, city_id, orders, ordered, cancelled, short, delivered, picked, unclaimed, returned from rollup_fulfilment where day between ${date(from)} and ${date(to)}`,
          ...(tail
            ? [
                Prisma.sql`select t.pickup_day, t.city_id, max(greatest(sign, 0)) + min(least(sign, 0)), ${pieces} from ${tail} t where t.pickup_day between ${date(from)} and ${date(to)} group by t.pickup_day, t.city_id, t.order_id`,
              ]
            : []),
        ]),
      ),
    );
    const people = (rows: Prisma.Sql) =>
      Prisma.sql`select ref, count(distinct resident_id) as value, '' as detail from (${rows}) p group by 1`;
    const bought = (basis: string, rows: Prisma.Sql) => Prisma.sql`
      select concat_ws(' ', ${basis}::text, day, city_id) as ref, resident_id from (${rows}) b
      union select concat_ws(' ', ${basis}::text, day, city_id, leader_id), resident_id from (${rows}) b`;
    await check(
      "buyers",
      people(union(bases.map((b) => bought(b, factLines(range(b), null))))),
      people(
        union([
          Prisma.sql`select concat_ws(' ', b.basis, b.day, b.city_id) as ref, coalesce(y.resident_id, 'nobody ' || i) as resident_id
            from rollup_bits b join lateral generate_series(0, 2047) i on get_bit(b.bits, i) = 1 left join buyer y on y.no = (b.chunk::bigint << 11) + i
            where b.day between ${date(from)} and ${date(to)}`,
          ...bases.map(
            (
              b,
            ) => Prisma.sql`select concat_ws(' ', m.basis, d::date, m.city_id, m.leader_id), coalesce(y.resident_id, 'nobody ' || m.buyer_no) from generate_series(${date(from)}, ${date(to)}, interval '1 day') d
            join ${masks(b, tail)} m on m.basis = ${isBasis(b)} and m.block = (d::date - date '2020-01-01') / 63 and m.mask & (1::bigint << ((d::date - date '2020-01-01') % 63)) <> 0 left join buyer y on y.no = m.buyer_no`,
          ),
          ...(tail ? bases.map((b) => bought(b, extras(range(b), tail, null))) : []),
        ]),
      ),
    );
    await check(
      "buyer",
      Prisma.sql`select 'buyers' as ref, coalesce(sum(l.paid_fen), 0) as value, concat_ws(' ', count(distinct o.id), coalesce(sum(l.paid_fen), 0), coalesce(sum(l.refunded_fen), 0)) as detail
        from customer_order o join order_line l on l.order_id = o.id where o.paid_at is not null`,
      Prisma.sql`select 'buyers' as ref, coalesce(sum(paid_fen), 0) as value, concat_ws(' ', coalesce(sum(orders), 0), coalesce(sum(paid_fen), 0), coalesce(sum(refund_fen), 0)) as detail from (${union(
        [
          Prisma.sql`select sum(orders) as orders, sum(paid_fen) as paid_fen, sum(refund_fen) as refund_fen from buyer`,
          ...(tail
            ? [
                Prisma.sql`select max(greatest(sign, 0)) + min(least(sign, 0)), sum(paid_fen), sum(refund_fen) from ${tail} t group by order_id`,
              ]
            : []),
        ],
      )}) b`,
    );
    // the journals of an order are put on its payment day
    const paid = range("paid");
    const orders = Prisma.sql`select day, order_id from (${factLines(paid, null)}) f group by 1, 2`;
    const booked = (base: string, types: string[], sign: number) => Prisma.sql`
      select o.day, ${sign}::int * p.amount_fen as fen from (${orders}) o join journal j on j.ref = o.order_id and j.type = any(${types})
      join posting p on p.journal_id = j.id join account a on a.id = p.account_id and a.base = ${base}`;
    const byDay = (rows: Prisma.Sql) =>
      Prisma.sql`select day::text as ref, sum(fen) as value, sum(fen)::text as detail from (${rows}) x group by 1 having sum(fen) <> 0`;
    const kept = (column: string) =>
      byDay(
        union([
          Prisma.sql`select day, ${Prisma.raw(column)} as fen from rollup_city where basis = ${isBasis("paid")} and day between ${date(from)} and ${date(to)}`,
          ...(tail
            ? [
                Prisma.sql`select paid_day, ${Prisma.raw(column)} from ${tail} t where paid_day between ${date(from)} and ${date(to)}`,
              ]
            : []),
        ]),
      );
    await check("paidLedger", byDay(booked("channelPending", ["orderPaid"], 1)), kept("paid_fen"));
    await check(
      "refundLedger",
      byDay(booked("refundPayable", ["refundBeforeCompletion", "refundAfterCompletion"], -1)),
      kept("refund_fen"),
    );
    // commission is booked when a line completes; until then it is only expected
    await check(
      "commissionLedger",
      byDay(
        union([
          booked("commission", ["lineCompleted", "refundAfterCompletion"], 1),
          Prisma.sql`select o.day, l.commission_fen - l.commission_reversed_fen from (${orders}) o join order_line l on l.order_id = o.order_id and l.completed_at is null`,
        ]),
      ),
      kept("commission_fen"),
    );
    return { at: now(), from, to, ok: rows.every((r) => r.wrong === 0), rows };
  });
}

/** How many days back the night looks: refunds and pickups change a day for about as long. */
const nights = 14;

/** Proves the days just gone and keeps the result. */
export async function nightly(): Promise<Proof> {
  const proof = await prove(addDays(today(), -nights), addDays(today(), -1));
  await prisma.rollupProof.create({
    data: { at: proof.at, fromDay: dateOf(proof.from), toDay: dateOf(proof.to), ok: proof.ok, rows: proof.rows },
  });
  return proof;
}
