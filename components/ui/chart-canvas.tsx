"use client";
import { useRouter } from "next/navigation";
import { Bar, BarChart, CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { type ChartFormat, type ChartPoint, type ChartSeries, formatValue } from "./charts";

const tick = { fontSize: 12, fill: "var(--muted)" };

/** Short axis words: 1.2 万 would need a language, so thousands are grouped and yuan lose their fen; small prices keep it. */
const axisText = (value: number, format: ChartFormat, most: number): string =>
  format === "money"
    ? most < 2000
      ? (value / 100).toFixed(2)
      : Math.round(value / 100).toLocaleString("en-US")
    : format === "rate"
      ? `${(value / 100).toFixed(0)}%`
      : value.toLocaleString("en-US");

/** The drawing itself, loaded only when a chart is on the page. */
export default function ChartCanvas({
  kind,
  points,
  series,
  format,
}: {
  kind: "line" | "bar";
  points: readonly ChartPoint[];
  series: readonly ChartSeries[];
  format: ChartFormat;
}) {
  const router = useRouter();
  const data = points.map((point) => ({ label: point.label, ...point.values }));
  const most = Math.max(
    0,
    ...points.flatMap((point) => Object.values(point.values).map((value) => Math.abs(value ?? 0))),
  );
  const parts = (
    <>
      <CartesianGrid vertical={false} stroke="var(--separator)" />
      <XAxis dataKey="label" tick={tick} tickLine={false} axisLine={{ stroke: "var(--border)" }} minTickGap={24} />
      <YAxis
        tick={tick}
        tickLine={false}
        axisLine={false}
        width={56}
        tickFormatter={(value: number) => axisText(value, format, most)}
      />
      <Tooltip
        cursor={{ stroke: "var(--border)", fill: "var(--surface-secondary)" }}
        isAnimationActive={false}
        content={({ active, label, payload }) =>
          active && payload && payload.length > 0 ? (
            <div className="rounded-chip bg-overlay px-3 py-2 text-xs shadow-overlay">
              <b>{label}</b>
              {payload.map((one) => (
                <div key={String(one.dataKey)} className="flex justify-between gap-4">
                  <span className="text-muted">{one.name}</span>
                  <span>{formatValue(typeof one.value === "number" ? one.value : null, format)}</span>
                </div>
              ))}
            </div>
          ) : null
        }
      />
    </>
  );
  const open = (index: number | string | null | undefined) => {
    const href = points[Number(index)]?.href;
    if (href) router.push(href);
  };
  return (
    <ResponsiveContainer width="100%" height="100%">
      {kind === "line" ? (
        <LineChart
          data={data}
          accessibilityLayer={false}
          margin={{ top: 8, right: 12, bottom: 0, left: 0 }}
          onClick={(state) => open(state.activeTooltipIndex)}
        >
          {parts}
          {series.map((one, i) => (
            <Line
              key={one.key}
              dataKey={one.key}
              name={one.label}
              type="linear"
              stroke={one.previous ? "var(--c-prev)" : `var(--c${i + 1})`}
              strokeWidth={one.previous ? 1.4 : 2}
              strokeDasharray={one.previous ? "4 4" : undefined}
              dot={false}
              isAnimationActive={false}
            />
          ))}
        </LineChart>
      ) : (
        <BarChart
          data={data}
          accessibilityLayer={false}
          margin={{ top: 8, right: 12, bottom: 0, left: 0 }}
          onClick={(state) => open(state.activeTooltipIndex)}
        >
          {parts}
          {series.map((one, i) => (
            <Bar
              key={one.key}
              dataKey={one.key}
              name={one.label}
              fill={one.previous ? "var(--c-prev)" : `var(--c${i + 1})`}
              radius={[3, 3, 0, 0]}
              maxBarSize={32}
              isAnimationActive={false}
            />
          ))}
        </BarChart>
      )}
    </ResponsiveContainer>
  );
}
