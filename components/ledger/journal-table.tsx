"use client";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import {
  type Column,
  idColumn,
  momentColumn,
  moneyColumn,
  nodeColumn,
  stateColumn,
  textColumn,
} from "#components/ui/columns";
import { DataTable, type ListProps } from "#components/ui/table";
import { type Base, baseOf, type JournalRow } from "#lib/ledger/schema";
import { RefLink, useTypeWord } from "./ledger-parts";

/** Every journal of the books. */
export function JournalTable(props: ListProps<JournalRow>) {
  const t = useTranslations("ledger");
  const word = useTypeWord();
  const columns = useMemo<Column<JournalRow>[]>(
    () => [
      idColumn({ id: "no", head: t("no"), text: (j) => j.id, href: (j) => `/ledger/journals/${j.id}` }),
      momentColumn({ id: "at", head: t("at"), at: (j) => j.at, phone: "second" }),
      textColumn({ id: "type", head: t("type"), text: (j) => word(j.type) }),
      nodeColumn({ id: "ref", head: t("ref"), node: (j) => <RefLink type={j.type} reference={j.ref} /> }),
      textColumn({
        id: "touched",
        head: t("touched"),
        grow: true,
        text: (j) =>
          j.accounts
            .flatMap((a) => {
              const base = baseOf(a);
              return base ? [t(`accounts.${base}`)] : [];
            })
            .join(" · "),
      }),
      stateColumn({
        id: "sealed",
        head: t("seal"),
        kind: (j) => (j.isSealed ? "done" : "waiting"),
        word: (j) => (j.isSealed ? t("sealed") : t("unsealed")),
      }),
      moneyColumn({ id: "amount", head: t("amount"), fen: (j) => j.amountFen }),
    ],
    [t, word],
  );
  return (
    <DataTable
      {...props}
      label={t("journals")}
      columns={columns}
      fieldLabels={{
        type: { word },
        touched: { word: (value) => t(`accounts.${value as Base}`) },
        day: t("day"),
        key: t("key"),
        memo: t("memo"),
      }}
      rowHref={(j) => `/ledger/journals/${j.id}`}
      rowName={(j) => j.id}
    />
  );
}
