import "server-only";
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { openOffers } from "#lib/campaigns/queries";
import type { OfferView } from "#lib/campaigns/schema";
import { minus, plus, times, zero } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { type Day, later, minute } from "#lib/kernel/time";
import { calendar, pointsForOrder } from "#lib/pickup/queries";
import { calendarHorizon, closedAmong, pickupDayFor, scopesOf } from "#lib/pickup/rules";
import type { PointForOrder } from "#lib/pickup/schema";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { env } from "#lib/platform/env";
import { setting } from "#lib/platform/settings";
import { couponsFor, isNewCustomer } from "#lib/promotions/queries/coupons";
import { seatFor } from "#lib/promotions/queries/groups";
import { limitsFor } from "#lib/promotions/queries/limits";
import { limitDemands, priceOf } from "#lib/promotions/rules";
import { assign, couponLine, offByLine, offOf } from "#lib/promotions/rules/coupons";
import type { CouponUse, GroupSeat, LimitDemand } from "#lib/promotions/schema";
import type { OwnCoupon } from "#lib/promotions/schema/coupons";
import { attribute } from "./rules";
import type { Quote, QuotedLine, QuotedOrder, QuotedProblem, QuoteInput } from "./schema";

/** What a quote's token says; everything else about the lines is looked up again when the order is placed. */
const token = z.object({
  r: z.string(),
  p: z.string(),
  l: z.string(),
  a: z.enum(["share", "bound", "point"]),
  s: z.string(),
  d: z.string(),
  i: z.array(z.tuple([z.string(), z.number().int().positive(), z.number().int().nonnegative()])),
  u: z.number().int(),
  c: z.array(z.custom<CouponUse>()),
  g: z.custom<GroupSeat | null>(),
  h: z.string().nullable(),
  t: z.string(),
});
export type QuoteToken = z.infer<typeof token>;

const sign = (body: string) => createHmac("sha256", env().TOKEN_SECRET).update(`quote.${body}`).digest("base64url");

/** A quote's facts under our signature. */
export function writeToken(facts: QuoteToken): string {
  const body = Buffer.from(JSON.stringify(facts)).toString("base64url");
  return `${body}.${sign(body)}`;
}

/** Refuses: quoteStale (not ours, or altered), quoteExpired. */
export function readToken(text: string, at: Date): QuoteToken {
  const [body = "", mark = ""] = text.split(".");
  const wanted = Buffer.from(sign(body));
  const given = Buffer.from(mark);
  if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) throw new Refusal("quoteStale");
  const facts = token.parse(JSON.parse(Buffer.from(body, "base64url").toString("utf8")));
  if (facts.u < at.getTime()) throw new Refusal("quoteExpired");
  return facts;
}

export type OpenPoint = PointForOrder & { leaderId: string };
const isOpen = (p: PointForOrder): p is OpenPoint => p.state === "open" && p.leaderId !== null;

/** Of these points the ones an order can go to. */
export const openPoints = async (pointIds: readonly string[]): Promise<OpenPoint[]> =>
  (await pointsForOrder(pointIds)).filter(isOpen);

/** The point an order can go to. Refuses: pointClosed. */
export async function openPoint(pointId: string): Promise<OpenPoint> {
  const [point] = await openPoints([pointId]);
  if (!point) throw new Refusal("pointClosed");
  return point;
}

async function attribution(point: OpenPoint, residentId: string, shared: string | null) {
  const resident = await prisma.resident.findUnique({
    where: { id: residentId },
    select: { boundLeaderId: true, phoneTail: true, householdKey: true },
  });
  const asked = [shared, resident?.boundLeaderId ?? null].filter((id): id is string => id !== null);
  const active = new Set(
    (await prisma.leader.findMany({ where: { id: { in: asked }, state: "active" }, select: { id: true } })).map(
      (l) => l.id,
    ),
  );
  const phoneTail = resident?.phoneTail ?? "";
  const chosen = attribute({
    pointLeaderId: point.leaderId,
    sharedBy: shared,
    bound: resident?.boundLeaderId ?? null,
    serves: (leaderId) => active.has(leaderId) && leaderId === point.leaderId,
  });
  return { ...chosen, phoneTail, household: resident?.householdKey ?? null };
}

/** The pickup day of goods with a lead time at a point, by its calendars, for offers of one session day. Refuses: noPickupDay. */
export async function pickupDays(
  points: readonly PointForOrder[],
  offers: readonly OfferView[],
): Promise<(point: PointForOrder, offer: OfferView) => Day> {
  const scopes = [
    ...new Set(points.flatMap((p) => scopesOf({ warehouseId: p.warehouseId, routeId: p.routeId, pointId: p.id }))),
  ];
  const first = offers.reduce((a, o) => (o.businessDay < a ? o.businessDay : a), offers[0]?.businessDay ?? ("" as Day));
  const last = offers.reduce((a, o) => (o.businessDay > a ? o.businessDay : a), first);
  const longest = Math.max(0, ...offers.map((o) => o.leadDays)) + Math.max(0, ...points.map((p) => p.routeLeadDays));
  const rows = offers.length === 0 ? [] : await calendar(scopes, first, calendarHorizon(last, longest));
  const closedAt = new Map(
    points.map((p) => {
      const own = scopesOf({ warehouseId: p.warehouseId, routeId: p.routeId, pointId: p.id });
      return [p.id, closedAmong(rows.filter((r) => own.includes(r.scope)))];
    }),
  );
  return (point, offer) =>
    pickupDayFor({
      businessDay: offer.businessDay,
      skuLeadDays: offer.leadDays,
      routeLeadDays: point.routeLeadDays,
      isClosed: (d) => closedAt.get(point.id)?.has(d) ?? false,
    });
}

type Chosen = { offer: OfferView; quantity: number };

/** What stands in the way of a line before anything is held, or null. `bought` reads a counter of hers. */
function problemOf(
  { offer, quantity }: Chosen,
  who: { residentId: string; household: string | null; isNewCustomer: boolean },
  bought: (demand: LimitDemand) => number,
): Omit<QuotedProblem, "skuId"> | null {
  const { name } = offer;
  if (offer.isPaused) return { code: "salePaused", facts: { name } };
  if (offer.available < quantity) return { code: "soldOut", facts: { name, available: offer.available } };
  if (offer.limits?.newCustomersOnly && !who.isNewCustomer) return { code: "newCustomersOnly", facts: { name } };
  if (offer.limits?.household !== undefined && who.household === null)
    return { code: "householdNeeded", facts: { name } };
  const over = limitDemands(offer, quantity, { ...who, day: offer.businessDay }).find(
    (d) => bought(d) + d.pieces > d.max,
  );
  return over
    ? { code: "limitReached", facts: { name, kind: over.kind, limit: over.max, bought: bought(over) } }
    : null;
}

/** The one line of a group order, with its seat. Refuses: groupOneItem, as seatFor. */
async function seatOf(
  e: { residentId: string; point: OpenPoint; leaderId: string; at: Date },
  ask: NonNullable<QuoteInput["group"]>,
  pieces: ReadonlyMap<string, number>,
): Promise<{ chosen: Chosen; seat: GroupSeat }> {
  const [[skuId, quantity] = ["", 0], another] = [...pieces];
  if (another) throw new Refusal("groupOneItem");
  const { offer, seat } = await seatFor({ ...e, ask, skuId });
  return { chosen: { offer, quantity }, seat };
}

/**
 * A quote without side effects: one order per session and pickup day, each under a signed token; coupons go where they give
 * most. Refuses: pointClosed, noPickupDay; for a group what seatFor refuses, groupOneItem.
 */
export async function makeQuote(residentId: string, input: QuoteInput): Promise<Quote> {
  const at = now();
  const point = await openPoint(input.pickupPointId);
  const pieces = new Map<string, number>();
  for (const item of input.items) pieces.set(item.skuId, (pieces.get(item.skuId) ?? 0) + item.quantity);
  const {
    leaderId,
    attribution: how,
    phoneTail,
    household,
  } = await attribution(point, residentId, input.leaderId ?? null);
  const seated = input.group ? await seatOf({ residentId, point, leaderId, at }, input.group, pieces) : null;
  const [offers, coupons] = await Promise.all([
    seated ? [] : openOffers(point.cityId, at, [...pieces.keys()]),
    input.couponIds?.length === 0 ? [] : couponsFor(residentId, at, input.couponIds),
  ]);
  const problems: QuotedProblem[] = [];
  const wanted: Chosen[] = seated ? [seated.chosen] : [];
  for (const [skuId, quantity] of seated ? [] : pieces) {
    const open = offers.filter((o) => o.skuId === skuId);
    if (open.length === 0) problems.push({ skuId, code: "saleEnded", facts: {} });
    else wanted.push({ offer: priceOf(open), quantity });
  }
  const buyer = { residentId, household };
  const [limits, isNew] = await Promise.all([
    limitsFor(
      wanted.map((w) => w.offer),
      buyer,
    ),
    wanted.some((w) => w.offer.limits?.newCustomersOnly) || coupons.some((c) => c.newCustomers)
      ? isNewCustomer(prisma, residentId)
      : false,
  ]);
  const chosen = wanted.filter((w) => {
    const views = limits.get(w.offer.id) ?? [];
    const problem = problemOf(
      w,
      { ...buyer, isNewCustomer: isNew },
      (d) => views.find((v) => v.kind === d.kind)?.bought ?? 0,
    );
    if (problem) problems.push({ skuId: w.offer.skuId, ...problem });
    return problem === null;
  });
  const dayOf = await pickupDays(
    [point],
    chosen.map((c) => c.offer),
  );
  const groups = new Map<string, { key: string; day: Day; sessionId: string; lines: Chosen[] }>();
  for (const c of chosen) {
    const day = dayOf(point, c.offer);
    const key = `${c.offer.saleSessionId} ${day}`;
    const group = groups.get(key) ?? { key, day, sessionId: c.offer.saleSessionId, lines: [] };
    group.lines.push(c);
    groups.set(key, group);
  }
  const { uses, unusable } = assign(
    coupons,
    [...groups.values()].map((g) => ({
      key: g.key,
      at,
      cityId: point.cityId,
      isNewCustomer: isNew,
      leaderId,
      lines: g.lines.map(({ offer, quantity }) => couponLine(offer, quantity)),
    })),
  );
  const validUntil = later(at, (await setting(prisma, "quoteMinutes")) * minute);
  const orders: QuotedOrder[] = [...groups.values()].map((g) => {
    const taken = uses.get(g.key) ?? [];
    const off = offByLine(taken);
    const lines: QuotedLine[] = g.lines.map(({ offer, quantity }) => ({
      offerId: offer.id,
      skuId: offer.skuId,
      productId: offer.productId,
      name: offer.name,
      spec: offer.spec,
      unit: offer.unit,
      picture: offer.picture,
      quantity,
      unitPriceFen: offer.priceFen,
      listPriceFen: offer.listPriceFen,
      listPriceBasis: offer.listPriceBasis,
      listPriceDay: offer.listPriceDay,
      goodsFen: times(offer.priceFen, quantity),
      couponFen: off.get(offer.id)?.offFen ?? zero,
      limits: limits.get(offer.id) ?? [],
      layer: offer.layer,
    }));
    const goodsFen = plus(...lines.map((l) => l.goodsFen));
    const couponFen = offOf(taken);
    return {
      pickupDay: g.day,
      saleSessionId: g.sessionId,
      lines,
      goodsFen,
      couponFen,
      payableFen: minus(goodsFen, couponFen),
      group: seated?.seat ?? null,
      quoteToken: writeToken({
        r: residentId,
        p: point.id,
        l: leaderId,
        a: how,
        s: g.sessionId,
        d: g.day,
        i: lines.map((l) => [l.offerId, l.quantity, l.unitPriceFen]),
        u: validUntil.getTime(),
        c: taken,
        g: seated?.seat ?? null,
        h: household,
        t: phoneTail,
      }),
    };
  });
  const named = new Map(coupons.map((c) => [c.id, c]));
  const beside = (c: OwnCoupon) => ({ id: c.id, name: c.name, expiresAt: c.expiresAt, stacks: c.stacks });
  return {
    orders,
    problems,
    coupons: [
      ...[...groups.values()].flatMap((g) =>
        (uses.get(g.key) ?? []).map((u) => ({
          ...beside(named.get(u.couponId) as OwnCoupon),
          amountFen: u.amountFen,
          pickupDay: g.day,
          saleSessionId: g.sessionId,
          reason: null,
        })),
      ),
      ...unusable.map(({ coupon, reason }) => ({
        ...beside(coupon),
        amountFen: zero,
        pickupDay: null,
        saleSessionId: null,
        reason,
      })),
    ],
    couponFen: plus(...orders.map((o) => o.couponFen)),
    payableFen: plus(...orders.map((o) => o.payableFen)),
    validUntil,
  };
}
