"use client";
import { useLocale, useTranslations } from "next-intl";
import { useMemo } from "react";
import {
  type Column,
  idColumn,
  momentColumn,
  moneyColumn,
  nodeColumn,
  numberColumn,
  stateColumn,
  textColumn,
} from "#components/ui/columns";
import { WindowText } from "#components/ui/moment";
import { DataTable, type ListProps } from "#components/ui/table";
import type { Day } from "#lib/kernel/time";
import type { TemplateRow } from "#lib/promotions/schema/coupons";
import { worthWords } from "#lib/words/coupons";
import { BudgetBar } from "./budget-bar";
import { templateKind } from "./coupon-state";

export function TemplateTable({ today, ...props }: ListProps<TemplateRow> & { today: Day }) {
  const t = useTranslations("promotions");
  const locale = useLocale();
  const columns = useMemo<Column<TemplateRow>[]>(
    () => [
      idColumn({ id: "name", head: t("name"), text: (r) => r.name, href: (r) => `/coupons/${r.id}` }),
      textColumn({ id: "worth", head: t("worth"), text: (r) => worthWords(r, locale), grow: true, phone: "second" }),
      stateColumn({
        id: "state",
        head: t("state"),
        kind: (r) => templateKind[r.state],
        word: (r) => t(`states.${r.state}`),
      }),
      textColumn({
        id: "funder",
        head: t("funder"),
        text: (r) => t(`funders.${r.funder}`),
        note: (r) => r.funderName,
      }),
      textColumn({ id: "grant", head: t("grant"), text: (r) => t(`grants.${r.grant}`) }),
      textColumn({
        id: "claimed",
        head: t("claimed"),
        text: (r) => (r.quota === null ? String(r.claimed) : `${r.claimed} / ${r.quota}`),
      }),
      numberColumn({ id: "used", head: t("used"), value: (r) => r.used }),
      nodeColumn({
        id: "budget",
        head: t("budget"),
        node: (r) => <BudgetBar committedFen={r.committedFen} budgetFen={r.budgetFen} />,
      }),
      moneyColumn({ id: "committedFen", head: t("committed"), fen: (r) => r.committedFen, sort: "desc", spare: true }),
      nodeColumn({
        id: "window",
        head: t("claimWindow"),
        node: (r) => <WindowText from={r.claimFrom} to={r.claimTo} today={today} />,
      }),
      momentColumn({ id: "claimTo", head: t("claimTo"), at: (r) => r.claimTo, today, sort: true, spare: true }),
      momentColumn({ id: "createdAt", head: t("createdAt"), at: (r) => r.createdAt, today, sort: "desc", spare: true }),
    ],
    [t, locale, today],
  );
  return (
    <DataTable
      {...props}
      label={t("title")}
      columns={columns}
      fieldLabels={{
        state: { word: (value) => t(`states.${value as TemplateRow["state"]}`) },
        kind: { label: t("kind"), word: (value) => t(`kinds.${value as TemplateRow["kind"]}`) },
        grant: { word: (value) => t(`grants.${value as TemplateRow["grant"]}`) },
        funder: { word: (value) => t(`funders.${value as TemplateRow["funder"]}`) },
        budgetFen: t("budget"),
        claimFrom: t("claimFrom"),
      }}
      rowHref={(r) => `/coupons/${r.id}`}
      rowName={(r) => r.name}
    />
  );
}
