import "server-only";
import chineseDays from "chinese-days/dist/chinese-days.json";
import { LunarDay, LunarMonth, SolarDay } from "tyme4ts";
import { addDays, type Day, daysBetween, daysFrom } from "#lib/kernel/time";
import type { Annotation, Compared, LunarName } from "../schema/explore";

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

const restKeys: Record<string, string> = {
  "New Year's Day": "newYear",
  "Spring Festival": "spring",
  "Tomb-sweeping Day": "qingming",
  "Labour Day": "labour",
  "Dragon Boat Festival": "dragonBoat",
  "Mid-autumn Festival": "midAutumn",
  "National Day": "national",
};

/** Lunar festivals, days off by law and the working days that make up for them. */
export function calendarOf(from: Day, to: Day): Annotation[] {
  return daysFrom(from, daysBetween(from, to) + 1).flatMap((day): Annotation[] => {
    const festival = festivalOn(day);
    const named = (days: Record<string, string>) => restKeys[days[day]?.split(",")[0] ?? ""];
    const [rest, work] = [named(chineseDays.holidays), named(chineseDays.workdays)];
    return [
      ...(festival === null ? [] : [{ day, kind: "festival" as const, id: `${day}f`, key: `f${festival}`, text: "" }]),
      ...(rest ? [{ day, kind: "rest" as const, id: `${day}r`, key: rest, text: "" }] : []),
      ...(work ? [{ day, kind: "work" as const, id: `${day}w`, key: work, text: "" }] : []),
    ];
  });
}
