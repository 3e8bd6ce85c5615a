import { existsSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Actor, Role } from "#lib/identity/schema";
import { hour, later, minute } from "#lib/kernel/time";
import { setEventAside, takeEventBack } from "#lib/notifications/commands";
import { eventList } from "#lib/notifications/lists";
import { orderList } from "#lib/orders/lists";
import { underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { env } from "#lib/platform/env";
import { listPage, viewAsk } from "#lib/platform/list";
import { readSheet, type SheetRow } from "#lib/platform/sheet";
import { lists } from "#lib/server/lists";
import {
  makeOffer,
  makePoint,
  makeResident,
  makeSession,
  makeSku,
  makeSupplier,
  makeTown,
  operator,
  type Town,
  testMorning,
} from "#lib/testing/builders";
import { order, pay } from "#lib/testing/trade";
import { cancelRun, checkBulk, retryRun, startBulk, startExport, undoRun } from "./commands/runs";
import { dropView, saveLayout, saveView } from "./commands/views";
import type { Lists } from "./lists";
import { listLayout, runFile, runOf, savedViews } from "./queries";
import { type BulkInput, noLayout, type RunView } from "./schema";
import { sweepFiles, workRuns } from "./work";

const at = <T>(work: () => Promise<T>) => underClock(testMorning, work);
const locale = "en";
const rows = 12_001;

/** An operator with an account: runs act as the person they find there. */
async function person(...roles: Role[]): Promise<Actor> {
  const actor = operator(...roles);
  await prisma.user.create({
    data: { id: actor.id, kind: "operator", name: actor.name, roles, createdAt: testMorning },
  });
  return actor;
}

let town: Town;
let pointId: string;
let one: string;
let ann: Actor;

/** Copies of one paid order, as many as wanted, from a number on. */
async function copies(count: number, from: number): Promise<void> {
  await prisma.$executeRaw`
    insert into customer_order
    select (jsonb_populate_record(o, jsonb_build_object('id', 'ord_00000000000000a' || lpad(n::text, 5, '0'), 'request_key', 'copy-' || n,
      'contact_name', case when n % 100 = 0 then '=1+1' else o.contact_name end))).*
    from customer_order o, generate_series(${from}::int, ${from + count - 1}::int) n where o.id = ${one}`;
}

beforeAll(() =>
  at(async () => {
    town = await makeTown();
    pointId = await makePoint(town);
    const skuId = await makeSku({ supplierId: await makeSupplier() });
    await makeOffer(town, { sessionId: await makeSession(town), skuId });
    [one = ""] = await order(await makeResident(), town.pointId, [{ skuId, quantity: 1 }]);
    await pay(one);
    await copies(rows - 1, 1);
    ann = await person("operations");
  }),
);

/** The worker's turns until nothing is left to do. */
async function work(among: Lists = lists): Promise<void> {
  while (await workRuns(among, () => false, 60_000));
}
const csv = { list: "orders", query: "", format: "csv" as const, columns: [] };
async function read(actor: Actor, id: string, among = lists): Promise<string> {
  let text = "";
  for await (const piece of (await runFile(actor, among, id)).body()) text += String(piece);
  return text;
}
const lines = (text: string) =>
  text
    .replace(/^\uFEFF/, "")
    .trimEnd()
    .split("\r\n");
const parts = async (id: string) => (await prisma.run.findUniqueOrThrow({ where: { id } })).parts.length;
const seen = (actor: Actor, id: string): Promise<RunView> => runOf(actor, id, locale);

/** The registry with the list of orders changed, for what happens in the middle of work. */
const withOrders = (change: Partial<Lists[string]>): Lists => ({
  ...lists,
  orders: { ...(lists.orders as Lists[string]), ...change },
});
/** The run is given to somebody else, as when its worker fell silent and comes back too late. */
const lose = (id: string) => prisma.run.update({ where: { id }, data: { claim: { increment: 1 } } });

describe("saved views", () => {
  const view = { list: "orders", name: "To buy", scope: "mine" as const, query: "view=toBuy", layout: null };

  test("a view of one's own is seen by nobody else; a team's by every operator who may see the list, with her own count", () =>
    at(async () => {
      const bob = await person("support");
      const id = await saveView(ann, lists, view);
      expect(await savedViews(bob, lists, "orders")).toEqual([]);
      await saveView(ann, lists, { ...view, id, scope: "team" });
      const [shared] = await savedViews(bob, lists, "orders");
      expect(shared).toMatchObject({ id, isMine: false, count: 10_000, isCapped: true, version: 2 });
      const elsewhere = { ...bob, cityIds: ["rgn_elsewhere"] };
      expect((await savedViews(elsewhere, lists, "orders"))[0]).toMatchObject({ id, count: 0 });
      await expect(savedViews(operator("driver"), lists, "orders")).rejects.toMatchObject({ code: "forbidden" });
      await expect(saveView(bob, lists, { ...view, id, name: "Mine now" })).rejects.toMatchObject({ code: "notFound" });
      await expect(dropView(bob, lists, id)).rejects.toMatchObject({ code: "notFound" });
      await expect(saveView(ann, lists, { ...view, id, version: 1 })).rejects.toMatchObject({ code: "staleVersion" });
      await dropView(ann, lists, id);
      expect(await savedViews(ann, lists, "orders")).toEqual([]);
    }));

  test("a view stores a question: what the list does not know is left out, and what it no longer knows is named", () =>
    at(async () => {
      const query = "view=toBuy&where=payableFen.gte.100&where=nothing.is.1&after=abc&peek=x&paid=1";
      const id = await saveView(ann, lists, { ...view, query });
      const kept = await prisma.savedView.findUniqueOrThrow({ where: { id } });
      expect(new URLSearchParams(kept.query).getAll("where")).toEqual(["payableFen.gte.100"]);
      expect(kept.query).not.toMatch(/after|peek|nothing/);
      await prisma.savedView.update({ where: { id }, data: { query: `${kept.query}&where=gone.is.1` } });
      expect((await savedViews(ann, lists, "orders"))[0]).toMatchObject({ unknown: ["gone.is.1"], isCapped: true });
      await dropView(ann, lists, id);
    }));

  test("a layout belongs to a person and a list", () =>
    at(async () => {
      await saveLayout(ann, lists, "orders", { ...noLayout, hidden: ["goods"] });
      expect(await listLayout(ann, "orders")).toMatchObject({ hidden: ["goods"] });
      expect(await listLayout(operator("support"), "orders")).toBeNull();
    }));
});

describe("exports", () => {
  test("the file holds the list exactly, formulas disarmed, through a worker lost between a part and its cursor", () =>
    at(async () => {
      const id = await startExport(ann, lists, { ...csv, columns: ["no", "customer", "nothing"] }, locale);
      let isLost = false;
      const losing = withOrders({
        list: {
          ...orderList,
          load: async (ids: string[], actor: Actor) => {
            if (!isLost && (await parts(id)) === 1) {
              isLost = true;
              await lose(id);
            }
            return orderList.load(ids, actor);
          },
        },
      });
      await workRuns(losing, () => false, 60_000);
      expect(await seen(ann, id)).toMatchObject({ state: "running", done: 5000, total: rows, file: null });
      expect(existsSync(path.join(env().DATA_DIR, "files/exports", id, "00001-1"))).toBe(true);
      await work();
      expect((await seen(ann, id)).state).toBe("running");
      await underClock(later(testMorning, 2 * minute), () => work());
      const done = await seen(ann, id);
      expect(done).toMatchObject({ state: "done", done: rows });
      const text = await read(ann, id);
      expect(done.file?.bytes).toBe(Buffer.byteLength(text));
      expect(text.startsWith("\uFEFF")).toBe(true);
      const ids = await prisma.$queryRaw<{ id: string }[]>`select id from customer_order order by id desc`;
      const [head, ...body] = lines(text);
      expect(head).toBe("Order,Customer");
      expect(body.map((line) => line.split(",")[0])).toEqual(ids.map((row) => row.id.slice(-5).toUpperCase()));
      expect(body.filter((line) => line.endsWith(",'=1+1"))).toHaveLength(120);
      expect(await prisma.auditEntry.findMany({ where: { subjectId: id }, orderBy: { id: "asc" } })).toMatchObject([
        { deed: "lists.export", actorId: ann.id, after: { list: "orders", query: "" } },
        { deed: "lists.exported", actorId: ann.id, after: { rows } },
      ]);
      expect(await prisma.outboxEvent.findFirst({ where: { subjectId: id } })).toMatchObject({
        type: "run.finished",
        payload: { userId: ann.id, runId: id },
      });
    }));

  test("a cancelled export goes on from where it stopped, and a turn that ends is no loss", () =>
    at(async () => {
      const id = await startExport(ann, lists, csv, locale);
      await workRuns(lists, () => true);
      expect(await seen(ann, id)).toMatchObject({ state: "running", done: 5000 });
      await cancelRun(ann, id);
      await work();
      expect(await seen(ann, id)).toMatchObject({ state: "cancelled", done: 5000, file: null });
      await retryRun(ann, id);
      await work();
      expect(await seen(ann, id)).toMatchObject({ state: "done", done: rows });
      expect(lines(await read(ann, id))).toHaveLength(rows + 1);
    }));

  test("an export that breaks says where and why, and goes on when the cause is gone", () =>
    at(async () => {
      const id = await startExport(ann, lists, csv, locale);
      let isFull = true;
      const breaking = withOrders({
        list: {
          ...orderList,
          load: async (ids: string[], actor: Actor) => {
            if (isFull && (await parts(id)) === 2) {
              isFull = false;
              throw new Error("the disk is full");
            }
            return orderList.load(ids, actor);
          },
        },
      });
      await work(breaking);
      expect(await seen(ann, id)).toMatchObject({ state: "failed", done: 10_000, error: expect.any(String) });
      expect(await prisma.outboxEvent.findFirst({ where: { subjectId: id } })).toMatchObject({ type: "run.failed" });
      await retryRun(ann, id);
      await work();
      expect(new Set(lines(await read(ann, id))).size).toBe(rows + 1);
    }));

  test("chosen rows, a question, a spreadsheet: what was asked for and no more, and no cell of it runs", () =>
    at(async () => {
      const id = await startExport(ann, lists, { ...csv, ids: [one] }, locale);
      const book = await startExport(
        ann,
        lists,
        { ...csv, format: "xlsx", query: `where=contactName.is.${encodeURIComponent("=1+1")}` },
        locale,
      );
      await work();
      expect(lines(await read(ann, id))).toHaveLength(2);
      expect(await seen(ann, book)).toMatchObject({ state: "done", done: 120 });
      const file = await runFile(ann, lists, book);
      expect(file.mime).toMatch(/spreadsheet/);
      const pieces: Buffer[] = [];
      for await (const piece of file.body()) pieces.push(Buffer.from(piece));
      expect(Buffer.concat(pieces)).toHaveLength(file.bytes ?? 0);
      const sheet: SheetRow[] = [];
      for await (const batch of readSheet(Buffer.concat(pieces))) sheet.push(...batch);
      expect(sheet).toHaveLength(121);
      expect(sheet[1]?.cells).toContain("=1+1");
      expect(sheet[1]?.cells.at(-1)).toBe(0);
    }));

  test("a file is for whoever asked for it, and until it expires; then it is gone", () =>
    at(async () => {
      const id = await startExport(ann, lists, { ...csv, ids: [one] }, locale);
      await work();
      const folder = path.join(env().DATA_DIR, "files/exports", id);
      expect(existsSync(folder)).toBe(true);
      await expect(runFile(operator("administrator"), lists, id)).rejects.toMatchObject({ code: "notFound" });
      await expect(runFile({ ...ann, roles: [] }, lists, id)).rejects.toMatchObject({ code: "notFound" });
      await expect(seen(operator("support"), id)).rejects.toMatchObject({ code: "notFound" });
      expect((await seen(operator("auditor"), id)).file).toBeNull();
      await underClock(later(testMorning, 73 * hour), async () => {
        await expect(runFile(ann, lists, id)).rejects.toMatchObject({ code: "fileExpired" });
        expect((await seen(ann, id)).file).toBeNull();
        await sweepFiles();
      });
      expect(existsSync(folder)).toBe(false);
      await expect(runFile(ann, lists, id)).rejects.toMatchObject({ code: "fileExpired" });
    }));

  test("personal data leaves in full only for a reason, from hands that may, and it is written down", () =>
    at(async () => {
      const auditor = await person("auditor");
      const open = { ...csv, ids: [one], reason: "the point's shop floods" };
      await expect(startExport(auditor, lists, open, locale)).rejects.toMatchObject({ code: "forbidden" });
      const revealing = withOrders({
        list: {
          ...orderList,
          sheet: {
            ...orderList.sheet,
            reveal: async (ids: string[]) => new Map(ids.map((i) => [i, { phoneTail: "13800001234" }])),
          },
        },
      });
      const [masked, full] = [
        await startExport(ann, revealing, { ...open, reason: undefined }, locale),
        await startExport(ann, revealing, open, locale),
      ];
      await work(revealing);
      expect(await read(ann, masked)).not.toContain("13800001234");
      expect(await read(ann, full)).toContain("13800001234");
      expect(await prisma.auditEntry.findFirst({ where: { subjectId: full, deed: "pii.reveal" } })).toMatchObject({
        reason: open.reason,
      });
    }));
});

describe("bulk runs", () => {
  const ids = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => `ord_00000000000000a${String(from + i).padStart(5, "0")}`);
  const moves = (among: string[]): BulkInput => ({
    list: "orders",
    operation: "move",
    query: null,
    ids: among,
    values: { pickupPointId: pointId, reason: "the shop floods" },
  });
  const standing = (among: string[], at: string) =>
    prisma.order.count({ where: { id: { in: among }, pickupPointId: at } });
  const moved = (among: string[]) =>
    prisma.auditEntry.groupBy({
      by: ["subjectId"],
      where: { deed: "orders.move", subjectId: { in: among } },
      _count: true,
    });

  test("nothing changes before the dry run is confirmed; what cannot change is skipped and named; undo puts the rest back", () =>
    at(async () => {
      const some = ids(100, 60);
      await prisma.order.updateMany({ where: { id: { in: some.slice(0, 7) } }, data: { state: "cancelled" } });
      await prisma.order.updateMany({ where: { id: { in: some.slice(7, 10) } }, data: { pickupPointId: pointId } });
      const id = await checkBulk(ann, lists, moves([...some, "ord_of_nobody"]), locale);
      expect(await seen(ann, id)).toMatchObject({
        state: "checked",
        total: 60,
        skipped: 10,
        skips: [
          { code: "notMovable", count: 7 },
          { code: "alreadySo", count: 3 },
        ],
      });
      await work();
      expect(await standing(some, pointId)).toBe(3);
      await startBulk(ann, lists, id);
      await expect(startBulk(ann, lists, id)).rejects.toMatchObject({ code: "illegalTransition" });
      await work();
      expect(await seen(ann, id)).toMatchObject({
        state: "done",
        total: 60,
        done: 60,
        changed: 50,
        skipped: 10,
        failed: 0,
      });
      expect(await standing(some, pointId)).toBe(53);
      const result = lines(await read(ann, id));
      expect(result).toHaveLength(61);
      expect(result.filter((line) => line.includes(",Changed,"))).toHaveLength(50);
      expect(result.filter((line) => line.includes(",Skipped,"))).toHaveLength(10);

      // two of them have gone on since
      await prisma.order.update({ where: { id: some[20] as string }, data: { state: "locked" } });
      await prisma.order.update({ where: { id: some[21] as string }, data: { pickupPointId: await makePoint(town) } });
      await undoRun(ann, lists, id);
      await work();
      expect(await seen(ann, id)).toMatchObject({
        state: "undone",
        total: 50,
        done: 50,
        changed: 48,
        skipped: 2,
        skips: [
          { code: "changedSince", count: 1 },
          { code: "notMovable", count: 1 },
        ],
        undoUntil: null,
      });
      expect(await standing(some, town.pointId)).toBe(55);
      expect(lines(await read(ann, id)).filter((line) => line.includes(",Not put back,"))).toHaveLength(2);
    }));

  test("a worker lost before or after a row's own transaction: every row is changed once", () =>
    at(async () => {
      const some = ids(200, 40);
      const id = await checkBulk(ann, lists, moves(some), locale);
      await startBulk(ann, lists, id);
      const move = lists.orders?.bulk?.move;
      if (!move) throw new Error("no operation");
      let turn = 0;
      const losing = withOrders({
        bulk: {
          move: {
            ...move,
            apply: async (actor: Actor, orderId: string, values: unknown) => {
              turn++;
              if (turn === 5) await lose(id);
              const answer = await move.apply(actor, orderId, values);
              if (turn === 15) await lose(id);
              return answer;
            },
          },
        },
      });
      await work(losing);
      expect(await seen(ann, id)).toMatchObject({ state: "running", changed: 4 });
      await underClock(later(testMorning, 2 * minute), () => work(losing));
      expect(await seen(ann, id)).toMatchObject({ state: "running", changed: 14 });
      expect(await standing(some, pointId)).toBe(14);
      await underClock(later(testMorning, 4 * minute), () => work(losing));
      expect(await seen(ann, id)).toMatchObject({ state: "done", changed: 40, done: 40, skipped: 0 });
      expect((await moved(some)).every((m) => m._count === 1)).toBe(true);
      await underClock(later(testMorning, 5 * minute), async () => {
        await undoRun(ann, lists, id);
        await work();
      });
      expect(await standing(some, town.pointId)).toBe(40);
    }));

  test("rights lost while it runs stop it, and the rest waits for them to come back", () =>
    at(async () => {
      const eve = await person("operations");
      const some = ids(300, 120);
      const id = await checkBulk(eve, lists, moves(some), locale);
      await startBulk(eve, lists, id);
      const move = lists.orders?.bulk?.move;
      if (!move) throw new Error("no operation");
      let turn = 0;
      await work(
        withOrders({
          bulk: {
            move: {
              ...move,
              apply: async (actor: Actor, orderId: string, values: unknown) => {
                if (++turn === 10)
                  await prisma.user.update({
                    where: { id: eve.id },
                    data: { roles: ["support", "auditor"], cityIds: ["rgn_elsewhere"] },
                  });
                return move.apply(actor, orderId, values);
              },
            },
          },
        }),
      );
      expect(await standing(some, pointId)).toBe(50);
      expect(await seen(eve, id)).toMatchObject({ changed: 50, skipped: 70, skips: [{ code: "notFound", count: 70 }] });

      await prisma.user.update({ where: { id: eve.id }, data: { roles: ["operations"], cityIds: [] } });
      const rest = some.slice(50);
      const again = await checkBulk(eve, lists, moves(rest), locale);
      await startBulk(eve, lists, again);
      await prisma.user.update({ where: { id: eve.id }, data: { roles: ["auditor"] } });
      await work();
      expect(await seen(eve, again)).toMatchObject({
        state: "failed",
        changed: 0,
        error: expect.stringMatching(/role/),
      });
      await prisma.user.update({ where: { id: eve.id }, data: { state: "disabled" } });
      await retryRun(eve, again);
      await work();
      expect(await seen(eve, again)).toMatchObject({ state: "failed", changed: 0 });
      await prisma.user.update({ where: { id: eve.id }, data: { state: "active", roles: ["operations"] } });
      await retryRun(eve, again);
      await work();
      expect(await seen(eve, again)).toMatchObject({ state: "done", changed: 70 });
    }));

  test("a whole question of more rows than a glance is looked at by the worker, and may be stopped in the middle and undone", () =>
    at(async () => {
      const id = await checkBulk(
        ann,
        lists,
        { ...moves([]), query: `view=toBuy&pickupPointId=${town.pointId}` },
        locale,
      );
      expect((await seen(ann, id)).state).toBe("checking");
      await workRuns(lists, () => true);
      expect(await seen(ann, id)).toMatchObject({ state: "checking", done: 2000 });
      await work();
      const { total, amountFen } = await seen(ann, id);
      const payable = await prisma.order.aggregate({
        where: { state: "paid", pickupPointId: town.pointId },
        _sum: { payableFen: true },
        _count: true,
      });
      expect(total).toBe(payable._count);
      expect(amountFen).toBe(Number(payable._sum.payableFen));
      await startBulk(ann, lists, id);
      for (let n = 0; n < 3; n++) await workRuns(lists, () => true);
      await cancelRun(ann, id);
      expect(await work()).toBeUndefined();
      expect(await seen(ann, id)).toMatchObject({ state: "cancelled", changed: 3 });
      await undoRun(ann, lists, id);
      await work();
      expect(await seen(ann, id)).toMatchObject({ state: "undone", changed: 3 });
    }));

  test("who may not do it cannot begin, nobody confirms another's run, and after a day it is too late to undo", () =>
    at(async () => {
      const finance = await person("finance");
      await expect(checkBulk(finance, lists, moves([one]), locale)).rejects.toMatchObject({ code: "forbidden" });
      await expect(checkBulk(ann, lists, { ...moves([one]), values: {} }, locale)).rejects.toMatchObject({
        code: "invalid",
        fields: [{ field: "pickupPointId" }, { field: "reason" }],
      });
      const id = await checkBulk(ann, lists, moves([one]), locale);
      await expect(startBulk(await person("operations"), lists, id)).rejects.toMatchObject({ code: "notFound" });
      await startBulk(ann, lists, id);
      await work();
      await underClock(later(testMorning, 25 * hour), async () => {
        expect((await seen(ann, id)).undoUntil).toBeNull();
        await expect(undoRun(ann, lists, id)).rejects.toMatchObject({ code: "undoExpired" });
      });
    }));
});

test("news that cannot be told is set aside with a reason, stays seen, and can be put back and tried again in bulk", () =>
  at(async () => {
    const eventIds = await Promise.all(
      [1, 2, 3].map(async (n) => {
        const event = await prisma.outboxEvent.create({
          data: { type: "test.broken", subjectId: `x${n}`, payload: {}, at: testMorning, attempts: 7, lastError: "no" },
        });
        return String(event.id);
      }),
    );
    const [first = "", ...rest] = eventIds;
    const inView = async (view: string) =>
      (await listPage(eventList, ann, { ...viewAsk(view, "at"), q: "x1" })).rows.map((row) => row.id);
    await expect(setEventAside(operator("auditor"), { id: first, reason: "gone" })).rejects.toMatchObject({
      code: "forbidden",
    });
    await setEventAside(ann, { id: first, reason: "its order is gone" });
    expect([await inView("failing"), await inView("waiting"), await inView("setAside")]).toEqual([[], [], [first]]);
    await takeEventBack(ann, { id: first });
    expect([await inView("waiting"), await inView("setAside")]).toEqual([[first], []]);
    await expect(takeEventBack(ann, { id: first })).rejects.toMatchObject({ code: "notFound" });
    const run = await checkBulk(
      ann,
      lists,
      { list: "events", operation: "retry", query: null, ids: eventIds, values: {} },
      locale,
    );
    expect(await seen(ann, run)).toMatchObject({ total: 3, skipped: 1, skips: [{ code: "alreadySo", count: 1 }] });
    await startBulk(ann, lists, run);
    await work();
    expect(await seen(ann, run)).toMatchObject({ state: "done", changed: 2, undoUntil: null });
    expect(await prisma.outboxEvent.count({ where: { id: { in: rest.map(BigInt) }, attempts: 0 } })).toBe(2);
    expect(await prisma.auditEntry.findFirst({ where: { deed: "jobs.setAside" } })).toMatchObject({
      subjectId: first,
      reason: "its order is gone",
    });
  }));

test("a spreadsheet has its limit, and says what to do beyond it", () =>
  at(async () => {
    await copies(50_000 - rows + 1, 20_000);
    await expect(startExport(ann, lists, { ...csv, format: "xlsx" }, locale)).rejects.toMatchObject({
      code: "xlsxRows",
      facts: { most: 50_000 },
    });
  }));
