import type { OfferView } from "../../campaigns/schema";
import { type Fen, fen, least, minus, plus, rate, share, split, sum, times, yuan, zero } from "../../kernel/money";
import type { Table } from "../../kernel/states";
import type { CouponUse } from "../schema";
import {
  type CouponLine,
  type CouponReason,
  type CouponTerms,
  mostCoupons,
  type OwnCoupon,
  type templateStates,
} from "../schema/coupons";

export const templateTable: Table<(typeof templateStates)[number], "activate" | "pause" | "end"> = {
  draft: { activate: "active", end: "ended" },
  active: { pause: "paused", end: "ended" },
  paused: { activate: "active", end: "ended" },
  ended: {},
};

/** Whether a second person must approve: nobody gives away more than the setting, or without a bound, alone. */
export const needsSecond = (budgetFen: number | null, approvalFen: number): boolean =>
  budgetFen === null || budgetFen > approvalFen;

const covers = (
  t: Pick<CouponTerms, "categoryIds" | "productIds"> & { funder?: string; funderId?: string | null },
  line: CouponLine,
): boolean =>
  (t.categoryIds.length === 0 && t.productIds.length === 0
    ? true
    : t.categoryIds.includes(line.categoryId) || t.productIds.includes(line.productId)) &&
  (t.funder !== "supplier" || t.funderId === line.supplierId);

/** A line of a basket as coupons look at it. */
export const couponLine = (offer: OfferView, quantity: number): CouponLine => ({
  offerId: offer.id,
  productId: offer.productId,
  categoryId: offer.categoryId,
  supplierId: offer.supplierId,
  goodsFen: times(offer.priceFen, quantity),
});

export type Basket = {
  at: Date;
  cityId: string;
  isNewCustomer: boolean;
  leaderId: string;
  lines: readonly CouponLine[];
};

/** Why a coupon cannot be used on these lines, or null when it can. Looks at published terms, the clock and the basket only. */
export function whyNot(c: OwnCoupon, basket: Basket): CouponReason | null {
  const no = (code: string, facts: CouponReason["facts"] = {}) => ({ code, facts: { name: c.name, ...facts } });
  if (c.state !== "open") return no("couponGone");
  if (basket.at >= c.expiresAt) return no("couponExpired");
  if (basket.at < c.startsAt) return no("couponNotYet");
  if (c.templateState === "paused" || c.templateState === "draft") return no("couponPaused");
  if (c.cityIds.length > 0 && !c.cityIds.includes(basket.cityId)) return no("couponCity");
  if (c.newCustomers && !basket.isNewCustomer) return no("couponNewCustomers");
  if (c.funder === "leader" && c.funderId !== basket.leaderId) return no("couponLeader");
  const goods = sum(basket.lines.filter((l) => covers(c, l)).map((l) => l.goodsFen));
  if (goods === 0) return no("couponGoods");
  if (goods < c.thresholdFen) {
    const missing = minus(c.thresholdFen, goods);
    return no("couponThreshold", { missingFen: missing, missing: yuan(missing) });
  }
  return null;
}

/**
 * What one coupon takes off lines of which `left` fen are still to pay: shares by the largest remainder over what each line can
 * give, its last fen excepted. Line order does not matter. Shares of nothing are left out.
 */
export function sharesOf(
  c: Pick<
    OwnCoupon,
    "kind" | "amountFen" | "percentBp" | "maxOffFen" | "categoryIds" | "productIds" | "funder" | "funderId"
  >,
  lines: readonly CouponLine[],
  left: ReadonlyMap<string, Fen>,
): CouponUse["shares"] {
  const its = lines.filter((l) => covers(c, l)).sort((a, b) => (a.offerId < b.offerId ? -1 : 1));
  const rooms = its.map((l) => Math.max(0, (left.get(l.offerId) ?? l.goodsFen) - 1));
  const room = fen(rooms.reduce((a, b) => a + b, 0));
  const whole = sum(its.map((l) => left.get(l.offerId) ?? l.goodsFen));
  const asked =
    c.kind === "amount" ? (c.amountFen ?? zero) : least(rate(whole, c.percentBp ?? 0), c.maxOffFen ?? whole);
  return split(least(asked, room), rooms).flatMap((amountFen, i) => {
    const line = its[i];
    return line && amountFen > 0 ? [{ offerId: line.offerId, amountFen }] : [];
  });
}

const turn = (c: OwnCoupon) => (c.stacks ? (c.kind === "amount" ? 1 : 2) : 0);

/** Coupons taken off one after the other in the stated order; one whose budget is spent, or that gives nothing, is left out. */
export function applied(coupons: readonly OwnCoupon[], lines: readonly CouponLine[]): CouponUse[] {
  const left = new Map(lines.map((l) => [l.offerId, l.goodsFen]));
  const uses: CouponUse[] = [];
  const spent = new Map<string, number>();
  for (const c of [...coupons].sort((a, b) => turn(a) - turn(b) || (a.id < b.id ? -1 : 1))) {
    const shares = sharesOf(c, lines, left);
    const amountFen = sum(shares.map((s) => s.amountFen));
    const gone = (spent.get(c.templateId) ?? 0) + amountFen;
    if (amountFen === 0 || (c.budgetLeftFen !== null && gone > c.budgetLeftFen)) continue;
    spent.set(c.templateId, gone);
    for (const s of shares) left.set(s.offerId, minus(left.get(s.offerId) ?? zero, s.amountFen));
    const { templateId, funder, newCustomers } = c;
    uses.push({ couponId: c.id, templateId, amountFen, funder, newCustomers, shares });
  }
  return uses;
}

export const offOf = (uses: readonly CouponUse[]): Fen => sum(uses.map((u) => u.amountFen));

/** Of the coupons that give most alone, so many are tried together. */
const tried = 12;

/**
 * The combination of usable coupons that takes most off: at most three, at most one that does not stack; of equals the one with
 * fewer coupons, then the one that expires first.
 */
export function best(coupons: readonly OwnCoupon[], lines: readonly CouponLine[]): CouponUse[] {
  const single = coupons
    .map((c) => ({ c, off: offOf(applied([c], lines)) }))
    .filter((x) => x.off > 0)
    .sort((a, b) => b.off - a.off || a.c.expiresAt.getTime() - b.c.expiresAt.getTime() || (a.c.id < b.c.id ? -1 : 1))
    .slice(0, tried)
    .map((x) => x.c);
  let chosen: CouponUse[] = [];
  const grow = (taken: readonly OwnCoupon[], from: number) => {
    const uses = applied(taken, lines);
    const gain = offOf(uses) - offOf(chosen);
    if (gain > 0 || (gain === 0 && uses.length < chosen.length)) chosen = uses;
    if (taken.length === mostCoupons) return;
    for (let i = from; i < single.length; i++) {
      const c = single[i] as OwnCoupon;
      if (c.stacks || taken.every((t) => t.stacks)) grow([...taken, c], i + 1);
    }
  };
  grow([], 0);
  return chosen;
}

/**
 * Coupons over the orders of one basket: the order that gains most takes its best first, each coupon once. Answers the uses by
 * order, and why each other coupon is of no use.
 */
export function assign(
  coupons: readonly OwnCoupon[],
  orders: readonly (Basket & { key: string })[],
): { uses: Map<string, CouponUse[]>; unusable: { coupon: OwnCoupon; reason: CouponReason }[] } {
  const uses = new Map<string, CouponUse[]>();
  const spent = new Map<string, number>();
  const budgetOf = (c: OwnCoupon): OwnCoupon => {
    const gone = spent.get(c.templateId) ?? 0;
    return c.budgetLeftFen === null || gone === 0 ? c : { ...c, budgetLeftFen: fen(c.budgetLeftFen - gone) };
  };
  const free = new Map(coupons.map((c) => [c.id, c]));
  for (;;) {
    let top: { key: string; uses: CouponUse[] } | null = null;
    for (const order of orders) {
      if (uses.has(order.key)) continue;
      const found = best(
        [...free.values()].map(budgetOf).filter((c) => whyNot(c, order) === null),
        order.lines,
      );
      if (found.length > 0 && (top === null || offOf(found) > offOf(top.uses))) top = { key: order.key, uses: found };
    }
    if (top === null) break;
    uses.set(top.key, top.uses);
    for (const u of top.uses) {
      free.delete(u.couponId);
      spent.set(u.templateId, (spent.get(u.templateId) ?? 0) + u.amountFen);
    }
  }
  return {
    uses,
    unusable: [...free.values()].map((coupon) => ({
      coupon,
      reason: reasonFor(coupon, orders, [...uses.values()].flat()),
    })),
  };
}

/** The reason that stands nearest to being mended: the last gate the coupon came to on any of the orders. */
function reasonFor(c: OwnCoupon, orders: readonly Basket[], uses: readonly CouponUse[]): CouponReason {
  const gates = [
    "couponGone",
    "couponExpired",
    "couponNotYet",
    "couponPaused",
    "couponCity",
    "couponNewCustomers",
    "couponLeader",
    "couponGoods",
    "couponThreshold",
  ];
  let nearest: CouponReason | null = null;
  for (const order of orders) {
    const reason = whyNot(c, order);
    if (reason === null) {
      const shares = sharesOf(c, order.lines, new Map());
      const off = sum(shares.map((s) => s.amountFen));
      if (off > 0 && c.budgetLeftFen !== null && off > c.budgetLeftFen)
        return { code: "couponBudget", facts: { name: c.name } };
      return { code: uses.length > 0 ? "couponNotTogether" : "couponGoods", facts: { name: c.name } };
    }
    const isNearer =
      nearest === null ||
      gates.indexOf(reason.code) > gates.indexOf(nearest.code) ||
      (reason.code === "couponThreshold" && Number(reason.facts.missingFen) < Number(nearest.facts.missingFen));
    if (isNearer) nearest = reason;
  }
  return nearest ?? { code: "couponGoods", facts: { name: c.name } };
}

/** Per line what all coupons take off it and how much of that the platform pays itself (it counts for the commission), by offer. */
export function offByLine(uses: readonly CouponUse[]): Map<string, { offFen: Fen; platformFen: Fen }> {
  const off = new Map<string, { offFen: Fen; platformFen: Fen }>();
  for (const u of uses)
    for (const s of u.shares) {
      const had = off.get(s.offerId) ?? { offFen: zero, platformFen: zero };
      off.set(s.offerId, {
        offFen: plus(had.offFen, s.amountFen),
        platformFen: u.funder === "platform" ? plus(had.platformFen, s.amountFen) : had.platformFen,
      });
    }
  return off;
}

/** When a coupon granted at an instant may be used: its template's window, or so many days from then. */
export function validity(
  t: { validFrom: Date | null; validTo: Date | null; validDays: number | null },
  grantedAt: Date,
): { startsAt: Date; expiresAt: Date } {
  return t.validDays !== null
    ? { startsAt: grantedAt, expiresAt: new Date(grantedAt.getTime() + t.validDays * 86_400_000) }
    : { startsAt: t.validFrom ?? grantedAt, expiresAt: t.validTo ?? grantedAt };
}

/**
 * How much of each coupon's share of a line has fallen back once `refunded` of `paid` fen were given back: each share by
 * itself and cumulative, so any sequence of parts adds up, and a line given back whole leaves nothing.
 */
export const sharesReversed = (shares: readonly { amountFen: Fen }[], refunded: Fen, paid: Fen): Fen[] =>
  shares.map((s) => share(s.amountFen, refunded, paid));
