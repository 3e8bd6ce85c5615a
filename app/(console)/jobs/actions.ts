"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import type { ActionAnswer } from "#lib/kernel/answer";
import { retryEvent, setEventAside, takeEventBack } from "#lib/notifications/commands";
import { eventInput, setAsideInput } from "#lib/notifications/schema";

const said = async (key: "retried" | "setAsideDone" | "takenBack") => (await getTranslations("system.jobs"))(key);

export async function tellAgain(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(eventInput, async (actor, input) => {
    await retryEvent(actor, input);
    return { message: await said("retried") };
  })(previous, form);
}

export async function setAside(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(setAsideInput, async (actor, input) => {
    await setEventAside(actor, input);
    return { message: await said("setAsideDone") };
  })(previous, form);
}

export async function takeBack(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(eventInput, async (actor, input) => {
    await takeEventBack(actor, input);
    return { message: await said("takenBack") };
  })(previous, form);
}
