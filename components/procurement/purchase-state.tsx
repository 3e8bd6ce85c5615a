import type { StateKind } from "#components/ui/state-badge";
import type { PurchaseRow } from "#lib/procurement/schema";

export const purchaseKind: Record<PurchaseRow["state"], StateKind> = {
  issued: "waiting",
  accepted: "progress",
  receiving: "progress",
  received: "done",
  cancelled: "closed",
};
