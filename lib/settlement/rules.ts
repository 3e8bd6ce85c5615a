import { type Fen, minus, most, plus, zero } from "../kernel/money";
import { allows, type Table } from "../kernel/states";
import type { BatchState, EarningState, FundAccount, StatementState, WithdrawalState } from "./schema";

export type StatementEvent = "send" | "confirm" | "dispute" | "approve" | "pay" | "bounce" | "settle";

export const statementLife: Table<StatementState, StatementEvent> = {
  draft: { send: "sent" },
  sent: { confirm: "confirmed", dispute: "disputed" },
  disputed: { send: "sent", confirm: "confirmed" },
  confirmed: { approve: "approved" },
  approved: { pay: "paying" },
  paying: { settle: "paid", bounce: "approved" },
  paid: {},
};

/** Adjustments belong to what the supplier has not agreed to yet. */
export const mayAdjust = (state: StatementState): boolean => state === "draft" || state === "disputed";

export type WithdrawalEvent =
  | "batch"
  | "unbatch"
  | "approve"
  | "reject"
  | "submit"
  | "await"
  | "succeed"
  | "fail"
  | "expire"
  | "cancel"
  | "return";

export const withdrawalLife: Table<WithdrawalState, WithdrawalEvent> = {
  requested: { batch: "batched", reject: "rejected" },
  batched: { approve: "approved", unbatch: "requested" },
  approved: { submit: "submitted" },
  rejected: {},
  submitted: { await: "waitUserConfirm", succeed: "succeeded", fail: "failed", expire: "expired", cancel: "cancelled" },
  waitUserConfirm: { succeed: "succeeded", fail: "failed", expire: "expired", cancel: "cancelled" },
  succeeded: { return: "returned" },
  failed: {},
  expired: {},
  cancelled: {},
  returned: {},
};

/** Held or on its way: counts as the leader's one open withdrawal. */
export const isOpen = (state: WithdrawalState): boolean =>
  state === "requested" ||
  state === "batched" ||
  state === "approved" ||
  state === "submitted" ||
  state === "waitUserConfirm";

export type BatchEvent = "approve" | "execute" | "cancel";
export const batchLife: Table<BatchState, BatchEvent> = {
  draft: { approve: "approved", cancel: "cancelled" },
  approved: { execute: "executed" },
  executed: {},
  cancelled: {},
};

/** The channel closes an unconfirmed transfer with this reason after a day. */
const unconfirmed = "OVERDUE_CLOSE";

/**
 * What a change of the channel's transfer means for the withdrawal; null when it means nothing (still on its way, or news
 * that arrives after a later one).
 */
export function eventOfTransfer(
  state: WithdrawalState,
  transfer: string,
  failReason: string | null,
): WithdrawalEvent | null {
  const event: WithdrawalEvent | null =
    transfer === "waitUserConfirm"
      ? "await"
      : transfer === "success"
        ? "succeed"
        : transfer === "cancelled"
          ? "cancel"
          : transfer === "fail"
            ? state === "succeeded"
              ? "return"
              : failReason === unconfirmed
                ? "expire"
                : "fail"
            : null;
  return event && allows(withdrawalLife, state, event) ? event : null;
}

/** A statement's arithmetic. `claims` positive; a negative closing pays nothing and opens the next statement. */
export function closingOf(e: { opening: Fen; receipts: Fen; claims: Fen; adjustments: Fen }): {
  closing: Fen;
  payable: Fen;
} {
  const closing = minus(plus(e.opening, e.receipts, e.adjustments), e.claims);
  return { closing, payable: most(closing, zero) };
}

/** What a negative closing hands to the next statement; a positive one is paid and hands over nothing. */
export const carriedOver = (closing: Fen): Fen => (closing < 0 ? closing : zero);

/** The text whose hash binds a confirmation or an approval to what was seen. */
export const statementText = (e: {
  supplierId: string;
  fromDay: string;
  toDay: string;
  opening: Fen;
  receipts: Fen;
  claims: Fen;
  adjustments: Fen;
  closing: Fen;
  lines: readonly { kind: string; sourceId: string; quantity: number; amountFen: Fen }[];
}): string =>
  JSON.stringify([
    e.supplierId,
    e.fromDay,
    e.toDay,
    e.opening,
    e.receipts,
    e.claims,
    e.adjustments,
    e.closing,
    e.lines.map((l) => `${l.kind}|${l.sourceId}|${l.quantity}|${l.amountFen}`).sort(),
  ]);

export const batchText = (
  rows: readonly { id: string; leaderId: string; outBillNo: string; amountFen: Fen }[],
): string => JSON.stringify(rows.map((r) => `${r.id}|${r.leaderId}|${r.outBillNo}|${r.amountFen}`).sort());

/** Where money may move between our own accounts. */
const moves: Partial<Record<FundAccount, readonly FundAccount[]>> = {
  channelPending: ["channelAvailable"],
  channelAvailable: ["channelOperation", "bank"],
  channelOperation: ["bank"],
  bank: ["channelOperation"],
};
export const mayMove = (from: FundAccount, to: FundAccount): boolean => moves[from]?.includes(to) ?? false;

/** How a line's commission stands for its leader. */
export function earningState(line: {
  completedAt: Date | null;
  commissionState: "none" | "frozen" | "released" | "reversed";
  netFen: Fen;
}): EarningState {
  if (line.commissionState === "reversed" || (line.netFen === 0 && line.commissionState !== "released"))
    return "reversed";
  if (line.commissionState === "none") return "estimated";
  return line.commissionState;
}

/** From ¥2,000 the channel checks the payee's real name (money.md §1.11). */
export const realNameFromFen = 200_000;

/** Why a leader cannot withdraw at all just now; null when she can. */
export function blockedBecause(e: {
  available: Fen;
  owed: Fen;
  minimum: Fen;
  hasOpen: boolean;
  hasOpenid: boolean;
}): "withdrawalOwed" | "withdrawalOpen" | "withdrawalTooSmall" | "openidMissing" | null {
  if (e.hasOpen) return "withdrawalOpen";
  if (e.owed > 0) return "withdrawalOwed";
  if (!e.hasOpenid) return "openidMissing";
  if (e.available < e.minimum) return "withdrawalTooSmall";
  return null;
}
