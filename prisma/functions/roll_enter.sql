-- Numbers those of these orders' buyers who have none yet, in the block of their first order's city. The caller holds the lock.
create or replace function roll_enter(p_orders text[], p_zone text) returns void language plpgsql as $$
begin
  insert into buyer_city (city_id, no, buyers)
  select c.city_id, (select coalesce(max(no), 0) from buyer_city) + row_number() over (order by c.city_id), 0 from (
    select distinct o.city_id from customer_order o
    where o.id = any(p_orders) and o.paid_at is not null and not exists (select 1 from buyer_city k where k.city_id = o.city_id)) c;
  with fresh as materialized (
    select x.*, row_number() over (partition by x.city_id order by x.resident_id) as place from (
      select distinct on (o.resident_id) o.resident_id, o.city_id, (o.paid_at at time zone p_zone)::date as day, o.business_day, o.pickup_day
      from customer_order o where o.id = any(p_orders) and o.paid_at is not null and not exists (select 1 from buyer y where y.resident_id = o.resident_id)
      order by o.resident_id, o.paid_at, o.id) x),
  grown as (
    update buyer_city k set buyers = k.buyers + n.n from (select city_id, count(*)::int as n from fresh group by 1) n where k.city_id = n.city_id
    returning k.city_id, k.no, k.buyers - n.n as used)
  insert into buyer (resident_id, no, city_id, first_paid_day, first_session_day, first_pickup_day, last_paid_day, orders, paid_fen, refund_fen)
  select f.resident_id, (g.no::bigint << 24) + g.used + f.place - 1, f.city_id, f.day, f.business_day, f.pickup_day, f.day, 0, 0, 0
  from fresh f join grown g on g.city_id = f.city_id;
end $$;
