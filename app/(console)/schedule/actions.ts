"use server";
import { getTranslations } from "next-intl/server";
import { act, call } from "#app/_adapters/action";
import { fillCalendar, removeNote, renameNote, writeNote } from "#lib/analytics/commands/reports";
import { calendarYearInput, noteInput, renameNoteInput, reportInput } from "#lib/analytics/schema/explore";
import { cancelSlot } from "#lib/campaigns/commands/flash";
import { copySlot, moveSession, moveSlot } from "#lib/campaigns/commands/move";
import { slotRefInput } from "#lib/campaigns/schema";
import { type Rescheduling, rescheduleInput } from "#lib/campaigns/schema/schedule";
import type { ActionAnswer } from "#lib/kernel/answer";

type Previous = ActionAnswer | null;
const words = () => getTranslations("schedule.calendar");

/** A bar put elsewhere, or copied; answers the copy's id. */
export async function reschedule(change: Rescheduling): Promise<ActionAnswer & { id?: string }> {
  return call(
    rescheduleInput,
    change,
    async (actor, { kind, id, startsAt, endsAt, sessionId, businessDay, version }): Promise<{ id?: string }> => {
      switch (kind) {
        case "moveSession":
          await moveSession(actor, { sessionId: id, opensAt: startsAt, cutoffAt: endsAt, businessDay, version });
          return {};
        case "moveSlot":
          await moveSlot(actor, { slotId: id, startsAt, endsAt, sessionId, version });
          return {};
        case "copySlot":
          return { id: await copySlot(actor, { slotId: id, startsAt, endsAt, sessionId }) };
      }
    },
    { anew: true },
  );
}

/** A copy taken back. */
export async function uncopy(slotId: string): Promise<ActionAnswer> {
  return call(slotRefInput, { slotId }, (actor, input) => cancelSlot(actor, input), { anew: true });
}

export async function addDay(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(noteInput, async (actor, input) => {
    await writeNote(actor, input);
    return { message: (await words())("added") };
  })(previous, form);
}

export async function renameDay(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(renameNoteInput, async (actor, input) => {
    await renameNote(actor, input);
    return { message: (await words())("renamed") };
  })(previous, form);
}

export async function removeDay(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(reportInput, async (actor, input) => {
    await removeNote(actor, input);
    return { message: (await words())("removed") };
  })(previous, form);
}

export async function fillYear(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(calendarYearInput, async (actor, input) => ({
    message: (await words())("filled", { count: await fillCalendar(actor, input) }),
  }))(previous, form);
}
