import "server-only";
import { sessionsAhead, slotsAhead } from "#lib/campaigns/queries";
import { categories } from "#lib/catalog/queries";
import { now } from "#lib/platform/clock";
import {
  campaignPart,
  campaignView,
  offerPart,
  placeQuery,
  pointPart,
  pointView,
  shoppingPoint,
  slotPart,
  slotView,
} from "../parts";
import { type Api, route } from "../route";
import { cny, currency, flag, instant, words, z } from "../shapes";
import { onSale, priced, trueUntilPricesChange, withDays } from "./shopping";

const category = z
  .object({
    id: words("cat_berry"),
    name: words("浆果葡萄"),
    parent_id: words("cat_fruit").nullable(),
    picture: words("fruit"),
    is_fresh: flag(),
  })
  .openapi("Category");

/** How many goods the first screen carries; the rest is paged from `/products`. */
const shownFirst = 20;

/** The first screen in one call. */
export function homeRoutes(api: Api): void {
  route(api, {
    id: "getHome",
    tag: "browse",
    method: "get",
    path: "/home",
    who: "anyone",
    query: z.strictObject(placeQuery),
    answer: z
      .object({
        server_time: instant,
        currency,
        pickup_point: pointPart,
        campaigns: z.array(campaignPart),
        flash_sessions: z.array(slotPart),
        flash_items: z.array(offerPart),
        categories: z.array(category),
        products: z.array(offerPart),
      })
      .openapi("Home"),
    refuses: ["notFound", "pointClosed"],
    run: async ({ query, c }) => {
      const at = now();
      const point = await shoppingPoint(query.pickupPointId);
      const [sessions, slots, offers, known] = await Promise.all([
        sessionsAhead(point.cityId, at),
        slotsAhead(point.cityId, at),
        onSale(point, at),
        categories(),
      ]);
      await trueUntilPricesChange(c, point.cityId, at, offers);
      const running = slots.find((s) => s.startsAt <= at) ?? slots[0];
      const inUse = new Set(offers.map((o) => o.categoryId));
      const parents = new Set(known.filter((one) => inUse.has(one.id)).map((one) => one.parentId));
      const first = offers.filter((o) => o.layer === "session").slice(0, shownFirst);
      return {
        serverTime: at,
        currency: cny,
        pickupPoint: pointView(point),
        campaigns: sessions.map((s) => campaignView(s, at)),
        flashSessions: slots.map((s) => slotView(s, at)),
        flashItems: await withDays(point, priced(running?.items ?? []), c.get("locale")),
        categories: known
          .filter((one) => inUse.has(one.id) || parents.has(one.id))
          .map((one) => ({ ...one, name: c.get("locale") === "en" ? one.nameEn : one.name })),
        products: await withDays(point, first, c.get("locale")),
      };
    },
  });
}
