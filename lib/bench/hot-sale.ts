import "server-only";
import type pg from "pg";
import { accessToken } from "#lib/identity/access";
import { newId } from "#lib/kernel/ids";
import { now, wall } from "#lib/platform/clock";
import { setStage } from "./flash-stage";

export const hotPointId = `pkp_${"0".repeat(20)}`;

/** The bench's town and sale, with the pieces of its own item booked, so that the audit finds everything in order. */
export async function openTown(owner: pg.Client): Promise<void> {
  await setStage(owner);
  await owner.query(
    "insert into stock_allotment (pool_id, delta, why, ref, at) select id, quota, 'open', 'fls_bench', created_at from stock_pool",
  );
}

/** One more item of the town's flash slot, on sale now with so many pieces. */
export async function addHotItem(
  owner: pg.Client,
  e: { pieces: number; limit?: number },
): Promise<{ skuId: string; poolId: string }> {
  const at = now();
  const [productId, skuId, poolId] = [newId("prd", at), newId("sku", at), newId("stk", at)];
  const copy = (table: string, from: string, set: Record<string, unknown>) =>
    owner.query(`insert into ${table} select (jsonb_populate_record(x, $1::jsonb)).* from ${table} x where id = $2`, [
      JSON.stringify(set),
      from,
    ]);
  await copy("product", "prd_bench", { id: productId, identity_key: productId });
  await copy("sku", "sku_bench", { id: skuId, product_id: productId, code: skuId });
  await copy("stock_pool", "stk_bench", { id: poolId, sku_id: skuId, quota: e.pieces, held: 0, sold: 0 });
  await owner.query(
    "insert into stock_allotment (pool_id, delta, why, ref, at) values ($1, $2, 'open', 'fls_bench', $3)",
    [poolId, e.pieces, at],
  );
  await copy("offer", "ofr_hot", {
    id: newId("ofr", at),
    sku_id: skuId,
    stock_pool_id: poolId,
    per_person_limit: e.limit ?? null,
  });
  return { skuId, poolId };
}

/** So many new residents, each with an access token. */
export async function addBuyers(owner: pg.Client, count: number): Promise<{ id: string; token: string }[]> {
  const ids = Array.from({ length: count }, () => newId("res", now()));
  await owner.query(
    "insert into resident (id, openid, nickname, created_at) select id, 'bench-' || id, '居民', $2 from unnest($1::text[]) id",
    [ids, now()],
  );
  return ids.map((id) => ({ id, token: accessToken(id, newId("tok", now()), "居民", wall()).accessToken }));
}
