import "server-only";
import writeXlsxFile from "write-excel-file/node";
import { record } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { type CsvCell, csvText } from "#lib/kernel/csv";
import type { ListSpec } from "#lib/kernel/list";
import { Refusal } from "#lib/kernel/refusal";
import { prisma } from "#lib/platform/db";
import { type AnyList, listCount, listStretches } from "#lib/platform/list";
import { openParts, storage } from "#lib/platform/storage";
import type { Locale } from "#lib/words/locale";
import { bookName, exportOptions, partName } from "./file";
import { askOf, type Lists, listed, questionShape } from "./lists";
import { xlsxRows } from "./rules";
import { finish, type Run, step, tellOf } from "./step";

/** Rows are read in short stretches, so that what they leave behind stays small, and kept in longer parts. */
const stretchRows = 500;
const stretchesInPart = 10;

/** A stretch of rows as cells in the columns asked for; in full what may be revealed. */
async function cellsOf(
  list: AnyList<Actor>,
  actor: Actor,
  rows: { id: string }[],
  locale: Locale,
  options: { columns: string[]; reason: string | null },
): Promise<CsvCell[][]> {
  const ids = rows.map((row) => row.id);
  const open = options.reason === null ? undefined : await list.sheet.reveal?.(ids, actor);
  return rows.map((row) => {
    const cells: Record<string, CsvCell> = { ...list.sheet.cells(row, locale), ...open?.get(row.id) };
    return options.columns.map((id) => cells[id] ?? null);
  });
}

/** Goes on with an export until it is done or `pause` says so: one part of the file per stretch, then the cursor. */
export async function exportRows(lists: Lists, run: Run, actor: Actor, pause: () => boolean): Promise<void> {
  const { list, deed } = listed(lists, run.list);
  authorise(actor, deed);
  const options = exportOptions.parse(run.options);
  if (options.reason !== null) authorise(actor, "pii.reveal");
  const locale: Locale = run.locale === "en" ? "en" : "zh-CN";
  const ask = askOf(list.spec as ListSpec, questionShape.parse(run.question));
  const heads = list.sheet.heads(locale);
  const head = options.columns.map((id) => heads[id] ?? id);
  if (run.total === null) await step(prisma, run, { total: (await listCount(list, actor, ask, true)).count });
  const parts = [...run.parts];
  let { done, bytes } = run;
  let waiting: string[] = [];
  const add = (cells: CsvCell[][]) => {
    const isHead = parts.length === 0 && waiting.length === 0;
    const text =
      options.format === "xlsx"
        ? [...(isHead ? [head] : []), ...cells].map((row) => `${JSON.stringify(row)}\n`).join("")
        : isHead
          ? csvText([head, ...cells])
          : csvText(cells).slice(1);
    waiting.push(text);
    done += cells.length;
  };
  const write = async (cursor: string | null) => {
    const part = Buffer.from(waiting.join(""));
    waiting = [];
    await storage.put(partName(run.id, parts.length, run.claim), part);
    parts.push(run.claim);
    bytes += BigInt(part.length);
    await step(prisma, run, { cursor, parts, done, bytes });
    tellOf(run);
  };
  let last = run.cursor;
  for await (const { rows, cursor } of listStretches(list, actor, ask, run.cursor, stretchRows)) {
    add(await cellsOf(list, actor, rows, locale, options));
    if (options.format === "xlsx" && done > xlsxRows) throw new Refusal("xlsxRows", { most: xlsxRows });
    last = cursor;
    if (waiting.length < stretchesInPart) continue;
    await write(cursor);
    if (pause()) return;
  }
  if (parts.length === 0 && waiting.length === 0) add([]);
  if (waiting.length > 0) await write(last);
  const audited = { list: run.list, question: run.question, columns: options.columns, rows: done };
  const entry = { deed: "lists.exported", subjectType: "run", subjectId: run.id, after: audited };
  const book = options.format === "xlsx" ? await bind(run, parts) : null;
  await finish(
    run,
    "done",
    done,
    { total: done, ...(book === null ? {} : { bytes: book, parts: [...parts, run.claim] }) },
    (tx) => record(tx, actor, entry),
  );
}

/** Amounts go into a spreadsheet as numbers; all other text stays text, so nothing can run. */
const bookCell = (cell: CsvCell) =>
  typeof cell === "string"
    ? /^-?\d+\.\d\d$/.test(cell)
      ? { value: Number(cell), type: Number, format: "0.00" }
      : { value: cell, type: String }
    : cell;

/** The spreadsheet made of the parts; its length in bytes. */
async function bind(run: Run, parts: readonly number[]): Promise<bigint> {
  const pieces: Buffer[] = [];
  for await (const piece of openParts(parts.map((claim, no) => partName(run.id, no, claim))))
    pieces.push(piece as Buffer);
  const rows = Buffer.concat(pieces).toString("utf8").trimEnd().split("\n");
  const book = await writeXlsxFile(
    rows.map((line, no) =>
      (JSON.parse(line) as CsvCell[]).map((cell) =>
        no === 0 ? { value: String(cell), fontWeight: "bold" as const } : bookCell(cell),
      ),
    ),
    { stickyRowsCount: 1 },
  ).toBuffer();
  await storage.put(bookName(run.id, run.claim), book);
  return BigInt(book.length);
}
