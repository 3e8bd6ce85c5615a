import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

const channel = await vi.hoisted(async () => {
  // the limits people meet, not those of a test run
  process.env.API_LIMIT_FACTOR = "1";
  const { startChannel } = await import("#lib/testing/channel");
  return startChannel(new Date("2026-11-16T01:00:00Z"));
});

import { Refusal } from "#lib/kernel/refusal";
import { underClock } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { ask, tokenOf } from "#lib/testing/api";
import { makeResident, makeSession, makeTown, type Town, testMorning } from "#lib/testing/builders";
import { asOwner } from "#lib/testing/owner";
import { health, healthAnswer } from "./health";
import { wechatpayNotice } from "./hooks";
import { hashOf, once } from "./once";

const rule = (title: string, work: () => Promise<void>) => it(title, () => underClock(testMorning, work));
const from = (address: string) => ({ "x-forwarded-for": address });
let town: Town;
let token: string;

beforeAll(() =>
  underClock(testMorning, async () => {
    town = await makeTown();
    await makeSession(town);
    token = await tokenOf(await makeResident());
  }),
);

afterAll(() => channel.stop());

describe("every answer", () => {
  rule("carries a request id, the server's time and its language", async () => {
    const mine = await ask("GET", "/health", {
      headers: { "x-request-id": "support-case-17", "accept-language": "en-GB,en;q=0.9", ...from("1.1.1.1") },
    });
    expect(mine.status).toBe(200);
    expect(mine.headers.get("x-request-id")).toBe("support-case-17");
    expect(mine.headers.get("x-server-time")).toBe(String(testMorning.getTime()));
    expect(mine.headers.get("content-language")).toBe("en");
    expect(mine.headers.get("vary")).toContain("Accept-Language");
    const odd = await ask("GET", "/health", { headers: { "x-request-id": "<script>", ...from("1.1.1.1") } });
    expect(odd.headers.get("x-request-id")).toMatch(/^req_[0-9a-f]{16}$/);
    expect(odd.headers.get("content-language")).toBe("zh-CN");
  });

  rule("that is public may be kept for a moment, and is not sent again while nothing changed", async () => {
    const path = `/campaigns?pickup_point_id=${town.pointId}`;
    const first = await ask("GET", path, { headers: from("1.1.1.2") });
    expect(first.headers.get("cache-control")).toBe("public, max-age=15, stale-while-revalidate=60");
    const tag = first.headers.get("etag") ?? "";
    expect(tag).toMatch(/^"[\w-]{27}"$/);
    const second = await ask("GET", path, { headers: { "if-none-match": tag, ...from("1.1.1.2") } });
    expect([second.status, second.text]).toEqual([304, ""]);
    const english = await ask("GET", path, {
      headers: { "if-none-match": tag, "accept-language": "en", ...from("1.1.1.2") },
    });
    expect(english.status).toBe(200);
  });

  rule("about a person is checked each time", async () => {
    expect((await ask("GET", "/me", { token })).headers.get("cache-control")).toBe("private, no-cache");
  });
});

describe("a problem", () => {
  rule("is problem+json with a stable code, in the reader's language", async () => {
    const said = await ask("GET", "/nothing/here", { headers: { "accept-language": "en", ...from("1.1.1.3") } });
    expect(said.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    expect(said.body).toEqual({
      type: "/developers/problems#not_found",
      title: "Not found",
      status: 404,
      detail: "Not found, or not yours to see.",
      code: "not_found",
      request_id: said.headers.get("x-request-id"),
    });
  });

  rule("names each field that needs a change, unknown ones too", async () => {
    const said = await ask("POST", "/quotes", {
      token,
      body: { pickup_point_id: town.pointId, items: [{ sku_id: "sku_1", quantity: 0, colour: "red" }], voucher: 1 },
    });
    expect(said.status).toBe(422);
    expect(said.body.code).toBe("invalid");
    expect(said.body.errors).toEqual([
      { pointer: "/items/0/quantity", code: "too_small", detail: "不能小于 1。" },
      { pointer: "/items/0/colour", code: "unknown_field", detail: "没有这个字段。" },
      { pointer: "/voucher", code: "unknown_field", detail: "没有这个字段。" },
    ]);
  });

  rule("400 when the body is not JSON, 415 when it does not say so, 413 when it is beyond a megabyte", async () => {
    expect((await ask("POST", "/quotes", { token, body: "{" })).body.code).toBe("malformed");
    expect(
      (await ask("POST", "/quotes", { token, body: "{}", headers: { "content-type": "text/plain" } })).body.code,
    ).toBe("content_type");
    const big = await ask("POST", "/quotes", { token, body: JSON.stringify({ pickup_point_id: "x".repeat(1 << 20) }) });
    expect([big.status, big.body.code]).toEqual([413, "body_too_big"]);
  });

  rule("400 for a query that is not known, and for a key that is not one", async () => {
    expect((await ask("GET", `/orders?state=everything`, { token })).status).toBe(400);
    expect((await ask("GET", `/orders?colour=red`, { token })).body.errors).toMatchObject([
      { pointer: "/colour", code: "unknown_field" },
    ]);
    expect((await ask("POST", "/orders", { token, key: "short", body: {} })).body.errors).toMatchObject([
      { code: "format" },
    ]);
  });

  rule("a cursor that is not ours starts at the beginning", async () => {
    expect((await ask("GET", "/orders?cursor=whatever", { token })).status).toBe(200);
  });
});

describe("the limits", () => {
  rule("stop an address after sixty public calls a minute, with the wait in the headers", async () => {
    const said = [];
    for (let i = 0; i < 61; i++) said.push(await ask("GET", "/leader/program", { headers: from("2.2.2.2") }));
    expect(said[0]?.headers.get("ratelimit")).toMatch(/^"public";r=59;t=\d+$/);
    expect(said[59]?.status).toBe(200);
    expect(said[60]?.status).toBe(429);
    expect(said[60]?.body).toMatchObject({ code: "too_many_requests", retry_after_ms: expect.any(Number) });
    expect(Number(said[60]?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(said[60]?.headers.get("ratelimit-policy")).toBe('"public";q=60;w=60');
    expect((await ask("GET", "/leader/program", { headers: from("2.2.2.3") })).status).toBe(200);
  });

  rule("stop a person after five orders in ten seconds, not the neighbours", async () => {
    const [person, other] = [await tokenOf(await makeResident()), await tokenOf(await makeResident())];
    const order = (who: string) =>
      ask("POST", "/orders", {
        token: who,
        key: crypto.randomUUID(),
        body: { quote_token: "x", contact_name: "许女士" },
      });
    const said = [];
    for (let i = 0; i < 6; i++) said.push((await order(person)).status);
    expect(said).toEqual([409, 409, 409, 409, 409, 429]);
    expect((await order(other)).status).toBe(409);
  });
});

describe("an idempotency record", () => {
  const action = (key: string, input: unknown = {}) => ({
    principal: "res_test",
    route: "post /test",
    key,
    inputHash: hashOf(input),
  });
  const region = (id: string) => prisma.region.count({ where: { id } });
  const add = (id: string) =>
    transact(async (tx) => ({
      made: (await tx.region.create({ data: { id, level: "city", name: id, nameEn: id } })).id,
    }));

  rule("stands in the transaction of the effect: both or neither", async () => {
    await expect(
      once(
        action("both-or-neither"),
        201,
        () =>
          transact(async (tx) =>
            tx.region
              .create({ data: { id: "rgn_gone", level: "city", name: "x", nameEn: "x" } })
              .then(() => Promise.reject(new Refusal("soldOut"))),
          ),
        async () => ({}),
      ),
    ).rejects.toMatchObject({ code: "soldOut" });
    expect([
      await region("rgn_gone"),
      await prisma.idempotencyRecord.count({ where: { key: "both-or-neither" } }),
    ]).toEqual([0, 0]);
  });

  rule("a crash between effect and answer loses nothing: the retry answers from what was done", async () => {
    const dying = once(
      action("crashed-once"),
      201,
      () => add("rgn_once"),
      async () => Promise.reject(new Error("the process died")),
    );
    await expect(dying).rejects.toThrow("the process died");
    const again = await once(
      action("crashed-once"),
      201,
      () => add("rgn_once"),
      async (r) => ({ id: (r as { made: string }).made }),
    );
    expect(again).toEqual({ text: '{"id":"rgn_once"}', isReplay: true });
    expect(await region("rgn_once")).toBe(1);
  });

  rule("fifty twins do the thing once and hear one answer", async () => {
    let answers = 0;
    const said = await Promise.all(
      Array.from({ length: 50 }, () =>
        once(
          action("fifty-twins"),
          201,
          () => add("rgn_twins"),
          async (r) => ({ ...(r as object), n: ++answers }),
        ),
      ),
    );
    expect(new Set(said.map((s) => s.text)).size).toBe(1);
    expect(said.filter((s) => !s.isReplay)).toHaveLength(1);
    expect(await region("rgn_twins")).toBe(1);
    await expect(
      once(
        action("fifty-twins", { other: 1 }),
        201,
        () => add("rgn_twins2"),
        async () => ({}),
      ),
    ).rejects.toMatchObject({ code: "idempotencyMismatch" });
  });
});

describe("the doors beside the API", () => {
  rule("health is ok only with the database and every migration of this build", async () => {
    expect(await health()).toMatchObject({ status: "ok", database: "ok" });
    const unfinish = (at: Date | null) =>
      asOwner((db) =>
        db.query("update _prisma_migrations set finished_at = $1 where migration_name like '%guards'", [at]),
      );
    await unfinish(null);
    const door = await healthAnswer();
    expect([door.status, await door.json()]).toMatchObject([503, { status: "unavailable", database: "not migrated" }]);
    const said = await ask("GET", "/health", { headers: from("1.1.1.4") });
    expect([said.status, said.body.code, said.headers.get("retry-after")]).toEqual([503, "unavailable", "1"]);
    await unfinish(new Date());
    expect((await healthAnswer()).status).toBe(200);
  });

  rule("a notice that is not the channel's is answered 401 and changes nothing; an unknown kind 404", async () => {
    const post = (kind: string) =>
      wechatpayNotice(
        kind,
        new Request(`http://app/${kind}`, {
          method: "POST",
          body: "{}",
          headers: {
            "wechatpay-signature": "WECHATPAY/SIGNTEST/abc",
            "wechatpay-timestamp": "1",
            "wechatpay-nonce": "n",
            "wechatpay-serial": "s",
          },
        }),
      );
    const said = await post("payments");
    expect([said.status, (await said.json()).code]).toEqual([401, "signature_wrong"]);
    expect((await post("coupons")).status).toBe(404);
    expect(await prisma.channelNotice.count()).toBe(0);
  });
});
