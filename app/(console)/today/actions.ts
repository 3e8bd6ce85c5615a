"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import { fixInput } from "#lib/analytics/schema";
import { cloneSession } from "#lib/campaigns/commands/clone";
import { tellResidents } from "#lib/fulfilment/commands/uncollected";
import type { Actor } from "#lib/identity/schema";
import type { ActionAnswer } from "#lib/kernel/answer";
import { isRefusal } from "#lib/kernel/refusal";
import { preferNotice, retryEvent, retryMessage } from "#lib/notifications/commands";
import { preferenceInput } from "#lib/notifications/schema";
import { pushShipping, retryRefund } from "#lib/payments/commands";
import { acceptPurchase } from "#lib/procurement/commands";
import { remindConfirm } from "#lib/settlement/commands/withdrawals";

type Answer = Promise<ActionAnswer>;

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

/** A fix over the ids of a need, answered by how many it did; `run` may say how many one id stands for, or that it did nothing. */
const fix = (done: "reminded" | "retried" | "accepted", run: (actor: Actor, id: string) => Promise<unknown>) =>
  act(fixInput, async (actor, input) => {
    const n = await each(input.id, async (id) => {
      const did = await run(actor, id);
      return typeof did === "number" ? did : did === false ? 0 : 1;
    });
    return { message: (await getTranslations("analytics.done"))(done, { n }) };
  });

export async function remind(previous: ActionAnswer | null, form: FormData): Answer {
  return fix("reminded", (actor, id) => tellResidents(actor, { id }))(previous, form);
}

export async function retryRefunds(previous: ActionAnswer | null, form: FormData): Answer {
  return fix("retried", (actor, refundId) => retryRefund(actor, { refundId }))(previous, form);
}

export async function retryShipping(previous: ActionAnswer | null, form: FormData): Answer {
  return fix("retried", pushShipping)(previous, form);
}

export async function acceptPurchases(previous: ActionAnswer | null, form: FormData): Answer {
  return fix("accepted", (actor, id) => acceptPurchase(actor, { id }))(previous, form);
}

export async function remindConfirms(previous: ActionAnswer | null, form: FormData): Answer {
  return fix("reminded", (actor, id) => remindConfirm(actor, { id }))(previous, form);
}

export async function retryJobs(previous: ActionAnswer | null, form: FormData): Answer {
  return fix("retried", (actor, id) => retryEvent(actor, { id }))(previous, form);
}

export async function retryMessages(previous: ActionAnswer | null, form: FormData): Answer {
  return fix("retried", (actor, id) => retryMessage(actor, { id }))(previous, form);
}

/** The ids are the session to copy and the day it is for. */
export async function copySession(previous: ActionAnswer | null, form: FormData): Answer {
  return act(fixInput, async (actor, input) => {
    const [fromId = "", businessDay = ""] = input.id;
    const made = await cloneSession(actor, { fromId, businessDay });
    return { message: (await getTranslations("analytics.done"))("copied"), redirect: `/sessions/${made.id}` };
  })(previous, form);
}

export async function dismissSetup(previous: ActionAnswer | null, form: FormData): Answer {
  return act(preferenceInput, async (actor, input) => {
    await preferNotice(actor, input);
    return { message: (await getTranslations("analytics.setup"))("dismissed") };
  })(previous, form);
}
