import { beforeAll, describe, expect, it } from "vitest";
import { addDays, atClock } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { activateTemplate, createTemplate, pauseTemplate } from "#lib/promotions/commands/templates";
import type { CreateTemplateInput } from "#lib/promotions/schema/coupons";
import { ask, tokenOf } from "#lib/testing/api";
import {
  makeOffer,
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

const rule = (title: string, work: () => Promise<void>) => it(title, () => underClock(testMorning, work));
let town: Town;
let skuId: string;
let offerId: string;
beforeAll(() =>
  underClock(testMorning, async () => {
    town = await makeTown();
    skuId = await makeSku({ supplierId: await makeSupplier(), name: "奶油草莓" });
    ({ offerId } = await makeOffer(town, { sessionId: await makeSession(town), skuId, priceFen: 1980 }));
  }),
);

async function template(e: Partial<CreateTemplateInput> = {}): Promise<string> {
  const maker = operator("operations");
  const id = await createTemplate(maker, {
    name: "满 30 减 5",
    kind: "amount",
    amountFen: 500,
    thresholdFen: 3000,
    grant: "claim",
    funder: "platform",
    budgetFen: 10_000,
    claimFrom: atClock(testDay, "00:00"),
    claimTo: atClock(addDays(testDay, 3), "00:00"),
    validDays: 7,
    ...e,
  });
  await activateTemplate(maker, { templateId: id, version: 1 });
  return id;
}
const person = async () => {
  const id = await makeResident();
  return { id, token: await tokenOf(id) };
};
let keys = 0;
const claim = (token: string, id: string, key = `claim-key-${++keys}`) =>
  ask("POST", `/coupons/${id}/claims`, { token, headers: { "idempotency-key": key } });
const quote = (token: string, body: Record<string, unknown> = {}) =>
  ask("POST", "/quotes", {
    token,
    body: { pickup_point_id: town.pointId, items: [{ sku_id: skuId, quantity: 2 }], ...body },
  });

describe("coupons", () => {
  rule("to claim are shown to everybody, with one's own count to whoever is signed in", async () => {
    const id = await template({ cityIds: [town.cityId], quota: 8 });
    const { token } = await person();
    await claim(token, id);
    const find = (body: { data: { id: string }[] }) => body.data.find((c) => c.id === id);
    const visitor = await ask("GET", `/coupons?pickup_point_id=${town.pointId}`);
    expect(visitor.status).toBe(200);
    expect(find(visitor.body)).toMatchObject({ worth_text: "满 ¥30 减 ¥5", left: 7, per_person: 1, taken: 0 });
    const known = await ask("GET", `/coupons?pickup_point_id=${town.pointId}`, { token });
    expect(find(known.body)).toMatchObject({ taken: 1 });
    expect((await ask("GET", "/coupons?pickup_point_id=pkp_none")).status).toBe(404);
  });

  rule("are claimed once a key; each refusal says why", async () => {
    const id = await template({ quota: 1 });
    const [first, second] = [await person(), await person()];
    const made = await claim(first.token, id, "the-same-key");
    expect([made.status, made.body.state, made.body.template_id]).toEqual([201, "usable", id]);
    const again = await claim(first.token, id, "the-same-key");
    expect([again.status, again.body.id, again.headers.get("idempotent-replayed")]).toEqual([
      201,
      made.body.id,
      "true",
    ]);
    expect(await prisma.coupon.count({ where: { templateId: id } })).toBe(1);
    const refusals: [string, string, number, string][] = [
      [first.token, id, 409, "coupon_taken"],
      [second.token, id, 409, "coupon_all_gone"],
      [first.token, "cpt_none", 404, "not_found"],
      [first.token, await template({ claimFrom: atClock(addDays(testDay, 1), "00:00") }), 409, "coupon_not_yet"],
    ];
    const paused = await template();
    await pauseTemplate(operator("operations"), { templateId: paused, version: 2 });
    refusals.push([first.token, paused, 409, "coupon_closed"]);
    for (const [token, target, status, code] of refusals) {
      const said = await claim(token, target);
      expect([said.status, said.body.code]).toEqual([status, code]);
      expect(said.body.detail).not.toBe("");
    }
    expect((await ask("POST", `/coupons/${id}/claims`, { token: first.token })).body.code).toBe(
      "idempotency_key_missing",
    );
    expect((await ask("POST", `/coupons/${id}/claims`)).status).toBe(401);
  });

  rule("of one's own come by state, page by page", async () => {
    const { id: residentId, token } = await person();
    for (let i = 0; i < 3; i++) await claim(token, await template());
    await prisma.coupon.updateMany({
      where: { id: (await prisma.coupon.findFirstOrThrow({ where: { residentId } })).id },
      data: { state: "void" },
    });
    const first = await ask("GET", "/me/coupons?state=usable&limit=1", { token });
    expect(first.body.page.has_more).toBe(true);
    const second = await ask("GET", `/me/coupons?state=usable&limit=1&cursor=${first.body.page.next_cursor}`, {
      token,
    });
    expect([second.body.data.length, second.body.page.has_more]).toEqual([1, false]);
    expect((await ask("GET", "/me/coupons?state=expired", { token })).body.data).toMatchObject([{ state: "expired" }]);
    expect((await ask("GET", "/me/coupons?state=strange", { token })).status).toBe(400);
    expect((await ask("GET", "/me/coupons")).status).toBe(401);
  });

  rule("in a quote: the best by itself, those named, or none; the reason stands beside the rest", async () => {
    const { token } = await person();
    const used = (await claim(token, await template())).body.id;
    const high = (await claim(token, await template({ name: "满 99 减 20", amountFen: 2000, thresholdFen: 9900 }))).body
      .id;
    const best = await quote(token);
    expect(best.body).toMatchObject({ coupon_fen: 500, payable_fen: 3460 });
    expect(best.body.orders[0]).toMatchObject({
      goods_fen: 3960,
      coupon_fen: 500,
      payable_fen: 3460,
      lines: [{ coupon_fen: 500 }],
    });
    expect(best.body.coupons).toMatchObject([
      { id: used, amount_fen: 500, code: null },
      { id: high, amount_fen: 0, code: "coupon_threshold", detail: "优惠券「满 99 减 20」还差 ¥59.40 可用。" },
    ]);
    expect((await quote(token, { coupon_ids: [] })).body).toMatchObject({
      coupon_fen: 0,
      payable_fen: 3960,
      coupons: [],
    });
    expect((await quote(token, { coupon_ids: [high] })).body).toMatchObject({ coupon_fen: 0, coupons: [{ id: high }] });
    const other = await person();
    expect((await quote(other.token, { coupon_ids: [used] })).body).toMatchObject({ coupon_fen: 0, coupons: [] });
  });
});

describe("limits", () => {
  rule("are told in words where the item is looked at, and by the quote", async () => {
    await prisma.offer.update({ where: { id: offerId }, data: { limits: { perDay: 2 } } });
    const { id, token } = await person();
    await prisma.limitCount.create({ data: { key: `d:${skuId}:${testDay}`, subject: id, quantity: 2 } });
    const said = await ask("GET", `/products/availability?pickup_point_id=${town.pointId}&ids=${skuId}`, { token });
    expect(said.body.data[0].limits).toEqual([
      { kind: "day", max: 2, bought: 2, detail: "每天限购 2 件，今天已买 2 件" },
    ]);
    const en = await ask("GET", `/products/availability?pickup_point_id=${town.pointId}&ids=${skuId}`, {
      token,
      headers: { "accept-language": "en" },
    });
    expect(en.body.data[0].limits[0].detail).toBe("2 of 2 bought today");
    const visitor = await ask("GET", `/products/availability?pickup_point_id=${town.pointId}&ids=${skuId}`);
    expect(visitor.body.data[0].limits[0]).toMatchObject({ max: 2, bought: 0 });
    expect((await quote(token)).body.problems).toMatchObject([
      { code: "limit_reached", limit: 2, detail: "「奶油草莓」每人每天限购 2 件，您已买 2 件。" },
    ]);
  });

  rule(
    "by household ask for the door first, count the people behind it together, and it stays for a while",
    async () => {
      await prisma.offer.update({ where: { id: offerId }, data: { limits: { household: 2 } } });
      const [a, b] = [await person(), await person()];
      expect((await quote(a.token)).body.problems[0].code).toBe("household_needed");
      const door = (token: string, text: string) => ask("PUT", "/me/household", { token, body: { door: text } });
      expect((await door(a.token, "3 幢 501")).body.code).toBe("household_point");
      for (const { token } of [a, b])
        await ask("PUT", "/me/pickup-point", { token, body: { pickup_point_id: town.pointId } });
      expect((await door(a.token, "3 幢 501 室")).body).toMatchObject({ has_household: true });
      expect((await door(b.token, "3-501")).status).toBe(200);
      const placed = await ask("POST", "/orders", {
        token: a.token,
        body: { quote_token: (await quote(a.token)).body.orders[0].quote_token, contact_name: "许" },
        headers: { "idempotency-key": "household-order" },
      });
      expect(placed.status).toBe(201);
      expect((await quote(b.token)).body.problems).toMatchObject([{ code: "limit_reached", limit: 2 }]);
      const moved = await door(b.token, "4 幢 101");
      expect([moved.status, moved.body.code]).toEqual([409, "household_kept"]);
      const stored = await prisma.resident.findUniqueOrThrow({ where: { id: a.id } });
      expect(stored.householdKey).not.toContain("501");
    },
  );
});
