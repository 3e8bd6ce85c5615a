import "server-only";
import { Prisma } from "#lib/generated/prisma/client";
import { seenBy } from "#lib/identity/queries/scope";
import type { Actor } from "#lib/identity/schema";
import { csvYuan } from "#lib/kernel/csv";
import { momentText } from "#lib/kernel/time";
import { defineList, sheetOf } from "#lib/platform/list";
import { messages } from "#lib/words/index";
import { groupsById } from "../queries/groups";
import { type GroupView, groupListSpec } from "../schema/groups";

export const groupList = defineList<Actor, GroupView, typeof groupListSpec>({
  name: "groups",
  spec: groupListSpec,
  from: Prisma.sql`buyer_group g`,
  id: Prisma.sql`g.id`,
  scope: (actor) => seenBy(actor, "sessions.see", { city: Prisma.sql`g.city_id` }),
  views: {
    open: Prisma.sql`g.state = 'open'`,
    formed: Prisma.sql`g.state = 'formed'`,
    failed: Prisma.sql`g.state = 'failed'`,
  },
  fields: {
    slotId: Prisma.sql`g.flash_slot_id`,
    cityId: Prisma.sql`g.city_id`,
    state: Prisma.sql`g.state`,
    size: Prisma.sql`g.size`,
    paid: Prisma.sql`g.paid`,
    openedAt: Prisma.sql`g.opened_at`,
    expiresAt: Prisma.sql`g.expires_at`,
    goods: (match) =>
      Prisma.sql`exists (select 1 from offer o join sku k on k.id = o.sku_id join product p on p.id = k.product_id
        where o.id = g.offer_id and ${match(Prisma.sql`p.name`)})`,
  },
  sorts: {
    openedAt: { by: Prisma.sql`g.id`, type: "text" },
    expiresAt: { by: Prisma.sql`g.expires_at`, type: "timestamptz" },
  },
  load: groupsById,
  sheet: sheetOf<GroupView>((locale) => {
    const t = messages(locale).groups;
    return {
      goods: [t.goods, (g) => `${g.name} ${g.spec}`],
      slot: [t.slot, (g) => g.slotName],
      state: [t.state, (g) => t.states[g.state]],
      size: [t.size, (g) => g.size],
      paid: [t.paidSeats, (g) => g.paid],
      price: [t.price, (g) => csvYuan(g.priceFen)],
      openedAt: [t.openedAt, (g) => momentText(g.openedAt)],
      expiresAt: [t.expiresAt, (g) => momentText(g.expiresAt)],
    };
  }),
});
