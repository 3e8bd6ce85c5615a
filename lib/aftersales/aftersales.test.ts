import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { fen } from "#lib/kernel/money";
import { claimAmount, isAutomatic, reportablePieces, whyNot } from "./rules";

const line = {
  delivered: 3,
  returned: 0,
  unclaimed: 0,
  isFresh: true,
  completedAt: new Date("2026-11-17T10:00:00Z"),
  afterSaleUntil: new Date("2026-11-18T10:00:00Z"),
};
const asked = { quantity: 1, reason: "quality" as const, granted: 0, photos: 1, description: "" };
const inTime = new Date("2026-11-18T09:59:59Z");

describe("what may be reported", () => {
  test.each([
    ["within the window", {}, {}, inTime, null],
    ["at its last instant", {}, {}, line.afterSaleUntil, null],
    ["after it", {}, {}, new Date("2026-11-18T10:00:01Z"), "afterSaleClosed"],
    [
      "before the line is over, whenever",
      { completedAt: null, afterSaleUntil: null },
      {},
      new Date("2027-01-01T00:00:00Z"),
      null,
    ],
    ["goods that did not come", { delivered: 0 }, {}, inTime, "notDelivered"],
    ["more pieces than were handed over", {}, { quantity: 4 }, inTime, "quantityExceeded"],
    ["pieces that were refunded already", {}, { quantity: 1, granted: 3 }, inTime, "quantityExceeded"],
    ["pieces written off uncollected", { unclaimed: 3 }, {}, inTime, "quantityExceeded"],
    ["bad quality without a photo", {}, { photos: 0 }, inTime, "photoRequired"],
    ["what is missing cannot be photographed", {}, { reason: "missing" as const, photos: 0 }, inTime, null],
    ["fresh goods without a reason", {}, { reason: "noReason" as const }, inTime, "noReasonFresh"],
    ["dry goods without a reason", { isFresh: false }, { reason: "noReason" as const, photos: 0 }, inTime, null],
    ["the wrong thing without a word", {}, { reason: "wrong" as const }, inTime, "descriptionRequired"],
  ])("%s", (_, on, e, at, wanted) => {
    expect(whyNot({ ...line, ...on }, { ...asked, ...e }, at)).toBe(wanted);
  });
  test("pieces are never counted below zero", () => {
    expect(reportablePieces(line, 9)).toBe(0);
  });
});

describe("what is granted without a person", () => {
  test.each([
    [{ requestedFen: 2000, autoFen: 2000, automaticBefore: 2, cap: 3 }, true],
    [{ requestedFen: 2001, autoFen: 2000, automaticBefore: 0, cap: 3 }, false],
    [{ requestedFen: 500, autoFen: 2000, automaticBefore: 3, cap: 3 }, false],
    [{ requestedFen: 1, autoFen: 0, automaticBefore: 0, cap: 3 }, false],
  ])("%o: %s", (e, wanted) => {
    expect(isAutomatic(e)).toBe(wanted);
  });
});

test.prop([
  fc.integer({ min: 1, max: 100_000 }),
  fc.integer({ min: 1, max: 50 }),
  fc.integer({ min: 1, max: 100_000 }),
  fc.integer({ min: 0, max: 100_000 }),
])("the responsible party never owes more than the goods cost", (price, quantity, requested, part) => {
  const granted = Math.min(part, requested);
  const owed = claimAmount({
    supplyPriceFen: fen(price),
    quantity,
    grantedFen: fen(granted),
    requestedFen: fen(requested),
  });
  expect(owed).toBeLessThanOrEqual(price * quantity);
  if (granted === requested) expect(owed).toBe(price * quantity);
});
