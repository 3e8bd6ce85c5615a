import "server-only";
import { can, sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { type Day, dateOf, dayFromDate } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";
import { mayChangeLine } from "../rules/explore";
import type { DayNote, MetricKey, SavedReport } from "../schema/explore";

/** One's own reports and the team's, by name. Refuses: forbidden. */
export async function savedReports(actor: Actor): Promise<SavedReport[]> {
  sees(actor, "analytics.see");
  const rows = await prisma.savedReport.findMany({
    where: { OR: [{ ownerId: actor.id }, { isTeam: true }] },
    orderBy: [{ isTeam: "asc" }, { name: "asc" }],
    take: 200,
  });
  return rows.map((r) => ({
    id: r.id,
    name: r.name,
    href: `${r.path}${r.query ? `?${r.query}` : ""}`,
    isTeam: r.isTeam,
    mayRemove: r.ownerId === actor.id || (r.isTeam && can(actor, "analytics.set")),
    ownerName: r.ownerName,
    savedAt: r.savedAt,
  }));
}

/** The calendar of these days as the actor may see it, with the notes of all cities, of hers, and of the one asked about. Refuses: forbidden. */
export async function notesOf(
  actor: Actor,
  q: { from: Day; to: Day; cityId?: string | undefined },
): Promise<DayNote[]> {
  const mine = sees(actor, "analytics.see").cityIds;
  const cities = q.cityId ? [q.cityId] : mine;
  const rows = await prisma.dayNote.findMany({
    where: {
      day: { gte: dateOf(q.from), lte: dateOf(q.to) },
      ...(cities ? { OR: [{ cityId: null }, { cityId: { in: cities } }] } : {}),
    },
    orderBy: [{ day: "asc" }, { id: "asc" }],
    take: 500,
  });
  return rows.map((r) => ({
    id: r.id,
    day: dayFromDate(r.day),
    kind: r.kind,
    text: r.text,
    textEn: r.textEn,
    cityId: r.cityId,
    byName: r.byName,
    mayChange: mayChangeLine(actor, r),
  }));
}

/** The metric's targets by month: of the city asked about, else of all cities together. */
export async function targetsOf(
  metric: MetricKey,
  q: { from: Day; to: Day; cityId?: string | undefined },
): Promise<Map<string, number>> {
  const rows = await prisma.metricTarget.findMany({
    where: { metric, cityId: q.cityId ?? "", month: { gte: q.from.slice(0, 7), lte: q.to.slice(0, 7) } },
  });
  return new Map(rows.map((r) => [r.month, Number(r.value)]));
}
