import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { ReceivingList } from "#components/fulfilment/site-parts";
import { PhonePage } from "#components/shell/phone-page";
import { today } from "#lib/platform/clock";
import { purchasesToReceive } from "#lib/procurement/queries";

export default async function Receiving() {
  const actor = await requireActor("operator");
  const [t, orders] = await page(() => Promise.all([getTranslations("fulfilment.site"), purchasesToReceive(actor)]));
  return (
    <PhonePage title={t("receiving")}>
      <ReceivingList orders={orders} today={today()} />
    </PhonePage>
  );
}
