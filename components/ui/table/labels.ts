import type { FieldLabel, Fields, ListFilter, Total } from "./props";

/** Of every field that has a name. */
export type Labels = Record<string, FieldLabel & { label: string }>;

/** What each field is called and its values are: by the list's own word, else as its column or quick filter. Nameless ones are not offered. */
export function labelsOf(
  fields: Fields,
  given: Record<string, string | FieldLabel> | undefined,
  columns: readonly { id: string; head: string }[],
  filters: readonly ListFilter[],
): Labels {
  const named = Object.entries(fields).flatMap(([id, spec]): [string, Labels[string]][] => {
    const filter = filters.find((one) => one.key === id);
    const own = given?.[id];
    const word = typeof own === "string" ? { label: own } : own;
    const label = word?.label ?? columns.find((column) => column.id === id)?.head ?? filter?.label;
    const words =
      typeof spec === "string" ? undefined : spec.map((value) => ({ value, label: word?.word?.(value) ?? value }));
    const options =
      word?.options ?? (word?.word ? words : undefined) ?? (filter && "options" in filter ? filter.options : words);
    return label === undefined ? [] : [[id, { label, options, load: word?.load }]];
  });
  return Object.fromEntries(named);
}

/** A count as far as it was counted: `318`, `10,000+`. */
export const countText = ({ count, isCapped }: Pick<Total, "count"> & { isCapped?: boolean }): string =>
  `${count.toLocaleString("en-US")}${isCapped ? "+" : ""}`;
