import { z } from "zod";
import { feeOf, type Order, type Refund, type Transfer } from "./books";
import type { Channel } from "./channel";
import { faultRule } from "./faults";
import { amount, billNo, instant, moment, openid, read, refundNo, tradeNo, words } from "./fields";
import { confirmReceipt } from "./mini";
import { orderView, pay, paying, stateOf, transactionNo } from "./orders";
import { isSettled, refundIdOf } from "./refunds";
import { dayMs, hour } from "./spans";
import { decideTransfer, transferNo, transferView } from "./transfers";
import { hex, Refusal } from "./wire";

const bulkRefund = z.strictObject({
  out_refund_no: refundNo,
  refund_fen: amount,
  at: instant,
  refund_id: z.string().optional(),
  state: z.enum(["SUCCESS", "ABNORMAL", "CLOSED"]).default("SUCCESS"),
  reason: z.string().optional(),
});

const bulkPayment = z.strictObject({
  out_trade_no: tradeNo,
  openid,
  amount_fen: amount,
  description: words(127).default("团购订单"),
  attach: z.string().max(128).optional(),
  notify_url: z.string().default(""),
  created_at: instant.optional(),
  paid_at: instant.nullable().default(null),
  closed_at: instant.nullable().default(null),
  transaction_id: z.string().optional(),
  shipped_at: instant.nullable().default(null),
  refunds: z.array(bulkRefund).default([]),
});

const bulkTransfer = z.strictObject({
  out_bill_no: billNo,
  openid,
  amount_fen: amount,
  at: instant,
  state: z.enum(["SUCCESS", "FAIL", "CANCELLED", "WAIT_USER_CONFIRM"]),
  ended_at: instant.nullable().default(null),
  fail_reason: z.string().optional(),
  remark: z.string().default("佣金"),
  transfer_bill_no: z.string().optional(),
  notify_url: z.string().optional(),
});

const bulk = z.strictObject({
  payments: z.array(bulkPayment).default([]),
  transfers: z.array(bulkTransfer).default([]),
});

/** Takes history into the books in one write, without notices. The same record again is fine, another one is refused. */
function takeHistory(channel: Channel, body: string) {
  const { books } = channel;
  const ask = read(bulk, body);
  const entries: Parameters<typeof books.write> = [];
  const clash = (number: string) => new Refusal(409, "ALREADY_EXISTS", `账上已有不同的 ${number}`);
  const numbers = ask.payments.flatMap((one) => [one.out_trade_no, ...one.refunds.map((each) => each.out_refund_no)]);
  if (new Set(numbers).size < numbers.length) throw new Refusal(400, "PARAM_ERROR", "同一批中有重复的单号");
  const payments = ask.payments.map((one) => {
    const known = books.orders.get(one.out_trade_no);
    const paidAt = one.paid_at === null ? undefined : Date.parse(one.paid_at);
    if (known && (known.amountFen !== one.amount_fen || known.paidAt !== paidAt)) throw clash(one.out_trade_no);
    const createdAt = one.created_at
      ? Date.parse(one.created_at)
      : (paidAt ?? Date.parse(one.closed_at ?? moment(channel.clock.now())));
    const seq = known?.seq ?? books.next();
    const shippedAt = one.shipped_at === null ? undefined : Date.parse(one.shipped_at);
    const order: Order = known ?? {
      seq,
      outTradeNo: one.out_trade_no,
      description: one.description,
      amountFen: one.amount_fen,
      openid: one.openid,
      ...(one.attach === undefined ? {} : { attach: one.attach }),
      notifyUrl: one.notify_url,
      createdAt,
      expiresAt: Math.max(createdAt + hour / 2, paidAt ?? 0),
      terms: "",
      prepayId: `wx${hex(17)}`,
      prepaidAt: createdAt,
      ...(one.closed_at === null ? {} : { closedAt: Date.parse(one.closed_at) }),
      ...(paidAt === undefined ? {} : { paidAt, transactionId: one.transaction_id ?? transactionNo(seq, paidAt) }),
      ...(shippedAt === undefined ? {} : { shipping: { at: shippedAt, uploadedAt: shippedAt, corrected: false } }),
    };
    if (!known) entries.push({ kind: "order", record: order });
    let open = books.unrefunded(order);
    const refunds = one.refunds.map((asked) => {
      const old = books.refunds.get(asked.out_refund_no);
      if (old) {
        if (old.outTradeNo !== order.outTradeNo || old.amountFen !== asked.refund_fen) throw clash(asked.out_refund_no);
        return { out_refund_no: old.outRefundNo, refund_id: old.refundId };
      }
      if (asked.state !== "CLOSED") open -= asked.refund_fen;
      if (order.paidAt === undefined || open < 0) {
        throw new Refusal(400, "INVALID_REQUEST", `退款超过已付金额：${asked.out_refund_no}`);
      }
      const at = Date.parse(asked.at);
      const refundSeq = books.next();
      const refund: Refund = {
        seq: refundSeq,
        outRefundNo: asked.out_refund_no,
        refundId: asked.refund_id ?? refundIdOf(refundSeq, at),
        outTradeNo: order.outTradeNo,
        amountFen: asked.refund_fen,
        ...(asked.reason === undefined ? {} : { reason: asked.reason }),
        createdAt: at,
        state: asked.state,
        endsAt: at,
        endsAs: asked.state,
        endedAt: at,
      };
      entries.push({ kind: "refund", record: refund });
      return { out_refund_no: refund.outRefundNo, refund_id: refund.refundId };
    });
    return { out_trade_no: order.outTradeNo, transaction_id: order.transactionId ?? null, refunds };
  });
  const transfers = ask.transfers.map((one) => {
    const known = books.transfers.get(one.out_bill_no);
    if (known && known.amountFen !== one.amount_fen) throw clash(one.out_bill_no);
    if (known) return { out_bill_no: known.outBillNo, transfer_bill_no: known.transferBillNo };
    const at = Date.parse(one.at);
    const seq = books.next();
    const transfer: Transfer = {
      seq,
      outBillNo: one.out_bill_no,
      transferBillNo: one.transfer_bill_no ?? transferNo(seq, at),
      openid: one.openid,
      amountFen: one.amount_fen,
      remark: one.remark,
      sceneId: "1005",
      ...(one.notify_url === undefined ? {} : { notifyUrl: one.notify_url }),
      terms: "",
      createdAt: at,
      updatedAt: one.ended_at === null ? at : Date.parse(one.ended_at),
      expiresAt: at + dayMs,
      packageInfo: Buffer.from(`${one.out_bill_no}${hex(8)}`).toString("base64"),
      state: one.state,
      ...(one.state === "FAIL" ? { failReason: one.fail_reason ?? "OVERDUE_CLOSE" } : {}),
    };
    entries.push({ kind: "transfer", record: transfer });
    return { out_bill_no: transfer.outBillNo, transfer_bill_no: transfer.transferBillNo };
  });
  books.write(...entries);
  return { payments, transfers };
}

const tally = (rows: readonly { amountFen: number }[]) => ({
  count: rows.length,
  fen: rows.reduce((total, one) => total + one.amountFen, 0),
});

/** The books in short: sums in fen, and whatever the merchant could ask one by one. */
function summary(channel: Channel) {
  const { books, clock, settings } = channel;
  const now = clock.now();
  const orders = [...books.orders.values()];
  const refunds = [...books.refunds.values()];
  const transfers = [...books.transfers.values()];
  const notices = [...books.notices.values()];
  const paid = orders.filter((one) => one.paidAt !== undefined);
  const unsettled = paid.filter((one) => !isSettled(one, now));
  const stands = (state: Transfer["state"]) => tally(transfers.filter((one) => one.state === state));
  return {
    now: new Date(now).toISOString(),
    clock_offset_ms: clock.offsetMs(),
    mchid: channel.keys.mchid,
    paid: tally(paid),
    unpaid: tally(orders.filter((one) => stateOf(channel, one) === "NOTPAY")),
    closed: tally(orders.filter((one) => stateOf(channel, one) === "CLOSED")),
    refunded: tally(refunds.filter((one) => one.state === "SUCCESS")),
    refunding: tally(refunds.filter((one) => one.state === "PROCESSING")),
    refunds_abnormal: tally(refunds.filter((one) => one.state === "ABNORMAL")),
    refunds_closed: tally(refunds.filter((one) => one.state === "CLOSED")),
    transferred: stands("SUCCESS"),
    transfers_waiting: stands("WAIT_USER_CONFIRM"),
    transfers_processing: tally(transfers.filter((one) => one.state === "PROCESSING" || one.state === "CANCELING")),
    transfers_failed: stands("FAIL"),
    transfers_cancelled: stands("CANCELLED"),
    shipped: { count: paid.filter((one) => one.shipping).length },
    accounts: {
      basic_fen: books.balance.basic,
      operation_fen: books.balance.operation,
      unsettled_fen: unsettled.reduce((total, one) => total + books.unrefunded(one), 0),
      fees_fen:
        paid.reduce((total, one) => total + feeOf(one.amountFen, settings.feeBp), 0) -
        refunds
          .filter((one) => one.state !== "CLOSED")
          .reduce((total, one) => total + feeOf(one.amountFen, settings.feeBp), 0),
    },
    notices: {
      waiting: notices.filter((one) => one.state === "waiting").length,
      delivered: notices.filter((one) => one.state === "delivered").length,
      lost: notices.filter((one) => one.state === "lost").length,
      dead: notices.filter((one) => one.state === "dead").length,
    },
    probes: { ...books.probes() },
  };
}

/** Every payment, refund and transfer of the books; unpaid orders too. */
function lists(channel: Channel) {
  const { books } = channel;
  const iso = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString());
  return {
    payments: [...books.orders.values()].map((one) => ({
      out_trade_no: one.outTradeNo,
      transaction_id: one.transactionId ?? null,
      state: stateOf(channel, one),
      amount_fen: one.amountFen,
      refunded_fen: one.amountFen - books.unrefunded(one),
      openid: one.openid,
      created_at: iso(one.createdAt),
      paid_at: iso(one.paidAt),
      shipped_at: iso(one.shipping?.at),
    })),
    refunds: [...books.refunds.values()].map((one) => ({
      out_refund_no: one.outRefundNo,
      refund_id: one.refundId,
      out_trade_no: one.outTradeNo,
      state: one.state,
      refund_fen: one.amountFen,
      created_at: iso(one.createdAt),
      ended_at: iso(one.endedAt),
    })),
    transfers: [...books.transfers.values()].map((one) => ({
      out_bill_no: one.outBillNo,
      transfer_bill_no: one.transferBillNo,
      state: one.state,
      amount_fen: one.amountFen,
      openid: one.openid,
      fail_reason: one.failReason ?? null,
      created_at: iso(one.createdAt),
      updated_at: iso(one.updatedAt),
    })),
    notices: [...books.notices.values()].map((one) => ({
      id: one.id,
      event_type: one.eventType,
      url: one.url,
      state: one.state,
      attempts: one.attempts,
      last_status: one.lastStatus ?? null,
      due_at: iso(one.dueAt),
    })),
  };
}

/** What waits for a person's finger: unpaid orders and unconfirmed transfers, newest first; of one person when named. */
function waiting(channel: Channel, who: string | null) {
  const { books, clock } = channel;
  const mine = (one: { openid: string }) => !who || one.openid === who;
  return {
    now: new Date(clock.now()).toISOString(),
    orders: [...books.orders.values()]
      .filter((one) => mine(one) && stateOf(channel, one) === "NOTPAY" && clock.now() < one.expiresAt)
      .sort((a, b) => b.seq - a.seq)
      .slice(0, 20)
      .map((one) => ({
        prepay_id: one.prepayId,
        out_trade_no: one.outTradeNo,
        description: one.description,
        amount_fen: one.amountFen,
        openid: one.openid,
        expires_at: new Date(one.expiresAt).toISOString(),
      })),
    transfers: [...books.transfers.values()]
      .filter((one) => mine(one) && one.state === "WAIT_USER_CONFIRM")
      .sort((a, b) => b.seq - a.seq)
      .slice(0, 20)
      .map((one) => ({
        out_bill_no: one.outBillNo,
        remark: one.remark,
        amount_fen: one.amountFen,
        openid: one.openid,
        expires_at: new Date(one.expiresAt ?? 0).toISOString(),
      })),
    done: [...books.orders.values()]
      .filter((one) => mine(one) && one.paidAt !== undefined)
      .sort((a, b) => (b.paidAt ?? 0) - (a.paidAt ?? 0))
      .slice(0, 10)
      .map((one) => ({ description: one.description, ...orderView(channel, one) })),
  };
}

const byBill = z.strictObject({ out_bill_no: z.string() });

/** Puts money into an account of the merchant. */
export function topUp(channel: Channel, account: "basic" | "operation", amountFen: number) {
  const { books, clock } = channel;
  const seq = books.next();
  books.write({
    kind: "topUp",
    record: { seq, id: `CZ${String(seq).padStart(10, "0")}`, account, amountFen, at: clock.now() },
  });
}

/** The control desk under `/_control`, for people and tests who play everyone but the merchant. Not part of the channel. */
export function control(channel: Channel, method: string, url: URL, body: string, settle: () => void): unknown {
  const { books, clock, faults, notices } = channel;
  switch (`${method} ${url.pathname.slice("/_control".length)}`) {
    case "POST /pay":
      return pay(channel, read(paying, body));
    case "POST /bulk":
      return takeHistory(channel, body);
    case "POST /transfers/confirm":
      return decideTransfer(channel, read(byBill, body).out_bill_no, "confirm");
    case "POST /transfers/expire":
      return decideTransfer(channel, read(byBill, body).out_bill_no, "expire");
    case "POST /transfers/fail": {
      const ask = read(byBill.extend({ reason: words(64).default("PAYEE_ACCOUNT_ABNORMAL") }), body);
      return decideTransfer(channel, ask.out_bill_no, { fail: ask.reason });
    }
    case "POST /receipts": {
      const done = confirmReceipt(channel, read(z.strictObject({ out_trade_no: z.string() }), body).out_trade_no);
      if (!done) throw new Refusal(409, "NOT_SHIPPED", "尚未发货");
      return done;
    }
    case "POST /accounts": {
      const ask = read(z.strictObject({ account: z.enum(["basic", "operation"]), amount_fen: z.int() }), body);
      topUp(channel, ask.account, ask.amount_fen);
      settle();
      return { basic_fen: books.balance.basic, operation_fen: books.balance.operation };
    }
    case "POST /faults":
      faults.add(read(faultRule, body));
      return { faults: faults.list() };
    case "GET /faults":
      return { faults: faults.list() };
    case "DELETE /faults":
      faults.clear();
      return { faults: [] };
    case "POST /clock": {
      const ask = read(z.strictObject({ now: instant.optional(), offset_ms: z.int().optional() }), body);
      if ((ask.now === undefined) === (ask.offset_ms === undefined)) {
        throw new Refusal(400, "PARAM_ERROR", "now 与 offset_ms 二选一");
      }
      clock.setOffset(ask.offset_ms ?? Date.parse(ask.now ?? "") - (clock.now() - clock.offsetMs()));
      settle();
      return { now: new Date(clock.now()).toISOString(), offset_ms: clock.offsetMs() };
    }
    case "GET /clock":
      return { now: new Date(clock.now()).toISOString(), offset_ms: clock.offsetMs() };
    case "GET /books":
      return url.searchParams.has("summary") ? summary(channel) : { ...summary(channel), ...lists(channel) };
    case "GET /waiting":
      return waiting(channel, url.searchParams.get("openid"));
    case "GET /notices":
      return { idle: notices.idle(), waiting: notices.waiting() };
    default: {
      const transfer = /^GET \/transfers\/(\w+)$/.exec(`${method} ${url.pathname.slice("/_control".length)}`);
      const found = transfer ? books.transfers.get(transfer[1] ?? "") : undefined;
      if (found) return transferView(channel, found);
      throw new Refusal(404, "NOT_FOUND", "没有这个控制接口");
    }
  }
}
