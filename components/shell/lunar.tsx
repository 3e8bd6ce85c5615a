import { SolarDay } from "tyme4ts";
import type { Day } from "#lib/kernel/time";

/** The lunar date of a day and its solar term: `index` counts from the winter solstice, `start` is true on its first day. Server only: the calendar is heavy. */
export function lunarDay(day: Day): {
  month: string;
  date: string;
  numeric: string;
  term: { index: number; start: boolean };
} {
  const [year = 2026, month = 1, date = 1] = day.split("-").map(Number);
  const solar = SolarDay.fromYmd(year, month, date);
  const lunar = solar.getLunarDay();
  const term = solar.getTermDay();
  const lunarMonth = lunar.getLunarMonth();
  return {
    month: lunarMonth.getName(),
    date: lunar.getName(),
    numeric: `${lunarMonth.isLeap() ? "+" : ""}${lunarMonth.getMonth()}-${lunar.getDay()}`,
    term: { index: term.getSolarTerm().getIndex(), start: term.getDayIndex() === 0 },
  };
}
