import { z } from "zod";
import type { Order } from "./books";
import type { Channel } from "./channel";
import { amount, canonical, currency, instant, moment, notifyUrl, openid, read, tradeNo, words } from "./fields";
import { dayMs, hour, minute } from "./spans";
import { digits, hex, Refusal } from "./wire";

const prepayLife = 2 * hour;
const unpaidLife = 7 * dayMs;
const longestExpiry = 90 * dayMs;

const goods = z.strictObject({
  merchant_goods_id: words(32),
  wechatpay_goods_id: words(32).optional(),
  goods_name: words(256).optional(),
  quantity: z.int().min(1),
  unit_price: z.int().min(0),
});

const ordering = z.strictObject({
  appid: words(32),
  mchid: words(32),
  description: words(127),
  out_trade_no: tradeNo,
  time_expire: instant.optional(),
  attach: words(128).optional(),
  notify_url: notifyUrl,
  goods_tag: words(32).optional(),
  support_fapiao: z.boolean().optional(),
  amount: z.strictObject({ total: amount, currency: currency.optional() }),
  payer: z.strictObject({ openid }),
  detail: z
    .strictObject({
      cost_price: z.int().optional(),
      invoice_id: words(32).optional(),
      goods_detail: z.array(goods).optional(),
    })
    .optional(),
  scene_info: z
    .strictObject({
      payer_client_ip: words(45),
      device_id: words(32).optional(),
      store_info: z
        .strictObject({
          id: words(32),
          name: words(256).optional(),
          area_code: words(32).optional(),
          address: words(512).optional(),
        })
        .optional(),
    })
    .optional(),
  settle_info: z.strictObject({ profit_sharing: z.boolean().optional() }).optional(),
});

export type TradeState = "SUCCESS" | "REFUND" | "NOTPAY" | "CLOSED";
const stateWords: Record<TradeState, string> = {
  SUCCESS: "支付成功",
  REFUND: "转入退款",
  NOTPAY: "订单未支付",
  CLOSED: "订单已关闭",
};

/** Where an order stands; unpaid orders close by themselves after seven days, expiry alone closes nothing. */
export function stateOf(channel: Channel, order: Order): TradeState {
  if (order.paidAt !== undefined) return channel.books.unrefunded(order) < order.amountFen ? "REFUND" : "SUCCESS";
  const lapsed = channel.clock.now() >= order.createdAt + unpaidLife;
  return order.closedAt !== undefined || lapsed ? "CLOSED" : "NOTPAY";
}

/** An order as a query tells it and, paid, as the notice carries it. */
export function orderView(channel: Channel, order: Order, state = stateOf(channel, order)) {
  const paid = order.paidAt !== undefined;
  return {
    appid: channel.keys.appid,
    mchid: channel.keys.mchid,
    out_trade_no: order.outTradeNo,
    trade_state: state,
    trade_state_desc: stateWords[state],
    ...(order.attach === undefined ? {} : { attach: order.attach }),
    promotion_detail: [],
    amount: {
      total: order.amountFen,
      currency: "CNY",
      ...(paid ? { payer_total: order.amountFen, payer_currency: "CNY" } : {}),
    },
    payer: paid ? { openid: order.openid } : {},
    ...(paid
      ? {
          transaction_id: order.transactionId,
          trade_type: "JSAPI",
          bank_type: "OTHERS",
          success_time: moment(order.paidAt ?? 0),
        }
      : {}),
  };
}

const prepay = () => `wx${digits(14)}${hex(10)}`;

/** `POST /v3/pay/transactions/jsapi`. */
export function placeOrder(channel: Channel, body: string) {
  const { books, clock, keys } = channel;
  const ask = read(ordering, body);
  if (ask.mchid !== keys.mchid)
    throw new Refusal(400, "PARAM_ERROR", "商户号与签名的不一致", 268435474, { field: "mchid" });
  if (ask.appid !== keys.appid) throw new Refusal(400, "APPID_MCHID_NOT_MATCH", "appid和mchid不匹配", 268435475);
  const now = clock.now();
  const terms = canonical(ask);
  const known = books.orders.get(ask.out_trade_no);
  if (known) {
    const state = stateOf(channel, known);
    if (state === "SUCCESS" || state === "REFUND") throw new Refusal(400, "ORDERPAID", "该订单已支付", 268449538);
    if (state === "CLOSED" || now >= known.expiresAt) throw new Refusal(400, "ORDER_CLOSED", "订单已关闭", 268447914);
    if (known.terms !== terms) {
      throw new Refusal(400, "INVALID_REQUEST", "请求重入时，参数与首次请求时不一致", 268498688);
    }
    if (now < known.prepaidAt + prepayLife) return { prepay_id: known.prepayId };
    const fresh = { ...known, prepayId: prepay(), prepaidAt: now };
    books.write({ kind: "order", record: fresh });
    return { prepay_id: fresh.prepayId };
  }
  const wanted = ask.time_expire === undefined ? now + unpaidLife : Date.parse(ask.time_expire);
  if (wanted > now + longestExpiry) {
    throw new Refusal(400, "PARAM_ERROR", "time_expire 最长90天", 268435476, { field: "time_expire" });
  }
  const order: Order = {
    seq: books.next(),
    outTradeNo: ask.out_trade_no,
    description: ask.description,
    amountFen: ask.amount.total,
    openid: ask.payer.openid,
    ...(ask.attach === undefined ? {} : { attach: ask.attach }),
    notifyUrl: ask.notify_url,
    createdAt: now,
    expiresAt: Math.max(wanted, now + minute),
    terms,
    prepayId: prepay(),
    prepaidAt: now,
  };
  books.write({ kind: "order", record: order });
  return { prepay_id: order.prepayId };
}

/** `GET …/out-trade-no/{no}` and `…/id/{transaction_id}`. */
export function queryOrder(channel: Channel, order: Order | undefined, query: URLSearchParams) {
  if (query.get("mchid") !== channel.keys.mchid) throw new Refusal(400, "PARAM_ERROR", "缺少商户号", 268435474);
  if (!order) throw new Refusal(404, "ORDER_NOT_EXIST", "订单不存在", 268435478);
  return orderView(channel, order);
}

/** `POST …/close`: again is fine, paid is not. */
export function closeOrder(channel: Channel, outTradeNo: string, body: string) {
  const ask = read(z.strictObject({ mchid: words(32) }), body);
  if (ask.mchid !== channel.keys.mchid) throw new Refusal(400, "PARAM_ERROR", "商户号与签名的不一致", 268435474);
  const order = channel.books.orders.get(outTradeNo);
  if (!order) throw new Refusal(404, "ORDER_NOT_EXIST", "订单不存在", 268435478);
  if (order.paidAt !== undefined) throw new Refusal(400, "ORDERPAID", "该订单已支付", 268449538);
  if (order.closedAt === undefined) {
    channel.books.write({ kind: "order", record: { ...order, closedAt: channel.clock.now() } });
  }
}

export const transactionNo = (seq: number, at: number) =>
  `4200${String(seq % 1e8).padStart(8, "0")}${moment(at).slice(0, 10).replaceAll("-", "")}${digits(8)}`;

/** How the payer's act is to be told to the merchant. */
export const telling = z.strictObject({
  lose_notice: z.boolean().optional(),
  double_notice: z.boolean().optional(),
  delay_ms: z
    .int()
    .min(0)
    .max(30 * dayMs)
    .optional(),
});

export const paying = telling.extend({
  prepay_id: z.string().optional(),
  out_trade_no: z.string().optional(),
  at: instant.optional(),
  force: z.boolean().optional(),
});

/**
 * The resident pays. `at` backdates the success (a notice that comes late); `force` pays what is closed or expired, as
 * happens when her payment and our closing cross. Refuses: ORDER_NOT_EXIST, ORDERPAID, ORDER_CLOSED, ORDER_EXPIRED, PREPAY_EXPIRED.
 */
export function pay(channel: Channel, ask: z.infer<typeof paying>) {
  const { books, clock } = channel;
  const order = ask.prepay_id ? books.orderByPrepay(ask.prepay_id) : books.orders.get(ask.out_trade_no ?? "");
  if (!order) throw new Refusal(404, "ORDER_NOT_EXIST", "订单不存在");
  if (order.paidAt !== undefined) throw new Refusal(409, "ORDERPAID", "该订单已支付");
  const now = clock.now();
  const at = ask.at === undefined ? now : Date.parse(ask.at);
  if (!ask.force) {
    if (stateOf(channel, order) === "CLOSED") throw new Refusal(409, "ORDER_CLOSED", "订单已关闭");
    if (at >= order.expiresAt) throw new Refusal(409, "ORDER_EXPIRED", "订单已过支付时间");
    if (ask.prepay_id && (ask.prepay_id !== order.prepayId || at >= order.prepaidAt + prepayLife)) {
      throw new Refusal(409, "PREPAY_EXPIRED", "预支付已失效，请商户重新下单");
    }
    if (at > now + 5 * minute) throw new Refusal(409, "PARAM_ERROR", "支付时间不能在将来");
  }
  const { closedAt: _, ...open } = order;
  const paid: Order = { ...open, transactionId: transactionNo(order.seq, at), paidAt: at };
  books.write({ kind: "order", record: paid });
  channel.notices.tell(
    {
      url: paid.notifyUrl,
      eventType: "TRANSACTION.SUCCESS",
      originalType: "transaction",
      summary: "支付成功",
      resource: orderView(channel, paid, "SUCCESS"),
    },
    ask,
  );
  return orderView(channel, paid);
}
