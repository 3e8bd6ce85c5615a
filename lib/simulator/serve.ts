import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { billDesk } from "./bills";
import { openBooks } from "./books";
import type { Channel, Clock, Settings } from "./channel";
import { control, topUp } from "./control";
import { faultBox } from "./faults";
import { channelKeys } from "./keys.mjs";
import { codeToSession, Errcode, phoneOf, reportPresale, stableToken, uploadShipping } from "./mini";
import { noticeDesk } from "./notices";
import { closeOrder, placeOrder, queryOrder } from "./orders";
import { page } from "./page";
import { askRefund, queryRefund, rescueRefund, settleRefunds } from "./refunds";
import { second } from "./spans";
import { askTransfer, cancelTransfer, queryTransfer, settleTransfers } from "./transfers";
import { bodyOf, channelWire, Refusal } from "./wire";

const bodyBytes = 1 << 20;
const controlBytes = 64 << 20;
const turnMs = 100;
const wrongPerSecond = 6;

export const usual: Settings = {
  refundGapSeconds: 60,
  refundSettleSeconds: 1,
  feeBp: 60,
  operationFen: 1_000_000_00,
  probeEvery: 100,
};

export type SimulatorOptions = {
  /** Folder of the keys and the books. */
  dir: string;
  /** 0 for any free port. */
  port: number;
  host?: string;
  /** Wins over the offset kept in the books. */
  clockOffsetMs?: number;
  /** Lets the merchant's signed calls move the clock forward, so that a demo clock needs no other messenger. */
  followClock?: boolean;
  settings?: Partial<Settings>;
};

type Reply = { status: number; body?: object | undefined };

/**
 * Starts the channel on `host:port`. Its books and keys live in `dir`; a second start goes on where the first one ended.
 * `stop` refuses new calls, lets running ones finish and leaves undelivered notices for the next start.
 */
export async function startSimulator(options: SimulatorOptions) {
  const settings: Settings = { ...usual, ...options.settings };
  const keys = channelKeys(options.dir);
  const books = openBooks(options.dir, settings.feeBp);
  let offsetMs = options.clockOffsetMs ?? books.clockOffsetMs() ?? 0;
  const clock: Clock = {
    now: () => Date.now() + offsetMs,
    offsetMs: () => offsetMs,
    setOffset: (ms) => {
      offsetMs = ms;
      books.write({ kind: "clock", record: { seq: books.next(), id: "clock", offsetMs } });
    },
  };
  const follow = (at: number) => clock.setOffset(at - Date.now());
  const wire = channelWire(keys, clock.now, options.followClock ? follow : undefined);
  const faults = faultBox();
  const notices = noticeDesk({ books, wire, faults, now: clock.now, probeEvery: settings.probeEvery });
  const channel: Channel = { keys, books, wire, clock, faults, notices, settings };
  const bills = billDesk(channel);
  if (books.topUps.size === 0 && settings.operationFen > 0) topUp(channel, "operation", settings.operationFen);

  function settle() {
    settleRefunds(channel);
    settleTransfers(channel);
    notices.turn();
  }

  const routes: [RegExp, (found: string[], request: IncomingMessage, body: string, url: URL) => Reply][] = [
    [/^POST \/v3\/pay\/transactions\/jsapi$/, (_, __, body) => ({ status: 200, body: placeOrder(channel, body) })],
    [
      /^GET \/v3\/pay\/transactions\/out-trade-no\/([^/]+)$/,
      ([no = ""], _, __, url) => ({ status: 200, body: queryOrder(channel, books.orders.get(no), url.searchParams) }),
    ],
    [
      /^GET \/v3\/pay\/transactions\/id\/([^/]+)$/,
      ([id = ""], _, __, url) => ({
        status: 200,
        body: queryOrder(channel, books.orderByTransaction(id), url.searchParams),
      }),
    ],
    [
      /^POST \/v3\/pay\/transactions\/out-trade-no\/([^/]+)\/close$/,
      ([no = ""], _, body) => {
        closeOrder(channel, no, body);
        return { status: 204 };
      },
    ],
    [/^POST \/v3\/refund\/domestic\/refunds$/, (_, __, body) => ({ status: 200, body: askRefund(channel, body) })],
    [
      /^GET \/v3\/refund\/domestic\/refunds\/([^/]+)$/,
      ([no = ""]) => ({ status: 200, body: queryRefund(channel, no) }),
    ],
    [
      /^POST \/v3\/refund\/domestic\/refunds\/([^/]+)\/apply-abnormal-refund$/,
      ([id = ""], _, body) => ({ status: 200, body: rescueRefund(channel, id, body) }),
    ],
    [
      /^POST \/v3\/fund-app\/mch-transfer\/transfer-bills$/,
      (_, request, body) => ({ status: 200, body: askTransfer(channel, request, body) }),
    ],
    [
      /^GET \/v3\/fund-app\/mch-transfer\/transfer-bills\/out-bill-no\/([^/]+)$/,
      ([no = ""]) => ({ status: 200, body: queryTransfer(channel, books.transfers.get(no)) }),
    ],
    [
      /^GET \/v3\/fund-app\/mch-transfer\/transfer-bills\/transfer-bill-no\/([^/]+)$/,
      ([no = ""]) => ({ status: 200, body: queryTransfer(channel, books.transferByBill(no)) }),
    ],
    [
      /^POST \/v3\/fund-app\/mch-transfer\/transfer-bills\/out-bill-no\/([^/]+)\/cancel$/,
      ([no = ""]) => ({ status: 200, body: cancelTransfer(channel, no) }),
    ],
    [
      /^GET \/v3\/bill\/(tradebill|fundflowbill)$/,
      ([kind], request, _, url) => ({
        status: 200,
        body: bills.ask(kind as "tradebill" | "fundflowbill", url.searchParams, `http://${request.headers.host}`),
      }),
    ],
    [
      /^GET \/v3\/certificates$/,
      () => {
        throw new Refusal(404, "RESOURCE_NOT_EXISTS", "无可用的平台证书，请使用微信支付公钥", 268435520);
      },
    ],
  ];

  let wrong: number[] = [];
  function strike() {
    const wall = Date.now();
    wrong = [...wrong.filter((at) => at > wall - second), wall];
  }

  function dispatch(request: IncomingMessage, url: URL, body: string): Reply {
    if (url.pathname === "/v3/refund/domestic/refunds" && request.method === "POST" && wrong.length >= wrongPerSecond) {
      wrong = wrong.filter((at) => at > Date.now() - second);
      if (wrong.length >= wrongPerSecond)
        throw new Refusal(429, "FREQUENCY_LIMITED", "错误或无效请求频率超限", 268435521);
    }
    for (const [pattern, answer] of routes) {
      const found = pattern.exec(`${request.method} ${url.pathname}`);
      if (found) return answer(found.slice(1).map(decodeURIComponent), request, body, url);
    }
    throw new Refusal(404, "RESOURCE_NOT_EXISTS", "接口不存在", 268435522);
  }

  async function answerSigned(response: ServerResponse, path: string, reply: Reply, errno: number) {
    const text = reply.body === undefined ? "" : JSON.stringify(reply.body);
    const headers: Record<string, string> = { ...(await wire.signed(text)), "Request-ID": wire.requestId(errno) };
    const bent = faults.take(["unsigned", "badSignature", "truncated", "slow"], path);
    if (bent?.kind === "unsigned")
      for (const name of Object.keys(headers)) if (name.startsWith("Wechatpay")) delete headers[name];
    if (bent?.kind === "badSignature") headers["Wechatpay-Signature"] = Buffer.alloc(256, 7).toString("base64");
    if (bent?.kind === "slow") await new Promise((done) => setTimeout(done, bent.delay_ms));
    if (reply.status === 204) {
      response.writeHead(204, headers).end();
      return;
    }
    response.writeHead(reply.status, {
      ...headers,
      "Content-Type": "application/json; charset=utf-8",
      "Content-Length": Buffer.byteLength(text),
    });
    if (bent?.kind === "truncated") {
      response.write(text.slice(0, text.length / 2));
      setTimeout(() => response.destroy(), 20);
      return;
    }
    response.end(text);
  }

  async function pay(request: IncomingMessage, response: ServerResponse, url: URL) {
    const body = await bodyOf(request, bodyBytes);
    const path = url.pathname;
    try {
      wire.authenticate(request, body);
      const early = faults.take(
        ["systemError", "frequencyLimited", "unknownCode", "timeout", "reset"],
        path,
        request.method,
      );
      if (early?.kind === "reset") return request.socket.destroy();
      if (early?.kind === "timeout") return;
      if (early?.kind === "systemError") throw new Refusal(500, "SYSTEM_ERROR", "系统异常，请稍后重试");
      if (early?.kind === "frequencyLimited") throw new Refusal(429, "FREQUENCY_LIMITED", "频率超限，请稍后重试");
      if (early?.kind === "unknownCode") throw new Refusal(400, "A_NEW_CODE", "新错误码");
      if (path === "/v3/billdownload/file" && request.method === "GET") {
        const file = bills.file(url.searchParams.get("token") ?? "");
        response.writeHead(200, { "Content-Type": "application/octet-stream" }).end(file);
        return;
      }
      const reply = dispatch(request, url, body);
      const late = faults.take(
        ["systemErrorAfterCommit", "timeoutAfterCommit", "resetAfterCommit"],
        path,
        request.method,
      );
      if (late?.kind === "resetAfterCommit") return request.socket.destroy();
      if (late?.kind === "timeoutAfterCommit") return;
      if (late) throw new Refusal(500, "SYSTEM_ERROR", "系统异常，请稍后重试");
      await answerSigned(response, path, reply, 0);
    } catch (problem) {
      if (!(problem instanceof Refusal)) throw problem;
      if (path.startsWith("/v3/refund") && request.method === "POST") strike();
      const { status, code, message, detail, errno } = problem;
      await answerSigned(response, path, { status, body: { code, message, ...(detail ? { detail } : {}) } }, errno);
    }
  }

  function send(response: ServerResponse, status: number, body: object) {
    const text = JSON.stringify(body);
    response
      .writeHead(status, { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" })
      .end(text);
  }

  async function mini(request: IncomingMessage, response: ServerResponse, url: URL) {
    const body = await bodyOf(request, bodyBytes);
    const early = faults.take(["systemError", "timeout", "reset"], url.pathname, request.method);
    if (early?.kind === "reset") return request.socket.destroy();
    if (early?.kind === "timeout") return;
    if (early) return send(response, 200, { errcode: -1, errmsg: "system error" });
    try {
      const said = miniAnswer(`${request.method} ${url.pathname}`, url.searchParams, body);
      if (faults.take(["timeoutAfterCommit", "resetAfterCommit"], url.pathname, request.method)) return;
      send(response, 200, said);
    } catch (problem) {
      if (!(problem instanceof Errcode)) throw problem;
      send(response, 200, { errcode: problem.errcode, errmsg: problem.message });
    }
  }

  function miniAnswer(call: string, query: URLSearchParams, body: string): object {
    const ok = { errcode: 0, errmsg: "ok" };
    if (call === "GET /sns/jscode2session") return codeToSession(channel, query);
    if (call === "POST /cgi-bin/stable_token") return stableToken(channel, body);
    if (call === "POST /wxa/business/getuserphonenumber") return { ...ok, ...phoneOf(channel, query, body) };
    if (call === "POST /wxa/sec/order/upload_shipping_info") return { ...ok, ...uploadShipping(channel, query, body) };
    if (call === "POST /wxa/sec/order/opspecialorder") return { ...ok, ...reportPresale(channel, query, body) };
    throw new Errcode(40066, "invalid url");
  }

  async function desk(request: IncomingMessage, response: ServerResponse, url: URL) {
    const { origin, host } = request.headers;
    if (origin !== undefined && origin !== `http://${host}`) return send(response, 403, { code: "NO_AUTH" });
    try {
      const body = await bodyOf(request, controlBytes);
      send(response, 200, (control(channel, request.method ?? "GET", url, body, settle) ?? {}) as object);
    } catch (problem) {
      if (!(problem instanceof Refusal)) throw problem;
      send(response, problem.status, { code: problem.code, message: problem.message });
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? "/", "http://channel");
    try {
      if (url.pathname.startsWith("/v3/")) return await pay(request, response, url);
      if (url.pathname.startsWith("/_control/")) return await desk(request, response, url);
      if (url.pathname === "/" && request.method === "GET") {
        response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" }).end(page);
        return;
      }
      return await mini(request, response, url);
    } catch (problem) {
      process.stderr.write(`simulator: ${problem instanceof Error ? problem.stack : String(problem)}\n`);
      if (!response.headersSent) send(response, 500, { code: "SYSTEM_ERROR", message: "系统异常" });
      else response.destroy();
    }
  }

  const server = createServer((request, response) => void answer(request, response));
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(options.port, options.host ?? "127.0.0.1", done);
  });
  const timer = setInterval(settle, turnMs);

  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      clearInterval(timer);
      notices.stop();
      const closed = new Promise((done) => server.close(done));
      server.closeIdleConnections();
      setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, 500).unref();
      await closed;
    },
  };
}
