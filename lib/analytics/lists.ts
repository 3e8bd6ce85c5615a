import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { csvYuan } from "#lib/kernel/csv";
import { firstId, tailOf } from "#lib/kernel/ids";
import { fen } from "#lib/kernel/money";
import { addDays, dateOf, dayFromDate, endOf, momentText, startOf, zone } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";
import { defineList } from "#lib/platform/list";
import { messages } from "#lib/words/index";
import { type LineRow, lineListSpec } from "./schema/lines";

/** How long before the day that counts an order may have been placed: its lines' ids bound the search. */
const placedBefore = { paid: 1, session: 7, pickup: 45 } as const;

const lineRow = z.object({
  id: z.string(),
  order_id: z.string(),
  name: z.string(),
  spec: z.string(),
  leader_name: z.string().nullable(),
  supplier_name: z.string().nullable(),
  paid_at: z.date().nullable(),
  pickup_day: z.date(),
  pieces: z.number(),
  paid_fen: z.bigint(),
  refunded_fen: z.bigint(),
  cost_fen: z.bigint(),
  commission_fen: z.bigint(),
});

export const lineList = defineList<Actor, LineRow, typeof lineListSpec>({
  name: "orderLines",
  spec: lineListSpec,
  from: Prisma.sql`order_line l join customer_order o on o.id = l.order_id`,
  id: Prisma.sql`l.id`,
  scope(actor) {
    const cities = sees(actor, "analytics.see").cityIds;
    return [Prisma.sql`o.paid_at is not null`, ...(cities ? [Prisma.sql`o.city_id = any(${cities})`] : [])];
  },
  fields: {
    cityId: Prisma.sql`o.city_id`,
    leaderId: Prisma.sql`o.leader_id`,
    supplierId: Prisma.sql`l.supplier_id`,
    skuId: Prisma.sql`l.sku_id`,
    categoryId: Prisma.sql`l.category_id`,
    saleSessionId: Prisma.sql`o.sale_session_id`,
    flashSlotId: (match) =>
      Prisma.sql`exists (select 1 from offer f where f.id = l.offer_id and ${match(Prisma.sql`f.flash_slot_id`)})`,
    plain: Prisma.sql`not exists (select 1 from offer f where f.id = l.offer_id and f.flash_slot_id is not null)`,
    couponTemplateId: (match) =>
      Prisma.sql`l.id in (select x.order_line_id from coupon c join coupon_share x on x.coupon_id = c.id where ${match(Prisma.sql`c.template_id`)})`,
    refunded: Prisma.sql`l.refunded_fen > 0`,
  },
  narrow({ byDay = "paid", from, to, hour }) {
    const column = {
      session: Prisma.sql`o.business_day`,
      pickup: Prisma.sql`o.pickup_day`,
      paid: Prisma.sql`o.paid_at`,
    }[byDay];
    const isPaid = byDay === "paid";
    return [
      ...(from
        ? [
            Prisma.sql`l.id >= ${firstId("oln", startOf(addDays(from, -placedBefore[byDay])))}`,
            isPaid ? Prisma.sql`${column} >= ${startOf(from)}` : Prisma.sql`${column} >= ${dateOf(from)}::date`,
          ]
        : []),
      ...(to
        ? [
            Prisma.sql`l.id < ${firstId("oln", endOf(to))}`,
            isPaid ? Prisma.sql`${column} < ${endOf(to)}` : Prisma.sql`${column} <= ${dateOf(to)}::date`,
          ]
        : []),
      ...(hour ? [Prisma.sql`extract(hour from o.paid_at at time zone ${zone})::int = ${Number(hour)}::int`] : []),
    ];
  },
  sorts: {
    id: { by: Prisma.sql`l.id`, type: "text" },
    paidFen: { by: Prisma.sql`l.paid_fen`, type: "bigint" },
  },
  sum: Prisma.sql`l.paid_fen`,
  async load(ids) {
    const rows = await prisma.$queryRaw`
      select l.id, l.order_id, l.name, l.spec, d.name as leader_name, s.name as supplier_name, o.paid_at, o.pickup_day,
        l.ordered - l.cancelled - l.short as pieces, l.paid_fen, l.refunded_fen,
        l.supply_price_fen * (l.ordered - l.cancelled - l.short) as cost_fen, l.commission_fen - l.commission_reversed_fen as commission_fen
      from order_line l join customer_order o on o.id = l.order_id
        left join leader d on d.id = o.leader_id left join supplier s on s.id = l.supplier_id
      where l.id = any(${ids})`;
    return z
      .array(lineRow)
      .parse(rows)
      .map((r) => ({
        id: r.id,
        orderId: r.order_id,
        orderNo: tailOf(r.order_id),
        product: r.name,
        spec: r.spec,
        leaderName: r.leader_name ?? "",
        supplierName: r.supplier_name ?? "",
        paidAt: r.paid_at,
        pickupDay: dayFromDate(r.pickup_day),
        pieces: r.pieces,
        paidFen: fen(r.paid_fen),
        refundedFen: fen(r.refunded_fen),
        costFen: fen(r.cost_fen),
        commissionFen: fen(r.commission_fen),
      }));
  },
  sheet: {
    heads: (locale) => {
      const t = messages(locale).explore;
      return {
        orderNo: t.lines.order,
        product: t.heads.product,
        spec: t.lines.spec,
        leader: t.heads.leader,
        supplier: t.heads.supplier,
        paidAt: t.lines.paidAt,
        pickupDay: t.basis.pickup,
        pieces: t.metric.pieces,
        paidFen: t.metric.gmvFen,
        refundedFen: t.metric.refundFen,
        costFen: t.metric.costFen,
        commissionFen: t.metric.commissionFen,
      };
    },
    cells: (l) => ({
      orderNo: l.orderNo,
      product: l.product,
      spec: l.spec,
      leader: l.leaderName,
      supplier: l.supplierName,
      paidAt: l.paidAt && momentText(l.paidAt),
      pickupDay: l.pickupDay,
      pieces: l.pieces,
      paidFen: csvYuan(l.paidFen),
      refundedFen: csvYuan(l.refundedFen),
      costFen: csvYuan(l.costFen),
      commissionFen: csvYuan(l.commissionFen),
    }),
  },
});
