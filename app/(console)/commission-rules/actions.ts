"use server";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { act } from "#app/_adapters/action";
import { approveRule, draftRule, withdrawRule } from "#lib/commission/commands";
import { draftRuleInput, ruleRefInput } from "#lib/commission/schema";
import type { ActionAnswer } from "#lib/kernel/answer";

type Previous = ActionAnswer | null;
const words = () => getTranslations("commission");

/** A percentage as people write it, at most two decimals, as basis points. */
const rateText = z
  .string()
  .trim()
  .regex(/^\d{1,2}(\.\d{1,2})?$/, "format")
  .transform((text) => Math.round(Number(text) * 100));

const proposal = draftRuleInput.omit({ rateBp: true }).extend({ rate: rateText });

export async function propose(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(proposal, async (actor, { rate, ...input }) => {
    await draftRule(actor, { ...input, rateBp: rate });
    return { message: (await words())("proposed") };
  })(previous, form);
}

export async function approve(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(ruleRefInput, async (actor, input) => {
    await approveRule(actor, input);
    return { message: (await words())("approved") };
  })(previous, form);
}

export async function withdraw(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(ruleRefInput, async (actor, input) => {
    await withdrawRule(actor, input);
    return { message: (await words())("withdrawn") };
  })(previous, form);
}
