/** One cell of a sheet; amounts are given in yuan as text (`1234.50`). */
export type CsvCell = string | number | null;

/** Text that a spreadsheet would run as a formula; a plain signed number is not one. */
const isFormula = (text: string): boolean => /^[\s]*[=+\-@＝＋－＠\t\r]/.test(text) && !/^-?\d+(\.\d+)?%?$/.test(text);

/** A cell's text: formulas are disarmed by an apostrophe (OWASP, CSV injection), quotes and line breaks are kept by quoting. */
export function csvCell(cell: CsvCell): string {
  if (cell === null) return "";
  const text = typeof cell === "number" ? String(cell) : isFormula(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A whole file: UTF-8 with its mark, so that Excel reads Chinese, and CRLF lines (RFC 4180). */
export const csvText = (rows: readonly (readonly CsvCell[])[]): string =>
  `\uFEFF${rows.map((row) => row.map(csvCell).join(",")).join("\r\n")}\r\n`;

/** Fen as a spreadsheet's number: `1234.50`, true minus and separators left out. */
export const csvYuan = (fen: number | null): string | null =>
  fen === null
    ? null
    : `${fen < 0 ? "-" : ""}${Math.floor(Math.abs(fen) / 100)}.${String(Math.abs(fen) % 100).padStart(2, "0")}`;

/** Basis points as `9.80%`. */
export const csvRate = (bp: number | null): string | null => (bp === null ? null : `${(bp / 100).toFixed(2)}%`);
