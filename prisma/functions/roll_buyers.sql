-- Lifetime sums of up to p_limit buyers after a number, anew from what was counted of their orders.
-- Returns the last number looked at, null at the end.
create or replace function roll_buyers(p_after bigint, p_limit int, p_zone text) returns bigint language plpgsql as $$
declare
  last bigint;
begin
  perform set_config('lock_timeout', '60s', true);
  perform pg_advisory_xact_lock(hashtext('rollups'));
  select max(no) into last from (select no from buyer where no > p_after order by no limit p_limit) x;
  update buyer y set orders = x.orders, paid_fen = x.paid_fen, refund_fen = x.refund_fen, first_paid_day = x.first_paid, first_session_day = x.first_session,
    first_pickup_day = x.first_pickup, last_paid_day = x.last_paid
  from (
    select o.resident_id, count(distinct o.id)::int as orders, sum(l.paid_fen) as paid_fen, sum(r.refunded_fen) as refund_fen, min(o.paid_at at time zone p_zone)::date as first_paid,
      min(o.business_day) as first_session, min(o.pickup_day) as first_pickup, max(o.paid_at at time zone p_zone)::date as last_paid
    from buyer b join customer_order o on o.resident_id = b.resident_id and o.paid_at is not null
    join order_line l on l.order_id = o.id join rollup_line r on r.order_line_id = l.id
    where b.no > p_after and b.no <= last group by 1) x
  where y.resident_id = x.resident_id and (y.orders, y.paid_fen, y.refund_fen, y.first_paid_day, y.first_session_day, y.first_pickup_day, y.last_paid_day)
    is distinct from (x.orders, x.paid_fen, x.refund_fen, x.first_paid, x.first_session, x.first_pickup, x.last_paid);
  return last;
end $$;
