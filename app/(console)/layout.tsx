import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { getLocale } from "next-intl/server";
import type { ReactNode } from "react";
import { requireActor } from "#app/_adapters/session";
import { ConsoleShell } from "#components/shell/console-shell";
import { LunarText } from "#components/shell/lunar-text";
import { Words } from "#components/shell/words";
import { shellFacts } from "#lib/analytics/queries/shell";
import { homeOf } from "#lib/identity/rules";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const actor = await requireActor("operator");
  if (homeOf(actor) === "/site") redirect("/site");
  const [facts, jar] = await Promise.all([shellFacts(actor, await getLocale()), cookies()]);
  return (
    <Words>
      <ConsoleShell facts={facts} lunar={<LunarText day={facts.today} />} narrow={jar.get("rail")?.value === "narrow"}>
        {children}
      </ConsoleShell>
    </Words>
  );
}
