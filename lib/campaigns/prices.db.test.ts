import { describe, expect, test } from "vitest";
import { addDays, atClock, type Day, dateOf } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { makeSku, makeSupplier, makeTown, operator, testDay, testMorning } from "#lib/testing/builders";
import { addFlashSlot } from "./commands/flash";
import { addItems, changePrice } from "./commands/items";
import { draftSession, publishSession } from "./commands/sessions";
import { offersById, offersOfSession, offersOfSlots } from "./queries";
import { conflictsOf } from "./queries/conflicts";
import { capsOfSlot, struckOffers } from "./queries/price-evidence";
import { priceHistory } from "./queries/prices";

const desk = operator("merchandiser");
const at = <T>(work: () => Promise<T>, instant = testMorning) => underClock(instant, work);

/** A town that sells one SKU: its supply price ¥3.00, its suggested price ¥9.00 when asked for. */
async function shop(msrpFen: number | null = null) {
  const town = await makeTown();
  const skuId = await makeSku({ supplierId: await makeSupplier() });
  await prisma.sku.update({ where: { id: skuId }, data: { msrpFen } });
  const paid = (day: Day, lowestFen: number) =>
    prisma.priceObservation.create({ data: { skuId, cityId: town.cityId, day: dateOf(day), lowestFen, pieces: 5 } });
  /** A session of the day with the SKU at a price, published when told to. */
  const session = async (day: Day, priceFen: number, publish = true) => {
    const sessionId = await draftSession(desk, {
      ...{ name: `${day} 日常团`, businessDay: day, cityIds: [town.cityId], lateNoticeMinutes: 15 },
      ...{ opensAt: atClock(day, "10:00"), cutoffAt: atClock(day, "23:00") },
    });
    await addItems(desk, { sessionId, items: [{ skuId, priceFen, quota: 100 }] });
    if (publish) await publishSession(desk, { sessionId });
    const [offer] = await offersOfSession(sessionId);
    if (!offer) throw new Error("no offer");
    return { sessionId, offerId: offer.id };
  };
  const flash = (s: { sessionId: string; offerId: string }, day: Day, priceFen: number) =>
    addFlashSlot(desk, {
      ...{ sessionId: s.sessionId, name: "早市秒杀", startsAt: atClock(day, "12:00"), endsAt: atClock(day, "13:00") },
      items: [{ offerId: s.offerId, priceFen, quota: 10 }],
      publish: true,
    });
  const struck = async (offerId: string) => {
    const [o] = await offersById([offerId]);
    return o && [o.listPriceFen, o.listPriceBasis, o.listPriceDay];
  };
  return { town, skuId, paid, session, flash, struck };
}

describe("publishing", () => {
  test("strikes through what people paid in the seven days before, and says on which day", () =>
    at(async () => {
      const s = await shop(900);
      await s.paid(addDays(testDay, -3), 600);
      await s.paid(addDays(testDay, -9), 520);
      const { offerId, sessionId } = await s.session(testDay, 500);
      expect(await s.struck(offerId)).toEqual([600, "lowest7d", addDays(testDay, -3)]);
      const [cited] = await struckOffers(await offersOfSession(sessionId));
      expect(cited?.evidence).toEqual({ lowestFen: 600, day: addDays(testDay, -3), kind: "lowest7d" });
    }));

  test("falls back to the last transaction, then to the suggested price, then to nothing", () =>
    at(async () => {
      const last = await shop(900);
      await last.paid(addDays(testDay, -9), 520);
      expect(await last.struck((await last.session(testDay, 500)).offerId)).toEqual([
        520,
        "lastBefore",
        addDays(testDay, -9),
      ]);
      const msrp = await shop(900);
      expect(await msrp.struck((await msrp.session(testDay, 500)).offerId)).toEqual([900, "msrp", null]);
      const none = await shop();
      expect(await none.struck((await none.session(testDay, 500)).offerId)).toEqual([null, null, null]);
    }));

  test("of a flash sale strikes through what people paid, not the price of its own session", () =>
    at(async () => {
      const s = await shop();
      await s.paid(addDays(testDay, -1), 450);
      const home = await s.session(testDay, 500);
      const slotId = await s.flash(home, testDay, 400);
      const [offer] = await offersOfSlots([slotId]);
      expect(await s.struck(offer?.id ?? "")).toEqual([450, "lowest7d", addDays(testDay, -1)]);
    }));
});

describe("a published price", () => {
  test("that falls keeps its evidence; raised, its successor looks at what was paid until now", async () => {
    const s = await at(() => shop());
    const { offerId } = await at(async () => {
      await s.paid(addDays(testDay, -1), 600);
      return s.session(testDay, 500);
    });
    await at(
      async () => {
        await changePrice(desk, { offerId, priceFen: 480 });
        expect(await s.struck(offerId)).toEqual([600, "lowest7d", addDays(testDay, -1)]);
        await s.paid(testDay, 480);
        const raised = await changePrice(desk, { offerId, priceFen: 550, reason: "成本上涨" });
        expect(await s.struck(raised.offerId)).toEqual([null, null, null]);
        const history = await priceHistory(desk, [s.skuId]);
        expect(history.steps.map((h) => [h.fromFen, h.toFen, h.reason])).toEqual([
          [480, 550, "成本上涨"],
          [500, 480, null],
          [null, 500, null],
        ]);
        expect(history.observations.map((o) => [o.day, o.lowestFen, o.pieces])).toEqual([
          [addDays(testDay, -1), 600, 5],
          [testDay, 480, 5],
        ]);
      },
      atClock(testDay, "12:00"),
    );
  });
});

describe("a flash price", () => {
  test("warns which scheduled offers of the next seven days lose or lower their struck-through price, by name", () =>
    at(async () => {
      const s = await shop();
      await s.paid(addDays(testDay, -1), 600);
      const home = await s.session(testDay, 500);
      const lowered = await s.session(addDays(testDay, 1), 400);
      const lost = await s.session(addDays(testDay, 7), 500, false);
      await s.session(addDays(testDay, 8), 300, false);
      const slotId = await s.flash(home, testDay, 450);
      const [cap] = await capsOfSlot(desk, slotId);
      expect(cap).toMatchObject({ capFen: 450, until: addDays(testDay, 7) });
      expect(cap?.hits.map((h) => [h.offerId, h.strikeFen, h.becomesFen])).toEqual([
        [lowered.offerId, 600, 450],
        [lost.offerId, 600, null],
      ]);
      const told = await conflictsOf(desk, {
        ...{
          kind: "addSlot",
          sessionId: home.sessionId,
          startsAt: atClock(testDay, "15:00"),
          endsAt: atClock(testDay, "16:00"),
        },
        items: [{ offerId: home.offerId, priceFen: 390, quota: 5 }],
      });
      expect(
        told
          .filter((c) => c.code === "capsLater")
          .map((c) => [c.severity, c.other?.id, c.facts.capFen, c.facts.becomesFen]),
      ).toEqual([
        ["warn", lowered.sessionId, 390, undefined],
        ["warn", lost.sessionId, 390, undefined],
      ]);
    }));
});
