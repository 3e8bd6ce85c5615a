import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { ApplicationTable } from "#components/leaders/application-table";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { applicationCounts, applicationsPage } from "#lib/leaders/queries";
import { servedCities } from "#lib/pickup/queries";
import { today } from "#lib/platform/clock";

const views = ["submitted", "approved", "rejected", "all"] as const;
const spec = { views, sorts: ["at"], filters: { cityId: "text" } } as const;

export default async function ApplicationsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("operator");
  const params = readListParams(await searchParams, spec);
  const filter = { view: params.view, q: params.q, ...params.filters };
  const [t, list, counts, cities] = await page(() =>
    Promise.all([
      getTranslations("leaders"),
      applicationsPage(actor, { ...filter, cursor: params.after }),
      applicationCounts(actor, filter),
      servedCities(),
    ]),
  );
  return (
    <PageFrame trail={[{ label: t("title"), href: "/leaders" }]} title={t("app.title")}>
      <ApplicationTable
        rows={list.rows}
        nextCursor={list.nextCursor}
        params={params}
        total={counts.matching}
        today={today()}
        views={views.map((key) => ({ key, label: t(`app.views.${key}`), count: counts.views[key] }))}
        search={t("app.search")}
        filters={
          cities.length > 1
            ? [{ key: "cityId", label: t("city"), options: cities.map((c) => ({ value: c.id, label: c.name })) }]
            : []
        }
        empty={<Empty text={params.view === "submitted" ? t("app.empty") : t("app.emptyOther")} padded={false} />}
      />
    </PageFrame>
  );
}
