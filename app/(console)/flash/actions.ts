"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import {
  addFlashSlot,
  approveSlot,
  cancelSlot,
  endSlot,
  pauseSlot,
  publishSlot,
  resumeSlot,
  returnSlot,
} from "#lib/campaigns/commands/flash";
import { copySlot, moveSlot } from "#lib/campaigns/commands/move";
import { addSeries, cancelSeries, changeSeries, type Skipped } from "#lib/campaigns/commands/series";
import { slotRecord } from "#lib/campaigns/queries/slots";
import {
  addFlashSlotInput,
  addSeriesInput,
  changeSeriesInput,
  copySlotInput,
  moveSlotInput,
  pauseSlotInput,
  returnSlotInput,
  seriesRefInput,
  slotRefInput,
} from "#lib/campaigns/schema";
import type { ActionAnswer } from "#lib/kernel/answer";

type Previous = ActionAnswer | null;
const words = () => getTranslations("campaigns");
const plans = () => getTranslations("planning");

export async function createSlot(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(addFlashSlotInput, async (actor, input) => {
    const id = await addFlashSlot(actor, input);
    // the list is by business day: a slot before midnight may belong to tomorrow's session
    const { state, businessDay } = await slotRecord(actor, id);
    return {
      message:
        state === "inReview"
          ? (await plans())("review.submitted")
          : (await words())(input.publish ? "flash.published" : "flash.created"),
      redirect: `/flash?day=${businessDay}`,
    };
  })(previous, form);
}

export async function publishSlotAction(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(slotRefInput, async (actor, input) => {
    const { state } = await publishSlot(actor, input);
    return {
      message: state === "published" ? (await words())("flash.published") : (await plans())("review.submitted"),
    };
  })(previous, form);
}

export async function cancelSlotAction(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(slotRefInput, async (actor, input) => {
    const { pieces } = await cancelSlot(actor, input);
    return { message: (await words())("flash.cancelled", { pieces }) };
  })(previous, form);
}

export async function approve(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(slotRefInput, async (actor, input) => {
    await approveSlot(actor, input);
    return { message: (await plans())("review.approved") };
  })(previous, form);
}

export async function sendBack(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(slotRefInput.extend({ reason: returnSlotInput.shape.note }), async (actor, { slotId, reason }) => {
    await returnSlot(actor, { slotId, note: reason });
    return { message: (await plans())("review.sentBack") };
  })(previous, form);
}

export async function hold(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(pauseSlotInput, async (actor, input) => {
    await pauseSlot(actor, input);
    return { message: (await plans())("hold.paused") };
  })(previous, form);
}

export async function release(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(slotRefInput, async (actor, input) => {
    await resumeSlot(actor, input);
    return { message: (await plans())("hold.resumed") };
  })(previous, form);
}

export async function end(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(pauseSlotInput, async (actor, input) => {
    const { pieces } = await endSlot(actor, input);
    return { message: (await plans())("hold.ended", { pieces }) };
  })(previous, form);
}

export async function move(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(moveSlotInput, async (actor, input) => {
    await moveSlot(actor, input);
    return { message: (await plans())("move.done") };
  })(previous, form);
}

export async function copy(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(copySlotInput, async (actor, input) => {
    const id = await copySlot(actor, input);
    return { message: (await plans())("move.copied"), redirect: `/flash/${id}` };
  })(previous, form);
}

/** The first thing left out, in words: when, what, why. */
async function firstOf(skipped: readonly Skipped[]): Promise<string> {
  const t = await getTranslations("planning.series");
  const [first] = skipped;
  return first ? [first.at, first.name, t(`why.${first.code}` as never)].filter(Boolean).join(" ") : "";
}

export async function repeat(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(addSeriesInput, async (actor, input) => {
    const { slots, skipped } = await addSeries(actor, input);
    const t = await plans();
    const count = skipped.length;
    return {
      message:
        count > 0 ? t("series.skipped", { slots, count, first: await firstOf(skipped) }) : t("series.made", { slots }),
      redirect: "/flash/list?view=draft",
    };
  })(previous, form);
}

export async function alterSeries(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(changeSeriesInput, async (actor, input) => {
    const { items, skipped } = await changeSeries(actor, input);
    const t = await plans();
    const count = skipped.length;
    return {
      message:
        count > 0
          ? t("series.changedLess", { items, count, first: await firstOf(skipped) })
          : t("series.changed", { items }),
    };
  })(previous, form);
}

export async function dropSeries(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(seriesRefInput, async (actor, input) => {
    const { slots } = await cancelSeries(actor, input);
    return { message: (await plans())("series.cancelled", { slots }) };
  })(previous, form);
}
