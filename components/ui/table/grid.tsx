// biome-ignore-all lint/a11y/noRedundantRoles: rows become cards by grid on phones, where some browsers drop a table's own roles
"use client";
import {
  columnOrderingFeature,
  columnPinningFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  type ReactTable,
  rowSelectionFeature,
  tableFeatures,
} from "@tanstack/react-table";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { type CSSProperties, type PointerEvent, type RefObject, useRef, useState } from "react";
import type { ListLayout } from "#lib/workbench/schema";
import type { Column } from "../columns";
import { Icon } from "../icon";
import { narrowest, placed, widest, withinWidth } from "./layout";
import type { Arrange } from "./use-layout";

export const features = tableFeatures({
  columnVisibilityFeature,
  columnOrderingFeature,
  columnPinningFeature,
  columnSizingFeature,
  rowSelectionFeature,
});
export type ListTable<Row extends { id: string }> = ReactTable<typeof features, Row>;

const pickWidth = 40;
const step = 16;

/** The table itself: heads that sort, move by dragging and take a width; rows that are chosen, walked and opened. */
export function Grid<Row extends { id: string }>({
  table,
  columns,
  layout,
  arrange,
  label,
  sort,
  onSort,
  canPick,
  isWhole,
  current,
  onCurrent,
  open,
  rowName,
  box,
}: {
  table: ListTable<Row>;
  columns: readonly Column<Row>[];
  layout: ListLayout;
  arrange: Arrange;
  label: string;
  sort: string;
  onSort: (sort: string) => void;
  canPick: boolean;
  isWhole: boolean;
  current: number;
  onCurrent: (index: number) => void;
  /** Absent where rows have nothing to open. */
  open?: (row: Row) => void;
  rowName?: (row: Row) => string;
  box: RefObject<HTMLTableSectionElement | null>;
}) {
  const t = useTranslations("ui.list");
  const byId = new Map(columns.map((column) => [column.id, column]));
  const shown = table.getVisibleLeafColumns().flatMap((column) => byId.get(column.id) ?? []);
  const { widths, pinned } = layout;
  const isAnyPinned = pinned.length > 0;
  // what is left over must not widen a column that was given its width
  const hasFiller = Object.keys(widths).length > 0 && !shown.some((column) => column.grow && !widths[column.id]);
  const pickPinned = canPick && isAnyPinned ? { "data-pinned": "", style: { "--left": "0px" } as CSSProperties } : {};
  const place = (id: string) => {
    const isPinned = pinned.includes(id);
    const left = isPinned ? (canPick ? pickWidth : 0) + (table.getColumn(id)?.getStart("start") ?? 0) : 0;
    return {
      "data-sized": widths[id] ? "" : undefined,
      "data-pinned": isPinned ? (pinned.at(-1) === id ? "last" : "") : undefined,
      style: { "--w": `${widths[id] ?? 0}px`, "--left": `${left}px` } as CSSProperties,
    };
  };
  return (
    <section
      className="overflow-auto sm:max-h-[max(320px,calc(100dvh-316px))] print:max-h-none print:overflow-visible"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
    >
      <table className={`list-table list-cards ${canPick ? "" : "no-pick"}`} data-density={layout.density} role="table">
        <thead>
          <tr role="row">
            {canPick && (
              <th scope="col" role="columnheader" className="w-10" {...pickPinned}>
                <input
                  type="checkbox"
                  aria-label={t("selectPage")}
                  checked={table.getIsAllRowsSelected()}
                  ref={(element) => {
                    if (element) element.indeterminate = table.getIsSomeRowsSelected() && !table.getIsAllRowsSelected();
                  }}
                  onChange={table.getToggleAllRowsSelectedHandler()}
                />
              </th>
            )}
            {shown.map((column) => (
              <Head
                key={column.id}
                column={column}
                sort={sort}
                onSort={onSort}
                width={widths[column.id]}
                onWidth={(width) => {
                  const { [column.id]: _, ...rest } = widths;
                  arrange({ widths: width === null ? rest : { ...rest, [column.id]: width } });
                }}
                onDrop={(id) => arrange({ order: placed(layout.order, id, column.id) })}
                {...place(column.id)}
              />
            ))}
            {hasFiller && <td data-filler="" aria-hidden="true" />}
          </tr>
        </thead>
        <tbody ref={box}>
          {table.getRowModel().rows.map((row, index) => {
            const isChosen = row.getIsSelected() || isWhole;
            const isTabStop = index === Math.max(0, current);
            return (
              <tr
                key={row.id}
                role="row"
                tabIndex={isTabStop ? 0 : -1}
                aria-selected={canPick ? isChosen : undefined}
                aria-current={index === current ? "true" : undefined}
                data-selected={isChosen}
                data-current={index === current}
                data-open={open !== undefined}
                onFocus={() => onCurrent(index)}
                onClick={(event) => {
                  if (event.target instanceof Element && event.target.closest("a, button, input, label, select"))
                    return;
                  if (getSelection()?.toString()) return;
                  open?.(row.original);
                }}
              >
                {canPick && (
                  <td role="cell" data-phone="pick" {...pickPinned}>
                    <input
                      type="checkbox"
                      tabIndex={isTabStop ? 0 : -1}
                      aria-label={t("selectRow", { name: rowName?.(row.original) ?? row.id })}
                      checked={isChosen}
                      onChange={row.getToggleSelectedHandler()}
                    />
                  </td>
                )}
                {row.getVisibleCells().map((cell) => {
                  const column = byId.get(cell.column.id);
                  const isSized = widths[cell.column.id] !== undefined;
                  const content = <table.FlexRender cell={cell} />;
                  return (
                    <td
                      key={cell.id}
                      role="cell"
                      data-align={column?.align}
                      data-phone={column?.phone ?? "meta"}
                      data-head={column?.head}
                      className={column?.grow && !isSized ? "w-full max-w-0 min-w-40" : ""}
                      {...place(cell.column.id)}
                    >
                      {isSized || column?.grow ? (
                        <span className="clip">{content}</span>
                      ) : column?.width ? (
                        <span className="clip" style={{ maxWidth: column.width }}>
                          {content}
                        </span>
                      ) : (
                        content
                      )}
                    </td>
                  );
                })}
                {hasFiller && <td data-filler="" aria-hidden="true" />}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** The width at which nothing in the column of this head is cut. */
function fitting(head: HTMLElement): number {
  const at = [...(head.parentElement?.children ?? [])].indexOf(head) + 1;
  const range = document.createRange();
  const cells = head.closest("table")?.querySelectorAll<HTMLElement>(`tr > :nth-child(${at})`) ?? [];
  const widths = [...cells].map((cell) => {
    range.selectNodeContents(cell.querySelector(".clip, button") ?? cell);
    const { paddingLeft, paddingRight } = getComputedStyle(cell);
    return range.getBoundingClientRect().width + Number.parseFloat(paddingLeft) + Number.parseFloat(paddingRight);
  });
  return withinWidth(Math.ceil(Math.max(0, ...widths)) + 1);
}

const dragged = "text/x-column";

function Head<Row>({
  column,
  sort,
  onSort,
  width,
  onWidth,
  onDrop,
  ...place
}: {
  column: Column<Row>;
  sort: string;
  onSort: (sort: string) => void;
  width: number | undefined;
  /** Null: as wide as the table finds right. */
  onWidth: (width: number | null) => void;
  onDrop: (id: string) => void;
  style: CSSProperties;
  "data-sized": string | undefined;
  "data-pinned": string | undefined;
}) {
  const t = useTranslations("ui.list");
  const head = useRef<HTMLTableCellElement>(null);
  const from = useRef<{ x: number; width: number } | null>(null);
  const [isOver, setOver] = useState(false);
  const direction = sort === column.id ? "ascending" : sort === `-${column.id}` ? "descending" : undefined;
  const isNextDown = direction === undefined ? column.sort === "desc" : direction === "ascending";
  const now = () => width ?? head.current?.offsetWidth ?? narrowest;
  const fitWidth = () => head.current && onWidth(column.grow ? null : fitting(head.current));
  const pull = (event: PointerEvent) => {
    if (from.current) onWidth(withinWidth(from.current.width + event.clientX - from.current.x));
  };
  return (
    <th
      ref={head}
      scope="col"
      role="columnheader"
      data-align={column.align}
      data-column={column.id}
      data-over={isOver || undefined}
      aria-sort={direction}
      title={column.hint}
      draggable
      onDragStart={(event) => event.dataTransfer.setData(dragged, column.id)}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(dragged)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const id = event.dataTransfer.getData(dragged);
        if (id && id !== column.id) onDrop(id);
      }}
      {...place}
    >
      {column.sort ? (
        <button
          type="button"
          className="inline-flex min-h-6 items-center gap-1 hover:text-foreground"
          onClick={() => onSort(isNextDown ? `-${column.id}` : column.id)}
        >
          {column.head}
          {direction && <Icon of={direction === "ascending" ? ArrowUp : ArrowDown} size={12} />}
        </button>
      ) : (
        column.head
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: an hr cannot be pulled */}
      <span
        role="separator"
        tabIndex={0}
        aria-orientation="vertical"
        aria-label={t("layout.width", { name: column.head })}
        aria-valuenow={width ?? 0}
        aria-valuemin={narrowest}
        aria-valuemax={widest}
        aria-valuetext={width === undefined ? t("layout.auto") : `${width} px`}
        className="resizer"
        draggable
        onDragStart={(event) => {
          event.preventDefault();
          event.stopPropagation();
        }}
        onPointerDown={(event) => {
          from.current = { x: event.clientX, width: now() };
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={pull}
        onPointerUp={() => {
          from.current = null;
        }}
        onDoubleClick={fitWidth}
        onKeyDown={(event) => {
          const by = { ArrowLeft: -step, ArrowRight: step }[event.key];
          if (by !== undefined) onWidth(withinWidth(now() + by));
          else if (event.key === "Enter") fitWidth();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
    </th>
  );
}
