import { csvRate, csvYuan } from "./csv";
import { yuan } from "./money";

/** How a value is written: fen, a count, two decimals, basis points, or so many of a thousand. */
export type Unit = "money" | "number" | "decimal" | "rate" | "perThousand";

/** `¥1,234.50`, `1,234`, `2.31`, `9.82%`, `3.2‰`; nothing is `—`. */
export function valueText(n: number | null | undefined, unit: Unit): string {
  if (n === null || n === undefined) return "—";
  const minus = n < 0 ? "−" : "";
  const size = Math.abs(n);
  switch (unit) {
    case "money":
      return yuan(Math.round(n));
    case "rate":
      return `${minus}${(size / 100).toFixed(2)}%`;
    case "perThousand":
      return `${minus}${size.toFixed(1)}‰`;
    case "decimal":
      return `${minus}${size.toFixed(2)}`;
    default:
      return `${minus}${size.toLocaleString("en-US")}`;
  }
}

/** The same for a sheet: yuan, percent and plain numbers without signs and groups. */
export const valueCell = (n: number | null | undefined, unit: Unit): string | number | null => {
  if (n === null || n === undefined) return null;
  return unit === "money" ? csvYuan(Math.round(n)) : unit === "rate" ? csvRate(n) : n;
};
