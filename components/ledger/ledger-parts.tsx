import { useTranslations } from "next-intl";
import { useCallback } from "react";
import { idColumn, momentColumn, moneyColumn, nodeColumn, numberColumn, textColumn } from "#components/ui/columns";
import { FactList } from "#components/ui/facts";
import { Lines } from "#components/ui/lines";
import { Money } from "#components/ui/money";
import { StateNote } from "#components/ui/state-badge";
import { LinkTabs } from "#components/ui/tabs";
import { tailOf } from "#lib/kernel/ids";
import { negate, yuan } from "#lib/kernel/money";
import {
  type AccountMove,
  type AccountRow,
  type Base,
  type JournalRecord,
  type PostingView,
  refKinds,
  type Trial,
  type TrialRow,
} from "#lib/ledger/schema";
import type zh from "#lib/words/ledger.zh";

type TypeKey = keyof typeof zh.types;

/** The word of a journal's type; one the words do not know reads as "other". The same function while the language stays. */
export function useTypeWord(): (type: string) => string {
  const t = useTranslations("ledger");
  return useCallback(
    (type) => (t.has(`types.${type as TypeKey}`) ? t(`types.${type as TypeKey}`) : t("otherType")),
    [t],
  );
}

const places: Record<string, (ref: string) => string> = {
  order: (ref) => `/orders/${ref}`,
  statement: (ref) => `/settlements/${ref}`,
  leader: (ref) => `/leaders/${ref}`,
  withdrawal: (ref) => `/payouts?view=all&peek=${ref}`,
};
/** Where a journal's document stands in the console; null where it has no page of its own. */
export const refHref = (type: string, ref: string): string | null => {
  const kind = refKinds[type];
  return kind ? (places[kind]?.(ref) ?? null) : null;
};

/** A journal's document by its tail, as people say it aloud (`whole` shows all of it), linked where it has a page. */
export function RefLink({ type, reference, whole }: { type: string; reference: string; whole?: boolean }) {
  const href = refHref(type, reference);
  const text = whole ? reference : tailOf(reference);
  return href ? (
    <a className="link" href={href} title={reference}>
      {text}
    </a>
  ) : (
    <span title={reference}>{text}</span>
  );
}

export function LedgerTabs({ current }: { current: "trial" | "journals" }) {
  const t = useTranslations("ledger.tabs");
  return (
    <LinkTabs
      label={t("label")}
      tabs={[
        { href: "/ledger", label: t("trial"), current: current === "trial" },
        { href: "/ledger/journals", label: t("journals"), current: current === "journals" },
      ]}
    />
  );
}

/** Both sides of everything, and whether they are equal. */
export function TrialNote({ trial }: { trial: Trial }) {
  const t = useTranslations("ledger");
  const amount = yuan(trial.differenceFen);
  return (
    <StateNote
      kind={trial.differenceFen === 0 ? "done" : "failed"}
      action={<span className="text-xs">{t("counts", { journals: trial.journals, unsealed: trial.unsealed })}</span>}
    >
      {trial.differenceFen === 0 ? t("balanced", { amount }) : t("unbalanced", { amount })}
    </StateNote>
  );
}

/** The trial balance: every account with what it turned over; both sides add up to the same. Every account opens its movements. */
export function TrialTable({ trial }: { trial: Trial }) {
  const t = useTranslations("ledger");
  return (
    <Lines<TrialRow & { id: string }>
      label={t("tabs.trial")}
      rows={trial.rows.map((r) => ({ ...r, id: r.base }))}
      columns={[
        idColumn({
          id: "account",
          head: t("account"),
          text: (r) => t(`accounts.${r.base}`),
          href: (r) => `/ledger/accounts/${r.base}`,
          foot: t("total"),
        }),
        textColumn({ id: "kind", head: t("kind"), text: (r) => t(`kinds.${r.kind}`) }),
        numberColumn({ id: "owners", head: t("owners"), value: (r) => (r.owners > 0 ? r.owners : null) }),
        moneyColumn({
          id: "debit",
          head: t("debit"),
          fen: (r) => r.debitFen,
          foot: <Money fen={trial.debitFen} size="strong" />,
        }),
        moneyColumn({
          id: "credit",
          head: t("credit"),
          fen: (r) => r.creditFen,
          foot: <Money fen={trial.creditFen} size="strong" />,
        }),
        moneyColumn({ id: "balance", head: t("balance"), fen: (r) => r.balanceFen }),
      ]}
    />
  );
}

const accountWord = (
  t: ReturnType<typeof useTranslations<"ledger">>,
  base: Base,
  ownerName: string | null,
  ownerId: string | null,
) => `${t(`accounts.${base}`)}${ownerId ? ` · ${ownerName ?? ownerId}` : ""}`;

/** A journal's postings: debits left, credits right, both adding up to the same. */
export function PostingLines({ journal }: { journal: JournalRecord }) {
  const t = useTranslations("ledger");
  const debit = (p: PostingView) => (p.amountFen > 0 ? p.amountFen : null);
  const credit = (p: PostingView) => (p.amountFen < 0 ? negate(p.amountFen) : null);
  return (
    <Lines<PostingView>
      label={t("postings")}
      rows={journal.postings}
      columns={[
        nodeColumn({
          id: "account",
          head: t("account"),
          grow: true,
          node: (p) => (
            <a className="link" href={`/ledger/accounts/${encodeURIComponent(p.account)}`}>
              {accountWord(t, p.base, p.ownerName, p.ownerId)}
            </a>
          ),
          foot: t("total"),
        }),
        moneyColumn({
          id: "debit",
          head: t("debitShort"),
          fen: debit,
          foot: <Money fen={journal.amountFen} size="strong" />,
        }),
        moneyColumn({
          id: "credit",
          head: t("creditShort"),
          fen: credit,
          foot: <Money fen={journal.amountFen} size="strong" />,
        }),
      ]}
    />
  );
}

/** Whether the journal still is what was sealed. */
export function SealPart({ journal }: { journal: JournalRecord }) {
  const t = useTranslations("ledger");
  if (!journal.seal) return <StateNote kind="waiting">{t("sealWaits")}</StateNote>;
  return (
    <div className="flex flex-col gap-3">
      <StateNote kind={journal.seal.holds ? "done" : "failed"}>
        {journal.seal.holds ? t("sealHolds", { seq: journal.seal.seq }) : t("sealBroken")}
      </StateNote>
      <FactList
        facts={[
          { label: t("prevHash"), value: <code className="text-xs break-all">{journal.seal.prevHash}</code> },
          { label: t("hash"), value: <code className="text-xs break-all">{journal.seal.hash}</code> },
        ]}
      />
    </div>
  );
}

/** The owners of one base with their balances. */
export function OwnerLines({ accounts }: { accounts: AccountRow[] }) {
  const t = useTranslations("ledger");
  return (
    <Lines<AccountRow & { id: string }>
      label={t("owner")}
      rows={accounts.map((a) => ({ ...a, id: a.code }))}
      columns={[
        idColumn({
          id: "owner",
          head: t("owner"),
          text: (a) => a.ownerName ?? a.ownerId,
          href: (a) => `/ledger/accounts/${encodeURIComponent(a.code)}`,
        }),
        textColumn({ id: "code", head: t("no"), text: (a) => a.ownerId, grow: true }),
        moneyColumn({ id: "balance", head: t("balance"), fen: (a) => a.balanceFen }),
      ]}
    />
  );
}

/** An account's movements, newest first, with the balance after each. */
export function MoveLines({ moves }: { moves: AccountMove[] }) {
  const t = useTranslations("ledger");
  const word = useTypeWord();
  return (
    <Lines<AccountMove>
      label={t("movements")}
      rows={moves}
      empty={t("movesEmpty")}
      columns={[
        idColumn({ id: "no", head: t("no"), text: (m) => m.journalId, href: (m) => `/ledger/journals/${m.journalId}` }),
        momentColumn({ id: "at", head: t("at"), at: (m) => m.at }),
        textColumn({ id: "type", head: t("type"), text: (m) => word(m.type) }),
        nodeColumn({ id: "ref", head: t("ref"), grow: true, node: (m) => <RefLink type={m.type} reference={m.ref} /> }),
        moneyColumn({ id: "amount", head: t("movement"), fen: (m) => m.amountFen, sign: true }),
        moneyColumn({ id: "balance", head: t("after"), fen: (m) => m.balanceFen }),
      ]}
    />
  );
}
