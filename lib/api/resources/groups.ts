import "server-only";
import { slotsAhead } from "#lib/campaigns/queries";
import type { Actor } from "#lib/identity/schema";
import { Refusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import { groupById, groupsOpen, membersOf, myGroups } from "#lib/promotions/queries/groups";
import { type GroupAsk, type GroupMemberView, type GroupView, maskedName } from "#lib/promotions/schema/groups";
import { offerPart, placeQuery, shoppingPoint, slotPart, slotView } from "../parts";
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
  pageQuery,
  pageView,
  type Read,
  shown,
  type View,
  words,
  z,
} from "../shapes";
import { withDays } from "./shopping";

/** In a quote: a new group of a campaign, or one that stands open; one of the two. */
export const groupAskPart = shown(
  z
    .strictObject({ campaign_id: id("fls").optional(), group_id: id("grp").optional() })
    .refine((ask) => (ask.campaign_id === undefined) !== (ask.group_id === undefined), "required"),
  { campaign_id: "fls_01kb2xk5cq9m3r7t4wvz" },
);

export function groupAskOf(ask: Read<z.output<typeof groupAskPart>> | undefined): GroupAsk | undefined {
  if (ask?.groupId) return { groupId: ask.groupId };
  return ask?.campaignId ? { campaignId: ask.campaignId } : undefined;
}

const campaign = slotPart
  .extend({ size: count(3), minutes: count(60), scope: z.enum(["city", "leader"]) })
  .openapi("GroupCampaign");
type Slot = Awaited<ReturnType<typeof slotsAhead>>[number];
const campaignView = (s: Slot, at: Date): View<z.output<typeof campaign>> => ({
  ...slotView(s, at),
  ...(s.group ?? { size: 2, minutes: 0, scope: "city" }),
});

const group = z
  .object({
    id: id("grp"),
    campaign_id: id("fls"),
    state: z.enum(["open", "formed", "failed"]),
    offer_id: id("ofr"),
    sku_id: id("sku"),
    product_id: id("prd"),
    name: words("奶油草莓"),
    spec: words("500 g"),
    picture: words("fruit"),
    price_fen: fenAmount(1280),
    size: count(3),
    paid: count(1),
    seats_left: count(2),
    opened_by: words("许**"),
    opened_at: instant,
    ends_at: instant,
  })
  .openapi("Group");

function groupView(g: GroupView, members: readonly GroupMemberView[]): View<z.output<typeof group>> {
  return {
    ...g,
    campaignId: g.flashSlotId,
    seatsLeft: g.state === "open" ? g.size - g.taken : 0,
    openedBy: maskedName(members.find((m) => m.isOpener)?.nickname ?? ""),
    endsAt: g.expiresAt,
  };
}
const withOpeners = async (groups: readonly GroupView[]) => {
  const members = await membersOf(groups.map((g) => g.id));
  return groups.map((g) => groupView(g, members.get(g.id) ?? []));
};
const orderOf = (actor: Actor, members: readonly GroupMemberView[]) =>
  members.find((m) => m.residentId === actor.id && m.state !== "left")?.orderId ?? null;

/** Group campaigns, their groups, and the caller's own. Opening and joining is done by the quote's `group`. */
export function groupRoutes(api: Api): void {
  route(api, {
    id: "listGroupCampaigns",
    tag: "group",
    method: "get",
    path: "/group-campaigns",
    who: "anyone",
    query: z.strictObject(placeQuery),
    answer: z.object({ server_time: instant, data: z.array(campaign) }).openapi("GroupCampaigns"),
    refuses: ["notFound", "pointClosed"],
    run: async ({ query }) => {
      const at = now();
      const { cityId } = await shoppingPoint(query.pickupPointId);
      return { serverTime: at, data: (await slotsAhead(cityId, at, "group")).map((s) => campaignView(s, at)) };
    },
  });

  route(api, {
    id: "getGroupCampaign",
    tag: "group",
    method: "get",
    path: "/group-campaigns/{id}",
    who: "anyone",
    cache: "never",
    params: z.object({ id: id("fls") }),
    query: z.strictObject(placeQuery),
    answer: z
      .object({
        server_time: instant,
        currency,
        campaign,
        data: z.array(offerPart.extend({ quota: count(200), available: count(72) })),
      })
      .openapi("GroupItems"),
    refuses: ["notFound", "pointClosed"],
    run: async ({ params, query, c }) => {
      const at = now();
      const point = await shoppingPoint(query.pickupPointId);
      const slot = (await slotsAhead(point.cityId, at, "group")).find((s) => s.id === params.id);
      if (!slot) throw new Refusal("notFound");
      const stock = new Map(slot.items.map((o) => [o.id, o]));
      return {
        serverTime: at,
        currency: cny,
        campaign: campaignView(slot, at),
        data: (await withDays(point, slot.items, c.get("locale"))).map((row) => ({
          ...row,
          quota: stock.get(row.id)?.quota ?? 0,
          available: Math.max(0, stock.get(row.id)?.available ?? 0),
        })),
      };
    },
  });

  route(api, {
    id: "listGroups",
    tag: "group",
    method: "get",
    path: "/groups",
    who: "anyone",
    cache: "never",
    query: z.strictObject({ ...placeQuery, campaign_id: id("fls"), ...pageQuery(50) }),
    answer: listOf(group).openapi("Groups"),
    refuses: ["notFound", "pointClosed"],
    run: async ({ query }) => {
      const page = await groupsOpen(query.campaignId, await shoppingPoint(query.pickupPointId), query);
      return pageView({ ...page, rows: await withOpeners(page.rows) });
    },
  });

  route(api, {
    id: "getGroup",
    tag: "group",
    method: "get",
    path: "/groups/{id}",
    who: "either",
    cache: "never",
    params: z.object({ id: id("grp") }),
    answer: group
      .extend({
        currency,
        members: z.array(z.object({ nickname: words("许**"), is_opener: flag(), is_paid: flag() })),
        my_order_id: id("ord").nullable(),
      })
      .openapi("GroupDetail"),
    refuses: ["notFound"],
    run: async ({ actor, params }) => {
      const found = await groupById(params.id);
      const members = (await membersOf([found.id])).get(found.id) ?? [];
      return {
        ...groupView(found, members),
        currency: cny,
        members: members.map((m) => ({
          nickname: maskedName(m.nickname),
          isOpener: m.isOpener,
          isPaid: m.state === "paid",
        })),
        myOrderId: orderOf(actor, members),
      };
    },
  });

  route(api, {
    id: "listMyGroups",
    tag: "group",
    method: "get",
    path: "/me/groups",
    who: "resident",
    cache: "private",
    query: z.strictObject(pageQuery(50)),
    answer: listOf(
      group.extend({ order_id: id("ord"), member_state: z.enum(["held", "paid", "left"]) }).openapi("MyGroup"),
    ).openapi("MyGroups"),
    run: async ({ actor, query }) => {
      const page = await myGroups(actor, query);
      const views = await withOpeners(page.rows);
      return pageView({
        ...page,
        rows: page.rows.map(({ orderId, memberState }, i) => ({
          ...(views[i] as (typeof views)[number]),
          orderId,
          memberState,
        })),
      });
    },
  });
}
