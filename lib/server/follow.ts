import "server-only";
import { followDemoOffset } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { tell } from "#lib/platform/live";

/** Takes over the demo's clock offset from the database; without a demo the row is absent and nothing moves. */
export async function followClock(): Promise<void> {
  const offsetMs = Number((await prisma.demoClock.findUnique({ where: { id: 1 } }))?.offsetMs ?? 0n);
  if (followDemoOffset(offsetMs)) tell("clock");
}
