import { describe, expect, it } from "vitest";
import { systemActor } from "#lib/identity/schema";
import { readListParams, searchOf } from "#lib/kernel/list";
import { later } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { listPage, viewAsk } from "#lib/platform/list";
import { operator, supplierActor, testDay, testMorning } from "#lib/testing/builders";
import { asOwner } from "#lib/testing/owner";
import { auditList } from "./lists";
import { timelineOf } from "./queries";
import { auditListSpec } from "./schema";
import { record } from "./steps";

const write = (deed: string, subjectId: string, at = testMorning, actor = systemActor("test")) =>
  underClock(at, () =>
    transact((tx) =>
      record(tx, actor, {
        deed,
        subjectType: "user",
        subjectId,
        before: { roles: ["a"] },
        after: { roles: ["b"], totalFen: 12n },
        reason: "调岗",
      }),
    ),
  );

describe("the audit log", () => {
  it("only grows: the application may neither change, delete nor empty it, and not even the owner can", async () => {
    await write("people.limit", "usr_grow");
    for (const sql of ["update audit_entry set reason = 'x'", "delete from audit_entry", "truncate audit_entry"]) {
      await expect(prisma.$executeRawUnsafe(sql), sql).rejects.toThrow(/permission denied/);
      await expect(
        asOwner((client) => client.query(sql)),
        sql,
      ).rejects.toThrow(/only grows/);
    }
    expect(await prisma.auditEntry.count({ where: { subjectId: "usr_grow" } })).toBe(1);
  });

  it("stands or falls with the change it is about", async () => {
    await transact(async (tx) => {
      await record(tx, systemActor("test"), { deed: "people.limit", subjectType: "user", subjectId: "usr_gone" });
      throw new Error("the change failed");
    }).catch(() => undefined);
    expect(await timelineOf("user", "usr_gone")).toEqual([]);
  });

  it("is found by actor, deed, area, subject and day, page by page", async () => {
    const maria = { ...operator("finance"), name: "沈佳" };
    for (let i = 0; i < 5; i++) await write("people.limit", "usr_many", later(testMorning, i * 1000));
    await write("payouts.make", "pbt_1", later(testMorning, 24 * 3600_000), maria);
    const reader = operator("auditor");
    const ask = (query: string) => readListParams(searchOf(query), auditListSpec);
    const all = (query: string) => listPage(auditList, reader, ask(query)).then((page) => page.rows.length);
    expect(await all("where=deed.is.payouts.make")).toBe(1);
    expect(await all("area=payouts")).toBe(1);
    expect(await all("view=money&q=沈")).toBe(1);
    expect(await all(`q=${maria.id}`)).toBe(1);
    expect(await all(`where=subjectId.is.usr_many&from=${testDay}&to=${testDay}`)).toBe(5);
    expect(await all("where=subjectId.is.usr_many&from=2026-11-17")).toBe(0);
    const many = ask("where=subjectId.is.usr_many");
    const first = await listPage(auditList, reader, many, 3);
    const second = await listPage(auditList, reader, { ...many, after: first.nextCursor }, 3);
    expect([first.rows.length, second.rows.length, second.nextCursor]).toEqual([3, 2, null]);
    expect(new Set([...first.rows, ...second.rows].map((row) => row.id)).size).toBe(5);
  });

  it("is read by those whose role it is, and by no partner", async () => {
    for (const actor of [operator("support"), operator("warehouse"), supplierActor("sup_1")])
      await expect(listPage(auditList, actor, viewAsk("all"))).rejects.toMatchObject({ code: "forbidden" });
  });
});
