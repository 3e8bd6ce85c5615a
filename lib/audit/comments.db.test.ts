import { describe, expect, it } from "vitest";
import { changeRoles } from "#lib/identity/commands/people";
import { editSetting } from "#lib/identity/commands/settings";
import type { Actor, Role } from "#lib/identity/schema";
import { later, minute } from "#lib/kernel/time";
import { setLeaderLevel } from "#lib/leaders/commands";
import { editPoint } from "#lib/pickup/commands";
import { underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { leaderActor, makeTown, operator, supplierActor, testMorning } from "#lib/testing/builders";
import { asOwner } from "#lib/testing/owner";
import { addComment, editComment, removeComment } from "./commands";
import { colleaguesFor, commentsOf, lastChanges, withNames } from "./queries";

/** An operator with a row of their own, so that they can be named. */
async function colleague(name: string, roles: Role[], cityIds: string[] = []): Promise<Actor> {
  const actor = { ...operator(...roles), name, cityIds };
  await prisma.user.create({
    data: { id: actor.id, kind: "operator", name, email: `${actor.id}@test`, roles, cityIds, createdAt: testMorning },
  });
  return actor;
}

const at = <T>(minutes: number, work: () => Promise<T>) => underClock(later(testMorning, minutes * minute), work);
const told = async (commentId: string) =>
  (await prisma.outboxEvent.findMany({ where: { type: "comment.mentioned", subjectId: commentId } })).map(
    (event) => (event.payload as { userIds: string[] }).userIds,
  );
const no = (code: string) => expect.objectContaining({ code });

describe("comments on a record", () => {
  it("are for those who may see the record: another city's, and another role's, stay closed to reader and writer alike", async () => {
    const [here, there] = [await makeTown(), await makeTown()];
    const point = { subjectType: "point", subjectId: here.pointId };
    const writer = await colleague("何婷", ["operations"], [here.cityId]);
    await addComment(writer, { ...point, body: "门口在修路", mentions: [] });
    expect((await commentsOf(operator("support"), point)).comments.map((c) => c.body)).toEqual(["门口在修路"]);

    const foreign = await colleague("外地", ["operations"], [there.cityId]);
    await expect(commentsOf(foreign, point)).rejects.toEqual(no("notFound"));
    await expect(colleaguesFor(foreign, point)).rejects.toEqual(no("notFound"));
    await expect(addComment(foreign, { ...point, body: "看不到", mentions: [] })).rejects.toEqual(no("notFound"));
    for (const partner of [leaderActor(here.leaderId), supplierActor("sup_1")])
      await expect(commentsOf(partner, point), partner.kind).rejects.toEqual(no("forbidden"));
    const batch = { subjectType: "payoutBatch", subjectId: "pbt_1" };
    await expect(addComment(writer, { ...batch, body: "没有这一张", mentions: [] })).rejects.toEqual(no("notFound"));
    await expect(
      addComment(writer, { subjectType: "resident", subjectId: "res_1", body: "x", mentions: [] }),
    ).rejects.toEqual(no("notFound"));
    const person = { subjectType: "user", subjectId: writer.id };
    await expect(commentsOf(operator("operations"), person)).rejects.toEqual(no("forbidden"));
    expect((await commentsOf(operator("auditor"), person)).mayWrite).toBe(false);
    await expect(addComment(operator("auditor"), { ...person, body: "审计不写", mentions: [] })).rejects.toEqual(
      no("forbidden"),
    );
  });

  it("tell the colleagues they name, once, and nobody who may not see the record or is not in the words", async () => {
    const [here, there] = [await makeTown(), await makeTown()];
    const point = { subjectType: "point", subjectId: here.pointId };
    const writer = await colleague("周明", ["operations"]);
    const [near, far] = [
      await colleague("沈佳", ["support"], [here.cityId]),
      await colleague("孙远", ["support"], [there.cityId]),
    ];
    const names = (await colleaguesFor(writer, point)).map((one) => one.name);
    expect(names).toContain("沈佳");
    expect(names).not.toContain("孙远");
    expect(names).not.toContain("周明");

    const mentions = [near.id, far.id, writer.id];
    const id = await at(0, () => addComment(writer, { ...point, body: "@沈佳 @孙远 @周明 请看", mentions }));
    expect(await told(id)).toEqual([[near.id]]);
    const late = await colleague("钱多", ["support"]);
    await at(5, () => editComment(writer, { commentId: id, body: "@沈佳 @钱多 请看", mentions: [late.id] }));
    expect(await told(id)).toEqual([[near.id], [late.id]]);
    const silent = await addComment(writer, { ...point, body: "沈佳 不用看", mentions: [near.id] });
    expect(await told(silent)).toEqual([]);
  });

  it("may be mended or removed by their author for fifteen minutes, and by nobody else ever", async () => {
    const town = await makeTown();
    const point = { subjectType: "point", subjectId: town.pointId };
    const [writer, other] = [operator("operations"), operator("administrator")];
    const id = await at(0, () => addComment(writer, { ...point, body: "错字", mentions: [] }));
    await expect(at(1, () => editComment(other, { commentId: id, body: "改别人的", mentions: [] }))).rejects.toEqual(
      no("forbidden"),
    );
    await at(14, () => editComment(writer, { commentId: id, body: "正字", mentions: [] }));
    const [seen] = (await at(14, () => commentsOf(writer, point))).comments;
    expect(seen).toMatchObject({ body: "正字", isEdited: true, openUntil: later(testMorning, 15 * minute) });
    expect((await at(14, () => commentsOf(other, point))).comments[0]?.openUntil).toBe(null);
    for (const change of [
      () => editComment(writer, { commentId: id, body: "太晚", mentions: [] }),
      () => removeComment(writer, { commentId: id }),
    ])
      await expect(at(15, change)).rejects.toEqual(no("commentClosed"));

    const gone = await at(20, () => addComment(writer, { ...point, body: "收回这句", mentions: [] }));
    await at(21, () => removeComment(writer, { commentId: gone }));
    const left = (await at(22, () => commentsOf(other, point))).comments;
    expect(left.map((c) => c.body)).toEqual([null, "正字"]);
    await expect(at(22, () => removeComment(writer, { commentId: gone }))).rejects.toEqual(no("commentClosed"));
    await expect(prisma.$executeRaw`delete from comment where id = ${id}`).rejects.toThrow(/permission denied/);
    expect(
      await asOwner((client) => client.query("select count(*)::int as n from comment where id = $1", [gone])),
    ).toMatchObject({
      rows: [{ n: 1 }],
    });
  });
});

describe("two people edit one record", () => {
  it("the second is told who changed it, when and what, and saves over the new version", async () => {
    const town = await makeTown();
    const id = town.pointId;
    const { createdAt, leaderId, state, version, ...facts } = await prisma.pickupPoint.findUniqueOrThrow({
      where: { id },
    });
    const [first, second] = [
      { ...operator("operations"), name: "沈佳" },
      { ...operator("operations"), name: "何婷" },
    ];
    const edit = (actor: Actor, more: Partial<typeof facts>, from: number) =>
      editPoint(actor, { ...facts, ...more, version: from });
    await at(0, () => edit(first, { address: "东门" }, version));
    await at(1, () => edit(first, { opensAt: "15:00", address: "东门" }, version + 1));
    const refused = await at(2, () => edit(second, { name: "新名" }, version)).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: "staleVersion",
      facts: { by: "沈佳", at: "2026-11-16T09:01:00+08:00", subjectType: "point", subjectId: id, behind: 2 },
    });
    const made = await lastChanges("point", id, 2);
    expect(made.map((m) => [m.actorName, m.before?.address, m.after?.address, m.after?.opensAt])).toEqual([
      ["沈佳", "东门", "东门", "15:00"],
      ["沈佳", facts.address, "东门", facts.opensAt],
    ]);
    await at(3, () => edit(second, { name: `${facts.name}新`, address: "东门", opensAt: "15:00" }, version + 2));
    expect(await prisma.pickupPoint.findUnique({ where: { id } })).toMatchObject({
      name: `${facts.name}新`,
      address: "东门",
      opensAt: "15:00",
      version: version + 3,
    });
  });

  it("a person's rights, a setting and a leader's level refuse the second writer by name as well", async () => {
    const town = await makeTown();
    const target = await colleague("新人", ["support"]);
    const boss = { ...operator("administrator"), name: "周敏" };
    const other = operator("administrator");
    const key = "signHours";
    const level = (actor: Actor, to: number) =>
      setLeaderLevel(actor, { id: town.leaderId, level: to, version: 1, reason: "上月第一" });
    const roles = (actor: Actor, to: Role[]) =>
      changeRoles(actor, { userId: target.id, version: 1, roles: to, reason: "调岗" });
    const setting = (actor: Actor, value: number) => editSetting(actor, { key, value, version: 0, reason: "试行" });
    await level(boss, 2);
    await roles(boss, ["finance"]);
    await setting(boss, 3);
    const stale = (subjectType: string) =>
      expect.objectContaining({ code: "staleVersion", facts: expect.objectContaining({ by: "周敏", subjectType }) });
    await expect(level(other, 3)).rejects.toEqual(stale("leader"));
    await expect(roles(other, ["auditor"])).rejects.toEqual(stale("user"));
    await expect(setting(other, 4)).rejects.toEqual(stale("setting"));
    expect((await prisma.user.findUniqueOrThrow({ where: { id: target.id } })).roles).toEqual(["finance"]);
  });

  it("names stand in the history where the log keeps ids, in the reader's language", async () => {
    const town = await makeTown();
    const { createdAt, leaderId, state, ...facts } = await prisma.pickupPoint.findUniqueOrThrow({
      where: { id: town.pointId },
    });
    const route = await prisma.route.create({
      data: { id: "rte_second", name: "二线", warehouseId: town.warehouseId, cityId: town.cityId },
    });
    await editPoint(operator("operations"), { ...facts, routeId: route.id });
    const [entry] = await withNames(await lastChanges("point", town.pointId, 1), "en");
    expect([entry?.before?.routeId, entry?.after?.routeId]).toEqual(["一线", "二线"]);
    expect(entry?.after?.cityId).toMatch(/^Test /);
  });
});
