import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { arriveDelivery, loadDeliveries } from "#lib/fulfilment/commands/delivery";
import { systemActor } from "#lib/identity/schema";
import { addDays, atClock, later, minute } from "#lib/kernel/time";
import { applyTransfer } from "#lib/payments/steps";
import { underClock } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { approveBatch, executeBatch, makeBatch } from "#lib/settlement/commands/batches";
import { moveFunds, payInCapital } from "#lib/settlement/commands/funds";
import { releaseDue } from "#lib/settlement/commands/release";
import { ask, leaderToken, tokenOf } from "#lib/testing/api";
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
import { closeSession, goodsIn, order, pay, tell } from "#lib/testing/trade";

let at = testMorning;
const inDay = <T>(work: () => Promise<T>) => underClock(() => at, work);
const rule = (title: string, work: () => Promise<void>) => it(title, () => inDay(work));
const nextDay = addDays(testDay, 1);

let town: Town;
let sessionId: string;
let leader: string;
let stranger: string;
const buyers: { id: string; token: string; orderId: string; code: string }[] = [];
let deliveryId: string;
let keys = 0;
const key = () => `leader-key-${++keys}`;

async function photo(token: string, purpose: string) {
  const bytes = await sharp({ create: { width: 40, height: 30, channels: 3, background: "#c33" } })
    .jpeg()
    .toBuffer();
  const form = new FormData();
  form.set("purpose", purpose);
  form.set("file", new File([new Uint8Array(bytes)], "坏果.jpg", { type: "image/jpeg" }));
  return ask("POST", "/files", { token, body: form });
}

beforeAll(() =>
  inDay(async () => {
    town = await makeTown();
    sessionId = await makeSession(town);
    const skuId = await makeSku({ supplierId: await makeSupplier(), name: "奶油草莓" });
    await makeOffer(town, { sessionId, skuId, priceFen: 2000, supplyFen: 1200 });
    for (let i = 0; i < 3; i++, at = later(at, minute)) {
      const id = await makeResident();
      const [orderId = ""] = await order(id, town.pointId, [{ skuId, quantity: 2 }]);
      await pay(orderId);
      const { code } = await prisma.pickupCode.findFirstOrThrow({ where: { residentId: id } });
      buyers.push({ id, token: await tokenOf(id), orderId, code });
    }
    await closeSession(sessionId);
    at = atClock(nextDay, "05:00");
    await goodsIn(sessionId);
    const { id } = await prisma.delivery.findFirstOrThrow({ where: { saleSessionId: sessionId } });
    deliveryId = id;
    await loadDeliveries(systemActor("test"), { id: [id] });
    at = atClock(nextDay, "14:00");
    leader = await leaderToken(town.leaderId);
    stranger = await leaderToken((await makeTown()).leaderId);
    for (const b of buyers) b.token = await tokenOf(b.id);
  }),
);

describe("a leader", () => {
  rule("is told 403 not_leader as long as she is only a resident", async () => {
    for (const path of ["/leader/dashboard", "/leader/deliveries", "/leader/earnings/summary", "/leader/withdrawals"]) {
      const said = await ask("GET", path, { token: buyers[0]?.token ?? "" });
      expect([said.status, said.body.code]).toEqual([403, "not_leader"]);
    }
  });

  rule("reads the terms, applies once with a phone number and sees how it stands", async () => {
    const program = await ask("GET", "/leader/program", { headers: { "accept-language": "en" } });
    expect(program.body).toMatchObject({ currency: "CNY", freeze_days: 7, withdrawal_min_fen: 100 });
    const token = buyers[0]?.token ?? "";
    expect((await ask("GET", "/leader/applications/current", { token })).status).toBe(404);
    const body = {
      name: "王秀兰",
      phone: "13812345678",
      city_id: town.cityId,
      district: "城东",
      point_name: "新小区",
      address: "和平路 2 号",
      lat: 39.91,
      lng: 116.41,
    };
    expect(
      (await ask("POST", "/leader/applications", { token, key: key(), body: { ...body, phone: "12" } })).body.errors,
    ).toMatchObject([{ pointer: "/phone", code: "phone" }]);
    const k = key();
    const made = await ask("POST", "/leader/applications", { token, key: k, body });
    expect(made.body).toMatchObject({ state: "submitted", decision: null });
    expect((await ask("POST", "/leader/applications", { token, key: k, body })).text).toBe(made.text);
    expect((await ask("POST", "/leader/applications", { token, key: key(), body })).body.code).toBe("application_open");
    expect((await ask("GET", "/leader/applications/current", { token })).body.id).toBe(made.body.id);
  });

  rule("cannot hand out what has not arrived and been signed for", async () => {
    const said = await ask("POST", "/leader/pickups", {
      token: leader,
      key: key(),
      body: { pickup_point_id: town.pointId, code: buyers[0]?.code },
    });
    expect([said.status, said.body.code]).toEqual([409, "not_signed_yet"]);
    await arriveDelivery(systemActor("test"), { id: deliveryId });
  });

  rule("sees today: what to receive, whom to expect", async () => {
    const { body } = await ask("GET", "/leader/dashboard", { token: leader });
    expect(body).toMatchObject({
      day: nextDay,
      points: [{ id: town.pointId }],
      to_receive: [{ id: deliveryId, state: "arrived", pieces: 6 }],
      pickup: { residents: 3, pieces: 6 },
    });
    expect((await ask("GET", "/leader/deliveries?state=arrived", { token: leader })).body.data).toMatchObject([
      { id: deliveryId },
    ]);
    expect((await ask("GET", `/leader/deliveries/${deliveryId}`, { token: stranger })).status).toBe(404);
  });

  rule("signs by line; damage takes a photo of her own, and the last to pay is refunded", async () => {
    const { body: delivery } = await ask("GET", `/leader/deliveries/${deliveryId}`, { token: leader });
    const line = delivery.lines[0];
    const sign = (k: string, more: object) =>
      ask("POST", `/leader/deliveries/${deliveryId}/receipts`, {
        token: leader,
        key: k,
        body: { lines: [{ line_id: line.id, damaged: 1, ...more }] },
      });
    expect((await sign(key(), {})).body.code).toBe("photo_required");
    const foreign = await photo(buyers[0]?.token ?? "", "after_sale_photo");
    expect((await sign(key(), { file_id: foreign.body.id })).body.code).toBe("file_missing");
    const own = await photo(leader, "delivery_photo");
    expect(own.status).toBe(201);
    expect(own.body).toMatchObject({ mime: "image/webp" });
    const k = key();
    const [first, twin] = await Promise.all([sign(k, { file_id: own.body.id }), sign(k, { file_id: own.body.id })]);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ state: "signed", lines: [{ signed: 5, damaged: 1 }] });
    expect(twin.text).toBe(first.text);
    expect((await sign(k, { file_id: own.body.id, damaged: 2 })).body.code).toBe("idempotency_mismatch");
    await tell();
    const last = await ask("GET", `/orders/${buyers[2]?.orderId}`, { token: buyers[2]?.token ?? "" });
    expect(last.body).toMatchObject({ refunded_fen: 2000, lines: [{ short: 1, delivered: 1 }] });
  });

  rule("finds a resident by code, phone tail or name, and hands over exactly once", async () => {
    const [buyer] = buyers;
    const look = (q: string, token = leader) => ask("POST", "/leader/pickups/lookup", { token, body: { q } });
    const { body } = await look(buyer?.code ?? "");
    expect(body.found).toMatchObject([{ resident_id: buyer?.id, pieces: 2, name: "许*" }]);
    expect((await look(body.found[0].phone_tail)).body.found).toHaveLength(1);
    expect((await look(buyer?.code ?? "", stranger)).body.found).toEqual([]);
    const hand = (k: string) =>
      ask("POST", "/leader/pickups", {
        token: leader,
        key: k,
        body: { pickup_point_id: town.pointId, code: buyer?.code },
      });
    const tries = await Promise.all(Array.from({ length: 20 }, () => hand(key())));
    expect(tries.filter((t) => t.status === 201)).toHaveLength(1);
    expect(new Set(tries.filter((t) => t.status !== 201).map((t) => t.body.code))).toEqual(new Set(["already_picked"]));
    expect((await look(buyer?.code ?? "")).body).toMatchObject({ found: [], collected_at: expect.any(String) });
    expect((await ask("GET", "/leader/pickups", { token: leader })).body.data).toMatchObject([
      { pieces: 2, method: "code" },
    ]);
  });

  rule("gets the same answer to the same key, and 404 for a code nobody has", async () => {
    const k = key();
    const body = { pickup_point_id: town.pointId, resident_id: buyers[1]?.id, method: "name" };
    const [a, b] = await Promise.all([1, 2].map(() => ask("POST", "/leader/pickups", { token: leader, key: k, body })));
    expect(a?.status).toBe(201);
    expect(b?.text).toBe(a?.text);
    expect(
      (
        await ask("POST", "/leader/pickups", {
          token: leader,
          key: key(),
          body: { pickup_point_id: town.pointId, code: "000000" },
        })
      ).body.code,
    ).toBe("code_unknown");
    expect((await ask("POST", "/leader/pickups", { token: stranger, key: key(), body })).status).toBe(404);
  });
});

describe("after-sales", () => {
  rule("tell what may be asked back, line by line", async () => {
    const { body } = await ask("GET", `/orders/${buyers[0]?.orderId}/refund-options`, {
      token: buyers[0]?.token ?? "",
    });
    expect(body.lines).toMatchObject([
      {
        max_quantity: 2,
        max_fen: 4000,
        blocked: null,
        automatic_up_to_fen: 2000,
        reasons: expect.arrayContaining([{ reason: "quality", needs_photo: true, needs_description: false }]),
      },
    ]);
    expect(body.lines[0].reasons.map((r: { reason: string }) => r.reason)).not.toContain("no_reason");
  });

  rule("grant a small case with its photo at once, and show it", async () => {
    const token = buyers[0]?.token ?? "";
    const lineId = (await ask("GET", `/orders/${buyers[0]?.orderId}`, { token })).body.lines[0].id;
    const request = (more: object, k = key()) =>
      ask("POST", "/refunds", {
        token,
        key: k,
        body: { order_line_id: lineId, quantity: 1, reason: "quality", description: "烂了", ...more },
      });
    expect((await request({})).body.code).toBe("photo_required");
    expect((await request({ reason: "no_reason" })).body.code).toBe("no_reason_fresh");
    expect((await request({ quantity: 9, reason: "missing" })).body.code).toBe("quantity_exceeded");
    const { body: file } = await photo(token, "after_sale_photo");
    const k = key();
    const made = await request({ file_ids: [file.id] }, k);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      state: "refunding",
      is_automatic: true,
      approved_fen: 2000,
      photos: [{ id: file.id }],
    });
    expect((await request({ file_ids: [file.id] }, k)).text).toBe(made.text);
    expect((await ask("GET", "/refunds", { token })).body.data).toMatchObject([
      { id: made.body.id, reason: "quality" },
    ]);
    expect((await ask("GET", `/refunds/${made.body.id}`, { token: buyers[1]?.token ?? "" })).status).toBe(404);
    const shown = await ask("GET", `/files/${file.id}`, { token });
    expect([shown.status, shown.headers.get("content-type")]).toEqual([200, "image/webp"]);
    expect((await ask("GET", `/files/${file.id}`)).status).toBe(404);
    expect((await ask("GET", `/files/${file.id}`, { token: buyers[1]?.token ?? "" })).status).toBe(404);
    expect((await ask("GET", `/files/${file.id}`, { token: leader })).status).toBe(200);
  });

  rule("refuse a file that is not a picture, whatever it is called", async () => {
    const form = new FormData();
    form.set("purpose", "after_sale_photo");
    form.set("file", new File(["<script>"], "photo.jpg", { type: "image/jpeg" }));
    expect((await ask("POST", "/files", { token: buyers[0]?.token ?? "", body: form })).status).toBe(415);
    expect((await photo(buyers[0]?.token ?? "", "delivery_photo")).body.code).toBe("not_leader");
  });
});

describe("a leader's money", () => {
  rule("is explained line by line and adds up", async () => {
    at = atClock(addDays(nextDay, 1), "01:00");
    leader = await signInAgain();
    const { body } = await ask("GET", "/leader/earnings", { token: leader });
    expect(body.data.map((e: { state: string }) => e.state).sort()).toEqual(["estimated", "frozen", "frozen"].sort());
    const summary = await ask("GET", "/leader/earnings/summary", { token: leader });
    const frozen = body.data
      .filter((e: { state: string }) => e.state === "frozen")
      .reduce((n: number, e: { net_fen: number }) => n + e.net_fen, 0);
    expect(summary.body).toMatchObject({
      frozen_fen: frozen,
      available_fen: 0,
      blocked: "withdrawal_too_small",
      days: expect.any(Array),
    });
    expect((await ask("GET", "/leader/earnings?state=frozen&limit=1", { token: leader })).body.page.has_more).toBe(
      true,
    );
  });

  rule("is withdrawn once it is released, confirmed inside WeChat", async () => {
    at = atClock(addDays(nextDay, 9), "10:00");
    leader = await signInAgain();
    await releaseDue(systemActor("test"));
    const { body: summary } = await ask("GET", "/leader/earnings/summary", { token: leader });
    expect(summary.available_fen).toBeGreaterThan(100);
    const draw = (amount_fen: number, k = key()) =>
      ask("POST", "/leader/withdrawals", { token: leader, key: k, body: { amount_fen } });
    expect((await draw(99)).body.code).toBe("withdrawal_too_small");
    expect((await draw(summary.available_fen + 1)).body.code).toBe("balance_too_low");
    const k = key();
    const twins = await Promise.all(Array.from({ length: 6 }, () => draw(summary.available_fen, k)));
    expect(new Set(twins.map((t) => t.text)).size).toBe(1);
    const made = twins[0];
    expect([made?.status, made?.body.state, made?.body.confirmation]).toEqual([201, "requested", null]);
    expect((await draw(100)).body.code).toBe("withdrawal_open");
    const id = made?.body.id;
    await payInCapital(operator("finance"), { amountFen: 1_000_000, reason: "开业注资" });
    await moveFunds(operator("finance"), { from: "bank", to: "channelOperation", amountFen: 500_000, reason: "充值" });
    const batch = await makeBatch(operator("finance"), { ids: [id] });
    const checker = operator("finance");
    await approveBatch(checker, {
      id: batch.id,
      hash: (await prisma.payoutBatch.findUniqueOrThrow({ where: { id: batch.id } })).hash,
    });
    await executeBatch(checker, { id: batch.id });
    const { outBillNo } = await prisma.withdrawal.findUniqueOrThrow({ where: { id } });
    await transact((tx) =>
      applyTransfer(tx, {
        outBillNo,
        transferBillNo: `T${outBillNo}`,
        state: "waitUserConfirm",
        failReason: null,
        packageInfo: "package==",
        at: later(at, minute),
      }),
    );
    await tell();
    const waiting = await ask("GET", `/leader/withdrawals/${id}`, { token: leader });
    expect(waiting.body).toMatchObject({
      state: "wait_user_confirm",
      confirmation: { mch_id: "1900000001", package_info: "package==" },
    });
    expect((await ask("GET", `/leader/withdrawals/${id}`, { token: stranger })).status).toBe(401);
    expect((await ask("GET", "/leader/withdrawals", { token: leader })).body.data).toMatchObject([
      { id, amount_fen: summary.available_fen },
    ]);
  });
});

/** A token lasts two hours: later in the story she signs in again. */
const signInAgain = async () =>
  tokenOf((await prisma.leader.findUniqueOrThrow({ where: { id: town.leaderId } })).residentId ?? "");
