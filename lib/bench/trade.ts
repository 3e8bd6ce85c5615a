import "server-only";
import type pg from "pg";
import { addDays, type Day, startOf } from "#lib/kernel/time";

/** A made-up trade of so many orders over ninety days: 1.5 lines an order, 3 % refunded, the share of a day the same on every day. */
export const benchDays = 90;
const cities = 3;
const linesPerTwo = 3;

const leadersOf = (orders: number) => Math.max(20, Math.min(4000, Math.round(orders / 2500)));
const residentsOf = (orders: number) => Math.max(200, Math.round(orders / 10));
const skus = 3000;
const skusADay = 600;

/** The secondary indexes of a table, for building them after the load instead of during it. */
async function withoutIndexes(client: pg.Client, tables: string[], work: () => Promise<void>): Promise<void> {
  const found = await client.query<{ name: string; def: string }>(
    `select i.relname as name, pg_get_indexdef(i.oid) as def from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
     where t.relname = any($1) and not x.indisprimary and not exists (select 1 from pg_constraint c where c.conindid = i.oid)`,
    [tables],
  );
  for (const one of found.rows) await client.query(`drop index "${one.name}"`);
  await work();
  for (const one of found.rows) await client.query(one.def);
}

/**
 * Fills an empty, migrated database with the trade until `today` (inclusive), as its owner. Triggers are off while it loads:
 * what is measured afterwards reads these facts, and the figures are about reading.
 */
export async function makeTrade(
  client: pg.Client,
  orders: number,
  today: Day,
  say: (text: string) => void,
): Promise<void> {
  const leaders = leadersOf(orders);
  const residents = residentsOf(orders);
  const aDay = Math.round(orders / benchDays);
  await client.query(
    "set session_replication_role = replica; set maintenance_work_mem = '1GB'; set synchronous_commit = off",
  );
  await client.query(`
    insert into region (id, level, name, name_en) select 'rgn_bench' || c, 'city', '城市' || c, 'City ' || c from generate_series(1, ${cities}) c on conflict do nothing;
    insert into supplier (id, name, subject_type, contact_name, phone_cipher, phone_index, phone_tail, state, city_ids, created_at)
      select 'sup_' || lpad(s::text, 20, '0'), '供应商' || s, 'company', '王经理', '', 'bench' || s, '0000', 'active', '{}', now() from generate_series(1, 150) s;
    insert into leader (id, name, phone_cipher, phone_index, phone_tail, city_id, state, created_at)
      select 'ldr_' || lpad(l::text, 20, '0'), '团长' || l, '', 'bench' || l, '0000', 'rgn_bench' || (l % ${cities} + 1), 'active', now() from generate_series(1, ${leaders}) l;
    insert into pickup_point (id, name, city_id, district, address, lat, lng, route_id, leader_id, state, created_at)
      select 'pkp_' || lpad(l::text, 20, '0'), '小区' || l, 'rgn_bench' || (l % ${cities} + 1), '朝阳', '某路' || l || '号', 39.9, 116.4, 'rte_bench', 'ldr_' || lpad(l::text, 20, '0'), 'open', now() from generate_series(1, ${leaders}) l;
    insert into sale_session (id, name, business_day, opens_at, cutoff_at, state, city_ids, created_at, created_by)
      select 'ssn_' || to_char(d, 'YYYYMMDD'), to_char(d, 'MM-DD'), d, d - interval '8 hours', d + interval '15 hours', case when d = '${today}' then 'published' else 'finished' end::session_state, array(select 'rgn_bench' || c from generate_series(1, ${cities}) c), d, 'bench'
      from generate_series('${addDays(today, 1 - benchDays)}'::date, '${today}'::date, interval '1 day') d;`);
  await withoutIndexes(client, ["customer_order", "order_line"], async () => {
    for (let i = 0; i < benchDays; i++) {
      const day = addDays(today, i + 1 - benchDays);
      const pickup = addDays(day, 1);
      const state = day === today ? "paid" : "completed";
      const start = startOf(day).getTime();
      await client.query(
        `with made as materialized (
           select g, (hashint8(g * 7919 + ${i}) & 2147483647) as h, (hashint8(g * 104729 + ${i * 31}) & 2147483647) as k, ${start} + (g * 82800000.0 / ${aDay})::bigint as ms from generate_series(1, ${aDay}) g),
         o as materialized (
           select *, (h % ${residents})::int as r, lpad(to_hex(ms), 12, '0') || lpad(to_hex(g), 8, '0') as tail, 100 + (h % 90) * 50 as price1, 100 + (k % 90) * 50 as price2, h % 100 < 3 as back from made),
         p as materialized (select *, (r * 7 % ${leaders}) + 1 as l, price1 * 2 as fen1, case when g % 2 = 0 then price2 else 0 end as fen2 from o),
         orders as (
           insert into customer_order (id, resident_id, request_key, input_hash, sale_session_id, business_day, pickup_day, city_id, pickup_point_id, route_id, warehouse_id, leader_id, attribution, state, item_count, summary,
             goods_fen, payable_fen, paid_fen, refunded_fen, contact_name, phone_tail, placed_at, expires_at, paid_at, completed_at)
           select 'ord_' || tail, 'res_' || lpad(r::text, 20, '0'), tail, '', 'ssn_${day.replaceAll("-", "")}', '${day}', '${pickup}', 'rgn_bench' || (l % ${cities} + 1), 'pkp_' || lpad(l::text, 20, '0'), 'rte_bench', 'whs_bench', 'ldr_' || lpad(l::text, 20, '0'), 'bound',
             '${state}'::order_state, case when g % 2 = 0 then 3 else 2 end, (array['菠菜','番茄','土豆','鸡蛋','苹果','牛奶','豆腐','大米'])[1 + h % 8] || ' 等 ' || (2 - g % 2) || ' 种',
             fen1 + fen2, fen1 + fen2, fen1 + fen2, case when back then fen1 else 0 end, (array['王','李','张','刘','陈','杨','赵','黄'])[1 + r % 8] || (array['敏','静','丽','强','磊','军','洋','勇','艳','杰'])[1 + r / 8 % 10] || (array['','华','芳','明','平'])[1 + r / 80 % 5], lpad((r % 10000)::text, 4, '0'),
             to_timestamp(ms / 1000.0), to_timestamp(ms / 1000.0 + 900), to_timestamp(ms / 1000.0 + 60), ${state === "completed" ? `'${pickup}'::date + interval '10 hours'` : "null"} from p)
         insert into order_line (id, order_id, resident_id, leader_id, pickup_point_id, sale_session_id, pickup_day, offer_id, stock_pool_id, sku_id, product_id, supplier_id, category_id, name, spec, unit, picture, is_fresh,
           ordered, short, delivered, picked, unit_price_fen, goods_fen, paid_fen, supply_price_fen, refunded_fen, commission_rule_id, commission_rule_version, commission_bp, commission_base_fen, commission_fen, commission_reversed_fen, commission_state, completed_at)
         select 'oln_' || tail || n, 'ord_' || tail, 'res_' || lpad(r::text, 20, '0'), 'ldr_' || lpad(l::text, 20, '0'), 'pkp_' || lpad(l::text, 20, '0'), 'ssn_${day.replaceAll("-", "")}', '${pickup}', 'ofr_' || s || '_${i}', 'stk_' || s, 'sku_' || lpad(s::text, 20, '0'), 'prd_' || lpad(s::text, 20, '0'),
           'sup_' || lpad((s % 150 + 1)::text, 20, '0'), 'cat_bench' || s % 12, '商品' || s, '500g', '份', '', true, q, case when back and n = 1 then q else 0 end, case when ${state === "completed"} and not (back and n = 1) then q else 0 end, case when ${state === "completed"} and not (back and n = 1) then q else 0 end,
           price, fen, fen, price * 7 / 10, case when back and n = 1 then fen else 0 end, 'cmr_bench', 1, 1000, fen, fen / 10, case when back and n = 1 then fen / 10 else 0 end, 'frozen', ${state === "completed" ? `'${pickup}'::date + interval '10 hours'` : "null"}
         from p cross join lateral (values (1, 2, price1, fen1, (${i} * 37 + h % ${skusADay}) % ${skus} + 1), (2, 1, price2, fen2, (${i} * 37 + k % ${skusADay}) % ${skus} + 1)) line(n, q, price, fen, s) where n = 1 or g % 2 = 0`,
      );
      if (i % 15 === 14) say(`orders until ${day}`);
    }
  });
  await client.query("set session_replication_role = origin");
  await client.query("vacuum (analyze) customer_order");
  await client.query("vacuum (analyze) order_line");
  say(`${aDay * benchDays} orders, ${Math.round((aDay * benchDays * linesPerTwo) / 2)} lines`);
}
