import "server-only";
import { Prisma } from "#lib/generated/prisma/client";
import { seenBy } from "#lib/identity/queries/scope";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { csvYuan } from "#lib/kernel/csv";
import { tailOf } from "#lib/kernel/ids";
import { momentText } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";
import { defineList, sheetOf } from "#lib/platform/list";
import { searched } from "#lib/search/queries";
import { messages } from "#lib/words/index";
import { earningLinesById } from "./queries/earnings";
import { withdrawalRows } from "./queries/payouts";
import { statementsById } from "./queries/statements";
import {
  type EarningLine,
  earningListSpec,
  type StatementRow,
  statementListSpec,
  supplierStatementListSpec,
  type WithdrawalRow,
  withdrawalGroups,
  withdrawalListSpec,
} from "./schema";

const supplierName = (match: (column: Prisma.Sql) => Prisma.Sql) =>
  Prisma.sql`s.supplier_id in (select n.id from supplier n where ${match(Prisma.sql`n.name`)})`;

export const statementList = defineList<Actor, StatementRow, typeof statementListSpec>({
  name: "statements",
  spec: statementListSpec,
  from: Prisma.sql`supplier_statement s`,
  id: Prisma.sql`s.id`,
  // suppliers see their own, and no drafts
  scope: (actor) => [
    ...seenBy(actor, "settlement.see", { supplier: Prisma.sql`s.supplier_id` }),
    ...(actor.kind === "supplier" ? [Prisma.sql`s.state <> 'draft'`] : []),
  ],
  views: {
    draft: Prisma.sql`s.state = 'draft'`,
    waiting: Prisma.sql`s.state = 'sent'`,
    disputed: Prisma.sql`s.state = 'disputed'`,
    toApprove: Prisma.sql`s.state = 'confirmed'`,
    toPay: Prisma.sql`s.state = 'approved' and s.payable_fen > 0`,
    paying: Prisma.sql`s.state = 'paying'`,
    paid: Prisma.sql`s.state = 'paid'`,
    carried: Prisma.sql`s.state = 'approved' and s.payable_fen = 0`,
  },
  fields: {
    supplierId: Prisma.sql`s.supplier_id`,
    state: Prisma.sql`s.state`,
    createdAt: Prisma.sql`s.created_at`,
    fromDay: Prisma.sql`s.from_day`,
    period: Prisma.sql`s.to_day`,
    paidAt: Prisma.sql`s.paid_at`,
    closingFen: Prisma.sql`s.closing_fen`,
    receipts: Prisma.sql`s.receipts_fen`,
    claims: Prisma.sql`s.claims_fen`,
    adjustments: Prisma.sql`s.adjustments_fen`,
    opening: Prisma.sql`s.opening_fen`,
    supplier: supplierName,
    paymentRef: Prisma.sql`s.payment_ref`,
  },
  sorts: {
    createdAt: { by: Prisma.sql`s.id`, type: "text" },
    period: { by: Prisma.sql`s.to_day`, type: "date" },
    closingFen: { by: Prisma.sql`s.closing_fen`, type: "bigint" },
  },
  search: (text) => searched("statement", Prisma.sql`s.id`, text),
  sum: Prisma.sql`s.closing_fen`,
  load: statementsById,
  sheet: sheetOf<StatementRow>((locale) => {
    const t = messages(locale).settlement;
    return {
      no: [t.no, (s) => tailOf(s.id)],
      supplier: [t.supplier, (s) => s.supplierName],
      fromDay: [t.fromDay, (s) => s.fromDay],
      period: [t.toDay, (s) => s.toDay],
      state: [t.state, (s) => t.states[s.state]],
      createdAt: [t.duties.made, (s) => momentText(s.createdAt)],
      opening: [t.opening, (s) => csvYuan(s.openingFen)],
      receipts: [t.receipts, (s) => csvYuan(s.receiptsFen)],
      claims: [t.claims, (s) => csvYuan(-s.claimsFen)],
      adjustments: [t.adjustments, (s) => csvYuan(s.adjustmentsFen)],
      closingFen: [t.closing, (s) => csvYuan(s.closingFen)],
    };
  }),
});

export const supplierStatementList = defineList<Actor, StatementRow, typeof supplierStatementListSpec>({
  ...statementList,
  name: "supplierStatements",
  spec: supplierStatementListSpec,
});

/** Finance sees all of them, a leader her own. */
export const withdrawalList = defineList<Actor, WithdrawalRow, typeof withdrawalListSpec>({
  name: "withdrawals",
  spec: withdrawalListSpec,
  from: Prisma.sql`withdrawal w`,
  id: Prisma.sql`w.id`,
  scope(actor) {
    if (actor.kind === "leader") return seenBy(actor, "commission.see", { leader: Prisma.sql`w.leader_id` });
    authorise(actor, "payouts.see");
    return [];
  },
  views: Object.fromEntries(
    Object.entries(withdrawalGroups).flatMap(([view, states]) =>
      states ? [[view, Prisma.sql`w.state = any(${states}::withdrawal_state[])`]] : [],
    ),
  ),
  fields: {
    leaderId: Prisma.sql`w.leader_id`,
    batchId: Prisma.sql`w.batch_id`,
    state: Prisma.sql`w.state`,
    requestedAt: Prisma.sql`w.requested_at`,
    finishedAt: Prisma.sql`w.finished_at`,
    amount: Prisma.sql`w.amount_fen`,
    tax: Prisma.sql`w.tax_fen`,
    failReason: Prisma.sql`w.fail_reason`,
    outBillNo: Prisma.sql`w.out_bill_no`,
  },
  sorts: {
    requestedAt: { by: Prisma.sql`w.id`, type: "text" },
    amount: { by: Prisma.sql`w.amount_fen`, type: "bigint" },
  },
  search: (text) => searched("withdrawal", Prisma.sql`w.id`, text),
  sum: Prisma.sql`w.amount_fen`,
  load: async (ids) => withdrawalRows(await prisma.withdrawal.findMany({ where: { id: { in: ids } } })),
  sheet: sheetOf<WithdrawalRow>((locale) => {
    const t = messages(locale).settlement.payouts;
    return {
      no: [t.billNo, (w) => w.outBillNo],
      leader: [t.leader, (w) => w.leaderName],
      state: [t.state, (w) => t.states[w.state]],
      requestedAt: [t.requestedAt, (w) => momentText(w.requestedAt)],
      finishedAt: [t.finishedAt, (w) => w.finishedAt && momentText(w.finishedAt)],
      failReason: [t.failReason, (w) => w.failReason],
      batch: [t.batches, (w) => w.batchId && tailOf(w.batchId)],
      amount: [t.amount, (w) => csvYuan(w.amountFen)],
      tax: [t.tax, (w) => csvYuan(w.taxFen)],
      net: [t.net, (w) => csvYuan(w.netFen)],
    };
  }),
});

const onTheWay = Prisma.sql`o.state in ('paid', 'locked', 'inTransit', 'arrived')`;

/** Every line a leader earns on. A leader sees her own, others of their cities by `leaderId`. */
export const earningList = defineList<Actor, EarningLine & { id: string }, typeof earningListSpec>({
  name: "earnings",
  spec: earningListSpec,
  from: Prisma.sql`order_line l join customer_order o on o.id = l.order_id`,
  id: Prisma.sql`l.id`,
  scope: (actor) => [
    ...seenBy(actor, "commission.see", { leader: Prisma.sql`l.leader_id`, city: Prisma.sql`o.city_id` }),
    Prisma.sql`l.commission_fen > 0 and o.state in ('paid', 'locked', 'inTransit', 'arrived', 'completed', 'refunded')`,
  ],
  views: {
    estimated: Prisma.sql`l.commission_state = 'none' and l.completed_at is null and ${onTheWay}`,
    frozen: Prisma.sql`l.commission_state = 'frozen'`,
    released: Prisma.sql`l.commission_state = 'released'`,
    reversed: Prisma.sql`l.commission_reversed_fen > 0`,
  },
  fields: { leaderId: Prisma.sql`l.leader_id` },
  sorts: { line: { by: Prisma.sql`l.id`, type: "text" } },
  load: async (ids) => (await earningLinesById(ids)).map((line) => ({ id: line.lineId, ...line })),
  sheet: sheetOf<EarningLine>((locale) => {
    const t = messages(locale).settlement;
    return {
      product: [t.product, (l) => `${l.name} ${l.spec}`],
      quantity: [t.quantity, (l) => l.quantity],
      amount: [t.amount, (l) => csvYuan(l.netFen)],
    };
  }),
});
