import "server-only";
import type { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { seenBy } from "#lib/identity/queries/scope";
import { can, sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { isPhone } from "#lib/kernel/check";
import { csvYuan } from "#lib/kernel/csv";
import { Refusal } from "#lib/kernel/refusal";
import { from } from "#lib/kernel/states";
import { addDays, dateOf, momentText } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { defineBulk, defineList, keptVersion, reasonValues, sheetOf, stateSkips } from "#lib/platform/list";
import { blindIndex, unseal } from "#lib/platform/pii";
import { searched } from "#lib/search/queries";
import { messages } from "#lib/words/index";
import { restoreSupplier, suspendSupplier } from "./commands/supplier";
import { applicationsById, suppliersById } from "./queries";
import { supplierTable } from "./rules";
import { type ApplicationRow, type SupplierRow, supplierApplicationListSpec, supplierListSpec } from "./schema";

const inPapers = (test: Prisma.Sql) =>
  Prisma.sql`exists (select 1 from supplier_document d where d.supplier_id = s.id and ${test})`;
const openClaims = (what: Prisma.Sql) =>
  Prisma.sql`(select ${what} from supplier_claim c where c.supplier_id = s.id and c.state = 'open')`;

/** A supplier member sees its own alone; operators those that serve their cities. */
export const supplierList = defineList<Actor, SupplierRow, typeof supplierListSpec>({
  name: "suppliers",
  spec: supplierListSpec,
  from: Prisma.sql`supplier s`,
  id: Prisma.sql`s.id`,
  scope(actor) {
    const { cityIds } = sees(actor, "suppliers.see");
    return [
      ...seenBy(actor, "suppliers.see", { supplier: Prisma.sql`s.id` }),
      ...(cityIds ? [Prisma.sql`(s.city_ids && ${cityIds} or cardinality(s.city_ids) = 0)`] : []),
    ];
  },
  views: {
    active: Prisma.sql`s.state = 'active'`,
    expiring: () => inPapers(Prisma.sql`d.expires_day <= ${dateOf(addDays(today(), 30))}::date`),
    suspended: Prisma.sql`s.state = 'suspended'`,
  },
  fields: {
    cityId: (match) => Prisma.sql`exists (select 1 from unnest(s.city_ids) c where ${match(Prisma.sql`c`)})`,
    categoryId: (match) => Prisma.sql`exists (select 1 from unnest(s.category_ids) c where ${match(Prisma.sql`c`)})`,
    state: Prisma.sql`s.state`,
    type: Prisma.sql`s.subject_type`,
    name: Prisma.sql`s.name`,
    contact: Prisma.sql`s.contact_name`,
    papers: (match) => inPapers(match(Prisma.sql`d.expires_day`)),
    openClaims: openClaims(Prisma.sql`count(*)`),
    openClaimsFen: openClaims(Prisma.sql`coalesce(sum(c.amount_fen), 0)`),
    createdAt: Prisma.sql`s.created_at`,
  },
  sorts: { createdAt: { by: Prisma.sql`s.id`, type: "text" }, name: { by: Prisma.sql`s.name`, type: "text" } },
  search: (text) =>
    isPhone(text) ? Prisma.sql`s.phone_index = ${blindIndex(text)}` : searched("supplier", Prisma.sql`s.id`, text),
  load: suppliersById,
  sheet: {
    ...sheetOf<SupplierRow>((locale) => {
      const { list: t, subjectTypes, states, record } = messages(locale).suppliers;
      return {
        name: [t.name, (s) => s.name],
        type: [t.type, (s) => subjectTypes[s.subjectType]],
        contact: [t.contact, (s) => s.contactName],
        phone: [t.phone, (s) => s.phone],
        state: [t.state, (s) => states[s.state]],
        papers: [t.papers, (s) => s.nextExpiry],
        openClaims: [t.claims, (s) => s.openClaims],
        openClaimsFen: [record.amount, (s) => csvYuan(s.openClaimsFen)],
        createdAt: [t.since, (s) => momentText(s.createdAt)],
      };
    }),
    async reveal(ids) {
      const rows = await prisma.supplier.findMany({
        where: { id: { in: ids } },
        select: { id: true, phoneCipher: true },
      });
      return new Map(rows.map((r) => [r.id, { phone: unseal(r.phoneCipher, "supplier.phone") }]));
    },
  },
});

const turn = (event: "suspend" | "restore", to: "active" | "suspended") => {
  const [there, back] = event === "suspend" ? [suspendSupplier, restoreSupplier] : [restoreSupplier, suspendSupplier];
  return defineBulk<Actor, z.infer<typeof reasonValues>>({
    values: reasonValues,
    may: (actor) => can(actor, "suppliers.suspend"),
    async skips(_actor, ids) {
      const rows = await prisma.supplier.findMany({ where: { id: { in: ids } }, select: { id: true, state: true } });
      return stateSkips(rows, from(supplierTable, event), to);
    },
    apply: (actor, supplierId, { reason }) => there(actor, { supplierId, reason }),
    undo: (actor, supplierId, before) => back(actor, { supplierId, reason: "undo", ...keptVersion.parse(before) }),
  });
};

export const supplierBulk = { suspend: turn("suspend", "suspended"), restore: turn("restore", "active") };

export const supplierApplicationList = defineList<Actor, ApplicationRow, typeof supplierApplicationListSpec>({
  name: "supplierApplications",
  spec: supplierApplicationListSpec,
  from: Prisma.sql`supplier_application a`,
  id: Prisma.sql`a.id`,
  scope(actor) {
    if (sees(actor, "suppliers.see").supplierId !== undefined)
      throw new Refusal("forbidden", { deed: "suppliers.see" });
    return [];
  },
  views: Object.fromEntries(
    supplierApplicationListSpec.views.map((view) => [view, Prisma.sql`a.state = ${view}::application_state`]),
  ),
  fields: {
    type: Prisma.sql`a.subject_type`,
    name: Prisma.sql`a.name`,
    contact: Prisma.sql`a.contact_name`,
    round: Prisma.sql`a.round`,
    submittedAt: Prisma.sql`a.submitted_at`,
    changedAt: Prisma.sql`a.changed_at`,
    decidedAt: Prisma.sql`a.decided_at`,
  },
  sorts: { changedAt: { by: Prisma.sql`a.changed_at`, type: "timestamptz" } },
  search: (text) =>
    isPhone(text) ? Prisma.sql`a.phone_index = ${blindIndex(text)}` : searched("application", Prisma.sql`a.id`, text),
  load: applicationsById,
  sheet: sheetOf<ApplicationRow>((locale) => {
    const { list, applications: t, subjectTypes, applicationStates } = messages(locale).suppliers;
    return {
      name: [t.name, (a) => a.name],
      type: [list.type, (a) => subjectTypes[a.subjectType]],
      contact: [list.contact, (a) => a.contactName],
      phone: [list.phone, (a) => a.phone],
      state: [list.state, (a) => applicationStates[a.state]],
      round: [t.round, (a) => a.round],
      submittedAt: [t.submittedAt, (a) => a.submittedAt && momentText(a.submittedAt)],
      answerBy: [t.answerBy, (a) => a.answerBy && momentText(a.answerBy)],
      changedAt: [t.changedAt, (a) => momentText(a.changedAt)],
    };
  }),
});
