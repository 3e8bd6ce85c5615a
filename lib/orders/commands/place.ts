import "server-only";
import { offersById, openOffers } from "#lib/campaigns/queries";
import type { OfferView } from "#lib/campaigns/schema";
import { rulesAt } from "#lib/commission/queries";
import { commissionFor } from "#lib/commission/rules";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { fen, plus, times, zero } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { momentText } from "#lib/kernel/time";
import { leaderForOrder, leaderLevels } from "#lib/leaders/queries";
import { prepay } from "#lib/payments/commands";
import type { PayParams } from "#lib/payments/schema";
import { openPayments } from "#lib/payments/steps";
import { now, today } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { sha256 } from "#lib/platform/pii";
import { setting } from "#lib/platform/settings";
import { priceOf } from "#lib/promotions/rules";
import { admit, admitOne, type Candidate, type Verdict } from "../admission";
import { type OpenPoint, openPoint, openPoints, pickupDays, type QuoteToken, readToken } from "../quote";
import { expiryOf, summaryOf } from "../rules";
import type { PlaceInput } from "../schema";

export type Placed = { orderId: string; isReplay: boolean };

/** What makes two placings the same one: where, whose, when, what at which price, and what was written beside it. */
const hashOf = (
  quote: Pick<QuoteToken, "p" | "l" | "s" | "d" | "i">,
  input: { contactName: string; remark?: string | null | undefined },
): string =>
  sha256(JSON.stringify([quote.p, quote.l, quote.s, quote.d, quote.i, input.contactName, input.remark ?? null]));

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
  holdMinutes: number;
};

/** An order as the admission function takes it: amounts, commission and expiry computed from the offers. Refuses: emptyOrder. */
function candidateOf(at: Date, e: Sold): Candidate {
  const [first] = e.items;
  if (!first) throw new Refusal("emptyOrder");
  const lines = e.items.map(({ offer, quantity }) => {
    const paid = times(offer.priceFen, quantity);
    const context = {
      leaderLevel: e.leader.level,
      categoryId: offer.categoryId,
      productId: offer.productId,
      saleSessionId: offer.saleSessionId,
      offerId: offer.id,
      offerBp: offer.commissionBp,
    };
    const commission = commissionFor(e.rules, context, paid);
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
      goods_fen: paid,
      coupon_fen: zero,
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
  const quote = {
    p: e.point.id,
    l: e.leader.id,
    s: first.offer.saleSessionId,
    d: e.pickupDay,
    i: e.items.map(({ offer, quantity }): [string, number, number] => [offer.id, quantity, offer.priceFen]),
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
    coupon_fen: zero,
    payable_fen: goods,
    contact_name: e.contactName,
    phone_tail: e.phoneTail,
    remark: e.remark,
    expires_at: expiryOf(at, e.holdMinutes, first.offer.cutoffAt).toISOString(),
    lines,
  };
}

/** Turns a quote's token into what the admission function takes. Refuses: quoteStale, quoteExpired, notFound, pointClosed. */
export async function prepareOrder(actor: Actor, input: PlaceInput): Promise<Candidate> {
  authorise(actor, "orders.place");
  const at = now();
  const quote = readToken(input.quoteToken, at);
  if (quote.r !== actor.id) throw new Refusal("notFound");
  const [point, offers, leader, rules, resident, holdMinutes] = await Promise.all([
    openPoint(quote.p),
    offersById(quote.i.map(([id]) => id)),
    leaderForOrder(quote.l),
    rulesAt(at),
    prisma.resident.findUnique({ where: { id: actor.id }, select: { phoneTail: true } }),
    setting(prisma, "orderHoldMinutes"),
  ]);
  const byId = new Map(offers.map((o) => [o.id, o]));
  const items = quote.i.map(([offerId, quantity, unitPriceFen]) => {
    const offer = byId.get(offerId);
    if (!offer || offer.priceFen !== unitPriceFen) throw new Refusal("quoteStale");
    return { offer, quantity };
  });
  return candidateOf(at, {
    id: newId("ord", at),
    residentId: actor.id,
    phoneTail: resident?.phoneTail ?? "",
    requestKey: input.requestKey,
    contactName: input.contactName,
    remark: input.remark ?? null,
    point,
    leader: { id: quote.l, level: leader?.level ?? 1 },
    attribution: quote.a,
    pickupDay: quote.d,
    items,
    rules,
    holdMinutes,
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
  const [offers, rules, holdMinutes] = await Promise.all([
    openOffers(cityId, at),
    rulesAt(at),
    setting(prisma, "orderHoldMinutes"),
  ]);
  const bySku = new Map<string, OfferView[]>();
  for (const o of offers) bySku.set(o.skuId, [...(bySku.get(o.skuId) ?? []), o]);
  const points = new Map((await openPoints([...new Set(asks.map((a) => a.pickupPointId))])).map((p) => [p.id, p]));
  const levels = await leaderLevels([...points.values()].map((p) => p.leaderId));
  const dayOf = await pickupDays([...points.values()], offers);
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
        holdMinutes,
      }),
    );
  });
}

function placed(said: Verdict, order: Candidate): Placed {
  const name = order.lines.find((l) => l.offer_id === said.offer_id)?.name ?? "";
  switch (said.outcome) {
    case "accepted":
      return { orderId: said.order_id ?? order.id, isReplay: false };
    case "duplicate":
      return { orderId: said.order_id ?? "", isReplay: true };
    case "mismatch":
      throw new Refusal("idempotencyMismatch");
    case "notStarted":
      throw new Refusal("notStarted", { startsAt: "" });
    case "ended":
      throw new Refusal("saleEnded");
    case "stale":
      throw new Refusal("quoteStale");
    case "limit":
      throw new Refusal("limitReached", { name, limit: said.max_each, bought: said.bought });
    case "soldOut":
      throw new Refusal("soldOut", { name, available: said.available });
  }
}

/**
 * Places an order from a quote's token: admission decides stock, limits and time in one transaction with its twins.
 * The same key and body give the first answer (`isReplay`). Refuses: soldOut, limitReached, saleEnded, notStarted,
 * quoteStale, quoteExpired, idempotencyMismatch, pointClosed.
 */
export async function placeOrder(actor: Actor, input: PlaceInput): Promise<Placed> {
  const known = await prisma.order.findUnique({
    where: { residentId_requestKey: { residentId: actor.id, requestKey: input.requestKey } },
    select: { id: true, inputHash: true },
  });
  if (known) {
    // the first answer stands, even when the quote has run out or the point has closed since
    if (known.inputHash !== hashOf(readToken(input.quoteToken, new Date(0)), input))
      throw new Refusal("idempotencyMismatch");
    return { orderId: known.id, isReplay: true };
  }
  const order = await prepareOrder(actor, input);
  const said = await admitOne(order);
  if (said.outcome === "notStarted") {
    const [offer] = await offersById([said.offer_id ?? order.lines[0]?.offer_id ?? ""]);
    throw new Refusal("notStarted", { startsAt: offer ? momentText(offer.startsAt, today()) : "" });
  }
  return placed(said, order);
}

/** Places many prepared orders at one instant: for the seed and the bench. Answers in the order asked; a refusal stands in its place. */
export async function placeOrders(actor: Actor, orders: readonly Candidate[]): Promise<(Placed | Refusal)[]> {
  if (actor.kind !== "system") throw new Refusal("forbidden");
  const verdicts = await admit(now(), orders);
  return verdicts.map((said, i) => {
    try {
      return placed(said, orders[i] as Candidate);
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  });
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
