import "server-only";
import { Prisma } from "#lib/generated/prisma/client";
import type { Actor } from "#lib/identity/schema";
import { Refusal } from "#lib/kernel/refusal";
import { rfc3339 } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";

export type Entry = {
  deed: string;
  subjectType: string;
  subjectId: string;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
  reason?: string | null;
};

/** BigInt and Date become text, so that any fact can stand in the log. */
const plain = (value: Record<string, unknown>): object =>
  JSON.parse(JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? Number(v) : v)));

/** Writes who did what to what, in the transaction of the change itself. Secrets and open personal data never go in. */
export async function record(tx: Tx, actor: Actor, ...entries: Entry[]): Promise<void> {
  const at = now();
  await tx.auditEntry.createMany({
    data: entries.map((e) => ({
      at,
      actorKind: actor.kind,
      actorId: actor.id,
      actorName: actor.name,
      origin: actor.origin,
      deed: e.deed,
      subjectType: e.subjectType,
      subjectId: e.subjectId,
      ...(e.before ? { before: plain(e.before) } : {}),
      ...(e.after ? { after: plain(e.after) } : {}),
      reason: e.reason ?? null,
    })),
  });
}

/**
 * The refusal of an edit that began from an older version: `behind` versions ago. Names who changed the record last and when
 * (a person of another party stays unnamed); the adapter reads what they changed by `lastChanges`.
 */
export async function stale(
  tx: Tx,
  actor: Actor,
  record: { subjectType: string; subjectId: string; behind?: number },
): Promise<Refusal> {
  const last = await tx.auditEntry.findFirst({
    where: { subjectType: record.subjectType, subjectId: record.subjectId, before: { not: Prisma.AnyNull } },
    orderBy: { id: "desc" },
  });
  const isKnown = last && (actor.kind === "operator" || last.actorKind === actor.kind);
  return new Refusal("staleVersion", {
    ...record,
    ...(last ? { at: rfc3339(last.at) } : {}),
    ...(isKnown ? { by: last.actorName } : {}),
  });
}
