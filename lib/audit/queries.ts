import "server-only";
import { Prisma } from "#lib/generated/prisma/client";
import { colleagues } from "#lib/identity/queries/people";
import { authorise, can } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { Refusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { openUntil } from "./rules";
import type { Colleague, CommentView } from "./schema";
import { seenSubject } from "./subjects";

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

/** Entries by number, in any order; whoever asks has been allowed to see them. */
export async function auditById(ids: readonly string[]): Promise<AuditView[]> {
  return (await prisma.auditEntry.findMany({ where: { id: { in: ids.map(BigInt) } } })).map(viewOf);
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
  const where = { subjectType, subjectId };
  return (await prisma.auditEntry.findMany({ where, orderBy: { id: "desc" }, take: limit })).map(viewOf);
}

/** The last `count` changes of a record, newest first: what an edit that began from an older version has to be merged with. */
export async function lastChanges(subjectType: string, subjectId: string, count: number): Promise<AuditView[]> {
  const rows = await prisma.auditEntry.findMany({
    where: { subjectType, subjectId, before: { not: Prisma.AnyNull } },
    orderBy: { id: "desc" },
    take: Math.min(Math.max(count, 1), 20),
  });
  return rows.map(viewOf);
}

/** What colleagues said about a record, newest first, and whether this reader may join in. Refuses: notFound, forbidden. */
export async function commentsOf(
  actor: Actor,
  subject: { subjectType: string; subjectId: string },
  limit = 50,
): Promise<{ comments: CommentView[]; mayWrite: boolean }> {
  await seenSubject(actor, subject);
  const { subjectType, subjectId } = subject;
  const rows = await prisma.comment.findMany({
    where: { subjectType, subjectId },
    orderBy: { id: "desc" },
    take: limit,
  });
  const named = await prisma.user.findMany({
    where: { id: { in: rows.flatMap((row) => row.mentions) } },
    select: { id: true, name: true },
  });
  const at = now();
  return {
    mayWrite: can(actor, "comments.write"),
    comments: rows.map((row) => ({
      id: row.id,
      at: row.at,
      authorName: row.authorName,
      body: row.removedAt ? null : row.body,
      names: named.filter((one) => row.mentions.includes(one.id)).map((one) => one.name),
      isEdited: row.editedAt !== null,
      openUntil: row.authorId === actor.id && !row.removedAt && at < openUntil(row.at) ? openUntil(row.at) : null,
    })),
  };
}

/** Colleagues who may see a record, by name: whom a comment on it may speak to. Refuses: notFound, forbidden. */
export async function colleaguesFor(
  actor: Actor,
  subject: { subjectType: string; subjectId: string },
): Promise<Colleague[]> {
  authorise(actor, "comments.write");
  const { maySee } = await seenSubject(actor, subject);
  return (await colleagues())
    .filter((one) => one.id !== actor.id && maySee(one))
    .map((one) => ({ id: one.id, name: one.name }));
}

const idOf = /^(rgn|rte|whs|cat|ldr|sup|pkp|usr)_[0-9a-z_]+$/;
const textsIn = (value: unknown): string[] =>
  typeof value === "string" ? [value] : Array.isArray(value) ? value.flatMap(textsIn) : [];
const put = (value: unknown, names: Map<string, string>): unknown =>
  typeof value === "string"
    ? (names.get(value) ?? value)
    : Array.isArray(value)
      ? value.map((v) => put(v, names))
      : value;

/** The same entries with names in place of ids, as far as the things are known: for people to read. */
export async function withNames(entries: readonly AuditView[], locale: string): Promise<AuditView[]> {
  const facts = entries.flatMap((e) => [e.before, e.after]).flatMap((side) => Object.values(side ?? {}));
  const ids = [...new Set(facts.flatMap(textsIn).filter((text) => idOf.test(text)))];
  if (ids.length === 0) return [...entries];
  const where = { id: { in: ids } };
  const [both, plain] = [
    { id: true, name: true, nameEn: true },
    { id: true, name: true },
  ];
  const named = await Promise.all([
    prisma.region.findMany({ where, select: both }),
    prisma.category.findMany({ where, select: both }),
    prisma.route.findMany({ where, select: plain }),
    prisma.warehouse.findMany({ where, select: plain }),
    prisma.leader.findMany({ where, select: plain }),
    prisma.supplier.findMany({ where, select: plain }),
    prisma.pickupPoint.findMany({ where, select: plain }),
    prisma.user.findMany({ where, select: plain }),
  ]);
  const names = new Map(
    named
      .flat()
      .map((one) => [one.id, locale === "en" && "nameEn" in one && one.nameEn ? one.nameEn : one.name] as const),
  );
  const read = (side: AuditView["before"]) =>
    side && Object.fromEntries(Object.entries(side).map(([field, value]) => [field, put(value, names)]));
  return entries.map((entry) => ({ ...entry, before: read(entry.before), after: read(entry.after) }));
}

const viewOf = (row: Awaited<ReturnType<typeof prisma.auditEntry.findFirstOrThrow>>): AuditView => ({
  ...row,
  id: String(row.id),
  before: row.before as Record<string, unknown> | null,
  after: row.after as Record<string, unknown> | null,
});
