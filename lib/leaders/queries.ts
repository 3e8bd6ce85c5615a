import "server-only";
import { timelineOf } from "#lib/audit/queries";
import type { ApplicationState, LeaderState } from "#lib/generated/prisma/enums";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
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

/** Leaders by id, in any order; whoever asks has been allowed to see them. */
export const leadersById = async (ids: readonly string[]): Promise<LeaderRow[]> =>
  toLeaderRows(await prisma.leader.findMany({ where: { id: { in: [...ids] } } }));

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

/** Applications by id, in any order; whoever asks has been allowed to see them. */
export async function applicationsById(ids: readonly string[]): Promise<ApplicationRow[]> {
  const found = await prisma.leaderApplication.findMany({ where: { id: { in: [...ids] } } });
  const city = await cityNames(found.map((a) => a.cityId));
  return found.map((a) => toApplicationRow(a, city));
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
