create type day_basis as enum ('paid', 'session', 'pickup');

create table rollup_city (
  basis day_basis not null,
  day date not null,
  hour smallint not null,
  city_id text not null,
  orders integer not null,
  pieces integer not null,
  short integer not null,
  delivered integer not null,
  unclaimed integer not null,
  paid_fen bigint not null,
  refund_fen bigint not null,
  cost_fen bigint not null,
  commission_fen bigint not null,
  coupon_fen bigint not null,
  constraint rollup_city_pkey primary key (basis, day, hour, city_id)
) with (fillfactor = 80);

create table rollup_leader (
  basis day_basis not null,
  day date not null,
  leader_id text not null,
  city_id text not null,
  orders integer not null,
  pieces integer not null,
  short integer not null,
  delivered integer not null,
  unclaimed integer not null,
  paid_fen bigint not null,
  refund_fen bigint not null,
  cost_fen bigint not null,
  commission_fen bigint not null,
  coupon_fen bigint not null,
  constraint rollup_leader_pkey primary key (basis, day, leader_id, city_id)
) with (fillfactor = 80);

create table rollup_sku (
  basis day_basis not null,
  day date not null,
  sku_id text not null,
  city_id text not null,
  supplier_id text not null,
  category_id text not null,
  orders integer not null,
  pieces integer not null,
  short integer not null,
  delivered integer not null,
  unclaimed integer not null,
  paid_fen bigint not null,
  refund_fen bigint not null,
  cost_fen bigint not null,
  commission_fen bigint not null,
  coupon_fen bigint not null,
  constraint rollup_sku_pkey primary key (basis, day, sku_id, city_id)
) with (fillfactor = 80);

create table rollup_supplier (
  basis day_basis not null,
  day date not null,
  supplier_id text not null,
  city_id text not null,
  orders integer not null,
  pieces integer not null,
  short integer not null,
  delivered integer not null,
  unclaimed integer not null,
  paid_fen bigint not null,
  refund_fen bigint not null,
  cost_fen bigint not null,
  commission_fen bigint not null,
  coupon_fen bigint not null,
  constraint rollup_supplier_pkey primary key (basis, day, supplier_id, city_id)
) with (fillfactor = 80);

create table rollup_category (
  basis day_basis not null,
  day date not null,
  category_id text not null,
  city_id text not null,
  orders integer not null,
  pieces integer not null,
  short integer not null,
  delivered integer not null,
  unclaimed integer not null,
  paid_fen bigint not null,
  refund_fen bigint not null,
  cost_fen bigint not null,
  commission_fen bigint not null,
  coupon_fen bigint not null,
  constraint rollup_category_pkey primary key (basis, day, category_id, city_id)
) with (fillfactor = 80);

create table rollup_session (
  basis day_basis not null,
  day date not null,
  sale_session_id text not null,
  city_id text not null,
  orders integer not null,
  pieces integer not null,
  short integer not null,
  delivered integer not null,
  unclaimed integer not null,
  paid_fen bigint not null,
  refund_fen bigint not null,
  cost_fen bigint not null,
  commission_fen bigint not null,
  coupon_fen bigint not null,
  constraint rollup_session_pkey primary key (basis, day, sale_session_id, city_id)
) with (fillfactor = 80);

create table rollup_offer (
  basis day_basis not null,
  day date not null,
  offer_id text not null,
  city_id text not null,
  sale_session_id text not null,
  orders integer not null,
  pieces integer not null,
  short integer not null,
  delivered integer not null,
  unclaimed integer not null,
  paid_fen bigint not null,
  refund_fen bigint not null,
  cost_fen bigint not null,
  commission_fen bigint not null,
  coupon_fen bigint not null,
  constraint rollup_offer_pkey primary key (basis, day, offer_id, city_id)
) with (fillfactor = 80);

create table rollup_fulfilment (
  day date not null,
  city_id text not null,
  orders integer not null,
  ordered integer not null,
  cancelled integer not null,
  short integer not null,
  delivered integer not null,
  picked integer not null,
  unclaimed integer not null,
  returned integer not null,
  constraint rollup_fulfilment_pkey primary key (day, city_id)
) with (fillfactor = 80);

create table rollup_line (
  order_line_id text not null,
  leader_id text not null,
  cancelled integer not null,
  short integer not null,
  delivered integer not null,
  picked integer not null,
  unclaimed integer not null,
  returned integer not null,
  refunded_fen bigint not null,
  commission_reversed_fen bigint not null,
  constraint rollup_line_pkey primary key (order_line_id)
) with (fillfactor = 80);

create table buyer (
  resident_id text not null,
  no bigint not null,
  city_id text not null,
  first_paid_day date not null,
  first_session_day date not null,
  first_pickup_day date not null,
  last_paid_day date not null,
  orders integer not null,
  paid_fen bigint not null,
  refund_fen bigint not null,
  constraint buyer_pkey primary key (resident_id)
) with (fillfactor = 80);
create unique index buyer_no_key on buyer (no);
create index buyer_first_paid_day_city_id_idx on buyer (first_paid_day, city_id);
create index buyer_first_session_day_idx on buyer (first_session_day);
create index buyer_first_pickup_day_idx on buyer (first_pickup_day);

create table buyer_city (
  city_id text not null,
  no integer not null,
  buyers integer not null,
  constraint buyer_city_pkey primary key (city_id)
);
create unique index buyer_city_no_key on buyer_city (no);

create table rollup_bits (
  basis day_basis not null,
  day date not null,
  city_id text not null,
  chunk integer not null,
  bits bit(2048) not null,
  constraint rollup_bits_pkey primary key (basis, day, city_id, chunk)
) with (fillfactor = 80);
-- a set of 256 bytes is read whole and often: packed it would only cost time
alter table rollup_bits alter column bits set storage plain;

create table buyer_mask (
  basis day_basis not null,
  block integer not null,
  leader_id text not null,
  city_id text not null,
  buyer_no bigint not null,
  mask bigint not null,
  constraint buyer_mask_pkey primary key (basis, block, leader_id, city_id, buyer_no)
) with (fillfactor = 80);

create table rollup_backlog (
  day date not null,
  constraint rollup_backlog_pkey primary key (day)
);

create table rollup_proof (
  id bigserial not null,
  at timestamptz(3) not null,
  from_day date not null,
  to_day date not null,
  ok boolean not null,
  rows jsonb not null,
  constraint rollup_proof_pkey primary key (id)
);
create index rollup_proof_at_idx on rollup_proof (at);

-- A database that has traded already: its payment days wait to be counted (the worker does it; see lib/analytics/reactions.ts).
insert into rollup_backlog (day)
select d::date from (select min(paid_at) as first, max(paid_at) as last from customer_order) o
  cross join lateral generate_series((o.first at time zone 'Asia/Shanghai')::date, (o.last at time zone 'Asia/Shanghai')::date, interval '1 day') d
where o.first is not null;
