import type { StateKind } from "#components/ui/state-badge";
import type { OrderState } from "#lib/orders/schema";

export const kindOf: Record<OrderState, StateKind> = {
  pendingPayment: "waiting",
  paid: "progress",
  locked: "progress",
  inTransit: "progress",
  arrived: "progress",
  completed: "done",
  cancelled: "closed",
  refunded: "closed",
};

export const refundKind: Record<string, StateKind> = {
  requested: "waiting",
  submitted: "progress",
  processing: "progress",
  success: "done",
  abnormal: "failed",
  closed: "failed",
};
