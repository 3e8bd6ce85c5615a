import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { RecordTimeline } from "#components/audit/record-timeline";
import {
  PurchaseFacts,
  PurchaseLines,
  PurchaseMoney,
  PurchaseTrack,
  Receipts,
} from "#components/procurement/purchase-parts";
import { purchaseKind } from "#components/procurement/purchase-state";
import { ActionButton } from "#components/ui/form";
import { Columns, PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { StateBadge, Tag } from "#components/ui/state-badge";
import { can } from "#lib/identity/rules";
import { tailOf } from "#lib/kernel/ids";
import { clockText } from "#lib/kernel/time";
import { now, today } from "#lib/platform/clock";
import { purchaseRecord } from "#lib/procurement/queries";
import { isLate } from "#lib/procurement/rules";
import { accept } from "../../actions";

export default async function PurchasePage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("operator");
  const { id } = await params;
  const [t, order] = await page(() => Promise.all([getTranslations("procurement"), purchaseRecord(actor, id)]));
  const day = today();
  const late = isLate(order, now());
  return (
    <PageFrame
      trail={[{ label: t("title"), href: "/fulfilment/purchases" }]}
      title={`${order.supplierName} · ${tailOf(order.id)}`}
      state={
        <StateBadge kind={late ? "attention" : purchaseKind[order.state]} pill>
          {t(`states.${order.state}`)}
        </StateBadge>
      }
      meta={late ? <Tag>{t("late")}</Tag> : undefined}
      aside={
        order.state === "issued" ? (
          <span className="text-muted">{t("autoAccept", { time: clockText(order.autoAcceptAt) })}</span>
        ) : undefined
      }
      actions={
        order.state === "issued" && can(actor, "procurement.accept") ? (
          <ActionButton action={accept} values={{ id: order.id }}>
            {t("acceptFor")}
          </ActionButton>
        ) : undefined
      }
    >
      <Columns
        side={
          <>
            <Panel title={t("money")}>
              <PurchaseMoney order={order} />
            </Panel>
            <Panel title={t("timeline")}>
              <RecordTimeline entries={order.timeline} today={day} />
            </Panel>
          </>
        }
      >
        <Panel>
          <PurchaseTrack order={order} today={day} isLate={late} />
        </Panel>
        <Panel title={t("facts")}>
          <PurchaseFacts order={order} today={day} />
        </Panel>
        <Panel title={t("lines")} flush>
          <PurchaseLines order={order} />
        </Panel>
        <Panel title={t("receipts")} flush>
          <Receipts receipts={order.receipts} today={day} />
        </Panel>
      </Columns>
    </PageFrame>
  );
}
