import "server-only";
import { z } from "zod";
import { fen } from "#lib/kernel/money";
import { dayFromDate } from "#lib/kernel/time";
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
  paper_day: z.date().nullable(),
});

/** The catalogue's present word on some SKUs, by id. */
export async function goodsOf(db: Db, skuIds: readonly string[]): Promise<Map<string, Goods>> {
  const rows = z.array(goodsRow).parse(
    await db.$queryRaw`
      select k.id as sku_id, k.product_id, p.name, p.spec, p.unit, p.category_id, k.supplier_id, s.name as supplier_name,
        s.state = 'active'::supplier_state as supplier_is_active, k.is_listed and p.state = 'approved'::product_state as is_listed,
        k.supply_price_fen, k.sale_price_fen, k.msrp_fen, k.commission_bp, k.daily_quota, k.lead_days,
        -- of each kind the paper that lasts longest counts, and of those the first to run out
        (select nullif(min(d.until), 'infinity'::date) from (
          select max(coalesce(expires_day, 'infinity'::date)) as until from supplier_document where supplier_id = s.id group by kind) d) as paper_day
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
        paperDay: r.paper_day && dayFromDate(r.paper_day),
      },
    ]),
  );
}
