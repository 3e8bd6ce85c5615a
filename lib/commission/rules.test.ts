import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Fen, fen, least, minus, plus, split } from "../kernel/money";
import { commissionFor, inForce, reversedBy, standingOf } from "./rules";
import type { Rule, RuleContext } from "./schema";

const rule = (scope: Rule["scope"], scopeRef: string | null, rateBp: number, more: Partial<Rule> = {}): Rule => ({
  id: `cmr_${scope}_${scopeRef ?? ""}`,
  version: 1,
  scope,
  scopeRef,
  rateBp,
  effectiveFrom: new Date("2026-01-01T00:00:00Z"),
  effectiveTo: null,
  ...more,
});
const all = [
  rule("default", null, 1000),
  rule("level", "2", 1100),
  rule("category", "cat_leaf", 900),
  rule("product", "prd_tofu", 700),
  rule("campaign", "ssn_today", 500),
];
const context: RuleContext = {
  leaderLevel: 1,
  categoryId: "cat_x",
  productId: "prd_x",
  saleSessionId: "ssn_x",
  offerId: "ofr_1",
  offerBp: null,
};

describe("which rule applies", () => {
  test.each([
    ["the default when nothing narrower fits", {}, "default", 1000],
    ["the level outranks the default", { leaderLevel: 2 }, "level", 1100],
    ["the category outranks the level", { leaderLevel: 2, categoryId: "cat_leaf" }, "category", 900],
    ["the product outranks the category", { categoryId: "cat_leaf", productId: "prd_tofu" }, "product", 700],
    ["the campaign outranks the product", { productId: "prd_tofu", saleSessionId: "ssn_today" }, "campaign", 500],
    ["the offer's own rate outranks every rule", { saleSessionId: "ssn_today", offerBp: 300 }, "offer", 300],
    ["an offer that pays nothing pays nothing", { offerBp: 0 }, "offer", 0],
  ] as const)("%s", (_, narrower, by, bp) => {
    const found = commissionFor(all, { ...context, ...narrower }, fen(10_000));
    expect(found).toMatchObject({ bp, baseFen: 10_000, commissionFen: bp, explain: { by } });
  });

  test("the offer's rate is remembered as the offer's first version", () => {
    expect(commissionFor(all, { ...context, offerBp: 300 }, fen(100))).toMatchObject({ ruleId: "ofr_1", version: 1 });
  });

  test("of two rules of one scope the later one wins, whatever their order", () => {
    const newer = rule("category", "cat_leaf", 950, {
      id: "cmr_newer",
      effectiveFrom: new Date("2026-06-01T00:00:00Z"),
    });
    for (const rules of [
      [newer, ...all],
      [...all, newer],
    ])
      expect(commissionFor(rules, { ...context, categoryId: "cat_leaf" }, fen(100)).ruleId).toBe("cmr_newer");
  });

  test("the explanation names what was outranked, narrowest first", () => {
    const { explain } = commissionFor(all, { ...context, leaderLevel: 2, productId: "prd_tofu" }, fen(100));
    expect(explain.outranked.map((o) => o.scope)).toEqual(["level", "default"]);
  });

  test("without any rule in force nothing is promised", () => {
    expect(() => commissionFor([], context, fen(100))).toThrow("noCommissionRule");
  });
});

describe("versions", () => {
  const v = (version: number, from: string, approvedBy: string | null, to: string | null = null) => ({
    ...rule("default", null, version * 100, {
      version,
      effectiveFrom: new Date(from),
      effectiveTo: to ? new Date(to) : null,
    }),
    approvedBy,
  });
  const at = new Date("2026-11-22T00:00:00Z");

  test("the highest approved version that has begun is in force; a proposal is not", () => {
    const rules = [v(1, "2026-01-01", "b"), v(2, "2026-06-01", "b"), v(3, "2026-07-01", null), v(4, "2027-01-01", "b")];
    expect(inForce(rules, at).map((r) => r.version)).toEqual([2]);
    expect(rules.map((r) => standingOf(r, r.version === 2, at))).toEqual(["past", "inForce", "waiting", "coming"]);
  });

  test("a version that has ended does not bring back the one before", () => {
    expect(inForce([v(1, "2026-01-01", "b"), v(2, "2026-06-01", "b", "2026-09-01")], at)).toEqual([]);
  });
});

describe("the worked example", () => {
  const [first = fen(0), second = fen(0)] = split(fen(300), [2990, 1580]);
  const paid = [minus(fen(2990), first), minus(fen(1580), second)] as [Fen, Fen];

  test("a coupon of ¥3.00 over ¥29.90 and ¥15.80 leaves ¥27.94 and ¥14.76 paid", () => {
    expect([first, second]).toEqual([196, 104]);
    expect(paid).toEqual([2794, 1476]);
    expect(plus(...paid)).toBe(4270);
  });

  test("10 % and 8 % of what was paid are 279 and 118 fen", () => {
    expect(commissionFor([rule("default", null, 1000)], context, paid[0]).commissionFen).toBe(279);
    expect(commissionFor([rule("default", null, 800)], context, paid[1]).commissionFen).toBe(118);
  });

  test("a refund of ¥10.00 takes back 99 fen, the rest takes back the other 180", () => {
    const one = reversedBy(fen(279), fen(1000), paid[0]);
    const two = minus(reversedBy(fen(279), paid[0], paid[0]), one);
    expect([one, two]).toEqual([99, 180]);
  });
});

test("however a line is refunded in parts, exactly its commission is taken back, and never more on the way", () => {
  const amount = fc.integer({ min: 1, max: 1_000_000 });
  fc.assert(
    fc.property(
      amount,
      fc.integer({ min: 0, max: 5_000 }),
      fc.array(fc.integer({ min: 1, max: 400_000 }), { maxLength: 12 }),
      (paid, bp, parts) => {
        const commission = commissionFor([rule("default", null, bp)], context, fen(paid)).commissionFen;
        let refunded = fen(0);
        let reversed = fen(0);
        for (const part of [...parts, paid]) {
          refunded = least(plus(refunded, fen(part)), fen(paid));
          const cumulative = reversedBy(commission, refunded, fen(paid));
          expect(cumulative >= reversed && cumulative <= commission).toBe(true);
          reversed = cumulative;
        }
        expect(reversed).toBe(commission);
      },
    ),
  );
});
