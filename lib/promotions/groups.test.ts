import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Minimum } from "../campaigns/schema";
import {
  groupAt,
  groupEnd,
  groupLeader,
  isSeatInTime,
  mayJoin,
  missedAt,
  seatProblem,
  type Taken,
  withoutLine,
} from "./rules/groups";
import { groupStates, maskedName } from "./schema/groups";

const noon = new Date("2026-11-16T04:00:00Z");
const inMinutes = (minutes: number) => new Date(noon.getTime() + minutes * 60_000);
const group = (change: Partial<Parameters<typeof groupAt>[0]> = {}) => ({
  state: "open" as const,
  size: 3,
  taken: 1,
  paid: 1,
  expiresAt: inMinutes(30),
  ...change,
});

describe("a group", () => {
  test("ends after its minutes, never after its slot or the cut-off", () => {
    expect(groupEnd(noon, 30, inMinutes(60), inMinutes(90))).toEqual(inMinutes(30));
    expect(groupEnd(noon, 30, inMinutes(20), inMinutes(90))).toEqual(inMinutes(20));
    expect(groupEnd(noon, 30, inMinutes(60), inMinutes(10))).toEqual(inMinutes(10));
  });

  test("forms with its last paid seat, and fails when its time is over and nobody is still paying", () => {
    expect(groupAt(group({ taken: 3, paid: 3 }), noon)).toBe("formed");
    expect(groupAt(group({ taken: 3, paid: 2 }), noon)).toBe("open");
    expect(groupAt(group(), inMinutes(29))).toBe("open");
    expect(groupAt(group(), inMinutes(30))).toBe("failed");
    expect(groupAt(group({ taken: 2 }), inMinutes(31))).toBe("open");
    expect(groupAt(group({ taken: 0, paid: 0 }), noon)).toBe("failed");
  });

  test("never changes once it is decided", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("formed" as const, "failed" as const),
        fc.nat(5),
        fc.nat(5),
        fc.integer({ min: -60, max: 60 }),
        (state, taken, paid, minutes) => {
          expect(groupAt(group({ state, taken, paid }), inMinutes(minutes))).toBe(state);
        },
      ),
    );
  });

  test("takes a payment made in its last instant, and none a moment later or after it was decided", () => {
    expect(isSeatInTime(inMinutes(30), group())).toBe(true);
    expect(isSeatInTime(new Date(inMinutes(30).getTime() + 1), group())).toBe(false);
    for (const state of groupStates) expect(isSeatInTime(noon, group({ state }))).toBe(state === "open");
  });

  test("refuses who comes too late, and who finds no seat; a seat being paid for is taken", () => {
    expect(seatProblem(group(), inMinutes(29))).toBeNull();
    expect(seatProblem(group(), inMinutes(30))).toBe("groupEnded");
    expect(seatProblem(group({ state: "failed" }), noon)).toBe("groupEnded");
    expect(seatProblem(group({ taken: 3, paid: 1 }), noon)).toBe("groupFull");
    expect(seatProblem(group({ state: "formed", taken: 3, paid: 3 }), noon)).toBe("groupFull");
  });

  test("is for its city, and when it is closed around a leader for that leader's residents alone", () => {
    const order = { cityId: "a", leaderId: "one" };
    expect(mayJoin({ cityId: "a", leaderId: null }, order)).toBe(true);
    expect(mayJoin({ cityId: "a", leaderId: "one" }, order)).toBe(true);
    expect(mayJoin({ cityId: "a", leaderId: "two" }, order)).toBe(false);
    expect(mayJoin({ cityId: "b", leaderId: null }, order)).toBe(false);
    expect([groupLeader("city", "one"), groupLeader("leader", "one")]).toEqual([null, "one"]);
  });

  test("shows strangers no more of a name than its first character", () => {
    expect([maskedName("许女士"), maskedName("😀好"), maskedName("")]).toEqual(["许**", "😀**", "**"]);
  });
});

describe("a minimum", () => {
  const minimum = (change: Partial<Minimum>): Minimum => ({ count: 5, unit: "pieces", scope: "campaign", ...change });
  const points = new Map([
    ["p1", { buyers: 2, pieces: 5 }],
    ["p2", { buyers: 1, pieces: 4 }],
  ]);
  const whole = { buyers: 3, pieces: 9 };

  test("of a campaign stands or falls everywhere at once", () => {
    expect(missedAt(minimum({}), whole, points)).toEqual([]);
    expect(missedAt(minimum({ count: 10 }), whole, points)).toEqual(["p1", "p2"]);
    expect(missedAt(minimum({ unit: "buyers", count: 3 }), whole, points)).toEqual([]);
    expect(missedAt(minimum({ unit: "buyers", count: 4 }), whole, points)).toEqual(["p1", "p2"]);
  });

  test("of points falls only where it is not reached", () => {
    expect(missedAt(minimum({ scope: "point" }), whole, points)).toEqual(["p2"]);
    expect(missedAt(minimum({ scope: "point", unit: "buyers", count: 2 }), whole, points)).toEqual(["p2"]);
  });

  test("decided again after some of it was taken off, it takes off the rest and nothing more", () => {
    const places = fc.array(fc.record({ buyers: fc.nat(6), pieces: fc.nat(12) }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        places,
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom("buyers" as const, "pieces" as const),
        fc.constantFrom("campaign" as const, "point" as const),
        fc.nat(5),
        (list, count, unit, scope, done) => {
          const all = new Map(list.map((c, i) => [`p${i}`, c]));
          const sum = (m: typeof all) =>
            [...m.values()].reduce((a, c) => ({ buyers: a.buyers + c.buyers, pieces: a.pieces + c.pieces }), {
              buyers: 0,
              pieces: 0,
            });
          const min = minimum({ count, unit, scope });
          const missed = missedAt(min, sum(all), all);
          const left = new Map([...all].filter(([id]) => !missed.slice(0, done).includes(id)));
          expect(missedAt(min, sum(left), left)).toEqual(missed.slice(done));
        },
      ),
    );
  });
});

test("a line that falls gives back its own part of the limits, and the rest of the order keeps its", () => {
  const limits: Taken[] = [
    ["o:ofr_1", "res", 2],
    ["d:sku_1:2026-11-16", "res", 2],
    ["h:ssn:sku_1", "home", 2],
    ["l:sku_2", "res", 1],
    ["n", "res", 1],
  ];
  const { back, left } = withoutLine(limits, { offerId: "ofr_1", skuId: "sku_1", quantity: 2 });
  expect(back.map(([key]) => key)).toEqual(["d:sku_1:2026-11-16", "h:ssn:sku_1", "o:ofr_1"]);
  expect(left).toEqual(limits.slice(3));
});
