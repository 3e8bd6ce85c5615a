import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fen } from "../kernel/money";
import { from } from "../kernel/states";
import { later } from "../kernel/time";
import {
  differenceOf,
  isInside,
  marginBp,
  offerTable,
  overlaps,
  publishProblems,
  repricing,
  sessionPhase,
  sessionTable,
  slotPhase,
  strikeThrough,
} from "./rules";
import type { Goods } from "./schema";

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
    expect(from(sessionTable, "cancel")).toEqual(["draft", "published"]);
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

  test.each([
    ["the lowest price of seven days is struck through", 400, 500, 900, { listPriceFen: 500, basis: "lowest7d" }],
    ["a price that is no fall carries no strike-through, suggested price or not", 500, 500, 900, null],
    [
      "goods without a past may show the labelled suggested price",
      500,
      null,
      900,
      { listPriceFen: 900, basis: "msrp" },
    ],
    ["a suggested price below ours is not shown", 500, null, 500, null],
    ["without evidence there is no strike-through", 500, null, null, null],
  ])("%s", (_, price, lowest, msrp, expected) => {
    expect(strikeThrough(fen(price), lowest === null ? null : fen(lowest), msrp === null ? null : fen(msrp))).toEqual(
      expected,
    );
  });

  test("margin is what is left of the price after supply and commission", () => {
    expect(marginBp({ priceFen: fen(500), supplyPriceFen: fen(300), commissionBp: null }, 1000)).toBe(3000);
    expect(marginBp({ priceFen: fen(200), supplyPriceFen: fen(300), commissionBp: 0 }, 1000)).toBe(-5000);
  });
});

describe("what keeps a session from being published", () => {
  const goods = (more: Partial<Goods> = {}): Goods =>
    ({
      skuId: "sku_1",
      name: "菠菜",
      isListed: true,
      supplierIsActive: true,
      supplyPriceFen: fen(300),
      ...more,
    }) as Goods;
  const offer = (more = {}) => ({
    id: "ofr_1",
    skuId: "sku_1",
    name: "菠菜",
    priceFen: fen(500),
    quota: 10,
    layer: "session" as const,
    state: "draft" as const,
    ...more,
  });
  const check = (offers: ReturnType<typeof offer>[], good = goods(), more = {}) =>
    publishProblems({
      session: { cutoffAt: t(20), cityIds: ["rgn_1"] },
      offers,
      goods: new Map([["sku_1", good]]),
      served: new Set(["rgn_1"]),
      at: t(8),
      ...more,
    }).map((p) => p.code);

  test("nothing, when it is in order", () => expect(check([offer()])).toEqual([]));
  test("no items", () => expect(check([])).toEqual(["noItems"]));
  test("only taken-out items", () => expect(check([offer({ state: "closed" })])).toEqual(["noItems"]));
  test("a cut-off that has passed", () => expect(check([offer()], goods(), { at: t(20) })).toEqual(["cutoffPassed"]));
  test("a city without an open point", () =>
    expect(check([offer()], goods(), { served: new Set() })).toEqual(["noPoints"]));
  test("goods that are not listed", () => expect(check([offer()], goods({ isListed: false }))).toEqual(["notListed"]));
  test("a suspended supplier", () =>
    expect(check([offer()], goods({ supplierIsActive: false }))).toEqual(["supplierSuspended"]));
  test("an empty quota", () => expect(check([offer({ quota: 0 })])).toEqual(["noQuota"]));
  test("a sale under cost is a warning, for it may be meant", () => {
    const found = publishProblems({
      session: { cutoffAt: t(20), cityIds: [] },
      offers: [offer({ priceFen: fen(299) })],
      goods: new Map([["sku_1", goods()]]),
      served: new Set(),
      at: t(8),
    });
    expect(found).toMatchObject([{ code: "belowCost", isWarning: true }]);
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
