import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { fen } from "#lib/kernel/money";
import { addDays, dateOf, dayFromDate } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import type { OfferView } from "../schema";
import type { PriceHistory } from "../schema/prices";

const stepRow = z.array(
  z.object({
    offer_id: z.string(),
    layer: z.enum(["session", "flash", "group"]),
    city_id: z.string(),
    campaign_id: z.string(),
    campaign_name: z.string(),
    from_fen: z.bigint().nullable(),
    to_fen: z.bigint(),
    at: z.date(),
    by: z.string(),
    by_name: z.string().nullable(),
    reason: z.string().nullable(),
  }),
);
const observedDays = 60;
const mostSteps = 200;

/**
 * What some SKUs were published at and who set it, newest first (at most 200), and the lowest price really paid a city and day of the
 * last sixty days, oldest first; in the cities the actor sees. Refuses: forbidden.
 */
export async function priceHistory(actor: Actor, skuIds: readonly string[]): Promise<PriceHistory> {
  const { cityIds } = sees(actor, "sessions.see");
  const mine = cityIds ? Prisma.sql`and o.city_id = any(${cityIds}::text[])` : Prisma.empty;
  const [steps, observations] = await Promise.all([
    prisma.$queryRaw`
      select c.offer_id, o.layer::text, o.city_id, coalesce(f.id, s.id) as campaign_id, coalesce(f.name, s.name) as campaign_name, c.from_fen, c.to_fen, c.at, c.by,
        u.name as by_name, c.reason
      from price_change c join offer o on o.id = c.offer_id join sale_session s on s.id = o.sale_session_id
        left join flash_slot f on f.id = o.flash_slot_id left join app_user u on u.id = c.by
      where c.sku_id = any(${[...skuIds]}::text[]) ${mine}
      order by c.at desc, c.id desc limit ${mostSteps}`,
    prisma.priceObservation.findMany({
      where: {
        skuId: { in: [...skuIds] },
        day: { gte: dateOf(addDays(today(), -observedDays)) },
        ...(cityIds ? { cityId: { in: cityIds } } : {}),
      },
      orderBy: [{ day: "asc" }, { cityId: "asc" }, { skuId: "asc" }],
    }),
  ]);
  return {
    steps: stepRow.parse(steps).map((r) => ({
      offerId: r.offer_id,
      layer: r.layer,
      cityId: r.city_id,
      campaignId: r.campaign_id,
      campaignName: r.campaign_name,
      fromFen: r.from_fen === null ? null : fen(r.from_fen),
      toFen: fen(r.to_fen),
      at: r.at,
      byName: r.by_name ?? r.by.replace("system:", ""),
      reason: r.reason,
    })),
    observations: observations.map((o) => ({
      cityId: o.cityId,
      day: dayFromDate(o.day),
      lowestFen: fen(o.lowestFen),
      pieces: o.pieces,
    })),
  };
}

const instantRow = z.array(z.object({ at: z.date().nullable() }));

/** When the prices of a city next change by the clock alone: one of these open offers ends, or another begins. For higher domains. */
export async function pricesChangeAt(
  cityId: string,
  at: Date,
  open: readonly Pick<OfferView, "endsAt">[],
): Promise<Date | null> {
  const [row] = instantRow.parse(
    await prisma.$queryRaw`select min(starts_at) as at from offer where city_id = ${cityId} and state = 'active'::offer_state and starts_at > ${at}`,
  );
  const turns = [...open.map((o) => o.endsAt.getTime()), ...(row?.at ? [row.at.getTime()] : [])];
  return turns.length > 0 ? new Date(Math.min(...turns)) : null;
}
