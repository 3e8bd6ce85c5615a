import { describe, expect, it } from "vitest";
import { later, minute, second } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { testMorning } from "#lib/testing/builders";
import { acceptInvitation, changeRoles, disableUser, inviteOperator } from "./commands/people";
import {
  actorOfSignIn,
  requestSmsCode,
  revokeSignIn,
  signInByCode,
  signInByOpenid,
  signInByPassword,
  signOut,
} from "./commands/sign-in";
import { type Actor, systemActor } from "./schema";
import { forgetAllSignIns } from "./sessions";
import { openLeaderAccount, openSupplierAccount } from "./steps";

const start = systemActor("test");
const here = { ip: "10.0.0.1", userAgent: "test" };
const password = "harbour lantern pear";
let n = 0;

async function colleague(
  roles: Actor["roles"] = ["support"],
  at = testMorning,
): Promise<{ userId: string; email: string }> {
  const email = `person${++n}@lintuan.test`;
  return underClock(at, async () => {
    const { userId, path } = await inviteOperator(start, {
      name: `同事${n}`,
      email,
      roles: [...roles],
      cityIds: [],
      siteIds: [],
    });
    await acceptInvitation({ token: path.split("/").at(-1) ?? "", password });
    return { userId, email };
  });
}

/** The code of the newest message to this number's owner. */
async function codeSentTo(userId: string): Promise<string> {
  const message = await prisma.message.findFirstOrThrow({
    where: { recipientId: userId, template: "signInCode" },
    orderBy: { id: "desc" },
  });
  return /\d{6}/.exec(message.body)?.[0] ?? "";
}

describe("signing in by password", () => {
  it("the right password opens a session that is the person", async () => {
    const { userId, email } = await colleague(["finance"]);
    const opened = await underClock(testMorning, () =>
      signInByPassword({ email: ` ${email.toUpperCase()} `, password }, here),
    );
    const actor = await underClock(testMorning, () => actorOfSignIn(opened.signInId, here));
    expect(actor).toMatchObject({ kind: "operator", id: userId, roles: ["finance"], origin: "10.0.0.1 · test" });
  });

  it("a wrong password and an unknown address are refused alike, and both are logged", async () => {
    const { userId, email } = await colleague();
    await underClock(testMorning, async () => {
      await expect(signInByPassword({ email, password: "not it at all" }, here)).rejects.toMatchObject({
        code: "signInFailed",
      });
      await expect(signInByPassword({ email: "nobody@lintuan.test", password }, here)).rejects.toMatchObject({
        code: "signInFailed",
      });
    });
    expect(await prisma.auditEntry.count({ where: { deed: "people.signInFailed", subjectId: userId } })).toBe(1);
    expect(await prisma.auditEntry.count({ where: { deed: "people.signInFailed", subjectType: "account" } })).toBe(1);
  });

  it("after five wrong tries even the right password waits, twice as long each time, and then works", async () => {
    const { email } = await colleague();
    const caller = { ip: "10.0.0.2", userAgent: null };
    const tryAt = (at: Date, given: string) =>
      underClock(at, () => signInByPassword({ email, password: given }, caller));
    for (let i = 0; i < 5; i++)
      await expect(tryAt(testMorning, "wrong")).rejects.toMatchObject({ code: "signInFailed" });
    await expect(tryAt(later(testMorning, 29 * second), password)).rejects.toMatchObject({
      code: "lockedOut",
      facts: { minutes: 1 },
    });
    await expect(tryAt(later(testMorning, 31 * second), "wrong")).rejects.toMatchObject({ code: "signInFailed" });
    await expect(tryAt(later(testMorning, 62 * second), password)).rejects.toMatchObject({ code: "lockedOut" });
    await expect(tryAt(later(testMorning, 92 * second), password)).resolves.toMatchObject({ name: expect.any(String) });
    await expect(tryAt(later(testMorning, 93 * second), "wrong")).rejects.toMatchObject({ code: "signInFailed" });
  });

  it("a stranger's wrong tries do not lock the owner out at home", async () => {
    const { email } = await colleague();
    await underClock(testMorning, async () => {
      for (let i = 0; i < 6; i++)
        await signInByPassword({ email, password: "wrong" }, { ip: "10.9.9.9", userAgent: null }).catch(
          () => undefined,
        );
      await expect(signInByPassword({ email, password }, { ip: "10.0.0.3", userAgent: null })).resolves.toBeTruthy();
    });
  });

  it("twenty guesses in the same instant are not twenty tries", async () => {
    const { email } = await colleague();
    const caller = { ip: "10.0.0.4", userAgent: null };
    const answers = await underClock(testMorning, () =>
      Promise.all(
        Array.from({ length: 20 }, () =>
          signInByPassword({ email, password: "wrong" }, caller).catch((error: { code: string }) => error.code),
        ),
      ),
    );
    expect(answers.filter((code) => code === "signInFailed")).toHaveLength(5);
    expect(answers.filter((code) => code === "lockedOut")).toHaveLength(15);
  });

  it("a disabled account is told so only to who knew the password", async () => {
    const { userId, email } = await colleague();
    await disableUser(start, { userId, reason: "离职" });
    await expect(underClock(testMorning, () => signInByPassword({ email, password }, here))).rejects.toMatchObject({
      code: "accountDisabled",
    });
    await expect(
      underClock(testMorning, () => signInByPassword({ email, password: "wrong" }, here)),
    ).rejects.toMatchObject({ code: "signInFailed" });
  });
});

describe("a session ends", () => {
  const open = async (roles: Actor["roles"] = ["support"]) => {
    const { userId, email } = await colleague(roles);
    const { signInId } = await underClock(testMorning, () => signInByPassword({ email, password }, here));
    const look = (at = testMorning) => {
      forgetAllSignIns();
      return underClock(at, () => actorOfSignIn(signInId, here));
    };
    return { userId, signInId, look };
  };

  it("when it is revoked, and only administrators revoke another's", async () => {
    const { signInId, look } = await open();
    const other = (await (await open()).look()) as Actor;
    await expect(revokeSignIn(other, { signInId })).rejects.toMatchObject({ code: "forbidden" });
    await revokeSignIn(start, { signInId });
    expect(await look()).toBeNull();
  });

  it("when its person signs out", async () => {
    const { signInId, look } = await open();
    await signOut((await look()) as Actor, signInId);
    expect(await look()).toBeNull();
  });

  it("when its person is disabled", async () => {
    const { userId, look } = await open();
    await disableUser(start, { userId, reason: "离职" });
    expect(await look()).toBeNull();
  });

  it("after twelve idle hours, but not while it is used", async () => {
    const { look } = await open();
    expect(await look(later(testMorning, 11 * 60 * minute))).not.toBeNull();
    expect(await look(later(testMorning, 22 * 60 * minute))).not.toBeNull();
    expect(await look(later(testMorning, 35 * 60 * minute))).toBeNull();
  });

  it("after seven days, however busy", async () => {
    const { look } = await open();
    for (let hours = 10; hours < 168; hours += 10)
      expect(await look(later(testMorning, hours * 60 * minute))).not.toBeNull();
    expect(await look(later(testMorning, 168 * 60 * minute))).toBeNull();
  });

  it("a changed role is in force at once, without signing in again", async () => {
    const { userId, look } = await open();
    await changeRoles(start, { userId, roles: ["finance"], reason: "调岗" });
    expect((await look())?.roles).toEqual(["finance"]);
  });
});

describe("signing in by SMS code", () => {
  const leaderOf = (phone: string) =>
    transact((tx) => openLeaderAccount(tx, start, { leaderId: `ldr_${phone}`, name: "王秀英", phone }));

  it("the code opens a leader's session once", async () => {
    const { userId } = await leaderOf("13800010001");
    await underClock(testMorning, async () => {
      await requestSmsCode({ phone: "138 0001 0001" }, here);
      const code = await codeSentTo(userId);
      const opened = await signInByCode({ phone: "13800010001", code }, here);
      expect(await actorOfSignIn(opened.signInId, here)).toMatchObject({ kind: "leader", leaderId: "ldr_13800010001" });
      await expect(signInByCode({ phone: "13800010001", code }, here)).rejects.toMatchObject({ code: "codeWrong" });
    });
  });

  it("a number nobody has is answered alike, and nothing is sent", async () => {
    const before = await prisma.message.count();
    await expect(underClock(testMorning, () => requestSmsCode({ phone: "13800019999" }, here))).resolves.toEqual({
      resendSeconds: 60,
    });
    expect(await prisma.message.count()).toBe(before);
  });

  it("one code a minute, five a day", async () => {
    await leaderOf("13800010002");
    const ask = (minutes: number) =>
      underClock(later(testMorning, minutes * minute), () => requestSmsCode({ phone: "13800010002" }, here));
    await ask(0);
    await expect(ask(0.5)).rejects.toMatchObject({ code: "smsTooSoon", facts: { seconds: 30 } });
    for (const minutes of [1, 2, 3, 4]) await ask(minutes);
    await expect(ask(10)).rejects.toMatchObject({ code: "smsTooMany" });
    await ask(24 * 60);
  });

  it("one address does not make us write to many numbers", async () => {
    const caller = { ip: "10.2.0.1", userAgent: null };
    const ask = (i: number) =>
      underClock(testMorning, () => requestSmsCode({ phone: `1370000${String(i).padStart(4, "0")}` }, caller));
    for (let i = 0; i < 20; i++) await ask(i);
    await expect(ask(20)).rejects.toMatchObject({ code: "lockedOut" });
  });

  it("a code dies after five minutes, and after five wrong guesses", async () => {
    const { userId } = await leaderOf("13800010003");
    await underClock(testMorning, () => requestSmsCode({ phone: "13800010003" }, here));
    const code = await codeSentTo(userId);
    await expect(
      underClock(later(testMorning, 5 * minute), () => signInByCode({ phone: "13800010003", code }, here)),
    ).rejects.toMatchObject({ code: "codeWrong" });
    const second = later(testMorning, 20 * minute);
    await underClock(second, () => requestSmsCode({ phone: "13800010003" }, here));
    const fresh = await codeSentTo(userId);
    const wrong = fresh === "000000" ? "000001" : "000000";
    for (let i = 0; i < 5; i++)
      await underClock(second, () =>
        signInByCode({ phone: "13800010003", code: wrong }, { ip: `10.1.0.${i}`, userAgent: null }),
      ).catch(() => undefined);
    await expect(
      underClock(second, () =>
        signInByCode({ phone: "13800010003", code: fresh }, { ip: "10.1.0.9", userAgent: null }),
      ),
    ).rejects.toMatchObject({ code: "codeWrong" });
  });

  it("a number with two accounts asks which, and the code still works", async () => {
    const { userId } = await leaderOf("13800010004");
    const other = await transact((tx) =>
      openSupplierAccount(tx, start, { supplierId: "sup_two", name: "王秀英", role: "owner", phone: "13800010004" }),
    );
    await underClock(testMorning, async () => {
      await requestSmsCode({ phone: "13800010004" }, here);
      const sent = await prisma.message.findFirstOrThrow({ where: { recipientId: { in: [userId, other.userId] } } });
      const code = /\d{6}/.exec(sent.body)?.[0] ?? "";
      await expect(signInByCode({ phone: "13800010004", code }, here)).rejects.toMatchObject({
        code: "chooseAccount",
        facts: { kinds: "supplier,leader" },
      });
      const opened = await signInByCode({ phone: "13800010004", code, as: "leader" }, here);
      expect(opened.userId).toBe(userId);
    });
  });
});

describe("signing in by WeChat", () => {
  it("only a leader's own openid, or that of the resident she is, opens her session", async () => {
    const leaderId = "ldr_wechat";
    const { userId } = await transact((tx) =>
      openLeaderAccount(tx, start, { leaderId, name: "李姐", phone: "13800010005" }),
    );
    await prisma.resident.create({
      data: { id: "res_wechat", openid: "o-resident", nickname: "李姐", createdAt: testMorning },
    });
    await prisma.leader.create({
      data: {
        id: leaderId,
        name: "李姐",
        phoneCipher: "x",
        phoneIndex: "x",
        phoneTail: "0005",
        cityId: "rgn_a",
        state: "active",
        residentId: "res_wechat",
        openid: "o-leader",
        createdAt: testMorning,
      },
    });
    await expect(signInByOpenid("o-stranger", here)).rejects.toMatchObject({ code: "wechatUnknown" });
    expect((await signInByOpenid("o-resident", here)).userId).toBe(userId);
    expect((await signInByOpenid("o-leader", here)).userId).toBe(userId);
  });
});
