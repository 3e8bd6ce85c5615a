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
  stateColumn,
  textColumn,
} from "#components/ui/columns";
import { DataTable, type ListProps } from "#components/ui/table";
import type { OrderRow, OrderState } from "#lib/orders/schema";
import { kindOf } from "./order-state";

export function OrderTable(props: ListProps<OrderRow>) {
  const t = useTranslations("orders");
  const columns = useMemo<Column<OrderRow>[]>(
    () => [
      idColumn({ id: "no", head: t("no"), text: (o) => o.no, href: (o) => `/orders/${o.id}` }),
      textColumn({
        id: "customer",
        head: t("customer"),
        text: (o) => o.contactName,
        note: (o) => o.phoneTail,
        phone: "second",
      }),
      textColumn({ id: "goods", head: t("goods"), text: (o) => o.summary, grow: true }),
      numberColumn({ id: "itemCount", head: t("itemCount"), value: (o) => o.itemCount, spare: true }),
      textColumn({ id: "leader", head: t("leader"), text: (o) => o.leaderName, spare: true }),
      textColumn({ id: "point", head: t("point"), text: (o) => o.pointName, note: (o) => o.district }),
      stateColumn({
        id: "state",
        head: t("state"),
        kind: (o) => (o.afterSaleOpen ? "attention" : kindOf[o.state]),
        word: (o) => (o.afterSaleOpen ? t("afterSaleOpen") : t(`states.${o.state}`)),
      }),
      dayColumn({ id: "businessDay", head: t("businessDay"), day: (o) => o.businessDay, spare: true }),
      dayColumn({ id: "pickupDay", head: t("pickupDay"), day: (o) => o.pickupDay }),
      momentColumn({ id: "placedAt", head: t("placedAt"), at: (o) => o.placedAt, sort: "desc" }),
      momentColumn({ id: "paidAt", head: t("paidAt"), at: (o) => o.paidAt, spare: true }),
      moneyColumn({ id: "payableFen", head: t("payable"), fen: (o) => o.payableFen, sort: "desc" }),
      moneyColumn({ id: "refundedFen", head: t("refunded"), fen: (o) => o.refundedFen, spare: true, phone: "hidden" }),
    ],
    [t],
  );
  return (
    <DataTable
      {...props}
      label={t("list")}
      columns={columns}
      sum={t("payable")}
      fieldLabels={{
        state: { word: (value) => t(`states.${value as OrderState}`) },
        contactName: t("customer"),
        phoneTail: t("phoneTail"),
        remark: t("remark"),
        paid: t("paidOnly"),
        refunded: t("refundedOnly"),
      }}
      canPeek
      rowHref={(o) => `/orders/${o.id}`}
      rowName={(o) => o.no}
    />
  );
}
