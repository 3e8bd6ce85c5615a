import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { page } from "#app/_adapters/page";
import { dotKind } from "#components/pickup/point-state";
import { PointTable } from "#components/pickup/point-table";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { TextField } from "#components/ui/fields";
import { PointMap } from "#components/ui/map";
import { Columns, PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { can } from "#lib/identity/rules";
import type { SearchParams } from "#lib/kernel/list";
import { pointList } from "#lib/pickup/lists";
import { districts, pointsOnMap, routes, servedCities } from "#lib/pickup/queries";
import { listIds } from "#lib/platform/list";

export default async function PointsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations("pickup");
  const { actor, params, props } = await readList(pointList, await searchParams, t);
  const [dots, cities, areas, lines] = await page(() =>
    Promise.all([
      listIds(pointList, actor, params, null, 2_000).then((ids) => pointsOnMap(actor, { ids })),
      servedCities(),
      districts(params.filters.cityId),
      routes(params.filters.cityId),
    ]),
  );
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
              note={dots.length < props.total.count ? t("mapMore", { count: dots.length }) : undefined}
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
          {...props}
          manyCities={cities.length > 1}
          bulk={[
            ...(params.view === "all" || params.view === "open"
              ? [
                  {
                    key: "pause",
                    label: t("pause"),
                    run: true as const,
                    fields: <TextField name="reason" label={t("reason")} maxLength={200} />,
                  },
                ]
              : []),
            ...(params.view === "all" || params.view === "paused"
              ? [{ key: "open", label: t("open"), run: true as const }]
              : []),
          ]}
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
