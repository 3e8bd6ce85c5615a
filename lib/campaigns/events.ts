/** subjectId: the session; payload: { cityIds }. */
export const sessionPublished = "session.published";
/** subjectId: the session; payload: { reason }. Orders of it are refunded. */
export const sessionCancelled = "session.cancelled";
