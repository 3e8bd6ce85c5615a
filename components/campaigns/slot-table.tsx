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
import { slotPhase } from "#lib/campaigns/rules";
import type { SlotRow } from "#lib/campaigns/schema";
import type { Day } from "#lib/kernel/time";
import { slotKind } from "./session-state";
import { SoldOf } from "./sold-of";

export function SlotTable({ now, today, ...props }: ListProps<SlotRow> & { now: string; today: Day }) {
  const t = useTranslations("campaigns");
  const columns = useMemo<Column<SlotRow>[]>(() => {
    const phase = (s: SlotRow) => slotPhase(s, new Date(now));
    return [
      idColumn({ id: "name", head: t("name"), text: (s) => s.name, href: (s) => `/flash/${s.id}` }),
      textColumn({ id: "kind", head: t("slotKind"), text: (s) => t(`slotKinds.${s.kind}`) }),
      stateColumn({
        id: "state",
        head: t("state"),
        kind: (s) => slotKind[phase(s)],
        word: (s) => t(`slotPhases.${phase(s)}`),
      }),
      dayColumn({ id: "businessDay", head: t("businessDay"), day: (s) => s.businessDay, today, phone: "second" }),
      nodeColumn({
        id: "window",
        head: t("flash.window"),
        node: (s) => <WindowText from={s.startsAt} to={s.endsAt} today={today} />,
      }),
      momentColumn({
        id: "startsAt",
        head: t("flash.startsAt"),
        at: (s) => s.startsAt,
        today,
        sort: true,
        spare: true,
      }),
      textColumn({ id: "session", head: t("session"), text: (s) => s.sessionName, grow: true }),
      numberColumn({ id: "items", head: t("itemCount"), value: (s) => s.items }),
      nodeColumn({
        id: "sold",
        head: t("soldOfQuota"),
        align: "right",
        phone: "figure",
        node: (s) => <SoldOf sold={s.sold} quota={s.quota} />,
      }),
    ];
  }, [t, now, today]);
  return (
    <DataTable
      {...props}
      label={t("flash.title")}
      columns={columns}
      fieldLabels={{
        state: { word: (value) => t(`slotPhases.${value === "published" ? "scheduled" : (value as "draft")}`) },
        kind: { word: (value) => t(`slotKinds.${value as SlotRow["kind"]}`) },
        startsAt: t("flash.startsAt"),
        endsAt: t("flash.endsAt"),
        goods: t("goods"),
        paused: t("pausedAt"),
        series: t("series"),
      }}
      rowHref={(s) => `/flash/${s.id}`}
      rowName={(s) => s.name}
    />
  );
}
