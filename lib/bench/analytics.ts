import "server-only";
import pg from "pg";
import { backfill } from "#lib/analytics/findables";
import { repurchase } from "#lib/analytics/queries/buyers";
import { measures } from "#lib/analytics/queries/measures";
import { rebuild } from "#lib/analytics/rollups";
import type { MeasureQuestion } from "#lib/analytics/schema/measures";
import { type Actor, systemActor } from "#lib/identity/schema";
import { addDays, atClock, day } from "#lib/kernel/time";
import { orderList } from "#lib/orders/lists";
import { orderViews } from "#lib/orders/schema";
import { underClock } from "#lib/platform/clock";
import { env } from "#lib/platform/env";
import { type ListAsk, listPage, viewAsk } from "#lib/platform/list";
import { found } from "#lib/search/queries";
import { coveringIndexes, direct, directRepurchase } from "./direct";
import { exported } from "./export";
import { interleaved, median, rounded, sqlMs } from "./measure";
import { benchDays, makeTrade } from "./trade";

const today = day("2026-11-20");
const desk: Actor = { ...systemActor("bench"), kind: "operator", id: "usr_bench", roles: ["administrator"] };
const newest = (view: string): ListAsk => viewAsk(view, "-placedAt");

/** Every view's first page, and a page three quarters of the way down. */
async function listFigures() {
  const first: number[] = [];
  for (const view of orderViews) {
    for (let i = 0; i < 5; i++) first.push(await sqlMs(() => listPage(orderList, desk, newest(view))));
  }
  const middle = `ord_${atClock(addDays(today, -Math.round(benchDays * 0.75)), "12:00")
    .getTime()
    .toString(16)
    .padStart(12, "0")}`;
  const after = Buffer.from(JSON.stringify(["-placedAt", middle, middle])).toString("base64url");
  const filtered = [
    { filters: { cityId: "rgn_bench1", pickupDay: addDays(today, -20) } },
    { filters: { leaderId: "ldr_00000000000000000007", businessDay: addDays(today, -30) } },
    { conditions: [{ field: "payableFen", op: "gte", value: "9000" }] },
    { view: "done", filters: { cityId: "rgn_bench2" } },
    { view: "toBuy", filters: { pickupPointId: "pkp_00000000000000000011" } },
    { filters: { supplierId: "sup_00000000000000000012", businessDay: addDays(today, -3) } },
  ] as const;
  const times = await interleaved(
    {
      first: () => listPage(orderList, desk, newest("all")),
      deep: () => listPage(orderList, desk, { ...newest("all"), after }),
    },
    21,
  );
  const filteredMs: number[] = [];
  for (const one of filtered) {
    const ask = { ...newest("all"), ...one } as ListAsk;
    await listPage(orderList, desk, ask);
    filteredMs.push(
      median([
        await sqlMs(() => listPage(orderList, desk, ask)),
        await sqlMs(() => listPage(orderList, desk, ask)),
        await sqlMs(() => listPage(orderList, desk, ask)),
      ]),
    );
  }
  return {
    listFirstMs: rounded(times.first),
    listDeepMs: rounded(times.deep),
    listViewsMs: rounded(median(first)),
    listViewsWorstMs: rounded(Math.max(...first)),
    listFilteredMs: rounded(median(filteredMs)),
    listFilteredWorstMs: rounded(Math.max(...filteredMs)),
  };
}

/** Fragments as people type them: a name, part of one, initials, goods, a phone's tail, an order's. */
async function searchFigures() {
  const texts = ["王敏华", "李静", "zhangl", "菠菜 王", "4417", "陈杰 土豆", "刘"];
  const times: number[] = [];
  for (const text of texts) {
    await found(["order"], text, undefined, 6);
    for (let i = 0; i < 5; i++) times.push(await sqlMs(() => found(["order"], text, undefined, 6)));
  }
  return { searchMs: rounded(median(times)), searchWorstMs: rounded(Math.max(...times)) };
}

async function dashboardFigures() {
  const ask = (more: Partial<MeasureQuestion>) => () =>
    measures(desk, { basis: "paid", from: addDays(today, -29), to: today, by: null, narrow: {}, ...more });
  const asked = direct(today);
  const rolled = {
    byDayAndBuyers: ask({ by: "day" }),
    products: ask({ by: "product", basis: "session", largest: { measure: "paidFen", limit: 20 } }),
    leaders: ask({ by: "leader", largest: { measure: "paidFen", limit: 20 } }),
    cities: ask({ by: "city" }),
  };
  const times = await interleaved(
    {
      ...asked,
      ...(Object.fromEntries(Object.entries(rolled).map(([name, work]) => [`rolled ${name}`, work])) as Record<
        `rolled ${keyof typeof rolled}`,
        () => Promise<unknown>
      >),
      repurchase: () => repurchase(desk, { basis: "paid", to: today, days: 30, narrow: {} }),
      directRepurchase: directRepurchase(today),
    },
    5,
  );
  const sumOf = (names: readonly string[]) =>
    names.reduce((n, name) => n + (times[name as keyof typeof times] ?? 0), 0);
  const dashboardMs = sumOf(Object.keys(rolled).map((name) => `rolled ${name}`));
  const directMs = sumOf(Object.keys(asked));
  return {
    dashboardMs: rounded(dashboardMs),
    directMs: rounded(directMs),
    ratioToDirect: rounded(directMs / dashboardMs),
    repurchaseMs: rounded(times.repurchase),
    repurchaseDirectMs: rounded(times.directRepurchase),
  };
}

/** The figures of the console's lists and reports on one trade, in one run: milliseconds of SQL, except `orders`, the ratio and the megabytes. */
export async function analytics({
  orders,
  say,
}: {
  orders: number;
  say: (text: string) => void;
}): Promise<Record<string, number>> {
  const owner = new pg.Client({ connectionString: env().MIGRATE_DATABASE_URL });
  await owner.connect();
  await makeTrade(owner, orders, today, say);
  return underClock(atClock(today, "23:30"), async () => {
    await rebuild(addDays(today, 1 - benchDays), today, { daysEach: 30, done: (_, to) => say(`sums until ${to}`) });
    await owner.query("drop index search_entry_grams");
    for (let entered = 0, done = 1; done > 0; entered += done) {
      done = await backfill();
      if (entered % 500_000 < done) say(`${entered} records to be found`);
    }
    await owner.query("create index search_entry_grams on search_entry using gin (grams) with (fastupdate = off)");
    for (const index of coveringIndexes) await owner.query(index);
    await owner.query("vacuum (analyze)");
    say("ready");
    const lists = await listFigures();
    say("lists measured");
    const search = await searchFigures();
    say("search measured");
    const dashboards = await dashboardFigures();
    say("dashboards measured");
    await owner.end();
    // nine of ninety days are a tenth of the orders: a million of ten
    const file = await exported(desk, `byDay=session&from=${addDays(today, -9)}&to=${addDays(today, -1)}`, say);
    return { orders, ...lists, ...search, ...dashboards, ...file };
  });
}
