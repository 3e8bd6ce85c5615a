import "server-only";
import { z } from "zod";
import { systemActor } from "#lib/identity/schema";
import { isRefusal } from "#lib/kernel/refusal";
import { later, minute } from "#lib/kernel/time";
import { paymentClosed, paymentPaid } from "#lib/payments/events";
import { now } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { log } from "#lib/platform/log";
import type { Reaction } from "#lib/platform/news";
import type { Sweep } from "#lib/platform/sweep";
import { cancelOrdersOf, cutOffSession, finishSession, lockSession } from "./commands/cutoff";
import { confirmPaid } from "./confirm";
import { lapse } from "./lapse";

const actor = systemActor("orders");

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
    name: "orders.lapseClosed",
    on: [paymentClosed],
    run: async (tx, event) => {
      await lapse(tx, actor, withOrder.parse(event.payload).orderId, "unpaid");
    },
  },
];

export const sweeps: Sweep[] = [
  {
    name: "orders.lapse",
    everySeconds: 5,
    run: async () => {
      const due = await prisma.$queryRaw<{ id: string }[]>`
        select o.id from customer_order o where o.state = 'pendingPayment' and o.expires_at <= ${now()}
          and not exists (select 1 from payment p where p.order_id = o.id) order by o.id limit 200`;
      for (const { id } of due) await transact((tx) => lapse(tx, actor, id, "unpaid"));
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
