import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fen } from "../../kernel/money";
import { type Day, day, hour, minute } from "../../kernel/time";
import { type ScheduleBar, type Span, zooms } from "../schema/schedule";
import {
  barPhase,
  dayBeside,
  daysShown,
  dragged,
  fitted,
  grips,
  heatOf,
  homeOf,
  lanesOf,
  meets,
  placed,
  rangeOf,
  rivals,
  rowsInView,
  rowsOf,
  snapOf,
} from "./timeline";

const at = (text: string) => new Date(`${text}:00+08:00`).getTime();
const span = (from: string, to: string): Span => ({ from: at(from), to: at(to) });
const noon = at("2026-11-22T12:00");
const anySpan = fc
  .tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 1, max: 3000 }))
  .map(([from, length]): Span => ({ from: from * 15 * minute, to: (from + length) * 15 * minute }));
const anyDay = fc
  .integer({ min: 0, max: 4000 })
  .map((n) => new Date(Date.UTC(2022, 0, 1 + n)).toISOString().slice(0, 10) as Day);

const goods = (...ids: string[]) => ids.map((categoryId) => ({ categoryId, items: 1, name: "", priceFen: fen(1) }));
const bar = (more: Partial<ScheduleBar>): ScheduleBar => ({
  ...span("2026-11-22T10:00", "2026-11-22T14:00"),
  id: "slt_1",
  kind: "flash",
  name: "早市",
  state: "standing",
  isPaused: false,
  sessionId: "ses_1",
  businessDay: null,
  cityIds: [],
  items: 1,
  goods: [],
  quota: 10,
  sold: 0,
  keys: [],
  version: 1,
  href: "/",
  ...more,
});

describe("the days on the screen", () => {
  test.each([
    ["hour", "2026-11-22", "2026-11-22", "2026-11-23"],
    ["day", "2026-11-22", "2026-11-22", "2026-11-27"],
    ["week", "2026-11-22", "2026-11-16", "2026-11-30"],
    ["week", "2026-11-23", "2026-11-23", "2026-12-07"],
    ["month", "2026-02-28", "2026-02-01", "2026-03-01"],
    ["month", "2026-12-31", "2026-12-01", "2027-01-01"],
  ] as const)("by %s around %s run from %s to before %s", (zoom, of, from, to) => {
    expect(daysShown(zoom, day(of))).toEqual({ from, to });
  });

  test("later and then earlier come back to the same days", () => {
    fc.assert(
      fc.property(fc.constantFrom(...zooms), anyDay, (zoom, d) => {
        const shown = daysShown(zoom, d);
        const after = daysShown(zoom, dayBeside(zoom, d, 1));
        expect(after.from).toBe(shown.to);
        expect(daysShown(zoom, dayBeside(zoom, after.from, -1))).toEqual(shown);
      }),
    );
  });
});

describe("a bar's place", () => {
  test("is cut at the edges of what is shown, and nothing outside is drawn", () => {
    const range = rangeOf({ from: day("2026-11-22"), to: day("2026-11-24") });
    expect(placed(range, span("2026-11-22T12:00", "2026-11-23T12:00"))).toEqual({
      left: 25,
      width: 50,
      isCutLeft: false,
      isCutRight: false,
    });
    expect(placed(range, span("2026-11-20T00:00", "2026-11-30T00:00"))).toEqual({
      left: 0,
      width: 100,
      isCutLeft: true,
      isCutRight: true,
    });
    expect(placed(range, span("2026-11-24T00:00", "2026-11-25T00:00"))).toBeNull();
  });

  test("never lies over another of its lane, and no lane is opened without need", () => {
    fc.assert(
      fc.property(fc.array(anySpan, { maxLength: 40 }), fc.integer({ min: 0, max: 100 }), (spans, quarters) => {
        const least = quarters * 15 * minute;
        const roomy = spans.map((s) => ({ from: s.from, to: Math.max(s.to, s.from + least) }));
        const { lanes, count } = lanesOf(spans, least);
        for (const [i, a] of roomy.entries())
          for (const [j, b] of roomy.entries()) if (i < j && lanes[i] === lanes[j]) expect(meets(a, b)).toBe(false);
        const busiest = Math.max(1, ...roomy.map((a) => roomy.filter((b) => b.from <= a.from && a.from < b.to).length));
        expect(count).toBe(busiest);
      }),
    );
  });
});

describe("a bar that is pulled", () => {
  const slot = span("2026-11-22T10:00", "2026-11-22T12:00");
  test.each([
    ["move", "hour", 20, "2026-11-22T10:15", "2026-11-22T12:15"],
    ["move", "day", 20, "2026-11-22T10:00", "2026-11-22T12:00"],
    ["move", "day", 95, "2026-11-22T12:00", "2026-11-22T14:00"],
    ["move", "month", 60 * 35, "2026-11-23T10:00", "2026-11-23T12:00"],
    ["to", "hour", -500, "2026-11-22T10:00", "2026-11-22T10:15"],
    ["to", "month", 60 * 24, "2026-11-22T10:00", "2026-11-23T12:00"],
    ["from", "day", -61, "2026-11-22T09:00", "2026-11-22T12:00"],
    ["from", "hour", 600, "2026-11-22T11:45", "2026-11-22T12:00"],
  ] as const)("by %s at the zoom of %ss for %i minutes becomes %s to %s", (grip, zoom, minutes, from, to) => {
    expect(dragged(slot, grip, minutes * minute, snapOf[zoom])).toEqual(span(from, to));
  });

  test("keeps its length when it is moved, is never shorter than a quarter, and back is back", () => {
    fc.assert(
      fc.property(anySpan, fc.integer({ min: -400, max: 400 }), fc.constantFrom(...zooms), (s, steps, zoom) => {
        const moved = dragged(s, "move", steps * snapOf[zoom], snapOf[zoom]);
        expect(moved.to - moved.from).toBe(s.to - s.from);
        for (const grip of ["from", "to"] as const) {
          const sized = dragged(s, grip, steps * snapOf[zoom], snapOf[zoom]);
          expect(sized.to - sized.from).toBeGreaterThanOrEqual(15 * minute);
        }
        if (zoom === "month" || zoom === "hour")
          expect(dragged(moved, "move", -steps * snapOf[zoom], snapOf[zoom])).toEqual(s);
      }),
    );
  });

  test("fits into its session whole when there is room, else as far as there is", () => {
    fc.assert(
      fc.property(anySpan, anySpan, (s, within) => {
        const inside = fitted(s, within);
        expect(inside.from).toBeGreaterThanOrEqual(within.from);
        expect(inside.to).toBeLessThanOrEqual(within.to);
        expect(inside.to - inside.from).toBe(Math.min(s.to - s.from, within.to - within.from));
        if (within.from <= s.from && s.to <= within.to) expect(inside).toEqual(s);
      }),
    );
  });

  test("goes into the session of the same cities that holds it, and else stays with its own", () => {
    const ses = (id: string, d: string, cityIds: string[]) => ({ id, cityIds, ...span(`${d}T06:00`, `${d}T23:00`) });
    const sessions = [ses("a", "2026-11-22", ["x"]), ses("b", "2026-11-23", ["y"]), ses("c", "2026-11-23", ["x", "y"])];
    const homeAt = (from: string, to: string) => homeOf(span(from, to), "a", sessions)?.id;
    expect(homeAt("2026-11-22T10:00", "2026-11-22T12:00")).toBe("a");
    expect(homeAt("2026-11-23T10:00", "2026-11-23T12:00")).toBe("c");
    expect(homeAt("2026-11-23T22:00", "2026-11-24T01:00")).toBe("a");
  });
});

describe("what may be changed by hand", () => {
  test.each([
    ["a draft", { state: "draft" }, ["move", "from", "to"]],
    ["one that waits for review", { state: "inReview" }, []],
    ["one to come", { from: noon + hour, to: noon + 2 * hour }, ["move", "from", "to"]],
    ["one to come that is held", { from: noon + hour, to: noon + 2 * hour, isPaused: true }, ["move", "from", "to"]],
    ["a running one, at its end", {}, ["to"]],
    ["one that is over", { to: noon }, []],
    ["one whose session is cut off", { state: "over" }, []],
    ["a coupon", { kind: "coupon", from: noon + hour }, []],
  ] as const)("%s", (_, more, expected) => {
    expect(grips(bar(more), noon)).toEqual(expected);
  });

  test("a bar is over the moment it ends, paused or not", () => {
    expect(barPhase(bar({ to: noon, isPaused: true }), noon)).toBe("over");
    expect(barPhase(bar({ isPaused: true }), noon)).toBe("paused");
    expect(barPhase(bar({ from: noon }), noon)).toBe("live");
    expect(barPhase(bar({ from: noon + 1 }), noon)).toBe("scheduled");
  });
});

test("two prices for the same goods and city meet only in one layer, at one time, and when the other stands", () => {
  const mine = bar({ keys: [1, 2] });
  const others = [
    bar({ id: "same", keys: [2, 9] }),
    bar({ id: "otherGoods", keys: [9] }),
    bar({ id: "otherLayer", kind: "group", keys: [1] }),
    bar({ id: "draft", keys: [1], state: "draft" }),
    bar({ id: "after", keys: [1], from: mine.to, to: mine.to + hour }),
  ];
  expect(rivals(mine, mine, [mine, ...others]).map((b) => b.id)).toEqual(["same"]);
});

describe("rows", () => {
  const bars = [
    bar({ id: "s", kind: "session", cityIds: ["x", "y"] }),
    bar({ id: "f", goods: goods("fruit", "meat"), cityIds: ["y"] }),
    bar({ id: "g", kind: "group", goods: goods("meat"), cityIds: ["x"] }),
  ];
  const keys = (by: Parameters<typeof rowsOf>[1], order: string[]) =>
    rowsOf(bars, by, order).map((r) => `${r.key}: ${r.bars.map((b) => b.id)}`);
  test("by category show a slot under each of its categories, in the catalogue's order", () => {
    expect(keys("category", ["meat", "fruit"])).toEqual([
      "session : s",
      "flash meat: f",
      "flash fruit: f",
      "group meat: g",
    ]);
  });
  test("by city show a session in each of its cities", () => {
    expect(keys("city", ["x", "y"])).toEqual(["session x: s", "session y: s", "flash y: f", "group x: g"]);
  });
  test("by hour put slots that begin at the same hour into one row", () => {
    expect(keys("slot", [])).toEqual(["session : s", "flash 10:00: f", "group 10:00: g"]);
  });

  test("of which some is seen are all drawn, and far ones are not", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 20, max: 400 }), { minLength: 1, maxLength: 60 }),
        fc.nat(8000),
        (heights, top) => {
          let sum = 0;
          const ends = heights.map((h) => {
            sum += h;
            return sum;
          });
          const { first, last } = rowsInView(ends, top, 700, 0);
          const begins = ends.map((end, i) => end - (heights[i] ?? 0));
          ends.forEach((end, i) => {
            const begin = begins[i] ?? 0;
            if (end > top && begin < top + 700) expect(i >= first && i <= last).toBe(true);
            else if (i > first && i < last) expect(i).toBe("drawn without need");
          });
          expect(ends[last]).toBeGreaterThanOrEqual(Math.min(top + 700, sum));
        },
      ),
    );
  });
});

test.each([
  [0, "none"],
  [84, "room"],
  [85, "tight"],
  [95, "full"],
  [100, "full"],
  [101, "over"],
] as const)("%i of a hundred is %s", (amount, heat) => {
  expect(heatOf(amount, 100)).toBe(heat);
});
