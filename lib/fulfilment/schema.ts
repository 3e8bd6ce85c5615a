import { z } from "zod";
import type { DeliveryState, UncollectedPolicy } from "#lib/generated/prisma/enums";
import type { ListSpec } from "../kernel/list";
import type { Fen } from "../kernel/money";
import type { Day } from "../kernel/time";

/**
 * From the warehouse to the resident's hands. Promises: a locked session becomes one delivery per pickup point and day, whose
 * expected pieces follow the orders until the leader signs; she signs by line within the hours of the setting `signHours`
 * after arrival, short or damaged with a photo, else the clock signs everything as accepted. What is short or damaged between
 * receipt and signature is borne by the warehouse (short) or the driver (damaged), and its residents have their money back.
 * A piece is handed over exactly once, whoever asks, however often; one request key gives one answer.
 *
 * A line is over when its last piece is scanned, or by the clock: fresh goods at the midnight that ends the pickup day, others
 * `completionDays` of their category later, unless a case about it is open or it is marked uncollected. Busy leaders skip
 * scans, so an unmarked piece counts as collected then.
 *
 * The published policy for goods marked uncollected, by category (reminders go out before): fresh goods can still be
 * collected until `uncollectedFreshHours` after the point closes, then they are written off; the resident bears it: no refund,
 * the sale stands (category default: writeOff, bearer customer). Other goods are held for `uncollectedDryDays`, then go back to
 * the warehouse at their cost and are refunded in full (category default: return). A category that names another bearer refunds the
 * resident and charges that party: leader, driver and supplier by a claim at cost; platform and warehouse carry it as cost of sales.
 */
export const deliveryStates = ["preparing", "loaded", "arrived", "signed"] as const satisfies readonly DeliveryState[];

export type DeliveryRow = {
  id: string;
  state: DeliveryState;
  saleSessionId: string;
  pickupPointId: string;
  pointName: string;
  district: string;
  address: string;
  routeId: string;
  routeName: string;
  warehouseId: string;
  warehouseName: string;
  leaderId: string | null;
  leaderName: string;
  pickupDay: Day;
  lineCount: number;
  /** Pieces expected now. */
  pieces: number;
  short: number;
  damaged: number;
  loadedAt: Date | null;
  arrivedAt: Date | null;
  dueAt: Date | null;
  signDueAt: Date | null;
  signedAt: Date | null;
  /** Arrived after it was due, or is still not there. */
  isLate: boolean;
};

export type DeliveryLineView = {
  id: string;
  skuId: string;
  name: string;
  spec: string;
  unit: string;
  picture: string;
  expected: number;
  signed: number;
  short: number;
  damaged: number;
  bearer: string | null;
  photoFileId: string | null;
};

/** One resident's bag in a delivery. The name is masked but for its first character. */
export type Bag = {
  bagNo: number | null;
  residentId: string;
  name: string;
  phoneTail: string;
  pieces: number;
  lines: { name: string; spec: string; quantity: number }[];
};

export type DeliveryRecord = DeliveryRow & {
  sessionName: string;
  token: string;
  signedByName: string | null;
  notifiedAt: Date | null;
  remindedAt: Date | null;
  lines: DeliveryLineView[];
  bags: Bag[];
};

export const deliveryViews = ["all", "preparing", "loaded", "arrived", "signed", "late", "discrepant"] as const;

/** What the list of deliveries may be asked. */
export const deliveryListSpec = {
  views: deliveryViews,
  sorts: ["-pickupDay", "-no", "-pieces"],
  filters: { day: "day", routeId: "text", warehouseId: "text", leaderId: "text", pickupPointId: "text" },
  fields: {
    state: deliveryStates,
    pickupDay: "day",
    due: "moment",
    arrivedAt: "moment",
    signedAt: "moment",
    pieces: "number",
    differences: "number",
    goods: "text",
    noLeader: "yes",
  },
} as const satisfies ListSpec;

/** What one resident still has to collect at a point on a day. `waiting` pieces are not signed for yet. */
export type PickupBundle = {
  residentId: string;
  pickupPointId: string;
  pointName: string;
  pickupDay: Day;
  name: string;
  phoneTail: string;
  code: string | null;
  bagNo: number | null;
  orders: number;
  pieces: number;
  waiting: number;
  isMarked: boolean;
  lines: PickupLine[];
};
export type PickupLine = {
  lineId: string;
  orderId: string;
  name: string;
  spec: string;
  unit: string;
  picture: string;
  isFresh: boolean;
  ordered: number;
  delivered: number;
  picked: number;
  /** Pieces there to hand over now. */
  remaining: number;
  paidFen: Fen;
  isMarked: boolean;
};

export type PickupAnswer = {
  verificationId: string;
  residentId: string;
  pickupPointId: string;
  pickupDay: Day;
  name: string;
  phoneTail: string;
  bagNo: number | null;
  pieces: number;
  /** Pieces that stay for another time. */
  left: number;
  at: Date;
  lines: { lineId: string; orderId: string; name: string; spec: string; quantity: number }[];
};

/** A point's day on the leader's phone. */
export type LeaderToday = {
  day: Day;
  next: { amountFen: Fen; at: Date } | null;
  frozenFen: Fen;
  deliveries: (DeliveryRow & {
    lines: DeliveryLineView[];
    notifiedAt: Date | null;
    remindedAt: Date | null;
    residents: number;
    orders: number;
    /** Residents who still have something to collect. */
    waiting: number;
  })[];
  pickup: { residents: number; pieces: number; pickedResidents: number; pickedPieces: number };
  uncollected: PickupBundle[];
};

export type DayDelivery = {
  day: Day;
  deliveries: number;
  loaded: number;
  arrived: number;
  signed: number;
  late: number;
  pieces: number;
  lost: number;
  /** Pieces handed to leaders, and of them to residents. */
  delivered: number;
  picked: number;
};

const id = z.string().min(1).max(40);
const pieces = z.coerce.number().int("pieces").min(0, "pieces").max(100_000, "pieces");

export const deliveryIdsInput = z.object({
  id: z.union([id, z.array(id).min(1).max(500)]).transform((v) => (Array.isArray(v) ? v : [v])),
});
export const deliveryRefInput = z.object({ id });

export const signInput = z.object({
  id,
  /** Only the lines that differ; the others are signed as expected. */
  lines: z
    .array(
      z.object({
        lineId: id,
        short: pieces.default(0),
        damaged: pieces.default(0),
        photoFileId: z.string().max(40).nullish(),
      }),
    )
    .max(500)
    .default([]),
});
export type SignInput = z.input<typeof signInput>;

export const verifyInput = z.object({
  /** Made once on the device; sending it again answers the same. */
  requestKey: z.string().min(8).max(80),
  pickupPointId: id,
  /** The resident's pickup code at this point, or the resident chosen from a list. */
  code: z.string().trim().max(40).nullish(),
  residentId: id.nullish(),
  pickupDay: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .nullish(),
  /** How she was recognised; shown in the log. */
  method: z.enum(["code", "name", "phone", "bag", "list"]).default("code"),
  /** Left out: everything that is there. */
  lines: z
    .array(z.object({ lineId: id, quantity: z.coerce.number().int().min(0).max(10_000) }))
    .max(300)
    .nullish(),
});
export type VerifyInput = z.input<typeof verifyInput>;

export const uncollectedInput = z.object({
  lineId: z.union([id, z.array(id).min(1).max(500)]).transform((v) => (Array.isArray(v) ? v : [v])),
});
export const pointRefInput = z.object({ pickupPointId: id });

export type UncollectedTerms = { policy: UncollectedPolicy; bearer: string };
