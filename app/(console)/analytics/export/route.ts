import { getTranslations } from "next-intl/server";
import { csvFile } from "#app/_adapters/csv";
import { narrowedTo, sales } from "#lib/analytics/queries/sales";
import { formatOf, questionOf } from "#lib/analytics/rules";
import { type Figures, metrics } from "#lib/analytics/schema";
import { type CsvCell, csvRate, csvYuan } from "#lib/kernel/csv";
import { today } from "#lib/platform/clock";

const most = 100_000;

const cells = (figures: Figures | null): CsvCell[] =>
  metrics.map((metric) => {
    const value = figures?.[metric] ?? null;
    return formatOf(metric) === "money" ? csvYuan(value) : formatOf(metric) === "rate" ? csvRate(value) : value;
  });

/** The answer to a question as a sheet: what was asked, the whole, and every row of the split, now and before. */
export async function GET(request: Request): Promise<Response> {
  return csvFile(async (actor) => {
    const q = questionOf(Object.fromEntries(new URL(request.url).searchParams), today());
    const [t, found, narrowed] = await Promise.all([
      getTranslations("analytics"),
      sales(actor, q, most),
      narrowedTo(q),
    ]);
    const names = metrics.map((metric) => t(`metric.${metric}`));
    const head = [
      t(`heads.${q.by}`),
      "",
      ...names,
      ...(found.before ? names.map((name) => `${t("previous")} ${name}`) : []),
    ];
    const line = (name: string, note: string, now: Figures, before: Figures | null): CsvCell[] => [
      name,
      note,
      ...cells(now),
      ...(found.before ? cells(before) : []),
    ];
    return {
      name: `${t("file")} ${t(`by.${q.by}`)} ${q.from} ${q.to}`,
      rows: [
        [t("csv.basis"), t(`basis.${q.basis}`)],
        [t("csv.from"), q.from],
        [t("csv.to"), q.to],
        ...(found.before ? [[t("compare.previous"), `${found.before.from} ${found.before.to}`]] : []),
        ...narrowed.map((n) => [t("only", { name: n.name })]),
        [],
        head,
        ...found.rows.map((r) => line(r.name, r.note, r.now, r.before)),
        line(t("sum"), "", found.total, found.totalBefore),
      ],
    };
  });
}
