import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { dotKind } from "#components/pickup/point-state";
import { PointTable } from "#components/pickup/point-table";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { PointMap } from "#components/ui/map";
import { Columns, PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { can } from "#lib/identity/rules";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { leaderNames } from "#lib/leaders/queries";
import { districts, pointCounts, pointsOnMap, pointsPage, routes, servedCities } from "#lib/pickup/queries";

const views = ["all", "open", "noLeader", "paused", "closed"] as const;
const spec = { views, sorts: ["district"], filters: { cityId: "text", district: "text", routeId: "text" } } as const;

export default async function PointsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("operator");
  const params = readListParams(await searchParams, spec);
  const filter = { view: params.view, q: params.q, ...params.filters };
  const [t, list, counts, dots, cities, areas, lines] = await page(() =>
    Promise.all([
      getTranslations("pickup"),
      pointsPage(actor, { ...filter, cursor: params.after }),
      pointCounts(actor, filter),
      pointsOnMap(actor, filter),
      servedCities(),
      districts(params.filters.cityId),
      routes(params.filters.cityId),
    ]),
  );
  const leaders = Object.fromEntries(await leaderNames(list.rows.flatMap((p) => (p.leaderId ? [p.leaderId] : []))));
  const mayEdit = can(actor, "points.edit");
  return (
    <PageFrame
      title={t("title")}
      actions={
        mayEdit && (
          <>
            <LinkButton href="/points/network">{t("network")}</LinkButton>
            <LinkButton href="/points/import">{t("import")}</LinkButton>
            <LinkButton href="/points/new" tone="primary">
              {t("new")}
            </LinkButton>
          </>
        )
      }
    >
      <Columns
        side={
          dots.length > 0 && (
            <Panel
              title={t("map")}
              note={dots.length < counts.matching ? t("mapMore", { count: dots.length }) : undefined}
              flush
              foot={<span className="text-xs text-muted">{t("mapNote")}</span>}
            >
              <PointMap
                label={t("map")}
                points={dots.map((p) => ({
                  id: p.id,
                  name: p.name,
                  lat: p.lat,
                  lng: p.lng,
                  kind: dotKind(p),
                  href: `/points/${p.id}`,
                }))}
                height={420}
              />
            </Panel>
          )
        }
      >
        <PointTable
          rows={list.rows}
          nextCursor={list.nextCursor}
          params={params}
          total={counts.matching}
          leaders={leaders}
          manyCities={cities.length > 1}
          views={views.map((key) => ({ key, label: t(`views.${key}`), count: counts.views[key] }))}
          search={t("search")}
          filters={[
            ...(cities.length > 1
              ? [{ key: "cityId", label: t("city"), options: cities.map((c) => ({ value: c.id, label: c.name })) }]
              : []),
            { key: "district", label: t("district"), options: areas.map((d) => ({ value: d, label: d })) },
            { key: "routeId", label: t("route"), options: lines.map((r) => ({ value: r.id, label: r.name })) },
          ]}
          empty={
            <Empty
              text={t("empty")}
              action={mayEdit && <LinkButton href="/points/import">{t("import")}</LinkButton>}
              padded={false}
            />
          }
        />
      </Columns>
    </PageFrame>
  );
}
