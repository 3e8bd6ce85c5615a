import { useTranslations } from "next-intl";
import { getTranslations } from "next-intl/server";
import { History } from "#app/_adapters/history";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import {
  OrderCommission,
  OrderFacts,
  OrderMoney,
  OrderPeople,
  OrderTrack,
  RefundState,
  useFulfilled,
} from "#components/orders/order-parts";
import { kindOf } from "#components/orders/order-state";
import { moneyColumn, nodeColumn, numberColumn, textColumn } from "#components/ui/columns";
import { Countdown } from "#components/ui/countdown";
import { ActionButton } from "#components/ui/form";
import { Lines } from "#components/ui/lines";
import { DayText, Moment } from "#components/ui/moment";
import { Money } from "#components/ui/money";
import { Panel } from "#components/ui/panel";
import { type PictureKind, ProductPicture } from "#components/ui/product-picture";
import { RecordFrame } from "#components/ui/record";
import { StateBadge } from "#components/ui/state-badge";
import { can } from "#lib/identity/rules";
import { negate, yuan } from "#lib/kernel/money";
import type { Day } from "#lib/kernel/time";
import { orderRecord } from "#lib/orders/queries";
import type { OrderLineView, OrderRecord } from "#lib/orders/schema";
import { now, today } from "#lib/platform/clock";
import { cancel, pushRefundAgain } from "../actions";

export default async function OrderPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("operator");
  const { id } = await params;
  const [t, order] = await page(() => Promise.all([getTranslations("orders"), orderRecord(actor, id)]));
  const mayCancel = (order.state === "pendingPayment" || order.state === "paid") && can(actor, "orders.cancel");
  const amount = yuan(order.paidAt ? order.paidFen : order.payableFen);
  return (
    <RecordFrame
      trail={[{ label: t("title"), href: "/orders" }]}
      title={order.no}
      state={
        <StateBadge kind={kindOf[order.state]} pill>
          {t(`states.${order.state}`)}
        </StateBadge>
      }
      next={<Next order={order} />}
      deeds={[
        mayCancel && {
          id: "cancel",
          label: t("cancel"),
          tone: "danger",
          action: cancel,
          values: { orderId: order.id },
          confirmation: {
            title: t("cancelTitle"),
            text: t("cancelText", { amount }),
            verb: t("cancelVerb", { amount }),
            tone: "danger-fill",
            reason: "required",
          },
        },
      ]}
      track={<OrderTrack order={order} today={today()} />}
      side={
        <>
          <Panel title={t("money")}>
            <OrderMoney order={order} />
          </Panel>
          <Panel>
            <OrderCommission order={order} today={today()} />
          </Panel>
          <Panel title={t("people")}>
            <OrderPeople order={order} />
          </Panel>
        </>
      }
      history={<History kind="order" id={order.id} entries={order.timeline} />}
    >
      <Panel title={t("facts")}>
        <OrderFacts order={order} today={today()} columns={2} people={false} />
      </Panel>
      <Panel title={t("lines")} flush>
        <OrderLines order={order} />
      </Panel>
      {order.refunds.length > 0 && (
        <Panel title={t("refunds")} flush>
          <Refunds order={order} today={today()} mayRetry={can(actor, "payments.retry")} />
        </Panel>
      )}
      {order.journals.length > 0 && (
        <Panel title={t("journals")} flush>
          <Journals order={order} today={today()} mayOpen={can(actor, "ledger.see")} />
        </Panel>
      )}
    </RecordFrame>
  );
}

/** What is awaited of the order, and until when. */
function Next({ order }: { order: OrderRecord }) {
  const t = useTranslations("orders");
  const at = now();
  const [word, until] =
    order.state === "pendingPayment"
      ? [t("payBy"), order.expiresAt]
      : order.state === "paid" && order.cutoffAt > at
        ? [t("track.cutOff"), order.cutoffAt]
        : [null, null];
  if (until)
    return (
      <span>
        <span className="text-muted">{word}</span> <Countdown until={until.toISOString()} now={at.toISOString()} />
      </span>
    );
  if (order.state !== "paid" && order.state !== "locked" && order.state !== "inTransit" && order.state !== "arrived")
    return null;
  return (
    <span>
      <span className="text-muted">{t("pickupDay")}</span> <DayText day={order.pickupDay} today={today()} />
    </span>
  );
}

function OrderLines({ order }: { order: OrderRecord }) {
  const t = useTranslations("orders");
  const tp = useTranslations("promotions");
  const fulfilled = useFulfilled();
  return (
    <Lines<OrderLineView>
      label={t("lines")}
      rows={order.lines}
      columns={[
        nodeColumn({
          id: "item",
          head: t("item"),
          grow: true,
          phone: "title",
          node: (l) => (
            <span className="flex items-center gap-2.5">
              <ProductPicture kind={l.picture as PictureKind} size={28} />
              <span>
                {l.name} <span className="text-muted">{l.spec}</span>
              </span>
            </span>
          ),
        }),
        textColumn({ id: "supplier", head: t("supplier"), text: (l) => l.supplierName }),
        moneyColumn({ id: "unitPrice", head: t("unitPrice"), fen: (l) => l.unitPriceFen }),
        numberColumn({ id: "quantity", head: t("quantity"), value: (l) => l.ordered }),
        textColumn({ id: "fulfilled", head: t("fulfilled"), text: (l) => fulfilled(l) }),
        ...(order.couponFen > 0
          ? [
              moneyColumn<OrderLineView>({
                id: "coupon",
                head: t("coupon"),
                fen: (l) => negate(l.couponFen),
                foot: <Money fen={negate(order.couponFen)} />,
              }),
              textColumn<OrderLineView>({
                id: "funder",
                head: tp("funder"),
                text: (l) =>
                  [
                    ...new Set(order.coupons.filter((c) => c.lineId === l.id).map((c) => tp(`funders.${c.funder}`))),
                  ].join("、"),
              }),
            ]
          : []),
        moneyColumn({
          id: "refunded",
          head: t("refunded"),
          fen: (l) => l.refundedFen,
          foot: <Money fen={order.refundedFen} />,
        }),
        moneyColumn({
          id: "lineSum",
          head: t("lineSum"),
          fen: (l) => l.goodsFen,
          foot: <Money fen={order.goodsFen} size="total" />,
          phone: "figure",
        }),
      ]}
    />
  );
}

function Refunds({ order, today, mayRetry }: { order: OrderRecord; today: Day; mayRetry: boolean }) {
  const t = useTranslations("orders");
  return (
    <Lines<OrderRecord["refunds"][number]>
      label={t("refunds")}
      rows={order.refunds}
      columns={[
        textColumn({
          id: "cause",
          head: t("refunds"),
          grow: true,
          phone: "title",
          text: (r) => (t.has(`refundCauses.${r.cause}`) ? t(`refundCauses.${r.cause}`) : r.cause),
        }),
        nodeColumn({
          id: "at",
          head: t("at"),
          node: (r) => <Moment at={r.successAt ?? r.createdAt} today={today} />,
        }),
        nodeColumn({ id: "state", head: t("state"), phone: "state", node: (r) => <RefundState state={r.state} /> }),
        nodeColumn({
          id: "retry",
          head: "",
          node: (r) =>
            mayRetry && r.lastError && r.state !== "success" ? (
              <ActionButton action={pushRefundAgain} values={{ refundId: r.id }} size="small">
                {t("retryRefund")}
              </ActionButton>
            ) : null,
        }),
        moneyColumn({ id: "amount", head: t("refunded"), fen: (r) => r.amountFen, phone: "figure" }),
      ]}
    />
  );
}

function Journals({ order, today, mayOpen }: { order: OrderRecord; today: Day; mayOpen: boolean }) {
  const t = useTranslations("orders");
  return (
    <Lines<OrderRecord["journals"][number]>
      label={t("journals")}
      rows={order.journals}
      columns={[
        nodeColumn({
          id: "type",
          head: t("journals"),
          grow: true,
          phone: "title",
          node: (j) => {
            const words = t.has(`journalTypes.${j.type}`) ? t(`journalTypes.${j.type}`) : j.type;
            return mayOpen ? (
              <a className="link" href={`/ledger/journals/${j.id}`}>
                {words}
              </a>
            ) : (
              words
            );
          },
        }),
        nodeColumn({ id: "at", head: t("at"), node: (j) => <Moment at={j.at} today={today} /> }),
        moneyColumn({ id: "amount", head: t("money"), fen: (j) => j.amountFen, phone: "figure" }),
      ]}
    />
  );
}
