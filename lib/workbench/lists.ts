import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { can, type Deed } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { type ListSpec, readListParams, searchOf } from "#lib/kernel/list";
import { fen } from "#lib/kernel/money";
import { Refusal, type RefusalFacts } from "#lib/kernel/refusal";
import { momentText, rfc3339 } from "#lib/kernel/time";
import { wall } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { defineList, type ListAsk, type Listed, viewAsk } from "#lib/platform/list";
import { messages } from "#lib/words/index";
import type { Locale } from "#lib/words/locale";
import { worked } from "./rules";
import { type RunState, type RunView, runListSpec } from "./schema";

/** Every list that can be exported, saved and changed in bulk; `lib/server/lists.ts` is the one. */
export type Lists = Readonly<Record<string, Listed<Actor, Deed>>>;

/** Refuses: notFound. */
export function listed(lists: Lists, name: string): Listed<Actor, Deed> {
  const found = Object.hasOwn(lists, name) ? lists[name] : undefined;
  if (!found) throw new Refusal("notFound");
  return found;
}

export const questionShape = z.object({ query: z.string().nullable(), ids: z.array(z.string()).nullable() });
/** What a run goes through: a list's address, chosen rows, or chosen rows of an address (for their order). */
export type Question = z.infer<typeof questionShape>;

export function askOf(spec: ListSpec, { query, ids }: Question): ListAsk {
  const ask: ListAsk = query === null ? viewAsk("") : readListParams(searchOf(query), spec);
  return { ...ask, ...(ids ? { ids } : {}) };
}

const codeShape = z.object({ code: z.string(), facts: z.record(z.string(), z.unknown()).optional() });
export const skipsShape = z.array(codeShape.extend({ count: z.number() }));
const facts = (found: z.infer<typeof codeShape>["facts"]) => (found ?? {}) as RefusalFacts;

/** What a run is, in few words: "Orders · Export". */
export function runName(run: Pick<RunView, "kind" | "list" | "operation">, locale: Locale): string {
  const t = messages(locale).workbench;
  const what = run.kind === "export" ? t.runs.kinds.export : t.operations[`${run.list}_${run.operation}`];
  return `${t.lists[run.list] ?? run.list} · ${what ?? run.operation}`;
}

/** A run without its sentences: their codes and facts. */
export type RunRow = Omit<RunView, "skips" | "error"> & {
  skips: { code: string; facts: RefusalFacts; count: number }[];
  error: { code: string; facts: RefusalFacts } | null;
};

type Row = Awaited<ReturnType<typeof prisma.run.findFirstOrThrow>>;

export function runRow(run: Row, actor: Actor): RunRow {
  const isMine = run.ownerId === actor.id;
  const error = run.error === null ? null : codeShape.parse(run.error);
  const isReady = run.kind === "bulk" || run.state === "done";
  const hasFile = isMine && isReady && run.fileName !== null && run.expiresAt !== null && run.expiresAt > wall();
  return {
    id: run.id,
    kind: run.kind,
    list: run.list,
    operation: run.operation,
    state: run.state,
    total: run.total,
    done: run.done,
    changed: run.changed,
    skipped: run.skipped,
    failed: run.failed,
    skips: skipsShape.parse(run.skips).map((s) => ({ code: s.code, facts: facts(s.facts), count: s.count })),
    amountFen: run.amountFen === null ? null : fen(run.amountFen),
    error: error && { code: error.code, facts: facts(error.facts) },
    file:
      hasFile && run.fileName && run.expiresAt
        ? {
            href: `/api/exports/${run.id}`,
            name: run.fileName,
            bytes: run.kind === "export" ? Number(run.bytes) : null,
            expiresAt: rfc3339(run.expiresAt),
          }
        : null,
    undoUntil: isMine && run.undoUntil && run.undoUntil > wall() ? rfc3339(run.undoUntil) : null,
    isMine,
    mayStop: isMine || can(actor, "jobs.retry"),
    requestedBy: run.ownerName,
    requestedAt: rfc3339(run.requestedAt),
    finishedAt: run.finishedAt && rfc3339(run.finishedAt),
  };
}

const states = (...among: readonly RunState[]) => Prisma.sql`r.state = any(${[...among]}::run_state[])`;

/** Exports and bulk runs, the newest first: one's own, and with the deed everybody's. */
export const runList = defineList({
  name: "runs",
  spec: runListSpec,
  from: Prisma.sql`run r`,
  id: Prisma.sql`r.id`,
  scope: (actor: Actor) => (can(actor, "jobs.see") ? [] : [Prisma.sql`r.owner_id = ${actor.id}`]),
  views: {
    mine: (actor: Actor) => Prisma.sql`r.owner_id = ${actor.id}`,
    open: states(...worked, "checked"),
    failed: states("failed"),
  },
  fields: { kind: Prisma.sql`r.kind`, list: Prisma.sql`r.list` },
  sorts: { requestedAt: { by: Prisma.sql`r.id`, type: "text" } },
  async load(ids, actor) {
    return (await prisma.run.findMany({ where: { id: { in: ids } } })).map((run) => runRow(run, actor));
  },
  sheet: {
    heads: (locale) => {
      const t = messages(locale).workbench.runs;
      return {
        id: t.no,
        what: t.what,
        state: t.state,
        requestedBy: t.requestedBy,
        requestedAt: t.requestedAt,
        total: t.total,
        done: t.done,
        skipped: t.skipped,
        failed: t.failed,
      };
    },
    cells: (run, locale) => {
      const t = messages(locale).workbench;
      return {
        id: run.id,
        what: runName(run, locale),
        state: t.states[run.state],
        requestedBy: run.requestedBy,
        requestedAt: momentText(new Date(run.requestedAt)),
        total: run.total,
        done: run.done,
        skipped: run.skipped,
        failed: run.failed,
      };
    },
  },
});
