/** subjectId: the session; payload: { cityIds }. */
export const sessionPublished = "session.published";
/** subjectId: the session; payload: { reason }. Orders of it are refunded. */
export const sessionCancelled = "session.cancelled";
/** subjectId: the session; somebody else is to look at it before it is published. */
export const sessionSubmitted = "session.submitted";
/** subjectId: the slot; as above. */
export const slotSubmitted = "slot.submitted";
/** subjectId: the price request; somebody else is to decide. */
export const priceAsked = "price.asked";
