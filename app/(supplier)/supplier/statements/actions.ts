"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import type { ActionAnswer } from "#lib/kernel/answer";
import * as statements from "#lib/settlement/commands/statements";
import { disputeInput, noteInput, seenStatement } from "#lib/settlement/schema";

type Previous = ActionAnswer | null;
const words = () => getTranslations("settlement");

export async function confirm(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(seenStatement, async (actor, input) => {
    await statements.confirmStatement(actor, input);
    return { message: (await words())("confirmDone") };
  })(previous, form);
}

export async function dispute(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(disputeInput, async (actor, input) => {
    await statements.disputeStatement(actor, input);
    return { message: (await words())("disputeDone") };
  })(previous, form);
}

export async function note(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(noteInput, async (actor, input) => {
    await statements.noteStatement(actor, input);
    return { message: (await words())("noteDone") };
  })(previous, form);
}
