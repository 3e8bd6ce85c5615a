"use client";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { type Column, idColumn, momentColumn, nodeColumn, numberColumn, textColumn } from "#components/ui/columns";
import { ActionButton } from "#components/ui/form";
import { DataTable, type ListProps } from "#components/ui/table";
import type { FormAction } from "#lib/kernel/answer";
import type { EventRow } from "#lib/notifications/schema";

/** News not told yet, with the last error. `retry` is given to those who may. */
export function EventTable({ retry, ...props }: ListProps<EventRow> & { retry: FormAction | null }) {
  const t = useTranslations("system.jobs");
  const columns = useMemo<Column<EventRow>[]>(
    () => [
      idColumn({ id: "type", head: t("event"), text: (e) => e.type }),
      textColumn({ id: "subject", head: t("subject"), text: (e) => e.subjectId, phone: "second" }),
      momentColumn({ id: "at", head: t("at"), at: (e) => e.at }),
      numberColumn({ id: "attempts", head: t("attempts"), value: (e) => e.attempts, phone: "figure" }),
      nodeColumn({
        id: "lastError",
        head: t("lastError"),
        grow: true,
        node: (e) => <span className="block whitespace-pre-wrap break-words py-1.5">{e.lastError ?? "—"}</span>,
      }),
      ...(retry
        ? [
            nodeColumn<EventRow>({
              id: "retry",
              head: "",
              node: (e) =>
                e.attempts > 0 ? (
                  <ActionButton action={retry} values={{ id: e.id }} size="small">
                    {t("retry")}
                  </ActionButton>
                ) : null,
            }),
          ]
        : []),
    ],
    [t, retry],
  );
  return (
    <DataTable
      {...props}
      name="jobs"
      label={t("title")}
      columns={columns}
      rowName={(e) => `${e.type} ${e.subjectId}`}
    />
  );
}
