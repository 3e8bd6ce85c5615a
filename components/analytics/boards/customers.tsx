import Link from "next/link";
import { useTranslations } from "next-intl";
import { moneyColumn, nodeColumn, numberColumn, textColumn } from "#components/ui/columns";
import { Lines } from "#components/ui/lines";
import { Panel } from "#components/ui/panel";
import { ordersHref } from "#lib/analytics/rules";
import type { Cohort, SegmentRow } from "#lib/analytics/schema/measures";
import { minus } from "#lib/kernel/money";
import { addDays, type Day, dayText } from "#lib/kernel/time";

/** Buyers of each first week and how many came back, as a table whose shade says the share and whose numbers say it exactly. */
export function Cohorts({
  cohorts,
  today,
  cityId,
}: {
  cohorts: readonly Cohort[];
  today: Day;
  cityId?: string | undefined;
}) {
  const t = useTranslations("explore.boards");
  const begun = cohorts.filter((c) => c.size > 0);
  const weeks = Math.max(1, ...begun.map((c) => c.back.length));
  if (begun.length === 0) return <Panel title={t("cohorts")}>{t("noCohorts")}</Panel>;
  return (
    <Panel title={t("cohorts")} note={t("cohortNote")} flush>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="overflow-x-auto" aria-label={t("cohorts")} tabIndex={0}>
        <table className="list-table">
          <thead>
            <tr>
              <th scope="col">{t("week")}</th>
              <th scope="col" data-align="right">
                {t("size")}
              </th>
              {Array.from({ length: weeks - 1 }, (_, i) => i + 1).map((n) => (
                <th key={n} scope="col" data-align="right">
                  {t("nthWeek", { n })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {begun.map((c) => (
              <tr key={c.week}>
                <th scope="row">
                  {dayText(c.week, today)} – {dayText(addDays(c.week, 6), today)}
                </th>
                <td data-align="right">
                  <Link
                    href={ordersHref({ basis: "paid", from: c.week, to: addDays(c.week, 6), cityId })}
                    prefetch={false}
                    className="hover:underline"
                  >
                    {c.size.toLocaleString("en-US")}
                  </Link>
                </td>
                {Array.from({ length: weeks - 1 }, (_, i) => i + 1).map((n) => {
                  const back = c.back[n];
                  const share = back === undefined || c.size === 0 ? null : back / c.size;
                  return (
                    <td
                      key={n}
                      data-align="right"
                      style={
                        share === null
                          ? undefined
                          : { background: `color-mix(in oklab, var(--c1) ${Math.round(share * 35)}%, transparent)` }
                      }
                    >
                      {share === null ? (
                        ""
                      ) : (
                        <>
                          {back?.toLocaleString("en-US")} <span className="text-xs">{(share * 100).toFixed(0)}%</span>
                        </>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}

/** Buyers by how lately and how often they bought. */
export function Segments({ segments }: { segments: readonly SegmentRow[] }) {
  const t = useTranslations("explore.boards");
  const all = segments.reduce((n, s) => n + s.buyers, 0);
  const rows = segments.map((s) => ({ id: s.segment, ...s }));
  type Row = (typeof rows)[number];
  return (
    <Panel title={t("segments")} note={t("segmentNote")} flush>
      <Lines
        label={t("segments")}
        rows={rows}
        columns={[
          textColumn<Row>({ id: "segment", head: t("segment"), text: (s) => t(`segmentNames.${s.segment}`) }),
          numberColumn<Row>({
            id: "buyers",
            head: t("size"),
            value: (s) => s.buyers,
            foot: all.toLocaleString("en-US"),
          }),
          nodeColumn<Row>({
            id: "share",
            head: t("share"),
            align: "right",
            node: (s) => (all > 0 ? `${((s.buyers * 100) / all).toFixed(1)}%` : "—"),
          }),
          nodeColumn<Row>({
            id: "each",
            head: t("perBuyer"),
            align: "right",
            node: (s) => (s.buyers > 0 ? (s.orders / s.buyers).toFixed(1) : "—"),
          }),
          moneyColumn<Row>({ id: "net", head: t("netSpent"), fen: (s) => minus(s.paidFen, s.refundFen) }),
        ]}
      />
    </Panel>
  );
}
