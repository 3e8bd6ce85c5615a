import { describe, expect, test } from "vitest";
import { atClock, dateOf, day, later, minute } from "#lib/kernel/time";
import { setCalendar } from "#lib/pickup/commands";
import { underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { makeSku, makeSupplier, makeTown, operator, type Town, testDay, testMorning } from "#lib/testing/builders";
import { cloneWeek } from "./commands/clone";
import {
  addFlashSlot,
  approveSlot,
  cancelSlot,
  endSlot,
  pauseSlot,
  publishSlot,
  resumeSlot,
  returnSlot,
} from "./commands/flash";
import { addItems, bulkEditItems, changeItem, changePrice, decidePrice, stopOffer } from "./commands/items";
import { copySlot, moveSession, moveSlot } from "./commands/move";
import { addSeries, cancelSeries, changeSeries } from "./commands/series";
import {
  approveSession,
  draftSession,
  pauseSession,
  publishSession,
  resumeSession,
  returnSession,
  submitSession,
} from "./commands/sessions";
import { dropTemplate, fillFromTemplate, saveTemplate } from "./commands/templates";
import { offersOfSession, openOffers } from "./queries";
import { conflictsOf } from "./queries/conflicts";
import { sessionRecord } from "./queries/sessions";

const desk = operator("merchandiser");
const boss = operator("operations");
const at = <T>(work: () => Promise<T>) => underClock(testMorning, work);
const clock = (text: string) => atClock(testDay, text);
const noon = clock("12:00");
const window = { opensAt: clock("10:00"), cutoffAt: clock("23:00") };
const hours = (from: string, to: string) => ({ startsAt: clock(from), endsAt: clock(to) });

async function drafted(town: Town, more: { skuId?: string; name?: string; day?: string; quota?: number } = {}) {
  const skuId = more.skuId ?? (await makeSku({ supplierId: await makeSupplier() }));
  const businessDay = day(more.day ?? testDay);
  const sessionId = await draftSession(desk, {
    name: more.name ?? "日常团",
    businessDay,
    opensAt: atClock(businessDay, "10:00"),
    cutoffAt: atClock(businessDay, "23:00"),
    lateNoticeMinutes: 15,
    cityIds: [town.cityId],
  });
  await addItems(desk, { sessionId, items: [{ skuId, quota: more.quota ?? 100 }] });
  const [offer] = await offersOfSession(sessionId);
  if (!offer) throw new Error("no offer");
  return { sessionId, skuId, offerId: offer.id, poolId: offer.stockPoolId };
}
async function published(town: Town, more: Parameters<typeof drafted>[1] = {}) {
  const made = await drafted(town, more);
  expect(await publishSession(desk, { sessionId: made.sessionId })).toEqual({ state: "published" });
  return made;
}
const slotIn = (e: { sessionId: string; offerId: string }, from: string, to: string, more: object = {}) =>
  addFlashSlot(desk, {
    sessionId: e.sessionId,
    name: "秒杀",
    ...hours(from, to),
    items: [{ offerId: e.offerId, priceFen: 450, quota: 10 }],
    ...more,
  });
const versionOf = async (slotId: string) =>
  (await prisma.flashSlot.findUniqueOrThrow({ where: { id: slotId } })).version;
const quotaOf = async (poolId: string) => (await prisma.stockPool.findUniqueOrThrow({ where: { id: poolId } })).quota;

describe("what needs a second person", () => {
  test("a margin under the rule is submitted, and nobody approves what they submitted", () =>
    at(async () => {
      const town = await makeTown();
      const { sessionId, offerId } = await drafted(town);
      await changePrice(desk, { offerId, priceFen: 350 });
      expect((await sessionRecord(desk, sessionId)).conflicts).toMatchObject([
        { code: "marginUnderRule", severity: "warn", offerId },
      ]);
      expect(await publishSession(desk, { sessionId })).toEqual({ state: "inReview" });
      await expect(approveSession(desk, { sessionId })).rejects.toMatchObject({ code: "twoPeople" });
      await expect(approveSession(operator("finance"), { sessionId })).rejects.toMatchObject({ code: "forbidden" });
      await expect(changePrice(desk, { offerId, priceFen: 340 })).rejects.toMatchObject({ code: "illegalTransition" });
      await expect(changeItem(desk, { offerId, quota: 1 })).rejects.toMatchObject({ code: "illegalTransition" });
      await approveSession(boss, { sessionId });
      expect(await openOffers(town.cityId, noon)).toMatchObject([{ priceFen: 350 }]);
      expect(await prisma.outboxEvent.count({ where: { type: "session.submitted", subjectId: sessionId } })).toBe(1);
    }));

  test("two who approve at once: it is published once", () =>
    at(async () => {
      const town = await makeTown();
      const { sessionId } = await drafted(town);
      await submitSession(desk, { sessionId });
      const both = await Promise.allSettled([1, 2].map(() => approveSession(operator("operations"), { sessionId })));
      expect(both.map((r) => r.status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(both.find((r) => r.status === "rejected")).toMatchObject({ reason: { code: "illegalTransition" } });
      expect(await prisma.outboxEvent.count({ where: { type: "session.published", subjectId: sessionId } })).toBe(1);
    }));

  test("what is sent back can be worked on and sent again", () =>
    at(async () => {
      const town = await makeTown();
      const { sessionId, offerId } = await drafted(town);
      await submitSession(desk, { sessionId });
      await returnSession(boss, { sessionId, note: "价格再看看" });
      expect(await sessionRecord(desk, sessionId)).toMatchObject({ state: "draft", reviewNote: "价格再看看" });
      await changePrice(desk, { offerId, priceFen: 480 });
      expect(await publishSession(desk, { sessionId })).toEqual({ state: "published" });
    }));

  test("the database itself refuses the same person, a publishing without approval, and a loss without a reason", () =>
    at(async () => {
      const town = await makeTown();
      const { sessionId, offerId } = await drafted(town);
      await submitSession(desk, { sessionId });
      const set = (data: object) => prisma.saleSession.update({ where: { id: sessionId }, data });
      await expect(set({ state: "published", approvedBy: desk.id })).rejects.toThrow(/sale_session_two_people/);
      await expect(set({ state: "published" })).rejects.toThrow(/sale_session_reviewed/);
      await expect(
        prisma.offer.update({ where: { id: offerId }, data: { state: "active", priceFen: 1n } }),
      ).rejects.toThrow(/offer_loss/);
    }));

  test("a slot under cost waits with its reason; approved it sells, and pieces sent back stay carved", () =>
    at(async () => {
      const town = await makeTown();
      const made = await published(town);
      const loss = { offerId: made.offerId, priceFen: 250, quota: 10 };
      await expect(slotIn(made, "12:00", "13:00", { items: [loss], publish: true })).rejects.toMatchObject({
        code: "lossReasonMissing",
      });
      const slotId = await slotIn(made, "12:00", "13:00", {
        items: [{ ...loss, lossReason: "freshClearance", lossNote: "明日到期" }],
        publish: true,
      });
      expect(await prisma.flashSlot.findUnique({ where: { id: slotId } })).toMatchObject({ state: "inReview" });
      await returnSlot(boss, { slotId, note: "再等等" });
      expect(await publishSlot(desk, { slotId })).toEqual({ state: "inReview" });
      await expect(approveSlot(desk, { slotId })).rejects.toMatchObject({ code: "twoPeople" });
      await approveSlot(boss, { slotId });
      expect((await openOffers(town.cityId, noon)).find((o) => o.layer === "flash")).toMatchObject({
        priceFen: 250,
        lossReason: "freshClearance",
        lossNote: "明日到期",
      });
      expect(await quotaOf(made.poolId)).toBe(90);
    }));

  test("a published price under the rule waits; the old one holds until a colleague agrees", () =>
    at(async () => {
      const town = await makeTown();
      const { sessionId, offerId } = await published(town);
      expect(await changePrice(desk, { offerId, priceFen: 320 })).toEqual({ offerId, state: "inReview" });
      await expect(changePrice(desk, { offerId, priceFen: 310 })).rejects.toMatchObject({ code: "priceAsked" });
      const [request] = (await sessionRecord(desk, sessionId)).requests;
      if (!request) throw new Error("nothing waits");
      expect(request).toMatchObject({ fromFen: 500, priceFen: 320 });
      expect(await openOffers(town.cityId, noon)).toMatchObject([{ priceFen: 500 }]);
      await expect(decidePrice(desk, { requestId: request.id, approve: true })).rejects.toMatchObject({
        code: "twoPeople",
      });
      await decidePrice(boss, { requestId: request.id, approve: true });
      await expect(decidePrice(boss, { requestId: request.id, approve: true })).rejects.toMatchObject({
        code: "illegalTransition",
      });
      expect(await openOffers(town.cityId, noon)).toMatchObject([{ priceFen: 320 }]);
      expect(await prisma.priceChange.count({ where: { offerId } })).toBe(2);
      await expect(changePrice(desk, { offerId, priceFen: 290 })).rejects.toMatchObject({ code: "lossReasonMissing" });
    }));
});

describe("conflicts", () => {
  test("are the same before saving and on saving", () =>
    at(async () => {
      const town = await makeTown();
      const made = await published(town);
      await slotIn(made, "12:00", "13:00", { publish: true });
      const second = {
        sessionId: made.sessionId,
        ...hours("12:30", "13:30"),
        items: [{ offerId: made.offerId, priceFen: 500, quota: 200 }],
      };
      const found = await conflictsOf(desk, { kind: "addSlot", ...second });
      expect(found.map((c) => [c.code, c.severity])).toEqual([
        ["windowsOverlap", "block"],
        ["flashNotCheaper", "block"],
        ["quotaOverSession", "block"],
      ]);
      expect(found[0]).toMatchObject({
        other: { name: "秒杀" },
        fix: { kind: "moveTo", startsAt: clock("13:00").toISOString(), endsAt: clock("14:00").toISOString() },
      });
      expect(found[2]).toMatchObject({ fix: { kind: "lowerQuota", quota: 90 } });
      await expect(addFlashSlot(desk, { ...second, name: "撞" })).rejects.toMatchObject({ code: "windowsOverlap" });
    }));

  test("the pieces of a SKU over the cities of a day are at most what the supplier allots, two desks at once included", () =>
    at(async () => {
      const [one, two] = [await makeTown(), await makeTown()];
      const skuId = await makeSku({ supplierId: await makeSupplier() });
      await prisma.sku.update({ where: { id: skuId }, data: { dailyQuota: 150 } });
      const first = await drafted(one, { skuId, quota: 100 });
      const second = await drafted(two, { skuId, quota: 100 });
      const both = await Promise.allSettled(
        [first, second].map((s) => publishSession(operator("merchandiser"), { sessionId: s.sessionId })),
      );
      expect(both.map((r) => r.status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(both.find((r) => r.status === "rejected")).toMatchObject({
        reason: { code: "quotaOverAllotted", facts: { wanted: 200, dailyQuota: 150 } },
      });
      const winner = both[0]?.status === "fulfilled" ? first : second;
      await expect(changeItem(desk, { offerId: winner.offerId, quota: 151 })).rejects.toMatchObject({
        code: "quotaOverAllotted",
      });
      await changeItem(desk, { offerId: winner.offerId, quota: 150 });
    }));

  test("without a word the cities of a session share what is allotted", () =>
    at(async () => {
      const [one, two] = [await makeTown(), await makeTown()];
      const skuId = await makeSku({ supplierId: await makeSupplier() });
      await prisma.sku.update({ where: { id: skuId }, data: { dailyQuota: 101 } });
      const sessionId = await draftSession(desk, {
        name: "两城",
        businessDay: testDay,
        ...window,
        lateNoticeMinutes: 15,
        cityIds: [one.cityId, two.cityId],
      });
      await addItems(desk, { sessionId, items: [{ skuId }] });
      expect((await offersOfSession(sessionId)).map((o) => o.quota).sort()).toEqual([50, 51]);
    }));

  test("a paper that runs out before the pickup day, and a day on which the supplier does not deliver", () =>
    at(async () => {
      const town = await makeTown();
      const supplierId = await makeSupplier();
      const { sessionId } = await drafted(town, { skuId: await makeSku({ supplierId }) });
      const paper = (id: string, expiresDay: string) =>
        prisma.supplierDocument.create({
          data: {
            id: `doc_${id}_${supplierId}`.slice(0, 28),
            supplierId,
            kind: "foodLicence",
            fileId: "fil_x",
            expiresDay: dateOf(day(expiresDay)),
            createdAt: testMorning,
          },
        });
      await paper("1", testDay);
      await expect(publishSession(desk, { sessionId })).rejects.toMatchObject({
        code: "documentExpired",
        facts: { day: "2026-11-17", expiresDay: testDay },
      });
      await paper("2", "2026-11-17");
      const rest = { scope: `supplier:${supplierId}`, days: ["2026-11-17"], note: "盘点" };
      await expect(setCalendar(operator("finance"), { ...rest, open: false })).rejects.toMatchObject({
        code: "forbidden",
      });
      await setCalendar(desk, { ...rest, open: false });
      await expect(publishSession(desk, { sessionId })).rejects.toMatchObject({ code: "supplierClosed" });
      await setCalendar(desk, { ...rest, open: true });
      await publishSession(desk, { sessionId });
    }));

  test("goods for a later pickup day than the others are told, goods for none are refused", () =>
    at(async () => {
      const town = await makeTown();
      const supplierId = await makeSupplier();
      const { sessionId } = await drafted(town);
      const slow = await makeSku({ supplierId, leadDays: 2 });
      await addItems(desk, {
        sessionId,
        items: [
          { skuId: await makeSku({ supplierId }), quota: 5 },
          { skuId: slow, quota: 5 },
        ],
      });
      expect(await conflictsOf(desk, { kind: "publishSession", sessionId })).toMatchObject([
        { code: "leadTime", severity: "warn", facts: { day: "2026-11-19", promised: "2026-11-17", days: 2 } },
      ]);
      await prisma.calendarDay.createMany({
        data: Array.from({ length: 80 }, (_, i) => ({
          scope: `route:${town.routeId}`,
          day: dateOf(day("2026-11-16" as string)).getTime() + i * 86_400_000,
        })).map((r) => ({ scope: r.scope, day: new Date(r.day), open: false, note: "" })),
      });
      await expect(publishSession(desk, { sessionId })).rejects.toMatchObject({ code: "leadTime" });
    }));

  test("nothing is planned into a session that lacks the goods", () =>
    at(async () => {
      const town = await makeTown();
      const made = await published(town);
      const other = await published(town, { day: "2026-11-18" });
      const slotId = await slotIn(made, "12:00", "13:00");
      await expect(
        copySlot(desk, {
          slotId,
          sessionId: other.sessionId,
          startsAt: atClock(day("2026-11-18"), "12:00"),
          endsAt: atClock(day("2026-11-18"), "13:00"),
        }),
      ).rejects.toMatchObject({ code: "notInSession" });
    }));
});

describe("moving", () => {
  test("a slot goes with its offers, its pieces stay carved, and its new window counts at its first and last instant", () =>
    at(async () => {
      const town = await makeTown();
      const made = await published(town);
      const slotId = await slotIn(made, "12:00", "13:00", { publish: true });
      await moveSlot(desk, { slotId, ...hours("14:00", "15:00"), version: await versionOf(slotId) });
      const layers = async (when: Date) => (await openOffers(town.cityId, when)).map((o) => o.layer).sort();
      expect(await layers(later(clock("14:00"), -1))).toEqual(["session"]);
      expect(await layers(clock("14:00"))).toEqual(["flash", "session"]);
      expect(await layers(later(clock("15:00"), -1))).toEqual(["flash", "session"]);
      expect(await layers(clock("15:00"))).toEqual(["session"]);
      expect(await quotaOf(made.poolId)).toBe(90);
      await expect(moveSlot(desk, { slotId, ...hours("16:00", "17:00"), version: 1 })).rejects.toMatchObject({
        code: "staleVersion",
      });
      await expect(
        moveSlot(desk, { slotId, ...hours("22:00", "24:00"), version: await versionOf(slotId) }),
      ).rejects.toMatchObject({ code: "slotOutside" });
      await expect(
        moveSlot(desk, { slotId, ...hours("17:00", "16:00"), version: await versionOf(slotId) }),
      ).rejects.toMatchObject({ code: "windowBackwards" });
    }));

  test("a running slot keeps its beginning; its end moves; an ended one stays", () =>
    at(async () => {
      const town = await makeTown();
      const made = await published(town);
      const slotId = await slotIn(made, "12:00", "13:00", { publish: true });
      await underClock(clock("12:30"), async () => {
        const version = await versionOf(slotId);
        await expect(moveSlot(desk, { slotId, ...hours("12:10", "13:00"), version })).rejects.toMatchObject({
          code: "slotLive",
        });
        await expect(moveSlot(desk, { slotId, ...hours("12:00", "12:30"), version })).rejects.toMatchObject({
          code: "slotPast",
        });
        await moveSlot(desk, { slotId, ...hours("12:00", "14:00"), version });
      });
      await underClock(clock("14:00"), async () =>
        expect(
          moveSlot(desk, { slotId, ...hours("12:00", "15:00"), version: await versionOf(slotId) }),
        ).rejects.toMatchObject({ code: "illegalTransition" }),
      );
    }));

  test("two who move slots onto each other's place at once: exactly one stands there", () =>
    at(async () => {
      const town = await makeTown();
      const made = await published(town);
      const slots = [
        await slotIn(made, "12:00", "13:00", { publish: true, name: "甲" }),
        await slotIn(made, "15:00", "16:00", { publish: true, name: "乙" }),
      ];
      const both = await Promise.allSettled(
        slots.map(async (slotId, i) =>
          moveSlot(operator("merchandiser"), {
            slotId,
            ...hours(`18:${i}0`, `19:${i}0`),
            version: await versionOf(slotId),
          }),
        ),
      );
      expect(both.map((r) => r.status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(both.find((r) => r.status === "rejected")).toMatchObject({
        reason: { code: "windowsOverlap", facts: { other: expect.stringMatching(/[甲乙]/) } },
      });
    }));

  test("to another session a slot takes its pieces along", () =>
    at(async () => {
      const town = await makeTown();
      const made = await published(town);
      const other = await published(town, { skuId: made.skuId, day: "2026-11-18" });
      const slotId = await slotIn(made, "12:00", "13:00", { publish: true });
      const at12 = atClock(day("2026-11-18"), "12:00");
      await moveSlot(desk, {
        slotId,
        sessionId: other.sessionId,
        startsAt: at12,
        endsAt: later(at12, 60 * minute),
        version: await versionOf(slotId),
      });
      expect([await quotaOf(made.poolId), await quotaOf(other.poolId)]).toEqual([100, 90]);
      expect((await openOffers(town.cityId, at12)).map((o) => o.layer).sort()).toEqual(["flash", "session"]);
      await cancelSlot(desk, { slotId });
      expect(await quotaOf(other.poolId)).toBe(100);
    }));

  test("a coming session goes to another day with its slots; an open one keeps its opening and closes no sooner than its held orders", () =>
    at(async () => {
      const town = await makeTown();
      const made = await published(town);
      const slotId = await slotIn(made, "12:00", "13:00", { publish: true });
      const version = async () =>
        (await prisma.saleSession.findUniqueOrThrow({ where: { id: made.sessionId } })).version;
      const to = day("2026-11-18");
      await moveSession(desk, {
        sessionId: made.sessionId,
        businessDay: to,
        opensAt: atClock(to, "09:00"),
        cutoffAt: atClock(to, "22:00"),
        version: await version(),
      });
      expect(await prisma.flashSlot.findUnique({ where: { id: slotId } })).toMatchObject({
        startsAt: atClock(to, "12:00"),
      });
      expect((await openOffers(town.cityId, atClock(to, "12:30"))).map((o) => o.layer).sort()).toEqual([
        "flash",
        "session",
      ]);
      await expect(
        moveSession(desk, {
          sessionId: made.sessionId,
          opensAt: atClock(to, "12:30"),
          cutoffAt: atClock(to, "22:00"),
          version: await version(),
        }),
      ).rejects.toMatchObject({ code: "slotOutside" });
      await underClock(atClock(to, "10:00"), async () => {
        const move = async (opens: string, cutoff: string) =>
          moveSession(desk, {
            sessionId: made.sessionId,
            opensAt: atClock(to, opens),
            cutoffAt: atClock(to, cutoff),
            version: await version(),
          });
        await expect(move("09:30", "22:00")).rejects.toMatchObject({ code: "sessionLive" });
        await expect(move("09:00", "10:14")).rejects.toMatchObject({ code: "cutoffTooSoon" });
        await move("09:00", "22:30");
      });
    }));
});

describe("while it sells", () => {
  test("a paused session or slot sells nothing until it is resumed", () =>
    at(async () => {
      const town = await makeTown();
      const made = await published(town);
      const slotId = await slotIn(made, "12:00", "13:00", { publish: true });
      const layers = async () => (await openOffers(town.cityId, noon)).map((o) => o.layer).sort();
      await pauseSlot(desk, { slotId, reason: "价格看错" });
      await expect(pauseSlot(desk, { slotId, reason: "再一次" })).rejects.toMatchObject({ code: "illegalTransition" });
      expect(await layers()).toEqual(["session"]);
      await resumeSlot(desk, { slotId });
      await pauseSession(desk, { sessionId: made.sessionId, reason: "系统检查" });
      expect(await layers()).toEqual([]);
      await resumeSession(desk, { sessionId: made.sessionId });
      await expect(resumeSession(desk, { sessionId: made.sessionId })).rejects.toMatchObject({
        code: "illegalTransition",
      });
      expect(await layers()).toEqual(["flash", "session"]);
    }));

  test("a slot ended by hand gives back what it did not sell; a coming one is cancelled instead", () =>
    at(async () => {
      const town = await makeTown();
      const made = await published(town);
      const slotId = await slotIn(made, "12:00", "13:00", { publish: true });
      await expect(endSlot(desk, { slotId, reason: "卖完" })).rejects.toMatchObject({ code: "illegalTransition" });
      await underClock(clock("12:10"), async () => {
        expect(await endSlot(desk, { slotId, reason: "货不好" })).toEqual({ pieces: 10 });
        expect((await openOffers(town.cityId, clock("12:10"))).map((o) => o.layer)).toEqual(["session"]);
      });
      expect(await quotaOf(made.poolId)).toBe(100);
    }));

  test("a stopped item is closed for good", () =>
    at(async () => {
      const town = await makeTown();
      const { offerId } = await published(town);
      await underClock(noon, () => stopOffer(desk, { offerId, reason: "产地停供" }));
      expect(await openOffers(town.cityId, noon)).toEqual([]);
      await expect(stopOffer(desk, { offerId, reason: "再停" })).rejects.toMatchObject({ code: "illegalTransition" });
    }));
});

describe("many at once", () => {
  test("a bulk edit changes all or none, and refuses what was changed since the preview", () =>
    at(async () => {
      const town = await makeTown();
      const made = await drafted(town);
      const second = await makeSku({ supplierId: await makeSupplier(), saleFen: 800 });
      await addItems(desk, { sessionId: made.sessionId, items: [{ skuId: second, quota: 30 }] });
      const items = async () =>
        (await offersOfSession(made.sessionId)).map((o) => ({
          offerId: o.id,
          seenFen: o.priceFen,
          seenQuota: o.quota,
        }));
      const seen = await items();
      await bulkEditItems(desk, {
        sessionId: made.sessionId,
        items: seen,
        price: { unit: "bp", value: -500, ending: "x9" },
        perPersonLimit: 3,
      });
      const after = await offersOfSession(made.sessionId);
      expect(after.map((o) => [o.priceFen, o.perPersonLimit]).sort()).toEqual([
        [469, 3],
        [759, 3],
      ]);
      await expect(
        bulkEditItems(desk, {
          sessionId: made.sessionId,
          items: seen,
          price: { unit: "fen", value: 10, ending: "none" },
        }),
      ).rejects.toMatchObject({ code: "staleVersion" });
      expect(await offersOfSession(made.sessionId)).toEqual(after);
    }));

  test("a series makes a draft at each hour of each session day, tells what it left out, and is changed and called off together", () =>
    at(async () => {
      const town = await makeTown();
      const made = await published(town);
      await published(town, { skuId: made.skuId, day: "2026-11-17" });
      await slotIn(made, "15:30", "16:30", { publish: true });
      const series = await addSeries(
        { ...boss, cityIds: [town.cityId] },
        {
          name: "整点秒杀",
          fromDay: testDay,
          toDay: "2026-11-18",
          hours: [8, 12, 15, 20],
          minutes: 60,
          items: [{ skuId: made.skuId, priceFen: 420, quota: 5, perPersonLimit: 1 }],
        },
      );
      expect(series).toMatchObject({ slots: 5 });
      expect(series.skipped.map((s) => [s.at, s.code])).toEqual([
        [`${testDay} 08:00`, "slotOutside"],
        [`${testDay} 15:00`, "windowsOverlap"],
        ["2026-11-17 08:00", "slotOutside"],
      ]);
      expect(await quotaOf(made.poolId)).toBe(80);
      const change = { skuId: made.skuId, quota: 8, perPersonLimit: 2 };
      expect(
        await changeSeries(desk, { seriesId: series.seriesId, items: [{ ...change, priceFen: 410 }] }),
      ).toMatchObject({ items: 5, skipped: [] });
      expect(
        await changeSeries(desk, { seriesId: series.seriesId, items: [{ ...change, priceFen: 500 }] }),
      ).toMatchObject({
        items: 0,
        skipped: expect.arrayContaining([expect.objectContaining({ code: "flashNotCheaper" })]),
      });
      expect(await quotaOf(made.poolId)).toBe(74);
      expect(await cancelSeries(desk, { seriesId: series.seriesId, reason: "换活动" })).toEqual({
        slots: 5,
        pieces: 40,
      });
      expect(await quotaOf(made.poolId)).toBe(90);
      await expect(
        addSeries(
          { ...boss, cityIds: [(await makeTown()).cityId] },
          {
            name: "空",
            fromDay: testDay,
            toDay: testDay,
            hours: [12],
            minutes: 60,
            items: [{ skuId: made.skuId, priceFen: 420, quota: 5 }],
          },
        ),
      ).rejects.toMatchObject({ code: "noSessions" });
    }));

  test("a week is copied day by day; days with a session and goods off the shelf stay behind", () =>
    at(async () => {
      const town = await makeTown();
      const here = { ...boss, cityIds: [town.cityId] };
      const made = await drafted(town, { name: "11-16 团" });
      await drafted(town, { day: "2026-11-18", skuId: made.skuId });
      await drafted(town, { day: "2026-11-25" });
      const gone = await makeSku({ supplierId: await makeSupplier() });
      await addItems(desk, { sessionId: made.sessionId, items: [{ skuId: gone, quota: 5 }] });
      await prisma.sku.update({ where: { id: gone }, data: { isListed: false } });
      const { made: copies, skippedDays } = await cloneWeek(here, { fromDay: testDay, toDay: "2026-11-23" });
      expect(copies).toMatchObject([
        { businessDay: "2026-11-23", name: "11-23 团", items: 1, left: [{ why: "notListed" }] },
      ]);
      expect(skippedDays).toEqual(["2026-11-25"]);
      await expect(cloneWeek(here, { fromDay: "2027-01-01", toDay: "2027-01-08" })).rejects.toMatchObject({
        code: "noSessions",
      });
    }));

  test("a template starts a session or a slot with its items", () =>
    at(async () => {
      const town = await makeTown();
      const made = await published(town);
      const slotId = await slotIn(made, "12:00", "13:00");
      const name = `模板 ${made.skuId}`;
      const templateId = await saveTemplate(desk, { name, slotId });
      await expect(saveTemplate(desk, { name, slotId })).rejects.toMatchObject({ code: "nameTaken" });
      const started = await fillFromTemplate(desk, {
        templateId,
        sessionId: made.sessionId,
        ...hours("18:00", "19:00"),
      });
      expect(started).toMatchObject({ items: 1, left: [] });
      expect((await offersOfSession(made.sessionId)).find((o) => o.flashSlotId === started.slotId)).toMatchObject({
        priceFen: 450,
        quota: 10,
        state: "draft",
      });
      const whole = await saveTemplate(desk, { name: `${name} 场`, sessionId: made.sessionId });
      const empty = await draftSession(desk, {
        name: "空",
        businessDay: testDay,
        ...window,
        lateNoticeMinutes: 15,
        cityIds: [town.cityId],
      });
      expect(await fillFromTemplate(desk, { templateId: whole, sessionId: empty })).toMatchObject({ items: 1 });
      await dropTemplate(desk, { templateId });
      await expect(fillFromTemplate(desk, { templateId, sessionId: empty })).rejects.toMatchObject({
        code: "notFound",
      });
    }));
});
