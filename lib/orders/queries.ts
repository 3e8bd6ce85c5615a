import "server-only";
import { z } from "zod";
import { type AuditView, timelineOf } from "#lib/audit/queries";
import { Prisma } from "#lib/generated/prisma/client";
import { authorise, sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { tailOf } from "#lib/kernel/ids";
import { type Fen, fen } from "#lib/kernel/money";
import { type Page, pageOf, readCursor } from "#lib/kernel/page";
import { Refusal } from "#lib/kernel/refusal";
import { type Day, dateOf, dayFromDate, endOf, startOf } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";
import { makeQuote } from "./quote";
import type { MoneyStep, OrderRecord, OrderRow, OrderState, Quote, QuoteInput } from "./schema";

/** What a resident would pay, by pickup day, without side effects. Refuses: pointClosed, forbidden. */
export async function quote(actor: Actor, input: QuoteInput): Promise<Quote> {
  authorise(actor, "orders.place");
  return makeQuote(actor.id, input);
}

export const orderViews = ["all", "unpaid", "toBuy", "toPick", "done", "afterSale", "cancelled"] as const;
export type OrderView = (typeof orderViews)[number];

export type OrdersFilter = {
  view?: OrderView;
  q?: string;
  pickupDay?: Day;
  businessDay?: Day;
  paidDay?: Day;
  cityId?: string;
  pickupPointId?: string;
  leaderId?: string;
  supplierId?: string;
  skuId?: string;
  saleSessionId?: string;
  /** From and to a day, both inclusive, counted by payment, session or pickup. */
  byDay?: "paid" | "session" | "pickup";
  from?: Day;
  to?: Day;
  paid?: boolean;
  refunded?: boolean;
  sort?: string;
  cursor?: string | null;
  limit?: number;
};

const statesOf: Record<OrderView, OrderState[] | null> = {
  all: null,
  unpaid: ["pendingPayment"],
  toBuy: ["paid"],
  toPick: ["locked", "inTransit", "arrived"],
  done: ["completed"],
  afterSale: null,
  cancelled: ["cancelled", "refunded"],
};

function between(by: NonNullable<OrdersFilter["byDay"]>, from: Day | undefined, to: Day | undefined): Prisma.Sql {
  const column =
    by === "paid" ? Prisma.sql`o.paid_at` : by === "session" ? Prisma.sql`o.business_day` : Prisma.sql`o.pickup_day`;
  const low = from
    ? by === "paid"
      ? Prisma.sql`${column} >= ${startOf(from)}`
      : Prisma.sql`${column} >= ${dateOf(from)}::date`
    : Prisma.sql`true`;
  const high = to
    ? by === "paid"
      ? Prisma.sql`${column} < ${endOf(to)}`
      : Prisma.sql`${column} <= ${dateOf(to)}::date`
    : Prisma.sql`true`;
  return Prisma.sql`${low} and ${high}`;
}

function where(actor: Actor, f: OrdersFilter): Prisma.Sql {
  const scope = sees(actor, "orders.see");
  const parts: Prisma.Sql[] = [Prisma.sql`true`];
  if (scope.cityIds) parts.push(Prisma.sql`o.city_id = any(${scope.cityIds}::text[])`);
  if (scope.leaderId !== undefined) parts.push(Prisma.sql`o.leader_id = ${scope.leaderId}`);
  if (scope.residentId !== undefined) parts.push(Prisma.sql`o.resident_id = ${scope.residentId}`);
  const view = f.view ?? "all";
  const states = statesOf[view];
  if (states) parts.push(Prisma.sql`o.state = any(${states}::order_state[])`);
  if (view === "afterSale") {
    parts.push(
      Prisma.sql`exists (select 1 from after_sale a where a.order_id = o.id and a.state in ('applied', 'approved', 'refunding'))`,
    );
  }
  if (f.pickupDay) parts.push(Prisma.sql`o.pickup_day = ${dateOf(f.pickupDay)}::date`);
  if (f.businessDay) parts.push(Prisma.sql`o.business_day = ${dateOf(f.businessDay)}::date`);
  if (f.paidDay) parts.push(Prisma.sql`o.paid_at >= ${startOf(f.paidDay)} and o.paid_at < ${endOf(f.paidDay)}`);
  if (f.from || f.to) parts.push(between(f.byDay ?? "paid", f.from, f.to));
  if (f.paid) parts.push(Prisma.sql`o.paid_at is not null`);
  if (f.refunded) parts.push(Prisma.sql`o.refunded_fen > 0`);
  if (f.cityId) parts.push(Prisma.sql`o.city_id = ${f.cityId}`);
  if (f.pickupPointId) parts.push(Prisma.sql`o.pickup_point_id = ${f.pickupPointId}`);
  if (f.leaderId) parts.push(Prisma.sql`o.leader_id = ${f.leaderId}`);
  if (f.saleSessionId) parts.push(Prisma.sql`o.sale_session_id = ${f.saleSessionId}`);
  if (f.skuId)
    parts.push(Prisma.sql`exists (select 1 from order_line l where l.order_id = o.id and l.sku_id = ${f.skuId})`);
  if (f.supplierId)
    parts.push(
      Prisma.sql`exists (select 1 from order_line l where l.order_id = o.id and l.supplier_id = ${f.supplierId})`,
    );
  const q = f.q?.trim();
  if (q) {
    const needle = q.toLowerCase();
    if (/^ord_[0-9a-z]{20}$/.test(needle)) parts.push(Prisma.sql`o.id = ${needle}`);
    else if (/^\d{4}$/.test(q))
      parts.push(
        Prisma.sql`(o.phone_tail = ${q} or right(o.id, 5) = ${needle} or exists (select 1 from pickup_code c where c.resident_id = o.resident_id and c.pickup_point_id = o.pickup_point_id and c.pickup_day = o.pickup_day and c.code = ${q}))`,
      );
    else if (/^\d{6}$/.test(q)) {
      parts.push(
        Prisma.sql`exists (select 1 from pickup_code c where c.resident_id = o.resident_id and c.pickup_point_id = o.pickup_point_id and c.pickup_day = o.pickup_day and c.code = ${q})`,
      );
    } else if (/^[0-9a-z]{5}$/i.test(q)) parts.push(Prisma.sql`right(o.id, 5) = ${needle}`);
    else
      parts.push(
        Prisma.sql`(o.contact_name ilike ${`%${q.replace(/[\\%_]/g, "\\$&")}%`} or o.summary ilike ${`%${q.replace(/[\\%_]/g, "\\$&")}%`})`,
      );
  }
  return Prisma.join(parts, " and ");
}

const listRow = z.object({
  id: z.string(),
  state: z.enum(["pendingPayment", "paid", "locked", "inTransit", "arrived", "completed", "cancelled", "refunded"]),
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

/** Orders newest first (`-placedAt`) or by amount (`-payableFen`, `payableFen`), keyset-paged. Refuses: forbidden. */
export async function ordersPage(actor: Actor, f: OrdersFilter): Promise<Page<OrderRow>> {
  const limit = Math.min(f.limit ?? 50, 200);
  const key = readCursor(f.cursor);
  const byMoney = f.sort === "payableFen" || f.sort === "-payableFen";
  const isUp = f.sort === "payableFen" || f.sort === "placedAt";
  const after = (() => {
    if (byMoney && typeof key?.[0] === "number" && typeof key[1] === "string") {
      return isUp
        ? Prisma.sql`and (o.payable_fen, o.id) > (${key[0]}::bigint, ${key[1]})`
        : Prisma.sql`and (o.payable_fen, o.id) < (${key[0]}::bigint, ${key[1]})`;
    }
    if (!byMoney && typeof key?.[0] === "string")
      return isUp ? Prisma.sql`and o.id > ${key[0]}` : Prisma.sql`and o.id < ${key[0]}`;
    return Prisma.empty;
  })();
  const order = byMoney
    ? isUp
      ? Prisma.sql`o.payable_fen, o.id`
      : Prisma.sql`o.payable_fen desc, o.id desc`
    : isUp
      ? Prisma.sql`o.id`
      : Prisma.sql`o.id desc`;
  const found = z.array(listRow).parse(
    await prisma.$queryRaw`
      select o.id, o.state::text, o.summary, o.item_count, o.contact_name, o.phone_tail, o.pickup_point_id as point_id, p.name as point_name,
        p.district, l.name as leader_name, o.business_day, o.pickup_day, o.placed_at, o.paid_at, o.payable_fen, o.refunded_fen,
        exists (select 1 from after_sale a where a.order_id = o.id and a.state in ('applied', 'approved', 'refunding')) as after_sale_open
      from (select * from customer_order o where ${where(actor, f)} ${after} order by ${order} limit ${limit + 1}::int) o
      left join pickup_point p on p.id = o.pickup_point_id
      left join leader l on l.id = o.leader_id
      order by ${order}`,
  );
  return pageOf(found.map(toRow), limit, (r) => (byMoney ? [r.payableFen, r.id] : [r.id]));
}

const cap = 10_001;
const summed = z.array(z.object({ n: z.bigint(), total: z.bigint() }));

/** How many orders match and what they come to: exact up to 10,000, then `isCapped`. */
export async function ordersTotal(
  actor: Actor,
  f: OrdersFilter,
): Promise<{ count: number; payableFen: Fen; isCapped: boolean }> {
  const [row] = summed.parse(
    await prisma.$queryRaw`
      select count(*) as n, coalesce(sum(payable_fen), 0)::bigint as total
      from (select o.payable_fen from customer_order o where ${where(actor, f)} limit ${cap}::int) c`,
  );
  const count = Number(row?.n ?? 0);
  return { count: Math.min(count, cap - 1), payableFen: fen(row?.total ?? 0n), isCapped: count >= cap };
}

/** The number on each view's tab, each counted to 10,000 at most. */
export async function orderViewCounts(actor: Actor): Promise<Record<OrderView, number>> {
  const counts = await Promise.all(orderViews.map((view) => ordersTotal(actor, { view })));
  return Object.fromEntries(orderViews.map((view, i) => [view, counts[i]?.count ?? 0])) as Record<OrderView, number>;
}

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
    .filter((p) =>
      ["customerPrepaid", "customerCommitted", "refundPayable", "sales", "couponSubsidy"].includes(p.account.base),
    )
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
    paidFen: fen(o.paidFen),
    expiresAt: o.expiresAt,
    lockedAt: o.lockedAt,
    arrivedAt: o.arrivedAt,
    completedAt: o.completedAt,
    cancelledAt: o.cancelledAt,
    cancelReason: o.cancelReason,
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
