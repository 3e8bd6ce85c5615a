-- Makes the sums of these payment days anew from the facts, and with them the session and pickup days their orders have, while
-- the news goes on: what was counted of each line is written first, then the days are summed from it. Returns how many orders.
create or replace function roll_days(p_from date, p_to date, p_zone text) returns int language plpgsql as $$
declare
  ids text[];
  span record;
begin
  perform set_config('lock_timeout', '60s', true);
  perform pg_advisory_xact_lock(hashtext('rollups'));
  ids := array(select o.id from customer_order o
    where o.paid_at >= p_from::timestamp at time zone p_zone and o.paid_at < (p_to + 1)::timestamp at time zone p_zone);
  perform roll_enter(ids, p_zone);
  -- session and pickup days reach beyond these orders: whoever shares those days is counted as of now too
  for span in
    select 'paid'::day_basis as basis, p_from as from_day, p_to as to_day
    union all select 'session', min(o.business_day), max(o.business_day) from customer_order o where o.id = any(ids)
    union all select 'pickup', min(o.pickup_day), max(o.pickup_day) from customer_order o where o.id = any(ids)
  loop
    if span.basis = 'paid' then
      insert into rollup_line as t (order_line_id, leader_id, cancelled, short, delivered, picked, unclaimed, returned, refunded_fen, commission_reversed_fen)
      select l.id, o.leader_id, l.cancelled, l.short, l.delivered, l.picked, l.unclaimed, l.returned, l.refunded_fen, l.commission_reversed_fen
      from customer_order o join order_line l on l.order_id = o.id where o.id = any(ids)
      on conflict (order_line_id) do update set leader_id = excluded.leader_id, cancelled = excluded.cancelled, short = excluded.short, delivered = excluded.delivered,
        picked = excluded.picked, unclaimed = excluded.unclaimed, returned = excluded.returned, refunded_fen = excluded.refunded_fen,
        commission_reversed_fen = excluded.commission_reversed_fen;
    end if;
    continue when span.from_day is null;
    delete from rollup_city where basis = span.basis and day between span.from_day and span.to_day;
    delete from rollup_leader where basis = span.basis and day between span.from_day and span.to_day;
    delete from rollup_sku where basis = span.basis and day between span.from_day and span.to_day;
    delete from rollup_supplier where basis = span.basis and day between span.from_day and span.to_day;
    delete from rollup_category where basis = span.basis and day between span.from_day and span.to_day;
    delete from rollup_session where basis = span.basis and day between span.from_day and span.to_day;
    delete from rollup_offer where basis = span.basis and day between span.from_day and span.to_day;
    delete from rollup_bits where basis = span.basis and day between span.from_day and span.to_day;
    delete from rollup_fulfilment where span.basis = 'pickup' and day between span.from_day and span.to_day;
    update buyer_mask m set mask = m.mask & ~x.bits
    from (
      select (d::date - date '2020-01-01') / 63 as block, bit_or(1::bigint << ((d::date - date '2020-01-01') % 63)) as bits
      from generate_series(span.from_day, span.to_day, interval '1 day') d group by 1) x
    where m.basis = span.basis and m.block = x.block and m.mask & x.bits <> 0;
    perform roll_sum(null, span.basis, span.from_day, span.to_day, p_zone);
  end loop;
  return cardinality(ids);
end $$;
