import { describe, expect, it } from "vitest";
import { editSetting } from "#lib/identity/commands/settings";
import { settingViews } from "#lib/identity/queries/settings";
import { operator } from "#lib/testing/builders";
import { prisma } from "./db";
import { setting, settingKeys } from "./settings";

const admin = operator("administrator");

describe("settings", () => {
  it("hold their defaults until somebody changes one, with a reason in the log", async () => {
    expect(await setting(prisma, "orderHoldMinutes")).toBe(15);
    await editSetting(admin, { key: "orderHoldMinutes", value: 20, version: 0, reason: "雨天" });
    expect(await setting(prisma, "orderHoldMinutes")).toBe(20);
    const view = (await settingViews(operator("auditor"))).find((one) => one.key === "orderHoldMinutes");
    expect(view).toMatchObject({ value: 20, default: 15, version: 1 });
    expect(await prisma.auditEntry.findFirst({ where: { deed: "settings.change" } })).toMatchObject({
      before: { orderHoldMinutes: 15 },
      after: { orderHoldMinutes: 20 },
      reason: "雨天",
    });
  });

  it("two who change the same one: the second is told", async () => {
    const answers = await Promise.allSettled(
      [10, 12].map((value) => editSetting(admin, { key: "signHours", value, version: 0, reason: "试行" })),
    );
    expect(answers.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
    await expect(editSetting(admin, { key: "signHours", value: 3, version: 0, reason: "试行" })).rejects.toMatchObject({
      code: "staleVersion",
    });
  });

  it("stay within their bounds, and are the administrator's alone", async () => {
    await expect(
      editSetting(admin, { key: "lateNoticeMinutes", value: -1, version: 0, reason: "x" }),
    ).rejects.toMatchObject({ code: "settingRange" });
    await expect(
      editSetting(operator("operations"), { key: "lateNoticeMinutes", value: 10, version: 0, reason: "x" }),
    ).rejects.toMatchObject({ code: "forbidden" });
    expect((await settingViews(admin)).map((one) => one.key)).toEqual(settingKeys);
  });
});
