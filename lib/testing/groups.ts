import "server-only";
import type { GroupScope } from "#lib/generated/prisma/enums";
import { newId } from "#lib/kernel/ids";
import { placeOrder } from "#lib/orders/commands/place";
import { quote } from "#lib/orders/queries";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import type { GroupAsk } from "#lib/promotions/schema/groups";
import { residentActor, type Town } from "./builders";

/** A published group campaign of one SKU over the session's own window; returns the slot's, the offer's and the pool's ids. */
export async function makeGroupSlot(
  town: Pick<Town, "cityId">,
  e: {
    sessionId: string;
    skuId: string;
    size?: number;
    minutes?: number;
    scope?: GroupScope;
    priceFen?: number;
    quota?: number;
    endsAt?: Date;
  },
): Promise<{ slotId: string; offerId: string; poolId: string }> {
  const at = now();
  const session = await prisma.saleSession.findUniqueOrThrow({ where: { id: e.sessionId } });
  const [slotId, offerId, poolId] = [newId("fls", at), newId("ofr", at), newId("stk", at)];
  const window = { startsAt: session.opensAt, endsAt: e.endsAt ?? session.cutoffAt };
  await prisma.flashSlot.create({
    data: {
      ...window,
      id: slotId,
      saleSessionId: session.id,
      name: "邻里拼团",
      state: "published",
      kind: "group",
      groupSize: e.size ?? 3,
      groupMinutes: e.minutes ?? 60,
      groupScope: e.scope ?? "city",
      createdAt: at,
      createdBy: "test",
    },
  });
  const quota = e.quota ?? 100;
  await prisma.stockPool.create({ data: { id: poolId, skuId: e.skuId, cityId: town.cityId, quota, createdAt: at } });
  await prisma.stockAllotment.create({ data: { poolId, delta: quota, why: "flash", ref: slotId, at } });
  await prisma.offer.create({
    data: {
      ...window,
      id: offerId,
      layer: "group",
      saleSessionId: session.id,
      flashSlotId: slotId,
      skuId: e.skuId,
      cityId: town.cityId,
      state: "active",
      priceFen: e.priceFen ?? 400,
      supplyPriceFen: 300,
      commissionBp: 1000,
      stockPoolId: poolId,
    },
  });
  return { slotId, offerId, poolId };
}

let keys = 0;

/** A resident's order that opens or joins a group; returns the order's id and the group's. */
export async function takeSeat(
  residentId: string,
  pointId: string,
  skuId: string,
  group: GroupAsk,
  quantity = 1,
): Promise<{ orderId: string; groupId: string }> {
  const actor = residentActor(residentId);
  const q = await quote(actor, { pickupPointId: pointId, items: [{ skuId, quantity }], group });
  const quoteToken = q.orders[0]?.quoteToken ?? "";
  const { orderId } = await placeOrder(actor, { quoteToken, contactName: "许女士", requestKey: `seat-key-${++keys}` });
  const { groupId } = await prisma.groupMember.findUniqueOrThrow({ where: { orderId } });
  return { orderId, groupId };
}
