import { getTranslations } from "next-intl/server";
import { History } from "#app/_adapters/history";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { Bags, DeliveryFacts, DeliveryLines, DeliveryTrack } from "#components/fulfilment/delivery-parts";
import { deliveryKind } from "#components/fulfilment/delivery-state";
import { ConfirmButton } from "#components/ui/confirm-dialog";
import { ActionButton } from "#components/ui/form";
import { Moment } from "#components/ui/moment";
import { Panel } from "#components/ui/panel";
import { RecordFrame } from "#components/ui/record";
import { StateBadge } from "#components/ui/state-badge";
import { deliveryRecord } from "#lib/fulfilment/queries/deliveries";
import { can } from "#lib/identity/rules";
import { clockText } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import { arrive, load, signAll } from "../../actions";

export default async function DeliveryPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("operator");
  const { id } = await params;
  const [t, delivery] = await page(() => Promise.all([getTranslations("fulfilment"), deliveryRecord(actor, id)]));
  const day = today();
  const late = delivery.isLate && delivery.arrivedAt === null;
  return (
    <RecordFrame
      trail={[{ label: t("deliveries"), href: "/fulfilment/deliveries" }]}
      title={delivery.pointName}
      state={
        <StateBadge kind={late ? "attention" : deliveryKind[delivery.state]} pill>
          {late ? t("late") : t(`states.${delivery.state}`)}
        </StateBadge>
      }
      next={
        delivery.state === "arrived" && delivery.signDueAt ? (
          <span className="text-muted">{t("signDue", { time: clockText(delivery.signDueAt) })}</span>
        ) : delivery.state === "preparing" || delivery.state === "loaded" ? (
          <span>
            <span className="text-muted">{t("due")}</span> <Moment at={delivery.dueAt} today={day} />
          </span>
        ) : undefined
      }
      deeds={[
        { id: "print", label: t("print"), href: `/fulfilment/print/deliveries?id=${delivery.id}`, external: true },
      ]}
      primary={
        <>
          {delivery.state === "preparing" && can(actor, "fulfilment.load") && (
            <ActionButton action={load} values={{ id: delivery.id }} tone="primary">
              {t("load")}
            </ActionButton>
          )}
          {delivery.state === "loaded" && can(actor, "fulfilment.arrive") && (
            <ActionButton action={arrive} values={{ id: delivery.id }} tone="primary">
              {t("arrive")}
            </ActionButton>
          )}
          {delivery.state === "arrived" && can(actor, "fulfilment.sign") && (
            <ConfirmButton
              label={t("signAll")}
              tone="primary"
              action={signAll}
              values={{ id: delivery.id }}
              confirmation={{ title: t("signAllTitle"), text: t("signAllText"), verb: t("signAll") }}
            />
          )}
        </>
      }
      track={<DeliveryTrack delivery={delivery} today={day} />}
      history={<History kind="delivery" id={delivery.id} entries={delivery.timeline} />}
    >
      <Panel title={t("facts")}>
        <DeliveryFacts delivery={delivery} today={day} />
      </Panel>
      <Panel title={t("lines")} flush>
        <DeliveryLines lines={delivery.lines} />
      </Panel>
      <Panel title={t("bags")} flush>
        <Bags bags={delivery.bags} />
      </Panel>
    </RecordFrame>
  );
}
