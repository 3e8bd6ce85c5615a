import "server-only";
import { z } from "zod";
import { systemActor } from "#lib/identity/schema";
import { isRefusal } from "#lib/kernel/refusal";
import { addDays, dateOf, dayFromDate } from "#lib/kernel/time";
import { now, today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { log } from "#lib/platform/log";
import type { Reaction } from "#lib/platform/news";
import { setting } from "#lib/platform/settings";
import type { Sweep } from "#lib/platform/sweep";
import { signDelivery } from "./commands/delivery";
import { completeDue, settleUncollected, tellResidents } from "./commands/uncollected";
import { reminderAt } from "./rules";
import { deliveriesOf, followOrders, planDeliveries } from "./steps";

const shortened = z.object({ items: z.array(z.object({ lineId: z.string() })) });

export const reactions: Reaction[] = [
  {
    name: "fulfilment.plan",
    on: ["session.locked"],
    run: async (tx, event) => {
      await planDeliveries(tx, event.subjectId);
    },
  },
  {
    name: "fulfilment.follow",
    on: ["lines.shortened"],
    run: async (tx, event) => {
      const { items } = shortened.parse(event.payload);
      await followOrders(
        tx,
        await deliveriesOf(
          tx,
          items.map((i) => i.lineId),
        ),
      );
    },
  },
];

const clock = systemActor("fulfilment");

/** One failing row waits for its next turn; it does not stop the others. */
async function each<T>(rows: T[], work: (row: T) => Promise<boolean>): Promise<number> {
  let done = 0;
  for (const row of rows) {
    try {
      if (await work(row)) done++;
    } catch (error) {
      // somebody was quicker, or it will be tried again
      if (!isRefusal(error))
        log.error(
          { row, error: error instanceof Error ? error.message : String(error) },
          "calendar work of fulfilment failed and will be tried again",
        );
    }
  }
  return done;
}

export const sweeps: Sweep[] = [
  {
    name: "fulfilment.sign",
    everySeconds: 30,
    run: async () =>
      each(
        await prisma.delivery.findMany({
          where: { state: "arrived", signDueAt: { lte: now() } },
          select: { id: true },
          orderBy: { signDueAt: "asc" },
          take: 200,
        }),
        async ({ id }) => {
          await signDelivery(clock, { id, lines: [] });
          return true;
        },
      ),
  },
  { name: "fulfilment.complete", everySeconds: 30, run: () => completeDue(clock) },
  {
    name: "fulfilment.uncollected",
    everySeconds: 60,
    run: async () =>
      each(
        await prisma.uncollectedMark.findMany({
          where: { settledAt: null, dueAt: { lte: now() } },
          select: { orderLineId: true },
          orderBy: { dueAt: "asc" },
          take: 200,
        }),
        ({ orderLineId }) => settleUncollected(clock, orderLineId),
      ),
  },
  {
    name: "fulfilment.remind",
    everySeconds: 60,
    run: async () => {
      const day = today();
      const hoursBefore = await setting(prisma, "uncollectedReminderHours");
      const there = await prisma.delivery.findMany({
        where: {
          pickupDay: { gte: dateOf(addDays(day, -1)), lte: dateOf(day) },
          state: { in: ["arrived", "signed"] },
          remindedAt: null,
        },
        select: { id: true, pickupDay: true, pickupPointId: true },
      });
      const points = await prisma.pickupPoint.findMany({
        where: { id: { in: there.map((d) => d.pickupPointId) } },
        select: { id: true, closesAt: true },
      });
      const closes = new Map(points.map((p) => [p.id, p.closesAt]));
      const due = there.filter(
        (d) =>
          reminderAt({
            pickupDay: dayFromDate(d.pickupDay),
            closesAt: closes.get(d.pickupPointId) ?? "21:00",
            hoursBefore,
          }) <= now(),
      );
      return each(due, async ({ id }) => (await tellResidents(clock, { id })) > 0);
    },
  },
];
