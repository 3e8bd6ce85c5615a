import "server-only";
import { record } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { channelNo, newId } from "#lib/kernel/ids";
import { fen } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { from } from "#lib/kernel/states";
import { later, minute } from "#lib/kernel/time";
import { payoutFailed, payoutRejected, payoutRequested, payoutReturned, payoutSucceeded } from "#lib/ledger/rules";
import { lockedBalance, post } from "#lib/ledger/steps";
import { now } from "#lib/platform/clock";
import { type Tx, transact } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { setting } from "#lib/platform/settings";
import { withdrawalChanged, withdrawalRequested } from "../events";
import { tellLeader } from "../notices";
import {
  blockedBecause,
  eventOfTransfer,
  isOpen,
  realNameFromFen,
  type WithdrawalEvent,
  withdrawalLife,
} from "../rules";

/**
 * A leader asks for her money: it is held at once, under a channel number of its own. Returns the withdrawal's id.
 * Refuses: withdrawalOpen (one at a time), withdrawalOwed, openidMissing, withdrawalTooSmall,
 * withdrawalTooLarge, realNameMissing (from ¥2,000), balanceTooLow.
 */
export async function requestWithdrawal(actor: Actor, input: { amountFen: number }): Promise<{ id: string }> {
  const amount = fen(input.amountFen);
  return transact(async (tx) => {
    const leader = await tx.leader.findUnique({ where: { id: actor.leaderId ?? "" } });
    if (!leader) throw new Refusal("notFound");
    authorise(actor, "payouts.withdraw", { leaderId: leader.id });
    const available = await lockedBalance(tx, `leaderAvailable:${leader.id}`);
    const owed = await lockedBalance(tx, `leaderReceivable:${leader.id}`);
    const [minimum, maximum, open] = [
      await setting(tx, "withdrawalMinFen"),
      await setting(tx, "withdrawalMaxFen"),
      await tx.withdrawal.count({
        where: {
          leaderId: leader.id,
          state: { in: (Object.keys(withdrawalLife) as (keyof typeof withdrawalLife)[]).filter(isOpen) },
        },
      }),
    ];
    const blocked = blockedBecause({
      available,
      owed,
      minimum: fen(minimum),
      hasOpen: open > 0,
      hasOpenid: leader.openid !== null,
    });
    if (blocked) throw new Refusal(blocked, { minimumFen: minimum, owedFen: owed });
    if (amount < minimum)
      throw new Refusal("withdrawalTooSmall", { minimumFen: minimum }, [
        { field: "amountFen", code: "withdrawalTooSmall" },
      ]);
    if (amount > maximum)
      throw new Refusal("withdrawalTooLarge", { maximumFen: maximum }, [
        { field: "amountFen", code: "withdrawalTooLarge" },
      ]);
    if (amount >= realNameFromFen && leader.realNameCipher === null)
      throw new Refusal("realNameMissing", {}, [{ field: "amountFen", code: "realNameMissing" }]);
    if (amount > available)
      throw new Refusal("balanceTooLow", { availableFen: available }, [{ field: "amountFen", code: "balanceTooLow" }]);
    const at = now();
    const id = newId("wdr", at);
    await tx.withdrawal.create({
      data: {
        id,
        leaderId: leader.id,
        amountFen: amount,
        netFen: amount,
        state: "requested",
        outBillNo: channelNo(id),
        requestedAt: at,
      },
    });
    await post(tx, payoutRequested({ withdrawalId: id, leaderId: leader.id, amount }));
    await record(tx, actor, {
      deed: "payouts.withdraw",
      subjectType: "withdrawal",
      subjectId: id,
      after: { amountFen: amount },
    });
    await announce(tx, {
      type: withdrawalRequested,
      subjectId: id,
      payload: { leaderId: leader.id, amountFen: amount },
    });
    return { id };
  });
}

/** Refused before it was sent, with the reason the leader reads; the money is hers again. Refuses: illegalTransition, reasonRequired. */
export async function rejectWithdrawal(actor: Actor, input: { id: string; reason: string }): Promise<void> {
  await transact(async (tx) => {
    const withdrawal = await tx.withdrawal.findUnique({ where: { id: input.id } });
    if (!withdrawal) throw new Refusal("notFound");
    authorise(actor, "payouts.approve");
    if (input.reason.trim().length < 2) throw new Refusal("reasonRequired");
    await move(tx, withdrawal, "reject", { failReason: input.reason, finishedAt: now() });
    const amount = fen(withdrawal.amountFen);
    const owed = await lockedBalance(tx, `leaderReceivable:${withdrawal.leaderId}`);
    await post(tx, payoutRejected({ withdrawalId: withdrawal.id, leaderId: withdrawal.leaderId, amount, owed }));
    await record(tx, actor, {
      deed: "payouts.reject",
      subjectType: "withdrawal",
      subjectId: withdrawal.id,
      before: { state: withdrawal.state },
      after: { state: "rejected" },
      reason: input.reason,
    });
  });
}

const remindAgainMinutes = 30;

/**
 * Says again to a leader that a transfer waits for her to confirm it, at most every half hour; false when it was said just now.
 * Refuses: notFound, forbidden, illegalTransition.
 */
export async function remindConfirm(actor: Actor, input: { id: string }): Promise<boolean> {
  return transact(async (tx) => {
    const withdrawal = await tx.withdrawal.findUnique({ where: { id: input.id } });
    if (!withdrawal) throw new Refusal("notFound");
    authorise(actor, "payouts.make");
    const { leaderId, state } = withdrawal;
    if (state !== "waitUserConfirm") throw new Refusal("illegalTransition", { state });
    const since = later(now(), -remindAgainMinutes * minute);
    const said = await tx.message.count({
      where: {
        recipientKind: "leader",
        recipientId: leaderId,
        template: "withdrawalConfirm",
        createdAt: { gt: since },
      },
    });
    if (said > 0) return false;
    await tellLeader(tx, { leaderId, event: "await", amount: fen(withdrawal.amountFen), reason: null });
    await record(tx, actor, { deed: "payouts.remind", subjectType: "withdrawal", subjectId: withdrawal.id });
    return true;
  });
}

type Withdrawal = {
  id: string;
  leaderId: string;
  state: keyof typeof withdrawalLife;
  amountFen: bigint;
  taxFen: bigint;
  netFen: bigint;
};

/** Guarded: only from a state the table allows, and only if nobody was faster. */
async function move(
  tx: Tx,
  withdrawal: Withdrawal,
  event: WithdrawalEvent,
  facts: { failReason?: string | null; finishedAt?: Date; batchId?: string | null },
): Promise<void> {
  const to = withdrawalLife[withdrawal.state][event];
  if (!to) throw new Refusal("illegalTransition", { state: withdrawal.state, event });
  const changed = await tx.withdrawal.updateMany({
    where: { id: withdrawal.id, state: { in: from(withdrawalLife, event), equals: withdrawal.state } },
    data: { state: to, ...facts },
  });
  if (changed.count !== 1) throw new Refusal("illegalTransition", { state: withdrawal.state, event });
  await tellLeader(tx, {
    leaderId: withdrawal.leaderId,
    event,
    amount: fen(withdrawal.amountFen),
    reason: facts.failReason ?? null,
  });
  await announce(tx, {
    type: withdrawalChanged,
    subjectId: withdrawal.id,
    payload: {
      leaderId: withdrawal.leaderId,
      state: to,
      amountFen: Number(withdrawal.amountFen),
      reason: facts.failReason ?? null,
    },
  });
}

/**
 * What the channel said about a transfer, booked: waiting for the leader, there, or back with the reason. News that comes
 * again or late changes nothing.
 */
export async function applyTransferNews(
  tx: Tx,
  actor: Actor,
  e: { sourceId: string; state: string; failReason: string | null },
): Promise<void> {
  if (actor.kind !== "system") throw new Refusal("forbidden");
  await tx.$queryRaw`select id from withdrawal where id = ${e.sourceId} for update`;
  const withdrawal = await tx.withdrawal.findUnique({ where: { id: e.sourceId } });
  if (!withdrawal) return;
  const event = eventOfTransfer(withdrawal.state, e.state, e.failReason);
  if (event) await take(tx, actor, withdrawal, event, e.failReason);
}

/** The bank returned the money after success, as finance saw it in the channel's bill. Refuses: illegalTransition, reasonRequired. */
export async function returnWithdrawal(actor: Actor, input: { id: string; reason: string }): Promise<void> {
  await transact(async (tx) => {
    const withdrawal = await tx.withdrawal.findUnique({ where: { id: input.id } });
    if (!withdrawal) throw new Refusal("notFound");
    authorise(actor, "payouts.approve");
    if (input.reason.trim().length < 2) throw new Refusal("reasonRequired");
    await take(tx, actor, withdrawal, "return", input.reason);
  });
}

async function take(
  tx: Tx,
  actor: Actor,
  withdrawal: Withdrawal,
  event: WithdrawalEvent,
  failReason: string | null,
): Promise<void> {
  await move(
    tx,
    withdrawal,
    event,
    event === "await" ? {} : { finishedAt: now(), failReason: event === "succeed" ? null : failReason },
  );
  const amount = fen(withdrawal.amountFen);
  const tax = fen(withdrawal.taxFen);
  if (event === "succeed")
    await post(tx, payoutSucceeded({ withdrawalId: withdrawal.id, net: fen(withdrawal.netFen) }));
  if (event === "fail" || event === "expire" || event === "cancel" || event === "return") {
    const owed = await lockedBalance(tx, `leaderReceivable:${withdrawal.leaderId}`);
    const back = { withdrawalId: withdrawal.id, leaderId: withdrawal.leaderId, amount, tax, owed };
    await post(tx, event === "return" ? payoutReturned(back) : payoutFailed(back));
  }
  await record(tx, actor, {
    deed: `payouts.${event}`,
    subjectType: "withdrawal",
    subjectId: withdrawal.id,
    before: { state: withdrawal.state },
    after: { state: withdrawalLife[withdrawal.state][event] },
    reason: failReason,
  });
}
