"use client";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import {
  type Column,
  dayColumn,
  idColumn,
  momentColumn,
  moneyColumn,
  numberColumn,
  textColumn,
} from "#components/ui/columns";
import { DataTable, type ListProps } from "#components/ui/table";
import type { LineRow } from "#lib/analytics/schema/lines";

/** The order lines behind a number. */
export function LineTable(props: ListProps<LineRow>) {
  const t = useTranslations("explore");
  const columns = useMemo<Column<LineRow>[]>(
    () => [
      idColumn({ id: "id", head: t("lines.order"), text: (l) => l.orderNo, href: (l) => `/orders/${l.orderId}` }),
      textColumn({ id: "product", head: t("heads.product"), text: (l) => l.product, note: (l) => l.spec, grow: true }),
      textColumn({ id: "supplier", head: t("heads.supplier"), text: (l) => l.supplierName }),
      textColumn({ id: "leader", head: t("heads.leader"), text: (l) => l.leaderName }),
      momentColumn({ id: "paidAt", head: t("lines.paidAt"), at: (l) => l.paidAt }),
      dayColumn({ id: "pickupDay", head: t("basis.pickup"), day: (l) => l.pickupDay }),
      numberColumn({ id: "pieces", head: t("metric.pieces"), value: (l) => l.pieces }),
      moneyColumn({ id: "paidFen", head: t("metric.gmvFen"), fen: (l) => l.paidFen, sort: "desc" }),
      moneyColumn({ id: "refundedFen", head: t("metric.refundFen"), fen: (l) => l.refundedFen }),
      moneyColumn({ id: "costFen", head: t("metric.costFen"), fen: (l) => l.costFen }),
      moneyColumn({ id: "commissionFen", head: t("metric.commissionFen"), fen: (l) => l.commissionFen }),
    ],
    [t],
  );
  return (
    <DataTable
      {...props}
      label={t("lines.title")}
      columns={columns}
      sum={t("metric.gmvFen")}
      rowHref={(l) => `/orders/${l.orderId}`}
      rowName={(l) => `${l.orderNo} ${l.product}`}
    />
  );
}
