import Link from "next/link";
import { useTranslations } from "next-intl";
import { type Column, idColumn, numberColumn, rateColumn } from "#components/ui/columns";
import { Lines } from "#components/ui/lines";
import { PointMap } from "#components/ui/map";
import { StateBadge } from "#components/ui/state-badge";
import { bpOf, type DistrictRow, districtsOf } from "#lib/analytics/rules";
import type { TodayPoint } from "#lib/analytics/schema";
import { clockText, type Day } from "#lib/kernel/time";

const shownLate = 6;
const sum = (rows: readonly DistrictRow[], value: (row: DistrictRow) => number) =>
  rows.reduce((n, row) => n + value(row), 0);

/** Today's points on a map by how they stand, with a twin table by district and the late ones by name. */
export function PointsPanel({ points, day }: { points: readonly TodayPoint[]; day: Day }) {
  const t = useTranslations("analytics.board");
  const count = (mark: TodayPoint["mark"]) => points.filter((p) => p.mark === mark).length;
  const districts = districtsOf(points);
  const late = points.filter((p) => p.lateMinutes > 0).sort((a, b) => b.lateMinutes - a.lateMinutes);
  const lats = points.map((p) => p.lat);
  const above = Math.max(0.002, (Math.max(...lats) - Math.min(...lats)) * 0.045);
  const labels = districts.map((row) => {
    const top = points.filter((p) => p.district === row.id).reduce((a, b) => (b.lat > a.lat ? b : a));
    return { text: row.id, lat: top.lat + above, lng: top.lng };
  });
  const total = {
    points: points.length,
    late: late.length,
    orders: sum(districts, (r) => r.orders),
    waiting: sum(districts, (r) => r.waiting),
    picked: sum(districts, (r) => r.picked),
  };
  const columns: Column<DistrictRow>[] = [
    idColumn<DistrictRow>({
      id: "district",
      head: t("district"),
      text: (r) => r.id,
      href: (r) => `/fulfilment/deliveries?day=${day}&q=${encodeURIComponent(r.id)}`,
      foot: t("total"),
    }),
    numberColumn<DistrictRow>({ id: "points", head: t("pointCount"), value: (r) => r.points, foot: total.points }),
    numberColumn<DistrictRow>({
      id: "late",
      head: t("late"),
      value: (r) => r.late,
      tone: (r) => (r.late > 0 ? "warning" : undefined),
      foot: total.late,
    }),
    numberColumn<DistrictRow>({
      id: "waiting",
      head: t("waiting"),
      value: (r) => r.waiting,
      foot: total.waiting.toLocaleString("en-US"),
    }),
    rateColumn<DistrictRow>({
      id: "picked",
      head: t("picked"),
      bp: (r) => r.pickedBp,
      foot: percentOf(bpOf(total.picked, total.orders)),
    }),
  ];
  return (
    <section aria-label={t("points")} className="card min-w-0 overflow-hidden">
      <header className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-b border-separator px-4 py-2">
        <h2>{t("points")}</h2>
        <span className="text-muted">{t("pointsNote")}</span>
        <span className="ml-auto flex flex-wrap items-center gap-x-3 gap-y-1 text-xs">
          <span className="inline-flex items-center gap-1.5">
            <svg width="8" height="8" aria-hidden="true">
              <circle cx="4" cy="4" r="4" fill="var(--c4)" />
            </svg>
            {t("legend.normal", { n: count("normal") })}
          </span>
          <StateBadge kind="attention">{t("legend.attention", { n: count("attention") })}</StateBadge>
          <span className="inline-flex items-center gap-1.5 text-danger-soft-foreground">
            <svg width="10" height="10" aria-hidden="true">
              <path d="M5 0l5 5-5 5-5-5z" fill="var(--danger-mark)" />
            </svg>
            {t("legend.failed", { n: count("failed") })}
          </span>
        </span>
      </header>
      {points.length === 0 ? (
        <p className="p-4 text-muted">{t("noPoints")}</p>
      ) : (
        <div className="grid lg:grid-cols-[3fr_2fr]">
          <div className="border-separator max-lg:aspect-[480/345] max-lg:border-b lg:min-h-[300px] lg:border-r">
            <PointMap
              points={points.map((p) => ({
                id: p.id,
                name: p.name,
                lat: p.lat,
                lng: p.lng,
                kind: p.mark,
                href: p.deliveryIds[0] ? `/fulfilment/deliveries/${p.deliveryIds[0]}` : undefined,
              }))}
              labels={labels}
              label={t("mapLabel", { n: points.length, late: count("attention"), failed: count("failed") })}
            />
          </div>
          <div className="min-w-0">
            <Lines label={t("byDistrict")} columns={columns} rows={districts} />
            {late.length > 0 && (
              <div className="px-4 py-3">
                <h3 className="pb-1">{t("lateList", { n: late.length })}</h3>
                <ul>
                  {late.slice(0, shownLate).map((p) => (
                    <li key={p.id} className="flex items-baseline gap-3 py-1">
                      <Link
                        href={`/fulfilment/deliveries/${p.deliveryIds[0] ?? ""}`}
                        prefetch={false}
                        className="min-w-0 flex-1 truncate hover:underline"
                      >
                        {p.name}
                      </Link>
                      <span className="text-muted whitespace-nowrap">
                        {p.dueAt ? clockText(p.dueAt) : ""} → {p.arrivedAt ? clockText(p.arrivedAt) : t("notYet")}
                      </span>
                      <span className="w-16 text-right whitespace-nowrap text-warning-soft-foreground">
                        {t("lateBy", { n: p.lateMinutes })}
                      </span>
                    </li>
                  ))}
                </ul>
                {late.length > shownLate && (
                  <Link href={`/fulfilment/deliveries?day=${day}&view=late`} prefetch={false} className="link text-xs">
                    {t("more", { n: late.length - shownLate })}
                  </Link>
                )}
              </div>
            )}
          </div>
        </div>
      )}
    </section>
  );
}

const percentOf = (bp: number | null): string => (bp === null ? "—" : `${(bp / 100).toFixed(1)}%`);
