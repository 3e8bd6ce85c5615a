import { beforeAll, describe, expect, it } from "vitest";
import { phoneColumns } from "#lib/identity/steps";
import { dateOf } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import {
  leaderActor,
  makeLeader,
  makeResident,
  makeSupplier,
  operator,
  supplierActor,
  testDay,
  testMorning,
} from "#lib/testing/builders";
import { searchEverything } from "./queries/search";

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

  it("a percent sign finds percent signs, not everything", async () => {
    expect(await find("%%")).toEqual([]);
    expect(await find("__")).toEqual([]);
    expect(await find("x")).toEqual([]);
  });
});
