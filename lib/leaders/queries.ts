import "server-only";
import { timelineOf } from "#lib/audit/queries";
import type { ApplicationState, LeaderState } from "#lib/generated/prisma/enums";
import { authorise, sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { type Page, pageOf, readCursor } from "#lib/kernel/page";
import { Refusal } from "#lib/kernel/refusal";
import { boxAround, distanceM } from "#lib/pickup/rules";
import { prisma } from "#lib/platform/db";
import { maskPhoneTail } from "#lib/platform/pii";
import type { ApplicationEvidence, ApplicationRecord, ApplicationRow, LeaderRecord, LeaderRow } from "./schema";

/** The levels of many leaders. For higher domains. */
export async function leaderLevels(leaderIds: readonly string[]): Promise<Map<string, number>> {
  const found = await prisma.leader.findMany({
    where: { id: { in: [...leaderIds] } },
    select: { id: true, level: true },
  });
  return new Map(found.map((l) => [l.id, l.level]));
}

/** What an order needs to know of its leader, or null. For higher domains. */
export async function leaderForOrder(
  leaderId: string,
): Promise<{ id: string; name: string; level: number; state: LeaderState } | null> {
  return prisma.leader.findUnique({
    where: { id: leaderId },
    select: { id: true, name: true, level: true, state: true },
  });
}

/** The leader a resident is, or null: the mini program's one sign-in serves both. */
export async function leaderOfResident(
  residentId: string,
): Promise<{ id: string; name: string; level: number; state: LeaderState } | null> {
  return prisma.leader.findUnique({
    where: { residentId },
    select: { id: true, name: true, level: true, state: true },
  });
}

/** Names by id, for other domains' rows. */
export async function leaderNames(ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await prisma.leader.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: { id: true, name: true },
  });
  return new Map(rows.map((r) => [r.id, r.name]));
}

/** Active leaders of a city, to choose from. Refuses: forbidden. */
export async function leaderChoices(
  actor: Actor,
  cityId: string,
): Promise<{ id: string; name: string; phone: string }[]> {
  authorise(actor, "leaders.see", { cityId });
  const rows = await prisma.leader.findMany({
    where: { cityId, state: "active" },
    orderBy: { name: "asc" },
    take: 1_000,
  });
  return rows.map((r) => ({ id: r.id, name: r.name, phone: maskPhoneTail(r.phoneTail) }));
}

const cityNames = async (ids: readonly string[]) =>
  new Map(
    (await prisma.region.findMany({ where: { id: { in: [...new Set(ids)] } }, select: { id: true, name: true } })).map(
      (c) => [c.id, c.name],
    ),
  );

export type LeadersFilter = {
  view?: "all" | "active" | "paused" | "left" | "noPoint";
  q?: string;
  cityId?: string;
  level?: number;
  cursor?: string | null;
  limit?: number;
};

async function leadersWhere(actor: Actor, f: LeadersFilter) {
  const scope = sees(actor, "leaders.see");
  const view = f.view ?? "all";
  const withPoint =
    view === "noPoint"
      ? (
          await prisma.pickupPoint.findMany({
            where: { leaderId: { not: null } },
            distinct: ["leaderId"],
            select: { leaderId: true },
          })
        ).map((p) => p.leaderId ?? "")
      : [];
  return {
    AND: [
      scope.cityIds ? { cityId: { in: scope.cityIds } } : {},
      view === "active" || view === "paused" || view === "left" ? { state: view } : {},
      view === "noPoint" ? { id: { notIn: withPoint }, state: { not: "left" as const } } : {},
      f.cityId ? { cityId: f.cityId } : {},
      f.level ? { level: f.level } : {},
      f.q ? { OR: [{ name: { contains: f.q } }, { phoneTail: { endsWith: f.q } }, { id: f.q }] } : {},
    ],
  };
}

async function toLeaderRows(found: Awaited<ReturnType<typeof prisma.leader.findMany>>): Promise<LeaderRow[]> {
  const [city, points] = await Promise.all([
    cityNames(found.map((l) => l.cityId)),
    prisma.pickupPoint.findMany({
      where: { leaderId: { in: found.map((l) => l.id) } },
      select: { id: true, name: true, leaderId: true },
      orderBy: { name: "asc" },
    }),
  ]);
  return found.map((l) => ({
    id: l.id,
    name: l.name,
    phone: maskPhoneTail(l.phoneTail),
    cityId: l.cityId,
    cityName: city.get(l.cityId) ?? "",
    level: l.level,
    state: l.state,
    points: points.filter((p) => p.leaderId === l.id).map(({ id, name }) => ({ id, name })),
    canBePaid: l.openid !== null,
    createdAt: l.createdAt,
  }));
}

/** Leaders, newest first. Refuses: forbidden. */
export async function leadersPage(actor: Actor, f: LeadersFilter): Promise<Page<LeaderRow>> {
  const limit = f.limit ?? 50;
  const after = readCursor(f.cursor)?.[0];
  const found = await prisma.leader.findMany({
    where: { AND: [await leadersWhere(actor, f), typeof after === "string" ? { id: { lt: after } } : {}] },
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  const page = pageOf(found, limit, (l) => [l.id]);
  return { rows: await toLeaderRows(page.rows), nextCursor: page.nextCursor };
}

/** How many leaders stand in each view, and how many fit the filter. Refuses: forbidden. */
export async function leaderCounts(
  actor: Actor,
  f: LeadersFilter,
): Promise<{ views: Record<NonNullable<LeadersFilter["view"]>, number>; matching: number; waiting: number }> {
  const count = async (filter: LeadersFilter) => prisma.leader.count({ where: await leadersWhere(actor, filter) });
  const [all, active, paused, left, noPoint, matching, waiting] = await Promise.all([
    count({ view: "all" }),
    count({ view: "active" }),
    count({ view: "paused" }),
    count({ view: "left" }),
    count({ view: "noPoint" }),
    count(f),
    prisma.leaderApplication.count({ where: applicationsWhere(actor, { view: "submitted" }) }),
  ]);
  return { views: { all, active, paused, left, noPoint }, matching, waiting };
}

/** One leader with points and timeline. Refuses: notFound, forbidden. */
export async function leaderRecord(
  actor: Actor,
  id: string,
): Promise<LeaderRecord & { timeline: Awaited<ReturnType<typeof timelineOf>> }> {
  const leader = await prisma.leader.findUnique({ where: { id } });
  if (!leader) throw new Refusal("notFound");
  authorise(actor, "leaders.see", { cityId: leader.cityId });
  const [row] = await toLeaderRows([leader]);
  if (!row) throw new Refusal("notFound");
  return { ...row, residentId: leader.residentId, version: leader.version, timeline: await timelineOf("leader", id) };
}

export type ApplicationsFilter = {
  view?: "submitted" | "approved" | "rejected" | "all";
  q?: string;
  cityId?: string;
  cursor?: string | null;
  limit?: number;
};

function applicationsWhere(actor: Actor, f: ApplicationsFilter) {
  const scope = sees(actor, "leaders.see");
  const view = f.view ?? "submitted";
  return {
    AND: [
      scope.cityIds ? { cityId: { in: scope.cityIds } } : {},
      view === "all" ? {} : { state: view as ApplicationState },
      f.cityId ? { cityId: f.cityId } : {},
      f.q
        ? {
            OR: [
              { name: { contains: f.q } },
              { pointName: { contains: f.q } },
              { address: { contains: f.q } },
              { phoneTail: f.q },
            ],
          }
        : {},
    ],
  };
}

type Application = NonNullable<Awaited<ReturnType<typeof prisma.leaderApplication.findUnique>>>;
const toApplicationRow = (a: Application, city: Map<string, string>): ApplicationRow => ({
  id: a.id,
  name: a.name,
  phone: maskPhoneTail(a.phoneTail),
  cityId: a.cityId,
  cityName: city.get(a.cityId) ?? "",
  district: a.district,
  pointName: a.pointName,
  address: a.address,
  state: a.state,
  createdAt: a.createdAt,
  decidedAt: a.decidedAt,
});

/** Applications, the longest waiting first in the waiting view, else newest first. Refuses: forbidden. */
export async function applicationsPage(actor: Actor, f: ApplicationsFilter): Promise<Page<ApplicationRow>> {
  const limit = f.limit ?? 50;
  const after = readCursor(f.cursor)?.[0];
  const oldestFirst = (f.view ?? "submitted") === "submitted";
  const found = await prisma.leaderApplication.findMany({
    where: {
      AND: [
        applicationsWhere(actor, f),
        typeof after === "string" ? { id: oldestFirst ? { gt: after } : { lt: after } } : {},
      ],
    },
    orderBy: { id: oldestFirst ? "asc" : "desc" },
    take: limit + 1,
  });
  const page = pageOf(found, limit, (a) => [a.id]);
  const city = await cityNames(page.rows.map((a) => a.cityId));
  return { rows: page.rows.map((a) => toApplicationRow(a, city)), nextCursor: page.nextCursor };
}

/** How many applications stand in each view, and how many fit the filter. Refuses: forbidden. */
export async function applicationCounts(actor: Actor, f: ApplicationsFilter) {
  const count = (filter: ApplicationsFilter) =>
    prisma.leaderApplication.count({ where: applicationsWhere(actor, filter) });
  const [submitted, approved, rejected, all, matching] = await Promise.all([
    count({ view: "submitted" }),
    count({ view: "approved" }),
    count({ view: "rejected" }),
    count({ view: "all" }),
    count(f),
  ]);
  return { views: { submitted, approved, rejected, all }, matching };
}

async function evidenceFor(a: Application): Promise<ApplicationEvidence> {
  const radius = 1_500;
  const box = boxAround(a, radius);
  const around = await prisma.pickupPoint.findMany({
    where: { lat: { gte: box.south, lte: box.north }, lng: { gte: box.west, lte: box.east }, state: { not: "closed" } },
    take: 500,
  });
  const names = await leaderNames(around.flatMap((p) => (p.leaderId ? [p.leaderId] : [])));
  const near = around
    .map((p) => ({
      id: p.id,
      name: p.name,
      distanceM: Math.round(distanceM(a, p)),
      leaderId: p.leaderId,
      leaderName: p.leaderId ? (names.get(p.leaderId) ?? null) : null,
    }))
    .filter((p) => p.distanceM <= radius)
    .sort((x, y) => x.distanceM - y.distanceM)
    .slice(0, 8);
  const samePhone = await prisma.leaderApplication.findMany({
    where: { phoneIndex: a.phoneIndex, id: { not: a.id } },
    select: { id: true, state: true, createdAt: true },
    orderBy: { id: "desc" },
    take: 5,
  });
  return { near, samePhone };
}

/** One application with what speaks for and against it. Refuses: notFound, forbidden. */
export async function applicationRecord(
  actor: Actor,
  id: string,
): Promise<ApplicationRecord & { evidence: ApplicationEvidence; timeline: Awaited<ReturnType<typeof timelineOf>> }> {
  const a = await prisma.leaderApplication.findUnique({ where: { id } });
  if (!a) throw new Refusal("notFound");
  authorise(actor, "leaders.see", { cityId: a.cityId });
  const [city, evidence, timeline, decider] = await Promise.all([
    cityNames([a.cityId]),
    evidenceFor(a),
    timelineOf("leaderApplication", id),
    a.decidedBy ? prisma.user.findUnique({ where: { id: a.decidedBy }, select: { name: true } }) : null,
  ]);
  return {
    ...toApplicationRow(a, city),
    lat: a.lat,
    lng: a.lng,
    about: a.about,
    decision: a.decision,
    decidedByName: decider?.name ?? null,
    leaderId: a.leaderId,
    fromMiniProgram: a.residentId !== null,
    evidence,
    timeline,
  };
}

/** How the newest application of a resident stands, or null: what the mini program shows. */
export async function applicationOfResident(
  residentId: string,
): Promise<{ id: string; state: ApplicationState; decision: string | null; createdAt: Date } | null> {
  return prisma.leaderApplication.findFirst({
    where: { residentId },
    orderBy: { id: "desc" },
    select: { id: true, state: true, decision: true, createdAt: true },
  });
}
