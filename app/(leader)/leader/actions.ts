"use server";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { act } from "#app/_adapters/action";
import { requireActor } from "#app/_adapters/session";
import { report } from "#lib/aftersales/commands";
import { arriveDelivery, signDelivery } from "#lib/fulfilment/commands/delivery";
import { keepPhoto } from "#lib/fulfilment/commands/photo";
import { verifyPickup } from "#lib/fulfilment/commands/pickup";
import { markUncollected, tellResidents } from "#lib/fulfilment/commands/uncollected";
import { findPickups } from "#lib/fulfilment/queries/pickups";
import { deliveryRefInput, type PickupBundle, signInput, uncollectedInput, verifyInput } from "#lib/fulfilment/schema";
import type { ActionAnswer } from "#lib/kernel/answer";
import { isRefusal } from "#lib/kernel/refusal";
import { bytesOf } from "#lib/platform/files";

export async function arrive(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(deliveryRefInput, async (actor, input) => {
    await arriveDelivery(actor, input);
    return { redirect: `/leader/deliveries/${input.id}` };
  })(previous, form);
}

export async function sign(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(signInput, async (actor, input) => {
    const lines = [];
    for (const line of input.lines) {
      const photo = form.get(`photo-${line.lineId}`);
      const has = photo instanceof File && photo.size > 0;
      lines.push({
        ...line,
        photoFileId: has ? await keepPhoto(actor, { purpose: "deliveryPhoto", ...(await bytesOf(photo)) }) : null,
      });
    }
    const { signed } = await signDelivery(actor, { id: input.id, lines });
    return { message: (await getTranslations("fulfilment.signPage"))("done", { n: signed }), redirect: "/leader" };
  })(previous, form);
}

export async function tell(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(deliveryRefInput, async (actor, input) => {
    const n = await tellResidents(actor, input);
    return { message: (await getTranslations("fulfilment.leaderToday"))("notifyDone", { n }) };
  })(previous, form);
}

export async function mark(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(uncollectedInput, async (actor, input) => {
    await markUncollected(actor, input);
    return { message: (await getTranslations("fulfilment.leaderToday"))("markDone") };
  })(previous, form);
}

const handOverInput = verifyInput.extend({
  missing: z
    .array(z.object({ lineId: z.string(), quantity: z.number().int().min(1) }))
    .max(300)
    .default([]),
});

/** Hands over what is ticked and reports what is missing; sent again it neither gives nor reports twice. */
export async function handOver(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(handOverInput, async (actor, { missing, ...input }) => {
    if (input.lines && input.lines.length > 0) await verifyPickup(actor, input);
    for (const m of missing) {
      try {
        await report(actor, { orderLineId: m.lineId, quantity: m.quantity, reason: "missing" });
      } catch (error) {
        const isRepeat = isRefusal(error) && (error.code === "afterSaleOpen" || error.code === "quantityExceeded");
        if (!isRepeat) throw error;
      }
    }
  })(previous, form);
}

/** Finds residents by their full names, which the phone does not keep. */
export async function search(q: string): Promise<PickupBundle[]> {
  const actor = await requireActor("leader");
  return (await findPickups(actor, { q: z.string().max(40).parse(q) })).found;
}
