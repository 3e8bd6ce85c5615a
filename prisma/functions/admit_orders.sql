-- Admission (house decision 10): many orders in, one answer each out, in one transaction of the caller's. The caller sends columns
-- (arrays: no parsing twice) with what is alike written once and numbered from one: sessions, pools, goods, limit counters, coupons,
-- templates, groups; a batch holds a person once. Locks sessions (shared, against the cut-off), pools, templates, groups, coupons and
-- counters, each in the order sent, which is that of their ids. Then every order is decided in turn by arithmetic on what was read,
-- and what is accepted is written set by set.
-- A counter or a hold that another process made meanwhile is a unique violation: the caller settles such a batch order by order.
-- Outcomes: accepted, duplicate, mismatch, notStarted, ended, paused, stale, newCustomers, limit, soldOut, groupEnded, groupFull, inGroup,
-- coupon, budget, holds. `line_no` counts the order's lines from one; `room`, `most`, `had` are the facts of a refusal.
create or replace function admit_orders(
  p_at timestamptz, p_most_holds int,
  p_sessions text[], p_pools text[], p_goods jsonb, p_counter_keys text[], p_counter_subjects text[],
  p_coupons jsonb, p_templates text[], p_groups text[],
  p_id text[], p_resident text[], p_key text[], p_hash text[], p_session int[], p_business_day date[], p_pickup_day date[],
  p_city text[], p_point text[], p_route text[], p_warehouse text[], p_leader text[], p_attribution text[], p_items int[],
  p_summary text[], p_goods_fen bigint[], p_coupon_fen bigint[], p_contact text[], p_tail text[], p_remark text[],
  p_expires timestamptz[], p_limits jsonb[], p_new boolean[], p_group int[], p_opens jsonb[],
  p_lines int[], p_demands int[], p_uses int[],
  p_line_id text[], p_line_order int[], p_line_goods int[], p_line_ordered int[], p_line_fen bigint[], p_line_coupon bigint[],
  p_line_base bigint[], p_line_commission bigint[],
  p_demand_counter int[], p_demand_pieces int[], p_demand_max int[],
  p_use_coupon int[], p_use_template int[], p_use_fen bigint[])
returns table (outcome text, order_id text, line_no int, room int, most int, used int)
-- plans are made once, while tables may be empty: none of them may come to read a whole table
language plpgsql set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  n int := cardinality(p_id);
  r record;
  -- by session, pool, goods, counter, template, group, coupon
  cutoffs timestamptz[]; session_wrong text[];
  rooms int[]; taken int[] := array_fill(0, array[cardinality(p_pools)]);
  goods_wrong text[]; goods_pool int[]; is_seat boolean[];
  counted int[] := array_fill(0, array[cardinality(p_counter_keys)]);
  added int[] := array_fill(0, array[cardinality(p_counter_keys)]);
  budgets bigint[]; committed bigint[] := array_fill(0::bigint, array[cardinality(p_templates)]);
  seats int[]; seated int[] := array_fill(0, array[cardinality(p_groups)]);
  owners text[]; coupon_templates text[];
  -- by order
  ok boolean[] := array_fill(false, array[n]); said text[] := array_fill(null::text, array[n]); named text[] := array_fill(null::text, array[n]);
  at_line int[] := array_fill(null::int, array[n]); room_left int[] := array_fill(null::int, array[n]);
  most_each int[] := array_fill(null::int, array[n]); had_before int[] := array_fill(null::int, array[n]);
  numbers bigint[] := array_fill(0::bigint, array[n]); hold_no smallint[] := array_fill(null::smallint, array[n]);
  l int := 0; m int := 0; u int := 0; lines_to int; demands_to int; uses_to int;
  i int; j int; g int; c int; had int; expected int := 0; wrong text; accepted int[] := '{}';
begin
  for r in select x.no, s.state, s.opens_at, s.cutoff_at, s.paused_at from unnest(p_sessions) with ordinality x(id, no)
           cross join lateral (select * from sale_session s where s.id = x.id for share) s loop
    cutoffs[r.no] := r.cutoff_at;
    session_wrong[r.no] := case when r.state <> 'published' or p_at >= r.cutoff_at then 'ended' when p_at < r.opens_at then 'notStarted'
      when r.paused_at is not null then 'paused' end;
  end loop;
  for r in select x.no, p.quota - p.held - p.sold as room from unnest(p_pools) with ordinality x(id, no)
           cross join lateral (select * from stock_pool p where p.id = x.id for update) p loop
    rooms[r.no] := r.room;
  end loop;
  if cardinality(p_templates) > 0 then
    for r in select x.no, t.state, t.budget_fen - t.committed_fen as left_fen from unnest(p_templates) with ordinality x(id, no)
             cross join lateral (select * from coupon_template t where t.id = x.id for update) t loop
      budgets[r.no] := case when r.state in ('active', 'ended') then coalesce(r.left_fen, 9007199254740991) end;
    end loop;
  end if;
  if cardinality(p_groups) > 0 then
    for r in select x.no, g.size - g.taken as free, g.state = 'open' and g.expires_at > p_at as is_open from unnest(p_groups) with ordinality x(id, no)
             cross join lateral (select * from buyer_group g where g.id = x.id for update) g loop
      seats[r.no] := case when r.is_open then r.free end;
    end loop;
  end if;
  if p_coupons is not null then
    for r in select x.no, k.template_id, k.resident_id from jsonb_to_recordset(p_coupons) as x(no int, id text)
             cross join lateral (select * from coupon k where k.id = x.id and k.state = 'open' and k.starts_at <= p_at and k.expires_at > p_at for update) k loop
      owners[r.no] := r.resident_id;
      coupon_templates[r.no] := r.template_id;
    end loop;
  end if;
  for r in select x.no, k.quantity from unnest(p_counter_keys, p_counter_subjects) with ordinality x(key, subject, no)
           cross join lateral (select k.quantity from limit_count k where k.key = x.key and k.subject = x.subject for update) k loop
    counted[r.no] := r.quantity;
  end loop;

  for r in select x.no, x.pool, o.layer = 'group' as is_seat,
             case when o.id is null then 'stale' when p_at >= o.ends_at then 'ended' when p_at < o.starts_at then 'notStarted'
               when o.state = 'paused' or f.paused_at is not null then 'paused'
               when o.state <> 'active' or o.price_fen <> x.unit_price_fen or o.stock_pool_id <> p_pools[x.pool] then 'stale' end as wrong
           from jsonb_to_recordset(p_goods) as x(no int, offer_id text, pool int, unit_price_fen bigint)
           left join lateral (select * from offer o where o.id = x.offer_id limit 1) o on true
           left join lateral (select f.paused_at from flash_slot f where f.id = o.flash_slot_id limit 1) f on true loop
    goods_wrong[r.no] := r.wrong;
    goods_pool[r.no] := r.pool;
    is_seat[r.no] := r.is_seat;
  end loop;
  for r in select x.no, e.id, e.input_hash = x.hash as is_same from unnest(p_resident, p_key, p_hash) with ordinality x(resident, key, hash, no)
           cross join lateral (select e.id, e.input_hash from customer_order e where e.resident_id = x.resident and e.request_key = x.key limit 1) e loop
    said[r.no] := case when r.is_same then 'duplicate' else 'mismatch' end;
    named[r.no] := r.id;
  end loop;
  for r in select x.no, h.numbers from unnest(p_resident) with ordinality x(resident, no)
           cross join lateral (select bit_or(1::bigint << (e.hold_no - 1)) as numbers from customer_order e
                               where e.resident_id = x.resident and e.hold_no between 1 and 63 and e.state = 'pendingPayment' having count(*) > 0) h loop
    numbers[r.no] := r.numbers;
  end loop;
  if true = any(p_new) then
    for r in select x.no from unnest(p_resident, p_new) with ordinality x(resident, is_new, no)
             where x.is_new and exists (select 1 from customer_order e where e.resident_id = x.resident and e.state not in ('pendingPayment', 'cancelled')) loop
      said[r.no] := coalesce(said[r.no], 'newCustomers');
    end loop;
  end if;
  for r in select x.no from unnest(p_resident, p_group) with ordinality x(resident, place, no)
           where x.place > 0 and exists (select 1 from group_member e where e.group_id = p_groups[x.place] and e.resident_id = x.resident and e.state <> 'left') loop
    said[r.no] := coalesce(said[r.no], 'inGroup');
  end loop;

  for i in 1..n loop
    lines_to := l + p_lines[i];
    demands_to := m + p_demands[i];
    uses_to := u + p_uses[i];
    wrong := said[i];
    if wrong is null then
      wrong := session_wrong[p_session[i]];
      for j in l + 1..lines_to loop
        g := p_line_goods[j];
        exit when wrong is not null;
        wrong := coalesce(goods_wrong[g], case when is_seat[g] <> (p_group[i] > 0 or p_opens[i] is not null) then 'stale' end);
        if wrong is not null then at_line[i] := j - l; end if;
      end loop;
      if wrong is null then
        for j in m + 1..demands_to loop
          c := p_demand_counter[j];
          had := coalesce(counted[c] + added[c], 0);
          if had + p_demand_pieces[j] > p_demand_max[j] then
            wrong := 'limit';
            at_line[i] := j - m;
            most_each[i] := p_demand_max[j];
            had_before[i] := had;
            exit;
          end if;
        end loop;
      end if;
      if wrong is null then
        for j in l + 1..lines_to loop
          c := goods_pool[p_line_goods[j]];
          taken[c] := taken[c] + p_line_ordered[j];
          if taken[c] > rooms[c] and wrong is null then
            wrong := 'soldOut';
            at_line[i] := j - l;
            room_left[i] := rooms[c] - taken[c] + p_line_ordered[j];
          end if;
        end loop;
        if wrong is null and p_group[i] > 0 then
          c := p_group[i];
          wrong := case when seats[c] is null then 'groupEnded' when seats[c] <= seated[c] then 'groupFull' end;
        end if;
        if wrong is null then
          for j in u + 1..uses_to loop
            c := p_use_template[j];
            committed[c] := committed[c] + p_use_fen[j];
            if wrong is null then
              wrong := case when owners[p_use_coupon[j]] is distinct from p_resident[i] or coupon_templates[p_use_coupon[j]] <> p_templates[c] or budgets[c] is null then 'coupon'
                when committed[c] > budgets[c] then 'budget' end;
            end if;
          end loop;
          if wrong is null and numbers[i] > 0 and bit_count(numbers[i]::bit(64)) >= p_most_holds then
            wrong := 'holds';
            most_each[i] := p_most_holds;
            had_before[i] := bit_count(numbers[i]::bit(64));
          end if;
          if wrong is not null then
            for j in u + 1..uses_to loop committed[p_use_template[j]] := committed[p_use_template[j]] - p_use_fen[j]; end loop;
          end if;
        end if;
        if wrong is null then
          ok[i] := true;
          accepted := accepted || i;
          wrong := 'accepted';
          named[i] := p_id[i];
          for j in m + 1..demands_to loop
            c := p_demand_counter[j];
            if c > 0 then
              added[c] := added[c] + p_demand_pieces[j];
              expected := expected + p_demand_pieces[j];
            end if;
          end loop;
          if p_group[i] > 0 then seated[p_group[i]] := seated[p_group[i]] + 1; end if;
          for j in 0..62 loop
            hold_no[i] := j + 1;
            exit when numbers[i] & (1::bigint << j) = 0;
          end loop;
        else
          for j in l + 1..lines_to loop
            c := goods_pool[p_line_goods[j]];
            taken[c] := taken[c] - p_line_ordered[j];
          end loop;
        end if;
      end if;
      said[i] := wrong;
    end if;
    l := lines_to;
    m := demands_to;
    u := uses_to;
  end loop;

  if cardinality(accepted) > 0 then
    insert into customer_order (id, resident_id, request_key, input_hash, sale_session_id, business_day, pickup_day, city_id,
      pickup_point_id, route_id, warehouse_id, leader_id, attribution, state, item_count, summary, goods_fen, coupon_fen,
      payable_fen, contact_name, phone_tail, remark, placed_at, expires_at, limits, group_id, hold_no)
    select p_id[o], p_resident[o], p_key[o], p_hash[o], p_sessions[p_session[o]], p_business_day[o], p_pickup_day[o], p_city[o], p_point[o],
      p_route[o], p_warehouse[o], p_leader[o], p_attribution[o], 'pendingPayment', p_items[o], p_summary[o], p_goods_fen[o], p_coupon_fen[o],
      p_goods_fen[o] - p_coupon_fen[o], p_contact[o], p_tail[o], p_remark[o], p_at, least(p_expires[o], cutoffs[p_session[o]]), p_limits[o],
      coalesce(p_groups[p_group[o]], p_opens[o] ->> 'id'), hold_no[o]
    from unnest(accepted) o;

    insert into order_line (id, order_id, resident_id, leader_id, pickup_point_id, sale_session_id, pickup_day, offer_id,
      stock_pool_id, sku_id, product_id, supplier_id, category_id, name, spec, unit, picture, is_fresh, ordered,
      unit_price_fen, list_price_fen, goods_fen, coupon_fen, paid_fen, supply_price_fen, commission_rule_id,
      commission_rule_version, commission_bp, commission_base_fen, commission_fen)
    select x.id, p_id[x.o], p_resident[x.o], p_leader[x.o], p_point[x.o], p_sessions[p_session[x.o]], p_pickup_day[x.o], g.offer_id,
      p_pools[g.pool], g.sku_id, g.product_id, g.supplier_id, g.category_id, g.name, g.spec, g.unit, g.picture, g.is_fresh, x.ordered,
      g.unit_price_fen, g.list_price_fen, x.fen, x.coupon, x.fen - x.coupon, g.supply_price_fen, g.commission_rule_id,
      g.commission_rule_version, g.commission_bp, x.base, x.commission
    from unnest(p_line_id, p_line_order, p_line_goods, p_line_ordered, p_line_fen, p_line_coupon, p_line_base, p_line_commission)
        as x(id, o, goods, ordered, fen, coupon, base, commission)
    join jsonb_to_recordset(p_goods) as g(no int, offer_id text, pool int, sku_id text, product_id text, supplier_id text, category_id text,
        name text, spec text, unit text, picture text, is_fresh boolean, unit_price_fen bigint, list_price_fen bigint, supply_price_fen bigint,
        commission_rule_id text, commission_rule_version int, commission_bp int) on g.no = x.goods
    where ok[x.o];

    -- row by row, each by its key: a join planned while a table was small would read all of it when it is large
    for j in 1..cardinality(p_pools) loop
      if taken[j] > 0 then update stock_pool p set held = p.held + taken[j] where p.id = p_pools[j]; end if;
    end loop;
    with written as (
      insert into limit_count as k (key, subject, quantity)
      select x.key, x.subject, x.added from unnest(p_counter_keys, p_counter_subjects, added) as x(key, subject, added) where x.added > 0
      on conflict on constraint limit_count_pkey do update set quantity = k.quantity + excluded.quantity
      returning k.quantity)
    select coalesce(sum(w.quantity), 0) into had from written w;
    for j in 1..cardinality(added) loop
      if added[j] > 0 then expected := expected + counted[j]; end if;
    end loop;
    if had <> expected then raise unique_violation using message = 'a limit was counted elsewhere meanwhile'; end if;
    if p_coupons is not null then
      for r in select x.id, x.o, x.fen from jsonb_to_recordset(p_coupons) as x(id text, o int, fen bigint) where ok[x.o] loop
        update coupon k set state = 'held', order_id = p_id[r.o], amount_fen = r.fen where k.id = r.id;
      end loop;
      insert into coupon_share (order_line_id, coupon_id, funder, funder_id, amount_fen)
        select s.line_id, x.id, t.funder, t.funder_id, s.amount_fen
        from jsonb_to_recordset(p_coupons) as x(id text, o int, template text, shares jsonb)
        cross join lateral jsonb_to_recordset(x.shares) as s(line_id text, amount_fen bigint)
        cross join lateral (select t.funder, t.funder_id from coupon_template t where t.id = x.template limit 1) t where ok[x.o];
      for j in 1..cardinality(p_templates) loop
        if committed[j] > 0 then update coupon_template t set committed_fen = t.committed_fen + committed[j] where t.id = p_templates[j]; end if;
      end loop;
    end if;
    if cardinality(p_groups) > 0 or exists (select 1 from unnest(p_opens) x where x is not null) then
      insert into buyer_group (id, offer_id, flash_slot_id, sale_session_id, city_id, leader_id, opened_by, size, taken, state, opened_at, expires_at)
        select g.id, g.offer_id, g.flash_slot_id, p_sessions[x.session], x.city, g.leader_id, x.resident, g.size, 1, 'open', p_at, g.expires_at
        from unnest(p_resident, p_session, p_city, p_opens, ok) as x(resident, session, city, opens, ok)
        cross join lateral jsonb_to_record(x.opens) as g(id text, offer_id text, flash_slot_id text, leader_id text, size int, expires_at timestamptz)
        where x.ok and x.opens is not null;
      for j in 1..cardinality(p_groups) loop
        if seated[j] > 0 then update buyer_group g set taken = g.taken + seated[j] where g.id = p_groups[j]; end if;
      end loop;
      insert into group_member (order_id, group_id, resident_id, pieces, state, joined_at)
        select x.id, coalesce(p_groups[x.place], x.opens ->> 'id'), x.resident, x.items, 'held', p_at
        from unnest(p_id, p_resident, p_items, p_group, p_opens, ok) as x(id, resident, items, place, opens, ok)
        where x.ok and (x.place > 0 or x.opens is not null);
    end if;
    insert into outbox_event (type, subject_id, payload, at)
      select 'order.placed', p_id[o], jsonb_build_object('orderId', p_id[o]), p_at from unnest(accepted) o;
  end if;

  return query select * from unnest(said, named, at_line, room_left, most_each, had_before);
end $$;
