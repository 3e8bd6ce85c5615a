"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import { addFlashSlot, cancelSlot, publishSlot } from "#lib/campaigns/commands/flash";
import { sessionRecord } from "#lib/campaigns/queries/sessions";
import { addFlashSlotInput, slotRefInput } from "#lib/campaigns/schema";
import type { ActionAnswer } from "#lib/kernel/answer";

type Previous = ActionAnswer | null;
const words = () => getTranslations("campaigns");

export async function createSlot(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(addFlashSlotInput, async (actor, input) => {
    await addFlashSlot(actor, input);
    // the list is by business day: a slot before midnight may belong to tomorrow's session
    const { businessDay } = await sessionRecord(actor, input.sessionId);
    return {
      message: (await words())(input.publish ? "flash.published" : "flash.created"),
      redirect: `/flash?day=${businessDay}`,
    };
  })(previous, form);
}

export async function publishSlotAction(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(slotRefInput, async (actor, input) => {
    await publishSlot(actor, input);
    return { message: (await words())("flash.published") };
  })(previous, form);
}

export async function cancelSlotAction(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(slotRefInput, async (actor, input) => {
    const { pieces } = await cancelSlot(actor, input);
    return { message: (await words())("flash.cancelled", { pieces }) };
  })(previous, form);
}
