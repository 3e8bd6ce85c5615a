import { describe, expect, test } from "vitest";
import { systemActor } from "#lib/identity/schema";
import { type Day, day } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { listPage, viewAsk } from "#lib/platform/list";
import { makeLeader, makeTown, operator, testMorning } from "#lib/testing/builders";
import {
  addPoint,
  addRoute,
  addWarehouse,
  changePointState,
  editPoint,
  importPointList,
  importPoints,
  keepPointList,
  setCalendar,
} from "./commands";
import { pointBulk, pointList } from "./lists";
import { checkPointList, closedDays, nearestPoints, pointForOrder, pointRecord } from "./queries";
import { scopesOf } from "./rules";

const desk = operator("operations");
const at = <T>(work: () => Promise<T>) => underClock(testMorning, work);
const base = { district: "城东", address: "和平路", opensAt: "16:00", closesAt: "21:00" };

describe("points", () => {
  test("the nearest open points come first, a page at a time, without gap or repeat", () =>
    at(async () => {
      const town = await makeTown();
      await prisma.pickupPoint.updateMany({ where: { cityId: town.cityId }, data: { lat: 31.0001, lng: 121 } });
      for (const [i, lat] of [31.004, 31.002, 31.008, 31.006, 31.002].entries()) {
        const id = await addPoint(desk, {
          ...base,
          name: `点${i}`,
          cityId: town.cityId,
          routeId: town.routeId,
          lat,
          lng: 121,
        });
        await prisma.pickupPoint.update({ where: { id }, data: { leaderId: town.leaderId, state: "open" } });
      }
      const seen: { id: string; distanceM: number }[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof nearestPoints>> = await nearestPoints({
          lat: 31,
          lng: 121,
          cityId: town.cityId,
          cursor,
          limit: 2,
        });
        seen.push(...page.rows);
        cursor = page.nextCursor;
      } while (cursor);
      expect(seen).toHaveLength(6);
      expect(new Set(seen.map((p) => p.id)).size).toBe(6);
      expect(seen.map((p) => p.distanceM)).toEqual([...seen.map((p) => p.distanceM)].sort((a, b) => a - b));
      expect(seen[0]?.distanceM).toBe(11);
    }));

  test("a point without a leader, paused, or out of reach is not offered to residents", () =>
    at(async () => {
      const town = await makeTown();
      await addPoint(desk, {
        ...base,
        name: "无团长",
        cityId: town.cityId,
        routeId: town.routeId,
        lat: 39.9,
        lng: 116.4,
      });
      await changePointState(desk, { id: town.pointId, event: "pause", reason: "装修" });
      expect((await nearestPoints({ lat: 39.9, lng: 116.4, cityId: town.cityId, limit: 10 })).rows).toEqual([]);
      expect(await pointBulk.pause.skips(desk, [town.pointId], { reason: "x" })).toEqual(
        new Map([[town.pointId, { code: "alreadySo" }]]),
      );
      const kept = await pointBulk.open.apply(desk, town.pointId, {});
      await pointBulk.open.undo?.(desk, town.pointId, kept);
      expect((await pointForOrder(town.pointId))?.state).toBe("paused");
      await changePointState(desk, { id: town.pointId, event: "open" });
      await expect(pointBulk.open.undo?.(desk, town.pointId, kept)).rejects.toMatchObject({ code: "staleVersion" });
      expect(
        (await nearestPoints({ lat: 39.9, lng: 116.4, cityId: town.cityId, limit: 10 })).rows.map((p) => p.id),
      ).toEqual([town.pointId]);
      expect(
        (await nearestPoints({ lat: 40.2, lng: 116.4, cityId: town.cityId, radiusM: 3_000, limit: 10 })).rows,
      ).toEqual([]);
    }));

  test("an order learns the route's lead time and the warehouse from the point", () =>
    at(async () => {
      const town = await makeTown();
      expect(await pointForOrder(town.pointId)).toMatchObject({
        routeId: town.routeId,
        warehouseId: town.warehouseId,
        routeLeadDays: 1,
        leaderId: town.leaderId,
        state: "open",
      });
      expect(await pointForOrder("pkp_unknown")).toBeNull();
    }));

  test("a rest day of the warehouse closes every point behind it, and can be lifted again", () =>
    at(async () => {
      const town = await makeTown();
      const scopes = scopesOf({ ...town });
      const [from, to]: [Day, Day] = [day("2026-11-17"), day("2026-11-30")];
      await setCalendar(desk, {
        scope: `warehouse:${town.warehouseId}`,
        days: ["2026-11-18", "2026-11-19"],
        open: false,
        note: "盘点",
      });
      expect([...(await closedDays(scopes, from, to))]).toEqual(["2026-11-18", "2026-11-19"]);
      await setCalendar(desk, { scope: `warehouse:${town.warehouseId}`, days: ["2026-11-19"], open: true, note: "" });
      expect([...(await closedDays(scopes, from, to))]).toEqual(["2026-11-18"]);
      expect((await pointRecord(desk, town.pointId)).calendar).toHaveLength(2);
    }));

  test("the second of two people who edit one point is told so", () =>
    at(async () => {
      const town = await makeTown();
      const record = await pointRecord(desk, town.pointId);
      const change = {
        ...base,
        id: town.pointId,
        version: record.version,
        name: record.name,
        cityId: town.cityId,
        routeId: town.routeId,
        lat: 39.91,
        lng: 116.41,
      };
      await editPoint(desk, change);
      await expect(editPoint(desk, { ...change, address: "别处" })).rejects.toMatchObject({ code: "staleVersion" });
    }));

  test("pausing and closing a point needs a reason, and a closed point stays closed", () =>
    at(async () => {
      const town = await makeTown();
      await expect(changePointState(desk, { id: town.pointId, event: "close" })).rejects.toMatchObject({
        code: "reasonRequired",
      });
      await changePointState(desk, { id: town.pointId, event: "close", reason: "搬走了" });
      await expect(changePointState(desk, { id: town.pointId, event: "open" })).rejects.toMatchObject({
        code: "illegalTransition",
      });
    }));

  test("a route belongs to its warehouse's city, and a point takes only a route of its own city", () =>
    at(async () => {
      const [here, there] = [await makeTown(), await makeTown()];
      const warehouseId = await addWarehouse(desk, {
        name: "网格站",
        kind: "grid",
        cityId: here.cityId,
        address: "路",
        unloadFrom: "01:00",
        unloadTo: "04:00",
      });
      const routeId = await addRoute(desk, { name: "二线", warehouseId, leadDays: 2, departAt: "06:00" });
      expect((await prisma.route.findUniqueOrThrow({ where: { id: routeId } })).cityId).toBe(here.cityId);
      await expect(
        addPoint(desk, { ...base, name: "外地", cityId: there.cityId, routeId, lat: 39.9, lng: 116.4 }),
      ).rejects.toMatchObject({ code: "noRoute" });
    }));

  test("operations of one city neither see nor change another's points; an auditor only looks", () =>
    at(async () => {
      const [here, there] = [await makeTown(), await makeTown()];
      const local = { ...operator("operations"), cityIds: [here.cityId] };
      expect((await listPage(pointList, local, viewAsk("all", "district"))).rows.map((p) => p.cityId)).toEqual([
        here.cityId,
      ]);
      await expect(pointRecord(local, there.pointId)).rejects.toMatchObject({ code: "notFound" });
      await expect(changePointState(local, { id: there.pointId, event: "pause", reason: "x" })).rejects.toMatchObject({
        code: "notFound",
      });
      await expect(
        changePointState(operator("auditor"), { id: here.pointId, event: "pause", reason: "x" }),
      ).rejects.toMatchObject({ code: "forbidden" });
      await expect(
        setCalendar(local, { scope: "all", days: ["2026-11-20"], open: false, note: "" }),
      ).rejects.toMatchObject({ code: "forbidden" });
    }));
});

describe("importing a list of points", () => {
  const header = ["小区名称", "地址", "行政区", "经度", "纬度"];

  test("good rows become points on their district's route, faulty ones are reported, a second import changes nothing", () =>
    at(async () => {
      const cityId = "rgn_110100";
      const rows = [
        header,
        ["甲小区", "甲路 1 号", "朝阳区", "116.50", "39.90"],
        ["乙小区", "乙路 1 号", "海淀区", "116.30", "39.95"],
        ["丙小区", "", "海淀区", "116.3", "39.9"],
      ];
      const first = await importPoints(desk, { cityId, rows, open: true });
      expect(first).toMatchObject({
        total: 3,
        created: 2,
        routesMade: 2,
        problems: [{ row: 4, column: "address", reason: "empty" }],
      });
      const points = await prisma.pickupPoint.findMany({ where: { cityId }, orderBy: { name: "asc" } });
      expect(new Set(points.map((p) => p.routeId)).size).toBe(2);
      const routes = await prisma.route.findMany({ where: { cityId } });
      expect(routes.map((r) => r.name).sort()).toEqual(["朝阳区线", "海淀区线"]);
      expect(await importPoints(desk, { cityId, rows, open: true })).toMatchObject({
        created: 0,
        changed: 0,
        unchanged: 2,
        routesMade: 0,
      });
      const moved = [
        header,
        ["甲小区", "甲路 2 号", "朝阳区", "116.51", "39.90"],
        ["丁小区", "丁路", "朝阳区", "116.5", "39.91"],
      ];
      expect(await importPoints(desk, { cityId, rows: moved, open: true })).toMatchObject({
        created: 1,
        changed: 1,
        routesMade: 0,
      });
      const [one, two] = await prisma.pickupPoint.findMany({ where: { cityId, district: "朝阳区" } });
      expect(one?.routeId).toBe(two?.routeId);
    }));

  test("a file without the columns it needs is refused with their names", () =>
    at(() =>
      expect(
        importPoints(desk, {
          cityId: "rgn_110100",
          rows: [
            ["小区", "地址"],
            ["甲", "乙"],
          ],
          open: true,
        }),
      ).rejects.toMatchObject({ code: "columnsMissing", facts: { columns: "district, lng, lat" } }),
    ));

  test("a leader's id cannot be given to a point by import", () =>
    at(async () => {
      await makeLeader("rgn_110100");
      await importPoints(systemActor("test"), {
        cityId: "rgn_110100",
        rows: [header, ["戊小区", "戊路", "丰台区", "116.3", "39.85"]],
        open: false,
      });
      expect(await prisma.pickupPoint.findFirst({ where: { name: "戊小区" } })).toMatchObject({
        leaderId: null,
        state: "draft",
      });
    }));
});

test("a list as people save it in Excel is kept, checked without importing, and then imported", () =>
  at(async () => {
    const cityId = "rgn_320500";
    const text =
      "小区名称,地址,行政区,经度,纬度\r\n平江里,平江路 1 号,姑苏区,120.63,31.31\r\n空心街,,姑苏区,120.6,31.3\r\n";
    const bytes = Buffer.from(`\uFEFF${text}`);
    const fileId = await keepPointList(desk, { cityId, name: "名单.csv", bytes });
    const check = await checkPointList(desk, { cityId, fileId });
    expect(check).toMatchObject({
      total: 2,
      created: 1,
      districts: [{ district: "姑苏区", count: 1, hasRoute: false }],
      problems: [{ row: 3, column: "address" }],
    });
    expect(await prisma.pickupPoint.count({ where: { cityId } })).toBe(0);
    expect(await importPointList(desk, { cityId, fileId, open: true })).toMatchObject({ created: 1, routesMade: 1 });
    expect(await importPointList(desk, { cityId, bytes, open: true })).toMatchObject({ created: 0, unchanged: 1 });
    await expect(checkPointList(operator("merchandiser"), { cityId, fileId })).rejects.toMatchObject({
      code: "forbidden",
    });
  }));
