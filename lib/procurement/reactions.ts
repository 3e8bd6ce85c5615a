import "server-only";
import { z } from "zod";
import { systemActor } from "#lib/identity/schema";
import { fen } from "#lib/kernel/money";
import { isRefusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import type { Reaction } from "#lib/platform/news";
import type { Sweep } from "#lib/platform/sweep";
import { acceptPurchase } from "./commands";
import { issuePurchases, keepRemainder } from "./steps";

const goods = z.object({
  supplierId: z.string(),
  skuId: z.string(),
  warehouseId: z.string(),
  quantity: z.number().int(),
  costFen: z.number().int(),
});

export const reactions: Reaction[] = [
  {
    name: "procurement.issue",
    on: ["session.locked"],
    run: async (tx, event) => {
      await issuePurchases(tx, event.subjectId);
    },
  },
  {
    // uncollected goods that keep come back to the shelf and offset the next purchase
    name: "procurement.keepReturned",
    on: ["goods.returned"],
    run: async (tx, event) => {
      const e = goods.parse(event.payload);
      await keepRemainder(tx, {
        supplierId: e.supplierId,
        skuId: e.skuId,
        warehouseId: e.warehouseId,
        pieces: e.quantity,
        value: fen(e.costFen),
      });
    },
  },
];

const clock = systemActor("procurement");

export const sweeps: Sweep[] = [
  {
    name: "procurement.autoAccept",
    everySeconds: 15,
    run: async () => {
      const due = await prisma.purchaseOrder.findMany({
        where: { state: "issued", autoAcceptAt: { lte: now() } },
        select: { id: true },
        orderBy: { autoAcceptAt: "asc" },
        take: 500,
      });
      let done = 0;
      for (const { id } of due) {
        try {
          await acceptPurchase(clock, { id });
          done++;
        } catch (error) {
          // the supplier answered in the same moment
          if (!isRefusal(error)) throw error;
        }
      }
      return done;
    },
  },
];
