import type { Actor } from "../identity/schema";
import type { RunState } from "./schema";

export const undoHours = 24;
export const fileHours = 72;
/** What a spreadsheet may hold; more goes by CSV. */
export const xlsxRows = 50_000;
/** Up to so many rows a dry run answers at once; more is looked at by the worker. */
export const checkAtOnce = 2_000;
/** Runs that one person may have waiting and working. */
export const openRuns = 10;

/** The worker has something to do for it. */
export const worked = ["checking", "queued", "running", "undoing"] as const satisfies readonly RunState[];
export const isOpen = (state: RunState): boolean => (worked as readonly RunState[]).includes(state);
/** A checked bulk run waits for its person, who may still let it be. */
export const mayCancel = (state: RunState): boolean => isOpen(state) || state === "checked";
/** Where a stopped run goes on, or null when it cannot. */
export function resumesIn(run: { state: RunState; stoppedIn: RunState | null }): RunState | null {
  if (run.state !== "failed" && run.state !== "cancelled") return null;
  return run.stoppedIn === "running" ? "queued" : run.stoppedIn;
}

/** Whose team a person's shared views are for. */
export const partyOf = (actor: Actor): string =>
  actor.kind === "operator" ? "operator" : (actor.supplierId ?? actor.leaderId ?? actor.id);
