import "server-only";
import { z } from "zod";
import { offersOfSession, offersOfSlots } from "#lib/campaigns/queries";
import type { OfferView } from "#lib/campaigns/schema";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { Refusal } from "#lib/kernel/refusal";
import { clockText, later, minute, second } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { type BoardItem, type SaleBoard, tallyStepMs } from "../schema";

const mostPoints = 120;
const orders = z.tuple([z.object({ placed: z.coerce.number(), paid: z.coerce.number() })]);
const answers = z.array(z.object({ outcome: z.string(), orders: z.coerce.number(), lately: z.coerce.number() }));
const stretches = z.array(z.object({ i: z.coerce.number(), orders: z.coerce.number() }));

/** One line a pool: offers that followed one another on the same pieces are one item. */
function itemsOf(offers: readonly OfferView[]): BoardItem[] {
  const pools = new Map<string, BoardItem>();
  for (const o of [...offers].sort((a, b) => Number(a.state !== "closed") - Number(b.state !== "closed")))
    pools.set(o.stockPoolId, { id: o.stockPoolId, ...pieces(o) });
  return [...pools.values()].sort((a, b) => b.held + b.sold - (a.held + a.sold) || (a.id < b.id ? -1 : 1));
}
const pieces = ({ name, spec, quota, held, sold }: OfferView) => ({ name, spec, quota, held, sold });

/** Accepted orders a second in each stretch of the sale until now, at most `mostPoints` of them; nothing is nought. */
async function curveOf(subjectId: string, from: Date, to: Date): Promise<SaleBoard["curve"]> {
  const span = Math.max(0, to.getTime() - from.getTime());
  const step = Math.ceil(Math.max(span / mostPoints, 1) / tallyStepMs) * tallyStepMs;
  const counts = new Map(
    stretches
      .parse(
        await prisma.$queryRaw`
          select floor(extract(epoch from at - ${from}) * 1000 / ${step}::int)::int as i, sum(orders) as orders
          from admission_tally where subject_id = ${subjectId} and outcome = 'accepted' and at >= ${from} and at < ${to} group by 1`,
      )
      .map((row) => [row.i, row.orders]),
  );
  return Array.from({ length: Math.ceil(span / step) }, (_, i) => ({
    label: clockText(later(from, i * step)),
    perSecond: ((counts.get(i) ?? 0) * second) / Math.min(step, span - i * step),
  }));
}

/** How a slot, or a whole session, sells at this moment: cheap enough for a look a second. Refuses: notFound. */
export async function saleBoard(actor: Actor, of: { slotId: string } | { sessionId: string }): Promise<SaleBoard> {
  const slot =
    "slotId" in of
      ? await prisma.flashSlot.findUnique({ where: { id: of.slotId }, include: { saleSession: true } })
      : null;
  const session =
    "slotId" in of ? slot?.saleSession : await prisma.saleSession.findUnique({ where: { id: of.sessionId } });
  if (!session) throw new Refusal("notFound");
  authorise(actor, "sessions.see", { cityIds: session.cityIds });
  const at = now();
  const cities = actor.cityIds.length > 0 ? [...actor.cityIds] : null;
  const [startsAt, endsAt] = slot ? [slot.startsAt, slot.endsAt] : [session.opensAt, session.cutoffAt];
  const all = slot ? await offersOfSlots([slot.id]) : await offersOfSession(session.id);
  const offers = all.filter((o) => o.state !== "draft" && (cities === null || cities.includes(o.cityId)));
  const since = Math.floor(at.getTime() / tallyStepMs) * tallyStepMs - minute;
  const subjectId = slot?.id ?? session.id;
  const [[counted], said, curve] = await Promise.all([
    (slot
      ? prisma.$queryRaw`
          select count(*) as placed, count(*) filter (where o.state not in ('pendingPayment', 'cancelled')) as paid
          from (select distinct l.order_id from order_line l where l.sale_session_id = ${session.id}
            and l.sku_id = any(${offers.map((o) => o.skuId)}) and l.offer_id = any(${offers.map((o) => o.id)})) x
          join customer_order o on o.id = x.order_id`
      : prisma.$queryRaw`
          select count(*) as placed, count(*) filter (where o.state not in ('pendingPayment', 'cancelled')) as paid
          from customer_order o where o.sale_session_id = ${session.id} and (${cities}::text[] is null or o.city_id = any(${cities}))`
    ).then((found) => orders.parse(found)),
    prisma.$queryRaw`
      select outcome, sum(orders) as orders, coalesce(sum(orders) filter (where at >= ${new Date(since)}), 0) as lately
      from admission_tally where subject_id = ${subjectId} group by 1 order by 2 desc, 1`.then((found) =>
      answers.parse(found),
    ),
    curveOf(subjectId, startsAt, at < endsAt ? at : endsAt),
  ]);
  const lately = said.find((a) => a.outcome === "accepted")?.lately ?? 0;
  return {
    name: slot?.name ?? session.name,
    sessionId: session.id,
    sessionName: session.name,
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
    isPaused: Boolean(slot?.pausedAt ?? session.pausedAt),
    at: at.toISOString(),
    items: itemsOf(offers),
    ...counted,
    perSecond: (lately * second) / (at.getTime() - since),
    curve,
    failures: said.flatMap((a) => (a.outcome === "accepted" ? [] : [{ code: a.outcome, orders: a.orders }])),
  };
}
