-- All that rollup_line has counted of the orders of these days, in the shape of roll_delta: for making sums anew.
create or replace function roll_counted(p_basis day_basis, p_from date, p_to date, p_zone text) returns table (
  sign int, is_new boolean, is_moved boolean, line_id text, order_id text, resident_id text, city_id text, leader_id text, sale_session_id text,
  offer_id text, sku_id text, supplier_id text, category_id text, paid_day date, hour int, business_day date, pickup_day date,
  pieces int, paid_fen bigint, refund_fen bigint, cost_fen bigint, commission_fen bigint, coupon_fen bigint,
  ordered int, cancelled int, short int, delivered int, picked int, unclaimed int, returned int, refunded_fen bigint, commission_reversed_fen bigint)
language sql stable as $$
  select 1, true, false, l.id, o.id, o.resident_id, o.city_id, r.leader_id, l.sale_session_id,
    l.offer_id, l.sku_id, l.supplier_id, l.category_id, (o.paid_at at time zone p_zone)::date, extract(hour from o.paid_at at time zone p_zone)::int, o.business_day, o.pickup_day,
    l.ordered - r.cancelled - r.short, l.paid_fen, r.refunded_fen, l.supply_price_fen * (l.ordered - r.cancelled - r.short),
    l.commission_fen - r.commission_reversed_fen, l.coupon_fen,
    l.ordered, r.cancelled, r.short, r.delivered, r.picked, r.unclaimed, r.returned, r.refunded_fen, r.commission_reversed_fen
  from (
    select id from customer_order where p_basis = 'paid' and paid_at >= p_from::timestamp at time zone p_zone and paid_at < (p_to + 1)::timestamp at time zone p_zone
    union all
    select id from customer_order where p_basis = 'session' and business_day between p_from and p_to and paid_at is not null
    union all
    select id from customer_order where p_basis = 'pickup' and pickup_day between p_from and p_to and paid_at is not null) a
  join customer_order o on o.id = a.id
  join order_line l on l.order_id = o.id
  join rollup_line r on r.order_line_id = l.id
$$;
