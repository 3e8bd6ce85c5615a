"use client";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { type Column, idColumn, momentColumn, numberColumn, stateColumn, textColumn } from "#components/ui/columns";
import { DataTable, type ListProps } from "#components/ui/table";
import type { ApplicationRow } from "#lib/suppliers/schema";
import { applicationKind } from "./supplier-state";

export function ApplicationTable(props: ListProps<ApplicationRow>) {
  const t = useTranslations("suppliers");
  const columns = useMemo<Column<ApplicationRow>[]>(
    () => [
      idColumn({
        id: "name",
        head: t("applications.name"),
        text: (r) => r.name || t("applications.unnamed"),
        href: (r) => `/suppliers/applications/${r.id}`,
      }),
      textColumn({ id: "type", head: t("list.type"), text: (r) => t(`subjectTypes.${r.subjectType}`) }),
      textColumn({
        id: "contact",
        head: t("list.contact"),
        text: (r) => r.contactName || "—",
        note: (r) => r.phone,
        phone: "second",
        grow: true,
      }),
      stateColumn({
        id: "state",
        head: t("list.state"),
        kind: (r) => applicationKind[r.state],
        word: (r) => t(`applicationStates.${r.state}`),
      }),
      numberColumn({ id: "round", head: t("applications.round"), value: (r) => r.round }),
      textColumn({ id: "judged", head: t("applications.judged"), text: (r) => `${r.judged} / ${r.items}` }),
      momentColumn({ id: "submittedAt", head: t("applications.submittedAt"), at: (r) => r.submittedAt }),
      momentColumn({ id: "answerBy", head: t("applications.answerBy"), at: (r) => r.answerBy }),
      momentColumn({
        id: "changedAt",
        head: t("applications.changedAt"),
        at: (r) => r.changedAt,
        sort: true,
        spare: true,
      }),
    ],
    [t],
  );
  return (
    <DataTable
      {...props}
      label={t("applications.title")}
      columns={columns}
      fieldLabels={{
        type: { word: (value) => t(`subjectTypes.${value as ApplicationRow["subjectType"]}`) },
        decidedAt: t("applications.decidedAt"),
      }}
      rowHref={(r) => `/suppliers/applications/${r.id}`}
      rowName={(r) => r.name}
    />
  );
}
