import "server-only";
import { Refusal } from "#lib/kernel/refusal";
import { hour, later, minute, second } from "#lib/kernel/time";
import { wall } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { blindIndex } from "#lib/platform/pii";
import { backoffSeconds } from "./rules";

type Key = { key: string; free: number };

/** Free tries before the wait begins; by account and address the tightest, so a stranger cannot lock the owner out. */
const keysOf = (account: string, ip: string | null): Key[] => [
  { key: blindIndex(`pair|${account}|${ip ?? "-"}`), free: 5 },
  { key: blindIndex(`account|${account}`), free: 50 },
  ...(ip ? [{ key: blindIndex(`ip|${ip}`), free: 100 }] : []),
];

/**
 * Counts a try before it is checked and under the row's lock, so that parallel guesses cannot slip through; a day without
 * tries forgets. Refuses: lockedOut, with the minutes to wait.
 */
export const countTry = (account: string, ip: string | null): Promise<void> => tally(keysOf(account, ip));

/** Counts a message somebody without a session makes us send: twenty from one address before the waits begin. Refuses: lockedOut. */
export const countSend = (ip: string | null): Promise<void> =>
  tally([{ key: blindIndex(`send|${ip ?? "-"}`), free: 20 }]);

async function tally(keys: readonly Key[]): Promise<void> {
  const at = wall();
  const until = await transact(async (tx) => {
    for (const { key, free } of keys) {
      await tx.$executeRaw`insert into attempt_guard (key, failures, last_at) values (${key}, 0, ${at}) on conflict (key) do update set key = excluded.key`;
      const seen = await tx.attemptGuard.findUniqueOrThrow({ where: { key } });
      if (seen.lockedUntil && seen.lockedUntil > at) return seen.lockedUntil;
      const failures = seen.lastAt < later(at, -24 * hour) ? 1 : seen.failures + 1;
      const wait = backoffSeconds(failures, free);
      await tx.attemptGuard.update({
        where: { key },
        data: { failures, lastAt: at, lockedUntil: wait > 0 ? later(at, wait * second) : null },
      });
    }
    return null;
  });
  if (until)
    throw new Refusal("lockedOut", { minutes: Math.max(1, Math.ceil((until.getTime() - at.getTime()) / minute)) });
}

/** A right answer forgives what came before it, but not the address: one good account does not open it to guessing others. */
export async function forgive(account: string, ip: string | null): Promise<void> {
  const [pair, whole] = keysOf(account, ip);
  await prisma.attemptGuard.deleteMany({ where: { key: { in: [pair?.key ?? "", whole?.key ?? ""] } } });
}
