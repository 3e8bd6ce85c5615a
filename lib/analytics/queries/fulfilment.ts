import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import type { Actor } from "#lib/identity/schema";
import { type Day, dayFromDate } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import type { FulfilmentRow } from "../schema/measures";
import { citiesFor, date, inCities, inSnapshot, lineTable, narrowed, standing, within } from "../sums";

const counted = {
  orders: z.coerce.number(),
  ordered: z.coerce.number(),
  cancelled: z.coerce.number(),
  short: z.coerce.number(),
  delivered: z.coerce.number(),
  picked: z.coerce.number(),
  unclaimed: z.coerce.number(),
  returned: z.coerce.number(),
};
const pieceRow = z.array(z.object({ day: z.date(), ...counted }));
const deliveryRow = z.array(z.object({ day: z.date(), deliveries: z.number(), on_time: z.number(), late: z.number() }));
const purchaseRow = z.array(z.object({ day: z.date(), lines: z.number(), received: z.number() }));

/** What became of the goods of each pickup day, of paid orders in the actor's cities; days without are left out. Refuses: forbidden. */
export function fulfilmentSteps(
  actor: Actor,
  q: { from: Day; to: Day; cityId?: string | undefined },
): Promise<FulfilmentRow[]> {
  const cities = citiesFor(actor, q.cityId);
  const here = (table: string) =>
    Prisma.sql`${Prisma.raw(`${table}.pickup_day`)} between ${date(q.from)} and ${date(q.to)} and ${inCities(Prisma.raw(`${table}.city_id`), cities)}`;
  const columns = Prisma.raw(Object.keys(counted).slice(1).join(", "));
  const sums = Prisma.raw(
    Object.keys(counted)
      .slice(1)
      .map((c) => `sum(${c}) as ${c}`)
      .join(", "),
  );
  return inSnapshot(async (tx) => {
    const { isWhole, tail } = await standing(tx);
    const parts = isWhole
      ? [
          Prisma.sql`select day, orders, ${columns} from rollup_fulfilment where day between ${date(q.from)} and ${date(q.to)} and ${inCities(Prisma.sql`city_id`, cities)}`,
          ...(tail
            ? [
                Prisma.sql`select t.pickup_day, max(greatest(sign, 0)) + min(least(sign, 0)), ${sums} from ${tail} t where ${here("t")} group by t.pickup_day, t.order_id`,
              ]
            : []),
        ]
      : [
          Prisma.sql`select o.pickup_day as day, case when row_number() over (partition by o.id) = 1 then 1 else 0 end as orders, ${columns} from ${lineTable}
            where ${within("pickup", q.from, q.to)} and ${narrowed({}, cities)}`,
        ];
    const pieces = pieceRow.parse(
      await tx.$queryRaw`select day, sum(orders) as orders, ${sums} from (${Prisma.join(parts, " union all ")}) x group by 1 order by 1`,
    );
    const deliveries = deliveryRow.parse(
      await tx.$queryRaw`
        select d.pickup_day as day, count(*)::int as deliveries, (count(*) filter (where d.arrived_at <= d.due_at))::int as on_time,
          (count(*) filter (where coalesce(d.arrived_at, ${now()}) > d.due_at))::int as late
        from delivery d where d.pieces > 0 and ${here("d")} group by 1`,
    );
    const purchases = purchaseRow.parse(
      await tx.$queryRaw`
        select p.pickup_day as day, count(*)::int as lines, (count(*) filter (where l.is_received))::int as received
        from purchase_order p join purchase_order_line l on l.purchase_order_id = p.id where p.state <> 'cancelled' and ${here("p")} group by 1`,
    );
    const of = <R extends { day: Date }>(rows: R[], day: Date) => rows.find((r) => r.day.getTime() === day.getTime());
    return pieces.map(({ day, ...p }) => {
      const [d, b] = [of(deliveries, day), of(purchases, day)];
      return {
        day: dayFromDate(day),
        ...p,
        deliveries: d?.deliveries ?? 0,
        onTime: d?.on_time ?? 0,
        late: d?.late ?? 0,
        purchaseLines: b?.lines ?? 0,
        receivedLines: b?.received ?? 0,
      };
    });
  });
}
