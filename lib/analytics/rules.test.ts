import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Fen, fen } from "../kernel/money";
import { atClock, day, daysBetween } from "../kernel/time";
import { curveOf, districtsOf, forecast, longestDays, markOf, rangeOf, shortAtPace, slots } from "./rules";
import type { TodayPoint } from "./schema";

const sunday = day("2026-11-22");
const at = (clock: string) => atClock(sunday, clock);
const yuan = (n: number): Fen => fen(n * 100);

describe("a period", () => {
  it.each([
    ["today", "2026-11-22", "2026-11-22"],
    ["d7", "2026-11-16", "2026-11-22"],
    ["d30", "2026-10-24", "2026-11-22"],
    ["month", "2026-11-01", "2026-11-22"],
  ] as const)("named %s runs from %s to %s", (period, from, to) => {
    expect(rangeOf(period, sunday, {})).toEqual({ from, to });
  });

  it("given backwards is put in order, and is never longer than a year", () => {
    expect(rangeOf("custom", sunday, { from: day("2026-11-20"), to: day("2026-11-10") })).toEqual({
      from: "2026-11-10",
      to: "2026-11-20",
    });
    const long = rangeOf("custom", sunday, { from: day("2020-01-01"), to: sunday });
    expect(daysBetween(long.from, long.to) + 1).toBe(longestDays);
  });
});

describe("the forecast of the day", () => {
  const week = (early: number, whole: number) => ({ earlyFen: yuan(early), wholeFen: yuan(whole) });

  it("divides today by the share of the day reached in past weeks", () => {
    expect(forecast(yuan(100), [week(50, 100), week(40, 100)])).toEqual({
      lowFen: 20000,
      highFen: 25000,
      weeks: 2,
    });
  });

  it("keeps still with one week, at the day's beginning, and before the first sale", () => {
    expect(forecast(yuan(100), [week(50, 100)])).toBeNull();
    expect(forecast(yuan(1), [week(5, 100), week(6, 100)])).toBeNull();
    expect(forecast(yuan(0), [week(50, 100), week(40, 100)])).toBeNull();
  });

  it("never falls under what is already sold", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e7 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 1e7 }), fc.integer({ min: 0, max: 1e7 })), { maxLength: 4 }),
        (now, weeks) => {
          const f = forecast(
            fen(now),
            weeks.map(([a, b]) => ({ earlyFen: fen(Math.min(a, b)), wholeFen: fen(b) })),
          );
          if (f) expect(f.lowFen).toBeGreaterThanOrEqual(now);
          if (f) expect(f.highFen).toBeGreaterThanOrEqual(f.lowFen);
        },
      ),
    );
  });
});

describe("the curve of a day", () => {
  it("adds up from midnight and stops at the half hour now running", () => {
    const c = curveOf(
      new Map([
        [0, 5],
        [3, 2],
      ]),
      new Map([
        [1, 4],
        [47, 1],
      ]),
      3,
    );
    expect(c.points).toEqual([5, 5, 5, 7]);
    expect(c.previous).toHaveLength(slots);
    expect(c.previous.at(-1)).toBe(5);
  });
});

describe("a pickup point", () => {
  const point = { lateMinutes: 0, arrivedAt: at("15:30"), closesAt: at("21:00"), orders: 10, waiting: 3 };

  it("needs somebody when more than a fifth has not come two hours before it closes", () => {
    expect(markOf(point, at("18:59"))).toBe("normal");
    expect(markOf(point, at("19:00"))).toBe("failed");
    expect(markOf({ ...point, waiting: 2 }, at("20:59"))).toBe("normal");
  });

  it("is late when its goods came after it opened", () => {
    expect(markOf({ ...point, lateMinutes: 12 }, at("17:00"))).toBe("attention");
  });

  it("counts into its district", () => {
    const of = (district: string, lateMinutes: number, orders: number, picked: number): TodayPoint => ({
      ...point,
      id: `${district}${lateMinutes}`,
      name: district,
      district,
      lat: 0,
      lng: 0,
      mark: "normal",
      dueAt: null,
      deliveryIds: [],
      remindIds: [],
      lateMinutes,
      orders,
      picked,
      waiting: orders - picked,
    });
    expect(districtsOf([of("西", 0, 4, 1), of("东", 5, 10, 8), of("东", 0, 10, 8)])).toEqual([
      { id: "东", points: 2, late: 1, orders: 20, waiting: 4, picked: 16, pickedBp: 8000 },
      { id: "西", points: 1, late: 0, orders: 4, waiting: 3, picked: 1, pickedBp: 2500 },
    ]);
  });
});

describe("goods that will run out", () => {
  const offer = { quota: 100, opensAt: at("08:00"), cutoffAt: at("23:00") };
  it("are found by the pace since opening", () => {
    expect(shortAtPace({ ...offer, sold: 80 }, at("15:30"))).toBe(60);
  });
  it("are not guessed in the first fifth of the sale nor with plenty left", () => {
    expect(shortAtPace({ ...offer, sold: 90 }, at("09:00"))).toBe(0);
    expect(shortAtPace({ ...offer, sold: 59 }, at("12:00"))).toBe(0);
  });
});
