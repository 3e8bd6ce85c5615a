import { describe, expect, it } from "vitest";
import { hour, later } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { supplierActor, testMorning } from "#lib/testing/builders";
import { inviteSupplierMember } from "./commands/members";
import {
  acceptInvitation,
  changeRoles,
  disableUser,
  inviteAgain,
  inviteFirstAdministrator,
  inviteOperator,
} from "./commands/people";
import { invitationOf, personRecord } from "./queries/people";
import { type Actor, systemActor } from "./schema";
import { closeAccounts, openLeaderAccount } from "./steps";

const start = systemActor("test");
const token = (path: string) => path.split("/").at(-1) ?? "";
const invite = (name: string, roles: Actor["roles"] = ["support"]) =>
  inviteOperator(start, { name, email: `${name}@lintuan.test`, roles: [...roles], cityIds: ["rgn_a"], siteIds: [] });
const asOperator = (id: string, roles: Actor["roles"]): Actor => ({ ...start, kind: "operator", id, roles });

describe("an invitation", () => {
  it("is a one-time link: the second use is refused, and so is an expired one", async () => {
    const { path } = await underClock(testMorning, () => invite("anna"));
    expect(await underClock(testMorning, () => invitationOf(token(path)))).toMatchObject({
      email: "anna@lintuan.test",
      isFirst: false,
    });
    await underClock(testMorning, () => acceptInvitation({ token: token(path), password: "harbour lantern pear" }));
    await expect(
      underClock(testMorning, () => acceptInvitation({ token: token(path), password: "harbour lantern plum" })),
    ).rejects.toMatchObject({ code: "invitationInvalid" });
    const late = await underClock(testMorning, () => invite("boris"));
    await expect(
      underClock(later(testMorning, 72 * hour), () =>
        acceptInvitation({ token: token(late.path), password: "harbour lantern pear" }),
      ),
    ).rejects.toMatchObject({ code: "invitationInvalid" });
  });

  it("used twice in the same instant sets one password", async () => {
    const { path } = await invite("carol");
    const answers = await Promise.allSettled(
      ["harbour lantern pear", "mountain teapot green"].map((password) =>
        acceptInvitation({ token: token(path), password }),
      ),
    );
    expect(answers.filter((one) => one.status === "fulfilled")).toHaveLength(1);
  });

  it("stops working when a newer one is made", async () => {
    const { userId, path } = await invite("dora");
    const newer = await inviteAgain(start, { userId });
    await expect(acceptInvitation({ token: token(path), password: "harbour lantern pear" })).rejects.toMatchObject({
      code: "invitationInvalid",
    });
    await expect(
      acceptInvitation({ token: token(newer.path), password: "harbour lantern pear" }),
    ).resolves.toBeTruthy();
  });

  it("takes no password that is easy to guess", async () => {
    const { path } = await invite("emily");
    for (const password of ["aaaaaaaaaaaa", "0123456789", "abcdefghijkl", "emily-2026-x"]) {
      await expect(acceptInvitation({ token: token(path), password }), password).rejects.toMatchObject({
        code: "passwordWeak",
      });
    }
  });

  it("keeps no secret: neither link nor password can be read from the database or the log", async () => {
    const { userId, path } = await invite("fiona");
    await acceptInvitation({ token: token(path), password: "harbour lantern pear" });
    const rows = JSON.stringify([
      await prisma.invitation.findMany({ where: { userId } }),
      await prisma.user.findUnique({ where: { id: userId } }),
      (await prisma.auditEntry.findMany({ where: { subjectId: userId } })).map((e) => [e.before, e.after]),
    ]);
    expect(rows).not.toContain(token(path));
    expect(rows).not.toContain("harbour");
    expect(rows).toContain("$argon2id$");
  });

  it("comes from administrators only", async () => {
    await expect(
      inviteOperator(asOperator("usr_x", ["operations"]), {
        name: "x",
        email: "x@lintuan.test",
        roles: ["finance"],
        cityIds: [],
        siteIds: [],
      }),
    ).rejects.toMatchObject({ code: "forbidden" });
  });

  it("needs an address of its own", async () => {
    await invite("gina");
    await expect(invite("gina")).rejects.toMatchObject({ code: "emailTaken" });
  });
});

describe("authority is kept in good hands", () => {
  it("nobody changes their own roles", async () => {
    const { userId } = await invite("henry", ["administrator"]);
    await expect(
      changeRoles(asOperator(userId, ["administrator"]), { userId, roles: ["finance"], reason: "试试" }),
    ).rejects.toMatchObject({ code: "notYourself" });
  });

  it("the last administrator can neither leave nor lose the role, even when two are removed at once", async () => {
    await prisma.user.updateMany({ where: { roles: { has: "administrator" } }, data: { state: "disabled" } });
    const first = await invite("ida", ["administrator"]);
    const second = await invite("jonas", ["administrator"]);
    for (const { path } of [first, second])
      await acceptInvitation({ token: token(path), password: "harbour lantern pear" });
    const answers = await Promise.allSettled([
      disableUser(asOperator(second.userId, ["administrator"]), { userId: first.userId, reason: "离职" }),
      changeRoles(asOperator(first.userId, ["administrator"]), {
        userId: second.userId,
        roles: ["finance"],
        reason: "调岗",
      }),
    ]);
    expect(answers.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await prisma.user.count({ where: { state: "active", roles: { has: "administrator" } } })).toBe(1);
  });

  it("an empty installation prints one link, which makes the first administrator with their own name and address", async () => {
    await prisma.user.deleteMany({});
    await prisma.invitation.deleteMany({});
    const link = await inviteFirstAdministrator(start);
    expect(await invitationOf(token(link?.path ?? ""))).toMatchObject({ isFirst: true });
    await expect(
      acceptInvitation({ token: token(link?.path ?? ""), password: "harbour lantern pear" }),
    ).rejects.toMatchObject({ code: "invalid", fields: [{ field: "email" }] });
    await acceptInvitation({
      token: token(link?.path ?? ""),
      password: "harbour lantern pear",
      name: "周敏",
      email: "zhou@lintuan.test",
    });
    expect(await prisma.user.findFirst({ where: { email: "zhou@lintuan.test" } })).toMatchObject({
      name: "周敏",
      state: "active",
      roles: ["administrator"],
    });
    expect(await inviteFirstAdministrator(start)).toBeNull();
  });

  it("what was changed stands in the log with before, after and reason", async () => {
    const { userId } = await invite("karl");
    await changeRoles(start, { userId, roles: ["finance"], reason: "调岗" });
    const entry = await prisma.auditEntry.findFirst({ where: { deed: "people.changeRoles", subjectId: userId } });
    expect(entry).toMatchObject({
      before: { roles: ["support"] },
      after: { roles: ["finance"] },
      reason: "调岗",
      actorId: "system:test",
    });
  });
});

describe("partners' accounts", () => {
  it("a supplier's owner invites into their own supplier, staff may not", async () => {
    const { userId } = await inviteSupplierMember(supplierActor("sup_1"), {
      name: "小磊",
      email: "lei@lintuan.test",
      role: "staff",
    });
    expect(await prisma.user.findUnique({ where: { id: userId } })).toMatchObject({
      kind: "supplier",
      supplierId: "sup_1",
      supplierRole: "staff",
    });
    await expect(
      inviteSupplierMember(supplierActor("sup_1", "staff"), { name: "甲", email: "a@lintuan.test", role: "owner" }),
    ).rejects.toMatchObject({ code: "forbidden" });
  });

  it("a leader's number is used once, sealed, and found by its blind index", async () => {
    const { userId } = await transact((tx) =>
      openLeaderAccount(tx, start, { leaderId: "ldr_p1", name: "王", phone: "13800020001" }),
    );
    await expect(
      transact((tx) => openLeaderAccount(tx, start, { leaderId: "ldr_p2", name: "李", phone: "13800020001" })),
    ).rejects.toMatchObject({ code: "phoneTaken" });
    const row = await prisma.user.findUniqueOrThrow({ where: { id: userId } });
    expect(JSON.stringify(row)).not.toContain("13800020001");
    expect(row.phoneTail).toBe("0001");
  });

  it("a closed account is out everywhere", async () => {
    const { userId } = await transact((tx) =>
      openLeaderAccount(tx, start, { leaderId: "ldr_p3", name: "赵", phone: "13800020003" }),
    );
    await transact((tx) => closeAccounts(tx, start, { leaderId: "ldr_p3" }, "退出"));
    expect((await personRecord(start, userId)).state).toBe("disabled");
  });
});
