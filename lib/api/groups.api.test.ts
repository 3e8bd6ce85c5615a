import { beforeAll, describe, expect, it } from "vitest";
import { later, minute } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { ask, tokenOf } from "#lib/testing/api";
import {
  makeLeader,
  makeOffer,
  makePoint,
  makeResident,
  makeSession,
  makeSku,
  makeSupplier,
  makeTown,
  type Town,
  testMorning,
} from "#lib/testing/builders";
import { makeGroupSlot } from "#lib/testing/groups";
import { pay } from "#lib/testing/trade";

let at = testMorning;
const rule = (title: string, work: () => Promise<void>) => it(title, () => underClock(() => at, work));
let town: Town;
let skuId: string;
let other: string;
let slotId: string;
let narrow: { slotId: string; skuId: string };
let keys = 0;

beforeAll(() =>
  underClock(testMorning, async () => {
    town = await makeTown();
    const supplierId = await makeSupplier();
    const sessionId = await makeSession(town);
    [skuId, other] = [await makeSku({ supplierId, name: "奶油草莓" }), await makeSku({ supplierId })];
    for (const id of [skuId, other]) await makeOffer(town, { sessionId, skuId: id, priceFen: 1_980 });
    slotId = (await makeGroupSlot(town, { sessionId, skuId, size: 2, minutes: 60, priceFen: 1_280 })).slotId;
    narrow = { skuId: other, ...(await makeGroupSlot(town, { sessionId, skuId: other, size: 2, scope: "leader" })) };
  }),
);

const quoting = (token: string, group: object, pointId = town.pointId, sku = skuId) =>
  ask("POST", "/quotes", {
    token,
    body: { pickup_point_id: pointId, items: [{ sku_id: sku, quantity: 1 }], group },
  });
async function seat(group: object, pointId = town.pointId, sku = skuId) {
  const residentId = await makeResident();
  const token = await tokenOf(residentId);
  const quote = await quoting(token, group, pointId, sku);
  expect(quote.status).toBe(200);
  const body = { quote_token: quote.body.orders[0].quote_token, contact_name: "许女士" };
  const placed = await ask("POST", "/orders", { token, key: `group-order-${++keys}`, body });
  expect(placed.status).toBe(201);
  const { groupId } = await prisma.groupMember.findUniqueOrThrow({ where: { orderId: placed.body.id } });
  return { residentId, token, orderId: placed.body.id as string, groupId };
}
const open = (campaign = slotId) => `/groups?campaign_id=${campaign}&pickup_point_id=${town.pointId}`;

describe("group campaigns", () => {
  rule(
    "say what they sell, at which price and under which condition; the ordinary price stays what it is",
    async () => {
      const list = await ask("GET", `/group-campaigns?pickup_point_id=${town.pointId}`);
      expect(list.body.data).toHaveLength(2);
      expect(list.body.data.find((s: { id: string }) => s.id === slotId)).toMatchObject({
        phase: "open",
        size: 2,
        minutes: 60,
        scope: "city",
      });
      const one = await ask("GET", `/group-campaigns/${slotId}?pickup_point_id=${town.pointId}`);
      expect(one.body.data).toMatchObject([
        { sku_id: skuId, layer: "group", price_fen: 1_280, available: 100, group: { campaign_id: slotId, size: 2 } },
      ]);
      const { productId } = await prisma.sku.findUniqueOrThrow({ where: { id: skuId } });
      const product = await ask("GET", `/products/${productId}?pickup_point_id=${town.pointId}`);
      expect(product.body.skus[0]).toMatchObject({
        offer: { price_fen: 1_980, group: null },
        group_offer: { price_fen: 1_280, group: { condition: "2 人成团 ¥12.80" } },
      });
      const flash = await ask("GET", `/flash-sessions?pickup_point_id=${town.pointId}`);
      expect(flash.body.data).toEqual([]);
      expect((await ask("GET", `/group-campaigns/unknown?pickup_point_id=${town.pointId}`)).status).toBe(404);
    },
  );

  rule("are opened and joined by the quote's group; strangers see a masked name and the seats left", async () => {
    const first = await seat({ campaign_id: slotId });
    expect((await ask("GET", open())).body.data).toEqual([]);
    await pay(first.orderId);
    expect((await ask("GET", open())).body.data).toMatchObject([
      { id: first.groupId, seats_left: 1, paid: 1, opened_by: "居**", price_fen: 1_280 },
    ]);
    const detail = await ask("GET", `/groups/${first.groupId}`, { token: first.token });
    expect(detail.body).toMatchObject({
      state: "open",
      my_order_id: first.orderId,
      members: [{ nickname: "居**", is_opener: true, is_paid: true }],
    });
    const second = await seat({ group_id: first.groupId });
    await pay(second.orderId);
    const formed = await ask("GET", `/groups/${first.groupId}`);
    expect(formed.body).toMatchObject({ state: "formed", seats_left: 0, my_order_id: null });
    const mine = await ask("GET", "/me/groups", { token: second.token });
    expect(mine.body.data).toMatchObject([{ id: first.groupId, order_id: second.orderId, member_state: "paid" }]);
    expect((await ask("GET", "/groups/unknown")).status).toBe(404);
    const order = await ask("GET", `/orders/${second.orderId}`, { token: second.token });
    expect(order.body.group).toMatchObject({ id: first.groupId, state: "formed", size: 2, paid: 2 });
  });

  rule("refuse in words: full, ended, another leader's, one's own, two items, both kinds of asking", async () => {
    const first = await seat({ campaign_id: slotId });
    const someone = await tokenOf(await makeResident());
    const own = await quoting(first.token, { group_id: first.groupId });
    expect([own.status, own.body.code]).toEqual([409, "in_group"]);
    await seat({ group_id: first.groupId });
    const full = await quoting(someone, { group_id: first.groupId });
    expect([full.status, full.body.code]).toEqual([409, "group_full"]);
    const closed = await seat({ campaign_id: narrow.slotId }, town.pointId, narrow.skuId);
    const foreign = await makePoint({ ...town, leaderId: await makeLeader(town.cityId) });
    const scope = await quoting(someone, { group_id: closed.groupId }, foreign, narrow.skuId);
    expect([scope.status, scope.body.code]).toEqual([409, "group_scope"]);
    const two = await ask("POST", "/quotes", {
      token: someone,
      body: {
        pickup_point_id: town.pointId,
        items: [
          { sku_id: skuId, quantity: 1 },
          { sku_id: other, quantity: 1 },
        ],
        group: { campaign_id: slotId },
      },
    });
    expect([two.status, two.body.code]).toEqual([422, "group_one_item"]);
    for (const group of [{}, { campaign_id: slotId, group_id: first.groupId }])
      expect((await quoting(someone, group)).status).toBe(422);
    const lone = await seat({ campaign_id: slotId });
    at = later(testMorning, 61 * minute);
    const ended = await quoting(await tokenOf(await makeResident()), { group_id: lone.groupId });
    expect([ended.status, ended.body.code]).toEqual([409, "group_ended"]);
    at = testMorning;
  });
});
