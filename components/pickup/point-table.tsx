"use client";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { type Column, idColumn, nodeColumn, stateColumn, textColumn } from "#components/ui/columns";
import { DataTable, type ListProps } from "#components/ui/table";
import type { PointRow } from "#lib/pickup/schema";
import { standingKind, standingWord } from "./point-state";

export function PointTable({
  leaders,
  manyCities,
  ...props
}: ListProps<PointRow> & { leaders: Record<string, string>; manyCities: boolean }) {
  const t = useTranslations("pickup");
  const columns = useMemo<Column<PointRow>[]>(
    () => [
      idColumn({ id: "name", head: t("name"), text: (p) => p.name, href: (p) => `/points/${p.id}` }),
      ...(manyCities ? [textColumn<PointRow>({ id: "city", head: t("city"), text: (p) => p.cityName })] : []),
      textColumn({ id: "district", head: t("district"), text: (p) => p.district, phone: "second" }),
      textColumn({ id: "address", head: t("address"), text: (p) => p.address, grow: true, width: 260 }),
      textColumn({ id: "route", head: t("route"), text: (p) => p.routeName }),
      nodeColumn({
        id: "leader",
        head: t("leader"),
        node: (p) => (p.leaderId ? (leaders[p.leaderId] ?? "—") : <span className="text-muted">—</span>),
      }),
      stateColumn({ id: "state", head: t("state"), kind: standingKind, word: (p) => t(standingWord(p)) }),
    ],
    [t, leaders, manyCities],
  );
  return (
    <DataTable
      {...props}
      name="points"
      label={t("list")}
      columns={columns}
      rowHref={(p) => `/points/${p.id}`}
      rowName={(p) => p.name}
    />
  );
}
