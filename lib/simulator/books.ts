import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";

/**
 * The channel's own books: an append-only journal of JSON lines, each the whole new state of one record, and the latest
 * of each in memory. Amounts are integer fen, instants are milliseconds of the channel's clock.
 */
export type Order = {
  seq: number;
  outTradeNo: string;
  description: string;
  amountFen: number;
  openid: string;
  attach?: string;
  notifyUrl: string;
  createdAt: number;
  expiresAt: number;
  /** The first call's fields, canonical: a second call must repeat them. */
  terms: string;
  prepayId: string;
  prepaidAt: number;
  closedAt?: number;
  transactionId?: string;
  paidAt?: number;
  shipping?: { at: number; uploadedAt: number; corrected: boolean; receivedAt?: number };
  presaleUntil?: number;
};

export type RefundState = "PROCESSING" | "SUCCESS" | "ABNORMAL" | "CLOSED";
export type Refund = {
  seq: number;
  outRefundNo: string;
  refundId: string;
  outTradeNo: string;
  amountFen: number;
  reason?: string;
  notifyUrl?: string;
  createdAt: number;
  state: RefundState;
  /** When and how it will end, decided at acceptance. */
  endsAt: number;
  endsAs: Exclude<RefundState, "PROCESSING">;
  endedAt?: number;
};

export type TransferState = "PROCESSING" | "WAIT_USER_CONFIRM" | "SUCCESS" | "FAIL" | "CANCELING" | "CANCELLED";
export type Transfer = {
  seq: number;
  outBillNo: string;
  transferBillNo: string;
  openid: string;
  amountFen: number;
  remark: string;
  sceneId: string;
  userName?: string;
  notifyUrl?: string;
  terms: string;
  createdAt: number;
  updatedAt: number;
  expiresAt?: number;
  packageInfo?: string;
  state: TransferState;
  failReason?: string;
};

export type NoticeState = "waiting" | "delivered" | "dead" | "lost";
export type Notice = {
  seq: number;
  id: string;
  url: string;
  eventType: string;
  originalType: "transaction" | "refund" | "mch_payment";
  summary: string;
  resource: object;
  createdAt: number;
  dueAt: number;
  attempts: number;
  copies: number;
  state: NoticeState;
  lastStatus?: number | string;
};

export type TopUp = { seq: number; id: string; account: "basic" | "operation"; amountFen: number; at: number };
export type Token = { seq: number; id: "token"; token: string; endsAt: number; refreshedAt: number };
export type UsedCode = { seq: number; id: string };
export type ClockRecord = { seq: number; id: "clock"; offsetMs: number };
export type Probes = { seq: number; id: "probes"; sent: number; rejected: number; accepted: number };

type Kinds = {
  order: Order;
  refund: Refund;
  transfer: Transfer;
  notice: Notice;
  topUp: TopUp;
  token: Token;
  code: UsedCode;
  clock: ClockRecord;
  probes: Probes;
};
type Kind = keyof Kinds;

const keyOf: { [K in Kind]: (record: Kinds[K]) => string } = {
  order: (o) => o.outTradeNo,
  refund: (r) => r.outRefundNo,
  transfer: (t) => t.outBillNo,
  notice: (n) => n.id,
  topUp: (t) => t.id,
  token: (t) => t.id,
  code: (c) => c.id,
  clock: (c) => c.id,
  probes: (p) => p.id,
};

type Entry = { [K in Kind]: { kind: K; record: Kinds[K] } }[Kind];

export type Books = ReturnType<typeof openBooks>;

/** The fee of `feeBp` basis points on an amount, to the nearest fen. */
export const feeOf = (amountFen: number, feeBp: number) => Math.round((amountFen * feeBp) / 10_000);

/** Opens the books in `dir`, replaying the journal; a line torn by a crash is cut off. */
export function openBooks(dir: string, feeBp: number) {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, "journal.jsonl");
  const tables: { [K in Kind]: Map<string, Kinds[K]> } = {
    order: new Map(),
    refund: new Map(),
    transfer: new Map(),
    notice: new Map(),
    topUp: new Map(),
    token: new Map(),
    code: new Map(),
    clock: new Map(),
    probes: new Map(),
  };
  const byTransaction = new Map<string, string>();
  const byPrepay = new Map<string, string>();
  const byRefundId = new Map<string, string>();
  const byTransferBill = new Map<string, string>();
  const refundsOf = new Map<string, Refund[]>();
  const balance = { basic: 0, operation: 0 };
  let seq = 0;

  /** What a record contributes to the two accounts; a change is the difference of two states. */
  function weight(entry: Entry): { basic: number; operation: number } {
    if (entry.kind === "order") {
      const { paidAt, amountFen } = entry.record;
      return { basic: paidAt === undefined ? 0 : amountFen - feeOf(amountFen, feeBp), operation: 0 };
    }
    if (entry.kind === "refund") {
      const { state, amountFen } = entry.record;
      return { basic: state === "CLOSED" ? 0 : feeOf(amountFen, feeBp) - amountFen, operation: 0 };
    }
    if (entry.kind === "transfer") {
      const { state, packageInfo, amountFen } = entry.record;
      const locked = packageInfo !== undefined && state !== "FAIL" && state !== "CANCELLED";
      return { basic: 0, operation: locked ? -amountFen : 0 };
    }
    if (entry.kind === "topUp") {
      const { account, amountFen } = entry.record;
      return account === "basic" ? { basic: amountFen, operation: 0 } : { basic: 0, operation: amountFen };
    }
    return { basic: 0, operation: 0 };
  }

  function apply(entry: Entry) {
    const table = tables[entry.kind] as Map<string, Entry["record"]>;
    const key = (keyOf[entry.kind] as (record: Entry["record"]) => string)(entry.record);
    const before = table.get(key);
    const now = weight(entry);
    const then = before ? weight({ kind: entry.kind, record: before } as Entry) : { basic: 0, operation: 0 };
    balance.basic += now.basic - then.basic;
    balance.operation += now.operation - then.operation;
    table.set(key, entry.record);
    seq = Math.max(seq, entry.record.seq);
    if (entry.kind === "order") {
      byPrepay.set(entry.record.prepayId, key);
      if (entry.record.transactionId) byTransaction.set(entry.record.transactionId, key);
    }
    if (entry.kind === "transfer") byTransferBill.set(entry.record.transferBillNo, key);
    if (entry.kind === "refund") {
      byRefundId.set(entry.record.refundId, key);
      const all = refundsOf.get(entry.record.outTradeNo) ?? [];
      const others = all.filter((one) => one.outRefundNo !== entry.record.outRefundNo);
      refundsOf.set(entry.record.outTradeNo, [...others, entry.record]);
    }
  }

  if (existsSync(file)) {
    const bytes = readFileSync(file);
    const whole = bytes.lastIndexOf(10) + 1;
    if (whole < bytes.length) truncateSync(file, whole);
    for (const line of bytes.subarray(0, whole).toString("utf8").split("\n")) {
      if (line !== "") apply(JSON.parse(line) as Entry);
    }
  }

  const unrefunded = (order: Order) =>
    order.amountFen -
    (refundsOf.get(order.outTradeNo) ?? [])
      .filter((one) => one.state !== "CLOSED")
      .reduce((total, one) => total + one.amountFen, 0);

  return {
    orders: tables.order as ReadonlyMap<string, Order>,
    refunds: tables.refund as ReadonlyMap<string, Refund>,
    transfers: tables.transfer as ReadonlyMap<string, Transfer>,
    notices: tables.notice as ReadonlyMap<string, Notice>,
    topUps: tables.topUp as ReadonlyMap<string, TopUp>,
    balance: balance as Readonly<typeof balance>,
    feeBp,

    next: () => ++seq,
    orderByTransaction: (transactionId: string) => tables.order.get(byTransaction.get(transactionId) ?? ""),
    orderByPrepay: (prepayId: string) => tables.order.get(byPrepay.get(prepayId) ?? ""),
    refundsOf: (outTradeNo: string): readonly Refund[] => refundsOf.get(outTradeNo) ?? [],
    refundById: (refundId: string) => tables.refund.get(byRefundId.get(refundId) ?? ""),
    transferByBill: (transferBillNo: string) => tables.transfer.get(byTransferBill.get(transferBillNo) ?? ""),
    unrefunded,
    token: () => tables.token.get("token"),
    used: (code: string) => tables.code.has(code),
    clockOffsetMs: () => tables.clock.get("clock")?.offsetMs,
    probes: (): Omit<Probes, "seq" | "id"> => tables.probes.get("probes") ?? { sent: 0, rejected: 0, accepted: 0 },

    /** Writes records to the journal, then takes them as true: all of one call or, after a crash, a prefix of them. */
    write(...entries: Entry[]) {
      if (entries.length === 0) return;
      appendFileSync(file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""), { mode: 0o600 });
      for (const entry of entries) apply(entry);
    },
  };
}
