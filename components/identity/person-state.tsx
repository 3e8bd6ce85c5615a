import type { StateKind } from "#components/ui/state-badge";
import type { PersonRow } from "#lib/identity/schema";

export const personKind: Record<PersonRow["state"], StateKind> = {
  invited: "waiting",
  active: "done",
  disabled: "closed",
};
