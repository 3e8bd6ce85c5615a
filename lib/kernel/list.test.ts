import { describe, expect, it } from "vitest";
import { changeQuery, isUnfiltered, readListParams } from "./list";

const spec = {
  views: ["late", "all"],
  sorts: ["-placedAt", "paidFen"],
  filters: { day: "day", area: ["east", "west"], cat: { many: ["veg", "fruit"] }, cold: "yes", buyer: "text" },
} as const;

describe("a list's address", () => {
  it("without anything means the first view, the first sort, no filter, the first page", () => {
    const read = readListParams({}, spec);
    expect(read).toEqual({ view: "late", q: "", sort: "-placedAt", filters: {}, after: null, peek: null, unknown: [] });
    expect(isUnfiltered(read)).toBe(true);
  });

  it("is read in full when everything in it is known", () => {
    const search = {
      view: "all",
      q: " 4417 ",
      sort: "-paidFen",
      day: "2026-11-22",
      area: "east",
      cat: "veg,fruit",
      cold: "1",
      buyer: "许",
      after: "abc",
      peek: "ord_1",
    };
    expect(readListParams(search, spec)).toEqual({
      view: "all",
      q: "4417",
      sort: "-paidFen",
      filters: { day: "2026-11-22", area: "east", cat: ["veg", "fruit"], cold: true, buyer: "许" },
      after: "abc",
      peek: "ord_1",
      unknown: [],
    });
  });

  it.each([
    ["a view nobody has", { view: "mine" }, "view"],
    ["a sort by a column that does not sort", { sort: "buyer" }, "sort"],
    ["a day the calendar lacks", { day: "2026-02-30" }, "day"],
    ["a word outside the filter", { area: "north" }, "area"],
    ["several words, none of them known", { cat: "meat" }, "cat"],
    ["a condition of another list", { supplier: "x" }, "supplier"],
  ])("drops and names %s", (_, search, name) => {
    const read = readListParams(search, spec);
    expect(read.unknown).toEqual([name]);
    expect({ view: read.view, sort: read.sort, filters: read.filters }).toEqual({
      view: "late",
      sort: "-placedAt",
      filters: {},
    });
  });

  it("starts the list over when a condition changes, and keeps the conditions when only the page or the peek does", () => {
    expect(changeQuery("view=all&after=abc&peek=1", { area: "east" })).toBe("?view=all&area=east");
    expect(changeQuery("view=all&area=east", { after: "def" })).toBe("?view=all&area=east&after=def");
    expect(changeQuery("area=east&after=abc", { peek: "ord_1" })).toBe("?area=east&after=abc&peek=ord_1");
    expect(changeQuery("area=east", { area: null })).toBe("");
  });
});
