import type { StateKind } from "#components/ui/state-badge";
import type { RunState } from "#lib/workbench/schema";

export const kindOfRun: Record<RunState, StateKind> = {
  checking: "progress",
  checked: "mine",
  queued: "waiting",
  running: "progress",
  done: "done",
  failed: "failed",
  cancelled: "closed",
  undoing: "progress",
  undone: "closed",
};
