import "server-only";
import { prisma } from "#lib/platform/db";
import type { Actor } from "../schema";
import { actorOfUser } from "../sessions";

/** The person as she is now, for work done in her name; null when her account is no longer active. */
export async function actorNow(userId: string, origin: string | null): Promise<Actor | null> {
  const user = await prisma.user.findUnique({ where: { id: userId } });
  return user?.state === "active" ? actorOfUser(user, origin) : null;
}
