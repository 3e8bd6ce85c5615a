import { expect, test } from "vitest";
import { compare, type Kept, type Told } from "./journal";

const told: Told[] = [
  { key: "k1", residentId: "res_1", pieces: 2, poolId: "stk_1", orderId: "ord_1" },
  { key: "k2", residentId: "res_2", pieces: 1, poolId: "stk_1", orderId: "ord_2", isPaid: true },
  { key: "k3", residentId: "res_3", pieces: 1, poolId: "stk_1", orderId: null },
];
const order = (n: number, more: Partial<Kept> = {}): Kept => ({
  id: `ord_${n}`,
  residentId: `res_${n}`,
  requestKey: `k${n}`,
  pieces: n === 1 ? 2 : 1,
  isCancelled: false,
  isPaid: n === 2,
  poolId: "stk_1",
  ...more,
});
const kept = [order(1), order(2)];
const quotas = new Map([["stk_1", 3]]);
const honest = { acknowledged: 2, refused: 1, lost: 0, doubled: 0, oversold: 0, untrue: 0 };

test("what was acknowledged and stands, and what was refused and does not, is no finding", () => {
  expect(compare(told, kept, quotas)).toEqual(honest);
});

test("an acknowledgement heard twice under one number is one order", () => {
  expect(compare([...told, ...told], kept, quotas)).toEqual({ ...honest, lost: 0 });
});

test.each<[string, readonly Told[], readonly Kept[], ReadonlyMap<string, number>, object]>([
  ["an acknowledged order that is gone is lost", told, [order(2)], quotas, { lost: 1 }],
  ["an acknowledged order of other pieces is lost", told, [order(1, { pieces: 1 }), order(2)], quotas, { lost: 1 }],
  [
    "an acknowledged order under another key is lost, and nobody asked for it",
    told,
    [order(1, { requestKey: "x" }), order(2)],
    quotas,
    { lost: 1, untrue: 1 },
  ],
  [
    "a payment the channel took and the order does not know is lost",
    told,
    [order(1), order(2, { isPaid: false })],
    quotas,
    { lost: 1 },
  ],
  [
    "a second order on one key is doubled",
    told,
    [...kept, order(1, { id: "ord_9" })],
    new Map([["stk_1", 9]]),
    { doubled: 1 },
  ],
  [
    "one key acknowledged under two numbers is doubled",
    [...told, { ...(told[0] as Told), orderId: "ord_9" }],
    [...kept, order(1, { id: "ord_9" })],
    new Map([["stk_1", 9]]),
    { doubled: 1 },
  ],
  ["pieces beyond the quota are oversold", told, kept, new Map([["stk_1", 1]]), { oversold: 2 }],
  ["an order of a buyer who was refused is untrue", told, [...kept, order(3)], new Map([["stk_1", 9]]), { untrue: 1 }],
])("%s", (_, said, orders, pools, finding) => {
  expect(compare(said, orders, pools)).toEqual({ ...honest, ...finding });
});

test("a cancelled order holds no stock", () => {
  expect(compare(told, [order(1, { isCancelled: true }), order(2)], new Map([["stk_1", 1]]))).toEqual(honest);
});
