import { getTranslations } from "next-intl/server";
import { csvFile } from "#app/_adapters/csv";
import { explore } from "#lib/analytics/queries/explore";
import { narrowedTo } from "#lib/analytics/queries/names";
import { askOf } from "#lib/analytics/rules/explore";
import { metrics, salesMetrics } from "#lib/analytics/rules/metrics";
import type { Values } from "#lib/analytics/schema/explore";
import { sees } from "#lib/identity/rules";
import type { CsvCell } from "#lib/kernel/csv";
import { valueCell } from "#lib/kernel/values";
import { today } from "#lib/platform/clock";

const most = 100_000;

/** The answer to a question as a sheet: what was asked, the whole, and every row of the split, now and before. */
export async function GET(request: Request): Promise<Response> {
  return csvFile(async (actor) => {
    const search = Object.fromEntries(new URL(request.url).searchParams);
    const { ask, notices } = askOf(search, today(), sees(actor, "analytics.see").cityIds ?? null);
    const [t, found, narrowed] = await Promise.all([
      getTranslations("explore"),
      explore(actor, ask, notices, most),
      narrowedTo(ask),
    ]);
    const keys = [...new Set([ask.metric, ...(ask.second ? [ask.second] : []), ...salesMetrics])];
    const names = keys.map((key) => t(`metric.${key}`));
    const cells = (values: Values | null): CsvCell[] => keys.map((key) => valueCell(values?.[key], metrics[key].unit));
    const line = (name: string, note: string, now: Values, before: Values | null): CsvCell[] => [
      name,
      note,
      ...cells(now),
      ...(found.before ? cells(before) : []),
    ];
    return {
      name: `${t("file")} ${t(`by.${ask.by}`)} ${ask.from} ${ask.to}`,
      rows: [
        [t("ask.basis"), t(`basis.${ask.basis}`)],
        [t("ask.from"), ask.from],
        [t("ask.to"), ask.to],
        ...(found.before ? [[t(`compare.${ask.compare}`), `${found.before.from} ${found.before.to}`]] : []),
        ...narrowed.map((n) => [t("ask.only", { name: n.name })]),
        [],
        [t(`heads.${ask.by}`), "", ...names, ...(found.before ? names.map((name) => `${t("before")} ${name}`) : [])],
        ...found.marks.map((m) => line(m.name, m.note, m.now, m.before)),
        line(t("sum"), "", found.total, found.totalBefore),
      ],
    };
  });
}
