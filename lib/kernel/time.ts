declare const dayBrand: unique symbol;

/** A business day `2026-11-22` in Asia/Shanghai. */
export type Day = string & { readonly [dayBrand]: true };
export const zone = "Asia/Shanghai";
/** Asia/Shanghai has kept +08:00 without summer time since 1991; arithmetic needs no zone database. */
const offsetMs = 8 * 3600_000;
const dayMs = 86_400_000;

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;

/** Half-open `[startsAt, endsAt)`. */
export type Window = { startsAt: Date; endsAt: Date };
export type Phase = "before" | "during" | "after";

/** Where an instant stands to a half-open window. */
export const phaseAt = (window: Window, at: Date): Phase =>
  at < window.startsAt ? "before" : at < window.endsAt ? "during" : "after";

export const dayOf = (at: Date): Day => new Date(at.getTime() + offsetMs).toISOString().slice(0, 10) as Day;

/** Parses `YYYY-MM-DD`; null when the calendar has no such day. */
export function parseDay(text: string): Day | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const at = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== text ? null : (text as Day);
}

/** As parseDay, but throws: for literals and stored values. */
export function day(text: string): Day {
  const parsed = parseDay(text);
  if (!parsed) throw new Error(`not a day: ${text}`);
  return parsed;
}

/** The instant a business day begins. */
export const startOf = (d: Day): Date => new Date(new Date(`${d}T00:00:00Z`).getTime() - offsetMs);
export const endOf = (d: Day): Date => startOf(addDays(d, 1));
export const addDays = (d: Day, n: number): Day =>
  new Date(new Date(`${d}T00:00:00Z`).getTime() + n * dayMs).toISOString().slice(0, 10) as Day;
export const daysBetween = (from: Day, to: Day): number =>
  Math.round((new Date(`${to}T00:00:00Z`).getTime() - new Date(`${from}T00:00:00Z`).getTime()) / dayMs);
export const daysFrom = (from: Day, count: number): Day[] => Array.from({ length: count }, (_, i) => addDays(from, i));
/** 0 = Sunday. */
export const weekday = (d: Day): number => new Date(`${d}T00:00:00Z`).getUTCDay();
export const later = (at: Date, ms: number): Date => new Date(at.getTime() + ms);

/** The instant of a wall-clock time `HH:MM` on a business day; `24:00` is the next midnight. */
export function atClock(d: Day, clock: string): Date {
  const [h = "0", m = "0"] = clock.split(":");
  return new Date(startOf(d).getTime() + Number(h) * hour + Number(m) * minute);
}

/** A Prisma `@db.Date` value of a day, and back. */
export const dateOf = (d: Day): Date => new Date(`${d}T00:00:00Z`);
export const dayFromDate = (date: Date): Day => date.toISOString().slice(0, 10) as Day;

/** Wall-clock parts in Asia/Shanghai, zero padded. */
export function clockParts(at: Date): { day: Day; hh: string; mm: string; ss: string } {
  const text = new Date(at.getTime() + offsetMs).toISOString();
  return { day: text.slice(0, 10) as Day, hh: text.slice(11, 13), mm: text.slice(14, 16), ss: text.slice(17, 19) };
}

/** `20:46` */
export const clockText = (at: Date): string => {
  const p = clockParts(at);
  return `${p.hh}:${p.mm}`;
};
/** `11-25`, or `2025-11-25` when the year differs from `today`'s. */
export const dayText = (d: Day, today?: Day): string => (today && d.slice(0, 4) !== today.slice(0, 4) ? d : d.slice(5));
/** `11-25 23:00` */
export const momentText = (at: Date, today?: Day): string => `${dayText(dayOf(at), today)} ${clockText(at)}`;
/** RFC 3339 in Asia/Shanghai, as WeChat Pay wants it: `2026-11-22T23:00:00+08:00`. */
export const rfc3339 = (at: Date): string => {
  const p = clockParts(at);
  return `${p.day}T${p.hh}:${p.mm}:${p.ss}+08:00`;
};
