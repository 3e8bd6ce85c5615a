import "server-only";
import { z } from "zod";
import { sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { driftOf, type RawDrift, watchedSessions } from "../drift";
import type { Drift, StockVerdict } from "../schema";

const named = z.array(
  z.object({
    ref: z.string(),
    name: z.string(),
    city_id: z.string().nullable(),
    city_name: z.string().nullable(),
    session_id: z.string().nullable(),
    session_name: z.string().nullable(),
    last_order_id: z.string().nullable(),
  }),
);
type Named = z.infer<typeof named>[number];

/** What the drifting counters count, by name: a pool's goods, a limit's item, a template, a group's item. */
async function names(found: readonly RawDrift[]): Promise<Map<string, Named>> {
  const refs = [...new Set(found.map((d) => d.ref))];
  if (refs.length === 0) return new Map();
  // a limit is named by its key, whose last part is an offer or a SKU
  const rows = named.parse(
    await prisma.$queryRaw`
      with asked as (select ref, (regexp_split_to_array(split_part(ref, ' ', 1), ':')) as parts from unnest(${refs}::text[]) ref),
      goods as (
        select a.ref, f.id as offer_id from asked a join lateral (
          select f.* from offer f
          where f.stock_pool_id = a.ref or (cardinality(a.parts) > 1 and (f.id = a.parts[2] or (f.sku_id = a.parts[3] and a.parts[2] in (f.flash_slot_id, f.sale_session_id))))
            or f.id = (select g.offer_id from buyer_group g where g.id = a.ref)
          order by f.id desc limit 1) f on true)
      select g.ref, p.name, f.city_id, r.name as city_name, s.id as session_id, s.name as session_name,
        (select max(l.order_id) from order_line l where l.sku_id = f.sku_id and l.sale_session_id = f.sale_session_id
          and l.stock_pool_id = f.stock_pool_id) as last_order_id
      from goods g join offer f on f.id = g.offer_id join sku k on k.id = f.sku_id join product p on p.id = k.product_id
      join region r on r.id = f.city_id join sale_session s on s.id = f.sale_session_id
      union all select t.id, t.name, null, null, null, null, (select max(c.order_id) from coupon c where c.template_id = t.id)
      from coupon_template t where t.id = any(${refs})`,
  );
  return new Map(rows.map((row) => [row.ref, row]));
}

/** Recounts the counters of the last days' sales and names what drifts; changes nothing. Refuses: forbidden. */
export async function stockVerdict(actor: Actor): Promise<StockVerdict> {
  const scope = sees(actor, "sessions.see");
  const sessionIds = await watchedSessions(prisma, scope.cityIds);
  const [found, pools, limits, coupons, groups] = await Promise.all([
    driftOf(prisma, sessionIds),
    prisma.offer.findMany({
      where: { saleSessionId: { in: sessionIds } },
      distinct: ["stockPoolId"],
      select: { stockPoolId: true },
    }),
    prisma.$queryRaw<[{ n: bigint }]>`
      select count(*) as n from limit_count where key in (select 'o:' || id from offer where sale_session_id = any(${sessionIds}))`,
    prisma.couponTemplate.count({ where: { state: { in: ["active", "paused"] } } }),
    prisma.buyerGroup.count({ where: { saleSessionId: { in: sessionIds } } }),
  ]);
  const by = await names(found);
  const drifts = found.flatMap((d): Drift[] => {
    const what = by.get(d.ref);
    if (scope.cityIds && what?.city_id && !scope.cityIds.includes(what.city_id)) return [];
    return [
      {
        ...d,
        id: `${d.counter} ${d.ref}`,
        name: what?.name ?? d.ref,
        cityName: what?.city_name ?? null,
        sessionId: what?.session_id ?? null,
        sessionName: what?.session_name ?? null,
        lastOrderId: what?.last_order_id ?? null,
      },
    ];
  });
  return { at: now(), looked: { pools: pools.length, limits: Number(limits[0].n), coupons, groups }, drifts };
}
