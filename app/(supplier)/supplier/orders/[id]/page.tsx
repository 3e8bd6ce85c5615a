import { getTranslations } from "next-intl/server";
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
import { Countdown } from "#components/ui/countdown";
import { Form } from "#components/ui/form";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { StateBadge } from "#components/ui/state-badge";
import { tailOf } from "#lib/kernel/ids";
import { yuan } from "#lib/kernel/money";
import { now, today } from "#lib/platform/clock";
import { purchaseRecord } from "#lib/procurement/queries";
import { isLate } from "#lib/procurement/rules";
import { accept } from "../../actions";

export default async function SupplierOrder({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("supplier");
  const { id } = await params;
  const [t, order] = await page(() => Promise.all([getTranslations("procurement"), purchaseRecord(actor, id)]));
  const day = today();
  return (
    <PageFrame
      narrow
      trail={[{ label: t("portal.orders"), href: "/supplier/orders" }]}
      title={t("one", { no: tailOf(order.id) })}
      state={
        <StateBadge kind={purchaseKind[order.state]} pill>
          {t(`states.${order.state}`)}
        </StateBadge>
      }
      aside={
        order.state === "issued" ? (
          <Countdown until={order.autoAcceptAt.toISOString()} now={now().toISOString()} />
        ) : undefined
      }
    >
      <div className="flex flex-col gap-3">
        <Panel>
          <PurchaseTrack order={order} today={day} isLate={isLate(order, now())} />
        </Panel>
        <Panel title={t("facts")}>
          <PurchaseFacts order={order} today={day} forSupplier />
        </Panel>
        <Panel title={t("lines")} flush>
          <PurchaseLines order={order} forSupplier />
        </Panel>
        <Panel title={t("money")}>
          <PurchaseMoney order={order} />
        </Panel>
        {order.receipts.length > 0 && (
          <Panel title={t("portal.result")} flush>
            <Receipts receipts={order.receipts} today={day} />
          </Panel>
        )}
        {order.state === "issued" && (
          <div className="card p-4 max-sm:sticky max-sm:bottom-17">
            <Form
              action={accept}
              values={{ id: order.id }}
              submit={t("acceptAmount", { amount: yuan(order.totalFen) })}
              wide
              guard={false}
              className="flex flex-col gap-3"
            >
              <p className="text-muted">{t("portal.autoNote")}</p>
            </Form>
          </div>
        )}
      </div>
    </PageFrame>
  );
}
