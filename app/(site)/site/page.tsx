import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { DeliveryFloor, ReceivingList } from "#components/fulfilment/site-parts";
import { PhonePage } from "#components/shell/phone-page";
import { floorDeliveries } from "#lib/fulfilment/queries/deliveries";
import { can } from "#lib/identity/rules";
import { addDays } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import { purchasesToReceive } from "#lib/procurement/queries";
import { arrive, load } from "./actions";

export default async function SiteToday() {
  const actor = await requireActor("operator");
  const day = today();
  const mayReceive = can(actor, "fulfilment.receive");
  const [t, orders, deliveries] = await page(() =>
    Promise.all([
      getTranslations("fulfilment.site"),
      mayReceive ? purchasesToReceive(actor) : [],
      floorDeliveries(actor, addDays(day, -1), addDays(day, 1)),
    ]),
  );
  return (
    <PhonePage title={t("title")}>
      {mayReceive && (
        <section className="flex flex-col gap-2">
          <h2>{t("toReceive")}</h2>
          <ReceivingList orders={orders} today={day} />
        </section>
      )}
      <section className="flex flex-col gap-2">
        {mayReceive && <h2>{t("delivery")}</h2>}
        <DeliveryFloor
          deliveries={deliveries}
          load={can(actor, "fulfilment.load") ? load : null}
          arrive={can(actor, "fulfilment.arrive") ? arrive : null}
          today={day}
        />
      </section>
    </PhonePage>
  );
}
