import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { ApplicationTable } from "#components/suppliers/application-table";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { applicationCounts, applicationList, applicationViews } from "#lib/suppliers/queries";

const spec = { views: applicationViews } as const;

export default async function ApplicationsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("operator");
  const params = readListParams(await searchParams, spec);
  const [t, rows, counts] = await page(() =>
    Promise.all([getTranslations("suppliers"), applicationList(actor, params), applicationCounts(actor)]),
  );
  return (
    <PageFrame title={t("applications.title")} trail={[{ label: t("list.title"), href: "/suppliers" }]}>
      <ApplicationTable
        rows={rows.rows}
        nextCursor={rows.nextCursor}
        params={params}
        views={applicationViews.map((key) => ({ key, label: t(`applications.views.${key}`), count: counts[key] ?? 0 }))}
        search={t("applications.search")}
        empty={<Empty text={t("applications.empty")} padded={false} />}
      />
    </PageFrame>
  );
}
