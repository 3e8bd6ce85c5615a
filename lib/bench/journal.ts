/**
 * What buyers were told, against what the database holds afterwards. Pure, so that planted lies can be shown to be found.
 */
export type Told = {
  key: string;
  residentId: string;
  pieces: number;
  poolId: string;
  /** The order that was acknowledged; null when the buyer was refused for good. */
  orderId: string | null;
  /** The channel took her money for it. */
  isPaid?: boolean;
};
export type Kept = {
  id: string;
  residentId: string;
  requestKey: string;
  pieces: number;
  /** Cancelled orders stand in the books, but hold no stock. */
  isCancelled: boolean;
  isPaid: boolean;
  poolId: string;
};
export type Findings = {
  acknowledged: number;
  refused: number;
  /** Acknowledged orders, or payments, that are not there as they were acknowledged. */
  lost: number;
  /** Orders beyond the one that a key stands for, and second acknowledgements of a key under another number. */
  doubled: number;
  /** Pieces ordered beyond a pool's quota. */
  oversold: number;
  /** Orders that stand although their buyer was refused, or that nobody asked for. */
  untrue: number;
};

const keyOf = (e: { residentId: string }, key: string) => `${e.residentId} ${key}`;

/** Compares the journal with the database. Shapes: see the types; pieces per pool in `quotas`. */
export function compare(told: readonly Told[], kept: readonly Kept[], quotas: ReadonlyMap<string, number>): Findings {
  const orders = new Map(kept.map((o) => [o.id, o]));
  const numbers = new Map<string, Set<string>>();
  const number = (key: string, id: string) => numbers.set(key, (numbers.get(key) ?? new Set()).add(id));
  const [accepted, refused] = [new Set<string>(), new Set<string>()];
  let [lost, doubled, oversold, untrue] = [0, 0, 0, 0];
  for (const o of kept) number(keyOf(o, o.requestKey), o.id);
  for (const t of told) {
    const key = keyOf(t, t.key);
    if (t.orderId === null) {
      refused.add(key);
      continue;
    }
    accepted.add(key);
    number(key, t.orderId);
    const o = orders.get(t.orderId);
    const isThere =
      o && o.residentId === t.residentId && o.requestKey === t.key && o.pieces === t.pieces && o.poolId === t.poolId;
    if (!isThere || (t.isPaid && !o.isPaid)) lost++;
  }
  for (const ids of numbers.values()) doubled += ids.size - 1;
  for (const o of kept) if (!accepted.has(keyOf(o, o.requestKey))) untrue++;
  for (const key of refused) if (accepted.has(key)) untrue++;
  for (const [poolId, quota] of quotas) {
    const ordered = kept.filter((o) => o.poolId === poolId && !o.isCancelled).reduce((n, o) => n + o.pieces, 0);
    oversold += Math.max(0, ordered - quota);
  }
  return { acknowledged: accepted.size, refused: refused.size, lost, doubled, oversold, untrue };
}
