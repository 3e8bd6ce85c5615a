import type { GroupScope } from "#lib/generated/prisma/enums";
import type { Minimum } from "../../campaigns/schema";
import type { GroupState } from "../schema/groups";

/** A group opened at an instant ends after its minutes, never after the slot or the session does. */
export const groupEnd = (at: Date, minutes: number, slotEndsAt: Date, cutoffAt: Date): Date =>
  new Date(Math.min(at.getTime() + minutes * 60_000, slotEndsAt.getTime(), cutoffAt.getTime()));

type Seats = { state: GroupState; size: number; taken: number; paid: number; expiresAt: Date };

/**
 * What a group has become: formed with its last paid seat; failed when its time is over and nobody's payment is still being
 * asked about, or when nobody is left in it. A decided group stays what it is.
 */
export function groupAt(group: Seats, at: Date): GroupState {
  if (group.state !== "open") return group.state;
  if (group.paid === group.size) return "formed";
  return group.taken === 0 || (at >= group.expiresAt && group.taken === group.paid) ? "failed" : "open";
}

/** Whether a payment counts for the group: by the channel's own clock, the last instant included. */
export const isSeatInTime = (paidAt: Date, group: { state: GroupState; expiresAt: Date }): boolean =>
  group.state === "open" && paidAt <= group.expiresAt;

/** Why nobody can take a seat any more, or null. */
export const seatProblem = (group: Seats, at: Date): "groupEnded" | "groupFull" | null =>
  group.state === "failed" || at >= group.expiresAt
    ? "groupEnded"
    : group.state === "formed" || group.taken >= group.size
      ? "groupFull"
      : null;

/** Whether an order of this leader and city may sit in the group. */
export const mayJoin = (
  group: { cityId: string; leaderId: string | null },
  order: { cityId: string; leaderId: string },
): boolean => group.cityId === order.cityId && (group.leaderId === null || group.leaderId === order.leaderId);

/** The leader a new group is closed around, by the campaign's scope. */
export const groupLeader = (scope: GroupScope, leaderId: string): string | null =>
  scope === "leader" ? leaderId : null;

export type Coming = { buyers: number; pieces: number };

/** The points at which a minimum is not reached: every point of a campaign that falls short as a whole, else each by itself. */
export function missedAt(minimum: Minimum, whole: Coming, points: ReadonlyMap<string, Coming>): string[] {
  const isShort = (c: Coming) => c[minimum.unit] < minimum.count;
  return [...points]
    .filter(([, here]) => isShort(minimum.scope === "campaign" ? whole : here))
    .map(([pointId]) => pointId);
}

/** What an order took from the limit counters: `[key, subject, pieces]`. */
export type Taken = [key: string, subject: string, pieces: number];

/** A line's part of what its order took from the limit counters (its keys name its offer or its SKU), and what is left of the rest. */
export function withoutLine(
  limits: readonly Taken[],
  line: { offerId: string; skuId: string; quantity: number },
): { back: Taken[]; left: Taken[] } {
  const isOwn = (key: string) => key.split(":").some((part) => part === line.offerId || part === line.skuId);
  const back = limits
    .filter(([key]) => isOwn(key))
    .map(([key, subject, n]): Taken => [key, subject, Math.min(n, line.quantity)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const gone = new Map(back.map(([key, subject, n]) => [`${key} ${subject}`, n]));
  const left = limits
    .map(([key, subject, n]): Taken => [key, subject, n - (gone.get(`${key} ${subject}`) ?? 0)])
    .filter(([, , n]) => n > 0);
  return { back, left };
}
