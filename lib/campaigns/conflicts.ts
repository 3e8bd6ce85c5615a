import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { isRefusal, Refusal } from "#lib/kernel/refusal";
import { momentText } from "#lib/kernel/time";
import { type Db, prisma } from "#lib/platform/db";

export type Clash = {
  offerId: string;
  name: string;
  cityName: string;
  otherOfferId: string;
  otherName: string;
  otherSessionId: string;
  startsAt: Date;
  endsAt: Date;
};

const clashRow = z.object({
  offer_id: z.string(),
  name: z.string(),
  city_name: z.string(),
  other_offer_id: z.string(),
  other_name: z.string(),
  other_session_id: z.string(),
  starts_at: z.date(),
  ends_at: z.date(),
});

/** Offers that stand, or a slot that is only planned: the session's offers it would carve from, and its window. */
export type Candidates =
  | { sessionId: string }
  | { slotId: string }
  | { offerId: string }
  | { flashOn: readonly string[]; startsAt: Date; endsAt: Date };

function candidates(of: Candidates): Prisma.Sql {
  const standing = (where: Prisma.Sql) =>
    Prisma.sql`select id, layer, sku_id, city_id, starts_at, ends_at from offer where ${where} and state <> 'closed'::offer_state`;
  if ("sessionId" in of)
    return standing(Prisma.sql`sale_session_id = ${of.sessionId} and layer = 'session'::offer_layer`);
  if ("slotId" in of) return standing(Prisma.sql`flash_slot_id = ${of.slotId}`);
  if ("offerId" in of) return standing(Prisma.sql`id = ${of.offerId}`);
  return Prisma.sql`select id, 'flash'::offer_layer as layer, sku_id, city_id, ${of.startsAt}::timestamptz as starts_at, ${of.endsAt}::timestamptz as ends_at
    from offer where id = any(${[...of.flashOn]}::text[])`;
}

/** Which of some offers would overlap a published one of the same layer, SKU and city, and which that is. */
export async function clashesOf(db: Db, of: Candidates): Promise<Clash[]> {
  const rows = z.array(clashRow).parse(
    await db.$queryRaw`
      select o.id as offer_id, p.name, coalesce(r.name, o.city_id) as city_name, x.id as other_offer_id, coalesce(f.name, s.name) as other_name,
        x.sale_session_id as other_session_id, x.starts_at, x.ends_at
      from (${candidates(of)}) o
      join offer x on x.layer = o.layer and x.sku_id = o.sku_id and x.city_id = o.city_id and x.id <> o.id
        and x.state in ('active'::offer_state, 'paused'::offer_state) and x.starts_at < o.ends_at and o.starts_at < x.ends_at
      join sale_session s on s.id = x.sale_session_id
      left join flash_slot f on f.id = x.flash_slot_id
      join sku k on k.id = o.sku_id join product p on p.id = k.product_id
      left join region r on r.id = o.city_id
      order by x.starts_at, p.name limit 50`,
  );
  return rows.map((r) => ({
    offerId: r.offer_id,
    name: r.name,
    cityName: r.city_name,
    otherOfferId: r.other_offer_id,
    otherName: r.other_name,
    otherSessionId: r.other_session_id,
    startsAt: r.starts_at,
    endsAt: r.ends_at,
  }));
}

/** The refusal that names the other party. */
export const overlapRefusal = (clash: Clash, count = 1): Refusal =>
  new Refusal("windowsOverlap", {
    name: clash.name,
    other: clash.otherName,
    window: `${momentText(clash.startsAt)} – ${momentText(clash.endsAt)}`,
    otherSessionId: clash.otherSessionId,
    count,
  });

/** Runs a publishing; when the database refuses an overlap, looks up with whom and says so. */
export async function namingClashes<T>(of: Candidates, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isRefusal(error) || error.code !== "windowsOverlap" || error.facts.other) throw error;
    const clashes = await clashesOf(prisma, of);
    throw clashes[0] ? overlapRefusal(clashes[0], clashes.length) : error;
  }
}
