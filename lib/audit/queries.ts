import "server-only";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { type Page, pageOf, readCursor } from "#lib/kernel/page";
import { Refusal } from "#lib/kernel/refusal";
import { type Day, endOf, startOf } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";

export type AuditView = {
  id: string;
  at: Date;
  actorKind: string;
  actorId: string;
  actorName: string;
  origin: string | null;
  deed: string;
  subjectType: string;
  subjectId: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason: string | null;
};

export type AuditFilter = {
  subjectType?: string;
  subjectId?: string;
  actorId?: string;
  actorKind?: string;
  /** One deed, or all of a domain when it ends in a dot (`people.`). */
  deed?: string;
  fromDay?: Day;
  toDay?: Day;
  /** A whole id (of actor or subject), or the beginning of an actor's name. */
  q?: string;
  cursor?: string | null;
  limit?: number;
};

/** The log, newest first, keyset-paged by number. Refuses: forbidden. */
export async function auditEntries(actor: Actor, filter: AuditFilter): Promise<Page<AuditView>> {
  authorise(actor, "audit.see");
  return entries(filter);
}

/** One entry for the preview beside the list. Refuses: forbidden, notFound. */
export async function auditEntry(actor: Actor, id: string): Promise<AuditView> {
  authorise(actor, "audit.see");
  const row = /^\d{1,18}$/.test(id) ? await prisma.auditEntry.findUnique({ where: { id: BigInt(id) } }) : null;
  if (!row) throw new Refusal("notFound");
  return viewOf(row);
}

/** One record's timeline; the caller has already been allowed to see the record itself. */
export async function timelineOf(subjectType: string, subjectId: string, limit = 50): Promise<AuditView[]> {
  return (await entries({ subjectType, subjectId, limit })).rows;
}

const viewOf = (row: Awaited<ReturnType<typeof prisma.auditEntry.findFirstOrThrow>>): AuditView => ({
  ...row,
  id: String(row.id),
  before: row.before as Record<string, unknown> | null,
  after: row.after as Record<string, unknown> | null,
});

async function entries(filter: AuditFilter): Promise<Page<AuditView>> {
  const limit = filter.limit ?? 50;
  const after = readCursor(filter.cursor)?.[0];
  const rows = await prisma.auditEntry.findMany({
    where: {
      ...(filter.subjectType ? { subjectType: filter.subjectType } : {}),
      ...(filter.subjectId ? { subjectId: filter.subjectId } : {}),
      ...(filter.actorId ? { actorId: filter.actorId } : {}),
      ...(filter.actorKind ? { actorKind: filter.actorKind } : {}),
      ...(filter.deed ? { deed: filter.deed.endsWith(".") ? { startsWith: filter.deed } : filter.deed } : {}),
      ...(filter.fromDay || filter.toDay
        ? {
            at: {
              ...(filter.fromDay ? { gte: startOf(filter.fromDay) } : {}),
              ...(filter.toDay ? { lt: endOf(filter.toDay) } : {}),
            },
          }
        : {}),
      ...(filter.q
        ? { OR: [{ subjectId: filter.q }, { actorId: filter.q }, { actorName: { startsWith: filter.q } }] }
        : {}),
      ...(after ? { id: { lt: BigInt(after) } } : {}),
    },
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  return pageOf(rows.map(viewOf), limit, (r) => [r.id]);
}
