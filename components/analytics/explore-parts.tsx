import { useLocale, useTranslations } from "next-intl";
import { pointsChange } from "#components/today/figures";
import { BarChart, type ChartFlag, type ChartPoint, type ChartSeries, LineChart } from "#components/ui/charts";
import { type Comparison, changeOf, Stat } from "#components/ui/stat";
import { behind, metricHref } from "#lib/analytics/rules/explore";
import { metrics } from "#lib/analytics/rules/metrics";
import type { Annotation, Explored, Mark, MetricKey, Values } from "#lib/analytics/schema/explore";
import { addDays, type Day, dayText } from "#lib/kernel/time";
import { valueText } from "#lib/kernel/values";

/** At most so many bars of a split. */
export const chartBars = 15;

/** The change of a metric against the other period: percent, or points for what is a rate itself. */
export function useChange() {
  const t = useTranslations("explore");
  return (key: MetricKey, now: Values, before: Values | null): Comparison | null => {
    const { unit, upIsGood } = metrics[key];
    const [a, b] = [now[key] ?? null, before?.[key] ?? null];
    if (unit === "rate") return pointsChange(a, b, upIsGood, t("points"));
    return a === null ? null : changeOf(a, b, upIsGood);
  };
}

/** Some metrics of the whole period as cards with their curves; each opens its rows. */
export function Figures({ found, keys }: { found: Explored; keys: readonly MetricKey[] }) {
  const t = useTranslations("explore");
  const change = useChange();
  const { ask, total, totalBefore } = found;
  return (
    <section aria-label={t("tabs.label")} className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
      {keys.map((key) => {
        const { unit } = metrics[key];
        const hasDays = found.days.some((d) => d.now[key] !== undefined);
        return (
          <Stat
            key={key}
            label={t(`metric.${key}`)}
            value={valueText(total[key], unit)}
            change={change(key, total, totalBefore)}
            {...(hasDays ? { points: found.days.map((d) => d.now[key] ?? 0) } : {})}
            {...(hasDays && totalBefore ? { previous: found.days.map((d) => d.before?.[key] ?? 0) } : {})}
            note={totalBefore ? t("beforeValue", { value: valueText(totalBefore[key], unit) }) : " "}
            href={metricHref(key, ask)}
          />
        );
      })}
    </section>
  );
}

/** What an annotation says. */
export function useEventWords() {
  const t = useTranslations("explore");
  const isEnglish = useLocale() === "en";
  return (a: Pick<Annotation, "kind" | "text" | "textEn">): string => {
    if (a.kind === "noSession") return t("events.noSession");
    const name = (isEnglish && a.textEn) || a.text;
    return a.kind === "rest" || a.kind === "work" ? t(`events.${a.kind}`, { name }) : name;
  };
}

/** Days that follow each other with the same words, as one stretch. */
export function stretches(annotations: readonly Annotation[]): (Annotation & { to: Day })[] {
  const all: (Annotation & { to: Day })[] = [];
  for (const a of annotations) {
    const open = all.findLast(
      (one) => one.kind === a.kind && one.text === a.text && a.kind !== "note" && a.kind !== "festival",
    );
    if (open && addDays(open.to, 1) === a.day) open.to = a.day;
    else all.push({ ...a, to: a.day });
  }
  return all;
}

/** The metric over the days, or the largest of a split, beside the other period and a second metric; a mark opens its rows. */
export function ExploreChart({ found, today, height = 280 }: { found: Explored; today: Day; height?: number }) {
  const t = useTranslations("explore");
  const isEnglish = useLocale() === "en";
  const words = useEventWords();
  const { ask, before } = found;
  const spec = metrics[ask.metric];
  const name = t(`metric.${ask.metric}`);
  const series: ChartSeries[] = [
    { key: "now", label: before ? `${name} ${t("now")}` : name },
    ...(before ? [{ key: "before", label: t("before"), previous: true }] : []),
    ...(ask.second ? [{ key: "second", label: t(`metric.${ask.second}`), other: metrics[ask.second].unit }] : []),
  ];
  const isOverTime = ask.by === "day" || ask.by === "hour";
  const label = (m: Mark) => (ask.by === "day" ? dayText(m.id as Day, ask.to) : m.name);
  const shown = isOverTime ? found.marks : found.marks.slice(0, chartBars);
  const points: ChartPoint[] = shown.map((m) => ({
    label: label(m),
    href: metricHref(ask.metric, behind(ask, ask.by, m.id)),
    ...(m.beforeDay ? { note: dayText(m.beforeDay, today) } : {}),
    values: {
      now: m.now[ask.metric] ?? null,
      before: m.before?.[ask.metric] ?? null,
      ...(ask.second ? { second: m.now[ask.second] ?? null } : {}),
    },
  }));
  const flags: ChartFlag[] =
    ask.by === "day"
      ? stretches(found.annotations)
          .filter((a) => a.kind !== "work")
          .map((a) => ({
            label: dayText(a.day, ask.to),
            ...(a.kind === "rest" ? { to: dayText(a.to, ask.to) } : {}),
            text: short(words(a), isEnglish),
          }))
      : [];
  const chart = {
    label: isOverTime ? t("trend", { metric: name }) : t("ranking", { metric: name, n: shown.length }),
    points,
    series,
    format: spec.unit,
    height,
    flags,
    goal: ask.by === "day" && found.target ? { value: found.target.daily, label: t("target.line") } : undefined,
  };
  return ask.by === "day" && points.length > 2 ? <LineChart {...chart} /> : <BarChart {...chart} />;
}

/** Over the drawing there is room for a few words; the list below says them whole. */
const short = (text: string, isEnglish: boolean): string => {
  const room = isEnglish ? 16 : 8;
  return text.length > room ? `${text.slice(0, room - 1)}…` : text;
};
