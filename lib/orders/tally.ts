import "server-only";
import { isRefusal } from "#lib/kernel/refusal";
import { later, second } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { pool, prisma } from "#lib/platform/db";
import { tell } from "#lib/platform/live";
import { log } from "#lib/platform/log";
import { shared } from "#lib/platform/shared";
import type { QuoteToken } from "./quote";
import { tallyStepMs } from "./schema";

type Count = { at: number; sessionId: string; offerIds: string[]; outcome: string; orders: number };
/** Answers of placing not written yet, and which slot an offer belongs to: that never changes. */
const kept = shared("admission.tally", () => ({
  counts: new Map<string, Count>(),
  slots: new Map<string, string | null>(),
  timer: undefined as NodeJS.Timeout | undefined,
}));
const [mostCounts, mostSlots] = [5000, 20_000];

async function slotsOf(offerIds: readonly string[]): Promise<(offerId: string) => string | null> {
  const unknown = [...new Set(offerIds)].filter((id) => !kept.slots.has(id));
  if (unknown.length > 0) {
    if (kept.slots.size > mostSlots) kept.slots.clear();
    for (const o of await prisma.offer.findMany({
      where: { id: { in: unknown } },
      select: { id: true, flashSlotId: true },
    }))
      kept.slots.set(o.id, o.flashSlotId);
  }
  return (id) => kept.slots.get(id) ?? null;
}

/** Writes what was counted, per session and per slot, beside admission and after it; what cannot be written waits for the next second. */
export async function flushTally(): Promise<void> {
  clearTimeout(kept.timer);
  kept.timer = undefined;
  const counts = [...kept.counts.values()];
  if (counts.length === 0 || pool.ending) return;
  kept.counts.clear();
  try {
    const slotOf = await slotsOf(counts.flatMap((c) => c.offerIds));
    const rows = counts.flatMap(({ at, sessionId, offerIds, outcome, orders }) =>
      [...new Set([sessionId, ...offerIds.map(slotOf)])].flatMap((subject) =>
        subject ? [{ subject, at: new Date(at), outcome, orders }] : [],
      ),
    );
    await prisma.$executeRaw`
      insert into admission_tally as t (subject_id, at, outcome, orders)
      select subject, at, outcome, sum(orders)::int
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(subject text, at timestamptz, outcome text, orders int)
      group by 1, 2, 3 order by 1, 2, 3
      on conflict (subject_id, at, outcome) do update set orders = t.orders + excluded.orders`;
    tell("admission");
  } catch (error) {
    log.warn(
      { error: error instanceof Error ? error.message : String(error) },
      "what placing answered is not counted yet",
    );
    for (const c of counts.slice(0, mostCounts)) add(c, c.orders);
  }
}

function add(c: Omit<Count, "orders">, orders: number): void {
  const key = `${c.at} ${c.sessionId} ${c.offerIds.join()} ${c.outcome}`;
  const known = kept.counts.get(key);
  if (known) known.orders += orders;
  else if (kept.counts.size < mostCounts) kept.counts.set(key, { ...c, orders });
  kept.timer ??= setTimeout(() => void flushTally(), second).unref();
}

/** Counts one answer of placing an order: `accepted`, or the refusal's code. */
function tally(quote: Pick<QuoteToken, "s" | "i">, outcome: string): void {
  const at = Math.floor(now().getTime() / tallyStepMs) * tallyStepMs;
  add({ at, sessionId: quote.s, offerIds: [...new Set(quote.i.map(([id]) => id))].sort(), outcome }, 1);
}

/** Places, and counts the answer of a quote that was ours; an answer given again is not counted again. */
export async function counted<T extends { isReplay: boolean }>(
  asked: { quote?: Pick<QuoteToken, "s" | "i"> },
  place: () => Promise<T>,
): Promise<T> {
  try {
    const placed = await place();
    if (asked.quote && !placed.isReplay) tally(asked.quote, "accepted");
    return placed;
  } catch (error) {
    if (asked.quote && isRefusal(error)) tally(asked.quote, error.code);
    throw error;
  }
}

/** How long the figures of a sale's minutes are kept. */
const keepMs = 30 * 24 * 3600 * second;
export const forgetTallies = (): Promise<number> =>
  prisma.$executeRaw`delete from admission_tally where at < ${later(now(), -keepMs)}`;
