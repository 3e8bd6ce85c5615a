"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import type { ActionAnswer } from "#lib/kernel/answer";
import { preferNotice, readNotices } from "#lib/notifications/commands";
import { preferenceInput, readNoticesInput } from "#lib/notifications/schema";

export async function markRead(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(readNoticesInput, async (actor, input) => {
    await readNotices(actor, input);
  })(previous, form);
}

export async function prefer(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(preferenceInput, async (actor, input) => {
    await preferNotice(actor, input);
    return { message: (await getTranslations("notices"))("saved") };
  })(previous, form);
}
