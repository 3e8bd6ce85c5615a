import "server-only";
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { openOffers } from "#lib/campaigns/queries";
import type { OfferView } from "#lib/campaigns/schema";
import { plus, times } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { type Day, later, minute } from "#lib/kernel/time";
import { calendar, pointsForOrder } from "#lib/pickup/queries";
import { calendarHorizon, closedAmong, pickupDayFor, scopesOf } from "#lib/pickup/rules";
import type { PointForOrder } from "#lib/pickup/schema";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { env } from "#lib/platform/env";
import { setting } from "#lib/platform/settings";
import { priceOf } from "#lib/promotions/rules";
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
});
export type QuoteToken = z.infer<typeof token>;

const sign = (body: string) => createHmac("sha256", env().TOKEN_SECRET).update(`quote.${body}`).digest("base64url");

function write(facts: QuoteToken): string {
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
  const resident = await prisma.resident.findUnique({ where: { id: residentId }, select: { boundLeaderId: true } });
  const asked = [shared, resident?.boundLeaderId ?? null].filter((id): id is string => id !== null);
  const active = new Set(
    (await prisma.leader.findMany({ where: { id: { in: asked }, state: "active" }, select: { id: true } })).map(
      (l) => l.id,
    ),
  );
  return attribute({
    pointLeaderId: point.leaderId,
    sharedBy: shared,
    bound: resident?.boundLeaderId ?? null,
    serves: (leaderId) => active.has(leaderId) && leaderId === point.leaderId,
  });
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

/** A quote without side effects: one order per session and pickup day, each under a signed token. */
export async function makeQuote(residentId: string, input: QuoteInput): Promise<Quote> {
  const at = now();
  const point = await openPoint(input.pickupPointId);
  const pieces = new Map<string, number>();
  for (const item of input.items) pieces.set(item.skuId, (pieces.get(item.skuId) ?? 0) + item.quantity);
  const offers = await openOffers(point.cityId, at, [...pieces.keys()]);
  const problems: QuotedProblem[] = [];
  const chosen: { offer: OfferView; quantity: number }[] = [];
  const counts = new Map(
    (await prisma.buyerCount.findMany({ where: { residentId, offerId: { in: offers.map((o) => o.id) } } })).map((c) => [
      c.offerId,
      c.quantity,
    ]),
  );
  for (const [skuId, quantity] of pieces) {
    const open = offers.filter((o) => o.skuId === skuId);
    if (open.length === 0) {
      problems.push({ skuId, code: "saleEnded", facts: {} });
      continue;
    }
    const offer = priceOf(open);
    const bought = counts.get(offer.id) ?? 0;
    if (offer.available < quantity) {
      problems.push({ skuId, code: "soldOut", facts: { name: offer.name, available: offer.available } });
    } else if (offer.perPersonLimit !== null && bought + quantity > offer.perPersonLimit) {
      problems.push({ skuId, code: "limitReached", facts: { name: offer.name, limit: offer.perPersonLimit, bought } });
    } else {
      chosen.push({ offer, quantity });
    }
  }
  const { leaderId, attribution: how } = await attribution(point, residentId, input.leaderId ?? null);
  const dayOf = await pickupDays(
    [point],
    chosen.map((c) => c.offer),
  );
  const groups = new Map<string, { day: Day; sessionId: string; lines: { offer: OfferView; quantity: number }[] }>();
  for (const c of chosen) {
    const day = dayOf(point, c.offer);
    const key = `${c.offer.saleSessionId} ${day}`;
    const group = groups.get(key) ?? { day, sessionId: c.offer.saleSessionId, lines: [] };
    group.lines.push(c);
    groups.set(key, group);
  }
  const validUntil = later(at, (await setting(prisma, "quoteMinutes")) * minute);
  const orders: QuotedOrder[] = [...groups.values()].map((g) => {
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
      goodsFen: times(offer.priceFen, quantity),
      layer: offer.layer,
    }));
    return {
      pickupDay: g.day,
      saleSessionId: g.sessionId,
      lines,
      payableFen: plus(...lines.map((l) => l.goodsFen)),
      quoteToken: write({
        r: residentId,
        p: point.id,
        l: leaderId,
        a: how,
        s: g.sessionId,
        d: g.day,
        i: lines.map((l) => [l.offerId, l.quantity, l.unitPriceFen]),
        u: validUntil.getTime(),
      }),
    };
  });
  return { orders, problems, payableFen: plus(...orders.map((o) => o.payableFen)), validUntil };
}
