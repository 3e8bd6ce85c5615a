import type { StateKind } from "#components/ui/state-badge";
import type { ApplicationState, LeaderState } from "#lib/generated/prisma/enums";

export const leaderKind: Record<LeaderState, StateKind> = { active: "done", paused: "frozen", left: "closed" };
export const applicationKind: Record<ApplicationState, StateKind> = {
  draft: "draft",
  submitted: "mine",
  returned: "attention",
  approved: "done",
  rejected: "closed",
};
