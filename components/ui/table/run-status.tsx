"use client";
import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { ActionAnswer } from "#lib/kernel/answer";
import type { ListActions, RunState, RunView } from "#lib/workbench/schema";
import { Button, LinkButton } from "../button";
import { Icon } from "../icon";
import { Moment } from "../moment";
import { Progress } from "../progress";
import { StateNote } from "../state-badge";

const moving: readonly RunState[] = ["checking", "queued", "running", "undoing"];
export const isMoving = (run: Pick<RunView, "state">): boolean => moving.includes(run.state);
const lookMs = 1000;

/** A run as it stands: looked at again every second while something is going on. */
export function useRun(first: RunView | null): [RunView | null, (run: RunView | null) => void] {
  const [run, setRun] = useState(first);
  const [looks, look] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a failed look counts up and is tried again
  useEffect(() => {
    if (!run || !isMoving(run)) return;
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      const next = await fetch(`/api/console/run?id=${run.id}`, { signal: abort.signal })
        .then((answer) => (answer.ok ? (answer.json() as Promise<RunView>) : null))
        .catch(() => null);
      if (abort.signal.aborted) return;
      if (next) setRun(next);
      else look((n) => n + 1);
    }, lookMs);
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [run, looks]);
  return [run, setRun];
}

/** Why rows are left alone: "33 · already picked up". */
export function Skips({ skips }: Pick<RunView, "skips">) {
  const t = useTranslations("ui.list.run");
  return (
    <ul className="text-muted empty:hidden">
      {skips.map(({ code, text, count }) => (
        <li key={`${code} ${text}`}>{t("reason", { count, text })}</li>
      ))}
    </ul>
  );
}

/** The focus stays in a dialog whose content went away under it. */
export function useFocusKept(stage: string) {
  const ref = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: looks again at each stage
  useEffect(() => {
    if (!ref.current?.closest('[role="dialog"]')?.contains(document.activeElement)) ref.current?.focus();
  }, [stage]);
  return { ref, tabIndex: -1, className: "outline-none" };
}

/** Progress while it moves; then what came of it: the figures, why it stopped, the file, the way on and the way back. */
export function RunStatus({
  run,
  actions,
  onRun,
  children,
}: {
  run: RunView;
  actions: Pick<ListActions, "cancelRun" | "retryRun" | "undoRun">;
  onRun: (run: RunView) => void;
  /** Further buttons. */
  children?: ReactNode;
}) {
  const t = useTranslations("ui.list");
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isAsked, setAsked] = useState(false);
  async function ask(call: Promise<ActionAnswer & { run?: RunView }>, meanwhile: RunView) {
    setAsked(true);
    const answer = await call.catch(() => null);
    setAsked(false);
    setRefusal(answer && !answer.ok ? answer.message : null);
    if (answer?.ok) onRun(answer.run ?? meanwhile);
  }
  const { state, kind, total, done, error, file, undoUntil } = run;
  const word = t(
    `run.${
      state === "running" && kind === "export" ? "exporting" : state === "checked" ? "check" : state
    }` as "run.done",
  );
  return (
    <div className="flex flex-col gap-3">
      {isMoving(run) ? (
        <div role="status">
          <Progress
            value={total && state !== "queued" ? done / total : null}
            label={word}
            note={total ? t("run.progress", { done, total }) : undefined}
          />
        </div>
      ) : (
        <StateNote kind={state === "failed" ? "failed" : state === "done" ? "done" : "closed"}>
          <span role="status">
            <b>{word}</b>
            {kind === "bulk" && state !== "checked" && (
              <> {t("run.result", { changed: run.changed, skipped: run.skipped, failed: run.failed })}</>
            )}
            {error && <> {error}</>}
          </span>
        </StateNote>
      )}
      {!isMoving(run) && <Skips skips={run.skips} />}
      {refusal && <StateNote kind="failed">{refusal}</StateNote>}
      {file && (
        <p className="text-xs text-muted">{t.rich("run.expires", { at: () => <Moment at={file.expiresAt} /> })}</p>
      )}
      {undoUntil && (
        <p className="text-xs text-muted">{t.rich("run.undoUntil", { at: () => <Moment at={undoUntil} /> })}</p>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        {run.mayStop && isMoving(run) && state !== "undoing" && (
          <Button
            tone="danger"
            disabled={isAsked}
            onClick={() => ask(actions.cancelRun(run.id), { ...run, state: "cancelled" })}
          >
            {t("run.stop")}
          </Button>
        )}
        {run.mayStop && state === "failed" && (
          <Button
            disabled={isAsked}
            onClick={() => ask(actions.retryRun(run.id), { ...run, state: "queued", error: null })}
          >
            {t("run.retry")}
          </Button>
        )}
        {undoUntil && (
          <Button
            disabled={isAsked}
            onClick={() => ask(actions.undoRun(run.id), { ...run, state: "undoing", undoUntil: null })}
          >
            {t("run.undo")}
          </Button>
        )}
        {children}
        {file && (
          <LinkButton
            external
            href={file.href}
            download={file.name}
            tone={kind === "export" ? "primary" : "plain"}
            icon={<Icon of={Download} />}
          >
            {t("export.download", { name: file.name })}
          </LinkButton>
        )}
      </div>
    </div>
  );
}
