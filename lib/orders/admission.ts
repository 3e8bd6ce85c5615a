import "server-only";
import type { Pool } from "pg";
import { z } from "zod";
import { Refusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import { admissionPool, pool, prisma } from "#lib/platform/db";
import { setting } from "#lib/platform/settings";
import { shared } from "#lib/platform/shared";
import type { LimitKind } from "#lib/promotions/schema";
import { type Candidate, columnCount, columnsOf } from "./batch";

export type { Candidate };

const answer = z.object({
  outcome: z.enum([
    ...(["accepted", "duplicate", "mismatch", "notStarted", "ended", "paused", "stale", "newCustomers"] as const),
    ...(["limit", "soldOut", "groupEnded", "groupFull", "inGroup", "coupon", "budget", "holds"] as const),
  ]),
  order_id: z.string().nullable(),
  line_no: z.number().nullable(),
  room: z.number().nullable(),
  most: z.number().nullable(),
  used: z.number().nullable(),
});
type Answer = z.infer<typeof answer>;

/** What admission said of one order: the order that stands (accepted, duplicate, mismatch), or why not, with the offer and its facts. */
export type Verdict = {
  outcome: Answer["outcome"];
  orderId: string | null;
  /** When it was decided: an accepted order was placed then. */
  at: Date;
  offerId: string | null;
  /** Pieces left, when they were too few. */
  available: number | null;
  /** The limit that was met, how much it allows and how much of it was used. */
  limit: { kind: LimitKind | "holds"; max: number; had: number } | null;
};

function verdictOf(at: Date, order: Candidate, a: Answer): Verdict {
  const nth = (a.line_no ?? 1) - 1;
  const demand = a.outcome === "limit" ? order.limits[nth] : undefined;
  return {
    outcome: a.outcome,
    orderId: a.order_id,
    at,
    offerId: demand?.offer_id ?? order.lines[nth]?.offer_id ?? null,
    available: a.room,
    limit:
      a.most === null
        ? null
        : { kind: a.outcome === "holds" ? "holds" : (demand?.kind ?? "offer"), max: a.most, had: a.used ?? 0 },
  };
}

type Database = Pick<Pool, "query">;
const mostTogether = 500;
/** The statement that admits a batch; its parameters are those of `columnsOf`. */
export const admissionQuery = `select * from admit_orders(${Array.from({ length: columnCount }, (_, i) => `$${i + 1}`).join(", ")})`;
const codeOf = (error: unknown) => (error as { code?: string } | null)?.code;

/**
 * One batch in one transaction: a person at most once, `mostTogether` orders at most. A deadlock is tried again; after a unique violation
 * (another process took the same key, counter or hold at the same moment) the orders are settled one by one.
 */
async function admitBatch(db: Database, at: Date, orders: readonly Candidate[], attempt = 1): Promise<Verdict[]> {
  try {
    const values = columnsOf(at, await setting(prisma, "openHoldsMax"), orders);
    const said = z.array(answer).parse((await db.query({ name: "admit_orders", text: admissionQuery, values })).rows);
    if (said.length !== orders.length) throw new Error(`admission answered ${said.length} of ${orders.length} orders`);
    return said.map((a, i) => verdictOf(at, orders[i] as Candidate, a));
  } catch (error) {
    const code = codeOf(error);
    if (attempt >= 4 || (code !== "23505" && code !== "40P01" && code !== "40001")) throw error;
    if (code !== "23505" || orders.length === 1) return await admitBatch(db, at, orders, attempt + 1);
    const verdicts: Verdict[] = [];
    for (const order of orders) verdicts.push(...(await admitBatch(db, at, [order])));
    return verdicts;
  }
}

/** Takes the next batch out of a queue: in its order, nobody twice, nobody who is busy elsewhere. */
function nextBatch<T>(queue: T[], who: (one: T) => string, busy: ReadonlySet<string>, maxBatch = mostTogether): T[] {
  const taken: T[] = [];
  const left: T[] = [];
  const seen = new Set(busy);
  for (const one of queue) {
    if (taken.length < maxBatch && !seen.has(who(one))) {
      seen.add(who(one));
      taken.push(one);
    } else left.push(one);
  }
  queue.splice(0, queue.length, ...left);
  return taken;
}

/** Admits many orders, a batch after the other; answers one verdict each, in the order asked. For the seed and the bench. */
export async function admit(at: Date, orders: readonly Candidate[], db: Database = pool): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const queue = orders.map((order, i) => ({ order, i }));
  while (queue.length > 0) {
    const batch = nextBatch(queue, ({ order }) => order.resident_id, new Set());
    const said = await admitBatch(
      db,
      at,
      batch.map((one) => one.order),
    );
    for (const [n, { i }] of batch.entries()) verdicts[i] = said[n] as Verdict;
  }
  return verdicts;
}

type Waiting = { order: Candidate; at: Date; until: number; done: (v: Verdict) => void; failed: (e: unknown) => void };
export type Gate = {
  /** Admits one order together with whoever else is at the gate. Refuses: busy (too many wait, or it waited too long: it was not placed). */
  admit: (order: Candidate) => Promise<Verdict>;
  /** Lets nobody in any more and resolves when everybody inside has an answer. */
  drain: () => Promise<void>;
  readonly batches: number;
  readonly admitted: number;
};

/**
 * A queue over one database: what waits while batches are in flight goes together in the next one. No lingering, and a person's
 * next order waits for his last, so that two of one person are never decided side by side.
 */
export function makeGate(
  db: Database,
  {
    maxWaiting = 5000,
    patienceMs = 5000,
    maxInFlight = 2,
    maxBatch = mostTogether,
  }: { maxWaiting?: number; patienceMs?: number; maxInFlight?: number; maxBatch?: number } = {},
): Gate {
  const waiting: Waiting[] = [];
  const busy = new Set<string>();
  const idle: (() => void)[] = [];
  const told = { batches: 0, admitted: 0 };
  let inFlight = 0;
  let isPlanned = false;
  let isClosed = false;
  let patience: NodeJS.Timeout | undefined;

  function giveUp(): void {
    patience = undefined;
    const at = performance.now();
    while (waiting[0] && waiting[0].until <= at) waiting.shift()?.failed(new Refusal("busy"));
    watch();
  }
  function watch(): void {
    if (patience || !waiting[0]) return;
    patience = setTimeout(giveUp, Math.max(1, waiting[0].until - performance.now()));
  }
  async function flush(): Promise<void> {
    isPlanned = false;
    giveUp();
    if (inFlight >= maxInFlight) return;
    const batch = nextBatch(waiting, (w) => w.order.resident_id, busy, maxBatch);
    if (batch.length === 0) return;
    inFlight++;
    for (const w of batch) busy.add(w.order.resident_id);
    try {
      const at = batch.reduce((latest, w) => (w.at > latest ? w.at : latest), (batch[0] as Waiting).at);
      const said = await admitBatch(
        db,
        at,
        batch.map((w) => w.order),
      );
      told.batches++;
      told.admitted += batch.length;
      for (const [i, w] of batch.entries()) w.done(said[i] as Verdict);
    } catch (error) {
      for (const w of batch) w.failed(error);
    } finally {
      inFlight--;
      for (const w of batch) busy.delete(w.order.resident_id);
      plan();
      if (inFlight === 0 && waiting.length === 0) for (const done of idle.splice(0)) done();
    }
  }
  function plan(): void {
    if (isPlanned || waiting.length === 0 || inFlight >= maxInFlight) return;
    isPlanned = true;
    setImmediate(() => void flush());
  }
  return {
    admit: (order) =>
      new Promise((done, failed) => {
        if (isClosed || waiting.length >= maxWaiting) return failed(new Refusal("busy"));
        waiting.push({ order, at: now(), until: performance.now() + patienceMs, done, failed });
        watch();
        plan();
      }),
    drain: () => {
      isClosed = true;
      return inFlight === 0 && waiting.length === 0 ? Promise.resolve() : new Promise((done) => idle.push(done));
    },
    get batches() {
      return told.batches;
    },
    get admitted() {
      return told.admitted;
    },
  };
}

/** The gate of this process. */
export const gate = shared("admission", () => makeGate(admissionPool));
