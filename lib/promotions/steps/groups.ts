import "server-only";
import { z } from "zod";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { groupFailed, groupFormed } from "../events";
import { groupAt } from "../rules/groups";

const ids = z.array(z.object({ id: z.string() })).transform((rows) => rows.map((r) => r.id));

/** Groups are always locked in id order, and after orders and pools. */
const lockGroups = (tx: Tx, groupIds: readonly string[]) =>
  tx.$queryRaw`select id from buyer_group where id = any(${[...groupIds]}::text[]) order by id for update`;

const groupsOf = async (tx: Tx, orderIds: readonly string[]) => [
  ...new Set(
    (
      await tx.groupMember.findMany({
        where: { orderId: { in: [...orderIds] }, state: { not: "left" } },
        select: { groupId: true },
      })
    ).map((m) => m.groupId),
  ),
];

/** What a payment's time is compared with, by group. */
export const groupTerms = async (tx: Tx, groupIds: readonly string[]) =>
  new Map(
    (
      await tx.buyerGroup.findMany({
        where: { id: { in: [...groupIds] } },
        select: { id: true, state: true, expiresAt: true },
      })
    ).map((g) => [g.id, g]),
  );

/**
 * The seats of these orders are paid for; a group whose last seat is paid has formed. Orders without a seat are left alone.
 * Returns the orders of the groups that formed now.
 */
export async function paySeats(tx: Tx, orderIds: readonly string[]): Promise<string[]> {
  const groupIds = await groupsOf(tx, orderIds);
  if (groupIds.length === 0) return [];
  await lockGroups(tx, groupIds);
  await tx.$executeRaw`
    with seat as (
      update group_member set state = 'paid' where order_id = any(${[...orderIds]}::text[]) and state = 'held' returning group_id)
    update buyer_group g set paid = g.paid + s.n from (select group_id, count(*)::int as n from seat group by 1) s where g.id = s.group_id`;
  const formed = ids.parse(
    await tx.$queryRaw`
      update buyer_group set state = 'formed', decided_at = ${now()} where id = any(${groupIds}) and state = 'open' and paid = size returning id`,
  );
  await announce(tx, ...formed.map((id) => ({ type: groupFormed, subjectId: id })));
  const members = await tx.groupMember.findMany({ where: { groupId: { in: formed }, state: "paid" } });
  return members.map((m) => m.orderId);
}

/**
 * The orders have fallen: their seats in open groups are free again, and the last one out ends the group; a failed group is
 * settled with its last order. Who leaves a formed group stays its member in history: the others keep their price.
 */
export async function leaveGroup(tx: Tx, orderIds: readonly string[]): Promise<void> {
  const groupIds = await groupsOf(tx, orderIds);
  if (groupIds.length === 0) return;
  await lockGroups(tx, groupIds);
  const at = now();
  await tx.$executeRaw`
    with gone as (
      update group_member m set state = 'left' from buyer_group g
      where g.id = m.group_id and g.state <> 'formed' and m.order_id = any(${[...orderIds]}::text[]) and m.state <> 'left'
      returning m.group_id, old.state = 'paid' as was_paid
    ), seats as (select group_id, count(*)::int as n, count(*) filter (where was_paid)::int as paid from gone group by 1)
    update buyer_group g set taken = g.taken - s.n, paid = g.paid - s.paid,
      state = case when g.taken = s.n then 'failed'::group_state else g.state end,
      decided_at = case when g.taken = s.n then ${at}::timestamptz end
    from seats s where g.id = s.group_id and g.state = 'open'`;
  await tx.$executeRaw`
    update buyer_group g set settled_at = ${at} where g.id = any(${groupIds}) and g.state = 'failed' and g.settled_at is null
      and not exists (select 1 from group_member m where m.group_id = g.id and m.state <> 'left')`;
}

/**
 * Groups whose time is over and whose every seat is settled one way or the other have failed; their orders are refunded by
 * orders. Those still waiting for a payment's answer are left for the next look. Returns the failed groups' ids.
 */
export async function failGroups(tx: Tx, groupIds: readonly string[]): Promise<string[]> {
  if (groupIds.length === 0) return [];
  const at = now();
  await lockGroups(tx, groupIds);
  const failed = (await tx.buyerGroup.findMany({ where: { id: { in: [...groupIds] }, state: "open" } }))
    .filter((g) => groupAt(g, at) === "failed")
    .map((g) => g.id);
  await tx.buyerGroup.updateMany({ where: { id: { in: failed } }, data: { state: "failed", decidedAt: at } });
  await announce(tx, ...failed.map((id) => ({ type: groupFailed, subjectId: id })));
  return failed;
}

/** A session that closes early closes its groups with it. */
export async function endGroups(tx: Tx, sessionId: string): Promise<void> {
  await tx.buyerGroup.updateMany({
    where: { saleSessionId: sessionId, state: "open", expiresAt: { gt: now() } },
    data: { expiresAt: now() },
  });
}
