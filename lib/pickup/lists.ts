import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { seenBy } from "#lib/identity/queries/scope";
import { can } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { from } from "#lib/kernel/states";
import { prisma } from "#lib/platform/db";
import { defineBulk, defineList, keptVersion, reasonValues, sheetOf, stateSkips } from "#lib/platform/list";
import { searched } from "#lib/search/queries";
import { messages } from "#lib/words/index";
import { changePointState } from "./commands";
import { pointsById } from "./queries";
import { pointTable } from "./rules";
import { type PointListRow, pointListSpec } from "./schema";

export const pointList = defineList<Actor, PointListRow, typeof pointListSpec>({
  name: "points",
  spec: pointListSpec,
  from: Prisma.sql`pickup_point p`,
  id: Prisma.sql`p.id`,
  scope: (actor) => seenBy(actor, "points.see", { city: Prisma.sql`p.city_id`, sites: [Prisma.sql`p.route_id`] }),
  views: {
    open: Prisma.sql`p.state = 'open' and p.leader_id is not null`,
    noLeader: Prisma.sql`p.state <> 'closed' and p.leader_id is null`,
    paused: Prisma.sql`p.state = 'paused'`,
    closed: Prisma.sql`p.state = 'closed'`,
  },
  fields: {
    cityId: Prisma.sql`p.city_id`,
    district: Prisma.sql`p.district`,
    routeId: Prisma.sql`p.route_id`,
    leaderId: Prisma.sql`p.leader_id`,
    state: Prisma.sql`p.state`,
    name: Prisma.sql`p.name`,
    address: Prisma.sql`p.address`,
    withLeader: Prisma.sql`p.leader_id is not null`,
    opensAt: Prisma.sql`p.opens_at`,
    closesAt: Prisma.sql`p.closes_at`,
    createdAt: Prisma.sql`p.created_at`,
  },
  sorts: {
    district: { by: Prisma.sql`p.district`, type: "text" },
    name: { by: Prisma.sql`p.name`, type: "text" },
    createdAt: { by: Prisma.sql`p.id`, type: "text" },
  },
  search: (text) => searched("point", Prisma.sql`p.id`, text),
  async load(ids) {
    const points = await pointsById(ids);
    const leaders = await prisma.leader.findMany({
      where: { id: { in: points.flatMap((p) => p.leaderId ?? []) } },
      select: { id: true, name: true },
    });
    const names = new Map(leaders.map((l) => [l.id, l.name]));
    return points.map((p) => ({ ...p, leaderName: p.leaderId && (names.get(p.leaderId) ?? null) }));
  },
  sheet: sheetOf<PointListRow>((locale) => {
    const t = messages(locale).pickup;
    return {
      name: [t.name, (p) => p.name],
      city: [t.city, (p) => p.cityName],
      district: [t.district, (p) => p.district],
      address: [t.address, (p) => p.address],
      route: [t.route, (p) => p.routeName],
      leader: [t.leader, (p) => p.leaderName],
      state: [t.state, (p) => (p.state === "open" && !p.leaderId ? t.noLeader : t.states[p.state])],
      opensAt: [t.opensAt, (p) => p.opensAt],
      closesAt: [t.closesAt, (p) => p.closesAt],
      lat: [t.lat, (p) => p.lat],
      lng: [t.lng, (p) => p.lng],
    };
  }),
});

const may = (actor: Actor) => can(actor, "points.edit");
const standing = (ids: string[]) =>
  prisma.pickupPoint.findMany({ where: { id: { in: ids } }, select: { id: true, state: true } });

export const pointBulk = {
  pause: defineBulk<Actor, z.infer<typeof reasonValues>>({
    values: reasonValues,
    may,
    skips: async (_actor, ids) => stateSkips(await standing(ids), from(pointTable, "pause"), "paused"),
    apply: (actor, id, { reason }) => changePointState(actor, { id, event: "pause", reason }),
    undo: (actor, id, before) => changePointState(actor, { id, event: "open", ...keptVersion.parse(before) }),
  }),
  // a point that was never open cannot be put back by pausing it, so only paused ones are opened in bulk
  open: defineBulk<Actor, object>({
    values: z.object({}),
    may,
    skips: async (_actor, ids) => stateSkips(await standing(ids), ["paused"], "open"),
    apply: (actor, id) => changePointState(actor, { id, event: "open" }),
    undo: (actor, id, before) =>
      changePointState(actor, { id, event: "pause", reason: "undo", ...keptVersion.parse(before) }),
  }),
};
