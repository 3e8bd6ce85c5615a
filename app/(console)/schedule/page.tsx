import { ChevronLeft, ChevronRight } from "lucide-react";
import { cookies } from "next/headers";
import Link from "next/link";
import { redirect } from "next/navigation";
import { getLocale, getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { CalendarDialog } from "#components/campaigns/timeline/calendar-dialog";
import { ScheduleFilters } from "#components/campaigns/timeline/filters";
import { Legend } from "#components/campaigns/timeline/legend";
import { Timeline } from "#components/campaigns/timeline/timeline";
import { lunarDay } from "#components/shell/lunar";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { Icon } from "#components/ui/icon";
import { LiveRefresh } from "#components/ui/live";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { loadOf } from "#lib/analytics/queries/load";
import { notesOf } from "#lib/analytics/queries/reports";
import { scheduleOf } from "#lib/campaigns/queries/schedule";
import { barPhase, dayBeside, daysShown, rangeOf } from "#lib/campaigns/rules/timeline";
import { scheduleSpec, zooms } from "#lib/campaigns/schema/schedule";
import { categories } from "#lib/catalog/queries";
import { can, sees } from "#lib/identity/rules";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { addDays, type Day, daysBetween, daysFrom, dayText } from "#lib/kernel/time";
import { servedCities } from "#lib/pickup/queries";
import { today as businessDay, now as clock } from "#lib/platform/clock";
import { validityOf } from "#lib/promotions/queries/validity";
import { addDay, fillYear, removeDay, renameDay, reschedule, uncopy } from "./actions";

export default async function SchedulePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const search = await searchParams;
  const actor = await requireActor("operator");
  const remembered = (await cookies()).get("schedule")?.value;
  if (Object.keys(search).length === 0 && remembered) redirect(`/schedule?${decodeURIComponent(remembered)}`);
  const { filters } = readListParams(search, scheduleSpec);
  const { zoom = "day", by = "category", cityId, categoryId, kind, state } = filters;
  const [now, today] = [clock().getTime(), businessDay()];
  const day = filters.day ?? today;
  const days = daysShown(zoom, day);
  const span = rangeOf(days);
  const last = addDays(days.to, -1);
  const [t, locale, cities, sorts, planned, coupons, lines, load] = await page(() =>
    Promise.all([
      getTranslations("schedule"),
      getLocale(),
      servedCities(),
      categories(),
      scheduleOf(actor, { ...span, cityId, categoryId }),
      validityOf(actor, { ...span, cityId, categoryId }),
      notesOf(actor, { from: days.from, to: last, cityId }),
      loadOf(actor, { from: days.from, to: last, cityId }),
    ]),
  );
  const shell = await getTranslations("shell");
  const mine = sees(actor, "sessions.see").cityIds;
  const isEnglish = locale === "en";
  const seenCities = cities.filter((c) => !mine || mine.includes(c.id));
  const cityName = (c: (typeof cities)[number]) => (isEnglish ? c.nameEn : c.name);
  const names = Object.fromEntries([
    ...cities.map((c) => [c.id, cityName(c)]),
    ...sorts.map((c) => [c.id, isEnglish ? c.nameEn : c.name]),
  ]);
  const all = [...planned, ...coupons];
  const bars = all.filter((b) => (!kind || b.kind === kind) && (!state || barPhase(b, now) === state));
  const homes = planned.flatMap((b) =>
    b.kind === "session" && b.state !== "over"
      ? [{ id: b.id, name: b.name, from: b.from, to: b.to, cityIds: b.cityIds }]
      : [],
  );
  const heads = daysFrom(days.from, daysBetween(days.from, days.to)).map((d) => {
    const lunar = lunarDay(d);
    return {
      day: d,
      lunar: isEnglish ? lunar.numeric : `${lunar.month}${lunar.date}`,
      term: lunar.term.start ? shell(`terms.t${lunar.term.index}` as "terms.t0") : null,
      lines: lines.filter((l) => l.day === d),
    };
  });
  const mayEdit = can(actor, "flash.edit");
  const asked = { zoom, by, cityId, categoryId, kind, state };
  const at = (change: { zoom?: string; day?: Day }) => {
    const all = { ...asked, ...(day === today ? {} : { day }), ...change };
    return `/schedule?${new URLSearchParams(Object.entries(all).flatMap(([k, v]) => (v ? [[k, v]] : [])))}`;
  };
  const isNarrowed = Boolean(cityId ?? categoryId ?? kind ?? state);
  return (
    <PageFrame
      title={t("title")}
      meta={
        <span className="flex flex-wrap items-center gap-2 text-foreground">
          <nav aria-label={t("zoom")} className="segments">
            {zooms.map((z) => (
              <Link key={z} href={at({ zoom: z })} aria-current={z === zoom ? "true" : undefined}>
                {t(`zooms.${z}`)}
              </Link>
            ))}
          </nav>
          <LinkButton href={at({ day: dayBeside(zoom, day, -1) })} tone="quiet" aria-label={t("earlier")}>
            <Icon of={ChevronLeft} />
          </LinkButton>
          <b className="whitespace-nowrap">
            {days.from === last
              ? dayText(last, today)
              : t("range", { from: dayText(days.from, today), to: dayText(last, today) })}
          </b>
          <LinkButton href={at({ day: dayBeside(zoom, day, 1) })} tone="quiet" aria-label={t("later")}>
            <Icon of={ChevronRight} />
          </LinkButton>
          {day !== today && (
            <LinkButton href={at({ day: today })} size="small">
              {t("today")}
            </LinkButton>
          )}
        </span>
      }
      actions={
        mayEdit && (
          <>
            <LinkButton href={`/sessions/new?day=${day}`}>{t("add.session")}</LinkButton>
            <LinkButton href={`/flash/new?day=${day}`} tone="primary">
              {t("add.slot")}
            </LinkButton>
          </>
        )
      }
    >
      <LiveRefresh topics={["session", "order"]} seconds={20} />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <ScheduleFilters
          asked={asked}
          day={day === today ? null : day}
          cities={seenCities.map((c) => ({ value: c.id, label: cityName(c) }))}
          categories={sorts.map((c) => ({ value: c.id, label: isEnglish ? c.nameEn : c.name }))}
        />
        <span className="ml-auto flex flex-wrap items-center gap-x-3 gap-y-2 max-sm:hidden">
          <Legend />
          <CalendarDialog
            lines={lines}
            day={day}
            actions={{ add: addDay, rename: renameDay, remove: removeDay, fill: fillYear }}
          />
        </span>
      </div>
      {bars.length === 0 && (
        <Panel>
          <Empty
            text={t(isNarrowed ? "empty.filtered" : "empty.range")}
            action={
              isNarrowed ? (
                <LinkButton href={`/schedule?zoom=${zoom}&by=${by}`}>{t("clear")}</LinkButton>
              ) : (
                mayEdit && <LinkButton href={`/sessions/new?day=${day}`}>{t("add.session")}</LinkButton>
              )
            }
            padded={false}
          />
        </Panel>
      )}
      <Timeline
        bars={bars}
        homes={homes}
        heads={heads}
        load={load}
        zoom={zoom}
        from={days.from}
        to={days.to}
        by={by}
        now={now}
        names={names}
        order={by === "city" ? cities.map((c) => c.id) : sorts.map((c) => c.id)}
        mayEdit={mayEdit}
        actions={{ reschedule, uncopy }}
      />
    </PageFrame>
  );
}
