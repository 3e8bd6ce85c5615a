"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import { tellResidents } from "#lib/fulfilment/commands/uncollected";
import { deliveryIdsInput } from "#lib/fulfilment/schema";
import type { Actor } from "#lib/identity/schema";
import type { ActionAnswer } from "#lib/kernel/answer";
import { isRefusal } from "#lib/kernel/refusal";
import { pushShipping, retryRefund } from "#lib/payments/commands";

const done = () => getTranslations("analytics.done");

/** One after the other; what another person did in the meantime is passed over, and only if nothing went through is it refused. */
async function each(ids: string[], run: (id: string) => Promise<number>): Promise<number> {
  let count = 0;
  let refused: unknown;
  let passed = 0;
  for (const id of ids) {
    try {
      count += await run(id);
      passed += 1;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refused = error;
    }
  }
  if (passed === 0 && refused) throw refused;
  return count;
}

const counted = (run: (actor: Actor, id: string) => Promise<void>) => (actor: Actor) => async (id: string) => {
  await run(actor, id);
  return 1;
};

export async function remind(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(deliveryIdsInput, async (actor, input) => {
    const n = await each(input.id, (id) => tellResidents(actor, { id }));
    return { message: (await done())("reminded", { n }) };
  })(previous, form);
}

export async function retryRefunds(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(deliveryIdsInput, async (actor, input) => {
    const n = await each(input.id, counted((who, refundId) => retryRefund(who, { refundId }))(actor));
    return { message: (await done())("retried", { n }) };
  })(previous, form);
}

export async function retryShipping(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(deliveryIdsInput, async (actor, input) => {
    const n = await each(input.id, counted(pushShipping)(actor));
    return { message: (await done())("retried", { n }) };
  })(previous, form);
}
