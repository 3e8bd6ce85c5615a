import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { SupplierOrderTable } from "#components/procurement/supplier-order-table";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { yuan } from "#lib/kernel/money";
import { purchaseCounts, purchasesPage } from "#lib/procurement/queries";

const views = ["all", "waiting", "toReceive", "received"] as const;
const spec = { views, filters: { day: "day" } } as const;

export default async function SupplierOrders({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("supplier");
  const params = readListParams(await searchParams, spec);
  const filter = { view: params.view, ...params.filters };
  const [t, rows, counts] = await page(() =>
    Promise.all([
      getTranslations("procurement"),
      purchasesPage(actor, { ...filter, cursor: params.after }),
      purchaseCounts(actor, filter),
    ]),
  );
  return (
    <PageFrame title={t("portal.orders")} narrow>
      <SupplierOrderTable
        rows={rows.rows}
        nextCursor={rows.nextCursor}
        params={params}
        total={counts.matching}
        summary={t("sum", { amount: yuan(counts.totalFen) })}
        views={views.map((key) => ({ key, label: t(`views.${key}`), count: counts.views[key] }))}
        filters={[{ key: "day", label: t("pickupDay"), kind: "day" }]}
        empty={<Empty text={t("portal.empty")} padded={false} />}
      />
    </PageFrame>
  );
}
