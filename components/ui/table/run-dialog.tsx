"use client";
import { useTranslations } from "next-intl";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { ActionAnswer } from "#lib/kernel/answer";
import type { ListActions, RunView } from "#lib/workbench/schema";
import { Button } from "../button";
import { Dialog } from "../dialog";
import { Form, SubmitButton } from "../form";
import { StateNote } from "../state-badge";
import { toast } from "../toast";
import type { BulkRun } from "./props";
import { isMoving, RunStatus, Skips, useFocusKept, useRun } from "./run-status";

type Answer = ActionAnswer & { run?: RunView };

/** What it needs → dry run → confirm → progress → result. Closing the dialog does not stop a run that was confirmed. */
export function RunDialog({
  op,
  list,
  query,
  ids,
  actions,
  onEnded,
  onClose,
}: {
  op: BulkRun;
  list: string;
  /** Everything that matches it; null for `ids`. */
  query: string | null;
  ids: string[];
  actions: ListActions;
  /** Rows were changed: the list is old. */
  onEnded: () => void;
  onClose: () => void;
}) {
  const t = useTranslations("ui.list");
  const ta = useTranslations("ui.actions");
  const [run, setRun] = useRun(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const kept = useFocusKept(run?.state ?? "");
  const began = useRef(false);

  async function taken(call: Promise<Answer>): Promise<Answer> {
    const answer = await call;
    if (answer.ok && answer.run) setRun(answer.run);
    return answer;
  }
  const check = (values: Record<string, string>) =>
    taken(actions.checkBulk({ list, operation: op.key, query, ids, values }));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it opens
  useEffect(() => {
    if (op.fields || began.current) return;
    began.current = true;
    check({}).then((answer) => setRefusal(answer.ok ? null : answer.message));
  }, []);

  const isEnded = run !== null && !isMoving(run) && run.state !== "checked" && run.state !== "cancelled";
  const ended = useEffectEvent(onEnded);
  useEffect(() => {
    if (isEnded) ended();
  }, [isEnded]);

  const isUnconfirmed = run?.state === "checking" || run?.state === "checked";
  function close() {
    if (run && isUnconfirmed) void actions.cancelRun(run.id);
    else if (run && isMoving(run)) toast(t("export.goesOn"), { kind: "progress" });
    onClose();
  }

  return (
    <Dialog open onOpenChange={close} title={op.label}>
      <div {...kept}>
        {refusal ? (
          <StateNote kind="failed">{refusal}</StateNote>
        ) : run === null ? (
          op.fields ? (
            <Form
              guard={false}
              submit={t("run.check")}
              action={(_previous, form) =>
                check(Object.fromEntries([...form].map(([name, value]) => [name, String(value)])))
              }
            >
              {op.fields}
            </Form>
          ) : (
            <p role="status" className="text-muted">
              {t("run.checking")}…
            </p>
          )
        ) : run.state === "checked" ? (
          <Confirm op={op} run={run} start={() => taken(actions.startBulk(run.id))} onCancel={close} />
        ) : (
          <RunStatus run={run} actions={actions} onRun={setRun}>
            <Button onClick={close}>{isMoving(run) && !isUnconfirmed ? t("export.background") : ta("close")}</Button>
          </RunStatus>
        )}
      </div>
    </Dialog>
  );
}

function Confirm({
  op,
  run,
  start,
  onCancel,
}: {
  op: BulkRun;
  run: RunView;
  start: () => Promise<Answer>;
  onCancel: () => void;
}) {
  const t = useTranslations("ui.list.run");
  const ta = useTranslations("ui.actions");
  const [typed, setTyped] = useState("");
  const count = Math.max(0, (run.total ?? 0) - run.skipped);
  const isAmount = run.amountFen !== null && run.amountFen !== undefined;
  const wanted = op.money ? String(isAmount ? Math.trunc((run.amountFen ?? 0) / 100) : count) : null;
  return (
    <Form action={start} submit={null} guard={false}>
      <p role="status">
        {count === 0
          ? t("noneChange", { skipped: run.skipped })
          : run.skipped === 0
            ? t("allChange", { change: count })
            : t("summary", { change: count, skipped: run.skipped })}
      </p>
      <Skips skips={run.skips} />
      {wanted !== null && count > 0 && (
        <label className="flex flex-col gap-1.5">
          <span>{t(isAmount ? "typeAmount" : "typeCount", { amount: wanted })}</span>
          <input
            className="control text-lg"
            inputMode="numeric"
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </label>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>{ta("cancel")}</Button>
        {count > 0 && (
          <SubmitButton
            tone={op.tone === "danger" ? "danger-fill" : "primary"}
            disabled={wanted !== null && typed.trim().replaceAll(",", "") !== wanted}
          >
            {t("confirm", { verb: op.label, count })}
          </SubmitButton>
        )}
      </div>
    </Form>
  );
}
