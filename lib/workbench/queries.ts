import "server-only";
import type { Readable } from "node:stream";
import { z } from "zod";
import { authorise, can } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { type CsvCell, csvText } from "#lib/kernel/csv";
import { type ListSpec, readListParams, searchOf } from "#lib/kernel/list";
import { Refusal } from "#lib/kernel/refusal";
import { wall } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { listCount } from "#lib/platform/list";
import { openParts } from "#lib/platform/storage";
import { messages } from "#lib/words/index";
import type { Locale } from "#lib/words/locale";
import { refusalWords } from "#lib/words/refusals";
import { exportOptions, fileOf, mimes } from "./file";
import { type Lists, listed, type RunRow, runRow } from "./lists";
import { partyOf } from "./rules";
import { type ListLayout, layoutInput, type RunView, type SavedView } from "./schema";

const mostViews = 30;
/** A stored layout that no longer has the shape is as good as none. */
const layoutOf = (stored: unknown): ListLayout | null => layoutInput.safeParse(stored).data ?? null;

/** The views a person keeps of a list and those her team shares, by name, each with its live count as she sees it. Refuses: forbidden. */
export async function savedViews(actor: Actor, lists: Lists, name: string): Promise<SavedView[]> {
  const { list, deed } = listed(lists, name);
  authorise(actor, deed);
  const rows = await prisma.savedView.findMany({
    where: { list: name, OR: [{ ownerId: actor.id }, { scope: "team", party: partyOf(actor) }] },
    orderBy: { id: "asc" },
    take: mostViews,
  });
  return Promise.all(
    rows.map(async (row) => {
      const params = readListParams(searchOf(row.query), list.spec as ListSpec);
      const { count, isCapped } = await listCount(list, actor, params);
      return {
        id: row.id,
        name: row.name,
        scope: row.scope,
        query: row.query,
        layout: layoutOf(row.layout),
        isMine: row.ownerId === actor.id,
        ownerName: row.ownerName,
        version: row.version,
        count,
        isCapped,
        unknown: params.unknown,
      };
    }),
  );
}

/** How a person has set out a list, or null when she left it as it is. */
export async function listLayout(actor: Actor, list: string): Promise<ListLayout | null> {
  const row = await prisma.listLayout.findUnique({ where: { ownerId_list: { ownerId: actor.id, list } } });
  return layoutOf(row?.layout);
}

/** A run in the reader's language; reasons stand in a row, so they end without their full stop. */
export const runInWords = (run: RunRow, locale: Locale): RunView => ({
  ...run,
  skips: run.skips.map((s) => ({
    code: s.code,
    count: s.count,
    text: refusalWords(s.code, s.facts, locale).text.replace(/[。.]$/, ""),
  })),
  error: run.error && refusalWords(run.error.code, run.error.facts, locale).text,
});

/** One run, for its owner and for whoever may see jobs. Refuses: notFound. */
export async function runOf(actor: Actor, id: string, locale: Locale): Promise<RunView> {
  const run = await prisma.run.findUnique({ where: { id } });
  if (!run || (run.ownerId !== actor.id && !can(actor, "jobs.see"))) throw new Refusal("notFound");
  return runInWords(runRow(run, actor), locale);
}

const itemRow = z.array(
  z.object({
    subject_id: z.string(),
    outcome: z.enum(["will", "skip", "changed", "failed", "undone", "kept"]),
    code: z.string().nullable(),
    facts: z.record(z.string(), z.unknown()).nullable(),
  }),
);
const resultBatch = 2000;

/** The result of a bulk run row by row: id, name, outcome, reason. The name is the list's first column, as its owner sees it now. */
async function* resultText(actor: Actor, lists: Lists, run: { id: string; list: string; locale: string }) {
  const { list } = listed(lists, run.list);
  const locale: Locale = run.locale === "en" ? "en" : "zh-CN";
  const t = messages(locale).workbench.result;
  const [first = "id"] = Object.keys(list.sheet.heads(locale));
  yield csvText([[t.id, t.name, t.outcome, t.reason]]);
  for (let after = ""; ; ) {
    const items = itemRow.parse(
      await prisma.$queryRaw`
        select subject_id, outcome::text, code, facts from bulk_item
        where run_id = ${run.id} and subject_id > ${after} order by subject_id limit ${resultBatch}::int`,
    );
    const last = items.at(-1);
    if (!last) return;
    const ids = items.map((item) => item.subject_id);
    const names = new Map<string, CsvCell>();
    for (const row of await list.load(ids, actor)) names.set(row.id, list.sheet.cells(row, locale)[first] ?? null);
    const rows = items.map((item): CsvCell[] => [
      item.subject_id,
      names.get(item.subject_id) ?? null,
      t.outcomes[item.outcome],
      item.code && refusalWords(item.code, item.facts ?? {}, locale).text,
    ]);
    yield csvText(rows).slice(1);
    after = last.subject_id;
  }
}

export type RunFile = {
  name: string;
  mime: string;
  bytes: number | null;
  body: () => Readable | AsyncIterable<string>;
};

/** The file of a run, for whoever asked for it and still may see the list. Refuses: notFound, fileExpired. */
export async function runFile(actor: Actor, lists: Lists, id: string): Promise<RunFile> {
  const run = await prisma.run.findUnique({ where: { id } });
  if (!run || run.ownerId !== actor.id || !can(actor, listed(lists, run.list).deed)) throw new Refusal("notFound");
  if (!run.expiresAt || (run.kind === "export" && run.state !== "done")) throw new Refusal("notFound");
  if (run.expiresAt <= wall() || run.fileName === null) throw new Refusal("fileExpired");
  if (run.kind === "bulk")
    return { name: run.fileName, mime: mimes.csv, bytes: null, body: () => resultText(actor, lists, run) };
  const { format } = exportOptions.parse(run.options);
  return {
    name: run.fileName,
    mime: mimes[format],
    bytes: Number(run.bytes),
    body: () => openParts(fileOf(run.id, format, run.parts)),
  };
}
