import { beforeAll, describe, expect, it } from "vitest";
import { prisma } from "#lib/platform/db";
import { leaderActor, makeLeader, makeResident, operator, supplierActor, testMorning } from "#lib/testing/builders";
import { revealPii } from "./commands/pii";
import { phoneColumns } from "./steps";

const phone = "13800040001";
let residentId: string;
let leaderId: string;

beforeAll(async () => {
  residentId = await makeResident();
  leaderId = await makeLeader("rgn_a");
  await prisma.resident.update({ where: { id: residentId }, data: phoneColumns(phone, "resident.phone") });
});

const ask = { field: "resident.phone" as const, reason: "联系取货" };

describe("showing a masked number", () => {
  it("support sees it with a reason, and the log knows who, what and why, but not the number", async () => {
    const actor = operator("support");
    expect(await revealPii(actor, { ...ask, subject: residentId })).toBe(phone);
    const entry = await prisma.auditEntry.findFirstOrThrow({ where: { deed: "pii.reveal", actorId: actor.id } });
    expect(entry).toMatchObject({
      subjectType: "resident",
      subjectId: residentId,
      reason: "联系取货",
      after: { field: "resident.phone" },
    });
    expect(JSON.stringify(entry, (_, v) => (typeof v === "bigint" ? String(v) : v))).not.toContain(phone);
  });

  it("an auditor, a warehouse worker and a supplier do not, and a refused look leaves no trace of success", async () => {
    const before = await prisma.auditEntry.count({ where: { deed: "pii.reveal" } });
    for (const actor of [operator("auditor"), operator("warehouse"), supplierActor("sup_1")]) {
      await expect(revealPii(actor, { ...ask, subject: residentId })).rejects.toMatchObject({
        code: expect.stringMatching(/forbidden|notFound/),
      });
    }
    expect(await prisma.auditEntry.count({ where: { deed: "pii.reveal" } })).toBe(before);
  });

  it("a leader calls only those who ordered from her", async () => {
    await expect(revealPii(leaderActor(leaderId), { ...ask, subject: residentId })).rejects.toMatchObject({
      code: "notFound",
    });
    await prisma.order.create({
      data: {
        id: "ord_pii",
        residentId,
        requestKey: "k",
        inputHash: "h",
        saleSessionId: "ssn_1",
        businessDay: testMorning,
        pickupDay: testMorning,
        cityId: "rgn_a",
        pickupPointId: "pkp_1",
        routeId: "rte_1",
        warehouseId: "whs_1",
        leaderId,
        attribution: "point",
        state: "paid",
        itemCount: 1,
        summary: "白菜",
        goodsFen: 100n,
        payableFen: 100n,
        paidFen: 100n,
        contactName: "陈",
        phoneTail: "0001",
        placedAt: testMorning,
        expiresAt: testMorning,
      },
    });
    expect(await revealPii(leaderActor(leaderId), { ...ask, subject: residentId })).toBe(phone);
    await expect(revealPii(leaderActor("ldr_other"), { ...ask, subject: residentId })).rejects.toMatchObject({
      code: "notFound",
    });
  });

  it("an operator of another city does not find the leader at all", async () => {
    await expect(
      revealPii(
        { ...operator("operations"), cityIds: ["rgn_b"] },
        { field: "leader.phone", subject: leaderId, reason: "联系" },
      ),
    ).rejects.toMatchObject({ code: "notFound" });
    expect(
      await revealPii(
        { ...operator("operations"), cityIds: ["rgn_a"] },
        { field: "leader.phone", subject: leaderId, reason: "联系" },
      ),
    ).toMatch(/^139/);
  });
});
