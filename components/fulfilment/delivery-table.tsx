"use client";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import {
  type Column,
  dayColumn,
  idColumn,
  momentColumn,
  numberColumn,
  stateColumn,
  textColumn,
} from "#components/ui/columns";
import { DataTable, type ListProps } from "#components/ui/table";
import type { DeliveryRow } from "#lib/fulfilment/schema";
import { tailOf } from "#lib/kernel/ids";
import { deliveryKind } from "./delivery-state";

export function DeliveryTable(props: ListProps<DeliveryRow>) {
  const t = useTranslations("fulfilment");
  const columns = useMemo<Column<DeliveryRow>[]>(
    () => [
      idColumn({ id: "no", head: t("no"), text: (d) => tailOf(d.id), href: (d) => `/fulfilment/deliveries/${d.id}` }),
      textColumn({
        id: "point",
        head: t("point"),
        text: (d) => d.pointName,
        note: (d) => d.district,
        grow: true,
        phone: "second",
      }),
      textColumn({ id: "route", head: t("route"), text: (d) => d.routeName }),
      textColumn({ id: "leader", head: t("leader"), text: (d) => d.leaderName || null }),
      dayColumn({ id: "pickupDay", head: t("pickupDay"), day: (d) => d.pickupDay, sort: "desc" }),
      stateColumn({
        id: "state",
        head: t("state"),
        kind: (d) => (d.isLate && d.arrivedAt === null ? "attention" : deliveryKind[d.state]),
        word: (d) => t(`states.${d.state}`),
        after: (d) => (d.isLate ? t("late") : null),
      }),
      numberColumn({ id: "pieces", head: t("pieces"), value: (d) => d.pieces, sort: "desc" }),
      numberColumn({
        id: "differences",
        head: t("differences"),
        value: (d) => d.short + d.damaged,
        tone: (d) => (d.short + d.damaged > 0 ? "warning" : undefined),
      }),
      momentColumn({ id: "due", head: t("due"), at: (d) => d.dueAt }),
      momentColumn({ id: "arrivedAt", head: t("arrivedAt"), at: (d) => d.arrivedAt }),
      momentColumn({ id: "signedAt", head: t("signedAt"), at: (d) => d.signedAt, phone: "hidden" }),
    ],
    [t],
  );
  return (
    <DataTable
      {...props}
      label={t("deliveries")}
      columns={columns}
      fieldLabels={{
        state: { word: (value) => t(`states.${value as DeliveryRow["state"]}`) },
        goods: t("item"),
        noLeader: t("noLeader"),
      }}
      rowHref={(d) => `/fulfilment/deliveries/${d.id}`}
      rowName={(d) => d.pointName}
    />
  );
}
