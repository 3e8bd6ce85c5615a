-- What the chain seals of a journal: a JSON array whose order never changes.
create or replace function journal_text(p_id bigint) returns text language sql stable as $$
  select json_build_array(
    j.id, j.idem_key, j.type, j.ref, to_char(j.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    to_char(j.business_day, 'YYYY-MM-DD'), j.memo,
    (select json_agg(json_build_array(a.code, p.amount_fen) order by p.id)
     from posting p join account a on a.id = p.account_id where p.journal_id = j.id))::text
  from journal j where j.id = p_id
$$;
