import "server-only";
import { z } from "zod";
import { offersById } from "#lib/campaigns/queries";
import type { Minimum, OfferView } from "#lib/campaigns/schema";
import { Prisma } from "#lib/generated/prisma/client";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { fen, yuan } from "#lib/kernel/money";
import { say } from "#lib/notifications/steps";
import { now } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { missedAt } from "#lib/promotions/rules/groups";
import { failGroups } from "#lib/promotions/steps/groups";
import { fill } from "#lib/words/fill";
import words from "#lib/words/groups.zh";
import { minimumDecided } from "../events";
import { fall } from "../fall";
import { comingOf } from "../queries/minimums";

const ids = z.array(z.object({ id: z.string() })).transform((rows) => rows.map((r) => r.id));
/** Orders looked for at once; each falls in a transaction of its own, so that a lost worker goes on where it was. */
const stretch = 200;

/** Ends the paid orders of failed groups, all of them or one session's: money, pieces, coupons and allowances go back. Returns how many. */
export async function endFailedGroups(actor: Actor, sessionId?: string): Promise<number> {
  authorise(actor, "orders.cancel");
  let done = 0;
  while (true) {
    const due = z.array(z.object({ id: z.string(), group_id: z.string(), sale_session_id: z.string() })).parse(
      await prisma.$queryRaw`
        select o.id, g.id as group_id, o.sale_session_id from buyer_group g
          join group_member m on m.group_id = g.id and m.state <> 'left' join customer_order o on o.id = m.order_id
        where g.state = 'failed' and g.settled_at is null and o.state = 'paid'
          ${sessionId ? Prisma.sql`and g.sale_session_id = ${sessionId}` : Prisma.empty}
        order by o.id limit ${stretch}`,
    );
    for (const order of due) {
      await transact(async (tx) => {
        await tx.$queryRaw`select id from sale_session where id = ${order.sale_session_id} for share`;
        const standing = await tx.order.findUnique({ where: { id: order.id }, select: { state: true } });
        if (standing?.state === "paid")
          await fall(tx, actor, { orderId: order.id, cause: "group", causeId: order.group_id, reason: "groupFailed" });
      });
      done++;
    }
    if (due.length < stretch) return done;
  }
}

async function takeOff(actor: Actor, offer: OfferView, orderId: string): Promise<void> {
  await transact(async (tx) => {
    await tx.$queryRaw`select id from sale_session where id = ${offer.saleSessionId} for share`;
    await tx.$queryRaw`select id from customer_order where id = ${orderId} for update`;
    const order = await tx.order.findUniqueOrThrow({ where: { id: orderId }, include: { lines: true } });
    const lines = order.lines.filter((l) => l.offerId === offer.id && l.completedAt === null);
    if (order.state !== "paid" || lines.length === 0) return;
    await fall(tx, actor, {
      orderId,
      lineIds: lines.map((l) => l.id),
      cause: "minimum",
      causeId: offer.id,
      reason: "minimumMissed",
    });
    const resident = await tx.resident.findUniqueOrThrow({ where: { id: order.residentId }, select: { openid: true } });
    const amount = lines.reduce((n, l) => n + Number(l.paidFen - l.refundedFen), 0);
    await say(tx, {
      channel: "wechat",
      recipientKind: "resident",
      recipientId: order.residentId,
      address: resident.openid,
      template: "minimumMissed",
      body: fill(words.notices.minimum, { name: offer.name, amount: yuan(fen(amount)) }),
    });
  });
}

/**
 * Decides an offer's minimum from what was paid for in time; where it is not reached the lines are taken off and refunded. Taking lines
 * off never lets another point or offer reach more, so a second run after a crash ends as the first would have. False while an order
 * of it may still be paid or fall.
 */
async function decideMinimum(actor: Actor, offer: OfferView, minimum: Minimum): Promise<boolean> {
  const [waiting] = ids.parse(
    await prisma.$queryRaw`
      select l.id from order_line l join customer_order o on o.id = l.order_id left join buyer_group g on g.id = o.group_id
      where l.sku_id = ${offer.skuId} and l.sale_session_id = ${offer.saleSessionId} and l.offer_id = ${offer.id}
        and (o.state = 'pendingPayment' or (o.state = 'paid' and g.state in ('open', 'failed'))) limit 1`,
  );
  if (waiting) return false;
  const { whole, points } = await comingOf(offer);
  const missed = missedAt(minimum, whole, points);
  while (missed.length > 0) {
    const orders = ids.parse(
      await prisma.$queryRaw`
        select distinct o.id from order_line l join customer_order o on o.id = l.order_id
        where l.sku_id = ${offer.skuId} and l.sale_session_id = ${offer.saleSessionId} and l.offer_id = ${offer.id}
          and l.completed_at is null and o.state = 'paid' and o.pickup_point_id = any(${missed}::text[]) order by 1 limit ${stretch}`,
    );
    for (const id of orders) await takeOff(actor, offer, id);
    if (orders.length < stretch) break;
  }
  await transact(async (tx) => {
    const decided = await tx.offer.updateMany({
      where: { id: offer.id, minDecidedAt: null },
      data: { minDecidedAt: now() },
    });
    if (decided.count === 1) await announce(tx, { type: minimumDecided, subjectId: offer.id });
  });
  return true;
}

/**
 * Decides the minimums that are due: of one session that is cut off, or (without one) of slots that have ended. Returns how many are
 * decided now; false when one of them has to wait.
 */
export async function decideMinimums(
  actor: Actor,
  sessionId?: string,
): Promise<{ decided: number; isWaiting: boolean }> {
  authorise(actor, "orders.cancel");
  const due = ids.parse(
    await prisma.$queryRaw`
      select o.id from offer o join sale_session s on s.id = o.sale_session_id where o.min_count is not null and o.min_decided_at is null
        ${
          sessionId
            ? Prisma.sql`and o.sale_session_id = ${sessionId}`
            : Prisma.sql`and o.layer <> 'session' and o.state <> 'draft' and o.ends_at <= ${now()} and s.state in ('published', 'cutOff')`
        }
      order by o.id`,
  );
  let decided = 0;
  for (const offer of (await offersById(due)).sort((a, b) => (a.id < b.id ? -1 : 1)))
    if (offer.minimum && (await decideMinimum(actor, offer, offer.minimum))) decided++;
  return { decided, isWaiting: decided < due.length };
}

/**
 * Before a session's orders are locked: no group of it stays undecided, and what did not come about has gone back. False when something
 * must still be waited for.
 */
export async function settleUnmet(actor: Actor, sessionId: string): Promise<boolean> {
  const open = await prisma.buyerGroup.findMany({
    where: { saleSessionId: sessionId, state: "open" },
    select: { id: true },
  });
  const failed = await transact((tx) =>
    failGroups(
      tx,
      open.map((g) => g.id),
    ),
  );
  await endFailedGroups(actor, sessionId);
  const { isWaiting } = await decideMinimums(actor, sessionId);
  return failed.length === open.length && !isWaiting;
}
