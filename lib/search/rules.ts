import { type Day, dateOf } from "../kernel/time";

/**
 * Finding records by any fragment of their words. A text is cut into grams: pairs of Chinese characters, threes of letters and
 * digits, and the beginnings of short words. A gram is stored as a 32-bit hash; for kinds that come by the thousand a day the day is
 * mixed in, so that a search reads the newest days first and stops when it has enough, however common the word is. Grams only
 * narrow: what is found is what has every word of the question in its text.
 */

/** Kinds of records that are found; the words are those of `words/deeds.subjects`. */
export const searchKinds = [
  "order",
  "product",
  "supplier",
  "leader",
  "point",
  "session",
  "purchaseOrder",
  "delivery",
  "aftersale",
  "statement",
  "withdrawal",
  "payoutBatch",
  "application",
  "leaderApplication",
  "user",
] as const;
export type SearchKind = (typeof searchKinds)[number];

/** Kinds whose entries carry their day. */
export const isDated = (kind: SearchKind): boolean => kind === "order";

/** A text as it is compared: full-width forms folded, lower case, one blank between words. */
export const folded = (text: string): string => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();

/** The id that a text is, written with its underscore or as the channel writes it; null: it is none. */
export const wholeId = (text: string): string | null =>
  /^([a-z]{3})_?([0-9a-z]{20})$/.exec(folded(text))?.slice(1).join("_") ?? null;

const runsOf = (text: string): string[] => text.match(/\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu) ?? [];
const isHan = (run: string): boolean => /^\p{Script=Han}/u.test(run);
const slices = (run: string, length: number): string[] => {
  const chars = [...run];
  return chars.slice(length - 1).map((_, i) => chars.slice(i, i + length).join(""));
};
/** Letters are found by twos only in words this short: initials, codes. */
const shortWord = 4;

/** The grams a folded text is found by. */
export function gramsOf(text: string): string[] {
  const grams = runsOf(text).flatMap((run) => {
    if (isHan(run)) return [...slices(run, 1).slice(0, 1), ...slices(run, 2)];
    const short = run.length <= shortWord ? [...slices(run, 1).slice(0, 1), ...slices(run, 2)] : [];
    return [...short, ...slices(run, 3)];
  });
  return [...new Set(grams)];
}

/** The words of a question, all of which must be in the text; at most four. */
export const wordsOf = (question: string): string[] => folded(question).split(" ").filter(Boolean).slice(0, 4);

/** The grams to look a word up by: at most three, spread over it; of a very short word what it begins with. */
export function askedGrams(word: string): string[] {
  const runs = runsOf(word);
  const sharp = runs.flatMap((run) => slices(run, isHan(run) ? 2 : 3));
  if (sharp.length > 0) return [...new Set([sharp[0], sharp[sharp.length >> 1], sharp.at(-1)])].flatMap((g) => g ?? []);
  const longest = runs.toSorted((a, b) => b.length - a.length)[0];
  return longest ? [longest] : [];
}

export const dayNumber = (day: Day): number => dateOf(day).getTime() / 86_400_000;

/** A gram as it is stored; `day` counts from 1970, 0 for kinds without. */
export function tokenOf(gram: string, day: number): number {
  let hash = 2_166_136_261;
  for (let i = 0; i < gram.length; i++) hash = Math.imul(hash ^ gram.charCodeAt(i), 16_777_619);
  return Math.imul(hash ^ day, 16_777_619) | 0;
}
