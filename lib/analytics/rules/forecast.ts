import { addDays, type Day, daysBetween } from "../../kernel/time";
import type { Units } from "../schema/plan";

/** How many past days of the same weekday a forecast looks at, how many it needs at least, and how far back it looks for them. */
export const forecastWeeks = 4;
const fewest = 2;
export const weeksKnown = 12;

/** The past days of this weekday, the latest first; only days that are over on `today`. */
export function sameWeekdays(day: Day, today: Day): Day[] {
  const first = Math.max(1, Math.floor(daysBetween(today, day) / 7) + 1);
  return Array.from({ length: weeksKnown }, (_, k) => addDays(day, -7 * (first + k)));
}

/**
 * What a thing will sell: the median of the last four same weekdays on which it was on sale, `past` latest first, null where it was
 * not. A day sold out counts what was sold; nobody knows what a price would have changed. Null under two days.
 */
export function unitsOf(past: readonly (number | null)[]): Units | null {
  const known = past.filter((n): n is number => n !== null).slice(0, forecastWeeks);
  if (known.length < fewest) return null;
  const sorted = [...known].sort((a, b) => a - b);
  const [low = 0] = sorted;
  const high = sorted.at(-1) ?? low;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? low;
  const upper = sorted[Math.ceil((sorted.length - 1) / 2)] ?? low;
  return { units: Math.round((lower + upper) / 2), low, high, weeks: known.length };
}

/**
 * How wrong the method was on the last four days it can be tried on, each foretold from the days before it: pieces it missed by over
 * pieces sold, in basis points. `series` are things, latest day first.
 */
export function errorOf(series: readonly (readonly (number | null)[])[]): {
  errorBp: number | null;
  testedDays: number;
} {
  let [missed, sold, testedDays] = [0, 0, 0];
  for (let week = 0; week < forecastWeeks; week++) {
    let isTested = false;
    for (const past of series) {
      const real = past[week];
      const foretold = unitsOf(past.slice(week + 1));
      if (real === null || real === undefined || !foretold) continue;
      isTested = true;
      missed += Math.abs(foretold.units - real);
      sold += real;
    }
    testedDays += isTested ? 1 : 0;
  }
  return { errorBp: sold > 0 ? Math.round((missed * 10_000) / sold) : null, testedDays };
}
