import { getTranslations } from "next-intl/server";
import { History } from "#app/_adapters/history";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import {
  PurchaseFacts,
  PurchaseLines,
  PurchaseMoney,
  PurchaseTrack,
  Receipts,
} from "#components/procurement/purchase-parts";
import { purchaseKind } from "#components/procurement/purchase-state";
import { ActionButton } from "#components/ui/form";
import { WindowText } from "#components/ui/moment";
import { Panel } from "#components/ui/panel";
import { RecordFrame } from "#components/ui/record";
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
    <RecordFrame
      trail={[{ label: t("title"), href: "/fulfilment/purchases" }]}
      title={`${order.supplierName} · ${tailOf(order.id)}`}
      state={
        <StateBadge kind={late ? "attention" : purchaseKind[order.state]} pill>
          {t(`states.${order.state}`)}
        </StateBadge>
      }
      meta={late ? <Tag>{t("late")}</Tag> : undefined}
      next={
        order.state === "issued" ? (
          <span className="text-muted">{t("autoAccept", { time: clockText(order.autoAcceptAt) })}</span>
        ) : order.state === "accepted" || order.state === "receiving" ? (
          <span>
            <span className="text-muted">{t("unload")}</span>{" "}
            <WindowText from={order.unloadFromAt} to={order.unloadToAt} today={day} />
          </span>
        ) : undefined
      }
      primary={
        order.state === "issued" && can(actor, "procurement.accept") ? (
          <ActionButton action={accept} values={{ id: order.id }} tone="primary">
            {t("acceptFor")}
          </ActionButton>
        ) : undefined
      }
      track={<PurchaseTrack order={order} today={day} isLate={late} />}
      side={
        <Panel title={t("money")}>
          <PurchaseMoney order={order} />
        </Panel>
      }
      history={<History kind="purchase" id={order.id} entries={order.timeline} />}
    >
      <Panel title={t("facts")}>
        <PurchaseFacts order={order} today={day} />
      </Panel>
      <Panel title={t("lines")} flush>
        <PurchaseLines order={order} />
      </Panel>
      <Panel title={t("receipts")} flush>
        <Receipts receipts={order.receipts} today={day} />
      </Panel>
    </RecordFrame>
  );
}
