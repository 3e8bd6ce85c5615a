import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fen } from "../kernel/money";
import { from } from "../kernel/states";
import { type Day, later } from "../kernel/time";
import {
  adjusted,
  bulkEdited,
  differenceOf,
  isInside,
  marginBp,
  movable,
  offerTable,
  overlaps,
  priceTrouble,
  promiseOf,
  repricing,
  sessionPhase,
  sessionTable,
  slotPhase,
} from "./rules";

const t = (h: number) => new Date(Date.UTC(2026, 10, 16, h));

describe("a session's life", () => {
  test("the clock tells a published session's phase", () => {
    const session = { state: "published" as const, opensAt: t(8), cutoffAt: t(20) };
    expect([t(7), t(8), t(19), t(20)].map((at) => sessionPhase(session, at))).toEqual([
      "scheduled",
      "live",
      "live",
      "closing",
    ]);
    expect(sessionPhase({ ...session, state: "draft" }, t(10))).toBe("draft");
  });

  test("after the cut-off nothing is cancelled any more", () => {
    expect(from(sessionTable, "cancel")).toEqual(["draft", "inReview", "published"]);
  });

  test("a closed offer never opens again", () => {
    expect(offerTable.closed).toEqual({});
  });

  test("a slot that is over has ended even if nobody says so", () => {
    expect(slotPhase({ state: "published", startsAt: t(8), endsAt: t(9) }, t(9))).toBe("ended");
  });
});

describe("windows", () => {
  test("one that begins when the other ends does not overlap it", () => {
    expect(overlaps({ startsAt: t(8), endsAt: t(9) }, { startsAt: t(9), endsAt: t(10) })).toBe(false);
    expect(overlaps({ startsAt: t(8), endsAt: t(9) }, { startsAt: later(t(9), -1), endsAt: t(10) })).toBe(true);
  });

  test("overlap is mutual", () => {
    const window = fc
      .tuple(fc.nat(100), fc.integer({ min: 1, max: 50 }))
      .map(([a, n]) => ({ startsAt: new Date(a), endsAt: new Date(a + n) }));
    fc.assert(fc.property(window, window, (a, b) => overlaps(a, b) === overlaps(b, a)));
  });

  test("a slot lies inside its session, edges included", () => {
    const session = { opensAt: t(8), cutoffAt: t(20) };
    expect(isInside({ startsAt: t(8), endsAt: t(20) }, session)).toBe(true);
    expect(isInside({ startsAt: t(7), endsAt: t(9) }, session)).toBe(false);
    expect(isInside({ startsAt: t(19), endsAt: t(21) }, session)).toBe(false);
    expect(isInside({ startsAt: t(9), endsAt: t(9) }, session)).toBe(false);
  });
});

describe("prices", () => {
  test("a published price falls in place and rises by a successor; a draft takes any", () => {
    expect(repricing({ state: "active", priceFen: fen(500) }, fen(450))).toBe("inPlace");
    expect(repricing({ state: "active", priceFen: fen(500) }, fen(550))).toBe("successor");
    expect(repricing({ state: "paused", priceFen: fen(500) }, fen(550))).toBe("successor");
    expect(repricing({ state: "draft", priceFen: fen(500) }, fen(550))).toBe("inPlace");
    expect(repricing({ state: "active", priceFen: fen(500) }, fen(500))).toBe("none");
  });

  test("margin is what is left of the price after supply and commission", () => {
    expect(marginBp({ priceFen: fen(500), supplyPriceFen: fen(300), commissionBp: null }, 1000)).toBe(3000);
    expect(marginBp({ priceFen: fen(200), supplyPriceFen: fen(300), commissionBp: 0 }, 1000)).toBe(-5000);
  });
});

describe("a price that needs a second person", () => {
  const price = (priceFen: number, commissionBp: number | null = null) =>
    priceTrouble(
      { priceFen: fen(priceFen), supplyPriceFen: fen(300), commissionBp },
      { defaultBp: 1000, floorBp: 800 },
    );
  test.each([
    ["a fen under the supply price", 299, null, "belowCost"],
    ["at the supply price nothing is left for the commission", 300, 0, "marginUnderRule"],
    ["a hair under the rule", 365, null, "marginUnderRule"],
    ["exactly the rule", 375, 1200, null],
    ["well above it", 500, null, null],
  ] as const)("%s", (_, priceFen, commissionBp, expected) => expect(price(priceFen, commissionBp)).toBe(expected));
});

describe("many prices at once", () => {
  test.each([
    ["by an amount", 500, { unit: "fen", value: -60, ending: "none" }, 440],
    ["by percent", 500, { unit: "bp", value: -500, ending: "none" }, 475],
    ["down to the nine below", 500, { unit: "bp", value: -500, ending: "x9" }, 469],
    ["a nine stays a nine", 469, { unit: "fen", value: 0, ending: "x9" }, 469],
    ["down to the ninety below", 1234, { unit: "fen", value: 0, ending: "x90" }, 1190],
    ["never to nothing", 50, { unit: "bp", value: -10_000, ending: "x90" }, 1],
  ] as const)("%s", (_, priceFen, by, expected) => expect(adjusted(priceFen, by)).toBe(expected));

  test("rounding never raises a price, and lowers it by less than a step", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 100_000 }),
        fc.constantFrom("x9" as const, "x90" as const),
        (price, ending) => {
          const made = adjusted(price, { unit: "fen", value: 0, ending });
          return made <= price && price - made < (ending === "x9" ? 10 : 100);
        },
      ),
    );
  });

  test("what is not asked for stays", () => {
    const item = { priceFen: fen(500), quota: 10, perPersonLimit: 2, commissionBp: null };
    expect(bulkEdited(item, {})).toEqual(item);
    expect(bulkEdited(item, { quota: 20, perPersonLimit: null })).toEqual({ ...item, quota: 20, perPersonLimit: null });
  });
});

describe("moving", () => {
  const slot = (state: "draft" | "inReview" | "published" | "cancelled") => ({ state, startsAt: t(8), endsAt: t(9) });
  test.each([
    ["a draft moves at will", "draft", 10, "free"],
    ["a coming one too", "published", 7, "free"],
    ["from its first instant only its end moves", "published", 8, "end"],
    ["from its last instant nothing does", "published", 9, "none"],
    ["what a colleague looks at stays", "inReview", 7, "none"],
    ["a cancelled one stays", "cancelled", 7, "none"],
  ] as const)("%s", (_, state, hour, expected) => expect(movable(slot(state), t(hour))).toBe(expected));

  test("the promise is the day of most of the goods, the earlier of two as common", () => {
    const days = new Map([
      ["a", "2026-11-18" as Day],
      ["b", "2026-11-17" as Day],
      ["c", "2026-11-17" as Day],
    ]);
    expect(promiseOf(days)).toEqual({ day: "2026-11-17", others: ["a"] });
    days.set("d", "2026-11-18" as Day);
    expect(promiseOf(days).day).toBe("2026-11-17");
    expect(promiseOf(new Map())).toEqual({ day: null, others: [] });
  });
});

test("the difference to the day before counts what came, went, rose and fell", () => {
  const one = (skuId: string, priceFen: number) => ({ skuId, cityId: "rgn_1", priceFen: fen(priceFen) });
  expect(
    differenceOf(
      [one("a", 500), one("b", 400), one("c", 300), one("d", 100)],
      [one("a", 500), one("b", 450), one("c", 200), one("e", 100)],
    ),
  ).toEqual({
    added: 1,
    removed: 1,
    dearer: 1,
    cheaper: 1,
    same: 1,
  });
});
