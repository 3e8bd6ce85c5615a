-- What was submitted is published only with a second person's name; a price under supply states why.
alter table sale_session add constraint sale_session_reviewed check (
  submitted_by is null or approved_by is not null or state::text in ('draft', 'inReview', 'cancelled'));
alter table flash_slot add constraint flash_slot_reviewed check (
  submitted_by is null or approved_by is not null or state::text in ('draft', 'inReview', 'cancelled'));
-- what was published under its supply price before a reason was asked for keeps standing
update offer set loss_reason = 'overstock', loss_note = 'published before reasons were asked for'
  where state = 'active' and price_fen < supply_price_fen and loss_reason is null;
alter table offer add constraint offer_loss check (
  state::text <> 'active' or price_fen >= supply_price_fen or loss_reason is not null);

create index flash_slot_starts_at_id_idx on flash_slot (starts_at, id);
create index flash_slot_series_id_idx on flash_slot (series_id);

-- A fall under the margin rule asked for while the offer sells, until somebody else decides.
create table price_request (
  id text primary key,
  offer_id text not null references offer (id) on delete cascade on update cascade,
  from_fen bigint not null,
  price_fen bigint not null check (price_fen > 0),
  loss_reason loss_reason,
  loss_note text,
  reason text,
  requested_at timestamptz(3) not null,
  requested_by text not null,
  decided_at timestamptz(3),
  decided_by text,
  is_approved boolean,
  constraint price_request_two_people check (is_approved is not true or decided_by <> requested_by),
  constraint price_request_decision check ((decided_at is null) = (decided_by is null) and (decided_at is null) = (is_approved is null)));
create index price_request_offer_id_idx on price_request (offer_id);
create index price_request_decided_at_idx on price_request (decided_at);
create unique index price_request_one_open on price_request (offer_id) where decided_at is null;

-- Items with price, quota and limits to start a session or a slot from.
create table campaign_template (
  id text primary key,
  name text not null,
  kind text not null constraint campaign_template_kind check (kind in ('session', 'slot')),
  items jsonb not null,
  created_at timestamptz(3) not null,
  created_by text not null);
create unique index campaign_template_name_key on campaign_template (name);

-- The difference of a fallen price given back: once per line and change.
create table price_drop_refund (
  price_change_id bigint not null,
  order_line_id text not null,
  pieces integer not null check (pieces > 0),
  amount_fen bigint not null check (amount_fen > 0),
  refund_id text not null,
  at timestamptz(3) not null,
  by text not null,
  primary key (price_change_id, order_line_id));
create index price_drop_refund_order_line_id_idx on price_drop_refund (order_line_id);
