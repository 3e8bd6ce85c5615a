"use client";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import {
  type Column,
  idColumn,
  momentColumn,
  nodeColumn,
  numberColumn,
  stateColumn,
  textColumn,
} from "#components/ui/columns";
import { StateBadge } from "#components/ui/state-badge";
import { DataTable, type ListProps } from "#components/ui/table";
import type { Day } from "#lib/kernel/time";
import type { LeaderRow } from "#lib/leaders/schema";
import { leaderKind } from "./leader-state";

export function LeaderTable({ today, ...props }: ListProps<LeaderRow> & { today: Day }) {
  const t = useTranslations("leaders");
  const columns = useMemo<Column<LeaderRow>[]>(
    () => [
      idColumn({ id: "name", head: t("name"), text: (l) => l.name, href: (l) => `/leaders/${l.id}`, sort: true }),
      textColumn({ id: "phone", head: t("phone"), text: (l) => l.phone, phone: "second" }),
      textColumn({ id: "city", head: t("city"), text: (l) => l.cityName }),
      textColumn({
        id: "points",
        head: t("points"),
        text: (l) =>
          l.points.length === 0 ? (
            <span className="text-warning-soft-foreground">{t("noPoints")}</span>
          ) : (
            l.points.map((p) => p.name).join("、")
          ),
        grow: true,
        width: 320,
      }),
      numberColumn({ id: "level", head: t("level"), value: (l) => l.level }),
      nodeColumn({
        id: "payable",
        head: t("payable"),
        node: (l) =>
          l.canBePaid ? (
            <span className="text-muted">{t("payableYes")}</span>
          ) : (
            <StateBadge kind="attention">{t("payableNo")}</StateBadge>
          ),
      }),
      stateColumn({
        id: "state",
        head: t("state"),
        kind: (l) => leaderKind[l.state],
        word: (l) => t(`states.${l.state}`),
      }),
      momentColumn({ id: "since", head: t("since"), at: (l) => l.createdAt, form: "day", today, sort: "desc" }),
    ],
    [t, today],
  );
  return (
    <DataTable
      {...props}
      label={t("list")}
      columns={columns}
      fieldLabels={{
        state: { word: (value) => t(`states.${value as LeaderRow["state"]}`) },
        phoneTail: t("phoneTail"),
        level: { word: (level) => t("levelOf", { level }) },
        payable: t("payableYes"),
      }}
      rowHref={(l) => `/leaders/${l.id}`}
      rowName={(l) => l.name}
    />
  );
}
