"use client";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { type Column, idColumn, moneyColumn, nodeColumn, stateColumn } from "#components/ui/columns";
import { DataTable, type ListProps } from "#components/ui/table";
import { dayText } from "#lib/kernel/time";
import type { StatementRow } from "#lib/settlement/schema";
import { statementKind, statementWord } from "./settlement-state";

/** Statements of all suppliers (console) or of one (its portal). */
export function StatementTable({
  base,
  ...props
}: ListProps<StatementRow> & { base: "/settlements" | "/supplier/statements" }) {
  const t = useTranslations("settlement");
  const columns = useMemo<Column<StatementRow>[]>(() => {
    const period = (s: StatementRow) => t("periodText", { from: dayText(s.fromDay), to: dayText(s.toDay) });
    const href = (s: StatementRow) => `${base}/${s.id}`;
    return [
      ...(base === "/settlements"
        ? [
            idColumn<StatementRow>({ id: "supplier", head: t("supplier"), text: (s) => s.supplierName, href }),
            nodeColumn<StatementRow>({ id: "period", head: t("period"), node: period, sort: "desc", phone: "second" }),
          ]
        : [idColumn<StatementRow>({ id: "period", head: t("period"), text: period, href, sort: "desc" })]),
      stateColumn({
        id: "state",
        head: t("state"),
        kind: (s) => (base !== "/settlements" && s.state === "sent" ? "mine" : statementKind(s)),
        word: (s) =>
          base !== "/settlements" && s.state === "sent" ? t("portal.waiting") : t(`states.${statementWord(s)}`),
      }),
      moneyColumn({ id: "opening", head: t("opening"), fen: (s) => s.openingFen, phone: "hidden" }),
      moneyColumn({ id: "receipts", head: t("receipts"), fen: (s) => s.receiptsFen, phone: "meta" }),
      moneyColumn({ id: "claims", head: t("claims"), fen: (s) => -s.claimsFen, phone: "meta" }),
      moneyColumn({ id: "adjustments", head: t("adjustments"), fen: (s) => s.adjustmentsFen, phone: "hidden" }),
      moneyColumn({
        id: "closingFen",
        head: t("closing"),
        fen: (s) => s.closingFen,
        sort: "desc",
      }),
    ];
  }, [t, base]);
  return (
    <DataTable
      {...props}
      label={t("title")}
      columns={columns}
      sum={t("closing")}
      fieldLabels={{
        state: { word: (value) => t(`states.${value as StatementRow["state"]}`) },
        createdAt: t("duties.made"),
        fromDay: t("fromDay"),
        period: t("toDay"),
        paidAt: t("duties.paid"),
        supplier: t("supplier"),
        paymentRef: t("bankRef"),
      }}
      canPeek={base === "/settlements"}
      rowHref={(s) => `${base}/${s.id}`}
      rowName={(s) => `${s.supplierName} ${s.toDay}`}
    />
  );
}
