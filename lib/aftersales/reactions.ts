import "server-only";
import { z } from "zod";
import { record } from "#lib/audit/steps";
import { systemActor } from "#lib/identity/schema";
import type { Reaction } from "#lib/platform/news";

const said = z.object({ state: z.string(), cause: z.string(), causeId: z.string() });

export const reactions: Reaction[] = [
  {
    name: "aftersales.refunded",
    on: ["refund.changed"],
    run: async (tx, event) => {
      const refund = said.parse(event.payload);
      if (refund.cause !== "aftersale" || refund.state !== "success") return;
      const done = await tx.afterSale.updateMany({
        where: { id: refund.causeId, state: { in: ["approved", "refunding"] } },
        data: { state: "refunded" },
      });
      if (done.count !== 1) return;
      await record(tx, systemActor("aftersales"), {
        deed: "aftersales.refunded",
        subjectType: "aftersale",
        subjectId: refund.causeId,
        before: { state: "refunding" },
        after: { state: "refunded" },
      });
    },
  },
];
