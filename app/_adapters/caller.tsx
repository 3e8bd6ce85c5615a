import "server-only";
import { headers } from "next/headers";
import type { Caller } from "#lib/identity/commands/sign-in";

type Head = { get(name: string): string | null };

/** Address and device of a request. Of several forwarded addresses the last counts: the nearest proxy wrote it. */
export const callerFrom = (head: Head): Caller => ({
  ip:
    head
      .get("x-forwarded-for")
      ?.split(",")
      .at(-1)
      ?.trim()
      .replace(/^::ffff:/, "") || null,
  userAgent: head.get("user-agent"),
});

export const caller = async (): Promise<Caller> => callerFrom(await headers());
