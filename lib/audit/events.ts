/** Payload of `mentioned`: `{ userIds, subjectKind, subjectId, by }`; the subject of the news is the comment. */
export const auditNews = { mentioned: "comment.mentioned" } as const;
