import "server-only";
import type pg from "pg";

/** How many orders one statement takes. */
export const batchSize = 50;

/** The tables of the bare reference: the prototype's shape, with its keys and nothing else. */
export const referenceTables = `
  create table bench_stock (id text primary key, quota int not null, held int not null) with (fillfactor = 50);
  create table bench_order (id text primary key, user_id text not null, request_key text not null, point_id text not null,
    state text not null, total_fen bigint not null, placed_at timestamptz not null, expires_at timestamptz not null, unique (user_id, request_key));
  create table bench_line (id text primary key, order_id text not null, sku_id text not null, ordered int not null, price_fen bigint not null);
  create table bench_count (offer_id text not null, user_id text not null, quantity int not null, primary key (offer_id, user_id));
  create table bench_outbox (id bigserial primary key, type text not null, subject_id text not null, payload jsonb not null, at timestamptz not null);
  insert into bench_stock values ('hot', 2000000000, 0);`;

const asked = "asked as (select * from unnest($1::text[], $2::text[]) as x(id, who))";

/** Stock, order, line, counter and outbox row of `batchSize` orders in one statement. */
export const bare = `with stock as (update bench_stock set held = held + ${batchSize} where id = 'hot' and quota - held >= ${batchSize} returning id),
  ${asked},
  o as (insert into bench_order select asked.id, who, asked.id, 'pkp_bench', 'pendingPayment', 500, now(), now() + interval '5 minutes' from asked, stock returning bench_order.id, bench_order.user_id),
  l as (insert into bench_line select 'l' || o.id, o.id, 'sku_bench', 1, 500 from o),
  c as (insert into bench_count as c select 'ofr_bench', user_id, 1 from o on conflict (offer_id, user_id) do update set quantity = c.quantity + 1)
  insert into bench_outbox (type, subject_id, payload, at) select 'order.placed', id, jsonb_build_object('orderId', id), now() from o`;

/** The same into the product's own tables, with all their columns, checks and indexes; $3 names the offer's row. */
export const bareSameTables = `with g as (select o.*, s.business_day, k.product_id, k.supplier_id from offer o join sale_session s on s.id = o.sale_session_id join sku k on k.id = o.sku_id where o.id = $3),
  stock as (update stock_pool p set held = held + ${batchSize} from g where p.id = g.stock_pool_id and p.quota - p.held - p.sold >= ${batchSize} returning p.id),
  ${asked},
  o as (insert into customer_order (id, resident_id, request_key, input_hash, sale_session_id, business_day, pickup_day, city_id, pickup_point_id,
      route_id, warehouse_id, leader_id, attribution, state, item_count, summary, goods_fen, coupon_fen, payable_fen, contact_name, phone_tail, placed_at, expires_at, hold_no)
    select a.id, a.who, a.id, md5(a.id) || md5(a.who), g.sale_session_id, g.business_day, g.business_day + 1, g.city_id, 'pkp_' || (hashtext(a.id) & 511),
      'rte_bench', 'whs_bench', 'ldr_' || (hashtext(a.id) & 511), 'point', 'pendingPayment', 1, '奶油草莓 500 g × 1', g.price_fen, 0, g.price_fen, '许女士', right(a.who, 4), now(), now() + interval '5 minutes', 1
    from asked a, g, stock returning customer_order.id, resident_id, leader_id, pickup_point_id),
  l as (insert into order_line (id, order_id, resident_id, leader_id, pickup_point_id, sale_session_id, pickup_day, offer_id, stock_pool_id, sku_id, product_id,
      supplier_id, category_id, name, spec, unit, picture, is_fresh, ordered, unit_price_fen, goods_fen, coupon_fen, paid_fen, supply_price_fen,
      commission_rule_id, commission_rule_version, commission_bp, commission_base_fen, commission_fen)
    select 'oln_' || o.id, o.id, o.resident_id, o.leader_id, o.pickup_point_id, g.sale_session_id, g.business_day + 1, g.id, g.stock_pool_id, g.sku_id, g.product_id,
      g.supplier_id, 'cat_bench', '奶油草莓', '500 g', '盒', 'fruit', true, 1, g.price_fen, g.price_fen, 0, g.price_fen, g.supply_price_fen, g.id, 1, 1000, g.price_fen, g.price_fen / 10
    from o, g),
  c as (insert into limit_count as c select 'o:' || $3, resident_id, 1 from o on conflict (key, subject) do update set quantity = c.quantity + 1)
  insert into outbox_event (type, subject_id, payload, at) select 'order.placed', id, jsonb_build_object('orderId', id), now() from o`;

/** Orders a second of a ready statement on so many connections, one statement after the other on each, for some time. */
export async function ratePerSecond(
  clients: readonly pg.Client[],
  ms: number,
  send: (client: pg.Client) => Promise<number>,
): Promise<number> {
  const began = performance.now();
  let orders = 0;
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() - began < ms) orders += await send(client);
    }),
  );
  return (orders / (performance.now() - began)) * 1000;
}
