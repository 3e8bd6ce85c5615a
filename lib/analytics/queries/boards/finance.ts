import "server-only";
import { z } from "zod";
import { can, sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { type Fen, fen, plus, zero } from "#lib/kernel/money";
import { type Day, dateOf, endOf, startOf } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";
import { bridgeOf } from "../../rules/boards";
import type { Basis, Narrow } from "../../schema";
import type { BridgeRow } from "../../schema/boards";
import { measures } from "../measures";

const baseRow = z.array(z.object({ base: z.string(), amount: z.bigint() }));
const taken = ["loss", "shortageCompensation", "badDebt", "channelFee"];
const given = ["lossRecovery", "penaltyIncome"];

/** What suppliers and leaders bore of the coupons they fund, on lines that completed on these days, refunds taken off; fen. */
async function borneByOthers(from: Day, to: Day): Promise<Fen> {
  const [row] = z.array(z.object({ amount: z.bigint() })).parse(
    await prisma.$queryRaw`
      select coalesce(sum(s.amount_fen - case when l.paid_fen > 0 then s.amount_fen * l.refunded_fen / l.paid_fen else 0 end), 0)::bigint as amount
      from coupon_share s join order_line l on l.id = s.order_line_id
      where s.funder_id is not null and l.completed_at >= ${startOf(from)} and l.completed_at < ${endOf(to)}`,
  );
  return fen(row?.amount ?? 0n);
}

/** What the books of these days say of losses and of what others paid for them, in fen. */
async function lossesOf(from: Day, to: Day): Promise<{ lossFen: Fen; recoveryFen: Fen }> {
  const [borne, found] = await Promise.all([
    borneByOthers(from, to),
    prisma.$queryRaw`
      select a.base, sum(p.amount_fen)::bigint as amount
      from account a join posting p on p.account_id = a.id join journal j on j.id = p.journal_id
      where j.business_day >= ${dateOf(from)}::date and j.business_day <= ${dateOf(to)}::date and a.base = any(${[...taken, ...given]})
      group by a.base`,
  ]);
  const rows = baseRow.parse(found);
  const of = (bases: string[], sign: 1 | -1) =>
    fen(sign * Number(rows.filter((r) => bases.includes(r.base)).reduce((n, r) => n + r.amount, 0n)));
  return { lossFen: of(taken, 1), recoveryFen: plus(of(given, -1), borne) };
}

/**
 * The bridge from the price of the goods to what is left. Losses are booked for the whole house: of a city, or for somebody limited to
 * cities, the bridge ends before them. Refuses: forbidden.
 */
export async function finance(
  actor: Actor,
  q: { basis: Basis; from: Day; to: Day; narrow: Narrow },
): Promise<{ rows: BridgeRow[]; isWhole: boolean; mayOpenLedger: boolean; asOf: Date }> {
  const isWhole = !sees(actor, "analytics.see").cityIds && !q.narrow.cityId;
  const [{ total, asOf }, losses] = await Promise.all([
    measures(actor, { ...q, by: null }),
    isWhole ? lossesOf(q.from, q.to) : { lossFen: zero, recoveryFen: zero },
  ]);
  const rows = bridgeOf({
    gmvFen: total.paidFen,
    couponFen: total.couponFen,
    refundFen: total.refundFen,
    costFen: total.costFen,
    commissionFen: total.commissionFen,
    ...losses,
  });
  return {
    rows: isWhole ? rows : rows.filter((r) => !["loss", "recovery", "result"].includes(r.id)),
    isWhole,
    mayOpenLedger: can(actor, "ledger.see"),
    asOf,
  };
}
