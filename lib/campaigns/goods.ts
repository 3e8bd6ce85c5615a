import "server-only";
import { z } from "zod";
import { fen } from "#lib/kernel/money";
import type { Db } from "#lib/platform/db";
import type { Goods } from "./schema";

const goodsRow = z.object({
  sku_id: z.string(),
  product_id: z.string(),
  name: z.string(),
  spec: z.string(),
  unit: z.string(),
  category_id: z.string(),
  supplier_id: z.string(),
  supplier_name: z.string(),
  supplier_is_active: z.boolean(),
  is_listed: z.boolean(),
  supply_price_fen: z.bigint(),
  sale_price_fen: z.bigint().nullable(),
  msrp_fen: z.bigint().nullable(),
  commission_bp: z.number().nullable(),
  daily_quota: z.number().nullable(),
  lead_days: z.number(),
});

/** The catalogue's present word on some SKUs, by id. */
export async function goodsOf(db: Db, skuIds: readonly string[]): Promise<Map<string, Goods>> {
  const rows = z.array(goodsRow).parse(
    await db.$queryRaw`
      select k.id as sku_id, k.product_id, p.name, p.spec, p.unit, p.category_id, k.supplier_id, s.name as supplier_name,
        s.state = 'active'::supplier_state as supplier_is_active, k.is_listed and p.state = 'approved'::product_state as is_listed,
        k.supply_price_fen, k.sale_price_fen, k.msrp_fen, k.commission_bp, k.daily_quota, k.lead_days
      from sku k join product p on p.id = k.product_id join supplier s on s.id = k.supplier_id
      where k.id = any(${[...new Set(skuIds)]}::text[])`,
  );
  return new Map(
    rows.map((r) => [
      r.sku_id,
      {
        skuId: r.sku_id,
        productId: r.product_id,
        name: r.name,
        spec: r.spec,
        unit: r.unit,
        categoryId: r.category_id,
        supplierId: r.supplier_id,
        supplierName: r.supplier_name,
        supplierIsActive: r.supplier_is_active,
        isListed: r.is_listed,
        supplyPriceFen: fen(r.supply_price_fen),
        salePriceFen: r.sale_price_fen === null ? null : fen(r.sale_price_fen),
        msrpFen: r.msrp_fen === null ? null : fen(r.msrp_fen),
        commissionBp: r.commission_bp,
        dailyQuota: r.daily_quota,
        leadDays: r.lead_days,
      },
    ]),
  );
}

const lowestRow = z.object({ sku_id: z.string(), city_id: z.string(), lowest: z.bigint() });

/** The lowest price at which something was sold in the seven days before an instant, by `sku city`; from finished sales only. */
export async function lowestPaid(
  db: Db,
  skuIds: readonly string[],
  before: Date,
): Promise<Map<string, ReturnType<typeof fen>>> {
  const rows = z.array(lowestRow).parse(
    await db.$queryRaw`
      select o.sku_id, o.city_id, min(o.price_fen) as lowest
      from offer o join sale_session s on s.id = o.sale_session_id join stock_pool t on t.id = o.stock_pool_id
      where o.sku_id = any(${[...new Set(skuIds)]}::text[]) and o.state <> 'draft'::offer_state and t.sold > 0
        and s.state in ('cutOff'::session_state, 'locked'::session_state, 'finished'::session_state)
        and o.starts_at < ${before} and o.ends_at > ${before}::timestamptz - interval '7 days'
      group by o.sku_id, o.city_id`,
  );
  return new Map(rows.map((r) => [`${r.sku_id} ${r.city_id}`, fen(r.lowest)]));
}
