import "server-only";
import { offersOfSession, openOffers, sessionById, sessionsAhead } from "#lib/campaigns/queries";
import { sessionPhase } from "#lib/campaigns/rules";
import { Refusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import { campaignPart, campaignView, offerPart, placeQuery, shoppingPoint } from "../parts";
import { type Api, route } from "../route";
import { cny, count, currency, id, listOf, pageAfter, pageQuery, pageView, shown, words, z } from "../shapes";
import { familyOf } from "./products";
import { narrowed, priced, trueUntilPricesChange, withDays } from "./shopping";

/** A session residents may see: published, or what became of a published one. Refuses: notFound. */
async function publicSession(sessionId: string) {
  const session = await sessionById(sessionId);
  if (!session?.publishedAt || session.state === "draft" || session.state === "cancelled")
    throw new Refusal("notFound");
  return session;
}

/** A day's sale, what it sells, and when it closes. */
export function campaignRoutes(api: Api): void {
  route(api, {
    id: "listCampaigns",
    tag: "browse",
    method: "get",
    path: "/campaigns",
    who: "anyone",
    query: z.strictObject({
      ...placeQuery,
      state: shown(z.enum(["open", "upcoming"]).optional(), "open"),
      ...pageQuery(50),
    }),
    answer: listOf(campaignPart).openapi("Campaigns"),
    refuses: ["notFound", "pointClosed"],
    run: async ({ query }) => {
      const at = now();
      const { cityId } = await shoppingPoint(query.pickupPointId);
      const rows = (await sessionsAhead(cityId, at))
        .map((s) => campaignView(s, at))
        .filter((s) => !query.state || s.phase === query.state);
      return pageView(pageAfter(rows, query.cursor, query.limit, (s) => [s.cutoffAt.getTime(), s.id]));
    },
  });

  route(api, {
    id: "getCampaign",
    tag: "browse",
    method: "get",
    path: "/campaigns/{id}",
    who: "anyone",
    params: z.object({ id: id("ssn") }),
    answer: campaignPart.extend({ item_count: count(42), currency }).openapi("CampaignDetail"),
    refuses: ["notFound"],
    run: async ({ params }) => {
      const session = await publicSession(params.id);
      const offers = await offersOfSession(session.id);
      return {
        ...campaignView(session, now()),
        itemCount: new Set(offers.filter((o) => o.state === "active").map((o) => o.skuId)).size,
        currency: cny,
      };
    },
  });

  route(api, {
    id: "listCampaignProducts",
    tag: "browse",
    method: "get",
    path: "/campaigns/{id}/products",
    who: "anyone",
    params: z.object({ id: id("ssn") }),
    query: z.strictObject({
      ...placeQuery,
      category_id: words("cat_fruit", 40).optional(),
      q: words("草莓", 40).optional(),
      ...pageQuery(),
    }),
    answer: listOf(offerPart).openapi("CampaignProducts"),
    refuses: ["notFound", "pointClosed"],
    run: async ({ params, query, c }) => {
      const at = now();
      const [session, point] = await Promise.all([publicSession(params.id), shoppingPoint(query.pickupPointId)]);
      if (!session.cityIds.includes(point.cityId)) throw new Refusal("notFound");
      const open = (await openOffers(point.cityId, at)).filter((o) => o.saleSessionId === session.id);
      // before it opens and after it closed a session shows its own prices
      const offers =
        sessionPhase(session, at) === "live"
          ? open
          : (await offersOfSession(session.id)).filter(
              (o) => o.cityId === point.cityId && o.state === "active" && o.layer === "session",
            );
      await trueUntilPricesChange(c, point.cityId, at, open);
      const chosen = narrowed(priced(offers), {
        q: query.q,
        categoryIds: query.categoryId ? await familyOf(query.categoryId) : null,
      });
      const page = pageAfter(chosen, query.cursor, query.limit, (o) => [o.sort, o.id]);
      return pageView({ rows: await withDays(point, page.rows, c.get("locale")), nextCursor: page.nextCursor });
    },
  });
}
