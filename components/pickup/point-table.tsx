"use client";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { type Column, idColumn, stateColumn, textColumn } from "#components/ui/columns";
import { DataTable, type ListProps } from "#components/ui/table";
import type { PointListRow } from "#lib/pickup/schema";
import { standingKind, standingWord } from "./point-state";

export function PointTable({ manyCities, ...props }: ListProps<PointListRow> & { manyCities: boolean }) {
  const t = useTranslations("pickup");
  const columns = useMemo<Column<PointListRow>[]>(
    () => [
      idColumn({ id: "name", head: t("name"), text: (p) => p.name, href: (p) => `/points/${p.id}`, sort: true }),
      ...(manyCities ? [textColumn<PointListRow>({ id: "city", head: t("city"), text: (p) => p.cityName })] : []),
      textColumn({ id: "district", head: t("district"), text: (p) => p.district, phone: "second", sort: true }),
      textColumn({ id: "address", head: t("address"), text: (p) => p.address, grow: true, width: 260 }),
      textColumn({ id: "route", head: t("route"), text: (p) => p.routeName }),
      textColumn({ id: "leader", head: t("leader"), text: (p) => p.leaderName }),
      stateColumn({ id: "state", head: t("state"), kind: standingKind, word: (p) => t(standingWord(p)) }),
    ],
    [t, manyCities],
  );
  return (
    <DataTable
      {...props}
      label={t("list")}
      columns={columns}
      fieldLabels={{
        state: { word: (value) => t(`states.${value as PointListRow["state"]}`) },
        withLeader: t("withLeader"),
        opensAt: t("opensAt"),
        closesAt: t("closesAt"),
        createdAt: t("createdAt"),
      }}
      rowHref={(p) => `/points/${p.id}`}
      rowName={(p) => p.name}
    />
  );
}
