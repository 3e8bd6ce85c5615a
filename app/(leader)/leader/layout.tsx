import type { ReactNode } from "react";
import { requireActor } from "#app/_adapters/session";
import { LeaderShell } from "#components/shell/leader-shell";
import { Words } from "#components/shell/words";
import { shellFacts } from "#lib/analytics/queries/shell";

export default async function LeaderLayout({ children }: { children: ReactNode }) {
  const { counts } = await shellFacts(await requireActor("leader"));
  return (
    <Words>
      <LeaderShell counts={counts}>{children}</LeaderShell>
    </Words>
  );
}
