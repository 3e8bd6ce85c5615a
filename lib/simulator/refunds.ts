import { z } from "zod";
import { feeOf, type Order, type Refund } from "./books";
import type { Channel } from "./channel";
import { amount, currency, moment, notifyUrl, read, refundNo, tradeNo, words } from "./fields";
import { dayMs, second } from "./spans";
import { digits, Refusal } from "./wire";

const mostRefunds = 50;
const refundable = 365 * dayMs;

const asking = z.strictObject({
  transaction_id: words(32).optional(),
  out_trade_no: tradeNo.optional(),
  out_refund_no: refundNo,
  reason: words(80).optional(),
  notify_url: notifyUrl.optional(),
  funds_account: z.enum(["AVAILABLE", "UNSETTLED"]).optional(),
  amount: z.strictObject({
    refund: amount,
    total: amount,
    currency,
    from: z.array(z.strictObject({ account: z.enum(["AVAILABLE", "UNAVAILABLE"]), amount })).optional(),
  }),
  goods_detail: z
    .array(
      z.strictObject({
        merchant_goods_id: words(32),
        wechatpay_goods_id: words(32).optional(),
        goods_name: words(256).optional(),
        unit_price: z.int().min(0),
        refund_amount: z.int().min(0),
        refund_quantity: z.int().min(1),
      }),
    )
    .optional(),
});

/** Whether the payment's money can be used by the merchant: two days after shipping, or when receipt was confirmed. */
export function isSettled(order: Order, now: number): boolean {
  if (!order.shipping) return false;
  return order.shipping.receivedAt !== undefined || now >= order.shipping.at + 2 * dayMs;
}

/** A refund as answers and queries tell it. */
export function refundView(channel: Channel, refund: Refund) {
  const order = channel.books.orders.get(refund.outTradeNo);
  const total = order?.amountFen ?? 0;
  return {
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    transaction_id: order?.transactionId,
    out_trade_no: refund.outTradeNo,
    channel: "ORIGINAL",
    user_received_account: "支付用户零钱",
    create_time: moment(refund.createdAt),
    ...(refund.state === "SUCCESS" ? { success_time: moment(refund.endedAt ?? refund.endsAt) } : {}),
    status: refund.state,
    funds_account: order && isSettled(order, refund.createdAt) ? "AVAILABLE" : "UNSETTLED",
    amount: {
      total,
      refund: refund.amountFen,
      payer_total: total,
      payer_refund: refund.amountFen,
      settlement_refund: refund.amountFen,
      settlement_total: total,
      discount_refund: 0,
      currency: "CNY",
      refund_fee: feeOf(refund.amountFen, channel.settings.feeBp),
    },
    promotion_detail: [],
  };
}

export const refundIdOf = (seq: number, at: number) =>
  `5030${String(seq % 1e8).padStart(8, "0")}${moment(at).slice(0, 10).replaceAll("-", "")}${digits(9)}`;

/** `POST /v3/refund/domestic/refunds`: accepted is not refunded; the same number refunds once. */
export function askRefund(channel: Channel, body: string) {
  const { books, clock, faults, settings } = channel;
  const ask = read(asking, body);
  if ((ask.transaction_id === undefined) === (ask.out_trade_no === undefined)) {
    throw new Refusal(400, "PARAM_ERROR", "transaction_id 与 out_trade_no 二选一", 268435480);
  }
  const order = ask.transaction_id
    ? books.orderByTransaction(ask.transaction_id)
    : books.orders.get(ask.out_trade_no ?? "");
  if (!order) throw new Refusal(404, "RESOURCE_NOT_EXISTS", "订单不存在", 268435481);
  const no = (message: string, errno: number) => new Refusal(400, "INVALID_REQUEST", message, errno);
  if (order.paidAt === undefined) throw no("订单未支付", 268435482);
  const known = books.refunds.get(ask.out_refund_no);
  if (known) {
    if (known.outTradeNo !== order.outTradeNo || known.amountFen !== ask.amount.refund) {
      throw no("订单金额或退款金额与之前请求不一致，请核实后再试", 268435483);
    }
    return refundView(channel, known);
  }
  const now = clock.now();
  if (ask.amount.total !== order.amountFen) throw no("订单金额与实际不一致", 268435484);
  if (now > order.paidAt + refundable) throw no("订单已超过可退款的最大期限", 268435485);
  const earlier = books.refundsOf(order.outTradeNo);
  if (earlier.length >= mostRefunds) throw no("同一笔订单最多退款50次", 268435486);
  if (ask.amount.refund > books.unrefunded(order)) throw no("申请退款金额大于剩余可退金额", 268435487);
  const last = Math.max(...earlier.map((one) => one.createdAt));
  if (now < last + settings.refundGapSeconds * second) {
    throw new Refusal(429, "FREQUENCY_LIMITED", "同一笔订单退款间隔须大于1分钟", 268435488);
  }
  const short = books.balance.basic + feeOf(ask.amount.refund, settings.feeBp) < ask.amount.refund;
  if (short || faults.take(["notEnough"]))
    throw new Refusal(403, "NOT_ENOUGH", "基本账户余额不足，请充值后重试", 268435489);
  const seq = books.next();
  const bad = faults.take(["refundAbnormal", "refundClosed"]);
  const refund: Refund = {
    seq,
    outRefundNo: ask.out_refund_no,
    refundId: refundIdOf(seq, now),
    outTradeNo: order.outTradeNo,
    amountFen: ask.amount.refund,
    ...(ask.reason === undefined ? {} : { reason: ask.reason }),
    ...(ask.notify_url === undefined ? {} : { notifyUrl: ask.notify_url }),
    createdAt: now,
    state: "PROCESSING",
    endsAt: now + settings.refundSettleSeconds * second,
    endsAs: bad ? (bad.kind === "refundAbnormal" ? "ABNORMAL" : "CLOSED") : "SUCCESS",
  };
  books.write({ kind: "refund", record: refund });
  return refundView(channel, refund);
}

/** `GET /v3/refund/domestic/refunds/{out_refund_no}`. */
export function queryRefund(channel: Channel, outRefundNo: string) {
  const refund = channel.books.refunds.get(outRefundNo);
  if (!refund) throw new Refusal(404, "RESOURCE_NOT_EXISTS", "退款单不存在", 268435490);
  return refundView(channel, refund);
}

function end(channel: Channel, refund: Refund, state: Refund["endsAs"]) {
  const ended: Refund = { ...refund, state, endedAt: channel.clock.now() };
  channel.books.write({ kind: "refund", record: ended });
  if (!ended.notifyUrl) return;
  const view = refundView(channel, ended);
  channel.notices.tell({
    url: ended.notifyUrl,
    eventType: `REFUND.${state}`,
    originalType: "refund",
    summary: { SUCCESS: "退款成功", ABNORMAL: "退款异常", CLOSED: "退款关闭" }[state],
    resource: {
      mchid: channel.keys.mchid,
      out_trade_no: view.out_trade_no,
      transaction_id: view.transaction_id,
      out_refund_no: view.out_refund_no,
      refund_id: view.refund_id,
      refund_status: state,
      ...(view.success_time === undefined ? {} : { success_time: view.success_time }),
      user_received_account: view.user_received_account,
      amount: {
        total: view.amount.total,
        refund: view.amount.refund,
        payer_total: view.amount.payer_total,
        payer_refund: view.amount.payer_refund,
      },
    },
  });
}

/** Ends the refunds whose time has come. */
export function settleRefunds(channel: Channel) {
  const now = channel.clock.now();
  for (const refund of channel.books.refunds.values()) {
    if (refund.state === "PROCESSING" && refund.endsAt <= now) end(channel, refund, refund.endsAs);
  }
}

/** `POST …/{refund_id}/apply-abnormal-refund`: a stuck refund goes to another account of the payer, or to the merchant. */
export function rescueRefund(channel: Channel, refundId: string, body: string) {
  const ask = read(
    z.strictObject({
      out_refund_no: refundNo,
      type: z.enum(["USER_BANK_CARD", "MERCHANT_BANK_CARD"]),
      bank_type: words(16).optional(),
      bank_account: words(1024).optional(),
      real_name: words(1024).optional(),
    }),
    body,
  );
  const refund = channel.books.refundById(refundId);
  if (!refund || refund.outRefundNo !== ask.out_refund_no) {
    throw new Refusal(404, "RESOURCE_NOT_EXISTS", "退款单不存在", 268435490);
  }
  if (refund.state !== "ABNORMAL") throw new Refusal(400, "INVALID_REQUEST", "退款单不是异常状态", 268435491);
  const { settings, clock, books } = channel;
  const again: Refund = {
    ...refund,
    state: "PROCESSING",
    endsAt: clock.now() + settings.refundSettleSeconds * second,
    endsAs: "SUCCESS",
  };
  books.write({ kind: "refund", record: again });
  return refundView(channel, again);
}
