import "server-only";
import { z } from "zod";
import { type AuditView, timelineOf } from "#lib/audit/queries";
import type { Prisma } from "#lib/generated/prisma/client";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { type Fen, fen, minus, negate, plus, sum, zero } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { addDays, type Day, dayFromDate } from "#lib/kernel/time";
import { now, today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { maskAccount } from "#lib/platform/pii";
import { unstated } from "../gather";
import { closingOf } from "../rules";
import type {
  Hand,
  LineKind,
  Proof,
  StatementLineView,
  StatementProduct,
  StatementRecord,
  StatementRow,
} from "../schema";

type Raw = Prisma.SupplierStatementGetPayload<{ include: { _count: { select: { notes: true } } } }>;

const supplierNames = async (ids: string[]) =>
  new Map(
    (
      await prisma.supplier.findMany({ where: { id: { in: [...new Set(ids)] } }, select: { id: true, name: true } })
    ).map((s) => [s.id, s.name]),
  );

const rowOf = (s: Raw, names: Map<string, string>): StatementRow => ({
  id: s.id,
  supplierId: s.supplierId,
  supplierName: names.get(s.supplierId) ?? "—",
  fromDay: dayFromDate(s.fromDay),
  toDay: dayFromDate(s.toDay),
  state: s.state,
  openingFen: fen(s.openingFen),
  receiptsFen: fen(s.receiptsFen),
  claimsFen: fen(s.claimsFen),
  adjustmentsFen: fen(s.adjustmentsFen),
  closingFen: fen(s.closingFen),
  payableFen: fen(s.payableFen),
  createdAt: s.createdAt,
  noteCount: s._count.notes,
});

/** Statements by id, in any order; whoever asks has been allowed to see them. */
export async function statementsById(ids: readonly string[]): Promise<StatementRow[]> {
  const rows = await prisma.supplierStatement.findMany({
    where: { id: { in: [...ids] } },
    include: { _count: { select: { notes: true } } },
  });
  const names = await supplierNames(rows.map((r) => r.supplierId));
  return rows.map((r) => rowOf(r, names));
}

const handOf = (names: Map<string, string>, by: string | null, at: Date | null): Hand =>
  by && at ? { name: by.startsWith("system:") ? "system" : (names.get(by) ?? "—"), at } : null;

const scalar = (value: unknown): value is string | number | null =>
  value === null || typeof value === "string" || typeof value === "number";

function lineOf(l: {
  id: string;
  kind: string;
  sourceId: string;
  day: Date;
  words: string;
  quantity: number;
  amountFen: bigint;
  evidence: unknown;
}): StatementLineView {
  const evidence = (l.evidence ?? {}) as Record<string, unknown>;
  const photos = Array.isArray(evidence.photoFileIds)
    ? evidence.photoFileIds.filter((p): p is string => typeof p === "string")
    : [];
  const purchase = typeof evidence.purchaseOrderId === "string" ? evidence.purchaseOrderId : null;
  const afterSale =
    evidence.sourceType === "afterSale" && typeof evidence.sourceId === "string" ? evidence.sourceId : null;
  return {
    id: l.id,
    kind: l.kind as LineKind,
    sourceId: l.sourceId,
    day: dayFromDate(l.day),
    words: l.words,
    quantity: l.quantity,
    amountFen: fen(l.amountFen),
    evidence: Object.fromEntries(
      Object.entries(evidence).filter((e): e is [string, string | number | null] => scalar(e[1])),
    ),
    photoFileIds: photos,
    href: afterSale ? `/aftersales/${afterSale}` : purchase ? `/fulfilment/purchases/${purchase}` : null,
  };
}

const productRow = z.object({
  sku_id: z.string(),
  name: z.string(),
  spec: z.string(),
  unit: z.string(),
  supply_price_fen: z.bigint(),
  sold: z.coerce.number(),
  ordered: z.coerce.number(),
  accepted: z.coerce.number(),
  short: z.coerce.number(),
  damaged: z.coerce.number(),
  amount_fen: z.string(),
  sales_fen: z.string().nullable(),
});

/** What the receipts of a statement consist of, product by product and price by price. */
async function productsOf(statementId: string, withSales: boolean): Promise<StatementProduct[]> {
  const rows = z.array(productRow).parse(
    await prisma.$queryRaw`
      with stated as (
        select rl.purchase_order_line_id as pol, sum(rl.accepted) as accepted, sum(rl.short) as short, sum(rl.damaged) as damaged, sum(rl.amount_fen) as amount
        from statement_line sl join receipt_line rl on rl.id = sl.source_id::bigint
        where sl.statement_id = ${statementId} and sl.kind = 'receipt' group by 1
      )
      select pol.sku_id, min(pol.name) as name, min(pol.spec) as spec, min(pol.unit) as unit, pol.supply_price_fen, sum(pol.needed) as sold, sum(pol.pieces) as ordered,
        sum(s.accepted) as accepted, sum(s.short) as short, sum(s.damaged) as damaged, sum(s.amount)::text as amount_fen,
        sum((select sum(ol.paid_fen - ol.refunded_fen) from order_line ol join customer_order co on co.id = ol.order_id
             where ol.sku_id = pol.sku_id and ol.sale_session_id = po.sale_session_id and ol.supplier_id = po.supplier_id and ol.pickup_day = po.pickup_day
               and ol.supply_price_fen = pol.supply_price_fen and co.warehouse_id = po.warehouse_id and co.state not in ('pendingPayment', 'cancelled')))::text as sales_fen
      from stated s join purchase_order_line pol on pol.id = s.pol join purchase_order po on po.id = pol.purchase_order_id
      group by pol.sku_id, pol.supply_price_fen order by sum(s.amount) desc, pol.sku_id`,
  );
  return rows.map((r) => ({
    skuId: r.sku_id,
    name: r.name,
    spec: r.spec,
    unit: r.unit,
    sold: r.sold,
    ordered: r.ordered,
    accepted: r.accepted,
    short: r.short,
    damaged: r.damaged,
    supplyPriceFen: fen(r.supply_price_fen),
    amountFen: fen(BigInt(r.amount_fen)),
    salesFen: withSales ? fen(BigInt(r.sales_fen ?? "0")) : null,
  }));
}

async function visible(actor: Actor, id: string) {
  const s = await prisma.supplierStatement.findUnique({
    where: { id },
    include: {
      _count: { select: { notes: true } },
      lines: { orderBy: [{ day: "asc" }, { id: "asc" }] },
      notes: { orderBy: { id: "asc" } },
    },
  });
  if (!s || (actor.kind === "supplier" && s.state === "draft")) throw new Refusal("notFound");
  authorise(actor, "settlement.see", { supplierId: s.supplierId });
  return s;
}

/** One statement with its evidence, products, thread and hands. Refuses: notFound, forbidden. */
export async function statementRecord(actor: Actor, id: string): Promise<StatementRecord> {
  const s = await visible(actor, id);
  const people = [s.createdBy, s.sentBy, s.confirmedBy, s.approvedBy, s.paidBy].filter((p): p is string => p !== null);
  const [supplier, users, previous, products] = await Promise.all([
    prisma.supplier.findUnique({
      where: { id: s.supplierId },
      select: { name: true, bankName: true, bankAccountTail: true },
    }),
    prisma.user.findMany({ where: { id: { in: people } }, select: { id: true, name: true } }),
    prisma.supplierStatement.findFirst({
      where: { supplierId: s.supplierId, toDay: { lt: s.fromDay } },
      orderBy: { toDay: "desc" },
    }),
    productsOf(s.id, actor.kind !== "supplier"),
  ]);
  const names = new Map(users.map((u) => [u.id, u.name]));
  const lines = s.lines.map(lineOf);
  const receipts = lines.filter((l) => l.kind === "receipt");
  return {
    ...rowOf(s, new Map([[s.supplierId, supplier?.name ?? "—"]])),
    hash: s.hash,
    lines,
    products,
    purchaseCount: new Set(receipts.map((l) => l.evidence.purchaseOrderId)).size,
    pieces: receipts.reduce((n, l) => n + l.quantity, 0),
    notes: s.notes.map((n) => ({
      id: String(n.id),
      at: n.at,
      authorName: n.authorName,
      authorKind: n.authorKind,
      text: n.text,
    })),
    previous: previous
      ? { id: previous.id, toDay: dayFromDate(previous.toDay), closingFen: fen(previous.closingFen) }
      : null,
    bank: { name: supplier?.bankName ?? null, account: maskAccount(supplier?.bankAccountTail ?? null) },
    paymentRef: s.paymentRef,
    hands: {
      made: handOf(names, s.createdBy, s.createdAt),
      sent: handOf(names, s.sentBy, s.sentAt),
      confirmed: handOf(names, s.confirmedBy, s.confirmedAt),
      approved: handOf(names, s.approvedBy, s.approvedAt),
      paid: handOf(names, s.paidBy, s.paidAt),
    },
    makers: [s.createdBy, ...(s.sentBy ? [s.sentBy] : [])],
  };
}

/** A statement's timeline from the audit log. Refuses: notFound, forbidden. */
export async function statementTimeline(actor: Actor, id: string): Promise<AuditView[]> {
  const s = await visible(actor, id);
  return timelineOf("statement", s.id);
}

const amounts = z.object({ rows: z.coerce.number(), total: z.coerce.bigint().transform((v) => fen(v)) });

/**
 * "Prove it": recomputes every part of a statement from receipts, claims and the ledger's own journals, and looks for
 * events of the period that stand nowhere. Refuses: notFound, forbidden.
 */
export async function proveStatement(actor: Actor, id: string): Promise<Proof> {
  const s = await visible(actor, id);
  const one = async (rows: Promise<unknown>) => amounts.parse(z.array(z.unknown()).parse(await rows)[0]);
  const [receipts, claims, ledgerReceipts, ledgerClaims, missing] = await Promise.all([
    one(prisma.$queryRaw`
      select count(*) as rows, coalesce(sum(rl.accepted * pol.supply_price_fen), 0)::text as total
      from statement_line sl join receipt_line rl on rl.id = sl.source_id::bigint join purchase_order_line pol on pol.id = rl.purchase_order_line_id
      where sl.statement_id = ${id} and sl.kind = 'receipt'`),
    one(prisma.$queryRaw`
      select count(*) as rows, coalesce(sum(c.amount_fen), 0)::text as total
      from statement_line sl join supplier_claim c on c.id = sl.source_id where sl.statement_id = ${id} and sl.kind = 'claim' and c.state <> 'cancelled'`),
    one(prisma.$queryRaw`
      select count(*) as rows, coalesce(-sum(p.amount_fen), 0)::text as total
      from journal j join posting p on p.journal_id = j.id join account a on a.id = p.account_id
      where j.type = 'goodsAccepted' and a.code = ${`supplierPending:${s.supplierId}`} and j.ref in (
        select rl.receipt_id from statement_line sl join receipt_line rl on rl.id = sl.source_id::bigint where sl.statement_id = ${id} and sl.kind = 'receipt')`),
    one(prisma.$queryRaw`
      select count(*) as rows, coalesce(sum(p.amount_fen), 0)::text as total
      from journal j join posting p on p.journal_id = j.id join account a on a.id = p.account_id
      where j.type in ('claimRaised', 'penaltyRaised') and a.owner_id = ${s.supplierId} and a.base in ('supplierPending', 'supplierReceivable')
        and j.ref in (select sl.source_id from statement_line sl where sl.statement_id = ${id} and sl.kind = 'claim')`),
    unstated(prisma, s.supplierId, dayFromDate(s.toDay)),
  ]);
  const adjusted = s.lines.filter((l) => l.kind === "adjustment");
  const adjustments = sum(adjusted.map((l) => fen(l.amountFen)));
  const { closing } = closingOf({
    opening: fen(s.openingFen),
    receipts: receipts.total,
    claims: claims.total,
    adjustments,
  });
  const checks: Proof["checks"] = [
    { part: "receipts", statedFen: fen(s.receiptsFen), recomputedFen: receipts.total, rows: receipts.rows },
    { part: "claims", statedFen: fen(s.claimsFen), recomputedFen: claims.total, rows: claims.rows },
    { part: "adjustments", statedFen: fen(s.adjustmentsFen), recomputedFen: adjustments, rows: adjusted.length },
    {
      part: "ledgerReceipts",
      statedFen: fen(s.receiptsFen),
      recomputedFen: ledgerReceipts.total,
      rows: ledgerReceipts.rows,
    },
    { part: "ledgerClaims", statedFen: fen(s.claimsFen), recomputedFen: ledgerClaims.total, rows: ledgerClaims.rows },
    { part: "closing", statedFen: fen(s.closingFen), recomputedFen: closing, rows: s.lines.length },
  ];
  const off = checks.map((c) => minus(c.statedFen, c.recomputedFen));
  return {
    at: now(),
    rows: receipts.rows + claims.rows + adjusted.length + ledgerReceipts.rows + ledgerClaims.rows,
    checks,
    differenceFen: sum(off.map((d) => (d < 0 ? negate(d) : d))),
    missing: missing.length,
  };
}

/** What a supplier has earned and not yet been stated: for its portal and for making the next statement. Refuses: forbidden, notFound. */
export async function unstatedOf(
  actor: Actor,
  supplierId: string,
): Promise<{ receiptsFen: Fen; claimsFen: Fen; rows: number; fromDay: Day | null; toDay: Day | null }> {
  authorise(actor, "settlement.see", { supplierId });
  const events = await unstated(prisma, supplierId, today());
  const days = events.map((e) => e.day).sort();
  return {
    receiptsFen: plus(...events.filter((e) => e.kind === "receipt").map((e) => e.amountFen)),
    claimsFen: negate(plus(...events.filter((e) => e.kind === "claim").map((e) => e.amountFen))),
    rows: events.length,
    fromDay: days[0] ?? null,
    toDay: days.at(-1) ?? null,
  };
}

const choice = z.object({
  id: z.string(),
  name: z.string(),
  rows: z.coerce.number(),
  total: z.coerce.bigint().transform((v) => fen(v)),
  last_day: z.date().nullable(),
});

/** Suppliers with unstated business up to yesterday, for making a statement by hand. Refuses: forbidden. */
export async function suppliersToState(
  actor: Actor,
): Promise<{ id: string; name: string; receipts: number; receiptsFen: Fen; lastDay: Day | null }[]> {
  authorise(actor, "settlement.make");
  const rows = z.array(choice).parse(
    await prisma.$queryRaw`
      select s.id, s.name, count(rl.id) as rows, coalesce(sum(rl.amount_fen), 0)::text as total,
        (select max(st.to_day) from supplier_statement st where st.supplier_id = s.id) as last_day
      from supplier s join purchase_order po on po.supplier_id = s.id join receipt r on r.purchase_order_id = po.id join receipt_line rl on rl.receipt_id = r.id
      where not exists (select 1 from statement_line sl where sl.kind = 'receipt' and sl.source_id = rl.id::text)
      group by s.id order by sum(rl.amount_fen) desc`,
  );
  return rows.map((r) => ({
    id: r.id,
    name: r.name,
    receipts: r.rows,
    receiptsFen: r.total,
    lastDay: r.last_day ? dayFromDate(r.last_day) : null,
  }));
}

/** What a supplier is owed altogether: stated or not, on the way, and what it owes us. Refuses: forbidden, notFound. */
export async function supplierBalance(
  actor: Actor,
  supplierId: string,
): Promise<{ pendingFen: Fen; payableFen: Fen; owedFen: Fen; lastDay: Day }> {
  authorise(actor, "settlement.see", { supplierId });
  const rows = await prisma.account.findMany({
    where: { ownerId: supplierId },
    select: { base: true, balanceFen: true },
  });
  const of = (base: string) => {
    const row = rows.find((r) => r.base === base);
    return row ? fen(row.balanceFen) : zero;
  };
  return {
    pendingFen: negate(of("supplierPending")),
    payableFen: negate(of("supplierPayable")),
    owedFen: of("supplierReceivable"),
    lastDay: addDays(today(), -1),
  };
}
