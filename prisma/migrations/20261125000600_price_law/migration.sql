-- What people really paid for a SKU in a city on a day: the evidence of struck-through prices (SAMR Order 32 of 2020,
-- 明码标价和禁止价格欺诈规定 in force 2022-07-01). A piece's price is what was paid after coupons, rounded down.
create table price_observation (
  sku_id text not null,
  city_id text not null,
  day date not null,
  lowest_fen bigint not null,
  pieces integer not null,
  constraint price_observation_lowest check (lowest_fen >= 0),
  constraint price_observation_pieces check (pieces > 0),
  primary key (sku_id, city_id, day));

insert into price_observation (sku_id, city_id, day, lowest_fen, pieces)
select l.sku_id, o.city_id, (o.paid_at at time zone 'Asia/Shanghai')::date, min(l.paid_fen / l.ordered), sum(l.ordered)
from customer_order o join order_line l on l.order_id = o.id
where o.paid_at is not null
group by 1, 2, 3;

-- The day of the transaction a struck-through price cites; a suggested retail price cites none. What was struck through before
-- without a day has no evidence that could be shown, and goes.
update offer set list_price_fen = null, list_price_basis = null where list_price_basis is distinct from 'msrp' or list_price_fen is null;
alter table offer add column list_price_day date,
  add constraint offer_list_price check (
    case when list_price_fen is null then list_price_basis is null and list_price_day is null
    when list_price_basis = 'msrp' then list_price_day is null
    else coalesce(list_price_basis in ('lowest7d', 'lastBefore'), false) and list_price_day is not null end);
