"use server";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { act } from "#app/_adapters/action";
import type { ActionAnswer } from "#lib/kernel/answer";
import { cancelOrder } from "#lib/orders/commands/change";
import { cancelInput } from "#lib/orders/schema";
import { retryRefund } from "#lib/payments/commands";

export async function cancel(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(cancelInput, async (actor, input) => {
    await cancelOrder(actor, input);
    return { message: (await getTranslations("orders"))("cancelDone") };
  })(previous, form);
}

export async function pushRefundAgain(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(z.object({ refundId: z.string().max(28) }), async (actor, input) => {
    await retryRefund(actor, input);
    return { message: (await getTranslations("orders"))("refundDone") };
  })(previous, form);
}
