import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, type Day, day, daysBetween, weekday } from "../kernel/time";
import { knownDays, lunarCompared } from "./queries/calendar";
import { comparedTo } from "./rules/explore";

const someDay = fc.integer({ min: 0, max: 3000 }).map((n) => addDays(day("2020-01-01"), n));

describe("the same lunar day last year", () => {
  it.each([
    ["Spring Festival", "2026-02-17", "2025-01-29", "f0"],
    ["Mid-Autumn", "2026-09-25", "2025-10-06", "f8"],
    ["New Year's Eve of a month of 29 days", "2026-02-16", "2025-01-28", "f12"],
    ["New Year's Eve after a month of 30 days", "2025-01-28", "2024-02-09", "f12"],
    ["Dragon Boat", "2025-05-31", "2024-06-10", "f5"],
    ["an ordinary day", "2026-11-22", "2025-12-03", null],
    ["a day of a leap month is held against its month", "2025-07-26", "2024-07-07", null],
    ["a thirtieth that was missing against the twenty-ninth", "2026-03-18", "2025-02-27", null],
  ] as const)("of %s, %s, is %s", (_, now, before, festival) => {
    const c = lunarCompared(day(now), day(now));
    expect(c).toMatchObject({ from: before, to: before, anchor: { day: now, before } });
    expect(c.anchor?.lunar.festival).toBe(festival);
  });

  it("moves a whole week by its festival", () => {
    const c = lunarCompared(day("2026-02-14"), day("2026-02-20"));
    expect(c).toMatchObject({ from: "2025-01-26", to: "2025-02-01", shift: 384 });
    expect(c.anchor).toMatchObject({ day: "2026-02-17", before: "2025-01-29" });
  });

  it("keeps the period's length and lies 350 to 385 days back", () => {
    fc.assert(
      fc.property(someDay, fc.integer({ min: 0, max: 60 }), (from, length) => {
        const to = addDays(from, length);
        const c = lunarCompared(from, to);
        expect(daysBetween(c.from, c.to)).toBe(length);
        expect(c.shift).toBeGreaterThanOrEqual(350);
        expect(c.shift).toBeLessThanOrEqual(386);
      }),
    );
  });
});

describe("the same weekdays", () => {
  it("fall on the same weekday, before the period and without overlap", () => {
    fc.assert(
      fc.property(someDay, fc.integer({ min: 0, max: 60 }), (from, length) => {
        const to = addDays(from, length);
        const c = comparedTo(from, to, "weekday");
        expect(weekday(c.from)).toBe(weekday(from));
        expect(daysBetween(c.from, c.to)).toBe(length);
        expect(c.to < from).toBe(true);
        expect(c.shift - length).toBeLessThanOrEqual(7);
      }),
    );
  });

  it.each([
    ["weekday", "2026-11-22", "2026-11-22", "2026-11-15"],
    ["weekday", "2026-11-16", "2026-11-22", "2026-11-09"],
    ["weekday", "2026-11-20", "2026-11-22", "2026-11-13"],
    ["previous", "2026-11-20", "2026-11-22", "2026-11-17"],
  ] as const)("by %s of %s to %s begin on %s", (compare, from, to, before) => {
    expect(comparedTo(day(from), day(to), compare).from).toBe(before);
  });
});

describe("what the libraries know", () => {
  const kinds = (from: string, to: string) =>
    knownDays(from as Day, to as Day).map((a) => `${a.day} ${a.kind} ${a.text}`);
  it("names festivals, days off and the working days that make up for them", () => {
    expect(kinds("2026-02-14", "2026-02-17")).toEqual([
      "2026-02-14 work 春节",
      "2026-02-15 rest 春节",
      "2026-02-16 festival 除夕",
      "2026-02-16 rest 春节",
      "2026-02-17 festival 春节",
      "2026-02-17 rest 春节",
    ]);
    expect(kinds("2026-09-25", "2026-09-25")).toEqual(["2026-09-25 festival 中秋节", "2026-09-25 rest 中秋"]);
    expect(kinds("2026-11-16", "2026-11-17")).toEqual([]);
  });
});
