import "server-only";
import { type AuditView, timelineOf } from "#lib/audit/queries";
import type { Prisma } from "#lib/generated/prisma/client";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { fen, minus, zero } from "#lib/kernel/money";
import { type Page, pageOf, readCursor } from "#lib/kernel/page";
import { Refusal } from "#lib/kernel/refusal";
import { hour, later } from "#lib/kernel/time";
import { platformBalances } from "#lib/ledger/queries";
import { prisma } from "#lib/platform/db";
import { setting } from "#lib/platform/settings";
import type { BatchRecord, BatchRow, FundsView, WithdrawalRow, WithdrawalState } from "../schema";

export const withdrawalViews = ["requested", "inBatch", "moving", "waiting", "succeeded", "failed", "all"] as const;
export type WithdrawalView = (typeof withdrawalViews)[number];
const viewStates: Record<WithdrawalView, WithdrawalState[] | null> = {
  requested: ["requested"],
  inBatch: ["batched", "approved"],
  moving: ["submitted"],
  waiting: ["waitUserConfirm"],
  succeeded: ["succeeded"],
  failed: ["failed", "expired", "cancelled", "returned", "rejected"],
  all: null,
};

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

export type WithdrawalsFilter = { view?: WithdrawalView; q?: string; cursor?: string | null; limit?: number };

async function where(f: WithdrawalsFilter): Promise<Prisma.WithdrawalWhereInput> {
  const states = viewStates[f.view ?? "requested"];
  const leaders = f.q
    ? await prisma.leader.findMany({
        where: { OR: [{ name: { contains: f.q } }, { phoneTail: f.q }] },
        select: { id: true },
        take: 500,
      })
    : [];
  return {
    AND: [
      states ? { state: { in: states } } : {},
      f.q
        ? {
            OR: [
              { leaderId: { in: leaders.map((l) => l.id) } },
              { outBillNo: { endsWith: f.q.toLowerCase() } },
              { id: { endsWith: f.q.toLowerCase() } },
            ],
          }
        : {},
    ],
  };
}

/** The queue of withdrawals: waiting ones oldest first, everything else newest first. Refuses: forbidden. */
export async function withdrawalsPage(actor: Actor, f: WithdrawalsFilter): Promise<Page<WithdrawalRow>> {
  authorise(actor, "payouts.see");
  const limit = f.limit ?? 50;
  const oldestFirst = (f.view ?? "requested") === "requested";
  const key = readCursor(f.cursor)?.[0];
  const rows = await prisma.withdrawal.findMany({
    where: { AND: [await where(f), key ? { id: oldestFirst ? { gt: String(key) } : { lt: String(key) } } : {}] },
    orderBy: { id: oldestFirst ? "asc" : "desc" },
    take: limit + 1,
  });
  return pageOf(await withdrawalRows(rows), limit, (w) => [w.id]);
}

/** How many withdrawals stand in each view, and what they add up to. Refuses: forbidden. */
export async function withdrawalCounts(actor: Actor): Promise<Record<WithdrawalView, { count: number; fen: number }>> {
  authorise(actor, "payouts.see");
  const groups = await prisma.withdrawal.groupBy({ by: ["state"], _count: { _all: true }, _sum: { amountFen: true } });
  const of = (states: WithdrawalState[] | null) =>
    groups
      .filter((g) => !states || states.includes(g.state))
      .reduce((t, g) => ({ count: t.count + g._count._all, fen: t.fen + Number(g._sum.amountFen ?? 0n) }), {
        count: 0,
        fen: 0,
      });
  return Object.fromEntries(withdrawalViews.map((v) => [v, of(viewStates[v])])) as Record<
    WithdrawalView,
    { count: number; fen: number }
  >;
}

/** Every id a bulk choice of the whole view stands for. Refuses: forbidden. */
export async function withdrawalIds(actor: Actor, f: WithdrawalsFilter): Promise<string[]> {
  authorise(actor, "payouts.make");
  return (
    await prisma.withdrawal.findMany({
      where: { AND: [await where(f), { state: "requested" }] },
      select: { id: true },
      orderBy: { id: "asc" },
      take: 500,
    })
  ).map((w) => w.id);
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

/** Payout batches, newest first. Refuses: forbidden. */
export async function batchesPage(
  actor: Actor,
  f: { cursor?: string | null; limit?: number; open?: boolean },
): Promise<Page<BatchRow>> {
  authorise(actor, "payouts.see");
  const limit = f.limit ?? 20;
  const key = readCursor(f.cursor)?.[0];
  const rows = await prisma.payoutBatch.findMany({
    where: { ...(key ? { id: { lt: String(key) } } : {}), ...(f.open ? { state: { in: ["draft", "approved"] } } : {}) },
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  return pageOf(await batchRows(rows), limit, (b) => [b.id]);
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
