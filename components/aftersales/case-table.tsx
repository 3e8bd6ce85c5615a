"use client";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { type Column, idColumn, momentColumn, moneyColumn, stateColumn, textColumn } from "#components/ui/columns";
import { DataTable, type ListProps } from "#components/ui/table";
import type { CaseRow } from "#lib/aftersales/schema";
import { caseKind } from "./case-state";

const hrefOf = (c: CaseRow) => `/aftersales/${c.id}`;

export function CaseTable(props: ListProps<CaseRow>) {
  const t = useTranslations("aftersales");
  const columns = useMemo<Column<CaseRow>[]>(
    () => [
      idColumn({ id: "order", head: t("order"), text: (c) => c.orderNo, href: hrefOf }),
      textColumn({
        id: "goods",
        head: t("item"),
        text: (c) => c.name,
        note: (c) => `${c.spec} × ${c.quantity}`,
        grow: true,
        phone: "second",
      }),
      textColumn({ id: "customer", head: t("customer"), text: (c) => c.residentName, note: (c) => c.phoneTail }),
      textColumn({ id: "reason", head: t("reason"), text: (c) => t(`reasons.${c.reason}`) }),
      stateColumn({
        id: "state",
        head: t("state"),
        kind: (c) => (c.isOverdue ? "attention" : caseKind[c.state]),
        word: (c) => (c.isOverdue ? t("overdue") : t(`states.${c.state}`)),
        after: (c) => (c.isAutomatic ? t("views.automatic") : null),
      }),
      textColumn({
        id: "responsible",
        head: t("responsible"),
        text: (c) => (c.responsible ? t(`parties.${c.responsible}`) : null),
      }),
      textColumn({ id: "supplier", head: t("supplier"), text: (c) => c.supplierName }),
      textColumn({ id: "leader", head: t("leader"), text: (c) => c.leaderName }),
      momentColumn({ id: "createdAt", head: t("reported"), at: (c) => c.createdAt, sort: "desc" }),
      momentColumn({ id: "dueAt", head: t("dueAt"), at: (c) => c.dueAt, sort: true }),
      moneyColumn({ id: "requestedFen", head: t("asked"), fen: (c) => c.requestedFen, sort: "desc" }),
      moneyColumn({ id: "approvedFen", head: t("granted"), fen: (c) => c.approvedFen }),
    ],
    [t],
  );
  return (
    <DataTable
      {...props}
      label={t("list")}
      columns={columns}
      sum={t("asked")}
      fieldLabels={{
        state: { word: (value) => t(`states.${value as CaseRow["state"]}`) },
        reason: { word: (value) => t(`reasons.${value as CaseRow["reason"]}`) },
        responsible: { word: (value) => t(`parties.${value as NonNullable<CaseRow["responsible"]>}`) },
        decidedAt: t("decidedAt"),
        quantity: t("quantity"),
        automatic: t("views.automatic"),
        byLeader: t("byLeader"),
        withPhoto: t("withPhoto"),
        description: t("description"),
      }}
      rowHref={hrefOf}
      rowName={(c) => `${c.orderNo} ${c.name}`}
    />
  );
}
