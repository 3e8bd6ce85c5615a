"use server";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { act } from "#app/_adapters/action";
import { editSetting } from "#lib/identity/commands/settings";
import { reason } from "#lib/identity/schema";
import type { ActionAnswer } from "#lib/kernel/answer";
import { settingKeys } from "#lib/platform/settings";

const input = z.object({
  key: z.enum(settingKeys),
  value: z.coerce.number().int(),
  version: z.coerce.number().int().min(0),
  reason,
});

export async function saveSetting(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(input, async (actor, given) => {
    await editSetting(actor, given);
    return { message: (await getTranslations("system.settings"))("saved") };
  })(previous, form);
}
