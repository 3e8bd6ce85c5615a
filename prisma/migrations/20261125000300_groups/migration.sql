-- Groups: what a decided group must satisfy, and what still waits to be done, found by index.
alter table buyer_group
  add column settled_at timestamptz(3),
  add constraint buyer_group_decided check ((state = 'open') = (decided_at is null)),
  add constraint buyer_group_formed check (state <> 'formed' or paid = size),
  add constraint buyer_group_settled check (settled_at is null or state = 'failed');
-- failed, and an order of it still stands
create index buyer_group_unsettled on buyer_group (id) where state = 'failed' and settled_at is null;
create index buyer_group_sale_session_id_state_idx on buyer_group (sale_session_id, state);
create index buyer_group_city_id_id_idx on buyer_group (city_id, id);
-- an offer's minimum that nobody has decided yet
create index offer_minimum_due on offer (ends_at) where min_count is not null and min_decided_at is null;
