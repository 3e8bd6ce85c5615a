"use client";
import { useLocale, useTranslations } from "next-intl";
import { Panel } from "#components/ui/panel";
import { StateBadge } from "#components/ui/state-badge";
import { barPhase } from "#lib/campaigns/rules/timeline";
import type { ScheduleBar } from "#lib/campaigns/schema/schedule";
import { type Day, dayOf, dayText, endOf, startOf } from "#lib/kernel/time";
import { phaseShape, useBarWords, windowText } from "./bar";
import { type HeadDay, useLineName } from "./heads";

/** The same sales day by day, for a phone. A bar stands on the day it begins, or on the first day shown. */
export function Agenda({
  bars,
  heads,
  now,
  onOpen,
}: {
  bars: readonly ScheduleBar[];
  heads: readonly HeadDay[];
  now: number;
  onOpen: (bar: ScheduleBar) => void;
}) {
  const t = useTranslations("schedule");
  const locale = useLocale();
  const words = useBarWords();
  const lineName = useLineName();
  const weekdays = new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" });
  const first = heads[0]?.day;
  const dayOfBar = (bar: ScheduleBar): Day => {
    const day = dayOf(new Date(bar.from));
    return first && day < first ? first : day;
  };
  const busy = heads.filter(
    ({ day, lines }) =>
      lines.length > 0 || bars.some((b) => b.from < endOf(day).getTime() && b.to > startOf(day).getTime()),
  );
  return (
    <section aria-label={t("agenda.label")} className="flex flex-col gap-3 sm:hidden">
      {busy.map(({ day, lunar, lines }) => {
        const own = bars.filter((b) => dayOfBar(b) === day).sort((a, b) => a.from - b.from);
        return (
          <Panel
            key={day}
            flush
            title={`${dayText(day)} ${weekdays.format(new Date(`${day}T00:00:00Z`))}`}
            note={[lunar, ...lines.map((l) => t(`says.${l.kind}`, { name: lineName(l) }))].join(" · ")}
          >
            {own.length === 0 ? (
              <p className="px-4 py-3 text-muted">{t("agenda.none")}</p>
            ) : (
              <ul>
                {own.map((bar) => {
                  const phase = barPhase(bar, now);
                  return (
                    <li key={bar.id} className="border-b border-separator last:border-0">
                      <button
                        type="button"
                        aria-haspopup="dialog"
                        onClick={() => onOpen(bar)}
                        className="flex min-h-14 w-full flex-col justify-center gap-0.5 px-4 py-2 text-left outline-offset-[-2px]"
                      >
                        <span className="flex w-full items-center gap-2">
                          <b className="min-w-0 flex-1 truncate">{words.name(bar)}</b>
                          <StateBadge kind={phaseShape[phase]}>{t(`phases.${phase}`)}</StateBadge>
                        </span>
                        <span className="text-muted">
                          {t(`kinds.${bar.kind}`)} · {windowText(bar)} · {words.summary(bar, phase)}
                        </span>
                      </button>
                    </li>
                  );
                })}
              </ul>
            )}
          </Panel>
        );
      })}
      {busy.length === 0 && <p className="text-muted">{t("empty.range")}</p>}
      <p className="text-xs text-muted">{t("agenda.hint")}</p>
    </section>
  );
}
