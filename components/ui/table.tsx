// biome-ignore-all lint/a11y/noRedundantRoles: rows become cards by grid on phones, where some browsers drop a table's own roles
"use client";
import {
  columnVisibilityFeature,
  createColumnHelper,
  type RowSelectionState,
  rowSelectionFeature,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { ArrowDown, ArrowUp, ChevronDown, ChevronUp, Columns3, Maximize2, Search, X } from "lucide-react";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import {
  type ReactNode,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  useTransition,
} from "react";
import type { FormAction } from "#lib/kernel/answer";
import { changeQuery, type ListParams } from "#lib/kernel/list";
import { Button, type ButtonTone, buttonClass, IconButton } from "./button";
import type { Column } from "./columns";
import { type Confirmation, ConfirmDialog } from "./confirm-dialog";
import { ActionButton } from "./form";
import { Icon } from "./icon";
import { Menu } from "./menu";
import { StateNote } from "./state-badge";

/** A view tab: a stored question with its live count. The key is the value of `?view=`. */
export type ListView = { key: string; label: string; count?: number };

/** A quick filter; its key is the parameter's name in the address. */
export type ListFilter =
  | { key: string; label: string; options: readonly { value: string; label: string }[]; many?: boolean }
  | { key: string; label: string; kind: "day" | "yes" | "text" };

/**
 * One button of the floating bar. The action gets the chosen rows as repeated `id` fields; with `whole` and everything chosen,
 * `all=1` and `query` (the list's own query string) instead, plus `values`.
 */
export type BulkAction = {
  key: string;
  label: string;
  action: FormAction;
  tone?: ButtonTone;
  confirm?: Confirmation;
  values?: Record<string, string>;
  whole?: boolean;
};

/** What the page renders for `?peek=id`: the panel's head, body and foot; `href` opens the full page. */
export type Peek = { title: ReactNode; state?: ReactNode; body: ReactNode; foot?: ReactNode; href?: string };

/** Everything a page hands to a domain's table; the domain's own component adds the columns. */
export type ListProps<Row> = {
  rows: Row[];
  nextCursor: string | null;
  params: Pick<ListParams, "view" | "q" | "sort" | "after" | "peek" | "unknown"> & { filters: object };
  /** All rows under these conditions, when it is cheap to know. */
  total?: number;
  /** Beside the count: a sum, a remark. */
  summary?: ReactNode;
  views?: readonly ListView[];
  filters?: readonly ListFilter[];
  /** The search box appears when its placeholder is given. */
  search?: string;
  bulk?: readonly BulkAction[];
  peek?: Peek | null;
  /** One sentence and one action for a list that has nothing at all. */
  empty?: ReactNode;
};

const features = tableFeatures({ columnVisibilityFeature, rowSelectionFeature });

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches("input:not([type=checkbox]), textarea, select"));

/** Column choices of this browser, by list. */
function useHidden(name: string): [string[], (ids: string[]) => void] {
  const key = `columns:${name}`;
  const subscribe = useCallback((tell: () => void) => {
    addEventListener("storage", tell);
    return () => removeEventListener("storage", tell);
  }, []);
  const text = useSyncExternalStore(
    subscribe,
    () => localStorage.getItem(key) ?? "",
    () => "",
  );
  const hidden = useMemo(() => (text === "" ? [] : text.split(",")), [text]);
  const set = (ids: string[]) => {
    localStorage.setItem(key, ids.join(","));
    dispatchEvent(new StorageEvent("storage", { key }));
  };
  return [hidden, set];
}

/**
 * The one list of the product. The server reads the address, queries one keyset page and renders; this component writes the address.
 * View tabs → search and quick filters → chips → table → floating bulk bar; old rows stay under a thin bar while new ones load.
 * Keys: j k move, x choose, Space peek, Enter open, / search, Escape close. Below 640 px rows become cards.
 */
export function DataTable<Row extends { id: string }>({
  name,
  label,
  columns,
  rows,
  nextCursor,
  params,
  total,
  summary,
  views,
  filters,
  search,
  bulk,
  peek,
  empty,
  canPeek,
  rowHref,
  rowName,
  roomy,
}: ListProps<Row> & {
  /** The list's key for remembered column choices. */
  name: string;
  /** Names the table for everyone. */
  label: string;
  columns: readonly Column<Row>[];
  /** A click on a row opens its peek (`?peek=id`), else its page. */
  canPeek?: boolean;
  rowHref?: (row: Row) => string;
  /** How a row is called aloud, for its checkbox. */
  rowName?: (row: Row) => string;
  roomy?: boolean;
}) {
  const t = useTranslations("ui.list");
  const ta = useTranslations("ui.actions");
  const router = useRouter();
  const pathname = usePathname();
  const query = useSearchParams().toString();
  const [pending, start] = useTransition();
  const go = useCallback(
    (change: Record<string, string | null>) =>
      start(() => router.push(`${pathname}${changeQuery(query, change)}`, { scroll: false })),
    [router, pathname, query],
  );

  const [selection, setSelection] = useState<RowSelectionState>({});
  const [whole, setWhole] = useState(false);
  const [cursor, setCursor] = useState(-1);
  const [confirming, setConfirming] = useState<BulkAction | null>(null);
  const [hidden, setHidden] = useHidden(name);
  const box = useRef<HTMLTableSectionElement>(null);
  const searchBox = useRef<HTMLInputElement>(null);

  const listKey = changeQuery(query, { peek: null });
  const [keyOfSelection, setKeyOfSelection] = useState(listKey);
  if (keyOfSelection !== listKey) {
    setKeyOfSelection(listKey);
    setSelection({});
    setWhole(false);
    setCursor(-1);
  }

  const helper = useMemo(() => createColumnHelper<typeof features, Row>(), []);
  const defs = useMemo(
    () =>
      helper.columns(
        columns.map((column) =>
          helper.display({ id: column.id, header: column.head, cell: (context) => column.cell(context.row.original) }),
        ),
      ),
    [helper, columns],
  );
  const visibility = useMemo(() => Object.fromEntries(hidden.map((id) => [id, false])), [hidden]);
  const table = useTable({
    features,
    columns: defs,
    data: rows,
    getRowId: (row) => row.id,
    state: { rowSelection: selection, columnVisibility: visibility },
    onRowSelectionChange: (change) => {
      setWhole(false);
      setSelection(change);
    },
  });
  const byId = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);
  const chosen = table.getSelectedRowModel().rows.map((row) => row.id);
  const canPick = bulk !== undefined && bulk.length > 0;

  const shown = columns.filter((column) => !hidden.includes(column.id));
  const active = (filters ?? []).flatMap((filter) => {
    const value = (params.filters as Record<string, unknown>)[filter.key];
    if (value === undefined) return [];
    const words = Array.isArray(value) ? value.map(String) : [String(value)];
    const text =
      "options" in filter
        ? words.map((word) => filter.options.find((o) => o.value === word)?.label ?? word).join(" / ")
        : value === true
          ? t("yes")
          : words.join(" / ");
    return [{ key: filter.key, label: filter.label, text }];
  });
  const narrowed = params.q !== "" || active.length > 0;
  const cleared = Object.fromEntries([["q", null], ...(filters ?? []).map((filter) => [filter.key, null])]) as Record<
    string,
    null
  >;

  const openRow = useCallback(
    (row: Row) => {
      if (canPeek) go({ peek: row.id });
      else if (rowHref) router.push(rowHref(row));
    },
    [canPeek, go, rowHref, router],
  );

  const peekIndex = params.peek ? rows.findIndex((row) => row.id === params.peek) : -1;
  const current = peekIndex >= 0 ? peekIndex : cursor;
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if (
        event.metaKey ||
        event.ctrlKey ||
        event.altKey ||
        isTyping(event.target) ||
        document.querySelector('[role="dialog"], [role="menu"]')
      )
        return;
      const row = rows[current];
      const move = (by: number) => {
        const next = Math.min(rows.length - 1, Math.max(0, current + by));
        const target = rows[next];
        setCursor(next);
        const line = box.current?.rows[next];
        (line?.querySelector<HTMLElement>("td a") ?? line?.querySelector<HTMLElement>("input"))?.focus();
        line?.scrollIntoView({ block: "nearest" });
        if (params.peek && target) go({ peek: target.id });
      };
      if (event.key === "j") move(1);
      else if (event.key === "k") move(-1);
      else if (event.key === "x" && row && canPick) table.getRow(row.id).toggleSelected();
      else if (
        event.key === " " &&
        row &&
        canPeek &&
        !(event.target instanceof HTMLInputElement) &&
        !(event.target instanceof HTMLButtonElement)
      )
        go({ peek: params.peek === row.id ? null : row.id });
      else if (
        event.key === "Enter" &&
        row &&
        rowHref &&
        (event.target === document.body || event.target instanceof HTMLTableSectionElement)
      )
        router.push(rowHref(row));
      else if (event.key === "Escape" && params.peek) go({ peek: null });
      else if (event.key === "/" && searchBox.current) searchBox.current.focus();
      else return;
      event.preventDefault();
    }
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [rows, current, params.peek, canPick, canPeek, rowHref, go, router, table]);

  const bulkValues = (action: BulkAction): Record<string, string | readonly string[]> =>
    whole && action.whole ? { ...action.values, all: "1", query } : { ...action.values, id: chosen };
  const dropSelection = () => {
    setSelection({});
    setWhole(false);
  };
  const menuColumns = columns.filter((column) => !column.fixed);

  return (
    <div className="flex min-w-0 flex-col">
      {views && views.length > 0 && (
        <nav aria-label={t("views")} className="tabs-line -mx-4 border-b border-border px-1 sm:-mx-6 sm:px-3">
          {views.map((view) => (
            <a
              key={view.key}
              href={`${pathname}${changeQuery(query, { view: view.key, ...cleared })}`}
              aria-current={view.key === params.view ? "page" : undefined}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                event.preventDefault();
                go({ view: view.key, ...cleared });
              }}
            >
              {view.label}
              {view.count !== undefined && <span className="text-xs">{view.count.toLocaleString("en-US")}</span>}
            </a>
          ))}
        </nav>
      )}

      {(search || (filters && filters.length > 0) || menuColumns.length > 1) && (
        <div className="no-print flex flex-wrap items-center gap-2 pt-3 pb-2.5 sm:flex-nowrap">
          {search && (
            <search className="flex-none max-sm:w-full sm:w-66">
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
          {filters && filters.length > 0 && (
            <div className="flex min-w-0 flex-1 items-center gap-2 max-sm:-mx-4 max-sm:flex-none max-sm:basis-[calc(100%+32px)] max-sm:overflow-x-auto max-sm:px-4 max-sm:py-1 sm:flex-wrap">
              {filters.map((filter) => (
                <QuickFilter
                  key={filter.key}
                  filter={filter}
                  value={(params.filters as Record<string, unknown>)[filter.key]}
                  go={go}
                />
              ))}
            </div>
          )}
          {menuColumns.length > 1 && (
            <span className="ml-auto hidden sm:block">
              <Menu
                trigger={<Icon of={Columns3} />}
                label={t("columns")}
                triggerClass={buttonClass({}, "btn-icon")}
                selection="multiple"
                items={menuColumns.map((column) => ({ id: column.id, label: column.head }))}
                selected={menuColumns.filter((column) => !hidden.includes(column.id)).map((column) => column.id)}
                onChange={(kept) =>
                  setHidden(menuColumns.filter((column) => !kept.includes(column.id)).map((column) => column.id))
                }
              />
            </span>
          )}
        </div>
      )}

      {(narrowed || total !== undefined || summary) && (
        <div className="flex flex-wrap items-center gap-2 pb-3">
          {params.q !== "" && (
            <Chip
              label={t("query")}
              text={params.q}
              onRemove={() => go({ q: null })}
              removeLabel={t("remove", { name: params.q })}
            />
          )}
          {active.map((one) => (
            <Chip
              key={one.key}
              label={one.label}
              text={one.text}
              onRemove={() => go({ [one.key]: null })}
              removeLabel={t("remove", { name: one.label })}
            />
          ))}
          {narrowed && (
            <Button size="small" tone="quiet" onClick={() => go(cleared)}>
              {ta("clear")}
            </Button>
          )}
          <span className="ml-auto text-xs text-muted">
            {total !== undefined && t("total", { count: total })}
            {total !== undefined && summary && " · "}
            {summary}
          </span>
        </div>
      )}

      {params.unknown.length > 0 && (
        <div className="pb-3">
          <StateNote kind="attention">{t("unknown", { names: params.unknown.join(" / ") })}</StateNote>
        </div>
      )}

      <div className="card relative min-w-0 overflow-hidden" aria-busy={pending}>
        {pending && <div className="busy-bar" />}
        {rows.length === 0 ? (
          <div className="flex flex-col items-start gap-3 p-6">
            {narrowed ? (
              <>
                <p>{t("filteredEmpty")}</p>
                <Button onClick={() => go(cleared)}>{t("clearFilters")}</Button>
              </>
            ) : (
              (empty ?? <p className="text-muted">{t("empty")}</p>)
            )}
          </div>
        ) : (
          <section
            className="overflow-auto sm:max-h-[max(320px,calc(100dvh-316px))] print:max-h-none print:overflow-visible"
            aria-label={label}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
            tabIndex={0}
          >
            <table className={`list-table list-cards ${roomy ? "roomy" : ""} ${canPick ? "" : "no-pick"}`} role="table">
              <thead>
                <tr role="row">
                  {canPick && (
                    <th scope="col" role="columnheader" className="w-10">
                      <input
                        type="checkbox"
                        aria-label={t("selectPage")}
                        checked={table.getIsAllRowsSelected()}
                        ref={(element) => {
                          if (element)
                            element.indeterminate = table.getIsSomeRowsSelected() && !table.getIsAllRowsSelected();
                        }}
                        onChange={table.getToggleAllRowsSelectedHandler()}
                      />
                    </th>
                  )}
                  {shown.map((column) => {
                    const direction =
                      params.sort === column.id
                        ? "ascending"
                        : params.sort === `-${column.id}`
                          ? "descending"
                          : undefined;
                    const next =
                      direction === "ascending"
                        ? `-${column.id}`
                        : direction === "descending"
                          ? column.id
                          : column.sort === "desc"
                            ? `-${column.id}`
                            : column.id;
                    return (
                      <th
                        key={column.id}
                        scope="col"
                        role="columnheader"
                        data-align={column.align}
                        aria-sort={direction}
                        title={column.hint}
                      >
                        {column.sort ? (
                          <button
                            type="button"
                            className="inline-flex min-h-6 items-center gap-1 hover:text-foreground"
                            onClick={() => go({ sort: next })}
                          >
                            {column.head}
                            {direction === "ascending" && <Icon of={ArrowUp} size={12} />}
                            {direction === "descending" && <Icon of={ArrowDown} size={12} />}
                          </button>
                        ) : (
                          column.head
                        )}
                      </th>
                    );
                  })}
                </tr>
              </thead>
              <tbody ref={box}>
                {table.getRowModel().rows.map((row, index) => (
                  <tr
                    key={row.id}
                    role="row"
                    data-selected={row.getIsSelected() || whole}
                    data-current={index === current}
                    data-open={Boolean(canPeek || rowHref)}
                    onClick={(event) => {
                      if (event.target instanceof Element && event.target.closest("a, button, input, label, select"))
                        return;
                      if (getSelection()?.toString()) return;
                      setCursor(index);
                      openRow(row.original);
                    }}
                  >
                    {canPick && (
                      <td role="cell" data-phone="pick">
                        <input
                          type="checkbox"
                          aria-label={t("selectRow", { name: rowName?.(row.original) ?? row.id })}
                          checked={row.getIsSelected() || whole}
                          onChange={row.getToggleSelectedHandler()}
                        />
                      </td>
                    )}
                    {row.getVisibleCells().map((cell) => {
                      const column = byId.get(cell.column.id);
                      return (
                        <td
                          key={cell.id}
                          role="cell"
                          data-align={column?.align}
                          data-phone={column?.phone ?? "meta"}
                          data-head={column?.head}
                          className={column?.grow ? "w-full max-w-0 min-w-40" : ""}
                        >
                          {column?.grow || column?.width ? (
                            <span className="clip" style={column.width ? { maxWidth: column.width } : undefined}>
                              <table.FlexRender cell={cell} />
                            </span>
                          ) : (
                            <table.FlexRender cell={cell} />
                          )}
                        </td>
                      );
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
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

      {canPick && chosen.length > 0 && (
        <section
          aria-label={t("bulk")}
          className="no-print sticky bottom-4 z-20 mx-0 mt-3 flex min-h-12 flex-wrap items-center gap-2 rounded-bar bg-overlay py-2 pr-2 pl-4 shadow-overlay sm:mx-4"
        >
          <b>
            {whole && total !== undefined
              ? t("selectedAll", { count: total })
              : t("selected", { count: chosen.length })}
          </b>
          {!whole && total !== undefined && total > chosen.length && bulk?.some((action) => action.whole) && (
            <Button size="small" onClick={() => setWhole(true)}>
              {t("selectAll", { count: total })}
            </Button>
          )}
          <span className="ml-auto flex flex-wrap gap-2">
            {bulk
              ?.filter((action) => !whole || action.whole)
              .map((action) =>
                action.confirm ? (
                  <Button key={action.key} size="small" tone={action.tone} onClick={() => setConfirming(action)}>
                    {action.label}
                  </Button>
                ) : (
                  <ActionButton
                    key={action.key}
                    size="small"
                    tone={action.tone}
                    action={action.action}
                    values={bulkValues(action)}
                    onSuccess={dropSelection}
                  >
                    {action.label}
                  </ActionButton>
                ),
              )}
            <IconButton label={t("clearSelection")} size="small" onClick={dropSelection}>
              <Icon of={X} />
            </IconButton>
          </span>
        </section>
      )}
      {confirming?.confirm && (
        <ConfirmDialog
          open
          onOpenChange={(open) => {
            if (!open) setConfirming(null);
          }}
          confirmation={confirming.confirm}
          action={confirming.action}
          values={bulkValues(confirming)}
          onSuccess={dropSelection}
        />
      )}

      {params.peek && peek && (
        <aside
          aria-label={t("peek")}
          data-peek=""
          className="no-print fixed inset-y-0 right-0 z-30 flex w-full flex-col border-l border-border bg-surface sm:w-[372px] lg:top-(--shell-top,52px)"
        >
          <header className="flex h-13 flex-none items-center gap-1 border-b border-separator pr-3 pl-4">
            <b className="min-w-0 truncate">{peek.title}</b>
            <span className="ml-1">{peek.state}</span>
            <span className="ml-auto flex">
              <IconButton
                label={t("previousRow")}
                disabled={peekIndex <= 0}
                onClick={() => go({ peek: rows[peekIndex - 1]?.id ?? null })}
              >
                <Icon of={ChevronUp} />
              </IconButton>
              <IconButton
                label={t("nextRow")}
                disabled={peekIndex < 0 || peekIndex >= rows.length - 1}
                onClick={() => go({ peek: rows[peekIndex + 1]?.id ?? null })}
              >
                <Icon of={ChevronDown} />
              </IconButton>
              {peek.href && (
                <IconButton label={t("openPage")} onClick={() => router.push(peek.href ?? "")}>
                  <Icon of={Maximize2} />
                </IconButton>
              )}
              <IconButton label={ta("close")} onClick={() => go({ peek: null })}>
                <Icon of={X} />
              </IconButton>
            </span>
          </header>
          <div className="flex min-h-0 flex-1 flex-col gap-3.5 overflow-y-auto px-4 py-3.5">{peek.body}</div>
          {peek.foot && (
            <footer className="flex flex-none flex-wrap gap-2 border-t border-separator px-4 py-2.5">
              {peek.foot}
            </footer>
          )}
        </aside>
      )}
    </div>
  );
}

function Chip({
  label,
  text,
  onRemove,
  removeLabel,
}: {
  label: string;
  text: string;
  onRemove: () => void;
  removeLabel: string;
}) {
  return (
    <span className="inline-flex h-6.5 items-center gap-1.5 rounded-chip bg-accent-soft pl-2 text-xs whitespace-nowrap text-accent-soft-foreground">
      {label} <b>{text}</b>
      <button type="button" aria-label={removeLabel} className="grid size-6 place-items-center" onClick={onRemove}>
        <Icon of={X} size={12} />
      </button>
    </span>
  );
}

function QuickFilter({
  filter,
  value,
  go,
}: {
  filter: ListFilter;
  value: unknown;
  go: (change: Record<string, string | null>) => void;
}) {
  const t = useTranslations("ui.list");
  if ("options" in filter) {
    const selected = Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)];
    return (
      <Menu
        trigger={
          <>
            {filter.label}
            <Icon of={ChevronDown} />
          </>
        }
        label={filter.label}
        placement="bottom start"
        selection={filter.many ? "multiple" : "single"}
        items={filter.options.map((option) => ({ id: option.value, label: option.label }))}
        selected={selected}
        onChange={(kept) => go({ [filter.key]: kept.join(",") })}
      />
    );
  }
  if (filter.kind === "day") {
    return (
      <label className="control-box w-auto flex-none">
        <span className="text-muted">{filter.label}</span>
        <input
          type="date"
          key={String(value ?? "")}
          defaultValue={String(value ?? "")}
          onChange={(event) => go({ [filter.key]: event.target.value })}
        />
      </label>
    );
  }
  if (filter.kind === "text") {
    return (
      <form
        className="control-box w-auto flex-none"
        onSubmit={(event) => {
          event.preventDefault();
          go({ [filter.key]: String(new FormData(event.currentTarget).get("text") ?? "").trim() });
        }}
      >
        <label className="flex items-center gap-2">
          <span className="text-muted">{filter.label}</span>
          <input
            name="text"
            key={String(value ?? "")}
            defaultValue={String(value ?? "")}
            className="w-28 border-0 bg-transparent outline-none"
            aria-label={`${filter.label} ${t("apply")}`}
          />
        </label>
      </form>
    );
  }
  return (
    <Button
      aria-pressed={value === true}
      className="aria-pressed:border-accent-soft-foreground aria-pressed:bg-accent-soft"
      onClick={() => go({ [filter.key]: value === true ? null : "1" })}
    >
      {filter.label}
    </Button>
  );
}
