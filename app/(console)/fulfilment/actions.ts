"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import { arriveDelivery, loadDeliveries, signDelivery } from "#lib/fulfilment/commands/delivery";
import { tellResidents } from "#lib/fulfilment/commands/uncollected";
import { deliveryIdsInput, deliveryRefInput } from "#lib/fulfilment/schema";
import type { ActionAnswer } from "#lib/kernel/answer";
import { acceptPurchase } from "#lib/procurement/commands";
import { acceptPurchaseInput } from "#lib/procurement/schema";

export async function accept(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(acceptPurchaseInput, async (actor, input) => {
    const { warehouse } = await acceptPurchase(actor, input);
    return { message: (await getTranslations("procurement"))("acceptDone", { warehouse }) };
  })(previous, form);
}

export async function load(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(deliveryIdsInput, async (actor, input) => {
    const n = await loadDeliveries(actor, input);
    return { message: (await getTranslations("fulfilment"))("loadDone", { n }) };
  })(previous, form);
}

export async function arrive(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(deliveryRefInput, async (actor, input) => {
    await arriveDelivery(actor, input);
    return { message: (await getTranslations("fulfilment"))("arriveDone") };
  })(previous, form);
}

export async function signAll(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(deliveryRefInput, async (actor, input) => {
    const { signed } = await signDelivery(actor, { id: input.id });
    return { message: (await getTranslations("fulfilment"))("signDone", { n: signed }) };
  })(previous, form);
}

export async function tell(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(deliveryRefInput, async (actor, input) => {
    const n = await tellResidents(actor, input);
    return { message: (await getTranslations("fulfilment.leaderToday"))("notifyDone", { n }) };
  })(previous, form);
}
