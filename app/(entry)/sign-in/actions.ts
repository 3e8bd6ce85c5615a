"use server";
import { act } from "#app/_adapters/action";
import { caller } from "#app/_adapters/caller";
import { requestSmsCode } from "#lib/identity/commands/sign-in";
import { smsCodeInput } from "#lib/identity/schema";
import type { ActionAnswer } from "#lib/kernel/answer";

/** Sends a one-time code to the number; the answer is the same whether or not it has an account. */
export async function requestCode(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(
    smsCodeInput,
    async (_, input) => {
      await requestSmsCode(input, await caller());
    },
    { open: true },
  )(previous, form);
}
