"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import type { ActionAnswer } from "#lib/kernel/answer";
import { approveLeader, changeLeaderState, rejectLeader, setLeaderLevel } from "#lib/leaders/commands";
import { approveInput, leaderLevelInput, leaderStateInput, rejectInput } from "#lib/leaders/schema";

type Previous = ActionAnswer | null;
const words = () => getTranslations("leaders");

export async function approve(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(approveInput, async (actor, input) => {
    const { leaderId } = await approveLeader(actor, input);
    return { message: (await words())("app.approved"), redirect: `/leaders/${leaderId}` };
  })(previous, form);
}

export async function reject(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(rejectInput, async (actor, input) => {
    await rejectLeader(actor, input);
    return { message: (await words())("app.rejected"), redirect: "/leaders/applications" };
  })(previous, form);
}

export async function changeState(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(leaderStateInput, async (actor, input) => {
    await changeLeaderState(actor, input);
    return { message: (await words())(({ pause: "paused", resume: "resumed", leave: "left" } as const)[input.event]) };
  })(previous, form);
}

export async function saveLevel(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(leaderLevelInput, async (actor, input) => {
    await setLeaderLevel(actor, input);
    return { message: (await words())("levelSaved") };
  })(previous, form);
}
