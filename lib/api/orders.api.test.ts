import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

const channel = await vi.hoisted(async () => {
  const { startChannel } = await import("#lib/testing/channel");
  return startChannel(new Date("2026-11-16T01:00:00Z"));
});

import { later, minute } from "#lib/kernel/time";
import { gate } from "#lib/orders/admission";
import { facts } from "#lib/orders/facts";
import { underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { ask, tokenOf } from "#lib/testing/api";
import {
  makeOffer,
  makeResident,
  makeSession,
  makeSku,
  makeSupplier,
  makeTown,
  type Town,
  testMorning,
} from "#lib/testing/builders";
import { tell } from "#lib/testing/trade";
import { wechatpayNotice } from "./hooks";

let at = testMorning;
const inDay = <T>(work: () => Promise<T>) => underClock(() => at, work);
const rule = (title: string, work: () => Promise<void>) => it(title, () => inDay(work));

let town: Town;
let sessionId: string;
let skuId: string;
let token: string;
let keys = 0;
const key = () => `order-key-${++keys}`;

beforeAll(() =>
  inDay(async () => {
    town = await makeTown();
    sessionId = await makeSession(town);
    skuId = await makeSku({ supplierId: await makeSupplier(), name: "奶油草莓" });
    await makeOffer(town, { sessionId, skuId, priceFen: 1980, quota: 50, limit: 20 });
    token = await tokenOf(await makeResident());
  }),
);
afterAll(() => channel.stop());

const quoteOf = async (quantity = 1, who = token, sku = skuId) => {
  const said = await ask("POST", "/quotes", {
    token: who,
    body: { pickup_point_id: town.pointId, items: [{ sku_id: sku, quantity }] },
  });
  expect(said.status).toBe(200);
  return said.body.orders[0]?.quote_token as string;
};
const place = async (e: { token?: string; key?: string; quote?: string; name?: string } = {}) =>
  ask("POST", "/orders", {
    token: e.token ?? token,
    key: e.key ?? key(),
    body: { quote_token: e.quote ?? (await quoteOf()), contact_name: e.name ?? "许女士" },
  });

describe("an order from quote to pickup code", () => {
  rule("is quoted, placed, paid through the channel and then has a pickup code", async () => {
    const quoted = await ask("POST", "/quotes", {
      token,
      body: { pickup_point_id: town.pointId, items: [{ sku_id: skuId, quantity: 2 }] },
    });
    expect(quoted.body).toMatchObject({
      currency: "CNY",
      payable_fen: 3960,
      problems: [],
      orders: [{ pickup_day: "2026-11-17", payable_fen: 3960 }],
    });
    expect(quoted.headers.get("cache-control")).toBe("no-store");

    const placed = await ask("POST", "/orders", {
      token,
      key: key(),
      body: { quote_token: quoted.body.orders[0].quote_token, contact_name: "许女士" },
    });
    expect(placed.status).toBe(201);
    expect(placed.body).toMatchObject({ payable_fen: 3960, item_count: 2, pickup_day: "2026-11-17" });
    const orderId = placed.body.id;

    expect((await ask("GET", `/orders/${orderId}/pickup-code`, { token })).body.code).toBe("not_paid");
    const started = await ask("POST", `/orders/${orderId}/payments`, { token, key: key(), body: { method: "wechat" } });
    expect(started.status).toBe(201);
    expect(started.body.params).toMatchObject({ signType: "RSA", package: expect.stringMatching(/^prepay_id=/) });
    const paymentId = started.body.payment.id;
    expect((await ask("GET", `/payments/${paymentId}`, { token })).body.state).toBe("pending");

    channel.onNotice(async (path, headers, body) =>
      underClock(
        () => at,
        async () =>
          (
            await wechatpayNotice(
              path.split("/").at(-1) ?? "",
              new Request(`http://app${path}`, { method: "POST", headers, body }),
            )
          ).status,
      ),
    );
    await channel.control("/pay", { prepay_id: started.body.params.package.slice("prepay_id=".length) });
    await vi.waitFor(async () => expect(await prisma.channelNotice.count()).toBe(1), 5000);
    await tell();
    expect((await ask("GET", `/payments/${paymentId}`, { token })).body).toMatchObject({
      state: "paid",
      amount_fen: 3960,
    });
    const order = await ask("GET", `/orders/${orderId}`, { token });
    expect(order.body).toMatchObject({ state: "paid", paid_fen: 3960, lines: [{ name: "奶油草莓", ordered: 2 }] });
    expect(JSON.stringify(order.body)).not.toContain("commission");
    const code = await ask("GET", `/orders/${orderId}/pickup-code`, { token });
    expect(code.body).toMatchObject({ code: expect.stringMatching(/^\d{6}$/), pickup_point: { id: town.pointId } });
    expect(
      (await ask("POST", `/orders/${orderId}/payments`, { token, key: key(), body: { method: "wechat" } })).body.code,
    ).toBe("already_paid");
    channel.onNotice(null);
  });

  rule("is found by asking the channel when its notice was lost", async () => {
    const { body: order } = await place();
    const { body: started } = await ask("POST", `/orders/${order.id}/payments`, {
      token,
      key: key(),
      body: { method: "wechat" },
    });
    await channel.control("/pay", { prepay_id: started.params.package.slice("prepay_id=".length) });
    expect((await ask("GET", `/payments/${started.payment.id}`, { token })).body.state).toBe("paid");
  });

  rule("is listed newest first, page by page, without a miss or a double", async () => {
    const who = await tokenOf(await makeResident());
    const made: string[] = [];
    for (let i = 0; i < 3; i++, at = later(at, 1))
      made.unshift((await place({ token: who, quote: await quoteOf(1, who) })).body.id);
    const first = await ask("GET", "/orders?limit=2", { token: who });
    const second = await ask("GET", `/orders?limit=2&cursor=${first.body.page.next_cursor}`, { token: who });
    expect([...first.body.data, ...second.body.data].map((o: { id: string }) => o.id)).toEqual(made);
    expect(second.body.page).toEqual({ next_cursor: null, has_more: false });
  });
});

describe("an Idempotency-Key", () => {
  rule("gets the same order byte for byte however often it is sent", async () => {
    const again = key();
    const quote = await quoteOf();
    const first = await place({ key: again, quote });
    const second = await place({ key: again, quote });
    expect(second.status).toBe(201);
    expect(second.text).toBe(first.text);
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    expect(second.headers.get("idempotent-replayed")).toBe("true");
  });

  rule("is refused with another body", async () => {
    const again = key();
    const quote = await quoteOf();
    await place({ key: again, quote });
    const other = await place({ key: again, quote, name: "王女士" });
    expect([other.status, other.body.code]).toEqual([422, "idempotency_mismatch"]);
  });

  rule("makes one order of twins sent at once", async () => {
    const again = key();
    const quote = await quoteOf();
    const twins = await Promise.all(Array.from({ length: 8 }, () => place({ key: again, quote })));
    expect(new Set(twins.map((t) => t.text)).size).toBe(1);
    expect(twins.filter((t) => t.headers.get("idempotent-replayed") === null)).toHaveLength(1);
  });

  rule("answers a payment the same way, twins too, and cancels once", async () => {
    const { body: order } = await place();
    const again = key();
    const twins = await Promise.all(
      Array.from({ length: 5 }, () =>
        ask("POST", `/orders/${order.id}/payments`, { token, key: again, body: { method: "wechat" } }),
      ),
    );
    expect(twins.map((t) => t.status)).toEqual([201, 201, 201, 201, 201]);
    expect(new Set(twins.map((t) => t.text)).size).toBe(1);
    const off = key();
    const cancel = () => ask("POST", `/orders/${order.id}/cancel`, { token, key: off, body: { reason: "不想要了" } });
    const [a, b] = [await cancel(), await cancel()];
    expect(a.body.state).toBe("cancelled");
    expect(b.text).toBe(a.text);
    expect(b.headers.get("idempotent-replayed")).toBe("true");
    expect(
      (await ask("POST", `/orders/${order.id}/cancel`, { token, key: key(), body: { reason: "不想要了" } })).body.code,
    ).toBe("illegal_transition");
  });

  rule("is not spent by a refusal", async () => {
    const { body: order } = await place();
    await channel.control("/faults", { kind: "systemError", path: "/v3/pay/transactions/jsapi", times: 1 });
    const again = key();
    const failed = await ask("POST", `/orders/${order.id}/payments`, { token, key: again, body: { method: "wechat" } });
    expect([failed.status, failed.body.code]).toEqual([503, "payment_unknown"]);
    expect(failed.headers.get("retry-after")).toBe("1");
    expect(
      (await ask("POST", `/orders/${order.id}/payments`, { token, key: again, body: { method: "wechat" } })).status,
    ).toBe(201);
  });

  rule("is required where stock or money moves", async () => {
    const { body: order } = await place();
    for (const path of ["/orders", `/orders/${order.id}/cancel`, `/orders/${order.id}/payments`]) {
      const said = await ask("POST", path, { token, body: {} });
      expect([said.status, said.body.code]).toEqual([400, "idempotency_key_missing"]);
    }
  });
});

describe("an order is refused", () => {
  rule("401 without a token, or with one that is not ours", async () => {
    expect((await ask("GET", "/orders")).status).toBe(401);
    const said = await ask("GET", "/orders", { token: `${token.slice(0, -2)}xx` });
    expect([said.status, said.body.code, said.headers.get("www-authenticate")]).toEqual([
      401,
      "token_invalid",
      'Bearer realm="lintuan"',
    ]);
  });

  rule("404 to anybody but its resident", async () => {
    const { body: order } = await place();
    const other = await tokenOf(await makeResident());
    for (const path of [
      `/orders/${order.id}`,
      `/orders/${order.id}/pickup-code`,
      `/orders/${order.id}/refund-options`,
    ]) {
      expect((await ask("GET", path, { token: other })).status).toBe(404);
    }
    expect(
      (await ask("POST", `/orders/${order.id}/cancel`, { token: other, key: key(), body: { reason: "试试" } })).status,
    ).toBe(404);
    expect((await place({ token: other, quote: await quoteOf() })).status).toBe(404);
  });

  rule("409 sold_out when the last pieces went to somebody else", async () => {
    const rare = await makeSku({ supplierId: await makeSupplier(), name: "松茸" });
    await makeOffer(town, { sessionId, skuId: rare, quota: 1 });
    const [one, other] = [await tokenOf(await makeResident()), await tokenOf(await makeResident())];
    const [a, b] = [await quoteOf(1, one, rare), await quoteOf(1, other, rare)];
    const said = await Promise.all([place({ token: one, quote: a }), place({ token: other, quote: b })]);
    expect(said.map((s) => s.status).sort()).toEqual([201, 409]);
    const refused = said.find((s) => s.status === 409);
    expect(refused?.body).toMatchObject({ code: "sold_out", meta: { name: "松茸", available: 0 } });
  });

  rule("422 limit_reached beyond what one person may have", async () => {
    const limited = await makeSku({ supplierId: await makeSupplier(), name: "限购鸡蛋" });
    await makeOffer(town, { sessionId, skuId: limited, limit: 1 });
    const hers = await tokenOf(await makeResident());
    const [a, b] = [await quoteOf(1, hers, limited), await quoteOf(1, hers, limited)];
    expect((await place({ token: hers, quote: a })).status).toBe(201);
    const said = await place({ token: hers, quote: b });
    expect([said.status, said.body.code, said.body.meta.limit]).toEqual([422, "limit_reached", 1]);
  });

  rule("409 too_many_holds beyond the unpaid orders one person may have", async () => {
    const hers = await tokenOf(await makeResident());
    for (let i = 0; i < 5; i++) expect((await place({ token: hers, quote: await quoteOf(1, hers) })).status).toBe(201);
    const said = await place({ token: hers, quote: await quoteOf(1, hers) });
    expect([said.status, said.body.code, said.body.meta]).toEqual([409, "too_many_holds", { limit: 5, bought: 5 }]);
  });

  rule("409 sale_paused while the session is held", async () => {
    const hers = await tokenOf(await makeResident());
    const quote = await quoteOf(1, hers);
    await prisma.saleSession.update({ where: { id: sessionId }, data: { pausedAt: at } });
    const said = await place({ token: hers, quote });
    await prisma.saleSession.update({ where: { id: sessionId }, data: { pausedAt: null } });
    expect([said.status, said.body.code]).toEqual([409, "sale_paused"]);
  });

  rule("422 new_customers_only when she has ordered before", async () => {
    const forNew = await makeSku({ supplierId: await makeSupplier(), name: "新客鸡蛋" });
    const { offerId } = await makeOffer(town, { sessionId, skuId: forNew });
    const who = await makeResident();
    const hers = await tokenOf(who);
    const quote = await quoteOf(1, hers, forNew);
    await prisma.offer.update({ where: { id: offerId }, data: { limits: { newCustomersOnly: true } } });
    const old = await place({ token: hers, quote: await quoteOf(1, hers) });
    await prisma.order.update({ where: { id: old.body.id }, data: { state: "paid" } });
    facts.offers.drop(offerId);
    const said = await place({ token: hers, quote });
    expect([said.status, said.body.code]).toEqual([422, "new_customers_only"]);
  });

  rule("409 quote_stale with the new quote when the price has changed since", async () => {
    const cheap = await makeSku({ supplierId: await makeSupplier(), name: "番茄" });
    const { offerId } = await makeOffer(town, { sessionId, skuId: cheap, priceFen: 500 });
    const hers = await tokenOf(await makeResident());
    const quote = await quoteOf(2, hers, cheap);
    await prisma.offer.update({ where: { id: offerId }, data: { priceFen: 450 } });
    const said = await place({ token: hers, quote });
    expect([said.status, said.body.code, said.body.meta.quote.payable_fen]).toEqual([409, "quote_stale", 900]);
    const again = await place({ token: hers, quote: said.body.meta.quote.orders[0].quote_token });
    expect([again.status, again.body.payable_fen]).toEqual([201, 900]);
  });

  rule("409 quote_stale when the token was altered", async () => {
    const said = await place({ quote: `${await quoteOf()}x` });
    expect([said.status, said.body.code]).toEqual([409, "quote_stale"]);
  });

  rule("410 when the quote has run out", async () => {
    const quote = await quoteOf();
    const said = await underClock(later(at, 11 * minute), () => place({ quote }));
    expect([said.status, said.body.code]).toEqual([410, "quote_expired"]);
  });

  rule("425 before the sale opens", async () => {
    const quote = await quoteOf();
    const said = await underClock(later(at, -2 * 60 * minute), () => place({ quote }));
    expect([said.status, said.body.code, said.body.meta.starts_at]).toEqual([425, "not_started", "11-16 08:00"]);
    expect(said.body.detail).toContain("11-16 08:00");
  });

  rule("409 when its point is closed, and nothing can be quoted for it", async () => {
    const paused = await makeTown();
    await prisma.pickupPoint.update({ where: { id: paused.pointId }, data: { state: "paused" } });
    const said = await ask("POST", "/quotes", {
      token,
      body: { pickup_point_id: paused.pointId, items: [{ sku_id: skuId, quantity: 1 }] },
    });
    expect([said.status, said.body.code]).toEqual([409, "point_closed"]);
  });

  rule("a quote names what cannot be had, with the reason in words", async () => {
    const said = await ask("POST", "/quotes", {
      token,
      headers: { "accept-language": "en" },
      body: {
        pickup_point_id: town.pointId,
        items: [
          { sku_id: skuId, quantity: 21 },
          { sku_id: "sku_unknown", quantity: 1 },
        ],
      },
    });
    expect(said.body.orders).toEqual([]);
    expect(said.body.problems.map((p: { code: string }) => p.code).sort()).toEqual(["limit_reached", "sale_ended"]);
    expect(said.body.problems[0].detail).toMatch(/^[\x20-\x7e“”]+$/);
  });
});

it("503 busy with Retry-After once the server lets nobody in any more", () =>
  inDay(async () => {
    const hers = await tokenOf(await makeResident());
    const quote = await quoteOf(1, hers);
    await gate.drain();
    const said = await place({ token: hers, quote });
    expect([said.status, said.body.code, said.headers.get("retry-after")]).toEqual([503, "busy", "1"]);
    expect(said.headers.get("ratelimit-policy")).toMatch(/^"admissionAddress";.*"admission";q=5000;w=10$/);
  }));
