import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import type { ParsedCronItem, TaskList } from "graphile-worker";
import { log } from "#lib/platform/log";
import { deliver } from "#lib/platform/news";
import { workRuns } from "#lib/workbench/work";
import { followClock } from "./follow";
import { lists } from "./lists";
import { reactions, sweeps } from "./wiring";

/** How long one turn of a standing job lasts before it hands over to the next; a lost worker is replaced within this. */
const turnMs = 20_000;
const idleMs = 250;
const stopping = new AbortController();
const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);

/** Ends the standing jobs' turns at once, for a quick stop. */
export const stopTasks = (): void => stopping.abort();

/** Calendar work that is due now, each sweep at its own pace; a failing one does not stop the others. */
export async function sweepOnce(lastRun: Map<string, number>, elapsedMs: number): Promise<number> {
  let done = 0;
  for (const sweep of sweeps) {
    if (elapsedMs - (lastRun.get(sweep.name) ?? Number.NEGATIVE_INFINITY) < sweep.everySeconds * 1000) continue;
    lastRun.set(sweep.name, elapsedMs);
    try {
      done += await sweep.run();
    } catch (error) {
      log.error(
        { sweep: sweep.name, error: error instanceof Error ? error.message : String(error) },
        "a sweep failed and will run again",
      );
    }
  }
  return done;
}

export const taskList: TaskList = {
  /** Tells the outbox's news to whoever reacts. */
  deliver: async (_, helpers) => {
    const until = performance.now() + turnMs;
    while (!stopping.signal.aborted && performance.now() < until) {
      await followClock();
      if ((await deliver(reactions)) === 0) await pause(idleMs);
    }
    if (!stopping.signal.aborted) await helpers.addJob("deliver", {}, { jobKey: "deliver" });
  },
  /** Lapse, cut-off, acceptance, completion, release, channel queries … by the business clock. */
  sweep: async (_, helpers) => {
    const lastRun = new Map<string, number>();
    const until = performance.now() + turnMs;
    while (!stopping.signal.aborted && performance.now() < until) {
      await sweepOnce(lastRun, performance.now());
      await pause(500);
    }
    if (!stopping.signal.aborted) await helpers.addJob("sweep", {}, { jobKey: "sweep" });
  },
  /** Exports and bulk runs, a slice of each in turn. */
  runs: async (_, helpers) => {
    const until = performance.now() + turnMs;
    while (!stopping.signal.aborted && performance.now() < until) {
      if (!(await workRuns(lists, () => stopping.signal.aborted))) await pause(idleMs);
    }
    if (!stopping.signal.aborted) await helpers.addJob("runs", {}, { jobKey: "runs" });
  },
};

/** The standing jobs, to be added when a worker starts; their keys keep them single across workers. */
export const standing = ["deliver", "sweep", "runs"] as const;

export const parsedCronItems: ParsedCronItem[] = [];
