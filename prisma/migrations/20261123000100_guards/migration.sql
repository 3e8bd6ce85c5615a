create extension if not exists btree_gist;
create extension if not exists pg_trgm;

-- Quantities: counters only grow into one identity (see orders/schema.ts).
alter table order_line
  add constraint order_line_counters check (
    ordered > 0 and cancelled >= 0 and short >= 0 and delivered >= 0 and picked >= 0 and unclaimed >= 0 and returned >= 0
    and cancelled + short + delivered <= ordered and picked + unclaimed + returned <= delivered),
  add constraint order_line_money check (
    unit_price_fen >= 0 and paid_fen = goods_fen - coupon_fen and coupon_fen >= 0 and paid_fen >= 0
    and refunded_fen >= 0 and refunded_fen <= paid_fen
    and commission_fen >= 0 and commission_reversed_fen >= 0 and commission_reversed_fen <= commission_fen);
alter table customer_order
  add constraint customer_order_money check (payable_fen = goods_fen - coupon_fen and payable_fen >= 0 and refunded_fen >= 0 and refunded_fen <= paid_fen);

create function order_line_monotone() returns trigger language plpgsql as $$
begin
  if new.ordered <> old.ordered or new.cancelled < old.cancelled or new.short < old.short or new.delivered < old.delivered
     or new.picked < old.picked or new.unclaimed < old.unclaimed or new.returned < old.returned
     or new.refunded_fen < old.refunded_fen or new.commission_reversed_fen < old.commission_reversed_fen then
    raise exception 'counters of order line % only grow', old.id using errcode = '23514', constraint = 'order_line_monotone';
  end if;
  return new;
end $$;
create trigger order_line_monotone before update on order_line for each row execute function order_line_monotone();

-- No oversell.
alter table stock_pool add constraint stock_pool_room check (quota >= 0 and held >= 0 and sold >= 0 and held + sold <= quota);
alter table buyer_count add constraint buyer_count_room check (quantity >= 0);

-- One layer, one SKU, one city: no two active windows overlap (house decision 6).
alter table offer
  add constraint offer_window_order check (starts_at < ends_at),
  add constraint offer_price check (price_fen >= 0 and supply_price_fen >= 0 and (per_person_limit is null or per_person_limit > 0)),
  add constraint offer_no_overlap exclude using gist (
    layer with =, sku_id with =, city_id with =, tstzrange(starts_at, ends_at, '[)') with &&)
    where (state in ('active', 'paused'));
alter table sale_session add constraint sale_session_window check (opens_at < cutoff_at and late_notice_minutes >= 0);
alter table flash_slot add constraint flash_slot_window check (starts_at < ends_at);

-- Ledger: append-only, zero-sum at COMMIT, cached balances kept and bounded here.
alter table posting add constraint posting_not_zero check (amount_fen <> 0);
alter table account add constraint account_bounds check (
  (min_fen is null or balance_fen >= min_fen) and (max_fen is null or balance_fen <= max_fen));

create function ledger_zero_sum() returns trigger language plpgsql as $$
begin
  if (select coalesce(sum(amount_fen), 0) from posting where journal_id = new.journal_id) <> 0 then
    raise exception 'journal % does not sum to zero', new.journal_id using errcode = '23514', constraint = 'ledger_zero_sum';
  end if;
  return null;
end $$;
create constraint trigger ledger_zero_sum after insert on posting deferrable initially deferred
  for each row execute function ledger_zero_sum();

create function ledger_journal_has_postings() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from posting where journal_id = new.id) then
    raise exception 'journal % has no postings', new.id using errcode = '23514', constraint = 'ledger_journal_has_postings';
  end if;
  return null;
end $$;
create constraint trigger ledger_journal_has_postings after insert on journal deferrable initially deferred
  for each row execute function ledger_journal_has_postings();

create function ledger_balances() returns trigger language plpgsql as $$
begin
  update account a set balance_fen = a.balance_fen + s.total
  from (select account_id, sum(amount_fen) as total from added group by account_id order by account_id) s
  where a.id = s.account_id and a.cached;
  return null;
end $$;
create trigger ledger_balances after insert on posting referencing new table as added
  for each statement execute function ledger_balances();

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'table % only grows', tg_table_name using errcode = '42501', constraint = 'append_only';
end $$;
create trigger journal_grows before update or delete or truncate on journal for each statement execute function refuse_change();
create trigger posting_grows before update or delete or truncate on posting for each statement execute function refuse_change();
create trigger seal_grows before update or delete or truncate on journal_seal for each statement execute function refuse_change();
create trigger audit_grows before update or delete or truncate on audit_entry for each statement execute function refuse_change();
create trigger allotment_grows before update or delete or truncate on stock_allotment for each statement execute function refuse_change();
create trigger refund_line_grows before update or delete or truncate on refund_line for each statement execute function refuse_change();

-- The worker's queue of undelivered news stays small, whatever the history.
create index outbox_undelivered on outbox_event (id) where delivered_at is null;

-- People: nobody checks what they made; one open withdrawal a leader.
alter table payout_batch add constraint payout_batch_two_people check (checked_by is null or checked_by <> made_by);
alter table supplier_statement add constraint supplier_statement_two_people check (
  approved_by is null or (approved_by <> created_by and approved_by is distinct from sent_by));
create unique index withdrawal_one_open on withdrawal (leader_id)
  where state in ('requested', 'batched', 'approved', 'submitted', 'waitUserConfirm');
create unique index after_sale_one_open on after_sale (order_line_id) where state in ('applied', 'approved', 'refunding');

-- Purchase and receipt: what arrived adds up to what was bought.
alter table purchase_order_line add constraint purchase_line_pieces check (
  needed >= 0 and from_remainder >= 0 and case_pack > 0 and cases >= 0 and pieces = cases * case_pack
  and accepted >= 0 and short >= 0 and damaged >= 0 and accepted + short + damaged <= pieces);
alter table case_remainder add constraint case_remainder_room check (pieces >= 0);
alter table delivery_line add constraint delivery_line_pieces check (
  expected >= 0 and signed >= 0 and short >= 0 and damaged >= 0 and signed + short + damaged <= expected);

-- Search by fragment of a name.
create index if not exists product_search on product using gin (search_text gin_trgm_ops);
create index if not exists sale_session_cities on sale_session using gin (city_ids);

-- Commission rules: a second person approves, a rate is a share, the default alone points at nothing.
alter table commission_rule
  add constraint commission_rule_two_people check (approved_by is null or approved_by <> created_by),
  add constraint commission_rule_rate check (rate_bp between 0 and 10000 and version > 0),
  add constraint commission_rule_scope check ((scope = 'default') = (scope_ref is null)),
  add constraint commission_rule_window check (effective_to is null or effective_from < effective_to);

-- A price, once written down, stays written.
create trigger price_change_grows before update or delete or truncate on price_change for each statement execute function refuse_change();

-- A slot's window lies inside its session's, whoever writes it.
create function flash_slot_inside() returns trigger language plpgsql as $$
begin
  if new.state <> 'cancelled' and not exists (
    select 1 from sale_session s where s.id = new.sale_session_id and new.starts_at >= s.opens_at and new.ends_at <= s.cutoff_at) then
    raise exception 'slot % lies outside its session', new.id using errcode = '23514', constraint = 'flash_slot_inside';
  end if;
  return new;
end $$;
create trigger flash_slot_inside before insert or update on flash_slot for each row execute function flash_slot_inside();

alter table pickup_point add constraint pickup_point_in_china check (lat between 3 and 54 and lng between 73 and 136);
alter table route add constraint route_lead check (lead_days between 0 and 30);

-- People say an order by its last five characters.
create index customer_order_tail on customer_order (right(id, 5));
create index pickup_code_said on pickup_code (code, pickup_day);
