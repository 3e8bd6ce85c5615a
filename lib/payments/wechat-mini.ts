import "server-only";
import { rfc3339 } from "#lib/kernel/time";
import { count, fields, json, Malformed, maybeText, text } from "./wechat-parse";
import { exchange, type Outcome, type WechatConfig } from "./wechat-wire";

const answerBytes = 1 << 20;
/** "Invalid, expired or replaced access token": the call was not carried out. */
const tokenTrouble = new Set(["40001", "40014", "42001"]);
const earlyMs = 5 * 60_000;

/** The mini program's server calls. They are not signed: they trust TLS, the app secret and the access token. */
export function miniProgram(config: WechatConfig) {
  let kept: { token: string; until: number } | null = null;
  let asking: Promise<Outcome<{ token: string }>> | null = null;

  async function ask<T extends object>(
    path: string,
    body: unknown,
    read: (said: ReturnType<typeof fields>) => T,
  ): Promise<Outcome<T>> {
    const answer = await exchange(
      new URL(path, config.apiBaseUrl),
      body === undefined
        ? { method: "GET", headers: { Accept: "application/json" } }
        : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) },
      { timeoutMs: config.timeoutMs, maxBytes: answerBytes },
    );
    const requestId = null;
    if (typeof answer === "string") return { kind: "unknown", why: answer, requestId };
    if (answer.status !== 200) return { kind: "unknown", why: `status ${answer.status}`, requestId };
    try {
      const said = json(answer.body.toString("utf8"));
      const code = said.errcode === undefined ? 0 : said.errcode;
      if (typeof code !== "number" || code < 0) return { kind: "unknown", why: `code ${String(code)}`, requestId };
      if (code > 0) {
        const message = maybeText(said, "errmsg") ?? "";
        return { kind: "refused", code: String(code), message, requestId, signed: false };
      }
      return { kind: "ok", requestId, ...read(said) };
    } catch (problem) {
      if (!(problem instanceof Malformed)) throw problem;
      return { kind: "unknown", why: `malformed: ${problem.message}`, requestId };
    }
  }

  /** One token for all callers; whoever asks first fetches it. Kept until five minutes before its end. */
  async function token(): Promise<Outcome<{ token: string }>> {
    if (kept && config.now().getTime() < kept.until) return { kind: "ok", requestId: null, token: kept.token };
    asking ??= ask(
      "/cgi-bin/stable_token",
      { grant_type: "client_credential", appid: config.appid, secret: config.appSecret, force_refresh: false },
      (said) => {
        const until = config.now().getTime() + count(said, "expires_in") * 1000 - earlyMs;
        kept = { token: text(said, "access_token"), until };
        return { token: kept.token };
      },
    ).finally(() => {
      asking = null;
    });
    return await asking;
  }

  async function withToken<T extends object>(
    path: string,
    body: unknown,
    read: (said: ReturnType<typeof fields>) => T,
  ): Promise<Outcome<T>> {
    const first = await token();
    if (first.kind !== "ok") return first;
    const answer = await ask(`${path}?access_token=${encodeURIComponent(first.token)}`, body, read);
    if (answer.kind !== "refused" || !tokenTrouble.has(answer.code)) return answer;
    kept = null;
    const second = await token();
    if (second.kind !== "ok") return second;
    return await ask(`${path}?access_token=${encodeURIComponent(second.token)}`, body, read);
  }

  return {
    /** Who opened the mini program, from the code of `wx.login` (single use). Refuses: 40029 bad code, 45011, 40226. */
    code2session(code: string): Promise<Outcome<{ openid: string; sessionKey: string; unionid: string | null }>> {
      const query = new URLSearchParams({
        appid: config.appid,
        secret: config.appSecret,
        js_code: code,
        grant_type: "authorization_code",
      });
      return ask(`/sns/jscode2session?${query}`, undefined, (said) => ({
        openid: text(said, "openid"),
        sessionKey: text(said, "session_key"),
        unionid: maybeText(said, "unionid"),
      }));
    },

    /** The phone number behind the code of `getPhoneNumber` (single use, five minutes), without country code. */
    phoneNumber: (code: string): Promise<Outcome<{ phone: string; countryCode: string }>> =>
      withToken("/wxa/business/getuserphonenumber", { code }, (said) => {
        const info = fields(said.phone_info);
        if (fields(info.watermark).appid !== config.appid) throw new Malformed("watermark of another app");
        return { phone: text(info, "purePhoneNumber"), countryCode: text(info, "countryCode") };
      }),

    /**
     * Reports that the goods of a payment can be collected (self-pickup, `logistics_type` 4); the money settles two days
     * later. Can be corrected once, with a later `at`.
     */
    uploadShipping(report: {
      transactionId: string;
      openid: string;
      itemDesc: string;
      at: Date;
    }): Promise<Outcome<object>> {
      const millis = String(report.at.getUTCMilliseconds()).padStart(3, "0");
      return withToken(
        "/wxa/sec/order/upload_shipping_info",
        {
          order_key: { order_number_type: 2, transaction_id: report.transactionId },
          logistics_type: 4,
          delivery_mode: 1,
          shipping_list: [{ item_desc: [...report.itemDesc].slice(0, 120).join("") }],
          upload_time: rfc3339(report.at).replace("+", `.${millis}+`),
          payer: { openid: report.openid },
        },
        () => ({}),
      );
    },
  };
}
