import { describe, expect, it } from "vitest";
import { hour, later } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { makeResident, testMorning } from "#lib/testing/builders";
import { bindPhone, choosePoint, residentByOpenid } from "./commands/residents";
import { actorOfAccessToken, issueTokens, leaderActor, refreshTokens, revokeTokens } from "./commands/tokens";
import { anonymous, systemActor } from "./schema";
import { openLeaderAccount } from "./steps";

const resident = async () => ({ id: await makeResident(), nickname: "陈阿姨" });
const at = <T>(hours: number, work: () => Promise<T>) => underClock(later(testMorning, hours * hour), work);

describe("the mini program's tokens", () => {
  it("an access token is its resident for two hours", async () => {
    const person = await resident();
    const { accessToken } = await at(0, () => issueTokens(person));
    expect(await at(1.9, () => actorOfAccessToken(accessToken))).toMatchObject({
      kind: "resident",
      id: person.id,
      name: "陈阿姨",
    });
    await expect(at(2, () => actorOfAccessToken(accessToken))).rejects.toMatchObject({ code: "tokenInvalid" });
  });

  it("a token we did not sign, or with one letter changed, is nobody", async () => {
    const { accessToken } = await at(0, async () => issueTokens(await resident()));
    const [body = "", signature = ""] = accessToken.split(".");
    const forged = Buffer.from(JSON.stringify(["res_other", "x", 9e15, "x"])).toString("base64url");
    for (const token of [
      "",
      "x",
      ".",
      `${forged}.${signature}`,
      `${body}.${signature.slice(0, -1)}`,
      `${body}x.${signature}`,
      body,
    ]) {
      await expect(
        at(0, () => actorOfAccessToken(token)),
        token,
      ).rejects.toMatchObject({ code: "tokenInvalid" });
    }
  });

  it("a refresh token works once and is replaced", async () => {
    const first = await at(0, async () => issueTokens(await resident()));
    const second = await at(1, () => refreshTokens(first));
    const third = await at(2, () => refreshTokens(second));
    expect(await at(2, () => actorOfAccessToken(third.accessToken))).toMatchObject({ kind: "resident" });
  });

  it("a refresh token seen twice ends the whole family", async () => {
    const first = await at(0, async () => issueTokens(await resident()));
    const second = await at(1, () => refreshTokens(first));
    await expect(at(1, () => refreshTokens(first))).rejects.toMatchObject({ code: "tokenInvalid" });
    await expect(at(1, () => refreshTokens(second))).rejects.toMatchObject({ code: "tokenInvalid" });
    await expect(at(1, () => actorOfAccessToken(second.accessToken))).rejects.toMatchObject({ code: "tokenInvalid" });
  });

  it("two refreshes in the same instant: one wins, and then nobody, for one of them was a thief", async () => {
    const person = await resident();
    const first = await at(0, () => issueTokens(person));
    const answers = await at(1, () => Promise.allSettled([refreshTokens(first), refreshTokens(first)]));
    expect(answers.filter((one) => one.status === "fulfilled")).toHaveLength(1);
    expect(await prisma.refreshToken.count({ where: { residentId: person.id, revokedAt: null } })).toBe(0);
  });

  it("another device's family lives on", async () => {
    const person = await resident();
    const [phone, tablet] = await at(0, async () => [await issueTokens(person), await issueTokens(person)] as const);
    await at(0, () => revokeTokens(phone.accessToken));
    await expect(at(0, () => actorOfAccessToken(phone.accessToken))).rejects.toMatchObject({ code: "tokenInvalid" });
    expect(await at(0, () => actorOfAccessToken(tablet.accessToken))).toMatchObject({ id: person.id });
  });

  it("only the hash of a refresh token is kept", async () => {
    const { refreshToken } = await at(0, async () => issueTokens(await resident()));
    expect(JSON.stringify(await prisma.refreshToken.findMany())).not.toContain(refreshToken);
  });
});

describe("residents", () => {
  it("the same openid at the same instant is one person", async () => {
    const people = await Promise.all(Array.from({ length: 10 }, () => residentByOpenid("o-same")));
    expect(new Set(people.map((p) => p.id)).size).toBe(1);
    expect(people.filter((p) => p.isNew)).toHaveLength(1);
  });

  it("a phone is kept sealed and masked in the log; nobody unknown binds one", async () => {
    const actor = { ...anonymous, id: (await residentByOpenid("o-phone")).id, name: "陈" };
    await bindPhone(actor, { phone: "13800030001" });
    await choosePoint(actor, { pickupPointId: "pkp_1" });
    const row = await prisma.resident.findUniqueOrThrow({ where: { id: actor.id } });
    expect(row).toMatchObject({ phoneTail: "0001", pickupPointId: "pkp_1" });
    expect(
      JSON.stringify([row, (await prisma.auditEntry.findMany({ where: { subjectId: actor.id } })).map((e) => e.after)]),
    ).not.toContain("13800030001");
    await expect(bindPhone(anonymous, { phone: "13800030001" })).rejects.toMatchObject({ code: "unauthenticated" });
  });

  it("a resident who is a leader acts as one; a leader who left does not", async () => {
    const { id } = await residentByOpenid("o-lead");
    await transact((tx) =>
      openLeaderAccount(tx, systemActor("test"), { leaderId: "ldr_t1", name: "李姐", phone: "13800030002" }),
    );
    await prisma.leader.create({
      data: {
        id: "ldr_t1",
        name: "李姐",
        phoneCipher: "x",
        phoneIndex: "t1",
        phoneTail: "0002",
        cityId: "rgn_a",
        state: "active",
        residentId: id,
        createdAt: testMorning,
      },
    });
    const me = { ...anonymous, id, name: "李姐" };
    expect(await leaderActor(me)).toMatchObject({ kind: "leader", leaderId: "ldr_t1" });
    await prisma.user.updateMany({ where: { leaderId: "ldr_t1" }, data: { state: "disabled" } });
    expect(await leaderActor(me)).toBeNull();
    expect(await leaderActor(anonymous)).toBeNull();
  });
});
