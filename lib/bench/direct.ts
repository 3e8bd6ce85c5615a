import "server-only";
import { addDays, type Day, daysFrom, endOf, startOf, zone } from "#lib/kernel/time";
import { pool } from "#lib/platform/db";

/** The indexes that serve these statements best: each is answered from an index alone. */
export const coveringIndexes = [
  "create index bench_paid on customer_order (paid_at) include (city_id, leader_id, resident_id, paid_fen, refunded_fen)",
  "create index bench_sold on order_line (sale_session_id) include (sku_id, paid_fen, refunded_fen)",
];

/** The dashboard's thirty days asked of the facts themselves: by day, distinct buyers, top products, top leaders, by city. */
export function direct(to: Day) {
  const from = addDays(to, -29);
  const paid = [startOf(from), endOf(to)];
  const sessions = daysFrom(from, 30).map((d) => `ssn_${d.replaceAll("-", "")}`);
  const day = `to_char(paid_at at time zone '${zone}', 'YYYY-MM-DD')`;
  return {
    byDay: () =>
      pool.query(
        `select ${day} as day, count(*), sum(paid_fen), sum(refunded_fen) from customer_order where paid_at >= $1 and paid_at < $2 group by 1`,
        paid,
      ),
    buyers: () =>
      pool.query(
        `select ${day} as day, count(distinct resident_id) from customer_order where paid_at >= $1 and paid_at < $2 group by 1`,
        paid,
      ),
    products: () =>
      pool.query(
        `select sku_id, sum(paid_fen) as paid, sum(refunded_fen) from order_line where sale_session_id = any($1) group by 1 order by paid desc limit 20`,
        [sessions],
      ),
    leaders: () =>
      pool.query(
        `select leader_id, count(*), sum(paid_fen) as paid from customer_order where paid_at >= $1 and paid_at < $2 group by 1 order by paid desc limit 20`,
        paid,
      ),
    cities: () =>
      pool.query(
        `select city_id, count(*), sum(paid_fen) from customer_order where paid_at >= $1 and paid_at < $2 group by 1`,
        paid,
      ),
  };
}

/** Buyers of the last thirty days who had bought in the thirty before, over the buyers of those. */
export const directRepurchase = (to: Day) => () =>
  pool.query(
    `with cur as (select distinct resident_id from customer_order where paid_at >= $2 and paid_at < $3),
       prev as (select distinct resident_id from customer_order where paid_at >= $1 and paid_at < $2)
     select (select count(*) from cur join prev using (resident_id)) as again, (select count(*) from prev) as earlier`,
    [startOf(addDays(to, -59)), startOf(addDays(to, -29)), endOf(to)],
  );
