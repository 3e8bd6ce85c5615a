import { useTranslations } from "next-intl";
import { type Fact, FactList, SumList } from "#components/ui/facts";
import { DayText, Moment } from "#components/ui/moment";
import { Money } from "#components/ui/money";
import { type PictureKind, ProductPicture } from "#components/ui/product-picture";
import { StateBadge } from "#components/ui/state-badge";
import { Track, type TrackStep } from "#components/ui/track";
import { tailOf } from "#lib/kernel/ids";
import { plus, yuan } from "#lib/kernel/money";
import { type Day, momentText } from "#lib/kernel/time";
import type { OrderLineView, OrderRecord } from "#lib/orders/schema";
import { refundKind } from "./order-state";

/** Where the order stands: paid, cut off, arrived, picked up. */
export function OrderTrack({ order, today }: { order: OrderRecord; today: Day }) {
  const t = useTranslations("orders");
  const ended = order.state === "cancelled" || (order.state === "refunded" && !order.completedAt);
  const at = (done: boolean, now: boolean): TrackStep["at"] =>
    done ? "done" : ended ? "stopped" : now ? "now" : "next";
  const steps: TrackStep[] = [
    {
      key: "paid",
      label: t("track.paid"),
      note: order.paidAt ? momentText(order.paidAt, today) : undefined,
      at: at(order.paidAt !== null, order.state === "pendingPayment"),
    },
    {
      key: "cutOff",
      label: t("track.cutOff"),
      note: momentText(order.cutoffAt, today),
      at: at(order.lockedAt !== null, order.state === "paid"),
    },
    {
      key: "arrived",
      label: t("track.arrived"),
      note: order.arrivedAt ? momentText(order.arrivedAt, today) : undefined,
      at: at(order.arrivedAt !== null, order.state === "locked" || order.state === "inTransit"),
    },
    {
      key: "done",
      label: t("track.done"),
      note: order.completedAt ? momentText(order.completedAt, today) : undefined,
      at: at(order.state === "completed", order.state === "arrived"),
    },
  ];
  return <Track label={t("state")} steps={steps} />;
}

/** Who bought it and who serves them. */
export function OrderPeople({ order }: { order: OrderRecord }) {
  return <FactList facts={usePeople()(order)} />;
}

function usePeople(): (order: OrderRecord) => Fact[] {
  const t = useTranslations("orders");
  return (order) => [
    { label: t("customer"), value: `${order.contactName} · ${order.phoneTail || "—"}` },
    { label: t("leader"), value: `${order.leaderName} · ${t(`attribution.${order.attribution as "share"}`)}` },
  ];
}

/** Where and when it is collected; with the people unless they stand elsewhere on the page. */
export function OrderFacts({
  order,
  today,
  columns = 1,
  people = true,
}: {
  order: OrderRecord;
  today: Day;
  columns?: 1 | 2;
  people?: boolean;
}) {
  const t = useTranslations("orders");
  const who = usePeople();
  return (
    <FactList
      columns={columns}
      facts={[
        ...(people ? who(order) : []),
        { label: t("point"), value: `${order.pointName} · ${order.district}` },
        { label: t("pickupDay"), value: <DayText day={order.pickupDay} today={today} /> },
        ...(order.pickup
          ? [{ label: t("code"), value: `${order.pickup.code} · ${t("bag", { no: order.pickup.bagNo })}` }]
          : []),
        { label: t("session"), value: order.sessionName },
        ...(order.state === "pendingPayment"
          ? [{ label: t("payBy"), value: <Moment at={order.expiresAt} today={today} /> }]
          : []),
        ...(order.remark ? [{ label: t("remark"), value: order.remark }] : []),
      ]}
    />
  );
}

/** What became of a line's pieces, in words. */
export function useFulfilled(): (line: OrderLineView) => string {
  const t = useTranslations("orders.counters");
  return (line) => {
    const parts = (["cancelled", "short", "picked", "unclaimed", "returned"] as const)
      .filter((k) => line[k] > 0)
      .map((k) => t(k, { n: line[k] }));
    const waiting = line.delivered - line.picked - line.unclaimed - line.returned;
    if (waiting > 0) parts.push(t("delivered", { n: waiting }));
    return parts.length > 0 ? parts.join(" · ") : t("waiting");
  };
}

/** The goods of an order as short lines with pictures: for the peek. */
export function OrderGoods({ order }: { order: OrderRecord }) {
  const fulfilled = useFulfilled();
  return (
    <ul className="flex flex-col">
      {order.lines.map((l) => (
        <li key={l.id} className="flex items-center gap-2.5 border-b border-separator py-1.5 last:border-0">
          <ProductPicture kind={l.picture as PictureKind} size={28} />
          <span className="min-w-0 flex-1">
            {l.name} {l.spec}
            <span className="block text-xs text-muted">
              {l.listPriceFen !== null && <s>{yuan(l.listPriceFen)}</s>} {yuan(l.unitPriceFen)} × {l.ordered} ·{" "}
              {fulfilled(l)}
            </span>
          </span>
          <Money fen={l.goodsFen} />
        </li>
      ))}
    </ul>
  );
}

/** The coupons of an order, each once. */
function couponsOf(shares: OrderRecord["coupons"]): OrderRecord["coupons"] {
  const byId = new Map<string, OrderRecord["coupons"][number]>();
  for (const s of shares) {
    const had = byId.get(s.id);
    byId.set(s.id, had ? { ...had, amountFen: plus(had.amountFen, s.amountFen) } : s);
  }
  return [...byId.values()];
}

/** The order's sums, ending in the proof that the books say the same. */
export function OrderMoney({ order }: { order: OrderRecord }) {
  const t = useTranslations("orders");
  const tp = useTranslations("promotions");
  return (
    <div className="flex flex-col gap-2">
      <SumList
        rows={[
          { label: t("goodsSum"), value: <Money fen={order.goodsFen} /> },
          ...couponsOf(order.coupons).map((c) => ({
            label: c.name,
            note: tp(`funders.${c.funder}`),
            value: <Money fen={-c.amountFen} sign />,
          })),
          {
            label: order.paidAt ? t("paid") : t("payable"),
            value: <Money fen={order.paidAt ? order.paidFen : order.payableFen} />,
            total: true,
          },
          { label: t("refunded"), value: <Money fen={order.refundedFen} /> },
        ]}
      />
      {order.journals.length > 0 && (
        <p className="flex justify-between gap-2 text-xs text-muted">
          <span>{t("proof")}</span>
          <span
            className={
              order.differenceFen === 0 ? "text-success-soft-foreground" : "font-semibold text-danger-soft-foreground"
            }
          >
            {t("difference", { amount: yuan(order.differenceFen) })}
          </span>
        </p>
      )}
    </div>
  );
}

/** Why the leader earns what she earns on this order: base, rate and rule of each line. */
export function OrderCommission({ order, today }: { order: OrderRecord; today: Day }) {
  const t = useTranslations("orders");
  const left = order.lines.reduce((n, l) => n + l.commissionFen - l.commissionReversedFen, 0);
  const reversed = order.lines.reduce((n, l) => n + l.commissionReversedFen, 0);
  return (
    <div className="flex flex-col gap-1.5">
      <p className="flex justify-between font-semibold">
        <span>{t("commission")}</span>
        <Money fen={left} />
      </p>
      {order.lines.map((l) => (
        <p key={l.id} className="flex justify-between gap-2 text-xs text-muted">
          <span className="min-w-0">
            {t("commissionOf", { name: l.name, base: yuan(l.commissionBaseFen), rate: `${l.commissionBp / 100}%` })} ·{" "}
            {l.commissionRuleId.startsWith("ofr_")
              ? t("commissionOffer")
              : l.commissionRuleId === "cmr_default"
                ? t("commissionDefault", { version: l.commissionRuleVersion })
                : t("commissionRule", { rule: tailOf(l.commissionRuleId), version: l.commissionRuleVersion })}
            <span className="block">
              {t(`commissionStates.${l.commissionState}`, { until: l.releaseAt ? momentText(l.releaseAt, today) : "" })}
            </span>
          </span>
          <Money fen={l.commissionFen} />
        </p>
      ))}
      {reversed > 0 && (
        <p className="flex justify-between text-xs text-muted">
          <span>{t("commissionReversed")}</span>
          <Money fen={-reversed} sign />
        </p>
      )}
    </div>
  );
}

export function RefundState({ state }: { state: string }) {
  const t = useTranslations("orders.refundStates");
  return <StateBadge kind={refundKind[state] ?? "waiting"}>{t(state as "requested")}</StateBadge>;
}
