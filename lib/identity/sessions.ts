import "server-only";
import { hour, later, minute } from "#lib/kernel/time";
import { wall } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { setting } from "#lib/platform/settings";
import { shared } from "#lib/platform/shared";
import type { Actor } from "./schema";

type User = Awaited<ReturnType<typeof prisma.user.findFirstOrThrow>>;
/** How long a process may believe what it read: revoking takes hold everywhere within this time. */
const believeMs = 5000;
const kept = shared("identity.sessions", () => new Map<string, { actor: Actor | null; until: number }>());

/** The Actor a user is. */
export const actorOfUser = (user: User, origin: string | null): Actor => ({
  kind: user.kind,
  id: user.id,
  name: user.name,
  roles: user.roles,
  cityIds: user.cityIds,
  siteIds: user.siteIds,
  supplierId: user.supplierId,
  supplierRole: user.supplierRole,
  leaderId: user.leaderId,
  origin,
});

/** After a change of a person's rights or sessions: this process forgets at once. */
export function forgetSignIn(id: string): void {
  kept.delete(id);
}
export const forgetAllSignIns = (): void => kept.clear();

async function find(id: string, at: Date) {
  const session = await prisma.signIn.findUnique({ where: { id } });
  if (!session || session.revokedAt || session.expiresAt <= at) return null;
  if (later(session.lastSeenAt, (await setting(prisma, "signInIdleHours")) * hour) <= at) return null;
  const user = await prisma.user.findUnique({ where: { id: session.userId } });
  return user?.state === "active" ? { session, user } : null;
}

/** Whether a session still stands. Asking is no sign of life: it does not put off the idle end. */
export const stands = async (id: string): Promise<boolean> => (await find(id, wall())) !== null;

async function look(id: string): Promise<Actor | null> {
  const at = wall();
  const found = await find(id, at);
  if (!found) return null;
  const { session, user } = found;
  if (session.lastSeenAt < later(at, -minute)) {
    await prisma.signIn.updateMany({ where: { id, lastSeenAt: session.lastSeenAt }, data: { lastSeenAt: at } });
  }
  return actorOfUser(user, null);
}

/** The person behind a session, or null when it ended, idled too long, or the person was disabled. */
export async function liveActor(id: string, origin: string | null): Promise<Actor | null> {
  const known = kept.get(id);
  if (known && known.until > performance.now()) return known.actor && { ...known.actor, origin };
  const actor = await look(id);
  if (kept.size > 10_000) kept.clear();
  kept.set(id, { actor, until: performance.now() + believeMs });
  return actor && { ...actor, origin };
}
