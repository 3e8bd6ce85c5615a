import "server-only";
import type { z } from "zod/mini";
import { record } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { Refusal } from "#lib/kernel/refusal";
import { later, second } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { tell, tellWith } from "#lib/platform/live";
import { unseal } from "#lib/platform/pii";
import { hand, providerOf } from "./providers";
import { blanked, retrySeconds } from "./rules";
import { channels, type preferenceInput, type readNoticesInput } from "./schema";

const claimSeconds = 60;

/**
 * Hands waiting words to their providers and returns how many left. A message is claimed for a minute before it is handed over, so
 * that two workers do not both send it; channels without a provider are left alone. For the worker.
 */
export async function sendWaiting(limit = 20): Promise<number> {
  const open = channels.filter((channel) => providerOf(channel) !== null);
  if (open.length === 0) return 0;
  const due = await prisma.message.findMany({
    where: { state: "queued", channel: { in: open }, nextTryAt: { lte: now() } },
    orderBy: { id: "asc" },
    take: limit,
  });
  let sent = 0;
  for (const message of due) {
    const provider = providerOf(message.channel);
    const mine = await prisma.message.updateMany({
      where: { id: message.id, state: "queued", nextTryAt: message.nextTryAt },
      data: { nextTryAt: later(now(), claimSeconds * second) },
    });
    if (!provider || mine.count === 0) continue;
    try {
      await hand(provider, {
        id: message.id,
        to: unseal(message.address, "message.address"),
        template: message.template,
        body: message.body,
      });
      await prisma.message.update({
        where: { id: message.id },
        data: {
          state: "sent",
          sentAt: now(),
          attempts: { increment: 1 },
          lastError: null,
          body: blanked(message.template, message.body),
        },
      });
      sent++;
    } catch (error) {
      const wait = retrySeconds(message.attempts + 1);
      await prisma.message.update({
        where: { id: message.id },
        data: {
          attempts: { increment: 1 },
          lastError: (error instanceof Error ? error.message : String(error)).slice(0, 300),
          ...(wait === null ? { state: "failed" as const } : { nextTryAt: later(now(), wait * second) }),
        },
      });
    }
  }
  if (due.length > 0) tell("messages");
  return sent;
}

/** Puts a message that was given up back into the queue. Refuses: forbidden, notFound, illegalTransition. */
export async function retryMessage(actor: Actor, input: { id: string }): Promise<void> {
  authorise(actor, "messages.retry");
  await transact(async (tx) => {
    const message = await tx.message.findUnique({ where: { id: input.id } });
    if (!message) throw new Refusal("notFound");
    const again = await tx.message.updateMany({
      where: { id: input.id, state: "failed" },
      data: { state: "queued", attempts: 0, nextTryAt: now() },
    });
    if (again.count === 0) throw new Refusal("illegalTransition", { state: message.state });
    await record(tx, actor, { deed: "messages.retry", subjectType: "message", subjectId: input.id });
    await tellWith(tx, "messages");
  });
}

/** Lets news that failed be told again at once. Refuses: forbidden, notFound (unknown or told meanwhile). */
export async function retryEvent(actor: Actor, input: { id: string }): Promise<void> {
  authorise(actor, "jobs.retry");
  await transact(async (tx) => {
    const again = await tx.outboxEvent.updateMany({
      where: { id: BigInt(input.id), deliveredAt: null },
      data: { attempts: 0 },
    });
    if (again.count === 0) throw new Refusal("notFound");
    await record(tx, actor, { deed: "jobs.retry", subjectType: "event", subjectId: input.id });
    await tellWith(tx, "jobs");
  });
}

/** Takes news that keeps failing out of the queue: nobody hears of it until it is put back. Refuses: forbidden, notFound (unknown, or not failing). */
export async function setEventAside(actor: Actor, input: { id: string; reason: string }): Promise<void> {
  authorise(actor, "jobs.retry");
  await transact(async (tx) => {
    const at = now();
    const aside = await tx.outboxEvent.updateMany({
      where: { id: BigInt(input.id), deliveredAt: null, attempts: { gt: 0 } },
      data: { deliveredAt: at, setAsideAt: at },
    });
    if (aside.count === 0) throw new Refusal("notFound");
    await record(tx, actor, {
      deed: "jobs.setAside",
      subjectType: "event",
      subjectId: input.id,
      reason: input.reason,
    });
  });
  tell("jobs");
}

/** Puts news that was set aside back into the queue. Refuses: forbidden, notFound. */
export async function takeEventBack(actor: Actor, input: { id: string }): Promise<void> {
  authorise(actor, "jobs.retry");
  await transact(async (tx) => {
    const back = await tx.outboxEvent.updateMany({
      where: { id: BigInt(input.id), setAsideAt: { not: null } },
      data: { deliveredAt: null, setAsideAt: null, attempts: 0 },
    });
    if (back.count === 0) throw new Refusal("notFound");
    await record(tx, actor, { deed: "jobs.takeBack", subjectType: "event", subjectId: input.id });
  });
  tell("jobs");
}

/** Marks one of one's own notices read, or all of them. Returns how many that were; another's are not touched. */
export async function readNotices(actor: Actor, input: z.infer<typeof readNoticesInput>): Promise<number> {
  const read = await prisma.notice.updateMany({
    where: { userId: actor.id, readAt: null, ...(input.id ? { id: input.id } : {}) },
    data: { readAt: now() },
  });
  if (read.count > 0) tell(`notices:${actor.id}`);
  return read.count;
}

/** How one wants to be told of a kind oneself; what is not given is off. */
export async function preferNotice(actor: Actor, input: z.infer<typeof preferenceInput>): Promise<void> {
  const choice = { inApp: input.inApp === "1", byMessage: input.byMessage === "1" };
  await prisma.noticePreference.upsert({
    where: { userId_kind: { userId: actor.id, kind: input.kind } },
    create: { userId: actor.id, kind: input.kind, ...choice },
    update: choice,
  });
}
