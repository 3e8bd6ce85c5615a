declare const fenBrand: unique symbol;

/** Money in integer fen (分), safe integers only. Raw multiplication gives a plain number and does not compile as Fen. */
export type Fen = number & { readonly [fenBrand]: true };

/** Turns an integer (number or bigint column) into Fen. Throws on fractions, NaN and anything past 2^53. */
export function fen(value: number | bigint): Fen {
  const n = typeof value === "bigint" ? Number(value) : value;
  if (!Number.isSafeInteger(n)) throw new Error(`not an amount in fen: ${String(value)}`);
  return (n === 0 ? 0 : n) as Fen;
}

export const zero = 0 as Fen;

export const plus = (...amounts: Fen[]): Fen => fen(amounts.reduce<number>((sum, one) => sum + one, 0));
export const minus = (from: Fen, ...amounts: Fen[]): Fen => fen(from - plus(...amounts));
export const times = (unit: Fen, quantity: number): Fen => fen(unit * quantity);
export const negate = (amount: Fen): Fen => fen(-amount);
export const least = (a: Fen, b: Fen): Fen => (a < b ? a : b);
export const most = (a: Fen, b: Fen): Fen => (a > b ? a : b);
export const sum = (amounts: Iterable<Fen>): Fen => plus(...amounts);

/** floor(base × basis points ÷ 10 000): the platform keeps the fraction. */
export const rate = (base: Fen, bp: number): Fen => fen(Number((BigInt(base) * BigInt(bp)) / 10_000n));

/** floor(total × part ÷ whole), exact in integers; 0 when the whole is 0. */
export const share = (total: Fen, part: number, whole: number): Fen =>
  whole === 0 ? zero : fen(Number((BigInt(total) * BigInt(part)) / BigInt(whole)));

/**
 * Splits a total over weights by the largest remainder, ties by position; the parts always add up to the total.
 * Refuses nothing: all-zero weights give everything to the first.
 */
export function split(total: Fen, weights: readonly number[]): Fen[] {
  const whole = weights.reduce((a, b) => a + b, 0);
  if (weights.length === 0) return [];
  if (whole === 0) return weights.map((_, i) => (i === 0 ? total : zero));
  const parts = weights.map((w) => Number((BigInt(total) * BigInt(w)) / BigInt(whole)));
  const rests = weights.map((w) => (BigInt(total) * BigInt(w)) % BigInt(whole));
  let left = total - parts.reduce((a, b) => a + b, 0);
  const order = rests
    .map((r, i) => [r, i] as const)
    .sort((a, b) => (a[0] === b[0] ? a[1] - b[1] : a[0] > b[0] ? -1 : 1));
  for (const [, i] of order) {
    if (left <= 0) break;
    parts[i] = (parts[i] ?? 0) + 1;
    left -= 1;
  }
  return parts.map(fen);
}

/** The words of an amount, as `¥1,234.50`; a true minus; `sign` shows a plus on movements. */
export function yuan(amount: Fen | number | bigint, options: { sign?: boolean; symbol?: boolean } = {}): string {
  const n = fen(amount);
  const digits = Math.abs(n).toString().padStart(3, "0");
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  const mark = n < 0 ? "−" : options.sign && n > 0 ? "+" : "";
  return `${mark}${options.symbol === false ? "" : "¥"}${whole}.${digits.slice(-2)}`;
}

/** Reads "12", "12.3", "¥1,234.50" into fen; null when it is not an amount or has more than two decimals. */
export function parseYuan(text: string): Fen | null {
  const match = /^[¥￥]?\s*([-−]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?$/.exec(text.trim());
  if (!match) return null;
  const whole = Number((match[2] ?? "").replaceAll(",", ""));
  const cents = Number((match[3] ?? "").padEnd(2, "0") || "0");
  const value = whole * 100 + cents;
  return Number.isSafeInteger(value) ? fen(match[1] ? -value : value) : null;
}
