import "server-only";
import { z } from "zod";
import type { Prisma } from "#lib/generated/prisma/client";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { type Fen, fen, minus, negate, sum } from "#lib/kernel/money";
import { type Page, pageOf, readCursor } from "#lib/kernel/page";
import { Refusal } from "#lib/kernel/refusal";
import { dayFromDate } from "#lib/kernel/time";
import { type Db, prisma } from "#lib/platform/db";
import {
  type AccountCode,
  type AccountMove,
  type AccountRow,
  accounts,
  type Base,
  baseOf,
  type JournalRecord,
  type JournalRow,
  naturalSign,
  type Trial,
} from "./schema";

/** How the ledger shows who an owned account belongs to; the wiring's caller gives names, for the ledger knows no domain above it. */
export type Names = (ownerIds: string[]) => Promise<Map<string, string>>;
const nobody: Names = async () => new Map();

const naturally = (base: Base, signed: Fen): Fen => (naturalSign(base) === 1 ? signed : negate(signed));
const amount = z.coerce.bigint().transform((v) => fen(v));

/** Natural balances of whole bases (owned ones summed over their owners), derived from the postings. */
export async function platformBalances(db: Db, wanted: readonly Base[]): Promise<Partial<Record<Base, Fen>>> {
  const rows = z.array(z.object({ base: z.string(), total: amount })).parse(
    await db.$queryRaw`
      select a.base, coalesce(sum(p.amount_fen), 0)::text as total from account a left join posting p on p.account_id = a.id
      where a.base = any(${[...wanted]}) group by a.base`,
  );
  return Object.fromEntries(
    rows.flatMap((r) => {
      const base = baseOf(r.base);
      return base ? [[base, naturally(base, r.total)]] : [];
    }),
  );
}

const trialRow = z.object({ base: z.string(), owners: z.coerce.number(), debit: amount, credit: amount });

/** The trial balance, derived from every posting; the two sides are equal or something is broken. Refuses: forbidden. */
export async function trialBalance(actor: Actor): Promise<Trial> {
  authorise(actor, "ledger.see");
  const [rows, counts] = await Promise.all([
    prisma.$queryRaw`
      select a.base, count(distinct a.owner_id) as owners,
        coalesce(sum(p.amount_fen) filter (where p.amount_fen > 0), 0)::text as debit,
        coalesce(-sum(p.amount_fen) filter (where p.amount_fen < 0), 0)::text as credit
      from account a left join posting p on p.account_id = a.id group by a.base`,
    prisma.$queryRaw`
      select (select count(*) from journal) as journals, (select max(at) from journal) as last_at,
        (select count(*) from journal j where not exists (select 1 from journal_seal s where s.journal_id = j.id)) as unsealed`,
  ]);
  const byBase = new Map(
    z
      .array(trialRow)
      .parse(rows)
      .map((r) => [r.base, r]),
  );
  const [count] = z
    .array(z.object({ journals: z.coerce.number(), last_at: z.date().nullable(), unsealed: z.coerce.number() }))
    .parse(counts);
  const found = (Object.keys(accounts) as Base[]).flatMap((base) => {
    const r = byBase.get(base);
    return r
      ? [
          {
            base,
            kind: accounts[base].kind,
            owners: r.owners,
            debitFen: r.debit,
            creditFen: r.credit,
            balanceFen: naturally(base, minus(r.debit, r.credit)),
          },
        ]
      : [];
  });
  const debitFen = sum(found.map((r) => r.debitFen));
  const creditFen = sum(found.map((r) => r.creditFen));
  return {
    rows: found,
    debitFen,
    creditFen,
    differenceFen: minus(debitFen, creditFen),
    journals: count?.journals ?? 0,
    unsealed: count?.unsealed ?? 0,
    lastAt: count?.last_at ?? null,
  };
}

const withPostings = {
  postings: { include: { account: true } },
  seal: { select: { seq: true } },
} satisfies Prisma.JournalInclude;

const rowOf = (j: Prisma.JournalGetPayload<{ include: typeof withPostings }>): JournalRow => ({
  id: String(j.id),
  idemKey: j.idemKey,
  type: j.type,
  ref: j.ref,
  at: j.at,
  day: dayFromDate(j.businessDay),
  amountFen: sum(j.postings.filter((p) => p.amountFen > 0n).map((p) => fen(p.amountFen))),
  accounts: [...new Set(j.postings.map((p) => p.account.base))],
  isSealed: j.seal !== null,
});

/** Journals by number, in any order; whoever asks has been allowed to see them. */
export async function journalsById(ids: readonly string[]): Promise<JournalRow[]> {
  const rows = await prisma.journal.findMany({ where: { id: { in: ids.map(BigInt) } }, include: withPostings });
  return rows.map(rowOf);
}

/** One journal with its postings and its place in the chain, recomputed. Refuses: forbidden, notFound. */
export async function journalRecord(actor: Actor, id: string, names: Names = nobody): Promise<JournalRecord> {
  authorise(actor, "ledger.see");
  if (!/^\d{1,18}$/.test(id)) throw new Refusal("notFound");
  const j = await prisma.journal.findUnique({
    where: { id: BigInt(id) },
    include: { postings: { include: { account: true }, orderBy: { id: "asc" } }, seal: true },
  });
  if (!j) throw new Refusal("notFound");
  const known = await names(j.postings.flatMap((p) => (p.account.ownerId ? [p.account.ownerId] : [])));
  const [checked] = j.seal
    ? z.array(z.object({ holds: z.boolean() })).parse(
        await prisma.$queryRaw`
          select s.hash = encode(sha256(convert_to(s.prev_hash || journal_text(s.journal_id), 'UTF8')), 'hex') as holds from journal_seal s where s.journal_id = ${j.id}`,
      )
    : [];
  return {
    id: String(j.id),
    idemKey: j.idemKey,
    type: j.type,
    ref: j.ref,
    at: j.at,
    day: dayFromDate(j.businessDay),
    memo: j.memo,
    amountFen: sum(j.postings.filter((p) => p.amountFen > 0n).map((p) => fen(p.amountFen))),
    isSealed: j.seal !== null,
    postings: j.postings.map((p) => ({
      id: String(p.id),
      account: p.account.code,
      base: p.account.base as Base,
      ownerId: p.account.ownerId,
      ownerName: p.account.ownerId ? (known.get(p.account.ownerId) ?? null) : null,
      amountFen: fen(p.amountFen),
    })),
    seal: j.seal
      ? {
          seq: String(j.seal.seq),
          prevHash: j.seal.prevHash,
          hash: j.seal.hash,
          sealedAt: j.seal.sealedAt,
          holds: checked?.holds ?? false,
        }
      : null,
  };
}

/** The journals of one business object (an order, a statement, a withdrawal), oldest first; its caller has allowed the object itself. */
export async function journalsOf(ref: string): Promise<JournalRow[]> {
  const rows = await prisma.journal.findMany({
    where: { ref },
    include: withPostings,
    orderBy: { id: "asc" },
    take: 200,
  });
  return rows.map(rowOf);
}

const accountRow = z.object({ code: z.string(), base: z.string(), owner_id: z.string().nullable(), total: amount });

/** The accounts of one base with their balances, largest first. Refuses: forbidden, notFound (no such base). */
export async function accountsOf(actor: Actor, base: string, names: Names = nobody): Promise<AccountRow[]> {
  authorise(actor, "ledger.see");
  const known = baseOf(base);
  if (!known) throw new Refusal("notFound");
  const rows = z.array(accountRow).parse(
    await prisma.$queryRaw`
      select a.code, a.base, a.owner_id, coalesce(sum(p.amount_fen), 0)::text as total from account a left join posting p on p.account_id = a.id
      where a.base = ${known} group by a.id order by abs(coalesce(sum(p.amount_fen), 0)) desc, a.code limit 1000`,
  );
  const owners = await names(rows.flatMap((r) => (r.owner_id ? [r.owner_id] : [])));
  return rows.map((r) => ({
    code: r.code,
    base: known,
    ownerId: r.owner_id,
    ownerName: r.owner_id ? (owners.get(r.owner_id) ?? null) : null,
    balanceFen: naturally(known, r.total),
  }));
}

const moveRow = z.object({
  id: z.bigint(),
  journal_id: z.bigint(),
  type: z.string(),
  ref: z.string(),
  at: z.date(),
  amount_fen: amount,
});

/** One account's statement, newest first, with the balance after each movement. Refuses: forbidden, notFound. */
export async function accountStatement(
  actor: Actor,
  code: string,
  f: { cursor?: string | null; limit?: number } = {},
  names: Names = nobody,
): Promise<{ account: AccountRow; page: Page<AccountMove> }> {
  authorise(actor, "ledger.see");
  const base = baseOf(code);
  const account = base ? await prisma.account.findUnique({ where: { code } }) : null;
  if (base && base === code && !account && !("owned" in accounts[base])) {
    return {
      account: { code: base, base, ownerId: null, ownerName: null, balanceFen: fen(0) },
      page: { rows: [], nextCursor: null },
    };
  }
  if (!account || !base) throw new Refusal("notFound");
  const limit = f.limit ?? 50;
  const [key] = readCursor(f.cursor) ?? [];
  const before = typeof key === "string" && /^\d{1,18}$/.test(key) ? key : null;
  const [upTo] = z.array(z.object({ total: amount, whole: amount })).parse(
    await prisma.$queryRaw`
      select coalesce(sum(amount_fen) filter (where ${before === null} or id < ${before === null ? 0n : BigInt(before)}), 0)::text as total,
        coalesce(sum(amount_fen), 0)::text as whole from posting where account_id = ${account.id}`,
  );
  const rows = z.array(moveRow).parse(
    await prisma.$queryRaw`
      select p.id, p.journal_id, j.type, j.ref, j.at, p.amount_fen::text as amount_fen from posting p join journal j on j.id = p.journal_id
      where p.account_id = ${account.id} and (${before === null} or p.id < ${before === null ? 0n : BigInt(before)}) order by p.id desc limit ${limit + 1}`,
  );
  let running = upTo?.total ?? fen(0);
  const moves = rows.map((r) => {
    const after = running;
    running = minus(running, r.amount_fen);
    return {
      id: String(r.id),
      journalId: String(r.journal_id),
      type: r.type,
      ref: r.ref,
      at: r.at,
      amountFen: naturally(base, r.amount_fen),
      balanceFen: naturally(base, after),
    };
  });
  const owners = account.ownerId ? await names([account.ownerId]) : new Map<string, string>();
  return {
    account: {
      code: code as AccountCode,
      base,
      ownerId: account.ownerId,
      ownerName: account.ownerId ? (owners.get(account.ownerId) ?? null) : null,
      balanceFen: naturally(base, upTo?.whole ?? fen(0)),
    },
    page: pageOf(moves, limit, (m) => [m.id]),
  };
}
