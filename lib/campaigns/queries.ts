import "server-only";
import { Prisma } from "#lib/generated/prisma/client";
import type { SlotKind } from "#lib/generated/prisma/enums";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import type { Fen } from "#lib/kernel/money";
import type { Day } from "#lib/kernel/time";
import { type Db, prisma } from "#lib/platform/db";
import { anyOf, offersWhere, toSession, toSlots } from "./reading";
import type { OfferView, SessionView, SlotView } from "./schema";

/**
 * The offers a city can buy from at an instant, of sessions and flash slots that nobody holds; a group's price is for its members
 * alone. Narrowed to some SKUs when given. For higher domains.
 */
export async function openOffers(cityId: string, at: Date, skuIds?: readonly string[]): Promise<OfferView[]> {
  return offersWhere(Prisma.sql`o.city_id = ${cityId} and o.state = 'active'::offer_state and o.starts_at <= ${at} and o.ends_at > ${at}
    and s.state = 'published'::session_state and s.cutoff_at > ${at} and o.layer <> 'group'::offer_layer
    and s.paused_at is null and f.paused_at is null
    ${skuIds ? Prisma.sql`and o.sku_id = ${anyOf(skuIds)}` : Prisma.empty}`);
}

/** What a city's group campaigns offer at an instant of some SKUs. For higher domains. */
export async function groupOffers(cityId: string, at: Date, skuIds: readonly string[]): Promise<OfferView[]> {
  return offersWhere(Prisma.sql`o.city_id = ${cityId} and o.sku_id = ${anyOf(skuIds)} and o.layer = 'group'::offer_layer
    and o.state = 'active'::offer_state and o.starts_at <= ${at} and o.ends_at > ${at}
    and s.state = 'published'::session_state and s.paused_at is null and f.paused_at is null`);
}

/** Offers by id, whatever their state. For higher domains. */
export async function offersById(ids: readonly string[], db: Db = prisma): Promise<OfferView[]> {
  return ids.length === 0 ? [] : offersWhere(Prisma.sql`o.id = ${anyOf(ids)}`, db);
}

/** Every offer of a session, both layers, closed ones too when asked. */
export async function offersOfSession(sessionId: string, db: Db = prisma): Promise<OfferView[]> {
  return offersWhere(Prisma.sql`o.sale_session_id = ${sessionId}`, db);
}

/** Every offer of some flash slots. */
export async function offersOfSlots(slotIds: readonly string[], db: Db = prisma): Promise<OfferView[]> {
  return slotIds.length === 0 ? [] : offersWhere(Prisma.sql`o.flash_slot_id = ${anyOf(slotIds)}`, db);
}

/** The published sessions a city can buy from now or later, the one that closes first leading. For higher domains. */
export async function sessionsAhead(cityId: string, at: Date): Promise<SessionView[]> {
  const rows = await prisma.saleSession.findMany({
    where: { state: "published", cityIds: { has: cityId }, cutoffAt: { gt: at } },
    orderBy: [{ cutoffAt: "asc" }, { id: "asc" }],
    take: 10,
  });
  return rows.map(toSession);
}

/** Published flash slots (or group campaigns) of a city that have not ended and nobody holds, in time order, with their offers. For higher domains. */
export async function slotsAhead(cityId: string, at: Date, kind: SlotKind = "flash"): Promise<SlotView[]> {
  const slots = await prisma.flashSlot.findMany({
    where: {
      state: "published",
      kind,
      endsAt: { gt: at },
      pausedAt: null,
      saleSession: { state: "published", pausedAt: null, cityIds: { has: cityId } },
    },
    include: { saleSession: true },
    orderBy: [{ startsAt: "asc" }, { id: "asc" }],
    take: 50,
  });
  return (await toSlots(slots)).map((s) => ({
    ...s,
    items: s.items.filter((o) => o.cityId === cityId && o.state === "active"),
  }));
}

/** What a cut-off or a report needs of a session, or null. For higher domains. */
export async function sessionById(id: string, db: Db = prisma): Promise<SessionView | null> {
  const row = await db.saleSession.findUnique({ where: { id } });
  return row && toSession(row);
}

/** Names by id, for other domains' rows. */
export async function sessionNames(ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await prisma.saleSession.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: { id: true, name: true },
  });
  return new Map(rows.map((r) => [r.id, r.name]));
}

/** The session that closes next for what the actor sees: its opening and cut-off; null when none is scheduled. */
export async function nextCutOff(
  actor: Actor,
  at: Date,
): Promise<{ sessionId: string; opensAt: Date; cutoffAt: Date } | null> {
  const row = await prisma.saleSession.findFirst({
    where: {
      state: "published",
      cutoffAt: { gt: at },
      ...(actor.cityIds.length > 0 ? { cityIds: { hasSome: [...actor.cityIds] } } : {}),
    },
    orderBy: { cutoffAt: "asc" },
    select: { id: true, opensAt: true, cutoffAt: true },
  });
  return row && { sessionId: row.id, opensAt: row.opensAt, cutoffAt: row.cutoffAt };
}

export type SupplierTotal = {
  sessionId: string;
  sessionName: string;
  businessDay: Day;
  cutoffAt: Date;
  skuId: string;
  name: string;
  spec: string;
  unit: string;
  supplyPriceFen: Fen;
  quota: number;
  held: number;
  sold: number;
};

/** The running totals of a supplier's goods in published sessions, all cities and layers together. Refuses: forbidden. */
export async function supplierTotals(actor: Actor, supplierId: string): Promise<SupplierTotal[]> {
  authorise(actor, "procurement.see", { supplierId });
  const offers = await offersWhere(
    Prisma.sql`k.supplier_id = ${supplierId} and s.state = 'published'::session_state and o.state <> 'draft'::offer_state`,
  );
  const names = await sessionNames(offers.map((o) => o.saleSessionId));
  const totals = new Map<string, SupplierTotal>();
  const seen = new Set<string>();
  for (const o of offers) {
    if (seen.has(o.stockPoolId)) continue;
    seen.add(o.stockPoolId);
    const key = `${o.saleSessionId} ${o.skuId}`;
    const t = totals.get(key);
    const { skuId, name, spec, unit, supplyPriceFen, cutoffAt, businessDay } = o;
    totals.set(key, {
      sessionId: o.saleSessionId,
      sessionName: names.get(o.saleSessionId) ?? "",
      businessDay,
      cutoffAt,
      skuId,
      name,
      spec,
      unit,
      supplyPriceFen,
      quota: (t?.quota ?? 0) + o.quota,
      held: (t?.held ?? 0) + o.held,
      sold: (t?.sold ?? 0) + o.sold,
    });
  }
  return [...totals.values()].sort((a, b) => a.cutoffAt.getTime() - b.cutoffAt.getTime() || b.sold - a.sold);
}
