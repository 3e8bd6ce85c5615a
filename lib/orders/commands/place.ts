import "server-only";
import { offersById } from "#lib/campaigns/queries";
import { rulesAt } from "#lib/commission/queries";
import { commissionFor } from "#lib/commission/rules";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { fen, plus, times, zero } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { leaderForOrder } from "#lib/leaders/queries";
import { now } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { sha256 } from "#lib/platform/pii";
import { setting } from "#lib/platform/settings";
import { prepay } from "#lib/payments/commands";
import { openPayment } from "#lib/payments/steps";
import type { PayParams } from "#lib/payments/wechat";
import { admit, admitOne, type Candidate, type Verdict } from "../admission";
import { openPoint, readToken } from "../quote";
import { expiryOf, summaryOf } from "../rules";
import type { PlaceInput } from "../schema";

export type Placed = { orderId: string; isReplay: boolean };

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
  const lines = quote.i.map(([offerId, quantity, unitPriceFen]) => {
    const offer = byId.get(offerId);
    if (!offer || offer.priceFen !== unitPriceFen) throw new Refusal("quoteStale");
    const paid = times(fen(unitPriceFen), quantity);
    const commission = commissionFor(
      rules,
      { leaderLevel: leader?.level ?? 1, categoryId: offer.categoryId, productId: offer.productId, saleSessionId: offer.saleSessionId, offerId, offerBp: offer.commissionBp },
      paid,
    );
    return {
      id: newId("oln", at),
      offer_id: offerId,
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
      unit_price_fen: fen(unitPriceFen),
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
  const first = byId.get(lines[0]?.offer_id ?? "");
  if (!first) throw new Refusal("emptyOrder");
  const goods = plus(...lines.map((l) => l.goods_fen));
  return {
    id: newId("ord", at),
    resident_id: actor.id,
    request_key: input.requestKey,
    input_hash: sha256(JSON.stringify([quote.p, quote.l, quote.s, quote.d, quote.i, input.contactName, input.remark ?? null])),
    sale_session_id: quote.s,
    business_day: first.businessDay,
    pickup_day: quote.d,
    city_id: point.cityId,
    pickup_point_id: point.id,
    route_id: point.routeId,
    warehouse_id: point.warehouseId,
    leader_id: quote.l,
    attribution: quote.a,
    item_count: lines.reduce((n, l) => n + l.ordered, 0),
    summary: summaryOf(lines.map((l) => ({ name: l.name, spec: l.spec, quantity: l.ordered }))),
    goods_fen: goods,
    coupon_fen: zero,
    payable_fen: goods,
    contact_name: input.contactName,
    phone_tail: resident?.phoneTail ?? "",
    remark: input.remark ?? null,
    expires_at: expiryOf(at, holdMinutes, first.cutoffAt).toISOString(),
    lines,
  };
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
  const order = await prepareOrder(actor, input).catch((error: unknown) => {
    if (known) return null;
    throw error;
  });
  if (!order) return { orderId: known?.id ?? "", isReplay: true };
  return placed(await admitOne(order), order);
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
    const paymentId = await openPayment(tx, {
      orderId,
      residentId: order.residentId,
      openid: resident.openid,
      amountFen: fen(order.payableFen),
      expiresAt: order.expiresAt,
    });
    return { paymentId, summary: order.summary };
  });
}

/** What `wx.requestPayment` takes, for an order that waits to be paid. Refuses: as ensurePayment; channelRefused, paymentUnknown. */
export async function payOrder(actor: Actor, orderId: string): Promise<{ paymentId: string; params: PayParams }> {
  const { paymentId, summary } = await ensurePayment(actor, orderId);
  return { paymentId, params: await prepay(actor, paymentId, summary || "邻团订单") };
}
