"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import { acceptInvitation } from "#lib/identity/commands/people";
import { acceptInvitationInput } from "#lib/identity/schema";
import type { ActionAnswer } from "#lib/kernel/answer";

/** Sets the password of whoever holds the link, then shows the sign-in page. */
export async function choosePassword(previous: ActionAnswer | null, form: FormData): Promise<ActionAnswer> {
  return act(
    acceptInvitationInput,
    async (_, input) => {
      await acceptInvitation(input);
      return { message: (await getTranslations("identity.welcome"))("done"), redirect: "/sign-in" };
    },
    { open: true },
  )(previous, form);
}
