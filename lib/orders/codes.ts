import "server-only";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";

type Bag = { residentId: string; pickupPointId: string; pickupDay: Date };
const placeOf = (b: Bag) => `${b.pickupPointId} ${b.pickupDay.toISOString()}`;

/** One code and bag number per resident, point and day; again changes nothing. Points are locked in order. */
export async function givePickupCodes(tx: Tx, bags: readonly Bag[]): Promise<void> {
  const places = new Map<string, Bag[]>();
  for (const b of bags) places.set(placeOf(b), [...(places.get(placeOf(b)) ?? []), b]);
  const keys = [...places.keys()].sort();
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended('bag ' || k, 0)) from unnest(${keys}::text[]) as k`;
  const taken = await tx.pickupCode.findMany({
    where: {
      OR: keys
        .flatMap((k) => places.get(k)?.slice(0, 1) ?? [])
        .map(({ pickupPointId, pickupDay }) => ({ pickupPointId, pickupDay })),
    },
  });
  const rows: {
    residentId: string;
    pickupPointId: string;
    pickupDay: Date;
    code: string;
    bagNo: number;
    createdAt: Date;
  }[] = [];
  for (const key of keys) {
    const here = taken.filter((t) => placeOf(t) === key);
    const codes = new Set(here.map((t) => t.code));
    const residents = new Set(here.map((t) => t.residentId));
    let bagNo = Math.max(0, ...here.map((t) => t.bagNo));
    for (const bag of places.get(key) ?? []) {
      if (residents.has(bag.residentId)) continue;
      let code = "";
      do
        code = String(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0)
          .slice(-6)
          .padStart(6, "0");
      while (codes.has(code));
      codes.add(code);
      residents.add(bag.residentId);
      rows.push({ ...bag, code, bagNo: ++bagNo, createdAt: now() });
    }
  }
  if (rows.length > 0) await tx.pickupCode.createMany({ data: rows });
}
