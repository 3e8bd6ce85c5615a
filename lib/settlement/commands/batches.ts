import "server-only";
import { record } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { fen, minus, plus, sum, yuan, zero } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { platformBalances } from "#lib/ledger/queries";
import { payoutSubmitted } from "#lib/ledger/rules";
import { post } from "#lib/ledger/steps";
import { notify } from "#lib/notifications/steps";
import { requestTransfer } from "#lib/payments/steps";
import { now } from "#lib/platform/clock";
import { type Tx, transact } from "#lib/platform/db";
import { tellWith } from "#lib/platform/live";
import { announce } from "#lib/platform/news";
import { sha256 } from "#lib/platform/pii";
import { withdrawalChanged } from "../events";
import { batchText } from "../rules";

const hashOf = (rows: { id: string; leaderId: string; outBillNo: string; amountFen: bigint }[]): string =>
  sha256(batchText(rows.map((r) => ({ ...r, amountFen: fen(r.amountFen) }))));

/**
 * Puts waiting withdrawals into one batch for a second person to check. Returns the batch's id.
 * Refuses: emptyBatch (none of them waits any more), withdrawalTaken (somebody else's batch has one of them).
 */
export async function makeBatch(actor: Actor, input: { ids: string[] }): Promise<{ id: string }> {
  return transact(async (tx) => {
    authorise(actor, "payouts.make");
    const ids = [...new Set(input.ids)];
    if (ids.length === 0) throw new Refusal("emptyBatch");
    const at = now();
    const id = newId("pbt", at);
    const taken = await tx.withdrawal.updateMany({
      where: { id: { in: ids }, state: "requested" },
      data: { state: "batched", batchId: id },
    });
    if (taken.count === 0) throw new Refusal("emptyBatch");
    if (taken.count !== ids.length) throw new Refusal("withdrawalTaken");
    const rows = await tx.withdrawal.findMany({ where: { batchId: id } });
    const total = sum(rows.map((r) => fen(r.amountFen)));
    await tx.payoutBatch.create({
      data: {
        id,
        state: "draft",
        count: rows.length,
        totalFen: total,
        hash: hashOf(rows),
        madeBy: actor.id,
        madeByName: actor.name,
        madeAt: at,
      },
    });
    await record(tx, actor, {
      deed: "payouts.make",
      subjectType: "payoutBatch",
      subjectId: id,
      after: { count: rows.length, totalFen: total },
    });
    await notify(tx, {
      kind: "batch",
      key: id,
      params: { name: actor.name, n: rows.length, amount: yuan(total) },
      href: `/payouts/${id}`,
      except: actor.id,
    });
    await tellWith(tx, "withdrawal");
    return { id };
  });
}

/**
 * The second person's approval of exactly what they saw. Two at once make one approval.
 * Refuses: twoPeople, staleVersion (the batch is not what was seen), illegalTransition.
 */
export async function approveBatch(actor: Actor, input: { id: string; hash: string }): Promise<void> {
  await transact(async (tx) => {
    const batch = await locked(tx, input.id);
    authorise(actor, "payouts.approve");
    if (batch.madeBy === actor.id) throw new Refusal("twoPeople");
    const rows = await tx.withdrawal.findMany({ where: { batchId: batch.id, state: "batched" } });
    if (batch.state !== "draft") throw new Refusal("illegalTransition", { state: batch.state, event: "approve" });
    if (input.hash !== batch.hash || hashOf(rows) !== batch.hash) throw new Refusal("staleVersion");
    const at = now();
    const done = await tx.payoutBatch.updateMany({
      where: { id: batch.id, state: "draft", checkedBy: null },
      data: { state: "approved", checkedBy: actor.id, checkedByName: actor.name, checkedAt: at },
    });
    if (done.count !== 1) throw new Refusal("illegalTransition", { state: batch.state, event: "approve" });
    await tx.withdrawal.updateMany({
      where: { batchId: batch.id, state: "batched" },
      data: { state: "approved", approvedAt: at },
    });
    await record(tx, actor, {
      deed: "payouts.approve",
      subjectType: "payoutBatch",
      subjectId: batch.id,
      after: { hash: batch.hash, totalFen: batch.totalFen },
    });
    await tellWith(tx, "withdrawal");
  });
}

/** Takes an unapproved batch apart; its withdrawals wait again. Refuses: illegalTransition, reasonRequired. */
export async function cancelBatch(actor: Actor, input: { id: string; reason: string }): Promise<void> {
  await transact(async (tx) => {
    const batch = await locked(tx, input.id);
    authorise(actor, "payouts.make");
    if (input.reason.trim().length < 2) throw new Refusal("reasonRequired");
    if (batch.state !== "draft") throw new Refusal("illegalTransition", { state: batch.state, event: "cancel" });
    await tx.payoutBatch.updateMany({ where: { id: batch.id, state: "draft" }, data: { state: "cancelled" } });
    await tx.withdrawal.updateMany({
      where: { batchId: batch.id, state: "batched" },
      data: { state: "requested", batchId: null },
    });
    await record(tx, actor, {
      deed: "payouts.cancel",
      subjectType: "payoutBatch",
      subjectId: batch.id,
      after: { count: batch.count, totalFen: batch.totalFen },
      reason: input.reason,
    });
  });
}

/**
 * Hands an approved batch to the channel: every transfer's number stands before any call; the worker makes the calls.
 * Refuses: payoutAccountShort (the payout account cannot cover it), illegalTransition.
 */
export async function executeBatch(actor: Actor, input: { id: string }): Promise<void> {
  await transact(
    async (tx) => {
      const batch = await locked(tx, input.id);
      authorise(actor, "payouts.approve");
      if (batch.state !== "approved") throw new Refusal("illegalTransition", { state: batch.state, event: "execute" });
      await tx.$queryRaw`select pg_advisory_xact_lock(hashtext('funds'))::text as locked`;
      const { channelOperation = zero, payoutInTransit = zero } = await platformBalances(tx, [
        "channelOperation",
        "payoutInTransit",
      ]);
      const free = minus(channelOperation, payoutInTransit);
      const total = fen(batch.totalFen);
      if (free < total) throw new Refusal("payoutAccountShort", { missingFen: minus(total, free), freeFen: free });
      const at = now();
      const done = await tx.payoutBatch.updateMany({
        where: { id: batch.id, state: "approved" },
        data: { state: "executed", executedAt: at },
      });
      if (done.count !== 1) throw new Refusal("illegalTransition", { state: batch.state, event: "execute" });
      const rows = await tx.withdrawal.findMany({
        where: { batchId: batch.id, state: "approved" },
        orderBy: { id: "asc" },
      });
      if (plus(...rows.map((r) => fen(r.amountFen))) !== total) throw new Refusal("staleVersion");
      const leaders = new Map(
        (
          await tx.leader.findMany({
            where: { id: { in: rows.map((r) => r.leaderId) } },
            select: { id: true, openid: true },
          })
        ).map((l) => [l.id, l.openid]),
      );
      for (const row of rows) {
        const openid = leaders.get(row.leaderId);
        if (!openid) throw new Refusal("openidMissing");
        await requestTransfer(tx, {
          sourceId: row.id,
          payeeId: row.leaderId,
          outBillNo: row.outBillNo,
          openid,
          amountFen: fen(row.netFen),
        });
      }
      await post(
        tx,
        ...rows.map((row) =>
          payoutSubmitted({
            withdrawalId: row.id,
            leaderId: row.leaderId,
            amount: fen(row.amountFen),
            tax: fen(row.taxFen),
          }),
        ),
      );
      await tx.withdrawal.updateMany({
        where: { batchId: batch.id, state: "approved" },
        data: { state: "submitted", submittedAt: at },
      });
      await record(tx, actor, {
        deed: "payouts.execute",
        subjectType: "payoutBatch",
        subjectId: batch.id,
        after: { count: rows.length, totalFen: total },
      });
      await announce(
        tx,
        ...rows.map((row) => ({
          type: withdrawalChanged,
          subjectId: row.id,
          payload: { leaderId: row.leaderId, state: "submitted", amountFen: Number(row.amountFen), reason: null },
        })),
      );
    },
    { timeoutMs: 60_000 },
  );
}

async function locked(tx: Tx, id: string) {
  await tx.$queryRaw`select id from payout_batch where id = ${id} for update`;
  const batch = await tx.payoutBatch.findUnique({ where: { id } });
  if (!batch) throw new Refusal("notFound");
  return batch;
}
