import { describe, expect, test } from "vitest";
import { atClock, later } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { listPage, viewAsk } from "#lib/platform/list";
import { deliver } from "#lib/platform/news";
import { priceOf } from "#lib/promotions/rules";
import {
  makeOffer,
  makeSession,
  makeSku,
  makeSupplier,
  makeTown,
  operator,
  supplierActor,
  type Town,
  testDay,
  testMorning,
} from "#lib/testing/builders";
import { cloneSession } from "./commands/clone";
import { addFlashSlot, cancelSlot, publishSlot } from "./commands/flash";
import { addItems, changeItem, changePrice, pauseOffer, removeItems, resumeOffer } from "./commands/items";
import { cancelSession, draftSession, editSession, publishSession } from "./commands/sessions";
import { sessionList } from "./lists";
import { offersOfSession, openOffers, supplierTotals } from "./queries";
import { sessionRecord } from "./queries/sessions";
import { reactions, sweeps } from "./reactions";

const desk = operator("merchandiser");
const at = <T>(work: () => Promise<T>) => underClock(testMorning, work);
const noon = atClock(testDay, "12:00");
const window = { opensAt: atClock(testDay, "10:00"), cutoffAt: atClock(testDay, "23:00") };
const draft = (town: Town, more: object = {}) =>
  draftSession(desk, {
    name: "日常团",
    businessDay: testDay,
    ...window,
    lateNoticeMinutes: 15,
    cityIds: [town.cityId],
    ...more,
  });

/** A drafted session with one item of 100 pieces at ¥5.00. */
async function draftWithItem(town: Town, more: { name?: string; skuId?: string } = {}) {
  const skuId = more.skuId ?? (await makeSku({ supplierId: await makeSupplier() }));
  const sessionId = await draft(town, more.name ? { name: more.name } : {});
  await addItems(desk, { sessionId, items: [{ skuId, quota: 100 }] });
  const [offer] = await offersOfSession(sessionId);
  if (!offer) throw new Error("no offer");
  return { sessionId, skuId, offerId: offer.id, poolId: offer.stockPoolId };
}

const quota = async (poolId: string) => (await prisma.stockPool.findUniqueOrThrow({ where: { id: poolId } })).quota;
const allotted = async (poolId: string) =>
  (await prisma.stockAllotment.aggregate({ where: { poolId }, _sum: { delta: true } }))._sum.delta;

describe("a session", () => {
  test("is drafted with the catalogue's prices, published, and then sells in its window only", () =>
    at(async () => {
      const town = await makeTown();
      const { sessionId, skuId } = await draftWithItem(town);
      expect(await openOffers(town.cityId, noon)).toEqual([]);
      await publishSession(desk, { sessionId });
      expect(await openOffers(town.cityId, testMorning)).toEqual([]);
      expect(await openOffers(town.cityId, noon, [skuId])).toMatchObject([
        { skuId, priceFen: 500, supplyPriceFen: 300, quota: 100, available: 100, state: "active" },
      ]);
      expect(await openOffers(town.cityId, window.cutoffAt)).toEqual([]);
      expect(await openOffers(town.cityId, noon, ["sku_other"])).toEqual([]);
      expect(await prisma.outboxEvent.count({ where: { type: "session.published", subjectId: sessionId } })).toBe(1);
      expect(await prisma.priceChange.findMany({ where: { skuId } })).toMatchObject([{ fromFen: null, toFen: 500n }]);
    }));

  test("without items cannot be published, and with a suspended supplier neither", () =>
    at(async () => {
      const town = await makeTown();
      const empty = await draft(town);
      await expect(publishSession(desk, { sessionId: empty })).rejects.toMatchObject({
        code: "notPublishable",
        facts: { problem: "noItems" },
      });
      const supplierId = await makeSupplier();
      const { sessionId } = await draftWithItem(town, { skuId: await makeSku({ supplierId }) });
      await prisma.supplier.update({ where: { id: supplierId }, data: { state: "suspended" } });
      await expect(publishSession(desk, { sessionId })).rejects.toMatchObject({
        code: "notPublishable",
        facts: { problem: "supplierSuspended" },
      });
      expect((await sessionRecord(desk, sessionId)).conflicts.map((p) => p.code)).toEqual(["supplierSuspended"]);
    }));

  test("that sells under cost names its reason and waits for a second person", () =>
    at(async () => {
      const town = await makeTown();
      const { sessionId, offerId } = await draftWithItem(town);
      await changePrice(desk, { offerId, priceFen: 299 });
      await expect(publishSession(desk, { sessionId })).rejects.toMatchObject({ code: "lossReasonMissing" });
      await changeItem(desk, { offerId, lossReason: "seasonal", lossNote: "换季" });
      expect(await publishSession(desk, { sessionId })).toEqual({ state: "inReview" });
      expect(await openOffers(town.cityId, noon)).toEqual([]);
    }));

  test("cannot be published after its cut-off, twice, or by finance", () =>
    at(async () => {
      const town = await makeTown();
      const { sessionId } = await draftWithItem(town);
      await underClock(window.cutoffAt, () =>
        expect(publishSession(desk, { sessionId })).rejects.toMatchObject({
          facts: { problem: "past" },
        }),
      );
      await expect(publishSession(operator("finance"), { sessionId })).rejects.toMatchObject({
        code: "forbidden",
      });
      await publishSession(desk, { sessionId });
      await expect(publishSession(desk, { sessionId })).rejects.toMatchObject({
        code: "illegalTransition",
      });
    }));

  test("two sessions whose windows overlap for one SKU and city: the second is refused by name and window", () =>
    at(async () => {
      const town = await makeTown();
      const first = await draftWithItem(town, { name: "早市团" });
      const second = await draftWithItem(town, { name: "晚市团", skuId: first.skuId });
      await publishSession(desk, { sessionId: first.sessionId });
      await expect(publishSession(desk, { sessionId: second.sessionId })).rejects.toMatchObject({
        code: "windowsOverlap",
        facts: { other: "早市团", window: "11-16 10:00 – 11-16 23:00" },
      });
      expect((await sessionRecord(desk, second.sessionId)).conflicts).toMatchObject([
        { code: "windowsOverlap", severity: "block", other: { name: "早市团" }, fix: { kind: "removeItem" } },
      ]);
      expect((await prisma.saleSession.findUniqueOrThrow({ where: { id: second.sessionId } })).state).toBe("draft");
    }));

  test("two operators who publish overlapping sessions at once: one goes through, the other is told with whom", () =>
    at(async () => {
      const town = await makeTown();
      const first = await draftWithItem(town, { name: "甲场" });
      const second = await draftWithItem(town, { name: "乙场", skuId: first.skuId });
      const both = await Promise.allSettled(
        [first, second].map((s) => publishSession(operator("merchandiser"), { sessionId: s.sessionId })),
      );
      expect(both.filter((r) => r.status === "fulfilled")).toHaveLength(1);
      const refused = both.find((r) => r.status === "rejected");
      expect(refused).toMatchObject({
        reason: { code: "windowsOverlap", facts: { other: expect.stringMatching(/[甲乙]场/) } },
      });
    }));

  test("the database refuses the overlap even when nobody asked it first", () =>
    at(async () => {
      const town = await makeTown();
      const skuId = await makeSku({ supplierId: await makeSupplier() });
      await makeOffer(town, { sessionId: await makeSession(town), skuId });
      const other = await makeSession(town);
      await expect(
        transact(async (tx) => {
          await tx.offer.create({
            data: {
              id: `ofr_clash_${skuId}`,
              layer: "session",
              saleSessionId: other,
              skuId,
              cityId: town.cityId,
              startsAt: noon,
              endsAt: later(noon, 1000),
              state: "active",
              priceFen: 1n,
              supplyPriceFen: 1n,
              stockPoolId: "stk_x",
            },
          });
        }),
      ).rejects.toMatchObject({ code: "windowsOverlap" });
    }));

  test("cloned keeps items, prices, limits and slots, with fresh pools on the new day", () =>
    at(async () => {
      const town = await makeTown();
      const { sessionId, offerId, poolId, skuId } = await draftWithItem(town);
      await changeItem(desk, { offerId, perPersonLimit: 3 });
      await publishSession(desk, { sessionId });
      await addFlashSlot(desk, {
        sessionId,
        name: "午间秒杀",
        startsAt: noon,
        endsAt: later(noon, 3_600_000),
        items: [{ offerId, priceFen: 400, quota: 30 }],
        publish: true,
      });
      await prisma.stockPool.update({ where: { id: poolId }, data: { sold: 20, held: 5 } });
      const clone = await cloneSession(desk, { fromId: sessionId, businessDay: "2026-11-17" });
      expect(clone).toMatchObject({ items: 1, leftOut: 0 });
      const offers = await offersOfSession(clone.id);
      expect(offers.find((o) => o.layer === "session")).toMatchObject({
        skuId,
        priceFen: 500,
        perPersonLimit: 3,
        quota: 70,
        held: 0,
        sold: 0,
        state: "draft",
        startsAt: atClock(testDay, "34:00"),
      });
      expect(offers.find((o) => o.layer === "flash")).toMatchObject({
        priceFen: 400,
        quota: 30,
        state: "draft",
        startsAt: later(noon, 86_400_000),
      });
      expect(offers.map((o) => o.stockPoolId)).not.toContain(poolId);
      expect((await sessionRecord(desk, clone.id)).difference).toMatchObject({ added: 0, removed: 0, same: 1 });
    }));

  test("cloned leaves out what is no longer listed", () =>
    at(async () => {
      const town = await makeTown();
      const { sessionId, skuId } = await draftWithItem(town);
      await prisma.sku.update({ where: { id: skuId }, data: { isListed: false } });
      expect(await cloneSession(desk, { fromId: sessionId, businessDay: "2026-11-17" })).toMatchObject({
        items: 0,
        leftOut: 1,
      });
    }));

  test("a draft moves with its window and its cities; a published session does not", () =>
    at(async () => {
      const [town, second] = [await makeTown(), await makeTown()];
      const { sessionId } = await draftWithItem(town);
      const edit = {
        id: sessionId,
        name: "改名",
        businessDay: testDay,
        opensAt: window.opensAt,
        cutoffAt: atClock(testDay, "22:00"),
        lateNoticeMinutes: 15,
        cityIds: [town.cityId, second.cityId],
        version: 1,
      };
      await editSession(desk, edit);
      const offers = await offersOfSession(sessionId);
      expect(offers.map((o) => o.cityId).sort()).toEqual([town.cityId, second.cityId].sort());
      expect(offers.every((o) => o.endsAt.getTime() === edit.cutoffAt.getTime() && o.quota === 100)).toBe(true);
      await expect(editSession(desk, edit)).rejects.toMatchObject({ code: "staleVersion" });
      await editSession(desk, { ...edit, version: 2, cityIds: [second.cityId] });
      expect(await offersOfSession(sessionId)).toHaveLength(1);
      await publishSession(desk, { sessionId });
      await expect(editSession(desk, { ...edit, version: 4 })).rejects.toMatchObject({ code: "illegalTransition" });
    }));

  test("called off closes its offers, cancels its slots and tells the orders", () =>
    at(async () => {
      const town = await makeTown();
      const { sessionId, offerId, poolId } = await draftWithItem(town);
      await publishSession(desk, { sessionId });
      await addFlashSlot(desk, {
        sessionId,
        name: "午间",
        startsAt: noon,
        endsAt: later(noon, 60_000),
        items: [{ offerId, priceFen: 400, quota: 30 }],
        publish: true,
      });
      await cancelSession(desk, { sessionId, reason: "暴雪" });
      expect((await offersOfSession(sessionId)).every((o) => o.state === "closed")).toBe(true);
      expect(await quota(poolId)).toBe(100);
      expect(
        await prisma.outboxEvent.findFirst({ where: { type: "session.cancelled", subjectId: sessionId } }),
      ).toMatchObject({ payload: { reason: "暴雪" } });
    }));

  test("the list adds up what was sold, and the supplier watches their own totals only", () =>
    at(async () => {
      const town = await makeTown();
      const supplierId = await makeSupplier();
      const { sessionId, poolId, offerId } = await draftWithItem(town, { skuId: await makeSku({ supplierId }) });
      await publishSession(desk, { sessionId });
      await addFlashSlot(desk, {
        sessionId,
        name: "午间",
        startsAt: noon,
        endsAt: later(noon, 60_000),
        items: [{ offerId, priceFen: 400, quota: 30 }],
        publish: true,
      });
      await prisma.stockPool.update({ where: { id: poolId }, data: { sold: 12, held: 3 } });
      const ask = { ...viewAsk("current", "-businessDay"), filters: { cityId: town.cityId } };
      const { rows } = await listPage(sessionList, desk, ask);
      expect(rows).toMatchObject([{ id: sessionId, items: 1, quota: 100, sold: 12, held: 3, slots: 1 }]);
      expect(await supplierTotals(supplierActor(supplierId), supplierId)).toMatchObject([
        { quota: 100, sold: 12, held: 3 },
      ]);
      await expect(supplierTotals(supplierActor(await makeSupplier()), supplierId)).rejects.toMatchObject({
        code: "notFound",
      });
    }));
});

describe("prices", () => {
  test("falling is written in place; rising closes the offer and opens a successor on the same pool", () =>
    at(async () => {
      const town = await makeTown();
      const { sessionId, offerId, poolId, skuId } = await draftWithItem(town);
      await publishSession(desk, { sessionId });
      await underClock(noon, async () => {
        expect(await changePrice(desk, { offerId, priceFen: 450 })).toEqual({ offerId, state: "changed" });
        await expect(changePrice(desk, { offerId, priceFen: 550 })).rejects.toMatchObject({ code: "reasonRequired" });
        const risen = await changePrice(desk, { offerId, priceFen: 550, reason: "产地涨价" });
        expect(risen.offerId).not.toBe(offerId);
        const [before, after] = [
          await prisma.offer.findUniqueOrThrow({ where: { id: offerId } }),
          await prisma.offer.findUniqueOrThrow({ where: { id: risen.offerId } }),
        ];
        expect(before).toMatchObject({ state: "closed", priceFen: 450n, endsAt: noon });
        expect(after).toMatchObject({
          state: "active",
          priceFen: 550n,
          startsAt: noon,
          endsAt: window.cutoffAt,
          successorOfId: offerId,
          stockPoolId: poolId,
        });
        expect((await openOffers(town.cityId, noon)).map((o) => o.priceFen)).toEqual([550]);
      });
      const steps = await prisma.priceChange.findMany({ where: { skuId }, orderBy: { id: "asc" } });
      expect(steps.map((s) => [s.fromFen, s.toFen])).toEqual([
        [null, 500n],
        [500n, 450n],
        [450n, 550n],
      ]);
    }));

  test("a price once written down cannot be rewritten", () =>
    at(async () => {
      const { sessionId, skuId } = await draftWithItem(await makeTown());
      await publishSession(desk, { sessionId });
      await expect(prisma.priceChange.updateMany({ where: { skuId }, data: { toFen: 1n } })).rejects.toThrow();
    }));

  test("a paused item is off sale until it is resumed; its quota only grows", () =>
    at(async () => {
      const town = await makeTown();
      const { sessionId, offerId, poolId } = await draftWithItem(town);
      await publishSession(desk, { sessionId });
      await pauseOffer(desk, { offerId });
      expect(await openOffers(town.cityId, noon)).toEqual([]);
      await resumeOffer(desk, { offerId });
      expect(await openOffers(town.cityId, noon)).toHaveLength(1);
      await changeItem(desk, { offerId, quota: 150 });
      expect([await quota(poolId), await allotted(poolId)]).toEqual([150, 150]);
      await expect(changeItem(desk, { offerId, quota: 120 })).rejects.toMatchObject({ code: "quotaOnlyUp" });
      await expect(changeItem(desk, { offerId, perPersonLimit: 1 })).rejects.toMatchObject({
        code: "frozenAfterPublish",
      });
    }));

  test("a suspended supplier's goods go off sale", () =>
    at(async () => {
      const town = await makeTown();
      const supplierId = await makeSupplier();
      const { sessionId } = await draftWithItem(town, { skuId: await makeSku({ supplierId }) });
      await publishSession(desk, { sessionId });
      await prisma.outboxEvent.create({
        data: { type: "supplier.suspended", subjectId: supplierId, payload: {}, at: testMorning },
      });
      await deliver(reactions);
      expect((await offersOfSession(sessionId)).map((o) => o.state)).toEqual(["paused"]);
    }));
});

describe("a flash slot", () => {
  const slot = { name: "午间秒杀", startsAt: noon, endsAt: later(noon, 3_600_000), publish: true };

  test("carves exactly its pieces out of the session and gives them back when it is called off", () =>
    at(async () => {
      const town = await makeTown();
      const { sessionId, offerId, poolId } = await draftWithItem(town);
      await publishSession(desk, { sessionId });
      const slotId = await addFlashSlot(desk, {
        sessionId,
        ...slot,
        items: [{ offerId, priceFen: 390, quota: 30, perPersonLimit: 2 }],
      });
      const [flash] = (await offersOfSession(sessionId)).filter((o) => o.layer === "flash");
      if (!flash) throw new Error("no flash offer");
      expect([await quota(poolId), flash.quota]).toEqual([70, 30]);
      expect(flash).toMatchObject({ state: "active", priceFen: 390, perPersonLimit: 2, startsAt: noon });
      await prisma.stockPool.update({ where: { id: flash.stockPoolId }, data: { sold: 8, held: 2 } });
      expect(await cancelSlot(desk, { slotId })).toEqual({ pieces: 20 });
      expect([await quota(poolId), await quota(flash.stockPoolId)]).toEqual([90, 10]);
      expect([await allotted(poolId), await allotted(flash.stockPoolId)]).toEqual([90, 10]);
    }));

  test("while it runs its price outranks the session's, before and after it does not", () =>
    at(async () => {
      const town = await makeTown();
      const { sessionId, offerId } = await draftWithItem(town);
      await publishSession(desk, { sessionId });
      await addFlashSlot(desk, { sessionId, ...slot, items: [{ offerId, priceFen: 390, quota: 30 }] });
      const price = async (when: Date) => priceOf(await openOffers(town.cityId, when)).priceFen;
      expect(await Promise.all([later(noon, -1), noon, later(slot.endsAt, -1), slot.endsAt].map(price))).toEqual([
        500, 390, 390, 500,
      ]);
    }));

  test("takes no more than is left, is cheaper than the session, and lies inside it", () =>
    at(async () => {
      const town = await makeTown();
      const { sessionId, offerId, poolId } = await draftWithItem(town);
      await publishSession(desk, { sessionId });
      await prisma.stockPool.update({ where: { id: poolId }, data: { sold: 80 } });
      const add = (more: object, item: object) =>
        addFlashSlot(desk, { sessionId, ...slot, ...more, items: [{ offerId, priceFen: 390, quota: 20, ...item }] });
      await expect(add({}, { quota: 21 })).rejects.toMatchObject({ code: "flashQuota", facts: { available: 20 } });
      await expect(add({}, { priceFen: 500 })).rejects.toMatchObject({ code: "flashNotCheaper" });
      await expect(add({ startsAt: atClock(testDay, "09:30") }, {})).rejects.toMatchObject({ code: "slotOutside" });
      await expect(add({ endsAt: atClock(testDay, "23:30") }, {})).rejects.toMatchObject({ code: "slotOutside" });
      expect(await quota(poolId)).toBe(100);
    }));

  test("two slots that overlap for one SKU are refused by name, at once from two desks too", () =>
    at(async () => {
      const town = await makeTown();
      const { sessionId, offerId } = await draftWithItem(town);
      await publishSession(desk, { sessionId });
      const half = later(noon, 1_800_000);
      const both = await Promise.allSettled([
        addFlashSlot(operator("operations"), {
          sessionId,
          ...slot,
          name: "甲",
          items: [{ offerId, priceFen: 390, quota: 10 }],
        }),
        addFlashSlot(operator("merchandiser"), {
          sessionId,
          ...slot,
          name: "乙",
          startsAt: half,
          endsAt: later(half, 3_600_000),
          items: [{ offerId, priceFen: 380, quota: 10 }],
        }),
      ]);
      expect(both.filter((r) => r.status === "fulfilled")).toHaveLength(1);
      expect(both.find((r) => r.status === "rejected")).toMatchObject({
        reason: { code: "windowsOverlap", facts: { other: expect.stringMatching(/^[甲乙]$/) } },
      });
      await addFlashSlot(desk, {
        sessionId,
        ...slot,
        name: "丙",
        startsAt: later(noon, 5_400_000),
        endsAt: later(noon, 7_200_000),
        items: [{ offerId, priceFen: 380, quota: 10 }],
      });
    }));

  test("in a draft session waits as a draft and goes on sale after it", () =>
    at(async () => {
      const town = await makeTown();
      const { sessionId, offerId } = await draftWithItem(town);
      await expect(
        addFlashSlot(desk, { sessionId, ...slot, items: [{ offerId, priceFen: 390, quota: 10 }] }),
      ).rejects.toMatchObject({ code: "sessionNotPublished" });
      const slotId = await addFlashSlot(desk, {
        sessionId,
        ...slot,
        publish: false,
        items: [{ offerId, priceFen: 390, quota: 10 }],
      });
      await expect(removeItems(desk, { offerIds: [offerId] })).rejects.toMatchObject({ code: "itemInSlot" });
      await publishSession(desk, { sessionId });
      await publishSlot(desk, { slotId });
      expect((await openOffers(town.cityId, noon)).map((o) => o.layer).sort()).toEqual(["flash", "session"]);
    }));

  test("that has ended gives what it did not sell back to the day's session", () =>
    at(async () => {
      const town = await makeTown();
      const { sessionId, offerId, poolId } = await draftWithItem(town);
      await publishSession(desk, { sessionId });
      await addFlashSlot(desk, { sessionId, ...slot, items: [{ offerId, priceFen: 390, quota: 30 }] });
      const sweep = sweeps.find((s) => s.name === "campaigns.returnUnsold");
      await underClock(slot.endsAt, async () => {
        expect(await sweep?.run()).toBeGreaterThan(0);
        expect(await sweep?.run()).toBe(0);
      });
      expect(await quota(poolId)).toBe(100);
    }));
});
