import type { PointState } from "#lib/generated/prisma/enums";
import { Refusal } from "../kernel/refusal";
import type { Table } from "../kernel/states";
import { addDays, type Day } from "../kernel/time";
import type { CalendarRow, ParsedPoint, PointCheck, PointColumn, PointProblem } from "./schema";

export type PointEvent = "open" | "pause" | "close";
export const pointTable: Table<PointState, PointEvent> = {
  draft: { open: "open", close: "closed" },
  open: { pause: "paused", close: "closed" },
  paused: { open: "open", close: "closed" },
  closed: {},
};

/** How far ahead a rest may last before we say that nothing can be promised. */
const horizonDays = 60;

/**
 * The next open day at or after the business day plus the lead times of the goods and of the route, in days.
 * Refuses: noPickupDay, when everything rests for two months.
 */
export function pickupDayFor(e: {
  businessDay: Day;
  skuLeadDays: number;
  routeLeadDays: number;
  isClosed: (day: Day) => boolean;
}): Day {
  const earliest = addDays(e.businessDay, e.skuLeadDays + e.routeLeadDays);
  for (let i = 0; i <= horizonDays; i++) {
    const day = addDays(earliest, i);
    if (!e.isClosed(day)) return day;
  }
  throw new Refusal("noPickupDay", { day: earliest });
}

/** The last day pickupDayFor may look at: how far to read the calendars. */
export const calendarHorizon = (businessDay: Day, leadDays: number): Day =>
  addDays(businessDay, leadDays + horizonDays);

/** The calendars that a point's goods pass: everywhere, its warehouse, its route, itself. */
export const scopesOf = (e: { warehouseId: string; routeId: string; pointId: string }): string[] => [
  "all",
  `warehouse:${e.warehouseId}`,
  `route:${e.routeId}`,
  `point:${e.pointId}`,
];

/** The days on which at least one calendar rests. A general rest day (`all`) is lifted by a narrower calendar that says it works. */
export function closedAmong(rows: readonly Pick<CalendarRow, "scope" | "day" | "open">[]): Set<Day> {
  const closed = new Set<Day>();
  const byDay = groupByDay(rows);
  for (const [day, said] of byDay) {
    const narrow = said.filter((r) => r.scope !== "all");
    const restsEverywhere = said.some((r) => r.scope === "all" && !r.open);
    if (narrow.some((r) => !r.open) || (restsEverywhere && !narrow.some((r) => r.open))) closed.add(day);
  }
  return closed;
}

function groupByDay<T extends { day: Day }>(rows: readonly T[]): Map<Day, T[]> {
  const map = new Map<Day, T[]>();
  for (const row of rows) map.set(row.day, [...(map.get(row.day) ?? []), row]);
  return map;
}

const earthM = 6_371_008.8;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Great-circle distance in metres. */
export function distanceM(a: { lat: number; lng: number }, b: { lat: number; lng: number }): number {
  const dLat = radians(b.lat - a.lat);
  const dLng = radians(b.lng - a.lng);
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(dLng / 2) ** 2;
  return 2 * earthM * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** The box of degrees that holds every point within a radius in metres. */
export function boxAround(centre: { lat: number; lng: number }, radiusM: number) {
  const dLat = (radiusM / earthM) * (180 / Math.PI);
  const dLng = dLat / Math.max(0.01, Math.cos(radians(centre.lat)));
  return { south: centre.lat - dLat, north: centre.lat + dLat, west: centre.lng - dLng, east: centre.lng + dLng };
}

/** Names a column goes by in other people's files, compared without case, spaces and punctuation. */
const headers: Record<PointColumn, readonly string[]> = {
  name: [
    "name",
    "community",
    "communityname",
    "point",
    "小区",
    "小区名称",
    "社区",
    "社区名称",
    "自提点",
    "自提点名称",
    "名称",
  ],
  address: ["address", "addr", "地址", "详细地址"],
  district: ["district", "区", "区县", "行政区", "县"],
  area: ["area", "town", "street", "街道", "乡镇", "商圈", "片区"],
  lng: ["lng", "lon", "longitude", "lnggcj02", "经度"],
  lat: ["lat", "latitude", "latgcj02", "纬度"],
};
const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/** Which cell of a row is which column, by the header; -1 where the file has no such column. */
export function mapHeader(header: readonly string[]): Record<PointColumn, number> {
  const seen = header.map(plain);
  const at = (column: PointColumn) => seen.findIndex((cell) => headers[column].includes(cell));
  return {
    name: at("name"),
    address: at("address"),
    district: at("district"),
    area: at("area"),
    lng: at("lng"),
    lat: at("lat"),
  };
}

/**
 * Reads a point list (header first) into good rows and problems, one per faulty cell. `area` only helps people read the file.
 * A coordinate must lie within mainland China; a name may stand once.
 */
export function checkPoints(rows: readonly (readonly string[])[]): PointCheck {
  const [header = [], ...body] = rows;
  const column = mapHeader(header);
  const missing = (["name", "address", "district", "lng", "lat"] as const).filter((c) => column[c] < 0);
  const filled = body
    .map((cells, i) => ({ cells, row: i + 2 }))
    .filter(({ cells }) => cells.some((c) => c.trim() !== ""));
  if (missing.length > 0) return { total: filled.length, good: [], problems: [], missing };
  const good: ParsedPoint[] = [];
  const problems: PointProblem[] = [];
  const rowOfName = new Map<string, number>();
  for (const { cells, row } of filled) {
    const text = (c: PointColumn) => (cells[column[c]] ?? "").trim();
    const found: PointProblem[] = [];
    const fault = (c: PointColumn, reason: string) =>
      found.push({ row, column: c, reason, value: text(c).slice(0, 80) });
    for (const c of ["name", "address", "district"] as const) {
      if (text(c) === "") fault(c, "empty");
      else if (text(c).length > (c === "address" ? 120 : c === "name" ? 60 : 40)) fault(c, "tooLong");
    }
    const number = (c: "lng" | "lat", low: number, high: number): number => {
      if (text(c) === "") fault(c, "empty");
      else if (!/^-?\d{1,3}(\.\d+)?$/.test(text(c))) fault(c, "notNumber");
      else if (Number(text(c)) < low || Number(text(c)) > high) fault(c, "outsideChina");
      return Number(text(c));
    };
    const lng = number("lng", 73, 136);
    const lat = number("lat", 3, 54);
    const name = text("name");
    if (name !== "" && rowOfName.has(name)) fault("name", "twice");
    else if (name !== "") rowOfName.set(name, row);
    if (found.length > 0) problems.push(...found);
    else good.push({ row, name, address: text("address"), district: text("district"), lat, lng });
  }
  return { total: filled.length, good, problems, missing: [] };
}

/** Whether a list says nothing new about a point. */
export const sameFacts = (
  point: { address: string; district: string; lat: number; lng: number },
  row: ParsedPoint,
): boolean =>
  point.address === row.address && point.district === row.district && point.lat === row.lat && point.lng === row.lng;
