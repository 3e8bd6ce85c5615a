"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import { removeNote, removeReport, saveReport, setTarget, writeNote } from "#lib/analytics/commands/reports";
import { noteInput, reportInput, saveReportInput, targetInput } from "#lib/analytics/schema/explore";
import type { ActionAnswer } from "#lib/kernel/answer";

type Previous = ActionAnswer | null;
const words = () => getTranslations("explore");

export async function save(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(saveReportInput, async (actor, input) => {
    await saveReport(actor, input);
    return { message: (await words())("saved.done", { name: input.name }) };
  })(previous, form);
}

export async function remove(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(reportInput, async (actor, input) => {
    await removeReport(actor, input);
    return { message: (await words())("saved.removed") };
  })(previous, form);
}

export async function note(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(noteInput, async (actor, input) => {
    await writeNote(actor, input);
    return { message: (await words())("events.saved") };
  })(previous, form);
}

export async function unnote(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(reportInput, async (actor, input) => {
    await removeNote(actor, input);
    return { message: (await words())("events.removed") };
  })(previous, form);
}

export async function target(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(targetInput, async (actor, input) => {
    await setTarget(actor, input);
    return { message: (await words())("target.saved") };
  })(previous, form);
}
