import type { StateKind } from "#components/ui/state-badge";
import type { ApplicationState, SupplierState, Validity } from "#lib/suppliers/rules";

export const applicationKind: Record<ApplicationState, StateKind> = {
  draft: "draft",
  submitted: "mine",
  returned: "attention",
  approved: "done",
  rejected: "failed",
};
export const supplierKind: Record<SupplierState, StateKind> = { active: "done", suspended: "frozen" };
export const validityKind: Record<Validity, StateKind> = {
  valid: "done",
  soon: "attention",
  expired: "failed",
  unlimited: "done",
};
export const claimKind: Record<"open" | "stated" | "cancelled", StateKind> = {
  open: "progress",
  stated: "done",
  cancelled: "closed",
};
