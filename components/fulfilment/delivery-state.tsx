import type { StateKind } from "#components/ui/state-badge";
import type { DeliveryRow } from "#lib/fulfilment/schema";

export const deliveryKind: Record<DeliveryRow["state"], StateKind> = {
  preparing: "waiting",
  loaded: "progress",
  arrived: "progress",
  signed: "done",
};
