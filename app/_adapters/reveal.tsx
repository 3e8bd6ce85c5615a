"use server";
import { revealPii } from "#lib/identity/commands/pii";
import { revealInput } from "#lib/identity/schema";
import type { ActionAnswer } from "#lib/kernel/answer";
import { act } from "./action";

/** Shows one masked value for a logged reason. Values: `field` (see identity's piiFields) and `subject` (the record's id). */
export async function revealField(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(revealInput, async (actor, input) => ({ value: await revealPii(actor, input) }))(previous, form);
}
