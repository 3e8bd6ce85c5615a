/**
 * Analytics reads and decides nothing. Promises: every number is computed from orders, deliveries and the ledger's own rows at
 * the moment of asking; every report names the day it counts by (session, payment or pickup); the same total comes out
 * whichever way it is split; an operator limited to cities sees these cities only.
 */
import type { Fen } from "../kernel/money";
import type { Day } from "../kernel/time";

/** The three days that are not one (domain 10). */
export const bases = ["paid", "session", "pickup"] as const;
export type Basis = (typeof bases)[number];
export const splits = ["day", "product", "leader", "city", "supplier"] as const;
export type Split = (typeof splits)[number];
export const periods = ["d7", "d14", "d30", "month", "today"] as const;
export type Period = (typeof periods)[number] | "custom";
export const metrics = [
  "gmvFen",
  "netFen",
  "orders",
  "buyers",
  "pieces",
  "aovFen",
  "refundFen",
  "refundBp",
  "marginFen",
  "marginBp",
  "commissionFen",
] as const;
export type Metric = (typeof metrics)[number];

/** What the metric dictionary explains, in this order. */
export const dictionary = [
  "gmv",
  "net",
  "orders",
  "buyers",
  "newBuyers",
  "repurchase",
  "aov",
  "perLeader",
  "refund",
  "margin",
  "commission",
  "onTime",
  "forecast",
] as const;

export type Narrow = {
  cityId?: string | undefined;
  supplierId?: string | undefined;
  leaderId?: string | undefined;
  skuId?: string | undefined;
};

/** A question to the sales: which day counts, from when to when (both ends inclusive), split how, compared or not. */
export type Question = Narrow & {
  basis: Basis;
  period: Period;
  from: Day;
  to: Day;
  by: Split;
  compare: boolean;
  metric: Metric;
};

/** What is counted. `aovFen`, rates and margins are null where there is nothing to divide by. Rates are basis points. */
export type Figures = {
  gmvFen: Fen;
  refundFen: Fen;
  netFen: Fen;
  orders: number;
  buyers: number;
  pieces: number;
  marginFen: Fen;
  commissionFen: Fen;
  aovFen: Fen | null;
  refundBp: number | null;
  marginBp: number | null;
};

/** `id` is a day, SKU, leader, city or supplier by the split. */
export type SalesRow = { id: string; name: string; note: string; now: Figures; before: Figures | null };
export type SalesDay = { day: Day; now: Figures; beforeDay: Day | null; before: Figures | null };
export type Sales = {
  question: Question;
  before: { from: Day; to: Day } | null;
  /** The period runs until now, so the one before is counted up to the same time. */
  isSameTime: boolean;
  total: Figures;
  totalBefore: Figures | null;
  newBuyers: number;
  /** Buyers of both periods over buyers of the previous one. */
  repurchaseBp: number | null;
  /** Orders per leader with orders and day; two decimals. */
  ordersPerLeader: number | null;
  days: SalesDay[];
  /** By the metric, largest first (days: in order); `rowCount` counts those left out too. */
  rows: SalesRow[];
  rowCount: number;
  /** What the rows left out come to; its orders and buyers are not counted (they overlap). */
  rest: Figures | null;
};

/** Half-hour slots of a day, each the sum since midnight. */
export type Curve = { points: number[]; previous: number[] };

export type TodayFigures = {
  gmv: { fen: Fen; beforeFen: Fen; curve: Curve; forecast: { lowFen: Fen; highFen: Fen } | null; wholeBeforeFen: Fen };
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
  fix: { kind: "remind" | "retryRefunds" | "retryShipping"; ids: string[] } | null;
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
};
