import "server-only";
import { z } from "zod";
import { record } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { fen, minus } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { orderCommitted } from "#lib/ledger/rules";
import { post } from "#lib/ledger/steps";
import { closePayment } from "#lib/payments/commands";
import { now } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { sha256 } from "#lib/platform/pii";
import { endGroups } from "#lib/promotions/steps/groups";
import { sessionCutOff, sessionLocked } from "../events";
import { lapseMany } from "../lapse";
import type { cutOffInput } from "../schema";
import { cancelOrder } from "./change";
import { settleUnmet } from "./unmet";

/**
 * Closes a session to new orders: at its time by the clock, or now by an operator with a reason. The session's row is locked,
 * so no order slips in behind. Late payment notices are still waited for; see lockSession. Refuses: reasonRequired, illegalTransition, notFound.
 */
export async function cutOffSession(actor: Actor, input: z.infer<typeof cutOffInput>): Promise<void> {
  await transact(async (tx) => {
    await tx.$queryRaw`select id from sale_session where id = ${input.sessionId} for update`;
    const session = await tx.saleSession.findUnique({ where: { id: input.sessionId } });
    if (!session) throw new Refusal("notFound");
    authorise(actor, "sessions.cutOff", { cityIds: session.cityIds });
    const at = now();
    const isEarly = at < session.cutoffAt;
    if (isEarly && !input.reason)
      throw new Refusal("reasonRequired", {}, [{ field: "reason", code: "reasonRequired" }]);
    if (session.state !== "published") throw new Refusal("illegalTransition", { state: session.state });
    await tx.saleSession.update({
      where: { id: session.id },
      data: {
        state: "cutOff",
        cutOffAt: at,
        ...(isEarly
          ? {
              plannedCutoffAt: session.cutoffAt,
              cutoffAt: at > session.opensAt ? at : new Date(session.opensAt.getTime() + 1),
            }
          : {}),
      },
    });
    if (isEarly) {
      await tx.$executeRaw`update customer_order set expires_at = ${at} where sale_session_id = ${session.id} and state = 'pendingPayment' and expires_at > ${at}`;
      await tx.$executeRaw`update payment set expires_at = ${at} where state in ('created', 'prepaid') and expires_at > ${at}
        and order_id in (select id from customer_order where sale_session_id = ${session.id} and state = 'pendingPayment')`;
      await endGroups(tx, session.id);
    }
    await record(tx, actor, {
      deed: "sessions.cutOff",
      subjectType: "session",
      subjectId: session.id,
      before: { state: session.state, cutoffAt: session.cutoffAt },
      after: { state: "cutOff", cutOffAt: at },
      reason: input.reason ?? null,
    });
    await announce(tx, { type: sessionCutOff, subjectId: session.id, payload: { sessionId: session.id } });
  });
}

/** After the cut-off: no order of the session waits to be paid any more. False while a payment's answer is still to come. Refuses: illegalTransition. */
async function lapseUnpaid(actor: Actor, sessionId: string): Promise<boolean> {
  return transact(async (tx) => {
    await tx.$queryRaw`select id from sale_session where id = ${sessionId} for update`;
    const session = await tx.saleSession.findUniqueOrThrow({ where: { id: sessionId } });
    if (session.state !== "cutOff") throw new Refusal("illegalTransition", { state: session.state });
    const unpaid = (
      await tx.order.findMany({ where: { saleSessionId: sessionId, state: "pendingPayment" }, select: { id: true } })
    ).map((o) => o.id);
    const unread = await tx.payment.count({
      where: { state: { in: ["created", "prepaid", "closing", "paid"] }, orderId: { in: unpaid } },
    });
    if (unread > 0) return false;
    await lapseMany(tx, actor, unpaid, "cutOff");
    return true;
  });
}

/**
 * Freezes what was ordered: after the late-notice window, when no order still waits for its payment's answer and what did not come
 * about (groups, minimums) has gone back, paid orders are locked, committed in the books and hashed; purchase and delivery follow from
 * the news. False while something is still waited for. Refuses: illegalTransition.
 */
export async function lockSession(actor: Actor, input: { sessionId: string }): Promise<boolean> {
  authorise(actor, "sessions.cutOff");
  const open = await prisma.payment.findMany({
    where: {
      state: { in: ["created", "prepaid", "closing"] },
      orderId: {
        in: (
          await prisma.order.findMany({
            where: { saleSessionId: input.sessionId, state: "pendingPayment" },
            select: { id: true },
          })
        ).map((o) => o.id),
      },
    },
    select: { id: true },
  });
  for (const { id } of open) await closePayment(actor.kind === "system" ? actor : { ...actor, kind: "system" }, id);
  if (!(await lapseUnpaid(actor, input.sessionId)) || !(await settleUnmet(actor, input.sessionId))) return false;
  return transact(
    async (tx) => {
      await tx.$queryRaw`select id from sale_session where id = ${input.sessionId} for update`;
      const session = await tx.saleSession.findUniqueOrThrow({ where: { id: input.sessionId } });
      if (session.state !== "cutOff") throw new Refusal("illegalTransition", { state: session.state });
      const orders = await tx.order.findMany({
        where: { saleSessionId: session.id, state: "paid" },
        select: { id: true, paidFen: true, refundedFen: true },
        orderBy: { id: "asc" },
      });
      await tx.order.updateMany({
        where: { saleSessionId: session.id, state: "paid" },
        data: { state: "locked", lockedAt: now() },
      });
      for (let i = 0; i < orders.length; i += 2000) {
        await post(
          tx,
          ...orders
            .slice(i, i + 2000)
            .map((o) => orderCommitted({ orderId: o.id, amount: minus(fen(o.paidFen), fen(o.refundedFen)) })),
        );
      }
      const snapshot = z.array(z.object({ text: z.string() })).parse(
        await tx.$queryRaw`
            select coalesce(string_agg(l.id || ':' || (l.ordered - l.cancelled - l.short), ',' order by l.id), '') as text
            from order_line l join customer_order o on o.id = l.order_id where o.sale_session_id = ${session.id} and o.state = 'locked'`,
      );
      const snapshotHash = sha256(snapshot[0]?.text ?? "");
      await tx.saleSession.update({
        where: { id: session.id },
        data: { state: "locked", lockedAt: now(), snapshotHash },
      });
      await record(tx, actor, {
        deed: "sessions.lock",
        subjectType: "session",
        subjectId: session.id,
        before: { state: "cutOff" },
        after: { state: "locked", orders: orders.length, snapshotHash },
      });
      await announce(tx, { type: sessionLocked, subjectId: session.id, payload: { sessionId: session.id } });
      return true;
    },
    { timeoutMs: 120_000 },
  );
}

/** Every order of a locked session is over: the session is finished. False when it was not locked any more. */
export async function finishSession(actor: Actor, input: { sessionId: string }): Promise<boolean> {
  authorise(actor, "sessions.cutOff");
  return transact(async (tx) => {
    const done = await tx.saleSession.updateMany({
      where: { id: input.sessionId, state: "locked" },
      data: { state: "finished" },
    });
    if (done.count !== 1) return false;
    await record(tx, actor, {
      deed: "sessions.finish",
      subjectType: "session",
      subjectId: input.sessionId,
      before: { state: "locked" },
      after: { state: "finished" },
    });
    return true;
  });
}

/** A session was called off: every order of it ends and what was paid goes back. Returns how many orders ended. */
export async function cancelOrdersOf(actor: Actor, sessionId: string): Promise<number> {
  authorise(actor, "orders.cancel");
  const orders = await prisma.order.findMany({
    where: { saleSessionId: sessionId, state: { in: ["pendingPayment", "paid"] } },
    select: { id: true },
  });
  for (const { id } of orders) await cancelOrder(actor, { orderId: id, reason: "session cancelled" });
  return orders.length;
}
