/** subjectId: the leader; payload: { pointId }. */
export const leaderApproved = "leader.approved";
