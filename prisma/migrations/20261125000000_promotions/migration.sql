-- Campaigns' review, groups, coupons, and the one counter of all limits.
alter type session_state add value 'inReview' after 'draft';
alter type slot_state add value 'inReview' after 'draft';
create type slot_kind as enum ('flash', 'group');
create type group_scope as enum ('city', 'leader');
create type loss_reason as enum ('freshClearance', 'seasonal', 'overstock');
create type minimum_unit as enum ('buyers', 'pieces');
create type minimum_scope as enum ('campaign', 'point');
create type coupon_kind as enum ('amount', 'percent');
create type coupon_funder as enum ('platform', 'supplier', 'leader');
create type coupon_grant as enum ('claim', 'signUp', 'firstOrder', 'manual');
create type template_state as enum ('draft', 'active', 'paused', 'ended');
create type coupon_state as enum ('open', 'held', 'used', 'void');
create type group_state as enum ('open', 'formed', 'failed');
create type member_state as enum ('held', 'paid', 'left');

alter table sale_session
  add column paused_at timestamptz(3), add column submitted_at timestamptz(3), add column submitted_by text,
  add column approved_at timestamptz(3), add column approved_by text, add column review_note text,
  add constraint sale_session_two_people check (approved_by is null or approved_by <> submitted_by);
alter table flash_slot
  add column kind slot_kind not null default 'flash',
  add column paused_at timestamptz(3), add column submitted_at timestamptz(3), add column submitted_by text,
  add column approved_at timestamptz(3), add column approved_by text, add column review_note text,
  add column group_size integer, add column group_minutes integer, add column group_scope group_scope,
  add column series_id text, add column version integer not null default 1,
  add constraint flash_slot_two_people check (approved_by is null or approved_by <> submitted_by),
  add constraint flash_slot_group check (
    case kind when 'group' then group_size between 2 and 100 and group_minutes between 1 and 4320 and group_scope is not null
    else group_size is null and group_minutes is null and group_scope is null end);
alter table offer
  add column limits jsonb, add column loss_reason loss_reason, add column loss_note text,
  add column min_count integer, add column min_unit minimum_unit, add column min_scope minimum_scope, add column min_decided_at timestamptz(3),
  add constraint offer_minimum check (
    (min_count is null and min_unit is null and min_scope is null) or (min_count > 0 and min_unit is not null and min_scope is not null));
alter table resident add column household_key text;
alter table customer_order add column limits jsonb, add column group_id text;

create table coupon_template (
  id text primary key,
  name text not null,
  kind coupon_kind not null,
  amount_fen bigint,
  percent_bp integer,
  max_off_fen bigint,
  threshold_fen bigint not null default 0,
  city_ids text[],
  category_ids text[],
  product_ids text[],
  new_customers boolean not null default false,
  stacks boolean not null default false,
  "grant" coupon_grant not null,
  funder coupon_funder not null,
  funder_id text,
  quota integer,
  claimed integer not null default 0,
  per_person integer not null default 1,
  budget_fen bigint,
  committed_fen bigint not null default 0,
  claim_from timestamptz(3) not null,
  claim_to timestamptz(3) not null,
  valid_from timestamptz(3),
  valid_to timestamptz(3),
  valid_days integer,
  state template_state not null,
  created_at timestamptz(3) not null,
  created_by text not null,
  version integer not null default 1,
  constraint coupon_template_worth check (
    case kind when 'amount' then amount_fen > 0 and percent_bp is null else percent_bp between 1 and 9999 and amount_fen is null end),
  constraint coupon_template_quota check (claimed >= 0 and per_person > 0 and (quota is null or claimed <= quota)),
  constraint coupon_template_budget check (committed_fen >= 0 and (budget_fen is null or committed_fen <= budget_fen)),
  constraint coupon_template_window check (claim_from < claim_to and (valid_days > 0 or valid_from < valid_to)),
  constraint coupon_template_funder check ((funder = 'platform') = (funder_id is null)));
create index coupon_template_state_id_idx on coupon_template (state, id);

create table coupon (
  id text primary key,
  template_id text not null references coupon_template (id) on delete restrict on update cascade,
  resident_id text not null,
  nth integer not null,
  state coupon_state not null,
  order_id text,
  amount_fen bigint,
  granted_at timestamptz(3) not null,
  granted_by text not null,
  starts_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  used_at timestamptz(3),
  constraint coupon_use check ((state in ('held', 'used')) = (order_id is not null)));
create unique index coupon_template_id_resident_id_nth_key on coupon (template_id, resident_id, nth);
create index coupon_resident_id_state_expires_at_idx on coupon (resident_id, state, expires_at);
create index coupon_order_id_idx on coupon (order_id);
create index coupon_template_id_id_idx on coupon (template_id, id);

create table coupon_share (
  order_line_id text not null,
  coupon_id text not null,
  funder coupon_funder not null,
  funder_id text,
  amount_fen bigint not null check (amount_fen >= 0),
  primary key (order_line_id, coupon_id));
create index coupon_share_coupon_id_idx on coupon_share (coupon_id);

create table buyer_group (
  id text primary key,
  offer_id text not null,
  flash_slot_id text not null,
  sale_session_id text not null,
  city_id text not null,
  leader_id text,
  opened_by text not null,
  size integer not null,
  taken integer not null,
  paid integer not null default 0,
  state group_state not null,
  opened_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  decided_at timestamptz(3),
  constraint buyer_group_seats check (paid >= 0 and taken >= paid and taken <= size));
create index buyer_group_flash_slot_id_state_id_idx on buyer_group (flash_slot_id, state, id);
create index buyer_group_state_expires_at_idx on buyer_group (state, expires_at);
create index buyer_group_offer_id_state_expires_at_idx on buyer_group (offer_id, state, expires_at);

create table group_member (
  order_id text primary key,
  group_id text not null references buyer_group (id) on delete restrict on update cascade,
  resident_id text not null,
  pieces integer not null,
  state member_state not null,
  joined_at timestamptz(3) not null);
create index group_member_group_id_idx on group_member (group_id);
create index group_member_resident_id_order_id_idx on group_member (resident_id, order_id);
-- one seat a person in one group
create unique index group_member_one_seat on group_member (group_id, resident_id) where state <> 'left';

create table limit_count (
  key text not null,
  subject text not null,
  quantity integer not null constraint limit_count_room check (quantity >= 0),
  primary key (key, subject));
