import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { DeliveryTable } from "#components/fulfilment/delivery-table";
import { FulfilmentTabs } from "#components/fulfilment/fulfilment-tabs";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import { deliveriesPage, deliveryCounts } from "#lib/fulfilment/queries/deliveries";
import { deliveryViews } from "#lib/fulfilment/schema";
import { can } from "#lib/identity/rules";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { routes } from "#lib/pickup/queries";
import { today } from "#lib/platform/clock";
import { load } from "../actions";

const spec = { views: deliveryViews, filters: { day: "day", routeId: "text", warehouseId: "text" } } as const;

export default async function DeliveriesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("operator");
  const params = readListParams(await searchParams, spec);
  const filter = { view: params.view, q: params.q, ...params.filters };
  const [t, rows, counts, lines] = await page(() =>
    Promise.all([
      getTranslations("fulfilment"),
      deliveriesPage(actor, { ...filter, cursor: params.after }),
      deliveryCounts(actor, filter),
      routes(),
    ]),
  );
  return (
    <PageFrame
      title={t("deliveries")}
      trail={[{ label: t("title"), href: "/fulfilment" }]}
      tabs={<FulfilmentTabs current="deliveries" />}
      actions={
        <LinkButton
          href={`/fulfilment/print/deliveries?day=${params.filters.day ?? today()}${params.filters.routeId ? `&route=${params.filters.routeId}` : ""}`}
          external
        >
          {t("printDay")}
        </LinkButton>
      }
    >
      <DeliveryTable
        rows={rows.rows}
        nextCursor={rows.nextCursor}
        params={params}
        total={counts.matching}
        views={deliveryViews.map((key) => ({ key, label: t(`views.${key}`), count: counts.views[key] }))}
        search={t("search")}
        filters={[
          { key: "day", label: t("pickupDay"), kind: "day" },
          ...(lines.length > 1
            ? [{ key: "routeId", label: t("route"), options: lines.map((r) => ({ value: r.id, label: r.name })) }]
            : []),
        ]}
        bulk={
          can(actor, "fulfilment.load")
            ? [
                {
                  key: "load",
                  label: t("loadMany"),
                  action: load,
                  tone: "primary",
                  confirm: { title: t("loadTitle"), verb: t("loadMany") },
                },
              ]
            : []
        }
        empty={
          <Empty
            text={t("emptyDeliveries")}
            action={<LinkButton href="/sessions">{t("board.toSessions")}</LinkButton>}
            padded={false}
          />
        }
      />
    </PageFrame>
  );
}
