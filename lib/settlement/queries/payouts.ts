import "server-only";
import { type AuditView, timelineOf } from "#lib/audit/queries";
import type { Prisma } from "#lib/generated/prisma/client";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { fen, minus, zero } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { hour, later } from "#lib/kernel/time";
import { platformBalances } from "#lib/ledger/queries";
import { prisma } from "#lib/platform/db";
import { setting } from "#lib/platform/settings";
import type { BatchRecord, BatchRow, FundsView, WithdrawalRow } from "../schema";

type Raw = Prisma.WithdrawalGetPayload<object>;

/** Rows as people read them; the leader's name only where the caller may see leaders by it. */
export async function withdrawalRows(raw: Raw[]): Promise<WithdrawalRow[]> {
  const [leaders, hours] = await Promise.all([
    prisma.leader.findMany({
      where: { id: { in: [...new Set(raw.map((w) => w.leaderId))] } },
      select: { id: true, name: true },
    }),
    setting(prisma, "transferConfirmHours"),
  ]);
  const names = new Map(leaders.map((l) => [l.id, l.name]));
  return raw.map((w) => ({
    id: w.id,
    leaderId: w.leaderId,
    leaderName: names.get(w.leaderId) ?? "—",
    amountFen: fen(w.amountFen),
    taxFen: fen(w.taxFen),
    netFen: fen(w.netFen),
    state: w.state,
    batchId: w.batchId,
    outBillNo: w.outBillNo,
    requestedAt: w.requestedAt,
    approvedAt: w.approvedAt,
    submittedAt: w.submittedAt,
    finishedAt: w.finishedAt,
    failReason: w.failReason,
    confirmBy: w.state === "waitUserConfirm" && w.submittedAt ? later(w.submittedAt, hours * hour) : null,
  }));
}

/** One withdrawal with its timeline. Refuses: notFound, forbidden. */
export async function withdrawalRecord(actor: Actor, id: string): Promise<WithdrawalRow & { timeline: AuditView[] }> {
  authorise(actor, "payouts.see");
  const raw = await prisma.withdrawal.findUnique({ where: { id } });
  if (!raw) throw new Refusal("notFound");
  const [[row], timeline] = await Promise.all([withdrawalRows([raw]), timelineOf("withdrawal", id)]);
  if (!row) throw new Refusal("notFound");
  return { ...row, timeline };
}

type RawBatch = Prisma.PayoutBatchGetPayload<object>;
async function batchRows(raw: RawBatch[]): Promise<BatchRow[]> {
  const groups = await prisma.withdrawal.groupBy({
    by: ["batchId", "state"],
    where: { batchId: { in: raw.map((b) => b.id) } },
    _count: { _all: true },
  });
  return raw.map((b) => ({
    id: b.id,
    state: b.state,
    count: b.count,
    totalFen: fen(b.totalFen),
    hash: b.hash,
    madeBy: b.madeBy,
    made: { name: b.madeByName, at: b.madeAt },
    checked: b.checkedByName && b.checkedAt ? { name: b.checkedByName, at: b.checkedAt } : null,
    executedAt: b.executedAt,
    standing: Object.fromEntries(groups.filter((g) => g.batchId === b.id).map((g) => [g.state, g._count._all])),
  }));
}

/** The latest payout batches. Refuses: forbidden. */
export async function latestBatches(actor: Actor, limit: number): Promise<BatchRow[]> {
  authorise(actor, "payouts.see");
  return batchRows(await prisma.payoutBatch.findMany({ orderBy: { id: "desc" }, take: limit }));
}

/** One batch with its withdrawals, its hash and what the payout account can cover. Refuses: notFound, forbidden. */
export async function batchRecord(actor: Actor, id: string): Promise<BatchRecord & { timeline: AuditView[] }> {
  authorise(actor, "payouts.see");
  const raw = await prisma.payoutBatch.findUnique({ where: { id } });
  if (!raw) throw new Refusal("notFound");
  const [[batch], withdrawals, balances, timeline] = await Promise.all([
    batchRows([raw]),
    prisma.withdrawal.findMany({ where: { batchId: id }, orderBy: { id: "asc" } }),
    platformBalances(prisma, ["channelOperation", "payoutInTransit"]),
    timelineOf("payoutBatch", id),
  ]);
  if (!batch) throw new Refusal("notFound");
  return {
    ...batch,
    rows: await withdrawalRows(withdrawals),
    operationFen: minus(balances.channelOperation ?? zero, balances.payoutInTransit ?? zero),
    timeline,
  };
}

/** Our own accounts and what is promised out of them. Refuses: forbidden. */
export async function funds(actor: Actor): Promise<FundsView> {
  authorise(actor, "payouts.see");
  const b = await platformBalances(prisma, [
    "channelPending",
    "channelAvailable",
    "channelOperation",
    "bank",
    "payoutInTransit",
    "payoutHold",
    "supplierPayable",
    "supplierInTransit",
    "refundPayable",
  ]);
  return {
    channelPending: b.channelPending ?? zero,
    channelAvailable: b.channelAvailable ?? zero,
    channelOperation: b.channelOperation ?? zero,
    bank: b.bank ?? zero,
    payoutInTransit: b.payoutInTransit ?? zero,
    payoutHold: b.payoutHold ?? zero,
    supplierPayable: b.supplierPayable ?? zero,
    supplierInTransit: b.supplierInTransit ?? zero,
    refundPayable: b.refundPayable ?? zero,
  };
}
