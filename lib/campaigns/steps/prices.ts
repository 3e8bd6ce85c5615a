import "server-only";
import { type Day, dateOf, dayOf, endOf } from "#lib/kernel/time";
import type { Tx } from "#lib/platform/db";
import { capsUntil } from "../rules/prices";

const priceBook = 7207600;

/** Until the transaction ends nobody writes down what was paid, so that what is published meanwhile has all the evidence. */
export async function closePriceBook(tx: Tx): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(${priceBook}::bigint)`;
}

/** A line that was paid for: `paidFen` for all its pieces, after coupons. */
export type PaidLine = { skuId: string; cityId: string; paidAt: Date; paidFen: bigint; pieces: number };

/**
 * Writes down what was paid a piece, rounded down, by payment day, SKU and city. It also lowers the struck-through prices of offers
 * that were published before and had not begun when it was paid. Each line is told once, in the transaction of its payment, as its
 * last step: it may have to wait for a publishing.
 */
export async function observePrices(tx: Tx, lines: readonly PaidLine[]): Promise<void> {
  if (lines.length === 0) return;
  await tx.$executeRaw`select pg_advisory_xact_lock_shared(${priceBook}::bigint)`;
  const days = new Map<Day, PaidLine[]>();
  for (const line of lines) days.set(dayOf(line.paidAt), [...(days.get(dayOf(line.paidAt)) ?? []), line]);
  for (const [day, its] of [...days].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const given = its.map((l) => ({
      sku_id: l.skuId,
      city_id: l.cityId,
      paid_at: l.paidAt,
      paid_fen: l.paidFen.toString(),
      pieces: l.pieces,
    }));
    await tx.$executeRaw`
      with given as (
        select sku_id, city_id, min(paid_fen / pieces) as lowest_fen, sum(pieces)::int as pieces, min(paid_at) as paid_at
        from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as x(sku_id text, city_id text, paid_at timestamptz, paid_fen bigint, pieces int)
        group by 1, 2),
      seen as (
        insert into price_observation as p (sku_id, city_id, day, lowest_fen, pieces)
        select sku_id, city_id, ${dateOf(day)}::date, lowest_fen, pieces from given order by 1, 2
        on conflict (sku_id, city_id, day) do update set lowest_fen = least(p.lowest_fen, excluded.lowest_fen), pieces = p.pieces + excluded.pieces)
      update offer o set
        list_price_fen = case when g.lowest_fen > o.price_fen then g.lowest_fen end,
        list_price_basis = case when g.lowest_fen > o.price_fen then 'lowest7d' end,
        list_price_day = case when g.lowest_fen > o.price_fen then ${dateOf(day)}::date end
      from given g
      where o.sku_id = g.sku_id and o.city_id = g.city_id and o.starts_at > g.paid_at and o.starts_at < ${endOf(capsUntil(day))}
        and o.state in ('active'::offer_state, 'paused'::offer_state)
        and (o.list_price_basis = 'lastBefore' or (o.list_price_basis = 'lowest7d' and o.list_price_fen > g.lowest_fen))`;
  }
}
