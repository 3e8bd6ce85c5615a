import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import type { OfferLayer } from "#lib/generated/prisma/enums";
import type { Actor } from "#lib/identity/schema";
import type { Day } from "#lib/kernel/time";
import { dayFromDate } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import { errorOf, sameWeekdays, unitsOf } from "../rules/forecast";
import type { UnitForecasts } from "../schema/plan";
import { citiesFor, date, inCities, inSnapshot, standing } from "../sums";

const soldRow = z.array(
  z.object({ sku_id: z.string(), city_id: z.string(), day: z.date(), pieces: z.coerce.number() }),
);

/**
 * The one forecast of the product: pieces a SKU × city for a business day, from the same weekday of past weeks on which it was on
 * sale (`layer`: in sales of that kind only), and how wrong the method has been. Pieces are those ordered and not cancelled.
 * Refuses: forbidden.
 */
export async function forecastUnits(
  actor: Actor,
  q: { day: Day; cityIds?: readonly string[]; skuIds?: readonly string[]; layer?: OfferLayer },
): Promise<UnitForecasts> {
  const mine = citiesFor(actor, undefined);
  const cities = q.cityIds ? q.cityIds.filter((id) => !mine || mine.includes(id)) : mine;
  const days = sameWeekdays(q.day, today());
  const rows = await inSnapshot(async (tx) => {
    const past = Prisma.join(days.map(date));
    // what was on sale and sold nothing is a day of zero, what was not on sale is no day at all
    const sold = (await standing(tx)).isWhole
      ? Prisma.sql`select offer_id, city_id, pieces + short as pieces from rollup_offer where basis = 'session'::day_basis and day in (${past})`
      : Prisma.sql`select l.offer_id, o.city_id, l.ordered - l.cancelled as pieces from customer_order o join order_line l on l.order_id = o.id
          where o.business_day in (${past}) and o.paid_at is not null`;
    return soldRow.parse(
      await tx.$queryRaw`
        select f.sku_id, f.city_id, s.business_day as day, coalesce(sum(r.pieces), 0) as pieces
        from sale_session s join offer f on f.sale_session_id = s.id
          left join (${sold}) r on r.offer_id = f.id and r.city_id = f.city_id
        where s.business_day in (${past}) and s.state in ('published'::session_state, 'cutOff'::session_state, 'locked'::session_state, 'finished'::session_state)
          and f.state <> 'draft'::offer_state and ${inCities(Prisma.sql`f.city_id`, cities && [...cities])}
          ${q.skuIds ? Prisma.sql`and f.sku_id = any(${[...q.skuIds]}::text[])` : Prisma.empty}
          ${q.layer ? Prisma.sql`and f.layer = ${q.layer}::offer_layer` : Prisma.empty}
        group by 1, 2, 3`,
    );
  });
  const at = new Map(days.map((day, i) => [day, i]));
  const series = new Map<string, { skuId: string; cityId: string; past: (number | null)[] }>();
  for (const r of rows) {
    const key = `${r.sku_id} ${r.city_id}`;
    const its = series.get(key) ?? { skuId: r.sku_id, cityId: r.city_id, past: days.map(() => null) };
    its.past[at.get(dayFromDate(r.day)) ?? 0] = r.pieces;
    series.set(key, its);
  }
  return {
    day: q.day,
    rows: [...series.values()].flatMap(({ skuId, cityId, past }) => {
      const units = unitsOf(past);
      return units ? [{ skuId, cityId, ...units }] : [];
    }),
    ...errorOf([...series.values()].map((s) => s.past)),
  };
}
