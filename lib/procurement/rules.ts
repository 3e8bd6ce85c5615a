import type { PurchaseState } from "#lib/generated/prisma/enums";
import type { Table } from "../kernel/states";
import { addDays, atClock, type Day } from "../kernel/time";

export type PurchaseEvent = "accept" | "receive" | "finish" | "cancel";
export const purchaseTable: Table<PurchaseState, PurchaseEvent> = {
  issued: { accept: "accepted", cancel: "cancelled" },
  accepted: { receive: "receiving", finish: "received", cancel: "cancelled" },
  receiving: { receive: "receiving", finish: "received" },
  received: {},
  cancelled: {},
};

/** How many whole cases to buy when some pieces are already there. Never buys more than a case beyond the need. */
export function casesFor(e: { needed: number; remainder: number; casePack: number }): {
  fromRemainder: number;
  cases: number;
  pieces: number;
  left: number;
} {
  const fromRemainder = Math.min(Math.max(e.remainder, 0), e.needed);
  const cases = Math.ceil((e.needed - fromRemainder) / e.casePack);
  const pieces = cases * e.casePack;
  return { fromRemainder, cases, pieces, left: fromRemainder + pieces - e.needed };
}

/** What is there against what is still wanted: the pieces residents go without, or the pieces left over. */
export function closing(e: { wanted: number; accepted: number; fromRemainder: number }): {
  missing: number;
  left: number;
} {
  const there = e.accepted + e.fromRemainder;
  return { missing: Math.max(0, e.wanted - there), left: Math.max(0, there - e.wanted) };
}

/** The unloading window of a pickup day: hours of a warehouse such as 01:00–04:00; 22:00–02:00 begins on the evening before. */
export function unloadWindow(pickupDay: Day, from: string, to: string): { from: Date; to: Date } {
  return { from: atClock(from > to ? addDays(pickupDay, -1) : pickupDay, from), to: atClock(pickupDay, to) };
}

/** Late: the unloading window has passed and goods are still missing. */
export const isLate = (e: { state: PurchaseState; unloadToAt: Date }, at: Date): boolean =>
  (e.state === "issued" || e.state === "accepted" || e.state === "receiving") && e.unloadToAt <= at;
