import "server-only";
import { Prisma } from "#lib/generated/prisma/client";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { csvYuan } from "#lib/kernel/csv";
import { dateOf, momentText } from "#lib/kernel/time";
import { defineList, sheetOf } from "#lib/platform/list";
import { messages } from "#lib/words/index";
import { journalsById } from "./queries";
import { baseOf, type JournalRow, journalGroups, journalListSpec, refKinds } from "./schema";

const typesOf = (kinds: readonly string[]) =>
  Object.keys(refKinds).filter((type) => kinds.includes(refKinds[type] ?? ""));
const inPostings = (test: Prisma.Sql) =>
  Prisma.sql`exists (select 1 from posting p join account a on a.id = p.account_id where p.journal_id = j.id and ${test})`;

export const journalList = defineList<Actor, JournalRow, typeof journalListSpec>({
  name: "journals",
  spec: journalListSpec,
  from: Prisma.sql`journal j`,
  id: Prisma.sql`j.id`,
  scope(actor) {
    authorise(actor, "ledger.see");
    return [];
  },
  views: Object.fromEntries(
    Object.entries(journalGroups).flatMap(([view, kinds]) =>
      kinds ? [[view, Prisma.sql`j.type = any(${typesOf(kinds)})`]] : [],
    ),
  ),
  fields: {
    type: Prisma.sql`j.type`,
    account: (match) => inPostings(Prisma.sql`(${match(Prisma.sql`a.code`)} or ${match(Prisma.sql`a.base`)})`),
    touched: (match) => inPostings(match(Prisma.sql`a.base`)),
    day: Prisma.sql`j.business_day`,
    at: Prisma.sql`j.at`,
    amount: Prisma.sql`(select sum(p.amount_fen) from posting p where p.journal_id = j.id and p.amount_fen > 0)`,
    ref: Prisma.sql`j.ref`,
    key: Prisma.sql`j.idem_key`,
    memo: Prisma.sql`j.memo`,
  },
  narrow: ({ fromDay, toDay }) => [
    ...(fromDay ? [Prisma.sql`j.business_day >= ${dateOf(fromDay)}::date`] : []),
    ...(toDay ? [Prisma.sql`j.business_day <= ${dateOf(toDay)}::date`] : []),
  ],
  sorts: { no: { by: Prisma.sql`j.id`, type: "bigint" } },
  search: (text) =>
    Prisma.sql`(j.ref = ${text} or j.idem_key = ${text} ${/^\d{1,18}$/.test(text) ? Prisma.sql`or j.id = ${BigInt(text)}` : Prisma.empty})`,
  load: journalsById,
  sheet: sheetOf<JournalRow>((locale) => {
    const t = messages(locale).ledger;
    return {
      no: [t.no, (j) => j.id],
      at: [t.at, (j) => momentText(j.at)],
      day: [t.day, (j) => j.day],
      type: [t.type, (j) => t.types[j.type as keyof typeof t.types] ?? j.type],
      ref: [t.ref, (j) => j.ref],
      key: [t.key, (j) => j.idemKey],
      touched: [
        t.touched,
        (j) =>
          j.accounts
            .flatMap((code) => baseOf(code) ?? [])
            .map((base) => t.accounts[base])
            .join(" · "),
      ],
      sealed: [t.seal, (j) => (j.isSealed ? t.sealed : t.unsealed)],
      amount: [t.amount, (j) => csvYuan(j.amountFen)],
    };
  }),
});
