import "server-only";
import { record } from "#lib/audit/steps";
import { Prisma } from "#lib/generated/prisma/client";
import { authorise, can } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import type { ListSpec } from "#lib/kernel/list";
import { Refusal } from "#lib/kernel/refusal";
import { dayOf, hour, later } from "#lib/kernel/time";
import { now, wall } from "#lib/platform/clock";
import { type Db, prisma, type Tx, transact } from "#lib/platform/db";
import type { BulkOp } from "#lib/platform/list";
import { listCount } from "#lib/platform/list";
import type { Locale } from "#lib/words/locale";
import { checkRows } from "../bulk";
import type { ExportOptions } from "../file";
import { askOf, type Lists, listed, type Question, runName } from "../lists";
import { checkAtOnce, fileHours, isOpen, mayCancel, openRuns, resumesIn, undoHours, worked, xlsxRows } from "../rules";
import type { BulkInput, ExportInput } from "../schema";
import { tellOf } from "../step";

type Run = Awaited<ReturnType<typeof prisma.run.findFirstOrThrow>>;

async function refuseTooMany(db: Db, actor: Actor): Promise<void> {
  if ((await db.run.count({ where: { ownerId: actor.id, state: { in: [...worked] } } })) >= openRuns)
    throw new Refusal("runsWaiting", { most: openRuns });
}

const fileName = (
  run: { kind: "export" | "bulk"; list: string; operation: string | null },
  locale: Locale,
  at: Date,
  extension: string,
): string => `${runName(run, locale).replaceAll(" · ", "-")}-${dayOf(at)}.${extension}`;

const begun = (actor: Actor, at: Date, locale: Locale) => ({
  id: newId("run", at),
  ownerId: actor.id,
  ownerName: actor.name,
  origin: actor.origin,
  locale,
  requestedAt: at,
  skips: [],
});

/**
 * Asks for a list's rows as a file; the worker writes it. Personal data in full needs a reason and the right to reveal it.
 * Refuses: forbidden, notFound, xlsxRows {most}, reasonRequired, runsWaiting.
 */
export async function startExport(actor: Actor, lists: Lists, input: ExportInput, locale: Locale): Promise<string> {
  const { list, deed } = listed(lists, input.list);
  authorise(actor, deed);
  const reason = input.reason || null;
  if (reason !== null) {
    authorise(actor, "pii.reveal");
    if (reason.length < 2) throw new Refusal("reasonRequired");
  }
  const question: Question = { query: input.query, ids: input.ids ?? null };
  if (input.format === "xlsx") {
    const { isCapped } = await listCount(list, actor, askOf(list.spec as ListSpec, question), false, xlsxRows);
    if (isCapped) throw new Refusal("xlsxRows", { most: xlsxRows });
  }
  const known = Object.keys(list.sheet.heads(locale));
  const chosen = input.columns.filter((id) => known.includes(id));
  const options: ExportOptions = {
    format: input.format,
    columns: chosen.length > 0 ? [...new Set(chosen)] : known,
    reason: list.sheet.reveal ? reason : null,
  };
  const at = now();
  const run = begun(actor, at, locale);
  await transact(async (tx) => {
    await refuseTooMany(tx, actor);
    await tx.run.create({
      data: {
        ...run,
        kind: "export",
        list: input.list,
        state: "queued",
        question,
        options,
        fileName: fileName({ kind: "export", list: input.list, operation: null }, locale, at, input.format),
      },
    });
    await record(tx, actor, {
      deed: "lists.export",
      subjectType: "run",
      subjectId: run.id,
      after: {
        list: input.list,
        query: input.query,
        rows: input.ids?.length,
        format: input.format,
        columns: options.columns,
      },
      reason: options.reason,
    });
    if (options.reason !== null)
      await record(tx, actor, { deed: "pii.reveal", subjectType: "run", subjectId: run.id, reason: options.reason });
  });
  tellOf({ ownerId: actor.id });
  return run.id;
}

/** The operation and what was given for it. Refuses: forbidden, notFound, invalid with the fields. */
function operationOf(actor: Actor, lists: Lists, name: string, operation: string, given: unknown) {
  const { deed, bulk } = listed(lists, name);
  authorise(actor, deed);
  const op = bulk && Object.hasOwn(bulk, operation) ? bulk[operation] : undefined;
  if (!op) throw new Refusal("notFound");
  if (!op.may(actor)) throw new Refusal("forbidden");
  const values = op.values.safeParse(given);
  if (!values.success)
    throw new Refusal(
      "invalid",
      {},
      values.error.issues.map((issue) => ({ field: issue.path.join("."), code: issue.message })),
    );
  return op as BulkOp<Actor, unknown>;
}

/**
 * The dry run: which of the rows will change and which are left alone, and why. Up to 2,000 rows are looked at at once, more by
 * the worker. Nothing changes yet. Refuses: forbidden, notFound, invalid, runsWaiting.
 */
export async function checkBulk(actor: Actor, lists: Lists, input: BulkInput, locale: Locale): Promise<string> {
  const op = operationOf(actor, lists, input.list, input.operation, input.values);
  const { list } = listed(lists, input.list);
  const question: Question = { query: input.query, ids: input.query === null ? input.ids : null };
  const ask = askOf(list.spec as ListSpec, question);
  await refuseTooMany(prisma, actor);
  const { isCapped } = await listCount(list, actor, ask, false, checkAtOnce);
  const at = now();
  const run = await prisma.run.create({
    data: {
      ...begun(actor, at, locale),
      kind: "bulk",
      list: input.list,
      operation: input.operation,
      state: "checking",
      question,
      options: { values: input.values, canUndo: op.undo !== undefined },
      fileName: fileName({ kind: "bulk", list: input.list, operation: input.operation }, locale, at, "csv"),
      // claimed by this request, or waiting for the worker
      claim: isCapped ? 0 : 1,
      workedAt: isCapped ? null : wall(),
      expiresAt: later(wall(), fileHours * hour),
    },
  });
  if (!isCapped) await checkRows(lists, run, actor, () => false);
  tellOf({ ownerId: actor.id });
  return run.id;
}

async function locked(tx: Tx, id: string): Promise<Run | null> {
  await tx.$queryRaw`select id from run where id = ${id} for update`;
  return tx.run.findUnique({ where: { id } });
}

async function own(tx: Tx, actor: Actor, id: string): Promise<Run> {
  const run = await locked(tx, id);
  if (!run || run.ownerId !== actor.id) throw new Refusal("notFound");
  return run;
}

/** Confirms a dry run: the worker goes through the rows. Refuses: forbidden, notFound, illegalTransition, runsWaiting. */
export async function startBulk(actor: Actor, lists: Lists, id: string): Promise<void> {
  await transact(async (tx) => {
    const run = await own(tx, actor, id);
    operationOf(actor, lists, run.list, run.operation ?? "", (run.options as { values?: unknown }).values);
    if (run.state !== "checked") throw new Refusal("illegalTransition", { state: run.state });
    if (run.expiresAt && run.expiresAt <= wall()) throw new Refusal("fileExpired");
    await refuseTooMany(tx, actor);
    await tx.run.update({ where: { id }, data: { state: "queued", workedAt: null } });
    await record(tx, actor, {
      deed: "lists.bulk",
      subjectType: "run",
      subjectId: id,
      after: {
        list: run.list,
        operation: run.operation,
        question: run.question,
        values: (run.options as { values?: unknown }).values,
        rows: (run.total ?? 0) - run.skipped,
      },
    });
  });
  tellOf({ ownerId: actor.id });
}

/** One's own run; another's only with the deed. Refuses: notFound. */
async function stoppable(tx: Tx, actor: Actor, id: string): Promise<Run> {
  const run = await locked(tx, id);
  if (!run || (run.ownerId !== actor.id && !can(actor, "jobs.see"))) throw new Refusal("notFound");
  if (run.ownerId !== actor.id) authorise(actor, "jobs.retry");
  return run;
}

/** Stops a run between two rows; what was done stays, and it may go on later. Refuses: forbidden, notFound, illegalTransition. */
export async function cancelRun(actor: Actor, id: string): Promise<void> {
  const run = await transact(async (tx) => {
    const found = await stoppable(tx, actor, id);
    if (!mayCancel(found.state)) throw new Refusal("illegalTransition", { state: found.state });
    await tx.run.update({
      where: { id },
      data: {
        state: "cancelled",
        stoppedIn: found.state,
        workedAt: null,
        finishedAt: now(),
        expiresAt: later(wall(), fileHours * hour),
        ...(canUndo(found) ? { undoUntil: later(wall(), undoHours * hour) } : {}),
      },
    });
    await record(tx, actor, {
      deed: "lists.cancel",
      subjectType: "run",
      subjectId: id,
      before: { state: found.state, done: found.done },
    });
    return found;
  });
  tellOf(run);
}

const canUndo = (run: Run): boolean =>
  run.kind === "bulk" &&
  run.state !== "undoing" &&
  run.changed > 0 &&
  (run.options as { canUndo?: boolean }).canUndo === true;

/** Lets a failed or cancelled run go on from where it stopped. Refuses: forbidden, notFound, illegalTransition, fileExpired. */
export async function retryRun(actor: Actor, id: string): Promise<void> {
  const run = await transact(async (tx) => {
    const found = await stoppable(tx, actor, id);
    const state = resumesIn(found);
    if (state === null) throw new Refusal("illegalTransition", { state: found.state });
    if (found.expiresAt && found.expiresAt <= wall()) throw new Refusal("fileExpired");
    const again =
      state === "queued"
        ? await tx.bulkItem.updateMany({
            where: { runId: id, outcome: "failed" },
            data: { outcome: "will", code: null, facts: Prisma.DbNull },
          })
        : { count: 0 };
    await tx.run.update({
      where: { id },
      data: {
        state,
        stoppedIn: null,
        error: Prisma.DbNull,
        workedAt: null,
        finishedAt: null,
        undoUntil: null,
        lost: 0,
        failed: { decrement: again.count },
        done: { decrement: again.count },
      },
    });
    await record(tx, actor, {
      deed: "lists.retry",
      subjectType: "run",
      subjectId: id,
      before: { state: found.state, done: found.done },
    });
    return found;
  });
  tellOf(run);
}

/**
 * Puts back what a bulk run has changed, row by row; rows changed since are left and named. The counters start anew and speak of
 * the undo. Refuses: forbidden, notFound, illegalTransition, undoExpired.
 */
export async function undoRun(actor: Actor, lists: Lists, id: string): Promise<void> {
  await transact(async (tx) => {
    const run = await own(tx, actor, id);
    operationOf(actor, lists, run.list, run.operation ?? "", (run.options as { values?: unknown }).values);
    if (isOpen(run.state) || !run.undoUntil) throw new Refusal("illegalTransition", { state: run.state });
    if (run.undoUntil <= wall()) throw new Refusal("undoExpired");
    await tx.run.update({
      where: { id },
      data: {
        state: "undoing",
        stoppedIn: null,
        error: Prisma.DbNull,
        workedAt: null,
        undoUntil: null,
        finishedAt: null,
        total: run.changed,
        done: 0,
        changed: 0,
        skipped: 0,
        failed: 0,
        skips: [],
        lost: 0,
      },
    });
    await record(tx, actor, {
      deed: "lists.undo",
      subjectType: "run",
      subjectId: id,
      before: { changed: run.changed },
    });
  });
  tellOf({ ownerId: actor.id });
}
