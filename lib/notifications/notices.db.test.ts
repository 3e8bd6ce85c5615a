import { beforeAll, describe, expect, it } from "vitest";
import type { Actor, Role } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { later, minute } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { announce, deliver } from "#lib/platform/news";
import { seal } from "#lib/platform/pii";
import { makeSupplier, makeTown, operator, testMorning } from "#lib/testing/builders";
import { settleNotices } from "./bell";
import { preferNotice, readNotices } from "./commands";
import { bellOf, noticePreferences, noticesPage } from "./queries";
import { reactions } from "./reactions";
import { notify } from "./steps";

const people: Record<string, Actor> = {};

async function employ(
  name: string,
  roles: Role[],
  more: { cityIds?: string[]; supplierId?: string; supplierRole?: "owner" | "staff"; state?: "disabled" } = {},
) {
  const id = newId("usr", testMorning);
  const kind = more.supplierId ? ("supplier" as const) : ("operator" as const);
  await prisma.user.create({
    data: {
      id,
      kind,
      name,
      email: `${name}@example.com`,
      roles,
      siteIds: [],
      createdAt: testMorning,
      cityIds: more.cityIds ?? [],
      supplierId: more.supplierId ?? null,
      supplierRole: more.supplierRole ?? null,
      state: more.state ?? "active",
    },
  });
  people[name] = {
    ...operator(...roles),
    kind,
    id,
    name,
    cityIds: more.cityIds ?? [],
    supplierId: more.supplierId ?? null,
    supplierRole: more.supplierRole ?? null,
  };
}
const who = (name: string): Actor => people[name] as Actor;
const bell = (name: string) => bellOf(who(name), "zh-CN");
const rung = async (name: string) => (await bell(name)).latest.map((one) => `${one.title}｜${one.detail}`);

async function apply(cityId: string, name: string): Promise<string> {
  const id = newId("lap", testMorning);
  await prisma.leaderApplication.create({
    data: {
      id,
      name,
      cityId,
      district: "城东",
      pointName: "和平小区",
      address: "和平路 1 号",
      about: "",
      lat: 39.9,
      lng: 116.4,
      phoneCipher: seal("13900001111", "leader_application.phone"),
      phoneIndex: id,
      phoneTail: "1111",
      state: "submitted",
      createdAt: testMorning,
    },
  });
  await news("leader.applied", id);
  return id;
}
const news = (type: string, subjectId: string, payload = {}) =>
  underClock(testMorning, async () => {
    await transact((tx) => announce(tx, { type, subjectId, payload }));
    await deliver(reactions);
  });

let [here, there, supplierId] = ["", "", ""];
beforeAll(async () => {
  await underClock(testMorning, async () => {
    [here, there] = [(await makeTown()).cityId, (await makeTown()).cityId];
    supplierId = await makeSupplier();
    await employ("boss", ["administrator"]);
    await employ("everywhere", ["operations"]);
    await employ("here", ["operations"], { cityIds: [here] });
    await employ("there", ["operations"], { cityIds: [there] });
    await employ("finance", ["finance"]);
    await employ("auditor", ["auditor"]);
    await employ("gone", ["operations"], { state: "disabled" });
    await employ("owner", [], { supplierId, supplierRole: "owner" });
    await employ("staff", [], { supplierId, supplierRole: "staff" });
    await employ("rival", [], { supplierId: await makeSupplier(), supplierRole: "owner" });
  });
});

describe("a notice", () => {
  it("reaches those who can act and see that city, and nobody else", async () => {
    await apply(here, "李四");
    const line = "新的团长申请｜李四 · 和平小区";
    for (const name of ["boss", "everywhere", "here"]) expect(await rung(name), name).toEqual([line]);
    for (const name of ["there", "finance", "auditor", "gone", "owner"]) expect(await rung(name), name).toEqual([]);
    const [first] = (await bellOf(who("here"), "en")).latest;
    expect(first).toMatchObject({ title: "New leader application", needs: true, read: false });
    expect(first?.href).toMatch(/^\/leaders\/applications\/lap_/);
  });

  it("of a statement goes to the supplier's owner who confirms it, not to staff or another supplier", async () => {
    const id = newId("stm", testMorning);
    await prisma.supplierStatement.create({
      data: {
        id,
        supplierId,
        fromDay: new Date("2026-11-09"),
        toDay: new Date("2026-11-15"),
        state: "sent",
        openingFen: 0n,
        receiptsFen: 12_345n,
        claimsFen: 0n,
        adjustmentsFen: 0n,
        closingFen: 12_345n,
        payableFen: 12_345n,
        hash: "x",
        createdBy: "test",
        createdAt: testMorning,
      },
    });
    await news("statement.sent", id);
    expect(await rung("owner")).toEqual(["新的对账单，请确认｜11-09 至 11-15 · ¥123.45"]);
    expect(await rung("staff")).toEqual([]);
    expect(await rung("rival")).toEqual([]);
  });

  it("is told once under one key, however often it is said", async () => {
    const say = () =>
      transact((tx) =>
        notify(tx, {
          kind: "mention",
          key: "ord_1#7",
          params: { name: "陈", text: "看这单" },
          href: "/orders/ord_1",
          userIds: [who("finance").id, who("gone").id],
        }),
      );
    await underClock(testMorning, async () => {
      await say();
      await Promise.all([say(), say()]);
    });
    expect(await rung("finance")).toEqual(["陈 在评论中提到你｜看这单"]);
    expect(await rung("gone")).toEqual([]);
  });

  it("tells a colleague who was named in a comment, with its words and the record it is about", async () => {
    await prisma.comment.create({
      data: {
        id: "cmt_1",
        subjectType: "order",
        subjectId: "ord_7",
        body: "@auditor 这单请看一下",
        authorId: who("boss").id,
        authorName: "老板",
        mentions: [who("auditor").id],
        at: testMorning,
      },
    });
    await news("comment.mentioned", "cmt_1", { userIds: [who("auditor").id], by: "老板" });
    expect((await bell("auditor")).latest).toMatchObject([
      { title: "老板 在评论中提到你", detail: "@auditor 这单请看一下", href: "/orders/ord_7", needs: true },
    ]);
  });

  it("is not for whoever did it", async () => {
    await underClock(testMorning, () =>
      transact((tx) =>
        notify(tx, {
          kind: "batch",
          key: "pbt_1",
          params: { name: "财务", n: 3, amount: "¥30.00" },
          href: "/payouts/pbt_1",
          except: who("finance").id,
        }),
      ),
    );
    expect(await rung("boss")).toContain("付款批次待复核｜财务 制单，3 笔 · ¥30.00");
    expect((await rung("finance")).some((line) => line.startsWith("付款批次"))).toBe(false);
  });

  it("never points out of the house", async () => {
    await expect(
      transact((tx) =>
        notify(tx, {
          kind: "mention",
          key: "x",
          params: { name: "", text: "" },
          href: "//evil.example",
          userIds: [who("boss").id],
        }),
      ),
    ).rejects.toThrow(/notice_href/);
  });

  it("is read for everybody once the matter waits no more, whoever settled it", async () => {
    const id = await apply(there, "王五");
    expect((await bell("there")).unread).toBe(1);
    expect(await underClock(testMorning, settleNotices)).toBe(0);
    await prisma.leaderApplication.update({ where: { id }, data: { state: "rejected" } });
    await underClock(testMorning, settleNotices);
    expect((await bell("there")).unread).toBe(0);
    expect((await bell("here")).unread).toBe(1);
  });

  it("is read by its owner alone", async () => {
    const [mine] = (await bell("here")).latest;
    expect(await readNotices(who("there"), { id: mine?.id ?? "" })).toBe(0);
    expect((await bell("here")).unread).toBe(1);
    expect(await readNotices(who("here"), {})).toBe(1);
    expect((await bell("here")).unread).toBe(0);
    expect((await bell("everywhere")).unread).toBeGreaterThan(0);
  });
});

describe("what one wants to be told", () => {
  it("is one's own: off the bell, by message, or both; said once", async () => {
    await preferNotice(who("here"), { kind: "leaderApplication" });
    await preferNotice(who("everywhere"), { kind: "leaderApplication", inApp: "1", byMessage: "1" });
    await preferNotice(who("boss"), { kind: "leaderApplication", byMessage: "1" });
    const before = (await bell("everywhere")).unread;
    await apply(here, "赵六");
    expect(await rung("here")).not.toContain("新的团长申请｜赵六 · 和平小区");
    expect((await bell("everywhere")).unread).toBe(before + 1);
    const atBoss = (await bell("boss")).latest.find((one) => one.detail === "赵六 · 和平小区");
    expect(atBoss?.read).toBe(true);
    const said = await prisma.message.findMany({ where: { template: "notice.leaderApplication" } });
    expect(said.map((one) => [one.recipientId, one.channel, one.body]).sort()).toEqual(
      [
        [who("boss").id, "mail", "新的团长申请：赵六 · 和平小区"],
        [who("everywhere").id, "mail", "新的团长申请：赵六 · 和平小区"],
      ].sort(),
    );
  });

  it("shows only what this person can be told of, with the way a message would take", async () => {
    const kinds = async (name: string) => (await noticePreferences(who(name))).rows.map((row) => row.kind);
    expect(await kinds("finance")).toContain("withdrawal");
    expect(await kinds("finance")).not.toContain("leaderApplication");
    expect(await kinds("owner")).toContain("statementSent");
    expect(await kinds("staff")).not.toContain("statementSent");
    expect(await noticePreferences(who("boss"))).toMatchObject({ channel: "mail", isLocal: true });
    const mine = (await noticePreferences(who("here"))).rows.find((row) => row.kind === "leaderApplication");
    expect(mine).toMatchObject({ inApp: false, byMessage: false });
  });
});

it("the list pages without gaps or repeats", async () => {
  await underClock(later(testMorning, minute), () =>
    transact((tx) =>
      notify(
        tx,
        ...Array.from({ length: 70 }, (_, i) => ({
          kind: "runFinished" as const,
          key: `run_${i}`,
          params: { name: `第 ${i} 批`, n: i },
          href: "/jobs",
          userIds: [who("auditor").id],
        })),
      ),
    ),
  );
  const ask = (after: string | null) =>
    noticesPage(
      who("auditor"),
      { view: "fyi", q: "", sort: "", filters: {}, after, peek: null, unknown: [] } as never,
      "en",
    );
  const first = await ask(null);
  const second = await ask(first.nextCursor);
  expect(first.rows).toHaveLength(50);
  expect(second.nextCursor).toBeNull();
  expect(new Set([...first.rows, ...second.rows].map((row) => row.id)).size).toBe(70);
});
