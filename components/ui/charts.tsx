"use client";
import { Download } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { csvText } from "#lib/kernel/csv";
import { yuan } from "#lib/kernel/money";
import { Button } from "./button";
import { Icon } from "./icon";

export type ChartFormat = "money" | "number" | "rate";
export type ChartSeries = { key: string; label: string /** The comparison: grey and dashed. */; previous?: boolean };
/** `label` is the tick (`11-22`), `href` opens the rows behind the point; values are fen, counts or basis points by `format`. */
export type ChartPoint = { label: string; href?: string; values: Record<string, number | null> };
export type ChartProps = {
  label: string;
  points: readonly ChartPoint[];
  series: readonly ChartSeries[];
  format: ChartFormat;
  height?: number;
};

export const formatValue = (value: number | null | undefined, format: ChartFormat): string =>
  value === null || value === undefined
    ? "—"
    : format === "money"
      ? yuan(Math.round(value))
      : format === "rate"
        ? `${(value / 100).toFixed(2)}%`
        : value.toLocaleString("en-US");

const Canvas = dynamic(() => import("./chart-canvas"), {
  ssr: false,
  loading: () => <span className="skeleton block size-full" />,
});

function Frame({ kind, label, points, series, format, height = 240 }: ChartProps & { kind: "line" | "bar" }) {
  const t = useTranslations("ui.chart");
  const [asTable, setAsTable] = useState(false);
  if (points.length === 0) return <p className="text-muted">{t("empty")}</p>;
  function download() {
    const head = ["", ...series.map((one) => one.label)];
    const rows = points.map((point) => [
      point.label,
      ...series.map((one) => formatValue(point.values[one.key], format).replace(/[¥,]/g, "").replace("−", "-")),
    ]);
    const url = URL.createObjectURL(new Blob([csvText([head, ...rows])], { type: "text/csv;charset=utf-8" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = `${label}.csv`;
    link.click();
    URL.revokeObjectURL(url);
  }
  return (
    <figure aria-label={label} className="flex min-w-0 flex-col gap-2">
      <figcaption className="flex flex-wrap items-center gap-x-4 gap-y-1 text-xs">
        {series.map((one, i) => (
          <span key={one.key} className="inline-flex items-center gap-1.5">
            <svg width="16" height="8" aria-hidden="true">
              <line
                x1="0"
                y1="4"
                x2="16"
                y2="4"
                stroke={one.previous ? "var(--c-prev)" : `var(--c${i + 1})`}
                strokeWidth="2"
                strokeDasharray={one.previous ? "3 3" : undefined}
              />
            </svg>
            {one.label}
          </span>
        ))}
        <span className="no-print ml-auto flex gap-1">
          <Button size="small" tone="quiet" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            {asTable ? t("chart") : t("table")}
          </Button>
          <Button size="small" tone="quiet" icon={<Icon of={Download} size={14} />} onClick={download}>
            {t("download")}
          </Button>
        </span>
      </figcaption>
      {asTable ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <section className="overflow-auto" style={{ maxHeight: height + 120 }} tabIndex={0} aria-label={label}>
          <table className="list-table">
            <thead>
              <tr>
                <th scope="col">{label}</th>
                {series.map((one) => (
                  <th key={one.key} scope="col" data-align="right">
                    {one.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {points.map((point) => (
                <tr key={point.label}>
                  <td>
                    {point.href ? (
                      <a className="link" href={point.href}>
                        {point.label}
                      </a>
                    ) : (
                      point.label
                    )}
                  </td>
                  {series.map((one) => (
                    <td key={one.key} data-align="right">
                      {formatValue(point.values[one.key], format)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : (
        <div style={{ height }} className="min-w-0" aria-hidden="true">
          <Canvas kind={kind} points={points} series={series} format={format} />
        </div>
      )}
    </figure>
  );
}

/** Lines over days; the comparison dashed. With a table twin and CSV. */
export const LineChart = (props: ChartProps) => <Frame kind="line" {...props} />;
/** Bars by day or by thing; a click opens the rows. With a table twin and CSV. */
export const BarChart = (props: ChartProps) => <Frame kind="bar" {...props} />;
