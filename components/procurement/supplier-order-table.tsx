"use client";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import {
  type Column,
  dayColumn,
  idColumn,
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

export function SupplierOrderTable(props: ListProps<PurchaseRow>) {
  const t = useTranslations("procurement");
  const columns = useMemo<Column<PurchaseRow>[]>(
    () => [
      idColumn({ id: "no", head: t("no"), text: (p) => tailOf(p.id), href: (p) => `/supplier/orders/${p.id}` }),
      dayColumn({ id: "pickupDay", head: t("pickupDay"), day: (p) => p.pickupDay, sort: "desc" }),
      textColumn({ id: "warehouse", head: t("warehouse"), text: (p) => p.warehouseName, grow: true, phone: "second" }),
      nodeColumn({
        id: "unload",
        head: t("unload"),
        sort: true,
        node: (p) => <WindowText from={p.unloadFromAt} to={p.unloadToAt} />,
      }),
      stateColumn({
        id: "state",
        head: t("state"),
        kind: (p) => purchaseKind[p.state],
        word: (p) => t(`states.${p.state}`),
      }),
      numberColumn({ id: "pieces", head: t("pieces"), value: (p) => p.pieces }),
      numberColumn({
        id: "missing",
        head: t("missing"),
        value: (p) => p.missing,
        tone: (p) => (p.missing > 0 ? "warning" : undefined),
      }),
      moneyColumn({ id: "total", head: t("total"), fen: (p) => p.totalFen, sort: "desc" }),
    ],
    [t],
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
        issuedAt: t("issuedAt"),
        receivedAt: t("receivedAt"),
        goods: t("item"),
      }}
      rowHref={(p) => `/supplier/orders/${p.id}`}
      rowName={(p) => tailOf(p.id)}
    />
  );
}
