import "server-only";
import { z } from "zod";
import { now } from "./clock";
import { prisma, type Tx, transact } from "./db";
import { tell } from "./live";
import { log } from "./log";

export type News = { type: string; subjectId: string; payload?: Record<string, unknown> };
export type Event = { id: bigint; type: string; subjectId: string; payload: Record<string, unknown>; at: Date };
/** A reaction runs in one transaction with the row that says it ran: at-least-once delivery, exactly-once effect. */
export type Reaction = {
  name: string;
  on: readonly string[];
  run: (tx: Tx, event: Event) => Promise<void>;
  /** Many events in one transaction, for news that comes in crowds; when it fails they are told one by one. */
  runMany?: (tx: Tx, events: Event[]) => Promise<void>;
};

/** Writes the news beside the fact; the worker tells it after commit. */
export async function announce(tx: Tx, ...news: News[]): Promise<void> {
  if (news.length === 0) return;
  const at = now();
  await tx.outboxEvent.createMany({
    data: news.map((n) => ({ type: n.type, subjectId: n.subjectId, payload: (n.payload ?? {}) as object, at })),
  });
}

const row = z.object({
  id: z.bigint(),
  type: z.string(),
  subject_id: z.string(),
  payload: z.record(z.string(), z.unknown()),
  at: z.date(),
  attempts: z.number(),
});

const turnOf = (reaction: Reaction, eventId: bigint) => `${reaction.name} ${eventId}`;

async function deliverOne(event: Event, reactions: readonly Reaction[], heard: ReadonlySet<string>): Promise<void> {
  for (const reaction of reactions) {
    if (!reaction.on.includes(event.type) || heard.has(turnOf(reaction, event.id))) continue;
    await transact(async (tx) => {
      const fresh =
        await tx.$executeRaw`insert into reaction_done (reaction, event_id, at) values (${reaction.name}, ${event.id}, ${now()}) on conflict do nothing`;
      if (fresh === 1) await reaction.run(tx, event);
    });
  }
}

/** Tells a crowd of events to those who take crowds and returns the turns that are over; what fails is left for deliverOne. */
async function deliverCrowds(events: Event[], reactions: readonly Reaction[]): Promise<Set<string>> {
  const heard = new Set<string>();
  for (const reaction of reactions) {
    const runMany = reaction.runMany;
    const crowd = runMany ? events.filter((e) => reaction.on.includes(e.type)) : [];
    if (!runMany || crowd.length < 2) continue;
    await transact(async (tx) => {
      const fresh = z
        .array(z.object({ event_id: z.bigint() }))
        .parse(
          await tx.$queryRaw`insert into reaction_done (reaction, event_id, at) select ${reaction.name}, unnest(${crowd.map((e) => e.id)}::bigint[]), ${now()} on conflict do nothing returning event_id`,
        );
      const ids = new Set(fresh.map((f) => f.event_id));
      const undone = crowd.filter((e) => ids.has(e.id));
      if (undone.length > 0) await runMany(tx, undone);
    }).then(
      () => {
        for (const e of crowd) heard.add(turnOf(reaction, e.id));
      },
      (error: unknown) => {
        log.warn(
          {
            reaction: reaction.name,
            events: crowd.length,
            error: error instanceof Error ? error.message : String(error),
          },
          "a crowd of news is told one by one",
        );
      },
    );
  }
  return heard;
}

/** Between ourselves and the channel: what it leads to is news of its own. */
const inner = new Set(["notice", "payment", "transfer"]);

/** What screens follow: the first word of each type, the partners named, and the day as a whole. */
export function topicsOf(events: readonly Pick<Event, "type" | "payload">[]): string[] {
  const topics = new Set<string>(["jobs"]);
  for (const { type, payload } of events) {
    const [word = ""] = type.split(".");
    if (inner.has(word)) continue;
    topics.add("today").add(word);
    if (typeof payload.supplierId === "string") topics.add(`supplier:${payload.supplierId}`);
    if (typeof payload.leaderId === "string") topics.add(`leader:${payload.leaderId}`);
  }
  return [...topics];
}

const sideBySide = 4;

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
  const heard = await deliverCrowds(
    waiting.map((w) => ({ id: w.id, type: w.type, subjectId: w.subject_id, payload: w.payload, at: w.at })),
    reactions,
  );
  const done: bigint[] = [];
  const tellOne = async (w: (typeof waiting)[number]) => {
    try {
      await deliverOne(
        { id: w.id, type: w.type, subjectId: w.subject_id, payload: w.payload, at: w.at },
        reactions,
        heard,
      );
      done.push(w.id);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      log.error({ event: w.type, id: String(w.id), error: message }, "a reaction failed and will be tried again");
      await prisma.outboxEvent.update({
        where: { id: w.id },
        data: { attempts: { increment: 1 }, lastError: message.slice(0, 500) },
      });
    }
  };
  // news of one subject in order, different subjects side by side
  const queues = new Map<string, typeof waiting>();
  for (const w of waiting) queues.set(w.subject_id, [...(queues.get(w.subject_id) ?? []), w]);
  const lanes = [...queues.values()];
  await Promise.all(
    Array.from({ length: Math.min(sideBySide, lanes.length) }, async () => {
      for (let lane = lanes.shift(); lane; lane = lanes.shift()) for (const w of lane) await tellOne(w);
    }),
  );
  if (done.length > 0)
    await prisma.outboxEvent.updateMany({ where: { id: { in: done } }, data: { deliveredAt: now() } });
  if (waiting.length > 0) tell(...topicsOf(waiting));
  return done.length;
}

/** Delivers until nothing is waiting: for the seed, the day and tests. */
export async function drain(reactions: readonly Reaction[]): Promise<void> {
  for (let round = 0; round < 500; round++) if ((await deliver(reactions, 500)) === 0) return;
}
