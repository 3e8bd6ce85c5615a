import type { StateKind } from "#components/ui/state-badge";
import type { CaseRow } from "#lib/aftersales/schema";

export const caseKind: Record<CaseRow["state"], StateKind> = {
  applied: "mine",
  approved: "progress",
  refunding: "progress",
  refunded: "done",
  rejected: "closed",
  cancelled: "closed",
};
