import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { firstId } from "#lib/kernel/ids";
import { fen, yuan } from "#lib/kernel/money";
import { dayFromDate, dayText, hour, later, startOf } from "#lib/kernel/time";
import { now, today } from "#lib/platform/clock";
import { prisma, type Tx } from "#lib/platform/db";
import { tell } from "#lib/platform/live";
import type { Event } from "#lib/platform/news";
import { subjectHref } from "#lib/words/deeds";
import type { NoticeKind } from "./schema";
import type { Noticing } from "./steps";

type Found = Omit<Noticing, "key"> | null;
const money = (value: bigint | number) => yuan(fen(value));
const reported = z.object({ isAutomatic: z.boolean() });
const claim = z.object({ amountFen: z.number() });
const change = z.object({ state: z.string() });
const mention = z.object({ userIds: z.array(z.string()), by: z.string() });
/** As much of a comment as a line of the bell holds. */
const mentionLength = 80;
const totals = z.object({ goodRows: z.number() });

const application = (tx: Tx, id: string) =>
  tx.supplierApplication.findUnique({ where: { id }, select: { name: true } });

async function statement(tx: Tx, id: string) {
  const found = await tx.supplierStatement.findUniqueOrThrow({ where: { id } });
  const { name } = await tx.supplier.findUniqueOrThrow({ where: { id: found.supplierId }, select: { name: true } });
  return {
    supplierId: found.supplierId,
    name,
    from: dayText(dayFromDate(found.fromDay)),
    to: dayText(dayFromDate(found.toDay)),
    amount: money(found.payableFen),
  };
}

async function withdrawal(tx: Tx, id: string) {
  const found = await tx.withdrawal.findUniqueOrThrow({ where: { id } });
  const { name } = await tx.leader.findUniqueOrThrow({ where: { id: found.leaderId }, select: { name: true } });
  return { name, amount: money(found.amountFen) };
}

const reviewing = (name: string, href: string, cityIds: string[], by: string | null): Found => ({
  kind: "review",
  params: { name },
  href,
  to: { cityIds },
  ...(by ? { except: by } : {}),
});

/** Which news rings whose bell. The key is the subject; what is said again of the same subject rings again. */
const rings: Record<string, (tx: Tx, event: Event) => Promise<Found>> = {
  "supplier.applied": async (tx, { subjectId }) => ({
    kind: "application",
    params: { name: (await application(tx, subjectId))?.name ?? "—" },
    href: `/suppliers/applications/${subjectId}`,
  }),
  "leader.applied": async (tx, { subjectId }) => {
    const found = await tx.leaderApplication.findUniqueOrThrow({ where: { id: subjectId } });
    return {
      kind: "leaderApplication",
      params: { name: `${found.name} · ${found.pointName}` },
      href: `/leaders/applications/${subjectId}`,
      to: { cityId: found.cityId },
    };
  },
  "product.submitted": async (tx, { subjectId }) => ({
    kind: "product",
    params: { name: (await tx.product.findUniqueOrThrow({ where: { id: subjectId }, select: { name: true } })).name },
    href: `/products/${subjectId}`,
  }),
  "product.priceProposed": async (tx, { subjectId }) => {
    const sku = await tx.sku.findUniqueOrThrow({ where: { id: subjectId }, include: { product: true } });
    return { kind: "proposal", params: { name: sku.product.name }, href: `/products/${sku.productId}` };
  },
  "session.submitted": async (tx, { subjectId }) => {
    const found = await tx.saleSession.findUniqueOrThrow({ where: { id: subjectId } });
    return reviewing(found.name, `/sessions/${subjectId}`, found.cityIds, found.submittedBy);
  },
  "slot.submitted": async (tx, { subjectId }) => {
    const found = await tx.flashSlot.findUniqueOrThrow({ where: { id: subjectId }, include: { saleSession: true } });
    return reviewing(found.name, `/flash/${subjectId}`, found.saleSession.cityIds, found.submittedBy);
  },
  "price.asked": async (tx, { subjectId }) => {
    const { offer, priceFen, requestedBy } = await tx.priceRequest.findUniqueOrThrow({
      where: { id: subjectId },
      include: { offer: true },
    });
    const sku = await tx.sku.findUniqueOrThrow({ where: { id: offer.skuId }, include: { product: true } });
    const href = offer.flashSlotId ? `/flash/${offer.flashSlotId}` : `/sessions/${offer.saleSessionId}`;
    return reviewing(`${sku.product.name} ${money(priceFen)}`, href, [offer.cityId], requestedBy);
  },
  "catalog.imported": async (tx, { subjectId }) => {
    const run = await tx.importRun.findUniqueOrThrow({ where: { id: subjectId } });
    const by = await tx.user.findUnique({ where: { id: run.createdBy }, select: { kind: true } });
    return {
      kind: "importFinished",
      params: { name: run.fileName, n: totals.parse(run.totals).goodRows },
      href: `${by?.kind === "supplier" ? "/supplier" : ""}/products/import/${subjectId}`,
      userIds: [run.createdBy],
    };
  },
  "aftersale.reported": async (tx, { subjectId, payload }) => {
    if (reported.parse(payload).isAutomatic) return null;
    const found = await tx.afterSale.findUniqueOrThrow({ where: { id: subjectId } });
    const line = await tx.orderLine.findUniqueOrThrow({ where: { id: found.orderLineId } });
    return {
      kind: "afterSale",
      params: { name: `${line.name} · ${line.spec}`, amount: money(found.requestedFen) },
      href: `/aftersales/${subjectId}`,
      to: { cityId: found.cityId },
    };
  },
  "refund.changed": async (tx, { subjectId, payload }) => {
    if (change.parse(payload).state !== "abnormal") return null;
    const refund = await tx.refund.findUniqueOrThrow({ where: { id: subjectId } });
    const order = await tx.order.findUniqueOrThrow({ where: { id: refund.orderId }, select: { cityId: true } });
    return {
      kind: "refundStuck",
      params: { amount: money(refund.amountFen), name: refund.orderId.slice(-5).toUpperCase() },
      href: `/orders/${refund.orderId}`,
      to: { cityId: order.cityId },
    };
  },
  "statement.disputed": async (tx, { subjectId }) => ({
    kind: "dispute",
    params: { name: (await statement(tx, subjectId)).name },
    href: `/settlements/${subjectId}`,
  }),
  "statement.confirmed": async (tx, { subjectId }) => {
    const { name, amount } = await statement(tx, subjectId);
    return { kind: "statementConfirmed", params: { name, amount }, href: `/settlements/${subjectId}` };
  },
  "statement.sent": async (tx, { subjectId }) => {
    const { supplierId, from, to, amount } = await statement(tx, subjectId);
    return {
      kind: "statementSent",
      params: { from, to, amount },
      href: `/supplier/statements/${subjectId}`,
      to: { supplierId },
    };
  },
  "statement.paid": async (tx, { subjectId }) => {
    const { supplierId, from, to, amount } = await statement(tx, subjectId);
    return {
      kind: "statementPaid",
      params: { from, to, amount },
      href: `/supplier/statements/${subjectId}`,
      to: { supplierId },
    };
  },
  "withdrawal.requested": async (tx, { subjectId }) => ({
    kind: "withdrawal",
    params: await withdrawal(tx, subjectId),
    href: `/payouts/withdrawals/${subjectId}`,
  }),
  "withdrawal.changed": async (tx, { subjectId, payload }) =>
    change.parse(payload).state === "failed"
      ? { kind: "payoutFailed", params: await withdrawal(tx, subjectId), href: `/payouts/withdrawals/${subjectId}` }
      : null,
  "purchase.issued": async (tx, { subjectId }) => {
    const order = await tx.purchaseOrder.findUniqueOrThrow({ where: { id: subjectId } });
    return {
      kind: "purchaseIssued",
      params: { day: dayText(dayFromDate(order.pickupDay)), n: order.pieces },
      href: `/supplier/orders/${subjectId}`,
      to: { supplierId: order.supplierId },
    };
  },
  "comment.mentioned": async (tx, { subjectId, payload }) => {
    const { userIds, by } = mention.parse(payload);
    const comment = await tx.comment.findUniqueOrThrow({ where: { id: subjectId } });
    const href = subjectHref(comment.subjectType, comment.subjectId);
    if (comment.removedAt || !href) return null;
    return {
      kind: "mention",
      params: { name: by, text: comment.body.slice(0, mentionLength) },
      href,
      userIds,
      except: comment.authorId,
    };
  },
  "supplier.claimRaised": async (_, { subjectId, payload }) => ({
    kind: "claimRaised",
    params: { amount: money(claim.parse(payload).amountFen) },
    href: "/supplier/statements",
    to: { supplierId: subjectId },
  }),
};

export const ringing = Object.keys(rings);

/** What a piece of news puts on bells; null when it rings none. */
export async function noticingOf(tx: Tx, event: Event): Promise<Noticing | null> {
  const found = await rings[event.type]?.(tx, event);
  return found ? { ...found, key: `${event.subjectId}#${event.id}` } : null;
}

/** How to tell that a matter no longer waits: rows by the notice's subject that have moved on. */
const settled: Partial<Record<NoticeKind, Prisma.Sql>> = {
  afterSale: Prisma.sql`after_sale x where x.state <> 'applied'::after_sale_state`,
  application: Prisma.sql`supplier_application x where x.state <> 'submitted'::application_state`,
  leaderApplication: Prisma.sql`leader_application x where x.state <> 'submitted'::application_state`,
  product: Prisma.sql`product x where x.state <> 'submitted'::product_state`,
  proposal: Prisma.sql`sku x where x.proposed_at is null`,
  review: Prisma.sql`(select id from sale_session where state <> 'inReview'::session_state union all
    select id from flash_slot where state <> 'inReview'::slot_state union all
    select id from price_request where decided_at is not null) x where true`,
  refundStuck: Prisma.sql`refund x where x.state <> 'abnormal'::refund_state`,
  dispute: Prisma.sql`supplier_statement x where x.state <> 'disputed'::statement_state`,
  statementConfirmed: Prisma.sql`supplier_statement x where x.state <> 'confirmed'::statement_state`,
  statementSent: Prisma.sql`supplier_statement x where x.state <> 'sent'::statement_state`,
  withdrawal: Prisma.sql`withdrawal x where x.state <> 'requested'::withdrawal_state`,
  batch: Prisma.sql`payout_batch x where x.state <> 'draft'::batch_state`,
  purchaseIssued: Prisma.sql`purchase_order x where x.state <> 'issued'::purchase_state`,
};
const person = z.array(z.object({ user_id: z.string() }));

/** What waits no more is read for everybody who was told, whoever did it. Returns how many lines that were. For the worker. */
export async function settleNotices(): Promise<number> {
  const cases = Object.entries(settled).map(
    ([kind, rows]) =>
      Prisma.sql`(n.kind = ${kind} and exists (select 1 from ${rows} and x.id = split_part(n.key, '#', 1)))`,
  );
  const read = person.parse(
    await prisma.$queryRaw`
      update notice n set read_at = ${now()} where n.read_at is null and n.kind = any(${Object.keys(settled)}::text[])
        and (${Prisma.join(cases, " or ")}) returning n.user_id`,
  );
  if (read.length > 0) tell(...new Set(read.map((row) => `notices:${row.user_id}`)));
  return read.length;
}

const keptDays = 90;

/** A bell remembers a season. For the worker. */
export async function forgetNotices(): Promise<number> {
  const before = firstId("ntc", later(startOf(today()), -keptDays * 24 * hour));
  return (await prisma.notice.deleteMany({ where: { id: { lt: before } } })).count;
}
