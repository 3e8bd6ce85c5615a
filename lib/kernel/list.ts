import { type Day, parseDay } from "./time";

/**
 * What a list accepts in its address. The first view and the first sort are the defaults; a sort is a column id, with a
 * leading minus for descending. A filter is free text, a day, a yes/no, or one of the words given; `many` takes several, comma separated.
 */
export type FilterSpec = "text" | "day" | "yes" | readonly string[] | { many: readonly string[] };
export type ListSpec = {
  views?: readonly string[];
  sorts?: readonly string[];
  filters?: Readonly<Record<string, FilterSpec>>;
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

/** A list's address, read: plain data, safe to hand to a client component. `unknown` names what was dropped. */
export type ListParams<S extends ListSpec = ListSpec> = {
  view: S["views"] extends readonly (infer V)[] ? V : string;
  q: string;
  sort: S["sorts"] extends readonly (infer K)[] ? K : string;
  filters: { [K in keyof S["filters"]]?: FilterValue<NonNullable<S["filters"]>[K]> };
  after: string | null;
  peek: string | null;
  unknown: string[];
};

export type SearchParams = Record<string, string | string[] | undefined>;

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

function readFilter(spec: FilterSpec, text: string): unknown {
  if (spec === "text") return text.slice(0, 100);
  if (spec === "day") return parseDay(text) ?? undefined;
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
  const filters: Record<string, unknown> = {};
  for (const [key, filter] of Object.entries(spec.filters ?? {})) {
    const given = one(search[key]);
    if (given === undefined || given === "") continue;
    const value = readFilter(filter, given);
    if (value === undefined) unknown.push(key);
    else filters[key] = value;
  }
  const known = new Set(["view", "q", "sort", "after", "peek", ...Object.keys(spec.filters ?? {})]);
  for (const key of Object.keys(search)) if (!known.has(key)) unknown.push(key);
  const read = {
    view: pick("view", spec.views),
    q: (one(search.q) ?? "").trim().slice(0, 100),
    sort: pick("sort", spec.sorts),
    filters,
    after: one(search.after) || null,
    peek: one(search.peek) || null,
    unknown,
  };
  return read as ListParams<S>;
}

/** True when nothing but the view narrows the list: decides between the empty and the filtered-empty sentence. */
export const isUnfiltered = (params: Pick<ListParams, "q" | "filters">): boolean =>
  params.q === "" && Object.keys(params.filters).length === 0;

/**
 * The query string after changing some parameters; null or "" removes one. Any change but `after` and `peek` starts the list over.
 */
export function changeQuery(query: string, change: Record<string, string | null>): string {
  const next = new URLSearchParams(query);
  for (const [key, value] of Object.entries(change)) {
    if (value === null || value === "") next.delete(key);
    else next.set(key, value);
  }
  if (Object.keys(change).some((key) => key !== "after" && key !== "peek")) {
    next.delete("after");
    next.delete("peek");
  }
  const text = next.toString();
  return text === "" ? "" : `?${text}`;
}
