import { describe, expect, test } from "vitest";
import type { Actor } from "#lib/identity/schema";
import { addDays, atClock, endOf, startOf } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { makeSku, makeSupplier, makeTown, operator, testDay, testMorning } from "#lib/testing/builders";
import { addFlashSlot, cancelSlot } from "./commands/flash";
import { addItems } from "./commands/items";
import { draftSession, publishSession } from "./commands/sessions";
import { offersOfSession } from "./queries";
import { barDetail, homesAround, scheduleOf } from "./queries/schedule";
import { barPhase } from "./rules/timeline";

const desk = operator("merchandiser");
const clock = (text: string) => atClock(testDay, text);
const span = { from: startOf(testDay).getTime(), to: endOf(testDay).getTime() };
const at = <T>(work: () => Promise<T>) => underClock(testMorning, work);

async function planned(cityIds: string[]) {
  const skuId = await makeSku({ supplierId: await makeSupplier() });
  const sessionId = await draftSession(desk, {
    name: "日常团",
    businessDay: testDay,
    opensAt: clock("10:00"),
    cutoffAt: clock("23:00"),
    lateNoticeMinutes: 15,
    cityIds,
  });
  await addItems(desk, { sessionId, items: [{ skuId, quota: 100 }] });
  const offers = await offersOfSession(sessionId);
  const slot = (from: string, to: string, publish: boolean) =>
    addFlashSlot(desk, {
      sessionId,
      name: "秒杀",
      startsAt: clock(from),
      endsAt: clock(to),
      items: offers.map((o) => ({ offerId: o.id, priceFen: Math.round(o.priceFen * 0.9), quota: 10 })),
      publish,
    });
  return { sessionId, skuId, categoryId: offers[0]?.categoryId ?? "", slot };
}

describe("the timeline", () => {
  test("shows a session and its slots with what they carve, and not what was cancelled", async () => {
    await at(async () => {
      const town = await makeTown();
      const { sessionId, slot, categoryId } = await planned([town.cityId]);
      await publishSession(desk, { sessionId });
      const live = await slot("12:00", "14:00", true);
      const draft = await slot("20:00", "21:00", false);
      await cancelSlot(desk, { slotId: await slot("15:00", "16:00", false) });
      const bars = await scheduleOf(desk, { ...span, cityId: town.cityId });
      expect(bars.map((b) => [b.id, b.kind, b.state, b.sessionId])).toEqual([
        [sessionId, "session", "standing", null],
        [live, "flash", "standing", sessionId],
        [draft, "flash", "draft", sessionId],
      ]);
      const [session, first, second] = bars;
      expect(session).toMatchObject({ businessDay: testDay, items: 1, quota: 100 });
      expect(first).toMatchObject({ items: 1, quota: 10, sold: 0, cityIds: [town.cityId] });
      expect(first?.goods.map((g) => [g.categoryId, g.items])).toEqual([[categoryId, 1]]);
      // the same goods in the same city: they share a key, and would meet if they met in time
      expect(first?.keys).toEqual(second?.keys);
      expect(first && barPhase(first, clock("12:00").getTime())).toBe("live");
      expect(await scheduleOf(desk, { ...span, cityId: town.cityId, categoryId: "cat_none" })).toHaveLength(1);
      const after = { from: span.to, to: span.to + 1000 };
      expect(await scheduleOf(desk, { ...after, cityId: town.cityId })).toEqual([]);
    });
  });

  test("shows somebody of one city that city only", async () => {
    await at(async () => {
      const [here, there] = [await makeTown(), await makeTown()];
      const { sessionId, slot } = await planned([here.cityId, there.cityId]);
      await slot("12:00", "14:00", false);
      const local: Actor = { ...desk, cityIds: [there.cityId] };
      const bars = await scheduleOf(local, span);
      expect(bars.length).toBeGreaterThanOrEqual(2);
      expect(new Set(bars.flatMap((b) => b.cityIds))).toEqual(new Set([there.cityId]));
      expect(await scheduleOf(local, { ...span, cityId: here.cityId })).toEqual([]);
      const { items } = await barDetail(local, sessionId);
      expect(items).toHaveLength(1);
      const stranger: Actor = { ...desk, cityIds: ["rgn_else"] };
      await expect(barDetail(stranger, sessionId)).rejects.toMatchObject({ code: "notFound" });
      expect((await homesAround(stranger, testDay)).map((h) => h.id)).not.toContain(sessionId);
    });
  });

  test("a peek at a draft says what stands in its way, and a slot may go into the sessions of the days around", async () => {
    await at(async () => {
      const town = await makeTown();
      const { sessionId, slot } = await planned([town.cityId]);
      await publishSession(desk, { sessionId });
      const second = await slot("13:00", "15:00", false);
      const first = await slot("12:00", "14:00", true);
      const detail = await barDetail(desk, second);
      expect(detail.session?.id).toBe(sessionId);
      expect(detail.items.map((i) => [i.quota, i.sold])).toEqual([[10, 0]]);
      expect(detail.conflicts.find((c) => c.code === "windowsOverlap")).toMatchObject({
        severity: "block",
        other: { id: first },
      });
      expect((await homesAround(desk, addDays(testDay, 1))).map((h) => h.id)).toContain(sessionId);
      expect((await homesAround(desk, addDays(testDay, 2))).map((h) => h.id)).not.toContain(sessionId);
    });
  });
});
