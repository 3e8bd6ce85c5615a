"use server";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { act } from "#app/_adapters/action";
import { addItems, changeItem, changePrice, pauseOffer, removeItems, resumeOffer } from "#lib/campaigns/commands/items";
import {
  cancelSession,
  cloneSession,
  draftSession,
  editSession,
  publishSession,
} from "#lib/campaigns/commands/sessions";
import {
  cancelSessionInput,
  changeItemInput,
  changePriceInput,
  cloneSessionInput,
  draftSessionInput,
  editSessionInput,
  offerRefInput,
  removeItemsInput,
} from "#lib/campaigns/schema";
import type { ActionAnswer } from "#lib/kernel/answer";
import { fen, yuan } from "#lib/kernel/money";
import { cutOffSession } from "#lib/orders/commands/cutoff";

type Previous = ActionAnswer | null;
const words = () => getTranslations("campaigns");

export async function create(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(draftSessionInput, async (actor, input) => {
    const id = await draftSession(actor, input);
    return { message: (await words())("created"), redirect: `/sessions/${id}` };
  })(previous, form);
}

export async function edit(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(editSessionInput, async (actor, input) => {
    await editSession(actor, input);
    return { message: (await words())("saved") };
  })(previous, form);
}

export async function clone(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(cloneSessionInput, async (actor, input) => {
    const made = await cloneSession(actor, input);
    const t = await words();
    return { message: made.leftOut > 0 ? t("clonedLess", made) : t("cloned", made), redirect: `/sessions/${made.id}` };
  })(previous, form);
}

export async function publish(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(
    z.object({ sessionId: z.string(), acceptLoss: z.literal("on").optional(), opens: z.string().default("") }),
    async (actor, input) => {
      await publishSession(actor, { sessionId: input.sessionId, acceptLoss: input.acceptLoss === "on" });
      return { message: (await words())("published", { opensAt: input.opens }) };
    },
  )(previous, form);
}

export async function cancel(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(cancelSessionInput, async (actor, input) => {
    await cancelSession(actor, input);
    return { message: (await words())("cancelled") };
  })(previous, form);
}

export async function cutOffNow(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(
    z.object({ sessionId: z.string(), reason: z.string().trim().min(2, "reasonRequired").max(200) }),
    async (actor, input) => {
      await cutOffSession(actor, input);
      return { message: (await words())("cutOffDone") };
    },
  )(previous, form);
}

export async function add(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(z.object({ sessionId: z.string(), skuId: z.array(z.string()).min(1) }), async (actor, input) => {
    const { added } = await addItems(actor, {
      sessionId: input.sessionId,
      items: input.skuId.map((skuId) => ({ skuId })),
    });
    return { message: (await words())("itemsAdded", { count: added }) };
  })(previous, form);
}

export async function change(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(changeItemInput, async (actor, input) => {
    await changeItem(actor, input);
    return { message: (await words())("saved") };
  })(previous, form);
}

export async function reprice(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(changePriceInput, async (actor, input) => {
    await changePrice(actor, input);
    return { message: (await words())("repriced", { price: yuan(fen(input.priceFen)) }) };
  })(previous, form);
}

export async function remove(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(removeItemsInput, async (actor, input) => {
    await removeItems(actor, input);
    return { message: (await words())("itemRemoved") };
  })(previous, form);
}

export async function pause(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(offerRefInput, async (actor, input) => {
    await pauseOffer(actor, input);
    return { message: (await words())("paused") };
  })(previous, form);
}

export async function resume(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(offerRefInput, async (actor, input) => {
    await resumeOffer(actor, input);
    return { message: (await words())("resumed") };
  })(previous, form);
}
