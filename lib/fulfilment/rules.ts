import type { DeliveryState, UncollectedPolicy } from "#lib/generated/prisma/enums";
import type { Table } from "../kernel/states";
import { addDays, atClock, type Day, dayOf, endOf, hour, later } from "../kernel/time";

export type DeliveryEvent = "load" | "arrive" | "sign";
export const deliveryTable: Table<DeliveryState, DeliveryEvent> = {
  preparing: { load: "loaded", arrive: "arrived" },
  loaded: { arrive: "arrived" },
  arrived: { sign: "signed" },
  signed: {},
};

/** Late: came after it was due, or is due and not there. */
export const isLate = (d: { dueAt: Date | null; arrivedAt: Date | null }, at: Date): boolean =>
  d.dueAt !== null && (d.arrivedAt ?? at) > d.dueAt;

/**
 * When the clock completes a line: at the midnight that ends the pickup day plus the category's days; goods signed for late
 * keep the same time counted from their signature.
 */
export function completesAt(e: { pickupDay: Day; signedAt: Date; completionDays: number }): Date {
  const signedDay = dayOf(e.signedAt);
  const from = signedDay > e.pickupDay ? signedDay : e.pickupDay;
  return endOf(addDays(from, e.completionDays));
}

/** Until when marked goods can still be collected: fresh some hours after the point closes, others some days. */
export const uncollectedDue = (e: {
  pickupDay: Day;
  closesAt: string;
  isFresh: boolean;
  freshHours: number;
  dryDays: number;
}): Date =>
  e.isFresh ? later(atClock(e.pickupDay, e.closesAt), e.freshHours * hour) : endOf(addDays(e.pickupDay, e.dryDays));

/** What the published policy does with pieces nobody came for. */
export function uncollectedOutcome(e: {
  policy: UncollectedPolicy;
  bearer: string;
}): "writtenOff" | "refunded" | "returned" {
  if (e.policy === "return") return "returned";
  return e.bearer === "customer" ? "writtenOff" : "refunded";
}

/** Who bears what is missing when the leader signs: what did not come, the warehouse; what came broken, the driver. */
export const lossBearer = { short: "warehouse", damaged: "driver" } as const;

/** The time of a reminder: some hours before the point closes on the pickup day. */
export const reminderAt = (e: { pickupDay: Day; closesAt: string; hoursBefore: number }): Date =>
  later(atClock(e.pickupDay, e.closesAt), -e.hoursBefore * hour);

/** What a person typed or scanned to find a resident: a six-digit code, a phone tail, a bag number, or part of a name. */
export function readSearch(text: string): { kind: "code" | "phone" | "bag" | "name"; value: string } | null {
  const value = text.trim();
  if (value === "") return null;
  if (/^\d{6}$/.test(value)) return { kind: "code", value };
  if (/^\d{4}$/.test(value)) return { kind: "phone", value };
  if (/^\d{1,3}$/.test(value)) return { kind: "bag", value: String(Number(value)) };
  return { kind: "name", value };
}
