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
import { DataTable, type ListProps } from "#components/ui/table";
import type { RunView } from "#lib/workbench/schema";
import { kindOfRun } from "./run-state";

export type NamedRun = RunView & { name: string };

/** Exports and bulk runs with how far they are, what stopped them and their files. */
export function RunTable(props: ListProps<NamedRun>) {
  const t = useTranslations("workbench");
  const columns = useMemo<Column<NamedRun>[]>(
    () => [
      idColumn({ id: "what", head: t("runs.what"), text: (r) => r.name }),
      stateColumn({
        id: "state",
        head: t("runs.state"),
        kind: (r) => kindOfRun[r.state],
        word: (r) => t(`states.${r.state}`),
      }),
      nodeColumn({
        id: "done",
        head: t("runs.progress"),
        align: "right",
        phone: "figure",
        node: (r) =>
          r.total === null
            ? r.done.toLocaleString("en-US")
            : `${r.done.toLocaleString("en-US")} / ${r.total.toLocaleString("en-US")}`,
      }),
      numberColumn({ id: "skipped", head: t("runs.skipped"), phone: "hidden", value: (r) => r.skipped }),
      numberColumn({
        id: "failed",
        head: t("runs.failed"),
        phone: "hidden",
        value: (r) => r.failed,
        tone: (r) => (r.failed > 0 ? "danger" : undefined),
      }),
      textColumn({ id: "requestedBy", head: t("runs.requestedBy"), phone: "second", text: (r) => r.requestedBy }),
      momentColumn({ id: "requestedAt", head: t("runs.requestedAt"), at: (r) => r.requestedAt }),
      momentColumn({ id: "finishedAt", head: t("runs.finishedAt"), phone: "hidden", at: (r) => r.finishedAt }),
      nodeColumn({
        id: "error",
        head: t("runs.why"),
        grow: true,
        node: (r) =>
          r.error ? (
            `${r.error} ${t("runs.stoppedAt", { done: r.done })}`
          ) : r.file ? (
            <a href={r.file.href} download={r.file.name} className="text-accent-soft-foreground hover:underline">
              {r.file.name}
            </a>
          ) : null,
      }),
    ],
    [t],
  );
  return <DataTable {...props} label={t("runs.title")} columns={columns} canPeek rowName={(r) => r.name} />;
}
