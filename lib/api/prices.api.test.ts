import { describe, expect, it } from "vitest";
import { addFlashSlot } from "#lib/campaigns/commands/flash";
import { atClock, later } from "#lib/kernel/time";
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
  operator,
  type Town,
  testDay,
  testMorning,
} from "#lib/testing/builders";
import { order, pay } from "#lib/testing/trade";

const noon = atClock(testDay, "12:00");
const [begins, ends] = [atClock(testDay, "10:00"), atClock(testDay, "11:00")];
const seen = (priceFen: number | null) => ({
  home: priceFen,
  list: priceFen,
  campaign: priceFen,
  detail: priceFen,
  stock: priceFen,
  quote: priceFen,
});

/** What each answer says one SKU costs this person at this point; null: not on sale. */
async function pricesFor(e: {
  town: Town;
  sessionId: string;
  skuId: string;
  pointId?: string;
  residentId: string;
  leaderId?: string;
}) {
  const here = `pickup_point_id=${e.pointId ?? e.town.pointId}`;
  const { productId } = await prisma.sku.findUniqueOrThrow({ where: { id: e.skuId } });
  const token = await tokenOf(e.residentId);
  type Row = { sku_id: string; price_fen: number };
  const of = (rows: Row[]) => rows.find((row) => row.sku_id === e.skuId)?.price_fen ?? null;
  const [home, list, campaign, detail, stock, quote] = await Promise.all([
    ask("GET", `/home?${here}`, { token }),
    ask("GET", `/products?${here}`, { token }),
    ask("GET", `/campaigns/${e.sessionId}/products?${here}`, { token }),
    ask("GET", `/products/${productId}?${here}`, { token }),
    ask("GET", `/products/availability?${here}&ids=${e.skuId}`, { token }),
    ask("POST", "/quotes", {
      token,
      body: {
        pickup_point_id: e.pointId ?? e.town.pointId,
        ...(e.leaderId ? { leader_id: e.leaderId } : {}),
        items: [{ sku_id: e.skuId, quantity: 1 }],
      },
    }),
  ]);
  const running = (home.body.flash_items as (Row & { starts_at: string })[]).filter(
    (i) => new Date(i.starts_at) <= new Date(home.body.server_time),
  );
  return {
    home: of([...running, ...home.body.products]),
    list: of(list.body.data),
    campaign: of(campaign.body.data),
    detail: (detail.body.skus as { offer: Row | null }[])[0]?.offer?.price_fen ?? null,
    stock: of(stock.body.data),
    quote:
      (quote.body.orders as { lines: { sku_id: string; unit_price_fen: number }[] }[])[0]?.lines.find(
        (l) => l.sku_id === e.skuId,
      )?.unit_price_fen ?? null,
  };
}

/** A session at ¥5.00 with a flash slot at ¥3.90 from ten to eleven. */
async function sale() {
  const town = await makeTown();
  const sessionId = await makeSession(town);
  const skuId = await makeSku({ supplierId: await makeSupplier() });
  const { offerId } = await makeOffer(town, { sessionId, skuId, priceFen: 500 });
  const slotId = await addFlashSlot(operator("operations"), {
    sessionId,
    name: "早市秒杀",
    startsAt: begins,
    endsAt: ends,
    items: [{ offerId, priceFen: 390, quota: 50 }],
    publish: true,
  });
  return { town, sessionId, skuId, offerId, slotId };
}

describe("one price", () => {
  it.each([
    ["before the flash sale", later(begins, -1), 500],
    ["as it begins", begins, 390],
    ["in its last millisecond", later(ends, -1), 390],
    ["as it ends", ends, 500],
  ])("on the first screen, the list, the product and the quote: %s", async (_, at, priceFen) => {
    const made = await underClock(testMorning, sale);
    await underClock(at, async () => {
      expect(await pricesFor({ ...made, residentId: await makeResident() })).toEqual(seen(priceFen));
    });
  });

  it("is nowhere after the cut-off; the campaign's own page shows what it was", async () => {
    const made = await underClock(testMorning, sale);
    await underClock(atClock(testDay, "23:00"), async () => {
      expect(await pricesFor({ ...made, residentId: await makeResident() })).toEqual({ ...seen(null), campaign: 500 });
    });
  });

  it("returns to the session's when the flash sale is held, and is gone when the session is", async () => {
    const made = await underClock(testMorning, sale);
    await underClock(begins, async () => {
      const residentId = await makeResident();
      await prisma.flashSlot.update({ where: { id: made.slotId }, data: { pausedAt: begins } });
      expect(await pricesFor({ ...made, residentId })).toEqual(seen(500));
      await prisma.saleSession.update({ where: { id: made.sessionId }, data: { pausedAt: begins } });
      expect(await pricesFor({ ...made, residentId })).toEqual(seen(null));
    });
  });

  it("is not a group's price for whoever has not joined one", async () => {
    const made = await underClock(testMorning, sale);
    await underClock(noon, async () => {
      const [offer, pool] = await Promise.all([
        prisma.offer.findUniqueOrThrow({ where: { id: made.offerId } }),
        prisma.stockPool.findFirstOrThrow({ where: { skuId: made.skuId } }),
      ]);
      const slot = await prisma.flashSlot.create({
        data: {
          ...{
            id: `fls_group_${made.sessionId.slice(-8)}`,
            saleSessionId: made.sessionId,
            name: "两人团",
            state: "published",
            kind: "group",
          },
          ...{
            groupSize: 2,
            groupMinutes: 60,
            groupScope: "city",
            startsAt: atClock(testDay, "11:30"),
            endsAt: atClock(testDay, "13:00"),
          },
          ...{ createdAt: noon, createdBy: "test" },
        },
      });
      await prisma.offer.create({
        data: {
          ...{
            id: `ofr_group_${made.sessionId.slice(-8)}`,
            layer: "group",
            saleSessionId: made.sessionId,
            flashSlotId: slot.id,
          },
          ...{ skuId: made.skuId, cityId: offer.cityId, startsAt: slot.startsAt, endsAt: slot.endsAt, state: "active" },
          ...{ priceFen: 290, supplyPriceFen: 200, stockPoolId: pool.id },
        },
      });
      expect(await pricesFor({ ...made, residentId: await makeResident() })).toEqual(seen(500));
    });
  });

  it("is the same for a newcomer, a faithful buyer, another leader's resident and another estate", async () => {
    const made = await underClock(testMorning, sale);
    await underClock(noon, async () => {
      const faithful = await makeResident();
      for (let i = 0; i < 3; i++) {
        const [id = ""] = await order(faithful, made.town.pointId, [{ skuId: made.skuId, quantity: 1 }]);
        await pay(id);
      }
      const leaderId = await makeLeader(made.town.cityId);
      const pointId = await makePoint({ cityId: made.town.cityId, routeId: made.town.routeId, leaderId });
      const bound = await makeResident();
      await prisma.resident.update({
        where: { id: bound },
        data: { boundLeaderId: leaderId, householdKey: "9-9-909" },
      });
      const asked = await Promise.all([
        pricesFor({ ...made, residentId: await makeResident() }),
        pricesFor({ ...made, residentId: faithful }),
        pricesFor({ ...made, residentId: bound }),
        pricesFor({ ...made, residentId: bound, leaderId: made.town.leaderId }),
        pricesFor({ ...made, residentId: faithful, pointId, leaderId }),
      ]);
      for (const one of asked) expect(one).toEqual(seen(500));
    });
  });

  it("is never kept by a browser past the instant at which it changes", async () => {
    const made = await underClock(testMorning, sale);
    const policy = (seconds: number) =>
      underClock(later(begins, -seconds * 1000), async () => {
        const { productId } = await prisma.sku.findUniqueOrThrow({ where: { id: made.skuId } });
        const here = `pickup_point_id=${made.town.pointId}`;
        const paths = [
          `/home?${here}`,
          `/products?${here}`,
          `/products/${productId}?${here}`,
          `/campaigns/${made.sessionId}/products?${here}`,
        ];
        const said = await Promise.all(
          paths.map(async (path) => (await ask("GET", path)).headers.get("cache-control")),
        );
        return [...new Set(said)];
      });
    expect(await policy(600)).toEqual(["public, max-age=15, stale-while-revalidate=60"]);
    expect(await policy(40)).toEqual(["public, max-age=15, stale-while-revalidate=25"]);
    expect(await policy(9)).toEqual(["public, max-age=9"]);
    expect(await policy(0.5)).toEqual(["public, max-age=0"]);
  });
});
