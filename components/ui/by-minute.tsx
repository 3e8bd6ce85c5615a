import { momentText } from "#lib/kernel/time";

type Told = { at: Date | string; who: string };

const minuteOf = (entry: Told): string => `${momentText(new Date(entry.at))} ${entry.who}`;

/** Neighbours by the same person within the same minute, as one. */
export function byMinute<E extends Told>(entries: readonly E[]): E[][] {
  const groups: E[][] = [];
  for (const entry of entries) {
    const last = groups.at(-1);
    if (last?.[0] && minuteOf(last[0]) === minuteOf(entry)) last.push(entry);
    else groups.push([entry]);
  }
  return groups;
}
