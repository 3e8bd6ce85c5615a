import { type Fen, least, minus, most, share, zero } from "../kernel/money";
import type { Table } from "../kernel/states";
import type { OrderState } from "./schema";

export type OrderEvent = "pay" | "cancel" | "lock" | "load" | "arrive" | "complete" | "refundAll";

export const life: Table<OrderState, OrderEvent> = {
  pendingPayment: { pay: "paid", cancel: "cancelled" },
  paid: { cancel: "cancelled", lock: "locked" },
  locked: { load: "inTransit", arrive: "arrived", refundAll: "refunded" },
  inTransit: { arrive: "arrived", refundAll: "refunded" },
  arrived: { complete: "completed", refundAll: "refunded" },
  completed: { refundAll: "refunded" },
  cancelled: {},
  refunded: {},
};

/** Whether a payment still counts for the session: by the channel's own clock, not by when we heard of it. */
export const isInTime = (paidAt: Date, cutoffAt: Date): boolean => paidAt.getTime() <= cutoffAt.getTime();

/** An unpaid order stands until the hold ends or the session closes, whichever is first. */
export const expiryOf = (placedAt: Date, holdMinutes: number, cutoffAt: Date): Date =>
  new Date(Math.min(placedAt.getTime() + holdMinutes * 60_000, cutoffAt.getTime()));

/**
 * Who goes without when there is less than was ordered: by time of payment, the last to pay first. Never by who the
 * person is. `open` is what a line still waits for. Returns the pieces to take from each line.
 */
export function allocateShort(
  lines: readonly { lineId: string; open: number; paidAt: Date }[],
  missing: number,
): { lineId: string; quantity: number }[] {
  const order = [...lines].sort((a, b) => b.paidAt.getTime() - a.paidAt.getTime() || (a.lineId < b.lineId ? 1 : -1));
  const taken: { lineId: string; quantity: number }[] = [];
  let left = missing;
  for (const line of order) {
    if (left <= 0) break;
    const quantity = Math.min(left, line.open);
    if (quantity > 0) taken.push({ lineId: line.lineId, quantity });
    left -= quantity;
  }
  return taken;
}

/** What a fall of the price gave back on the pieces a line kept then. */
export type GivenBack = { pieces: number; amountFen: Fen };

/**
 * What a line gives back for pieces that will not come: its share of what was paid, counted over all pieces given up so
 * far, so that parts add up to the fen, less what a fall of the price gave back on those pieces already; the last piece takes
 * the remainder; never more than is left.
 */
export function refundForPieces(
  line: { paidFen: Fen; refundedFen: Fen; ordered: number; givenUpBefore: number; drops?: readonly GivenBack[] },
  quantity: number,
): Fen {
  const after = line.givenUpBefore + quantity;
  const left = minus(line.paidFen, line.refundedFen);
  if (after >= line.ordered) return left;
  const of = (whole: Fen, before: number, all: number) =>
    minus(share(whole, Math.min(all, before + quantity), all), share(whole, Math.min(all, before), all));
  const kept = line.ordered - line.givenUpBefore;
  const given = (line.drops ?? []).map((d) => of(d.amountFen, Math.max(0, d.pieces - kept), d.pieces));
  return least(most(zero, minus(of(line.paidFen, line.givenUpBefore, line.ordered), ...given)), left);
}

/** The part of a total (commission, coupon) that falls back with a refund, cumulative over what was refunded in all. */
export const reversedShare = (total: Fen, alreadyReversed: Fen, refundedAfter: Fen, paid: Fen): Fen =>
  paid === 0 ? minus(total, alreadyReversed) : minus(share(total, refundedAfter, paid), alreadyReversed);

/** Which leader an order belongs to (domain 13): the share link's if she serves the point, else the resident's own if she does, else the point's. */
export function attribute(e: {
  pointLeaderId: string;
  sharedBy: string | null;
  bound: string | null;
  serves: (leaderId: string) => boolean;
}): {
  leaderId: string;
  attribution: "share" | "bound" | "point";
} {
  if (e.sharedBy && e.serves(e.sharedBy)) return { leaderId: e.sharedBy, attribution: "share" };
  if (e.bound && e.serves(e.bound)) return { leaderId: e.bound, attribution: "bound" };
  return { leaderId: e.pointLeaderId, attribution: "point" };
}

/** The words of an order's goods: the first line and how many more pieces. */
export const summaryOf = (lines: readonly { name: string; spec: string; quantity: number }[]): string => {
  const [first] = lines;
  if (!first) return "";
  const pieces = lines.reduce((n, l) => n + l.quantity, 0);
  const head = `${first.name} ${first.spec}`.trim();
  return lines.length === 1 ? (pieces > 1 ? `${head} × ${pieces}` : head) : `${head} 等 ${pieces} 件`;
};
