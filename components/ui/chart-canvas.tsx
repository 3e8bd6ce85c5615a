"use client";
import { useRouter } from "next/navigation";
import {
  Bar,
  CartesianGrid,
  Cell,
  ComposedChart,
  LabelList,
  Line,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { valueText } from "#lib/kernel/values";
import type { ChartFormat, ChartKind, ChartPoint, ChartProps } from "./charts";

const tick = { fontSize: 12, fill: "var(--muted)" };

/** Short axis words: 1.2 万 would need a language, so thousands are grouped and yuan lose their fen; small prices keep it. */
const axisText = (value: number, format: ChartFormat, most: number): string =>
  format === "money"
    ? most < 2000
      ? (value / 100).toFixed(2)
      : Math.round(value / 100).toLocaleString("en-US")
    : format === "rate"
      ? `${(value / 100).toFixed(most < 500 ? 1 : 0)}%`
      : format === "number"
        ? value.toLocaleString("en-US")
        : valueText(value, format);

const most = (points: readonly ChartPoint[], keys: readonly string[]): number =>
  Math.max(0, ...points.flatMap((point) => keys.map((key) => Math.abs(point.values[key] ?? 0))));

/** Where a bar of a waterfall begins and ends: a total at nothing, a step where the one before ended. */
function steps(points: readonly ChartPoint[], key: string): [low: number, high: number][] {
  let level = 0;
  return points.map((point) => {
    const by = point.values[key] ?? 0;
    const from = point.total ? 0 : level;
    level = point.total ? by : level + by;
    return from < level ? [from, level] : [level, from];
  });
}

/** The drawing itself, loaded only when a chart is on the page. */
export default function ChartCanvas({
  kind,
  points,
  series,
  format,
  flags = [],
  goal,
}: Omit<ChartProps, "label" | "height"> & { kind: ChartKind }) {
  const router = useRouter();
  const own = series.filter((one) => !one.other);
  const other = series.find((one) => one.other);
  const spans = kind === "waterfall" ? steps(points, series[0]?.key ?? "") : [];
  const data = points.map((point, i) => ({
    label: point.label,
    ...point.values,
    span: spans[i],
    caption: valueText(point.values[series[0]?.key ?? ""], format),
  }));
  const ownMost = most(
    points,
    own.map((one) => one.key),
  );
  const open = (index: number | string | null | undefined) => {
    const href = points[Number(index)]?.href;
    if (href) router.push(href);
  };
  const colour = (one: (typeof series)[number]) =>
    one.previous ? "var(--c-prev)" : `var(--c${series.indexOf(one) + 1})`;
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ComposedChart
        data={data}
        accessibilityLayer={false}
        margin={{ top: kind === "waterfall" || flags.length > 0 || goal ? 20 : 8, right: 12, bottom: 0, left: 0 }}
        onClick={(state) => open(state.activeTooltipIndex)}
        style={{ cursor: points.some((point) => point.href) ? "pointer" : "default" }}
      >
        <CartesianGrid vertical={false} stroke="var(--separator)" />
        {flags.map((flag, i) =>
          flag.to ? (
            <ReferenceArea
              key={`${flag.label} ${flag.text}`}
              x1={flag.label}
              x2={flag.to}
              fill="var(--surface-tertiary)"
              fillOpacity={0.7}
              label={{ value: flag.text, position: "insideTopLeft", ...tick }}
            />
          ) : (
            <ReferenceLine
              key={`${flag.label} ${flag.text}`}
              x={flag.label}
              stroke="var(--muted)"
              strokeDasharray="1 3"
              label={{ value: flag.text, position: "top", ...tick, dy: (i % 2) * -2 }}
            />
          ),
        )}
        <XAxis dataKey="label" tick={tick} tickLine={false} axisLine={{ stroke: "var(--border)" }} minTickGap={24} />
        <YAxis
          tick={tick}
          tickLine={false}
          axisLine={false}
          width={56}
          tickFormatter={(value: number) => axisText(value, format, ownMost)}
        />
        {other?.other && (
          <YAxis
            yAxisId="other"
            orientation="right"
            tick={tick}
            tickLine={false}
            axisLine={false}
            width={56}
            tickFormatter={(value: number) => axisText(value, other.other as ChartFormat, most(points, [other.key]))}
          />
        )}
        {goal && (
          <ReferenceLine
            y={goal.value}
            ifOverflow="extendDomain"
            stroke="var(--c3)"
            strokeWidth={1.4}
            strokeDasharray="6 3"
            label={{ value: goal.label, position: "insideTopRight", ...tick }}
          />
        )}
        <Tooltip
          cursor={{ stroke: "var(--border)", fill: "var(--surface-secondary)" }}
          isAnimationActive={false}
          content={({ active, label }) => {
            const point = points.find((one) => one.label === label);
            return active && point ? (
              <div className="rounded-chip bg-overlay px-3 py-2 text-xs shadow-overlay">
                <b>{label}</b>
                {point.note && <span className="block text-muted">{point.note}</span>}
                {series.map((one) => (
                  <div key={one.key} className="flex justify-between gap-4">
                    <span className="text-muted">{one.label}</span>
                    <span>{valueText(point.values[one.key], one.other ?? format)}</span>
                  </div>
                ))}
              </div>
            ) : null;
          }}
        />
        {kind === "waterfall" && (
          <Bar dataKey="span" maxBarSize={56} isAnimationActive={false}>
            {points.map((point) => (
              <Cell
                key={point.label}
                fill={
                  point.total ? "var(--c1)" : (point.values[series[0]?.key ?? ""] ?? 0) < 0 ? "var(--c5)" : "var(--c6)"
                }
              />
            ))}
            <LabelList
              dataKey="caption"
              content={({ x, y, width, value }) => (
                <text
                  x={Number(x) + Number(width) / 2}
                  y={Number(y) - 6}
                  textAnchor="middle"
                  className="max-sm:hidden"
                  {...tick}
                >
                  {String(value)}
                </text>
              )}
            />
          </Bar>
        )}
        {kind === "bar" &&
          own.map((one) => (
            <Bar
              key={one.key}
              dataKey={one.key}
              name={one.label}
              fill={colour(one)}
              radius={[3, 3, 0, 0]}
              maxBarSize={32}
              isAnimationActive={false}
            />
          ))}
        {(kind === "line" ? series : other ? [other] : []).map((one) =>
          kind === "waterfall" ? null : (
            <Line
              key={one.key}
              dataKey={one.key}
              yAxisId={one.other ? "other" : 0}
              name={one.label}
              type="linear"
              stroke={colour(one)}
              strokeWidth={one.previous ? 1.4 : 2}
              strokeDasharray={one.previous || one.other ? "4 4" : undefined}
              dot={false}
              isAnimationActive={false}
            />
          ),
        )}
      </ComposedChart>
    </ResponsiveContainer>
  );
}
