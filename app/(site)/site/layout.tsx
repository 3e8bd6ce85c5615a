import type { ReactNode } from "react";
import { requireActor } from "#app/_adapters/session";
import { SiteShell } from "#components/shell/site-shell";
import { Words } from "#components/shell/words";
import { shellFacts } from "#lib/analytics/queries/shell";

export default async function SiteLayout({ children }: { children: ReactNode }) {
  const { visible, counts, me, today } = await shellFacts(await requireActor("operator"));
  return (
    <Words>
      <SiteShell facts={{ visible, counts, me, today }}>{children}</SiteShell>
    </Words>
  );
}
