import "server-only";
import pg from "pg";

let spentMs = 0;
let open = 0;
let since = 0;

/** Counts the time during which this process waits for at least one statement, whoever asked for it. */
// biome-ignore lint/suspicious/noExplicitAny: pg's query has many shapes; only its promise matters here
function watch(proto: any): void {
  const query = proto.query;
  proto.query = function (...args: unknown[]) {
    const answer = query.apply(this, args);
    if (typeof answer?.then !== "function") return answer;
    if (open++ === 0) since = performance.now();
    const end = () => {
      if (--open === 0) spentMs += performance.now() - since;
    };
    answer.then(end, end);
    return answer;
  };
}
watch(pg.Client.prototype);
watch(pg.Pool.prototype);

/** Milliseconds of SQL, as the program waits for it, that a piece of work costs. */
export async function sqlMs(work: () => Promise<unknown>): Promise<number> {
  const before = spentMs;
  await work();
  return spentMs - before;
}

export const median = (values: number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

export const rounded = (value: number): number => Math.round(value * 100) / 100;

/** The median of each piece of work over `rounds`, one after the other in every round, after one round that warms up. */
export async function interleaved<K extends string>(
  works: Record<K, () => Promise<unknown>>,
  rounds = 7,
): Promise<Record<K, number>> {
  const names = Object.keys(works) as K[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const ms = await sqlMs(works[name]);
      if (round > 0) times[name].push(ms);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])])) as Record<K, number>;
}
