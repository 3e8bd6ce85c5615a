import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { fen } from "../kernel/money";
import { allows } from "../kernel/states";
import {
  identityKey,
  listingProblems,
  marginOf,
  priceProblems,
  productStates,
  productTable,
  suggestedSale,
} from "./rules";

describe("a product is name, specification and unit", () => {
  test("the same words in full width, other case or with stray spaces are the same product", () => {
    expect(identityKey("胡萝卜（洗）", "500G", "袋")).toBe(identityKey(" 胡萝卜(洗) ", "500g", "袋"));
    expect(identityKey("\ufeff\ufeff木耳菜", "普通", "斤")).toBe(identityKey("木耳菜", "普通", "斤"));
  });
  test("another specification or unit is another product", () => {
    const one = identityKey("黄瓜", "普通", "斤");
    expect(identityKey("黄瓜", "特菜", "斤")).not.toBe(one);
    expect(identityKey("黄瓜", "普通", "箱")).not.toBe(one);
  });
});

describe("the life of a product", () => {
  test("what is not reviewed cannot become approved, and an archived one is reviewed anew", () => {
    const allowed = productStates.flatMap((s) =>
      (["submit", "approve", "return", "archive", "restore"] as const)
        .filter((e) => allows(productTable, s, e))
        .map((e) => `${s} ${e}`),
    );
    expect(allowed).toEqual([
      "draft submit",
      "draft archive",
      "submitted approve",
      "submitted return",
      "submitted archive",
      "returned submit",
      "returned archive",
      "approved archive",
      "archived restore",
    ]);
  });
  test("only an approved, priced product of an active supplier with valid papers can be listed", () => {
    const good = {
      productState: "approved" as const,
      salePriceFen: fen(299),
      supplyFen: fen(200),
      supplierState: "active" as const,
      lapsed: [],
    };
    expect(listingProblems(good)).toEqual([]);
    expect(listingProblems({ ...good, productState: "submitted" })).toEqual(["notApproved"]);
    expect(listingProblems({ ...good, salePriceFen: null })).toEqual(["notPriced"]);
    expect(listingProblems({ ...good, supplierState: "suspended" })).toEqual(["supplierSuspended"]);
    expect(listingProblems({ ...good, lapsed: ["foodLicence"] })).toEqual(["paperLapsed"]);
  });
});

describe("prices", () => {
  const price = { supplyFen: fen(200), saleFen: fen(299), commissionBp: 1000, msrpFen: null, belowCost: null };
  test("a price above cost with a sane commission stands", () => {
    expect(priceProblems(price)).toEqual([]);
  });
  test("a sale under cost needs one of the lawful reasons", () => {
    expect(priceProblems({ ...price, saleFen: fen(199) })).toEqual([{ field: "belowCost", code: "belowCost" }]);
    expect(priceProblems({ ...price, saleFen: fen(199), belowCost: "freshClearance" })).toEqual([]);
  });
  test("no sale price, a commission of half the price, a recommended price below the price are refused", () => {
    expect(priceProblems({ ...price, saleFen: null })).toEqual([{ field: "salePriceFen", code: "required" }]);
    expect(priceProblems({ ...price, commissionBp: 5000 })).toEqual([
      { field: "commissionBp", code: "commissionTooHigh" },
    ]);
    expect(priceProblems({ ...price, msrpFen: fen(250) })).toEqual([{ field: "msrpFen", code: "msrpLow" }]);
  });
  test("the margin is what is left after supply and commission", () => {
    expect(marginOf({ supplyFen: fen(200), saleFen: fen(299), commissionBp: 1000 })).toEqual({
      marginFen: 70,
      commissionFen: 29,
      marginBp: 2341,
    });
  });
  property.prop([fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 0, max: 20_000 })])(
    "a suggested price covers cost and markup and ends in 9",
    (supply, markup) => {
      const sale = suggestedSale(fen(supply), markup);
      expect(sale % 10).toBe(9);
      expect(sale).toBeGreaterThanOrEqual(Math.ceil((supply * (10_000 + markup)) / 10_000));
      expect(sale - Math.ceil((supply * (10_000 + markup)) / 10_000)).toBeLessThan(10);
    },
  );
});
