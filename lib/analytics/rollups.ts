import "server-only";
import { z } from "zod";
import { afterSaleDecided } from "#lib/aftersales/events";
import { deliverySigned, goodsReturned, pickupVerified } from "#lib/fulfilment/events";
import { addDays, type Day, dateOf, dayFromDate, zone } from "#lib/kernel/time";
import { linesCompleted, linesShortened, orderMoved, orderPaid } from "#lib/orders/events";
import { today } from "#lib/platform/clock";
import { type Db, prisma, type Tx, transact } from "#lib/platform/db";

/** Every news that changes what is counted; `roll_affected` knows the orders of each. */
export const countedNews = [
  orderPaid,
  orderMoved,
  linesShortened,
  linesCompleted,
  afterSaleDecided,
  deliverySigned,
  pickupVerified,
  goodsReturned,
] as const;

/** Counts the orders these events speak of as their facts are now; again changes nothing. */
export async function rollNews(tx: Tx, eventIds: bigint[]): Promise<void> {
  await tx.$queryRaw`select roll_orders(array(select roll_affected(${eventIds}::bigint[])), ${zone})`;
}

const days = z.array(z.object({ day: z.date() }));

/** Payment days still to be counted, newest first. */
export const backlog = async (db: Db): Promise<Day[]> =>
  days.parse(await db.$queryRaw`select day from rollup_backlog order by day desc`).map((d) => dayFromDate(d.day));

const buyersEach = 20_000;
const slow = { timeoutMs: 900_000 };
/** The pool's own limits are for people who wait; making sums anew of a large day may take longer. */
const patiently = (tx: Tx) => tx.$executeRaw`set local statement_timeout = '900s'`;

/** Lifetime sums of all buyers anew, some at a time. */
async function recountBuyers(): Promise<void> {
  for (let after: bigint | null = 0n; after !== null; ) {
    const from: bigint = after;
    after = await transact(async (tx) => {
      await patiently(tx);
      const [row] = z
        .array(z.object({ last: z.bigint().nullable() }))
        .parse(await tx.$queryRaw`select roll_buyers(${from}, ${buyersEach}::int, ${zone}) as last`);
      return row?.last ?? null;
    }, slow);
  }
}

/**
 * Makes the sums of these payment days anew from the facts, while trade and news go on, `daysEach` at a time (more is faster and
 * holds up the news longer). Returns how many orders were counted.
 */
export async function rebuild(
  from: Day,
  to: Day,
  options: { daysEach?: number; done?: (from: Day, to: Day, orders: number) => void } = {},
): Promise<number> {
  const each = options.daysEach ?? 1;
  let orders = 0;
  for (let first = from; first <= to; first = addDays(first, each)) {
    const end = addDays(first, each - 1);
    const last = end < to ? end : to;
    const counted = await transact(async (tx) => {
      await patiently(tx);
      const [row] = z
        .array(z.object({ orders: z.number() }))
        .parse(await tx.$queryRaw`select roll_days(${first}::text::date, ${last}::text::date, ${zone}) as orders`);
      return row?.orders ?? 0;
    }, slow);
    orders += counted;
    options.done?.(first, last, counted);
  }
  await recountBuyers();
  await prisma.rollupBacklog.deleteMany({ where: { day: { gte: dateOf(from), lte: dateOf(to) } } });
  return orders;
}

/** Counts one day of the backlog, the newest; the buyers' lifetimes follow with the last. Returns how many days it did: 0 or 1. */
export async function workOff(): Promise<number> {
  const [day, ...left] = await backlog(prisma);
  if (!day) return 0;
  if (left.length === 0) await rebuild(day, day);
  else
    await transact(async (tx) => {
      await patiently(tx);
      await tx.$queryRaw`select roll_days(${day}::text::date, ${day}::text::date, ${zone})`;
      await tx.rollupBacklog.deleteMany({ where: { day: dateOf(day) } });
    }, slow);
  return 1;
}

/**
 * Puts payment days on the backlog whose first order was never counted though no news of it waits: a database that was
 * restored, or filled past the commands. Returns how many.
 */
export async function noticeUncounted(): Promise<number> {
  const [first] = z
    .array(z.object({ at: z.date().nullable() }))
    .parse(await prisma.$queryRaw`select min(paid_at) as at from customer_order`);
  if (!first?.at) return 0;
  return prisma.$executeRaw`
    insert into rollup_backlog (day)
    select d::date from generate_series((${first.at}::timestamptz at time zone ${zone})::date, ${addDays(today(), -1)}::text::date, interval '1 day') d
    cross join lateral (
      select o.id from customer_order o where o.paid_at >= d::timestamp at time zone ${zone} and o.paid_at < (d + interval '1 day')::timestamp at time zone ${zone}
      order by o.paid_at limit 1) o
    where not exists (select 1 from order_line l join rollup_line r on r.order_line_id = l.id where l.order_id = o.id)
      and not exists (select 1 from outbox_event e where e.delivered_at is null and e.type = any(${[...countedNews]}))
    on conflict do nothing`;
}

/** First and last payment day there is, or null. */
export async function tradedDays(): Promise<{ from: Day; to: Day } | null> {
  const [row] = z
    .array(z.object({ first: z.date().nullable(), last: z.date().nullable() }))
    .parse(
      await prisma.$queryRaw`select (min(paid_at) at time zone ${zone})::date as first, (max(paid_at) at time zone ${zone})::date as last from customer_order`,
    );
  return row?.first && row.last ? { from: dayFromDate(row.first), to: dayFromDate(row.last) } : null;
}
