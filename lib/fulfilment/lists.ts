import "server-only";
import { Prisma } from "#lib/generated/prisma/client";
import { seenBy } from "#lib/identity/queries/scope";
import type { Actor } from "#lib/identity/schema";
import { tailOf } from "#lib/kernel/ids";
import { momentText } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { defineList, sheetOf } from "#lib/platform/list";
import { searched } from "#lib/search/queries";
import { messages } from "#lib/words/index";
import { deliveriesById } from "./queries/deliveries";
import { type DeliveryRow, deliveryListSpec } from "./schema";

const inLines = (test: Prisma.Sql) =>
  Prisma.sql`exists (select 1 from delivery_line l where l.delivery_id = d.id and ${test})`;

/** Cities for the desk, warehouses or routes for the floor, her own for a leader. */
export const deliveryList = defineList<Actor, DeliveryRow, typeof deliveryListSpec>({
  name: "deliveries",
  spec: deliveryListSpec,
  from: Prisma.sql`delivery d`,
  id: Prisma.sql`d.id`,
  scope: (actor) =>
    seenBy(actor, "fulfilment.see", {
      city: Prisma.sql`d.city_id`,
      leader: Prisma.sql`d.leader_id`,
      sites: [Prisma.sql`d.warehouse_id`, Prisma.sql`d.route_id`],
    }),
  views: {
    preparing: Prisma.sql`d.state = 'preparing'`,
    loaded: Prisma.sql`d.state = 'loaded'`,
    arrived: Prisma.sql`d.state = 'arrived'`,
    signed: Prisma.sql`d.state = 'signed'`,
    late: () => Prisma.sql`d.arrived_at is null and d.due_at < ${now()} and d.pieces > 0`,
    discrepant: inLines(Prisma.sql`l.short + l.damaged > 0`),
  },
  fields: {
    day: Prisma.sql`d.pickup_day`,
    routeId: Prisma.sql`d.route_id`,
    warehouseId: Prisma.sql`d.warehouse_id`,
    leaderId: Prisma.sql`d.leader_id`,
    pickupPointId: Prisma.sql`d.pickup_point_id`,
    state: Prisma.sql`d.state`,
    pickupDay: Prisma.sql`d.pickup_day`,
    due: Prisma.sql`d.due_at`,
    arrivedAt: Prisma.sql`d.arrived_at`,
    signedAt: Prisma.sql`d.signed_at`,
    pieces: Prisma.sql`d.pieces`,
    differences: Prisma.sql`(select coalesce(sum(l.short + l.damaged), 0) from delivery_line l where l.delivery_id = d.id)`,
    goods: (match) => inLines(match(Prisma.sql`l.name`)),
    noLeader: Prisma.sql`d.leader_id is null`,
  },
  sorts: {
    pickupDay: { by: Prisma.sql`d.pickup_day`, type: "date" },
    no: { by: Prisma.sql`d.id`, type: "text" },
    pieces: { by: Prisma.sql`d.pieces`, type: "integer" },
  },
  search: (text) => searched("delivery", Prisma.sql`d.id`, text),
  load: deliveriesById,
  sheet: sheetOf<DeliveryRow>((locale) => {
    const t = messages(locale).fulfilment;
    return {
      no: [t.no, (d) => tailOf(d.id)],
      point: [t.point, (d) => d.pointName],
      address: [t.address, (d) => d.address],
      route: [t.route, (d) => d.routeName],
      warehouse: [t.warehouse, (d) => d.warehouseName],
      leader: [t.leader, (d) => d.leaderName],
      pickupDay: [t.pickupDay, (d) => d.pickupDay],
      state: [t.state, (d) => t.states[d.state]],
      pieces: [t.pieces, (d) => d.pieces],
      short: [t.short, (d) => d.short],
      damaged: [t.damaged, (d) => d.damaged],
      due: [t.due, (d) => d.dueAt && momentText(d.dueAt)],
      arrivedAt: [t.arrivedAt, (d) => d.arrivedAt && momentText(d.arrivedAt)],
      signedAt: [t.signedAt, (d) => d.signedAt && momentText(d.signedAt)],
    };
  }),
});
