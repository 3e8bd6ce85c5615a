"use server";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { act } from "#app/_adapters/action";
import { arriveDelivery, loadDeliveries } from "#lib/fulfilment/commands/delivery";
import { keepPhoto } from "#lib/fulfilment/commands/photo";
import { deliveryIdsInput, deliveryRefInput } from "#lib/fulfilment/schema";
import type { ActionAnswer } from "#lib/kernel/answer";
import { bytesOf } from "#lib/platform/files";
import { receive as receiveGoods } from "#lib/procurement/commands";
import { receiveInput } from "#lib/procurement/schema";

export async function receive(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(receiveInput, async (actor, input) => {
    await receiveGoods(actor, input);
  })(previous, form);
}

export async function uploadPhoto(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(z.object({ photo: z.file() }), async (actor, { photo }) => {
    return { value: await keepPhoto(actor, { purpose: "receiptPhoto", ...(await bytesOf(photo)) }) };
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
