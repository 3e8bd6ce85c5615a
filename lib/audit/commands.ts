import "server-only";
import type { z } from "zod";
import { colleagues } from "#lib/identity/queries/people";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import { type Tx, transact } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { auditNews } from "./events";
import { namedIn, openUntil } from "./rules";
import type { CommentInput, commentRefInput, editCommentInput } from "./schema";
import { seenSubject } from "./subjects";

/** Of the ids given, those of colleagues who may see the record and whose name stands in the text; never the author. */
async function named(actor: Actor, body: string, ids: readonly string[], maySee: (other: Actor) => boolean) {
  const known = (await colleagues(ids)).filter((one) => one.id !== actor.id && maySee(one));
  return namedIn(body, known).map((one) => one.id);
}

async function tell(
  tx: Tx,
  actor: Actor,
  comment: { id: string; subjectType: string; subjectId: string },
  userIds: string[],
) {
  if (userIds.length === 0) return;
  await announce(tx, {
    type: auditNews.mentioned,
    subjectId: comment.id,
    payload: { userIds, subjectKind: comment.subjectType, subjectId: comment.subjectId, by: actor.name },
  });
}

/** Says something about a record; colleagues named in it are told. Returns the comment's id. Refuses: notFound, forbidden. */
export async function addComment(actor: Actor, input: CommentInput): Promise<string> {
  authorise(actor, "comments.write");
  return transact(async (tx) => {
    const { maySee } = await seenSubject(actor, input, tx);
    const at = now();
    const mentions = await named(actor, input.body, input.mentions, maySee);
    const comment = await tx.comment.create({
      data: { ...input, id: newId("cmt", at), at, authorId: actor.id, authorName: actor.name, mentions },
    });
    await tell(tx, actor, comment, mentions);
    return comment.id;
  });
}

/** The actor's own comment while it may still be changed. Refuses: notFound, forbidden, commentClosed. */
async function own(tx: Tx, actor: Actor, commentId: string) {
  const comment = await tx.comment.findUnique({ where: { id: commentId } });
  if (!comment) throw new Refusal("notFound");
  const { maySee } = await seenSubject(actor, comment, tx);
  if (comment.authorId !== actor.id) throw new Refusal("forbidden");
  if (comment.removedAt || openUntil(comment.at) <= now()) throw new Refusal("commentClosed");
  return { comment, maySee };
}

/** Mends one's own comment; only people newly named are told. Refuses: notFound, forbidden (another's), commentClosed. */
export async function editComment(actor: Actor, input: z.infer<typeof editCommentInput>): Promise<void> {
  authorise(actor, "comments.write");
  await transact(async (tx) => {
    const { comment, maySee } = await own(tx, actor, input.commentId);
    const mentions = await named(actor, input.body, [...comment.mentions, ...input.mentions], maySee);
    await tx.comment.update({ where: { id: comment.id }, data: { body: input.body, mentions, editedAt: now() } });
    await tell(
      tx,
      actor,
      comment,
      mentions.filter((id) => !comment.mentions.includes(id)),
    );
  });
}

/** Takes one's own comment back; its place in the timeline stays. Refuses: notFound, forbidden (another's), commentClosed. */
export async function removeComment(actor: Actor, input: z.infer<typeof commentRefInput>): Promise<void> {
  authorise(actor, "comments.write");
  await transact(async (tx) => {
    const { comment } = await own(tx, actor, input.commentId);
    await tx.comment.update({ where: { id: comment.id }, data: { removedAt: now() } });
  });
}
