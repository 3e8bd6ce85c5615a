import { beforeAll, describe, expect, it } from "vitest";
import { addFlashSlot } from "#lib/campaigns/commands/flash";
import { atClock } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { ask } from "#lib/testing/api";
import {
  makeOffer,
  makePoint,
  makeSession,
  makeSku,
  makeSupplier,
  makeTown,
  operator,
  type Town,
  testDay,
  testMorning,
} from "#lib/testing/builders";

let at = testMorning;
const rule = (title: string, work: () => Promise<void>) => it(title, () => underClock(() => at, work));
let town: Town;
let far: Town;
let sessionId: string;
const skus: string[] = [];
let slotId: string;

beforeAll(() =>
  underClock(testMorning, async () => {
    town = await makeTown();
    far = await makeTown();
    sessionId = await makeSession(town);
    const supplierId = await makeSupplier();
    const prices = [500, 1980, 300, 760, 990];
    for (const [i, priceFen] of prices.entries()) {
      const skuId = await makeSku({ supplierId, name: ["土豆", "奶油草莓", "白菜", "鸡蛋", "苹果"][i] ?? "" });
      skus.push(skuId);
      const { offerId } = await makeOffer(town, { sessionId, skuId, priceFen, quota: i === 2 ? 0 : 100 });
      if (i === 1) {
        slotId = await addFlashSlot(operator("operations"), {
          sessionId,
          name: "早市秒杀",
          startsAt: atClock(testDay, "10:00"),
          endsAt: atClock(testDay, "11:00"),
          items: [{ offerId, priceFen: 990, quota: 20, perPersonLimit: 2 }],
          publish: true,
        });
      }
    }
  }),
);

const here = () => `pickup_point_id=${town.pointId}`;

describe("pickup points", () => {
  rule("are found nearest first, page by page, with the distance", async () => {
    const near = await makePoint({ cityId: town.cityId, routeId: town.routeId, leaderId: town.leaderId });
    await prisma.pickupPoint.update({ where: { id: near }, data: { lat: 39.905, lng: 116.4 } });
    const first = await ask("GET", `/pickup-points?lat=39.9&lng=116.4&city_id=${town.cityId}&limit=1`);
    expect(first.body.data).toMatchObject([{ id: town.pointId, distance_m: 0, open_from: "16:00", is_open: true }]);
    const second = await ask(
      "GET",
      `/pickup-points?lat=39.9&lng=116.4&city_id=${town.cityId}&limit=1&cursor=${first.body.page.next_cursor}`,
    );
    expect(second.body.data).toMatchObject([{ id: near, distance_m: 556 }]);
    expect(second.body.page.has_more).toBe(false);
  });

  rule("show hours, leader, rest days and the sessions to come", async () => {
    await prisma.calendarDay.create({
      data: { scope: `point:${town.pointId}`, day: new Date("2026-11-18"), open: false, note: "休息" },
    });
    const { body } = await ask("GET", `/pickup-points/${town.pointId}`);
    expect(body).toMatchObject({
      id: town.pointId,
      leader: { id: town.leaderId },
      closed_days: ["2026-11-18"],
      campaigns: [{ id: sessionId, phase: "open" }],
    });
    expect((await ask("GET", "/pickup-points/pkp_unknown")).status).toBe(404);
  });

  rule("need a coordinate on the map", async () => {
    const said = await ask("GET", "/pickup-points?lat=120&lng=30");
    expect([said.status, said.body.code]).toEqual([400, "malformed"]);
    expect(said.body.errors.map((e: { pointer: string }) => e.pointer)).toEqual(["/lat", "/lng"]);
  });
});

describe("what is on sale", () => {
  rule("fills the first screen in one call", async () => {
    const { body, status, headers } = await ask("GET", `/home?${here()}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      server_time: "2026-11-16T01:00:00.000Z",
      currency: "CNY",
      campaigns: [{ id: sessionId }],
      flash_sessions: [{ id: slotId, phase: "upcoming", item_count: 1 }],
    });
    expect(body.products).toHaveLength(5);
    expect(body.categories.length).toBeGreaterThan(0);
    expect(headers.get("cache-control")).toContain("public");
    expect(headers.get("x-server-time")).toBe(String(testMorning.getTime()));
  });

  rule("says nothing of supply prices and commission", async () => {
    for (const path of [
      `/home?${here()}`,
      `/products?${here()}`,
      `/campaigns/${sessionId}/products?${here()}`,
      `/flash-sessions/${slotId}/items?${here()}`,
    ]) {
      expect((await ask("GET", path)).text).not.toMatch(/supply|commission|supplier_id|stock_pool/);
    }
  });

  rule("is paged without a miss or a double in every order", async () => {
    for (const sort of ["recommended", "price", "-price", "-sold"]) {
      const seen: { sku_id: string; price_fen: number }[] = [];
      let cursor = "";
      do {
        const { body } = await ask("GET", `/products?${here()}&sort=${sort}&limit=2${cursor && `&cursor=${cursor}`}`);
        seen.push(...body.data);
        cursor = body.page.next_cursor ?? "";
      } while (cursor);
      expect(seen.map((o) => o.sku_id).sort()).toEqual([...skus].sort());
      if (sort === "price") expect(seen.map((o) => o.price_fen)).toEqual([300, 500, 760, 990, 1980]);
    }
  });

  rule("is found by words and by pinyin initials", async () => {
    expect((await ask("GET", `/products?${here()}&q=草莓`)).body.data).toMatchObject([
      { name: "奶油草莓", price_fen: 1980, pickup_day: "2026-11-17" },
    ]);
    expect((await ask("GET", `/products?${here()}&q=pg`)).body.data).toMatchObject([{ name: "苹果" }]);
  });

  rule("differs by city: elsewhere nothing is on sale", async () => {
    expect((await ask("GET", `/products?pickup_point_id=${far.pointId}`)).body.data).toEqual([]);
    expect((await ask("GET", `/campaigns?pickup_point_id=${far.pointId}`)).body.data).toEqual([]);
    expect((await ask("GET", `/campaigns/${sessionId}/products?pickup_point_id=${far.pointId}`)).status).toBe(404);
  });

  rule("shows one product with its price and after-sales hours", async () => {
    const productId = (await prisma.sku.findUniqueOrThrow({ where: { id: skus[1] ?? "" } })).productId;
    const { body } = await ask("GET", `/products/${productId}?${here()}`);
    expect(body).toMatchObject({
      id: productId,
      name: "奶油草莓",
      after_sale_hours: 24,
      skus: [{ id: skus[1], offer: { price_fen: 1980 } }],
    });
    expect((await ask("GET", `/products/prd_unknown?${here()}`)).status).toBe(404);
  });

  rule("tells stock and price of each SKU right now, and keeps neither", async () => {
    const said = await ask("GET", `/products/availability?${here()}&ids=${skus[0]},${skus[2]},sku_unknown`);
    expect(said.body.data.map((o: { state: string }) => o.state)).toEqual(["on_sale", "sold_out", "not_on_sale"]);
    expect(said.headers.get("cache-control")).toBe("no-store");
    expect(said.headers.get("etag")).toBeNull();
    expect(
      (
        await ask(
          "GET",
          `/products/availability?${here()}&ids=${Array.from({ length: 51 }, (_, i) => `sku_${i}`).join(",")}`,
        )
      ).status,
    ).toBe(400);
  });

  rule("campaigns open, upcoming or over say which; drafts are nobody's business", async () => {
    const draft = await makeSession(town, { state: "draft" });
    await prisma.saleSession.update({ where: { id: draft }, data: { publishedAt: null } });
    expect((await ask("GET", `/campaigns/${draft}`)).status).toBe(404);
    expect((await ask("GET", `/campaigns/${sessionId}`)).body).toMatchObject({
      type: "group_buy",
      phase: "open",
      item_count: 5,
      cutoff_at: "2026-11-16T15:00:00.000Z",
    });
    expect((await ask("GET", `/campaigns?${here()}&state=open`)).body.data).toHaveLength(1);
    expect((await ask("GET", `/campaigns?${here()}&state=upcoming`)).body.data).toHaveLength(0);
  });
});

describe("a flash sale", () => {
  rule("outranks the session's price while it runs, in every list", async () => {
    at = atClock(testDay, "10:05");
    try {
      const { body } = await ask("GET", `/flash-sessions?${here()}`);
      expect(body.data).toMatchObject([{ id: slotId, phase: "open", sold_bp: 0 }]);
      const items = await ask("GET", `/flash-sessions/${slotId}/items?${here()}`);
      expect(items.body.data).toMatchObject([
        { sku_id: skus[1], price_fen: 990, available: 20, quota: 20, per_person_limit: 2 },
      ]);
      expect(items.headers.get("cache-control")).toBe("no-store");
      for (const path of [`/products?${here()}&q=草莓`, `/campaigns/${sessionId}/products?${here()}&q=草莓`]) {
        expect((await ask("GET", path)).body.data).toMatchObject([{ layer: "flash", price_fen: 990 }]);
      }
    } finally {
      at = testMorning;
    }
  });

  rule("that is over is not found", async () => {
    at = atClock(testDay, "11:30");
    try {
      expect((await ask("GET", `/flash-sessions/${slotId}/items?${here()}`)).status).toBe(404);
    } finally {
      at = testMorning;
    }
  });
});
