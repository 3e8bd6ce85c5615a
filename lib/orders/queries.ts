import "server-only";
import { z } from "zod";
import { type AuditView, timelineOf } from "#lib/audit/queries";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { tailOf } from "#lib/kernel/ids";
import type { ListParams } from "#lib/kernel/list";
import { type Fen, fen } from "#lib/kernel/money";
import type { Page } from "#lib/kernel/page";
import { Refusal } from "#lib/kernel/refusal";
import { type Day, dateOf, dayFromDate } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";
import { listPage, viewAsk } from "#lib/platform/list";
import { couponsOfLines } from "#lib/promotions/queries/coupons";
import { orderList } from "./lists";
import { makeQuote } from "./quote";
import type {
  MoneyStep,
  OrderRecord,
  OrderRow,
  OrderState,
  orderListSpec,
  orderViews,
  Quote,
  QuoteInput,
} from "./schema";

/** What a resident would pay, by pickup day, without side effects. Refuses: pointClosed, forbidden. */
export async function quote(actor: Actor, input: QuoteInput): Promise<Quote> {
  authorise(actor, "orders.place");
  return makeQuote(actor.id, input);
}

/** Where an order's money can stand in the books; a funder's share of its coupons is with the funder, beside her commission. */
const heldBases = new Set([
  ...["customerPrepaid", "customerCommitted", "refundPayable", "sales", "couponSubsidy"],
  ...["supplierPending", "supplierReceivable", "leaderFrozen", "leaderAvailable", "leaderReceivable", "commission"],
]);

type OrdersAsk = {
  filters?: ListParams<typeof orderListSpec>["filters"];
  view?: (typeof orderViews)[number];
  cursor?: string | null;
  limit?: number;
};

/** Orders in one keyset page, newest first; `cursor` is the last answer's. Refuses: forbidden. */
export const ordersPage = (actor: Actor, f: OrdersAsk): Promise<Page<OrderRow>> =>
  listPage(
    orderList,
    actor,
    { ...viewAsk(f.view ?? "all", "-placedAt"), filters: f.filters ?? {}, after: f.cursor ?? null },
    Math.min(f.limit ?? 50, 200),
  );

/** One order with its lines, money and timeline. Refuses: notFound. */
export async function orderRecord(actor: Actor, id: string): Promise<OrderRecord & { timeline: AuditView[] }> {
  const o = await prisma.order.findUnique({ where: { id }, include: { lines: { orderBy: { id: "asc" } } } });
  if (!o) throw new Refusal("notFound");
  authorise(actor, "orders.see", { cityId: o.cityId, leaderId: o.leaderId, residentId: o.residentId });
  const [point, leader, session, suppliers, payment, refunds, journals, code, openCase, timeline] = await Promise.all([
    prisma.pickupPoint.findUnique({ where: { id: o.pickupPointId } }),
    prisma.leader.findUnique({ where: { id: o.leaderId } }),
    prisma.saleSession.findUniqueOrThrow({ where: { id: o.saleSessionId } }),
    prisma.supplier.findMany({
      where: { id: { in: o.lines.map((l) => l.supplierId) } },
      select: { id: true, name: true },
    }),
    prisma.payment.findUnique({ where: { orderId: id } }),
    prisma.refund.findMany({ where: { orderId: id }, orderBy: { id: "asc" } }),
    prisma.journal.findMany({
      where: { ref: id },
      include: { postings: { include: { account: { select: { base: true } } } } },
      orderBy: { id: "asc" },
    }),
    prisma.pickupCode.findUnique({
      where: {
        residentId_pickupPointId_pickupDay: {
          residentId: o.residentId,
          pickupPointId: o.pickupPointId,
          pickupDay: o.pickupDay,
        },
      },
    }),
    prisma.afterSale.count({ where: { orderId: id, state: { in: ["applied", "approved", "refunding"] } } }),
    timelineOf("order", id),
  ]);
  const coupons = await couponsOfLines(o.lines.flatMap((l) => (l.couponFen > 0n ? [l.id] : [])));
  const supplierName = new Map(suppliers.map((s) => [s.id, s.name]));
  const steps: MoneyStep[] = journals.map((j) => ({
    id: String(j.id),
    type: j.type,
    at: j.at,
    amountFen: fen(j.postings.reduce((n, p) => n + (p.amountFen > 0n ? p.amountFen : 0n), 0n)),
  }));
  // what came in for the order must be owed back, held, or recognised as sales, to the fen
  const heldFen = journals
    .flatMap((j) => j.postings)
    .filter((p) => heldBases.has(p.account.base))
    .reduce((n, p) => n - p.amountFen, 0n);
  const lateFen = journals
    .filter((j) => j.type === "paidTooLate")
    .flatMap((j) => j.postings)
    .reduce((n, p) => n + (p.amountFen > 0n ? p.amountFen : 0n), 0n);
  const backFen = refunds.filter((r) => r.state === "success").reduce((n, r) => n + r.amountFen, 0n);
  return {
    id: o.id,
    no: tailOf(o.id),
    state: o.state,
    summary: o.summary,
    itemCount: o.itemCount,
    contactName: o.contactName,
    phoneTail: o.phoneTail,
    pointId: o.pickupPointId,
    pointName: point?.name ?? "",
    district: point?.district ?? "",
    leaderName: leader?.name ?? "",
    businessDay: dayFromDate(o.businessDay),
    pickupDay: dayFromDate(o.pickupDay),
    placedAt: o.placedAt,
    paidAt: o.paidAt,
    payableFen: fen(o.payableFen),
    refundedFen: fen(o.refundedFen),
    residentId: o.residentId,
    saleSessionId: o.saleSessionId,
    sessionName: session.name,
    cutoffAt: session.cutoffAt,
    leaderId: o.leaderId,
    attribution: o.attribution,
    remark: o.remark,
    goodsFen: fen(o.goodsFen),
    couponFen: fen(o.couponFen),
    coupons,
    paidFen: fen(o.paidFen),
    expiresAt: o.expiresAt,
    lockedAt: o.lockedAt,
    arrivedAt: o.arrivedAt,
    completedAt: o.completedAt,
    cancelledAt: o.cancelledAt,
    cancelReason: o.cancelReason,
    groupId: o.groupId,
    lines: o.lines.map((l) => ({
      id: l.id,
      skuId: l.skuId,
      productId: l.productId,
      supplierId: l.supplierId,
      supplierName: supplierName.get(l.supplierId) ?? "",
      name: l.name,
      spec: l.spec,
      unit: l.unit,
      picture: l.picture,
      ordered: l.ordered,
      cancelled: l.cancelled,
      short: l.short,
      delivered: l.delivered,
      picked: l.picked,
      unclaimed: l.unclaimed,
      returned: l.returned,
      unitPriceFen: fen(l.unitPriceFen),
      listPriceFen: l.listPriceFen === null ? null : fen(l.listPriceFen),
      goodsFen: fen(l.goodsFen),
      couponFen: fen(l.couponFen),
      paidFen: fen(l.paidFen),
      refundedFen: fen(l.refundedFen),
      commissionRuleId: l.commissionRuleId,
      commissionRuleVersion: l.commissionRuleVersion,
      commissionBp: l.commissionBp,
      commissionBaseFen: fen(l.commissionBaseFen),
      commissionFen: fen(l.commissionFen),
      commissionReversedFen: fen(l.commissionReversedFen),
      commissionState: l.commissionState,
      completedAt: l.completedAt,
      completedBy: l.completedBy,
      afterSaleUntil: l.afterSaleUntil,
      releaseAt: l.releaseAt,
      disputed: l.disputed,
    })),
    payment: payment && {
      id: payment.id,
      state: payment.state,
      outTradeNo: payment.outTradeNo,
      transactionId: payment.transactionId,
      successAt: payment.successAt,
    },
    refunds: refunds.map((r) => ({
      id: r.id,
      state: r.state,
      cause: r.cause,
      amountFen: fen(r.amountFen),
      createdAt: r.createdAt,
      successAt: r.successAt,
      lastError: r.lastError,
    })),
    journals: steps,
    differenceFen: fen(o.paidFen + lateFen - backFen - heldFen),
    pickup: code && o.paidAt ? { code: code.code, bagNo: code.bagNo } : null,
    afterSaleOpen: openCase > 0,
    timeline,
  } as OrderRecord & { timeline: AuditView[] };
}

export type LineAtPoint = {
  lineId: string;
  orderId: string;
  orderState: OrderState;
  residentId: string;
  contactName: string;
  phoneTail: string;
  skuId: string;
  name: string;
  spec: string;
  unit: string;
  picture: string;
  open: number;
  delivered: number;
  picked: number;
  waiting: number;
  paidAt: Date;
  isDone: boolean;
};

/** Every paid line of one point and pickup day, in order of payment. For fulfilment and the leader's page. */
export async function linesAt(pointId: string, pickupDay: Day): Promise<LineAtPoint[]> {
  const lines = await prisma.orderLine.findMany({
    where: {
      pickupPointId: pointId,
      pickupDay: dateOf(pickupDay),
      order: { state: { in: ["paid", "locked", "inTransit", "arrived", "completed", "refunded"] } },
    },
    include: { order: { select: { state: true, contactName: true, phoneTail: true, paidAt: true, placedAt: true } } },
    orderBy: { id: "asc" },
  });
  return lines
    .map((l) => ({
      lineId: l.id,
      orderId: l.orderId,
      orderState: l.order.state,
      residentId: l.residentId,
      contactName: l.order.contactName,
      phoneTail: l.order.phoneTail,
      skuId: l.skuId,
      name: l.name,
      spec: l.spec,
      unit: l.unit,
      picture: l.picture,
      open: l.ordered - l.cancelled - l.short - l.delivered,
      delivered: l.delivered,
      picked: l.picked,
      waiting: l.delivered - l.picked - l.unclaimed - l.returned,
      paidAt: l.order.paidAt ?? l.order.placedAt,
      isDone: l.completedAt !== null,
    }))
    .sort((a, b) => a.paidAt.getTime() - b.paidAt.getTime());
}

/** Pieces of a locked session by SKU, warehouse, point and pickup day: what purchasing and delivery are made from. */
export async function neededBySku(sessionId: string): Promise<
  {
    skuId: string;
    supplierId: string;
    warehouseId: string;
    routeId: string;
    pickupPointId: string;
    leaderId: string;
    pickupDay: Day;
    pieces: number;
  }[]
> {
  const rows = z
    .array(
      z.object({
        sku_id: z.string(),
        supplier_id: z.string(),
        warehouse_id: z.string(),
        route_id: z.string(),
        pickup_point_id: z.string(),
        leader_id: z.string(),
        pickup_day: z.date(),
        pieces: z.bigint(),
      }),
    )
    .parse(
      await prisma.$queryRaw`
        select l.sku_id, l.supplier_id, o.warehouse_id, o.route_id, o.pickup_point_id, o.leader_id, o.pickup_day, sum(l.ordered - l.cancelled - l.short) as pieces
        from order_line l join customer_order o on o.id = l.order_id
        where o.sale_session_id = ${sessionId} and o.state = 'locked'
        group by 1, 2, 3, 4, 5, 6, 7 having sum(l.ordered - l.cancelled - l.short) > 0
        order by 2, 1, 5`,
    );
  return rows.map((r) => ({
    skuId: r.sku_id,
    supplierId: r.supplier_id,
    warehouseId: r.warehouse_id,
    routeId: r.route_id,
    pickupPointId: r.pickup_point_id,
    leaderId: r.leader_id,
    pickupDay: dayFromDate(r.pickup_day),
    pieces: Number(r.pieces),
  }));
}

export type OrderReceipt = {
  id: string;
  no: string;
  pickupDay: Day;
  businessDay: Day;
  summary: string;
  itemCount: number;
  payableFen: Fen;
  contactName: string;
  placedAt: Date;
};

/** What never changes about a placed order: the first answer to whoever placed it, and every later one to the same key. Refuses: notFound. */
export async function orderReceipt(actor: Actor, id: string): Promise<OrderReceipt> {
  const o = await prisma.order.findUnique({ where: { id } });
  if (!o) throw new Refusal("notFound");
  authorise(actor, "orders.see", { cityId: o.cityId, leaderId: o.leaderId, residentId: o.residentId });
  const { summary, itemCount, contactName, placedAt } = o;
  return {
    id,
    no: tailOf(id),
    pickupDay: dayFromDate(o.pickupDay),
    businessDay: dayFromDate(o.businessDay),
    summary,
    itemCount,
    payableFen: fen(o.payableFen),
    contactName,
    placedAt,
  };
}
