import { beforeAll, describe, expect, it } from "vitest";
import { record } from "#lib/audit/steps";
import { Prisma } from "#lib/generated/prisma/client";
import { phoneColumns } from "#lib/identity/steps";
import { newId } from "#lib/kernel/ids";
import { addDays, dateOf, later, minute, startOf } from "#lib/kernel/time";
import { orderPlaced } from "#lib/orders/events";
import { orderList } from "#lib/orders/lists";
import { underClock } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { listCount, listPage, viewAsk } from "#lib/platform/list";
import { announce, drain } from "#lib/platform/news";
import {
  leaderActor,
  makeLeader,
  makeOffer,
  makeResident,
  makeSession,
  makeSku,
  makeSupplier,
  makeTown,
  operator,
  supplierActor,
  testDay,
  testMorning,
} from "#lib/testing/builders";
import { order } from "#lib/testing/trade";
import { backfill, followAudit } from "./findables";
import { searchEverything } from "./queries/search";
import { reactions } from "./reactions";

const told = () => drain(reactions);

const orderId = "ord_1m84ap01947921fxk7q2";
const phone = "13800060001";
const find = (text: string, actor = operator("operations")) =>
  underClock(testMorning, () => searchEverything(actor, text, "zh-CN"));

beforeAll(async () => {
  const residentId = await makeResident();
  const supplierId = await makeSupplier();
  const leaderId = await makeLeader("rgn_a");
  await prisma.resident.update({ where: { id: residentId }, data: phoneColumns(phone, "resident.phone") });
  await prisma.supplier.update({ where: { id: supplierId }, data: { name: "绿源蔬菜合作社" } });
  await prisma.leader.update({ where: { id: leaderId }, data: { name: "王秀英" } });
  await prisma.order.create({
    data: {
      id: orderId,
      residentId,
      requestKey: "k",
      inputHash: "h",
      saleSessionId: "ssn_1",
      businessDay: dateOf(testDay),
      pickupDay: dateOf(testDay),
      cityId: "rgn_a",
      pickupPointId: "pkp_1",
      routeId: "rte_1",
      warehouseId: "whs_1",
      leaderId,
      attribution: "point",
      state: "paid",
      itemCount: 1,
      summary: "白菜 2 件",
      goodsFen: 100n,
      payableFen: 100n,
      paidFen: 100n,
      contactName: "陈阿姨",
      phoneTail: "0001",
      placedAt: testMorning,
      expiresAt: testMorning,
    },
  });
  await prisma.pickupPoint.create({
    data: {
      id: "pkp_1",
      name: "梧桐里 3 号门",
      cityId: "rgn_a",
      district: "海淀",
      address: "梧桐路 8 号",
      lat: 40,
      lng: 116,
      routeId: "rte_1",
      leaderId,
      state: "open",
      createdAt: testMorning,
    },
  });
  await prisma.pickupCode.create({
    data: {
      residentId,
      pickupPointId: "pkp_1",
      pickupDay: dateOf(testDay),
      code: "482913",
      bagNo: 1,
      createdAt: testMorning,
    },
  });
});

describe("finding by any fragment", () => {
  beforeAll(async () => {
    while ((await backfill()) > 0);
  });

  it.each([
    ["the tail people say aloud", "XK7Q2"],
    ["the whole number", orderId],
    ["the tail of the phone", "0001"],
    ["the whole phone", phone],
  ])("an order by %s", async (_, text) => {
    expect(await find(text)).toContainEqual(
      expect.objectContaining({ kind: "订单", href: `/orders/${orderId}`, title: "陈阿姨 · XK7Q2" }),
    );
  });

  it("an order by its pickup code, while the code is fresh", async () => {
    expect(await find("482913")).toMatchObject([
      { kind: "提货码", href: `/orders/${orderId}`, detail: "梧桐里 3 号门 · 11-16" },
    ]);
  });

  it("suppliers, leaders and points by a part of the name", async () => {
    expect((await find("绿源")).map((hit) => hit.kind)).toEqual(["供应商"]);
    expect((await find("秀英")).map((hit) => hit.title)).toEqual(["王秀英"]);
    expect((await find("梧桐")).map((hit) => hit.title)).toContain("梧桐里 3 号门");
  });

  it("never finds what is in another city, what the role may not see, or anything for a partner", async () => {
    expect(await find("XK7Q2", { ...operator("operations"), cityIds: ["rgn_b"] })).toEqual([]);
    expect(await find(phone, operator("warehouse"))).toEqual([]);
    expect(await find("绿源", supplierActor("sup_1"))).toEqual([]);
    expect(await find("秀英", leaderActor("ldr_1"))).toEqual([]);
  });

  it("what is called so comes before what mentions it, and a phone's tail shows what was found", async () => {
    expect((await find("王秀英"))[0]).toMatchObject({ kind: "团长", title: "王秀英", state: "服务中" });
    expect(await find("0001")).toContainEqual(
      expect.objectContaining({ href: `/orders/${orderId}`, match: "*******0001" }),
    );
  });

  it("a percent sign finds percent signs, not everything", async () => {
    expect(await find("%%")).toEqual([]);
    expect(await find("__")).toEqual([]);
    expect(await find("x")).toEqual([]);
  });
});

const at = <T>(work: () => Promise<T>) => underClock(testMorning, work);
const entriesOf = (id: string) => prisma.searchEntry.findMany({ where: { id } });

describe("an order", () => {
  let id: string;
  beforeAll(async () => {
    const town = await at(makeTown);
    const sessionId = await at(() => makeSession(town));
    const items: { skuId: string; quantity: number }[] = [];
    for (const name of ["本地大白菜", "富士苹果"]) {
      const skuId = await at(async () => makeSku({ supplierId: await makeSupplier(), name }));
      await at(() => makeOffer(town, { sessionId, skuId }));
      items.push({ skuId, quantity: 1 });
    }
    [id = ""] = await at(async () => order(await makeResident(), town.pointId, items));
  });

  it("is not found before its news is told, and by everything once it is", async () => {
    expect(await entriesOf(id)).toEqual([]);
    await at(told);
    expect(await entriesOf(id)).toMatchObject([{ kind: "order", day: dateOf(testDay) }]);
  });

  it.each(["许女", "女士", "xns", "xunvshi", "白菜", "富士苹果", "fspg", "许女士 苹果", "ＸＮＳ"])(
    "is found by %s",
    async (text) => {
      expect((await find(text)).map((hit) => hit.href)).toContain(`/orders/${id}`);
    },
  );

  it.each(["许先生", "白菜 香蕉", "许士", "苹果富士"])("is not found by %s", async (text) => {
    expect((await find(text)).map((hit) => hit.href)).not.toContain(`/orders/${id}`);
  });

  it("is found by four characters of its number, with what was found when the line does not show it", async () => {
    expect(await find(id.slice(-4))).toContainEqual(
      expect.objectContaining({ href: `/orders/${id}`, state: "待支付" }),
    );
    expect(await find("苹果")).toContainEqual(expect.objectContaining({ href: `/orders/${id}`, match: "富士苹果" }));
  });

  it("is entered once, however often the news comes", async () => {
    await transact((tx) =>
      announce(
        tx,
        { type: orderPlaced, subjectId: id },
        { type: orderPlaced, subjectId: id },
        { type: orderPlaced, subjectId: id },
      ),
    );
    await at(told);
    expect(await entriesOf(id)).toHaveLength(1);
  });
});

describe("what changes without news", () => {
  it("is found by its new name once the audit log is followed, and no longer by the old one", async () => {
    await followAudit();
    const leaderId = await makeLeader("rgn_a");
    const rename = (name: string) =>
      transact(async (tx) => {
        await tx.leader.update({ where: { id: leaderId }, data: { name } });
        await record(tx, operator("operations"), { deed: "leaders.edit", subjectType: "leader", subjectId: leaderId });
      });
    await rename("欧阳雪梅");
    expect(await find("欧阳")).toEqual([]);
    await followAudit();
    expect((await find("oyxm")).map((hit) => hit.title)).toEqual(["欧阳雪梅"]);
    await rename("欧阳春兰");
    await followAudit();
    expect(await find("雪梅")).toEqual([]);
    expect((await find("春兰")).map((hit) => hit.title)).toEqual(["欧阳春兰"]);
  });

  it("is forgotten when it is gone", async () => {
    const supplierId = await makeSupplier();
    await prisma.supplier.update({ where: { id: supplierId }, data: { name: "无名合作社" } });
    const touch = () =>
      transact((tx) =>
        record(tx, operator("operations"), { deed: "suppliers.edit", subjectType: "supplier", subjectId: supplierId }),
      );
    await touch();
    await followAudit();
    expect(await find("无名")).toHaveLength(1);
    await prisma.supplierContract.deleteMany({ where: { supplierId } });
    await prisma.supplierDocument.deleteMany({ where: { supplierId } });
    await prisma.supplier.delete({ where: { id: supplierId } });
    await touch();
    await followAudit();
    expect(await entriesOf(supplierId)).toEqual([]);
  });
});

describe("the list of orders, searched", () => {
  const actor = operator("operations");
  const ask = (q: string) => ({ ...viewAsk("all", "-placedAt"), q });
  const ids: string[] = [];

  beforeAll(async () => {
    const base = await prisma.order.findFirstOrThrow({ where: { id: orderId } });
    for (let n = 0; n < 40; n++) {
      const placedAt = later(startOf(addDays(testDay, -n)), 600 * minute);
      const id = newId("ord", placedAt);
      ids.push(id);
      await prisma.order.create({
        data: {
          ...base,
          limits: Prisma.DbNull,
          id,
          requestKey: `many-${n}`,
          contactName: n % 2 ? "单数先生" : "双数女士",
          placedAt,
          expiresAt: placedAt,
        },
      });
      await transact((tx) => announce(tx, { type: orderPlaced, subjectId: id }));
    }
    await told();
  });

  it("goes back through the days in order, page after page, and counts to the end", async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof listPage>> = await listPage(orderList, actor, { ...ask("双数"), after }, 7);
      seen.push(...page.rows.map((row) => row.id));
      after = page.nextCursor;
    } while (after);
    expect(seen).toEqual(ids.filter((_, n) => n % 2 === 0));
    expect(await listCount(orderList, actor, ask("双数"))).toMatchObject({ count: 20, isCapped: false });
  });

  it("keeps its other conditions, its order by amount, and shows nothing of other cities", async () => {
    const page = await listPage(orderList, actor, { ...ask("danshu"), sort: "payableFen" }, 50);
    expect(page.rows).toHaveLength(20);
    const none = await listPage(orderList, { ...actor, cityIds: ["rgn_b"] }, ask("双数"));
    expect(none.rows).toEqual([]);
  });
});
