import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FieldValues, mergeFields } from "./merge";

const names = ["name", "price", "cities", "note"] as const;
const values = fc.record(
  Object.fromEntries(names.map((n) => [n, fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 2 })])),
) as fc.Arbitrary<FieldValues>;
const text = (one: readonly string[] | undefined) => JSON.stringify(one ?? []);

describe("two people edit one record", () => {
  it("nothing typed is lost, what only the other changed is taken over, what both changed differently is asked", () => {
    fc.assert(
      fc.property(values, values, values, (base, mine, theirs) => {
        const merged = mergeFields(base, mine, theirs);
        for (const name of names) {
          const [b, m, t] = [text(base[name]), text(mine[name]), text(theirs[name])];
          const isAsked = m !== b && t !== b && m !== t;
          expect(text(merged.values[name])).toBe(m !== b ? m : t);
          expect(merged.clashes.includes(name)).toBe(isAsked);
          expect(merged.taken.includes(name)).toBe(m === b && t !== b);
        }
      }),
    );
  });

  it("who comes second on different fields has nothing to choose, and both changes stand", () => {
    expect(
      mergeFields(
        { name: ["菠菜"], price: ["398"], cities: ["bj", "tj"] },
        { name: ["小菠菜"], price: ["398"], cities: ["bj", "tj"] },
        { name: ["菠菜"], price: ["428"], cities: ["bj"] },
      ),
    ).toEqual({
      values: { name: ["小菠菜"], price: ["428"], cities: ["bj"] },
      taken: ["price", "cities"],
      clashes: [],
    });
  });

  it("a field that appeared or fell away meanwhile is merged like any other", () => {
    const merged = mergeFields(
      { model: ["supplyPrice"] },
      { model: ["supplyPrice"] },
      { model: ["takeRate"], rate: ["15"] },
    );
    expect(merged).toEqual({
      values: { model: ["takeRate"], rate: ["15"] },
      taken: ["model", "rate"],
      clashes: [],
    });
  });
});
