"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import type { ActionAnswer } from "#lib/kernel/answer";
import { requestWithdrawal } from "#lib/settlement/commands/withdrawals";
import { withdrawInput } from "#lib/settlement/schema";

export async function withdraw(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(withdrawInput, async (actor, input) => {
    const { id } = await requestWithdrawal(actor, input);
    return {
      message: (await getTranslations("settlement.earnings"))("withdrawDone"),
      redirect: `/leader/earnings/withdrawals/${id}`,
    };
  })(previous, form);
}
