import { Fragment, type ReactNode } from "react";

export type Fact = { label: ReactNode; value: ReactNode; note?: ReactNode };
type Facts = readonly (Fact | null | false | undefined)[];

/** Label and value pairs. `columns` two or three on wide screens; a null row is skipped, an empty value reads as —. */
export function FactList({
  facts,
  columns = 1,
  labelWidth = 88,
}: {
  facts: Facts;
  columns?: 1 | 2 | 3;
  labelWidth?: number;
}) {
  const grid = columns === 3 ? "sm:grid-cols-2 xl:grid-cols-3" : columns === 2 ? "sm:grid-cols-2" : "";
  return (
    <dl className={`grid gap-x-6 gap-y-1.5 ${grid}`} style={{ "--label": `${labelWidth}px` } as React.CSSProperties}>
      {facts.map((fact, i) =>
        fact ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list that never reorders
          <div key={i} className="grid min-w-0 grid-cols-[var(--label)_minmax(0,1fr)] gap-2">
            <dt className="text-muted">{fact.label}</dt>
            <dd className="min-w-0 break-words">
              {fact.value ?? <span className="text-muted">—</span>}
              {fact.note && <span className="block text-xs text-muted">{fact.note}</span>}
            </dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

export type SumRow = { label: ReactNode; value: ReactNode; note?: ReactNode; total?: boolean };

/** Sums that add up on screen: values on the right, a total over a 2 px ink rule. */
export function SumList({ rows }: { rows: readonly (SumRow | null | false | undefined)[] }) {
  return (
    <dl className="grid grid-cols-[minmax(0,1fr)_auto] gap-y-1">
      {rows.map((row, i) =>
        row ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list that never reorders
          <Fragment key={i}>
            <dt
              className={
                row.total
                  ? "mt-1 border-t-2 border-foreground content-center pt-2 pr-3 font-semibold"
                  : "pr-3 text-muted"
              }
            >
              {row.label}
              {row.note && <span className="ml-1.5 text-xs font-normal text-muted">{row.note}</span>}
            </dt>
            <dd
              className={`text-right ${row.total ? "mt-1 border-t-2 border-foreground pt-2 text-xl font-semibold" : ""}`}
            >
              {row.value}
            </dd>
          </Fragment>
        ) : null,
      )}
    </dl>
  );
}
