"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import type { ActionAnswer } from "#lib/kernel/answer";
import { repairCounter } from "#lib/orders/commands/stock";
import { repairInput } from "#lib/orders/schema";

export async function repairCounterAction(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(repairInput, async (actor, input) => {
    const done = await repairCounter(actor, input);
    return { message: (await getTranslations("watch.stock"))("repaired", done) };
  })(previous, form);
}
