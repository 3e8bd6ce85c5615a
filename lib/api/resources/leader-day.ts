import "server-only";
import { signDelivery } from "#lib/fulfilment/commands/delivery";
import { verifyPickup } from "#lib/fulfilment/commands/pickup";
import { deliveryList } from "#lib/fulfilment/lists";
import { deliveryRecord } from "#lib/fulfilment/queries/deliveries";
import { findPickups, leaderToday, verifications } from "#lib/fulfilment/queries/pickups";
import type { PickupBundle } from "#lib/fulfilment/schema";
import { pointsOfLeader } from "#lib/pickup/queries";
import { now } from "#lib/platform/clock";
import { listPage, viewAsk } from "#lib/platform/list";
import { earningsOf } from "#lib/settlement/queries/earnings";
import { type Api, route } from "../route";
import {
  cny,
  count,
  currency,
  day,
  fenAmount,
  flag,
  id,
  instant,
  listOf,
  pageQuery,
  pageView,
  shown,
  typed,
  type View,
  words,
  z,
} from "../shapes";

const delivery = z
  .object({
    id: id("dlv"),
    state: z.enum(["preparing", "loaded", "arrived", "signed"]),
    pickup_point_id: id("pkp"),
    point_name: words("和平里小区"),
    pickup_day: day,
    route_name: words("城东一线"),
    pieces: count(112),
    line_count: count(18),
    short: count(0),
    damaged: count(0),
    is_late: flag(false),
    due_at: instant.nullable(),
    arrived_at: instant.nullable(),
    sign_due_at: instant.nullable(),
    signed_at: instant.nullable(),
  })
  .openapi("Delivery");
const deliveryLine = z
  .object({
    id: id("dll"),
    sku_id: id("sku"),
    name: words("奶油草莓"),
    spec: words("500 g"),
    unit: words("盒"),
    picture: words("fruit"),
    expected: count(12),
    signed: count(12),
    short: count(0),
    damaged: count(0),
  })
  .openapi("DeliveryLine");
const deliveryDetail = delivery.extend({ lines: z.array(deliveryLine) }).openapi("DeliveryDetail");

const bundle = z
  .object({
    resident_id: id("res"),
    pickup_point_id: id("pkp"),
    point_name: words("和平里小区"),
    pickup_day: day,
    name: words("许*"),
    phone_tail: words("2417"),
    bag_no: count(12).nullable(),
    pieces: count(3),
    waiting: count(0),
    lines: z.array(
      z.object({
        line_id: id("oln"),
        order_id: id("ord"),
        name: words("奶油草莓"),
        spec: words("500 g"),
        unit: words("盒"),
        picture: words("fruit"),
        delivered: count(2),
        picked: count(0),
        remaining: count(2),
      }),
    ),
  })
  .openapi("PickupBundle");
const bundleView = (b: PickupBundle): View<z.output<typeof bundle>> => b;

const dashboard = z
  .object({
    server_time: instant,
    day,
    currency,
    points: z.array(z.object({ id: id("pkp"), name: words("和平里小区") })),
    to_receive: z.array(delivery),
    pickup: z.object({
      residents: count(38),
      pieces: count(112),
      picked_residents: count(20),
      picked_pieces: count(61),
    }),
    uncollected: z.array(bundle),
    earnings: z.object({
      available_fen: fenAmount(38_20),
      frozen_fen: fenAmount(126_40),
      estimated_fen: fenAmount(52_10),
      next: z.object({ amount_fen: fenAmount(38_20), due_at: instant }).nullable(),
    }),
  })
  .openapi("LeaderDashboard");

const verification = z
  .object({
    id: id("vrf"),
    resident_id: id("res"),
    pickup_point_id: id("pkp"),
    pickup_day: day,
    name: words("许*"),
    phone_tail: words("2417"),
    bag_no: count(12).nullable(),
    pieces: count(3),
    left: count(0),
    verified_at: instant,
    lines: z.array(
      z.object({
        line_id: id("oln"),
        order_id: id("ord"),
        name: words("奶油草莓"),
        spec: words("500 g"),
        quantity: count(2),
      }),
    ),
  })
  .openapi("Pickup");

/** The leader's day: what arrives, what she signs, whom she hands it to. */
export function leaderDayRoutes(api: Api): void {
  route(api, {
    id: "getLeaderDashboard",
    tag: "leaderDay",
    method: "get",
    path: "/leader/dashboard",
    who: "leader",
    answer: dashboard,
    cache: "never",
    run: async ({ actor }) => {
      const leaderId = actor.leaderId ?? "";
      const [today, money, points] = await Promise.all([
        leaderToday(actor),
        earningsOf(actor, leaderId),
        pointsOfLeader(leaderId),
      ]);
      return {
        serverTime: now(),
        day: today.day,
        currency: cny,
        points: points.map(({ id: pointId, name }) => ({ id: pointId, name })),
        toReceive: today.deliveries,
        pickup: today.pickup,
        uncollected: today.uncollected.map(bundleView),
        earnings: { ...money, next: money.next && { amountFen: money.next.amountFen, dueAt: money.next.at } },
      };
    },
  });

  route(api, {
    id: "listDeliveries",
    tag: "leaderDay",
    method: "get",
    path: "/leader/deliveries",
    who: "leader",
    query: z.strictObject({
      state: shown(z.enum(["preparing", "loaded", "arrived", "signed"]).optional(), "arrived"),
      ...pageQuery(50),
    }),
    answer: listOf(delivery).openapi("Deliveries"),
    run: async ({ actor, query }) =>
      pageView(
        await listPage(
          deliveryList,
          actor,
          { ...viewAsk(query.state ?? "all", "-no"), after: query.cursor ?? null },
          query.limit,
        ),
      ),
  });

  route(api, {
    id: "getDelivery",
    tag: "leaderDay",
    method: "get",
    path: "/leader/deliveries/{id}",
    who: "leader",
    params: z.object({ id: id("dlv") }),
    answer: deliveryDetail,
    refuses: ["notFound"],
    run: ({ actor, params }) => deliveryRecord(actor, params.id),
  });

  route(api, {
    id: "signDelivery",
    tag: "leaderDay",
    method: "post",
    path: "/leader/deliveries/{id}/receipts",
    who: "leader",
    status: 201,
    params: z.object({ id: id("dlv") }),
    body: z
      .strictObject({
        lines: z
          .array(
            z.strictObject({
              line_id: id("dll"),
              short: count(1, { most: 100_000 }).default(0),
              damaged: count(0, { most: 100_000 }).default(0),
              file_id: id("fil").optional(),
            }),
          )
          .max(500)
          .default([]),
      })
      .openapi("DeliveryReceipt"),
    answer: deliveryDetail,
    refuses: ["notFound", "illegalTransition", "photoRequired", "fileMissing", "quantityExceeded"],
    effect: ({ actor, params, body }) =>
      signDelivery(actor, {
        id: params.id,
        lines: body.lines.map((l) => ({
          lineId: l.lineId,
          short: l.short,
          damaged: l.damaged,
          photoFileId: l.fileId ?? null,
        })),
      }),
    reply: ({ actor, params }) => deliveryRecord(actor, params.id),
  });

  route(api, {
    id: "lookUpPickup",
    tag: "leaderDay",
    method: "post",
    path: "/leader/pickups/lookup",
    who: "leader",
    cache: "never",
    body: z.strictObject({ q: typed("483920", 40), pickup_point_id: id("pkp").optional() }).openapi("PickupLookup"),
    answer: z.object({ found: z.array(bundle), collected_at: instant.nullable() }).openapi("PickupLookupResult"),
    refuses: ["notFound"],
    run: async ({ actor, body }) => {
      const { found, collectedAt } = await findPickups(actor, {
        q: body.q,
        ...(body.pickupPointId ? { pickupPointId: body.pickupPointId } : {}),
      });
      return { found: found.map(bundleView), collectedAt };
    },
  });

  route(api, {
    id: "verifyPickup",
    tag: "leaderDay",
    method: "post",
    path: "/leader/pickups",
    who: "leader",
    status: 201,
    body: z
      .strictObject({
        pickup_point_id: id("pkp"),
        code: typed("483920", 40).optional(),
        resident_id: id("res").optional(),
        pickup_day: day.optional(),
        method: z.enum(["code", "name", "phone", "bag", "list"]).default("code"),
        lines: z
          .array(z.strictObject({ line_id: id("oln"), quantity: count(2, { most: 10_000 }) }))
          .max(300)
          .optional(),
      })
      .openapi("PickupRequest"),
    answer: verification,
    refuses: [
      "notFound",
      "codeUnknown",
      "alreadyPicked",
      "notSignedYet",
      "nothingToPick",
      "emptyPickup",
      "quantityExceeded",
    ],
    effect: ({ actor, body, key }) => verifyPickup(actor, { ...body, requestKey: key }),
    reply: async (_, made) => ({ ...made, id: made.verificationId, verifiedAt: made.at }),
  });

  route(api, {
    id: "listPickups",
    tag: "leaderDay",
    method: "get",
    path: "/leader/pickups",
    who: "leader",
    query: z.strictObject(pageQuery(50)),
    answer: listOf(
      z.object({
        id: id("vrf"),
        verified_at: instant,
        pickup_point_id: id("pkp"),
        pickup_day: day,
        name: words("许*"),
        pieces: count(3),
        method: words("code"),
      }),
    ).openapi("Pickups"),
    run: async ({ actor, query }) => {
      const page = await verifications(actor, { limit: query.limit, cursor: query.cursor ?? null });
      return pageView({ ...page, rows: page.rows.map((v) => ({ ...v, verifiedAt: v.at })) });
    },
  });
}
