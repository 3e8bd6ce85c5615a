import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { fen } from "#lib/kernel/money";
import { dayFromDate } from "#lib/kernel/time";
import { type Db, prisma } from "#lib/platform/db";
import type { OfferLimits, OfferView, SessionView, SlotView } from "./schema";
import { strikeBases } from "./schema/prices";

const offerRow = z.object({
  id: z.string(),
  layer: z.enum(["session", "flash", "group"]),
  sale_session_id: z.string(),
  flash_slot_id: z.string().nullable(),
  sku_id: z.string(),
  product_id: z.string(),
  supplier_id: z.string(),
  category_id: z.string(),
  city_id: z.string(),
  starts_at: z.date(),
  ends_at: z.date(),
  cutoff_at: z.date(),
  business_day: z.date(),
  state: z.enum(["draft", "active", "paused", "closed"]),
  name: z.string(),
  spec: z.string(),
  unit: z.string(),
  picture: z.string(),
  picture_file_id: z.string().nullable(),
  is_fresh: z.boolean(),
  price_fen: z.bigint(),
  list_price_fen: z.bigint().nullable(),
  list_price_basis: z.enum(strikeBases).nullable(),
  list_price_day: z.date().nullable(),
  supply_price_fen: z.bigint(),
  commission_bp: z.number().nullable(),
  per_person_limit: z.number().nullable(),
  limits: z.custom<OfferLimits>().nullable(),
  loss_reason: z.enum(["freshClearance", "seasonal", "overstock"]).nullable(),
  loss_note: z.string().nullable(),
  min_count: z.number().nullable(),
  min_unit: z.enum(["buyers", "pieces"]).nullable(),
  min_scope: z.enum(["campaign", "point"]).nullable(),
  group_size: z.number().nullable(),
  group_minutes: z.number().nullable(),
  group_scope: z.enum(["city", "leader"]).nullable(),
  is_paused: z.boolean(),
  stock_pool_id: z.string(),
  lead_days: z.number(),
  sort: z.number(),
  quota: z.number(),
  held: z.number(),
  sold: z.number(),
});

const groupOf = (size: number | null, minutes: number | null, scope: "city" | "leader" | null) =>
  size === null || minutes === null || scope === null ? null : { size, minutes, scope };

/** Offers with their session, pool, product and category, in the order of sale. */
export async function offersWhere(where: Prisma.Sql, db: Db = prisma): Promise<OfferView[]> {
  const rows = await db.$queryRaw`
    select o.id, o.layer::text, o.sale_session_id, o.flash_slot_id, o.sku_id, k.product_id, k.supplier_id, p.category_id, o.city_id,
      o.starts_at, o.ends_at, s.cutoff_at, s.business_day, o.state::text, p.name, p.spec, p.unit, coalesce(p.picture, c.picture) as picture,
      p.picture_file_id, c.is_fresh, o.price_fen, o.list_price_fen, o.list_price_basis, o.list_price_day, o.supply_price_fen, o.commission_bp,
      o.per_person_limit, o.limits, o.loss_reason::text, o.loss_note, o.min_count, o.min_unit::text, o.min_scope::text,
      f.group_size, f.group_minutes, f.group_scope::text,
      o.state = 'paused'::offer_state or s.paused_at is not null or f.paused_at is not null as is_paused, o.stock_pool_id, o.lead_days, o.sort, t.quota, t.held, t.sold
    from offer o
    join sale_session s on s.id = o.sale_session_id
    left join flash_slot f on f.id = o.flash_slot_id
    join stock_pool t on t.id = o.stock_pool_id
    join sku k on k.id = o.sku_id
    join product p on p.id = k.product_id
    join category c on c.id = p.category_id
    where ${where}
    order by o.sort, p.name, o.id`;
  return z
    .array(offerRow)
    .parse(rows)
    .map((r) => ({
      id: r.id,
      layer: r.layer,
      saleSessionId: r.sale_session_id,
      flashSlotId: r.flash_slot_id,
      skuId: r.sku_id,
      productId: r.product_id,
      supplierId: r.supplier_id,
      categoryId: r.category_id,
      cityId: r.city_id,
      startsAt: r.starts_at,
      endsAt: r.ends_at,
      cutoffAt: r.cutoff_at,
      businessDay: dayFromDate(r.business_day),
      state: r.state,
      name: r.name,
      spec: r.spec,
      unit: r.unit,
      picture: r.picture,
      pictureFileId: r.picture_file_id,
      isFresh: r.is_fresh,
      priceFen: fen(r.price_fen),
      listPriceFen: r.list_price_fen === null ? null : fen(r.list_price_fen),
      listPriceBasis: r.list_price_basis,
      listPriceDay: r.list_price_day && dayFromDate(r.list_price_day),
      supplyPriceFen: fen(r.supply_price_fen),
      commissionBp: r.commission_bp,
      perPersonLimit: r.per_person_limit,
      limits: r.limits,
      lossReason: r.loss_reason,
      lossNote: r.loss_note,
      minimum:
        r.min_count === null || r.min_unit === null || r.min_scope === null
          ? null
          : { count: r.min_count, unit: r.min_unit, scope: r.min_scope },
      group: groupOf(r.group_size, r.group_minutes, r.group_scope),
      isPaused: r.is_paused,
      stockPoolId: r.stock_pool_id,
      leadDays: r.lead_days,
      sort: r.sort,
      quota: r.quota,
      held: r.held,
      sold: r.sold,
      available: r.quota - r.held - r.sold,
    }));
}

export const anyOf = (ids: readonly string[]) => Prisma.sql`any(${[...ids]}::text[])`;

export type SessionRecordRow = Awaited<ReturnType<typeof prisma.saleSession.findMany>>[number];
/** A session row as its view. */
export const toSession = (s: SessionRecordRow): SessionView => ({
  id: s.id,
  name: s.name,
  businessDay: dayFromDate(s.businessDay),
  opensAt: s.opensAt,
  cutoffAt: s.cutoffAt,
  lateNoticeMinutes: s.lateNoticeMinutes,
  state: s.state,
  cityIds: s.cityIds,
  publishedAt: s.publishedAt,
  cutOffAt: s.cutOffAt,
  lockedAt: s.lockedAt,
  clonedFromId: s.clonedFromId,
  pausedAt: s.pausedAt,
  submittedBy: s.submittedBy,
  submittedAt: s.submittedAt,
  approvedBy: s.approvedBy,
  reviewNote: s.reviewNote,
  version: s.version,
});

type SlotRecordRow = Awaited<ReturnType<typeof prisma.flashSlot.findMany>>[number] & { saleSession: SessionRecordRow };
/** A slot row as its view, without its items. */
export const toSlot = (s: SlotRecordRow): Omit<SlotView, "items"> => ({
  id: s.id,
  saleSessionId: s.saleSessionId,
  sessionName: s.saleSession.name,
  businessDay: dayFromDate(s.saleSession.businessDay),
  name: s.name,
  startsAt: s.startsAt,
  endsAt: s.endsAt,
  state: s.state,
  kind: s.kind,
  pausedAt: s.pausedAt,
  group: groupOf(s.groupSize, s.groupMinutes, s.groupScope),
  seriesId: s.seriesId,
  submittedBy: s.submittedBy,
  reviewNote: s.reviewNote,
  version: s.version,
});

/** Slot rows as views, with their offers of every state. */
export async function toSlots(slots: readonly SlotRecordRow[]): Promise<SlotView[]> {
  const offers =
    slots.length === 0 ? [] : await offersWhere(Prisma.sql`o.flash_slot_id = ${anyOf(slots.map((s) => s.id))}`);
  return slots.map((s) => ({ ...toSlot(s), items: offers.filter((o) => o.flashSlotId === s.id) }));
}
