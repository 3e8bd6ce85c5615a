import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import type { Actor } from "#lib/identity/schema";
import { minus, sum } from "#lib/kernel/money";
import { type Day, dateOf, dayFromDate } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";
import type { Narrow } from "../../schema";
import type { CampaignRow, CouponUseRow } from "../../schema/boards";
import { amount } from "../../sums";
import { measures } from "../measures";
import { narrowing } from "../sources";

const offerRow = z.array(
  z.object({
    id: z.string(),
    session_id: z.string(),
    slot_id: z.string().nullable(),
    name: z.string(),
    layer: z.enum(["session", "flash", "group"]),
    day: z.date(),
    pool_id: z.string(),
    quota: z.number(),
    sold: z.number(),
  }),
);

/** Sessions and their slots of these business days with what they offered and sold, newest first. Counted by session day. Refuses: forbidden. */
export async function campaigns(actor: Actor, q: { from: Day; to: Day; narrow: Narrow }): Promise<CampaignRow[]> {
  const [offers, counted] = await Promise.all([
    prisma.$queryRaw`
      select o.id, o.sale_session_id as session_id, o.flash_slot_id as slot_id, coalesce(f.name, s.name) as name, coalesce(f.kind::text, 'session') as layer, s.business_day as day,
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
    const refundFen = sum(sold.map((r) => r.refundFen));
    const netFen = minus(sum(sold.map((r) => r.paidFen)), refundFen);
    return [
      {
        id,
        sessionId: first.session_id,
        layer: first.layer,
        name: first.name,
        day: dayFromDate(first.day),
        offers: all.length,
        quota: pools.reduce((n, p) => n + p.quota, 0),
        sold: pools.reduce((n, p) => n + p.sold, 0),
        gmvFen: sum(sold.map((r) => r.paidFen)),
        couponFen: sum(sold.map((r) => r.couponFen)),
        refundFen,
        netFen,
        marginFen: minus(netFen, ...sold.map((r) => r.costFen)),
      },
    ];
  });
}

const couponRow = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    claimed: z.number(),
    used: z.coerce.number(),
    orders: z.coerce.number(),
    buyers: z.coerce.number(),
    paid_fen: amount,
    off_fen: amount,
    refund_fen: amount,
    cost_fen: amount,
  }),
);

/** Coupons used on paid orders of these business days, and the lines they were used on. Refuses: forbidden. */
export async function couponUses(actor: Actor, q: { from: Day; to: Day; narrow: Narrow }): Promise<CouponUseRow[]> {
  const rows = couponRow.parse(
    await prisma.$queryRaw`
      select t.id, t.name, t.claimed, count(distinct c.id) as used, count(distinct o.id) as orders, count(distinct o.resident_id) as buyers,
        sum(l.paid_fen)::bigint as paid_fen, sum(x.amount_fen)::bigint as off_fen, sum(l.refunded_fen)::bigint as refund_fen,
        sum(l.supply_price_fen * (l.ordered - l.cancelled - l.short))::bigint as cost_fen
      from customer_order o join order_line l on l.order_id = o.id
        join coupon_share x on x.order_line_id = l.id join coupon c on c.id = x.coupon_id join coupon_template t on t.id = c.template_id
      where o.business_day >= ${dateOf(q.from)}::date and o.business_day <= ${dateOf(q.to)}::date and o.paid_at is not null and o.coupon_fen > 0
        and ${narrowing(actor, q.narrow, { city: Prisma.sql`o.city_id` })}
      group by t.id order by off_fen desc, t.id`,
  );
  return rows.map((r) => ({
    ...{ id: r.id, name: r.name, claimed: r.claimed, used: r.used, orders: r.orders, buyers: r.buyers },
    ...{ gmvFen: r.paid_fen, offFen: r.off_fen, refundFen: r.refund_fen },
    marginFen: minus(r.paid_fen, r.refund_fen, r.cost_fen),
  }));
}
