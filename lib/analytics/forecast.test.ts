import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addDays, day, weekday } from "../kernel/time";
import { errorOf, forecastWeeks, sameWeekdays, unitsOf } from "./rules/forecast";

const monday = day("2026-11-23");

describe("the forecast of units", () => {
  test("looks at the same weekday of past weeks, never at a day that is not over", () => {
    expect(sameWeekdays(monday, monday).slice(0, 2)).toEqual(["2026-11-16", "2026-11-09"]);
    expect(sameWeekdays(addDays(monday, 21), monday)[0]).toBe("2026-11-16");
    expect(sameWeekdays(addDays(monday, 20), monday)[0]).toBe("2026-11-22");
    expect(sameWeekdays(addDays(monday, -14), monday)[0]).toBe("2026-11-02");
    fc.assert(
      fc.property(fc.integer({ min: -60, max: 60 }), (n) => {
        const d = addDays(monday, n);
        for (const past of sameWeekdays(d, monday)) {
          expect(weekday(past)).toBe(weekday(d));
          expect(past < monday && past < d).toBe(true);
        }
      }),
    );
  });

  test.each([
    [
      "the middle of four weeks, from the fewest to the most",
      [40, 10, 30, 20],
      { units: 25, low: 10, high: 40, weeks: 4 },
    ],
    ["one wild day does not move it", [20, 900, 22, 21], { units: 22, low: 20, high: 900, weeks: 4 }],
    [
      "days without the goods are skipped, not taken for zero",
      [null, 8, null, 12],
      { units: 10, low: 8, high: 12, weeks: 2 },
    ],
    ["a day on sale that sold nothing is a zero", [0, 0, 6], { units: 0, low: 0, high: 6, weeks: 3 }],
    ["only the last four weeks count", [1, 1, 1, 1, 500, 500], { units: 1, low: 1, high: 1, weeks: 4 }],
    ["one week is too little to say anything", [12, null, null], null],
    ["nothing known, nothing said", [], null],
  ])("%s", (_, past, expected) => {
    expect(unitsOf(past)).toEqual(expected);
  });

  test("its error is what the method missed by, of what was sold, on days it could be tried on", () => {
    // 12 foretold from [8, 16]: real 10; 12 cannot be foretold for the second: one week is left
    expect(errorOf([[10, 8, 16]])).toEqual({ errorBp: 2000, testedDays: 1 });
    expect(errorOf([[10, 10, 10, 10, 10, 10]])).toEqual({ errorBp: 0, testedDays: 4 });
    expect(errorOf([[5, 5]])).toEqual({ errorBp: null, testedDays: 0 });
  });

  test("lies between the fewest and the most, whatever the order of the weeks", () => {
    const weeks = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 2, maxLength: forecastWeeks });
    fc.assert(
      fc.property(weeks, (past) => {
        const f = unitsOf(past);
        expect(f && f.low <= f.units && f.units <= f.high).toBe(true);
        expect(unitsOf([...past].reverse())).toEqual(f);
      }),
    );
  });
});
