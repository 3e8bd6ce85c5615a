import "server-only";
import type { Actor } from "#lib/identity/schema";
import { requote } from "#lib/orders/commands/place";
import { quote } from "#lib/orders/queries";
import type { Quote } from "#lib/orders/schema";
import { now } from "#lib/platform/clock";
import type { Locale } from "#lib/words/locale";
import { refusalWords } from "#lib/words/refusals";
import { limitPart, limitView, strikePart, strikeText } from "../parts";
import { type Api, route } from "../route";
import { cny, count, currency, day, fenAmount, flag, id, instant, shown, snake, words, write, z } from "../shapes";
import { groupAskOf, groupAskPart } from "./groups";

const line = z
  .object({
    offer_id: id("ofr"),
    sku_id: id("sku"),
    product_id: id("prd"),
    name: words("奶油草莓"),
    spec: words("500 g"),
    unit: words("盒"),
    picture: words("fruit"),
    layer: z.enum(["session", "flash", "group"]),
    quantity: count(2),
    unit_price_fen: fenAmount(1980),
    list_price_fen: fenAmount(2580).nullable(),
    list_price_basis: strikePart.basis,
    list_price_day: strikePart.day,
    list_price_text: strikePart.text,
    goods_fen: fenAmount(3960),
    coupon_fen: fenAmount(0),
    limits: z.array(limitPart),
  })
  .openapi("QuoteLine");

/** A coupon of the caller's beside the quote: used on the order of that day, or why not. */
const quotedCoupon = z
  .object({
    id: id("cpn"),
    name: words("满 50 减 8"),
    expires_at: instant,
    stacks: flag(false),
    amount_fen: fenAmount(800),
    pickup_day: day.nullable(),
    campaign_id: id("ssn").nullable(),
    code: words("coupon_threshold").nullable(),
    detail: words("优惠券「满 50 减 8」还差 ¥3.20 可用。").nullable(),
  })
  .openapi("QuoteCoupon");

const answer = z
  .object({
    server_time: instant,
    currency,
    expires_at: instant,
    coupon_fen: fenAmount(0),
    payable_fen: fenAmount(3960),
    orders: z.array(
      z.object({
        pickup_day: day,
        campaign_id: id("ssn"),
        goods_fen: fenAmount(3960),
        coupon_fen: fenAmount(0),
        payable_fen: fenAmount(3960),
        quote_token: words("eyJyIjoicmVzXzAx…", 20_000),
        lines: z.array(line),
      }),
    ),
    coupons: z.array(quotedCoupon),
    problems: z.array(
      z.object({
        sku_id: id("sku"),
        code: words("sold_out"),
        detail: words("「奶油草莓」已抢光，还剩 0 件。"),
        available: count(0).nullable(),
        limit: count(2).nullable(),
      }),
    ),
  })
  .openapi("Quote");

/** A quote on the wire's terms; problems in the caller's words. */
function quoteView(made: Quote, locale: Locale) {
  const number = (value: string | number | null | undefined) => (typeof value === "number" ? value : null);
  return {
    ...made,
    serverTime: now(),
    currency: cny,
    expiresAt: made.validUntil,
    orders: made.orders.map((o) => ({
      ...o,
      campaignId: o.saleSessionId,
      lines: o.lines.map((l) => ({
        ...l,
        layer: l.layer as "session",
        listPriceText: strikeText(l, locale),
        limits: l.limits.map((v) => limitView(v, locale)),
      })),
    })),
    coupons: made.coupons.map(({ reason, ...q }) => ({
      ...q,
      campaignId: q.saleSessionId,
      code: reason && snake(reason.code),
      detail: reason && refusalWords(reason.code, reason.facts, locale).text,
    })),
    problems: made.problems.map((p) => ({
      skuId: p.skuId,
      code: snake(p.code),
      detail: refusalWords(p.code, p.facts, locale).text,
      available: number(p.facts.available),
      limit: number(p.facts.limit),
    })),
  };
}

/** What a stale token would cost now, as the refusal shows it; null when nothing can be quoted any more. */
export const newQuote = async (actor: Actor, token: string, locale: Locale): Promise<unknown> =>
  requote(actor, token).then(
    (made) => write(answer, quoteView(made, locale)),
    () => null,
  );

/** What it would cost, one order per pickup day; nothing is held. */
export function quoteRoutes(api: Api): void {
  route(api, {
    id: "createQuote",
    tag: "order",
    method: "post",
    path: "/quotes",
    who: "resident",
    cache: "never",
    body: z
      .strictObject({
        pickup_point_id: id("pkp"),
        leader_id: id("ldr").optional(),
        items: z
          .array(z.strictObject({ sku_id: id("sku"), quantity: shown(z.int().min(1).max(999), 2) }))
          .min(1)
          .max(60),
        coupon_ids: z.array(id("cpn")).max(20).optional(),
        group: groupAskPart.optional(),
      })
      .openapi("QuoteRequest"),
    answer,
    refuses: [
      "pointClosed",
      "noPickupDay",
      "groupOneItem",
      "groupFull",
      "groupEnded",
      "groupScope",
      "inGroup",
      "salePaused",
      "saleEnded",
      "notStarted",
      "notFound",
    ],
    run: async ({ actor, body, c }) =>
      quoteView(await quote(actor, { ...body, group: groupAskOf(body.group) }), c.get("locale")),
  });
}
