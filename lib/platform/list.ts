import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import type { CsvCell } from "#lib/kernel/csv";
import { type Condition, kindOfField, type ListParams, type ListSpec } from "#lib/kernel/list";
import { type Fen, fen } from "#lib/kernel/money";
import { type Page, readCursor, writeCursor } from "#lib/kernel/page";
import type { RefusalFacts } from "#lib/kernel/refusal";
import { addDays, type Day, dateOf, endOf, parseDay, startOf } from "#lib/kernel/time";
import type { Locale } from "#lib/words/locale";
import { today } from "./clock";
import { prisma } from "./db";

type Sql = Prisma.Sql;
/** A column, or for what stands in another table a wrapper that says where: `(match) => sql`exists (… and ${match(column)})``. */
export type ListField = Sql | ((match: (column: Sql) => Sql) => Sql);
type SortType = "text" | "bigint" | "integer" | "timestamptz" | "date" | "numeric";
type Words<T> = T extends readonly (infer W extends string)[] ? W : string;
type SortId<S extends ListSpec> =
  Words<S["sorts"]> extends infer K ? (K extends `-${infer C}` ? C : K & string) : never;

/**
 * One list of one kind of record: what may be asked (`spec`, pure, shared with the browser) and how the database answers.
 * Every view, filter and sort that is offered has its index; `load` turns ids into views, in any order.
 */
export type ListDef<A, Row extends { id: string }, S extends ListSpec = ListSpec> = {
  name: string;
  spec: S;
  /** The table and what it is always joined with: `customer_order o`. */
  from: Sql;
  /** Its key: `o.id`. */
  id: Sql;
  /** What this actor may see of it, as conditions. Refuses: forbidden. */
  scope: (actor: A) => Sql[];
  views?: { [V in Words<S["views"]>]?: Sql | ((actor: A) => Sql) };
  fields?: { [F in Extract<keyof S["filters"] | keyof S["fields"], string>]?: ListField };
  /** Filters that are more than one column, read together. */
  narrow?(filters: ListParams<S>["filters"]): Sql[];
  /** By column id; the key itself needs no type. */
  sorts?: { [K in SortId<S>]?: { by: Sql; type: SortType } };
  /** What `q` finds; with `period` only what is of it. */
  search?: (text: string, actor: A, period?: Period) => Sql | Promise<Sql>;
  /**
   * For a list that grows by the thousand a day: what to search one after another, newest first, from the key of a cursor back. A page
   * in order of time, and a count, is read from one period after another until it is full, so that a common word costs no more than a
   * rare one.
   */
  periods?: (text: string, before: string | null) => Promise<(Period | undefined)[]>;
  /** What the count is summed by. */
  sum?: Sql;
  load: (ids: string[], actor: A) => Promise<Row[]>;
  /** An exported row: the heads by column id, and each column's cell. */
  sheet: Sheet<A, Row>;
};

/** The first column names the row. `reveal` gives what is masked in full, by id and column, for an export that may hold it. */
export type Sheet<A, Row> = {
  heads: (locale: Locale) => Record<string, string>;
  cells: (row: Row, locale: Locale) => Record<string, CsvCell>;
  reveal?: (ids: string[], actor: A) => Promise<Map<string, Record<string, string>>>;
};

/**
 * One change to many rows of a list. `skips` says set-based which rows will be left alone and why (a refusal's code); `apply`
 * is one row by its own command, and its answer (or what the command's transaction gave) is kept for `undo`. `undo` refuses a
 * row that was changed since.
 */
export type BulkOp<A, V = Record<string, string>> = {
  /** What the person gives besides the rows. */
  values: z.ZodType<V>;
  /** Draws the button. */
  may: (actor: A) => boolean;
  skips: (actor: A, ids: string[], values: V) => Promise<Map<string, BulkSkip>>;
  apply: (actor: A, id: string, values: V) => Promise<unknown>;
  undo?: (actor: A, id: string, before: unknown) => Promise<unknown>;
};
export type BulkSkip = { code: string; facts?: RefusalFacts };
/** Names an operation; only for its types. */
export const defineBulk = <A, V>(op: BulkOp<A, V>) => op;

/** A list as the registry knows it: the deed that lets a person see it, what can be done to many of its rows, and each row's page. */
export type Listed<A, D extends string> = {
  list: AnyList<A>;
  deed: D;
  // biome-ignore lint/suspicious/noExplicitAny: a registry holds operations of every kind
  bulk?: Readonly<Record<string, BulkOp<A, any>>>;
  href?: (id: string) => string;
};

// biome-ignore lint/suspicious/noExplicitAny: a registry holds lists of every kind
export type AnyList<A> = ListDef<A, any, any>;
/** What a list is asked, by whoever asks: the read address, or a stored one. */
export type ListAsk = Pick<ListParams, "view" | "q" | "sort" | "conditions" | "any"> & {
  filters: object;
  /** Only these rows of it. */
  ids?: readonly string[];
};

/** A stretch of a list's keys: from `from` on and under `below`, and known to be of these days (both inclusive). */
export type Period = { from: string | null; below: string | null; days: { from: Day; to: Day } | null };

/** Names a list; only for its types. */
export const defineList = <A, Row extends { id: string }, const S extends ListSpec>(def: ListDef<A, Row, S>) => def;

/** A pattern that finds a text anywhere in a column, whatever signs it holds. */
export const likeText = (text: string) => `%${text.replace(/[\\%_]/g, "\\$&")}%`;

/** A sheet from one table: by column id its head and its cell, in the reader's language. */
export function sheetOf<Row>(
  columns: (locale: Locale) => Record<string, readonly [head: string, cell: (row: Row) => CsvCell]>,
): Pick<Sheet<never, Row>, "heads" | "cells"> {
  const made = new Map<Locale, ReturnType<typeof columns>>();
  const of = (locale: Locale) => {
    const known = made.get(locale) ?? columns(locale);
    made.set(locale, known);
    return known;
  };
  return {
    heads: (locale) => Object.fromEntries(Object.entries(of(locale)).map(([id, [head]]) => [id, head])),
    cells: (row, locale) => Object.fromEntries(Object.entries(of(locale)).map(([id, [, cell]]) => [id, cell(row)])),
  };
}

function match(spec: NonNullable<ListSpec["fields"]>[string], c: Condition): (column: Sql) => Sql {
  const kind = kindOfField(spec);
  const { op, value } = c;
  if (op === "empty")
    return (column) =>
      value === "1" ? Prisma.sql`coalesce(${column}, '') = ''` : Prisma.sql`coalesce(${column}, '') <> ''`;
  if (kind === "text") {
    return op === "has"
      ? (column) => Prisma.sql`${column} ilike ${likeText(value)}`
      : (column) => Prisma.sql`${column} = ${value}`;
  }
  if (kind === "yes") return (column) => (value === "1" ? Prisma.sql`${column}` : Prisma.sql`not (${column})`);
  if (kind === "number" || kind === "money") {
    const n = BigInt(value);
    if (op === "gte") return (column) => Prisma.sql`${column} >= ${n}::bigint`;
    if (op === "lte") return (column) => Prisma.sql`${column} <= ${n}::bigint`;
    return (column) => Prisma.sql`${column} = ${n}::bigint`;
  }
  if (kind === "day" || kind === "moment") {
    const d = value as Day;
    const since = op === "last" ? addDays(today(), 1 - Number(value)) : d;
    const from = op === "lte" ? null : since;
    const to = op === "gte" ? null : op === "last" ? today() : d;
    return (column) =>
      kind === "day"
        ? Prisma.sql`${from ? Prisma.sql`${column} >= ${dateOf(from)}::date` : Prisma.sql`true`} and ${to ? Prisma.sql`${column} <= ${dateOf(to)}::date` : Prisma.sql`true`}`
        : Prisma.sql`${from ? Prisma.sql`${column} >= ${startOf(from)}` : Prisma.sql`true`} and ${to ? Prisma.sql`${column} < ${endOf(to)}` : Prisma.sql`true`}`;
  }
  // an enum's words are asked as its own type, so that its index serves
  const words = value.split(",");
  const [first] = words;
  const any =
    words.length === 1 && first !== undefined
      ? (column: Sql) => Prisma.sql`${column} = ${first}`
      : (column: Sql) => Prisma.sql`${column} = any(${words})`;
  return op === "not" ? (column) => Prisma.sql`not coalesce(${any(column)}, false)` : any;
}

function asked<A>(def: AnyList<A>, c: Condition): Sql {
  const spec = def.spec.fields?.[c.field] ?? filterKind(def, c.field);
  const field = (def.fields as Record<string, ListField> | undefined)?.[c.field];
  if (!spec || !field) return Prisma.sql`true`;
  if (typeof field !== "function") return Prisma.sql`(${match(spec, c)(field)})`;
  // of what stands in another table, "not one of" means that none of its rows is one, not that some row is another
  if (c.op === "not") return Prisma.sql`(not ${field(match(spec, { ...c, op: "in" }))})`;
  if (c.op === "empty" && c.value === "1") return Prisma.sql`(not ${field(match(spec, { ...c, value: "0" }))})`;
  return Prisma.sql`(${field(match(spec, c))})`;
}

function filterKind<A>(def: AnyList<A>, key: string) {
  const filter = def.spec.filters?.[key];
  if (filter === undefined) return undefined;
  if (filter === "text") return "ref";
  if (typeof filter === "string") return filter;
  return "many" in filter ? filter.many : filter;
}

const quick = (value: unknown): Pick<Condition, "op" | "value"> =>
  value === true
    ? { op: "is", value: "1" }
    : Array.isArray(value)
      ? { op: "in", value: value.join(",") }
      : { op: "eq", value: String(value) };

async function where<A>(def: AnyList<A>, actor: A, ask: ListAsk, more?: Sql, period?: Period): Promise<Sql> {
  const view = (def.views as Record<string, Sql | ((actor: A) => Sql)> | undefined)?.[ask.view];
  const q = ask.q.trim();
  const filters = Object.entries(ask.filters).flatMap(([field, value]) =>
    value !== undefined && Object.hasOwn(def.fields ?? {}, field) ? [asked(def, { field, ...quick(value) })] : [],
  );
  const conditions = ask.conditions.map((c) => asked(def, c));
  return Prisma.join(
    [
      Prisma.sql`true`,
      ...def.scope(actor),
      ...(view ? [typeof view === "function" ? view(actor) : view] : []),
      ...filters,
      ...(def.narrow?.(ask.filters as never) ?? []),
      ...(conditions.length > 0 ? [Prisma.sql`(${Prisma.join(conditions, ask.any ? " or " : " and ")})`] : []),
      ...(q && def.search ? [await def.search(q, actor, period)] : []),
      ...(ask.ids ? [Prisma.sql`${def.id} = any(${ask.ids})`] : []),
      ...(more ? [more] : []),
    ],
    " and ",
  );
}

const clock = "([01]\\d|2[0-3])(:[0-5]\\d){2}(\\.\\d{1,6})?[+-](0\\d|1[0-4])(:[0-5]\\d)?";
const shapes: Record<SortType, RegExp> = {
  text: /^/,
  bigint: /^-?\d{1,18}$/,
  integer: /^-?\d{1,9}$/,
  numeric: /^-?\d{1,18}(\.\d{1,9})?$/,
  date: /^\d{4}-\d\d-\d\d$/,
  timestamptz: new RegExp(`^\\d{4}-\\d\\d-\\d\\d ${clock}$`),
};
/** Whether a cursor's part is a value of its column: a mended cursor starts the list over instead of breaking it. */
const isValue = (type: SortType, text: unknown): text is string =>
  typeof text === "string" &&
  shapes[type].test(text) &&
  ((type !== "date" && type !== "timestamptz") || parseDay(text.slice(0, 10)) !== null);

const keyRow = z.array(z.object({ id: z.string(), key: z.string() }));

/** The ids of one stretch of the list in its order, after a cursor's key; `key` is the sort's value as text. */
async function stretch<A>(def: AnyList<A>, actor: A, ask: ListAsk, after: readonly unknown[] | null, limit: number) {
  const isDown = ask.sort.startsWith("-");
  const sort = (def.sorts as Record<string, { by: Sql; type: SortType }> | undefined)?.[ask.sort.replace(/^-/, "")];
  const by = sort?.by ?? def.id;
  const isKey = !sort || sort.by.sql === def.id.sql;
  const type = sort?.type ?? "text";
  const keyType = Object.values(def.sorts ?? {}).find((one) => one?.by.sql === def.id.sql)?.type ?? "text";
  const cmp = Prisma.raw(isDown ? "<" : ">");
  const dir = Prisma.raw(isDown ? "desc" : "asc");
  const [, value, id] = after ?? [];
  const from =
    isValue(type, value) && isValue(keyType, id)
      ? isKey
        ? Prisma.sql`${def.id} ${cmp} ${id}`
        : Prisma.sql`(${by}, ${def.id}) ${cmp} (${value}::${Prisma.raw(type)}, ${id})`
      : undefined;
  const q = ask.q.trim();
  const periods = q && isKey && isDown && def.periods ? await def.periods(q, from ? String(id) : null) : [undefined];
  const rows: z.infer<typeof keyRow> = [];
  for (const period of periods) {
    const found = await prisma.$queryRaw`
      select ${def.id}::text as id, ${by}::text as key from ${def.from} where ${await where(def, actor, ask, from, period)}
      order by ${isKey ? Prisma.sql`${def.id} ${dir}` : Prisma.sql`${by} ${dir}, ${def.id} ${dir}`} limit ${limit - rows.length}::int`;
    rows.push(...keyRow.parse(found));
    if (rows.length >= limit) break;
  }
  return rows.map((r) => ({ id: r.id, cursor: [ask.sort, r.key, r.id] as const }));
}

async function loaded<A, Row extends { id: string }>(
  def: ListDef<A, Row, never>,
  actor: A,
  ids: string[],
): Promise<Row[]> {
  if (ids.length === 0) return [];
  const byId = new Map((await def.load(ids, actor)).map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** One keyset page in the order asked for. Refuses: forbidden. */
export async function listPage<A, Row extends { id: string }, S extends ListSpec>(
  def: ListDef<A, Row, S>,
  actor: A,
  ask: ListAsk & { after?: string | null },
  limit = 50,
): Promise<Page<Row>> {
  const key = readCursor(ask.after);
  const found = await stretch(def, actor, ask, key?.[0] === ask.sort ? key : null, limit + 1);
  const kept = found.slice(0, limit);
  const last = kept.at(-1);
  return {
    rows: await loaded(
      def as never,
      actor,
      kept.map((k) => k.id),
    ),
    nextCursor: found.length > limit && last ? writeCursor(last.cursor) : null,
  };
}

/** The whole list in stretches, each with the cursor to go on from: for exports. */
export async function* listStretches<A, Row extends { id: string }>(
  def: ListDef<A, Row, never> | AnyList<A>,
  actor: A,
  ask: ListAsk,
  from: string | null,
  size = 2000,
): AsyncGenerator<{ rows: Row[]; cursor: string }> {
  let key: readonly unknown[] | null = readCursor(from);
  for (;;) {
    const found = await stretch(def as AnyList<A>, actor, ask, key, size);
    const last = found.at(-1);
    if (!last) return;
    yield {
      rows: await loaded(
        def as never,
        actor,
        found.map((k) => k.id),
      ),
      cursor: writeCursor(last.cursor),
    };
    if (found.length < size) return;
    key = last.cursor;
  }
}

/** Up to `limit` ids of what is asked for, in order of the key: what a bulk run goes through. */
export async function listIds<A>(
  def: AnyList<A>,
  actor: A,
  ask: ListAsk,
  after: string | null,
  limit: number,
): Promise<string[]> {
  const rows = z.array(z.object({ id: z.string() })).parse(
    await prisma.$queryRaw`select ${def.id}::text as id from ${def.from}
      where ${await where(def, actor, ask, after === null ? undefined : Prisma.sql`${def.id} > ${after}`)} order by ${def.id} limit ${limit}::int`,
  );
  return rows.map((r) => r.id);
}

export const countCap = 10_000;
const countRow = z.array(z.object({ n: z.bigint(), total: z.bigint() }));
export type ListCount = { count: number; sumFen: Fen | null; isCapped: boolean };

/** How many and, where the list has a sum, how much: to 10,000 (or `cap`) and then `isCapped`, or to the end with `exact`. */
export async function listCount<A>(
  def: AnyList<A>,
  actor: A,
  ask: ListAsk,
  exact = false,
  cap = countCap,
): Promise<ListCount> {
  const q = ask.q.trim();
  let n = 0;
  let total = 0n;
  for (const period of q && def.periods ? await def.periods(q, null) : [undefined]) {
    const rows = await prisma.$queryRaw`
      select count(*) as n, coalesce(sum(amount), 0)::bigint as total from (
        select ${def.sum ?? Prisma.sql`0`} as amount from ${def.from} where ${await where(def, actor, ask, undefined, period)} ${exact ? Prisma.empty : Prisma.sql`limit ${cap + 1 - n}::int`}) c`;
    const [row] = countRow.parse(rows);
    n += Number(row?.n ?? 0);
    total += row?.total ?? 0n;
    if (!exact && n > cap) break;
  }
  const isCapped = !exact && n > cap;
  return { count: isCapped ? cap : n, sumFen: def.sum && !isCapped ? fen(total) : null, isCapped };
}

/** The whole question of a system view: what its tab counts. */
export const viewAsk = (view: string, sort = ""): ListAsk => ({
  view,
  q: "",
  sort,
  filters: {},
  conditions: [],
  any: false,
});

/** What a change of state asks for, and what its command gives for undo. */
export const reasonValues = z.object({ reason: z.string().trim().min(1, "reasonRequired").max(200) });
export const keptVersion = z.object({ version: z.number() });

/** Which of some rows a change of state leaves alone: those there already, and those from which no way leads there. */
export const stateSkips = (rows: readonly { id: string; state: string }[], from: readonly string[], to: string) =>
  new Map(
    rows.flatMap(({ id, state }): [string, BulkSkip][] =>
      state === to
        ? [[id, { code: "alreadySo" }]]
        : from.includes(state)
          ? []
          : [[id, { code: "illegalTransition", facts: { state } }]],
    ),
  );
