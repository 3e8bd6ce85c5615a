import "server-only";
import { followDemoOffset } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";

/** Takes over the demo's clock offset from the database; without a demo the row is absent and nothing moves. */
export const followClock = async (): Promise<void> =>
  followDemoOffset(Number((await prisma.demoClock.findUnique({ where: { id: 1 } }))?.offsetMs ?? 0n));
