/** One keyset page. `nextCursor` is null on the last one. */
export type Page<T> = { rows: T[]; nextCursor: string | null };

/** What a keyset needs: the sort key of the last row and its id. */
export type Key = readonly (string | number | null)[];

const toText = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");

/** Opaque to callers; a wrong or foreign cursor reads as null, and the list then starts at the beginning. */
export const writeCursor = (key: Key): string => toText(new TextEncoder().encode(JSON.stringify(key)));

export function readCursor(text: string | null | undefined): Key | null {
  if (!text) return null;
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    const key: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const isPart = (v: unknown) => v === null || typeof v === "number" || (typeof v === "string" && !v.includes("\0"));
    return Array.isArray(key) && key.every(isPart) ? key : null;
  } catch {
    return null;
  }
}

/** Cuts the one row read beyond the limit and makes the cursor from the last row kept. */
export function pageOf<T>(rows: T[], limit: number, keyOf: (row: T) => Key): Page<T> {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return { rows: kept, nextCursor: rows.length > limit && last ? writeCursor(keyOf(last)) : null };
}
