import "server-only";
import { initials, pinyin } from "#lib/kernel/pinyin";
import type { Day } from "#lib/kernel/time";
import type { Db } from "#lib/platform/db";
import { dayNumber, folded, gramsOf, isDated, type SearchKind, tokenOf } from "./rules";

/**
 * A record as it is found. `names` are also found by initials and whole pinyin, `goods` by initials, `also` only as written.
 * `day` (Asia/Shanghai) is needed for kinds that are dated.
 */
export type Findable = {
  kind: SearchKind;
  id: string;
  cityIds: string[];
  supplierId: string | null;
  day: Day | null;
  names: string[];
  goods: string[];
  also: string[];
};

function entryOf(f: Findable) {
  const typed = [...f.names.map(initials), ...f.goods.map(initials), ...f.names.map(pinyin)];
  const text = [...new Set([...f.names, ...f.goods, ...f.also, ...typed].map(folded))].filter(Boolean).join(" ");
  const day = isDated(f.kind) && f.day ? f.day : null;
  const number = day ? dayNumber(day) : 0;
  return {
    kind: f.kind,
    id: f.id,
    city_ids: f.cityIds,
    supplier_id: f.supplierId,
    day,
    text,
    grams: gramsOf(text).map((gram) => tokenOf(gram, number)),
  };
}

/** Makes the records findable, or findable anew. */
export async function enter(tx: Db, records: readonly Findable[]): Promise<void> {
  if (records.length === 0) return;
  await tx.$executeRaw`
    insert into search_entry as e (kind, id, city_ids, supplier_id, day, text, grams)
    select kind, id, city_ids, supplier_id, day, text, grams
    from jsonb_to_recordset(${JSON.stringify(records.map(entryOf))}::jsonb)
      as r(kind text, id text, city_ids text[], supplier_id text, day date, text text, grams int[])
    order by kind, id
    on conflict (kind, id) do update set city_ids = excluded.city_ids, supplier_id = excluded.supplier_id, day = excluded.day,
      text = excluded.text, grams = excluded.grams
      where (e.city_ids, e.supplier_id, e.day, e.text) is distinct from (excluded.city_ids, excluded.supplier_id, excluded.day, excluded.text)`;
}

/** Forgets records that are no more. */
export async function forget(tx: Db, kind: SearchKind, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.searchEntry.deleteMany({ where: { kind, id: { in: [...ids] } } });
}
