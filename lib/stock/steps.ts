import "server-only";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";

export type PoolToOpen = { skuId: string; cityId: string; quota: number; ref: string };

/** Opens pools of pieces, each for one SKU and city; returns their ids in order. */
export async function openPools(tx: Tx, pools: readonly PoolToOpen[]): Promise<string[]> {
  const at = now();
  const ids = pools.map(() => newId("stk", at));
  const id = (i: number) => ids[i] ?? "";
  await tx.stockPool.createMany({
    data: pools.map((e, i) => ({ id: id(i), skuId: e.skuId, cityId: e.cityId, quota: e.quota, createdAt: at })),
  });
  await tx.stockAllotment.createMany({
    data: pools.map((e, i) => ({ poolId: id(i), delta: e.quota, why: "open", ref: e.ref, at })),
  });
  return ids;
}

/** Changes a quota by a signed number of pieces. Refuses: quotaTooLow (less than is held and sold). */
export async function changeQuota(
  tx: Tx,
  e: { poolId: string; delta: number; why: string; ref: string },
): Promise<void> {
  if (e.delta === 0) return;
  const changed = await tx.$executeRaw`
    update stock_pool set quota = quota + ${e.delta} where id = ${e.poolId} and quota + ${e.delta} >= held + sold and quota + ${e.delta} >= 0`;
  if (changed !== 1) throw new Refusal("quotaTooLow");
  await tx.stockAllotment.create({ data: { poolId: e.poolId, delta: e.delta, why: e.why, ref: e.ref, at: now() } });
}

type Move = { poolId: string; quantity: number };

/** Moves are added up per pool and applied in one statement. Refuses: soldOut, should a pool not hold them (a bug elsewhere). */
async function apply(tx: Tx, moves: readonly Move[], what: { held: -1 | 0; sold: -1 | 0 | 1 }): Promise<void> {
  const pools = new Map<string, number>();
  for (const m of moves) if (m.quantity > 0) pools.set(m.poolId, (pools.get(m.poolId) ?? 0) + m.quantity);
  if (pools.size === 0) return;
  const ids = [...pools.keys()].sort();
  await tx.$queryRaw`select id from stock_pool where id = any(${ids}) order by id for update`;
  const n = await tx.$executeRaw`
    update stock_pool p set held = p.held + ${what.held}::int * x.n, sold = p.sold + ${what.sold}::int * x.n
    from jsonb_to_recordset(${JSON.stringify(ids.map((id) => ({ id, n: pools.get(id) })))}::jsonb) as x(id text, n int)
    where p.id = x.id and p.held + ${what.held}::int * x.n >= 0 and p.sold + ${what.sold}::int * x.n >= 0`;
  if (n !== ids.length) throw new Refusal("soldOut");
}

/** Held pieces are paid for. Refuses: soldOut, should a pool not hold them (a bug elsewhere). */
export const sellHeld = (tx: Tx, moves: readonly Move[]): Promise<void> => apply(tx, moves, { held: -1, sold: 1 });

/** Held pieces go back on sale (unpaid order lapsed or cancelled). */
export const releaseHeld = (tx: Tx, moves: readonly Move[]): Promise<void> => apply(tx, moves, { held: -1, sold: 0 });

/** Sold pieces go back on sale (paid order cancelled before the cut-off). */
export const unsell = (tx: Tx, moves: readonly Move[]): Promise<void> => apply(tx, moves, { held: 0, sold: -1 });
