import "server-only";
import { choosePoint, nameHousehold, renameResident } from "#lib/identity/commands/residents";
import { leaderActor } from "#lib/identity/commands/tokens";
import { residentProfile } from "#lib/identity/queries/residents";
import type { Actor } from "#lib/identity/schema";
import { leaderForOrder } from "#lib/leaders/queries";
import { pointCard } from "#lib/pickup/queries";
import { pointPart, pointView, shoppingPoint } from "../parts";
import { type Api, route } from "../route";
import { flag, id, instant, typed, words, z } from "../shapes";

const profile = z
  .object({
    id: id("res"),
    nickname: words("许女士"),
    phone: words("*******2417").nullable(),
    pickup_point: pointPart.nullable(),
    leader: z.object({ id: id("ldr"), name: words("王秀兰"), state: z.enum(["active", "paused", "left"]) }).nullable(),
    has_household: flag(false),
    created_at: instant,
  })
  .openapi("Me");

async function me(actor: Actor) {
  const who = await residentProfile(actor);
  const [point, acting] = await Promise.all([
    who.pickupPointId ? pointCard(who.pickupPointId) : null,
    leaderActor(actor),
  ]);
  const leader = acting?.leaderId ? await leaderForOrder(acting.leaderId) : null;
  return { ...who, pickupPoint: point && pointView(point), leader };
}

/** The signed-in resident. */
export function meRoutes(api: Api): void {
  route(api, {
    id: "getMe",
    tag: "me",
    method: "get",
    path: "/me",
    who: "resident",
    answer: profile,
    run: ({ actor }) => me(actor),
  });

  route(api, {
    id: "changeMe",
    tag: "me",
    method: "post",
    path: "/me",
    who: "resident",
    body: z.strictObject({ nickname: typed("许女士", 30) }).openapi("MeChange"),
    answer: profile,
    run: async ({ actor, body }) => {
      await renameResident(actor, body);
      return me(actor);
    },
  });

  route(api, {
    id: "nameHousehold",
    tag: "me",
    method: "put",
    path: "/me/household",
    who: "resident",
    body: z.strictObject({ door: typed("3 幢 2 单元 501", 60) }).openapi("Household"),
    answer: profile,
    refuses: ["householdPoint", "householdKept"],
    run: async ({ actor, body }) => {
      await nameHousehold(actor, body);
      return me(actor);
    },
  });

  route(api, {
    id: "choosePickupPoint",
    tag: "me",
    method: "put",
    path: "/me/pickup-point",
    who: "resident",
    body: z.strictObject({ pickup_point_id: id("pkp") }).openapi("PickupPointChoice"),
    answer: pointPart,
    refuses: ["notFound", "pointClosed"],
    run: async ({ actor, body }) => {
      const point = await shoppingPoint(body.pickupPointId);
      await choosePoint(actor, body);
      return pointView(point);
    },
  });
}
