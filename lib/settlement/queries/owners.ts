import "server-only";
import { prisma } from "#lib/platform/db";

/** Names of ledger owners (leaders and suppliers) by id; the caller has been allowed to see the books. */
export async function ownerNames(ids: readonly string[]): Promise<Map<string, string>> {
  const wanted = { where: { id: { in: [...new Set(ids)] } }, select: { id: true, name: true } };
  const [leaders, suppliers] = await Promise.all([prisma.leader.findMany(wanted), prisma.supplier.findMany(wanted)]);
  return new Map([...leaders, ...suppliers].map((o) => [o.id, o.name]));
}
