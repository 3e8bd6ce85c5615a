import { readCursor } from "./page";
import { type Day, parseDay } from "./time";

/**
 * What a list accepts in its address. The first view and the first sort are the defaults (`sortOf` names another first sort for a
 * view); a sort is a column id, with a leading minus for descending. A filter is free text, a day, a yes/no, or one of the words
 * given; `many` takes several, comma separated. `fields` are what conditions may ask about.
 */
export type FilterSpec = "text" | "day" | "yes" | readonly string[] | { many: readonly string[] };
export type FieldKind = "text" | "number" | "money" | "day" | "moment" | "yes" | "ref";
export type FieldSpec = FieldKind | readonly string[];
export type ListSpec = {
  views?: readonly string[];
  sorts?: readonly string[];
  sortOf?: Readonly<Record<string, string>>;
  filters?: Readonly<Record<string, FilterSpec>>;
  fields?: Readonly<Record<string, FieldSpec>>;
};

type FilterValue<F> = F extends "day"
  ? Day
  : F extends "yes"
    ? true
    : F extends readonly (infer W)[]
      ? W
      : F extends { many: readonly (infer W)[] }
        ? W[]
        : string;

/** How a field is asked: `?where=payableFen.gte.1000`. Money is in fen, days are `YYYY-MM-DD`, `last` counts days until today. */
export const operators = {
  text: ["has", "is", "empty"],
  number: ["gte", "lte", "eq"],
  money: ["gte", "lte", "eq"],
  day: ["eq", "gte", "lte", "last"],
  moment: ["eq", "gte", "lte", "last"],
  yes: ["is"],
  ref: ["in", "not"],
  choice: ["in", "not"],
} as const satisfies Record<FieldKind | "choice", readonly string[]>;
export type Operator = (typeof operators)[keyof typeof operators][number];
export type Condition = { field: string; op: Operator; value: string };

export const kindOfField = (spec: FieldSpec): keyof typeof operators => (typeof spec === "string" ? spec : "choice");

const wholeNumber = /^-?\d{1,15}$/;
/** A day the database can count from and to. */
const listDay = (text: string): Day | null => {
  const day = parseDay(text);
  return day && day >= "1900-01-01" && day <= "2999-12-31" ? day : null;
};
/** Text as the database can hold it. */
const plainText = (text: string): string => text.replaceAll("\0", "").trim().slice(0, 100);

/** The value as it will be asked, or null when it means nothing to the field: foreign words of a choice fall away. */
function cleanValue(spec: FieldSpec, op: string, value: string): string | null {
  const kind = kindOfField(spec);
  if (op === "empty" || kind === "yes") return value === "1" || value === "0" ? value : null;
  if (op === "last") return /^\d{1,4}$/.test(value) && Number(value) > 0 ? value : null;
  if (kind === "number" || kind === "money") return wholeNumber.test(value) ? value : null;
  if (kind === "day" || kind === "moment") return listDay(value);
  if (kind === "text") return plainText(value) || null;
  const words = value
    .split(",")
    .filter((word) => (typeof spec === "string" ? /^[0-9a-z_]{2,40}$/i.test(word) : spec.includes(word)));
  return words.length > 0 ? words.slice(0, 100).join(",") : null;
}

/** Reads `field.op.value`; null when the field, the operator or the value is not of this list. */
export function readCondition(fields: ListSpec["fields"], text: string): Condition | null {
  const [field = "", op = "", ...rest] = text.split(".");
  const spec = fields && Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (!spec || !(operators[kindOfField(spec)] as readonly string[]).includes(op)) return null;
  const value = cleanValue(spec, op, rest.join("."));
  return value === null ? null : { field, op: op as Operator, value };
}

export const writeCondition = (c: Condition): string => `${c.field}.${c.op}.${c.value}`;

/** A list's address, read: plain data, safe to hand to a client component. `unknown` names what was dropped. */
export type ListParams<S extends ListSpec = ListSpec> = {
  view: S["views"] extends readonly (infer V)[] ? V : string;
  q: string;
  sort: S["sorts"] extends readonly (infer K)[] ? K : string;
  filters: { [K in keyof S["filters"]]?: FilterValue<NonNullable<S["filters"]>[K]> };
  /** Asked beside the filters: all of them, or with `any` at least one. */
  conditions: Condition[];
  any: boolean;
  /** The saved view this address came from. */
  saved: string | null;
  /** Count to the end, however many. */
  exact: boolean;
  after: string | null;
  peek: string | null;
  unknown: string[];
};

export type SearchParams = Record<string, string | string[] | undefined>;

/** Parameters every list understands. */
const grammar = ["view", "q", "sort", "where", "any", "saved", "count", "after", "peek"];

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

function readFilter(spec: FilterSpec, text: string): unknown {
  if (spec === "text") return plainText(text) || undefined;
  if (spec === "day") return listDay(text) ?? undefined;
  if (spec === "yes") return text === "1" ? true : undefined;
  if ("many" in spec) {
    const words = text.split(",").filter((word) => spec.many.includes(word));
    return words.length > 0 ? words : undefined;
  }
  return spec.includes(text) ? text : undefined;
}

/** Reads `?view=&q=&sort=&after=&peek=` and the filters the spec names; anything else is dropped and named in `unknown`. */
export function readListParams<const S extends ListSpec>(search: SearchParams, spec: S): ListParams<S> {
  const unknown: string[] = [];
  const pick = (key: string, allowed: readonly string[] | undefined): string => {
    const given = one(search[key]);
    const fallback = allowed?.[0] ?? "";
    if (given === undefined) return fallback;
    const plain = key === "sort" ? given.replace(/^-/, "") : given;
    if (allowed?.some((word) => (key === "sort" ? word.replace(/^-/, "") : word) === plain)) return given;
    unknown.push(key);
    return fallback;
  };
  const idOf = (key: "saved" | "peek"): string | null => {
    const given = one(search[key]);
    if (!given || /^\w{1,40}$/.test(given)) return given || null;
    unknown.push(key);
    return null;
  };
  const filters: Record<string, unknown> = {};
  for (const [key, filter] of Object.entries(spec.filters ?? {})) {
    const given = one(search[key]);
    if (given === undefined || given === "") continue;
    const value = readFilter(filter, given);
    if (value === undefined) unknown.push(key);
    else filters[key] = value;
  }
  const conditions: Condition[] = [];
  for (const text of [search.where ?? []].flat()) {
    const condition = conditions.length < 20 ? readCondition(spec.fields, text) : null;
    if (condition) conditions.push(condition);
    else unknown.push(text.slice(0, 60));
  }
  const known = new Set([...grammar, ...Object.keys(spec.filters ?? {})]);
  for (const key of Object.keys(search)) if (!known.has(key)) unknown.push(key);
  const view = pick("view", spec.views);
  const first = spec.sortOf?.[view];
  const sort = search.sort === undefined && first ? first : pick("sort", spec.sorts);
  const after = one(search.after) || null;
  // a cursor carries the sort it was made under: under another it would start in the wrong place
  const key = readCursor(after);
  const isStray = after !== null && (key === null || (spec.fields !== undefined && key[0] !== sort));
  if (isStray) unknown.push("after");
  const read = {
    view,
    q: plainText(one(search.q) ?? ""),
    sort,
    filters,
    conditions,
    any: one(search.any) === "1",
    saved: idOf("saved"),
    exact: one(search.count) === "exact",
    after: isStray ? null : after,
    peek: idOf("peek"),
    unknown,
  };
  return read as ListParams<S>;
}

/** True when nothing but the view narrows the list: decides between the empty and the filtered-empty sentence. */
export const isUnfiltered = (params: { q: string; filters: object; conditions?: readonly Condition[] }): boolean =>
  params.q === "" && Object.keys(params.filters).length === 0 && !params.conditions?.length;

/** A query string as a page gets it, for reading a stored one with readListParams. */
export function searchOf(query: string): SearchParams {
  const read: Record<string, string | string[]> = {};
  for (const key of new Set(new URLSearchParams(query).keys())) {
    const all = new URLSearchParams(query).getAll(key);
    read[key] = all.length > 1 ? all : (all[0] ?? "");
  }
  return read;
}

/** The stored form of a question: what the list understood of it, without place, peek and the view it came from. */
export function writeQuestion(params: ListParams): string {
  const text = (value: unknown): string =>
    value === true ? "1" : Array.isArray(value) ? value.join(",") : String(value);
  return changeQuery("", {
    view: params.view,
    q: params.q,
    sort: params.sort,
    ...Object.fromEntries(Object.entries(params.filters).map(([key, value]) => [key, text(value)])),
    where: params.conditions.map(writeCondition),
    any: params.any ? "1" : null,
  }).replace(/^\?/, "");
}

/**
 * The query string after changing some parameters; null, "" or [] removes one, a list gives it several times. Any change but
 * `after`, `peek` and `count` starts the list over, with its count as far as is cheap.
 */
export function changeQuery(query: string, change: Record<string, string | readonly string[] | null>): string {
  const next = new URLSearchParams(query);
  for (const [key, value] of Object.entries(change)) {
    next.delete(key);
    for (const one of value === null ? [] : [value].flat()) if (one !== "") next.append(key, one);
  }
  const places = ["after", "peek", "count"];
  if (Object.keys(change).some((key) => !places.includes(key))) for (const key of places) next.delete(key);
  const text = next.toString();
  return text === "" ? "" : `?${text}`;
}
