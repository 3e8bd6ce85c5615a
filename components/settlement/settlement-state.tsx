import { useTranslations } from "next-intl";
import { useCallback } from "react";
import type { StateKind } from "#components/ui/state-badge";
import type { BatchState, EarningState, StatementState, WithdrawalState } from "#lib/settlement/schema";
import type zh from "#lib/words/settlement.zh";

type Statement = { state: StatementState; payableFen: number };

/** An approved statement that pays nothing is carried over, and reads so. */
export const statementWord = (s: Statement): StatementState | "carried" =>
  s.state === "approved" && s.payableFen === 0 ? "carried" : s.state;

const statementKinds: Record<StatementState | "carried", StateKind> = {
  draft: "draft",
  sent: "progress",
  confirmed: "mine",
  disputed: "failed",
  approved: "mine",
  paying: "progress",
  paid: "done",
  carried: "waiting",
};
export const statementKind = (s: Statement): StateKind => statementKinds[statementWord(s)];

export const withdrawalKind: Record<WithdrawalState, StateKind> = {
  requested: "mine",
  batched: "progress",
  approved: "progress",
  rejected: "closed",
  submitted: "progress",
  waitUserConfirm: "attention",
  succeeded: "done",
  failed: "failed",
  expired: "failed",
  cancelled: "closed",
  returned: "failed",
};

export const batchKind: Record<BatchState, StateKind> = {
  draft: "mine",
  approved: "mine",
  executed: "done",
  cancelled: "closed",
};

export const earningKind: Record<EarningState, StateKind> = {
  estimated: "progress",
  frozen: "frozen",
  released: "done",
  reversed: "closed",
};

type ReasonKey = keyof typeof zh.payouts.reasons;

/** The channel's code of a failure in words; a person's own reason, or a code we do not know, as it stands. */
export function useReason(): (reason: string | null) => string | null {
  const t = useTranslations("settlement.payouts.reasons");
  return useCallback(
    (reason) => (reason !== null && t.has(reason as ReasonKey) ? t(reason as ReasonKey) : reason),
    [t],
  );
}
