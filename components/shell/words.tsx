import { NextIntlClientProvider } from "next-intl";
import { getMessages } from "next-intl/server";
import type { ReactNode } from "react";
import type { WordsDomain } from "#lib/words/index";

/**
 * Hands sentences to the client components below: all of them, or only the domains named (phone pages stay light).
 * Server components need nothing of this; they read words on the server.
 */
export async function Words({ only, children }: { only?: readonly WordsDomain[]; children: ReactNode }) {
  const messages = await getMessages();
  const chosen = only ? Object.fromEntries(only.map((domain) => [domain, messages[domain]])) : messages;
  return <NextIntlClientProvider messages={chosen}>{children}</NextIntlClientProvider>;
}
