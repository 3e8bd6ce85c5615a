import type { Day } from "../../kernel/time";

/** Orders and pieces that a route hands out on a pickup day. */
export type RouteLoad = { id: string; name: string; orders: number; pieces: number };
export type WarehouseLoad = { id: string; name: string; orders: number; pieces: number; routes: RouteLoad[] };
/** What a pickup day brings: what is booked, or the forecast where it is more (`isForecast`). Warehouses and routes fullest first. */
export type DayLoad = { day: Day; isForecast: boolean; warehouses: WarehouseLoad[] };
/** Capacity: pieces a warehouse handles a night, orders a route carries a day. */
export type Load = { days: DayLoad[]; capacity: { pieces: number; orders: number } };
