import "server-only";
import { Prisma } from "#lib/generated/prisma/client";
import { sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { momentText } from "#lib/kernel/time";
import { defineList, sheetOf } from "#lib/platform/list";
import { searched } from "#lib/search/queries";
import { messages } from "#lib/words/index";
import { sessionsById } from "./queries/sessions";
import { type SessionRow, sessionListSpec } from "./schema";

const ofPools = (what: Prisma.Sql) => Prisma.sql`(select coalesce(sum(${what}), 0) from stock_pool t
  where t.id in (select o.stock_pool_id from offer o where o.sale_session_id = s.id))`;

export const sessionList = defineList<Actor, SessionRow, typeof sessionListSpec>({
  name: "sessions",
  spec: sessionListSpec,
  from: Prisma.sql`sale_session s`,
  id: Prisma.sql`s.id`,
  scope(actor) {
    const { cityIds } = sees(actor, "sessions.see");
    return cityIds ? [Prisma.sql`s.city_ids && ${cityIds}`] : [];
  },
  views: {
    current: Prisma.sql`s.state in ('published', 'cutOff')`,
    draft: Prisma.sql`s.state = 'draft'`,
    done: Prisma.sql`s.state in ('locked', 'finished')`,
    cancelled: Prisma.sql`s.state = 'cancelled'`,
  },
  fields: {
    day: Prisma.sql`s.business_day`,
    cityId: (match) => Prisma.sql`exists (select 1 from unnest(s.city_ids) c where ${match(Prisma.sql`c`)})`,
    state: Prisma.sql`s.state`,
    businessDay: Prisma.sql`s.business_day`,
    opensAt: Prisma.sql`s.opens_at`,
    cutoffAt: Prisma.sql`s.cutoff_at`,
    name: Prisma.sql`s.name`,
    items: Prisma.sql`(select count(distinct o.stock_pool_id) from offer o where o.sale_session_id = s.id and o.layer = 'session')`,
    slots: Prisma.sql`(select count(*) from flash_slot f where f.sale_session_id = s.id and f.state <> 'cancelled')`,
    sold: ofPools(Prisma.sql`t.sold`),
    goods: (match) =>
      Prisma.sql`exists (select 1 from offer o join sku k on k.id = o.sku_id join product p on p.id = k.product_id
        where o.sale_session_id = s.id and ${match(Prisma.sql`p.name`)})`,
    createdAt: Prisma.sql`s.created_at`,
  },
  sorts: {
    businessDay: { by: Prisma.sql`s.business_day`, type: "date" },
    cutoffAt: { by: Prisma.sql`s.cutoff_at`, type: "timestamptz" },
  },
  search: (text) => searched("session", Prisma.sql`s.id`, text),
  load: sessionsById,
  sheet: sheetOf<SessionRow>((locale) => {
    const t = messages(locale).campaigns;
    return {
      name: [t.name, (s) => s.name],
      businessDay: [t.businessDay, (s) => s.businessDay],
      state: [t.state, (s) => t.sessionStates[s.state]],
      opensAt: [t.opensAt, (s) => momentText(s.opensAt)],
      cutoffAt: [t.cutoffAt, (s) => momentText(s.cutoffAt)],
      items: [t.itemCount, (s) => s.items],
      slots: [t.slotCount, (s) => s.slots],
      quota: [t.quota, (s) => s.quota],
      held: [t.held, (s) => s.held],
      sold: [t.sold, (s) => s.sold],
    };
  }),
});
