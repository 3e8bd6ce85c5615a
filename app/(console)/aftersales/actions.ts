"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import { decide as decideCase } from "#lib/aftersales/commands";
import { decideInput } from "#lib/aftersales/schema";
import type { ActionAnswer } from "#lib/kernel/answer";
import { yuan } from "#lib/kernel/money";

export async function decide(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(decideInput, async (actor, input) => {
    const { amountFen } = await decideCase(actor, input);
    const t = await getTranslations("aftersales");
    return { message: input.decision === "reject" ? t("rejectDone") : t("approveDone", { amount: yuan(amountFen) }) };
  })(previous, form);
}
