import "server-only";
import { sessionsAhead } from "#lib/campaigns/queries";
import { Refusal } from "#lib/kernel/refusal";
import { addDays, daysFrom } from "#lib/kernel/time";
import { leaderForOrder } from "#lib/leaders/queries";
import { closedDays, nearestPoints, pointCard } from "#lib/pickup/queries";
import { scopesOf } from "#lib/pickup/rules";
import { now, today } from "#lib/platform/clock";
import { campaignPart, campaignView, nearPointPart, pointPart, pointView } from "../parts";
import { type Api, route } from "../route";
import { count, day, id, listOf, pageQuery, pageView, shown, words, z } from "../shapes";

/** Where goods are handed over. */
export function pickupPointRoutes(api: Api): void {
  route(api, {
    id: "listPickupPoints",
    tag: "place",
    method: "get",
    path: "/pickup-points",
    who: "anyone",
    query: z.strictObject({
      lat: shown(z.coerce.number().min(3).max(54), 30.2741),
      lng: shown(z.coerce.number().min(73).max(136), 120.1551),
      radius_m: shown(z.coerce.number().int().min(100).max(50_000).default(3000), 3000),
      city_id: words("rgn_330100", 40).optional(),
      q: words("和平", 40).optional(),
      ...pageQuery(50),
    }),
    answer: listOf(nearPointPart).openapi("NearbyPickupPoints"),
    run: async ({ query }) => {
      const { cursor, limit, lat, lng, radiusM, cityId, q } = query;
      const page = await nearestPoints({
        lat,
        lng,
        radiusM,
        limit,
        cursor: cursor ?? null,
        ...(cityId ? { cityId } : {}),
        ...(q ? { q } : {}),
      });
      return pageView({
        ...page,
        rows: page.rows.map((p) => ({ ...p, openFrom: p.opensAt, openUntil: p.closesAt, isOpen: true })),
      });
    },
  });

  route(api, {
    id: "getPickupPoint",
    tag: "place",
    method: "get",
    path: "/pickup-points/{id}",
    who: "anyone",
    params: z.object({ id: id("pkp") }),
    answer: pointPart
      .extend({
        leader: z.object({ id: id("ldr"), name: words("王秀兰"), level: count(1) }).nullable(),
        closed_days: z.array(day),
        campaigns: z.array(campaignPart),
      })
      .openapi("PickupPointDetail"),
    refuses: ["notFound"],
    run: async ({ params }) => {
      const point = await pointCard(params.id);
      if (!point) throw new Refusal("notFound");
      const at = now();
      const [leader, closed, sessions] = await Promise.all([
        point.leaderId ? leaderForOrder(point.leaderId) : null,
        closedDays(
          scopesOf({ warehouseId: point.warehouseId, routeId: point.routeId, pointId: point.id }),
          today(),
          addDays(today(), 13),
        ),
        sessionsAhead(point.cityId, at),
      ]);
      return {
        ...pointView(point),
        leader,
        closedDays: daysFrom(today(), 14).filter((d) => closed.has(d)),
        campaigns: sessions.map((s) => campaignView(s, at)),
      };
    },
  });
}
