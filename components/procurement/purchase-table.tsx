"use client";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import {
  type Column,
  dayColumn,
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
import { tailOf } from "#lib/kernel/ids";
import type { PurchaseRow } from "#lib/procurement/schema";
import { purchaseKind } from "./purchase-state";

export function PurchaseTable({ late, ...props }: ListProps<PurchaseRow> & { late: string[] }) {
  const t = useTranslations("procurement");
  const columns = useMemo<Column<PurchaseRow>[]>(
    () => [
      idColumn({ id: "no", head: t("no"), text: (p) => tailOf(p.id), href: (p) => `/fulfilment/purchases/${p.id}` }),
      textColumn({ id: "supplier", head: t("supplier"), text: (p) => p.supplierName, grow: true, phone: "second" }),
      textColumn({ id: "warehouse", head: t("warehouse"), text: (p) => p.warehouseName }),
      dayColumn({ id: "pickupDay", head: t("pickupDay"), day: (p) => p.pickupDay, sort: "desc" }),
      stateColumn({
        id: "state",
        head: t("state"),
        kind: (p) => (late.includes(p.id) ? "attention" : purchaseKind[p.state]),
        word: (p) => t(`states.${p.state}`),
        after: (p) => (late.includes(p.id) ? t("late") : null),
      }),
      nodeColumn({
        id: "unload",
        head: t("unload"),
        sort: true,
        node: (p) => <WindowText from={p.unloadFromAt} to={p.unloadToAt} />,
      }),
      numberColumn({ id: "pieces", head: t("pieces"), value: (p) => p.pieces }),
      numberColumn({ id: "accepted", head: t("accepted"), value: (p) => p.accepted }),
      numberColumn({
        id: "missing",
        head: t("missing"),
        value: (p) => p.missing,
        tone: (p) => (p.missing > 0 ? "warning" : undefined),
      }),
      moneyColumn({ id: "total", head: t("total"), fen: (p) => p.totalFen, sort: "desc" }),
      momentColumn({ id: "issuedAt", head: t("issuedAt"), at: (p) => p.issuedAt, sort: "desc", phone: "hidden" }),
    ],
    [t, late],
  );
  return (
    <DataTable
      {...props}
      label={t("title")}
      columns={columns}
      sum={t("total")}
      fieldLabels={{
        state: { word: (value) => t(`states.${value as PurchaseRow["state"]}`) },
        acceptedFen: t("acceptedFen"),
        receivedAt: t("receivedAt"),
        goods: t("item"),
      }}
      rowHref={(p) => `/fulfilment/purchases/${p.id}`}
      rowName={(p) => tailOf(p.id)}
    />
  );
}
