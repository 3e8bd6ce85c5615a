import "server-only";
import { record } from "#lib/audit/steps";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";
import type { PointInput } from "./schema";

/** Makes a point and returns its id. Refuses: noRoute (unknown, or of another city), pointNameTaken. */
export async function makePoint(
  tx: Tx,
  actor: Actor,
  e: Omit<PointInput, "opensAt" | "closesAt"> & {
    opensAt?: string;
    closesAt?: string;
    leaderId?: string | null;
    open: boolean;
  },
): Promise<string> {
  const route = await tx.route.findUnique({ where: { id: e.routeId } });
  if (!route || route.cityId !== e.cityId) throw new Refusal("noRoute", {}, [{ field: "routeId", code: "noRoute" }]);
  const at = now();
  const id = newId("pkp", at);
  const facts = {
    name: e.name,
    cityId: e.cityId,
    district: e.district,
    address: e.address,
    lat: e.lat,
    lng: e.lng,
    routeId: e.routeId,
  };
  await tx.pickupPoint.create({
    data: {
      id,
      ...facts,
      leaderId: e.leaderId ?? null,
      state: e.open ? "open" : "draft",
      opensAt: e.opensAt ?? "16:00",
      closesAt: e.closesAt ?? "21:00",
      createdAt: at,
    },
  });
  await record(tx, actor, {
    deed: "points.make",
    subjectType: "point",
    subjectId: id,
    after: { ...facts, leaderId: e.leaderId ?? null },
  });
  return id;
}

/** The route that a district's points ride by default: the one most of them are on, else the city's first. Null in a city without routes. */
export async function routeOfDistrict(tx: Tx, cityId: string, district: string): Promise<string | null> {
  const [busiest] = await tx.pickupPoint.groupBy({
    by: ["routeId"],
    where: { cityId, district },
    _count: { id: true },
    orderBy: [{ _count: { id: "desc" } }, { routeId: "asc" }],
    take: 1,
  });
  if (busiest) return busiest.routeId;
  const first = await tx.route.findFirst({ where: { cityId }, orderBy: { id: "asc" } });
  return first?.id ?? null;
}

/** Gives a point to a leader (or takes it from them) and opens a draft. New orders follow; open orders keep their leader. Returns the leader before.
 * `names` are how the two are called in the log: points do not know leaders. */
export async function givePoint(
  tx: Tx,
  actor: Actor,
  e: {
    pointId: string;
    leaderId: string | null;
    reason?: string | null;
    names?: { before?: string | null; after?: string | null };
  },
): Promise<string | null> {
  const point = await tx.pickupPoint.findUnique({ where: { id: e.pointId } });
  if (!point) throw new Refusal("notFound");
  if (point.state === "closed") throw new Refusal("illegalTransition", { state: point.state, event: "assign" });
  if (point.leaderId === e.leaderId) return point.leaderId;
  const given = await tx.pickupPoint.updateMany({
    where: { id: point.id, leaderId: point.leaderId },
    data: {
      leaderId: e.leaderId,
      version: { increment: 1 },
      ...(e.leaderId !== null && point.state === "draft" ? { state: "open" as const } : {}),
    },
  });
  if (given.count !== 1) throw new Refusal("staleVersion");
  await record(tx, actor, {
    deed: "points.give",
    subjectType: "point",
    subjectId: point.id,
    before: { leaderId: e.names?.before ?? point.leaderId },
    after: { leaderId: e.names?.after ?? e.leaderId },
    reason: e.reason ?? null,
  });
  return point.leaderId;
}
