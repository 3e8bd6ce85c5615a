import "server-only";
import { z } from "zod";
import type { Prisma } from "#lib/generated/prisma/client";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { fen, minus, zero } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { addDays, day, dayFromDate, daysFrom, startOf, zone } from "#lib/kernel/time";
import { balancesOf } from "#lib/ledger/steps";
import { now, today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { setting } from "#lib/platform/settings";
import { blockedBecause, earningState, isOpen, withdrawalLife } from "../rules";
import type { EarningLine, EarningLineRecord, Earnings, WithdrawalRow, WithdrawalState } from "../schema";
import { withdrawalRows } from "./payouts";

const openStates = (Object.keys(withdrawalLife) as WithdrawalState[]).filter(isOpen);
const amount = z.coerce.bigint().transform((v) => fen(v));

async function leaderOf(actor: Actor, leaderId: string) {
  const leader = await prisma.leader.findUnique({ where: { id: leaderId } });
  if (!leader) throw new Refusal("notFound");
  authorise(actor, "commission.see", actor.kind === "leader" ? { leaderId } : { leaderId, cityId: leader.cityId });
  return leader;
}

/** A leader's money, read from the ledger itself, so that it cannot disagree with the books. Refuses: notFound, forbidden. */
export async function earningsOf(actor: Actor, leaderId: string): Promise<Earnings> {
  const leader = await leaderOf(actor, leaderId);
  const at = now();
  const here = today();
  const firstDay = addDays(here, -13);
  const yearStart = startOf(day(`${here.slice(0, 4)}-01-01`));
  const [balances, estimate, coming, frozen, open, paid, minimum, maximum] = await Promise.all([
    balancesOf(prisma, leaderId),
    prisma.$queryRaw`
      select coalesce(sum(l.commission_fen - l.commission_reversed_fen), 0)::text as total from order_line l join customer_order o on o.id = l.order_id
      where l.leader_id = ${leaderId} and l.completed_at is null and o.state in ('paid', 'locked', 'inTransit', 'arrived')`,
    prisma.$queryRaw`
      select sum(commission_fen - commission_reversed_fen)::text as total, min(release_at) as at from order_line
      where leader_id = ${leaderId} and commission_state = 'frozen' and not disputed and release_at < (
        select (date_trunc('day', (min(release_at) at time zone ${zone})) + interval '1 day') at time zone ${zone}
        from order_line where leader_id = ${leaderId} and commission_state = 'frozen' and not disputed)
      having count(*) > 0`,
    prisma.$queryRaw`
      select j.business_day as day, (-sum(p.amount_fen))::text as total from posting p join journal j on j.id = p.journal_id join account a on a.id = p.account_id
      where a.code = ${`leaderFrozen:${leaderId}`} and j.type = 'lineCompleted' and j.business_day >= ${firstDay}::date group by 1`,
    prisma.withdrawal.findMany({ where: { leaderId, state: { in: openStates } }, orderBy: { id: "desc" }, take: 1 }),
    prisma.withdrawal.aggregate({
      where: { leaderId, state: "succeeded", finishedAt: { gte: yearStart } },
      _sum: { amountFen: true },
      _count: { _all: true },
    }),
    setting(prisma, "withdrawalMinFen"),
    setting(prisma, "withdrawalMaxFen"),
  ]);
  const [next] = z.array(z.object({ total: amount, at: z.date() })).parse(coming);
  const byDay = new Map(
    z
      .array(z.object({ day: z.date(), total: amount }))
      .parse(frozen)
      .map((r) => [dayFromDate(r.day), r.total]),
  );
  const [openRow = null] = await withdrawalRows(open);
  const availableFen = balances.leaderAvailable ?? zero;
  const owedFen = balances.leaderReceivable ?? zero;
  const onTheWay = openRow && (openRow.state === "submitted" || openRow.state === "waitUserConfirm");
  return {
    leaderId,
    availableFen,
    frozenFen: balances.leaderFrozen ?? zero,
    estimatedFen: z.array(z.object({ total: amount })).parse(estimate)[0]?.total ?? zero,
    heldFen: balances.payoutHold ?? zero,
    inTransitFen: onTheWay ? openRow.netFen : zero,
    owedFen,
    paidThisYearFen: fen(paid._sum.amountFen ?? 0n),
    paidThisYearCount: paid._count._all,
    next: next ? { amountFen: next.total, at: next.at < at ? at : next.at } : null,
    days: daysFrom(firstDay, 14).map((d) => ({ day: d, fen: byDay.get(d) ?? zero })),
    minimumFen: fen(minimum),
    maximumFen: fen(maximum),
    blocked: blockedBecause({
      available: availableFen,
      owed: owedFen,
      minimum: fen(minimum),
      hasOpen: openRow !== null,
      hasOpenid: leader.openid !== null,
    }),
    open: openRow,
  };
}

const lineInclude = { order: { select: { state: true, placedAt: true } } } as const;
type Line = Prisma.OrderLineGetPayload<{ include: typeof lineInclude }>;

function viewOf(l: Line): EarningLine {
  const netFen = minus(fen(l.commissionFen), fen(l.commissionReversedFen));
  return {
    lineId: l.id,
    orderId: l.orderId,
    name: l.name,
    spec: l.spec,
    picture: l.picture,
    quantity: l.ordered - l.cancelled - l.short,
    baseFen: fen(l.commissionBaseFen),
    bp: l.commissionBp,
    ruleId: l.commissionRuleId,
    ruleVersion: l.commissionRuleVersion,
    commissionFen: fen(l.commissionFen),
    reversedFen: fen(l.commissionReversedFen),
    netFen,
    state: earningState({ completedAt: l.completedAt, commissionState: l.commissionState, netFen }),
    isDisputed: l.disputed,
    pickupDay: dayFromDate(l.pickupDay),
    placedAt: l.order.placedAt,
    completedAt: l.completedAt,
    releaseAt: l.releaseAt,
    releasedAt: l.releasedAt,
  };
}

/** Earning lines by id, in any order; whoever asks has been allowed to see them. */
export async function earningLinesById(ids: readonly string[]): Promise<EarningLine[]> {
  return (await prisma.orderLine.findMany({ where: { id: { in: [...ids] } }, include: lineInclude })).map(viewOf);
}

/** One line's commission explained to the fen, with every reversal. Refuses: notFound, forbidden. */
export async function earningLine(actor: Actor, lineId: string): Promise<EarningLineRecord> {
  const line = await prisma.orderLine.findUnique({ where: { id: lineId }, include: lineInclude });
  if (!line) throw new Refusal("notFound");
  await leaderOf(actor, line.leaderId);
  const refunds = await prisma.refundLine.findMany({ where: { orderLineId: lineId }, orderBy: { id: "asc" } });
  return {
    ...viewOf(line),
    paidFen: fen(line.paidFen),
    couponFen: fen(line.couponFen),
    reversals: refunds.map((r) => ({
      refundId: r.refundId,
      at: r.at,
      cause: r.cause,
      bearer: r.bearer,
      amountFen: fen(r.amountFen),
      commissionFen: fen(r.commissionFen),
    })),
  };
}

/** What the leader's confirmation page in WeChat needs: the channel's package, while it waits. Refuses: notFound, forbidden. */
export async function confirmationOf(
  actor: Actor,
  withdrawalId: string,
): Promise<{ outBillNo: string; packageInfo: string | null }> {
  const withdrawal = await prisma.withdrawal.findUnique({ where: { id: withdrawalId } });
  if (!withdrawal) throw new Refusal("notFound");
  await leaderOf(actor, withdrawal.leaderId);
  const transfer = await prisma.transfer.findUnique({
    where: { sourceId: withdrawalId },
    select: { packageInfo: true },
  });
  return {
    outBillNo: withdrawal.outBillNo,
    packageInfo: withdrawal.state === "waitUserConfirm" ? (transfer?.packageInfo ?? null) : null,
  };
}

/** One withdrawal as its leader sees it, with the channel's package while it waits for her. Refuses: notFound, forbidden. */
export async function withdrawalOf(
  actor: Actor,
  withdrawalId: string,
): Promise<WithdrawalRow & { packageInfo: string | null }> {
  const { packageInfo } = await confirmationOf(actor, withdrawalId);
  const [row] = await withdrawalRows(await prisma.withdrawal.findMany({ where: { id: withdrawalId } }));
  if (!row) throw new Refusal("notFound");
  return { ...row, packageInfo };
}
