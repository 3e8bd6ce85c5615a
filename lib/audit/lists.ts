import "server-only";
import { Prisma } from "#lib/generated/prisma/client";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { endOf, momentText, startOf } from "#lib/kernel/time";
import { defineList, likeText, sheetOf } from "#lib/platform/list";
import { actorWords, deedWords, subjectWords } from "#lib/words/deeds";
import { messages } from "#lib/words/index";
import { type AuditView, auditById } from "./queries";
import { auditListSpec } from "./schema";

/** Every deed whose name begins with one of these words. */
const inAreas = (...areas: string[]) =>
  Prisma.sql`(${Prisma.join(
    areas.map((area) => Prisma.sql`e.deed like ${`${area}.%`}`),
    " or ",
  )})`;

export const auditList = defineList<Actor, AuditView, typeof auditListSpec>({
  name: "audit",
  spec: auditListSpec,
  from: Prisma.sql`audit_entry e`,
  id: Prisma.sql`e.id`,
  scope(actor) {
    authorise(actor, "audit.see");
    return [];
  },
  views: {
    mine: (actor) => Prisma.sql`e.actor_id = ${actor.id}`,
    access: inAreas("people", "pii", "settings"),
    money: inAreas("payments", "refunds", "settlement", "payouts", "commission"),
  },
  fields: {
    kind: Prisma.sql`e.actor_kind`,
    subject: Prisma.sql`e.subject_type`,
    at: Prisma.sql`e.at`,
    who: Prisma.sql`e.actor_name`,
    actorId: Prisma.sql`e.actor_id`,
    deed: Prisma.sql`e.deed`,
    subjectId: Prisma.sql`e.subject_id`,
    reason: Prisma.sql`e.reason`,
    origin: Prisma.sql`e.origin`,
  },
  narrow: ({ from, to, area }) => [
    ...(from ? [Prisma.sql`e.at >= ${startOf(from)}`] : []),
    ...(to ? [Prisma.sql`e.at < ${endOf(to)}`] : []),
    ...(area ? [inAreas(area)] : []),
  ],
  sorts: { at: { by: Prisma.sql`e.id`, type: "bigint" } },
  // a whole id (of actor or subject), or the beginning of an actor's name
  search: (text) =>
    Prisma.sql`(e.subject_id = ${text} or e.actor_id = ${text} or e.actor_name like ${likeText(text).slice(1)})`,
  load: auditById,
  sheet: sheetOf<AuditView>((locale) => {
    const t = messages(locale).system.audit;
    return {
      number: [t.number, (e) => e.id],
      at: [t.at, (e) => momentText(e.at)],
      who: [t.who, (e) => actorWords(e, locale)],
      did: [t.did, (e) => deedWords(e.deed, locale)],
      subject: [t.subject, (e) => subjectWords(e.subjectType, locale)],
      subjectId: [t.subjectId, (e) => e.subjectId],
      before: [t.before, (e) => e.before && JSON.stringify(e.before)],
      after: [t.after, (e) => e.after && JSON.stringify(e.after)],
      reason: [t.reason, (e) => e.reason],
      origin: [t.origin, (e) => e.origin],
    };
  }),
});
