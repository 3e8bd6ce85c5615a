import { Download } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { Events, TargetLine } from "#components/analytics/events";
import { chartBars, ExploreChart, Figures } from "#components/analytics/explore-parts";
import { ExploreTable } from "#components/analytics/explore-table";
import { AnalyticsFrame } from "#components/analytics/frame";
import { QuestionBar } from "#components/analytics/question-bar";
import { Reports, SqlButton } from "#components/analytics/reports";
import { Notices, Said } from "#components/analytics/said";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { Icon } from "#components/ui/icon";
import { Panel } from "#components/ui/panel";
import { explore } from "#lib/analytics/queries/explore";
import { notesOf } from "#lib/analytics/queries/reports";
import { askHref } from "#lib/analytics/rules/explore";
import type { MetricKey } from "#lib/analytics/schema/explore";
import type { SearchParams } from "#lib/kernel/list";
import { asked } from "./_ask";
import { note, remove, save, target, unnote } from "./actions";

const cards: readonly MetricKey[] = ["gmvFen", "netFen", "orders", "buyers", "refundBp", "marginAfterBp"];

export default async function ExplorePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { actor, ask, notices, cities, reports, narrowed, isLimited, maySave, maySet, today } =
    await asked(searchParams);
  const [t, found, notes] = await page(() =>
    Promise.all([getTranslations("explore"), explore(actor, ask, notices), notesOf(actor, ask)]),
  );
  const isEmpty = !found.total.orders && !found.totalBefore?.orders;
  const metric = t(`metric.${ask.metric}`);
  return (
    <AnalyticsFrame
      current="explore"
      ask={ask}
      actions={
        <>
          <Reports reports={reports} maySave={maySave} save={save} remove={remove} />
          <SqlButton sql={found.sql} />
          <LinkButton href={askHref(ask, {}, "/analytics/export")} external icon={<Icon of={Download} />}>
            {t("download")}
          </LinkButton>
        </>
      }
    >
      <QuestionBar ask={ask} href={(change) => askHref(ask, change)} cities={cities} narrowed={narrowed} />
      <Notices notices={notices} />
      <Said {...found} today={today} />
      {isEmpty ? (
        <div className="card">
          <Empty text={t("empty")} action={<LinkButton href="/sessions">{t("toSessions")}</LinkButton>} />
        </div>
      ) : (
        <>
          <Figures found={found} keys={[...new Set([ask.metric, ...cards])].slice(0, 6)} />
          <Panel
            title={
              ask.by === "day" || ask.by === "hour"
                ? t("trend", { metric })
                : t("ranking", { metric, n: Math.min(chartBars, found.marks.length) })
            }
            note={t(`meaning.${ask.metric}`)}
            actions={<TargetLine found={found} cities={cities} isLimited={isLimited} maySet={maySet} set={target} />}
          >
            <ExploreChart found={found} today={today} />
            <Events
              annotations={found.annotations}
              notes={notes}
              cities={cities}
              isLimited={isLimited}
              today={today}
              mayWrite={maySave}
              write={note}
              remove={unnote}
            />
          </Panel>
          <Panel
            title={t("rows")}
            flush
            foot={
              found.markCount > found.marks.length ? (
                <span className="text-xs text-muted">
                  {t("shown", { n: found.marks.length, total: found.markCount })}
                </span>
              ) : undefined
            }
          >
            <ExploreTable found={found} today={today} />
          </Panel>
        </>
      )}
    </AnalyticsFrame>
  );
}
