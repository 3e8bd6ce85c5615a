import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { page } from "#app/_adapters/page";
import { MoveFields } from "#components/orders/move-fields";
import { OrderCommission, OrderFacts, OrderGoods, OrderMoney, OrderTrack } from "#components/orders/order-parts";
import { kindOf } from "#components/orders/order-state";
import { OrderTable } from "#components/orders/order-table";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import { StateBadge } from "#components/ui/state-badge";
import { narrowedTo } from "#lib/analytics/queries/names";
import type { SearchParams } from "#lib/kernel/list";
import { orderList } from "#lib/orders/lists";
import { orderRecord } from "#lib/orders/queries";
import { servedCities } from "#lib/pickup/queries";
import { today } from "#lib/platform/clock";

export default async function OrdersPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations("orders");
  const { actor, params, props } = await readList(orderList, await searchParams, t);
  const [peeked, cities, narrowed] = await page(() =>
    Promise.all([params.peek ? orderRecord(actor, params.peek) : null, servedCities(), narrowedTo(params.filters)]),
  );
  const now = today();
  return (
    <PageFrame title={t("title")}>
      <OrderTable
        {...props}
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
          ...(params.filters.stuck
            ? [
                {
                  key: "stuck",
                  label: t("stuck.label"),
                  options: (["refund", "shipping"] as const).map((value) => ({ value, label: t(`stuck.${value}`) })),
                },
              ]
            : []),
          ...narrowed
            .filter((n) => n.key !== "cityId" || cities.length < 2)
            .map((n) => ({ key: n.key, label: t(`narrowed.${n.key}`), options: [{ value: n.id, label: n.name }] })),
          ...(cities.length > 1
            ? [{ key: "cityId", label: t("city"), options: cities.map((c) => ({ value: c.id, label: c.name })) }]
            : []),
        ]}
        bulk={[{ key: "move", label: t("move"), run: true, fields: <MoveFields /> }]}
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
