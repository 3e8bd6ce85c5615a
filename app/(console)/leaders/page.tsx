import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { LeaderTable } from "#components/leaders/leader-table";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import { can } from "#lib/identity/rules";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { leaderCounts, leadersPage } from "#lib/leaders/queries";
import { leaderLevels } from "#lib/leaders/schema";
import { servedCities } from "#lib/pickup/queries";
import { today } from "#lib/platform/clock";

const views = ["all", "active", "paused", "left", "noPoint"] as const;
const spec = { views, sorts: ["-createdAt"], filters: { cityId: "text", level: ["1", "2", "3"] } } as const;

export default async function LeadersPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("operator");
  const params = readListParams(await searchParams, spec);
  const { level, cityId } = params.filters;
  const filter = {
    view: params.view,
    q: params.q,
    ...(cityId ? { cityId } : {}),
    ...(level ? { level: Number(level) } : {}),
  };
  const [t, rules, list, counts, cities] = await page(() =>
    Promise.all([
      getTranslations("leaders"),
      getTranslations("commission"),
      leadersPage(actor, { ...filter, cursor: params.after }),
      leaderCounts(actor, filter),
      servedCities(),
    ]),
  );
  return (
    <PageFrame
      title={t("title")}
      actions={
        <>
          {can(actor, "commission.see") && <LinkButton href="/commission-rules">{rules("title")}</LinkButton>}
          <LinkButton href="/leaders/applications" tone={counts.waiting > 0 ? "primary" : "plain"}>
            {counts.waiting > 0 ? t("applicationsWaiting", { count: counts.waiting }) : t("applications")}
          </LinkButton>
        </>
      }
    >
      <LeaderTable
        rows={list.rows}
        nextCursor={list.nextCursor}
        params={params}
        total={counts.matching}
        today={today()}
        views={views.map((key) => ({ key, label: t(`views.${key}`), count: counts.views[key] }))}
        search={t("search")}
        filters={[
          ...(cities.length > 1
            ? [{ key: "cityId", label: t("city"), options: cities.map((c) => ({ value: c.id, label: c.name })) }]
            : []),
          {
            key: "level",
            label: t("level"),
            options: leaderLevels.map((n) => ({ value: String(n), label: t("levelOf", { level: n }) })),
          },
        ]}
        empty={
          <Empty
            text={t("empty")}
            action={<LinkButton href="/leaders/applications">{t("applications")}</LinkButton>}
            padded={false}
          />
        }
      />
    </PageFrame>
  );
}
