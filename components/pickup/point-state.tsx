import type { MapPoint } from "#components/ui/map";
import type { StateKind } from "#components/ui/state-badge";
import type { PointState } from "#lib/generated/prisma/enums";

const pointKind: Record<PointState, StateKind> = { draft: "draft", open: "done", paused: "frozen", closed: "closed" };

/** An open point without a leader is not open to anybody. */
export const standingKind = (point: { state: PointState; leaderId: string | null }): StateKind =>
  point.state === "open" && point.leaderId === null ? "attention" : pointKind[point.state];
export const standingWord = (point: {
  state: PointState;
  leaderId: string | null;
}): "noLeader" | `states.${PointState}` =>
  point.state === "open" && point.leaderId === null ? "noLeader" : `states.${point.state}`;

/** How a point stands on the map: a triangle calls for a leader, a diamond rests. */
export const dotKind = (point: { state: PointState; leaderId: string | null }): MapPoint["kind"] =>
  point.state === "paused" ? "failed" : point.leaderId === null ? "attention" : "normal";
