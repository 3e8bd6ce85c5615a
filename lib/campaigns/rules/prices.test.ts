import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fen } from "../../kernel/money";
import { day, dayOf, daysBetween } from "../../kernel/time";
import type { Evidence } from "../schema/prices";
import { cappedStrike, capsUntil, evidenceWindow, strikeThrough, turningSteps } from "./prices";

const paid = (lowest: number, kind: Evidence["kind"] = "lowest7d"): Evidence => ({
  lowestFen: fen(lowest),
  day: day("2026-11-19"),
  kind,
});

describe("a struck-through price", () => {
  test.each([
    [
      "is the lowest price of seven days",
      400,
      paid(500),
      900,
      { listPriceFen: 500, basis: "lowest7d", day: "2026-11-19" },
    ],
    [
      "is the last price before them when there was none",
      400,
      paid(500, "lastBefore"),
      900,
      { listPriceFen: 500, basis: "lastBefore", day: "2026-11-19" },
    ],
    ["is none when the price is no fall, suggested price or not", 500, paid(500), 900, null],
    [
      "may be the labelled suggested price for goods without a past",
      500,
      null,
      900,
      { listPriceFen: 900, basis: "msrp", day: null },
    ],
    ["is no suggested price below ours", 500, null, 500, null],
    ["is none without evidence", 500, null, null, null],
  ])("%s", (_, price, evidence, msrp, expected) => {
    expect(strikeThrough(fen(price), evidence, msrp === null ? null : fen(msrp))).toEqual(expected);
  });

  const amount = fc.integer({ min: 1, max: 99_999 }).map(fen);
  test("never lies above what people really paid, and always above the price", () => {
    fc.assert(
      fc.property(amount, amount, fc.option(amount), fc.boolean(), (price, lowest, msrp, recent) => {
        const strike = strikeThrough(price, paid(lowest, recent ? "lowest7d" : "lastBefore"), msrp);
        expect(strike === null ? lowest <= price : strike.listPriceFen === lowest && lowest > price).toBe(true);
      }),
    );
  });

  test("under a later, lower price is that price, or nothing", () => {
    fc.assert(
      fc.property(amount, amount, amount, (price, strike, cap) => {
        const left = cappedStrike(price, strike, cap);
        expect(left === null ? Math.min(strike, cap) <= price : left === Math.min(strike, cap) && left > price).toBe(
          true,
        );
      }),
    );
  });
});

describe("the seven days before", () => {
  test.each([
    ["just after midnight in Shanghai", "2026-11-22T16:00:00Z", "2026-11-16", "2026-11-23"],
    ["just before midnight in Shanghai", "2026-11-22T15:59:59.999Z", "2026-11-15", "2026-11-22"],
    ["over a month's end", "2026-11-30T16:30:00Z", "2026-11-24", "2026-12-01"],
  ])("are whole days of Shanghai: %s", (_, startsAt, from, to) => {
    expect(evidenceWindow(new Date(startsAt))).toEqual({ from, to });
  });

  test("a transaction caps exactly the promotions in whose window it lies", () => {
    const instant = fc.date({
      min: new Date("2026-01-01T00:00:00Z"),
      max: new Date("2027-01-01T00:00:00Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instant, instant, (paidAt, startsAt) => {
        const { from, to } = evidenceWindow(startsAt);
        const on = dayOf(paidAt);
        const start = dayOf(startsAt);
        expect(on >= from && on <= to).toBe(start >= on && start <= capsUntil(on));
        expect(daysBetween(from, to)).toBe(7);
      }),
    );
  });
});

describe("a price's history", () => {
  const step = (
    toFen: number,
    fromFen: number | null = null,
    layer: "session" | "flash" = "session",
    cityId = "a",
  ) => ({
    ...{ cityId, layer, toFen: fen(toFen) },
    fromFen: fromFen === null ? null : fen(fromFen),
  });

  test("shows what changed the price, not the day's publishing at the same one", () => {
    const [day1, day2, flash, raise, day4, back] = [
      step(500),
      step(500),
      step(390, null, "flash"),
      step(550, 500),
      step(550),
      step(500),
    ];
    expect(turningSteps([back, day4, raise, flash, day2, day1])).toEqual([back, raise, flash, day1]);
    expect(turningSteps([step(500, null, "session", "b"), day1])).toHaveLength(2);
  });
});
