import "server-only";
import { Prisma } from "#lib/generated/prisma/client";
import { seenBy } from "#lib/identity/queries/scope";
import { can } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { csvYuan } from "#lib/kernel/csv";
import { tailOf } from "#lib/kernel/ids";
import { momentText } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { defineList, sheetOf } from "#lib/platform/list";
import { searched } from "#lib/search/queries";
import { messages } from "#lib/words/index";
import { purchasesById } from "./queries";
import { type PurchaseRow, purchaseListSpec, supplierOrderListSpec } from "./schema";

const inLines = (column: Prisma.Sql) => (match: (column: Prisma.Sql) => Prisma.Sql) =>
  Prisma.sql`exists (select 1 from purchase_order_line l where l.purchase_order_id = p.id and ${match(column)})`;

/** Suppliers see their own; operators by city; the warehouse by site. */
export const purchaseList = defineList<Actor, PurchaseRow, typeof purchaseListSpec>({
  name: "purchases",
  spec: purchaseListSpec,
  from: Prisma.sql`purchase_order p`,
  id: Prisma.sql`p.id`,
  scope: (actor) =>
    seenBy(actor, actor.kind === "operator" && !can(actor, "procurement.see") ? "fulfilment.see" : "procurement.see", {
      city: Prisma.sql`p.city_id`,
      supplier: Prisma.sql`p.supplier_id`,
      sites: [Prisma.sql`p.warehouse_id`],
    }),
  views: {
    waiting: Prisma.sql`p.state = 'issued'`,
    toReceive: Prisma.sql`p.state in ('accepted', 'receiving')`,
    late: () => Prisma.sql`p.state in ('issued', 'accepted', 'receiving') and p.unload_to_at <= ${now()}`,
    received: Prisma.sql`p.state = 'received'`,
  },
  fields: {
    day: Prisma.sql`p.pickup_day`,
    warehouseId: Prisma.sql`p.warehouse_id`,
    supplierId: Prisma.sql`p.supplier_id`,
    saleSessionId: Prisma.sql`p.sale_session_id`,
    state: Prisma.sql`p.state`,
    pickupDay: Prisma.sql`p.pickup_day`,
    issuedAt: Prisma.sql`p.issued_at`,
    unload: Prisma.sql`p.unload_from_at`,
    receivedAt: Prisma.sql`p.received_at`,
    pieces: Prisma.sql`p.pieces`,
    missing: Prisma.sql`(select coalesce(sum(l.short + l.damaged), 0) from purchase_order_line l where l.purchase_order_id = p.id)`,
    total: Prisma.sql`p.total_fen`,
    acceptedFen: Prisma.sql`p.accepted_fen`,
    goods: inLines(Prisma.sql`l.name`),
  },
  sorts: {
    issuedAt: { by: Prisma.sql`p.id`, type: "text" },
    pickupDay: { by: Prisma.sql`p.pickup_day`, type: "date" },
    unload: { by: Prisma.sql`p.unload_from_at`, type: "timestamptz" },
    total: { by: Prisma.sql`p.total_fen`, type: "bigint" },
  },
  search: (text) => searched("purchaseOrder", Prisma.sql`p.id`, text),
  sum: Prisma.sql`p.total_fen`,
  load: purchasesById,
  sheet: sheetOf<PurchaseRow>((locale) => {
    const t = messages(locale).procurement;
    return {
      no: [t.no, (p) => tailOf(p.id)],
      supplier: [t.supplier, (p) => p.supplierName],
      warehouse: [t.warehouse, (p) => p.warehouseName],
      state: [t.state, (p) => t.states[p.state]],
      pickupDay: [t.pickupDay, (p) => p.pickupDay],
      issuedAt: [t.issuedAt, (p) => momentText(p.issuedAt)],
      acceptedAt: [t.acceptedAt, (p) => p.acceptedAt && momentText(p.acceptedAt)],
      unload: [t.unload, (p) => momentText(p.unloadFromAt)],
      receivedAt: [t.receivedAt, (p) => p.receivedAt && momentText(p.receivedAt)],
      pieces: [t.pieces, (p) => p.pieces],
      accepted: [t.accepted, (p) => p.accepted],
      missing: [t.missing, (p) => p.missing],
      total: [t.total, (p) => csvYuan(p.totalFen)],
      acceptedFen: [t.acceptedFen, (p) => csvYuan(p.acceptedFen)],
    };
  }),
});

export const supplierOrderList = defineList<Actor, PurchaseRow, typeof supplierOrderListSpec>({
  ...purchaseList,
  name: "supplierOrders",
  spec: supplierOrderListSpec,
});
