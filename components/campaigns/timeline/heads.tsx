"use client";
import dynamic from "next/dynamic";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import type { DayNote } from "#lib/analytics/schema/explore";
import type { DayLoad, Load } from "#lib/analytics/schema/load";
import { type Heat, heatOf } from "#lib/campaigns/rules/timeline";
import type { Zoom } from "#lib/campaigns/schema/schedule";
import { type Day, dayOf, dayText, weekday } from "#lib/kernel/time";

const LoadDrawer = dynamic(() => import("./load-drawer").then((m) => m.LoadDrawer), { ssr: false });

/** A day of the header. `term` is set on the first day of a solar term. */
export type HeadDay = { day: Day; lunar: string; term: string | null; lines: DayNote[] };

const tagLooks: Record<DayNote["kind"], string> = {
  rest: "border-success-soft-foreground/40 bg-success-soft text-success-soft-foreground",
  work: "border-warning-soft-foreground/40 bg-warning-soft text-warning-soft-foreground",
  festival: "border-accent-soft-foreground/40 bg-accent-soft text-accent-soft-foreground",
  note: "border-border text-muted",
};

/** What a line of the calendar is called in the reader's language. */
export function useLineName() {
  const isEnglish = useLocale() === "en";
  return (line: Pick<DayNote, "text" | "textEn">): string => (isEnglish && line.textEn) || line.text;
}

const grid = (count: number) => ({ gridTemplateColumns: `140px repeat(${count}, minmax(0, 1fr))` });

/** The days with their weekday, lunar date and what is special about them. */
export function DayHeads({ heads, zoom, now }: { heads: readonly HeadDay[]; zoom: Zoom; now: number }) {
  const t = useTranslations("schedule");
  const locale = useLocale();
  const name = useLineName();
  const today = dayOf(new Date(now));
  const isTight = zoom === "week" || zoom === "month";
  const weekdays = new Intl.DateTimeFormat(locale, {
    weekday: isTight ? (zoom === "month" ? "narrow" : "short") : "short",
    timeZone: "UTC",
  });
  return (
    <ol className="grid bg-surface-secondary" style={grid(heads.length)}>
      <li className="flex items-center border-r border-border pl-4 text-xs text-muted" aria-hidden="true">
        {t("head.lunar")}
      </li>
      {heads.map(({ day, lunar, term, lines }) => {
        const tags = lines.filter((l, i) => l.kind !== "note" || i < 2);
        const isRest =
          lines.some((l) => l.kind === "rest") || (!lines.some((l) => l.kind === "work") && weekday(day) % 6 === 0);
        return (
          <li
            key={day}
            aria-current={day === today ? "date" : undefined}
            className={`flex min-w-0 border-l border-separator first:border-0 ${isTight ? "flex-col items-center py-1 text-xs leading-4" : "min-h-10 items-center gap-1.5 px-3"}`}
          >
            <b
              className={`whitespace-nowrap ${day === today ? "text-accent-soft-foreground" : ""} ${isRest && day !== today ? "text-muted" : ""}`}
            >
              {zoom === "month" ? day.slice(8) : dayText(day, today)}
              {zoom !== "week" && " "}
              {zoom === "week" && <br />}
              {weekdays.format(new Date(`${day}T00:00:00Z`))}
            </b>
            {zoom !== "month" && (
              <span className="min-w-0 truncate text-xs text-muted">
                {lunar}
                {term && !isTight && ` · ${term}`}
              </span>
            )}
            {tags.length > 0 && (
              <span className={`flex min-w-0 gap-0.5 ${isTight ? "max-w-full" : ""}`}>
                {tags.slice(0, isTight ? 1 : 3).map((line) => {
                  const said = t(`says.${line.kind}`, { name: name(line) });
                  return (
                    <span
                      key={line.id}
                      title={tags.map((l) => t(`says.${l.kind}`, { name: name(l) })).join(" · ")}
                      className={`min-w-0 truncate rounded-[4px] border px-1 text-xs leading-[16px] ${tagLooks[line.kind]}`}
                    >
                      {line.kind === "rest" || line.kind === "work" ? (
                        <>
                          <span aria-hidden="true">{t(`tags.${line.kind}`)}</span>
                          <span className="sr-only">{said}</span>
                        </>
                      ) : (
                        said
                      )}
                    </span>
                  );
                })}
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}

/** The hours of one day under its head. */
export function HourTicks({ day }: { day: Day }) {
  return (
    <ol
      aria-hidden="true"
      className="grid border-t border-separator text-xs leading-5 text-muted"
      style={{ gridTemplateColumns: "140px repeat(24, minmax(0, 1fr))" }}
    >
      <li className="border-r border-border" />
      {Array.from({ length: 24 }, (_, h) => (
        <li key={`${day} ${String(h)}`} className="border-l border-separator pl-1 first:border-0">
          {String(h).padStart(2, "0")}
        </li>
      ))}
    </ol>
  );
}

const heatLooks: Record<Heat, string> = {
  none: "text-muted",
  room: "",
  tight: "bg-warning-soft text-warning-soft-foreground",
  full: "bg-danger-soft text-danger-soft-foreground",
  over: "bg-danger-soft text-danger-soft-foreground font-semibold",
};

/** The fullest warehouse and the fullest route of a day. */
export function fullest(day: DayLoad, what: "pieces" | "orders"): { name: string; amount: number } | null {
  const all = what === "pieces" ? day.warehouses : day.warehouses.flatMap((w) => w.routes);
  const most = all.reduce<(typeof all)[number] | null>((a, b) => (a && a[what] >= b[what] ? a : b), null);
  return most && most[what] > 0 ? { name: most.name, amount: most[what] } : null;
}

export const shareText = (amount: number, capacity: number): string => `${Math.round((amount * 100) / capacity)}%`;

/** How full warehouses and routes are on each pickup day; a day opens its rows. */
export function LoadStrip({ heads, load, zoom }: { heads: readonly HeadDay[]; load: Load; zoom: Zoom }) {
  const t = useTranslations("schedule.load");
  const [opened, setOpened] = useState<DayLoad | null>(null);
  const isTight = zoom === "week" || zoom === "month";
  return (
    <>
      {(["pieces", "orders"] as const).map((what) => (
        <section key={what} aria-label={t(what)} className="grid border-t border-separator" style={grid(heads.length)}>
          <span className="flex h-[26px] items-center border-r border-border pl-4 text-xs text-muted">{t(what)}</span>
          {heads.map(({ day }) => {
            const its = load.days.find((d) => d.day === day);
            const most = its ? fullest(its, what) : null;
            const capacity = load.capacity[what];
            const heat = heatOf(most?.amount ?? 0, capacity);
            const share = shareText(most?.amount ?? 0, capacity);
            const look = `flex h-[26px] min-w-0 items-center gap-1 overflow-hidden border-l border-separator text-xs whitespace-nowrap ${isTight ? "justify-center px-0.5" : "justify-between px-3"} ${heatLooks[heat]}`;
            if (!its || !most)
              return (
                <span key={day} className={look}>
                  <span aria-hidden="true">—</span>
                  <span className="sr-only">{t("none")}</span>
                </span>
              );
            const numbers = {
              amount: most.amount.toLocaleString("en-US"),
              capacity: capacity.toLocaleString("en-US"),
            };
            return (
              <button
                key={day}
                type="button"
                aria-haspopup="dialog"
                onClick={() => setOpened(its)}
                className={`outline-offset-[-2px] ${look}`}
              >
                <span className="sr-only">
                  {t(`${what}Of`, {
                    ...numbers,
                    day: dayText(day),
                    name: most.name,
                    share,
                    heat: `${t(`heat.${heat}`)}${its.isForecast ? ` (${t("forecast")})` : ""}`,
                  })}
                </span>
                <span aria-hidden="true">
                  {zoom === "month" ? share.replace("%", "") : share}
                  {!isTight && heat !== "room" && ` ${t(`heat.${heat}`)}`}
                </span>
                {!isTight && (
                  <span aria-hidden="true">
                    {its.isForecast && <span className="text-muted">{t("forecast")} </span>}
                    {t("amount", numbers)}
                  </span>
                )}
              </button>
            );
          })}
        </section>
      ))}
      {opened && <LoadDrawer day={opened} capacity={load.capacity} onClose={() => setOpened(null)} />}
    </>
  );
}
