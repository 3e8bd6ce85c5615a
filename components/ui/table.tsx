"use client";
import { createColumnHelper, type RowSelectionState, useTable } from "@tanstack/react-table";
import { Columns3, Download, Plus, Search } from "lucide-react";
import dynamic from "next/dynamic";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useCallback, useMemo, useRef, useState, useTransition } from "react";
import { useKeys } from "#components/shell/keys";
import { changeQuery, isUnfiltered, type ListParams, writeCondition, writeQuestion } from "#lib/kernel/list";
import { Button, IconButton } from "./button";
import type { Column } from "./columns";
import { Icon } from "./icon";
import { StateNote } from "./state-badge";
import { BulkBar } from "./table/bulk-bar";
import { useConditionText } from "./table/field-words";
import { Chips, CountLine, QuickFilter } from "./table/filters";
import { features, Grid } from "./table/grid";
import { labelsOf } from "./table/labels";
import { questionOf, withinWidth } from "./table/layout";
import { PeekPanel } from "./table/peek-panel";
import type { BulkAction, BulkRun, FieldLabel, Go, ListProps } from "./table/props";
import { type Arrange, useLayout } from "./table/use-layout";
import { type ViewDeed, Views } from "./table/views";
import { toast } from "./toast";

export type { BulkAction, FieldLabel, ListFilter, ListProps, ListView, Peek } from "./table/props";

const ColumnsPanel = dynamic(() => import("./table/columns-panel").then((m) => m.ColumnsPanel));
const Conditions = dynamic(() => import("./table/conditions").then((m) => m.Conditions));
const ConfirmDialog = dynamic(() => import("./confirm-dialog").then((m) => m.ConfirmDialog));
const ExportDialog = dynamic(() => import("./table/export-dialog").then((m) => m.ExportDialog));
const RunDialog = dynamic(() => import("./table/run-dialog").then((m) => m.RunDialog));
const ViewDialog = dynamic(() => import("./table/view-dialog").then((m) => m.ViewDialog));

/** What stands open beside the list; one thing at a time. */
type Opened =
  | { what: "columns" | "export" }
  | { what: "conditions"; at?: number }
  | { what: "view"; deed: "add" | "edit" | "drop" }
  | { what: "bulk"; action: BulkAction }
  | null;

const nothing: readonly never[] = [];

/**
 * The one list of the product. The server reads the address, queries one keyset page and renders; this component writes the address.
 * Views → search, quick filters, conditions → chips and count → table → floating bulk bar; old rows stay under a thin bar while new
 * ones load. Columns are arranged by whoever looks, and remembered. Below 640 px rows become cards.
 */
export function DataTable<Row extends { id: string }>({
  list,
  label,
  columns,
  fields,
  fieldLabels,
  rows,
  nextCursor,
  params,
  total,
  sum,
  views = nothing,
  saved = nothing,
  layout: own,
  actions,
  filters = nothing,
  search,
  operations,
  canReveal = false,
  bulk: deeds = nothing,
  peek,
  empty,
  canPeek,
  rowHref,
  rowName,
  roomy,
}: ListProps<Row> & {
  /** Names the table for everyone. */
  label: string;
  columns: readonly Column<Row>[];
  /** Words of fields that are no column, and of choices: see labelsOf. */
  fieldLabels?: Record<string, string | FieldLabel>;
  /** What the total's sum is a sum of. */
  sum?: string;
  /** A click on a row opens its peek (`?peek=id`), else its page. */
  canPeek?: boolean;
  rowHref?: (row: Row) => string;
  /** How a row is called aloud, for its checkbox. */
  rowName?: (row: Row) => string;
  /** Rows of two lines, until somebody chooses otherwise. */
  roomy?: boolean;
}) {
  const t = useTranslations("ui.list");
  const tk = useTranslations("ui.list.keys");
  const router = useRouter();
  const pathname = usePathname();
  const query = useSearchParams().toString();
  const [pending, start] = useTransition();
  const visit = useCallback((href: string) => start(() => router.push(href, { scroll: false })), [router]);
  const go: Go = useCallback((change) => visit(`${pathname}${changeQuery(query, change)}`), [visit, pathname, query]);

  const view = saved.find((one) => one.id === params.saved);
  const arrangement = useLayout(list, columns, own, view, roomy ? "roomy" : "regular", actions?.saveLayout);
  const { layout } = arrangement;
  const [opened, open] = useState<Opened>(null);
  const close = useCallback(() => open(null), []);
  const box = useRef<HTMLTableSectionElement>(null);
  const searchBox = useRef<HTMLInputElement>(null);
  const columnsButton = useRef<HTMLSpanElement>(null);

  const [selection, setSelection] = useState<RowSelectionState>({});
  const [isWhole, setWhole] = useState(false);
  const [cursor, setCursor] = useState(-1);
  const dropSelection = () => {
    setSelection({});
    setWhole(false);
  };
  const listKey = changeQuery(query, { peek: null, count: null });
  const [keyOfSelection, setKeyOfSelection] = useState(listKey);
  if (keyOfSelection !== listKey) {
    setKeyOfSelection(listKey);
    dropSelection();
    setCursor(-1);
  }

  const helper = useMemo(() => createColumnHelper<typeof features, Row>(), []);
  const table = useTable({
    features,
    columns: useMemo(
      () =>
        helper.columns(
          columns.map((column) =>
            helper.display({ id: column.id, header: column.head, cell: (cell) => column.cell(cell.row.original) }),
          ),
        ),
      [helper, columns],
    ),
    data: rows,
    getRowId: (row) => row.id,
    state: {
      rowSelection: selection,
      columnVisibility: useMemo(() => Object.fromEntries(layout.hidden.map((id) => [id, false])), [layout.hidden]),
      columnOrder: layout.order,
      columnPinning: useMemo(() => ({ start: layout.pinned, end: [] }), [layout.pinned]),
      columnSizing: layout.widths,
    },
    onRowSelectionChange: (change) => {
      setWhole(false);
      setSelection(change);
    },
  });
  // a pinned column must have a width, for the next one stands beside it; other pages may hold wider words
  const arrange: Arrange = (change) => {
    const heads = box.current?.closest("table")?.querySelectorAll<HTMLElement>("th[data-column]") ?? [];
    const widths = { ...(change?.widths ?? layout.widths) };
    for (const head of heads)
      if (head.dataset.column && change?.pinned?.includes(head.dataset.column))
        widths[head.dataset.column] ??= withinWidth(head.offsetWidth + 12);
    arrangement.arrange(change?.pinned ? { ...change, widths } : change);
  };

  const { conditions } = params;
  const labels = labelsOf(fields, fieldLabels, columns, filters);
  const conditionText = useConditionText(fields, labels);
  const canAsk = Object.keys(labels).length > 0;
  const values = params.filters as Record<string, unknown>;
  const isNarrowed = !isUnfiltered(params);
  const cleared = Object.fromEntries(["q", "where", "any", ...Object.keys(params.filters)].map((key) => [key, null]));

  const question = writeQuestion(params as ListParams);
  const isEdited = view !== undefined && (questionOf(question) !== questionOf(view.query) || arrangement.isEdited);
  const systemTabs = views.map((one) => ({
    ...one,
    href: `${pathname}${changeQuery(query, { view: one.key, ...cleared, sort: null, saved: null })}`,
    isCurrent: !view && one.key === params.view,
  }));
  const savedTabs = saved.map((one) => ({
    ...one,
    key: one.id,
    label: one.name,
    href: `${pathname}${changeQuery(one.query, { saved: one.id })}`,
    isCurrent: one === view,
  }));
  const tabs = [...systemTabs, ...savedTabs];
  async function onView(deed: ViewDeed) {
    if (deed === "add" || deed === "edit" || deed === "drop") open({ what: "view", deed });
    else if (deed === "copyLink") {
      // a view of one's own means nothing to others: its question does
      const kept = view?.scope === "team" ? view.id : null;
      await navigator.clipboard.writeText(`${location.origin}${pathname}${changeQuery(question, { saved: kept })}`);
      toast(t("view.linkCopied"));
    } else if (deed === "reset" && view) {
      if (view.layout) arrange(view.layout);
      visit(`${pathname}${changeQuery(view.query, { saved: view.id })}`);
    } else if (deed === "save" && view && actions) {
      const { id, version, name, scope } = view;
      const kept = { list, id, version, name, scope, query: question, layout: view.layout && layout };
      const answer = await actions.saveView(kept);
      toast(answer.message ?? t("view.saved"), { kind: answer.ok ? "done" : "failed" });
      if (answer.ok) start(() => router.refresh());
    }
  }

  const bulk = deeds.filter((deed) => !deed.run || operations?.includes(deed.key));
  const canPick = bulk.length > 0 || actions !== undefined;
  const chosen = table.getSelectedRowModel().rows.map((row) => row.id);
  const bulkValues = (action: BulkAction): Record<string, string | readonly string[]> =>
    action.run
      ? {}
      : isWhole && action.whole
        ? { ...action.values, all: "1", query }
        : { ...action.values, id: chosen };

  const openRow = canPeek
    ? (row: Row) => go({ peek: row.id })
    : rowHref
      ? (row: Row) => router.push(rowHref(row))
      : undefined;
  const peekIndex = params.peek ? rows.findIndex((row) => row.id === params.peek) : -1;
  const current = peekIndex >= 0 ? peekIndex : cursor;
  const row = rows[current];
  const move = (by: number) => {
    const next = Math.min(rows.length - 1, Math.max(0, current + by));
    setCursor(next);
    box.current?.rows[next]?.focus();
    const target = rows[next];
    if (params.peek && target && next !== current) go({ peek: target.id });
  };
  const isInRows = () => Boolean(box.current?.contains(document.activeElement));
  const pick = (shiftKey: boolean) =>
    row && canPick
      ? table.getRow(row.id).getToggleSelectedHandler()({
          target: { checked: shiftKey || !selection[row.id] },
          shiftKey,
        })
      : false;
  const nextView = tabs[(tabs.findIndex((tab) => tab.isCurrent) + 1) % tabs.length]?.href ?? pathname;
  const keys: readonly [isOn: boolean, keys: string, word: Parameters<typeof tk>[0], run: () => unknown][] = [
    [true, "j", "down", () => move(1)],
    [true, "ArrowDown", "down", () => isInRows() && move(1)],
    [true, "k", "up", () => move(-1)],
    [true, "ArrowUp", "up", () => isInRows() && move(-1)],
    [canPick, "x", "pick", () => pick(false)],
    [canPick, "X", "range", () => pick(true)],
    [
      canPeek === true,
      "Space",
      "peek",
      () => row !== undefined && go({ peek: params.peek === row.id ? null : row.id }),
    ],
    [rowHref !== undefined, "Enter", "open", () => row !== undefined && router.push(rowHref?.(row) ?? pathname)],
    [search !== undefined, "/", "search", () => searchBox.current?.focus()],
    [canAsk, "f", "conditions", () => open({ what: "conditions" })],
    [actions !== undefined, "e", "export", () => open({ what: "export" })],
    [tabs.length > 1, "v", "nextView", () => visit(nextView)],
    [true, "Escape", "escape", () => (params.peek ? go({ peek: null }) : chosen.length > 0 && dropSelection())],
  ];
  useKeys(
    "list",
    keys.flatMap(([isOn, press, word, run]) =>
      isOn ? [{ keys: press, label: tk(word), run, command: word === "export" }] : [],
    ),
  );

  return (
    <div className="flex min-w-0 flex-col">
      {tabs.length > 0 && (
        <Views
          system={systemTabs}
          saved={savedTabs}
          current={view}
          isEdited={isEdited}
          go={visit}
          onDeed={actions && onView}
        />
      )}

      <div className="no-print flex flex-wrap items-center gap-2 pt-3 pb-2.5 sm:flex-nowrap">
        {search && (
          <search className="max-sm:min-w-0 max-sm:flex-1 sm:w-66 sm:flex-none">
            <form
              className="control-box"
              onSubmit={(event) => {
                event.preventDefault();
                go({ q: String(new FormData(event.currentTarget).get("q") ?? "").trim() });
              }}
            >
              <Icon of={Search} className="text-muted" />
              <input
                key={params.q}
                ref={searchBox}
                name="q"
                type="search"
                defaultValue={params.q}
                placeholder={search}
                aria-label={t("search")}
              />
            </form>
          </search>
        )}
        <div className="flex min-w-0 flex-1 items-center gap-2 max-sm:order-last max-sm:-mx-4 max-sm:flex-none max-sm:basis-[calc(100%+32px)] max-sm:overflow-x-auto max-sm:px-4 max-sm:py-1 sm:flex-wrap">
          {filters.map((filter) => (
            <QuickFilter key={filter.key} filter={filter} value={values[filter.key]} go={go} />
          ))}
          {canAsk && (
            <Button
              tone="quiet"
              icon={<Icon of={Plus} />}
              aria-expanded={opened?.what === "conditions"}
              onClick={() => open(opened?.what === "conditions" ? null : { what: "conditions" })}
            >
              {t("where.open")}
            </Button>
          )}
        </div>
        <span className="ml-auto flex gap-2">
          {actions && (
            <IconButton tone="plain" label={t("export.open")} onClick={() => open({ what: "export" })}>
              <Icon of={Download} />
            </IconButton>
          )}
          <span ref={columnsButton} className="hidden sm:block">
            <IconButton
              tone="plain"
              label={t("layout.title")}
              aria-haspopup="dialog"
              aria-expanded={opened?.what === "columns"}
              onClick={() => open({ what: "columns" })}
            >
              <Icon of={Columns3} />
            </IconButton>
          </span>
        </span>
      </div>

      {opened?.what === "conditions" && (
        <Conditions
          key={opened.at}
          fields={fields}
          labels={labels}
          conditions={conditions}
          any={params.any}
          at={opened.at}
          go={go}
          onClose={close}
        />
      )}

      <div className="flex flex-wrap items-center gap-2 pb-3">
        <Chips
          params={params}
          filters={filters}
          textOf={conditionText}
          go={go}
          cleared={isNarrowed ? cleared : null}
          onEdit={(at) => open({ what: "conditions", at })}
        />
        <CountLine total={total} sum={sum} onExact={() => go({ count: "exact" })} />
      </div>

      {params.unknown.length > 0 && (
        <div className="pb-3">
          <StateNote
            kind="attention"
            action={
              <Button
                size="small"
                tone="quiet"
                onClick={() =>
                  go({
                    ...Object.fromEntries(params.unknown.map((key) => [key, null])),
                    where: conditions.map(writeCondition),
                  })
                }
              >
                {t("dismiss")}
              </Button>
            }
          >
            {t("unknown", { names: params.unknown.join(" / ") })}
          </StateNote>
        </div>
      )}

      <div className="card relative min-w-0 overflow-hidden" aria-busy={pending}>
        {pending && <div className="busy-bar" />}
        {rows.length === 0 ? (
          <div className="flex flex-col items-start gap-3 p-6">
            {isNarrowed ? (
              <>
                <p>{t("filteredEmpty")}</p>
                <Button onClick={() => go(cleared)}>{t("clearFilters")}</Button>
              </>
            ) : (
              (empty ?? <p className="text-muted">{t("empty")}</p>)
            )}
          </div>
        ) : (
          <Grid
            table={table}
            columns={columns}
            layout={layout}
            arrange={arrange}
            label={label}
            sort={params.sort}
            onSort={(sort) => go({ sort })}
            canPick={canPick}
            isWhole={isWhole}
            current={current}
            onCurrent={setCursor}
            open={openRow}
            rowName={rowName}
            box={box}
          />
        )}
        {((nextCursor && rows.length > 0) || params.after) && (
          <footer className="no-print flex items-center gap-2 border-t border-separator px-4 py-2">
            <span className="text-xs text-muted">{t("shown", { count: rows.length })}</span>
            <span className="ml-auto flex gap-2">
              {params.after && (
                <Button size="small" onClick={() => go({ after: null })}>
                  {t("toStart")}
                </Button>
              )}
              {nextCursor && (
                <Button size="small" onClick={() => go({ after: nextCursor, peek: null })}>
                  {t("next")}
                </Button>
              )}
            </span>
          </footer>
        )}
      </div>

      <p role="status" className="sr-only">
        {chosen.length > 0 && !isWhole && t("selected", { count: chosen.length })}
      </p>
      {canPick && chosen.length > 0 && (
        <BulkBar
          bulk={bulk}
          count={chosen.length}
          isWhole={isWhole}
          total={total}
          valuesOf={bulkValues}
          onWhole={() => setWhole(true)}
          onOpen={(action) => open({ what: "bulk", action })}
          onExport={actions && (() => open({ what: "export" }))}
          onDrop={dropSelection}
        />
      )}

      {opened?.what === "columns" && (
        <ColumnsPanel columns={columns} layout={layout} arrange={arrange} trigger={columnsButton} onClose={close} />
      )}
      {opened?.what === "export" && actions && (
        <ExportDialog
          list={list}
          query={question}
          ids={isWhole ? nothing : chosen}
          columns={table.getVisibleLeafColumns().map((column) => column.id)}
          total={total}
          canReveal={canReveal}
          actions={actions}
          onClose={close}
        />
      )}
      {opened?.what === "view" && actions && (
        <ViewDialog
          deed={opened.deed}
          list={list}
          view={view}
          query={question}
          layout={layout}
          actions={actions}
          onDone={(id) => visit(`${pathname}${changeQuery(question, { saved: id })}`)}
          onClose={close}
        />
      )}
      {opened?.what === "bulk" && !opened.action.run && opened.action.confirm && (
        <ConfirmDialog
          open
          onOpenChange={close}
          confirmation={opened.action.confirm}
          action={opened.action.action}
          values={bulkValues(opened.action)}
          onSuccess={dropSelection}
        />
      )}
      {opened?.what === "bulk" && opened.action.run && actions && (
        <RunDialog
          op={opened.action as BulkRun}
          list={list}
          query={isWhole ? question : null}
          ids={isWhole ? [] : chosen}
          actions={actions}
          onEnded={() => {
            dropSelection();
            start(() => router.refresh());
          }}
          onClose={close}
        />
      )}

      {params.peek && peek && (
        <PeekPanel peek={peek} ids={rows.map((one) => one.id)} at={peekIndex} show={(id) => go({ peek: id })} />
      )}
    </div>
  );
}
