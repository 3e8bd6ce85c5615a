import { ChevronDown, Download } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { MetricDictionary } from "#components/analytics/dictionary";
import { QuestionBar } from "#components/analytics/question-bar";
import { chartBars, SalesChart } from "#components/analytics/sales-chart";
import { SalesFigures } from "#components/analytics/sales-figures";
import { SalesTable } from "#components/analytics/sales-table";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { Icon } from "#components/ui/icon";
import { Menu } from "#components/ui/menu";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { LinkTabs } from "#components/ui/tabs";
import { citiesOf } from "#lib/analytics/queries/cities";
import { narrowedTo, sales } from "#lib/analytics/queries/sales";
import { questionHref, questionOf } from "#lib/analytics/rules";
import { metrics, splits } from "#lib/analytics/schema";
import type { SearchParams } from "#lib/kernel/list";
import { daysBetween, dayText } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";

export default async function AnalyticsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("operator");
  const q = questionOf(await searchParams, today());
  const [t, found, cities, narrowed] = await page(() =>
    Promise.all([getTranslations("analytics"), sales(actor, q), citiesOf(actor), narrowedTo(q)]),
  );
  const { total, before } = found;
  const days = { from: dayText(q.from, today()), to: dayText(q.to, today()), days: daysBetween(q.from, q.to) + 1 };
  const isEmpty = total.orders === 0 && (found.totalBefore?.orders ?? 0) === 0;
  return (
    <PageFrame
      title={t("title")}
      meta={`${t(`basis.words.${q.basis}`)} · ${t("range", days)}${before ? ` · ${t(found.isSameTime ? "versusNow" : "versus", { from: dayText(before.from, today()), to: dayText(before.to, today()) })}` : ""}`}
      actions={
        <>
          <MetricDictionary />
          <LinkButton href={questionHref(q, {}, "/analytics/export")} external icon={<Icon of={Download} />}>
            {t("download")}
          </LinkButton>
        </>
      }
    >
      <QuestionBar question={q} cities={cities} narrowed={narrowed} />
      {isEmpty ? (
        <div className="card">
          <Empty text={t("empty")} action={<LinkButton href="/sessions">{t("toSessions")}</LinkButton>} />
        </div>
      ) : (
        <>
          <SalesFigures sales={found} />
          <Panel
            title={
              q.by === "day"
                ? t("trend", { metric: t(`metric.${q.metric}`) })
                : t("ranking", { metric: t(`metric.${q.metric}`), n: Math.min(chartBars, found.rows.length) })
            }
            actions={
              <Menu
                trigger={
                  <>
                    {t(`metric.${q.metric}`)}
                    <Icon of={ChevronDown} />
                  </>
                }
                label={`${t("metric.label")} ${t(`metric.${q.metric}`)}`}
                size="small"
                items={metrics.map((metric) => ({
                  id: metric,
                  label: t(`metric.${metric}`),
                  href: questionHref(q, { metric: metric === "gmvFen" ? null : metric }),
                }))}
              />
            }
          >
            <SalesChart sales={found} />
          </Panel>
          <Panel
            title={t("rows")}
            flush
            actions={
              <LinkTabs
                look="segment"
                label={t("by.label")}
                tabs={splits.map((by) => ({
                  href: questionHref(q, { by: by === "day" ? null : by }),
                  label: t(`by.${by}`),
                  current: q.by === by,
                }))}
              />
            }
            foot={
              found.rowCount > found.rows.length ? (
                <span className="text-xs text-muted">
                  {t("shown", { n: found.rows.length, total: found.rowCount })}
                </span>
              ) : undefined
            }
          >
            <SalesTable sales={found} />
          </Panel>
        </>
      )}
    </PageFrame>
  );
}
