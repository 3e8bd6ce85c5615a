import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { ProductTable } from "#components/catalog/product-table";
import { QuoteSheet } from "#components/catalog/quote-sheet";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { ActionButton } from "#components/ui/form";
import { DayText } from "#components/ui/moment";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { LinkTabs } from "#components/ui/tabs";
import { productCounts, productList, quoteSheet } from "#lib/catalog/queries";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { copyQuotes, quote } from "./actions";

const views = ["today", "all", "submitted", "returned", "draft"] as const;
const spec = { views } as const;

export default async function SupplierProductsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("supplier");
  const params = readListParams(await searchParams, spec);
  const isToday = params.view === "today";
  const [t, counts, sheet, rows] = await page(() =>
    Promise.all([
      getTranslations("catalog"),
      productCounts(actor),
      isToday ? quoteSheet(actor, actor.supplierId ?? "") : null,
      isToday ? null : productList(actor, params),
    ]),
  );
  const upload = <LinkButton href="/supplier/products/import">{t("supplier.upload")}</LinkButton>;
  const create = <LinkButton href="/supplier/products/new">{t("new")}</LinkButton>;
  return (
    <PageFrame
      narrow
      title={t("supplier.title")}
      actions={
        <>
          {upload}
          {create}
        </>
      }
      tabs={
        <LinkTabs
          label={t("supplier.title")}
          tabs={[
            {
              href: "/supplier/products",
              label: t("supplier.tabs.today"),
              count: counts.listed + counts.unlisted + counts.unpriced,
              current: isToday,
            },
            {
              href: "/supplier/products?view=all",
              label: t("supplier.tabs.all"),
              count: counts.all,
              current: params.view === "all",
            },
            {
              href: "/supplier/products?view=submitted",
              label: t("views.submitted"),
              count: counts.submitted,
              current: params.view === "submitted",
            },
            {
              href: "/supplier/products?view=returned",
              label: t("views.returned"),
              count: counts.returned,
              current: params.view === "returned",
              attention: counts.returned > 0,
            },
            {
              href: "/supplier/products?view=draft",
              label: t("views.draft"),
              count: counts.draft,
              current: params.view === "draft",
            },
          ]}
        />
      }
    >
      {sheet && (
        <Panel
          title={t("supplier.tabs.today")}
          note={<DayText day={sheet.day} />}
          flush
          actions={
            sheet.rows.length > 0 && (
              <ActionButton action={copyQuotes} values={{}} tone="primary">
                {t("supplier.copy")}
              </ActionButton>
            )
          }
          foot={<p className="text-xs text-muted">{t("supplier.lead")}</p>}
        >
          {sheet.rows.length === 0 ? (
            <Empty text={t("supplier.empty")} action={upload} />
          ) : (
            <QuoteSheet rows={sheet.rows} today={sheet.day} action={quote} />
          )}
        </Panel>
      )}
      {rows && (
        <ProductTable
          base="/supplier/products"
          isOwn
          rows={rows.rows}
          nextCursor={rows.nextCursor}
          params={params}
          search={t("search")}
          empty={<Empty text={t("supplier.empty")} action={upload} padded={false} />}
        />
      )}
    </PageFrame>
  );
}
