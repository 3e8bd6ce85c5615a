"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import type { ActionAnswer } from "#lib/kernel/answer";
import { acceptPurchase } from "#lib/procurement/commands";
import { acceptPurchaseInput } from "#lib/procurement/schema";

export async function accept(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(acceptPurchaseInput, async (actor, input) => {
    const { warehouse } = await acceptPurchase(actor, input);
    return { message: (await getTranslations("procurement"))("acceptDone", { warehouse }) };
  })(previous, form);
}
