"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import type { ActionAnswer } from "#lib/kernel/answer";
import { retryEvent } from "#lib/notifications/commands";
import { eventInput } from "#lib/notifications/schema";

export async function tellAgain(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(eventInput, async (actor, input) => {
    await retryEvent(actor, input);
    return { message: (await getTranslations("system.jobs"))("retried") };
  })(previous, form);
}
