import "server-only";
import type { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { seenBy } from "#lib/identity/queries/scope";
import { can } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { isPhone } from "#lib/kernel/check";
import { from } from "#lib/kernel/states";
import { momentText } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";
import { defineBulk, defineList, keptVersion, reasonValues, sheetOf, stateSkips } from "#lib/platform/list";
import { blindIndex, unseal } from "#lib/platform/pii";
import { searched } from "#lib/search/queries";
import { messages } from "#lib/words/index";
import { changeLeaderState } from "./commands";
import { applicationsById, leadersById } from "./queries";
import { leaderTable } from "./rules";
import { type ApplicationRow, type LeaderRow, leaderApplicationListSpec, leaderListSpec } from "./schema";

export const leaderList = defineList<Actor, LeaderRow, typeof leaderListSpec>({
  name: "leaders",
  spec: leaderListSpec,
  from: Prisma.sql`leader l`,
  id: Prisma.sql`l.id`,
  scope: (actor) => seenBy(actor, "leaders.see", { city: Prisma.sql`l.city_id` }),
  views: {
    active: Prisma.sql`l.state = 'active'`,
    paused: Prisma.sql`l.state = 'paused'`,
    left: Prisma.sql`l.state = 'left'`,
    noPoint: Prisma.sql`l.state <> 'left' and not exists (select 1 from pickup_point p where p.leader_id = l.id)`,
  },
  fields: {
    cityId: Prisma.sql`l.city_id`,
    level: Prisma.sql`l.level::text`,
    state: Prisma.sql`l.state`,
    name: Prisma.sql`l.name`,
    phoneTail: Prisma.sql`l.phone_tail`,
    points: Prisma.sql`(select count(*) from pickup_point p where p.leader_id = l.id)`,
    payable: Prisma.sql`l.openid is not null`,
    since: Prisma.sql`l.created_at`,
  },
  sorts: { since: { by: Prisma.sql`l.id`, type: "text" }, name: { by: Prisma.sql`l.name`, type: "text" } },
  search: (text) =>
    isPhone(text) ? Prisma.sql`l.phone_index = ${blindIndex(text)}` : searched("leader", Prisma.sql`l.id`, text),
  load: leadersById,
  sheet: {
    ...sheetOf<LeaderRow>((locale) => {
      const t = messages(locale).leaders;
      return {
        name: [t.name, (l) => l.name],
        phone: [t.phone, (l) => l.phone],
        city: [t.city, (l) => l.cityName],
        points: [t.points, (l) => l.points.map((p) => p.name).join("、")],
        level: [t.level, (l) => l.level],
        payable: [t.payable, (l) => (l.canBePaid ? t.payableYes : t.payableNo)],
        state: [t.state, (l) => t.states[l.state]],
        since: [t.since, (l) => momentText(l.createdAt)],
      };
    }),
    async reveal(ids) {
      const rows = await prisma.leader.findMany({
        where: { id: { in: ids } },
        select: { id: true, phoneCipher: true },
      });
      return new Map(rows.map((r) => [r.id, { phone: unseal(r.phoneCipher, "leader.phone") }]));
    },
  },
});

const turn = (event: "pause" | "resume", to: "paused" | "active") =>
  defineBulk<Actor, z.infer<typeof reasonValues>>({
    values: reasonValues,
    may: (actor) => can(actor, "leaders.edit"),
    async skips(_actor, ids) {
      const rows = await prisma.leader.findMany({ where: { id: { in: ids } }, select: { id: true, state: true } });
      return stateSkips(rows, from(leaderTable, event), to);
    },
    apply: (actor, id, { reason }) => changeLeaderState(actor, { id, event, reason }),
    undo: (actor, id, before) =>
      changeLeaderState(actor, {
        id,
        event: event === "pause" ? "resume" : "pause",
        reason: "undo",
        ...keptVersion.parse(before),
      }),
  });

export const leaderBulk = { pause: turn("pause", "paused"), resume: turn("resume", "active") };

export const leaderApplicationList = defineList<Actor, ApplicationRow, typeof leaderApplicationListSpec>({
  name: "leaderApplications",
  spec: leaderApplicationListSpec,
  from: Prisma.sql`leader_application a`,
  id: Prisma.sql`a.id`,
  scope: (actor) => seenBy(actor, "leaders.see", { city: Prisma.sql`a.city_id` }),
  views: {
    submitted: Prisma.sql`a.state = 'submitted'`,
    approved: Prisma.sql`a.state = 'approved'`,
    rejected: Prisma.sql`a.state = 'rejected'`,
  },
  fields: {
    cityId: Prisma.sql`a.city_id`,
    name: Prisma.sql`a.name`,
    point: Prisma.sql`a.point_name`,
    district: Prisma.sql`a.district`,
    address: Prisma.sql`a.address`,
    phoneTail: Prisma.sql`a.phone_tail`,
    at: Prisma.sql`a.created_at`,
    decidedAt: Prisma.sql`a.decided_at`,
    fromMiniProgram: Prisma.sql`a.resident_id is not null`,
  },
  sorts: { at: { by: Prisma.sql`a.id`, type: "text" } },
  search: (text) =>
    isPhone(text)
      ? Prisma.sql`a.phone_index = ${blindIndex(text)}`
      : searched("leaderApplication", Prisma.sql`a.id`, text),
  load: applicationsById,
  sheet: sheetOf<ApplicationRow>((locale) => {
    const { app: t, ...own } = messages(locale).leaders;
    return {
      name: [own.name, (a) => a.name],
      phone: [own.phone, (a) => a.phone],
      city: [own.city, (a) => a.cityName],
      district: [t.district, (a) => a.district],
      point: [t.point, (a) => a.pointName],
      address: [t.address, (a) => a.address],
      state: [own.state, (a) => t.states[a.state]],
      at: [t.at, (a) => momentText(a.createdAt)],
      decidedAt: [t.decidedAt, (a) => a.decidedAt && momentText(a.decidedAt)],
    };
  }),
});
