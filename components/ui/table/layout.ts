import type { ListLayout } from "#lib/workbench/schema";

/** What an arrangement must know of a column: `fixed` is always shown, `spare` only when somebody asked for it. */
export type LayoutColumn = { id: string; fixed?: boolean; spare?: boolean };
export type Density = ListLayout["density"];

const emptyLayout = (density: Density): ListLayout => ({ order: [], hidden: [], pinned: [], widths: {}, density });

/**
 * A stored arrangement over the columns there are today, in full: unknown columns fall away, new ones stand after the column they
 * follow by birth, pinned ones stand first. A pinned column always has a width, for the next one stands beside it.
 */
export function arranged(
  columns: readonly LayoutColumn[],
  stored: ListLayout | null,
  density: Density = "regular",
): ListLayout {
  const layout = stored ?? emptyLayout(density);
  const known = new Map(columns.map((column) => [column.id, column]));
  const order = [...new Set(layout.order)].filter((id) => known.has(id));
  columns.forEach(({ id }, i) => {
    if (order.includes(id)) return;
    const before = columns.slice(0, i).findLast((column) => order.includes(column.id));
    order.splice(before ? order.indexOf(before.id) + 1 : 0, 0, id);
  });
  const hidden = order.filter((id) => {
    const column = known.get(id);
    return !column?.fixed && (layout.hidden.includes(id) || (column?.spare && !layout.order.includes(id)));
  });
  const pinned = order.filter((id) => layout.pinned.includes(id) && !hidden.includes(id));
  const widths = Object.fromEntries(Object.entries(layout.widths).filter(([id]) => known.has(id)));
  for (const id of pinned) widths[id] ??= 120;
  return {
    order: [...pinned, ...order.filter((id) => !pinned.includes(id))],
    hidden,
    pinned,
    widths,
    density: layout.density,
  };
}

/** The columns one sees, in their order. */
export const shownIn = ({ order, hidden }: Pick<ListLayout, "order" | "hidden">): string[] =>
  order.filter((id) => !hidden.includes(id));

/** The order after putting a column where another stands: before it when it comes from the right, behind it from the left. */
export function placed(order: readonly string[], id: string, target: string): string[] {
  const rest = order.filter((one) => one !== id);
  const isFromLeft = order.indexOf(id) < order.indexOf(target);
  rest.splice(rest.indexOf(target) + (isFromLeft ? 1 : 0), 0, id);
  return rest;
}

/** The order after moving a column past its next shown neighbour; the same order when it has none on that side of the pin. */
export function stepped(layout: ListLayout, id: string, by: -1 | 1): string[] {
  const isPinned = (one: string) => layout.pinned.includes(one);
  const shown = shownIn(layout);
  const neighbour = shown[shown.indexOf(id) + by];
  return !shown.includes(id) || neighbour === undefined || isPinned(neighbour) !== isPinned(id)
    ? layout.order
    : placed(layout.order, id, neighbour);
}

export const widest = 1200;
export const narrowest = 40;
export const withinWidth = (width: number): number => Math.round(Math.min(widest, Math.max(narrowest, width)));

/** Where one stands in a list, not what it asks: no part of a saved view. */
const standing = ["after", "peek", "count", "saved"];

/** What an address asks, in one spelling: for storing it and for telling whether two ask the same. */
export const questionOf = (query: string): string =>
  new URLSearchParams(
    [...new URLSearchParams(query)]
      .filter(([key, value]) => !standing.includes(key) && value !== "")
      .sort(([a, x], [b, y]) => (a === b ? x.localeCompare(y, "en") : a.localeCompare(b, "en"))),
  ).toString();

export const isSameLayout = (a: ListLayout, b: ListLayout): boolean =>
  a.density === b.density &&
  `${a.order} ${a.hidden} ${a.pinned}` === `${b.order} ${b.hidden} ${b.pinned}` &&
  Object.keys({ ...a.widths, ...b.widths }).every((id) => a.widths[id] === b.widths[id]);
