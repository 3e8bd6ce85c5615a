import { useTranslations } from "next-intl";
import { BarChart, type ChartPoint, type ChartSeries, LineChart } from "#components/ui/charts";
import { formatOf, ordersHref } from "#lib/analytics/rules";
import type { Sales } from "#lib/analytics/schema";
import { dayText } from "#lib/kernel/time";

/** At most so many bars of a split. */
export const chartBars = 15;

/** The chosen metric over the days, or the largest of a split, beside the period before; a point opens its orders. */
export function SalesChart({ sales }: { sales: Sales }) {
  const t = useTranslations("analytics");
  const { question: q, before } = sales;
  const name = t(`metric.${q.metric}`);
  const series: ChartSeries[] = [
    { key: "now", label: before ? t("now") : name },
    ...(before ? [{ key: "before", label: t("previous"), previous: true }] : []),
  ];
  const by = q.by;
  if (by === "day") {
    const points: ChartPoint[] = sales.days.map((d) => ({
      label: dayText(d.day),
      href: ordersHref({ ...q, from: d.day, to: d.day }),
      values: { now: d.now[q.metric], before: d.before?.[q.metric] ?? null },
    }));
    const chart = { label: t("trend", { metric: name }), points, series, format: formatOf(q.metric) };
    return points.length < 3 ? <BarChart {...chart} /> : <LineChart {...chart} />;
  }
  const top = sales.rows.slice(0, chartBars);
  const points: ChartPoint[] = top.map((r) => ({
    label: r.name,
    href: ordersHref({ ...q, [splitKey[by]]: r.id }),
    values: { now: r.now[q.metric], before: r.before?.[q.metric] ?? null },
  }));
  return (
    <BarChart
      label={t("ranking", { metric: name, n: top.length })}
      points={points}
      series={series}
      format={formatOf(q.metric)}
    />
  );
}

/** How a row of a split narrows the next question. */
export const splitKey = { product: "skuId", leader: "leaderId", city: "cityId", supplier: "supplierId" } as const;
