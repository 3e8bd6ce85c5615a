-- Brings every sum up to the facts of these orders, whatever was counted of them before: again changes nothing. One run at a
-- time (the lock lasts until the caller's transaction ends), so the facts read are never older than what was counted last.
-- Returns how many lines had changed.
create or replace function roll_orders(p_orders text[], p_zone text) returns int language plpgsql as $$
begin
  if cardinality(p_orders) = 0 then return 0; end if;
  perform set_config('lock_timeout', '60s', true);
  perform pg_advisory_xact_lock(hashtext('rollups'));
  perform roll_enter(p_orders, p_zone);
  -- an order moved to another leader: the one before loses the buyer's day, unless another order keeps it
  update buyer_mask m set mask = m.mask & ~x.bits
  from (
    select b.basis, (b.day - date '2020-01-01') / 63 as block, r.leader_id, o.city_id, y.no, bit_or(1::bigint << ((b.day - date '2020-01-01') % 63)) as bits
    from customer_order o
    join order_line l on l.order_id = o.id
    join rollup_line r on r.order_line_id = l.id and r.leader_id <> o.leader_id
    join buyer y on y.resident_id = o.resident_id
    cross join lateral (values ('paid'::day_basis, (o.paid_at at time zone p_zone)::date), ('session', o.business_day), ('pickup', o.pickup_day)) b(basis, day)
    where o.id = any(p_orders) and o.paid_at is not null and not exists (
      select 1 from customer_order e where e.resident_id = o.resident_id and e.leader_id = r.leader_id and e.paid_at is not null
        and case b.basis when 'paid' then (e.paid_at at time zone p_zone)::date when 'session' then e.business_day else e.pickup_day end = b.day)
    group by 1, 2, 3, 4, 5) x
  where m.basis = x.basis and m.block = x.block and m.leader_id = x.leader_id and m.city_id = x.city_id and m.buyer_no = x.no;
  return roll_sum(p_orders, null, null, null, p_zone);
end $$;
