import "server-only";
import { groupOffers, openOffers } from "#lib/campaigns/queries";
import { categories, skusOfProduct } from "#lib/catalog/queries";
import { Refusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import { buyerOf, limitsFor } from "#lib/promotions/queries/limits";
import { limitPart, limitView, offerPart, pictureUrl, placeQuery, shoppingPoint } from "../parts";
import { type Api, route } from "../route";
import {
  cny,
  count,
  currency,
  fenAmount,
  flag,
  id,
  instant,
  listOf,
  pageAfter,
  pageQuery,
  pageView,
  shown,
  typed,
  words,
  z,
} from "../shapes";
import { narrowed, onSale, priced, trueUntilPricesChange, withDays } from "./shopping";

/** A category and what lies under it. */
export async function familyOf(categoryId: string): Promise<ReadonlySet<string>> {
  const known = await categories();
  return new Set(known.filter((c) => c.id === categoryId || c.parentId === categoryId).map((c) => c.id));
}

const sorts = ["recommended", "price", "-price", "-sold"] as const;

/** Goods on sale for a point, one product, and the stock and price of some SKUs right now. */
export function productRoutes(api: Api): void {
  route(api, {
    id: "listProducts",
    tag: "browse",
    method: "get",
    path: "/products",
    who: "anyone",
    query: z.strictObject({
      ...placeQuery,
      category_id: words("cat_fruit", 40).optional(),
      q: words("草莓", 40).optional(),
      sort: shown(z.enum(sorts).default("recommended"), "recommended"),
      ...pageQuery(),
    }),
    answer: listOf(offerPart).openapi("Products"),
    refuses: ["notFound", "pointClosed"],
    run: async ({ query, c }) => {
      const point = await shoppingPoint(query.pickupPointId);
      const at = now();
      const open = await onSale(point, at);
      await trueUntilPricesChange(c, point.cityId, at, open);
      const offers = narrowed(open, {
        q: query.q,
        categoryIds: query.categoryId ? await familyOf(query.categoryId) : null,
      });
      const ranks = {
        recommended: (o: (typeof offers)[number]) => o.sort,
        price: (o: (typeof offers)[number]) => o.priceFen,
        "-price": (o: (typeof offers)[number]) => -o.priceFen,
        "-sold": (o: (typeof offers)[number]) => -o.sold,
      };
      const rank = ranks[query.sort as keyof typeof ranks];
      const page = pageAfter(offers, query.cursor, query.limit, (o) => [rank(o), o.id]);
      return pageView({ rows: await withDays(point, page.rows, c.get("locale")), nextCursor: page.nextCursor });
    },
  });

  route(api, {
    id: "getAvailability",
    tag: "browse",
    method: "get",
    path: "/products/availability",
    who: "either",
    cache: "never",
    query: z.strictObject({
      ...placeQuery,
      ids: typed("sku_01kb2xk5cq9m3r7t4wvz,sku_01kb2xk5cq9m3r7t4wvy", 1300),
    }),
    answer: z
      .object({
        server_time: instant,
        currency,
        data: z.array(
          z.object({
            sku_id: id("sku"),
            state: z.enum(["on_sale", "sold_out", "not_on_sale"]),
            offer_id: id("ofr").nullable(),
            price_fen: fenAmount(1980).nullable(),
            available: count(72),
            per_person_limit: count(2).nullable(),
            limits: z.array(limitPart),
            ends_at: instant.nullable(),
          }),
        ),
      })
      .openapi("Availability"),
    refuses: ["notFound", "pointClosed"],
    run: async ({ actor, query, c }) => {
      const ids = [...new Set(query.ids.split(",").filter(Boolean))];
      if (ids.length > 50) throw new Refusal("malformed", {}, [{ field: "ids", code: "tooLong" }]);
      const at = now();
      const { cityId } = await shoppingPoint(query.pickupPointId);
      const found = new Map(priced(await openOffers(cityId, at, ids)).map((o) => [o.skuId, o]));
      const limits = await limitsFor([...found.values()], await buyerOf(actor));
      return {
        serverTime: at,
        currency: cny,
        data: ids.map((skuId) => {
          const o = found.get(skuId);
          if (!o)
            return {
              skuId,
              state: "notOnSale" as const,
              offerId: null,
              priceFen: null,
              available: 0,
              perPersonLimit: null,
              limits: [],
              endsAt: null,
            };
          return {
            skuId,
            state: o.available > 0 ? ("onSale" as const) : ("soldOut" as const),
            offerId: o.id,
            priceFen: o.priceFen,
            available: Math.max(0, o.available),
            perPersonLimit: o.perPersonLimit,
            limits: (limits.get(o.id) ?? []).map((v) => limitView(v, c.get("locale"))),
            endsAt: o.endsAt,
          };
        }),
      };
    },
  });

  route(api, {
    id: "getProduct",
    tag: "browse",
    method: "get",
    path: "/products/{id}",
    who: "anyone",
    params: z.object({ id: id("prd") }),
    query: z.strictObject(placeQuery),
    answer: z
      .object({
        id: id("prd"),
        name: words("奶油草莓"),
        category_id: words("cat_berry"),
        category_name: words("浆果葡萄"),
        origin: words("浙江建德"),
        storage: words("冷藏"),
        shelf_life_days: count(3).nullable(),
        description: words("当天采摘，果径 25 mm 以上。"),
        picture: words("fruit"),
        picture_url: words("/api/v1/files/fil_01kb2xk5cq9m3r7t4wvz").nullable(),
        supplier_name: words("建德红草莓合作社"),
        is_fresh: flag(),
        after_sale_hours: count(24),
        currency,
        skus: z.array(
          z.object({
            id: id("sku"),
            spec: words("500 g"),
            unit: words("盒"),
            nominal_g: count(500).nullable(),
            offer: offerPart.nullable(),
            group_offer: offerPart.nullable(),
          }),
        ),
      })
      .openapi("ProductDetail"),
    refuses: ["notFound", "pointClosed"],
    run: async ({ params, query, c }) => {
      const [point, skus] = await Promise.all([shoppingPoint(query.pickupPointId), skusOfProduct(params.id)]);
      const [first] = skus;
      if (!first) throw new Refusal("notFound");
      const at = now();
      const open = await openOffers(
        point.cityId,
        at,
        skus.map((s) => s.skuId),
      );
      await trueUntilPricesChange(c, point.cityId, at, open);
      const offers = await withDays(point, priced(open), c.get("locale"));
      const groups = await groupOffers(
        point.cityId,
        at,
        skus.map((s) => s.skuId),
      );
      const together = await withDays(point, groups, c.get("locale"));
      return {
        ...first,
        id: first.productId,
        pictureUrl: pictureUrl(first.pictureFileId),
        currency: cny,
        skus: skus.map((s) => ({
          id: s.skuId,
          spec: s.spec,
          unit: s.unit,
          nominalG: s.nominalGrams,
          offer: offers.find((o) => o.skuId === s.skuId) ?? null,
          groupOffer: together.find((o) => o.skuId === s.skuId) ?? null,
        })),
      };
    },
  });
}
