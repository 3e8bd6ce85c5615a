import "server-only";
import type { Actor } from "#lib/identity/schema";
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
