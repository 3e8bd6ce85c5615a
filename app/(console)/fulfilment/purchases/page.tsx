import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { FulfilmentTabs } from "#components/fulfilment/fulfilment-tabs";
import { PurchaseTable } from "#components/procurement/purchase-table";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { yuan } from "#lib/kernel/money";
import { warehouses } from "#lib/pickup/queries";
import { now, today } from "#lib/platform/clock";
import { purchaseCounts, purchasesPage } from "#lib/procurement/queries";
import { isLate } from "#lib/procurement/rules";
import { purchaseViews } from "#lib/procurement/schema";

const spec = { views: purchaseViews, filters: { day: "day", warehouseId: "text", supplierId: "text" } } as const;

export default async function PurchasesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("operator");
  const params = readListParams(await searchParams, spec);
  const filter = { view: params.view, q: params.q, ...params.filters };
  const [t, rows, counts, houses] = await page(() =>
    Promise.all([
      getTranslations("procurement"),
      purchasesPage(actor, { ...filter, cursor: params.after }),
      purchaseCounts(actor, filter),
      warehouses(),
    ]),
  );
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
      <PurchaseTable
        rows={rows.rows}
        late={rows.rows.filter((r) => isLate(r, at)).map((r) => r.id)}
        nextCursor={rows.nextCursor}
        params={params}
        total={counts.matching}
        summary={t("sum", { amount: yuan(counts.totalFen) })}
        views={purchaseViews.map((key) => ({ key, label: t(`views.${key}`), count: counts.views[key] }))}
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
