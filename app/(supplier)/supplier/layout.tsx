import { getLocale } from "next-intl/server";
import type { ReactNode } from "react";
import { requireActor } from "#app/_adapters/session";
import { LunarText } from "#components/shell/lunar-text";
import { SupplierShell } from "#components/shell/supplier-shell";
import { Words } from "#components/shell/words";
import { shellFacts } from "#lib/analytics/queries/shell";

export default async function SupplierLayout({ children }: { children: ReactNode }) {
  const facts = await shellFacts(await requireActor("supplier"), await getLocale());
  return (
    <Words>
      <SupplierShell facts={facts} lunar={<LunarText day={facts.today} />}>
        {children}
      </SupplierShell>
    </Words>
  );
}
