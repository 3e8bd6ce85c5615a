import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { searchOf } from "../kernel/list";
import { fen } from "../kernel/money";
import { type Day, day, daysBetween } from "../kernel/time";
import { valueText } from "../kernel/values";
import { bridgeOf, leaderRisk, leaderRule, productAdvice, productRule } from "./rules/boards";
import { askHref, askOf, behind, boardHref, campaignHref, metricHref, rowsHref, targetOf } from "./rules/explore";
import { grainOf, grains, metrics, salesMetrics, sourcesOf, valuesOf } from "./rules/metrics";
import { bases, periods } from "./schema";
import { type Ask, compares, metricKeys, splits } from "./schema/explore";

const today = day("2026-11-22");
const ask = (search: string, cityIds: string[] | null = null) => askOf(searchOf(search), today, cityIds);
const plain = ask("").ask;

describe("the address of a report", () => {
  it("asks for a week of GMV by payment day against the week before when it says nothing", () => {
    expect(plain).toMatchObject({ metric: "gmvFen", by: "day", basis: "paid", from: "2026-11-16", to: today });
    expect(plain.compare).toBe("previous");
    expect(askHref(plain)).toBe("/analytics");
  });

  it("keeps the links of before", () => {
    expect(ask("by=product&from=2026-11-01&to=2026-11-07&compare=none&skuId=sku_1&metric=marginBp")).toMatchObject({
      notices: [],
      ask: { by: "product", from: "2026-11-01", to: "2026-11-07", compare: "none", skuId: "sku_1", metric: "marginBp" },
    });
  });

  it("is read back as the question it was written from", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...metricKeys),
        fc.constantFrom(...splits),
        fc.constantFrom(...bases),
        fc.constantFrom(...periods),
        fc.constantFrom(...compares),
        fc.option(fc.constantFrom(...metricKeys)),
        (metric, by, basis, period, compare, second) => {
          const q = ask(
            `metric=${metric}&by=${by}&basis=${basis}&period=${period}&compare=${compare}&second=${second ?? ""}`,
          );
          const again = ask(askHref(q.ask).split("?")[1] ?? "");
          expect(again).toEqual({ ask: q.ask, notices: [] });
        },
      ),
    );
  });

  it.each([
    ["hello=1", { code: "unknown", param: "hello" }],
    ["q=rice", { code: "unknown", param: "q" }],
    ["basis=yesterday", { code: "unknown", param: "basis" }],
    ["from=2026-02-30", { code: "unknown", param: "from" }],
    ["metric=onTimeBp&by=product", { code: "split", param: "product", metric: "onTimeBp" }],
    ["metric=onTimeBp&basis=paid", { code: "basis", param: "paid", metric: "onTimeBp" }],
    ["metric=onTimeBp&skuId=sku_1", { code: "filter", param: "skuId", metric: "onTimeBp" }],
    ["by=product&second=onTimeBp", { code: "second", param: "product", metric: "onTimeBp" }],
    ["by=hour&basis=pickup", { code: "split", param: "hour", metric: "gmvFen" }],
  ])("names and drops what it cannot ask: %s", (search, notice) => {
    expect(ask(search).notices).toEqual([notice]);
  });

  it("never asks anything its metric cannot be counted by, whatever is written", () => {
    const word = fc.oneof(fc.constantFrom(...metricKeys, ...splits, ...bases, ...periods, ...compares), fc.string());
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("metric", "second", "by", "basis", "period", "compare", "from", "skuId"), word),
        (given) => {
          const { ask: q } = askOf(given, today, null);
          const grain = grainOf(q.metric);
          expect(grain.splits).toContain(q.by);
          expect(grain.bases).toContain(q.basis);
          if (q.skuId) expect(grain.narrows).toContain("skuId");
          if (q.second) expect(grainOf(q.second).splits).toContain(q.by);
        },
      ),
    );
  });

  it("drops a city the reader may not see", () => {
    expect(ask("cityId=rgn_a", ["rgn_b"])).toMatchObject({ notices: [{ code: "city" }], ask: {} });
    expect(ask("cityId=rgn_a", ["rgn_b"]).ask.cityId).toBeUndefined();
    expect(ask("cityId=rgn_b", ["rgn_b"]).ask.cityId).toBe("rgn_b");
  });

  it("keeps period, city and day that counts from board to board, and sorts by a metric", () => {
    const q: Ask = { ...plain, period: "d30", basis: "pickup", cityId: "rgn_a", skuId: "sku_1" };
    expect(boardHref(q, "leaders")).toBe("/analytics/leaders?basis=pickup&period=d30&cityId=rgn_a");
    expect(boardHref(q, "leaders", { metric: "orders" })).toContain("&metric=orders");
  });
});

describe("the rows behind a number", () => {
  it("are whole orders where orders are whole", () => {
    expect(rowsHref(plain)).toBe("/orders?paid=1&byDay=paid&from=2026-11-16&to=2026-11-22");
    expect(rowsHref(behind(plain, "session", "ssn_1"))).toContain("&saleSessionId=ssn_1");
    expect(metricHref("refundBp", behind(plain, "day", "2026-11-20"))).toBe(
      "/orders?paid=1&byDay=paid&from=2026-11-20&to=2026-11-20&refunded=1",
    );
  });

  it.each(["product", "supplier", "category", "hour"] as const)(
    "are lines where a mark %s is a part of orders",
    (by) => {
      expect(rowsHref(behind(plain, by, "7"))).toMatch(/^\/analytics\/lines\?byDay=paid&from=2026-11-16/);
    },
  );

  it("of a session leave out its flash sales, which have their own", () => {
    const row = { id: "fls_1", sessionId: "ssn_1", day: today };
    expect(campaignHref({}, { ...row, layer: "flash" })).toContain("flashSlotId=fls_1");
    expect(campaignHref({}, { ...row, id: "ssn_1", layer: "session" })).toContain("plain=1");
  });
});

describe("a metric", () => {
  it("is made of parts that some source counts, in at least one split", () => {
    for (const key of metricKeys) {
      const counted = sourcesOf(key).flatMap((source) => grains[source].parts);
      expect(counted, key).toEqual(expect.arrayContaining([...metrics[key].needs]));
      expect(grainOf(key).splits.length, key).toBeGreaterThan(0);
    }
    expect(salesMetrics).toContain("marginAfterBp");
  });

  it("takes refunds, the cost of what is delivered and commission from what was paid", () => {
    const v = valuesOf({
      ...{ paidFen: 10_000, refundFen: 2000, costFen: 6000, commissionFen: 800, couponFen: 0 },
      ...{ orders: 4, buyers: 3, pieces: 16, short: 4, delivered: 16, unclaimed: 2 },
    });
    expect(v).toMatchObject({
      ...{ gmvFen: 10_000, netFen: 8000, marginFen: 2000, marginAfterFen: 1200, aovFen: 2500, refundBp: 2000 },
      ...{ marginBp: 2500, marginAfterBp: 1500, itemsPerOrder: 4, shortageBp: 2000, uncollectedBp: 1250 },
    });
    expect(v.onTimeBp).toBeUndefined();
  });

  it("says nothing about averages of nothing", () => {
    const v = valuesOf({ paidFen: 0, refundFen: 0, costFen: 0, commissionFen: 0, orders: 0, pieces: 0, short: 0 });
    expect([v.aovFen, v.refundBp, v.marginBp, v.itemsPerOrder, v.shortageBp]).toEqual([null, null, null, null, null]);
  });

  it.each([
    [123_450, "money", "¥1,234.50"],
    [-991, "rate", "−9.91%"],
    [1234, "number", "1,234"],
    [2.5, "decimal", "2.50"],
    [3.25, "perThousand", "3.3‰"],
    [null, "money", "—"],
  ] as const)("of %s in %s is written %s", (n, unit, text) => {
    expect(valueText(n, unit)).toBe(text);
  });
});

describe("a month's target", () => {
  const november = new Map([["2026-11", 30_000]]);
  const period = (from: string, to: string) => ({ from: from as Day, to: to as Day });

  it("is shared out over its days", () => {
    expect(targetOf("gmvFen", period("2026-11-16", "2026-11-22"), november, 3500)).toEqual({
      whole: 7000,
      daily: 1000,
      reachedBp: 5000,
    });
  });

  it("of two months is the share of each, and nothing when one has none", () => {
    const both = new Map([...november, ["2026-12", 62_000]]);
    expect(targetOf("orders", period("2026-11-30", "2026-12-01"), both, 0)?.whole).toBe(3000);
    expect(targetOf("orders", period("2026-11-30", "2026-12-01"), november, 0)).toBeNull();
  });

  it("of a rate is the same every day of its month", () => {
    expect(targetOf("refundBp", period("2026-11-16", "2026-11-22"), november, 15_000)).toMatchObject({
      daily: 30_000,
      reachedBp: 5000,
    });
    expect(targetOf("refundBp", period("2026-10-31", "2026-11-01"), november, 1)).toBeNull();
  });
});

describe("advice on a product", () => {
  const good = { orders: 100, marginAfterBp: 2000, complaints: 0, sellThroughBp: 9000 };
  it.each([
    [{ orders: productRule.minOrders - 1, marginAfterBp: -500 }, "tooFew"],
    [{ marginAfterBp: -1 }, "drop"],
    [{ complaints: productRule.dropComplaints }, "drop"],
    [{ complaints: productRule.keepComplaints + 1 }, "watch"],
    [{ marginAfterBp: productRule.keepMarginBp - 1 }, "watch"],
    [{ sellThroughBp: productRule.keepSellThroughBp - 1 }, "watch"],
    [{ sellThroughBp: null }, "keep"],
    [{}, "keep"],
  ])("given %o is to %s", (change, advice) => {
    expect(productAdvice({ ...good, ...change }).advice).toBe(advice);
  });
});

describe("a leader who may leave", () => {
  it.each([
    [100, leaderRule.minOrders - 1, "tooFew"],
    [0, 40, "high"],
    [20, 40, "high"],
    [30, 40, "some"],
    [31, 40, "none"],
    [80, 40, "none"],
  ])("with %i orders after %i is judged %s", (now, earlier, risk) => {
    expect(leaderRisk({ orders: now }, { orders: earlier }).risk).toBe(risk);
  });

  it("is also one whose goods nobody fetches, and nobody is judged without a comparison", () => {
    expect(leaderRisk({ orders: 40, uncollectedBp: leaderRule.uncollectedBp }, { orders: 40 }).risk).toBe("some");
    expect(leaderRisk({ orders: 40 }, null).risk).toBe("tooFew");
  });
});

describe("the bridge from GMV to what is left", () => {
  it("adds up: every total is the total before it and the steps between", () => {
    const amount = fc.integer({ min: 0, max: 10_000_000 }).map((n) => fen(n));
    const e = fc.record({
      gmvFen: amount,
      couponFen: amount,
      refundFen: amount,
      costFen: amount,
      commissionFen: amount,
      lossFen: amount,
      recoveryFen: amount,
    });
    fc.assert(
      fc.property(e, (given) => {
        let level = 0;
        for (const row of bridgeOf(given)) {
          if (row.isTotal && row.id !== "goods") expect(row.fen).toBe(level);
          level = row.isTotal ? row.fen : level + row.fen;
        }
        expect(level).toBe(
          given.gmvFen - given.refundFen - given.costFen - given.commissionFen - given.lossFen + given.recoveryFen,
        );
      }),
    );
  });
});

describe("a period in the address", () => {
  it("runs to today and is never longer than a year", () => {
    const { ask: q } = ask("from=2020-01-01&to=2026-11-22");
    expect(daysBetween(q.from, q.to) + 1).toBe(366);
  });
});
