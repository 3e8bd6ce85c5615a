-- What these orders add to the sums, line by line: a row of sign -1 takes back what rollup_line says was counted, a row of
-- sign 1 adds what the facts say now. Lines that have not changed are left out. Only paid orders count. Amounts are signed.
create or replace function roll_delta(p_orders text[], p_zone text) returns table (
  sign int, is_new boolean, is_moved boolean, line_id text, order_id text, resident_id text, city_id text, leader_id text, sale_session_id text,
  offer_id text, sku_id text, supplier_id text, category_id text, paid_day date, hour int, business_day date, pickup_day date,
  pieces int, paid_fen bigint, refund_fen bigint, cost_fen bigint, commission_fen bigint, coupon_fen bigint,
  ordered int, cancelled int, short int, delivered int, picked int, unclaimed int, returned int, refunded_fen bigint, commission_reversed_fen bigint)
language sql stable as $$
  select s.sign, r.order_line_id is null, r.leader_id is distinct from o.leader_id, l.id, o.id, o.resident_id, o.city_id, s.leader_id, l.sale_session_id,
    l.offer_id, l.sku_id, l.supplier_id, l.category_id, (o.paid_at at time zone p_zone)::date, extract(hour from o.paid_at at time zone p_zone)::int, o.business_day, o.pickup_day,
    s.sign * (l.ordered - s.cancelled - s.short), s.sign * l.paid_fen, s.sign * s.refunded_fen, s.sign * l.supply_price_fen * (l.ordered - s.cancelled - s.short),
    s.sign * (l.commission_fen - s.commission_reversed_fen), s.sign * l.coupon_fen,
    s.sign * l.ordered, s.sign * s.cancelled, s.sign * s.short, s.sign * s.delivered, s.sign * s.picked, s.sign * s.unclaimed, s.sign * s.returned,
    s.sign * s.refunded_fen, s.sign * s.commission_reversed_fen
  from customer_order o
  join order_line l on l.order_id = o.id
  left join rollup_line r on r.order_line_id = l.id
  cross join lateral (values
    (-1, r.leader_id, r.cancelled, r.short, r.delivered, r.picked, r.unclaimed, r.returned, r.refunded_fen, r.commission_reversed_fen),
    (1, o.leader_id, l.cancelled, l.short, l.delivered, l.picked, l.unclaimed, l.returned, l.refunded_fen, l.commission_reversed_fen))
    as s(sign, leader_id, cancelled, short, delivered, picked, unclaimed, returned, refunded_fen, commission_reversed_fen)
  where o.id = any(p_orders) and o.paid_at is not null and (s.sign = 1 or r.order_line_id is not null)
    and (r.leader_id, r.cancelled, r.short, r.delivered, r.picked, r.unclaimed, r.returned, r.refunded_fen, r.commission_reversed_fen)
      is distinct from (o.leader_id, l.cancelled, l.short, l.delivered, l.picked, l.unclaimed, l.returned, l.refunded_fen, l.commission_reversed_fen)
$$;
