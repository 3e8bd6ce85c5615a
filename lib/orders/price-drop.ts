import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { type Fen, fen } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import type { Db } from "#lib/platform/db";

export type Change = {
  id: bigint;
  offerId: string;
  skuId: string;
  saleSessionId: string;
  cityId: string;
  name: string;
  fromFen: Fen;
  toFen: Fen;
  at: Date;
};

const changeRow = z.object({
  id: z.bigint(),
  offer_id: z.string(),
  sku_id: z.string(),
  sale_session_id: z.string(),
  city_id: z.string(),
  name: z.string(),
  from_fen: z.bigint(),
  to_fen: z.bigint(),
  at: z.date(),
});

/** Falls of published prices, newest first. */
export async function changesWhere(db: Db, where: Prisma.Sql): Promise<Change[]> {
  const rows = z.array(changeRow).parse(
    await db.$queryRaw`
      select c.id, c.offer_id, o.sku_id, o.sale_session_id, o.city_id, p.name || ' ' || p.spec as name, c.from_fen, c.to_fen, c.at
      from price_change c join offer o on o.id = c.offer_id join sku k on k.id = o.sku_id join product p on p.id = k.product_id
      where c.from_fen > c.to_fen and ${where} order by c.id desc limit 100`,
  );
  return rows.map((r) => ({
    id: r.id,
    offerId: r.offer_id,
    skuId: r.sku_id,
    saleSessionId: r.sale_session_id,
    cityId: r.city_id,
    name: r.name,
    fromFen: fen(r.from_fen),
    toFen: fen(r.to_fen),
    at: r.at,
  }));
}

/** One fall of a price. Refuses: notFound. */
export async function changeOf(db: Db, id: bigint): Promise<Change> {
  const [change] = await changesWhere(db, Prisma.sql`c.id = ${id}`);
  if (!change) throw new Refusal("notFound");
  return change;
}

const owedRow = z.object({ line_id: z.string(), order_id: z.string(), pieces: z.number(), amount_fen: z.bigint() });

/**
 * The lines bought of the offer before its price fell, with what was paid for the pieces still kept above the new price: coupons, earlier
 * refunds and earlier falls have lowered it already, and it is never more than the difference times those pieces.
 */
export async function owedLines(
  db: Db,
  change: Change,
  lineId?: string,
): Promise<{ lineId: string; orderId: string; pieces: number; amountFen: Fen }[]> {
  const rows = z.array(owedRow).parse(
    await db.$queryRaw`
      select x.* from (
        select l.id as line_id, l.order_id, l.ordered - l.cancelled - l.short - l.returned as pieces,
          least(l.paid_fen - l.refunded_fen - ${change.toFen}::bigint * (l.ordered - l.cancelled - l.short - l.returned),
            (l.unit_price_fen - ${change.toFen}::bigint) * (l.ordered - l.cancelled - l.short - l.returned))::bigint as amount_fen
        from order_line l join customer_order o on o.id = l.order_id
        where l.sku_id = ${change.skuId} and l.sale_session_id = ${change.saleSessionId} and l.offer_id = ${change.offerId}
          and o.state not in ('pendingPayment'::order_state, 'cancelled'::order_state, 'refunded'::order_state) and o.placed_at < ${change.at}
          and not exists (select 1 from price_drop_refund d where d.price_change_id = ${change.id} and d.order_line_id = l.id)
          ${lineId ? Prisma.sql`and l.id = ${lineId}` : Prisma.empty}) x
      where x.pieces > 0 and x.amount_fen > 0 order by x.line_id`,
  );
  return rows.map((r) => ({
    lineId: r.line_id,
    orderId: r.order_id,
    pieces: r.pieces,
    amountFen: fen(r.amount_fen),
  }));
}
