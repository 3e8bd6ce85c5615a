import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { dayOf, parseDay } from "#lib/kernel/time";
import { type Books, feeOf, type Order, type Refund } from "./books";
import type { Channel } from "./channel";
import { moment } from "./fields";
import { hour, minute, second } from "./spans";
import { hex, Refusal } from "./wire";

const linkLife = 5 * minute;
const perSecond = 3;
const readyAfter = 9 * hour;
const shanghai = 8 * hour;

const dayOfMs = (at: number) => dayOf(new Date(at));
const yuan = (amountFen: number) => {
  const text = String(Math.abs(amountFen)).padStart(3, "0");
  return `${amountFen < 0 ? "-" : ""}${text.slice(0, -2)}.${text.slice(-2)}`;
};
/** Fees are told with five decimals, exact before rounding. */
const exactFee = (amountFen: number, feeBp: number) => ((amountFen * feeBp) / 1_000_000).toFixed(5);
const clockOf = (at: number) => moment(at).slice(0, 19).replace("T", " ");
const plain = (value: string) => value.replaceAll("\r", "\\r").replaceAll("\n", "\\n");
const ticked = (cells: readonly (string | number)[]) => cells.map((cell) => `\`${plain(String(cell))}`).join(",");

const tradeHead =
  "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
const tradeFoot = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";
const fundHead =
  "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号";
const fundFoot = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额";

/** One day's trade bill, from these books alone: what was paid and which refunds were accepted that day. */
export function tradeBill(channel: Channel, day: string): string | null {
  const { books, keys, settings } = channel;
  const rate = `${(settings.feeBp / 100).toFixed(2)}%`;
  const row = (order: Order, refund?: Refund) => {
    const money = refund ? -refund.amountFen : order.amountFen;
    return {
      at: refund ? refund.createdAt : (order.paidAt ?? 0),
      seq: refund ? refund.seq : order.seq,
      cells: [
        clockOf(refund ? refund.createdAt : (order.paidAt ?? 0)),
        keys.appid,
        keys.mchid,
        "0",
        "",
        order.transactionId ?? "",
        order.outTradeNo,
        order.openid,
        "JSAPI",
        refund ? "REFUND" : "SUCCESS",
        "OTHERS",
        "CNY",
        refund ? "0.00" : yuan(order.amountFen),
        "0.00",
        refund?.refundId ?? "0",
        refund?.outRefundNo ?? "0",
        refund ? yuan(refund.amountFen) : "0.00",
        "0.00",
        refund ? "ORIGINAL" : "",
        refund ? refund.state : "",
        order.description,
        order.attach ?? "",
        exactFee(money, settings.feeBp),
        rate,
        refund ? "0.00" : yuan(order.amountFen),
        refund ? yuan(refund.amountFen) : "0.00",
        "",
      ],
    };
  };
  const paid = [...books.orders.values()].filter((one) => one.paidAt !== undefined && dayOfMs(one.paidAt) === day);
  const refunds = [...books.refunds.values()].filter((one) => dayOfMs(one.createdAt) === day);
  const rows = [
    ...paid.map((one) => row(one)),
    ...refunds.flatMap((one) => {
      const order = books.orders.get(one.outTradeNo);
      return order ? [row(order, one)] : [];
    }),
  ].sort((a, b) => a.at - b.at || a.seq - b.seq);
  if (rows.length === 0) return null;
  const income = paid.reduce((total, one) => total + one.amountFen, 0);
  const outgo = refunds.reduce((total, one) => total + one.amountFen, 0);
  const fees = exactFee(income - outgo, settings.feeBp);
  const sums = [rows.length, yuan(income), yuan(outgo), "0.00", fees, yuan(income), yuan(outgo)];
  return `${[tradeHead, ...rows.map((one) => ticked(one.cells)), tradeFoot, ticked(sums)].join("\r\n")}\r\n`;
}

type Move = { at: number; seq: number; ref: string; name: string; type: string; fen: number; voucher: string };

function moves(books: Books, account: "basic" | "operation"): Move[] {
  const all: Move[] = [];
  const add = (move: Move) => move.fen !== 0 && all.push(move);
  for (const one of books.topUps.values()) {
    if (one.account !== account) continue;
    add({ at: one.at, seq: one.seq, ref: one.id, name: "充值", type: "充值", fen: one.amountFen, voucher: one.id });
  }
  if (account === "operation") {
    for (const one of books.transfers.values()) {
      if (one.packageInfo === undefined) continue;
      const move = { seq: one.seq, ref: one.transferBillNo, name: "商家转账", voucher: one.outBillNo };
      add({ ...move, at: one.createdAt, type: "商家转账", fen: -one.amountFen });
      if (one.state === "FAIL" || one.state === "CANCELLED") {
        add({ ...move, at: one.updatedAt, type: "商家转账退回", fen: one.amountFen });
      }
    }
    return all.sort((a, b) => a.at - b.at || a.seq - b.seq);
  }
  for (const one of books.orders.values()) {
    if (one.paidAt === undefined) continue;
    const move = { at: one.paidAt, seq: one.seq, ref: one.transactionId ?? "", name: "交易", voucher: one.outTradeNo };
    add({ ...move, type: "交易", fen: one.amountFen });
    add({ ...move, type: "扣除交易手续费", fen: -feeOf(one.amountFen, books.feeBp) });
  }
  for (const one of books.refunds.values()) {
    const move = { at: one.createdAt, seq: one.seq, ref: one.refundId, name: "退款", voucher: one.outRefundNo };
    add({ ...move, type: "退款", fen: -one.amountFen });
    add({ ...move, type: "退还交易手续费", fen: feeOf(one.amountFen, books.feeBp) });
    if (one.state === "CLOSED") {
      const at = one.endedAt ?? one.endsAt;
      add({ ...move, at, type: "退款关闭", fen: one.amountFen - feeOf(one.amountFen, books.feeBp) });
    }
  }
  return all.sort((a, b) => a.at - b.at || a.seq - b.seq);
}

/** One day's fund flow of an account, each row with the balance after it. */
export function fundBill(channel: Channel, account: "basic" | "operation", day: string): string | null {
  let balance = 0;
  const rows: string[] = [];
  const sums = { in: 0, inFen: 0, out: 0, outFen: 0 };
  moves(channel.books, account).forEach((move, index) => {
    balance += move.fen;
    if (dayOfMs(move.at) !== day) return;
    const income = move.fen > 0;
    if (income) {
      sums.in += 1;
      sums.inFen += move.fen;
    } else {
      sums.out += 1;
      sums.outFen -= move.fen;
    }
    rows.push(
      ticked([
        clockOf(move.at),
        move.ref,
        `F${String(index + 1).padStart(12, "0")}`,
        move.name,
        move.type,
        income ? "收入" : "支出",
        yuan(Math.abs(move.fen)),
        yuan(balance),
        "system",
        "",
        move.voucher,
      ]),
    );
  });
  if (rows.length === 0) return null;
  const foot = ticked([rows.length, sums.in, yuan(sums.inFen), sums.out, yuan(sums.outFen)]);
  return `${[fundHead, ...rows, fundFoot, foot].join("\r\n")}\r\n`;
}

/** The bill counter: first a link and a SHA-1 of the plain file, then the file itself, unsigned. */
export function billDesk(channel: Channel) {
  const links = new Map<string, { file: Buffer; until: number }>();
  let asked: number[] = [];

  return {
    /** `GET /v3/bill/tradebill` and `/v3/bill/fundflowbill`; ready from 09:00 of the next day. */
    ask(kind: "tradebill" | "fundflowbill", query: URLSearchParams, origin: string) {
      const now = channel.clock.now();
      const wall = Date.now();
      asked = [...asked.filter((at) => at > wall - second), wall];
      if (asked.length > perSecond) throw new Refusal(429, "FREQUENCY_LIMITED", "请求过于频繁", 268435510);
      const day = parseDay(query.get("bill_date") ?? "");
      if (!day) throw new Refusal(400, "PARAM_ERROR", "账单日期格式错误", 268435511, { field: "bill_date" });
      const gzip = query.get("tar_type") === "GZIP";
      if (query.has("tar_type") && !gzip) throw new Refusal(400, "PARAM_ERROR", "tar_type 只支持 GZIP", 268435512);
      const midnight = Date.parse(`${day}T00:00:00Z`) - shanghai;
      if (now < midnight + 24 * hour + readyAfter)
        throw new Refusal(400, "STATEMENT_CREATING", "账单生成中", 268435513);
      const text = kind === "tradebill" ? trade(query, day) : fund(query, day);
      if (text === null) throw new Refusal(400, "NO_STATEMENT_EXIST", "账单文件不存在", 268435514);
      const file = Buffer.from(`\ufeff${text}`);
      const token = hex(24);
      for (const [old, link] of links) if (link.until < now) links.delete(old);
      links.set(token, { file: gzip ? gzipSync(file) : file, until: now + linkLife });
      return {
        hash_type: "SHA1",
        hash_value: createHash("sha1").update(file).digest("hex"),
        download_url: `${origin}/v3/billdownload/file?token=${token}`,
      };
    },

    /** `GET /v3/billdownload/file?token=`: five minutes long. */
    file(token: string): Buffer {
      const link = links.get(token);
      if (!link || channel.clock.now() > link.until) throw new Refusal(403, "NO_AUTH", "下载地址已失效", 268435515);
      return link.file;
    },
  };

  function trade(query: URLSearchParams, day: string) {
    const type = query.get("bill_type") ?? "ALL";
    if (type !== "ALL") throw new Refusal(400, "PARAM_ERROR", "只提供 ALL 账单", 268435516, { field: "bill_type" });
    return tradeBill(channel, day);
  }

  function fund(query: URLSearchParams, day: string) {
    const account = query.get("account_type") ?? "BASIC";
    if (account !== "BASIC" && account !== "OPERATION") {
      throw new Refusal(400, "PARAM_ERROR", "账户类型有误", 268435517, { field: "account_type" });
    }
    return fundBill(channel, account === "BASIC" ? "basic" : "operation", day);
  }
}
