import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addDays, type Day, day } from "../kernel/time";
import { boxAround, checkPoints, closedAmong, distanceM, mapHeader, pickupDayFor, scopesOf } from "./rules";

const monday = day("2026-11-16");
const anyDay = fc.integer({ min: 0, max: 700 }).map((n) => addDays(monday, n));

describe("the pickup day", () => {
  test("is the next open day at or after the lead time", () => {
    const closed = new Set<Day>([day("2026-11-17"), day("2026-11-18")]);
    const isClosed = (d: Day) => closed.has(d);
    expect(pickupDayFor({ businessDay: monday, skuLeadDays: 0, routeLeadDays: 1, isClosed })).toBe("2026-11-19");
    expect(pickupDayFor({ businessDay: monday, skuLeadDays: 2, routeLeadDays: 1, isClosed })).toBe("2026-11-19");
    expect(pickupDayFor({ businessDay: monday, skuLeadDays: 3, routeLeadDays: 1, isClosed })).toBe("2026-11-20");
  });

  test("one session holds goods for tomorrow and for the day after", () => {
    const isClosed = () => false;
    expect(pickupDayFor({ businessDay: monday, skuLeadDays: 0, routeLeadDays: 1, isClosed })).toBe("2026-11-17");
    expect(pickupDayFor({ businessDay: monday, skuLeadDays: 1, routeLeadDays: 1, isClosed })).toBe("2026-11-18");
  });

  test("is never before the lead time, is always open, and no open day before it was passed over", () => {
    fc.assert(
      fc.property(
        anyDay,
        fc.nat(5),
        fc.nat(3),
        fc.array(fc.nat(59), { maxLength: 40 }),
        (businessDay, skuLeadDays, routeLeadDays, rests) => {
          const earliest = addDays(businessDay, skuLeadDays + routeLeadDays);
          const closed = new Set(rests.map((n) => addDays(earliest, n)));
          const found = pickupDayFor({ businessDay, skuLeadDays, routeLeadDays, isClosed: (d) => closed.has(d) });
          expect(found >= earliest).toBe(true);
          expect(closed.has(found)).toBe(false);
          for (let d = earliest; d < found; d = addDays(d, 1)) expect(closed.has(d)).toBe(true);
        },
      ),
    );
  });

  test("nothing is promised when everything rests for two months", () => {
    expect(() => pickupDayFor({ businessDay: monday, skuLeadDays: 0, routeLeadDays: 1, isClosed: () => true })).toThrow(
      "noPickupDay",
    );
  });
});

describe("calendars", () => {
  test.each([
    ["nobody says anything", [], false],
    ["everywhere rests", [["all", false]], true],
    ["the warehouse rests", [["warehouse:w", false]], true],
    [
      "the point works although everywhere rests",
      [
        ["all", false],
        ["point:p", true],
      ],
      false,
    ],
    [
      "the route rests although the point works",
      [
        ["route:r", false],
        ["point:p", true],
      ],
      true,
    ],
    ["everywhere is said to work", [["all", true]], false],
  ] as const)("%s", (_, rows, isClosed) => {
    const closed = closedAmong(rows.map(([scope, open]) => ({ scope, open, day: monday })));
    expect(closed.has(monday)).toBe(isClosed);
  });

  test("goods pass the calendars of everywhere, their warehouse, their route and their point", () => {
    expect(scopesOf({ warehouseId: "whs_1", routeId: "rte_1", pointId: "pkp_1" })).toEqual([
      "all",
      "warehouse:whs_1",
      "route:rte_1",
      "point:pkp_1",
    ]);
  });
});

describe("distance", () => {
  test("Tiananmen to the Bird's Nest is about nine and a half kilometres", () => {
    const metres = distanceM({ lat: 39.9087, lng: 116.3975 }, { lat: 39.9929, lng: 116.3966 });
    expect(metres).toBeGreaterThan(9_300);
    expect(metres).toBeLessThan(9_450);
  });

  test("the box holds everything within the radius", () => {
    const place = {
      lat: fc.double({ min: 18, max: 53, noNaN: true }),
      lng: fc.double({ min: 75, max: 134, noNaN: true }),
    };
    fc.assert(
      fc.property(
        fc.record(place),
        fc.integer({ min: 100, max: 20_000 }),
        fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
        (centre, radius, angle) => {
          const step = (radius * 0.99) / 6_371_008.8 / (Math.PI / 180);
          const there = {
            lat: centre.lat + step * Math.sin(angle),
            lng: centre.lng + (step * Math.cos(angle)) / Math.cos((centre.lat * Math.PI) / 180),
          };
          fc.pre(distanceM(centre, there) <= radius);
          const box = boxAround(centre, radius);
          expect(
            there.lat >= box.south && there.lat <= box.north && there.lng >= box.west && there.lng <= box.east,
          ).toBe(true);
        },
      ),
    );
  });
});

describe("a list of points", () => {
  const header = ["community", "address", "district", "area", "lng_gcj02", "lat_gcj02"];

  test("headers are known in English and Chinese, whatever their case", () => {
    expect(mapHeader(header)).toEqual({ name: 0, address: 1, district: 2, area: 3, lng: 4, lat: 5 });
    expect(mapHeader(["小区名称", "行政区", "详细地址", "经度", "纬度"])).toEqual({
      name: 0,
      district: 1,
      address: 2,
      area: -1,
      lng: 3,
      lat: 4,
    });
  });

  test("good rows go through and every faulty cell is named with its reason", () => {
    const check = checkPoints([
      header,
      ["和平里", "和平街 1 号", "东城区", "和平里", "116.42", "39.96"],
      ["", "某路", "东城区", "", "116.4", "39.9"],
      ["和平里", "另一处", "东城区", "", "116.4", "39.9"],
      ["远方", "某路", "东城区", "", "39.9", "116.4"],
      ["字母", "某路", "", "", "abc", "39.9"],
      ["", "", "", "", "", ""],
    ]);
    expect(check.total).toBe(5);
    expect(check.good.map((g) => g.name)).toEqual(["和平里"]);
    expect(check.problems.map((p) => `${p.row} ${p.column} ${p.reason}`)).toEqual([
      "3 name empty",
      "4 name twice",
      "5 lng outsideChina",
      "5 lat outsideChina",
      "6 district empty",
      "6 lng notNumber",
    ]);
  });

  test("a file without coordinates is refused as a whole", () => {
    expect(
      checkPoints([
        ["小区", "地址", "区"],
        ["甲", "乙", "丙"],
      ]).missing,
    ).toEqual(["lng", "lat"]);
  });

  const real = "../shared/data/beijing-communities.csv";
  test.runIf(exists(real))("the real communities of Beijing all go through", () => {
    const check = checkPoints(parse(readFileSync(real), { bom: true, relax_column_count: true }) as string[][]);
    expect(check).toMatchObject({ total: 236, problems: [], missing: [] });
    expect(check.good).toHaveLength(236);
  });
});

function exists(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}
