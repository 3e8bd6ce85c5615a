import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import type { Actor } from "#lib/identity/schema";
import { minus, sum } from "#lib/kernel/money";
import { type Day, dateOf, dayFromDate } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";
import type { Narrow } from "../../schema";
import type { CampaignRow } from "../../schema/boards";
import { measures } from "../measures";
import { narrowing } from "../sources";

const offerRow = z.array(
  z.object({
    id: z.string(),
    session_id: z.string(),
    slot_id: z.string().nullable(),
    name: z.string(),
    day: z.date(),
    pool_id: z.string(),
    quota: z.number(),
    sold: z.number(),
  }),
);

/** Sessions and flash slots of these business days with what they offered and sold, newest first. Counted by session day. Refuses: forbidden. */
export async function campaigns(actor: Actor, q: { from: Day; to: Day; narrow: Narrow }): Promise<CampaignRow[]> {
  const [offers, counted] = await Promise.all([
    prisma.$queryRaw`
      select o.id, o.sale_session_id as session_id, o.flash_slot_id as slot_id, coalesce(f.name, s.name) as name, s.business_day as day,
        t.id as pool_id, t.quota, t.sold
      from sale_session s
        join offer o on o.sale_session_id = s.id
        join stock_pool t on t.id = o.stock_pool_id
        left join flash_slot f on f.id = o.flash_slot_id
      where s.business_day >= ${dateOf(q.from)}::date and s.business_day <= ${dateOf(q.to)}::date
        and s.state not in ('draft', 'cancelled') and o.state <> 'draft' and (f.id is null or f.state = 'published')
        and ${narrowing(actor, q.narrow, { city: Prisma.sql`o.city_id` })}
      order by s.business_day desc, s.id, o.flash_slot_id nulls first`,
    measures(actor, { basis: "session", from: q.from, to: q.to, by: "offer", narrow: q.narrow }),
  ]);
  const sales = new Map(counted.rows.map((r) => [r.key, r]));
  const groups = new Map<string, z.infer<typeof offerRow>>();
  for (const o of offerRow.parse(offers)) {
    const key = o.slot_id ?? o.session_id;
    groups.set(key, [...(groups.get(key) ?? []), o]);
  }
  return [...groups].flatMap(([id, all]): CampaignRow[] => {
    const [first] = all;
    if (!first) return [];
    const pools = [...new Map(all.map((o) => [o.pool_id, o])).values()];
    const sold = all.flatMap((o) => sales.get(o.id) ?? []);
    const netFen = minus(sum(sold.map((r) => r.paidFen)), ...sold.map((r) => r.refundFen));
    return [
      {
        id,
        sessionId: first.session_id,
        layer: first.slot_id ? "flash" : "session",
        name: first.name,
        day: dayFromDate(first.day),
        offers: all.length,
        quota: pools.reduce((n, p) => n + p.quota, 0),
        sold: pools.reduce((n, p) => n + p.sold, 0),
        orders: sold.reduce((n, r) => n + r.orders, 0),
        gmvFen: sum(sold.map((r) => r.paidFen)),
        netFen,
        marginFen: minus(netFen, ...sold.map((r) => r.costFen)),
      },
    ];
  });
}
