import { useTranslations } from "next-intl";
import { type Comparison, changeOf, Stat } from "#components/ui/stat";
import { ordersHref } from "#lib/analytics/rules";
import type { TodayBoard } from "#lib/analytics/schema";
import { type Fen, yuan } from "#lib/kernel/money";

/** Two rates in basis points as a difference in percentage points; null when either is unknown. */
export function pointsChange(
  now: number | null,
  before: number | null,
  upIsGood: boolean,
  mark: string,
): Comparison | null {
  if (now === null || before === null) return null;
  const by = now - before;
  if (by === 0) return { text: `0 ${mark}`, direction: "same", meaning: "neutral" };
  return {
    text: `${(Math.abs(by) / 100).toFixed(2)} ${mark}`,
    direction: by > 0 ? "up" : "down",
    meaning: by > 0 === upIsGood ? "good" : "bad",
  };
}

export const percent = (bp: number | null, digits = 1): string =>
  bp === null ? "—" : `${(bp / 100).toFixed(digits)}%`;
const share = (part: number, whole: number): string => (whole > 0 ? `${((part / whole) * 100).toFixed(1)}%` : "—");
/** 万 with one decimal, for forecasts only. */
const wan = (fen: Fen): string => (fen / 1_000_000).toFixed(1);

/** Five live figures beside the same weekday at the same time; each opens its rows. */
export function TodayFigures({ board }: { board: TodayBoard }) {
  const t = useTranslations("analytics.board");
  const tm = useTranslations("analytics");
  const { gmv, orders, buyers, onTime, refunds } = board.figures;
  const rows = (refunded = false) =>
    ordersHref({ basis: "paid", from: board.day, to: board.day, refunded, cityId: board.cityId ?? undefined });
  // near the day's end there is nothing left to foresee
  const ahead = gmv.forecast && gmv.forecast.highFen > gmv.fen * 1.01 ? gmv.forecast : null;
  const forecast = ahead
    ? ahead.highFen >= 1_000_000
      ? t("forecast", { low: wan(ahead.lowFen), high: wan(ahead.highFen), weeks: ahead.weeks })
      : t("forecastSmall", {
          low: yuan(ahead.lowFen),
          high: yuan(ahead.highFen),
          weeks: ahead.weeks,
        })
    : t("wholeDay", { amount: yuan(gmv.wholeBeforeFen) });
  return (
    <section aria-label={t("figures")} className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-5">
      <Stat
        label={tm("metric.gmvFen")}
        value={yuan(gmv.fen)}
        change={changeOf(gmv.fen, gmv.beforeFen)}
        points={gmv.curve.points}
        previous={gmv.curve.previous}
        band={ahead ? [ahead.lowFen, ahead.highFen] : undefined}
        note={ahead ? <span title={t("forecastHow", { weeks: ahead.weeks })}>{forecast}</span> : forecast}
        href={rows()}
      />
      <Stat
        label={tm("metric.orders")}
        value={orders.count.toLocaleString("en-US")}
        change={changeOf(orders.count, orders.before)}
        points={orders.curve.points}
        previous={orders.curve.previous}
        note={t("aov", { amount: orders.count > 0 ? yuan(Math.round(gmv.fen / orders.count)) : "—" })}
        href={rows()}
      />
      <Stat
        label={tm("metric.buyers")}
        value={buyers.count.toLocaleString("en-US")}
        change={changeOf(buyers.count, buyers.before)}
        points={buyers.curve.points}
        previous={buyers.curve.previous}
        note={t("newBuyers", { n: buyers.fresh, share: share(buyers.fresh, buyers.count) })}
        href={rows()}
      />
      <Stat
        label={t("onTime")}
        value={percent(onTime.bp)}
        change={pointsChange(onTime.bp, onTime.beforeBp, true, tm("pointsMark"))}
        points={onTime.curve.points}
        previous={onTime.curve.previous}
        note={onTime.due > 0 ? t("onTimeNote", { done: onTime.onTime, total: onTime.due }) : t("onTimeNone")}
        href={`/fulfilment/deliveries?day=${board.day}`}
      />
      <Stat
        label={t("refundRate")}
        value={percent(refunds.bp, 2)}
        change={pointsChange(refunds.bp, refunds.beforeBp, false, tm("pointsMark"))}
        points={refunds.curve.points}
        previous={refunds.curve.previous}
        note={t("refundNote", { amount: yuan(refunds.fen) })}
        href={rows(true)}
      />
    </section>
  );
}
