import { createHash } from "node:crypto";
import { z } from "zod";
import type { Channel } from "./channel";
import { instant, openid, words } from "./fields";
import { isSettled } from "./refunds";
import { dayMs, minute, second } from "./spans";
import { hex } from "./wire";

const tokenSeconds = 7200;
const overlap = 5 * minute;
const refreshGap = 30 * second;

/** The mini program's services answer 200 with an errcode. */
export class Errcode extends Error {
  constructor(
    readonly errcode: number,
    errmsg: string,
  ) {
    super(errmsg);
  }
}

const hash = (text: string) => createHash("sha256").update(text).digest();

function parse<T>(shape: z.ZodType<T>, body: string): T {
  try {
    return shape.parse(JSON.parse(body));
  } catch {
    throw new Errcode(47001, "data format error");
  }
}

/**
 * `GET /sns/jscode2session`. `sim:<openid>` is that person, as often as wanted; any other code makes a person of its own
 * and works once.
 */
export function codeToSession(channel: Channel, query: URLSearchParams) {
  const { keys, books } = channel;
  if (query.get("appid") !== keys.appid) throw new Errcode(40013, "invalid appid");
  if (query.get("secret") !== keys.appSecret) throw new Errcode(40125, "invalid appsecret");
  if (query.get("grant_type") !== "authorization_code") throw new Errcode(40002, "invalid grant_type");
  const code = query.get("js_code") ?? "";
  if (code.length === 0 || code.length > 128) throw new Errcode(40029, "invalid code");
  const sessionKey = Buffer.from(hex(16), "hex").toString("base64");
  if (code.startsWith("sim:")) {
    const person = openid.safeParse(code.slice(4));
    if (!person.success) throw new Errcode(40029, "invalid code");
    return { openid: person.data, session_key: sessionKey };
  }
  const id = `login:${code}`;
  if (books.used(id)) throw new Errcode(40163, "code been used");
  books.write({ kind: "code", record: { seq: books.next(), id } });
  return { openid: `o${hash(`${keys.appid}:${code}`).toString("base64url").slice(0, 27)}`, session_key: sessionKey };
}

/** `POST /cgi-bin/stable_token`: the same token until five minutes before its end, or a new one when forced. */
export function stableToken(channel: Channel, body: string) {
  const { keys, books, clock } = channel;
  const ask = parse(
    z.object({ grant_type: z.string(), appid: z.string(), secret: z.string(), force_refresh: z.boolean().optional() }),
    body,
  );
  if (ask.grant_type !== "client_credential") throw new Errcode(40002, "invalid grant_type");
  if (ask.appid !== keys.appid) throw new Errcode(40013, "invalid appid");
  if (ask.secret !== keys.appSecret) throw new Errcode(40125, "invalid appsecret");
  const now = clock.now();
  const old = books.token();
  const fresh = old !== undefined && now < old.endsAt - overlap;
  if (fresh && ask.force_refresh === true && now < old.refreshedAt + refreshGap)
    throw new Errcode(45011, "api minute-quota reach limit");
  if (fresh && ask.force_refresh !== true) {
    return { access_token: old.token, expires_in: Math.floor((old.endsAt - now) / 1000) };
  }
  const token = `sim_${hex(64)}`;
  books.write({
    kind: "token",
    record: { seq: books.next(), id: "token", token, endsAt: now + tokenSeconds * second, refreshedAt: now },
  });
  return { access_token: token, expires_in: tokenSeconds };
}

function admit(channel: Channel, query: URLSearchParams) {
  const known = channel.books.token();
  if (!query.get("access_token")) throw new Errcode(41001, "access_token missing");
  if (known?.token !== query.get("access_token"))
    throw new Errcode(40001, "invalid credential, access_token is invalid or not latest");
  if (channel.clock.now() >= known.endsAt) throw new Errcode(42001, "access_token expired");
}

/** `POST /wxa/business/getuserphonenumber`. `sim:<phone>` gives that phone; any other code a phone of its own, once. */
export function phoneOf(channel: Channel, query: URLSearchParams, body: string) {
  admit(channel, query);
  const { code } = parse(z.object({ code: words(128) }), body);
  let phone = code.startsWith("sim:") ? code.slice(4) : "";
  if (phone === "") {
    const id = `phone:${code}`;
    if (channel.books.used(id)) throw new Errcode(40029, "code expired");
    channel.books.write({ kind: "code", record: { seq: channel.books.next(), id } });
    phone = `199${String(hash(code).readUInt32BE(0) % 1e8).padStart(8, "0")}`;
  }
  if (!/^1\d{10}$/.test(phone)) throw new Errcode(40029, "invalid code");
  return {
    phone_info: {
      phoneNumber: phone,
      purePhoneNumber: phone,
      countryCode: "86",
      watermark: { timestamp: Math.floor(channel.clock.now() / 1000), appid: channel.keys.appid },
    },
  };
}

const shipping = z.strictObject({
  order_key: z.strictObject({
    order_number_type: z.union([z.literal(1), z.literal(2)]),
    transaction_id: z.string().optional(),
    mchid: z.string().optional(),
    out_trade_no: z.string().optional(),
  }),
  logistics_type: z.int().min(1).max(4),
  delivery_mode: z.int().min(1).max(2),
  is_all_delivered: z.boolean().optional(),
  shipping_list: z
    .array(
      z.strictObject({
        tracking_no: z.string().max(128).optional(),
        express_company: z.string().max(128).optional(),
        item_desc: words(120),
        contact: z
          .strictObject({ consignor_contact: z.string().optional(), receiver_contact: z.string().optional() })
          .optional(),
      }),
    )
    .min(1)
    .max(15),
  upload_time: instant,
  payer: z.strictObject({ openid }),
});

/** `POST /wxa/sec/order/upload_shipping_info`: starts the settlement of a payment's money; one correction, later in time. */
export function uploadShipping(channel: Channel, query: URLSearchParams, body: string) {
  admit(channel, query);
  const { books, clock, keys } = channel;
  const report = parse(shipping, body);
  const key = report.order_key;
  if (key.order_number_type === 1 && key.mchid !== keys.mchid) throw new Errcode(268485195, "商户号有误");
  const order =
    key.order_number_type === 2
      ? books.orderByTransaction(key.transaction_id ?? "")
      : books.orders.get(key.out_trade_no ?? "");
  if (!order || order.paidAt === undefined) throw new Errcode(10060001, "支付单不存在");
  if (order.openid !== report.payer.openid) throw new Errcode(268485213, "支付者openid不匹配");
  if (books.unrefunded(order) === 0) throw new Errcode(10060004, "支付单处于不可发货的状态");
  const express = report.logistics_type === 1;
  if (!express && report.delivery_mode === 2) throw new Errcode(10060006, "非快递发货时不允许分拆发货");
  if (report.delivery_mode === 2 && report.is_all_delivered === undefined) {
    throw new Errcode(10060007, "分拆发货模式下必须填写is_all_delivered");
  }
  if (express && report.shipping_list.some((one) => !one.tracking_no || !one.express_company)) {
    throw new Errcode(10060014, "快递发货必须填写物流单号与快递公司");
  }
  const uploadedAt = Date.parse(report.upload_time);
  const before = order.shipping;
  if (before?.receivedAt !== undefined) throw new Errcode(10060002, "支付单已完成发货，无法继续发货");
  if (before?.corrected) throw new Errcode(10060003, "支付单已使用重新发货机会");
  if (before && uploadedAt <= before.uploadedAt) throw new Errcode(268485216, "上传时间须晚于上一次");
  const record = { at: clock.now(), uploadedAt, corrected: before !== undefined };
  books.write({ kind: "order", record: { ...order, shipping: record } });
  return {};
}

/** `POST /wxa/sec/order/opspecialorder`: only for goods that ship 15 to 330 days after payment. */
export function reportPresale(channel: Channel, query: URLSearchParams, body: string) {
  admit(channel, query);
  const { books } = channel;
  const ask = parse(z.strictObject({ order_id: z.string(), type: z.int(), delay_to: z.int().optional() }), body);
  const order = books.orderByTransaction(ask.order_id) ?? books.orders.get(ask.order_id);
  if (!order || order.paidAt === undefined || order.shipping) throw new Errcode(268546002, "账户不存在这个待发货单号");
  if (ask.type !== 1 && ask.type !== 2) throw new Errcode(268546000, "type非法");
  if (ask.type === 2) return {};
  const until = (ask.delay_to ?? 0) * 1000;
  const wait = until - order.paidAt;
  if (wait < 15 * dayMs || wait > 330 * dayMs) throw new Errcode(268546001, "delay_to非法");
  books.write({ kind: "order", record: { ...order, presaleUntil: until } });
  return {};
}

/** The payer confirms that she has the goods: the money settles at once. Refuses by null when nothing was shipped. */
export function confirmReceipt(channel: Channel, outTradeNo: string): { settled: boolean } | null {
  const { books, clock } = channel;
  const order = books.orders.get(outTradeNo);
  if (!order?.shipping) return null;
  if (!isSettled(order, clock.now())) {
    const record = { ...order, shipping: { ...order.shipping, receivedAt: clock.now() } };
    books.write({ kind: "order", record });
  }
  return { settled: true };
}
