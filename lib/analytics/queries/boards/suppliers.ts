import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import type { Actor } from "#lib/identity/schema";
import { type Day, dateOf } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import type { Narrow } from "../../schema";
import type { SupplierService } from "../../schema/boards";
import { narrowing } from "../sources";

const rows = z.array(
  z.object({
    supplier_id: z.string(),
    lines: z.number(),
    on_time_in_full: z.number(),
    needed: z.number(),
    short: z.number(),
    damaged: z.number(),
  }),
);

/** How suppliers kept the purchase orders of these pickup days whose unloading is over. Refuses: forbidden. */
export async function supplierService(
  actor: Actor,
  q: { from: Day; to: Day; narrow: Narrow },
): Promise<Map<string, SupplierService>> {
  const found = rows.parse(
    await prisma.$queryRaw`
      select p.supplier_id, count(*)::int as lines,
        (count(*) filter (where l.is_received and l.short + l.damaged = 0 and l.received_at <= p.unload_to_at))::int as on_time_in_full,
        sum(l.pieces)::int as needed, sum(l.short)::int as short, sum(l.damaged)::int as damaged
      from purchase_order p join purchase_order_line l on l.purchase_order_id = p.id
      where p.pickup_day >= ${dateOf(q.from)}::date and p.pickup_day <= ${dateOf(q.to)}::date and p.state <> 'cancelled' and l.pieces > 0
        and p.unload_to_at <= ${now()} and ${narrowing(actor, q.narrow, { city: Prisma.sql`p.city_id`, supplier: Prisma.sql`p.supplier_id` })}
      group by p.supplier_id`,
  );
  return new Map(
    found.map((r) => [
      r.supplier_id,
      {
        supplierId: r.supplier_id,
        lines: r.lines,
        onTimeInFull: r.on_time_in_full,
        needed: r.needed,
        short: r.short,
        damaged: r.damaged,
      },
    ]),
  );
}
