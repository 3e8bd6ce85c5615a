import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changeQuery, isUnfiltered, readCondition, readListParams, searchOf, writeCondition } from "./list";
import { writeCursor } from "./page";

const spec = {
  views: ["late", "all"],
  sorts: ["-placedAt", "paidFen"],
  filters: { day: "day", area: ["east", "west"], cat: { many: ["veg", "fruit"] }, cold: "yes", buyer: "text" },
} as const;

const nothingElse = { conditions: [], any: false, saved: null, exact: false };

describe("a list's address", () => {
  it("without anything means the first view, the first sort, no filter, the first page", () => {
    const read = readListParams({}, spec);
    expect(read).toEqual({
      view: "late",
      q: "",
      sort: "-placedAt",
      filters: {},
      after: null,
      peek: null,
      unknown: [],
      ...nothingElse,
    });
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
      after: writeCursor(["-paidFen", "100", "ord_9"]),
      peek: "ord_1",
    };
    expect(readListParams(search, spec)).toEqual({
      view: "all",
      q: "4417",
      sort: "-paidFen",
      filters: { day: "2026-11-22", area: "east", cat: ["veg", "fruit"], cold: true, buyer: "许" },
      after: search.after,
      peek: "ord_1",
      unknown: [],
      ...nothingElse,
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
    expect(changeQuery("where=a.is.1&where=b.is.1&count=exact", { where: ["b.is.1"] })).toBe("?where=b.is.1");
    expect(changeQuery("area=east&after=abc", { count: "exact" })).toBe("?area=east&after=abc&count=exact");
  });
});

describe("a condition", () => {
  const fields = {
    paidFen: "money",
    day: "day",
    area: ["east", "west"],
    buyer: "text",
    cold: "yes",
    leaderId: "ref",
  } as const;

  it.each([
    "paidFen.gte.1000",
    "day.last.7",
    "day.eq.2026-11-22",
    "area.in.east,west",
    "buyer.has.许.二",
    "cold.is.0",
    "buyer.empty.1",
    "leaderId.not.ldr_1",
  ])("%s is read and written the same", (text) => {
    const read = readCondition(fields, text);
    expect(read && writeCondition(read)).toBe(text);
  });

  it.each([
    "price.gte.1",
    "paidFen.has.1",
    "paidFen.gte.12.50",
    "day.eq.2026-02-30",
    "day.last.0",
    "area.in.north",
    "buyer.is.",
    "__proto__.is.1",
  ])("%s means nothing and is dropped", (text) => expect(readCondition(fields, text)).toBeNull());

  it("keeps the known words of a choice and lets the others fall away", () => {
    expect(readCondition(fields, "area.in.north,east")?.value).toBe("east");
  });
});

describe("a list's grammar", () => {
  const spec = {
    views: ["late", "all"],
    sorts: ["-placedAt", "paidFen"],
    sortOf: { all: "paidFen" },
    filters: { day: "day", area: ["east", "west"], cat: { many: ["veg", "fruit"] }, cold: "yes", buyer: "text" },
    fields: { paidFen: "money", pieces: "number", at: "moment", area: ["east", "west"], buyer: "text", cold: "yes" },
  } as const;
  const read = (query: string) => readListParams(searchOf(query), spec);

  it("reads several conditions, one of them enough with any, and counts to the end when told", () => {
    expect(read("where=paidFen.gte.100&where=area.not.east&any=1&count=exact&saved=svw_1")).toMatchObject({
      conditions: [
        { field: "paidFen", op: "gte", value: "100" },
        { field: "area", op: "not", value: "east" },
      ],
      any: true,
      exact: true,
      saved: "svw_1",
      unknown: [],
    });
  });

  it("gives each view its own first sort, unless the address names one", () => {
    expect(read("").sort).toBe("-placedAt");
    expect(read("view=all").sort).toBe("paidFen");
    expect(read("view=all&sort=placedAt").sort).toBe("placedAt");
  });

  it.each([
    ["of another sort", writeCursor(["paidFen", "100", "ord_9"])],
    ["that nobody wrote", "abc"],
    ["with a sign no column holds", writeCursor(["-placedAt", "a\0b", "ord_9"])],
  ])("names and drops a cursor %s", (_, after) =>
    expect(readListParams({ after }, spec)).toMatchObject({ after: null, unknown: ["after"] }),
  );

  it.each([
    ["where=price.gte.1", "price.gte.1"],
    ["where=at.eq.0000-01-01", "at.eq.0000-01-01"],
    ["where=at.lte.9999-12-31", "at.lte.9999-12-31"],
    ["day=9999-12-31", "day"],
    ["peek=%00", "peek"],
    ["saved=a%20b", "saved"],
  ])("names and drops %s", (query, name) => expect(read(query).unknown).toEqual([name]));

  it("takes twenty conditions and names the others", () => {
    const many = Array.from({ length: 22 }, (_, i) => `where=paidFen.gte.${i}`).join("&");
    expect(read(many)).toMatchObject({ unknown: ["paidFen.gte.20", "paidFen.gte.21"] });
  });

  const anyText = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "late",
      "all",
      "-paidFen",
      "2026-11-22",
      "east",
      "veg,x",
      "1",
      "exact",
      "area.in.east",
      "buyer.has.许",
    ),
    fc
      .tuple(
        fc.constantFrom("paidFen", "at", "area", "buyer", "cold"),
        fc.constantFrom("gte", "in", "is", "last"),
        fc.string(),
      )
      .map((parts) => parts.join(".")),
  );
  const anyKey = fc.oneof(
    fc.constantFrom(
      "view",
      "q",
      "sort",
      "where",
      "any",
      "saved",
      "count",
      "after",
      "peek",
      "day",
      "area",
      "cat",
      "buyer",
    ),
    fc.string(),
  );

  it("reads any address at all: what it does not know is named, what it keeps reads back the same", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyKey, anyText), { maxLength: 12 }), (pairs) => {
        const search = searchOf(new URLSearchParams(pairs).toString());
        const first = readListParams(search, spec);
        for (const key of Object.keys(search))
          if (
            ![
              "view",
              "q",
              "sort",
              "where",
              "any",
              "saved",
              "count",
              "after",
              "peek",
              ...Object.keys(spec.filters),
            ].includes(key)
          )
            expect(first.unknown).toContain(key);
        const { view, q, sort, filters, conditions, any, saved, exact, after, peek } = first;
        const again = new URLSearchParams({ view, q, sort });
        for (const [key, value] of Object.entries(filters)) again.set(key, value === true ? "1" : String(value));
        for (const c of conditions) again.append("where", writeCondition(c));
        if (any) again.set("any", "1");
        if (exact) again.set("count", "exact");
        for (const [key, value] of Object.entries({ saved, after, peek })) if (value) again.set(key, value);
        expect(readListParams(searchOf(again.toString()), spec)).toEqual({ ...first, unknown: [] });
      }),
      { numRuns: 500 },
    );
  });
});
