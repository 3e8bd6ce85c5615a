import "server-only";
import { dropReminder, wantReminder } from "#lib/campaigns/commands/reminders";
import { slotsAhead } from "#lib/campaigns/queries";
import { remindersOf } from "#lib/campaigns/queries/reminders";
import { Refusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import { offerPart, placeQuery, shoppingPoint, slotPart, slotView } from "../parts";
import { type Api, route } from "../route";
import { cny, count, currency, flag, id, instant, z } from "../shapes";
import { withDays } from "./shopping";

/** Flash slots and what they sell. Stock moves by the second: never kept. */
export function flashRoutes(api: Api): void {
  route(api, {
    id: "listFlashSessions",
    tag: "flash",
    method: "get",
    path: "/flash-sessions",
    who: "anyone",
    query: z.strictObject(placeQuery),
    answer: z.object({ server_time: instant, data: z.array(slotPart) }).openapi("FlashSessions"),
    refuses: ["notFound", "pointClosed"],
    run: async ({ query }) => {
      const at = now();
      const { cityId } = await shoppingPoint(query.pickupPointId);
      return { serverTime: at, data: (await slotsAhead(cityId, at)).map((s) => slotView(s, at)) };
    },
  });

  route(api, {
    id: "listFlashItems",
    tag: "flash",
    method: "get",
    path: "/flash-sessions/{id}/items",
    who: "either",
    cache: "never",
    params: z.object({ id: id("fls") }),
    query: z.strictObject(placeQuery),
    answer: z
      .object({
        server_time: instant,
        currency,
        session: slotPart,
        data: z.array(offerPart.extend({ quota: count(200), available: count(72), my_reminder: flag(false) })),
      })
      .openapi("FlashItems"),
    refuses: ["notFound", "pointClosed"],
    run: async ({ actor, params, query, c }) => {
      const at = now();
      const point = await shoppingPoint(query.pickupPointId);
      const slot = (await slotsAhead(point.cityId, at)).find((s) => s.id === params.id);
      if (!slot) throw new Refusal("notFound");
      const rows = await withDays(point, slot.items, c.get("locale"));
      const stock = new Map(slot.items.map((o) => [o.id, o]));
      const wanted = await remindersOf(actor, slot.id);
      return {
        serverTime: at,
        currency: cny,
        session: slotView(slot, at),
        data: rows.map((row) => ({
          ...row,
          quota: stock.get(row.id)?.quota ?? 0,
          available: Math.max(0, stock.get(row.id)?.available ?? 0),
          myReminder: wanted.has(row.id),
        })),
      };
    },
  });

  route(api, {
    id: "wantReminder",
    tag: "flash",
    method: "put",
    path: "/flash-items/{id}/reminder",
    who: "resident",
    params: z.object({ id: id("ofr") }),
    refuses: ["notFound", "reminderTooLate"],
    run: async ({ actor, params }) => {
      await wantReminder(actor, { offerId: params.id });
      return undefined;
    },
  });

  route(api, {
    id: "dropReminder",
    tag: "flash",
    method: "delete",
    path: "/flash-items/{id}/reminder",
    who: "resident",
    params: z.object({ id: id("ofr") }),
    run: async ({ actor, params }) => {
      await dropReminder(actor, { offerId: params.id });
      return undefined;
    },
  });
}
