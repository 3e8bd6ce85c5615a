import { z } from "zod";
import type { PointState } from "#lib/generated/prisma/enums";
import type { ListSpec } from "../kernel/list";
import type { Day } from "../kernel/time";

/**
 * Where goods are handed over: cities, warehouses, routes, pickup points and the calendars they keep.
 * Promises: a point lies on one route, and through it under one warehouse; a pickup day is never earlier than the lead
 * time and never a day on which the warehouse, the route or the point rests. Coordinates are GCJ-02, distances metres.
 */
export const pointStates = ["draft", "open", "paused", "closed"] as const satisfies readonly PointState[];

/** What an order needs to know of its point. */
export type PointForOrder = {
  id: string;
  name: string;
  cityId: string;
  district: string;
  address: string;
  routeId: string;
  warehouseId: string;
  routeLeadDays: number;
  leaderId: string | null;
  state: PointState;
};

export type NearPoint = {
  id: string;
  name: string;
  cityId: string;
  district: string;
  address: string;
  lat: number;
  lng: number;
  opensAt: string;
  closesAt: string;
  leaderId: string | null;
  distanceM: number;
};

export type City = { id: string; name: string; nameEn: string };
export type RouteView = {
  id: string;
  name: string;
  cityId: string;
  warehouseId: string;
  warehouseName: string;
  leadDays: number;
  departAt: string;
};
export type WarehouseView = {
  id: string;
  name: string;
  kind: "central" | "grid";
  cityId: string;
  address: string;
  unloadFrom: string;
  unloadTo: string;
};

/** What the list of points may be asked. */
export const pointListSpec = {
  views: ["all", "open", "noLeader", "paused", "closed"],
  sorts: ["district", "name", "-createdAt"],
  filters: { cityId: "text", district: "text", routeId: "text", leaderId: "text" },
  fields: {
    state: pointStates,
    name: "text",
    district: "text",
    address: "text",
    withLeader: "yes",
    opensAt: "text",
    closesAt: "text",
    createdAt: "moment",
  },
} as const satisfies ListSpec;

export type PointRow = {
  id: string;
  name: string;
  cityId: string;
  cityName: string;
  district: string;
  address: string;
  lat: number;
  lng: number;
  routeId: string;
  routeName: string;
  leaderId: string | null;
  state: PointState;
  opensAt: string;
  closesAt: string;
};

/** A point of the list, with whose it is. */
export type PointListRow = PointRow & { leaderName: string | null };

export type CalendarRow = { scope: string; day: Day; open: boolean; note: string };

export type PointRecord = PointRow & {
  warehouseId: string;
  warehouseName: string;
  routeLeadDays: number;
  createdAt: Date;
  version: number;
  calendar: CalendarRow[];
};

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "clock");
const name = z.string().trim().min(1, "required").max(60, "tooLong");
const leadDays = z.coerce.number().int().min(0).max(30);

export const pointInput = z.object({
  name,
  cityId: z.string().min(1, "required"),
  district: z.string().trim().min(1, "required").max(40),
  address: z.string().trim().min(1, "required").max(120),
  lat: z.coerce.number().min(3, "coordinate").max(54, "coordinate"),
  lng: z.coerce.number().min(73, "coordinate").max(136, "coordinate"),
  routeId: z.string().min(1, "required"),
  opensAt: clock.default("16:00"),
  closesAt: clock.default("21:00"),
});
export type PointInput = z.infer<typeof pointInput>;

export const editPointInput = pointInput.extend({ id: z.string().min(1), version: z.coerce.number().int() });
export type EditPointInput = z.infer<typeof editPointInput>;

export const pointStateInput = z.object({
  id: z.string().min(1),
  event: z.enum(["open", "pause", "close"]),
  reason: z.string().trim().max(200).optional(),
  version: z.coerce.number().int().optional(),
});

export const assignLeaderInput = z.object({ pointId: z.string().min(1), leaderId: z.string().min(1) });

export const cityInput = z.object({ name, nameEn: z.string().trim().min(1, "required").max(60) });
export const warehouseInput = z.object({
  name,
  kind: z.enum(["central", "grid"]).default("central"),
  cityId: z.string().min(1, "required"),
  address: z.string().trim().min(1, "required").max(120),
  unloadFrom: clock.default("01:00"),
  unloadTo: clock.default("04:00"),
});
export const routeInput = z.object({
  name,
  warehouseId: z.string().min(1, "required"),
  leadDays: leadDays.default(1),
  departAt: clock.default("06:00"),
});

export const calendarInput = z.object({
  scope: z.string().regex(/^(all|(warehouse|route|point|supplier):[a-z]{3}_[0-9a-z]+)$/, "scope"),
  days: z
    .array(z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "day"))
    .min(1)
    .max(60),
  open: z.boolean(),
  note: z.string().trim().max(80).default(""),
});

/** One faulty row of a point list: its 1-based row in the file, the column, a reason code and what stood there. */
export type PointProblem = { row: number; column: PointColumn | "row"; reason: string; value: string };
export const pointColumns = ["name", "address", "district", "area", "lng", "lat"] as const;
export type PointColumn = (typeof pointColumns)[number];
export type ParsedPoint = { row: number; name: string; address: string; district: string; lat: number; lng: number };
export type PointCheck = { total: number; good: ParsedPoint[]; problems: PointProblem[]; missing: PointColumn[] };

export const importPointsInput = z.object({
  cityId: z.string().min(1, "required"),
  /** Every row as text cells, the header first. */
  rows: z.array(z.array(z.string())).max(20_001),
  open: z.boolean().default(true),
});
export type ImportPointsInput = z.infer<typeof importPointsInput>;
export type ImportPointsResult = {
  total: number;
  created: number;
  changed: number;
  unchanged: number;
  problems: PointProblem[];
  routesMade: number;
};
