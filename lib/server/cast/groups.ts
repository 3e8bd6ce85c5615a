import "server-only";
import { addFlashSlot } from "#lib/campaigns/commands/flash";
import { type Actor, systemActor } from "#lib/identity/schema";
import type { Day } from "#lib/kernel/time";
import { placeOrder } from "#lib/orders/commands/place";
import { endFailedGroups } from "#lib/orders/commands/unmet";
import { quote } from "#lib/orders/queries";
import { now } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { drain } from "#lib/platform/news";
import type { GroupAsk } from "#lib/promotions/schema/groups";
import { failGroups } from "#lib/promotions/steps/groups";
import { reactions } from "../wiring";
import { channelTakes } from "./channel";

const size = 3;
type Neighbour = Actor & { pointId: string };

/** A group campaign over the session's day, three neighbours each. */
export async function addGroupSlot(
  merchandiser: Actor,
  session: { id: string; opensAt: Date; endsAt: Date },
  offers: readonly { id: string; priceFen: bigint; supplyPriceFen: bigint }[],
): Promise<void> {
  await addFlashSlot(merchandiser, {
    sessionId: session.id,
    name: "邻里拼团",
    kind: "group",
    group: { size, minutes: 300, scope: "city" },
    startsAt: session.opensAt,
    endsAt: session.endsAt,
    items: offers.map((o) => ({
      offerId: o.id,
      priceFen: Math.min(
        Math.max(Number(o.supplyPriceFen), Math.floor(Number(o.priceFen) * 0.9)),
        Number(o.priceFen) - 1,
      ),
      quota: 15,
      perPersonLimit: 2,
    })),
    publish: true,
  });
}

async function sit(person: Neighbour, skuId: string, group: GroupAsk): Promise<string | null> {
  const made = await quote(person, { pickupPointId: person.pointId, items: [{ skuId, quantity: 1 }], group });
  const quoteToken = made.orders[0]?.quoteToken;
  if (!quoteToken) return null;
  const requestKey = `seed-group-${now().getTime()}-${person.id}`;
  const { orderId } = await placeOrder(person, { quoteToken, contactName: person.name, requestKey });
  await channelTakes([orderId]);
  return (await prisma.groupMember.findUniqueOrThrow({ where: { orderId } })).groupId;
}

/** Neighbours open groups of the day's campaign: each entry is how many of the three seats are paid for. */
export async function groupRound(day: Day, people: readonly Neighbour[], fill: readonly number[]): Promise<void> {
  const slot = await prisma.flashSlot.findFirst({
    where: { kind: "group", state: "published", startsAt: { lte: now() }, endsAt: { gt: now() } },
    include: { offers: { where: { state: "active" }, orderBy: { id: "asc" } } },
    orderBy: { id: "desc" },
  });
  const [first] = slot?.offers ?? [];
  if (!slot || !first) return;
  const from = Number(day.slice(-2)) * 7 + now().getUTCHours();
  let seat = 0;
  for (const [i, paid] of fill.entries()) {
    const skuId = slot.offers[i % slot.offers.length]?.skuId ?? first.skuId;
    let groupId: string | null = null;
    for (let n = 0; n < paid; n++) {
      const person = people[(from + seat++) % people.length];
      if (person) groupId = await sit(person, skuId, groupId ? { groupId } : { campaignId: slot.id });
    }
  }
  await drain(reactions);
}

/** What the worker would have done: groups whose time is over have failed and are paid back. */
export async function endGroupsDue(): Promise<void> {
  const due = await prisma.buyerGroup.findMany({
    where: { state: "open", expiresAt: { lte: now() } },
    select: { id: true },
  });
  await transact((tx) =>
    failGroups(
      tx,
      due.map((g) => g.id),
    ),
  );
  await endFailedGroups(systemActor("clock"));
  await drain(reactions);
}
