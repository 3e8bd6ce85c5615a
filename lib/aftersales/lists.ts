import "server-only";
import { Prisma } from "#lib/generated/prisma/client";
import { seenBy } from "#lib/identity/queries/scope";
import type { Actor } from "#lib/identity/schema";
import { csvYuan } from "#lib/kernel/csv";
import { momentText } from "#lib/kernel/time";
import { orderedWithin } from "#lib/orders/lists";
import { now } from "#lib/platform/clock";
import { defineList, sheetOf } from "#lib/platform/list";
import { searched } from "#lib/search/queries";
import { messages } from "#lib/words/index";
import { casesById } from "./queries";
import { type CaseRow, caseListSpec } from "./schema";

const ofLine = (
  test: Prisma.Sql,
) => Prisma.sql`exists (select 1 from order_line l join customer_order o on o.id = l.order_id
  where l.id = a.order_line_id and ${test})`;

/** Residents and leaders see their own. */
export const caseList = defineList<Actor, CaseRow, typeof caseListSpec>({
  name: "aftersales",
  spec: caseListSpec,
  from: Prisma.sql`after_sale a`,
  id: Prisma.sql`a.id`,
  scope: (actor) =>
    seenBy(actor, "aftersales.see", {
      city: Prisma.sql`a.city_id`,
      leader: Prisma.sql`a.leader_id`,
      resident: Prisma.sql`a.resident_id`,
    }),
  views: {
    open: Prisma.sql`a.state = 'applied'`,
    overdue: () => Prisma.sql`a.state = 'applied' and a.due_at <= ${now()}`,
    refunding: Prisma.sql`a.state in ('approved', 'refunding')`,
    decided: Prisma.sql`a.state in ('refunded', 'rejected', 'cancelled')`,
    automatic: Prisma.sql`a.is_automatic`,
  },
  fields: {
    state: Prisma.sql`a.state`,
    reason: Prisma.sql`a.reason`,
    responsible: Prisma.sql`a.responsible`,
    supplierId: Prisma.sql`a.supplier_id`,
    leaderId: Prisma.sql`a.leader_id`,
    orderId: Prisma.sql`a.order_id`,
    createdAt: Prisma.sql`a.created_at`,
    dueAt: Prisma.sql`a.due_at`,
    decidedAt: Prisma.sql`a.decided_at`,
    requestedFen: Prisma.sql`a.requested_fen`,
    approvedFen: Prisma.sql`a.approved_fen`,
    quantity: Prisma.sql`a.quantity`,
    automatic: Prisma.sql`a.is_automatic`,
    byLeader: Prisma.sql`a.reported_by <> a.resident_id`,
    withPhoto: Prisma.sql`cardinality(a.photo_file_ids) > 0`,
    goods: (match) => ofLine(match(Prisma.sql`l.name`)),
    description: Prisma.sql`a.description`,
    cityId: Prisma.sql`a.city_id`,
    skuId: (match) => ofLine(match(Prisma.sql`l.sku_id`)),
    categoryId: (match) => ofLine(match(Prisma.sql`l.category_id`)),
    saleSessionId: (match) => ofLine(match(Prisma.sql`l.sale_session_id`)),
  },
  // the days of the order, as reports count a case
  narrow: (f) => (f.from || f.to ? [ofLine(Prisma.join(orderedWithin(f.byDay ?? "paid", f.from, f.to), " and "))] : []),
  sorts: {
    dueAt: { by: Prisma.sql`a.due_at`, type: "timestamptz" },
    createdAt: { by: Prisma.sql`a.id`, type: "text" },
    requestedFen: { by: Prisma.sql`a.requested_fen`, type: "bigint" },
  },
  search: (text) => searched("aftersale", Prisma.sql`a.id`, text),
  sum: Prisma.sql`a.requested_fen`,
  load: casesById,
  sheet: sheetOf<CaseRow>((locale) => {
    const t = messages(locale).aftersales;
    return {
      order: [t.order, (c) => c.orderNo],
      item: [t.item, (c) => `${c.name} ${c.spec}`],
      quantity: [t.quantity, (c) => c.quantity],
      customer: [t.customer, (c) => c.residentName],
      phoneTail: [t.phoneTail, (c) => c.phoneTail],
      point: [t.point, (c) => c.pointName],
      leader: [t.leader, (c) => c.leaderName],
      supplier: [t.supplier, (c) => c.supplierName],
      reason: [t.reason, (c) => t.reasons[c.reason]],
      state: [t.state, (c) => t.states[c.state]],
      responsible: [t.responsible, (c) => c.responsible && t.parties[c.responsible]],
      automatic: [t.views.automatic, (c) => (c.isAutomatic ? "1" : "")],
      createdAt: [t.reported, (c) => momentText(c.createdAt)],
      dueAt: [t.dueAt, (c) => momentText(c.dueAt)],
      decidedAt: [t.decidedAt, (c) => c.decidedAt && momentText(c.decidedAt)],
      requestedFen: [t.asked, (c) => csvYuan(c.requestedFen)],
      approvedFen: [t.granted, (c) => csvYuan(c.approvedFen)],
    };
  }),
});
