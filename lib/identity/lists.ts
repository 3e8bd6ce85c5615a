import "server-only";
import { Prisma } from "#lib/generated/prisma/client";
import { momentText } from "#lib/kernel/time";
import { defineList, sheetOf } from "#lib/platform/list";
import { searched } from "#lib/search/queries";
import { messages } from "#lib/words/index";
import { peopleById } from "./queries/people";
import { authorise } from "./rules";
import { type Actor, type PersonRow, personListSpec } from "./schema";

/** Everybody with an account. */
export const personList = defineList<Actor, PersonRow, typeof personListSpec>({
  name: "people",
  spec: personListSpec,
  from: Prisma.sql`app_user u`,
  id: Prisma.sql`u.id`,
  scope(actor) {
    authorise(actor, "people.see");
    return [];
  },
  views: {
    operators: Prisma.sql`u.kind = 'operator'`,
    suppliers: Prisma.sql`u.kind = 'supplier'`,
    leaders: Prisma.sql`u.kind = 'leader'`,
  },
  fields: {
    state: Prisma.sql`u.state`,
    role: (match) => Prisma.sql`exists (select 1 from unnest(u.roles) r where ${match(Prisma.sql`r`)})`,
    name: Prisma.sql`u.name`,
    email: Prisma.sql`u.email`,
    phoneTail: Prisma.sql`u.phone_tail`,
    createdAt: Prisma.sql`u.created_at`,
    lastSignInAt: Prisma.sql`u.last_sign_in_at`,
    allCities: Prisma.sql`cardinality(u.city_ids) = 0`,
  },
  sorts: { createdAt: { by: Prisma.sql`u.id`, type: "text" }, name: { by: Prisma.sql`u.name`, type: "text" } },
  search: (text) => searched("user", Prisma.sql`u.id`, text),
  load: peopleById,
  sheet: sheetOf<PersonRow>((locale) => {
    const { people: t, roles } = messages(locale).identity;
    return {
      name: [t.name, (p) => p.name],
      login: [t.email, (p) => p.login],
      roles: [
        t.roles,
        (p) => (p.kind === "operator" ? p.roles.map((role) => roles[role]).join("、") : t.kinds[p.kind]),
      ],
      scope: [t.scope, (p) => [p.belongsTo, ...p.cities, ...p.sites].filter(Boolean).join("、")],
      state: [t.state, (p) => t.states[p.state]],
      lastSignInAt: [t.lastSignIn, (p) => p.lastSignInAt && momentText(p.lastSignInAt)],
    };
  }),
});
