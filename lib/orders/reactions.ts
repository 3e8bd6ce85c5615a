import "server-only";
import { z } from "zod";
import { systemActor } from "#lib/identity/schema";
import { isRefusal } from "#lib/kernel/refusal";
import { later, minute } from "#lib/kernel/time";
import { paymentClosed, paymentPaid } from "#lib/payments/events";
import { now } from "#lib/platform/clock";
import { prisma, type Tx, transact } from "#lib/platform/db";
import { log } from "#lib/platform/log";
import type { Reaction } from "#lib/platform/news";
import type { Sweep } from "#lib/platform/sweep";
import { giveOn } from "#lib/promotions/steps";
import { cancelOrdersOf, cutOffSession, finishSession, lockSession } from "./commands/cutoff";
import { decideMinimums, endFailedGroups } from "./commands/unmet";
import { confirmPaid } from "./confirm";
import { minimumDecided, orderPaid } from "./events";
import { lapse, lapseMany } from "./lapse";
import { tellMissed } from "./missed";
import { forgetTallies } from "./tally";

const actor = systemActor("orders");

/** Whose first paid order is among these gets what is given for it. */
const thankFirst = (tx: Tx, orderIds: readonly string[]): Promise<void> =>
  giveOn(tx, "firstOrder", async () => {
    const rows = await tx.$queryRaw<{ resident_id: string }[]>`
      select o.resident_id from customer_order o where o.id = any(${[...orderIds]}::text[]) and not exists (
        select 1 from customer_order b where b.resident_id = o.resident_id and b.paid_at is not null and (b.paid_at, b.id) < (o.paid_at, o.id))`;
    return rows.map((r) => r.resident_id);
  });

const withOrder = z.object({ orderId: z.string() });

export const reactions: Reaction[] = [
  {
    name: "orders.confirmPaid",
    on: [paymentPaid],
    run: (tx, event) => confirmPaid(tx, actor, [event.subjectId]),
    runMany: (tx, events) =>
      confirmPaid(
        tx,
        actor,
        events.map((e) => e.subjectId),
      ),
  },
  {
    name: "orders.firstOrder",
    on: [orderPaid],
    run: (tx, event) => thankFirst(tx, [event.subjectId]),
    runMany: (tx, events) =>
      thankFirst(
        tx,
        events.map((e) => e.subjectId),
      ),
  },
  {
    name: "orders.lapseClosed",
    on: [paymentClosed],
    run: async (tx, event) => {
      await lapse(tx, actor, withOrder.parse(event.payload).orderId, "unpaid");
    },
    runMany: async (tx, events) => {
      const ids = events.map((e) => withOrder.parse(e.payload).orderId);
      await lapseMany(tx, actor, ids, "unpaid");
    },
  },
  {
    name: "orders.tellMissed",
    on: [minimumDecided],
    run: (tx, event) => tellMissed(tx, event.subjectId),
  },
];

export const sweeps: Sweep[] = [
  {
    name: "orders.lapse",
    everySeconds: 5,
    run: async () => {
      const due = await prisma.$queryRaw<{ id: string }[]>`
        select o.id from customer_order o where o.state = 'pendingPayment' and o.expires_at <= ${now()}
          and not exists (select 1 from payment p where p.order_id = o.id) order by o.id limit 1000`;
      if (due.length === 0) return 0;
      const ids = due.map((o) => o.id);
      try {
        await transact((tx) => lapseMany(tx, actor, ids, "unpaid"), { timeoutMs: 60_000 });
      } catch (error) {
        log.warn({ orders: ids.length, error: String(error) }, "unpaid orders lapse one by one");
        for (const id of ids) await transact((tx) => lapse(tx, actor, id, "unpaid"));
      }
      return due.length;
    },
  },
  {
    name: "orders.cutOff",
    everySeconds: 1,
    run: async () => {
      const due = await prisma.saleSession.findMany({
        where: { state: "published", cutoffAt: { lte: now() } },
        select: { id: true },
      });
      for (const { id } of due) await cutOffSession(actor, { sessionId: id });
      return due.length;
    },
  },
  {
    name: "orders.lock",
    everySeconds: 5,
    run: async () => {
      const waiting = await prisma.saleSession.findMany({ where: { state: "cutOff" } });
      let done = 0;
      for (const s of waiting) {
        if (later(s.cutoffAt, s.lateNoticeMinutes * minute) > now()) continue;
        try {
          if (await lockSession(actor, { sessionId: s.id })) done++;
        } catch (error) {
          if (!isRefusal(error))
            log.error({ session: s.id, error: String(error) }, "a session could not be locked yet");
        }
      }
      return done;
    },
  },
  {
    name: "orders.unmet",
    everySeconds: 5,
    run: async () => (await endFailedGroups(actor)) + (await decideMinimums(actor)).decided,
  },
  { name: "orders.forgetTallies", everySeconds: 3600, run: forgetTallies },
  {
    name: "orders.finish",
    everySeconds: 60,
    run: async () => {
      const over = await prisma.$queryRaw<{ id: string }[]>`
        select s.id from sale_session s where s.state = 'locked'
          and not exists (select 1 from customer_order o where o.sale_session_id = s.id and o.state in ('locked', 'inTransit', 'arrived'))
        order by s.id limit 50`;
      for (const { id } of over) await finishSession(actor, { sessionId: id });
      return over.length;
    },
  },
  {
    name: "orders.cancelledSessions",
    everySeconds: 10,
    run: async () => {
      const due = await prisma.$queryRaw<{ id: string }[]>`
        select distinct s.id from sale_session s join customer_order o on o.sale_session_id = s.id
        where s.state = 'cancelled' and o.state in ('pendingPayment', 'paid')`;
      let done = 0;
      for (const { id } of due) done += await cancelOrdersOf(actor, id);
      return done;
    },
  },
];
