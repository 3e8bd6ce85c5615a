import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Aes, Formatter, Rsa, Wechatpay } from "wechatpay-axios-plugin";
import { fen } from "#lib/kernel/money";
import { dayOf } from "#lib/kernel/time";
import { ensureKeys } from "../simulator/keys.mjs";
import { startSimulator } from "../simulator/serve";
import { createWechat, type Notice, type Wechat } from "./wechat";

type Mail = { headers: IncomingHttpHeaders; body: string; path: string };
type Env = ReturnType<typeof ensureKeys>["app"];

let dir: string;
let channel: Awaited<ReturnType<typeof startSimulator>>;
let env: Env;
let shop: Wechat;
let mailbox: Server;
let mail: Mail[] = [];
/** What our endpoint answers: by verifying, as it must, unless a test says otherwise. */
let answering: ((letter: Mail) => number) | null = null;
let offsetMs = 0;
let serial = 0;

const minute = 60_000;
const hour = 60 * minute;
const now = () => new Date(Date.now() + offsetMs);
const read = (letter: Mail): Notice => shop.parseNotice(letter.headers, letter.body);

function client(over: Partial<Parameters<typeof createWechat>[0]> = {}): Wechat {
  return createWechat({
    payBaseUrl: env.WECHAT_PAY_BASE_URL,
    apiBaseUrl: env.WECHAT_API_BASE_URL,
    mchid: env.WECHAT_PAY_MCHID,
    appid: env.WECHAT_APPID,
    appSecret: env.WECHAT_APP_SECRET,
    serial: env.WECHAT_PAY_SERIAL,
    privateKeyPem: env.WECHAT_PAY_PRIVATE_KEY,
    apiV3Key: env.WECHAT_PAY_APIV3_KEY,
    verifiers: JSON.parse(env.WECHAT_PAY_VERIFIERS),
    notifyBaseUrl: env.WECHAT_NOTIFY_BASE_URL,
    now,
    timeoutMs: 400,
    ...over,
  });
}

async function control<T = Record<string, unknown>>(path: string, body?: object, method = body ? "POST" : "GET") {
  const answer = await fetch(`${env.WECHAT_PAY_BASE_URL}/_control${path}`, {
    method,
    ...(body ? { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, said: (await answer.json()) as T };
}

async function travel(ms: number) {
  offsetMs += ms;
  await control("/clock", { offset_ms: offsetMs });
}

async function until<T>(look: () => T | null | undefined | false, patience = 3_000): Promise<T> {
  const end = Date.now() + patience;
  for (;;) {
    const seen = look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error("waited in vain");
    await new Promise((done) => setTimeout(done, 15));
  }
}

const fresh = (prefix = "ord") => `${prefix}${Date.now().toString(36)}${String(++serial).padStart(4, "0")}`;

const order = (over: Partial<Parameters<Wechat["jsapiOrder"]>[0]> = {}) => ({
  outTradeNo: fresh(),
  description: "邻团 · 明日自提 3 件",
  amountFen: fen(3_980),
  openid: "resident-1",
  expiresAt: new Date(now().getTime() + 15 * minute),
  notifyUrl: "/api/hooks/wechat/payments",
  ...over,
});

/** An order placed and paid, its notice left to the mailbox. */
async function paid(over: Partial<Parameters<Wechat["jsapiOrder"]>[0]> = {}, how: object = {}) {
  const made = order(over);
  await shop.jsapiOrder(made);
  await control("/pay", { out_trade_no: made.outTradeNo, ...how });
  return made;
}

const transferAsk = (over: Partial<Parameters<Wechat["transfer"]>[0]> = {}) => ({
  outBillNo: fresh("po"),
  openid: "leader-1",
  amountFen: fen(38_20),
  remark: "团长佣金",
  sceneId: "1005" as const,
  reportInfos: [
    { type: "岗位类型", content: "社区团长" },
    { type: "报酬说明", content: "11月佣金" },
  ],
  notifyUrl: "/api/hooks/wechat/transfers",
  ...over,
});

const noticesAbout = (number: string) =>
  mail.filter((letter) => {
    const said = read(letter);
    return said.kind === "ok" && JSON.stringify(said.resource).includes(number);
  });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "lintuan-channel-"));
  mailbox = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const letter = { headers: request.headers, body, path: request.url ?? "" };
    mail.push(letter);
    const status = answering ? answering(letter) : read(letter).kind === "ok" ? 204 : 401;
    response.writeHead(status).end();
  });
  await new Promise<void>((done) => mailbox.listen(0, "127.0.0.1", done));
  channel = await startSimulator({ dir, port: 0, settings: { probeEvery: 0, refundSettleSeconds: 0 } });
  env = ensureKeys(dir, {
    simulatorPort: channel.port,
    appBaseUrl: `http://127.0.0.1:${(mailbox.address() as AddressInfo).port}`,
  }).app;
  shop = client();
});

afterAll(async () => {
  await channel.stop();
  mailbox.closeAllConnections();
  await new Promise((done) => mailbox.close(done));
  await rm(dir, { recursive: true, force: true });
});

beforeEach(async () => {
  answering = null;
  mail = [];
  await control("/faults", undefined, "DELETE");
});

describe("paying", () => {
  test("an order is placed, signed for the phone, paid, and told once to the address it named", async () => {
    const made = order({ attach: "点位A" });
    const placed = await shop.jsapiOrder(made);
    if (placed.kind !== "ok") throw new Error(JSON.stringify(placed));
    const phone = shop.paySign(placed.prepayId);
    expect(phone).toMatchObject({ package: `prepay_id=${placed.prepayId}`, signType: "RSA" });

    const unpaid = await shop.queryByOutTradeNo(made.outTradeNo);
    expect(unpaid).toMatchObject({ kind: "ok", payment: { state: "NOTPAY", transactionId: null, paidAt: null } });

    const { said } = await control("/pay", { prepay_id: placed.prepayId });
    const [letter] = await until(() => noticesAbout(made.outTradeNo).length === 1 && noticesAbout(made.outTradeNo));
    const notice = read(letter as Mail);
    expect(letter?.path).toBe("/api/hooks/wechat/payments");
    expect(notice).toMatchObject({
      kind: "ok",
      eventType: "TRANSACTION.SUCCESS",
      originalType: "transaction",
      resource: {
        outTradeNo: made.outTradeNo,
        transactionId: said.transaction_id,
        state: "SUCCESS",
        amountFen: 3_980,
        openid: "resident-1",
        attach: "点位A",
      },
    });
    const found = await shop.queryByOutTradeNo(made.outTradeNo);
    if (found.kind !== "ok" || notice.kind !== "ok") throw new Error(JSON.stringify(found));
    expect(found.payment).toEqual(notice.resource);
    expect(Math.abs((found.payment.paidAt?.getTime() ?? 0) - now().getTime())).toBeLessThan(10_000);
  });

  test("the same order again gives the same prepay id, and a fresh one after two hours; other terms are refused", async () => {
    const made = order({ expiresAt: new Date(now().getTime() + 6 * hour) });
    const first = await shop.jsapiOrder(made);
    expect(await shop.jsapiOrder(made)).toMatchObject({ prepayId: (first as { prepayId: string }).prepayId });
    expect(await shop.jsapiOrder({ ...made, amountFen: fen(1) })).toMatchObject({
      kind: "refused",
      code: "INVALID_REQUEST",
      signed: true,
      requestId: expect.stringMatching(/-268498688$/),
    });
    await travel(2 * hour + minute);
    const later = await shop.jsapiOrder(made);
    expect(later).toMatchObject({ kind: "ok" });
    expect(later).not.toMatchObject({ prepayId: (first as { prepayId: string }).prepayId });
    expect((await control("/pay", { prepay_id: (first as { prepayId: string }).prepayId })).status).not.toBe(200);
  });

  test("a closed order cannot be paid, and a paid one cannot be closed", async () => {
    const made = order();
    await shop.jsapiOrder(made);
    expect(await shop.close(made.outTradeNo)).toMatchObject({ kind: "ok" });
    expect(await shop.close(made.outTradeNo)).toMatchObject({ kind: "ok" });
    expect(await control("/pay", { out_trade_no: made.outTradeNo })).toMatchObject({ status: 409 });
    expect(await shop.queryByOutTradeNo(made.outTradeNo)).toMatchObject({ payment: { state: "CLOSED" } });
    const other = await paid();
    expect(await shop.close(other.outTradeNo)).toMatchObject({ kind: "refused", code: "ORDERPAID" });
    expect(await shop.jsapiOrder(other)).toMatchObject({ kind: "refused", code: "ORDERPAID" });
  });

  test("expiry stops payment but closes nothing; a payment made in time may be told late", async () => {
    const made = order({ expiresAt: new Date(now().getTime() + 2 * minute) });
    await shop.jsapiOrder(made);
    const inTime = new Date(now().getTime() + minute).toISOString();
    await travel(3 * minute);
    expect(await control("/pay", { out_trade_no: made.outTradeNo })).toMatchObject({ said: { code: "ORDER_EXPIRED" } });
    expect(await shop.queryByOutTradeNo(made.outTradeNo)).toMatchObject({ payment: { state: "NOTPAY" } });
    expect((await control("/pay", { out_trade_no: made.outTradeNo, at: inTime })).status).toBe(200);
  });

  test("an unknown order is an answer, not a fault", async () => {
    expect(await shop.queryByOutTradeNo("nosuchorder")).toMatchObject({ kind: "refused", code: "ORDER_NOT_EXIST" });
    expect(await shop.queryRefund("nosuchrefund")).toMatchObject({ kind: "refused", code: "RESOURCE_NOT_EXISTS" });
    expect(await shop.queryTransfer("nosuchbill")).toMatchObject({ kind: "refused", code: "NOT_FOUND" });
  });
});

describe("answers nobody can rely on", () => {
  test.each([
    ["timeoutAfterCommit", "timeout"],
    ["resetAfterCommit", "network"],
    ["systemErrorAfterCommit", "code SYSTEM_ERROR"],
    ["unsigned", "unsigned"],
    ["badSignature", "forged"],
    ["truncated", "network"],
  ])("%s leaves the outcome unknown, the query tells the truth and the same call again is safe", async (kind, why) => {
    const bought = await paid({ openid: "resident-unknown" });
    const ask = {
      outRefundNo: fresh("rf"),
      outTradeNo: bought.outTradeNo,
      refundFen: fen(980),
      totalFen: bought.amountFen,
      reason: "缺货",
      notifyUrl: "/api/hooks/wechat/refunds",
    };
    await control("/faults", { kind, path: "/v3/refund", method: "POST" });
    expect(await shop.refund(ask)).toMatchObject({ kind: "unknown", why });
    const truth = await shop.queryRefund(ask.outRefundNo);
    if (truth.kind !== "ok") throw new Error(JSON.stringify(truth));
    expect(truth.refund.refundFen).toBe(980);
    const again = await shop.refund(ask);
    expect(again).toMatchObject({ kind: "ok", refund: { refundId: truth.refund.refundId } });
  });

  test.each([
    ["timeout", "timeout"],
    ["reset", "network"],
    ["systemError", "code SYSTEM_ERROR"],
    ["unknownCode", "code A_NEW_CODE"],
  ])("%s before anything happened is unknown as well: only the query knows that nothing did", async (kind, why) => {
    const made = order();
    await control("/faults", { kind, path: "/v3/pay" });
    expect(await shop.jsapiOrder(made)).toMatchObject({ kind: "unknown", why });
    expect(await shop.queryByOutTradeNo(made.outTradeNo)).toMatchObject({ kind: "refused", code: "ORDER_NOT_EXIST" });
  });

  test("a channel that cannot be reached is an unknown outcome", async () => {
    const away = client({ payBaseUrl: "http://127.0.0.1:9" });
    expect(await away.close("whatever")).toMatchObject({ kind: "unknown", why: "network" });
  });

  test("a key we do not hold, and a clock six minutes off, are not trusted either way", async () => {
    const [verifier] = JSON.parse(env.WECHAT_PAY_VERIFIERS);
    const stranger = client({ verifiers: [{ ...verifier, id: "PUB_KEY_ID_OTHER" }] });
    expect(await stranger.jsapiOrder(order())).toMatchObject({ kind: "unknown", why: "unknownSerial" });
    const late = client({ now: () => new Date(now().getTime() + 6 * minute) });
    expect(await late.jsapiOrder(order())).toMatchObject({ kind: "refused", code: "SIGN_ERROR" });
    const expired = client({
      verifiers: [
        { ...verifier, notAfter: new Date(0) },
        { ...verifier, id: "OTHER" },
      ],
    });
    expect(await expired.jsapiOrder(order())).toMatchObject({ kind: "unknown", why: "unknownSerial" });
    const forger = client({ serial: "0".repeat(40) });
    expect(await forger.jsapiOrder(order())).toMatchObject({ kind: "refused", code: "SIGN_ERROR" });
  });

  test("a merchant whose clock was moved ahead takes the channel along; one that lags is refused", async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), "lintuan-follow-"));
    const following = await startSimulator({ dir: elsewhere, port: 0, followClock: true });
    const base = `http://127.0.0.1:${following.port}`;
    const keys = ensureKeys(elsewhere, { simulatorPort: following.port, appBaseUrl: base }).app;
    const at = (ms: number) =>
      createWechat({
        payBaseUrl: base,
        apiBaseUrl: base,
        mchid: keys.WECHAT_PAY_MCHID,
        appid: keys.WECHAT_APPID,
        appSecret: keys.WECHAT_APP_SECRET,
        serial: keys.WECHAT_PAY_SERIAL,
        privateKeyPem: keys.WECHAT_PAY_PRIVATE_KEY,
        apiV3Key: keys.WECHAT_PAY_APIV3_KEY,
        verifiers: JSON.parse(keys.WECHAT_PAY_VERIFIERS),
        notifyBaseUrl: base,
        now: () => new Date(Date.now() + ms),
        timeoutMs: 400,
      });
    expect(await at(20 * hour).close("nosuchorder")).toMatchObject({ code: "ORDER_NOT_EXIST", signed: true });
    expect(await at(20 * hour).close("nosuchorder")).toMatchObject({ code: "ORDER_NOT_EXIST", signed: true });
    expect(await at(0).close("nosuchorder")).toMatchObject({ code: "SIGN_ERROR" });
    await following.stop();
    await rm(elsewhere, { recursive: true, force: true });
  });
});

describe("notices", () => {
  async function letterFor(over: Partial<Parameters<Wechat["jsapiOrder"]>[0]> = {}): Promise<Mail> {
    const bought = await paid(over);
    return (await until(() => noticesAbout(bought.outTradeNo)[0])) as Mail;
  }

  test("a forged, altered, stale, foreign, probing or undecryptable notice is refused", async () => {
    const letter = await letterFor();
    const { headers, body } = letter;
    const refused = (over: IncomingHttpHeaders, text = body, by = shop) =>
      by.parseNotice({ ...headers, ...over }, text);
    expect(read(letter)).toMatchObject({ kind: "ok" });
    for (const name of ["signature", "timestamp", "nonce", "serial"]) {
      expect(refused({ [`wechatpay-${name}`]: undefined }), name).toMatchObject({ kind: "refused", code: "unsigned" });
    }
    expect(refused({}, body.replace("支付成功", "支付失败"))).toMatchObject({ code: "forged" });
    expect(refused({}, `${body} `)).toMatchObject({ code: "forged" });
    expect(refused({ "wechatpay-nonce": "0".repeat(32) })).toMatchObject({ code: "forged" });
    expect(refused({ "wechatpay-signature": Buffer.alloc(256).toString("base64") })).toMatchObject({ code: "forged" });
    expect(refused({ "wechatpay-serial": "PUB_KEY_ID_OTHER" })).toMatchObject({ code: "unknownSerial" });
    const probing = `WECHATPAY/SIGNTEST/${headers["wechatpay-signature"]}`;
    expect(refused({ "wechatpay-signature": probing })).toMatchObject({ code: "probe" });
    const inSixMinutes = client({ now: () => new Date(now().getTime() + 6 * minute) });
    expect(refused({}, body, inSixMinutes)).toMatchObject({ code: "stale" });
    const sixMinutesAgo = client({ now: () => new Date(now().getTime() - 6 * minute) });
    expect(refused({}, body, sixMinutesAgo)).toMatchObject({ code: "stale" });
    expect(refused({}, body, client({ apiV3Key: "f".repeat(32) }))).toMatchObject({ code: "undecryptable" });
    expect(refused({}, body, client({ mchid: "1900000000" }))).toMatchObject({ code: "foreign" });
  });

  test("the channel's probes with a wrong signature get no, and the true notice arrives all the same", async () => {
    await control("/faults", { kind: "probe" });
    const before = (await control<{ probes: Record<string, number> }>("/books?summary")).said.probes;
    await letterFor();
    expect(mail.map((letter) => read(letter).kind)).toEqual(["refused", "ok"]);
    const { said } = await control<{ probes: Record<string, number> }>("/books?summary");
    expect(said.probes).toMatchObject({ rejected: (before.rejected ?? 0) + 1, accepted: 0 });
  });

  test("altered and stale ones in transit are refused, and told again up the ladder", async () => {
    for (const kind of ["alterNotice", "staleNotice"]) {
      mail = [];
      await control("/faults", { kind });
      const bought = await paid();
      await until(() => mail.length === 1);
      expect(read(mail[0] as Mail)).toMatchObject({ code: kind === "alterNotice" ? "forged" : "stale" });
      await new Promise((done) => setTimeout(done, 150));
      expect(mail).toHaveLength(1);
      await travel(16_000);
      await until(() => noticesAbout(bought.outTradeNo)[0]);
    }
  });

  test("a notice the app does not acknowledge comes fifteen times more in a day, then never", async () => {
    answering = () => 500;
    await paid();
    const ladder = [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600];
    for (const [index, seconds] of ladder.entries()) {
      await until(() => mail.length === index + 1);
      await new Promise((done) => setTimeout(done, 10));
      await travel(seconds * 1000 + 500);
    }
    await until(() => mail.length === 16);
    await new Promise((done) => setTimeout(done, 50));
    await travel(48 * hour);
    await new Promise((done) => setTimeout(done, 150));
    expect(mail).toHaveLength(16);
    expect(new Set(mail.map((letter) => (read(letter) as { id: string }).id)).size).toBeLessThanOrEqual(1);
  });

  test("a doubled notice carries the same id; a lost one never comes, and the query has the payment", async () => {
    const twice = await paid({}, { double_notice: true });
    await until(() => noticesAbout(twice.outTradeNo).length === 2);
    expect(new Set(noticesAbout(twice.outTradeNo).map((letter) => (read(letter) as { id: string }).id)).size).toBe(1);
    const lost = await paid({}, { lose_notice: true });
    await new Promise((done) => setTimeout(done, 150));
    expect(noticesAbout(lost.outTradeNo)).toHaveLength(0);
    expect(await shop.queryByOutTradeNo(lost.outTradeNo)).toMatchObject({ payment: { state: "SUCCESS" } });
  });
});

describe("refunds", () => {
  const asking = (bought: { outTradeNo: string; amountFen: number }, refundFen: number, outRefundNo = fresh("rf")) => ({
    outRefundNo,
    outTradeNo: bought.outTradeNo,
    refundFen: fen(refundFen),
    totalFen: fen(bought.amountFen),
    reason: "少货",
    notifyUrl: "/api/hooks/wechat/refunds",
  });

  test("a refund number refunds once; the end is told and can be asked", async () => {
    const bought = await paid();
    const ask = asking(bought, 1_000);
    const first = await shop.refund(ask);
    expect(first).toMatchObject({ kind: "ok", refund: { state: "PROCESSING", refundFen: 1_000, totalFen: 3_980 } });
    const [letter] = await until(() => noticesAbout(ask.outRefundNo).length > 0 && noticesAbout(ask.outRefundNo));
    expect(read(letter as Mail)).toMatchObject({
      eventType: "REFUND.SUCCESS",
      originalType: "refund",
      resource: { state: "SUCCESS" },
    });
    const again = await shop.refund(ask);
    expect(again).toMatchObject({ kind: "ok", refund: { state: "SUCCESS", succeededAt: expect.any(Date) } });
    expect(await shop.queryByOutTradeNo(bought.outTradeNo)).toMatchObject({ payment: { state: "REFUND" } });
    expect(await shop.refund({ ...ask, refundFen: fen(999) })).toMatchObject({ code: "INVALID_REQUEST" });
    const books = (await control<{ payments: { out_trade_no: string; refunded_fen: number }[] }>("/books")).said;
    expect(books.payments.find((one) => one.out_trade_no === bought.outTradeNo)?.refunded_fen).toBe(1_000);
  });

  test("no more than was paid, a minute apart, and only what was paid for", async () => {
    const bought = await paid();
    expect(await shop.refund(asking(bought, 3_981))).toMatchObject({ code: "INVALID_REQUEST" });
    expect(await shop.refund(asking(bought, 1_000))).toMatchObject({ kind: "ok" });
    const second = asking(bought, 2_980);
    expect(await shop.refund(second)).toMatchObject({ kind: "refused", code: "FREQUENCY_LIMITED" });
    await travel(61_000);
    expect(await shop.refund(asking(bought, 2_981))).toMatchObject({ code: "INVALID_REQUEST" });
    expect(await shop.refund(second)).toMatchObject({ kind: "ok" });
    const unpaid = order();
    await shop.jsapiOrder(unpaid);
    expect(await shop.refund(asking(unpaid, 1))).toMatchObject({ code: "INVALID_REQUEST" });
    await travel(2_000);
  });

  test("a short account refuses and the same number works after a top-up; stuck and closed refunds are told", async () => {
    // more than six wrong calls a second close the channel's ears
    await new Promise((done) => setTimeout(done, 1_000));
    const bought = await paid();
    const ask = asking(bought, 100);
    await control("/faults", { kind: "notEnough" });
    expect(await shop.refund(ask)).toMatchObject({ kind: "refused", code: "NOT_ENOUGH" });
    await control("/faults", { kind: "refundAbnormal" });
    expect(await shop.refund(ask)).toMatchObject({ kind: "ok" });
    await until(() => noticesAbout(ask.outRefundNo)[0]);
    expect(await shop.queryRefund(ask.outRefundNo)).toMatchObject({ refund: { state: "ABNORMAL" } });
    const other = asking(await paid(), 3_980);
    await control("/faults", { kind: "refundClosed" });
    await shop.refund(other);
    await until(() => noticesAbout(other.outRefundNo)[0]);
    expect(await shop.queryRefund(other.outRefundNo)).toMatchObject({ refund: { state: "CLOSED" } });
    await travel(61_000);
    expect(await shop.refund({ ...other, outRefundNo: fresh("rf") })).toMatchObject({ kind: "ok" });
  });
});

describe("transfers", () => {
  test("a transfer waits for the leader's finger, and only then is paid", async () => {
    const ask = transferAsk({ userName: "陈桂兰" });
    const made = await shop.transfer(ask);
    expect(made).toMatchObject({
      transfer: { state: "WAIT_USER_CONFIRM", amountFen: 3_820, packageInfo: expect.any(String) },
    });
    expect(await shop.transfer(ask)).toMatchObject({ kind: "ok", transfer: { state: "WAIT_USER_CONFIRM" } });
    expect(await shop.transfer({ ...ask, amountFen: fen(3_821) })).toMatchObject({
      kind: "refused",
      code: "ALREADY_EXISTS",
    });
    await control("/transfers/confirm", { out_bill_no: ask.outBillNo });
    const [letter] = await until(() => noticesAbout(ask.outBillNo).length > 0 && noticesAbout(ask.outBillNo));
    expect(read(letter as Mail)).toMatchObject({
      eventType: "MCHTRANSFER.BILL.FINISHED",
      originalType: "mch_payment",
      resource: { state: "SUCCESS", amountFen: 3_820, openid: "leader-1" },
    });
    expect(await shop.queryTransfer(ask.outBillNo)).toMatchObject({ transfer: { state: "SUCCESS" } });
    expect(await shop.cancelTransfer(ask.outBillNo)).toMatchObject({ kind: "refused", code: "INVALID_REQUEST" });
  });

  test("unconfirmed for a day it fails and the money is back", async () => {
    const account = async () =>
      (await control<{ accounts: { operation_fen: number } }>("/books?summary")).said.accounts;
    const before = await account();
    const ask = transferAsk();
    await shop.transfer(ask);
    expect((await account()).operation_fen).toBe(before.operation_fen - 3_820);
    await travel(24 * hour + minute);
    await until(() => noticesAbout(ask.outBillNo)[0]);
    expect(await shop.queryTransfer(ask.outBillNo)).toMatchObject({
      transfer: { state: "FAIL", failReason: "OVERDUE_CLOSE" },
    });
    expect(await account()).toEqual(before);
  });

  test("a cancelled one ends later; a refused payee ends at once; a short account keeps it in processing", async () => {
    const ask = transferAsk();
    await shop.transfer(ask);
    expect(await shop.cancelTransfer(ask.outBillNo)).toMatchObject({ kind: "ok", state: "CANCELING" });
    await travel(2_000);
    await until(() => noticesAbout(ask.outBillNo)[0]);
    expect(await shop.queryTransfer(ask.outBillNo)).toMatchObject({ transfer: { state: "CANCELLED" } });

    const bad = transferAsk();
    await shop.transfer(bad);
    await control("/transfers/fail", { out_bill_no: bad.outBillNo });
    expect(await shop.queryTransfer(bad.outBillNo)).toMatchObject({ transfer: { state: "FAIL" } });

    const { operation_fen } = (await control<{ accounts: { operation_fen: number } }>("/books?summary")).said.accounts;
    await control("/accounts", { account: "operation", amount_fen: -operation_fen });
    const short = transferAsk();
    expect(await shop.transfer(short)).toMatchObject({ transfer: { state: "PROCESSING", packageInfo: null } });
    await control("/accounts", { account: "operation", amount_fen: operation_fen });
    expect(await shop.queryTransfer(short.outBillNo)).toMatchObject({ transfer: { state: "WAIT_USER_CONFIRM" } });
  });

  test("the scene's report must be complete, and from ¥2,000 the name too", async () => {
    const incomplete = transferAsk({ reportInfos: [{ type: "岗位类型", content: "团长" }] });
    expect(await shop.transfer(incomplete)).toMatchObject({ kind: "refused", code: "PARAM_ERROR" });
    const large = transferAsk({ amountFen: fen(2_000_00) });
    expect(await shop.transfer(large)).toMatchObject({ kind: "refused", code: "PARAM_ERROR" });
    expect(await shop.transfer({ ...large, userName: "陈桂兰" })).toMatchObject({ kind: "ok" });
  });

  test("a timeout after the transfer was made is settled by asking under the same number", async () => {
    const ask = transferAsk();
    await control("/faults", { kind: "timeoutAfterCommit", path: "/v3/fund-app" });
    expect(await shop.transfer(ask)).toMatchObject({ kind: "unknown", why: "timeout" });
    expect(await shop.queryTransfer(ask.outBillNo)).toMatchObject({ transfer: { state: "WAIT_USER_CONFIRM" } });
    const again = await shop.transfer(ask);
    expect(again).toMatchObject({ transfer: { packageInfo: expect.any(String) } });
  });
});

describe("the mini program", () => {
  test("a login code is one person and works once; a script may name the person it plays", async () => {
    expect(await shop.code2session("sim:resident-7")).toMatchObject({ kind: "ok", openid: "resident-7" });
    expect(await shop.code2session("sim:resident-7")).toMatchObject({ kind: "ok", openid: "resident-7" });
    const code = fresh("code");
    expect(await shop.code2session(code)).toMatchObject({ kind: "ok", openid: expect.stringMatching(/^o.{27}$/) });
    expect(await shop.code2session(code)).toMatchObject({ kind: "refused", code: "40163" });
    expect(await client({ appSecret: "wrong" }).code2session("x")).toMatchObject({ kind: "refused", code: "40125" });
  });

  test("a phone number comes by a fresh token, also when the old one has lapsed", async () => {
    expect(await shop.phoneNumber("sim:13800138000")).toMatchObject({ phone: "13800138000", countryCode: "86" });
    await travel(3 * hour);
    expect(await shop.phoneNumber(fresh("phone"))).toMatchObject({ phone: expect.stringMatching(/^199\d{8}$/) });
  });

  test("shipping is reported for a paid order, corrected once, and settles the money after two days", async () => {
    const bought = await paid({ openid: "resident-ship" });
    const found = await shop.queryByOutTradeNo(bought.outTradeNo);
    if (found.kind !== "ok") throw new Error(JSON.stringify(found));
    const report = (at: Date) =>
      shop.uploadShipping({
        transactionId: found.payment.transactionId ?? "",
        openid: "resident-ship",
        itemDesc: "明日自提".repeat(40),
        at,
      });
    const unsettled = async () =>
      (await control<{ accounts: { unsettled_fen: number } }>("/books?summary")).said.accounts.unsettled_fen;
    const before = await unsettled();
    expect(await report(now())).toMatchObject({ kind: "ok" });
    expect(await report(new Date(now().getTime() - minute))).toMatchObject({ kind: "refused", code: "268485216" });
    expect(await report(new Date(now().getTime() + minute))).toMatchObject({ kind: "ok" });
    expect(await report(new Date(now().getTime() + 2 * minute))).toMatchObject({ kind: "refused", code: "10060003" });
    expect(await unsettled()).toBe(before);
    await travel(49 * hour);
    expect(await unsettled()).toBe(before - bought.amountFen);
    expect(await shop.uploadShipping({ transactionId: "4200", openid: "x", itemDesc: "x", at: now() })).toMatchObject({
      kind: "refused",
      code: "10060001",
    });
  });

  test("presale is reported only for goods that ship fifteen to 330 days after payment", async () => {
    const bought = await paid();
    const token = await fetch(`${env.WECHAT_API_BASE_URL}/cgi-bin/stable_token`, {
      method: "POST",
      body: JSON.stringify({ grant_type: "client_credential", appid: env.WECHAT_APPID, secret: env.WECHAT_APP_SECRET }),
    }).then((answer) => answer.json() as Promise<{ access_token: string }>);
    const presale = async (days: number) => {
      const answer = await fetch(
        `${env.WECHAT_API_BASE_URL}/wxa/sec/order/opspecialorder?access_token=${token.access_token}`,
        {
          method: "POST",
          body: JSON.stringify({
            order_id: bought.outTradeNo,
            type: 1,
            delay_to: Math.floor(now().getTime() / 1000) + days * 86_400,
          }),
        },
      );
      return ((await answer.json()) as { errcode: number }).errcode;
    };
    expect(await presale(1)).toBe(268546001);
    expect(await presale(331)).toBe(268546001);
    expect(await presale(16)).toBe(0);
  });
});

describe("the books", () => {
  test("a day's bill ties to the books to the fen, rows to summary, refunds on the day they were accepted", async () => {
    const day = dayOf(now());
    const books = async () =>
      (
        await control<{
          payments: { paid_at: string | null; amount_fen: number }[];
          refunds: { created_at: string; refund_fen: number }[];
        }>("/books")
      ).said;
    expect(await shop.bill({ kind: "trade", day })).toMatchObject({ kind: "refused", code: "STATEMENT_CREATING" });
    const bought = await paid({ description: "土鸡蛋,30枚`散养`" });
    await shop.refund({
      outRefundNo: fresh("rf"),
      outTradeNo: bought.outTradeNo,
      refundFen: fen(7),
      totalFen: bought.amountFen,
      reason: "破损",
      notifyUrl: "/x",
    });
    const at = now();
    await travel(33 * hour);
    const bill = await shop.bill({ kind: "trade", day: dayOf(at) });
    if (bill.kind !== "ok") throw new Error(JSON.stringify(bill));
    const rows = bill.text.replace("\ufeff", "").trimEnd().split("\r\n");
    const cells = (line = "") => line.slice(1).split(",`");
    expect(rows[0]?.split(",")).toHaveLength(27);
    const detail = rows.slice(1, -2).map(cells);
    expect(detail.every((row) => row.length === 27)).toBe(true);
    const summary = cells(rows.at(-1));
    const yuan = (text = "") => Math.round(Number(text) * 100);
    const { payments, refunds } = await books();
    const paidThatDay = payments.filter((one) => one.paid_at && dayOf(new Date(one.paid_at)) === dayOf(at));
    const backThatDay = refunds.filter((one) => dayOf(new Date(one.created_at)) === dayOf(at));
    const total = (rowsOf: number[]) => rowsOf.reduce((sum, one) => sum + one, 0);
    expect(detail).toHaveLength(paidThatDay.length + backThatDay.length);
    expect(Number(summary[0])).toBe(detail.length);
    expect(yuan(summary[5])).toBe(total(paidThatDay.map((one) => one.amount_fen)));
    expect(yuan(summary[5])).toBe(total(detail.map((row) => yuan(row[24]))));
    expect(yuan(summary[6])).toBe(total(backThatDay.map((one) => one.refund_fen)));
    expect(yuan(summary[6])).toBe(total(detail.map((row) => yuan(row[25]))));

    const funds = await shop.bill({ kind: "fund", day: dayOf(at) });
    if (funds.kind !== "ok") throw new Error(JSON.stringify(funds));
    const moves = funds.text.trimEnd().split("\r\n").slice(1, -2).map(cells);
    for (const [index, row] of moves.entries()) {
      const before = moves[index - 1];
      if (before) expect(yuan(row[7])).toBe(yuan(before[7]) + (row[5] === "收入" ? 1 : -1) * yuan(row[6]));
    }
  });

  test("history is taken in one go, twice is once, and contradictions are refused", async () => {
    const before = (
      await control<{ paid: { count: number; fen: number }; refunded: { fen: number } }>("/books?summary")
    ).said;
    const history = Array.from({ length: 3_000 }, (_, i) => ({
      out_trade_no: `hist${String(i).padStart(6, "0")}`,
      openid: `resident-${i % 200}`,
      amount_fen: 1_000 + i,
      paid_at: new Date(now().getTime() - (i % 30) * 24 * hour).toISOString(),
      refunds: i % 50 === 0 ? [{ out_refund_no: `histrf${i}`, refund_fen: 100, at: now().toISOString() }] : [],
    }));
    const first = await control<{ payments: { transaction_id: string }[] }>("/bulk", { payments: history });
    const second = await control<{ payments: { transaction_id: string }[] }>("/bulk", { payments: history });
    expect(second.said).toEqual(first.said);
    expect(new Set(first.said.payments.map((one) => one.transaction_id)).size).toBe(3_000);
    expect(first.said.payments[0]?.transaction_id).toMatch(/^\d{28}$/);
    const after = (await control<typeof before>("/books?summary")).said;
    expect(after.paid).toEqual({
      count: before.paid.count + 3_000,
      fen: before.paid.fen + history.reduce((sum, one) => sum + one.amount_fen, 0),
    });
    expect(after.refunded.fen).toBe(before.refunded.fen + 6_000);
    const clash = await control("/bulk", { payments: [{ ...history[0], amount_fen: 1 }] });
    expect(clash.status).toBe(409);
    expect(await shop.queryByOutTradeNo("hist000007")).toMatchObject({
      payment: { state: "SUCCESS", amountFen: 1_007 },
    });
  });

  test("books, clock and undelivered notices outlive a crash", async () => {
    answering = () => 500;
    const bought = await paid();
    await until(() => mail.length > 0);
    const before = (await control<Record<string, unknown>>("/books")).said;
    await channel.stop();
    await appendFile(join(dir, "journal.jsonl"), '{"kind":"order","record":{"outTradeNo":"torn');
    channel = await startSimulator({ dir, port: channel.port, settings: { probeEvery: 0, refundSettleSeconds: 0 } });
    await new Promise((done) => setTimeout(done, 50));
    answering = null;
    mail = [];
    const after = (await control<Record<string, unknown>>("/books")).said;
    for (const part of ["paid", "refunded", "transferred", "accounts", "payments", "refunds", "transfers"]) {
      expect(after[part], part).toEqual(before[part]);
    }
    await travel(16_000);
    await until(() => noticesAbout(bought.outTradeNo)[0]);
  });

  test("an app that was away hears of its payment within seconds of coming back", async () => {
    const port = (mailbox.address() as AddressInfo).port;
    mailbox.closeAllConnections();
    await new Promise((done) => mailbox.close(done));
    const bought = await paid();
    await new Promise((done) => setTimeout(done, 100));
    await new Promise<void>((done) => mailbox.listen(port, "127.0.0.1", done));
    await until(() => noticesAbout(bought.outTradeNo)[0], 4_000);
  });
});

type Answer = { status: number; data: Record<string, unknown> };

/** wechatpay-axios-plugin, written by others, pointed at the same channel; a refusal is an answer here. */
function independent() {
  const [verifier] = JSON.parse(env.WECHAT_PAY_VERIFIERS) as { id: string; pem: string }[];
  if (!verifier) throw new Error("no verifier");
  const plugin = new Wechatpay({
    baseURL: env.WECHAT_PAY_BASE_URL,
    mchid: env.WECHAT_PAY_MCHID,
    serial: env.WECHAT_PAY_SERIAL,
    privateKey: env.WECHAT_PAY_PRIVATE_KEY,
    certs: { [verifier.id]: verifier.pem },
    proxy: false,
  } as unknown as ConstructorParameters<typeof Wechatpay>[0]);
  const { client: wire } = plugin as unknown as {
    client: { request: (path: string, method: string, data?: object, config?: object) => Promise<Answer> };
  };
  return (path: string, method: "get" | "post", data?: object): Promise<Answer> =>
    wire.request(path.slice(1), method, data).catch((problem: { response?: Answer }) => {
      if (problem.response && problem.response.status >= 400) return problem.response;
      throw new Error((problem as Error).message);
    });
}

describe("a client written by others", () => {
  beforeAll(async () => {
    // it knows no clock but the wall
    offsetMs = 0;
    await control("/clock", { offset_ms: 0 });
  });

  test("orders, pays, asks, closes and refunds as ours does, and trusts the same signatures", async () => {
    const plugin = independent();
    const place = (outTradeNo: string) =>
      plugin("/v3/pay/transactions/jsapi", "post", {
        appid: env.WECHAT_APPID,
        mchid: env.WECHAT_PAY_MCHID,
        description: "水果 · 明日自提",
        out_trade_no: outTradeNo,
        notify_url: `${env.WECHAT_NOTIFY_BASE_URL}/hook`,
        amount: { total: 990, currency: "CNY" },
        payer: { openid: "resident-9" },
      });
    const bought = fresh();
    const placed = await place(bought);
    expect(placed).toMatchObject({ status: 200, data: { prepay_id: expect.stringMatching(/^wx/) } });
    await control("/pay", { prepay_id: placed.data.prepay_id });
    const theirs = await plugin(`/v3/pay/transactions/out-trade-no/${bought}?mchid=${env.WECHAT_PAY_MCHID}`, "get");
    const ours = await shop.queryByOutTradeNo(bought);
    if (ours.kind !== "ok") throw new Error(JSON.stringify(ours));
    expect(theirs.data).toMatchObject({ trade_state: "SUCCESS", transaction_id: ours.payment.transactionId });

    const refund = await plugin("/v3/refund/domestic/refunds", "post", {
      out_trade_no: bought,
      out_refund_no: fresh("rf"),
      amount: { refund: 990, total: 990, currency: "CNY" },
    });
    expect(refund).toMatchObject({ status: 200, data: { status: "PROCESSING", amount: { payer_refund: 990 } } });
    expect(await shop.queryRefund(String(refund.data.out_refund_no))).toMatchObject({ refund: { refundFen: 990 } });

    const other = fresh();
    await place(other);
    const closed = await plugin(`/v3/pay/transactions/out-trade-no/${other}/close`, "post", {
      mchid: env.WECHAT_PAY_MCHID,
    });
    expect(closed.status).toBe(204);
    expect(await shop.queryByOutTradeNo(other)).toMatchObject({ payment: { state: "CLOSED" } });
  });

  test("fields the channel does not know, and fields out of bounds, are refused by name", async () => {
    const body = (over: object) => ({
      appid: env.WECHAT_APPID,
      mchid: env.WECHAT_PAY_MCHID,
      description: "团购",
      out_trade_no: fresh(),
      notify_url: `${env.WECHAT_NOTIFY_BASE_URL}/hook`,
      amount: { total: 100, currency: "CNY" },
      payer: { openid: "o" },
      ...over,
    });
    const bad: [object, string][] = [
      [{ extra: 1 }, "extra"],
      [{ out_trade_no: "short" }, "out_trade_no"],
      [{ out_trade_no: "团购团购团购" }, "out_trade_no"],
      [{ description: "团".repeat(128) }, "description"],
      [{ attach: null }, "attach"],
      [{ amount: { total: 0, currency: "CNY" } }, "amount/total"],
      [{ amount: { total: 1.5, currency: "CNY" } }, "amount/total"],
      [{ amount: { total: 1, currency: "USD" } }, "amount/currency"],
      [{ notify_url: "http://shop.example/hook" }, "notify_url"],
      [{ notify_url: "https://shop.example/hook?x=1" }, "notify_url"],
      [{ time_expire: "2026-11-23 23:00:00" }, "time_expire"],
    ];
    const plugin = independent();
    for (const [over, field] of bad) {
      const answer = await plugin("/v3/pay/transactions/jsapi", "post", body(over));
      expect(answer, field).toMatchObject({ status: 400, data: { code: "PARAM_ERROR", detail: { field } } });
    }
    expect((await plugin("/v3/pay/transactions/jsapi", "post", body({}))).status).toBe(200);
  });

  test("its own arithmetic accepts our phone signature and the channel's notices, and opens them", async () => {
    const publicKey = JSON.parse(env.WECHAT_PAY_VERIFIERS)[0].pem;
    const bought = await paid();
    const letter = (await until(() => noticesAbout(bought.outTradeNo)[0])) as Mail;
    const { headers, body } = letter;
    const message = Formatter.joinedByLineFeed(
      headers["wechatpay-timestamp"] as string,
      headers["wechatpay-nonce"] as string,
      body,
    );
    expect(Rsa.verify(message, headers["wechatpay-signature"] as string, publicKey)).toBe(true);
    const { resource } = JSON.parse(body) as { resource: Record<"ciphertext" | "nonce" | "associated_data", string> };
    const opened = JSON.parse(
      Aes.AesGcm.decrypt(resource.ciphertext, env.WECHAT_PAY_APIV3_KEY, resource.nonce, resource.associated_data),
    );
    const ours = read(letter);
    expect(ours).toMatchObject({ resource: { transactionId: opened.transaction_id, amountFen: opened.amount.total } });

    const phone = shop.paySign("wx201410272009395522657a690389285100");
    const signed = Formatter.joinedByLineFeed(env.WECHAT_APPID, phone.timeStamp, phone.nonceStr, phone.package);
    expect(Rsa.sign(signed, env.WECHAT_PAY_PRIVATE_KEY)).toBe(phone.paySign);
  });

  test("an answer with a broken signature is refused by both", async () => {
    const made = order();
    await shop.jsapiOrder(made);
    const path = `/v3/pay/transactions/out-trade-no/${made.outTradeNo}?mchid=${env.WECHAT_PAY_MCHID}`;
    await control("/faults", { kind: "badSignature", path: "/v3/pay", times: 2 });
    await expect(independent()(path, "get")).rejects.toThrow("Verify the response");
    expect(await shop.queryByOutTradeNo(made.outTradeNo)).toMatchObject({ kind: "unknown", why: "forged" });
  });
});
