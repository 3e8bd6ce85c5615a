import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ListLayout } from "#lib/workbench/schema";
import { arranged, isSameLayout, placed, questionOf, shownIn, stepped } from "./layout";

const columns = [
  { id: "no", fixed: true },
  { id: "who" },
  { id: "goods" },
  { id: "paid" },
  { id: "note", spare: true },
];
const stored = (change: Partial<ListLayout>): ListLayout => ({
  order: [],
  hidden: [],
  pinned: [],
  widths: {},
  density: "regular",
  ...change,
});

describe("a list's columns", () => {
  it("stand as they were made until somebody moves them; spare ones wait to be asked for", () => {
    const layout = arranged(columns, null, "roomy");
    expect(shownIn(layout)).toEqual(["no", "who", "goods", "paid"]);
    expect(layout).toMatchObject({ hidden: ["note"], pinned: [], widths: {}, density: "roomy" });
  });

  it("a column that is no more falls away, one that is new stands after the one it follows by birth", () => {
    const layout = arranged(columns, stored({ order: ["paid", "gone", "no", "who"], widths: { gone: 80, who: 90 } }));
    expect(layout.order).toEqual(["paid", "note", "no", "who", "goods"]);
    expect(shownIn(layout)).toEqual(["paid", "no", "who", "goods"]);
    expect(layout.widths).toEqual({ who: 90 });
  });

  it("a spare column that was once chosen stays, and the row's name cannot be hidden", () => {
    const layout = arranged(columns, stored({ order: ["no", "note"], hidden: ["no", "paid"] }));
    expect(shownIn(layout)).toEqual(["no", "who", "goods", "note"]);
  });

  it("pinned columns stand first, each with a width, in the order of the rest", () => {
    const layout = arranged(columns, stored({ pinned: ["goods", "no"], widths: { goods: 200 } }));
    expect(layout.order.slice(0, 2)).toEqual(["no", "goods"]);
    expect(layout.widths).toEqual({ no: 120, goods: 200 });
  });

  it("a column is put where another stands, from either side", () => {
    expect(placed(["a", "b", "c", "d"], "a", "c")).toEqual(["b", "c", "a", "d"]);
    expect(placed(["a", "b", "c", "d"], "d", "b")).toEqual(["a", "d", "b", "c"]);
  });

  it("a step passes hidden columns and stops at the pin and at the ends", () => {
    const layout = arranged(columns, stored({ pinned: ["no"], hidden: ["goods", "note"] }));
    expect(shownIn({ ...layout, order: stepped(layout, "who", 1) })).toEqual(["no", "paid", "who"]);
    expect(stepped(layout, "who", -1)).toBe(layout.order);
    expect(stepped(layout, "paid", 1)).toBe(layout.order);
  });

  it("whatever was stored, every column has one place and arranging again changes nothing", () => {
    const ids = fc.array(fc.constantFrom("no", "who", "goods", "paid", "note", "gone"), { maxLength: 8 });
    fc.assert(
      fc.property(ids, ids, ids, (order, hidden, pinned) => {
        const once = arranged(columns, stored({ order, hidden, pinned }));
        expect([...once.order].sort()).toEqual(columns.map((c) => c.id).sort());
        expect(shownIn(once)).toContain("no");
        expect(once.pinned.every((id) => shownIn(once).includes(id))).toBe(true);
        expect(isSameLayout(arranged(columns, once), once)).toBe(true);
      }),
    );
  });
});

describe("a view is edited when", () => {
  it.each([
    ["a condition was added", "view=all&where=a.is.1", "view=all", true],
    ["the sort changed", "view=all&sort=-paidFen", "view=all&sort=paidFen", true],
    ["one of two conditions was removed", "where=a.is.1", "where=a.is.1&where=b.is.1", true],
    [
      "only the page, the peek, the count or the view's own name differ",
      "view=all&after=x&peek=y&count=exact&saved=z",
      "view=all",
      false,
    ],
    [
      "only the order of the parameters differs",
      "where=b.is.1&where=a.is.1&view=all",
      "view=all&where=a.is.1&where=b.is.1",
      false,
    ],
  ])("%s: %s against %s", (_, now, kept, isEdited) => {
    expect(questionOf(now) !== questionOf(kept)).toBe(isEdited);
  });
});
