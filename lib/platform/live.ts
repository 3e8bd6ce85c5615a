import "server-only";
import pg from "pg";
import { pool, type Tx } from "./db";
import { env } from "./env";
import { log } from "./log";
import { shared } from "./shared";

const channel = "lintuan_live";
/** One topic is told, and passed on, at most once in this time; what comes in between is said at its end. */
const everyMs = 1000;
const checkMs = 20_000;
const [firstRetryMs, longestRetryMs] = [250, 10_000];

type Slots = Map<string, { isWaiting: boolean }>;
type Ear = { news: (topic: string) => void; end: () => void };

const hub = shared("live", () => ({
  ears: new Map<string, Set<Ear>>(),
  told: new Map() as Slots,
  heard: new Map() as Slots,
  client: null as pg.Client | null,
  retryMs: firstRetryMs,
  wasLost: false,
  isOver: false,
}));

/** Whether this topic may go now; otherwise `again` runs once when its time is over. */
function mayGo(slots: Slots, topic: string, again: (topic: string) => void): boolean {
  const slot = slots.get(topic);
  if (slot) {
    slot.isWaiting = true;
    return false;
  }
  const made = { isWaiting: false };
  slots.set(topic, made);
  setTimeout(() => {
    slots.delete(topic);
    if (made.isWaiting && !hub.isOver) again(topic);
  }, everyMs).unref();
  return true;
}

/**
 * Says to every process that something under these topics has changed: after the fact's transaction, never in it.
 * Fire and forget: a lost word is a screen that waits for the next one. A topic is told at most once a second.
 */
export function tell(...topics: string[]): void {
  const due = [...new Set(topics)].filter((topic) => mayGo(hub.told, topic, tell));
  if (due.length === 0 || pool.ending) return;
  pool
    .query("select pg_notify($1, topic) from unnest($2::text[]) topic", [channel, due])
    .catch((error: unknown) => log.debug({ topics: due, error: String(error) }, "nobody could be told"));
}

/** As `tell`, with a transaction: heard when it commits, not at all when it does not. Never in admission. */
export async function tellWith(tx: Tx, ...topics: string[]): Promise<void> {
  await tx.$queryRaw`select pg_notify(${channel}, topic)::text from unnest(${topics}::text[]) topic`;
}

function hear(topic: string): void {
  if (hub.ears.has(topic) && mayGo(hub.heard, topic, hear))
    for (const ear of [...(hub.ears.get(topic) ?? [])]) ear.news(topic);
}

/** Holds the process's one listening connection; after a loss everybody looks again, for what was told meanwhile is gone. */
async function listen(): Promise<void> {
  const client = new pg.Client({ connectionString: env().DATABASE_URL, keepAlive: true, query_timeout: 5_000 });
  hub.client = client;
  let check: NodeJS.Timeout | undefined;
  const lost = (error?: Error) => {
    if (hub.client !== client) return;
    clearInterval(check);
    hub.wasLost = true;
    client.end().catch(() => undefined);
    if (hub.isOver) return;
    log.warn({ error: error?.message }, "the listening connection is lost");
    setTimeout(() => void listen(), hub.retryMs).unref();
    hub.retryMs = Math.min(hub.retryMs * 2, longestRetryMs);
  };
  client.on("error", lost);
  client.on("end", () => lost());
  client.on("notification", (message) => hear(message.payload ?? ""));
  try {
    await client.connect();
    await client.query(`listen ${channel}`);
  } catch (error) {
    lost(error as Error);
    return;
  }
  hub.retryMs = firstRetryMs;
  check = setInterval(() => client.query("select 1").catch(lost), checkMs).unref();
  if (hub.wasLost) for (const topic of hub.ears.keys()) hear(topic);
  hub.wasLost = false;
}

/** Hears of these topics until the returned function is called; `end` when the process stops. */
export function follow(topics: readonly string[], ear: Ear): () => void {
  for (const topic of topics) hub.ears.set(topic, (hub.ears.get(topic) ?? new Set()).add(ear));
  if (!hub.client && !hub.isOver) void listen();
  return () => {
    for (const topic of topics) {
      hub.ears.get(topic)?.delete(ear);
      if (hub.ears.get(topic)?.size === 0) hub.ears.delete(topic);
    }
  };
}

/** Ends every stream and the listening connection at once, for a quick stop. */
export async function endLive(): Promise<void> {
  hub.isOver = true;
  for (const ear of new Set([...hub.ears.values()].flatMap((ears) => [...ears]))) ear.end();
  await hub.client?.end().catch(() => undefined);
}

/** How often an idle stream says that it lives, and asks whether its reader may still listen. */
const beatMs = 20_000;
/** A reader this many messages behind has gone. */
const farBehind = -200;

/**
 * Server-sent events: `data: <name>` when the topic of that name has changed, a comment as heartbeat, nothing else.
 * `names` maps a topic to what its reader calls it; `isWelcome` is asked at every beat.
 */
export function liveStream(
  names: ReadonlyMap<string, string>,
  isWelcome: () => Promise<boolean>,
  onEnd: () => void = () => undefined,
  everyBeatMs = beatMs,
): ReadableStream<Uint8Array> {
  const text = new TextEncoder();
  let end = () => {};
  return new ReadableStream({
    start(controller) {
      let isOpen = true;
      const say = (line: string) => {
        if (!isOpen) return;
        if ((controller.desiredSize ?? 0) < farBehind) end();
        else controller.enqueue(text.encode(`${line}\n\n`));
      };
      const leave = follow([...names.keys()], {
        news: (topic) => say(`data: ${names.get(topic)}`),
        end: () => end(),
      });
      const beat = setInterval(() => {
        isWelcome().then(
          (yes) => (yes ? say(": here") : end()),
          () => end(),
        );
      }, everyBeatMs).unref();
      end = () => {
        if (!isOpen) return;
        isOpen = false;
        clearInterval(beat);
        leave();
        onEnd();
        try {
          controller.close();
        } catch {
          // the reader has gone first
        }
      };
      say(": here");
    },
    cancel: () => end(),
  });
}
