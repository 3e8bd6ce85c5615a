import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { DeliveryFloor } from "#components/fulfilment/site-parts";
import { PhonePage } from "#components/shell/phone-page";
import { floorDeliveries } from "#lib/fulfilment/queries/deliveries";
import { can } from "#lib/identity/rules";
import { addDays } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import { arrive, load } from "../actions";

export default async function Delivery() {
  const actor = await requireActor("operator");
  const day = today();
  const [t, deliveries] = await page(() =>
    Promise.all([getTranslations("fulfilment.site"), floorDeliveries(actor, addDays(day, -1), addDays(day, 1))]),
  );
  return (
    <PhonePage title={t("delivery")}>
      <DeliveryFloor
        deliveries={deliveries}
        load={can(actor, "fulfilment.load") ? load : null}
        arrive={can(actor, "fulfilment.arrive") ? arrive : null}
        today={day}
      />
    </PhonePage>
  );
}
