import "server-only";
import { Prisma } from "#lib/generated/prisma/client";
import { sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { momentText } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { defineList, likeText, sheetOf } from "#lib/platform/list";
import { searched } from "#lib/search/queries";
import { messages } from "#lib/words/index";
import { sessionsById } from "./queries/sessions";
import { slotsById } from "./queries/slots";
import { slotPhase } from "./rules";
import { type SessionRow, type SlotRow, sessionListSpec, slotListSpec } from "./schema";

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
    inReview: Prisma.sql`s.state = 'inReview'`,
    asked: Prisma.sql`s.state = 'published' and exists (select 1 from price_request q join offer o on o.id = q.offer_id
      where q.decided_at is null and o.sale_session_id = s.id and o.state <> 'closed')`,
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

const slotOffers = (what: Prisma.Sql) =>
  Prisma.sql`(select ${what} from offer o join stock_pool t on t.id = o.stock_pool_id where o.flash_slot_id = f.id)`;

export const slotList = defineList<Actor, SlotRow, typeof slotListSpec>({
  name: "slots",
  spec: slotListSpec,
  from: Prisma.sql`flash_slot f join sale_session s on s.id = f.sale_session_id`,
  id: Prisma.sql`f.id`,
  scope(actor) {
    const { cityIds } = sees(actor, "sessions.see");
    return cityIds ? [Prisma.sql`s.city_ids && ${cityIds}`] : [];
  },
  views: {
    current: () => Prisma.sql`f.state = 'published' and f.ends_at > ${now()}`,
    draft: Prisma.sql`f.state = 'draft'`,
    inReview: Prisma.sql`f.state = 'inReview'`,
    done: () => Prisma.sql`f.state = 'published' and f.ends_at <= ${now()}`,
    cancelled: Prisma.sql`f.state = 'cancelled'`,
  },
  fields: {
    day: Prisma.sql`s.business_day`,
    kind: Prisma.sql`f.kind`,
    cityId: (match) => Prisma.sql`exists (select 1 from unnest(s.city_ids) c where ${match(Prisma.sql`c`)})`,
    state: Prisma.sql`f.state`,
    name: Prisma.sql`f.name`,
    startsAt: Prisma.sql`f.starts_at`,
    endsAt: Prisma.sql`f.ends_at`,
    businessDay: Prisma.sql`s.business_day`,
    session: Prisma.sql`s.name`,
    items: slotOffers(Prisma.sql`count(*)`),
    sold: slotOffers(Prisma.sql`coalesce(sum(t.sold), 0)`),
    goods: (match) =>
      Prisma.sql`exists (select 1 from offer o join sku k on k.id = o.sku_id join product p on p.id = k.product_id
        where o.flash_slot_id = f.id and ${match(Prisma.sql`p.name`)})`,
    paused: Prisma.sql`f.paused_at`,
    series: Prisma.sql`f.series_id`,
  },
  sorts: { startsAt: { by: Prisma.sql`f.starts_at`, type: "timestamptz" } },
  search: (text) => Prisma.sql`f.name ilike ${likeText(text)}`,
  load: slotsById,
  sheet: sheetOf<SlotRow>((locale) => {
    const t = messages(locale).campaigns;
    return {
      name: [t.name, (s) => s.name],
      kind: [t.slotKind, (s) => t.slotKinds[s.kind]],
      startsAt: [t.flash.startsAt, (s) => momentText(s.startsAt)],
      endsAt: [t.flash.endsAt, (s) => momentText(s.endsAt)],
      state: [t.state, (s) => t.slotPhases[slotPhase(s, now())]],
      session: [t.session, (s) => s.sessionName],
      items: [t.itemCount, (s) => s.items],
      quota: [t.quota, (s) => s.quota],
      held: [t.held, (s) => s.held],
      sold: [t.sold, (s) => s.sold],
    };
  }),
});
