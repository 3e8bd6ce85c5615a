import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { type Fen, fen, minus, sum } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { type Day, dayFromDate } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { prisma, type Tx } from "#lib/platform/db";
import type { CampaignResults, ResultItem, ResultRef, ResultSums } from "../schema/results";
import { amount, citiesFor, inCities, inSnapshot } from "../sums";

const itemRow = z.array(
  z.object({
    id: z.string(),
    sku_id: z.string(),
    city_id: z.string(),
    layer: z.enum(["session", "flash", "group"]),
    name: z.string(),
    spec: z.string(),
    orders: z.coerce.number(),
    buyers: z.coerce.number(),
    pieces: z.coerce.number(),
    quota: z.coerce.number().nullable(),
    paid_fen: amount,
    coupon_fen: amount,
    refund_fen: amount,
    cost_fen: amount,
    commission_fen: amount,
  }),
);
const hourRow = z.array(
  z.object({ at: z.date(), placed: z.coerce.number(), paid: z.coerce.number(), paid_fen: amount }),
);
const headRow = z.array(
  z.object({
    placed: z.coerce.number(),
    paid: z.coerce.number(),
    lapsed: z.coerce.number(),
    buyers: z.coerce.number(),
    fresh: z.coerce.number(),
  }),
);

type Subject = Pick<CampaignResults, "kind" | "id" | "sessionId" | "name" | "day" | "coupons"> & {
  /** Its lines `l` of orders `o`. */
  lines: Prisma.Sql;
  /** Its offers `f`; null: it has no stock of its own. */
  offers: Prisma.Sql | null;
};

async function subjectOf(actor: Actor, ref: ResultRef): Promise<Subject> {
  if ("templateId" in ref) {
    const t = await prisma.couponTemplate.findUnique({ where: { id: ref.templateId } });
    if (!t) throw new Refusal("notFound");
    authorise(actor, "analytics.see", { cityIds: t.cityIds });
    const [claimed, used] = await Promise.all([
      prisma.coupon.count({ where: { templateId: t.id } }),
      prisma.coupon.count({ where: { templateId: t.id, state: "used" } }),
    ]);
    return {
      ...{ kind: "coupon", id: t.id, sessionId: null, name: t.name, day: null },
      coupons: {
        claimed,
        used,
        budgetFen: t.budgetFen === null ? null : fen(t.budgetFen),
        committedFen: fen(t.committedFen),
      },
      lines: Prisma.sql`l.id in (select x.order_line_id from coupon c join coupon_share x on x.coupon_id = c.id where c.template_id = ${t.id})`,
      offers: null,
    };
  }
  const slot = "slotId" in ref ? await prisma.flashSlot.findUnique({ where: { id: ref.slotId } }) : null;
  const sessionId = "slotId" in ref ? (slot?.saleSessionId ?? "") : ref.sessionId;
  const session = await prisma.saleSession.findUnique({ where: { id: sessionId } });
  if (!session) throw new Refusal("notFound");
  authorise(actor, "analytics.see", { cityIds: session.cityIds });
  const day: Day = dayFromDate(session.businessDay);
  const its = Prisma.sql`f.sale_session_id = ${session.id}`;
  return slot
    ? {
        ...{ kind: slot.kind, id: slot.id, sessionId: session.id, name: slot.name, day, coupons: null },
        lines: Prisma.sql`o.sale_session_id = ${session.id} and l.offer_id in (select f.id from offer f where f.flash_slot_id = ${slot.id})`,
        offers: Prisma.sql`${its} and f.flash_slot_id = ${slot.id}`,
      }
    : {
        ...{ kind: "session", id: session.id, sessionId: session.id, name: session.name, day, coupons: null },
        lines: Prisma.sql`o.sale_session_id = ${session.id}`,
        offers: its,
      };
}

/** A campaign's own lines, each with its order: bounded by the campaign, so they are read as they are. */
const mineOf = (s: Subject, cities: string[] | null) => Prisma.sql`
  select o.id as order_id, o.resident_id, o.city_id, o.state, o.placed_at, o.paid_at, o.cancel_reason, l.offer_id, l.sku_id, l.name, l.spec,
    l.ordered - l.cancelled - l.short as pieces, l.paid_fen, l.coupon_fen, l.refunded_fen as refund_fen,
    l.supply_price_fen * (l.ordered - l.cancelled - l.short) as cost_fen, l.commission_fen - l.commission_reversed_fen as commission_fen
  from customer_order o join order_line l on l.order_id = o.id
  where ${s.lines} and ${inCities(Prisma.sql`o.city_id`, cities)}`;

const sums = Prisma.raw(
  ["pieces", "paid_fen", "coupon_fen", "refund_fen", "cost_fen", "commission_fen"]
    .map((c) => `coalesce(sum(m.${c}) filter (where m.paid_at is not null), 0)::bigint as ${c}`)
    .join(", "),
);
const people = Prisma.raw(
  "count(distinct m.order_id) filter (where m.paid_at is not null) as orders, count(distinct m.resident_id) filter (where m.paid_at is not null) as buyers",
);

/** By SKU, city and layer. An item nobody bought stands with its quota; quotas are of pools, each counted once. */
function itemsSql(s: Subject, cities: string[] | null): Prisma.Sql {
  const mine = mineOf(s, cities);
  if (!s.offers)
    return Prisma.sql`
      select m.sku_id || ' ' || m.city_id || ' ' || f.layer::text as id, m.sku_id, m.city_id, f.layer::text, min(m.name) as name, min(m.spec) as spec, ${people}, ${sums}, null::bigint as quota
      from (${mine}) m join offer f on f.id = m.offer_id group by m.sku_id, m.city_id, f.layer order by paid_fen desc, id`;
  return Prisma.sql`
    with f as materialized (
      select f.id, f.sku_id, f.city_id, f.layer, f.stock_pool_id from offer f
      where ${s.offers} and f.state <> 'draft'::offer_state and ${inCities(Prisma.sql`f.city_id`, cities)}),
    quota as (
      select x.sku_id, x.city_id, x.layer, sum(t.quota) as quota
      from (select distinct sku_id, city_id, layer, stock_pool_id from f) x join stock_pool t on t.id = x.stock_pool_id group by 1, 2, 3),
    m as materialized (${mine})
    select f.sku_id || ' ' || f.city_id || ' ' || f.layer::text as id, f.sku_id, f.city_id, f.layer::text, p.name, p.spec, ${people}, ${sums}, q.quota
    from f join quota q using (sku_id, city_id, layer) join sku k on k.id = f.sku_id join product p on p.id = k.product_id left join m on m.offer_id = f.id
    group by f.sku_id, f.city_id, f.layer, p.name, p.spec, q.quota order by paid_fen desc, id`;
}

const lapsedReasons = ["unpaid", "cutOff", "paidTooLate"];

async function read(tx: Tx, s: Subject, cities: string[] | null) {
  const mine = mineOf(s, cities);
  const orders = Prisma.sql`
    select order_id, min(resident_id) as resident_id, min(placed_at) as placed_at, min(paid_at) as paid_at, min(cancel_reason) as cancel_reason, sum(paid_fen) as paid_fen
    from (${mine}) l group by order_id`;
  const items = itemRow.parse(await tx.$queryRaw(itemsSql(s, cities)));
  const [head] = headRow.parse(
    await tx.$queryRaw`
      with mine as materialized (${orders}),
      who as (select resident_id, min(paid_at) as first_at from mine where paid_at is not null group by 1)
      select count(*) as placed, count(paid_at) as paid, count(*) filter (where paid_at is null and cancel_reason = any(${lapsedReasons}::text[])) as lapsed,
        (select count(*) from who) as buyers,
        (select count(*) from who where not exists (
          select 1 from customer_order e where e.resident_id = who.resident_id and e.paid_at < who.first_at)) as fresh
      from mine`,
  );
  const hours = hourRow.parse(
    await tx.$queryRaw`
      select date_trunc('hour', placed_at) as at, count(*) as placed, count(paid_at) as paid, coalesce(sum(paid_fen) filter (where paid_at is not null), 0)::bigint as paid_fen
      from (${orders}) o group by 1 order by 1`,
  );
  return { items, hours, head: head ?? { placed: 0, paid: 0, lapsed: 0, buyers: 0, fresh: 0 } };
}

const marginOf = (e: { gmvFen: Fen; refundFen: Fen; costFen: Fen }): Fen => minus(e.gmvFen, e.refundFen, e.costFen);

/**
 * What a session, a slot of it or a coupon brought, by item and hour, in the cities the actor sees; from the campaign's own lines, as
 * of now. Refuses: notFound, forbidden.
 */
export async function resultsOf(actor: Actor, ref: ResultRef): Promise<CampaignResults> {
  const of = await subjectOf(actor, ref);
  const found = await inSnapshot((tx) => read(tx, of, citiesFor(actor, undefined)));
  const { kind, id, sessionId, name, day, coupons } = of;
  const items = found.items.map((r): ResultItem => {
    const amounts = { gmvFen: r.paid_fen, refundFen: r.refund_fen, costFen: r.cost_fen };
    return {
      ...amounts,
      ...{ id: r.id, skuId: r.sku_id, cityId: r.city_id, layer: r.layer, name: r.name, spec: r.spec },
      ...{ orders: r.orders, buyers: r.buyers, pieces: r.pieces, quota: r.quota },
      couponFen: r.coupon_fen,
      commissionFen: r.commission_fen,
      marginFen: marginOf(amounts),
    };
  });
  const add = (of: (i: ResultItem) => Fen) => sum(items.map(of));
  const total: ResultSums = {
    pieces: items.reduce((n, i) => n + i.pieces, 0),
    gmvFen: add((i) => i.gmvFen),
    couponFen: add((i) => i.couponFen),
    refundFen: add((i) => i.refundFen),
    costFen: add((i) => i.costFen),
    commissionFen: add((i) => i.commissionFen),
    marginFen: add((i) => i.marginFen),
  };
  return {
    ...{ kind, id, sessionId, name, day, coupons },
    asOf: now(),
    ...{ buyers: found.head.buyers, newBuyers: found.head.fresh },
    ...{ placed: found.head.placed, paid: found.head.paid, lapsed: found.head.lapsed },
    quota: of.offers ? items.reduce((n, i) => n + (i.quota ?? 0), 0) : null,
    total,
    items,
    hours: found.hours.map((h) => ({ at: h.at, placed: h.placed, paid: h.paid, gmvFen: h.paid_fen })),
  };
}
