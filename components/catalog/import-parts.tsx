import Link from "next/link";
import { useTranslations } from "next-intl";
import { LinkButton } from "#components/ui/button";
import {
  idColumn,
  momentColumn,
  moneyColumn,
  nodeColumn,
  numberColumn,
  stateColumn,
  textColumn,
} from "#components/ui/columns";
import { ActionButton } from "#components/ui/form";
import { Lines } from "#components/ui/lines";
import { DayText } from "#components/ui/moment";
import { Stat, StatRow } from "#components/ui/stat";
import { type StateKind, StateNote } from "#components/ui/state-badge";
import { LinkTabs } from "#components/ui/tabs";
import type { ImportedProduct, ImportProblem, ImportReport, ImportRow } from "#lib/catalog/schema";
import type { FormAction } from "#lib/kernel/answer";
import { type Day, momentText } from "#lib/kernel/time";

const stateKind: Record<ImportReport["state"], StateKind> = {
  checking: "progress",
  ready: "mine",
  committed: "done",
  failed: "failed",
};

/** Earlier imports; the portal leaves out the supplier's own name. */
export function ImportLines({
  rows,
  base,
  isOwn,
  today,
}: {
  rows: ImportRow[];
  base: string;
  isOwn?: boolean;
  today: Day;
}) {
  const t = useTranslations("catalog.imports");
  if (rows.length === 0) return <p className="p-4 text-muted">{t("earlierEmpty")}</p>;
  return (
    <Lines
      label={t("earlier")}
      rows={rows}
      columns={[
        idColumn<ImportRow>({
          id: "file",
          head: t("fileName"),
          text: (r) => r.fileName,
          href: (r) => `${base}/${r.id}`,
        }),
        ...(isOwn
          ? []
          : [
              textColumn<ImportRow>({
                id: "supplier",
                head: t("supplier"),
                text: (r) => r.supplierName,
                phone: "second",
              }),
            ]),
        stateColumn<ImportRow>({
          id: "state",
          head: t("state"),
          kind: (r) => stateKind[r.state],
          word: (r) => t(`states.${r.state}`),
        }),
        numberColumn<ImportRow>({ id: "good", head: t("good"), value: (r) => r.goodRows }),
        numberColumn<ImportRow>({ id: "new", head: t("newProducts"), value: (r) => r.productsCreated }),
        numberColumn<ImportRow>({ id: "prices", head: t("priceChanges"), value: (r) => r.pricesChanged }),
        numberColumn<ImportRow>({
          id: "faults",
          head: t("faults"),
          value: (r) => r.problemCount,
          tone: (r) => (r.problemCount > 0 ? "warning" : undefined),
        }),
        momentColumn<ImportRow>({ id: "at", head: t("at"), at: (r) => r.createdAt, today }),
      ]}
    />
  );
}

export const importTabs = ["created", "updated", "errors", "notices"] as const;
export type ImportTab = (typeof importTabs)[number];
const shown = 200;

/** The check's report and, after the commit, its result: four tabs, the faults with cell, reason, value and what to do. */
export function ImportReportView({
  report,
  tab,
  code,
  base,
  productsHref,
  categoryNames,
  isOwn,
  today,
  commit,
}: {
  report: ImportReport;
  tab: ImportTab;
  code: string | null;
  base: string;
  productsHref: string;
  categoryNames: Record<string, string>;
  isOwn?: boolean;
  today: Day;
  commit: FormAction;
}) {
  const t = useTranslations("catalog.imports");
  const { totals } = report;
  const isDone = report.state === "committed";
  const counts: Record<ImportTab, number> = {
    created: totals.productsCreated,
    updated: totals.productsUpdated,
    errors: totals.errors,
    notices: totals.notices,
  };
  const changesNothing =
    totals.productsCreated + totals.productsUpdated + totals.quotesCreated + totals.quotesChanged === 0;
  const here = `${base}/${report.id}`;
  return (
    <>
      {isDone ? (
        <StateNote
          kind="done"
          action={
            <LinkButton href={productsHref} size="small" tone="primary">
              {t(isOwn ? "toOwn" : "toProducts")}
            </LinkButton>
          }
        >
          {t("rowsDone", { rows: totals.rows, good: totals.goodRows, bad: totals.badRows })} ·{" "}
          {report.committedAt && t("committedAt", { time: momentText(report.committedAt, today) })}
        </StateNote>
      ) : (
        <StateNote
          kind={changesNothing ? "waiting" : totals.badRows > 0 ? "attention" : "mine"}
          action={
            changesNothing ? (
              <LinkButton href={base} size="small">
                {t("again")}
              </LinkButton>
            ) : (
              <ActionButton action={commit} values={{ importId: report.id }} tone="primary">
                {t("commit", { count: totals.goodRows })}
              </ActionButton>
            )
          }
        >
          {t("rows", { rows: totals.rows, good: totals.goodRows, bad: totals.badRows })}
          {changesNothing && <span className="block text-xs">{t("nothing")}</span>}
        </StateNote>
      )}
      <div>
        <StatRow>
          <Stat label={t("stats.products")} value={totals.productsCreated.toLocaleString("en-US")} />
          <Stat
            label={t("stats.updated")}
            value={totals.productsUpdated.toLocaleString("en-US")}
            note={t("unchanged", { count: totals.productsUnchanged })}
          />
          <Stat
            label={t("stats.quotes")}
            value={(totals.quotesCreated + totals.quotesChanged).toLocaleString("en-US")}
          />
          <Stat
            label={t("stats.prices")}
            value={totals.pricesChanged.toLocaleString("en-US")}
            note={totals.pricesProposed > 0 ? `${t("stats.proposed")} ${totals.pricesProposed}` : undefined}
          />
          <Stat label={t("stats.bad")} value={totals.badRows.toLocaleString("en-US")} />
        </StatRow>
        {totals.columnsUnknown.length > 0 && (
          <p className="mt-3 text-xs text-muted">{t("columnsUnknown", { names: totals.columnsUnknown.join("、") })}</p>
        )}
      </div>
      <section className="card min-w-0 overflow-hidden">
        <div className="flex flex-wrap items-center justify-between gap-2 border-b border-separator px-2">
          <LinkTabs
            label={t("report")}
            tabs={importTabs.map((key) => ({
              href: `${here}?tab=${key}`,
              label: t(`tabs.${key}`),
              count: counts[key],
              current: key === tab,
              attention: key === "errors" && counts.errors > 0,
            }))}
          />
          {report.problemCount > 0 && (
            <LinkButton href={`/api/imports/${report.id}/problems`} external size="small">
              {t("csv")}
            </LinkButton>
          )}
        </div>
        {tab === "created" || tab === "updated" ? (
          <Products today={today} list={totals[tab]} all={counts[tab]} tab={tab} categoryNames={categoryNames} />
        ) : (
          <Problems
            report={report}
            level={tab === "errors" ? "error" : "notice"}
            all={counts[tab]}
            code={code}
            here={`${here}?tab=${tab}`}
          />
        )}
      </section>
      {report.problemCount > 0 && <p className="text-xs text-muted">{t("csvNote")}</p>}
    </>
  );
}

function First({ list, all }: { list: number; all: number }) {
  const t = useTranslations("catalog.imports");
  return all > list ? (
    <p className="border-t border-separator px-4 py-2 text-xs text-muted">{t("shownFirst", { shown: list, all })}</p>
  ) : null;
}

function Products({
  today,
  list,
  all,
  tab,
  categoryNames,
}: {
  today: Day;
  list: ImportedProduct[];
  all: number;
  tab: "created" | "updated";
  categoryNames: Record<string, string>;
}) {
  const t = useTranslations("catalog");
  const rows = list.slice(0, shown).map((product, i) => ({ ...product, id: String(i) }));
  type Row = (typeof rows)[number];
  if (rows.length === 0)
    return <p className="p-4 text-muted">{t(tab === "created" ? "imports.noneCreated" : "imports.noneUpdated")}</p>;
  return (
    <>
      <Lines
        label={t(`imports.tabs.${tab}`)}
        rows={rows}
        columns={[
          textColumn<Row>({
            id: "name",
            head: t("fields.name"),
            text: (r) => <b>{r.name}</b>,
            note: (r) => r.spec,
            phone: "title",
            grow: true,
          }),
          textColumn<Row>({ id: "unit", head: t("fields.unit"), text: (r) => r.unit }),
          textColumn<Row>({
            id: "category",
            head: t("fields.category"),
            text: (r) => categoryNames[r.categoryId] ?? r.categoryId,
            phone: "second",
          }),
          nodeColumn<Row>({
            id: "day",
            head: t("imports.day"),
            node: (r) => <DayText day={r.day} today={today} plain />,
          }),
          ...(tab === "updated"
            ? [moneyColumn<Row>({ id: "before", head: t("imports.before"), fen: (r) => r.beforeFen, phone: "meta" })]
            : []),
          moneyColumn<Row>({ id: "after", head: t("imports.after"), fen: (r) => r.priceFen }),
        ]}
      />
      <First list={rows.length} all={all} />
    </>
  );
}

function Problems({
  report,
  level,
  all,
  code,
  here,
}: {
  report: ImportReport;
  level: ImportProblem["level"];
  all: number;
  code: string | null;
  here: string;
}) {
  const t = useTranslations("catalog.imports");
  const own = report.problems.filter((p) => p.level === level);
  const codes = [...new Set(own.map((p) => p.code))];
  const found = own.filter((p) => code === null || p.code === code);
  const rows = found.slice(0, shown).map((problem, i) => ({ ...problem, id: String(i) }));
  type Row = (typeof rows)[number];
  if (own.length === 0) return <p className="p-4 text-muted">{t(level === "error" ? "noneErrors" : "noneNotices")}</p>;
  return (
    <>
      <nav aria-label={t("byReason")} className="flex flex-wrap gap-1.5 px-4 py-2.5">
        {[null, ...codes].map((one) => (
          <Link
            key={one ?? "all"}
            href={one === null ? here : `${here}&code=${one}`}
            scroll={false}
            aria-current={one === code ? "page" : undefined}
            className={`inline-flex min-h-7 items-center gap-1.5 rounded-chip border px-2 text-xs ${one === code ? "border-transparent bg-foreground text-background" : "border-border"}`}
          >
            {one === null ? t("allReasons") : t(`codes.${one as "nameMissing"}`)}
            <span className={one === code ? "" : "text-muted"}>
              {(one === null ? all : (report.totals.faults[one] ?? 0)).toLocaleString("en-US")}
            </span>
          </Link>
        ))}
      </nav>
      <Lines
        label={t("faults")}
        rows={rows}
        columns={[
          idColumn<Row>({ id: "cell", head: t("cell"), text: (r) => r.cell }),
          textColumn<Row>({
            id: "reason",
            head: t("reason"),
            text: (r) => t(`codes.${r.code as "nameMissing"}`),
            phone: "second",
            grow: true,
          }),
          textColumn<Row>({
            id: "value",
            head: t("value"),
            text: (r) => (r.value.trim() === "" ? null : <code className="break-all">{r.value}</code>),
            width: 220,
          }),
          textColumn<Row>({ id: "suggestion", head: t("suggestion"), text: (r) => <Suggestion problem={r} /> }),
        ]}
      />
      <First list={rows.length} all={code === null ? all : (report.totals.faults[code] ?? 0)} />
    </>
  );
}

function Suggestion({ problem }: { problem: ImportProblem }) {
  const t = useTranslations("catalog.imports.suggest");
  if (problem.suggestion === "") return null;
  const [row, price] = problem.suggestion.split(": ");
  if (price !== undefined) return t("duplicateQuote", { row: row ?? "", price });
  return t(problem.level === "error" ? "write" : "taken", { value: problem.suggestion });
}
