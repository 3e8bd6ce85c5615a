"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useEffectEvent } from "react";
import { Button } from "#components/ui/button";
import { RunStatus, useRun } from "#components/ui/table/run-status";
import type { ListActions, RunView } from "#lib/workbench/schema";

/** A run beside the list of runs: its progress, result and what may be done with it. Read anew with `key={state}`. */
export function RunPeek({
  run: first,
  actions,
}: {
  run: RunView;
  actions: Pick<ListActions, "cancelRun" | "retryRun" | "undoRun">;
}) {
  const [run, setRun] = useRun(first);
  const router = useRouter();
  const t = useTranslations("workbench.runs");
  const changed = useEffectEvent(() => {
    if (run && run.state !== first.state) router.refresh();
  });
  useEffect(() => {
    if (run?.state) changed();
  }, [run?.state]);
  if (!run) return null;
  const stop = async () => {
    const answer = await actions.cancelRun(run.id);
    if (answer.ok) setRun({ ...run, state: "cancelled" });
  };
  return (
    <RunStatus run={run} actions={actions} onRun={setRun}>
      {run.mayStop && run.state === "checked" && <Button onClick={stop}>{t("cancel")}</Button>}
    </RunStatus>
  );
}
