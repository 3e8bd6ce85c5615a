"use server";
import { addComment, editComment, removeComment } from "#lib/audit/commands";
import { commentInput, commentRefInput, editCommentInput } from "#lib/audit/schema";
import type { ActionAnswer } from "#lib/kernel/answer";
import { act } from "./action";

type Previous = ActionAnswer | null;

export async function add(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(commentInput, async (actor, input) => {
    await addComment(actor, input);
  })(previous, form);
}

export async function edit(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(editCommentInput, editComment)(previous, form);
}

export async function remove(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(commentRefInput, removeComment)(previous, form);
}
