import { describe, expect, it } from "vitest";
import { csvCell, csvRate, csvText, csvYuan } from "./csv";

describe("a downloaded sheet", () => {
  it.each(["=1+1", "+86", "-2+3", "@SUM(A1)", "\t=1", " =1", "＝1", '=HYPERLINK("http://x","y")'])(
    "does not run %j as a formula",
    (text) => {
      expect(csvCell(text).replace(/^"/, "")).toMatch(/^'/);
    },
  );

  it.each([
    ["-12.30", "-12.30"],
    ["-3.10%", "-3.10%"],
    ["白菜", "白菜"],
    ["a-b", "a-b"],
  ])("leaves %s as it is", (text, shown) => {
    expect(csvCell(text)).toBe(shown);
  });

  it("keeps commas, quotes and line breaks inside their cell", () => {
    expect(csvText([["鸡蛋, 30 枚", '他说"好"', 3, null]])).toBe('\uFEFF"鸡蛋, 30 枚","他说""好""",3,\r\n');
  });

  it("writes money to the fen and rates to the basis point", () => {
    expect([csvYuan(123450), csvYuan(-5), csvYuan(0), csvYuan(null), csvRate(980)]).toEqual([
      "1234.50",
      "-0.05",
      "0.00",
      null,
      "9.80%",
    ]);
  });
});
