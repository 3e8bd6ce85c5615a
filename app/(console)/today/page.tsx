import { Download } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { MetricDictionary } from "#components/analytics/dictionary";
import { TodayFigures } from "#components/today/figures";
import { NeedsQueue } from "#components/today/needs-queue";
import { DayPipeline } from "#components/today/pipeline";
import { PointsPanel } from "#components/today/points-panel";
import { SetupPanel } from "#components/today/setup-panel";
import { LinkButton } from "#components/ui/button";
import { Icon } from "#components/ui/icon";
import { LiveRefresh } from "#components/ui/live";
import { PageFrame } from "#components/ui/page-frame";
import { LinkTabs } from "#components/ui/tabs";
import { citiesOf } from "#lib/analytics/queries/cities";
import { setupSteps } from "#lib/analytics/queries/setup";
import { todayBoard } from "#lib/analytics/queries/today";
import { can } from "#lib/identity/rules";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { clockText, weekday } from "#lib/kernel/time";
import * as actions from "./actions";

const spec = { filters: { cityId: "text" } } as const;
/** The board is counted anew at most this often, however much is sold. */
const seconds = 5;
const { dismissSetup, ...fixes } = actions;

export default async function TodayPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("operator");
  const { filters } = readListParams(await searchParams, spec);
  const [t, tw, board, cities, setup] = await page(() =>
    Promise.all([
      getTranslations("analytics.board"),
      getTranslations("ui.time.weekdays"),
      todayBoard(actor, filters),
      citiesOf(actor),
      setupSteps(actor),
    ]),
  );
  const tm = await getTranslations("analytics");
  const narrowed = board.cityId ? `?cityId=${board.cityId}` : "";
  return (
    <PageFrame
      title={tm("today")}
      meta={t("asOf", { time: clockText(board.at) })}
      actions={
        <>
          <Legend
            today={t("legendToday")}
            before={t("legendBefore", { weekday: tw(`d${weekday(board.day)}` as "d0") })}
          />
          {cities.length > 1 && (
            <LinkTabs
              look="segment"
              label={t("city")}
              tabs={[
                { href: "/today", label: t("allCities"), current: !board.cityId },
                ...cities.map((c) => ({
                  href: `/today?cityId=${c.id}`,
                  label: c.name,
                  current: board.cityId === c.id,
                })),
              ]}
            />
          )}
          <MetricDictionary />
          <LinkButton href={`/today/export${narrowed}`} external icon={<Icon of={Download} />}>
            {t("report")}
          </LinkButton>
        </>
      }
    >
      <LiveRefresh topics={["today"]} seconds={seconds} turnsInMs={board.turnsInMs} />
      {setup && <SetupPanel steps={setup} dismiss={dismissSetup} />}
      <TodayFigures board={board} />
      <div className="grid items-start gap-3 xl:grid-cols-[minmax(0,1fr)_352px]">
        <div className="flex min-w-0 flex-col gap-3">
          <DayPipeline board={board} />
          <PointsPanel points={board.points} day={board.day} />
        </div>
        <NeedsQueue
          needs={board.needs}
          handled={board.handled}
          handledHref={can(actor, "audit.see") ? `/audit?view=mine&from=${board.day}` : null}
          at={board.at}
          today={board.day}
          fixes={fixes}
        />
      </div>
    </PageFrame>
  );
}

/** What the two lines of each curve stand for. */
function Legend({ today, before }: { today: string; before: string }) {
  const line = (stroke: string, dash?: string) => (
    <svg width="16" height="8" aria-hidden="true">
      <line x1="0" y1="4" x2="16" y2="4" stroke={stroke} strokeWidth="2" strokeDasharray={dash} />
    </svg>
  );
  return (
    <span className="flex items-center gap-3 text-xs text-muted max-md:hidden">
      <span className="inline-flex items-center gap-1.5">
        {line("var(--c1)")}
        {today}
      </span>
      <span className="inline-flex items-center gap-1.5">
        {line("var(--c-prev)", "3 3")}
        {before}
      </span>
    </span>
  );
}
