import type { StateKind } from "#components/ui/state-badge";
import type { couponStates, templateStates } from "#lib/promotions/schema/coupons";

export const templateKind: Record<(typeof templateStates)[number], StateKind> = {
  draft: "draft",
  active: "progress",
  paused: "frozen",
  ended: "closed",
};
export const couponKind: Record<(typeof couponStates)[number], StateKind> = {
  open: "progress",
  held: "waiting",
  used: "done",
  void: "closed",
};
