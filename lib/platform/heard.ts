import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";
import { pool } from "./db";
import { shared } from "./shared";

type Heard = { text: string; values: readonly unknown[] };
type Ask = (this: unknown, ...given: unknown[]) => unknown;

/** From the first listener on, every question to the database tells whoever listens in its own call chain. */
const ears = shared("db.ears", () => {
  const listening = new AsyncLocalStorage<Heard[]>();
  const wrap = (ask: Ask, isOwn: (given: unknown[]) => boolean): Ask =>
    function (this: unknown, ...given) {
      const first = given[0] as string | { text?: string; values?: unknown[] } | undefined;
      const text = typeof first === "string" ? first : first?.text;
      if (text && /^\s*(select|with)\b(?! set_config)/i.test(text) && isOwn(given)) {
        const values = Array.isArray(given[1]) ? given[1] : typeof first === "object" ? first.values : undefined;
        listening.getStore()?.push({ text, values: values ?? [] });
      }
      return ask.apply(this, given);
    };
  pool.query = wrap(pool.query as Ask, () => true) as typeof pool.query;
  // inside a transaction the client is asked itself; the pool asks it with a callback
  const { prototype } = (pool as unknown as { Client: { prototype: { query: Ask } } }).Client;
  prototype.query = wrap(prototype.query, (given) => typeof given.at(-1) !== "function");
  return listening;
});

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function literal(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `array[${value.map(literal).join(", ")}]`;
  if (value instanceof Date) return quoted(value.toISOString());
  // instants are sent in UTC without saying so
  return quoted(String(value).replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/, "$&+00:00"));
}

/** A statement with its values written in, its indentation evened, as it can be pasted into psql. */
function written({ text, values }: Heard): string {
  const filled = text.replace(/\$(\d+)/g, (whole, n: string) =>
    Number(n) <= values.length ? literal(values[Number(n) - 1]) : whole,
  );
  const lines = filled.split("\n").filter((line) => line.trim() !== "");
  const indent = Math.min(...lines.slice(1).map((line) => line.length - line.trimStart().length), 40);
  return lines.map((line, i) => (i === 0 ? line.trimStart() : line.slice(indent))).join("\n");
}

/** What `work` answers, and the SQL it asked on its way, each statement once. */
export async function heard<T>(work: () => Promise<T>): Promise<{ answer: T; sql: string[] }> {
  const all: Heard[] = [];
  // a Prisma query starts when it is awaited: that must happen inside
  const answer = await ears.run(all, async () => await work());
  return { answer, sql: [...new Set(all.map(written))] };
}
