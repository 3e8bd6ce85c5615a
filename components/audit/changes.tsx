import type { ChangeMade } from "../../lib/kernel/answer";
import { yuan } from "../../lib/kernel/money";
import { momentText } from "../../lib/kernel/time";
import { actorWords, deedWords, fieldWords, valueWords } from "../../lib/words/deeds";
import type { Locale } from "../../lib/words/locale";

/** A recorded fact as short text: nothing as null, money as yuan, instants as Beijing time, lists joined, known words in words. */
export function factText(field: string, value: unknown, locale: Locale): string | null {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value === "number" && field.endsWith("Fen")) return yuan(value);
  if (typeof value === "number" && field.endsWith("Bp")) return `${(value / 100).toFixed(2)}%`;
  if (typeof value === "string")
    return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? momentText(new Date(value)) : valueWords(value, locale);
  if (Array.isArray(value))
    return value.map((one) => factText(field, one, locale) ?? "").join(locale === "en" ? ", " : "、") || null;
  if (typeof value === "object") return JSON.stringify(value);
  if (typeof value === "boolean") return valueWords(String(value), locale);
  return String(value);
}

export type Change = { key: string; field: string; before: string | null; after: string | null };

/** What differs between the recorded before and after, in words; a field that did not change is left out. */
export function changesOf(
  before: Record<string, unknown> | null,
  after: Record<string, unknown> | null,
  locale: Locale,
): Change[] {
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return fields
    .map((key) => ({
      key,
      field: fieldWords(key, locale),
      before: factText(key, before?.[key], locale),
      after: factText(key, after?.[key], locale),
    }))
    .filter((change) => change.before !== change.after);
}

export type TimelineFact = {
  id: string;
  at: Date | string;
  actorKind?: string;
  actorName: string;
  deed: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason: string | null;
};

/** The part of the record that was meant (an item of a session), when the entry names it and the name is not what changed. */
function partOf({ before, after }: TimelineFact, locale: Locale): string {
  const name = after?.name ?? before?.name;
  const isSame = before?.name === name && (after === null || after.name === name);
  return typeof name === "string" && isSame ? (locale === "en" ? ` “${name}”` : `「${name}」`) : "";
}

/** One entry of the log in words; facts of a first entry are not repeated as changes. */
export const entryWords = (entry: TimelineFact, locale: Locale): ChangeMade => ({
  id: entry.id,
  at: new Date(entry.at).toISOString(),
  who: actorWords(entry, locale),
  what: deedWords(entry.deed, locale) + partOf(entry, locale),
  changes: entry.before ? changesOf(entry.before, entry.after, locale) : [],
});
