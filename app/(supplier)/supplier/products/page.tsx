import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { page } from "#app/_adapters/page";
import { ProductTable } from "#components/catalog/product-table";
import { QuoteSheet } from "#components/catalog/quote-sheet";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { ActionButton } from "#components/ui/form";
import { DayText } from "#components/ui/moment";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { LinkTabs } from "#components/ui/tabs";
import { supplierProductList } from "#lib/catalog/lists";
import { quoteSheet } from "#lib/catalog/queries";
import type { SearchParams } from "#lib/kernel/list";
import { copyQuotes, quote } from "./actions";

export default async function SupplierProductsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations("catalog");
  const { actor, params, props } = await readList(supplierProductList, await searchParams, t, { kind: "supplier" });
  const sheet = params.view === "today" ? await page(() => quoteSheet(actor, actor.supplierId ?? "")) : null;
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
          tabs={props.views.map(({ key, label, count }) => ({
            href: `/supplier/products${key === "today" ? "" : `?view=${key}`}`,
            label: key === "all" ? t("supplier.tabs.all") : label,
            count,
            current: params.view === key,
            attention: key === "returned" && count > 0,
          }))}
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
      {!sheet && (
        <ProductTable
          base="/supplier/products"
          isOwn
          {...props}
          views={undefined}
          search={t("search")}
          empty={<Empty text={t("supplier.empty")} action={upload} padded={false} />}
        />
      )}
    </PageFrame>
  );
}
