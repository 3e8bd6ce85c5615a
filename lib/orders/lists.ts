import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { can, sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { csvYuan } from "#lib/kernel/csv";
import { tailOf } from "#lib/kernel/ids";
import { fen } from "#lib/kernel/money";
import { type Day, dateOf, dayFromDate, endOf, momentText, startOf } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";
import { type BulkSkip, defineBulk, defineList } from "#lib/platform/list";
import { unseal } from "#lib/platform/pii";
import { messages } from "#lib/words/index";
import { moveOrder } from "./commands/change";
import { moveValues, type OrderRow, orderListSpec, orderStates } from "./schema";
import { orderPeriods, orderSearch } from "./search";

const openCase = Prisma.sql`exists (select 1 from after_sale a where a.order_id = o.id and a.state in ('applied', 'approved', 'refunding'))`;

/** Of an order `o`: a period counted by payment, session or pickup, both days inclusive. */
export function orderedWithin(
  by: "paid" | "session" | "pickup",
  from: Day | undefined,
  to: Day | undefined,
): Prisma.Sql[] {
  if (by === "paid") {
    return [
      ...(from ? [Prisma.sql`o.paid_at >= ${startOf(from)}`] : []),
      ...(to ? [Prisma.sql`o.paid_at < ${endOf(to)}`] : []),
    ];
  }
  const column = by === "session" ? Prisma.sql`o.business_day` : Prisma.sql`o.pickup_day`;
  return [
    ...(from ? [Prisma.sql`${column} >= ${dateOf(from)}::date`] : []),
    ...(to ? [Prisma.sql`${column} <= ${dateOf(to)}::date`] : []),
  ];
}

/** What the channel has not done: few, found from their own rows. */
const stuck = {
  refund: Prisma.sql`o.id in (select order_id from refund where state = 'abnormal'::refund_state)`,
  shipping: Prisma.sql`o.id in (select order_id from shipping_report where state = 'failed'::shipping_state)`,
};

const listRow = z.object({
  id: z.string(),
  state: z.enum(orderStates),
  summary: z.string(),
  item_count: z.number(),
  contact_name: z.string(),
  phone_tail: z.string(),
  point_id: z.string(),
  point_name: z.string().nullable(),
  district: z.string().nullable(),
  leader_name: z.string().nullable(),
  business_day: z.date(),
  pickup_day: z.date(),
  placed_at: z.date(),
  paid_at: z.date().nullable(),
  payable_fen: z.bigint(),
  refunded_fen: z.bigint(),
  after_sale_open: z.boolean(),
});

const toRow = (r: z.infer<typeof listRow>): OrderRow => ({
  id: r.id,
  no: tailOf(r.id),
  state: r.state,
  summary: r.summary,
  itemCount: r.item_count,
  contactName: r.contact_name,
  phoneTail: r.phone_tail,
  pointId: r.point_id,
  pointName: r.point_name ?? "",
  district: r.district ?? "",
  leaderName: r.leader_name ?? "",
  businessDay: dayFromDate(r.business_day),
  pickupDay: dayFromDate(r.pickup_day),
  placedAt: r.placed_at,
  paidAt: r.paid_at,
  payableFen: fen(r.payable_fen),
  refundedFen: fen(r.refunded_fen),
  afterSaleOpen: r.after_sale_open,
});

const inLines = (column: Prisma.Sql) => (match: (column: Prisma.Sql) => Prisma.Sql) =>
  Prisma.sql`exists (select 1 from order_line l where l.order_id = o.id and ${match(column)})`;

export const orderList = defineList<Actor, OrderRow, typeof orderListSpec>({
  name: "orders",
  spec: orderListSpec,
  from: Prisma.sql`customer_order o`,
  id: Prisma.sql`o.id`,
  scope(actor) {
    const scope = sees(actor, "orders.see");
    return [
      ...(scope.cityIds ? [Prisma.sql`o.city_id = any(${scope.cityIds})`] : []),
      ...(scope.leaderId !== undefined ? [Prisma.sql`o.leader_id = ${scope.leaderId}`] : []),
      ...(scope.residentId !== undefined ? [Prisma.sql`o.resident_id = ${scope.residentId}`] : []),
    ];
  },
  views: {
    unpaid: Prisma.sql`o.state = 'pendingPayment'`,
    toBuy: Prisma.sql`o.state = 'paid'`,
    toPick: Prisma.sql`o.state in ('locked', 'inTransit', 'arrived')`,
    done: Prisma.sql`o.state = 'completed'`,
    afterSale: openCase,
    cancelled: Prisma.sql`o.state in ('cancelled', 'refunded')`,
  },
  fields: {
    state: Prisma.sql`o.state`,
    pickupDay: Prisma.sql`o.pickup_day`,
    businessDay: Prisma.sql`o.business_day`,
    paidDay: Prisma.sql`o.paid_at`,
    placedAt: Prisma.sql`o.placed_at`,
    cityId: Prisma.sql`o.city_id`,
    pickupPointId: Prisma.sql`o.pickup_point_id`,
    leaderId: Prisma.sql`o.leader_id`,
    saleSessionId: Prisma.sql`o.sale_session_id`,
    supplierId: inLines(Prisma.sql`l.supplier_id`),
    skuId: inLines(Prisma.sql`l.sku_id`),
    paid: Prisma.sql`o.paid_at is not null`,
    refunded: Prisma.sql`o.refunded_fen > 0`,
    payableFen: Prisma.sql`o.payable_fen`,
    refundedFen: Prisma.sql`o.refunded_fen`,
    itemCount: Prisma.sql`o.item_count`,
    contactName: Prisma.sql`o.contact_name`,
    remark: Prisma.sql`o.remark`,
    phoneTail: Prisma.sql`o.phone_tail`,
  },
  narrow: (f) => [...orderedWithin(f.byDay ?? "paid", f.from, f.to), ...(f.stuck ? [stuck[f.stuck]] : [])],
  sorts: {
    placedAt: { by: Prisma.sql`o.id`, type: "text" },
    payableFen: { by: Prisma.sql`o.payable_fen`, type: "bigint" },
  },
  search: (text, _, period) => orderSearch(text, period),
  periods: orderPeriods,
  sum: Prisma.sql`o.payable_fen`,
  async load(ids) {
    const rows = await prisma.$queryRaw`
      select o.id, o.state::text, o.summary, o.item_count, o.contact_name, o.phone_tail, o.pickup_point_id as point_id, p.name as point_name,
        p.district, l.name as leader_name, o.business_day, o.pickup_day, o.placed_at, o.paid_at, o.payable_fen, o.refunded_fen, ${openCase} as after_sale_open
      from customer_order o left join pickup_point p on p.id = o.pickup_point_id left join leader l on l.id = o.leader_id
      where o.id = any(${ids})`;
    return z.array(listRow).parse(rows).map(toRow);
  },
  sheet: {
    heads: (locale) => {
      const t = messages(locale).orders;
      return {
        no: t.no,
        customer: t.customer,
        phoneTail: t.phoneTail,
        goods: t.goods,
        itemCount: t.itemCount,
        point: t.point,
        leader: t.leader,
        state: t.state,
        businessDay: t.businessDay,
        pickupDay: t.pickupDay,
        placedAt: t.placedAt,
        paidAt: t.paidAt,
        payableFen: t.payable,
        refundedFen: t.refunded,
      };
    },
    async reveal(ids) {
      const rows = z.array(z.object({ id: z.string(), sealed: z.string() })).parse(
        await prisma.$queryRaw`
          select o.id, r.phone_cipher as sealed from customer_order o join resident r on r.id = o.resident_id
          where o.id = any(${ids}) and r.phone_cipher is not null`,
      );
      return new Map(rows.map((row) => [row.id, { phoneTail: unseal(row.sealed, "resident.phone") }]));
    },
    cells: (o, locale) => ({
      no: o.no,
      customer: o.contactName,
      phoneTail: o.phoneTail,
      goods: o.summary,
      itemCount: o.itemCount,
      point: o.pointName,
      leader: o.leaderName,
      state: messages(locale).orders.states[o.state],
      businessDay: o.businessDay,
      pickupDay: o.pickupDay,
      placedAt: momentText(o.placedAt),
      paidAt: o.paidAt && momentText(o.paidAt),
      payableFen: csvYuan(o.payableFen),
      refundedFen: csvYuan(o.refundedFen),
    }),
  },
});

const moved = z.object({ fromPointId: z.string(), toPointId: z.string() });

/** Moves paid orders to another pickup point of their route. */
const move = defineBulk<Actor, z.infer<typeof moveValues>>({
  values: moveValues,
  may: (actor) => can(actor, "orders.move"),
  async skips(_, ids, { pickupPointId }) {
    const [point, orders] = await Promise.all([
      prisma.pickupPoint.findUnique({ where: { id: pickupPointId } }),
      prisma.order.findMany({
        where: { id: { in: ids } },
        select: { id: true, state: true, pickupPointId: true, routeId: true, cityId: true },
      }),
    ]);
    const skips = new Map<string, BulkSkip>();
    for (const o of orders) {
      if (o.state !== "paid") skips.set(o.id, { code: "notMovable" });
      else if (o.pickupPointId === pickupPointId) skips.set(o.id, { code: "alreadySo" });
      else if (point?.state !== "open" || point.cityId !== o.cityId || point.routeId !== o.routeId)
        skips.set(o.id, { code: "pointClosed" });
    }
    return skips;
  },
  apply: (actor, orderId, values) => moveOrder(actor, { ...values, orderId }),
  undo: (actor, orderId, before) => {
    const { fromPointId, toPointId } = moved.parse(before);
    return moveOrder(actor, { orderId, pickupPointId: fromPointId, fromPointId: toPointId, reason: "undo" });
  },
});

export const orderBulk = { move };
