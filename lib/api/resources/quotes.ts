import "server-only";
import { quote } from "#lib/orders/queries";
import { now } from "#lib/platform/clock";
import { refusalWords } from "#lib/words/refusals";
import { type Api, route } from "../route";
import { cny, count, currency, day, fenAmount, id, instant, shown, snake, words, z } from "../shapes";

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
    goods_fen: fenAmount(3960),
  })
  .openapi("QuoteLine");

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
      })
      .openapi("QuoteRequest"),
    answer: z
      .object({
        server_time: instant,
        currency,
        expires_at: instant,
        payable_fen: fenAmount(3960),
        orders: z.array(
          z.object({
            pickup_day: day,
            campaign_id: id("ssn"),
            payable_fen: fenAmount(3960),
            quote_token: words("eyJyIjoicmVzXzAx…", 20_000),
            lines: z.array(line),
          }),
        ),
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
      .openapi("Quote"),
    refuses: ["pointClosed", "noPickupDay"],
    run: async ({ actor, body, c }) => {
      const made = await quote(actor, body);
      const number = (value: string | number | null | undefined) => (typeof value === "number" ? value : null);
      return {
        ...made,
        serverTime: now(),
        currency: cny,
        expiresAt: made.validUntil,
        orders: made.orders.map((o) => ({
          ...o,
          campaignId: o.saleSessionId,
          lines: o.lines.map((l) => ({ ...l, layer: l.layer as "session" })),
        })),
        problems: made.problems.map((p) => ({
          skuId: p.skuId,
          code: snake(p.code),
          detail: refusalWords(p.code, p.facts, c.get("locale")).text,
          available: number(p.facts.available),
          limit: number(p.facts.limit),
        })),
      };
    },
  });
}
