import type { CouponFunder } from "#lib/generated/prisma/enums";
import type { Fen } from "../kernel/money";

/**
 * Offers made to everybody on published terms: limits, coupons, groups, and the one price. Promises: a price depends on SKU,
 * session, city, published level, published offer and coupon, and on nothing else about a person; every limit is counted by
 * one engine (`limit_count`) inside admission, exact under any crowd; a coupon never makes a payable negative, its shares of
 * the lines add up to the fen, and it names who pays; a group has real members only and the last seat is sold once.
 */

export const limitKinds = ["offer", "order", "day", "campaign", "lifetime", "household", "newCustomer"] as const;
export type LimitKind = (typeof limitKinds)[number];

/** One demand on a limit's counter: `pieces` more for `subject` under `key`, never over `max`. */
export type LimitDemand = {
  kind: LimitKind;
  key: string;
  subject: string;
  pieces: number;
  max: number;
  offerId: string;
};

/** A coupon as an order takes it: what it takes off each line; the shares add up to `amountFen`. */
export type CouponUse = {
  couponId: string;
  templateId: string;
  amountFen: Fen;
  funder: CouponFunder;
  /** For new customers only: admission asks again whether she is one. */
  newCustomers: boolean;
  shares: { offerId: string; amountFen: Fen }[];
};

/** What a limit says to the one who asks: `bought` pieces of the `max` count already. */
export type LimitView = { kind: LimitKind; max: number; bought: number };

/** A seat in a group: a new one is opened by the order itself (`opens`), with everything its row needs. */
export type GroupSeat = {
  groupId: string;
  opens: boolean;
  offerId: string;
  flashSlotId: string;
  leaderId: string | null;
  size: number;
  expiresAt: string;
};
