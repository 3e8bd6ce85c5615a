import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { SupplierTable } from "#components/suppliers/supplier-table";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { applicationCounts, supplierCounts, supplierList, supplierViews } from "#lib/suppliers/queries";

const spec = { views: supplierViews } as const;

export default async function SuppliersPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("operator");
  const params = readListParams(await searchParams, spec);
  const [t, rows, counts, waiting] = await page(() =>
    Promise.all([
      getTranslations("suppliers"),
      supplierList(actor, params),
      supplierCounts(actor),
      applicationCounts(actor),
    ]),
  );
  const applyLink = (
    <LinkButton href="/apply" external target="_blank" rel="noreferrer">
      {t("list.applyLink")}
    </LinkButton>
  );
  return (
    <PageFrame
      title={t("list.title")}
      actions={
        <>
          {applyLink}
          <LinkButton href="/suppliers/applications" tone={waiting.submitted ? "primary" : "plain"}>
            {t("list.applications", { count: waiting.submitted ?? 0 })}
          </LinkButton>
        </>
      }
    >
      <SupplierTable
        rows={rows.rows}
        nextCursor={rows.nextCursor}
        params={params}
        views={supplierViews.map((key) => ({ key, label: t(`list.views.${key}`), count: counts[key] }))}
        search={t("list.search")}
        empty={<Empty text={t("list.empty")} action={applyLink} padded={false} />}
      />
    </PageFrame>
  );
}
