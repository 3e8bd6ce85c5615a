import "server-only";
import type { Prisma } from "#lib/generated/prisma/client";
import type { Refusal } from "#lib/kernel/refusal";
import { hour, later } from "#lib/kernel/time";
import { type Noticing, notify } from "#lib/notifications/steps";
import { now, wall } from "#lib/platform/clock";
import { type Db, type prisma, type Tx, transact } from "#lib/platform/db";
import { tell } from "#lib/platform/live";
import { announce } from "#lib/platform/news";
import type { Locale } from "#lib/words/locale";
import { refusalWords } from "#lib/words/refusals";
import { runFailed, runFinished } from "./events";
import { runName } from "./lists";
import { fileHours, undoHours } from "./rules";
import type { RunState } from "./schema";

export type Run = Awaited<ReturnType<typeof prisma.run.findFirstOrThrow>>;
/** What a worker holds while it works on a run. */
export type Held = Pick<Run, "id" | "claim" | "ownerId" | "state">;

/** The run was cancelled, or another worker has taken it over: nothing more may be written for it. */
export class Lost extends Error {}

/** Writes to a run that is still ours; else Lost. Progress forgives earlier losses of a worker. */
export async function step(tx: Db, held: Held, data: Prisma.RunUpdateManyMutationInput): Promise<void> {
  const mine = await tx.run.updateMany({
    where: { id: held.id, claim: held.claim, state: held.state },
    data: { workedAt: wall(), lost: 0, ...data },
  });
  if (mine.count === 0) throw new Lost();
}

/** Says that a run has moved, after what it wrote stands. */
export const tellOf = (run: Pick<Run, "ownerId">): void => tell(`runs:${run.ownerId}`);

const end = (): Prisma.RunUpdateManyMutationInput => ({
  workedAt: null,
  finishedAt: now(),
  expiresAt: later(wall(), fileHours * hour),
});

const localeOf = (run: Pick<Run, "locale">): Locale => (run.locale === "en" ? "en" : "zh-CN");

/** The bell of whoever asked: once for each time that it ended. A partner, who has no page of runs, is led to the file itself. */
async function ring(
  tx: Tx,
  run: Run,
  kind: "exportReady" | "runFinished" | "runFailed",
  params: Noticing["params"],
): Promise<void> {
  const owner = await tx.user.findUnique({ where: { id: run.ownerId }, select: { kind: true } });
  await notify(tx, {
    kind,
    key: `${run.id}#${run.state}-${run.claim}`,
    params: { name: runName(run, localeOf(run)), ...params },
    href: owner?.kind === "operator" ? `/jobs?view=mine&peek=${run.id}` : `/api/exports/${run.id}`,
    userIds: [run.ownerId],
  });
}

/** A run's end with `n` rows, its news and whatever else belongs to it. */
export async function finish(
  held: Run,
  state: RunState,
  n: number,
  data: Prisma.RunUpdateManyMutationInput,
  more: (tx: Tx) => Promise<void> = async () => undefined,
): Promise<void> {
  await transact(async (tx) => {
    await step(tx, held, { ...end(), ...data, state });
    await more(tx);
    await ring(tx, held, held.kind === "export" ? "exportReady" : "runFinished", { n });
    await announce(tx, { type: runFinished, subjectId: held.id, payload: { userId: held.ownerId, runId: held.id } });
  });
  tellOf(held);
}

export const undoTime = (): Date => later(wall(), undoHours * hour);

/** Stops a run where it stands and says why; it may go on from there. */
export async function fail(held: Run, why: Pick<Refusal, "code" | "facts">): Promise<void> {
  const canUndo = held.kind === "bulk" && (held.options as { canUndo?: boolean }).canUndo === true;
  await transact(async (tx) => {
    await step(tx, held, {
      ...end(),
      state: "failed",
      stoppedIn: held.state,
      error: { code: why.code, facts: { ...why.facts } },
    });
    if (canUndo && held.state === "running")
      await tx.run.updateMany({ where: { id: held.id, changed: { gt: 0 } }, data: { undoUntil: undoTime() } });
    await ring(tx, held, "runFailed", { reason: refusalWords(why.code, why.facts, localeOf(held)).text });
    await announce(tx, { type: runFailed, subjectId: held.id, payload: { userId: held.ownerId, runId: held.id } });
  });
  tellOf(held);
}
