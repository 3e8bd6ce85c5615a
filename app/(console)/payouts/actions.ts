"use server";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { act } from "#app/_adapters/action";
import type { ActionAnswer } from "#lib/kernel/answer";
import { readListParams, searchOf } from "#lib/kernel/list";
import { listIds } from "#lib/platform/list";
import { approveBatch, cancelBatch, executeBatch, makeBatch } from "#lib/settlement/commands/batches";
import { moveFunds, payInCapital } from "#lib/settlement/commands/funds";
import { rejectWithdrawal, returnWithdrawal } from "#lib/settlement/commands/withdrawals";
import { withdrawalList } from "#lib/settlement/lists";
import {
  batchRef,
  capitalInput,
  moveFundsInput,
  reasonedBatch,
  rejectWithdrawalInput,
  seenBatch,
  withdrawalListSpec,
} from "#lib/settlement/schema";

type Previous = ActionAnswer | null;
const words = () => getTranslations("settlement.payouts");
const funds = () => getTranslations("settlement.funds");

const chosen = z.object({
  id: z.union([z.array(z.string()), z.string().transform((one) => [one])]).default([]),
  all: z.literal("1").optional(),
  query: z.string().default(""),
});

/** The chosen withdrawals, or everything the list shows. */
export async function batch(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(chosen, async (actor, input) => {
    const ask = readListParams(searchOf(input.query), withdrawalListSpec);
    const ids = input.all ? await listIds(withdrawalList, actor, ask, null, 500) : input.id;
    const { id } = await makeBatch(actor, { ids });
    return { message: (await words())("makeDone"), redirect: `/payouts/${id}` };
  })(previous, form);
}

export async function reject(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(rejectWithdrawalInput, async (actor, input) => {
    await rejectWithdrawal(actor, input);
    return { message: (await words())("rejectDone") };
  })(previous, form);
}

export async function takeBack(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(rejectWithdrawalInput, async (actor, input) => {
    await returnWithdrawal(actor, input);
    return { message: (await words())("returnDone") };
  })(previous, form);
}

export async function approve(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(seenBatch, async (actor, input) => {
    await approveBatch(actor, input);
    return { message: (await words())("approveDone") };
  })(previous, form);
}

export async function execute(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(batchRef, async (actor, input) => {
    await executeBatch(actor, input);
    return { message: (await words())("executeDone") };
  })(previous, form);
}

export async function cancel(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(reasonedBatch, async (actor, input) => {
    await cancelBatch(actor, input);
    return { message: (await words())("cancelDone"), redirect: "/payouts" };
  })(previous, form);
}

export async function move(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(moveFundsInput, async (actor, input) => {
    await moveFunds(actor, input);
    return { message: (await funds())("done") };
  })(previous, form);
}

export async function capital(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(capitalInput, async (actor, input) => {
    await payInCapital(actor, input);
    return { message: (await funds())("capitalDone") };
  })(previous, form);
}
