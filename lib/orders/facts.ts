import "server-only";
import { offersById } from "#lib/campaigns/queries";
import type { OfferView } from "#lib/campaigns/schema";
import { rulesAt } from "#lib/commission/queries";
import { minute } from "#lib/kernel/time";
import { leaderLevels } from "#lib/leaders/queries";
import { shared } from "#lib/platform/shared";
import { type OpenPoint, openPoints } from "./quote";

/** How long a process believes what it has looked up: admission asks again what must not be old (price, state, window, pause). */
const keepMs = 2000;
const mostKept = 20_000;

type Kept<T> = { get: (key: string) => Promise<T | undefined>; drop: (key: string) => void };

type Asked<T> = { key: string; done: (value: T | undefined) => void; failed: (error: unknown) => void };

/** One look at a time: whoever asks meanwhile is answered by the next look, all keys together. */
function kept<T>(load: (keys: string[]) => Promise<ReadonlyMap<string, T>>): Kept<T> {
  const known = new Map<string, { value: Promise<T | undefined>; until: number }>();
  let asked: Asked<T>[] = [];
  let isLooking = false;
  async function look(): Promise<void> {
    isLooking = true;
    while (asked.length > 0) {
      const round = asked;
      asked = [];
      try {
        const all = await load(round.map((a) => a.key));
        for (const a of round) a.done(all.get(a.key));
      } catch (error) {
        for (const a of round) a.failed(error);
      }
    }
    isLooking = false;
  }
  return {
    get(key) {
      const found = known.get(key);
      if (found && found.until > performance.now()) return found.value;
      if (known.size > mostKept) known.clear();
      const value = new Promise<T | undefined>((done, failed) => asked.push({ key, done, failed }));
      known.set(key, { value, until: performance.now() + keepMs });
      value.catch(() => known.delete(key));
      if (!isLooking) void look();
      return value;
    },
    drop: (key) => void known.delete(key),
  };
}

/** What placing an order looks up, kept for a moment. */
export const facts = shared("orders.facts", () => ({
  offers: kept<OfferView>(async (ids) => new Map((await offersById(ids)).map((o) => [o.id, o]))),
  points: kept<OpenPoint>(async (ids) => new Map((await openPoints(ids)).map((p) => [p.id, p]))),
  levels: kept<number>(leaderLevels),
  /** By the minute of the business clock, for rules begin and end by it. */
  rules: kept<Awaited<ReturnType<typeof rulesAt>>>(
    async (keys) =>
      new Map(
        await Promise.all(keys.map(async (key) => [key, await rulesAt(new Date(Number(key) * minute))] as const)),
      ),
  ),
}));
