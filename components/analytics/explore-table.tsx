import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { type Column, nodeColumn } from "#components/ui/columns";
import { Lines } from "#components/ui/lines";
import { DayText } from "#components/ui/moment";
import { Change } from "#components/ui/stat";
import { askHref, type Behind, behind, metricHref } from "#lib/analytics/rules/explore";
import { grainOf, metrics } from "#lib/analytics/rules/metrics";
import type { Explored, Mark, MetricKey, Values } from "#lib/analytics/schema/explore";
import type { Day } from "#lib/kernel/time";
import { valueText } from "#lib/kernel/values";
import { useChange } from "./explore-parts";

const usual: readonly MetricKey[] = [
  "orders",
  "buyers",
  "pieces",
  "gmvFen",
  "refundFen",
  "netFen",
  "aovFen",
  "marginFen",
  "marginBp",
  "commissionFen",
];

/** A value that opens its rows; nothing opens nothing. */
export function Value({ metric, values, rows }: { metric: MetricKey; values: Values; rows: Behind | null }): ReactNode {
  const n = values[metric];
  const text = valueText(n, metrics[metric].unit);
  if (!n || !rows) return <span className="text-muted">{text}</span>;
  return (
    <Link href={metricHref(metric, rows)} prefetch={false} className="hover:underline">
      {text}
    </Link>
  );
}

/** The answer as a table: the metrics asked first, with the other period and the change; a name asks further. */
export function ExploreTable({ found, today }: { found: Explored; today: Day }) {
  const t = useTranslations("explore");
  const change = useChange();
  const { ask, total, totalBefore, before } = found;
  const rowsOf = (m: Mark) => behind(ask, ask.by, m.id);
  /** From a day to its products, from a thing to its days. */
  const further = (m: Mark): string => {
    if (ask.by === "day")
      return askHref(ask, {
        period: null,
        from: m.id,
        to: m.id,
        by: grainOf(ask.metric).splits.includes("product") ? "product" : null,
      });
    const key = { product: "skuId", supplier: "supplierId", leader: "leaderId", city: "cityId" } as const;
    if (!(ask.by in key)) return metricHref(ask.metric, rowsOf(m));
    return askHref(ask, { by: null, [key[ask.by as keyof typeof key]]: m.id });
  };
  const column = (metric: MetricKey): Column<Mark> =>
    nodeColumn<Mark>({
      id: metric,
      head: t(`metric.${metric}`),
      hint: t(`formula.${metric}`),
      align: "right",
      node: (m) => <Value metric={metric} values={m.now} rows={rowsOf(m)} />,
      foot: <Value metric={metric} values={total} rows={ask} />,
    });
  const changed = (now: Values, then: Values | null) => {
    const c = change(ask.metric, now, then);
    return c ? <Change {...c} /> : <span className="text-muted">—</span>;
  };
  const asked = [ask.metric, ...(ask.second ? [ask.second] : [])];
  const columns: Column<Mark>[] = [
    nodeColumn<Mark>({
      id: "name",
      head: t(`heads.${ask.by}`),
      node: (m) => (
        <Link href={further(m)} prefetch={false} className="font-semibold hover:underline">
          {ask.by === "day" ? (
            <DayText day={m.id as Day} today={today} />
          ) : (
            <>
              {m.name} <span className="font-normal text-muted">{m.note}</span>
            </>
          )}
        </Link>
      ),
      foot: t("sum"),
    }),
    column(ask.metric),
    ...(before
      ? [
          nodeColumn<Mark>({
            id: "before",
            head: t("before"),
            align: "right",
            node: (m) => (
              <span className="text-muted">
                {m.beforeDay && (
                  <>
                    <DayText day={m.beforeDay} today={today} />{" "}
                  </>
                )}
                {valueText(m.before?.[ask.metric], metrics[ask.metric].unit)}
              </span>
            ),
            foot: <span className="text-muted">{valueText(totalBefore?.[ask.metric], metrics[ask.metric].unit)}</span>,
          }),
          nodeColumn<Mark>({
            id: "change",
            head: t("change"),
            align: "right",
            node: (m) => changed(m.now, m.before),
            foot: changed(total, totalBefore),
          }),
        ]
      : []),
    ...(ask.second ? [column(ask.second)] : []),
    ...usual.filter((key) => !asked.includes(key)).map(column),
  ];
  // a day's table reads from the newest down
  const rows = ask.by === "day" ? [...found.marks].reverse() : found.marks;
  return <Lines label={`${t("rows")} · ${t(`heads.${ask.by}`)}`} columns={columns} rows={rows} />;
}
