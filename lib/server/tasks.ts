import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import type { Job, ParsedCronItem, Task, TaskList } from "graphile-worker";
import { isAway } from "#lib/platform/db";
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

/** Tries until it is done: without its database a job can only wait. */
async function insist<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
  while (!stopping.signal.aborted) {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error)) throw error;
      await pause(1_000);
    }
  }
  return otherwise;
}

/** A standing job: `step` over and over for a turn, `waitMs` of rest when it found nothing, then the next turn. */
const turns =
  (name: Standing, waitMs: number, begin: () => () => Promise<boolean>): Task =>
  async (_, helpers) => {
    const step = begin();
    const until = performance.now() + turnMs;
    while (!stopping.signal.aborted && performance.now() < until) if (!(await insist(step, true))) await pause(waitMs);
    await insist<Job | undefined>(() => helpers.addJob(name, {}, { jobKey: name }), undefined);
  };

export const taskList: TaskList = {
  /** Tells the outbox's news to whoever reacts. */
  deliver: turns("deliver", idleMs, () => async () => {
    await followClock();
    return (await deliver(reactions)) > 0;
  }),
  /** Lapse, cut-off, acceptance, completion, release, channel queries … by the business clock. */
  sweep: turns("sweep", 500, () => {
    const lastRun = new Map<string, number>();
    return async () => {
      await sweepOnce(lastRun, performance.now());
      return false;
    };
  }),
  /** Exports and bulk runs, a slice of each in turn. */
  runs: turns("runs", idleMs, () => () => workRuns(lists, () => stopping.signal.aborted)),
};

/** The standing jobs, to be added when a worker starts; their keys keep them single across workers. */
export const standing = ["deliver", "sweep", "runs"] as const;
type Standing = (typeof standing)[number];

export const parsedCronItems: ParsedCronItem[] = [];
