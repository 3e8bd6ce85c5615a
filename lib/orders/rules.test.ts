import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fen, least, minus, plus, zero } from "../kernel/money";
import { refundForPieces } from "./rules";

describe("pieces that will not come after the price has fallen", () => {
  test("give back what they cost after the fall, not what they cost before it", () => {
    const line = { paidFen: fen(2000), refundedFen: fen(400), ordered: 2, givenUpBefore: 0 };
    expect(refundForPieces({ ...line, drops: [{ pieces: 2, amountFen: fen(400) }] }, 1)).toBe(800);
    expect(refundForPieces({ ...line, drops: [{ pieces: 2, amountFen: fen(400) }] }, 2)).toBe(1600);
  });

  test("a piece given up before the fall took no part in it", () => {
    const line = { paidFen: fen(3000), refundedFen: fen(1000 + 400), ordered: 3, givenUpBefore: 1 };
    expect(refundForPieces({ ...line, drops: [{ pieces: 2, amountFen: fen(400) }] }, 1)).toBe(800);
  });

  test("piece by piece or at once, everything paid comes back to the fen and nobody gets more", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 50_000 }),
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 0, max: 100 }),
        fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 12 }),
        (ordered, paid, early, percent, steps) => {
          const paidFen = fen(paid);
          let givenUpBefore = Math.min(early, ordered - 1);
          let refundedFen =
            givenUpBefore > 0
              ? refundForPieces({ paidFen, refundedFen: zero, ordered, givenUpBefore: 0 }, givenUpBefore)
              : zero;
          const dropFen = fen(Math.floor((minus(paidFen, refundedFen) * percent) / 100));
          const drops = [{ pieces: ordered - givenUpBefore, amountFen: dropFen }];
          refundedFen = plus(refundedFen, dropFen);
          for (const step of [...steps, ordered]) {
            const quantity = Math.min(step, ordered - givenUpBefore);
            if (quantity === 0) break;
            const part = refundForPieces({ paidFen, refundedFen, ordered, givenUpBefore, drops }, quantity);
            expect(part).toBe(least(part, minus(paidFen, refundedFen)));
            expect(part).toBeGreaterThanOrEqual(0);
            refundedFen = plus(refundedFen, part);
            givenUpBefore += quantity;
          }
          expect(refundedFen).toBe(paidFen);
        },
      ),
    );
  });
});
