import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { addDays, dateOf } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import type { Db } from "#lib/platform/db";
import { type CounterName, counterNames } from "./schema";

/** The doctor looks at sessions of the last days; what is older is the audit's. */
const days = 2;
const standing = Prisma.raw("('paid', 'locked', 'inTransit', 'arrived', 'completed', 'refunded')");

/**
 * What every counter of stock and allowances should be, from the rows it counts: a statement a family, each answering (counter,
 * ref, counted, due) where the two differ. Of everything (null), for the audit, or of some sessions.
 */
export function driftSql(sessionIds: readonly string[] | null) {
  const and = (narrowed: Prisma.Sql) => (sessionIds === null ? Prisma.empty : Prisma.sql`and ${narrowed}`);
  const within = (column: string) =>
    sessionIds === null ? Prisma.sql`true` : Prisma.sql`${Prisma.raw(column)} = any(${sessionIds}::text[])`;
  return {
    stock: Prisma.sql`
      with ordered as (
        select l.stock_pool_id as id, coalesce(sum(l.ordered) filter (where o.state = 'pendingPayment'), 0) as held,
          coalesce(sum(l.ordered - l.cancelled) filter (where o.state in ${standing}), 0) as sold
        from customer_order o join order_line l on l.order_id = o.id where ${within("o.sale_session_id")} group by 1)
      select v.counter, p.id as ref, v.counted, v.due
      from stock_pool p left join ordered x on x.id = p.id
      cross join lateral (values
        ('quota', p.quota, (select coalesce(sum(a.delta), 0) from stock_allotment a where a.pool_id = p.id)),
        ('held', p.held, coalesce(x.held, 0)),
        ('sold', p.sold, coalesce(x.sold, 0))) v(counter, counted, due)
      where v.counted <> v.due ${and(Prisma.sql`p.id in (select f.stock_pool_id from offer f where ${within("f.sale_session_id")})`)}`,
    // a day's and a lifetime's limit reach beyond a session: only the audit of everything can count them
    limits: Prisma.sql`
      with keys as materialized (
        select unnest(array['o:' || f.id, 'c:' || coalesce(f.flash_slot_id, f.sale_session_id) || ':' || f.sku_id,
          'h:' || coalesce(f.flash_slot_id, f.sale_session_id) || ':' || f.sku_id]) as key
        from offer f where ${within("f.sale_session_id")}),
      taken as (
        select x ->> 0 as key, x ->> 1 as subject, sum((x ->> 2)::int) as due
        from customer_order o cross join lateral jsonb_array_elements(o.limits) x
        where o.state <> 'cancelled' and ${within("o.sale_session_id")} ${and(Prisma.sql`x ->> 0 in (select key from keys)`)} group by 1, 2),
      counts as (select key, subject, quantity from limit_count where true ${and(Prisma.sql`key in (select key from keys)`)})
      select 'limit' as counter, key || ' ' || subject as ref, coalesce(c.quantity, 0) as counted, coalesce(t.due, 0) as due
      from counts c full join taken t using (key, subject) where coalesce(c.quantity, 0) <> coalesce(t.due, 0)`,
    coupons: Prisma.sql`
      select v.counter, t.id as ref, v.counted, v.due
      from coupon_template t
      cross join lateral (
        select count(*) as claimed, coalesce(sum(c.amount_fen) filter (where c.state in ('held', 'used')), 0) as committed
        from coupon c where c.template_id = t.id) x
      cross join lateral (values ('claimed', t.claimed::bigint, x.claimed), ('committed', t.committed_fen, x.committed)) v(counter, counted, due)
      where v.counted <> v.due ${and(Prisma.sql`t.state in ('active', 'paused')`)}`,
    groups: Prisma.sql`
      select v.counter, g.id as ref, v.counted, v.due
      from buyer_group g
      cross join lateral (
        select count(*) filter (where m.state <> 'left') as taken, count(*) filter (where m.state = 'paid') as paid
        from group_member m where m.group_id = g.id) x
      cross join lateral (values ('taken', g.taken, x.taken), ('paid', g.paid, x.paid)) v(counter, counted, due)
      where v.counted <> v.due and g.state <> 'failed' ${and(within("g.sale_session_id"))}`,
  };
}

const drifts = z.array(
  z.object({
    counter: z.enum(counterNames),
    ref: z.string(),
    counted: z.coerce.number().int(),
    due: z.coerce.number().int(),
  }),
);
export type RawDrift = z.infer<typeof drifts>[number];

/** The sessions whose counters are looked at: from two business days ago on, drafts left out. */
export async function watchedSessions(db: Db, cityIds?: readonly string[]): Promise<string[]> {
  const rows = await db.saleSession.findMany({
    where: {
      businessDay: { gte: dateOf(addDays(today(), -days)) },
      state: { notIn: ["draft", "inReview"] },
      ...(cityIds ? { cityIds: { hasSome: [...cityIds] } } : {}),
    },
    select: { id: true },
  });
  return rows.map((row) => row.id);
}

/** Where these sessions' counters and the rows they count disagree; of one counter of one thing when `only` is given. */
export async function driftOf(
  db: Db,
  sessionIds: readonly string[],
  only?: { counter: CounterName; ref: string },
): Promise<RawDrift[]> {
  const found: RawDrift[] = [];
  for (const text of Object.values(driftSql(sessionIds))) {
    const one = only ? Prisma.sql`where d.counter = ${only.counter} and d.ref = ${only.ref}` : Prisma.empty;
    found.push(...drifts.parse(await db.$queryRaw(Prisma.sql`select * from (${text}) d ${one} order by ref, counter`)));
  }
  return found;
}
