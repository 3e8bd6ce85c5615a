import type { StateKind } from "#components/ui/state-badge";
import type { SessionPhase, SlotPhase } from "#lib/campaigns/rules";
import type { OfferState } from "#lib/generated/prisma/enums";

export const phaseKind: Record<SessionPhase, StateKind> = {
  draft: "draft",
  inReview: "attention",
  scheduled: "waiting",
  live: "progress",
  closing: "attention",
  cutOff: "progress",
  locked: "done",
  finished: "done",
  cancelled: "closed",
};

export const slotKind: Record<SlotPhase, StateKind> = {
  draft: "draft",
  inReview: "attention",
  scheduled: "waiting",
  live: "progress",
  ended: "done",
  cancelled: "closed",
};

export const offerKind: Record<OfferState, StateKind> = {
  draft: "draft",
  active: "progress",
  paused: "frozen",
  closed: "closed",
};
