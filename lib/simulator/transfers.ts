import type { IncomingMessage } from "node:http";
import { z } from "zod";
import type { Transfer, TransferState } from "./books";
import type { Channel } from "./channel";
import { amount, billNo, canonical, moment, notifyUrl, openid, read, words } from "./fields";
import { dayMs, second } from "./spans";
import { digits, hex, Refusal } from "./wire";

const confirmable = dayMs;
const queryable = 30 * dayMs;
const cancelTakes = second;
const namedFrom = 2_000_00;
const unnamedBelow = 30;
const least = 10;

/** What each scene must report, exactly. */
const reports: Record<string, readonly string[]> = {
  "1000": ["活动名称", "奖励说明"],
  "1005": ["岗位类型", "报酬说明"],
  "1011": ["赔付原因"],
};

const asking = z.strictObject({
  appid: words(32),
  out_bill_no: billNo,
  transfer_scene_id: z.enum(["1000", "1005", "1011"]),
  openid,
  user_name: z.string().max(1024).optional(),
  transfer_amount: amount,
  transfer_remark: words(32),
  notify_url: notifyUrl.optional(),
  user_recv_perception: words(32).optional(),
  transfer_scene_report_infos: z.array(z.strictObject({ info_type: words(15), info_content: words(32) })).max(10),
  user_recv_style: z.strictObject({ type: z.enum(["CONFIRM_PAGE", "RED_PACKET"]) }).optional(),
});

const createdView = (transfer: Transfer) => ({
  out_bill_no: transfer.outBillNo,
  transfer_bill_no: transfer.transferBillNo,
  create_time: moment(transfer.createdAt),
  state: transfer.state,
  ...(transfer.failReason === undefined ? {} : { fail_reason: transfer.failReason }),
  ...(transfer.state === "WAIT_USER_CONFIRM" ? { package_info: transfer.packageInfo } : {}),
});

/** A transfer as a query tells it. */
export const transferView = (channel: Channel, transfer: Transfer) => ({
  mch_id: channel.keys.mchid,
  appid: channel.keys.appid,
  out_bill_no: transfer.outBillNo,
  transfer_bill_no: transfer.transferBillNo,
  state: transfer.state,
  transfer_amount: transfer.amountFen,
  transfer_remark: transfer.remark,
  openid: transfer.openid,
  create_time: moment(transfer.createdAt),
  update_time: moment(transfer.updatedAt),
  ...(transfer.failReason === undefined ? {} : { fail_reason: transfer.failReason }),
});

export const transferNo = (seq: number, at: number) =>
  `1330${String(seq % 1e8).padStart(8, "0")}${moment(at).slice(0, 10).replaceAll("-", "")}${digits(19)}`;

/** Locks the money and waits for the payee; while the operation account is short it stays PROCESSING. */
function offer(channel: Channel, transfer: Transfer): Transfer {
  if (channel.books.balance.operation < transfer.amountFen) return transfer;
  const now = channel.clock.now();
  return {
    ...transfer,
    state: "WAIT_USER_CONFIRM",
    packageInfo: Buffer.from(`${transfer.transferBillNo}${hex(8)}`).toString("base64"),
    updatedAt: now,
    expiresAt: now + confirmable,
  };
}

/** `POST /v3/fund-app/mch-transfer/transfer-bills`. */
export function askTransfer(channel: Channel, request: IncomingMessage, body: string) {
  const { books, clock, keys } = channel;
  const ask = read(asking, body);
  if (ask.appid !== keys.appid) throw new Refusal(400, "PARAM_ERROR", "appid和mchid不匹配", 268435475);
  const wrong = (message: string, errno: number) => new Refusal(400, "PARAM_ERROR", message, errno);
  const wanted = reports[ask.transfer_scene_id] ?? [];
  const given = ask.transfer_scene_report_infos.map((one) => one.info_type);
  if (given.length !== wanted.length || wanted.some((type) => !given.includes(type))) {
    throw wrong("未传入完整且对应的转账场景报备信息", 268435500);
  }
  if (ask.transfer_amount < least) throw wrong("转账金额低于下限", 268435501);
  if (ask.transfer_amount >= namedFrom && ask.user_name === undefined)
    throw wrong("转账金额达到2000元须传入收款用户姓名", 268435502);
  if (ask.transfer_amount < unnamedBelow && ask.user_name !== undefined)
    throw wrong("转账金额低于0.3元不支持校验姓名", 268435503);
  const userName = ask.user_name === undefined ? undefined : channel.wire.open(request, ask.user_name);
  const terms = canonical({ ...ask, user_name: userName });
  const known = books.transfers.get(ask.out_bill_no);
  if (known) {
    if (known.terms !== terms)
      throw new Refusal(400, "ALREADY_EXISTS", "商户单号已存在，且参数与首次请求时不一致", 268435504);
    return createdView(known);
  }
  const now = clock.now();
  const seq = books.next();
  const accepted: Transfer = {
    seq,
    outBillNo: ask.out_bill_no,
    transferBillNo: transferNo(seq, now),
    openid: ask.openid,
    amountFen: ask.transfer_amount,
    remark: ask.transfer_remark,
    sceneId: ask.transfer_scene_id,
    ...(userName === undefined ? {} : { userName }),
    ...(ask.notify_url === undefined ? {} : { notifyUrl: ask.notify_url }),
    terms,
    createdAt: now,
    updatedAt: now,
    state: "PROCESSING",
  };
  const offered = offer(channel, accepted);
  books.write({ kind: "transfer", record: offered });
  return createdView(offered);
}

/** `GET …/out-bill-no/{no}` and `…/transfer-bill-no/{no}`: the last thirty days. */
export function queryTransfer(channel: Channel, transfer: Transfer | undefined) {
  if (!transfer || channel.clock.now() > transfer.createdAt + queryable) {
    throw new Refusal(404, "NOT_FOUND", "记录不存在", 268435505);
  }
  return transferView(channel, transfer);
}

/** `POST …/out-bill-no/{no}/cancel`: only before the payee's confirmation; the end comes later. */
export function cancelTransfer(channel: Channel, outBillNo: string) {
  const { books, clock } = channel;
  const transfer = books.transfers.get(outBillNo);
  if (!transfer) throw new Refusal(404, "NOT_FOUND", "记录不存在", 268435505);
  const over = transfer.state === "SUCCESS" || transfer.state === "FAIL";
  if (over) throw new Refusal(400, "INVALID_REQUEST", "当前单据状态不支持撤销", 268435506);
  const canceling: Transfer =
    transfer.state === "CANCELING" || transfer.state === "CANCELLED"
      ? transfer
      : { ...transfer, state: "CANCELING", updatedAt: clock.now() };
  if (canceling !== transfer) books.write({ kind: "transfer", record: canceling });
  return {
    out_bill_no: canceling.outBillNo,
    transfer_bill_no: canceling.transferBillNo,
    state: canceling.state,
    update_time: moment(canceling.updatedAt),
  };
}

function end(channel: Channel, transfer: Transfer, state: TransferState, failReason?: string) {
  const ended: Transfer = {
    ...transfer,
    state,
    updatedAt: channel.clock.now(),
    ...(failReason === undefined ? {} : { failReason }),
  };
  channel.books.write({ kind: "transfer", record: ended });
  if (ended.notifyUrl) {
    const { mch_id, appid: _, transfer_remark: __, ...resource } = transferView(channel, ended);
    channel.notices.tell({
      url: ended.notifyUrl,
      eventType: "MCHTRANSFER.BILL.FINISHED",
      originalType: "mch_payment",
      summary: "商家转账单据终态通知",
      resource: { mchid: mch_id, ...resource },
    });
  }
  return transferView(channel, ended);
}

/** What a payee or time does to a waiting transfer. Refuses: NOT_FOUND, TRANSFER_STATE when it is not waiting. */
export function decideTransfer(channel: Channel, outBillNo: string, deed: "confirm" | "expire" | { fail: string }) {
  const transfer = channel.books.transfers.get(outBillNo);
  if (!transfer) throw new Refusal(404, "NOT_FOUND", "记录不存在");
  if (transfer.state !== "WAIT_USER_CONFIRM")
    throw new Refusal(409, "TRANSFER_STATE", `转账单状态为 ${transfer.state}`);
  if (deed === "expire") return end(channel, transfer, "FAIL", "OVERDUE_CLOSE");
  if (deed !== "confirm") return end(channel, transfer, "FAIL", deed.fail);
  if (transfer.userName?.includes("不符")) return end(channel, transfer, "FAIL", "NAME_NOT_CORRECT");
  const bad = channel.faults.take(["transferFail"]);
  return bad ? end(channel, transfer, "FAIL", "PAYEE_ACCOUNT_ABNORMAL") : end(channel, transfer, "SUCCESS");
}

/** Offers what was short of money, closes what nobody confirmed, finishes cancellations. */
export function settleTransfers(channel: Channel) {
  const now = channel.clock.now();
  for (const transfer of channel.books.transfers.values()) {
    if (transfer.state === "PROCESSING") {
      const offered = offer(channel, transfer);
      if (offered !== transfer) channel.books.write({ kind: "transfer", record: offered });
    }
    if (transfer.state === "WAIT_USER_CONFIRM" && now >= (transfer.expiresAt ?? Number.POSITIVE_INFINITY)) {
      end(channel, transfer, "FAIL", "OVERDUE_CLOSE");
    }
    if (transfer.state === "CANCELING" && now >= transfer.updatedAt + cancelTakes) end(channel, transfer, "CANCELLED");
  }
}
