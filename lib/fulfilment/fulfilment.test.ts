import { describe, expect, test } from "vitest";
import { addDays, atClock, day, endOf } from "#lib/kernel/time";
import { completesAt, isLate, readSearch, uncollectedDue, uncollectedOutcome } from "./rules";

const tuesday = day("2026-11-17");

describe("the clock", () => {
  test("fresh goods are over at the midnight that ends the pickup day, dry goods three days later", () => {
    const signedAt = atClock(tuesday, "15:00");
    expect(completesAt({ pickupDay: tuesday, signedAt, completionDays: 0 })).toEqual(endOf(tuesday));
    expect(completesAt({ pickupDay: tuesday, signedAt, completionDays: 3 })).toEqual(endOf(addDays(tuesday, 3)));
  });
  test("goods that came a day late keep their time", () => {
    expect(
      completesAt({ pickupDay: tuesday, signedAt: atClock(addDays(tuesday, 1), "10:00"), completionDays: 0 }),
    ).toEqual(endOf(addDays(tuesday, 1)));
  });
  test("marked fresh goods wait some hours after closing, others some days", () => {
    const terms = { pickupDay: tuesday, closesAt: "21:00", freshHours: 3, dryDays: 3 };
    expect(uncollectedDue({ ...terms, isFresh: true })).toEqual(endOf(tuesday));
    expect(uncollectedDue({ ...terms, isFresh: false })).toEqual(endOf(addDays(tuesday, 3)));
  });
  test("a delivery is late when it came after it was due, or is due and not there", () => {
    const dueAt = atClock(tuesday, "16:00");
    expect(isLate({ dueAt, arrivedAt: null }, atClock(tuesday, "16:01"))).toBe(true);
    expect(isLate({ dueAt, arrivedAt: atClock(tuesday, "15:50") }, atClock(tuesday, "20:00"))).toBe(false);
    expect(isLate({ dueAt, arrivedAt: atClock(tuesday, "16:10") }, atClock(tuesday, "20:00"))).toBe(true);
  });
});

test("the policy names what happens to goods nobody came for", () => {
  expect(uncollectedOutcome({ policy: "writeOff", bearer: "customer" })).toBe("writtenOff");
  expect(uncollectedOutcome({ policy: "writeOff", bearer: "platform" })).toBe("refunded");
  expect(uncollectedOutcome({ policy: "return", bearer: "customer" })).toBe("returned");
});

test.each([
  ["042817", { kind: "code", value: "042817" }],
  ["3307", { kind: "phone", value: "3307" }],
  ["07", { kind: "bag", value: "7" }],
  ["薛", { kind: "name", value: "薛" }],
  ["  ", null],
])("%s is read as %o", (text, wanted) => {
  expect(readSearch(text)).toEqual(wanted);
});
