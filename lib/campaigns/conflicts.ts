import "server-only";
import { z } from "zod";
import { rulesAt } from "#lib/commission/queries";
import { Prisma } from "#lib/generated/prisma/client";
import { isRefusal, Refusal } from "#lib/kernel/refusal";
import { type Day, daysBetween, later, momentText, type Window } from "#lib/kernel/time";
import { calendar, routes, servedCities } from "#lib/pickup/queries";
import { calendarHorizon, closedAmong, pickupDayFor } from "#lib/pickup/rules";
import { type Db, prisma } from "#lib/platform/db";
import { setting } from "#lib/platform/settings";
import { goodsOf } from "./goods";
import { capsOf } from "./queries/price-evidence";
import { blocking, isInside, priceTrouble, promiseOf } from "./rules";
import type { Conflict, ConflictCode, Goods, OfferView } from "./schema";

export type PlanItem = Pick<
  OfferView,
  "id" | "layer" | "skuId" | "cityId" | "name" | "priceFen" | "commissionBp" | "quota" | "startsAt" | "endsAt"
> & {
  /** For an item of a slot: the session's offer it is carved from, with what is left there; null when the session lacks it. */
  home?: { priceFen: number; room: number } | null;
};

/**
 * Something to be put on sale, or moved. `whole` is the window that must lie ahead; `own` are offers that are replaced by the plan;
 * `for`: "publish" asks everything, "place" (a draft) and "move" only what the place and the time bring about.
 */
export type Plan = {
  for: "publish" | "place" | "move";
  /** The business day changes with the move. */
  isOtherDay?: boolean;
  session: { id: string; businessDay: Day; opensAt: Date; cutoffAt: Date; cityIds: readonly string[] };
  slot: Window | null;
  /** Slots that move along with a session. */
  slots?: readonly (Window & { name: string })[];
  items: readonly PlanItem[];
  own: readonly string[];
  at: Date;
};

const dayCodes: readonly ConflictCode[] = ["documentExpired", "supplierClosed", "leadTime", "quotaOverAllotted"];

/** Everything wrong with a plan, whole first. Reads in the caller's transaction where a lock must hold. */
export async function findConflicts(db: Db, plan: Plan): Promise<Conflict[]> {
  const goods = await goodsOf(
    db,
    plan.items.map((i) => i.skuId),
  );
  const found = [
    ...(await wholeConflicts(plan)),
    ...(await overlapConflicts(db, plan)),
    ...slotConflicts(plan),
    ...(plan.for === "move" && !plan.isOtherDay ? [] : await dayConflicts(db, plan, goods)),
    ...(plan.for === "publish" ? await goodsConflicts(db, plan, goods) : []),
    ...(plan.for === "publish" && plan.slot ? await capConflicts(db, plan, plan.slot) : []),
  ];
  if (plan.for === "publish") return found;
  const told: readonly ConflictCode[] = plan.for === "place" ? dayCodes : [];
  return found.map((c) => (told.includes(c.code) ? { ...c, severity: "warn" } : c));
}

const of = (
  code: ConflictCode,
  item: { id: string; name: string } | null,
  more: Partial<Pick<Conflict, "severity" | "other" | "facts" | "fix">> = {},
): Conflict => ({
  code,
  severity: "block",
  offerId: item?.id ?? null,
  name: item?.name ?? null,
  other: null,
  facts: {},
  fix: null,
  ...more,
});
const removal = (item: PlanItem) => ({ kind: "removeItem" as const, offerId: item.id });

async function wholeConflicts(plan: Plan): Promise<Conflict[]> {
  const { session, slot, at } = plan;
  const found: Conflict[] = [];
  if (plan.for === "publish" && plan.items.length === 0) found.push(of("noItems", null));
  if ((slot?.endsAt ?? session.cutoffAt) <= at) found.push(of("past", null));
  for (const one of slot ? [{ ...slot, name: null }] : (plan.slots ?? []))
    if (!isInside(one, session))
      found.push({
        ...of("slotOutside", null),
        name: one.name,
        facts: { opensAt: momentText(session.opensAt), cutoffAt: momentText(session.cutoffAt) },
      });
  if (plan.for === "publish" && !slot) {
    const served = new Set((await servedCities()).map((c) => c.id));
    if (session.cityIds.some((city) => !served.has(city))) found.push(of("noPoints", null));
  }
  return found;
}

const overlapRow = z.object({
  id: z.string(),
  city_name: z.string(),
  other_id: z.string(),
  other_slot: z.string().nullable(),
  other_session: z.string(),
  other_name: z.string(),
  starts_at: z.date(),
  ends_at: z.date(),
  stands: z.boolean(),
});

/** Offers of the same layer, SKU and city whose window overlaps: those on sale refuse the plan, drafts are told while one plans. */
async function overlapConflicts(db: Db, plan: Plan): Promise<Conflict[]> {
  const asked = plan.items.map((i) => ({
    id: i.id,
    layer: i.layer,
    sku_id: i.skuId,
    city_id: i.cityId,
    starts_at: i.startsAt,
    ends_at: i.endsAt,
  }));
  const states = plan.for === "publish" ? Prisma.sql`('active', 'paused')` : Prisma.sql`('active', 'paused', 'draft')`;
  const rows = z.array(overlapRow).parse(
    await db.$queryRaw`
      select o.id, coalesce(r.name, o.city_id) as city_name, x.id as other_id, x.flash_slot_id as other_slot, x.sale_session_id as other_session,
        coalesce(f.name, s.name) as other_name, x.starts_at, x.ends_at, x.state <> 'draft'::offer_state as stands
      from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
        as o(id text, layer offer_layer, sku_id text, city_id text, starts_at timestamptz, ends_at timestamptz)
      join offer x on x.layer = o.layer and x.sku_id = o.sku_id and x.city_id = o.city_id and x.id <> o.id
        and x.id <> all(${[...plan.own]}::text[]) and x.state in ${states} and x.starts_at < o.ends_at and o.starts_at < x.ends_at
      join sale_session s on s.id = x.sale_session_id and s.state <> 'cancelled'::session_state
      left join flash_slot f on f.id = x.flash_slot_id
      left join region r on r.id = o.city_id
      where f.state is distinct from 'cancelled'::slot_state
      order by stands desc, x.starts_at, o.id limit 100`,
  );
  const items = new Map(plan.items.map((i) => [i.id, i]));
  return rows.flatMap((r) => {
    const item = items.get(r.id);
    if (!item) return [];
    const length = item.endsAt.getTime() - item.startsAt.getTime();
    const fits = plan.slot && later(r.ends_at, length) <= plan.session.cutoffAt;
    return [
      of("windowsOverlap", item, {
        severity: r.stands ? "block" : "warn",
        other: {
          id: r.other_slot ?? r.other_session,
          name: r.other_name,
          href: r.other_slot ? `/flash/${r.other_slot}` : `/sessions/${r.other_session}`,
          startsAt: r.starts_at.toISOString(),
          endsAt: r.ends_at.toISOString(),
        },
        facts: { city: r.city_name, window: `${momentText(r.starts_at)} – ${momentText(r.ends_at)}` },
        fix: fits
          ? {
              kind: "moveTo",
              startsAt: r.ends_at.toISOString(),
              endsAt: later(r.ends_at, length).toISOString(),
            }
          : removal(item),
      }),
    ];
  });
}

/** What a slot asks of its session: the goods are there, dearer, and there are pieces left to carve out. */
function slotConflicts(plan: Plan): Conflict[] {
  return plan.items.flatMap((item) => {
    if (item.home === undefined) return [];
    if (item.home === null) return [of("notInSession", item, { fix: removal(item) })];
    const found: Conflict[] = [];
    if (item.priceFen >= item.home.priceFen)
      found.push(of("flashNotCheaper", item, { facts: { priceFen: item.home.priceFen } }));
    if (item.quota > item.home.room)
      found.push(
        of("quotaOverSession", item, {
          facts: { available: item.home.room, wanted: item.quota },
          fix: item.home.room > 0 ? { kind: "lowerQuota", offerId: item.id, quota: item.home.room } : removal(item),
        }),
      );
    return found;
  });
}

async function goodsConflicts(db: Db, plan: Plan, goods: ReadonlyMap<string, Goods>): Promise<Conflict[]> {
  const [rules, floorBp] = await Promise.all([rulesAt(plan.at), setting(db, "marginFloorBp")]);
  const defaultBp = rules.find((r) => r.scope === "default")?.rateBp ?? 0;
  return plan.items.flatMap((item) => {
    const good = goods.get(item.skuId);
    const found: Conflict[] = [];
    if (!good?.isListed) found.push(of("notListed", item, { fix: removal(item) }));
    if (good && !good.supplierIsActive)
      found.push(of("supplierSuspended", item, { facts: { supplier: good.supplierName }, fix: removal(item) }));
    if (item.quota <= 0) found.push(of("noQuota", item, { fix: removal(item) }));
    const price = good && { ...item, supplyPriceFen: good.supplyPriceFen };
    const trouble = price && priceTrouble(price, { defaultBp, floorBp });
    if (trouble)
      found.push(
        of(trouble, item, {
          severity: "warn",
          facts: { priceFen: item.priceFen, supplyPriceFen: price.supplyPriceFen, floorBp },
        }),
      );
    return found;
  });
}

/** Scheduled offers whose struck-through price the slot's prices would lower or take away: the law looks back seven days. */
async function capConflicts(db: Db, plan: Plan, slot: Window): Promise<Conflict[]> {
  const caps = await capsOf(db, { ...slot, items: plan.items });
  return plan.items.flatMap((item, i) => {
    const cap = caps[i];
    return (cap?.hits ?? []).map((hit) =>
      of("capsLater", item, {
        severity: "warn",
        other: {
          id: hit.campaignId,
          name: hit.campaignName,
          href: `/${hit.layer === "session" ? "sessions" : "flash"}/${hit.campaignId}`,
          startsAt: hit.startsAt.toISOString(),
          endsAt: hit.endsAt.toISOString(),
        },
        facts: {
          ...{ city: cap?.cityName ?? "", until: cap?.until ?? "", capFen: cap?.capFen ?? 0, strikeFen: hit.strikeFen },
          ...(hit.becomesFen === null ? {} : { becomesFen: hit.becomesFen }),
        },
      }),
    );
  });
}

/** What the business day brings: pickup day, supplier's calendar and papers, and how much of a SKU may be sold that day. */
async function dayConflicts(db: Db, plan: Plan, goods: ReadonlyMap<string, Goods>): Promise<Conflict[]> {
  const { businessDay } = plan.session;
  const lines = await routes();
  const suppliers = [...new Set([...goods.values()].map((g) => `supplier:${g.supplierId}`))];
  const scopes = ["all", ...new Set(lines.flatMap((r) => [`warehouse:${r.warehouseId}`, `route:${r.id}`]))];
  const longest =
    Math.max(0, ...[...goods.values()].map((g) => g.leadDays)) + Math.max(0, ...lines.map((r) => r.leadDays));
  const days = await calendar([...scopes, ...suppliers], businessDay, calendarHorizon(businessDay, longest));
  const rests = new Map(
    lines.map((r) => {
      const own = ["all", `warehouse:${r.warehouseId}`, `route:${r.id}`];
      return [r.id, closedAmong(days.filter((d) => own.includes(d.scope)))];
    }),
  );
  const known = new Map<string, Day | null>();
  /** The day goods with this lead time are first handed out in a city; null when every route rests. */
  const pickupDay = (cityId: string, leadDays: number): Day | null => {
    const key = `${cityId} ${leadDays}`;
    if (!known.has(key)) known.set(key, firstPickup(cityId, leadDays));
    return known.get(key) ?? null;
  };
  const firstPickup = (cityId: string, skuLeadDays: number): Day | null => {
    const found = lines.flatMap((r) => {
      if (r.cityId !== cityId) return [];
      try {
        const isClosed = (d: Day) => rests.get(r.id)?.has(d) ?? false;
        return [pickupDayFor({ businessDay, skuLeadDays, routeLeadDays: r.leadDays, isClosed })];
      } catch (error) {
        if (isRefusal(error) && error.code === "noPickupDay") return [];
        throw error;
      }
    });
    return found.sort()[0] ?? null;
  };
  const closedFor = new Set(days.filter((d) => !d.open).map((d) => `${d.scope} ${d.day}`));
  const promised = new Map<string, Day>();
  const found: Conflict[] = [];
  for (const item of plan.items) {
    const good = goods.get(item.skuId);
    if (!good || !lines.some((r) => r.cityId === item.cityId)) continue;
    const day = pickupDay(item.cityId, good.leadDays);
    if (!day) {
      found.push(of("leadTime", item, { facts: { leadDays: good.leadDays }, fix: removal(item) }));
      continue;
    }
    promised.set(item.id, day);
    const facts = { supplier: good.supplierName, day };
    if (closedFor.has(`supplier:${good.supplierId} ${day}`))
      found.push(of("supplierClosed", item, { facts, fix: removal(item) }));
    if (good.paperDay && good.paperDay < day)
      found.push(
        of("documentExpired", item, {
          facts: { ...facts, expiresDay: good.paperDay },
          fix: { kind: "open", href: `/suppliers/${good.supplierId}` },
        }),
      );
  }
  const { day, others } = promiseOf(promised);
  const items = new Map(plan.items.map((i) => [i.id, i]));
  for (const id of others) {
    const item = items.get(id);
    if (item && day)
      found.push(
        of("leadTime", item, {
          severity: "warn",
          facts: {
            day: promised.get(id) ?? "",
            promised: day,
            days: daysBetween(day, promised.get(id) ?? day),
          },
        }),
      );
  }
  return [...found, ...(await allottedConflicts(db, plan, goods))];
}

const allottedRow = z.object({ sku_id: z.string(), pieces: z.bigint() });

/** Whether the pools of a SKU on one business day, over all cities and slots, add up to more than the supplier allotted. */
export async function allottedConflicts(
  db: Db,
  plan: Pick<Plan, "session" | "items" | "own">,
  goods: ReadonlyMap<string, Goods>,
): Promise<Conflict[]> {
  const asked = new Map(
    plan.items.filter((i) => goods.get(i.skuId)?.dailyQuota != null).map((i) => [i.skuId, i] as const),
  );
  if (asked.size === 0) return [];
  const rows = z.array(allottedRow).parse(
    await db.$queryRaw`
      select p.sku_id, sum(t.quota)::bigint as pieces
      from (select distinct o.sku_id, o.stock_pool_id from offer o join sale_session s on s.id = o.sale_session_id
            where o.sku_id = any(${[...asked.keys()]}::text[]) and (o.sale_session_id = ${plan.session.id}
              or o.state <> 'draft'::offer_state and s.business_day = ${plan.session.businessDay}::date and s.state <> 'cancelled'::session_state)) p
      join stock_pool t on t.id = p.stock_pool_id group by 1`,
  );
  return rows.flatMap((r) => {
    const item = asked.get(r.sku_id);
    const dailyQuota = goods.get(r.sku_id)?.dailyQuota ?? 0;
    const over = Number(r.pieces) - dailyQuota;
    if (!item || over <= 0) return [];
    return [
      of("quotaOverAllotted", item, {
        facts: { dailyQuota, wanted: Number(r.pieces), over },
        fix:
          item.quota > over
            ? { kind: "lowerQuota", offerId: item.id, quota: item.quota - over }
            : { kind: "removeItem", offerId: item.id },
      }),
    ];
  });
}

/** The refusal of a conflict: its own where it has one, else what keeps a thing from being published. */
const refusalCodes: Partial<Record<ConflictCode, string>> = {
  slotOutside: "slotOutside",
  quotaOverSession: "flashQuota",
  flashNotCheaper: "flashNotCheaper",
  quotaOverAllotted: "quotaOverAllotted",
  notInSession: "notInSession",
  documentExpired: "documentExpired",
  supplierClosed: "supplierClosed",
  leadTime: "leadTime",
};
const fields: Partial<Record<ConflictCode, string>> = {
  slotOutside: "startsAt",
  past: "endsAt",
  flashNotCheaper: "priceFen",
  quotaOverSession: "quota",
};

/**
 * Refuses a plan that may not stand, naming the first conflict that blocks. Refuses: windowsOverlap (with whom), slotOutside, slotPast,
 * flashQuota, flashNotCheaper, quotaOverAllotted, notInSession, documentExpired, supplierClosed, leadTime, notPublishable (the rest).
 */
export function refuseConflicts(conflicts: readonly Conflict[], plan: { name: string; isSlot: boolean }): void {
  const blocks = blocking(conflicts);
  const [first] = blocks;
  if (!first) return;
  if (first.other) throw overlapRefusal(first, blocks.length);
  const code = first.code === "past" && plan.isSlot ? "slotPast" : (refusalCodes[first.code] ?? "notPublishable");
  const field = fields[first.code];
  throw new Refusal(
    code,
    { ...first.facts, name: first.name ?? plan.name, problem: first.code, count: blocks.length },
    field && code !== "notPublishable" ? [{ field, code }] : [],
  );
}

const overlapRefusal = (c: Conflict, count: number): Refusal =>
  new Refusal("windowsOverlap", {
    ...c.facts,
    name: c.name ?? "",
    other: c.other?.name ?? "",
    href: c.other?.href ?? "",
    count,
  });

/** Runs what puts a plan on sale; when the database refuses an overlap that nobody saw coming, looks up with whom and says so. */
export async function namingOverlaps<T>(plan: () => Promise<Plan>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isRefusal(error) || error.code !== "windowsOverlap" || error.facts.other) throw error;
    const [first] = blocking(await overlapConflicts(prisma, await plan()));
    throw first ? overlapRefusal(first, 1) : error;
  }
}

/** Locks the SKUs for the rest of the transaction: two people who allot pieces of one SKU wait for each other. */
export async function lockSkus(tx: Db, skuIds: readonly string[]): Promise<void> {
  await tx.$queryRaw`select id from sku where id = any(${[...new Set(skuIds)]}::text[]) order by id for no key update`;
}
