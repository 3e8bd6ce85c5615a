"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import type { ActionAnswer } from "#lib/kernel/answer";
import { retryMessage } from "#lib/notifications/commands";
import { messageInput } from "#lib/notifications/schema";

export async function sendAgain(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(messageInput, async (actor, input) => {
    await retryMessage(actor, input);
    return { message: (await getTranslations("system.messages"))("retried") };
  })(previous, form);
}
