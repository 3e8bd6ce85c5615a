import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { atClock, day } from "#lib/kernel/time";
import { casesFor, closing, isLate, unloadWindow } from "./rules";

describe("whole cases", () => {
  test.each([
    [
      { needed: 25, remainder: 0, casePack: 10 },
      { fromRemainder: 0, cases: 3, pieces: 30, left: 5 },
    ],
    [
      { needed: 25, remainder: 5, casePack: 10 },
      { fromRemainder: 5, cases: 2, pieces: 20, left: 0 },
    ],
    [
      { needed: 4, remainder: 9, casePack: 10 },
      { fromRemainder: 4, cases: 0, pieces: 0, left: 0 },
    ],
    [
      { needed: 7, remainder: 0, casePack: 1 },
      { fromRemainder: 0, cases: 7, pieces: 7, left: 0 },
    ],
  ])("%o buys %o", (given, wanted) => {
    expect(casesFor(given)).toEqual(wanted);
  });

  test.prop([fc.nat(10_000), fc.nat(500), fc.integer({ min: 1, max: 120 })])(
    "what is there always covers the need, by less than a case too much",
    (needed, remainder, casePack) => {
      const plan = casesFor({ needed, remainder, casePack });
      expect(plan.fromRemainder + plan.pieces).toBeGreaterThanOrEqual(needed);
      expect(plan.left).toBeLessThan(casePack);
      expect(plan.fromRemainder).toBeLessThanOrEqual(remainder);
      expect(plan.pieces).toBe(plan.cases * casePack);
    },
  );

  test.prop([fc.nat(10_000), fc.nat(10_000), fc.nat(500)])(
    "pieces are either missing or left over, never both",
    (wanted, accepted, fromRemainder) => {
      const { missing, left } = closing({ wanted, accepted, fromRemainder });
      expect(missing === 0 || left === 0).toBe(true);
      expect(accepted + fromRemainder + missing - left).toBe(wanted);
    },
  );
});

describe("unloading", () => {
  const pickup = day("2026-11-17");
  test("a window after midnight lies on the pickup day", () => {
    expect(unloadWindow(pickup, "01:00", "04:00")).toEqual({
      from: atClock(pickup, "01:00"),
      to: atClock(pickup, "04:00"),
    });
  });
  test("a window across midnight begins on the evening before", () => {
    expect(unloadWindow(pickup, "22:00", "02:00")).toEqual({
      from: atClock(day("2026-11-16"), "22:00"),
      to: atClock(pickup, "02:00"),
    });
  });
  test("a supplier is late when the window has passed and goods are missing", () => {
    const order = { unloadToAt: atClock(pickup, "04:00") };
    expect(isLate({ ...order, state: "accepted" }, atClock(pickup, "04:00"))).toBe(true);
    expect(isLate({ ...order, state: "accepted" }, atClock(pickup, "03:59"))).toBe(false);
    expect(isLate({ ...order, state: "received" }, atClock(pickup, "12:00"))).toBe(false);
  });
});
