-- One counter for all limits: a person's allowance of an offer moves into limit_count, for offers that have one.
insert into limit_count (key, subject, quantity)
  select 'o:' || b.offer_id, b.resident_id, b.quantity from buyer_count b join offer f on f.id = b.offer_id
  where f.per_person_limit is not null;
update customer_order o set limits = t.limits
from (
  select x.order_id, jsonb_agg(jsonb_build_array('o:' || x.offer_id, x.resident_id, x.pieces) order by x.offer_id) as limits
  from (select l.order_id, l.offer_id, l.resident_id, sum(l.ordered) as pieces
        from order_line l join offer f on f.id = l.offer_id and f.per_person_limit is not null group by 1, 2, 3) x
  group by 1) t
where o.id = t.order_id and o.state <> 'cancelled';
drop table buyer_count;

-- What a person holds unpaid: numbered from one, so that two at once cannot both be the last she may hold.
alter table customer_order add column hold_no smallint;
create unique index customer_order_holds on customer_order (resident_id, hold_no) where state = 'pendingPayment';

-- Rows that every order writes to keep room beside them, so that an update touches no index.
alter table stock_pool set (fillfactor = 50);
alter table coupon_template set (fillfactor = 50);
alter table buyer_group set (fillfactor = 50);
alter table limit_count set (fillfactor = 80);

-- An index costs every order its share, so what is asked only of later states holds only those rows …
drop index customer_order_paid_at_idx;
create index customer_order_paid_at_idx on customer_order (paid_at) where paid_at is not null;
drop index order_line_completed_at_completes_at_idx;
create index order_line_completing on order_line (completes_at) where completed_at is null and completes_at is not null;
drop index order_line_commission_state_release_at_idx;
create index order_line_releasing on order_line (release_at) where commission_state = 'frozen';
-- … and what no query asks is gone: lines by resident and offer (limit_count answers that), news by the time it was told.
drop index order_line_resident_id_offer_id_idx;
drop index outbox_event_delivered_at_id_idx;
-- Which sign-ins have ended lately: the API keeps their list in memory.
create index refresh_token_revoked on refresh_token (revoked_at) where revoked_at is not null;
-- Admission takes columns now; its first shape is gone.
drop function if exists admit_orders(timestamptz, jsonb);
