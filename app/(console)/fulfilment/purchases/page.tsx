import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { FulfilmentTabs } from "#components/fulfilment/fulfilment-tabs";
import { PurchaseTable } from "#components/procurement/purchase-table";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { LiveRefresh } from "#components/ui/live";
import { PageFrame } from "#components/ui/page-frame";
import type { SearchParams } from "#lib/kernel/list";
import { warehouses } from "#lib/pickup/queries";
import { now, today } from "#lib/platform/clock";
import { purchaseList } from "#lib/procurement/lists";
import { isLate } from "#lib/procurement/rules";

export default async function PurchasesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations("procurement");
  const [{ params, props }, houses] = await Promise.all([readList(purchaseList, await searchParams, t), warehouses()]);
  const at = now();
  return (
    <PageFrame
      title={t("title")}
      trail={[{ label: (await getTranslations("fulfilment"))("title"), href: "/fulfilment" }]}
      tabs={<FulfilmentTabs current="purchases" />}
      actions={
        <LinkButton href={`/fulfilment/print/purchases?day=${params.filters.day ?? today()}`} external>
          {t("print")}
        </LinkButton>
      }
    >
      <LiveRefresh topics={["purchase"]} />
      <PurchaseTable
        {...props}
        late={props.rows.filter((r) => isLate(r, at)).map((r) => r.id)}
        search={t("search")}
        filters={[
          { key: "day", label: t("pickupDay"), kind: "day" },
          ...(houses.length > 1
            ? [
                {
                  key: "warehouseId",
                  label: t("warehouse"),
                  options: houses.map((h) => ({ value: h.id, label: h.name })),
                },
              ]
            : []),
        ]}
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
