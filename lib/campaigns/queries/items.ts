import "server-only";
import { z } from "zod";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { fen } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { prisma } from "#lib/platform/db";
import type { ItemChoice } from "../schema";

const choiceRow = z.object({
  sku_id: z.string(),
  name: z.string(),
  spec: z.string(),
  unit: z.string(),
  supplier_name: z.string(),
  supply_price_fen: z.bigint(),
  sale_price_fen: z.bigint().nullable(),
  daily_quota: z.number().nullable(),
  lead_days: z.number(),
  is_in: z.boolean(),
});

/** Listed products to put into a session, those already in it marked; searched by name. Refuses: notFound, forbidden. */
export async function itemChoices(actor: Actor, sessionId: string, q: string, limit = 60): Promise<ItemChoice[]> {
  const session = await prisma.saleSession.findUnique({ where: { id: sessionId } });
  if (!session) throw new Refusal("notFound");
  authorise(actor, "sessions.see", { cityIds: session.cityIds });
  const pattern = q ? `%${q.toLowerCase().replace(/[\\%_]/g, "\\$&")}%` : null;
  const rows = z.array(choiceRow).parse(
    await prisma.$queryRaw`
      select k.id as sku_id, p.name, p.spec, p.unit, s.name as supplier_name, k.supply_price_fen, k.sale_price_fen, k.daily_quota, k.lead_days,
        exists (select 1 from offer o where o.sale_session_id = ${sessionId} and o.sku_id = k.id and o.layer = 'session'::offer_layer and o.state <> 'closed'::offer_state) as is_in
      from sku k join product p on p.id = k.product_id join supplier s on s.id = k.supplier_id
      where k.is_listed and p.state = 'approved'::product_state and s.state = 'active'::supplier_state and k.sale_price_fen is not null
        and (${pattern}::text is null or lower(p.search_text) like ${pattern}::text or lower(p.name) like ${pattern}::text)
      order by is_in, p.name, k.id limit ${limit}`,
  );
  return rows.map((r) => ({
    skuId: r.sku_id,
    name: r.name,
    spec: r.spec,
    unit: r.unit,
    supplierName: r.supplier_name,
    supplyPriceFen: fen(r.supply_price_fen),
    salePriceFen: r.sale_price_fen === null ? null : fen(r.sale_price_fen),
    dailyQuota: r.daily_quota,
    leadDays: r.lead_days,
    isIn: r.is_in,
  }));
}
