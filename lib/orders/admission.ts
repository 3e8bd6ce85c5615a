import "server-only";
import { z } from "zod";
import type { Fen } from "#lib/kernel/money";
import { now } from "#lib/platform/clock";
import { pool } from "#lib/platform/db";
import { shared } from "#lib/platform/shared";

/** One order as the admission function takes it: snake_case, as its columns. */
export type Candidate = {
  id: string;
  resident_id: string;
  request_key: string;
  input_hash: string;
  sale_session_id: string;
  business_day: string;
  pickup_day: string;
  city_id: string;
  pickup_point_id: string;
  route_id: string;
  warehouse_id: string;
  leader_id: string;
  attribution: string;
  item_count: number;
  summary: string;
  goods_fen: Fen;
  coupon_fen: Fen;
  payable_fen: Fen;
  contact_name: string;
  phone_tail: string;
  remark: string | null;
  expires_at: string;
  lines: {
    id: string;
    offer_id: string;
    stock_pool_id: string;
    sku_id: string;
    product_id: string;
    supplier_id: string;
    category_id: string;
    name: string;
    spec: string;
    unit: string;
    picture: string;
    is_fresh: boolean;
    ordered: number;
    unit_price_fen: Fen;
    list_price_fen: Fen | null;
    goods_fen: Fen;
    coupon_fen: Fen;
    paid_fen: Fen;
    supply_price_fen: Fen;
    commission_rule_id: string;
    commission_rule_version: number;
    commission_bp: number;
    commission_base_fen: Fen;
    commission_fen: Fen;
  }[];
};

const verdict = z.object({
  ordinal: z.number(),
  outcome: z.enum(["accepted", "duplicate", "mismatch", "notStarted", "ended", "stale", "limit", "soldOut"]),
  order_id: z.string().nullable(),
  offer_id: z.string().nullable(),
  available: z.number().nullable(),
  max_each: z.number().nullable(),
  bought: z.number().nullable(),
});
export type Verdict = z.infer<typeof verdict>;

const isUnique = (error: unknown) => (error as { code?: string } | null)?.code === "23505";

/**
 * Admits many orders in one transaction; answers one verdict each, in the order asked. A unique violation (the same key in
 * two processes at once) is settled order by order.
 */
export async function admit(at: Date, orders: readonly Candidate[]): Promise<Verdict[]> {
  try {
    const answer = await pool.query("select * from admit_orders($1, $2::jsonb)", [
      at,
      JSON.stringify(orders.map((o, ordinal) => ({ ordinal, ...o }))),
    ]);
    const verdicts = z
      .array(verdict)
      .parse(answer.rows)
      .sort((a, b) => a.ordinal - b.ordinal);
    if (verdicts.length !== orders.length)
      throw new Error(`admission answered ${verdicts.length} of ${orders.length} orders`);
    return verdicts;
  } catch (error) {
    if (!isUnique(error)) throw error;
    if (orders.length === 1) return await admit(at, orders);
    const one: Verdict[] = [];
    for (const [ordinal, order] of orders.entries()) {
      const [said] = await admit(at, [order]);
      if (said) one.push({ ...said, ordinal });
    }
    return one;
  }
}

type Waiting = { order: Candidate; at: Date; done: (v: Verdict) => void; failed: (e: unknown) => void };
const maxBatch = 500;
const maxInFlight = 2;

/** The queue of this process: what waits while a batch is in flight goes together in the next one. No lingering. */
const gate = shared("admission", () => ({ waiting: [] as Waiting[], inFlight: 0, isPlanned: false }));

async function flush(): Promise<void> {
  gate.isPlanned = false;
  if (gate.inFlight >= maxInFlight || gate.waiting.length === 0) return;
  const batch = gate.waiting.splice(0, maxBatch);
  gate.inFlight++;
  try {
    const at = batch.reduce((latest, w) => (w.at > latest ? w.at : latest), batch[0]?.at ?? now());
    const verdicts = await admit(
      at,
      batch.map((w) => w.order),
    );
    for (const [i, w] of batch.entries()) w.done(verdicts[i] as Verdict);
  } catch (error) {
    for (const w of batch) w.failed(error);
  } finally {
    gate.inFlight--;
    plan();
  }
}

function plan(): void {
  if (gate.isPlanned || gate.waiting.length === 0) return;
  gate.isPlanned = true;
  setImmediate(() => void flush());
}

/** Admits one order together with whoever else is at the gate. */
export const admitOne = (order: Candidate): Promise<Verdict> =>
  new Promise((done, failed) => {
    gate.waiting.push({ order, at: now(), done, failed });
    plan();
  });
