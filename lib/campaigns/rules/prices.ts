import { type Fen, least } from "../../kernel/money";
import { addDays, type Day, dayOf } from "../../kernel/time";
import type { Evidence, PriceStep, Strike } from "../schema/prices";

const evidenceDays = 7;

/**
 * The days whose transactions are the evidence for a promotion: seven whole ones, and of the day it starts what was sold before it.
 */
export function evidenceWindow(startsAt: Date): { from: Day; to: Day } {
  const day = dayOf(startsAt);
  return { from: addDays(day, -evidenceDays), to: day };
}

/** The last day on which a promotion may start that still has to look at what was sold on this day. */
export const capsUntil = (day: Day): Day => addDays(day, evidenceDays);

/** The struck-through price an offer may carry: what people really paid before, else the suggested retail price; else none. */
export function strikeThrough(priceFen: Fen, evidence: Evidence | null, msrpFen: Fen | null): Strike | null {
  if (evidence)
    return evidence.lowestFen > priceFen
      ? { listPriceFen: evidence.lowestFen, basis: evidence.kind, day: evidence.day }
      : null;
  return msrpFen !== null && msrpFen > priceFen ? { listPriceFen: msrpFen, basis: "msrp", day: null } : null;
}

/** What a lower transaction price leaves of a struck-through price: itself, the lower one, or nothing. */
export function cappedStrike(priceFen: Fen, strikeFen: Fen, capFen: Fen): Fen | null {
  const left = least(strikeFen, capFen);
  return left > priceFen ? left : null;
}

/** Of a price's history, newest first, what changed it: not a publishing at the price that stood before in the city and layer. */
export function turningSteps<S extends Pick<PriceStep, "cityId" | "layer" | "fromFen" | "toFen">>(
  steps: readonly S[],
): S[] {
  const standing = new Map<string, Fen>();
  return [...steps]
    .reverse()
    .filter((s) => {
      const key = `${s.cityId} ${s.layer}`;
      const isTurn = s.fromFen !== null || standing.get(key) !== s.toFen;
      standing.set(key, s.toFen);
      return isTurn;
    })
    .reverse();
}
