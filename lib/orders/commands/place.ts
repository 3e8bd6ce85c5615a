import "server-only";
import { offersById, openOffers } from "#lib/campaigns/queries";
import type { OfferView } from "#lib/campaigns/schema";
import { rulesAt } from "#lib/commission/queries";
import { commissionFor } from "#lib/commission/rules";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId, tailOf } from "#lib/kernel/ids";
import { fen, minus, plus, times, zero } from "#lib/kernel/money";
import { isRefusal, Refusal } from "#lib/kernel/refusal";
import { day, minute, momentText } from "#lib/kernel/time";
import { leaderLevels } from "#lib/leaders/queries";
import { prepay } from "#lib/payments/commands";
import type { PayParams } from "#lib/payments/schema";
import { openPayments } from "#lib/payments/steps";
import { now, today } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { sha256 } from "#lib/platform/pii";
import { setting } from "#lib/platform/settings";
import { pursesOf } from "#lib/promotions/queries/coupons";
import { limitDemands, priceOf } from "#lib/promotions/rules";
import { assign, couponLine, offByLine } from "#lib/promotions/rules/coupons";
import { groupEnd } from "#lib/promotions/rules/groups";
import type { CouponUse, GroupSeat } from "#lib/promotions/schema";
import { admit, type Candidate, gate, type Verdict } from "../admission";
import { facts } from "../facts";
import type { OrderReceipt } from "../queries";
import { makeQuote, type OpenPoint, openPoints, pickupDays, type QuoteToken, readToken } from "../quote";
import { expiryOf, summaryOf } from "../rules";
import type { PlaceInput, Quote } from "../schema";
import { counted } from "../tally";

/** The order that stands; its receipt when it was placed just now. */
export type Placed = { orderId: string; isReplay: boolean; receipt?: OrderReceipt };

/** What makes two placings the same one: where, whose, when, what at which price, with which coupons and group, and what was written beside it. */
const hashOf = (
  quote: Pick<QuoteToken, "p" | "l" | "s" | "d" | "i" | "c" | "g">,
  input: { contactName: string; remark?: string | null | undefined },
): string => {
  const coupons = quote.c.map((use) => [use.couponId, use.amountFen]);
  const seat = quote.g && (quote.g.opens ? "new" : quote.g.groupId);
  const facts = [quote.p, quote.l, quote.s, quote.d, quote.i, coupons, seat, input.contactName, input.remark ?? null];
  return sha256(JSON.stringify(facts));
};

type Sold = {
  id: string;
  residentId: string;
  phoneTail: string;
  requestKey: string;
  contactName: string;
  remark: string | null;
  point: OpenPoint;
  leader: { id: string; level: number };
  attribution: string;
  pickupDay: string;
  items: { offer: OfferView; quantity: number }[];
  rules: Awaited<ReturnType<typeof rulesAt>>;
  holds: Holds;
  coupons: readonly CouponUse[];
  seat: GroupSeat | null;
  household: string | null;
};
type Holds = { ordinary: number; flash: number };

/** Minutes an unpaid order may stand. */
const holdMinutes = async (): Promise<Holds> => ({
  ordinary: await setting(prisma, "orderHoldMinutes"),
  flash: await setting(prisma, "flashHoldMinutes"),
});

/** What the lines ask of the limit counters together; the first order of a new customer is one of one. */
function limitsOf(e: Sold, isNewCustomer: boolean): Candidate["limits"] {
  const merged = new Map<string, Candidate["limits"][number]>();
  for (const { offer, quantity } of e.items) {
    const who = { residentId: e.residentId, household: e.household, day: offer.businessDay };
    for (const { offerId, ...d } of limitDemands(offer, quantity, who)) {
      const id = d.key === "" ? offerId : `${d.key} ${d.subject}`;
      const known = merged.get(id);
      merged.set(id, {
        ...d,
        offer_id: offerId,
        pieces: (known?.pieces ?? 0) + d.pieces,
        max: Math.min(known?.max ?? d.max, d.max),
      });
    }
  }
  const first = {
    kind: "newCustomer" as const,
    key: "n",
    subject: e.residentId,
    pieces: 1,
    max: 1,
    offer_id: e.items[0]?.offer.id ?? "",
  };
  return isNewCustomer ? [...merged.values(), first] : [...merged.values()];
}

/** An order as the admission function takes it: amounts, commission and expiry computed from the offers. Refuses: emptyOrder, householdNeeded. */
function candidateOf(at: Date, e: Sold): Candidate {
  const [first] = e.items;
  if (!first) throw new Refusal("emptyOrder");
  const off = offByLine(e.coupons);
  const lines = e.items.map(({ offer, quantity }) => {
    const goods = times(offer.priceFen, quantity);
    const { offFen, platformFen } = off.get(offer.id) ?? { offFen: zero, platformFen: zero };
    const paid = minus(goods, offFen);
    const context = {
      leaderLevel: e.leader.level,
      categoryId: offer.categoryId,
      productId: offer.productId,
      saleSessionId: offer.saleSessionId,
      offerId: offer.id,
      offerBp: offer.commissionBp,
    };
    const commission = commissionFor(e.rules, context, plus(paid, platformFen));
    return {
      id: newId("oln", at),
      offer_id: offer.id,
      stock_pool_id: offer.stockPoolId,
      sku_id: offer.skuId,
      product_id: offer.productId,
      supplier_id: offer.supplierId,
      category_id: offer.categoryId,
      name: offer.name,
      spec: offer.spec,
      unit: offer.unit,
      picture: offer.picture,
      is_fresh: offer.isFresh,
      ordered: quantity,
      unit_price_fen: offer.priceFen,
      list_price_fen: offer.listPriceFen,
      goods_fen: goods,
      coupon_fen: offFen,
      paid_fen: paid,
      supply_price_fen: offer.supplyPriceFen,
      commission_rule_id: commission.ruleId,
      commission_rule_version: commission.version,
      commission_bp: commission.bp,
      commission_base_fen: commission.baseFen,
      commission_fen: commission.commissionFen,
    };
  });
  const goods = plus(...lines.map((l) => l.goods_fen));
  const coupon = plus(...lines.map((l) => l.coupon_fen));
  const lineOf = new Map(lines.map((l) => [l.offer_id, l.id]));
  const isNewCustomer =
    e.items.some(({ offer }) => offer.limits?.newCustomersOnly) || e.coupons.some((use) => use.newCustomers);
  const isFlash = e.items.some(({ offer }) => offer.layer === "flash");
  const { group, endsAt, cutoffAt } = first.offer;
  const seatUntil = !e.seat
    ? cutoffAt
    : e.seat.opens && group
      ? groupEnd(at, group.minutes, endsAt, cutoffAt)
      : new Date(e.seat.expiresAt);
  const quote = {
    p: e.point.id,
    l: e.leader.id,
    s: first.offer.saleSessionId,
    d: e.pickupDay,
    i: e.items.map(({ offer, quantity }): [string, number, number] => [offer.id, quantity, offer.priceFen]),
    c: [...e.coupons],
    g: e.seat,
  };
  return {
    id: e.id,
    resident_id: e.residentId,
    request_key: e.requestKey,
    input_hash: hashOf(quote, e),
    sale_session_id: first.offer.saleSessionId,
    business_day: first.offer.businessDay,
    pickup_day: e.pickupDay,
    city_id: e.point.cityId,
    pickup_point_id: e.point.id,
    route_id: e.point.routeId,
    warehouse_id: e.point.warehouseId,
    leader_id: e.leader.id,
    attribution: e.attribution,
    item_count: lines.reduce((n, l) => n + l.ordered, 0),
    summary: summaryOf(lines.map((l) => ({ name: l.name, spec: l.spec, quantity: l.ordered }))),
    goods_fen: goods,
    coupon_fen: coupon,
    payable_fen: minus(goods, coupon),
    contact_name: e.contactName,
    phone_tail: e.phoneTail,
    remark: e.remark,
    expires_at: expiryOf(at, isFlash ? e.holds.flash : e.holds.ordinary, seatUntil).toISOString(),
    limits: limitsOf(e, isNewCustomer),
    new_customer: isNewCustomer,
    coupons: e.coupons.map((use) => ({
      coupon_id: use.couponId,
      template_id: use.templateId,
      amount_fen: use.amountFen,
      shares: use.shares.map((s) => ({ line_id: lineOf.get(s.offerId) ?? "", amount_fen: s.amountFen })),
    })),
    group: e.seat && {
      id: e.seat.groupId,
      opens: e.seat.opens,
      offer_id: e.seat.offerId,
      flash_slot_id: e.seat.flashSlotId,
      leader_id: e.seat.leaderId,
      size: e.seat.size,
      expires_at: seatUntil.toISOString(),
    },
    lines,
  };
}

/** Turns a quote's token into what the admission function takes. Refuses: quoteStale, pointClosed, householdNeeded. */
async function prepareOrder(at: Date, quote: QuoteToken, input: PlaceInput): Promise<Candidate> {
  const [point, offers, level, rules, holds] = await Promise.all([
    facts.points.get(quote.p),
    Promise.all(quote.i.map(([id]) => facts.offers.get(id))),
    facts.levels.get(quote.l),
    facts.rules.get(String(Math.floor(at.getTime() / minute))),
    holdMinutes(),
  ]);
  if (!point) throw new Refusal("pointClosed");
  const items = quote.i.map(([, quantity, unitPriceFen], i) => {
    const offer = offers[i];
    if (!offer || offer.priceFen !== unitPriceFen) throw new Refusal("quoteStale");
    return { offer, quantity };
  });
  return candidateOf(at, {
    id: newId("ord", at),
    residentId: quote.r,
    phoneTail: quote.t,
    requestKey: input.requestKey,
    contactName: input.contactName,
    remark: input.remark ?? null,
    point,
    leader: { id: quote.l, level: level ?? 1 },
    attribution: quote.a,
    pickupDay: quote.d,
    items,
    rules: rules ?? [],
    holds,
    coupons: quote.c,
    seat: quote.g,
    household: quote.h,
  });
}

export type Ask = {
  residentId: string;
  phoneTail: string;
  contactName: string;
  requestKey: string;
  pickupPointId: string;
  items: { skuId: string; quantity: number }[];
};

/**
 * Prepares many residents' orders of one city from one look at its offers: for the seed and the bench. What is not on offer,
 * or not enough, is left out as a basket would show it; an ask makes one order per pickup day.
 */
export async function prepareOrders(actor: Actor, cityId: string, asks: readonly Ask[]): Promise<Candidate[]> {
  if (actor.kind !== "system") throw new Refusal("forbidden");
  const at = now();
  const [offers, rules, holds] = await Promise.all([openOffers(cityId, at), rulesAt(at), holdMinutes()]);
  const bySku = new Map<string, OfferView[]>();
  for (const o of offers) bySku.set(o.skuId, [...(bySku.get(o.skuId) ?? []), o]);
  const points = new Map((await openPoints([...new Set(asks.map((a) => a.pickupPointId))])).map((p) => [p.id, p]));
  const levels = await leaderLevels([...points.values()].map((p) => p.leaderId));
  const dayOf = await pickupDays([...points.values()], offers);
  const purses = await pursesOf(
    asks.map((ask) => ask.residentId),
    at,
  );
  return asks.flatMap((ask) => {
    const point = points.get(ask.pickupPointId);
    if (!point) return [];
    const byDay = new Map<string, { offer: OfferView; quantity: number }[]>();
    for (const item of ask.items) {
      const open = bySku.get(item.skuId);
      if (!open) continue;
      const offer = priceOf(open);
      if (offer.available < item.quantity) continue;
      const day = dayOf(point, offer);
      byDay.set(day, [
        ...(byDay.get(day) ?? []),
        { offer, quantity: Math.min(item.quantity, offer.perPersonLimit ?? item.quantity) },
      ]);
    }
    const { leaderId } = point;
    const purse = purses.get(ask.residentId) ?? [];
    const { uses } = assign(
      purse,
      [...byDay].map(([key, items]) => ({
        ...{ key, at, cityId, leaderId, isNewCustomer: false },
        lines: items.map(({ offer, quantity }) => couponLine(offer, quantity)),
      })),
    );
    const used = new Set([...uses.values()].flat().map((use) => use.couponId));
    if (used.size > 0)
      purses.set(
        ask.residentId,
        purse.filter((c) => !used.has(c.id)),
      );
    return [...byDay].map(([pickupDay, items]) =>
      candidateOf(at, {
        id: newId("ord", at),
        residentId: ask.residentId,
        phoneTail: ask.phoneTail,
        requestKey: `${ask.requestKey}:${pickupDay}`,
        contactName: ask.contactName,
        remark: null,
        point,
        leader: { id: point.leaderId, level: levels.get(point.leaderId) ?? 1 },
        attribution: "point",
        pickupDay,
        items,
        rules,
        holds,
        coupons: uses.get(pickupDay) ?? [],
        seat: null,
        household: null,
      }),
    );
  });
}

/** The refusal an outcome stands for; null when the order stands. */
function refusalFor(said: Verdict, order: Candidate, startsAt: Date | undefined): Refusal | null {
  const name = order.lines.find((l) => l.offer_id === said.offerId)?.name ?? "";
  const { kind, max: limit, had: bought } = said.limit ?? {};
  switch (said.outcome) {
    case "accepted":
    case "duplicate":
      return null;
    case "mismatch":
      return new Refusal("idempotencyMismatch");
    case "notStarted":
      return new Refusal("notStarted", { startsAt: startsAt ? momentText(startsAt, today()) : "" });
    case "ended":
      return new Refusal("saleEnded");
    case "paused":
      return new Refusal("salePaused", { name });
    case "stale":
      return new Refusal("quoteStale");
    case "newCustomers":
      return new Refusal("newCustomersOnly", { name });
    case "limit":
      return kind === "newCustomer"
        ? new Refusal("newCustomersOnly", { name })
        : new Refusal("limitReached", { name, kind, limit, bought });
    case "soldOut":
      return new Refusal("soldOut", { name, available: said.available });
    case "holds":
      return new Refusal("tooManyHolds", { limit, bought });
    case "coupon":
      return new Refusal("couponGone");
    case "budget":
      return new Refusal("couponBudget");
    case "groupFull":
    case "groupEnded":
    case "inGroup":
      return new Refusal(said.outcome);
  }
}

const receiptOf = (order: Candidate, placedAt: Date): OrderReceipt => ({
  id: order.id,
  no: tailOf(order.id),
  pickupDay: day(order.pickup_day),
  businessDay: day(order.business_day),
  summary: order.summary,
  itemCount: order.item_count,
  payableFen: order.payable_fen,
  contactName: order.contact_name,
  placedAt,
});

/** What the first request under this key was answered, or null; it stands even when the quote has run out or the point has closed since. */
async function firstAnswer(actor: Actor, input: PlaceInput): Promise<Placed | null> {
  const known = await prisma.order.findUnique({
    where: { residentId_requestKey: { residentId: actor.id, requestKey: input.requestKey } },
    select: { id: true, inputHash: true },
  });
  if (!known) return null;
  if (known.inputHash !== hashOf(readToken(input.quoteToken, new Date(0)), input))
    throw new Refusal("idempotencyMismatch");
  return { orderId: known.id, isReplay: true };
}

/** The flash slots an order buys from. */
async function slotsOf(order: Candidate): Promise<string[]> {
  const offers = await Promise.all(order.lines.map((l) => facts.offers.get(l.offer_id)));
  return [...new Set(offers.flatMap((o) => o?.flashSlotId ?? []))];
}

/**
 * Places an order from a quote's token: admission decides stock, limits, coupons, seats and time in one transaction with its twins.
 * The same key and body give the first answer (`isReplay`). `countSlot` may refuse for a flash slot that too many call for. Refuses: soldOut, limitReached, newCustomersOnly, tooManyHolds,
 * couponGone, couponBudget, groupFull, groupEnded, salePaused, saleEnded, notStarted, quoteStale, quoteExpired, idempotencyMismatch,
 * pointClosed, householdNeeded, busy, notFound.
 */
export async function placeOrder(actor: Actor, input: PlaceInput, countSlot?: CountSlot): Promise<Placed> {
  authorise(actor, "orders.place");
  const asked: { quote?: QuoteToken } = {};
  return counted(asked, () => place(actor, input, asked, countSlot));
}
type CountSlot = (slotId: string) => Promise<void>;

async function place(
  actor: Actor,
  input: PlaceInput,
  asked: { quote?: QuoteToken },
  countSlot: CountSlot | undefined,
): Promise<Placed> {
  const at = now();
  let order: Candidate;
  try {
    const quote = readToken(input.quoteToken, at);
    if (quote.r !== actor.id) throw new Refusal("notFound");
    asked.quote = quote;
    order = await prepareOrder(at, quote, input);
  } catch (error) {
    const first = isRefusal(error) ? await firstAnswer(actor, input) : null;
    if (first) return first;
    throw error;
  }
  if (countSlot) for (const slotId of await slotsOf(order)) await countSlot(slotId);
  const said = await gate.admit(order);
  const startsAt = said.outcome === "notStarted" ? (await facts.offers.get(said.offerId ?? ""))?.startsAt : undefined;
  const refusal = refusalFor(said, order, startsAt);
  if (refusal) {
    if (said.outcome === "stale") for (const l of order.lines) facts.offers.drop(l.offer_id);
    throw refusal;
  }
  return said.outcome === "duplicate"
    ? { orderId: said.orderId ?? "", isReplay: true }
    : { orderId: order.id, isReplay: false, receipt: receiptOf(order, said.at) };
}

/** What a stale token asks for now, at today's prices: for the one who is told that her quote has changed. Refuses: pointClosed, quoteStale. */
export async function requote(actor: Actor, quoteToken: string): Promise<Quote> {
  const quote = readToken(quoteToken, now());
  const offers = await offersById(quote.i.map(([id]) => id));
  const skus = new Map(offers.map((o) => [o.id, o.skuId]));
  return makeQuote(actor.id, {
    pickupPointId: quote.p,
    items: quote.i.flatMap(([offerId, quantity]) => {
      const skuId = skus.get(offerId);
      return skuId ? [{ skuId, quantity }] : [];
    }),
    couponIds: quote.c.map((use) => use.couponId),
    ...(quote.a === "share" ? { leaderId: quote.l } : {}),
  });
}

/** Places many prepared orders at one instant: for the seed and the bench. Answers in the order asked; a refusal stands in its place. */
export async function placeOrders(actor: Actor, orders: readonly Candidate[]): Promise<(Placed | Refusal)[]> {
  if (actor.kind !== "system") throw new Refusal("forbidden");
  const verdicts = await admit(now(), orders);
  return verdicts.map(
    (said, i) =>
      refusalFor(said, orders[i] as Candidate, undefined) ?? {
        orderId: said.orderId ?? "",
        isReplay: said.outcome === "duplicate",
      },
  );
}

/** The payment of an order, made once, before the channel is asked. Refuses: notFound, alreadyPaid, saleEnded. */
export async function ensurePayment(actor: Actor, orderId: string): Promise<{ paymentId: string; summary: string }> {
  return transact(async (tx) => {
    const order = await tx.order.findUnique({ where: { id: orderId } });
    if (!order) throw new Refusal("notFound");
    authorise(actor, "orders.place", { residentId: order.residentId });
    if (order.state !== "pendingPayment") throw new Refusal(order.state === "cancelled" ? "saleEnded" : "alreadyPaid");
    const known = await tx.payment.findUnique({ where: { orderId }, select: { id: true } });
    if (known) return { paymentId: known.id, summary: order.summary };
    const resident = await tx.resident.findUniqueOrThrow({ where: { id: order.residentId }, select: { openid: true } });
    const [paymentId = ""] = await openPayments(tx, [
      {
        orderId,
        residentId: order.residentId,
        openid: resident.openid,
        amountFen: fen(order.payableFen),
        expiresAt: order.expiresAt,
      },
    ]);
    return { paymentId, summary: order.summary };
  });
}

/** What `wx.requestPayment` takes, for an order that waits to be paid. Refuses: as ensurePayment; channelRefused, paymentUnknown. */
export async function payOrder(actor: Actor, orderId: string): Promise<{ paymentId: string; params: PayParams }> {
  const { paymentId, summary } = await ensurePayment(actor, orderId);
  return { paymentId, params: await prepay(actor, paymentId, summary || "邻团订单") };
}
