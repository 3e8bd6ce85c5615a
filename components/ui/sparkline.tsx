type Points = readonly number[];

function path(points: Points, width: number, height: number, low: number, high: number, slots: number): string {
  const span = high - low || 1;
  // Three pixels at each side keep the last dot whole.
  const step = (width - 6) / Math.max(1, slots - 1);
  return points
    .map(
      (value, i) => `${(3 + i * step).toFixed(1)},${(height - 4 - ((value - low) / span) * (height - 8)).toFixed(1)}`,
    )
    .join(" ");
}

/**
 * A small curve without axes; `previous` dashed behind it may run further (the whole of last week's day). Decorative: the figure
 * beside it says the number.
 */
export function Sparkline({
  points,
  previous,
  band,
  height = 34,
  width = 196,
}: {
  points: Points;
  previous?: Points;
  /** Lowest and highest of what the curve may come to at its end: a translucent wedge from the last point. */
  band?: readonly [number, number];
  height?: number;
  width?: number;
}) {
  const all = [...points, ...(previous ?? []), ...(band ?? [])];
  if (points.length === 0)
    return <svg aria-hidden="true" viewBox={`0 0 ${width} ${height}`} className="block w-full" style={{ height }} />;
  const low = Math.min(...all);
  const high = Math.max(...all);
  const slots = Math.max(points.length, previous?.length ?? 0, 2);
  const line = path(points, width, height, low, high, slots);
  const [x, y] = (line.split(" ").at(-1) ?? "0,0").split(",");
  const ends = band?.map((value) => path([value], width, height, low, high, slots).split(",")[1]);
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className="block w-full"
      style={{ height }}
    >
      {previous && previous.length > 1 && (
        <polyline
          points={path(previous, width, height, low, high, slots)}
          fill="none"
          stroke="var(--c-prev)"
          strokeWidth="1.2"
          strokeDasharray="3 3"
          vectorEffect="non-scaling-stroke"
        />
      )}
      {ends && points.length < slots && (
        <polygon points={`${x},${y} ${width - 3},${ends[1]} ${width - 3},${ends[0]}`} fill="var(--c1)" opacity="0.22" />
      )}
      <polyline
        points={line}
        fill="none"
        stroke="var(--c1)"
        strokeWidth="1.7"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
      <path
        d={`M${x} ${y}h.01`}
        stroke="var(--c1)"
        strokeWidth="5.2"
        strokeLinecap="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}

/** Bars for a phone card: the last one stands out. */
export function SparkBars({
  points,
  labels,
  height = 56,
}: {
  points: Points;
  labels: readonly string[];
  height?: number;
}) {
  const high = Math.max(1, ...points);
  return (
    <div
      role="img"
      aria-label={points.map((value, i) => `${labels[i] ?? ""} ${value}`).join(", ")}
      className="flex items-end gap-1.5 border-b border-border"
      style={{ height }}
    >
      {points.map((value, i) => (
        <span
          key={labels[i] ?? i}
          title={`${labels[i] ?? ""} ${value}`}
          className={`min-w-0 flex-1 rounded-t-[3px] ${i === points.length - 1 ? "bg-accent" : "bg-c1/35"}`}
          style={{ height: `${Math.max(3, (value / high) * 100)}%` }}
        />
      ))}
    </div>
  );
}
