import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { DeliveryLines } from "#components/fulfilment/delivery-parts";
import { SignForm } from "#components/fulfilment/sign-form";
import { PhonePage } from "#components/shell/phone-page";
import { ActionButton } from "#components/ui/form";
import { Panel } from "#components/ui/panel";
import { StateNote } from "#components/ui/state-badge";
import { deliveryRecord } from "#lib/fulfilment/queries/deliveries";
import { arrive, sign } from "../../actions";

export default async function SignPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("leader");
  const { id } = await params;
  const [t, f, delivery] = await page(() =>
    Promise.all([getTranslations("fulfilment.signPage"), getTranslations("fulfilment"), deliveryRecord(actor, id)]),
  );
  const lines = delivery.lines.filter((l) => l.expected > 0);
  return (
    <PhonePage title={`${t("title")} · ${delivery.pointName}`} back="/leader">
      {delivery.state === "arrived" ? (
        <SignForm id={delivery.id} lines={lines} action={sign} />
      ) : (
        <>
          <StateNote kind={delivery.state === "signed" ? "done" : "waiting"}>
            {delivery.state === "signed" ? t("already") : t("notYet")}
          </StateNote>
          {delivery.state !== "signed" && (
            <ActionButton action={arrive} values={{ id: delivery.id }} tone="primary" size="large" wide>
              {f("leaderToday.arrived")}
            </ActionButton>
          )}
          <Panel title={f("lines")} flush>
            <DeliveryLines lines={lines} />
          </Panel>
        </>
      )}
    </PhonePage>
  );
}
