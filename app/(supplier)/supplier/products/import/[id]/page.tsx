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
  const actor = await requireActor("supplier");
  const [{ id }, { tab, code }] = await Promise.all([params, searchParams]);
  const [t, locale, report, known] = await page(() =>
    Promise.all([getTranslations("catalog"), getLocale(), importReport(actor, id), categories()]),
  );
  return (
    <PageFrame
      narrow
      title={report.fileName}
      trail={[
        { label: t("supplier.title"), href: "/supplier/products" },
        { label: t("supplier.upload"), href: "/supplier/products/import" },
      ]}
    >
      <ImportReportView
        report={report}
        tab={importTabs.find((one) => one === tab) ?? "created"}
        code={code ?? null}
        base="/supplier/products/import"
        isOwn
        productsHref="/supplier/products?view=all"
        categoryNames={Object.fromEntries(known.map((c) => [c.id, locale === "en" ? c.nameEn : c.name]))}
        today={today()}
        commit={commit}
      />
    </PageFrame>
  );
}
