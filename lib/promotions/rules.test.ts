import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OfferView } from "../campaigns/schema";
import { priceOf } from "./rules";

const offer = (layer: OfferView["layer"], priceFen: number, id = `ofr_${layer}`) =>
  ({ id, layer, priceFen }) as OfferView;

describe("the price", () => {
  test("a flash price outranks the session's, and a group's lies between", () => {
    expect(priceOf([offer("session", 500), offer("flash", 390)]).priceFen).toBe(390);
    expect(priceOf([offer("session", 500), offer("group", 450)]).priceFen).toBe(450);
    expect(priceOf([offer("flash", 390), offer("group", 350)]).layer).toBe("flash");
  });

  test("nothing on offer has no price", () => {
    expect(() => priceOf([])).toThrow("saleEnded");
  });

  test("depends on the published offers alone: neither their order nor who asks changes it", () => {
    const offers = fc.uniqueArray(
      fc.tuple(
        fc.constantFrom("session" as const, "flash" as const, "group" as const),
        fc.integer({ min: 1, max: 9_999 }),
      ),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(offers, fc.func(fc.integer()), (given, shuffle) => {
        const list = given.map(([layer, price], i) => offer(layer, price, `ofr_${i}`));
        const turned = [...list].sort((a, b) => shuffle(a.id) - shuffle(b.id));
        expect(priceOf(turned)).toEqual(priceOf(list));
        expect(priceOf.length).toBe(1);
      }),
    );
  });
});
