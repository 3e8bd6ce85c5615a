import type { StateKind } from "#components/ui/state-badge";
import type { GroupMemberView, GroupState } from "#lib/promotions/schema/groups";

export const groupKind: Record<GroupState, StateKind> = { open: "progress", formed: "done", failed: "closed" };
export const memberKind: Record<GroupMemberView["state"], StateKind> = {
  held: "waiting",
  paid: "done",
  left: "closed",
};
