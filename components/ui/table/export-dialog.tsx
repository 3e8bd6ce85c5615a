"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { ListActions } from "#lib/workbench/schema";
import { Button } from "../button";
import { Dialog } from "../dialog";
import { RadioCards, TextField } from "../fields";
import { Form } from "../form";
import { toast } from "../toast";
import { countText } from "./labels";
import type { Total } from "./props";
import { isMoving, RunStatus, useFocusKept, useRun } from "./run-status";

const xlsxRows = 50_000;

/** Format, columns, rows; then progress and the file in the same place, or in the background. */
export function ExportDialog({
  list,
  query,
  ids,
  columns,
  total,
  canReveal,
  actions,
  onClose,
}: {
  list: string;
  query: string;
  /** The rows chosen, if any and not all. */
  ids: readonly string[];
  /** The columns shown now. */
  columns: string[];
  total: Total;
  canReveal: boolean;
  actions: ListActions;
  onClose: () => void;
}) {
  const t = useTranslations("ui.list.export");
  const ta = useTranslations("ui.actions");
  const [run, setRun] = useRun(null);
  const kept = useFocusKept(run?.state ?? "");
  const [isChosen, setChosen] = useState(ids.length > 0);
  const count = isChosen ? ids.length : total.count;
  const isTooMany = count > xlsxRows;
  function close() {
    if (run && isMoving(run)) toast(t("goesOn"), { kind: "progress" });
    onClose();
  }
  return (
    <Dialog open onOpenChange={close} title={t("title")}>
      <div {...kept}>
        {run ? (
          <RunStatus run={run} actions={actions} onRun={setRun}>
            <Button onClick={close}>{isMoving(run) ? t("background") : ta("close")}</Button>
          </RunStatus>
        ) : (
          <Form
            guard={false}
            submit={t("start")}
            action={async (_previous, form) => {
              const reason = String(form.get("reason") ?? "").trim();
              const answer = await actions.startExport({
                list,
                query,
                format: form.get("format") === "xlsx" ? "xlsx" : "csv",
                columns: form.get("columns") === "all" ? [] : columns,
                ...(isChosen ? { ids: [...ids] } : {}),
                ...(reason ? { reason } : {}),
              });
              if (answer.ok && answer.run) setRun(answer.run);
              return answer;
            }}
          >
            {ids.length === 0 && <p>{t("matching", { count: countText(total) })}</p>}
            {ids.length > 0 && (
              <RadioCards
                name="rows"
                label={t("rows")}
                defaultValue="chosen"
                onChoose={(value) => setChosen(value === "chosen")}
                options={[
                  { value: "chosen", label: t("chosen", { count: ids.length }) },
                  {
                    value: "matching",
                    label: t("matching", { count: countText(total) }),
                  },
                ]}
              />
            )}
            <RadioCards
              name="format"
              label={t("format")}
              hint={isTooMany ? t("tooMany", { count }) : undefined}
              defaultValue="csv"
              options={[
                { value: "csv", label: t("csv") },
                { value: "xlsx", label: t("xlsx"), disabled: isTooMany },
              ]}
            />
            <RadioCards
              name="columns"
              label={t("columns")}
              defaultValue="visible"
              options={[
                { value: "visible", label: t("visible") },
                { value: "all", label: t("all") },
              ]}
            />
            {canReveal && (
              <TextField name="reason" label={t("reveal")} hint={t("revealHint")} required={false} maxLength={300} />
            )}
          </Form>
        )}
      </div>
    </Dialog>
  );
}
