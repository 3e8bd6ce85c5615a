"use client";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { type Column, idColumn, momentColumn, stateColumn, textColumn } from "#components/ui/columns";
import { DataTable, type ListProps } from "#components/ui/table";
import type { Day } from "#lib/kernel/time";
import type { ApplicationRow } from "#lib/leaders/schema";
import { applicationKind } from "./leader-state";

export function ApplicationTable({ today, ...props }: ListProps<ApplicationRow> & { today: Day }) {
  const t = useTranslations("leaders");
  const columns = useMemo<Column<ApplicationRow>[]>(
    () => [
      idColumn({ id: "name", head: t("name"), text: (a) => a.name, href: (a) => `/leaders/applications/${a.id}` }),
      textColumn({ id: "phone", head: t("phone"), text: (a) => a.phone, phone: "second" }),
      textColumn({ id: "point", head: t("app.point"), text: (a) => a.pointName }),
      textColumn({
        id: "address",
        head: t("app.address"),
        text: (a) => `${a.cityName} ${a.district} ${a.address}`,
        grow: true,
        width: 320,
      }),
      stateColumn({
        id: "state",
        head: t("state"),
        kind: (a) => applicationKind[a.state],
        word: (a) => t(`app.states.${a.state}`),
      }),
      momentColumn({ id: "at", head: t("app.at"), at: (a) => a.createdAt, today, sort: true }),
      momentColumn({ id: "decidedAt", head: t("app.decidedAt"), at: (a) => a.decidedAt, today }),
    ],
    [t, today],
  );
  return (
    <DataTable
      {...props}
      label={t("app.list")}
      columns={columns}
      fieldLabels={{ phoneTail: t("phoneTail"), district: t("app.district"), fromMiniProgram: t("app.viaMini") }}
      rowHref={(a) => `/leaders/applications/${a.id}`}
      rowName={(a) => a.name}
    />
  );
}
