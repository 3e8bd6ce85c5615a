import type { ApplicationState, LeaderState } from "#lib/generated/prisma/enums";
import type { Table } from "../kernel/states";

export type ApplicationEvent = "approve" | "reject";
export const applicationTable: Table<ApplicationState, ApplicationEvent> = {
  draft: {},
  submitted: { approve: "approved", reject: "rejected" },
  returned: {},
  approved: {},
  rejected: {},
};

export type LeaderEvent = "pause" | "resume" | "leave";
export const leaderTable: Table<LeaderState, LeaderEvent> = {
  active: { pause: "paused", leave: "left" },
  paused: { resume: "active", leave: "left" },
  left: {},
};
