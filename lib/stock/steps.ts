import "server-only";
import { Refusal } from "#lib/kernel/refusal";
import { newId } from "#lib/kernel/ids";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";

/** Opens a pool of pieces for one SKU and city; returns its id. */
export async function openPool(tx: Tx, e: { skuId: string; cityId: string; quota: number; ref: string }): Promise<string> {
  const at = now();
  const id = newId("stk", at);
  await tx.stockPool.create({ data: { id, skuId: e.skuId, cityId: e.cityId, quota: e.quota, createdAt: at } });
  await tx.stockAllotment.create({ data: { poolId: id, delta: e.quota, why: "open", ref: e.ref, at } });
  return id;
}

/** Changes a quota by a signed number of pieces. Refuses: quotaTooLow (less than is held and sold). */
export async function changeQuota(tx: Tx, e: { poolId: string; delta: number; why: string; ref: string }): Promise<void> {
  if (e.delta === 0) return;
  const changed = await tx.$executeRaw`
    update stock_pool set quota = quota + ${e.delta} where id = ${e.poolId} and quota + ${e.delta} >= held + sold and quota + ${e.delta} >= 0`;
  if (changed !== 1) throw new Refusal("quotaTooLow");
  await tx.stockAllotment.create({ data: { poolId: e.poolId, delta: e.delta, why: e.why, ref: e.ref, at: now() } });
}

type Move = { poolId: string; quantity: number };
const sorted = (moves: Move[]) => [...moves].filter((m) => m.quantity > 0).sort((a, b) => (a.poolId < b.poolId ? -1 : 1));

/** Held pieces are paid for. Refuses: soldOut, should a pool not hold them (a bug elsewhere). */
export async function sellHeld(tx: Tx, moves: Move[]): Promise<void> {
  for (const m of sorted(moves)) {
    const n = await tx.$executeRaw`update stock_pool set held = held - ${m.quantity}, sold = sold + ${m.quantity} where id = ${m.poolId} and held >= ${m.quantity}`;
    if (n !== 1) throw new Refusal("soldOut");
  }
}

/** Held pieces go back on sale (unpaid order lapsed or cancelled). */
export async function releaseHeld(tx: Tx, moves: Move[]): Promise<void> {
  for (const m of sorted(moves)) {
    const n = await tx.$executeRaw`update stock_pool set held = held - ${m.quantity} where id = ${m.poolId} and held >= ${m.quantity}`;
    if (n !== 1) throw new Refusal("soldOut");
  }
}

/** Sold pieces go back on sale (paid order cancelled before the cut-off). */
export async function unsell(tx: Tx, moves: Move[]): Promise<void> {
  for (const m of sorted(moves)) {
    const n = await tx.$executeRaw`update stock_pool set sold = sold - ${m.quantity} where id = ${m.poolId} and sold >= ${m.quantity}`;
    if (n !== 1) throw new Refusal("soldOut");
  }
}
