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
import { StateBadge } from "#components/ui/state-badge";
import { DataTable, type ListProps } from "#components/ui/table";
import type { SupplierRow } from "#lib/suppliers/schema";
import { supplierKind, validityKind } from "./supplier-state";

export function SupplierTable(props: ListProps<SupplierRow>) {
  const t = useTranslations("suppliers");
  const columns = useMemo<Column<SupplierRow>[]>(
    () => [
      idColumn({
        id: "name",
        head: t("list.name"),
        text: (r) => r.name,
        href: (r) => `/suppliers/${r.id}`,
        sort: true,
      }),
      textColumn({ id: "type", head: t("list.type"), text: (r) => t(`subjectTypes.${r.subjectType}`) }),
      textColumn({
        id: "contact",
        head: t("list.contact"),
        text: (r) => r.contactName,
        note: (r) => r.phone,
        phone: "second",
        grow: true,
      }),
      stateColumn({
        id: "state",
        head: t("list.state"),
        kind: (r) => supplierKind[r.state],
        word: (r) => t(`states.${r.state}`),
      }),
      nodeColumn({
        id: "papers",
        head: t("list.papers"),
        node: (r) =>
          r.validity === "soon" || r.validity === "expired" ? (
            <StateBadge kind={validityKind[r.validity]}>{r.nextExpiry}</StateBadge>
          ) : (
            (r.nextExpiry ?? <span className="text-muted">—</span>)
          ),
      }),
      textColumn({
        id: "openClaims",
        head: t("list.claims"),
        text: (r) => (r.openClaims > 0 ? t("list.claimCount", { count: r.openClaims }) : "—"),
      }),
      moneyColumn({ id: "openClaimsFen", head: t("record.amount"), fen: (r) => r.openClaimsFen }),
      momentColumn({ id: "createdAt", head: t("list.since"), at: (r) => r.createdAt, form: "day", sort: "desc" }),
    ],
    [t],
  );
  return (
    <DataTable
      {...props}
      label={t("list.title")}
      columns={columns}
      fieldLabels={{
        state: { word: (value) => t(`states.${value as SupplierRow["state"]}`) },
        type: { word: (value) => t(`subjectTypes.${value as SupplierRow["subjectType"]}`) },
      }}
      rowHref={(r) => `/suppliers/${r.id}`}
      rowName={(r) => r.name}
    />
  );
}
