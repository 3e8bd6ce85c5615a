import "server-only";
import { z } from "zod";
import { record } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import type { ListSpec } from "#lib/kernel/list";
import { isRefusal, Refusal, type RefusalFacts } from "#lib/kernel/refusal";
import { alongside, type Db, prisma, refusalOf, type Tx, transact } from "#lib/platform/db";
import { type BulkOp, type BulkSkip, listCount, listIds, viewAsk } from "#lib/platform/list";
import { log } from "#lib/platform/log";
import { askOf, type Lists, listed, questionShape } from "./lists";
import { finish, Lost, type Run, step, tellOf, undoTime } from "./step";

const checkBatch = 2000;
const applyBatch = 50;
/** So many rows in a row that break, and it is not the rows. */
const mostBroken = 5;
const mostReasons = 10;

const optionsShape = z.object({ values: z.unknown(), canUndo: z.boolean() });

function operation(lists: Lists, run: Run, actor: Actor): { op: BulkOp<Actor, unknown>; values: unknown } {
  const { deed, bulk } = listed(lists, run.list);
  authorise(actor, deed);
  const op = bulk?.[run.operation ?? ""] as BulkOp<Actor, unknown> | undefined;
  if (!op) throw new Refusal("notFound");
  if (!op.may(actor)) throw new Refusal("forbidden");
  return { op, values: op.values.parse(optionsShape.parse(run.options).values) };
}

const reasonRow = z.array(
  z.object({ code: z.string(), facts: z.record(z.string(), z.unknown()).nullable(), count: z.number() }),
);

/** Why rows are left alone, the most frequent first. */
async function reasons(tx: Db, runId: string, outcomes: readonly string[]): Promise<object[]> {
  return reasonRow
    .parse(
      await tx.$queryRaw`
        select code, facts, count(*)::int as count from bulk_item
        where run_id = ${runId} and outcome = any(${outcomes}::bulk_outcome[]) and code is not null
        group by code, facts order by count desc, code limit ${mostReasons}::int`,
    )
    .map(({ facts, ...reason }) => ({ ...reason, facts: facts ?? {} }));
}

/**
 * The dry run: keeps the ids of the question with what would happen to each, a stretch at a time; `done` counts what was looked
 * at. Goes on where it stopped.
 */
export async function checkRows(lists: Lists, run: Run, actor: Actor, pause: () => boolean): Promise<void> {
  const { op, values } = operation(lists, run, actor);
  const { list } = listed(lists, run.list);
  const ask = askOf(list.spec as ListSpec, questionShape.parse(run.question));
  let { cursor, done, skipped, amountFen } = run;
  for (;;) {
    const ids = await listIds(list, actor, ask, cursor, checkBatch);
    const last = ids.at(-1);
    if (last === undefined) break;
    const skips = await op.skips(actor, ids, values);
    cursor = last;
    done += ids.length;
    const will = ids.filter((id) => !skips.has(id));
    skipped += ids.length - will.length;
    if (list.sum && will.length > 0) {
      const { sumFen } = await listCount(list, actor, { ...viewAsk(""), ids: will });
      amountFen = (amountFen ?? 0n) + BigInt(sumFen ?? 0);
    }
    await transact(async (tx) => {
      await step(tx, run, { cursor: last, done, skipped, amountFen });
      await tx.bulkItem.createMany({
        data: ids.map((subjectId) => {
          const skip = skips.get(subjectId);
          return {
            runId: run.id,
            subjectId,
            ...(skip
              ? { outcome: "skip" as const, code: skip.code, facts: { ...skip.facts } }
              : { outcome: "will" as const }),
          };
        }),
      });
    });
    tellOf(run);
    if (pause()) return;
  }
  await step(prisma, run, {
    state: "checked",
    workedAt: null,
    total: done,
    done: skipped,
    skips: await reasons(prisma, run.id, ["skip"]),
  });
  tellOf(run);
}

type Outcome = "skip" | "changed" | "failed" | "undone" | "kept";
const counter = { skip: "skipped", changed: "changed", failed: "failed", undone: "changed", kept: "skipped" } as const;

/** Writes what became of one row, and counts it; only once, and only while the run is ours. */
async function mark(tx: Tx, run: Run, id: string, outcome: Outcome, why?: BulkSkip): Promise<void> {
  await step(tx, run, { done: { increment: 1 }, [counter[outcome]]: { increment: 1 } });
  const marked = await tx.bulkItem.updateMany({
    where: { runId: run.id, subjectId: id, outcome: run.state === "undoing" ? "changed" : "will" },
    data: { outcome, ...(why ? { code: why.code, facts: { ...why.facts } } : {}) },
  });
  if (marked.count === 0) throw new Lost();
}

const keep = (tx: Db, run: Run, id: string, before: unknown) =>
  tx.bulkItem.update({
    where: { runId_subjectId: { runId: run.id, subjectId: id } },
    data: { before: JSON.parse(JSON.stringify(before, (_, v: unknown) => (typeof v === "bigint" ? Number(v) : v))) },
  });

/**
 * One row by its own command, whose transaction also says that it was done: after a crash either both stand or neither.
 * What the command gave is kept for the undo.
 */
async function once(run: Run, id: string, outcome: "changed" | "undone", work: () => Promise<unknown>): Promise<void> {
  let isMarked = false;
  const answer = await alongside(
    {
      begin: (tx) => mark(tx, run, id, outcome),
      end: async (tx, result) => {
        if (outcome === "changed" && result !== undefined && result !== null) await keep(tx, run, id, result);
        isMarked = true;
      },
    },
    work,
  );
  if (!isMarked) await transact((tx) => mark(tx, run, id, outcome));
  if (outcome === "changed" && answer !== undefined) await keep(prisma, run, id, answer);
}

const itemRow = z.array(z.object({ subject_id: z.string(), before: z.unknown() }));
const broken = { code: "broken", facts: {} };

/**
 * Goes through the rows of a confirmed run, or back through those it has changed, as its person with the rights she has now.
 * A row that a command refuses is left and named; rows that break one after the other stop the run.
 */
export async function goThrough(
  lists: Lists,
  run: Run,
  person: () => Promise<Actor>,
  pause: () => boolean,
): Promise<void> {
  const isUndo = run.state === "undoing";
  const [todo, left] = isUndo ? (["changed", "kept"] as const) : (["will", "skip"] as const);
  let brokenInRow = 0;
  for (;;) {
    const actor = await person();
    const { op, values } = operation(lists, run, actor);
    const undo = op.undo;
    if (isUndo && !undo) throw new Refusal("undoExpired");
    const items = itemRow.parse(
      await prisma.$queryRaw`
        select subject_id, before from bulk_item where run_id = ${run.id} and outcome = ${todo}::bulk_outcome order by subject_id limit ${applyBatch}::int`,
    );
    if (items.length === 0) break;
    const skips = isUndo
      ? null
      : await op.skips(
          actor,
          items.map((item) => item.subject_id),
          values,
        );
    for (const { subject_id: id, before } of items) {
      const skip = skips?.get(id);
      if (skip) await transact((tx) => mark(tx, run, id, left, skip));
      else
        try {
          await once(run, id, isUndo ? "undone" : "changed", async () =>
            isUndo && undo ? undo(actor, id, before) : op.apply(actor, id, values),
          );
          brokenInRow = 0;
        } catch (error) {
          if (error instanceof Lost) throw error;
          const refusal = isRefusal(error) ? error : refusalOf(error);
          if (!refusal) {
            brokenInRow++;
            log.error(
              { run: run.id, subject: id, error: error instanceof Error ? error.stack : String(error) },
              "a row of a bulk run broke",
            );
          }
          const why = refusal ? { code: refusal.code, facts: refusal.facts as RefusalFacts } : broken;
          await transact((tx) => mark(tx, run, id, refusal || isUndo ? left : "failed", why));
          if (brokenInRow >= mostBroken) throw new Refusal("bulkBroken", { count: mostBroken });
        }
      tellOf(run);
      if (pause()) return;
    }
  }
  const now = await prisma.run.findUniqueOrThrow({ where: { id: run.id } });
  const actor = await person();
  const { op } = operation(lists, run, actor);
  await finish(
    run,
    isUndo ? "undone" : "done",
    now.changed,
    {
      skips: await reasons(prisma, run.id, isUndo ? ["kept"] : ["skip", "failed"]),
      ...(op.undo && !isUndo && now.changed > 0 ? { undoUntil: undoTime() } : {}),
    },
    (tx) =>
      record(tx, actor, {
        deed: isUndo ? "lists.undone" : "lists.changed",
        subjectType: "run",
        subjectId: run.id,
        after: {
          list: run.list,
          operation: run.operation,
          changed: now.changed,
          skipped: now.skipped,
          failed: now.failed,
        },
      }),
  );
}
