"use client";
import { Copy, Download, ImageDown } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { csvText } from "#lib/kernel/csv";
import { type Unit, valueCell, valueText } from "#lib/kernel/values";
import { Button } from "./button";
import { Icon } from "./icon";
import { pngOf } from "./picture";
import { toast } from "./toast";

export type ChartFormat = Unit;
/** `previous`: the comparison, grey and dashed. `other`: another measure with its own unit on the right, dashed. */
export type ChartSeries = { key: string; label: string; previous?: boolean; other?: ChartFormat };
/**
 * `label` is the tick (`11-22`), `href` opens the rows behind the point; values are fen, counts or basis points by `format`.
 * `note` says in the table twin what the comparison stands on. A `total` of a waterfall starts at nothing.
 */
export type ChartPoint = {
  label: string;
  href?: string;
  note?: string;
  total?: boolean;
  values: Record<string, number | null>;
};
/** A day or stretch of days with words: a line at one point, a shade from `label` to `to`. */
export type ChartFlag = { label: string; to?: string; text: string };
export type ChartProps = {
  label: string;
  points: readonly ChartPoint[];
  series: readonly ChartSeries[];
  format: ChartFormat;
  height?: number;
  flags?: readonly ChartFlag[];
  goal?: { value: number; label: string } | undefined;
};
export type ChartKind = "line" | "bar" | "waterfall";

const Canvas = dynamic(() => import("./chart-canvas"), {
  ssr: false,
  loading: () => <span className="skeleton block size-full" />,
});

function save(blob: Blob, name: string) {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

function Frame({ kind, label, points, series, format, height = 240, flags, goal }: ChartProps & { kind: ChartKind }) {
  const t = useTranslations("ui.chart");
  const [asTable, setAsTable] = useState(false);
  const drawing = useRef<HTMLDivElement>(null);
  if (points.length === 0) return <p className="text-muted">{t("empty")}</p>;
  const unitOf = (one: ChartSeries) => one.other ?? format;
  const hasNotes = points.some((point) => point.note);
  const sheet = () => [
    [label, ...series.map((one) => one.label), ...(hasNotes ? [t("note")] : [])],
    ...points.map((point) => [
      point.label,
      ...series.map((one) => valueCell(point.values[one.key], unitOf(one))),
      ...(hasNotes ? [point.note ?? ""] : []),
    ]),
  ];
  async function copy() {
    await navigator.clipboard.writeText(
      sheet()
        .map((row) => row.join("\t"))
        .join("\n"),
    );
    toast(t("copied"));
  }
  async function picture() {
    const blob = await pngOf(drawing.current?.querySelector("svg") ?? null);
    if (blob) save(blob, `${label}.png`);
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
                strokeDasharray={one.previous || one.other ? "3 3" : undefined}
              />
            </svg>
            {one.label}
          </span>
        ))}
        <span className="no-print ml-auto flex gap-1">
          <Button size="small" tone="quiet" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            {asTable ? t("chart") : t("table")}
          </Button>
          <Button size="small" tone="quiet" icon={<Icon of={Copy} size={14} />} onClick={copy}>
            {t("copy")}
          </Button>
          {!asTable && (
            <Button size="small" tone="quiet" icon={<Icon of={ImageDown} size={14} />} onClick={picture}>
              PNG
            </Button>
          )}
          <Button
            size="small"
            tone="quiet"
            icon={<Icon of={Download} size={14} />}
            onClick={() => save(new Blob([csvText(sheet())], { type: "text/csv;charset=utf-8" }), `${label}.csv`)}
          >
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
                {hasNotes && <th scope="col">{t("note")}</th>}
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
                      {valueText(point.values[one.key], unitOf(one))}
                    </td>
                  ))}
                  {hasNotes && <td className="text-muted">{point.note}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : (
        <div ref={drawing} style={{ height }} className="min-w-0" aria-hidden="true">
          <Canvas kind={kind} points={points} series={series} format={format} flags={flags} goal={goal} />
        </div>
      )}
    </figure>
  );
}

/** Lines over days; the comparison dashed. With a table twin and CSV. */
export const LineChart = (props: ChartProps) => <Frame kind="line" {...props} />;
/** Bars by day or by thing; a click opens the rows. With a table twin and CSV. */
export const BarChart = (props: ChartProps) => <Frame kind="bar" {...props} />;
/** From one total to another by what is added and taken; one series. */
export const WaterfallChart = (props: ChartProps) => <Frame kind="waterfall" {...props} />;
