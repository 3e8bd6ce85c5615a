"use client";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";

const minuteMs = 60_000;

/** Milliseconds left until an instant, ticking each second; runs on the server's clock (`now` at render) plus the time since. */
export function useLeft(until: string, now: string): number {
  const [gone, setGone] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new `now` starts the count afresh
  useEffect(() => {
    const from = performance.now();
    setGone(0);
    const timer = setInterval(() => setGone(performance.now() - from), 1000);
    return () => clearInterval(timer);
  }, [now]);
  return new Date(until).getTime() - new Date(now).getTime() - gone;
}

const two = (n: number): string => String(n).padStart(2, "0");

/** `02:14` is hours and minutes; under ten minutes `9:41` is minutes and seconds. */
export function leftText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  const minutes = Math.floor(seconds / 60);
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** The time left until `until` (ISO), as words; amber under thirty minutes, red under five; then `over`. */
export function Countdown({ until, now, over, bare }: { until: string; now: string; over?: string; bare?: boolean }) {
  const t = useTranslations("ui.time");
  const left = useLeft(until, now);
  if (left <= 0) return <b className="text-muted">{over ?? t("over")}</b>;
  const days = Math.floor(left / (24 * 60 * minuteMs));
  const ink =
    left < 5 * minuteMs ? "text-danger-soft-foreground" : left < 30 * minuteMs ? "text-warning-soft-foreground" : "";
  if (days >= 2) return <b>{t("daysLeft", { days })}</b>;
  return (
    <b className={`whitespace-nowrap ${ink}`} role="timer">
      {bare ? leftText(left) : t("left", { time: leftText(left) })}
    </b>
  );
}
