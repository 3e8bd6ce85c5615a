"use client";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { type Column, idColumn, momentColumn, nodeColumn, numberColumn, textColumn } from "#components/ui/columns";
import { ConfirmButton } from "#components/ui/confirm-dialog";
import { ActionButton } from "#components/ui/form";
import { DataTable, type ListProps } from "#components/ui/table";
import type { FormAction } from "#lib/kernel/answer";
import type { EventRow } from "#lib/notifications/schema";

type EventDeeds = { tellAgain: FormAction; setAside: FormAction; takeBack: FormAction };

/** News not told yet, with the last error, and what was set aside. `deeds` are given to those who may. */
export function EventTable({ deeds, ...props }: ListProps<EventRow> & { deeds: EventDeeds | null }) {
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
      ...(deeds
        ? [nodeColumn<EventRow>({ id: "deeds", head: "", node: (e) => <Deeds event={e} deeds={deeds} /> })]
        : []),
    ],
    [t, deeds],
  );
  return <DataTable {...props} label={t("title")} columns={columns} rowName={(e) => `${e.type} ${e.subjectId}`} />;
}

function Deeds({ event, deeds }: { event: EventRow; deeds: EventDeeds }) {
  const t = useTranslations("system.jobs");
  const values = { id: event.id };
  if (event.setAsideAt)
    return (
      <ActionButton action={deeds.takeBack} values={values} size="small">
        {t("takeBack")}
      </ActionButton>
    );
  if (event.attempts === 0) return null;
  return (
    <span className="flex gap-2">
      <ActionButton action={deeds.tellAgain} values={values} size="small">
        {t("retry")}
      </ActionButton>
      <ConfirmButton
        label={t("setAside")}
        size="small"
        action={deeds.setAside}
        values={values}
        confirmation={{
          title: t("setAsideTitle"),
          text: t("setAsideText"),
          verb: t("setAsideVerb"),
          tone: "danger",
          reason: "required",
        }}
      />
    </span>
  );
}
