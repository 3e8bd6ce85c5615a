import "server-only";
import { Prisma } from "#lib/generated/prisma/client";
import { sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { csvYuan } from "#lib/kernel/csv";
import { momentText } from "#lib/kernel/time";
import { defineList, sheetOf } from "#lib/platform/list";
import { worthWords } from "#lib/words/coupons";
import { messages } from "#lib/words/index";
import { templatesById } from "../queries/coupons";
import { type TemplateRow, templateListSpec } from "../schema/coupons";

export const templateList = defineList<Actor, TemplateRow, typeof templateListSpec>({
  name: "coupons",
  spec: templateListSpec,
  from: Prisma.sql`coupon_template t`,
  id: Prisma.sql`t.id`,
  scope(actor) {
    const { cityIds } = sees(actor, "coupons.see");
    return cityIds ? [Prisma.sql`(t.city_ids && ${cityIds} or cardinality(t.city_ids) = 0)`] : [];
  },
  views: {
    current: Prisma.sql`t.state in ('active', 'paused')`,
    draft: Prisma.sql`t.state = 'draft'`,
    ended: Prisma.sql`t.state = 'ended'`,
  },
  fields: {
    cityId: (match) => Prisma.sql`exists (select 1 from unnest(t.city_ids) c where ${match(Prisma.sql`c`)})`,
    supplierId: Prisma.sql`t.funder_id`,
    name: Prisma.sql`t.name`,
    state: Prisma.sql`t.state`,
    kind: Prisma.sql`t.kind`,
    grant: Prisma.sql`t."grant"`,
    funder: Prisma.sql`t.funder`,
    claimed: Prisma.sql`t.claimed`,
    budgetFen: Prisma.sql`t.budget_fen`,
    committedFen: Prisma.sql`t.committed_fen`,
    claimFrom: Prisma.sql`t.claim_from`,
    claimTo: Prisma.sql`t.claim_to`,
    createdAt: Prisma.sql`t.created_at`,
  },
  sorts: {
    createdAt: { by: Prisma.sql`t.id`, type: "text" },
    claimTo: { by: Prisma.sql`t.claim_to`, type: "timestamptz" },
    committedFen: { by: Prisma.sql`t.committed_fen`, type: "bigint" },
  },
  search: (text) => Prisma.sql`t.name ilike ${`%${text.replaceAll(/[\\%_]/g, "\\$&")}%`}`,
  load: templatesById,
  sheet: sheetOf<TemplateRow>((locale) => {
    const t = messages(locale).promotions;
    return {
      name: [t.name, (r) => r.name],
      state: [t.state, (r) => t.states[r.state]],
      worth: [t.worth, (r) => worthWords(r, locale)],
      grant: [t.grant, (r) => t.grants[r.grant]],
      funder: [t.funder, (r) => r.funderName ?? t.funders[r.funder]],
      claimed: [t.claimed, (r) => r.claimed],
      used: [t.used, (r) => r.used],
      quota: [t.quota, (r) => r.quota ?? ""],
      budget: [t.budget, (r) => (r.budgetFen === null ? "" : csvYuan(r.budgetFen))],
      committed: [t.committed, (r) => csvYuan(r.committedFen)],
      claimFrom: [t.claimFrom, (r) => momentText(r.claimFrom)],
      claimTo: [t.claimTo, (r) => momentText(r.claimTo)],
    };
  }),
});
