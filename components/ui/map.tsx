import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

export type MapPoint = {
  id: string;
  name: string;
  lat: number;
  lng: number;
  kind?: "normal" | "attention" | "failed" | "chosen";
  href?: string;
};

/** Points on a plain grid by latitude and longitude: no tiles, no outside calls. Circle = on time, triangle = attention, diamond = failed, ring = chosen. */
export function PointMap({
  points,
  labels,
  height = 345,
  label,
}: {
  points: readonly MapPoint[];
  labels?: readonly { text: string; lat: number; lng: number }[];
  height?: number;
  label?: ReactNode;
}) {
  const t = useTranslations("ui.map");
  if (points.length === 0) return <p className="p-6 text-muted">{t("none")}</p>;
  const width = 480;
  const pad = 28;
  const lats = points.map((point) => point.lat);
  const lngs = points.map((point) => point.lng);
  const [south, north, west, east] = [Math.min(...lats), Math.max(...lats), Math.min(...lngs), Math.max(...lngs)];
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = Math.min(
    (width - 2 * pad) / Math.max((east - west) * squeeze, 1e-4),
    (height - 2 * pad) / Math.max(north - south, 1e-4),
  );
  const x = (lng: number) => width / 2 + (lng - (west + east) / 2) * squeeze * scale;
  const y = (lat: number) => height / 2 - (lat - (south + north) / 2) * scale;
  const shape = (point: MapPoint) => {
    const [cx, cy] = [x(point.lng), y(point.lat)];
    if (point.kind === "attention")
      return <path d={`M${cx} ${cy - 6}l6 10h-12z`} fill="var(--warning-mark)" stroke="var(--surface)" />;
    if (point.kind === "failed")
      return (
        <rect
          x={cx - 4}
          y={cy - 4}
          width="8"
          height="8"
          transform={`rotate(45 ${cx} ${cy})`}
          fill="var(--danger-mark)"
          stroke="var(--surface)"
        />
      );
    if (point.kind === "chosen")
      return <circle cx={cx} cy={cy} r="6" fill="var(--accent)" stroke="var(--surface)" strokeWidth="2" />;
    return <circle cx={cx} cy={cy} r="3.4" fill="var(--c4)" />;
  };
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="xMidYMid slice"
      className="block size-full"
      style={{ minHeight: Math.min(height, 240) }}
      role={points.some((point) => point.href) ? "group" : "img"}
      aria-label={typeof label === "string" ? label : t("label", { count: points.length })}
    >
      <defs>
        <pattern id="map-grid" width="20" height="20" patternUnits="userSpaceOnUse">
          <path d="M20 0H0v20" fill="none" stroke="var(--separator)" />
        </pattern>
      </defs>
      <rect x={-width} y={-height} width={3 * width} height={3 * height} fill="url(#map-grid)" />
      {points.map((point) =>
        point.href ? (
          <a key={point.id} href={point.href} aria-label={point.name}>
            <title>{point.name}</title>
            {shape(point)}
          </a>
        ) : (
          <g key={point.id}>
            <title>{point.name}</title>
            {shape(point)}
          </g>
        ),
      )}
      {labels?.map((one) => (
        <text
          key={one.text}
          x={x(one.lng)}
          y={y(one.lat)}
          textAnchor="middle"
          fontSize="12"
          fill="var(--muted)"
          stroke="var(--surface)"
          strokeWidth="4"
          paintOrder="stroke"
        >
          {one.text}
        </text>
      ))}
    </svg>
  );
}
