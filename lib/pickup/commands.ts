import "server-only";
import type { z } from "zod";
import { record, stale } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import { next } from "#lib/kernel/states";
import { dateOf, parseDay } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { type Tx, transact } from "#lib/platform/db";
import { keepFile } from "#lib/platform/files";
import { keptBytes, rowsOf } from "./list";
import { checkPoints, pointTable, sameFacts } from "./rules";
import type {
  calendarInput,
  cityInput,
  EditPointInput,
  ImportPointsInput,
  ImportPointsResult,
  ParsedPoint,
  PointInput,
  PointProblem,
  pointStateInput,
  routeInput,
  warehouseInput,
} from "./schema";
import { makePoint } from "./steps";

/** Adds a city to trade in; returns its id. Refuses: forbidden, cityNameTaken. */
export async function addCity(actor: Actor, input: z.infer<typeof cityInput>): Promise<string> {
  authorise(actor, "points.edit");
  return transact(async (tx) => {
    if (await tx.region.findFirst({ where: { level: "city", name: input.name } }))
      throw new Refusal("cityNameTaken", {}, [{ field: "name", code: "cityNameTaken" }]);
    const id = newId("rgn", now());
    await tx.region.create({ data: { id, level: "city", name: input.name, nameEn: input.nameEn } });
    await record(tx, actor, { deed: "points.addCity", subjectType: "region", subjectId: id, after: input });
    return id;
  });
}

/** Adds a warehouse; returns its id. Refuses: forbidden, notFound (another city's desk). */
export async function addWarehouse(actor: Actor, input: z.infer<typeof warehouseInput>): Promise<string> {
  authorise(actor, "points.edit", { cityId: input.cityId });
  return transact(async (tx) => {
    const id = newId("whs", now());
    await tx.warehouse.create({ data: { id, ...input } });
    await record(tx, actor, { deed: "points.addWarehouse", subjectType: "warehouse", subjectId: id, after: input });
    return id;
  });
}

/** Adds a route from a warehouse; `leadDays` counts from the business day. Refuses: forbidden, notFound. */
export async function addRoute(actor: Actor, input: z.infer<typeof routeInput>): Promise<string> {
  return transact(async (tx) => {
    const warehouse = await tx.warehouse.findUnique({ where: { id: input.warehouseId } });
    if (!warehouse) throw new Refusal("notFound");
    authorise(actor, "points.edit", { cityId: warehouse.cityId });
    const id = newId("rte", now());
    await tx.route.create({ data: { id, ...input, cityId: warehouse.cityId } });
    await record(tx, actor, { deed: "points.addRoute", subjectType: "route", subjectId: id, after: input });
    return id;
  });
}

/** Adds a point; it opens when it has a leader or is told to. Refuses: forbidden, noRoute, pointNameTaken. */
export async function addPoint(actor: Actor, input: PointInput): Promise<string> {
  authorise(actor, "points.edit", { cityId: input.cityId });
  return transact((tx) => makePoint(tx, actor, { ...input, open: false }));
}

/** Changes a point's facts; open orders keep their pickup day. Refuses: notFound, forbidden, noRoute, staleVersion, pointNameTaken. */
export async function editPoint(actor: Actor, input: EditPointInput): Promise<void> {
  await transact(async (tx) => {
    const { id, version, ...facts } = input;
    const point = await tx.pickupPoint.findUnique({ where: { id } });
    if (!point) throw new Refusal("notFound");
    authorise(actor, "points.edit", { cityId: point.cityId });
    authorise(actor, "points.edit", { cityId: facts.cityId });
    const route = await tx.route.findUnique({ where: { id: facts.routeId } });
    if (!route || route.cityId !== facts.cityId)
      throw new Refusal("noRoute", {}, [{ field: "routeId", code: "noRoute" }]);
    const written = await tx.pickupPoint.updateMany({
      where: { id, version },
      data: { ...facts, version: { increment: 1 } },
    });
    if (written.count !== 1)
      throw await stale(tx, actor, { subjectType: "point", subjectId: id, behind: point.version - version });
    const { name, cityId, district, address, lat, lng, routeId, opensAt, closesAt } = point;
    await record(tx, actor, {
      deed: "points.edit",
      subjectType: "point",
      subjectId: id,
      before: { name, cityId, district, address, lat, lng, routeId, opensAt, closesAt },
      after: facts,
    });
  });
}

/** Opens, pauses or closes a point. Refuses: notFound, forbidden, illegalTransition, reasonRequired (pause, close), staleVersion. */
export async function changePointState(
  actor: Actor,
  input: z.infer<typeof pointStateInput>,
): Promise<{ version: number }> {
  return transact(async (tx) => {
    const point = await tx.pickupPoint.findUnique({ where: { id: input.id } });
    if (!point) throw new Refusal("notFound");
    authorise(actor, "points.edit", { cityId: point.cityId });
    const state = next(pointTable, point.state, input.event);
    if (input.event !== "open" && !input.reason)
      throw new Refusal("reasonRequired", {}, [{ field: "reason", code: "reasonRequired" }]);
    const written = await tx.pickupPoint.updateMany({
      where: { id: point.id, state: point.state, version: input.version ?? point.version },
      data: { state, version: { increment: 1 } },
    });
    if (written.count !== 1) throw new Refusal("staleVersion");
    await record(tx, actor, {
      deed: `points.${input.event}`,
      subjectType: "point",
      subjectId: point.id,
      before: { state: point.state },
      after: { state },
      reason: input.reason ?? null,
    });
    return { version: point.version + 1 };
  });
}

async function cityOfScope(tx: Tx, scope: string): Promise<string | null> {
  const [kind, id = ""] = scope.split(":");
  if (kind === "all") return null;
  const found =
    kind === "warehouse"
      ? await tx.warehouse.findUnique({ where: { id } })
      : kind === "route"
        ? await tx.route.findUnique({ where: { id } })
        : await tx.pickupPoint.findUnique({ where: { id } });
  if (!found) throw new Refusal("notFound");
  return found.cityId;
}

/** Marks days of one calendar as open or closed; orders already promised keep their day. Refuses: notFound, forbidden, invalid (no such day). */
export async function setCalendar(actor: Actor, input: z.infer<typeof calendarInput>): Promise<void> {
  await transact(async (tx) => {
    const [kind, id] = input.scope.split(":");
    if (kind === "supplier") {
      const supplier = await tx.supplier.findUnique({ where: { id: id ?? "" }, select: { cityIds: true } });
      if (!supplier) throw new Refusal("notFound");
      authorise(actor, "suppliers.edit", { supplierId: id ?? "", cityIds: supplier.cityIds });
    } else {
      const cityId = await cityOfScope(tx, input.scope);
      if (cityId === null && actor.cityIds.length > 0) throw new Refusal("forbidden", { deed: "points.edit" });
      authorise(actor, "points.edit", { cityId });
    }
    const days = input.days.map((text) => {
      const day = parseDay(text);
      if (!day) throw new Refusal("invalid", {}, [{ field: "days", code: "day" }]);
      return day;
    });
    for (const day of days) {
      const facts = { open: input.open, note: input.note };
      await tx.calendarDay.upsert({
        where: { scope_day: { scope: input.scope, day: dateOf(day) } },
        create: { scope: input.scope, day: dateOf(day), ...facts },
        update: facts,
      });
    }
    await record(tx, actor, {
      deed: input.open ? "calendar.open" : "calendar.rest",
      subjectType: kind === "all" ? "calendar" : (kind ?? "calendar"),
      subjectId: id ?? "all",
      after: { days, note: input.note },
    });
  });
}

type Home = { routeOf: (district: string) => Promise<string>; made: () => number };

/** Finds or makes the route of each district: a city that has none gets a central warehouse and one route a district. */
async function districtRoutes(tx: Tx, actor: Actor, city: { id: string; name: string }): Promise<Home> {
  const known = new Map<string, string>();
  for (const p of await tx.pickupPoint.groupBy({
    by: ["district", "routeId"],
    where: { cityId: city.id },
    _count: { id: true },
    orderBy: [{ _count: { id: "asc" } }, { routeId: "desc" }],
  }))
    known.set(p.district, p.routeId);
  for (const r of await tx.route.findMany({ where: { cityId: city.id }, orderBy: { id: "desc" } })) {
    const district = r.name.replace(/线$/, "");
    if (!known.has(district)) known.set(district, r.id);
  }
  let warehouseId = (
    await tx.warehouse.findFirst({ where: { cityId: city.id }, orderBy: [{ kind: "asc" }, { id: "asc" }] })
  )?.id;
  let made = 0;
  return {
    made: () => made,
    async routeOf(district) {
      const found = known.get(district);
      if (found) return found;
      if (!warehouseId) {
        warehouseId = newId("whs", now());
        const facts = { name: `${city.name}中心仓`, kind: "central" as const, cityId: city.id, address: city.name };
        await tx.warehouse.create({ data: { id: warehouseId, ...facts } });
        await record(tx, actor, {
          deed: "points.addWarehouse",
          subjectType: "warehouse",
          subjectId: warehouseId,
          after: facts,
        });
      }
      const id = newId("rte", now());
      const facts = { name: `${district}线`, warehouseId, cityId: city.id };
      await tx.route.create({ data: { id, ...facts } });
      await record(tx, actor, { deed: "points.addRoute", subjectType: "route", subjectId: id, after: facts });
      known.set(district, id);
      made++;
      return id;
    },
  };
}

/**
 * Takes over a point list: good rows become points (or change the point of that name), faulty rows are listed with their
 * cell and reason. Each district rides its own route; a district without one gets it. Refuses: notFound, forbidden, columnsMissing.
 */
export async function importPoints(actor: Actor, input: ImportPointsInput): Promise<ImportPointsResult> {
  const check = checkPoints(input.rows);
  return transact(
    async (tx) => {
      const city = await tx.region.findUnique({ where: { id: input.cityId } });
      if (city?.level !== "city") throw new Refusal("notFound");
      authorise(actor, "points.edit", { cityId: city.id });
      if (check.missing.length > 0) throw new Refusal("columnsMissing", { columns: check.missing.join(", ") });
      const problems: PointProblem[] = [...check.problems];
      const standing = new Map((await tx.pickupPoint.findMany({ where: { cityId: city.id } })).map((p) => [p.name, p]));
      const home = await districtRoutes(tx, actor, city);
      const at = now();
      const fresh: { id: string; row: ParsedPoint; routeId: string }[] = [];
      const changed: { id: string; before: object; row: ParsedPoint }[] = [];
      let unchanged = 0;
      for (const row of check.good) {
        const point = standing.get(row.name);
        if (!point) fresh.push({ id: newId("pkp", at), row, routeId: await home.routeOf(row.district) });
        else if (point.state === "closed")
          problems.push({ row: row.row, column: "name", reason: "closed", value: row.name });
        else if (sameFacts(point, row)) unchanged++;
        else
          changed.push({
            id: point.id,
            before: { address: point.address, district: point.district, lat: point.lat, lng: point.lng },
            row,
          });
      }
      await tx.pickupPoint.createMany({
        data: fresh.map(({ id, row, routeId }) => ({
          id,
          name: row.name,
          cityId: city.id,
          district: row.district,
          address: row.address,
          lat: row.lat,
          lng: row.lng,
          routeId,
          state: input.open ? ("open" as const) : ("draft" as const),
          createdAt: at,
        })),
      });
      for (const { id, row } of changed) {
        const { address, district, lat, lng } = row;
        await tx.pickupPoint.update({
          where: { id },
          data: { address, district, lat, lng, version: { increment: 1 } },
        });
      }
      const factsOf = ({ name, address, district, lat, lng }: ParsedPoint) => ({ name, address, district, lat, lng });
      await record(
        tx,
        actor,
        ...fresh.map(({ id, row, routeId }) => ({
          deed: "points.import",
          subjectType: "point",
          subjectId: id,
          after: { ...factsOf(row), routeId },
        })),
        ...changed.map(({ id, before, row }) => ({
          deed: "points.import",
          subjectType: "point",
          subjectId: id,
          before: before as Record<string, unknown>,
          after: factsOf(row),
        })),
      );
      problems.sort((a, b) => a.row - b.row);
      return {
        total: check.total,
        created: fresh.length,
        changed: changed.length,
        unchanged,
        problems,
        routesMade: home.made(),
      };
    },
    { timeoutMs: 60_000 },
  );
}

/** Keeps a point list (.csv or .xlsx) for checking; returns the file's id. Refuses: forbidden, notFound, fileMissing, fileKind, fileTooBig. */
export async function keepPointList(
  actor: Actor,
  input: { cityId: string; name: string; bytes: Buffer },
): Promise<string> {
  authorise(actor, "points.edit", { cityId: input.cityId });
  const file = {
    purpose: "import" as const,
    ownerKind: actor.kind,
    ownerId: actor.id,
    name: input.name,
    bytes: input.bytes,
    at: now(),
    by: actor.id,
  };
  return transact(async (tx) => (await keepFile(tx, file)).id);
}

/** importPoints from a kept list, or from bytes. Refuses: as importPoints, sheetUnreadable. */
export async function importPointList(
  actor: Actor,
  input: { cityId: string; open: boolean } & ({ fileId: string } | { bytes: Buffer }),
): Promise<ImportPointsResult> {
  authorise(actor, "points.edit", { cityId: input.cityId });
  const rows = await rowsOf("bytes" in input ? input.bytes : await keptBytes(actor, input.fileId));
  return importPoints(actor, { cityId: input.cityId, rows, open: input.open });
}
