import "server-only";
import { actorNow } from "#lib/identity/queries/actor";
import { isRefusal, Refusal } from "#lib/kernel/refusal";
import { later, second } from "#lib/kernel/time";
import { wall } from "#lib/platform/clock";
import { prisma, refusalOf } from "#lib/platform/db";
import { log } from "#lib/platform/log";
import { storage } from "#lib/platform/storage";
import { checkRows, goThrough } from "./bulk";
import { exportRows } from "./export";
import { folderOf } from "./file";
import type { Lists } from "./lists";
import { worked } from "./rules";
import { fail, Lost, type Run } from "./step";

/** A worker that has said nothing for so long is gone. */
const silentSeconds = 60;
/** So often may a run lose its worker without any progress. */
const mostLost = 3;
const sliceMs = 5000;

/**
 * Takes the run that has had the fewest turns: one that waits, or one whose worker is gone. Its claim grows, so whoever held it
 * can write no more.
 */
async function claim(): Promise<Run | null> {
  const [row] = await prisma.$queryRaw<{ id: string }[]>`
    update run set claim = claim + 1, lost = lost + (worked_at is not null)::int, worked_at = ${wall()},
      state = case when state = 'queued' then 'running'::run_state else state end
    where id = (
      select id from run where state = any(${[...worked]}::run_state[]) and (worked_at is null or worked_at < ${later(wall(), -silentSeconds * second)})
      order by claim, id limit 1 for update skip locked)
    returning id`;
  return row ? prisma.run.findUnique({ where: { id: row.id } }) : null;
}

async function work(lists: Lists, run: Run, pause: () => boolean): Promise<void> {
  const person = async () => {
    const actor = await actorNow(run.ownerId, run.origin);
    if (!actor) throw new Refusal("accountDisabled");
    return actor;
  };
  if (run.lost >= mostLost) throw new Refusal("workerLost", { count: run.lost });
  if (run.kind === "export") await exportRows(lists, run, await person(), pause);
  else if (run.state === "checking") await checkRows(lists, run, await person(), pause);
  else await goThrough(lists, run, person, pause);
}

/**
 * Works one turn on one export or bulk run, up to some seconds, and says whether there was one. A run that breaks says where and
 * why; one that was taken away or cancelled is left alone. For the worker.
 */
export async function workRuns(lists: Lists, isStopping: () => boolean, forMs = sliceMs): Promise<boolean> {
  const run = await claim();
  if (!run) return false;
  const until = performance.now() + forMs;
  try {
    await work(lists, run, () => isStopping() || performance.now() >= until);
    // not over: the next turn may be another worker's
    await prisma.run.updateMany({
      where: { id: run.id, claim: run.claim, state: run.state },
      data: { workedAt: null },
    });
  } catch (error) {
    if (error instanceof Lost) return true;
    const refusal = isRefusal(error) ? error : refusalOf(error);
    log.error(
      { run: run.id, error: refusal?.code ?? (error instanceof Error ? error.stack : String(error)) },
      "a run stopped",
    );
    await fail(run, refusal ?? new Refusal("broken")).catch((again: unknown) => {
      if (!(again instanceof Lost)) throw again;
    });
  }
  return true;
}

const sweepAtOnce = 50;

/** Removes files and rows of runs whose time is over, lets go of dry runs nobody confirmed; the run itself stays in the list. For the worker. */
export async function sweepFiles(): Promise<number> {
  const over = await prisma.run.findMany({
    where: { expiresAt: { lt: wall() }, fileName: { not: null }, state: { notIn: [...worked] } },
    orderBy: { id: "asc" },
    take: sweepAtOnce,
  });
  for (const run of over) {
    if (run.kind === "export") await storage.drop(folderOf(run.id));
    await prisma.bulkItem.deleteMany({ where: { runId: run.id } });
    await prisma.run.update({
      where: { id: run.id },
      data: { fileName: null, parts: [], bytes: 0, ...(run.state === "checked" ? { state: "cancelled" } : {}) },
    });
  }
  return over.length;
}
