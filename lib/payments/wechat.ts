import "server-only";
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import type { Fen } from "#lib/kernel/money";
import { type Day, rfc3339 } from "#lib/kernel/time";
import type { PayParams } from "./schema";
import { miniProgram } from "./wechat-mini";
import { noticeReader } from "./wechat-notice";
import type { ChannelPayment, ChannelRefund, ChannelTransfer, TransferState } from "./wechat-parse";
import { type fields, json, Malformed, maybeText, payment, refund, text, transfer } from "./wechat-parse";
import type { Answer, Outcome, Refused, Unknown, WechatConfig } from "./wechat-wire";
import { authorization, exchange, nonce, seal, signer, verifiers } from "./wechat-wire";

export type { Notice } from "./wechat-notice";
export type {
  ChannelPayment,
  ChannelRefund,
  ChannelTransfer,
  RefundState,
  TradeState,
  TransferState,
} from "./wechat-parse";
export type { Doubt, HeaderBag, Outcome, Refused, Unknown, Verifier, WechatConfig } from "./wechat-wire";

export type Wechat = ReturnType<typeof createWechat>;

/**
 * Codes after which the channel's books are certainly unchanged by the call. A code that is not here, whatever its HTTP
 * status, is an unknown outcome (SYSTEM_ERROR and BANK_ERROR are left out on purpose).
 */
const refusals = new Set([
  "ACCOUNT_ERROR",
  "ALREADY_EXISTS",
  "APPID_MCHID_NOT_MATCH",
  "FREQUENCY_LIMITED",
  "FREQUENCY_LIMIT_EXCEED",
  "INVALID_REQUEST",
  "INVALID_TRANSACTIONID",
  "MCH_NOT_EXISTS",
  "NOAUTH",
  "NO_AUTH",
  "NOT_ENOUGH",
  "NOT_FOUND",
  "NO_STATEMENT_EXIST",
  "OPENID_MISMATCH",
  "ORDERPAID",
  "ORDER_CLOSED",
  "ORDER_NOT_EXIST",
  "OUT_TRADE_NO_USED",
  "PARAM_ERROR",
  "RATELIMIT_EXCEEDED",
  "RATE_LIMITED",
  "RESOURCE_NOT_EXISTS",
  "RULE_LIMIT",
  "SIGN_ERROR",
  "STATEMENT_CREATING",
  "TRADE_ERROR",
  "USER_ACCOUNT_ABNORMAL",
]);

/** The codes that say "I have no such number", which for a query is an answer, not a fault. */
export const absentCodes: ReadonlySet<string> = new Set(["ORDER_NOT_EXIST", "RESOURCE_NOT_EXISTS", "NOT_FOUND"]);

const answerBytes = 1 << 20;
const billBytes = 256 << 20;

/** Cuts a text the channel only shows to a person to its field's length, whole characters. */
const clip = (words: string, length: number) => [...words].slice(0, length).join("");

/** One client for one merchant and one mini program; holds no state but the access token. */
export function createWechat(config: WechatConfig) {
  const signs = signer(config.privateKeyPem);
  const keys = verifiers(config.verifiers);
  const transferBills = "/v3/fund-app/mch-transfer/transfer-bills";

  async function send(method: "GET" | "POST", path: string, body: unknown, maxBytes = answerBytes) {
    const url = new URL(path, config.payBaseUrl);
    const payload = body === undefined ? "" : JSON.stringify(body);
    const at = config.now();
    return await exchange(
      url,
      {
        method,
        headers: {
          Accept: "application/json",
          "User-Agent": "lintuan",
          "Wechatpay-Serial": keys.preferred(at).id,
          Authorization: await authorization(
            { mchid: config.mchid, serial: config.serial, signs },
            { method, target: url.pathname + url.search, body: payload, at },
          ),
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: payload }),
      },
      { timeoutMs: config.timeoutMs, maxBytes },
    );
  }

  function refusal(answer: Answer, requestId: string | null): Refused | Unknown {
    const signed = keys.doubt(answer.headers, answer.body, config.now()) === null;
    try {
      const said = json(answer.body.toString("utf8"));
      const code = text(said, "code");
      if (!refusals.has(code)) return { kind: "unknown", why: `code ${code}`, requestId };
      return { kind: "refused", code, message: maybeText(said, "message") ?? "", requestId, signed };
    } catch {
      return { kind: "unknown", why: `status ${answer.status}`, requestId };
    }
  }

  async function call<T extends object>(
    method: "GET" | "POST",
    path: string,
    body: unknown,
    read: (answer: ReturnType<typeof fields>) => T,
  ): Promise<Outcome<T>> {
    const answer = await send(method, path, body);
    if (typeof answer === "string") return { kind: "unknown", why: answer, requestId: null };
    const requestId = answer.headers.get("request-id");
    if (answer.status < 200 || answer.status > 299) return refusal(answer, requestId);
    const doubt = keys.doubt(answer.headers, answer.body, config.now());
    if (doubt) return { kind: "unknown", why: doubt, requestId };
    try {
      const said = answer.status === 204 ? {} : json(answer.body.toString("utf8"));
      return { kind: "ok", requestId, ...read(said) };
    } catch (problem) {
      if (!(problem instanceof Malformed)) throw problem;
      return { kind: "unknown", why: `malformed: ${problem.message}`, requestId };
    }
  }

  /** The channel must speak of the thing we asked about; an answer about another is no answer. */
  function about(matches: boolean) {
    if (!matches) throw new Malformed("speaks of another number or merchant");
  }

  const ours = (said: ReturnType<typeof fields>) =>
    (said.mchid === undefined || said.mchid === config.mchid) &&
    (said.mch_id === undefined || said.mch_id === config.mchid) &&
    (said.appid === undefined || said.appid === config.appid);

  const address = (path: string) => new URL(path, config.notifyBaseUrl).toString();
  const part = encodeURIComponent;
  const orderPath = (outTradeNo: string) => `/v3/pay/transactions/out-trade-no/${part(outTradeNo)}`;
  const transferPath = (outBillNo: string) => `${transferBills}/out-bill-no/${part(outBillNo)}`;

  return {
    mchid: config.mchid,
    appid: config.appid,

    /**
     * Orders a JSAPI payment. The same number with the same fields gives a fresh prepay id (one lives two hours);
     * other fields are refused. `expiresAt` cannot change after the first call. `notifyUrl`: path or whole URL.
     * Refuses: ORDERPAID, ORDER_CLOSED, INVALID_REQUEST (re-entry with other fields), PARAM_ERROR …
     */
    jsapiOrder: (order: {
      outTradeNo: string;
      description: string;
      amountFen: Fen;
      openid: string;
      expiresAt: Date;
      attach?: string;
      notifyUrl: string;
    }): Promise<Outcome<{ prepayId: string }>> =>
      call(
        "POST",
        "/v3/pay/transactions/jsapi",
        {
          appid: config.appid,
          mchid: config.mchid,
          description: clip(order.description, 127),
          out_trade_no: order.outTradeNo,
          time_expire: rfc3339(order.expiresAt),
          attach: order.attach,
          notify_url: address(order.notifyUrl),
          amount: { total: order.amountFen, currency: "CNY" },
          payer: { openid: order.openid },
        },
        (said) => ({ prepayId: text(said, "prepay_id") }),
      ),

    /** Signs a prepay id for `wx.requestPayment`. What it reports back is never proof of payment. */
    paySign(prepayId: string): PayParams {
      const timeStamp = String(Math.floor(config.now().getTime() / 1000));
      const nonceStr = nonce();
      const pack = `prepay_id=${prepayId}`;
      const paySign = signs.now(config.appid, timeStamp, nonceStr, pack);
      return { timeStamp, nonceStr, package: pack, signType: "RSA", paySign };
    },

    /** The truth about an order. Refuses: ORDER_NOT_EXIST when it was never placed. */
    queryByOutTradeNo: (outTradeNo: string): Promise<Outcome<{ payment: ChannelPayment }>> =>
      call("GET", `${orderPath(outTradeNo)}?mchid=${part(config.mchid)}`, undefined, (said) => {
        const found = payment(said);
        about(ours(said) && found.outTradeNo === outTradeNo);
        return { payment: found };
      }),

    /** Closes an unpaid order; again is fine. Refuses: ORDERPAID when the payer was faster. */
    close: (outTradeNo: string): Promise<Outcome<object>> =>
      call("POST", `${orderPath(outTradeNo)}/close`, { mchid: config.mchid }, () => ({})),

    /**
     * Asks for a refund; ok means accepted, the end comes by notice or query. The same `outRefundNo` refunds once.
     * At most 50 per payment, a minute apart. Refuses: NOT_ENOUGH (top up, same number), FREQUENCY_LIMITED (wait, same
     * number), INVALID_REQUEST (beyond what was paid) …
     */
    refund: (
      ask: {
        outRefundNo: string;
        refundFen: Fen;
        totalFen: Fen;
        reason: string;
        notifyUrl: string;
      } & ({ outTradeNo: string } | { transactionId: string }),
    ): Promise<Outcome<{ refund: ChannelRefund }>> =>
      call(
        "POST",
        "/v3/refund/domestic/refunds",
        {
          ...("transactionId" in ask ? { transaction_id: ask.transactionId } : { out_trade_no: ask.outTradeNo }),
          out_refund_no: ask.outRefundNo,
          reason: clip(ask.reason, 80),
          notify_url: address(ask.notifyUrl),
          amount: { refund: ask.refundFen, total: ask.totalFen, currency: "CNY" },
        },
        (said) => {
          const made = refund(said);
          about(made.outRefundNo === ask.outRefundNo && made.refundFen === ask.refundFen);
          return { refund: made };
        },
      ),

    /** The truth about a refund. Refuses: RESOURCE_NOT_EXISTS when it never reached the channel. */
    queryRefund: (outRefundNo: string): Promise<Outcome<{ refund: ChannelRefund }>> =>
      call("GET", `/v3/refund/domestic/refunds/${part(outRefundNo)}`, undefined, (said) => {
        const found = refund(said);
        about(found.outRefundNo === outRefundNo);
        return { refund: found };
      }),

    /**
     * Pays a person from the operation account; she confirms inside WeChat within 24 hours (`packageInfo` opens that
     * page). `outBillNo`: letters and digits, ≤ 32. `userName` is sealed, and required from ¥2,000.
     * `reportInfos` of scene 1005 are exactly 岗位类型 and 报酬说明. A refusal is not an end: query before giving up.
     */
    transfer: (ask: {
      outBillNo: string;
      openid: string;
      amountFen: Fen;
      remark: string;
      userName?: string;
      sceneId: "1005";
      reportInfos: readonly { type: string; content: string }[];
      notifyUrl: string;
    }): Promise<Outcome<{ transfer: ChannelTransfer }>> =>
      call(
        "POST",
        transferBills,
        {
          appid: config.appid,
          out_bill_no: ask.outBillNo,
          transfer_scene_id: ask.sceneId,
          openid: ask.openid,
          user_name: ask.userName === undefined ? undefined : seal(keys.preferred(config.now()).key, ask.userName),
          transfer_amount: ask.amountFen,
          transfer_remark: clip(ask.remark, 32),
          notify_url: address(ask.notifyUrl),
          user_recv_perception: "劳务报酬",
          transfer_scene_report_infos: ask.reportInfos.map((one) => ({
            info_type: one.type,
            info_content: clip(one.content, 32),
          })),
        },
        (said) => {
          const made = transfer(said);
          about(made.outBillNo === ask.outBillNo);
          return {
            transfer: { ...made, amountFen: made.amountFen ?? ask.amountFen, openid: made.openid ?? ask.openid },
          };
        },
      ),

    /** The truth about a transfer of the last 30 days. Refuses: NOT_FOUND when it never reached the channel. */
    queryTransfer: (outBillNo: string): Promise<Outcome<{ transfer: ChannelTransfer }>> =>
      call("GET", transferPath(outBillNo), undefined, (said) => {
        const found = transfer(said);
        about(ours(said) && found.outBillNo === outBillNo);
        return { transfer: found };
      }),

    /** Withdraws a transfer nobody has confirmed yet; CANCELLED comes later, by notice or query. */
    cancelTransfer: (outBillNo: string): Promise<Outcome<{ state: TransferState }>> =>
      call("POST", `${transferPath(outBillNo)}/cancel`, undefined, (said) => {
        const made = transfer(said);
        about(made.outBillNo === outBillNo);
        return { state: made.state };
      }),

    /** Reads a notice; anything refused is answered 4xx and changes nothing. */
    parseNotice: noticeReader(config, keys, ours),

    /**
     * A day's bill as text (UTF-8, yuan with backticks), its SHA-1 checked: the download itself is not signed.
     * Refuses: STATEMENT_CREATING before 09:00 of the next day, NO_STATEMENT_EXIST when the day had no trade.
     */
    async bill(of: { kind: "trade" | "fund"; day: Day }): Promise<Outcome<{ text: string }>> {
      const path =
        of.kind === "trade"
          ? `/v3/bill/tradebill?bill_date=${of.day}&bill_type=ALL&tar_type=GZIP`
          : `/v3/bill/fundflowbill?bill_date=${of.day}&account_type=BASIC&tar_type=GZIP`;
      const where = await call("GET", path, undefined, (said) => {
        if (said.hash_type !== "SHA1") throw new Malformed("hash_type");
        return { hash: text(said, "hash_value"), url: new URL(text(said, "download_url")) };
      });
      if (where.kind !== "ok") return where;
      const { requestId } = where;
      // Only the path is taken from the answer: a signed request goes to the configured channel and nowhere else.
      const file = await send("GET", where.url.pathname + where.url.search, undefined, billBytes);
      if (typeof file === "string") return { kind: "unknown", why: file, requestId };
      if (file.status !== 200) return refusal(file, requestId);
      const zipped = file.body[0] === 0x1f && file.body[1] === 0x8b;
      let plain: Buffer;
      try {
        plain = zipped ? gunzipSync(file.body, { maxOutputLength: billBytes }) : file.body;
      } catch {
        return { kind: "unknown", why: "unreadable archive", requestId };
      }
      if (createHash("sha1").update(plain).digest("hex") !== where.hash.toLowerCase()) {
        return { kind: "unknown", why: "forged", requestId };
      }
      return { kind: "ok", requestId, text: plain.toString("utf8") };
    },

    ...miniProgram(config),
  };
}
