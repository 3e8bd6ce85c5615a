import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { DeliveryTable } from "#components/fulfilment/delivery-table";
import { FulfilmentTabs } from "#components/fulfilment/fulfilment-tabs";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { LiveRefresh } from "#components/ui/live";
import { PageFrame } from "#components/ui/page-frame";
import { deliveryList } from "#lib/fulfilment/lists";
import { can } from "#lib/identity/rules";
import type { SearchParams } from "#lib/kernel/list";
import { routes } from "#lib/pickup/queries";
import { today } from "#lib/platform/clock";
import { load } from "../actions";

export default async function DeliveriesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations("fulfilment");
  const [{ actor, params, props }, lines] = await Promise.all([
    readList(deliveryList, await searchParams, t),
    routes(),
  ]);
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
      <LiveRefresh topics={["delivery"]} />
      <DeliveryTable
        {...props}
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
