import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { PickupDesk } from "#components/fulfilment/pickup-desk";
import { ConnectionPill } from "#components/shell/connection";
import { PhonePage } from "#components/shell/phone-page";
import { uncollected } from "#lib/fulfilment/queries/pickups";
import { handOver, search } from "../actions";

export default async function PickupPage({ searchParams }: { searchParams: Promise<{ who?: string }> }) {
  const actor = await requireActor("leader");
  const { who } = await searchParams;
  const [t, bundles] = await page(() => Promise.all([getTranslations("fulfilment.pickup"), uncollected(actor)]));
  return (
    <PhonePage title={t("title")} actions={<ConnectionPill quiet />}>
      <PickupDesk bundles={bundles} chosen={who ?? null} verify={handOver} search={search} />
    </PhonePage>
  );
}
