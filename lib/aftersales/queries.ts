import "server-only";
import { z } from "zod";
import { timelineOf } from "#lib/audit/queries";
import type { AfterSaleReason } from "#lib/generated/prisma/enums";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { tailOf } from "#lib/kernel/ids";
import { type Fen, fen } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { dayFromDate, hour, later } from "#lib/kernel/time";
import { givenBackOn } from "#lib/orders/queries/price-drops";
import { refundForPieces } from "#lib/orders/rules";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { maskName } from "#lib/platform/pii";
import { setting } from "#lib/platform/settings";
import { needsPhoto, reportablePieces, suggestedParty, whyNot } from "./rules";
import { afterSaleReasons, type CaseRecord, type CaseRow } from "./schema";

type Raw = Awaited<ReturnType<typeof prisma.afterSale.findMany>>[number];

async function toRows(found: Raw[]): Promise<CaseRow[]> {
  const [lines, leaders, suppliers] = await Promise.all([
    prisma.orderLine.findMany({
      where: { id: { in: found.map((c) => c.orderLineId) } },
      include: { order: { select: { contactName: true, phoneTail: true } } },
    }),
    prisma.leader.findMany({ where: { id: { in: found.map((c) => c.leaderId) } }, select: { id: true, name: true } }),
    prisma.supplier.findMany({
      where: { id: { in: found.map((c) => c.supplierId) } },
      select: { id: true, name: true },
    }),
  ]);
  const points = await prisma.pickupPoint.findMany({
    where: { id: { in: lines.map((l) => l.pickupPointId) } },
    select: { id: true, name: true },
  });
  const line = new Map(lines.map((l) => [l.id, l]));
  const name = new Map([...leaders, ...suppliers, ...points].map((n) => [n.id, n.name]));
  const at = now();
  return found.map((c) => {
    const l = line.get(c.orderLineId);
    return {
      id: c.id,
      state: c.state,
      orderId: c.orderId,
      orderNo: tailOf(c.orderId),
      orderLineId: c.orderLineId,
      name: l?.name ?? "",
      spec: l?.spec ?? "",
      unit: l?.unit ?? "",
      picture: l?.picture ?? "",
      quantity: c.quantity,
      reason: c.reason,
      residentName: maskName(l?.order.contactName ?? ""),
      phoneTail: l?.order.phoneTail ?? "",
      pointName: name.get(l?.pickupPointId ?? "") ?? "",
      leaderName: name.get(c.leaderId) ?? "",
      supplierName: name.get(c.supplierId) ?? "",
      reportedByLeader: c.reportedBy !== c.residentId,
      requestedFen: fen(c.requestedFen),
      approvedFen: c.approvedFen === null ? null : fen(c.approvedFen),
      responsible: c.responsible,
      isAutomatic: c.isAutomatic,
      createdAt: c.createdAt,
      dueAt: c.dueAt,
      decidedAt: c.decidedAt,
      isOverdue: c.state === "applied" && c.dueAt <= at,
    };
  });
}

/** Cases by id, in any order; whoever asks has been allowed to see them. */
export const casesById = async (ids: readonly string[]): Promise<CaseRow[]> =>
  toRows(await prisma.afterSale.findMany({ where: { id: { in: [...ids] } } }));

const trailRow = z.object({
  receipt_short: z.coerce.number(),
  receipt_damaged: z.coerce.number(),
  signed_short: z.coerce.number(),
  signed_damaged: z.coerce.number(),
  line_cases: z.coerce.number(),
});

/** One case with its line, photos, the resident's history and what was known of the goods. Refuses: notFound, forbidden. */
export async function caseRecord(
  actor: Actor,
  id: string,
): Promise<CaseRecord & { timeline: Awaited<ReturnType<typeof timelineOf>> }> {
  const found = await prisma.afterSale.findUnique({ where: { id } });
  if (!found) throw new Refusal("notFound");
  authorise(actor, "aftersales.see", { cityId: found.cityId, leaderId: found.leaderId, residentId: found.residentId });
  const at = now();
  const [rows, line, photos, person, refund, history, automatic, orders, trail, timeline] = await Promise.all([
    toRows([found]),
    prisma.orderLine.findUniqueOrThrow({ where: { id: found.orderLineId } }),
    prisma.storedFile.findMany({
      where: { id: { in: found.photoFileIds } },
      select: { id: true, name: true, bytes: true },
    }),
    found.decidedBy ? prisma.user.findUnique({ where: { id: found.decidedBy }, select: { name: true } }) : null,
    found.refundId ? prisma.refund.findUnique({ where: { id: found.refundId }, select: { state: true } }) : null,
    prisma.afterSale.aggregate({
      where: { residentId: found.residentId, id: { not: id }, createdAt: { gte: later(at, -90 * 24 * hour) } },
      _count: true,
      _sum: { approvedFen: true },
    }),
    prisma.afterSale.count({
      where: {
        residentId: found.residentId,
        id: { not: id },
        isAutomatic: true,
        createdAt: { gte: later(at, -90 * 24 * hour) },
      },
    }),
    prisma.order.count({ where: { residentId: found.residentId, paidAt: { gte: later(at, -90 * 24 * hour) } } }),
    prisma.$queryRaw`
      select
        coalesce((select sum(pl.short) from purchase_order_line pl join purchase_order p on p.id = pl.purchase_order_id where p.sale_session_id = l.sale_session_id and pl.sku_id = l.sku_id), 0) as receipt_short,
        coalesce((select sum(pl.damaged) from purchase_order_line pl join purchase_order p on p.id = pl.purchase_order_id where p.sale_session_id = l.sale_session_id and pl.sku_id = l.sku_id), 0) as receipt_damaged,
        coalesce((select sum(dl.short) from delivery_line dl join delivery d on d.id = dl.delivery_id where d.sale_session_id = l.sale_session_id and d.pickup_point_id = l.pickup_point_id and dl.sku_id = l.sku_id), 0) as signed_short,
        coalesce((select sum(dl.damaged) from delivery_line dl join delivery d on d.id = dl.delivery_id where d.sale_session_id = l.sale_session_id and d.pickup_point_id = l.pickup_point_id and dl.sku_id = l.sku_id), 0) as signed_damaged,
        (select count(*) from after_sale a join order_line x on x.id = a.order_line_id where x.sku_id = l.sku_id and a.id <> ${id} and a.created_at >= ${later(at, -90 * 24 * hour)}) as line_cases
      from order_line l where l.id = ${found.orderLineId}`,
    timelineOf("aftersale", id),
  ]);
  const [row] = rows;
  const [known] = z.array(trailRow).parse(trail);
  if (!row) throw new Refusal("notFound");
  return {
    ...row,
    residentId: found.residentId,
    leaderId: found.leaderId,
    supplierId: found.supplierId,
    description: found.description,
    photos,
    decision: found.decision,
    decidedByName: person?.name ?? null,
    claimFen: fen(found.claimFen),
    refundId: found.refundId,
    refundState: refund?.state ?? null,
    suggested: suggestedParty(found.reason),
    line: {
      ordered: line.ordered,
      delivered: line.delivered,
      picked: line.picked,
      unitPriceFen: fen(line.unitPriceFen),
      paidFen: fen(line.paidFen),
      refundedFen: fen(line.refundedFen),
      supplyPriceFen: fen(line.supplyPriceFen),
      commissionFen: fen(line.commissionFen),
      isFresh: line.isFresh,
      pickupDay: dayFromDate(line.pickupDay),
      completedAt: line.completedAt,
      completedBy: line.completedBy,
      afterSaleUntil: line.afterSaleUntil,
    },
    history: { cases: history._count, automatic, refundedFen: fen(history._sum.approvedFen ?? 0n), orders },
    trail: {
      receiptShort: known?.receipt_short ?? 0,
      receiptDamaged: known?.receipt_damaged ?? 0,
      signedShort: known?.signed_short ?? 0,
      signedDamaged: known?.signed_damaged ?? 0,
      lineCases: known?.line_cases ?? 0,
    },
    timeline,
  };
}

export type ReportOptions = {
  /** What coupons took off the order: a refund returns what was paid. */
  couponFen: Fen;
  lines: {
    lineId: string;
    name: string;
    spec: string;
    unit: string;
    picture: string;
    /** Pieces a report can still be about, and what they would give back. */
    maxQuantity: number;
    maxFen: Fen;
    until: Date | null;
    /** Why nothing can be reported now; null when it can. */
    blocked: string | null;
    reasons: { reason: AfterSaleReason; needsPhoto: boolean; needsDescription: boolean }[];
    /** Up to here a report is granted at once; null when a person looks at each. */
    automaticUpToFen: Fen | null;
  }[];
};

/** What a resident may report about each line of her order, before she asks. Refuses: notFound, forbidden. */
export async function reportOptions(actor: Actor, orderId: string): Promise<ReportOptions> {
  const order = await prisma.order.findUnique({
    where: { id: orderId },
    include: { lines: { orderBy: { id: "asc" } } },
  });
  if (!order) throw new Refusal("notFound");
  authorise(actor, "aftersales.see", { cityId: order.cityId, leaderId: order.leaderId, residentId: order.residentId });
  const at = now();
  const since = later(at, -(await setting(prisma, "afterSaleAutoDays")) * 24 * hour);
  const [drops, cases, automaticBefore, autoFen, cap] = await Promise.all([
    givenBackOn(
      prisma,
      order.lines.map((l) => l.id),
    ),
    prisma.afterSale.findMany({ where: { orderId }, select: { orderLineId: true, state: true, quantity: true } }),
    prisma.afterSale.count({ where: { residentId: order.residentId, isAutomatic: true, createdAt: { gte: since } } }),
    setting(prisma, "afterSaleAutoFen"),
    setting(prisma, "afterSaleAutoCount"),
  ]);
  return {
    couponFen: fen(order.couponFen),
    lines: order.lines.map((l) => {
      const own = cases.filter((c) => c.orderLineId === l.id);
      const granted = own
        .filter((c) => ["approved", "refunding", "refunded"].includes(c.state))
        .reduce((n, c) => n + c.quantity, 0);
      const isOpen = own.some((c) => ["applied", "approved", "refunding"].includes(c.state));
      const pieces = reportablePieces(l, granted);
      const reasons = afterSaleReasons.filter((reason) => reason !== "noReason" || !l.isFresh);
      const ask = { quantity: Math.max(1, pieces), reason: "missing" as const, granted, photos: 0, description: "" };
      const blocked = isOpen ? "afterSaleOpen" : whyNot(l, ask, at);
      const maxFen =
        blocked || pieces === 0
          ? fen(0)
          : refundForPieces(
              {
                paidFen: fen(l.paidFen),
                refundedFen: fen(l.refundedFen),
                ordered: l.ordered,
                givenUpBefore: l.cancelled + l.short + granted,
                drops: drops.get(l.id) ?? [],
              },
              pieces,
            );
      return {
        lineId: l.id,
        name: l.name,
        spec: l.spec,
        unit: l.unit,
        picture: l.picture,
        maxQuantity: blocked ? 0 : pieces,
        maxFen,
        until: l.afterSaleUntil,
        blocked,
        reasons: reasons.map((reason) => ({
          reason,
          needsPhoto: needsPhoto(reason),
          needsDescription: reason === "wrong",
        })),
        automaticUpToFen: automaticBefore < cap ? fen(autoFen) : null,
      };
    }),
  };
}
