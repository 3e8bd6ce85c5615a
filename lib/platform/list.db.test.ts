import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "#lib/identity/schema";
import { type Condition, type ListParams, operators, readListParams, searchOf, writeCondition } from "#lib/kernel/list";
import { readCursor, writeCursor } from "#lib/kernel/page";
import { addDays, type Day, dateOf, endOf, later, minute, startOf } from "#lib/kernel/time";
import { journalList } from "#lib/ledger/lists";
import { journalListSpec } from "#lib/ledger/schema";
import { purchaseList } from "#lib/procurement/lists";
import { purchaseListSpec, purchaseStates } from "#lib/procurement/schema";
import { operator, testDay, testMorning } from "#lib/testing/builders";
import { underClock } from "./clock";
import { prisma } from "./db";
import { type AnyList, listCount, listIds, listPage, listStretches } from "./list";

const desk = operator("finance", "operations");
const at = <T>(work: () => Promise<T>) => underClock(testMorning, work);
const read = (query: string) => readListParams(searchOf(query), purchaseListSpec);

type Known = {
  id: string;
  state: (typeof purchaseStates)[number];
  pickupDay: Day;
  unload: Date;
  issuedAt: Date;
  receivedAt: Date | null;
  pieces: number;
  total: number;
  acceptedFen: number;
  goods: string[];
  missing: number;
};
/** Few values and many rows, so that every sort has ties to break. */
const known: Known[] = Array.from({ length: 60 }, (_, i) => ({
  id: `pur_${String((i * 37) % 60).padStart(4, "0")}`,
  state: purchaseStates[i % 5] ?? "issued",
  pickupDay: addDays(testDay, i % 4),
  unload: later(startOf(addDays(testDay, i % 3)), (i % 2) * 30 * minute),
  issuedAt: later(testMorning, -(i % 5) * 700 * minute),
  receivedAt: i % 3 === 0 ? later(testMorning, i * minute) : null,
  pieces: i % 7,
  total: (i % 6) * 1000,
  acceptedFen: (i % 4) * 10,
  goods: i % 5 === 0 ? [] : i % 2 === 0 ? ["菠菜", "100%_橙"] : ["菠菜"],
  missing: i % 5 === 0 ? 0 : i % 3,
}));

beforeAll(async () => {
  await prisma.purchaseOrder.createMany({
    data: known.map((k, i) => ({
      id: k.id,
      saleSessionId: `ses_${i}`,
      supplierId: `sup_${i % 3}`,
      warehouseId: "whs_1",
      cityId: "rgn_1",
      pickupDay: dateOf(k.pickupDay),
      state: k.state,
      snapshotHash: "",
      pieces: k.pieces,
      totalFen: BigInt(k.total),
      acceptedFen: BigInt(k.acceptedFen),
      issuedAt: k.issuedAt,
      autoAcceptAt: k.issuedAt,
      unloadFromAt: k.unload,
      unloadToAt: k.unload,
      receivedAt: k.receivedAt,
    })),
  });
  await prisma.purchaseOrderLine.createMany({
    data: known.flatMap((k) =>
      k.goods.map((name, i) => ({
        id: `${k.id}_${i}`,
        purchaseOrderId: k.id,
        skuId: `sku_${i}`,
        name,
        spec: "",
        unit: "",
        picture: "",
        needed: 0,
        casePack: 1,
        cases: 9,
        pieces: 9,
        supplyPriceFen: 0n,
        amountFen: 0n,
        short: i === 0 ? k.missing : 0,
      })),
    ),
  });
});

async function pages(
  ask: Pick<ListParams, "view" | "q" | "sort" | "conditions" | "any"> & { filters: object },
  limit: number,
) {
  const ids: string[] = [];
  for (let after: string | null = null, turns = 0; turns < 100; turns++) {
    const page: Awaited<ReturnType<typeof listPage>> = await listPage(purchaseList, desk, { ...ask, after }, limit);
    ids.push(...page.rows.map((r) => r.id));
    if (!page.nextCursor) return ids;
    after = page.nextCursor;
  }
  throw new Error("the list never ends");
}

const columns: Record<string, (k: Known) => string | number> = {
  issuedAt: (k) => k.id,
  pickupDay: (k) => k.pickupDay,
  unload: (k) => k.unload.getTime(),
  total: (k) => k.total,
};

describe("a list in pages", () => {
  test.each(Object.keys(columns).flatMap((column) => [column, `-${column}`]))(
    "sorted by %s shows every row once, in order, whatever the page's size",
    async (sort) => {
      const value = columns[sort.replace("-", "")] ?? ((k) => k.id);
      const sign = sort.startsWith("-") ? -1 : 1;
      const expected = known
        .toSorted((a, b) => {
          const [x, y] = [value(a), value(b)];
          return sign * (x < y ? -1 : x > y ? 1 : a.id < b.id ? -1 : 1);
        })
        .map((k) => k.id);
      for (const limit of [1, 7, 60]) expect(await at(() => pages(read(`sort=${sort}`), limit))).toEqual(expected);
      const stretched: string[] = [];
      for await (const part of listStretches(purchaseList as AnyList<Actor>, desk, read(`sort=${sort}`), null, 11))
        stretched.push(...part.rows.map((r) => r.id));
      expect(stretched).toEqual(expected);
    },
  );

  test("a cursor somebody mended starts the list over and breaks nothing", async () => {
    const part = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("2026-02-30", "2026-11-22 25:00:00+00", "1e3", "∞"),
    );
    const sort = fc.constantFrom("-issuedAt", "-pickupDay", "unload", "-total");
    await fc.assert(
      fc.asyncProperty(sort, part, part, async (by, value, id) => {
        const after = readCursor(writeCursor([by, value, id])) && writeCursor([by, value, id]);
        expect(
          (await listPage(purchaseList, desk, { ...read(`sort=${by}`), after }, 5)).rows.length,
        ).toBeLessThanOrEqual(5);
        const journals = readListParams({}, journalListSpec);
        const other = writeCursor([journals.sort, value.replaceAll("\0", ""), id.replaceAll("\0", "")]);
        expect((await listPage(journalList, desk, { ...journals, after: other })).rows).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

type Field = keyof typeof purchaseListSpec.fields;
/** What a condition means, said a second time without a database. */
function holds(k: Known, { field, op, value }: Condition): boolean {
  const has = k[field as Field & keyof Known];
  if (field === "goods") {
    const some = (test: (name: string) => boolean) => k.goods.some(test);
    if (op === "empty") return (value === "1") !== some((name) => name !== "");
    return some((name) => (op === "has" ? name.toLowerCase().includes(value.toLowerCase()) : name === value));
  }
  if (field === "state") return (op === "in") === value.split(",").includes(k.state);
  if (field === "pickupDay" || has instanceof Date || has === null) {
    if (has === null) return false;
    const [from, to] =
      op === "last"
        ? [addDays(testDay, 1 - Number(value)), testDay]
        : [op === "lte" ? null : (value as Day), op === "gte" ? null : (value as Day)];
    if (field === "pickupDay") return (!from || k.pickupDay >= from) && (!to || k.pickupDay <= to);
    return (!from || (has as Date) >= startOf(from)) && (!to || (has as Date) < endOf(to));
  }
  const n = BigInt(value);
  const mine = BigInt(has as number);
  return op === "gte" ? mine >= n : op === "lte" ? mine <= n : mine === n;
}

const days = fc.integer({ min: -3, max: 6 }).map((n) => addDays(testDay, n));
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    field: fc.constantFrom("total", "acceptedFen", "pieces", "missing"),
    op: fc.constantFrom(...operators.money),
    value: fc.oneof(fc.integer({ min: -2, max: 6 }), fc.constantFrom(1000, 3000, 999_999_999_999_999)).map(String),
  }),
  fc.record({
    field: fc.constantFrom("pickupDay", "unload", "issuedAt", "receivedAt"),
    op: fc.constantFrom("eq" as const, "gte" as const, "lte" as const),
    value: days,
  }),
  fc.record({
    field: fc.constantFrom("pickupDay", "issuedAt"),
    op: fc.constant("last" as const),
    value: fc.integer({ min: 1, max: 9999 }).map(String),
  }),
  fc.record({
    field: fc.constant("state"),
    op: fc.constantFrom("in" as const, "not" as const),
    value: fc.subarray([...purchaseStates], { minLength: 1 }).map((words) => words.join(",")),
  }),
  fc.record({
    field: fc.constant("goods"),
    op: fc.constantFrom("has" as const, "is" as const),
    value: fc.constantFrom("菠菜", "100%", "%", "_", "橙", "\\", "'"),
  }),
  fc.record({ field: fc.constant("goods"), op: fc.constant("empty" as const), value: fc.constantFrom("0", "1") }),
);

describe("conditions", () => {
  test("mean the same to the database as to a person with the rows on paper", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(condition, { minLength: 1, maxLength: 3 }), fc.boolean(), async (conditions, any) => {
        const query = new URLSearchParams(conditions.map((c) => ["where", writeCondition(c)]));
        if (any) query.set("any", "1");
        const ask = read(query.toString());
        expect(ask.conditions).toEqual(conditions);
        const fits = known.filter((k) => conditions[any ? "some" : "every"]((c) => holds(k, c)));
        const found = await at(() => listPage(purchaseList, desk, ask, 100));
        expect(found.rows.map((r) => r.id)).toEqual(
          fits
            .map((k) => k.id)
            .toSorted()
            .toReversed(),
        );
        expect(await at(() => listCount(purchaseList, desk, ask))).toEqual({
          count: fits.length,
          sumFen: fits.reduce((sum, k) => sum + k.total, 0),
          isCapped: false,
        });
        expect(await at(() => listIds(purchaseList, desk, ask, null, 100))).toEqual(fits.map((k) => k.id).toSorted());
      }),
      { numRuns: 120 },
    );
  }, 60_000);

  test("of any address whatever never break the page", async () => {
    const key = fc.constantFrom("view", "q", "sort", "where", "any", "after", "day", "warehouseId", "supplierId");
    const value = fc.oneof(
      fc.string({ unit: "binary" }),
      fc
        .tuple(
          fc.constantFrom(...Object.keys(purchaseListSpec.fields)),
          fc.constantFrom("gte", "lte", "eq", "has", "is", "empty", "in", "not", "last"),
          fc.oneof(
            fc.string({ unit: "binary" }),
            fc.constantFrom("999999999999999", "-1", "0001-01-01", "9999-12-31", "1"),
          ),
        )
        .map((parts) => parts.join(".")),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(key, value), { maxLength: 6 }), async (pairs) => {
        const ask = read(new URLSearchParams(pairs).toString());
        expect((await at(() => listPage(purchaseList, desk, ask, 3))).rows.length).toBeLessThanOrEqual(3);
        expect((await at(() => listCount(purchaseList, desk, ask, ask.exact))).count).toBeLessThanOrEqual(60);
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
