import { beforeAll, describe, expect, it } from "vitest";
import { addFlashSlot } from "#lib/campaigns/commands/flash";
import { sweeps } from "#lib/campaigns/reactions";
import { atClock } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { ask, tokenOf } from "#lib/testing/api";
import {
  makeOffer,
  makeResident,
  makeSession,
  makeSku,
  makeSupplier,
  makeTown,
  operator,
  type Town,
  testDay,
  testMorning,
} from "#lib/testing/builders";

let at = testMorning;
const rule = (title: string, work: () => Promise<void>) => it(title, () => underClock(() => at, work));
const sweep = async (name: string) => (await sweeps.find((s) => s.name === name)?.run()) ?? -1;
let town: Town;
let slotId: string;
let items: string[];
let sessionOffer: string;
let resident: string;
let token: string;

beforeAll(() =>
  underClock(testMorning, async () => {
    town = await makeTown();
    const sessionId = await makeSession(town);
    const supplierId = await makeSupplier();
    const homes: string[] = [];
    const skus: string[] = [];
    for (const name of ["奶油草莓", "鸡蛋"]) {
      const skuId = await makeSku({ supplierId, name });
      skus.push(skuId);
      homes.push((await makeOffer(town, { sessionId, skuId })).offerId);
    }
    sessionOffer = homes[0] ?? "";
    slotId = await addFlashSlot(operator("operations"), {
      sessionId,
      name: "早市秒杀",
      startsAt: atClock(testDay, "10:00"),
      endsAt: atClock(testDay, "11:00"),
      items: homes.map((offerId) => ({ offerId, priceFen: 450, quota: 20, perPersonLimit: 2 })),
      publish: true,
    });
    const offers = await prisma.offer.findMany({ where: { flashSlotId: slotId } });
    items = skus.map((skuId) => offers.find((o) => o.skuId === skuId)?.id ?? "");
    for (const [sort, id] of items.entries()) await prisma.offer.update({ where: { id }, data: { sort } });
    resident = await makeResident();
    token = await tokenOf(resident);
  }),
);

const put = (id: string, who?: string) => ask("PUT", `/flash-items/${id}/reminder`, who ? { token: who } : {});
const drop = (id: string, who?: string) => ask("DELETE", `/flash-items/${id}/reminder`, who ? { token: who } : {});
const mine = async (who?: string) =>
  (
    await ask("GET", `/flash-sessions/${slotId}/items?pickup_point_id=${town.pointId}`, who ? { token: who } : {})
  ).body.data
    .filter((row: { my_reminder: boolean }) => row.my_reminder)
    .map((row: { id: string }) => row.id);
const said = () => prisma.message.findMany({ where: { template: "saleReminder" }, orderBy: { id: "asc" } });

describe("a reminder before a flash sale", () => {
  rule("204: is asked for, seen by who asked alone, asked for twice as once", async () => {
    expect((await put(items[0] ?? "", token)).status).toBe(204);
    expect((await put(items[0] ?? "", token)).status).toBe(204);
    expect(await mine(token)).toEqual([items[0]]);
    expect(await mine()).toEqual([]);
    expect(await prisma.saleReminder.count()).toBe(1);
  });

  rule("204: is taken back, and taking back what was never asked for is no fault", async () => {
    expect((await drop(items[0] ?? "", token)).status).toBe(204);
    expect((await drop(items[0] ?? "", token)).status).toBe(204);
    expect(await mine(token)).toEqual([]);
  });

  rule("401: nobody asks without signing in", async () => {
    expect((await put(items[0] ?? "")).body.code).toBe("unauthenticated");
    expect((await drop(items[0] ?? "")).status).toBe(401);
    expect((await put(items[0] ?? "", "not.a-token")).body.code).toBe("token_invalid");
  });

  rule("404: only for an item of a flash sale that is to come", async () => {
    expect((await put("ofr_0000000000000000nope", token)).status).toBe(404);
    expect((await put(sessionOffer, token)).body.code).toBe("not_found");
  });

  rule("409: not in the last ten minutes, nor afterwards", async () => {
    for (const time of ["09:50", "10:30"]) {
      at = atClock(testDay, time);
      expect((await put(items[0] ?? "", token)).body).toMatchObject({ status: 409, code: "reminder_too_late" });
    }
    at = testMorning;
  });

  rule("is one message a person, whatever she waits for, once and not too early", async () => {
    const other = await makeResident();
    for (const id of items) await put(id, token);
    await put(items[1] ?? "", await tokenOf(other));
    at = atClock(testDay, "09:49");
    expect(await sweep("campaigns.remind")).toBe(0);
    at = atClock(testDay, "09:51");
    await Promise.all([sweep("campaigns.remind"), sweep("campaigns.remind")]);
    await sweep("campaigns.remind");
    expect((await said()).map((m) => [m.recipientId, m.body]).sort()).toEqual(
      [
        [resident, "您关注的 奶油草莓 等 2 款商品 将于 10:00 开抢（早市秒杀）。"],
        [other, "您关注的 鸡蛋 将于 10:00 开抢（早市秒杀）。"],
      ].sort(),
    );
  });

  rule("is not said again when the sale is moved, and is forgotten when it is over", async () => {
    await prisma.flashSlot.update({ where: { id: slotId }, data: { startsAt: atClock(testDay, "10:30") } });
    at = atClock(testDay, "10:10");
    expect((await put(items[0] ?? "", token)).status).toBe(204);
    at = atClock(testDay, "10:25");
    await sweep("campaigns.remind");
    expect(await said()).toHaveLength(2);
    at = atClock(testDay, "11:00");
    await sweep("campaigns.forgetReminders");
    expect(await prisma.saleReminder.count()).toBe(0);
  });
});
