import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { PrismaClient } from "#lib/generated/prisma/client";
import { isRefusal, Refusal } from "#lib/kernel/refusal";
import { env } from "./env";
import { log } from "./log";
import { shared } from "./shared";

function makePool(max: number, more: pg.PoolConfig = {}): pg.Pool {
  const made = new pg.Pool({
    connectionString: env().DATABASE_URL,
    max,
    statement_timeout: 60_000,
    lock_timeout: 15_000,
    idle_in_transaction_session_timeout: 60_000,
    ...more,
  });
  made.on("error", (error) => log.warn({ error: error.message }, "database connection lost"));
  made.on("connect", (client) =>
    client.on("error", (error) => log.warn({ error: error.message }, "database connection lost")),
  );
  return made;
}

/** The process's pool: plain pg for COPY, LISTEN and streams; Prisma borrows it for the rest. */
export const pool = shared("pool", () => makePool(env().DATABASE_POOL));

/** Two connections of admission's own: never waiting for a page's query, and their plans stay made. */
export const admissionPool = shared("pool.admission", () =>
  makePool(2, { idleTimeoutMillis: 0, allowExitOnIdle: true }),
);

export const prisma = shared("prisma", () => new PrismaClient({ adapter: new PrismaPg(pool) }));

export type Tx = Parameters<Parameters<typeof prisma.$transaction>[0]>[0];
/** A transaction, or the client itself, for reads. */
export type Db = Tx | typeof prisma;

/** What the database refuses in the business's name: constraint → code. */
const refusals: Record<string, string> = {
  offer_no_overlap: "windowsOverlap",
  offer_window_order: "windowBackwards",
  sale_session_window: "windowBackwards",
  flash_slot_window: "windowBackwards",
  stock_pool_room: "soldOut",
  order_line_counters: "quantityExceeded",
  order_line_money: "amountExceeded",
  customer_order_money: "amountExceeded",
  account_bounds: "balanceTooLow",
  payout_batch_two_people: "twoPeople",
  supplier_statement_two_people: "twoPeople",
  commission_rule_two_people: "twoPeople",
  sale_session_two_people: "twoPeople",
  flash_slot_two_people: "twoPeople",
  price_request_two_people: "twoPeople",
  sale_session_reviewed: "reviewNeeded",
  flash_slot_reviewed: "reviewNeeded",
  offer_loss: "lossReasonMissing",
  flash_slot_inside: "slotOutside",
  withdrawal_one_open: "withdrawalOpen",
  after_sale_one_open: "afterSaleOpen",
  supplier_credit_code_key: "creditCodeTaken",
  app_user_email_key: "emailTaken",
  app_user_kind_phone_index_key: "phoneTaken",
  leader_phone_index_key: "phoneTaken",
  pickup_point_city_id_name_key: "pointNameTaken",
  product_supplier_id_identity_key_key: "productExists",
  purchase_line_pieces: "quantityExceeded",
  delivery_line_pieces: "quantityExceeded",
};

const words = (e: unknown, depth = 0): string => {
  if (typeof e !== "object" || e === null || depth > 4) return "";
  const o = e as Record<string, unknown>;
  return [
    o.message,
    o.code,
    o.originalCode,
    o.constraint,
    JSON.stringify(o.meta ?? ""),
    words(o.cause, depth + 1),
  ].join(" ");
};

/** The Refusal that a database error stands for, or null when it is a bug. */
export function refusalOf(error: unknown): Refusal | null {
  if (isRefusal(error)) return error;
  const text = words(error);
  for (const [constraint, code] of Object.entries(refusals)) if (text.includes(constraint)) return new Refusal(code);
  const fields = (error as { code?: string; meta?: { modelName?: string; target?: unknown } } | null) ?? {};
  if (fields.code === "P2002") {
    const unique = uniqueRefusals.find(([model, column]) => fields.meta?.modelName === model && text.includes(column));
    if (unique) return new Refusal(unique[2]);
  }
  return null;
}

/** Prisma reports a broken unique constraint by its columns, not its name. */
const uniqueRefusals: [model: string, column: string, code: string][] = [
  ["Supplier", "credit_code", "creditCodeTaken"],
  ["User", "email", "emailTaken"],
  ["User", "phone_index", "phoneTaken"],
  ["Leader", "phone_index", "phoneTaken"],
  ["PickupPoint", "name", "pointNameTaken"],
  ["Product", "identity_key", "productExists"],
  ["Withdrawal", "leader_id", "withdrawalOpen"],
  ["AfterSale", "order_line_id", "afterSaleOpen"],
];

/** The database is not there, or was lost on the way: nothing is wrong with what was asked, it may be asked again. */
export const isAway = (error: unknown): boolean =>
  /\b(57P0[1-3]|0800[0-6]|53300|P1001|P1002|P1008|P1017|P2024|ECONNREFUSED|ECONNRESET|EPIPE)\b|Can't reach database|closed the connection|Connection terminated|not queryable|ConnectionClosed|DatabaseNotReachable|Unable to start a transaction/.test(
    words(error),
  );

const isRetryable = (error: unknown): boolean =>
  /\b(40001|40P01|P2034)\b|deadlock detected|could not serialize/.test(words(error));

/** What is written in somebody else's transaction: before its work, and after it with what the work gave. */
export type Rider = { begin: (tx: Tx) => Promise<void>; end: (tx: Tx, result: unknown) => Promise<void> };
type Waiting = Rider & { isWaiting: boolean };
const riders = shared("db.riders", () => new AsyncLocalStorage<Waiting>());

async function ride<T>(rider: Waiting, tx: Tx, work: (tx: Tx) => Promise<T>): Promise<T> {
  await rider.begin(tx);
  const result = await work(tx);
  await rider.end(tx, result);
  rider.isWaiting = false;
  return result;
}

/**
 * Runs a command whose first transaction takes the rider's writes along: both stand or both fall. For what must be recorded
 * with a fact by somebody above the domain (the API's idempotency record).
 */
export const alongside = <T>(rider: Rider, command: () => Promise<T>): Promise<T> =>
  riders.run({ ...rider, isWaiting: true }, command);

/**
 * One transaction; a serialization failure or deadlock is tried once more.
 * Refuses: what a named constraint refuses (see `refusals`); other errors pass through as bugs.
 */
export async function transact<T>(work: (tx: Tx) => Promise<T>, options: { timeoutMs?: number } = {}): Promise<T> {
  const rider = riders.getStore();
  const whole = rider?.isWaiting ? (tx: Tx) => ride(rider, tx, work) : work;
  const once = () => prisma.$transaction(whole, { maxWait: 10_000, timeout: options.timeoutMs ?? 30_000 });
  try {
    return await once();
  } catch (error) {
    if (isRetryable(error)) {
      try {
        return await once();
      } catch (again) {
        throw refusalOf(again) ?? again;
      }
    }
    throw refusalOf(error) ?? error;
  }
}
