"use client";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { type Column, idColumn, momentColumn, nodeColumn, stateColumn, textColumn } from "#components/ui/columns";
import { ActionButton } from "#components/ui/form";
import { DataTable, type ListProps } from "#components/ui/table";
import type { FormAction } from "#lib/kernel/answer";
import type { MessageRow } from "#lib/notifications/schema";

const kindOf = { queued: "waiting", sent: "done", failed: "failed" } as const;

/** The outbox: to whom, what, and whether it left. `retry` is given to those who may. */
export function MessageTable({ retry, ...props }: ListProps<MessageRow> & { retry: FormAction | null }) {
  const t = useTranslations("system.messages");
  const columns = useMemo<Column<MessageRow>[]>(
    () => [
      momentColumn({ id: "createdAt", head: t("createdAt"), at: (m) => m.createdAt, phone: "figure" }),
      textColumn({ id: "channel", head: t("channel"), text: (m) => t(`channels.${m.channel}`) }),
      idColumn({
        id: "to",
        head: t("to"),
        text: (m) => (
          <>
            {m.recipientName ?? m.address}{" "}
            {m.recipientName && <span className="font-normal text-muted">{m.address}</span>}
          </>
        ),
      }),
      nodeColumn({
        id: "body",
        head: t("body"),
        grow: true,
        phone: "second",
        node: (m) => <span className="block whitespace-pre-wrap break-words py-1.5">{m.body}</span>,
      }),
      stateColumn({
        id: "state",
        head: t("state"),
        kind: (m) => (m.isLocal ? "frozen" : kindOf[m.state]),
        word: (m) => (m.isLocal ? t("states.local") : t(`states.${m.state}`)),
      }),
      textColumn({
        id: "lastError",
        head: t("lastError"),
        text: (m) => m.lastError,
        note: (m) => (m.attempts > 0 ? `${t("attempts")} ${m.attempts}` : null),
        width: 200,
        phone: "hidden",
      }),
      ...(retry
        ? [
            nodeColumn<MessageRow>({
              id: "retry",
              head: "",
              node: (m) =>
                m.state === "failed" ? (
                  <ActionButton action={retry} values={{ id: m.id }} size="small">
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
      label={t("title")}
      columns={columns}
      fieldLabels={{
        channel: { word: (value) => t(`channels.${value as MessageRow["channel"]}`) },
        state: { word: (value) => t(`states.${value as MessageRow["state"]}`) },
        sentAt: t("sentAt"),
        template: t("template"),
        attempts: t("attempts"),
        recipientKind: { label: t("recipientKind"), word: (value) => t(`kinds.${value as "leader"}`) },
      }}
      rowName={(m) => m.recipientName ?? m.address}
    />
  );
}
