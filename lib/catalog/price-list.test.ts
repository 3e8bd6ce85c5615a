import { describe, expect, test } from "vitest";
import type { Cell } from "#lib/platform/sheet";
import { day } from "../kernel/time";
import { layoutOf, priceListReader } from "./price-list";

const today = day("2026-11-22");
const heading = ["品名", "最低价", "平均价", "最高价", "规格", "单位", "发布日期"];
const categories = new Map([
  ["叶菜", "cat_leafy"],
  ["水果", "cat_fruit"],
]);

function read(rows: Cell[][], head: Cell[] = heading) {
  const reader = priceListReader(today, categories);
  reader.add([head, ...rows].map((cells, i) => ({ number: i + 1, cells })));
  return reader.list;
}
const faultOf = (row: Cell[]) => read([row]).faults.map((f) => [f.code, f.level, f.value, f.suggestion]);

describe("columns are known by their headings", () => {
  test("the market's file and our template", () => {
    expect(layoutOf(heading)).toEqual({ name: 0, low: 1, price: 2, high: 3, spec: 4, unit: 5, day: 6 });
    expect(layoutOf(["品名", "规格", "单位", "供货价（元）", "箱规", "日供量"])).toEqual({
      name: 0,
      spec: 1,
      unit: 2,
      price: 3,
      casePack: 4,
      quota: 5,
    });
    expect(layoutOf(["Name", "Spec", "Unit", "Supply price"])).toEqual({ name: 0, spec: 1, unit: 2, price: 3 });
  });
  test("a title above the heading is passed over", () => {
    const list = read([heading, ["芋头", 1.5, 1.55, 1.6, "普通", "斤", "2026-11-20"]], ["2026 年 11 月价目表"]);
    expect(list.quotes).toHaveLength(1);
  });
  test("a file without a name or a price column has no heading", () => {
    expect(layoutOf(["品名", "规格"])).toBeNull();
    expect(layoutOf(["价格", "单位"])).toBeNull();
  });
});

describe("dirt is reported with cell, reason and value, and never swallowed", () => {
  const good: Cell[] = ["芋头", 1.5, 1.55, 1.6, "普通", "斤", "2026-11-20"];
  const but = (change: Record<number, Cell>): Cell[] =>
    good.map((cell, i) => (i in change ? (change[i] ?? null) : cell));
  test.each<[string, Cell[], unknown[]]>([
    ["a clean row", good, []],
    [
      "a price for another unit in the cell",
      but({ 1: "2.7（个）", 2: "2.85（个）", 3: "3（个）" }),
      [
        ["priceText", "error", "2.85（个）", "2.85"],
        ["priceText", "error", "2.7（个）", "2.7"],
        ["priceText", "error", "3（个）", "3"],
      ],
    ],
    ["a junk row", ["\ufeff\ufeff\ufeff\ufeff"], [["nameMissing", "error", "\ufeff\ufeff\ufeff\ufeff", ""]]],
    ["a row with only a day", [null, null, null, null, null, null, "2014-08-08"], [["nameMissing", "error", "", ""]]],
    ["no price", but({ 1: null, 2: null, 3: null }), [["priceMissing", "error", "", ""]]],
    ["a zero price", but({ 1: 0, 2: 0, 3: 0 }), [["priceZero", "error", "0", ""]]],
    ["a zero average between real prices", but({ 1: 3, 2: 0, 3: 3.5 }), [["priceZero", "error", "0", "3.25"]]],
    ["a negative price", but({ 2: -1 }), [["priceNegative", "error", "-1", ""]]],
    ["a slip of the comma", but({ 1: null, 2: 250000, 3: null }), [["priceTooHigh", "error", "250000", ""]]],
    ["an average outside its range", but({ 1: 3, 2: 1, 3: 5 }), [["averageOutside", "error", "1", "4.00"]]],
    ["a swapped range", but({ 1: 1.6, 3: 1.5 }), [["rangeSwapped", "notice", "1.6", "1.50–1.60"]]],
    ["three decimals", but({ 2: 1.555 }), [["priceDecimals", "notice", "1.555", "1.56"]]],
    [
      "invisible characters in a name",
      but({ 0: "\ufeff\ufeff木耳菜" }),
      [["invisible", "notice", "\ufeff\ufeff木耳菜", "木耳菜"]],
    ],
    ["a day that does not exist", but({ 6: "2026-02-30" }), [["dayFormat", "error", "2026-02-30", "2026-11-22"]]],
    ["a day to come", but({ 6: "2027-01-01" }), [["dayFuture", "error", "2027-01-01", "2026-11-22"]]],
    ["no unit", but({ 5: null }), [["unitMissing", "error", "", "斤"]]],
  ])("%s", (_, row, faults) => {
    expect(faultOf(row)).toEqual(faults);
  });
  test("prices are read as people write them", () => {
    for (const [text, fen] of [
      ["¥1,234.50", 123450],
      ["２.５０元", 250],
      [2.55, 255],
      ["0.1", 10],
    ] as const) {
      expect(read([["油菜", null, text, null, "普通", "斤", "2026-11-20"]]).quotes.map((q) => q.priceFen)).toEqual([
        fen,
      ]);
    }
  });
  test("a binary fraction is not a third decimal", () => {
    expect(faultOf(but({ 1: 2.1, 2: 2.55, 3: 1.1 + 1.9 }))).toEqual([]);
  });
});

describe("one product, one day, one quote", () => {
  test("two different quotes are reported with both prices; the first stands", () => {
    const list = read([
      ["芋头", null, 1.55, null, "普通", "斤", "2026-11-20"],
      ["芋头", null, 1.7, null, "普通", "斤", "2026-11-20"],
      ["芋头", null, 1.7, null, "普通", "斤", "2026-11-21"],
      ["芋头", null, 1.8, null, "特菜", "斤", "2026-11-20"],
    ]);
    expect(list.quotes.map((q) => q.priceFen)).toEqual([155, 170, 180]);
    expect(list.faults).toEqual([
      { row: 3, column: 2, level: "error", code: "duplicateQuote", value: "1.70", suggestion: "2: 1.55" },
    ]);
  });
  test("a plain repetition is only a notice", () => {
    const row: Cell[] = ["芋头", null, 1.55, null, "普通", "斤", "2026-11-20"];
    expect(read([row, row]).faults.map((f) => [f.code, f.level])).toEqual([["repeatedRow", "notice"]]);
  });
});

test("a category that is named is taken, an unknown one is guessed from the name and said so", () => {
  const head = ["品名", "规格", "单位", "供货价", "品类"];
  const list = read(
    [
      ["脐橙", "5 斤", "箱", 20, "水果"],
      ["脐橙", "10 斤", "箱", 38, "果子"],
      ["油麦菜", "500g", "份", 2],
    ],
    head,
  );
  expect(list.quotes.map((q) => q.categoryId)).toEqual(["cat_fruit", "cat_citrus", "cat_leafy"]);
  expect(list.faults.map((f) => [f.row, f.code])).toEqual([[3, "categoryUnknown"]]);
});
