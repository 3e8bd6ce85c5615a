import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { OrderCommission, OrderFacts, OrderGoods, OrderMoney, OrderTrack } from "#components/orders/order-parts";
import { kindOf } from "#components/orders/order-state";
import { OrderTable } from "#components/orders/order-table";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import { StateBadge } from "#components/ui/state-badge";
import { narrowedTo } from "#lib/analytics/queries/sales";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { yuan } from "#lib/kernel/money";
import { orderRecord, ordersPage, ordersTotal, orderViewCounts, orderViews } from "#lib/orders/queries";
import { servedCities } from "#lib/pickup/queries";
import { today } from "#lib/platform/clock";

const spec = {
  views: orderViews,
  sorts: ["-placedAt", "-payableFen"],
  filters: {
    pickupDay: "day",
    businessDay: "day",
    paidDay: "day",
    cityId: "text",
    pickupPointId: "text",
    leaderId: "text",
    supplierId: "text",
    skuId: "text",
    saleSessionId: "text",
    byDay: ["paid", "session", "pickup"],
    from: "day",
    to: "day",
    paid: "yes",
    refunded: "yes",
  },
} as const;

export default async function OrdersPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("operator");
  const params = readListParams(await searchParams, spec);
  const filter = { view: params.view, q: params.q, sort: params.sort, ...params.filters };
  const [t, rows, counts, total, peeked, cities, narrowed] = await page(() =>
    Promise.all([
      getTranslations("orders"),
      ordersPage(actor, { ...filter, cursor: params.after }),
      orderViewCounts(actor),
      ordersTotal(actor, filter),
      params.peek ? orderRecord(actor, params.peek) : null,
      servedCities(),
      narrowedTo(params.filters),
    ]),
  );
  const now = today();
  return (
    <PageFrame title={t("title")}>
      <OrderTable
        rows={rows.rows}
        nextCursor={rows.nextCursor}
        params={params}
        total={total.count}
        summary={total.isCapped ? t("capped") : t("sum", { amount: yuan(total.payableFen) })}
        views={orderViews.map((key) => ({ key, label: t(`views.${key}`), count: counts[key] }))}
        search={t("search")}
        filters={[
          { key: "pickupDay", label: t("pickupDay"), kind: "day" },
          { key: "businessDay", label: t("businessDay"), kind: "day" },
          { key: "paidDay", label: t("paidDay"), kind: "day" },
          ...(params.filters.from || params.filters.to
            ? [
                {
                  key: "byDay",
                  label: t("byDay"),
                  options: [
                    { value: "paid", label: t("paidDay") },
                    { value: "session", label: t("businessDay") },
                    { value: "pickup", label: t("pickupDay") },
                  ],
                },
                { key: "from", label: t("fromDay"), kind: "day" as const },
                { key: "to", label: t("toDay"), kind: "day" as const },
              ]
            : []),
          ...(params.filters.paid ? [{ key: "paid", label: t("paidOnly"), kind: "yes" as const }] : []),
          ...(params.filters.refunded ? [{ key: "refunded", label: t("refundedOnly"), kind: "yes" as const }] : []),
          ...narrowed
            .filter((n) => n.key !== "cityId" || cities.length < 2)
            .map((n) => ({ key: n.key, label: t(`narrowed.${n.key}`), options: [{ value: n.id, label: n.name }] })),
          ...(cities.length > 1
            ? [{ key: "cityId", label: t("city"), options: cities.map((c) => ({ value: c.id, label: c.name })) }]
            : []),
        ]}
        peek={
          peeked && {
            title: peeked.no,
            state: (
              <StateBadge pill kind={kindOf[peeked.state]}>
                {t(`states.${peeked.state}`)}
              </StateBadge>
            ),
            href: `/orders/${peeked.id}`,
            body: (
              <div className="flex flex-col gap-4">
                <OrderTrack order={peeked} today={now} />
                <OrderFacts order={peeked} today={now} />
                <OrderGoods order={peeked} />
                <OrderMoney order={peeked} />
                <OrderCommission order={peeked} today={now} />
              </div>
            ),
          }
        }
        empty={
          <Empty
            text={t("empty")}
            action={<LinkButton href="/sessions">{t("toSessions")}</LinkButton>}
            padded={false}
          />
        }
      />
    </PageFrame>
  );
}
