"use client";
import { forgetRecents } from "./recent";

/** Ends the session by next-auth's own form post (its client library weighs more than these lines), then shows the sign-in page. */
export async function leave(): Promise<void> {
  forgetRecents();
  const { csrfToken } = (await (await fetch("/api/auth/csrf")).json()) as { csrfToken: string };
  await fetch("/api/auth/signout", { method: "POST", body: new URLSearchParams({ csrfToken, json: "true" }) });
  location.assign("/sign-in");
}
