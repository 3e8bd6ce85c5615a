import "server-only";
import { z } from "zod";
import { offersById, offersOfSlots } from "#lib/campaigns/queries";
import type { OfferView } from "#lib/campaigns/schema";
import { Prisma } from "#lib/generated/prisma/client";
import { authorise, sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { fen } from "#lib/kernel/money";
import { type Page, pageOf, readCursor } from "#lib/kernel/page";
import { Refusal } from "#lib/kernel/refusal";
import { momentText } from "#lib/kernel/time";
import { now, today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { groupEnd, groupLeader, mayJoin, seatProblem } from "../rules/groups";
import type { GroupSeat } from "../schema";
import type { GroupAsk, GroupMemberView, GroupTotals, GroupView } from "../schema/groups";

const groupRow = z.object({
  id: z.string(),
  state: z.enum(["open", "formed", "failed"]),
  offer_id: z.string(),
  flash_slot_id: z.string(),
  slot_name: z.string(),
  sale_session_id: z.string(),
  city_id: z.string(),
  leader_id: z.string().nullable(),
  leader_name: z.string().nullable(),
  sku_id: z.string(),
  product_id: z.string(),
  name: z.string(),
  spec: z.string(),
  picture: z.string(),
  price_fen: z.bigint(),
  size: z.number(),
  taken: z.number(),
  paid: z.number(),
  opened_at: z.date(),
  expires_at: z.date(),
  decided_at: z.date().nullable(),
  settled_at: z.date().nullable(),
});

async function groupsWhere(where: Prisma.Sql): Promise<GroupView[]> {
  const rows = await prisma.$queryRaw`
    select g.id, g.state::text, g.offer_id, g.flash_slot_id, f.name as slot_name, g.sale_session_id, g.city_id, g.leader_id,
      d.name as leader_name, o.sku_id, k.product_id, p.name, p.spec, coalesce(p.picture, c.picture) as picture, o.price_fen,
      g.size, g.taken, g.paid, g.opened_at, g.expires_at, g.decided_at, g.settled_at
    from buyer_group g
    join flash_slot f on f.id = g.flash_slot_id
    join offer o on o.id = g.offer_id
    join sku k on k.id = o.sku_id
    join product p on p.id = k.product_id
    join category c on c.id = p.category_id
    left join leader d on d.id = g.leader_id
    where ${where}`;
  return z
    .array(groupRow)
    .parse(rows)
    .map((r) => ({
      id: r.id,
      state: r.state,
      offerId: r.offer_id,
      flashSlotId: r.flash_slot_id,
      slotName: r.slot_name,
      saleSessionId: r.sale_session_id,
      cityId: r.city_id,
      leaderId: r.leader_id,
      leaderName: r.leader_name,
      skuId: r.sku_id,
      productId: r.product_id,
      name: r.name,
      spec: r.spec,
      picture: r.picture,
      priceFen: fen(r.price_fen),
      size: r.size,
      taken: r.taken,
      paid: r.paid,
      openedAt: r.opened_at,
      expiresAt: r.expires_at,
      decidedAt: r.decided_at,
      settledAt: r.settled_at,
    }));
}

/** Groups by id, in the order asked. For higher domains and lists. */
export async function groupsById(ids: readonly string[]): Promise<GroupView[]> {
  const found = new Map(
    (ids.length === 0 ? [] : await groupsWhere(Prisma.sql`g.id = any(${[...ids]}::text[])`)).map((g) => [g.id, g]),
  );
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** One group. Refuses: notFound. */
export async function groupById(id: string): Promise<GroupView> {
  const [group] = await groupsById([id]);
  if (!group) throw new Refusal("notFound");
  return group;
}

/** Of these groups the ones the actor may see. Refuses: forbidden. */
export async function groupsSeen(actor: Actor, ids: readonly string[]): Promise<GroupView[]> {
  const { cityIds } = sees(actor, "sessions.see");
  return (await groupsById(ids)).filter((g) => !cityIds || cityIds.includes(g.cityId));
}

type Place = { cityId: string; leaderId: string };

/** The groups of a campaign that a resident of this place may still join, oldest first, one keyset page. */
export async function groupsOpen(
  slotId: string,
  place: Place,
  ask: { cursor?: string | null | undefined; limit: number },
): Promise<Page<GroupView>> {
  const [after] = readCursor(ask.cursor) ?? [];
  const rows = await groupsWhere(Prisma.sql`
    g.flash_slot_id = ${slotId} and g.state = 'open' and g.city_id = ${place.cityId} and (g.leader_id is null or g.leader_id = ${place.leaderId})
    and g.expires_at > ${now()} and g.taken < g.size and g.paid > 0 and f.paused_at is null
    ${typeof after === "string" ? Prisma.sql`and g.id > ${after}` : Prisma.empty}
    order by g.id limit ${ask.limit + 1}`);
  return pageOf(rows, ask.limit, (g) => [g.id]);
}

/** Who is in each group, by nickname, opener first; those who left are left out of open and formed groups. */
export async function membersOf(groupIds: readonly string[]): Promise<Map<string, GroupMemberView[]>> {
  const rows = await prisma.groupMember.findMany({
    where: { groupId: { in: [...groupIds] } },
    include: { group: { select: { openedBy: true, state: true } } },
    orderBy: [{ joinedAt: "asc" }, { orderId: "asc" }],
  });
  const [names, orders] = await Promise.all([
    prisma.resident.findMany({
      where: { id: { in: rows.map((m) => m.residentId) } },
      select: { id: true, nickname: true },
    }),
    prisma.order.findMany({ where: { id: { in: rows.map((m) => m.orderId) } }, select: { id: true, state: true } }),
  ]);
  const nameOf = new Map(names.map((r) => [r.id, r.nickname]));
  const stateOf = new Map(orders.map((o) => [o.id, o.state]));
  const members = new Map<string, GroupMemberView[]>(groupIds.map((id) => [id, []]));
  for (const m of rows) {
    if (m.state === "left" && m.group.state !== "failed") continue;
    members.get(m.groupId)?.push({
      orderId: m.orderId,
      residentId: m.residentId,
      nickname: nameOf.get(m.residentId) ?? "",
      pieces: m.pieces,
      state: m.state,
      orderState: stateOf.get(m.orderId) ?? "",
      joinedAt: m.joinedAt,
      isOpener: m.residentId === m.group.openedBy,
    });
  }
  return members;
}

export type MyGroup = GroupView & { orderId: string; memberState: "held" | "paid" | "left" };

/** The groups a resident has sat in, newest first, one keyset page. Refuses: forbidden. */
export async function myGroups(
  actor: Actor,
  ask: { cursor?: string | null | undefined; limit: number },
): Promise<Page<MyGroup>> {
  authorise(actor, "orders.see", { residentId: actor.id });
  const [after] = readCursor(ask.cursor) ?? [];
  const rows = await prisma.groupMember.findMany({
    where: { residentId: actor.id, ...(typeof after === "string" ? { orderId: { lt: after } } : {}) },
    orderBy: { orderId: "desc" },
    take: ask.limit + 1,
  });
  const page = pageOf(rows, ask.limit, (m) => [m.orderId]);
  const groups = new Map((await groupsById([...new Set(page.rows.map((m) => m.groupId))])).map((g) => [g.id, g]));
  return {
    ...page,
    rows: page.rows.flatMap((m) => {
      const group = groups.get(m.groupId);
      return group ? [{ ...group, orderId: m.orderId, memberState: m.state }] : [];
    }),
  };
}

function sellable(offer: OfferView, at: Date): void {
  if (offer.isPaused) throw new Refusal("salePaused");
  if (at < offer.startsAt) throw new Refusal("notStarted", { startsAt: momentText(offer.startsAt, today()) });
  if (offer.state !== "active" || at >= offer.endsAt || at >= offer.cutoffAt) throw new Refusal("saleEnded");
}

/**
 * The seat an order would take: in a new group of a campaign, or in one that stands open; nothing is held. Admission decides.
 * `leaderId` is whom the order will be attributed to. Refuses: notFound, salePaused, notStarted, saleEnded, groupFull, groupEnded,
 * groupScope, inGroup.
 */
export async function seatFor(e: {
  residentId: string;
  ask: GroupAsk;
  skuId: string;
  point: { cityId: string };
  leaderId: string;
  at: Date;
}): Promise<{ offer: OfferView; seat: GroupSeat }> {
  const place = { cityId: e.point.cityId, leaderId: e.leaderId };
  if ("groupId" in e.ask) {
    const group = await prisma.buyerGroup.findUnique({
      where: { id: e.ask.groupId },
      include: { members: { where: { residentId: e.residentId, state: { not: "left" } } } },
    });
    const [offer] = group ? await offersById([group.offerId]) : [];
    if (!group || offer?.skuId !== e.skuId) throw new Refusal("notFound");
    if (!mayJoin(group, place)) throw new Refusal("groupScope");
    if (group.members.length > 0) throw new Refusal("inGroup");
    const problem = seatProblem(group, e.at);
    if (problem) throw new Refusal(problem);
    sellable(offer, e.at);
    const { id, flashSlotId, leaderId, size, expiresAt } = group;
    return {
      offer,
      seat: {
        groupId: id,
        opens: false,
        offerId: offer.id,
        flashSlotId,
        leaderId,
        size,
        expiresAt: expiresAt.toISOString(),
      },
    };
  }
  const offer = (await offersOfSlots([e.ask.campaignId])).find(
    (o) => o.skuId === e.skuId && o.cityId === place.cityId && o.layer === "group" && o.state !== "closed",
  );
  if (!offer?.group || !offer.flashSlotId) throw new Refusal("notFound");
  sellable(offer, e.at);
  return {
    offer,
    seat: {
      groupId: newId("grp", e.at),
      opens: true,
      offerId: offer.id,
      flashSlotId: offer.flashSlotId,
      leaderId: groupLeader(offer.group.scope, e.leaderId),
      size: offer.group.size,
      expiresAt: groupEnd(e.at, offer.group.minutes, offer.endsAt, offer.cutoffAt).toISOString(),
    },
  };
}

const totalsRow = z.object({
  open: z.number(),
  formed: z.number(),
  failed: z.number(),
  joined: z.number(),
  paid: z.number(),
  kept: z.number(),
});

/** How the groups of a slot have gone. Refuses: forbidden. */
export async function groupTotals(actor: Actor, slotId: string): Promise<GroupTotals> {
  const slot = await prisma.flashSlot.findUnique({
    where: { id: slotId },
    select: { saleSession: { select: { cityIds: true } } },
  });
  if (!slot) throw new Refusal("notFound");
  authorise(actor, "sessions.see", { cityIds: slot.saleSession.cityIds });
  const [t] = z.array(totalsRow).parse(
    await prisma.$queryRaw`
      with groups as (select id, state from buyer_group where flash_slot_id = ${slotId}),
        seats as (select g.state, o.paid_at from groups g join group_member m on m.group_id = g.id join customer_order o on o.id = m.order_id)
      select (select count(*)::int from groups where state = 'open') as open,
        (select count(*)::int from groups where state = 'formed') as formed,
        (select count(*)::int from groups where state = 'failed') as failed,
        (select count(*)::int from seats) as joined,
        (select count(*)::int from seats where paid_at is not null) as paid,
        (select count(*)::int from seats where paid_at is not null and state = 'formed') as kept`,
  );
  const made = t ?? { open: 0, formed: 0, failed: 0, joined: 0, paid: 0, kept: 0 };
  return {
    ...made,
    opened: made.open + made.formed + made.failed,
    conversionBp: made.joined === 0 ? 0 : Math.floor((made.kept * 10_000) / made.joined),
  };
}
