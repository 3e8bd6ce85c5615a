"use client";
import { useLocale, useTranslations } from "next-intl";
import { useMemo } from "react";
import { type Column, idColumn, momentColumn, textColumn } from "#components/ui/columns";
import { DataTable, type ListProps } from "#components/ui/table";
import { actorWords, deedWords, subjectWords, valueWords } from "#lib/words/deeds";
import { changesOf, type TimelineFact } from "./changes";

export type AuditRow = TimelineFact & { subjectType: string; subjectId: string; origin: string | null };

/** The log as a list: who, what, to what; the preview holds before and after. */
export function AuditTable(props: ListProps<AuditRow>) {
  const t = useTranslations("system.audit");
  const locale = useLocale();
  const columns = useMemo<Column<AuditRow>[]>(
    () => [
      momentColumn({ id: "at", head: t("at"), at: (e) => e.at, phone: "figure" }),
      idColumn({ id: "who", head: t("who"), text: (e) => actorWords(e, locale) }),
      textColumn({ id: "did", head: t("did"), text: (e) => deedWords(e.deed, locale), phone: "second" }),
      textColumn({
        id: "subject",
        head: t("subject"),
        text: (e) => subjectWords(e.subjectType, locale),
        note: (e) => e.subjectId,
        width: 280,
      }),
      textColumn({
        id: "changes",
        head: t("changes"),
        grow: true,
        text: (e) =>
          changesOf(e.before, e.after, locale)
            .slice(0, 3)
            .map((c) => `${c.field} ${c.before ?? ""}${e.before ? " → " : ""}${c.after ?? ""}`)
            .join(locale === "en" ? "; " : "；") || null,
      }),
      textColumn({
        id: "reason",
        head: t("reason"),
        text: (e) => e.reason && valueWords(e.reason, locale),
        width: 200,
        phone: "hidden",
      }),
    ],
    [t, locale],
  );
  return (
    <DataTable
      {...props}
      label={t("title")}
      columns={columns}
      fieldLabels={{
        kind: { label: t("kind"), word: (value) => t(`kinds.${value as "operator"}`) },
        actorId: t("actorId"),
        deed: t("deed"),
        subjectId: t("subjectId"),
        origin: t("origin"),
      }}
      canPeek
      rowName={(e) => `${actorWords(e, locale)} ${deedWords(e.deed, locale)}`}
    />
  );
}
