import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { ApplicationTable } from "#components/leaders/application-table";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import type { SearchParams } from "#lib/kernel/list";
import { leaderApplicationList } from "#lib/leaders/lists";
import { servedCities } from "#lib/pickup/queries";
import { today } from "#lib/platform/clock";

export default async function ApplicationsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const [t, ta] = await Promise.all([getTranslations("leaders"), getTranslations("leaders.app")]);
  const [{ params, props }, cities] = await Promise.all([
    readList(leaderApplicationList, await searchParams, ta),
    servedCities(),
  ]);
  return (
    <PageFrame trail={[{ label: t("title"), href: "/leaders" }]} title={t("app.title")}>
      <ApplicationTable
        {...props}
        today={today()}
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
