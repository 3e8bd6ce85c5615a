import { getLocale, getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { ImportReportView, importTabs } from "#components/catalog/import-parts";
import { PageFrame } from "#components/ui/page-frame";
import { categories, importReport } from "#lib/catalog/queries";
import { today } from "#lib/platform/clock";
import { commit } from "../../actions";

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ tab?: string; code?: string }> };

export default async function ImportReportPage({ params, searchParams }: Props) {
  const actor = await requireActor("operator");
  const [{ id }, { tab, code }] = await Promise.all([params, searchParams]);
  const [t, locale, report, known] = await page(() =>
    Promise.all([getTranslations("catalog"), getLocale(), importReport(actor, id), categories()]),
  );
  return (
    <PageFrame
      title={report.fileName}
      trail={[
        { label: t("title"), href: "/products" },
        { label: t("imports.title"), href: "/products/import" },
      ]}
      meta={report.supplierName}
    >
      <ImportReportView
        report={report}
        tab={importTabs.find((one) => one === tab) ?? "created"}
        code={code ?? null}
        base="/products/import"
        productsHref={`/products?view=submitted&supplierId=${report.supplierId}`}
        categoryNames={Object.fromEntries(known.map((c) => [c.id, locale === "en" ? c.nameEn : c.name]))}
        today={today()}
        commit={commit}
      />
    </PageFrame>
  );
}
