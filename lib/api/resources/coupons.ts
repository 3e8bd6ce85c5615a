import "server-only";
import { Refusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import { claimCoupon } from "#lib/promotions/commands/coupons";
import { claimableCoupons, couponsFor, myCoupons } from "#lib/promotions/queries/coupons";
import type { ClaimableCoupon, CouponTerms, OwnCoupon } from "#lib/promotions/schema/coupons";
import { worthWords } from "#lib/words/coupons";
import type { Locale } from "#lib/words/locale";
import { placeQuery, shoppingPoint } from "../parts";
import { type Api, route } from "../route";
import {
  bp,
  count,
  fenAmount,
  flag,
  id,
  instant,
  listOf,
  pageQuery,
  pageView,
  shown,
  type View,
  words,
  z,
} from "../shapes";

/** What a coupon gives and for what; empty lists mean everything. */
const terms = {
  name: words("满 50 减 8"),
  worth_text: words("满 ¥50 减 ¥8"),
  kind: z.enum(["amount", "percent"]),
  amount_fen: fenAmount(800).nullable(),
  percent_bp: bp.nullable(),
  max_off_fen: fenAmount(2000).nullable(),
  threshold_fen: fenAmount(5000),
  city_ids: z.array(words("rgn_330100")),
  category_ids: z.array(words("cat_veg")),
  product_ids: z.array(id("prd")),
  new_customers: flag(false),
  stacks: flag(false),
};

const claimable = z
  .object({
    id: id("cpt"),
    ...terms,
    claim_ends_at: instant,
    valid_from_at: instant.nullable(),
    valid_to_at: instant.nullable(),
    valid_days: count(7).nullable(),
    left: count(120).nullable(),
    per_person: count(1),
    taken: count(0),
  })
  .openapi("ClaimableCoupon");

const coupon = z
  .object({
    id: id("cpn"),
    template_id: id("cpt"),
    ...terms,
    state: z.enum(["usable", "not_yet", "held", "used", "expired"]),
    starts_at: instant,
    expires_at: instant,
    order_id: id("ord").nullable(),
    granted_at: instant,
  })
  .openapi("Coupon");

const termsView = (c: CouponTerms, locale: Locale) => ({ worthText: worthWords(c, locale) });

const claimableView = (c: ClaimableCoupon, locale: Locale): View<z.output<typeof claimable>> => ({
  ...c,
  ...termsView(c, locale),
  claimEndsAt: c.claimTo,
  validFromAt: c.validFrom,
  validToAt: c.validTo,
});

function couponView(c: OwnCoupon, at: Date, locale: Locale): View<z.output<typeof coupon>> {
  const open = at >= c.expiresAt ? "expired" : at < c.startsAt ? "notYet" : "usable";
  return {
    ...c,
    ...termsView(c, locale),
    state: c.state === "open" ? open : c.state === "void" ? "expired" : c.state,
  };
}

/** Coupons to claim, claiming one, and one's own. */
export function couponRoutes(api: Api): void {
  route(api, {
    id: "listCoupons",
    tag: "coupon",
    method: "get",
    path: "/coupons",
    who: "either",
    cache: "never",
    query: z.strictObject(placeQuery),
    answer: z.object({ data: z.array(claimable) }).openapi("ClaimableCoupons"),
    refuses: ["notFound", "pointClosed"],
    run: async ({ actor, query, c }) => {
      const point = await shoppingPoint(query.pickupPointId);
      return { data: (await claimableCoupons(actor, point.cityId)).map((t) => claimableView(t, c.get("locale"))) };
    },
  });

  route(api, {
    id: "claimCoupon",
    tag: "coupon",
    method: "post",
    path: "/coupons/{id}/claims",
    who: "resident",
    status: 201,
    params: z.object({ id: id("cpt") }),
    answer: coupon,
    refuses: ["notFound", "couponNotYet", "couponClosed", "couponTaken", "couponAllGone"],
    effect: ({ actor, params }) => claimCoupon(actor, { templateId: params.id }),
    reply: async ({ actor, c }, couponId) => {
      const [made] = await couponsFor(actor.id, now(), [couponId]);
      if (!made) throw new Refusal("notFound");
      return couponView(made, now(), c.get("locale"));
    },
  });

  route(api, {
    id: "listMyCoupons",
    tag: "coupon",
    method: "get",
    path: "/me/coupons",
    who: "resident",
    query: z.strictObject({
      state: shown(z.enum(["usable", "used", "expired"]).optional(), "usable"),
      ...pageQuery(),
    }),
    answer: listOf(coupon).openapi("Coupons"),
    run: async ({ actor, query, c }) => {
      const page = await myCoupons(actor, query);
      const at = now();
      return pageView({ ...page, rows: page.rows.map((r) => couponView(r, at, c.get("locale"))) });
    },
  });
}
