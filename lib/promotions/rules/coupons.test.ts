import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Fen, fen, sum } from "../../kernel/money";
import type { CouponLine, OwnCoupon } from "../schema/coupons";
import {
  applied,
  assign,
  best,
  needsSecond,
  offByLine,
  offOf,
  sharesReversed,
  templateTable,
  validity,
  whyNot,
} from "./coupons";

const at = new Date("2026-11-22T02:00:00Z");
const coupon = (e: Partial<OwnCoupon> & { id?: string }): OwnCoupon => ({
  id: "cpn_a",
  residentId: "res_1",
  templateId: `cpt_${e.id ?? "a"}`,
  name: "满减",
  kind: "amount",
  amountFen: fen(500),
  percentBp: null,
  maxOffFen: null,
  thresholdFen: fen(0),
  cityIds: [],
  categoryIds: [],
  productIds: [],
  newCustomers: false,
  stacks: false,
  templateState: "active",
  state: "open",
  startsAt: new Date("2026-11-20T00:00:00Z"),
  expiresAt: new Date("2026-11-30T00:00:00Z"),
  funder: "platform",
  funderId: null,
  budgetLeftFen: null,
  orderId: null,
  grantedAt: new Date("2026-11-20T00:00:00Z"),
  ...e,
});
const line = (offerId: string, goodsFen: number, categoryId = "cat_veg"): CouponLine => ({
  offerId,
  productId: `prd_${offerId}`,
  categoryId,
  supplierId: "sup_1",
  goodsFen: fen(goodsFen),
});
const basket = (lines: CouponLine[]) => ({ at, cityId: "rgn_1", isNewCustomer: false, leaderId: "ldr_1", lines });

describe("whether a coupon may be used", () => {
  const lines = [line("a", 3000), line("b", 1500, "cat_fruit")];
  test.each<[string, Partial<OwnCoupon>, string | null]>([
    ["open, in time, for everything", {}, null],
    ["used already", { state: "used" }, "couponGone"],
    ["over at the very instant it expires", { expiresAt: at }, "couponExpired"],
    ["not begun", { startsAt: new Date(at.getTime() + 1) }, "couponNotYet"],
    ["paused by its makers", { templateState: "paused" }, "couponPaused"],
    ["ended for claiming still works for whoever has it", { templateState: "ended" }, null],
    ["for another city", { cityIds: ["rgn_2"] }, "couponCity"],
    ["for new customers", { newCustomers: true }, "couponNewCustomers"],
    ["a leader's, on another leader's order", { funder: "leader", funderId: "ldr_2" }, "couponLeader"],
    ["a supplier's, without its goods", { funder: "supplier", funderId: "sup_2" }, "couponGoods"],
    ["for goods not in the basket", { categoryIds: ["cat_meat"] }, "couponGoods"],
    [
      "under the threshold by what is eligible",
      { categoryIds: ["cat_fruit"], thresholdFen: fen(2000) },
      "couponThreshold",
    ],
    ["at the threshold", { thresholdFen: fen(4500) }, null],
  ])("%s", (_, e, code) => {
    expect(whyNot(coupon(e), basket(lines))?.code ?? null).toBe(code);
  });

  test("what is missing to the threshold is told in fen", () => {
    expect(whyNot(coupon({ thresholdFen: fen(5000) }), basket(lines))?.facts).toMatchObject({
      missingFen: 500,
      missing: "¥5.00",
    });
  });
});

describe("what a coupon takes off", () => {
  test("a coupon of ¥3.00 over ¥29.90 and ¥15.80 leaves ¥27.94 and ¥14.76", () => {
    const [use] = applied([coupon({ amountFen: fen(300) })], [line("a", 2990), line("b", 1580)]);
    expect(use?.shares).toEqual([
      { offerId: "a", amountFen: 196 },
      { offerId: "b", amountFen: 104 },
    ]);
  });

  test("a percentage stops at its cap, and only its goods pay for it", () => {
    const c = coupon({
      kind: "percent",
      amountFen: null,
      percentBp: 2000,
      maxOffFen: fen(500),
      categoryIds: ["cat_veg"],
    });
    expect(applied([c], [line("a", 2000), line("b", 9000, "cat_fruit")])[0]?.amountFen).toBe(400);
    expect(applied([c], [line("a", 9000), line("b", 9000, "cat_fruit")])[0]?.amountFen).toBe(500);
  });

  test("one that does not stack goes first, then amounts, then percentages of what is left", () => {
    const uses = applied(
      [
        coupon({ id: "p", kind: "percent", amountFen: null, percentBp: 1000, maxOffFen: fen(9999), stacks: true }),
        coupon({ id: "a", amountFen: fen(1000), stacks: true }),
        coupon({ id: "n", amountFen: fen(2000) }),
      ],
      [line("a", 10_000)],
    );
    expect(uses.map((u) => [u.couponId, u.amountFen])).toEqual([
      ["n", 2000],
      ["a", 1000],
      ["p", 700],
    ]);
  });

  test("of two that do not stack only the better is taken, and never more than three in all", () => {
    const lines = [line("a", 20_000)];
    const two = best([coupon({ id: "x", amountFen: fen(300) }), coupon({ id: "y", amountFen: fen(800) })], lines);
    expect(two.map((u) => u.couponId)).toEqual(["y"]);
    const many = Array.from({ length: 6 }, (_, i) => coupon({ id: `s${i}`, amountFen: fen(100 + i), stacks: true }));
    expect(
      best(many, lines)
        .map((u) => u.couponId)
        .sort(),
    ).toEqual(["s3", "s4", "s5"]);
  });

  test("a template's budget is not overdrawn by two of its coupons in one order", () => {
    const two = ["x", "y"].map((id) =>
      coupon({ id, templateId: "cpt_1", stacks: true, amountFen: fen(600), budgetLeftFen: fen(1000) }),
    );
    expect(best(two, [line("a", 9000)])).toHaveLength(1);
  });

  test("the platform's own share is told apart: the leader's commission counts it", () => {
    const uses = applied(
      [
        coupon({ id: "x", amountFen: fen(300) }),
        coupon({ id: "y", amountFen: fen(200), stacks: true, funder: "supplier", funderId: "sup_1" }),
      ],
      [line("a", 5000)],
    );
    expect(offByLine(uses).get("a")).toEqual({ offFen: 500, platformFen: 300 });
  });
});

describe("over several orders of a basket", () => {
  test("a coupon is used once, on the order where it gives most; who is left out is told why", () => {
    const c = coupon({ kind: "percent", amountFen: null, percentBp: 1000, maxOffFen: fen(9999) });
    const late = coupon({ id: "late", thresholdFen: fen(99_999) });
    const { uses, unusable } = assign(
      [c, late],
      [
        { key: "small", ...basket([line("a", 1000)]) },
        { key: "big", ...basket([line("b", 8000)]) },
      ],
    );
    expect([...uses.keys()]).toEqual(["big"]);
    expect(unusable.map((u) => [u.coupon.id, u.reason.code, u.reason.facts.missingFen])).toEqual([
      ["late", "couponThreshold", 91_999],
    ]);
  });
});

const anyCoupon = (i: number) =>
  fc
    .record({
      kind: fc.constantFrom("amount" as const, "percent" as const),
      amount: fc.integer({ min: 1, max: 5000 }),
      bp: fc.integer({ min: 1, max: 9999 }),
      cap: fc.integer({ min: 1, max: 5000 }),
      stacks: fc.boolean(),
      category: fc.constantFrom(null, "cat_veg", "cat_fruit"),
    })
    .map((r) =>
      coupon({
        id: `cpn_${i}`,
        templateId: `cpt_${i}`,
        kind: r.kind,
        amountFen: r.kind === "amount" ? fen(r.amount) : null,
        percentBp: r.kind === "percent" ? r.bp : null,
        maxOffFen: r.kind === "percent" ? fen(r.cap) : null,
        stacks: r.stacks,
        categoryIds: r.category ? [r.category] : [],
      }),
    );
const coupons = fc
  .integer({ min: 0, max: 5 })
  .chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => anyCoupon(i))));
const lines = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 4000 }), fc.constantFrom("cat_veg", "cat_fruit")), {
    minLength: 1,
    maxLength: 6,
  })
  .map((given) => given.map(([goods, category], i) => line(`ofr_${i}`, goods, category)));

describe("for any coupons and any goods", () => {
  test("shares add up, nobody pays less than one fen a line, and the stacking rules hold", () => {
    fc.assert(
      fc.property(coupons, lines, (cs, ls) => {
        const uses = best(cs, ls);
        for (const u of uses) expect(sum(u.shares.map((s) => s.amountFen))).toBe(u.amountFen);
        const off = offByLine(uses);
        for (const l of ls) expect(l.goodsFen - (off.get(l.offerId)?.offFen ?? 0)).toBeGreaterThanOrEqual(1);
        expect(sum([...off.values()].map((o) => o.offFen))).toBe(offOf(uses));
        expect(uses.length).toBeLessThanOrEqual(3);
        const single = new Map(cs.map((c) => [c.id, c]));
        expect(uses.filter((u) => !single.get(u.couponId)?.stacks).length).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("neither the order of lines nor of coupons changes anything", () => {
    fc.assert(
      fc.property(coupons, lines, (cs, ls) => {
        const plain = applied(cs, ls);
        expect(applied([...cs].reverse(), [...ls].reverse())).toEqual(plain);
        expect(offOf(best([...cs].reverse(), [...ls].reverse()))).toBe(offOf(best(cs, ls)));
      }),
    );
  });

  test("more goods never take less off: one coupon, one line dearer", () => {
    fc.assert(
      fc.property(anyCoupon(0), lines, fc.nat(), fc.integer({ min: 1, max: 3000 }), (c, ls, which, more) => {
        const i = which % ls.length;
        const dearer = ls.map((l, n) => (n === i ? { ...l, goodsFen: fen(l.goodsFen + more) } : l));
        expect(offOf(applied([c], dearer))).toBeGreaterThanOrEqual(offOf(applied([c], ls)));
      }),
    );
  });

  test("another coupon in the purse never makes the basket dearer", () => {
    fc.assert(
      fc.property(coupons, lines, (cs, ls) => {
        expect(offOf(best(cs, ls))).toBeGreaterThanOrEqual(offOf(best(cs.slice(1), ls)));
      }),
    );
  });

  test("a line given back in any parts reverses each coupon's share exactly, never backwards", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9999 }),
        fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 3 }),
        fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 12 }),
        (paid, amounts, parts) => {
          const shares = amounts.map((a) => ({ amountFen: fen(a) }));
          let refunded = 0;
          let before: Fen[] = shares.map(() => fen(0));
          for (const part of [...parts, paid]) {
            refunded = Math.min(paid, refunded + part);
            const after = sharesReversed(shares, fen(refunded), fen(paid));
            for (const [i, a] of after.entries()) expect(a).toBeGreaterThanOrEqual(before[i] as number);
            before = after;
          }
          expect(before).toEqual(amounts);
        },
      ),
    );
  });
});

describe("a template", () => {
  test("without a budget, or above the bound, a second person must approve", () => {
    expect([null, 100_001, 100_000, 1].map((b) => needsSecond(b, 100_000))).toEqual([true, true, false, false]);
  });
  test("never comes back from ended", () => {
    expect(Object.keys(templateTable.ended)).toEqual([]);
  });
  test("counts days from the claim, or keeps its window", () => {
    expect(validity({ validDays: 7, validFrom: null, validTo: null }, at).expiresAt).toEqual(
      new Date("2026-11-29T02:00:00Z"),
    );
    const to = new Date("2026-12-01T00:00:00Z");
    expect(validity({ validDays: null, validFrom: at, validTo: to }, new Date(0))).toEqual({
      startsAt: at,
      expiresAt: to,
    });
  });
});
