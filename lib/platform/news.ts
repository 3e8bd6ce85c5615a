import "server-only";
import { z } from "zod";
import { now } from "./clock";
import { prisma, type Tx, transact } from "./db";
import { log } from "./log";

export type News = { type: string; subjectId: string; payload?: Record<string, unknown> };
export type Event = { id: bigint; type: string; subjectId: string; payload: Record<string, unknown>; at: Date };
/** A reaction runs in one transaction with the row that says it ran: at-least-once delivery, exactly-once effect. */
export type Reaction = { name: string; on: readonly string[]; run: (tx: Tx, event: Event) => Promise<void> };

/** Writes the news beside the fact; the worker tells it after commit. */
export async function announce(tx: Tx, ...news: News[]): Promise<void> {
  if (news.length === 0) return;
  const at = now();
  await tx.outboxEvent.createMany({
    data: news.map((n) => ({ type: n.type, subjectId: n.subjectId, payload: (n.payload ?? {}) as object, at })),
  });
}

const row = z.object({ id: z.bigint(), type: z.string(), subject_id: z.string(), payload: z.record(z.string(), z.unknown()), at: z.date(), attempts: z.number() });

async function deliverOne(event: Event, reactions: readonly Reaction[]): Promise<void> {
  for (const reaction of reactions) {
    if (!reaction.on.includes(event.type)) continue;
    await transact(async (tx) => {
      const fresh = await tx.$executeRaw`insert into reaction_done (reaction, event_id, at) values (${reaction.name}, ${event.id}, ${now()}) on conflict do nothing`;
      if (fresh === 1) await reaction.run(tx, event);
    });
  }
}

/**
 * Delivers up to `limit` waiting events in order and returns how many it told. Readers stop at the snapshot's xmin,
 * so a late commit is never skipped. A failing event waits for its turn again and does not hold up the others.
 */
export async function deliver(reactions: readonly Reaction[], limit = 200): Promise<number> {
  const waiting = z.array(row).parse(
    await prisma.$queryRaw`
      select id, type, subject_id, payload, at, attempts from outbox_event
      where delivered_at is null and txid < (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint
        and (attempts = 0 or id % (least(attempts, 60) + 1) = (extract(epoch from clock_timestamp())::bigint % (least(attempts, 60) + 1)))
      order by id limit ${limit}`,
  );
  let told = 0;
  const done: bigint[] = [];
  for (const w of waiting) {
    try {
      await deliverOne({ id: w.id, type: w.type, subjectId: w.subject_id, payload: w.payload, at: w.at }, reactions);
      done.push(w.id);
      told++;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      log.error({ event: w.type, id: String(w.id), error: message }, "a reaction failed and will be tried again");
      await prisma.outboxEvent.update({ where: { id: w.id }, data: { attempts: { increment: 1 }, lastError: message.slice(0, 500) } });
    }
  }
  if (done.length > 0) await prisma.outboxEvent.updateMany({ where: { id: { in: done } }, data: { deliveredAt: now() } });
  return told;
}

/** Delivers until nothing is waiting: for the seed, the day and tests. */
export async function drain(reactions: readonly Reaction[]): Promise<void> {
  for (let round = 0; round < 500; round++) if ((await deliver(reactions, 500)) === 0) return;
}
