-- Adds to every sum what changed: of these orders against what was counted of them (roll_delta), or, with a basis, all that
-- rollup_line has of these days (roll_counted), for a basis and days whose sums have just been emptied. Sums by key count an
-- order once per key. The caller holds the lock (roll_orders, roll_days). Returns how many lines it looked at.
create or replace function roll_sum(p_orders text[], p_basis day_basis, p_from date, p_to date, p_zone text) returns int language plpgsql as $$
declare
  looked int;
begin
  with d as materialized (
    -- an order counts once for each key: by the first of its lines that has the key
    select x.*, case when row_number() over (partition by order_id, sign) = 1 then sign else 0 end as of_order,
      case when row_number() over (partition by order_id, sign, sku_id) = 1 then sign else 0 end as of_sku,
      case when row_number() over (partition by order_id, sign, supplier_id) = 1 then sign else 0 end as of_supplier,
      case when row_number() over (partition by order_id, sign, category_id) = 1 then sign else 0 end as of_category,
      case when row_number() over (partition by order_id, sign, offer_id) = 1 then sign else 0 end as of_offer
    from (
      select * from roll_delta(p_orders, p_zone) where p_basis is null
      union all
      select * from roll_counted(p_basis, p_from, p_to, p_zone) where p_basis is not null) x),
  b as materialized (
    select x.basis, x.day, d.* from d
    cross join lateral (values ('paid'::day_basis, d.paid_day), ('session', d.business_day), ('pickup', d.pickup_day)) x(basis, day)
    where p_basis is null or x.basis = p_basis),
  city as (
    insert into rollup_city as t (basis, day, hour, city_id, orders, pieces, short, delivered, unclaimed, paid_fen, refund_fen, cost_fen, commission_fen, coupon_fen)
    select basis, day, case when basis = 'paid' then hour else -1 end, city_id, sum(of_order), sum(pieces), sum(short), sum(delivered), sum(unclaimed), sum(paid_fen), sum(refund_fen), sum(cost_fen), sum(commission_fen), sum(coupon_fen)
    from b group by 1, 2, 3, 4 having (sum(of_order), sum(pieces), sum(short), sum(delivered), sum(unclaimed), sum(paid_fen), sum(refund_fen), sum(cost_fen), sum(commission_fen), sum(coupon_fen)) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    on conflict (basis, day, hour, city_id) do update set orders = t.orders + excluded.orders, pieces = t.pieces + excluded.pieces, short = t.short + excluded.short, delivered = t.delivered + excluded.delivered, unclaimed = t.unclaimed + excluded.unclaimed, paid_fen = t.paid_fen + excluded.paid_fen, refund_fen = t.refund_fen + excluded.refund_fen, cost_fen = t.cost_fen + excluded.cost_fen, commission_fen = t.commission_fen + excluded.commission_fen, coupon_fen = t.coupon_fen + excluded.coupon_fen),
  leader as (
    insert into rollup_leader as t (basis, day, leader_id, city_id, orders, pieces, short, delivered, unclaimed, paid_fen, refund_fen, cost_fen, commission_fen, coupon_fen)
    select basis, day, leader_id, city_id, sum(of_order), sum(pieces), sum(short), sum(delivered), sum(unclaimed), sum(paid_fen), sum(refund_fen), sum(cost_fen), sum(commission_fen), sum(coupon_fen)
    from b group by 1, 2, 3, 4 having (sum(of_order), sum(pieces), sum(short), sum(delivered), sum(unclaimed), sum(paid_fen), sum(refund_fen), sum(cost_fen), sum(commission_fen), sum(coupon_fen)) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    on conflict (basis, day, leader_id, city_id) do update set orders = t.orders + excluded.orders, pieces = t.pieces + excluded.pieces, short = t.short + excluded.short, delivered = t.delivered + excluded.delivered, unclaimed = t.unclaimed + excluded.unclaimed, paid_fen = t.paid_fen + excluded.paid_fen, refund_fen = t.refund_fen + excluded.refund_fen, cost_fen = t.cost_fen + excluded.cost_fen, commission_fen = t.commission_fen + excluded.commission_fen, coupon_fen = t.coupon_fen + excluded.coupon_fen),
  sku as (
    insert into rollup_sku as t (basis, day, sku_id, city_id, supplier_id, category_id, orders, pieces, short, delivered, unclaimed, paid_fen, refund_fen, cost_fen, commission_fen, coupon_fen)
    select basis, day, sku_id, city_id, max(supplier_id), max(category_id), sum(of_sku), sum(pieces), sum(short), sum(delivered), sum(unclaimed), sum(paid_fen), sum(refund_fen), sum(cost_fen), sum(commission_fen), sum(coupon_fen)
    from b group by 1, 2, 3, 4 having (sum(of_sku), sum(pieces), sum(short), sum(delivered), sum(unclaimed), sum(paid_fen), sum(refund_fen), sum(cost_fen), sum(commission_fen), sum(coupon_fen)) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    on conflict (basis, day, sku_id, city_id) do update set orders = t.orders + excluded.orders, pieces = t.pieces + excluded.pieces, short = t.short + excluded.short, delivered = t.delivered + excluded.delivered, unclaimed = t.unclaimed + excluded.unclaimed, paid_fen = t.paid_fen + excluded.paid_fen, refund_fen = t.refund_fen + excluded.refund_fen, cost_fen = t.cost_fen + excluded.cost_fen, commission_fen = t.commission_fen + excluded.commission_fen, coupon_fen = t.coupon_fen + excluded.coupon_fen, supplier_id = excluded.supplier_id, category_id = excluded.category_id),
  supplier as (
    insert into rollup_supplier as t (basis, day, supplier_id, city_id, orders, pieces, short, delivered, unclaimed, paid_fen, refund_fen, cost_fen, commission_fen, coupon_fen)
    select basis, day, supplier_id, city_id, sum(of_supplier), sum(pieces), sum(short), sum(delivered), sum(unclaimed), sum(paid_fen), sum(refund_fen), sum(cost_fen), sum(commission_fen), sum(coupon_fen)
    from b group by 1, 2, 3, 4 having (sum(of_supplier), sum(pieces), sum(short), sum(delivered), sum(unclaimed), sum(paid_fen), sum(refund_fen), sum(cost_fen), sum(commission_fen), sum(coupon_fen)) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    on conflict (basis, day, supplier_id, city_id) do update set orders = t.orders + excluded.orders, pieces = t.pieces + excluded.pieces, short = t.short + excluded.short, delivered = t.delivered + excluded.delivered, unclaimed = t.unclaimed + excluded.unclaimed, paid_fen = t.paid_fen + excluded.paid_fen, refund_fen = t.refund_fen + excluded.refund_fen, cost_fen = t.cost_fen + excluded.cost_fen, commission_fen = t.commission_fen + excluded.commission_fen, coupon_fen = t.coupon_fen + excluded.coupon_fen),
  category as (
    insert into rollup_category as t (basis, day, category_id, city_id, orders, pieces, short, delivered, unclaimed, paid_fen, refund_fen, cost_fen, commission_fen, coupon_fen)
    select basis, day, category_id, city_id, sum(of_category), sum(pieces), sum(short), sum(delivered), sum(unclaimed), sum(paid_fen), sum(refund_fen), sum(cost_fen), sum(commission_fen), sum(coupon_fen)
    from b group by 1, 2, 3, 4 having (sum(of_category), sum(pieces), sum(short), sum(delivered), sum(unclaimed), sum(paid_fen), sum(refund_fen), sum(cost_fen), sum(commission_fen), sum(coupon_fen)) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    on conflict (basis, day, category_id, city_id) do update set orders = t.orders + excluded.orders, pieces = t.pieces + excluded.pieces, short = t.short + excluded.short, delivered = t.delivered + excluded.delivered, unclaimed = t.unclaimed + excluded.unclaimed, paid_fen = t.paid_fen + excluded.paid_fen, refund_fen = t.refund_fen + excluded.refund_fen, cost_fen = t.cost_fen + excluded.cost_fen, commission_fen = t.commission_fen + excluded.commission_fen, coupon_fen = t.coupon_fen + excluded.coupon_fen),
  session as (
    insert into rollup_session as t (basis, day, sale_session_id, city_id, orders, pieces, short, delivered, unclaimed, paid_fen, refund_fen, cost_fen, commission_fen, coupon_fen)
    select basis, day, sale_session_id, city_id, sum(of_order), sum(pieces), sum(short), sum(delivered), sum(unclaimed), sum(paid_fen), sum(refund_fen), sum(cost_fen), sum(commission_fen), sum(coupon_fen)
    from b group by 1, 2, 3, 4 having (sum(of_order), sum(pieces), sum(short), sum(delivered), sum(unclaimed), sum(paid_fen), sum(refund_fen), sum(cost_fen), sum(commission_fen), sum(coupon_fen)) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    on conflict (basis, day, sale_session_id, city_id) do update set orders = t.orders + excluded.orders, pieces = t.pieces + excluded.pieces, short = t.short + excluded.short, delivered = t.delivered + excluded.delivered, unclaimed = t.unclaimed + excluded.unclaimed, paid_fen = t.paid_fen + excluded.paid_fen, refund_fen = t.refund_fen + excluded.refund_fen, cost_fen = t.cost_fen + excluded.cost_fen, commission_fen = t.commission_fen + excluded.commission_fen, coupon_fen = t.coupon_fen + excluded.coupon_fen),
  offer as (
    insert into rollup_offer as t (basis, day, offer_id, city_id, sale_session_id, orders, pieces, short, delivered, unclaimed, paid_fen, refund_fen, cost_fen, commission_fen, coupon_fen)
    select basis, day, offer_id, city_id, max(sale_session_id), sum(of_offer), sum(pieces), sum(short), sum(delivered), sum(unclaimed), sum(paid_fen), sum(refund_fen), sum(cost_fen), sum(commission_fen), sum(coupon_fen)
    from b group by 1, 2, 3, 4 having (sum(of_offer), sum(pieces), sum(short), sum(delivered), sum(unclaimed), sum(paid_fen), sum(refund_fen), sum(cost_fen), sum(commission_fen), sum(coupon_fen)) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    on conflict (basis, day, offer_id, city_id) do update set orders = t.orders + excluded.orders, pieces = t.pieces + excluded.pieces, short = t.short + excluded.short, delivered = t.delivered + excluded.delivered, unclaimed = t.unclaimed + excluded.unclaimed, paid_fen = t.paid_fen + excluded.paid_fen, refund_fen = t.refund_fen + excluded.refund_fen, cost_fen = t.cost_fen + excluded.cost_fen, commission_fen = t.commission_fen + excluded.commission_fen, coupon_fen = t.coupon_fen + excluded.coupon_fen, sale_session_id = excluded.sale_session_id),
  fulfilment as (
    insert into rollup_fulfilment as t (day, city_id, orders, ordered, cancelled, short, delivered, picked, unclaimed, returned)
    select pickup_day, city_id, sum(of_order), sum(ordered), sum(cancelled), sum(short), sum(delivered), sum(picked), sum(unclaimed), sum(returned)
    from b where basis = 'pickup' group by 1, 2
    on conflict (day, city_id) do update set orders = t.orders + excluded.orders, ordered = t.ordered + excluded.ordered, cancelled = t.cancelled + excluded.cancelled,
      short = t.short + excluded.short, delivered = t.delivered + excluded.delivered, picked = t.picked + excluded.picked, unclaimed = t.unclaimed + excluded.unclaimed,
      returned = t.returned + excluded.returned),
  bought as materialized (
    select distinct b.basis, b.day, b.city_id, b.leader_id, y.no from b join buyer y on y.resident_id = b.resident_id where b.sign = 1 and (b.is_new or b.is_moved)),
  bits as (
    insert into rollup_bits as t (basis, day, city_id, chunk, bits)
    select basis, day, city_id, (no >> 11)::int, bit_or(set_bit(repeat('0', 2048)::bit(2048), (no & 2047)::int, 1)) from bought group by 1, 2, 3, 4
    on conflict (basis, day, city_id, chunk) do update set bits = t.bits | excluded.bits where t.bits | excluded.bits <> t.bits),
  masks as (
    insert into buyer_mask as t (basis, block, leader_id, city_id, buyer_no, mask)
    select basis, (day - date '2020-01-01') / 63, leader_id, city_id, no, bit_or(1::bigint << ((day - date '2020-01-01') % 63)) from bought group by 1, 2, 3, 4, 5
    on conflict (basis, block, leader_id, city_id, buyer_no) do update set mask = t.mask | excluded.mask where t.mask | excluded.mask <> t.mask),
  buyers as (
    update buyer y set orders = y.orders + x.n, paid_fen = y.paid_fen + x.paid_fen, refund_fen = y.refund_fen + x.refund_fen,
      first_paid_day = least(y.first_paid_day, x.first_paid), first_session_day = least(y.first_session_day, x.first_session),
      first_pickup_day = least(y.first_pickup_day, x.first_pickup), last_paid_day = greatest(y.last_paid_day, x.last_paid)
    from (
      select resident_id, sum(of_order) as n, sum(paid_fen) as paid_fen, sum(refund_fen) as refund_fen, min(paid_day) as first_paid, min(business_day) as first_session,
        min(pickup_day) as first_pickup, max(paid_day) as last_paid
      from d where p_basis is null group by 1) x
    where y.resident_id = x.resident_id and (x.n <> 0 or x.refund_fen <> 0)),
  lines as (
    insert into rollup_line as t (order_line_id, leader_id, cancelled, short, delivered, picked, unclaimed, returned, refunded_fen, commission_reversed_fen)
    select line_id, leader_id, cancelled, short, delivered, picked, unclaimed, returned, refunded_fen, commission_reversed_fen from d where p_basis is null and sign = 1
    on conflict (order_line_id) do update set leader_id = excluded.leader_id, cancelled = excluded.cancelled, short = excluded.short, delivered = excluded.delivered,
      picked = excluded.picked, unclaimed = excluded.unclaimed, returned = excluded.returned, refunded_fen = excluded.refunded_fen,
      commission_reversed_fen = excluded.commission_reversed_fen)
  select count(*) into looked from d where sign = 1;
  return looked;
end $$;
