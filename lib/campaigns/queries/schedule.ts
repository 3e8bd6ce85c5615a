import "server-only";
import { z } from "zod";
import { rulesAt } from "#lib/commission/queries";
import type { SessionState, SlotState } from "#lib/generated/prisma/enums";
import { authorise, sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { fen } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { addDays, type Day, dateOf } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { offersOfSession, offersOfSlots } from "../queries";
import { anyOf } from "../reading";
import { marginBp } from "../rules";
import type { BarDetail, Goods, Home, ScheduleBar, Span } from "../schema/schedule";
import { conflictsOf } from "./conflicts";
import { sessionsById } from "./sessions";

const slotRow = z.object({
  id: z.string(),
  kind: z.enum(["flash", "group"]),
  name: z.string(),
  sale_session_id: z.string(),
  starts_at: z.date(),
  ends_at: z.date(),
  state: z.custom<SlotState>(),
  is_paused: z.boolean(),
  version: z.number(),
  session_state: z.custom<SessionState>(),
  items: z.number(),
  quota: z.number(),
  sold: z.number(),
  categories: z.array(z.string()),
  names: z.array(z.string()),
  prices: z.array(z.bigint()),
  city_ids: z.array(z.string()),
  keys: z.array(z.string()),
});

const overStates: readonly SessionState[] = ["cutOff", "locked", "finished"];
const stateOf = (state: SessionState | SlotState): ScheduleBar["state"] =>
  state === "draft" || state === "inReview" ? state : state === "published" ? "standing" : "over";

/** Numbers for what would be long and often repeated. */
function numbered(): (key: string) => number {
  const known = new Map<string, number>();
  return (key) => {
    const found = known.get(key) ?? known.size;
    known.set(key, found);
    return found;
  };
}

/** The items by category, in their order; one SKU in several cities counts once, by its name. */
function goodsIn(slot: z.infer<typeof slotRow>): Goods[] {
  const found = new Map<string, Goods & { names: Set<string> }>();
  slot.categories.forEach((categoryId, i) => {
    const name = slot.names[i] ?? "";
    const own = found.get(categoryId) ?? {
      categoryId,
      items: 0,
      name,
      priceFen: fen(slot.prices[i] ?? 0n),
      names: new Set(),
    };
    found.set(categoryId, own);
    own.names.add(name);
  });
  return [...found.values()].map(({ names, ...goods }) => ({ ...goods, items: names.size }));
}

/** What ended has its closed offers too: they were sold. */
const slotsOf = async (sessionIds: readonly string[], at: Date) =>
  sessionIds.length === 0
    ? []
    : z.array(slotRow).parse(
        await prisma.$queryRaw`
          select f.id, f.kind::text, f.name, f.sale_session_id, f.starts_at, f.ends_at, f.state::text,
            f.paused_at is not null or s.paused_at is not null as is_paused, f.version, s.state::text as session_state,
            count(distinct o.sku_id)::int as items,
            coalesce(array_agg(p.category_id order by o.sort, p.name, o.id) filter (where o.id is not null), '{}') as categories,
            coalesce(array_agg(p.name order by o.sort, p.name, o.id) filter (where o.id is not null), '{}') as names,
            coalesce(array_agg(o.price_fen order by o.sort, p.name, o.id) filter (where o.id is not null), '{}') as prices,
            coalesce(sum(t.quota), 0)::int as quota, coalesce(sum(t.sold), 0)::int as sold,
            coalesce(array_agg(distinct o.city_id) filter (where o.id is not null), s.city_ids) as city_ids,
            coalesce(array_agg(distinct o.sku_id || ' ' || o.city_id) filter (where o.id is not null), '{}') as keys
          from flash_slot f
          join sale_session s on s.id = f.sale_session_id
          left join offer o on o.flash_slot_id = f.id and (o.state <> 'closed'::offer_state or f.ends_at <= ${at})
          left join stock_pool t on t.id = o.stock_pool_id
          left join sku k on k.id = o.sku_id
          left join product p on p.id = k.product_id
          where f.sale_session_id = ${anyOf(sessionIds)} and f.state <> 'cancelled'::slot_state
          group by f.id, s.id
          order by f.starts_at, f.id`,
      );

/**
 * The sessions of a window and their slots as bars, what was cancelled left out; of one city and one category when asked (sessions hold
 * every category). Refuses: forbidden.
 */
export async function scheduleOf(
  actor: Actor,
  q: Span & { cityId?: string | undefined; categoryId?: string | undefined },
): Promise<ScheduleBar[]> {
  const mine = sees(actor, "sessions.see").cityIds;
  if (mine && q.cityId && !mine.includes(q.cityId)) return [];
  const cities = q.cityId ? [q.cityId] : mine;
  const found = await prisma.saleSession.findMany({
    where: {
      cutoffAt: { gt: new Date(q.from) },
      opensAt: { lt: new Date(q.to) },
      state: { not: "cancelled" },
      ...(cities ? { cityIds: { hasSome: cities } } : {}),
    },
    select: { id: true },
    orderBy: [{ cutoffAt: "asc" }, { id: "asc" }],
    take: 1000,
  });
  const ids = found.map((s) => s.id);
  const [sessions, slots] = await Promise.all([sessionsById(ids), slotsOf(ids, now())]);
  const number = numbered();
  const seen = (cityIds: string[]) => (cities ? cityIds.filter((c) => cities.includes(c)) : cityIds);
  return [
    ...sessions.map(
      (s): ScheduleBar => ({
        id: s.id,
        kind: "session",
        name: s.name,
        from: s.opensAt.getTime(),
        to: s.cutoffAt.getTime(),
        state: stateOf(s.state),
        isPaused: s.pausedAt !== null,
        sessionId: null,
        businessDay: s.businessDay,
        cityIds: seen(s.cityIds),
        items: s.items,
        goods: [],
        quota: s.quota,
        sold: s.sold,
        keys: [],
        version: s.version,
        href: `/sessions/${s.id}`,
      }),
    ),
    ...slots
      .filter(
        (s) =>
          s.starts_at.getTime() < q.to &&
          s.ends_at.getTime() > q.from &&
          (!cities || s.city_ids.some((c) => cities.includes(c))) &&
          (!q.categoryId || s.categories.includes(q.categoryId)),
      )
      .map(
        (s): ScheduleBar => ({
          id: s.id,
          kind: s.kind,
          name: s.name,
          from: s.starts_at.getTime(),
          to: s.ends_at.getTime(),
          state: overStates.includes(s.session_state) ? "over" : stateOf(s.state),
          isPaused: s.is_paused,
          sessionId: s.sale_session_id,
          businessDay: null,
          cityIds: seen(s.city_ids),
          items: s.items,
          goods: goodsIn(s),
          quota: s.quota,
          sold: s.sold,
          keys: s.keys.map(number),
          version: s.version,
          href: `/flash/${s.id}`,
        }),
      ),
  ];
}

const shownItems = 12;

/** A peek at a session or a slot. Refuses: notFound, forbidden. */
export async function barDetail(actor: Actor, id: string): Promise<BarDetail> {
  const [session, slot, rules] = await Promise.all([
    prisma.saleSession.findUnique({ where: { id } }),
    prisma.flashSlot.findUnique({ where: { id }, include: { saleSession: true } }),
    rulesAt(now()),
  ]);
  const home = session ?? slot?.saleSession;
  if (!home) throw new Refusal("notFound");
  authorise(actor, "sessions.see", { cityIds: home.cityIds });
  const mine = sees(actor, "sessions.see").cityIds;
  const isPlan = (state: SessionState | SlotState) => state === "draft" || state === "inReview";
  const [offers, conflicts] = await Promise.all([
    slot ? offersOfSlots([id]) : offersOfSession(id),
    slot && isPlan(slot.state)
      ? conflictsOf(actor, { kind: "publishSlot", slotId: id })
      : session && isPlan(session.state)
        ? conflictsOf(actor, { kind: "publishSession", sessionId: id })
        : [],
  ]);
  const isOver = (slot?.endsAt ?? home.cutoffAt) <= now();
  const items = offers
    .filter(
      (o) => (slot || o.layer === "session") && (isOver || o.state !== "closed") && (!mine || mine.includes(o.cityId)),
    )
    .sort((a, b) => b.sold - a.sold);
  const defaultBp = rules.find((r) => r.scope === "default")?.rateBp ?? 0;
  return {
    items: items.slice(0, shownItems).map((o) => ({
      id: o.id,
      name: o.name,
      spec: o.spec,
      priceFen: o.priceFen,
      quota: o.quota,
      sold: o.sold,
      marginBp: marginBp(o, defaultBp),
    })),
    more: Math.max(0, items.length - shownItems),
    session: slot ? { id: home.id, name: home.name } : null,
    conflicts,
  };
}

/** The sessions of the days around one that a slot may be put into. Refuses: forbidden. */
export async function homesAround(actor: Actor, day: Day): Promise<Home[]> {
  const { cityIds } = sees(actor, "sessions.see");
  const rows = await prisma.saleSession.findMany({
    where: {
      businessDay: { gte: dateOf(addDays(day, -1)), lte: dateOf(addDays(day, 1)) },
      state: { in: ["draft", "published"] },
      ...(cityIds ? { cityIds: { hasSome: cityIds } } : {}),
    },
    orderBy: [{ opensAt: "asc" }, { id: "asc" }],
    take: 100,
  });
  return rows.map((s) => ({
    id: s.id,
    name: s.name,
    from: s.opensAt.getTime(),
    to: s.cutoffAt.getTime(),
    cityIds: s.cityIds,
  }));
}
