import "server-only";
import { z } from "zod";
import { type Fen, fen, negate, zero } from "#lib/kernel/money";
import { dateOf, dayOf } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import type { Db, Tx } from "#lib/platform/db";
import type { LossBearer } from "./rules";
import { type AccountCode, accounts, type Base, type JournalDraft } from "./schema";

type Bounds = {
  kind: string;
  base: Base;
  ownerId: string | null;
  cached: boolean;
  min: number | null;
  max: number | null;
};

/** Owned liabilities may not go into debit, owned assets not into credit; others are derived and unbounded here. */
function boundsOf(code: AccountCode): Bounds {
  const [base, ownerId = null] = code.split(":") as [Base, string?];
  const facts: { kind: string; owned?: true } = accounts[base];
  const cached = facts.owned === true;
  if (cached !== (ownerId !== null)) throw new Error(`account ${code} ${cached ? "needs an owner" : "has no owner"}`);
  return {
    kind: facts.kind,
    base,
    ownerId,
    cached,
    min: cached && facts.kind === "asset" ? 0 : null,
    max: cached && facts.kind === "liability" ? 0 : null,
  };
}

const idRow = z.object({ id: z.bigint(), code: z.string() });
const keyRow = z.object({ id: z.bigint(), idem_key: z.string() });

/**
 * Posts journals, set-based. A journal whose idemKey already stands is left alone: one business event, one journal.
 * Returns the keys that were new. Refuses: balanceTooLow (a bounded account would be overdrawn).
 */
export async function post(tx: Tx, ...journals: JournalDraft[]): Promise<Set<string>> {
  const wanted = journals.filter((j) => j.legs.length > 0);
  if (wanted.length === 0) return new Set();
  const codes = [...new Set(wanted.flatMap((j) => j.legs.map((l) => l.account)))].sort();
  const known = new Map<string, bigint>();
  const find = async () => {
    const missing = codes.filter((c) => !known.has(c));
    if (missing.length === 0) return;
    for (const r of z.array(idRow).parse(await tx.$queryRaw`select id, code from account where code = any(${missing})`))
      known.set(r.code, r.id);
  };
  await find();
  const missing = codes.filter((c) => !known.has(c));
  if (missing.length > 0) {
    const rows = missing.map((code) => ({ code, ...boundsOf(code) }));
    await tx.$executeRaw`
      insert into account (code, base, owner_id, kind, cached, min_fen, max_fen)
      select code, base, owner_id, kind::account_kind, cached, min_fen, max_fen
      from jsonb_to_recordset(${JSON.stringify(
        rows.map((r) => ({
          code: r.code,
          base: r.base,
          owner_id: r.ownerId,
          kind: r.kind,
          cached: r.cached,
          min_fen: r.min,
          max_fen: r.max,
        })),
      )}::jsonb) as x(code text, base text, owner_id text, kind text, cached boolean, min_fen bigint, max_fen bigint)
      on conflict (code) do nothing`;
    await find();
  }
  const at = now();
  const inserted = z.array(keyRow).parse(
    await tx.$queryRaw`
      insert into journal (idem_key, type, ref, at, business_day, memo)
      select idem_key, type, ref, ${at}, ${dateOf(dayOf(at))}::date, memo
      from jsonb_to_recordset(${JSON.stringify(
        wanted.map((j) => ({ idem_key: j.idemKey, type: j.type, ref: j.ref, memo: j.memo ?? null })),
      )}::jsonb) as x(idem_key text, type text, ref text, memo text)
      on conflict (idem_key) do nothing returning id, idem_key`,
  );
  const ids = new Map(inserted.map((r) => [r.idem_key, r.id]));
  const legs = wanted.flatMap((j) => {
    const id = ids.get(j.idemKey);
    return id === undefined ? [] : j.legs.map((l) => ({ j: String(id), a: String(known.get(l.account)), f: l.amount }));
  });
  if (legs.length > 0) {
    await tx.$executeRaw`
      insert into posting (journal_id, account_id, amount_fen)
      select j::bigint, a::bigint, f from jsonb_to_recordset(${JSON.stringify(legs)}::jsonb) as x(j text, a text, f bigint) order by a::bigint`;
  }
  return new Set(ids.keys());
}

/** A cached account's natural balance in fen (liabilities positive when owed), locked against concurrent posting. */
export async function lockedBalance(tx: Tx, code: AccountCode): Promise<Fen> {
  const found = z
    .array(z.object({ balance_fen: z.bigint() }))
    .parse(await tx.$queryRaw`select balance_fen from account where code = ${code} for update`);
  return natural(code, found[0] ? fen(found[0].balance_fen) : zero);
}

const natural = (code: AccountCode, signed: Fen): Fen => {
  const kind = accounts[code.split(":")[0] as Base].kind;
  return kind === "liability" || kind === "revenue" ? negate(signed) : signed;
};

/**
 * Who bears a loss, with the locked balance it is taken from first (a leader's available, a supplier's pending).
 * Warehouse, platform and customer fall to the platform.
 */
export async function bearerOf(
  tx: Tx,
  bearer: "supplier" | "warehouse" | "driver" | "leader" | "platform" | "customer",
  who: { supplierId: string; leaderId: string },
): Promise<LossBearer> {
  if (bearer === "leader")
    return { bearer, leaderId: who.leaderId, available: await lockedBalance(tx, `leaderAvailable:${who.leaderId}`) };
  if (bearer === "supplier")
    return {
      bearer,
      supplierId: who.supplierId,
      pending: await lockedBalance(tx, `supplierPending:${who.supplierId}`),
    };
  return bearer === "driver" ? { bearer } : { bearer };
}

/** Natural balances of owned (cached) accounts of one owner by base; 0 where none stands yet. */
export async function balancesOf(db: Db, ownerId: string): Promise<Partial<Record<Base, Fen>>> {
  const rows = await db.account.findMany({ where: { ownerId }, select: { code: true, base: true, balanceFen: true } });
  return Object.fromEntries(rows.map((r) => [r.base, natural(r.code as AccountCode, fen(r.balanceFen))]));
}
