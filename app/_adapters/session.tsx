import "server-only";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { getServerSession } from "next-auth";
import { cache } from "react";
import { actorOfSignIn } from "#lib/identity/commands/sign-in";
import { homeOf } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { authOptions } from "./auth";
import { caller } from "./caller";

/** The session row the cookie names; it may have ended. */
export const currentSignInId = cache(
  async (): Promise<string | null> => (await getServerSession(authOptions()))?.signInId ?? null,
);

/** The signed-in person, checked against the session's row; null when there is none. Read once per request. */
export const currentActor = cache(async (): Promise<Actor | null> => {
  const id = await currentSignInId();
  return id ? actorOfSignIn(id, await caller()) : null;
});

/** As currentActor, but goes to the sign-in page, and a person of another kind to their own home. */
export async function requireActor(kind?: Actor["kind"]): Promise<Actor> {
  const actor = await currentActor();
  if (!actor) {
    const path = (await headers()).get("x-lintuan-path");
    redirect(path && path !== "/" ? `/sign-in?next=${encodeURIComponent(path)}` : "/sign-in");
  }
  if (kind && actor.kind !== kind) redirect(homeOf(actor));
  return actor;
}
