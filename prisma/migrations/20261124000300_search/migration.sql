create table search_entry (
  kind text not null,
  id text not null,
  city_ids text[],
  supplier_id text,
  day date,
  text text not null,
  grams integer[],
  constraint search_entry_pkey primary key (kind, id)
);
create index search_entry_kind_day_idx on search_entry (kind, day);
-- no list of pending entries: every search would have to read it through
create index search_entry_grams on search_entry using gin (grams) with (fastupdate = off);

create table search_mark (
  name text not null,
  mark text not null,
  constraint search_mark_pkey primary key (name)
);

-- A supplier is also found by the whole phone number.
create index supplier_phone_index_idx on supplier (phone_index);
