/** subjectId: the application. */
export const leaderApplied = "leader.applied";
/** subjectId: the leader; payload: { pointId }. */
export const leaderApproved = "leader.approved";
