-- The orders these events speak of: every news that changes what is counted (lib/analytics/rollups.ts names the same).
create or replace function roll_affected(p_events bigint[]) returns setof text language sql stable as $$
  with e as materialized (select type, subject_id, payload from outbox_event where id = any(p_events))
  select subject_id from e where type in ('order.paid', 'order.moved')
  union
  select l.order_id from e cross join lateral jsonb_array_elements(e.payload->'items') i join order_line l on l.id = i->>'lineId' where e.type = 'lines.shortened'
  union
  select l.order_id from e cross join lateral jsonb_array_elements_text(e.payload->'lineIds') i join order_line l on l.id = i where e.type = 'lines.completed'
  union
  select l.order_id from e join order_line l on l.id = e.payload->>'orderLineId' where e.type = 'aftersale.decided'
  union
  select l.order_id from e join order_line l on l.id = e.subject_id where e.type = 'goods.returned'
  union
  select l.order_id from e join delivery d on d.id = e.subject_id
    join order_line l on l.sale_session_id = d.sale_session_id and l.pickup_point_id = d.pickup_point_id and l.pickup_day = d.pickup_day
    where e.type = 'delivery.signed'
  union
  select i->>'orderId' from e join verification v on v.id = e.subject_id cross join lateral jsonb_array_elements(v.lines->'lines') i where e.type = 'pickup.verified'
$$;
