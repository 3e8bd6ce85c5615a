import "server-only";
import { z } from "zod";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { type Fen, fen } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { addDays, dateOf, dayFromDate, dayOf, endOf, later, type Window } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { type Db, prisma } from "#lib/platform/db";
import { cappedStrike, capsUntil, evidenceWindow, strikeThrough } from "../rules/prices";
import type { OfferView } from "../schema";
import { type Cap, type CapHit, type Evidence, type StruckOffer, strikeBases } from "../schema/prices";

export type Pair = { skuId: string; cityId: string };
export const pairKey = (p: Pair): string => `${p.skuId} ${p.cityId}`;

const row = z.object({
  sku_id: z.string(),
  city_id: z.string(),
  lowest_fen: z.bigint(),
  day: z.date(),
  is_recent: z.boolean(),
});

/**
 * What was really paid before a promotion that starts at `before`, by `sku city`: the lowest of the seven days, else the last before
 * them; nothing for what was never sold there. The day of the start counts as far as it has gone, so only while `before` is not past.
 */
export async function evidenceFor(
  db: Db,
  pairs: readonly Pair[],
  before: Date,
  at: Date = now(),
): Promise<Map<string, Evidence>> {
  if (pairs.length === 0) return new Map();
  const { from, to } = evidenceWindow(before);
  const last = before >= at ? to : addDays(dayOf(before), -1);
  const asked = [...new Map(pairs.map((p) => [pairKey(p), { sku_id: p.skuId, city_id: p.cityId }])).values()];
  const rows = z.array(row).parse(
    await db.$queryRaw`
      select x.sku_id, x.city_id, coalesce(w.lowest_fen, l.lowest_fen) as lowest_fen, coalesce(w.day, l.day) as day, w.day is not null as is_recent
      from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as x(sku_id text, city_id text)
      left join lateral (
        select p.lowest_fen, p.day from price_observation p where p.sku_id = x.sku_id and p.city_id = x.city_id
          and p.day between ${dateOf(from)}::date and ${dateOf(last)}::date order by p.lowest_fen, p.day desc limit 1) w on true
      left join lateral (
        select p.lowest_fen, p.day from price_observation p where p.sku_id = x.sku_id and p.city_id = x.city_id
          and p.day < ${dateOf(from)}::date order by p.day desc limit 1) l on w.day is null
      where coalesce(w.day, l.day) is not null`,
  );
  return new Map(
    rows.map((r) => [
      pairKey({ skuId: r.sku_id, cityId: r.city_id }),
      {
        lowestFen: fen(r.lowest_fen),
        day: dayFromDate(r.day),
        kind: r.is_recent ? "lowest7d" : "lastBefore",
      },
    ]),
  );
}

const plannedRow = z.array(
  z.object({
    id: z.string(),
    layer: z.enum(["session", "flash", "group"]),
    campaign_id: z.string(),
    campaign_name: z.string(),
    sku_id: z.string(),
    city_id: z.string(),
    starts_at: z.date(),
    ends_at: z.date(),
    is_draft: z.boolean(),
    price_fen: z.bigint(),
    list_price_fen: z.bigint().nullable(),
    list_price_basis: z.enum(strikeBases).nullable(),
    msrp_fen: z.bigint().nullable(),
  }),
);
const nameRow = z.array(z.object({ sku_id: z.string(), city_id: z.string(), name: z.string(), city_name: z.string() }));

/**
 * What prices in a window do to later struck-through ones, item by item: through seven days after its end none of the SKU in the city
 * lies above the price, and these offers, planned or published but not begun, would lose or lower theirs.
 */
export async function capsOf(db: Db, e: Window & { items: readonly (Pair & { priceFen: number })[] }): Promise<Cap[]> {
  if (e.items.length === 0) return [];
  const until = capsUntil(dayOf(later(e.endsAt, -1)));
  const asked = JSON.stringify(e.items.map((i) => ({ sku_id: i.skuId, city_id: i.cityId })));
  const [planned, names] = await Promise.all([
    db.$queryRaw`
      select o.id, o.layer::text, coalesce(f.id, s.id) as campaign_id, coalesce(f.name, s.name) as campaign_name, o.sku_id, o.city_id, o.starts_at, o.ends_at,
        o.state = 'draft'::offer_state as is_draft, o.price_fen, o.list_price_fen, o.list_price_basis, k.msrp_fen
      from (select distinct sku_id, city_id from jsonb_to_recordset(${asked}::jsonb) as y(sku_id text, city_id text)) x
      join offer o on o.sku_id = x.sku_id and o.city_id = x.city_id and o.starts_at > ${e.startsAt} and o.starts_at < ${endOf(until)}
        and o.state <> 'closed'::offer_state
      join sale_session s on s.id = o.sale_session_id and s.state <> 'cancelled'::session_state
      left join flash_slot f on f.id = o.flash_slot_id
      join sku k on k.id = o.sku_id
      where f.state is distinct from 'cancelled'::slot_state
      order by o.starts_at, o.id`,
    db.$queryRaw`
      select x.sku_id, x.city_id, p.name, coalesce(r.name, x.city_id) as city_name
      from jsonb_to_recordset(${asked}::jsonb) as x(sku_id text, city_id text)
      join sku k on k.id = x.sku_id join product p on p.id = k.product_id left join region r on r.id = x.city_id`,
  ]);
  const offers = plannedRow.parse(planned).map((r) => ({ ...r, skuId: r.sku_id, cityId: r.city_id }));
  const drafts = new Map<number, typeof offers>();
  for (const o of offers.filter((o) => o.is_draft))
    drafts.set(o.starts_at.getTime(), [...(drafts.get(o.starts_at.getTime()) ?? []), o]);
  const found = await Promise.all(
    [...drafts].map(async ([start, its]) => [start, await evidenceFor(db, its, new Date(start))] as const),
  );
  const evidence = new Map(found);
  const strikeOf = (o: (typeof offers)[number]): Fen | null => {
    if (!o.is_draft) return o.list_price_fen === null || o.list_price_basis === "msrp" ? null : fen(o.list_price_fen);
    const its = evidence.get(o.starts_at.getTime())?.get(pairKey(o)) ?? null;
    return strikeThrough(fen(o.price_fen), its, o.msrp_fen === null ? null : fen(o.msrp_fen))?.listPriceFen ?? null;
  };
  const named = new Map(nameRow.parse(names).map((n) => [pairKey({ skuId: n.sku_id, cityId: n.city_id }), n]));
  return e.items.map((item) => {
    const capFen = fen(item.priceFen);
    const its = named.get(pairKey(item));
    return {
      skuId: item.skuId,
      cityId: item.cityId,
      cityName: its?.city_name ?? item.cityId,
      name: its?.name ?? item.skuId,
      capFen,
      until,
      hits: offers
        .filter((o) => pairKey(o) === pairKey(item))
        .flatMap((o): CapHit[] => {
          const strikeFen = strikeOf(o);
          const priceFen = fen(o.price_fen);
          if (strikeFen === null) return [];
          const becomesFen = cappedStrike(priceFen, strikeFen, capFen);
          return becomesFen === strikeFen
            ? []
            : [
                {
                  offerId: o.id,
                  layer: o.layer,
                  campaignId: o.campaign_id,
                  campaignName: o.campaign_name,
                  startsAt: o.starts_at,
                  endsAt: o.ends_at,
                  priceFen,
                  strikeFen,
                  becomesFen,
                },
              ];
        }),
    };
  });
}

/** The caps of a slot as it is planned. Refuses: notFound, forbidden. */
export async function capsOfSlot(actor: Actor, slotId: string): Promise<Cap[]> {
  const slot = await prisma.flashSlot.findUnique({
    where: { id: slotId },
    include: { saleSession: true, offers: true },
  });
  if (!slot) throw new Refusal("notFound");
  authorise(actor, "sessions.see", { cityIds: slot.saleSession.cityIds });
  return capsOf(prisma, {
    startsAt: slot.startsAt,
    endsAt: slot.endsAt,
    items: slot.offers
      .filter((o) => o.state !== "closed")
      .map((o) => ({ skuId: o.skuId, cityId: o.cityId, priceFen: Number(o.priceFen) })),
  });
}

/**
 * The struck-through prices of a session's own offers or of a slot's, with their evidence; `offers` are all of one campaign, whose
 * reader has been allowed to see them.
 */
export async function struckOffers(offers: readonly OfferView[]): Promise<StruckOffer[]> {
  const at = now();
  const drafts = offers.filter((o) => o.state === "draft");
  const startsAt = drafts[0]?.startsAt ?? at;
  const [evidence, skus] = await Promise.all([
    evidenceFor(prisma, drafts, startsAt > at ? startsAt : at, at),
    prisma.sku.findMany({ where: { id: { in: drafts.map((o) => o.skuId) } }, select: { id: true, msrpFen: true } }),
  ]);
  const msrp = new Map(skus.map((s) => [s.id, s.msrpFen === null ? null : fen(s.msrpFen)]));
  return offers.map((o) => {
    const { id: offerId, name, spec, cityId, priceFen } = o;
    const facts = { offerId, name, spec, cityId, priceFen, startsAt: o.startsAt };
    if (o.state === "draft") {
      const its = evidence.get(pairKey(o)) ?? null;
      const msrpFen = msrp.get(o.skuId) ?? null;
      return { ...facts, msrpFen, evidence: its, strike: strikeThrough(priceFen, its, msrpFen) };
    }
    const { listPriceFen, listPriceBasis: basis, listPriceDay: day } = o;
    const strike = listPriceFen === null || basis === null ? null : { listPriceFen, basis, day };
    const kind = basis === "msrp" ? null : basis;
    return {
      ...facts,
      msrpFen: basis === "msrp" ? listPriceFen : null,
      evidence: strike && kind && day ? { lowestFen: strike.listPriceFen, day, kind } : null,
      strike,
    };
  });
}
