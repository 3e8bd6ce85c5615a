/**
 * Analytics reads the trade and decides nothing in it; it keeps its own sums, and people's questions, notes and targets. Promises:
 * a number is the same from the sums and from the facts, and says how fresh it is; every report names the day it counts by (session,
 * payment or pickup); the same total comes out whichever way it is split; an operator limited to cities sees these cities only.
 */
import { z } from "zod/mini";
import type { Fen } from "../kernel/money";
import type { Day } from "../kernel/time";

/** The three days that are not one (domain 10). */
export const bases = ["paid", "session", "pickup"] as const;
export type Basis = (typeof bases)[number];
export const periods = ["d7", "d14", "d30", "month", "today"] as const;
export type Period = (typeof periods)[number] | "custom";
export type Narrow = {
  cityId?: string | undefined;
  supplierId?: string | undefined;
  leaderId?: string | undefined;
  skuId?: string | undefined;
};

/** Half-hour slots of a day, each the sum since midnight. */
export type Curve = { points: number[]; previous: number[] };

/** What the day may come to, lowest and highest, by this many of the past weeks. */
export type Forecast = { lowFen: Fen; highFen: Fen; weeks: number };

export type TodayFigures = {
  gmv: { fen: Fen; beforeFen: Fen; curve: Curve; forecast: Forecast | null; wholeBeforeFen: Fen };
  orders: { count: number; before: number; curve: Curve };
  buyers: { count: number; before: number; fresh: number; curve: Curve };
  /** Deliveries of today's pickup: `due` have arrived or should have. */
  onTime: { onTime: number; due: number; bp: number | null; beforeBp: number | null; curve: Curve };
  refunds: { fen: Fen; bp: number | null; beforeBp: number | null; curve: Curve };
};

export type PointMark = "normal" | "attention" | "failed";
export type TodayPoint = {
  id: string;
  name: string;
  district: string;
  lat: number;
  lng: number;
  mark: PointMark;
  dueAt: Date | null;
  arrivedAt: Date | null;
  /** Minutes after the point opened: until it came, or until now. 0 when on time. */
  lateMinutes: number;
  closesAt: Date;
  deliveryIds: string[];
  /** Deliveries that were not reminded of within the last half hour. */
  remindIds: string[];
  orders: number;
  waiting: number;
  picked: number;
};

export type Pipeline = {
  selling: {
    day: Day;
    sessions: {
      id: string;
      name: string;
      state: "published" | "cutOff" | "locked" | "finished";
      opensAt: Date;
      cutoffAt: Date;
    }[];
    offers: number;
    soldOut: number;
    orders: number;
    pieces: number;
    /** Purchase orders of these sessions, once locked. */
    purchases: { total: number; accepted: number; overdue: number };
  };
  pickup: {
    day: Day;
    orders: number;
    pieces: number;
    purchases: { total: number; accepted: number; overdue: number };
    receipt: { total: number; done: number; late: number; missing: number };
    /** Deliveries whose goods have all come to the warehouse: what can be sorted, or has been and is loaded. */
    sorting: { total: number; done: number };
    loading: { total: number; done: number; late: number };
    arrival: { total: number; done: number; late: number };
    handed: { total: number; done: number };
  };
};

export type NeedKey =
  | "uncollected"
  | "lateDeliveries"
  | "lateReceipts"
  | "purchases"
  | "afterSales"
  | "oversold"
  | "tomorrow"
  | "applications"
  | "leaderApplications"
  | "products"
  | "sessionReviews"
  | "slotReviews"
  | "priceReviews"
  | "proposals"
  | "documents"
  | "disputes"
  | "statements"
  | "withdrawals"
  | "batches"
  | "confirms"
  | "refunds"
  | "shipping"
  | "jobs"
  | "messages";

export const fixKinds = [
  "remind",
  "retryRefunds",
  "retryShipping",
  "acceptPurchases",
  "remindConfirms",
  "copySession",
  "retryJobs",
  "retryMessages",
] as const;
export type FixKind = (typeof fixKinds)[number];

/** What a fix is done to: ids of its kind. */
export const fixInput = z.object({
  id: z.pipe(
    z.union([z.string().check(z.maxLength(40)), z.array(z.string().check(z.maxLength(40))).check(z.maxLength(500))]),
    z.transform((v: string | string[]) => (Array.isArray(v) ? v : [v])),
  ),
});

/** One thing that waits for this person: how many, for how much, until when, where it is done; `fix` can be done on the spot. */
export type Need = {
  id: string;
  key: NeedKey;
  count: number;
  orders: number;
  amountFen: Fen;
  names: string[];
  dueAt: Date | null;
  href: string;
  fix: { kind: FixKind; ids: string[] } | null;
};

export type TodayBoard = {
  at: Date;
  day: Day;
  cityId: string | null;
  figures: TodayFigures;
  pipeline: Pipeline;
  points: TodayPoint[];
  needs: Need[];
  /** How many things this person has done today. */
  handled: number;
  /** Milliseconds until something turns by the clock alone (opens, closes, becomes late); null when nothing will today. */
  turnsInMs: number | null;
};

export const setupKeys = ["network", "points", "leaders", "suppliers", "products", "people", "session"] as const;
/** A step of a young instance, done or not as the data say; `href` is null for who may not do it. */
export type SetupStep = { key: (typeof setupKeys)[number]; done: boolean; count: number; href: string | null };
