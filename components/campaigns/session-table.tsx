"use client";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import {
  type Column,
  dayColumn,
  idColumn,
  momentColumn,
  nodeColumn,
  numberColumn,
  stateColumn,
  textColumn,
} from "#components/ui/columns";
import { WindowText } from "#components/ui/moment";
import { DataTable, type ListProps } from "#components/ui/table";
import { sessionPhase } from "#lib/campaigns/rules";
import type { SessionRow } from "#lib/campaigns/schema";
import type { Day } from "#lib/kernel/time";
import { phaseKind } from "./session-state";
import { SoldOf } from "./sold-of";

export function SessionTable({
  now,
  today,
  cities,
  ...props
}: ListProps<SessionRow> & { now: string; today: Day; cities: Record<string, string> }) {
  const t = useTranslations("campaigns");
  const columns = useMemo<Column<SessionRow>[]>(() => {
    const phase = (s: SessionRow) => sessionPhase(s, new Date(now));
    return [
      idColumn({ id: "name", head: t("name"), text: (s) => s.name, href: (s) => `/sessions/${s.id}` }),
      dayColumn({
        id: "businessDay",
        head: t("businessDay"),
        day: (s) => s.businessDay,
        today,
        phone: "second",
        sort: "desc",
      }),
      stateColumn({
        id: "state",
        head: t("state"),
        kind: (s) => phaseKind[phase(s)],
        word: (s) => t(`phases.${phase(s)}`),
      }),
      nodeColumn({
        id: "window",
        head: t("window"),
        node: (s) => <WindowText from={s.opensAt} to={s.cutoffAt} today={today} />,
      }),
      momentColumn({ id: "cutoffAt", head: t("cutoffAt"), at: (s) => s.cutoffAt, today, sort: true, spare: true }),
      textColumn({
        id: "cities",
        head: t("cities"),
        text: (s) => s.cityIds.map((c) => cities[c] ?? c).join("、"),
        grow: true,
      }),
      numberColumn({ id: "items", head: t("itemCount"), value: (s) => s.items }),
      numberColumn({ id: "slots", head: t("slotCount"), value: (s) => s.slots }),
      nodeColumn({
        id: "sold",
        head: t("soldOfQuota"),
        align: "right",
        phone: "figure",
        node: (s) => <SoldOf sold={s.sold} quota={s.quota} />,
      }),
    ];
  }, [t, now, today, cities]);
  return (
    <DataTable
      {...props}
      label={t("list")}
      columns={columns}
      fieldLabels={{
        state: { word: (value) => t(`sessionStates.${value as SessionRow["state"]}`) },
        opensAt: t("opensAt"),
        goods: t("goods"),
        createdAt: t("createdAt"),
      }}
      rowHref={(s) => `/sessions/${s.id}`}
      rowName={(s) => s.name}
    />
  );
}
