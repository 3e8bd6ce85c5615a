import type { ReactNode } from "react";
import type { Column } from "./columns";

/**
 * A plain table of lines inside a panel: order lines, statement parts, a breakdown. Not a list: no paging, no filters.
 * Works in server components with the same column makers. `foot` of a column fills the sum row.
 */
export function Lines<Row extends { id: string }>({
  label,
  columns,
  rows,
  empty,
  roomy,
  tone,
}: {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  empty?: ReactNode;
  roomy?: boolean;
  /** Tints a row that needs somebody. */
  tone?: (row: Row) => "warning" | "danger" | undefined;
}) {
  if (rows.length === 0 && empty) return <div className="p-4 text-muted">{empty}</div>;
  const sums = columns.some((column) => column.foot !== undefined);
  const tints = { warning: "bg-warning-soft", danger: "bg-danger-soft" };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="overflow-x-auto" aria-label={label} tabIndex={0}>
      <table className={`list-table ${roomy ? "roomy" : ""}`}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.id} scope="col" data-align={column.align} title={column.hint}>
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const mark = tone?.(row);
            return (
              <tr key={row.id} className={mark ? tints[mark] : ""}>
                {columns.map((column) => (
                  <td key={column.id} data-align={column.align} style={column.grow ? { width: "100%" } : undefined}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
        {sums && (
          <tfoot>
            <tr>
              {columns.map((column) => (
                <td key={column.id} data-align={column.align}>
                  {column.foot}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </section>
  );
}
