"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import {
  changeRoles,
  disableUser,
  enableUser,
  inviteAgain,
  inviteOperator,
  limitPerson,
} from "#lib/identity/commands/people";
import { revokeSignIn } from "#lib/identity/commands/sign-in";
import {
  changeRolesInput,
  inviteAgainInput,
  inviteOperatorInput,
  limitPersonInput,
  revokeSignInInput,
  userInput,
} from "#lib/identity/schema";
import type { ActionAnswer } from "#lib/kernel/answer";

type Previous = ActionAnswer | null;
const words = () => getTranslations("identity.people");

export async function invite(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(inviteOperatorInput, async (actor, input) => {
    const { path } = await inviteOperator(actor, input);
    return { message: (await words())("invited", { name: input.name }), value: path };
  })(previous, form);
}

export async function newLink(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(inviteAgainInput, async (actor, input) => {
    const { path } = await inviteAgain(actor, input);
    return { message: (await words())("linkMade"), value: path };
  })(previous, form);
}

export async function saveRoles(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(changeRolesInput, async (actor, input) => {
    await changeRoles(actor, input);
    return { message: (await words())("rolesChanged") };
  })(previous, form);
}

export async function saveScope(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(limitPersonInput, async (actor, input) => {
    await limitPerson(actor, input);
    return { message: (await words())("limited") };
  })(previous, form);
}

export async function disable(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(userInput, async (actor, input) => {
    await disableUser(actor, input);
    return { message: (await words())("disabled") };
  })(previous, form);
}

export async function enable(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(userInput, async (actor, input) => {
    await enableUser(actor, input);
    return { message: (await words())("enabled") };
  })(previous, form);
}

export async function endSession(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(revokeSignInInput, async (actor, input) => {
    await revokeSignIn(actor, input);
    return { message: (await words())("revoked") };
  })(previous, form);
}
