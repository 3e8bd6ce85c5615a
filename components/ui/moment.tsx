import { useTranslations } from "next-intl";
import { clockText, type Day, dayOf, dayText, momentText, weekday } from "#lib/kernel/time";

type Instant = Date | string;
const dateOf = (at: Instant): Date => (typeof at === "string" ? new Date(at) : at);
const exact = (at: Date): string => `${dayOf(at)} ${clockText(at)} (UTC+8)`;

/** An instant in Asia/Shanghai, `11-25 23:00`; the exact time on hover. `today` drops or shows the year; `form` picks the part. Null reads as —. */
export function Moment({
  at,
  form = "moment",
  today,
}: {
  at: Instant | null | undefined;
  form?: "moment" | "clock" | "day";
  today?: Day;
}) {
  if (!at) return <span className="text-muted">—</span>;
  const date = dateOf(at);
  const text =
    form === "clock" ? clockText(date) : form === "day" ? dayText(dayOf(date), today) : momentText(date, today);
  return (
    <time dateTime={date.toISOString()} title={exact(date)} className="whitespace-nowrap">
      {text}
    </time>
  );
}

/** A business day, `11-22 周日`. */
export function DayText({ day, today, plain }: { day: Day | null | undefined; today?: Day; plain?: boolean }) {
  const t = useTranslations("ui.time.weekdays");
  if (!day) return <span className="text-muted">—</span>;
  return (
    <time dateTime={day} title={day} className="whitespace-nowrap">
      {dayText(day, today)}
      {plain ? "" : ` ${t(`d${weekday(day)}` as "d0")}`}
    </time>
  );
}

/** A half-open window: `12:00–22:00` within one day, else `11-20 08:00 – 11-25 23:00`. */
export function WindowText({ from, to, today }: { from: Instant; to: Instant; today?: Day }) {
  const [a, b] = [dateOf(from), dateOf(to)];
  const oneDay = dayOf(a) === dayOf(b);
  return (
    <span className="whitespace-nowrap" title={`${exact(a)} – ${exact(b)}`}>
      {oneDay
        ? `${dayText(dayOf(a), today)} ${clockText(a)}–${clockText(b)}`
        : `${momentText(a, today)} – ${momentText(b, today)}`}
    </span>
  );
}
