import "server-only";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { type Page, pageOf, readCursor } from "#lib/kernel/page";
import { prisma } from "#lib/platform/db";

export type AuditView = {
  id: string;
  at: Date;
  actorKind: string;
  actorName: string;
  origin: string | null;
  deed: string;
  subjectType: string;
  subjectId: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason: string | null;
};

export type AuditFilter = { subjectType?: string; subjectId?: string; actorId?: string; deed?: string; cursor?: string | null; limit?: number };

/** The log, newest first, keyset-paged by number. Refuses: forbidden. */
export async function auditEntries(actor: Actor, filter: AuditFilter): Promise<Page<AuditView>> {
  authorise(actor, "audit.see");
  return entries(filter);
}

/** One record's timeline; the caller has already been allowed to see the record itself. */
export async function timelineOf(subjectType: string, subjectId: string, limit = 50): Promise<AuditView[]> {
  return (await entries({ subjectType, subjectId, limit })).rows;
}

async function entries(filter: AuditFilter): Promise<Page<AuditView>> {
  const limit = filter.limit ?? 50;
  const after = readCursor(filter.cursor)?.[0];
  const rows = await prisma.auditEntry.findMany({
    where: {
      ...(filter.subjectType ? { subjectType: filter.subjectType } : {}),
      ...(filter.subjectId ? { subjectId: filter.subjectId } : {}),
      ...(filter.actorId ? { actorId: filter.actorId } : {}),
      ...(filter.deed ? { deed: filter.deed } : {}),
      ...(after ? { id: { lt: BigInt(after) } } : {}),
    },
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  return pageOf(
    rows.map((r) => ({
      ...r,
      id: String(r.id),
      before: r.before as Record<string, unknown> | null,
      after: r.after as Record<string, unknown> | null,
    })),
    limit,
    (r) => [r.id],
  );
}
