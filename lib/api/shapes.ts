import "server-only";
import { z } from "@hono/zod-openapi";
import type { Prefix } from "#lib/kernel/ids";
import { pageOf, readCursor } from "#lib/kernel/page";

export { z };

const samples = new WeakMap<object, unknown>();

/** A schema with a value that shows what it holds; examples of whole bodies are put together from these. */
export function shown<S extends z.ZodType>(schema: S, example: z.input<S>): S {
  const made = schema.openapi({ example: example as never });
  samples.set(made, example);
  return made;
}

/** An id in an answer. In a request it is any short text: one we never gave out is simply not found. */
export const id = (prefix: Prefix) => shown(z.string().max(40), `${prefix}_01kb2xk5cq9m3r7t4wvz`);
export const fenAmount = (example = 1980) => shown(z.int(), example);
export const instant = shown(z.iso.datetime(), "2026-11-22T02:30:00.000Z");
export const day = shown(z.iso.date(), "2026-11-22");
/** Wall-clock time in Asia/Shanghai. */
export const clock = shown(z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/), "16:00");
export const words = (example: string, max = 2000) => shown(z.string().max(max), example);
/** Words somebody types: trimmed, and not empty. */
export const typed = (example: string, max: number) => shown(z.string().trim().min(1).max(max), example);
export const count = (
  example = 3,
  { least = 0, most = Number.MAX_SAFE_INTEGER }: { least?: number; most?: number } = {},
) => shown(most === Number.MAX_SAFE_INTEGER ? z.int().min(least) : z.int().min(least).max(most), example);
export const flag = (example = true) => shown(z.boolean(), example);
export const metres = shown(z.int().min(0), 320);
export const bp = shown(z.int(), 1000);
/** The money of every object is in one currency. */
export const currency = z.literal("CNY");
export const cny = "CNY" as const;

const cursorShape = shown(z.string().max(600), "WyJvcmRfMDFrYjJ4azVjcTltM3I3dDR3dnoiXQ");
export const pageQuery = (most = 100, usual = 20) => ({
  limit: shown(z.coerce.number().int().min(1).max(most).default(usual), usual),
  cursor: cursorShape.optional(),
});

/** A page of rows already in memory, in the order of their keys; steady while rows come and go. */
export function pageAfter<T>(
  rows: readonly T[],
  cursor: string | undefined,
  limit: number,
  keyOf: (row: T) => readonly [number, string],
): { rows: T[]; nextCursor: string | null } {
  const order = (a: readonly [number, string], b: readonly [number, string]) =>
    a[0] - b[0] || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0);
  const sorted = [...rows].sort((a, b) => order(keyOf(a), keyOf(b)));
  const [rank, after] = readCursor(cursor) ?? [];
  const rest =
    typeof rank === "number" && typeof after === "string"
      ? sorted.filter((row) => order(keyOf(row), [rank, after]) > 0)
      : sorted;
  return pageOf(rest.slice(0, limit + 1), limit, keyOf);
}

/** A list's answer: `page.next_cursor` asks for the next page; null on the last. */
export const listOf = <S extends z.ZodType>(row: S) =>
  z.object({ data: z.array(row), page: z.object({ next_cursor: cursorShape.nullable(), has_more: z.boolean() }) });

export const pageView = <T>(page: { rows: T[]; nextCursor: string | null }) => ({
  data: page.rows,
  page: { nextCursor: page.nextCursor, hasMore: page.nextCursor !== null },
});

type Camel<S extends string> = S extends `${infer A}_${infer B}` ? `${A}${Capitalize<Camel<B>>}` : S;
type Word<T extends string> = string extends T ? T : Camel<T>;

/** What a handler gives for an answer's schema: the domain's own spelling, instants as Dates. */
export type View<T> = T extends string
  ? Word<T>
  : T extends readonly (infer U)[]
    ? readonly View<U>[]
    : T extends object
      ? string extends keyof T
        ? Readonly<Record<string, View<T[keyof T]>>>
        : {
            readonly [K in keyof T as K extends string ? Camel<K> : never]: K extends `${string}_${"at" | "time"}`
              ? Instant<T[K]>
              : View<T[K]>;
          }
      : T;
type Instant<T> = T extends string ? Date : T;

/** What a handler reads of a request: the domain's own spelling; instants stay text. */
export type Read<T> = T extends string
  ? Word<T>
  : T extends readonly (infer U)[]
    ? Read<U>[]
    : T extends File
      ? T
      : T extends object
        ? { [K in keyof T as K extends string ? Camel<K> : never]: Read<T[K]> }
        : T;

const camel = (text: string) => text.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase());
export const snake = (text: string) => text.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

type Def = {
  type: string;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  innerType?: z.ZodType;
  in?: z.ZodType;
  out?: z.ZodType;
  valueType?: z.ZodType;
  entries?: Record<string, string>;
  values?: unknown[];
};
const defOf = (schema: z.ZodType): Def => (schema as unknown as { _zod: { def: Def } })._zod.def;

/** Puts a domain's view on the wire: only what the schema names, snake_case, words of enums too, instants in RFC 3339 with Z. */
export function write(schema: z.ZodType, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  const def = defOf(schema);
  if (def.innerType) return write(def.innerType, value);
  if (def.type === "pipe" && def.out) return write(def.out, value);
  if (def.shape) {
    const from = value as Record<string, unknown>;
    return Object.fromEntries(Object.entries(def.shape).map(([key, part]) => [key, write(part, from[camel(key)])]));
  }
  if (def.element) return (value as unknown[]).map((one) => write(def.element as z.ZodType, one));
  if (def.type === "record")
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, write(def.valueType as z.ZodType, one)]));
  if (def.type === "enum" && typeof value === "string") return snake(value);
  return value instanceof Date ? value.toISOString() : value;
}

/** Takes a parsed request into the domain's spelling. */
export function read(schema: z.ZodType, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  const def = defOf(schema);
  if (def.innerType) return read(def.innerType, value);
  if (def.type === "pipe" && def.in) return read(def.in, value);
  if (def.shape) {
    const parts = def.shape;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, one]) =>
        parts[key] ? [[camel(key), read(parts[key] as z.ZodType, one)]] : [],
      ),
    );
  }
  if (def.element) return (value as unknown[]).map((one) => read(def.element as z.ZodType, one));
  if (def.type === "enum" && typeof value === "string") return camel(value);
  return value;
}

/** A whole body put together from the samples of its parts. */
export function exampleOf(schema: z.ZodType): unknown {
  if (samples.has(schema)) return samples.get(schema);
  const def = defOf(schema);
  if (def.innerType) return exampleOf(def.innerType);
  if (def.type === "pipe" && def.in) return exampleOf(def.in);
  if (def.shape) return Object.fromEntries(Object.entries(def.shape).map(([key, part]) => [key, exampleOf(part)]));
  if (def.element) return [exampleOf(def.element)];
  if (def.type === "record") return {};
  if (def.type === "enum") return Object.values(def.entries ?? {})[0];
  if (def.type === "literal") return def.values?.[0];
  if (def.type === "boolean") return true;
  if (def.type === "number") return 1;
  return "text";
}
