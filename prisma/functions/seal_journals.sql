-- Seals up to p_limit journals into the hash chain: hash = sha256(prev_hash || journal_text). One sealer at a time;
-- journals are taken by id, and one that commits late simply comes later in the chain. Returns how many were sealed.
create or replace function seal_journals(p_at timestamptz, p_limit int) returns int language plpgsql as $$
declare
  head text;
  place bigint;
  done int := 0;
  one record;
begin
  perform pg_advisory_xact_lock(hashtext('seal_journals'));
  select s.hash, s.seq into head, place from journal_seal s order by s.seq desc limit 1;
  head := coalesce(head, repeat('0', 64));
  place := coalesce(place, 0);
  for one in
    select j.id from journal j where not exists (select 1 from journal_seal s where s.journal_id = j.id) order by j.id limit p_limit
  loop
    place := place + 1;
    insert into journal_seal (journal_id, seq, prev_hash, hash, sealed_at)
    values (one.id, place, head, encode(sha256(convert_to(head || journal_text(one.id), 'UTF8')), 'hex'), p_at)
    returning hash into head;
    done := done + 1;
  end loop;
  return done;
end $$;
