import "server-only";
import { z } from "zod";
import { offersOfSession, offersOfSlots } from "#lib/campaigns/queries";
import type { OfferView } from "#lib/campaigns/schema";
import { sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { prisma } from "#lib/platform/db";
import type { Coming } from "#lib/promotions/rules/groups";
import type { MinimumView } from "#lib/promotions/schema/groups";

const row = z.object({ pickup_point_id: z.string().nullable(), buyers: z.number(), pieces: z.number() });
type Of = Pick<OfferView, "saleSessionId" | "flashSlotId" | "skuId" | "cityId">;

/** What is paid for and stands of a campaign's SKU in a city, dearer and cheaper successors together: over the whole, and by point. */
export async function comingOf(offer: Of): Promise<{ whole: Coming; points: Map<string, Coming> }> {
  const rows = z.array(row).parse(
    await prisma.$queryRaw`
      select o.pickup_point_id, count(distinct o.resident_id)::int as buyers, coalesce(sum(l.ordered - l.cancelled - l.short), 0)::int as pieces
      from order_line l join customer_order o on o.id = l.order_id join offer f on f.id = l.offer_id
      where l.sku_id = ${offer.skuId} and l.sale_session_id = ${offer.saleSessionId} and f.city_id = ${offer.cityId}
        and f.flash_slot_id is not distinct from ${offer.flashSlotId} and l.ordered > l.cancelled + l.short
        and o.state not in ('pendingPayment', 'cancelled')
      group by grouping sets ((o.pickup_point_id), ())`,
  );
  const points = new Map<string, Coming>();
  let whole: Coming = { buyers: 0, pieces: 0 };
  for (const { pickup_point_id: id, buyers, pieces } of rows)
    if (id === null) whole = { buyers, pieces };
    else points.set(id, { buyers, pieces });
  return { whole, points };
}

/** How near offers with a minimum are to it, at a point or (without one) as a whole: by offer id, in the minimum's own unit. */
export async function minimumProgress(offers: readonly OfferView[], pointId?: string): Promise<Map<string, number>> {
  const reached = new Map<string, number>();
  for (const offer of offers) {
    if (!offer.minimum) continue;
    const { whole, points } = await comingOf(offer);
    const here = offer.minimum.scope === "point" && pointId ? (points.get(pointId) ?? { buyers: 0, pieces: 0 }) : whole;
    reached.set(offer.id, here[offer.minimum.unit]);
  }
  return reached;
}

/** The minimums of a session or of one slot of it, with how near each is. Refuses: forbidden. */
export async function minimumsOf(actor: Actor, of: { sessionId: string } | { slotId: string }): Promise<MinimumView[]> {
  const { cityIds } = sees(actor, "sessions.see");
  const found = "slotId" in of ? await offersOfSlots([of.slotId]) : await offersOfSession(of.sessionId);
  const offers = found.filter((o) => o.minimum && o.state !== "draft" && (!cityIds || cityIds.includes(o.cityId)));
  if (offers.length === 0) return [];
  const ids = offers.map((o) => o.id);
  const [decided, refunded] = await Promise.all([
    prisma.offer.findMany({ where: { id: { in: ids } }, select: { id: true, minDecidedAt: true } }),
    prisma.$queryRaw<{ offer_id: string; pieces: number }[]>`
      select l.offer_id, sum(r.quantity)::int as pieces from order_line l join refund_line r on r.order_line_id = l.id and r.cause = 'minimum'
      where l.sale_session_id = ${offers[0]?.saleSessionId ?? ""} and l.sku_id = any(${offers.map((o) => o.skuId)}::text[]) and l.offer_id = any(${ids}::text[])
      group by 1`,
  ]);
  const views: MinimumView[] = [];
  for (const offer of offers) {
    if (!offer.minimum) continue;
    const { count, unit } = offer.minimum;
    const { whole, points } = await comingOf(offer);
    views.push({
      offerId: offer.id,
      name: offer.name,
      spec: offer.spec,
      cityId: offer.cityId,
      minimum: offer.minimum,
      reached: whole[unit],
      pointsReached: [...points.values()].filter((c) => c[unit] >= count).length,
      points: points.size,
      decidedAt: decided.find((d) => d.id === offer.id)?.minDecidedAt ?? null,
      refundedPieces: refunded.find((r) => r.offer_id === offer.id)?.pieces ?? 0,
    });
  }
  return views;
}
