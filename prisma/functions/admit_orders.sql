-- Admission (house decision 10): many orders in, one answer each out, in one transaction of the caller's.
-- Locks sessions (shared, against the cut-off) and stock pools in id order, then decides in passes: in each pass the first
-- undecided order of every resident is a candidate; what can never fit is refused; what fits together is written; the rest
-- is looked at again. Outcomes: accepted, duplicate, mismatch, notStarted, ended, stale, limit, soldOut.
create or replace function admit_orders(p_at timestamptz, p_orders jsonb)
returns table (ordinal int, outcome text, order_id text, offer_id text, available int, max_each int, bought int)
language plpgsql as $$
declare
  undecided int[];
  decisions jsonb;
  accepted int[];
begin
  perform 1 from sale_session s
    where s.id in (select x.sale_session_id from jsonb_to_recordset(p_orders) as x(sale_session_id text))
    order by s.id for share;
  perform 1 from stock_pool p
    where p.id in (select l.stock_pool_id from jsonb_to_recordset(p_orders) as x(lines jsonb)
                   cross join lateral jsonb_to_recordset(x.lines) as l(stock_pool_id text))
    order by p.id for update;

  undecided := array(select x.ordinal from jsonb_to_recordset(p_orders) as x(ordinal int) order by 1);

  while cardinality(undecided) > 0 loop
    with asked as (
      select distinct on (x.resident_id) x.*
      from jsonb_to_recordset(p_orders) as x(ordinal int, resident_id text, request_key text, input_hash text, sale_session_id text, lines jsonb)
      where x.ordinal = any(undecided)
      order by x.resident_id, x.ordinal
    ), known as (
      select a.ordinal, case when e.input_hash = a.input_hash then 'duplicate' else 'mismatch' end as outcome, e.id as order_id
      from asked a join customer_order e on e.resident_id = a.resident_id and e.request_key = a.request_key
    ), need as (
      select a.ordinal, a.resident_id, l.offer_id, l.stock_pool_id, sum(l.ordered)::int as pieces, min(l.unit_price_fen) as price
      from asked a cross join lateral jsonb_to_recordset(a.lines) as l(offer_id text, stock_pool_id text, ordered int, unit_price_fen bigint)
      where a.ordinal not in (select k.ordinal from known k)
      group by a.ordinal, a.resident_id, l.offer_id, l.stock_pool_id
    ), judged as (
      select n.*, (p.quota - p.held - p.sold) as room, o.per_person_limit, coalesce(b.quantity, 0) as bought,
        case
          when s.state <> 'published' or p_at >= s.cutoff_at or p_at >= o.ends_at then 'ended'
          when p_at < s.opens_at or p_at < o.starts_at then 'notStarted'
          when o.state <> 'active' or o.price_fen <> n.price or o.stock_pool_id <> n.stock_pool_id then 'stale'
          when o.per_person_limit is not null and coalesce(b.quantity, 0) + n.pieces > o.per_person_limit then 'limit'
          when n.pieces > p.quota - p.held - p.sold then 'soldOut'
        end as wrong
      from need n
      left join offer o on o.id = n.offer_id
      left join sale_session s on s.id = o.sale_session_id
      left join stock_pool p on p.id = n.stock_pool_id
      left join buyer_count b on b.offer_id = n.offer_id and b.resident_id = n.resident_id
    ), wrong as (
      select distinct on (j.ordinal) j.ordinal, coalesce(j.wrong, 'stale') as outcome, j.offer_id, j.room, j.per_person_limit, j.bought
      from judged j where j.wrong is not null or j.room is null
      order by j.ordinal, j.offer_id
    ), queued as (
      select j.ordinal, j.room, sum(j.pieces) over (partition by j.stock_pool_id order by j.ordinal) as up_to_me
      from judged j where j.ordinal not in (select w.ordinal from wrong w)
    ), fitting as (
      select q.ordinal from queued q group by q.ordinal having bool_and(q.up_to_me <= q.room)
    )
    select jsonb_agg(d) into decisions from (
      select k.ordinal as o, k.outcome as w, k.order_id as i, null::text as f, null::int as r, null::int as l, null::int as b from known k
      union all select w.ordinal, w.outcome, null, w.offer_id, w.room, w.per_person_limit, w.bought from wrong w
      union all select f.ordinal, 'accepted', null, null, null, null, null from fitting f
    ) d;

    accepted := array(select (d ->> 'o')::int from jsonb_array_elements(decisions) d where d ->> 'w' = 'accepted');

    if cardinality(accepted) > 0 then
      insert into customer_order (id, resident_id, request_key, input_hash, sale_session_id, business_day, pickup_day, city_id,
        pickup_point_id, route_id, warehouse_id, leader_id, attribution, state, item_count, summary, goods_fen, coupon_fen,
        payable_fen, contact_name, phone_tail, remark, placed_at, expires_at)
      select x.id, x.resident_id, x.request_key, x.input_hash, x.sale_session_id, x.business_day, x.pickup_day, x.city_id,
        x.pickup_point_id, x.route_id, x.warehouse_id, x.leader_id, x.attribution, 'pendingPayment', x.item_count, x.summary,
        x.goods_fen, x.coupon_fen, x.payable_fen, x.contact_name, x.phone_tail, x.remark, p_at, least(x.expires_at, s.cutoff_at)
      from jsonb_to_recordset(p_orders) as x(ordinal int, id text, resident_id text, request_key text, input_hash text,
        sale_session_id text, business_day date, pickup_day date, city_id text, pickup_point_id text, route_id text,
        warehouse_id text, leader_id text, attribution text, item_count int, summary text, goods_fen bigint, coupon_fen bigint,
        payable_fen bigint, contact_name text, phone_tail text, remark text, expires_at timestamptz)
      join sale_session s on s.id = x.sale_session_id
      where x.ordinal = any(accepted);

      insert into order_line (id, order_id, resident_id, leader_id, pickup_point_id, sale_session_id, pickup_day, offer_id,
        stock_pool_id, sku_id, product_id, supplier_id, category_id, name, spec, unit, picture, is_fresh, ordered,
        unit_price_fen, list_price_fen, goods_fen, coupon_fen, paid_fen, supply_price_fen, commission_rule_id,
        commission_rule_version, commission_bp, commission_base_fen, commission_fen)
      select l.id, x.id, x.resident_id, x.leader_id, x.pickup_point_id, x.sale_session_id, x.pickup_day, l.offer_id,
        l.stock_pool_id, l.sku_id, l.product_id, l.supplier_id, l.category_id, l.name, l.spec, l.unit, l.picture, l.is_fresh,
        l.ordered, l.unit_price_fen, l.list_price_fen, l.goods_fen, l.coupon_fen, l.paid_fen, l.supply_price_fen,
        l.commission_rule_id, l.commission_rule_version, l.commission_bp, l.commission_base_fen, l.commission_fen
      from jsonb_to_recordset(p_orders) as x(ordinal int, id text, resident_id text, leader_id text, pickup_point_id text,
        sale_session_id text, pickup_day date, lines jsonb)
      cross join lateral jsonb_to_recordset(x.lines) as l(id text, offer_id text, stock_pool_id text, sku_id text,
        product_id text, supplier_id text, category_id text, name text, spec text, unit text, picture text, is_fresh boolean,
        ordered int, unit_price_fen bigint, list_price_fen bigint, goods_fen bigint, coupon_fen bigint, paid_fen bigint,
        supply_price_fen bigint, commission_rule_id text, commission_rule_version int, commission_bp int,
        commission_base_fen bigint, commission_fen bigint)
      where x.ordinal = any(accepted);

      update stock_pool p set held = p.held + t.pieces
      from (select l.stock_pool_id, sum(l.ordered)::int as pieces
            from jsonb_to_recordset(p_orders) as x(ordinal int, lines jsonb)
            cross join lateral jsonb_to_recordset(x.lines) as l(stock_pool_id text, ordered int)
            where x.ordinal = any(accepted) group by 1) t
      where p.id = t.stock_pool_id;

      insert into buyer_count as c (offer_id, resident_id, quantity)
      select l.offer_id, x.resident_id, sum(l.ordered)::int
      from jsonb_to_recordset(p_orders) as x(ordinal int, resident_id text, lines jsonb)
      cross join lateral jsonb_to_recordset(x.lines) as l(offer_id text, ordered int)
      where x.ordinal = any(accepted) group by 1, 2
      on conflict on constraint buyer_count_pkey do update set quantity = c.quantity + excluded.quantity;

      insert into outbox_event (type, subject_id, payload, at)
      select 'order.placed', x.id, jsonb_build_object('orderId', x.id), p_at
      from jsonb_to_recordset(p_orders) as x(ordinal int, id text) where x.ordinal = any(accepted);
    end if;

    return query
      select (d ->> 'o')::int, d ->> 'w', coalesce(d ->> 'i', case when d ->> 'w' = 'accepted' then x.id end), d ->> 'f',
        (d ->> 'r')::int, (d ->> 'l')::int, (d ->> 'b')::int
      from jsonb_array_elements(decisions) d
      join jsonb_to_recordset(p_orders) as x(ordinal int, id text) on x.ordinal = (d ->> 'o')::int;

    undecided := array(select u from unnest(undecided) u where u not in (select (d ->> 'o')::int from jsonb_array_elements(decisions) d));
  end loop;
end $$;
