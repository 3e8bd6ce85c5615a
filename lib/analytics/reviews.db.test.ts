import { expect, test } from "vitest";
import { addItems } from "#lib/campaigns/commands/items";
import { approveSession, draftSession, submitSession } from "#lib/campaigns/commands/sessions";
import { atClock } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { sweeps } from "#lib/server/wiring";
import { makeSku, makeSupplier, makeTown, operator, testDay, testMorning } from "#lib/testing/builders";
import { tell } from "#lib/testing/trade";
import { todayBoard } from "./queries/today";

const boss = operator("operations");
const desk = operator("merchandiser");

test("a session sent for review rings whoever may approve it, but not whoever sent it, and falls silent once decided", () =>
  underClock(testMorning, async () => {
    const town = await makeTown();
    const made = [boss, desk].map((who) => ({
      id: `${who.id}_ring`.slice(-28),
      kind: "operator" as const,
      name: who.name,
      email: `${who.id}@example.com`,
      roles: [...who.roles],
      siteIds: [],
      cityIds: [],
      state: "active" as const,
      createdAt: testMorning,
    }));
    await prisma.user.createMany({ data: made });
    const [approver, sender] = [
      { ...boss, id: made[0]?.id ?? "" },
      { ...desk, id: made[1]?.id ?? "" },
    ];
    const sessionId = await draftSession(sender, {
      name: "请看一眼",
      businessDay: testDay,
      opensAt: atClock(testDay, "10:00"),
      cutoffAt: atClock(testDay, "23:00"),
      lateNoticeMinutes: 15,
      cityIds: [town.cityId],
    });
    const skuId = await makeSku({ supplierId: await makeSupplier() });
    await addItems(sender, { sessionId, items: [{ skuId, quota: 10 }] });
    await submitSession(sender, { sessionId });
    await tell();
    const rung = () => prisma.notice.findMany({ where: { kind: "review", href: `/sessions/${sessionId}` } });
    expect((await rung()).map((n) => n.userId)).toEqual([approver.id]);
    expect((await todayBoard(approver)).needs.find((n) => n.key === "sessionReviews")).toMatchObject({
      names: expect.arrayContaining(["请看一眼"]),
    });
    expect((await todayBoard(sender)).needs.find((n) => n.key === "sessionReviews")?.names ?? []).not.toContain(
      "请看一眼",
    );
    await approveSession(approver, { sessionId });
    await sweeps.find((s) => s.name === "notifications.settle")?.run();
    expect((await rung()).every((n) => n.readAt !== null)).toBe(true);
  }));
