import "server-only";
import type { SaleSession } from "#lib/generated/prisma/client";
import { Refusal } from "#lib/kernel/refusal";
import { type Day, parseDay } from "#lib/kernel/time";
import type { Tx } from "#lib/platform/db";
import { changeQuota } from "#lib/stock/steps";
import type { Conflict, OfferView } from "./schema";

/** The session's row, locked until the transaction ends: admission, publishing and cut-off queue here. Refuses: notFound. */
export async function lockSession(tx: Tx, sessionId: string): Promise<SaleSession> {
  await tx.$queryRaw`select id from sale_session where id = ${sessionId} for update`;
  const session = await tx.saleSession.findUnique({ where: { id: sessionId } });
  if (!session) throw new Refusal("notFound");
  return session;
}

/** Refuses: invalid, naming the field. */
export function dayOrRefuse(text: string, field = "businessDay"): Day {
  const day = parseDay(text);
  if (!day) throw new Refusal("invalid", {}, [{ field, code: "day" }]);
  return day;
}

/** Refuses: lossReasonMissing, when a price under the supply price names no reason. */
export function checkLosses(
  conflicts: readonly Conflict[],
  offers: readonly Pick<OfferView, "id" | "name" | "lossReason">[],
): void {
  const unexplained = new Map(offers.filter((o) => !o.lossReason).map((o) => [o.id, o.name]));
  const found = conflicts.find((c) => c.code === "belowCost" && unexplained.has(c.offerId ?? ""));
  if (found) throw new Refusal("lossReasonMissing", { name: found.name ?? "" });
}

/** Gives the unsold pieces of flash offers back to their session's pools; returns how many pieces went back. Held pieces stay with their order. */
export async function giveBack(
  tx: Tx,
  offers: readonly { id: string; saleSessionId: string; skuId: string; cityId: string; stockPoolId: string }[],
  why: string,
): Promise<number> {
  let pieces = 0;
  for (const offer of [...offers].sort((a, b) => (a.stockPoolId < b.stockPoolId ? -1 : 1))) {
    const home = await tx.offer.findFirst({
      where: { saleSessionId: offer.saleSessionId, layer: "session", skuId: offer.skuId, cityId: offer.cityId },
      orderBy: { id: "desc" },
    });
    if (!home) continue;
    await tx.$queryRaw`select id from stock_pool where id = any(${[offer.stockPoolId, home.stockPoolId]}::text[]) order by id for update`;
    const pool = await tx.stockPool.findUniqueOrThrow({ where: { id: offer.stockPoolId } });
    const free = pool.quota - pool.held - pool.sold;
    if (free <= 0) continue;
    await changeQuota(tx, { poolId: pool.id, delta: -free, why, ref: offer.id });
    await changeQuota(tx, { poolId: home.stockPoolId, delta: free, why, ref: offer.id });
    pieces += free;
  }
  return pieces;
}
