import "server-only";
import chineseDays from "chinese-days/dist/chinese-days.json";
import { LunarDay, LunarMonth, SolarDay } from "tyme4ts";
import type { DayKind } from "#lib/generated/prisma/enums";
import { addDays, type Day, daysBetween, daysFrom } from "#lib/kernel/time";
import { messages } from "#lib/words/index";
import type { Compared, DayNote, LunarName } from "../schema/explore";

const solarOf = (d: Day) => {
  const [year = 0, month = 0, date = 0] = d.split("-").map(Number);
  return SolarDay.fromYmd(year, month, date);
};
const dayOf = (s: SolarDay): Day =>
  `${s.getYear()}-${String(s.getMonth()).padStart(2, "0")}-${String(s.getDay()).padStart(2, "0")}` as Day;

/** Qingming and the winter solstice are days of the sun: they need no lunar calendar. */
const solarFestivals = [4, 10];
/** Spring Festival, Mid-Autumn, Dragon Boat, Lantern, New Year's Eve: of several in a period the greatest is the anchor. */
const greatest = [0, 8, 5, 1, 12];

const festivalOf = (lunar: LunarDay): number | null => lunar.getFestival()?.getIndex() ?? null;

/** The calendar is slow (a millisecond a day) and never changes. */
const known = new Map<Day, number | null>();
function festivalOn(d: Day): number | null {
  const found = known.get(d);
  if (found !== undefined) return found;
  if (known.size > 20_000) known.clear();
  const festival = festivalOf(solarOf(d).getLunarDay());
  known.set(d, festival);
  return festival;
}

function nameOf(lunar: LunarDay): LunarName {
  const month = lunar.getLunarMonth();
  const festival = festivalOf(lunar);
  return {
    text: `${month.getName()}${lunar.getName()}`,
    numeric: `${month.isLeap() ? "+" : ""}${month.getMonth()}-${lunar.getDay()}`,
    festival: festival === null ? null : `f${festival}`,
  };
}

/** The same day of the lunar year before: New Year's Eve is the last day of its year, a leap month is its month, a 30th that is missing the 29th. */
function yearBefore(lunar: LunarDay): LunarDay {
  const month = LunarMonth.fromYm(lunar.getYear() - 1, Math.abs(lunar.getMonth()));
  const length = month.getDayCount();
  return LunarDay.fromYmd(
    month.getYear(),
    month.getMonth(),
    festivalOf(lunar) === 12 ? length : Math.min(lunar.getDay(), length),
  );
}

/**
 * The same lunar days of last year. The whole period moves by as many days as lie between its greatest festival (its last day, when
 * it has none) and that festival a lunar year earlier, so that sums stay sums.
 */
export function lunarCompared(from: Day, to: Day): Compared {
  const rank = (d: Day) => {
    const festival = festivalOn(d);
    if (festival === null || solarFestivals.includes(festival)) return Number.POSITIVE_INFINITY;
    const place = greatest.indexOf(festival);
    return place < 0 ? greatest.length : place;
  };
  const anchor = daysFrom(from, daysBetween(from, to) + 1).reduce((best, d) => (rank(d) < rank(best) ? d : best), to);
  const lunar = solarOf(anchor).getLunarDay();
  const before = yearBefore(lunar);
  const beforeDay = dayOf(before.getSolarDay());
  const shift = daysBetween(beforeDay, anchor);
  return {
    from: addDays(from, -shift),
    to: addDays(to, -shift),
    shift,
    anchor: { day: anchor, before: beforeDay, lunar: nameOf(lunar), beforeLunar: nameOf(before) },
  };
}

const [zh, en] = [messages("zh-CN").explore.festivals, messages("en").explore.festivals];
const rests: Record<string, readonly [string, string]> = {
  "New Year's Day": ["元旦", "New Year"],
  "Spring Festival": ["春节", "Spring Festival"],
  "Tomb-sweeping Day": ["清明", "Qingming"],
  "Labour Day": ["劳动节", "Labour Day"],
  "Dragon Boat Festival": ["端午", "Dragon Boat"],
  "Mid-autumn Festival": ["中秋", "Mid-Autumn"],
  "National Day": ["国庆", "National Day"],
};

/** Whose hand the lines are that the libraries knew. */
export const calendarBy = "system:calendar";

/** What the libraries know of these days: lunar festivals, days off by law and the working days that make up for them. The seed of the calendar. */
export function knownDays(from: Day, to: Day): Pick<DayNote, "id" | "day" | "kind" | "text" | "textEn">[] {
  return daysFrom(from, daysBetween(from, to) + 1).flatMap((day) => {
    const line = (kind: DayKind, names: readonly [string, string] | undefined) =>
      names ? [{ id: `dnt_${day.replaceAll("-", "")}${kind[0]}`, day, kind, text: names[0], textEn: names[1] }] : [];
    const named = (days: Record<string, string>) => rests[days[day]?.split(",")[0] ?? ""];
    const festival = `f${festivalOn(day)}` as keyof typeof zh;
    return [
      ...line("festival", zh[festival] ? [zh[festival], en[festival]] : undefined),
      ...line("rest", named(chineseDays.holidays)),
      ...line("work", named(chineseDays.workdays)),
    ];
  });
}
