import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { OfferView } from "../campaigns/schema";
import { priceOf } from "./rules";

type Personal = `${string}${"resident" | "leader" | "household" | "buyer" | "person" | "phone" | "level"}Id`;

describe("the price is made of published offers only", () => {
  test("the function takes nothing else, and an offer knows of no person", () => {
    expectTypeOf(priceOf).parameters.toEqualTypeOf<[readonly OfferView[]]>();
    expectTypeOf<Extract<keyof OfferView, Personal>>().toBeNever();
  });

  test("how much is left, sold or allowed does not move it", () => {
    const layer = fc.constantFrom("session" as const, "flash" as const);
    const moving = fc.record({
      held: fc.nat(),
      sold: fc.nat(),
      available: fc.integer(),
      perPersonLimit: fc.option(fc.nat()),
      quota: fc.nat(),
    });
    const offers = fc.array(fc.record({ layer, priceFen: fc.integer({ min: 1, max: 9_999 }), a: moving, b: moving }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(offers, (given) => {
        const of = (way: "a" | "b") =>
          priceOf(
            given.map((o, i) => ({ id: `ofr_${i}`, layer: o.layer, priceFen: o.priceFen, ...o[way] }) as OfferView),
          );
        expect([of("a").id, of("a").priceFen]).toEqual([of("b").id, of("b").priceFen]);
      }),
    );
  });
});
