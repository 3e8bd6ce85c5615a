import "server-only";
import { z } from "zod";
import { timelineOf } from "#lib/audit/queries";
import { rulesAt } from "#lib/commission/queries";
import { authorise, sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { fen } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { type Day, dayFromDate } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { setting } from "#lib/platform/settings";
import { findConflicts } from "../conflicts";
import { goodsOf } from "../goods";
import { sessionPlan } from "../plans";
import { offersById, offersOfSession } from "../queries";
import { toSession, toSlots } from "../reading";
import { differenceOf, marginBp } from "../rules";
import type {
  Conflict,
  Difference,
  ItemView,
  PriceRequestView,
  SessionRow,
  SessionTotals,
  SessionView,
  SlotView,
} from "../schema";

const totalRow = z.object({
  sale_session_id: z.string(),
  items: z.bigint(),
  quota: z.bigint(),
  held: z.bigint(),
  sold: z.bigint(),
});

async function totalsOf(sessionIds: readonly string[]) {
  const rows = z.array(totalRow).parse(
    await prisma.$queryRaw`
      select p.sale_session_id, count(*) filter (where p.is_session) as items, coalesce(sum(t.quota), 0)::bigint as quota,
        coalesce(sum(t.held), 0)::bigint as held, coalesce(sum(t.sold), 0)::bigint as sold
      from (select sale_session_id, stock_pool_id, bool_or(layer = 'session'::offer_layer) as is_session from offer
            where sale_session_id = any(${[...sessionIds]}::text[]) group by 1, 2) p
      join stock_pool t on t.id = p.stock_pool_id
      group by 1`,
  );
  return new Map(
    rows.map((r) => [
      r.sale_session_id,
      { items: Number(r.items), quota: Number(r.quota), held: Number(r.held), sold: Number(r.sold) },
    ]),
  );
}

/** Sessions by id with their running totals, in any order; whoever asks has been allowed to see them. */
export async function sessionsById(ids: readonly string[]): Promise<SessionRow[]> {
  const [found, totals] = await Promise.all([
    prisma.saleSession.findMany({
      where: { id: { in: [...ids] } },
      include: { _count: { select: { slots: { where: { state: { not: "cancelled" } } } } } },
    }),
    totalsOf(ids),
  ]);
  return found.map((s) => ({
    ...toSession(s),
    ...(totals.get(s.id) ?? { items: 0, quota: 0, held: 0, sold: 0 }),
    slots: s._count.slots,
  }));
}

export type SessionRecord = SessionView & {
  items: ItemView[];
  slots: SlotView[];
  /** What keeps a draft from being published or a submitted one from being approved, and what an approver must know. */
  conflicts: Conflict[];
  requests: PriceRequestView[];
  /** The commission of goods without their own, and the margin under which a second person is asked. Basis points. */
  rule: { defaultBp: number; floorBp: number };
  difference: (Difference & { against: { id: string; name: string; businessDay: Day } }) | null;
  createdByName: string;
  submittedByName: string | null;
  timeline: Awaited<ReturnType<typeof timelineOf>>;
};

/** Users' names by id. */
export async function namesOf(ids: readonly (string | null)[]): Promise<Map<string, string>> {
  const users = await prisma.user.findMany({
    where: { id: { in: ids.filter((id): id is string => id !== null) } },
    select: { id: true, name: true },
  });
  return new Map(users.map((u) => [u.id, u.name]));
}

/** Prices that wait for a second person, in some sessions (with their slots), oldest first; whoever asks has been allowed to see them. */
export async function openRequests(sessionIds: readonly string[]): Promise<PriceRequestView[]> {
  const rows = await prisma.priceRequest.findMany({
    where: { decidedAt: null, offer: { saleSessionId: { in: [...sessionIds] }, state: { not: "closed" } } },
    orderBy: { requestedAt: "asc" },
  });
  if (rows.length === 0) return [];
  const [offers, names, rules] = await Promise.all([
    offersById(rows.map((r) => r.offerId)),
    namesOf(rows.map((r) => r.requestedBy)),
    rulesAt(now()),
  ]);
  const defaultBp = rules.find((r) => r.scope === "default")?.rateBp ?? 0;
  return rows.flatMap((r) => {
    const offer = offers.find((o) => o.id === r.offerId);
    if (!offer) return [];
    const priceFen = fen(r.priceFen);
    const { name, supplyPriceFen, saleSessionId: sessionId } = offer;
    return [
      {
        id: r.id,
        offerId: r.offerId,
        name,
        sessionId,
        fromFen: fen(r.fromFen),
        priceFen,
        supplyPriceFen,
        marginBp: marginBp({ ...offer, priceFen }, defaultBp),
        lossReason: r.lossReason,
        lossNote: r.lossNote,
        reason: r.reason,
        requestedAt: r.requestedAt,
        requestedBy: r.requestedBy,
        byName: names.get(r.requestedBy) ?? "",
      },
    ];
  });
}

/** One session with items, slots, what keeps a draft from being published and what is new in it. Refuses: notFound, forbidden. */
export async function sessionRecord(actor: Actor, id: string): Promise<SessionRecord> {
  const session = await prisma.saleSession.findUnique({ where: { id } });
  if (!session) throw new Refusal("notFound");
  authorise(actor, "sessions.see", { cityIds: session.cityIds });
  const at = now();
  const [offers, slotRows, before, maker, timeline, rules, conflicts, requests, floorBp] = await Promise.all([
    offersOfSession(id),
    prisma.flashSlot.findMany({
      where: { saleSessionId: id },
      include: { saleSession: true },
      orderBy: [{ startsAt: "asc" }, { id: "asc" }],
    }),
    prisma.saleSession.findFirst({
      where: {
        id: session.clonedFromId ?? { not: id },
        state: { in: ["published", "cutOff", "locked", "finished"] },
        cityIds: { hasSome: session.cityIds },
        businessDay: { lt: session.businessDay },
      },
      orderBy: [{ businessDay: "desc" }, { id: "desc" }],
    }),
    namesOf([session.createdBy, session.submittedBy]),
    timelineOf("session", id),
    rulesAt(at),
    session.state === "draft" || session.state === "inReview"
      ? sessionPlan(prisma, session).then((plan) => findConflicts(prisma, plan))
      : [],
    openRequests([id]),
    setting(prisma, "marginFloorBp"),
  ]);
  const items = offers.filter((o) => o.layer === "session");
  const [goods, slots, earlier] = await Promise.all([
    goodsOf(
      prisma,
      items.map((o) => o.skuId),
    ),
    toSlots(slotRows),
    before ? offersOfSession(before.id) : [],
  ]);
  const defaultBp = rules.find((r) => r.scope === "default")?.rateBp ?? 0;
  const standing = items.filter((o) => o.state !== "closed");
  return {
    ...toSession(session),
    items: items.map((o) => {
      const good = goods.get(o.skuId);
      return {
        ...o,
        supplierName: good?.supplierName ?? "",
        isListed: good?.isListed ?? false,
        supplierIsActive: good?.supplierIsActive ?? false,
        marginBp: marginBp(o, defaultBp),
      };
    }),
    slots,
    conflicts,
    requests,
    rule: { defaultBp, floorBp },
    difference: before
      ? {
          ...differenceOf(
            standing,
            earlier.filter((o) => o.layer === "session"),
          ),
          against: { id: before.id, name: before.name, businessDay: dayFromDate(before.businessDay) },
        }
      : null,
    createdByName: maker.get(session.createdBy) ?? "",
    submittedByName: session.submittedBy && (maker.get(session.submittedBy) ?? null),
    timeline,
  };
}

/** What a session's offers have sold up to now, for the live grid. Refuses: notFound, forbidden. */
export async function sessionTotals(actor: Actor, id: string): Promise<SessionTotals> {
  const session = await prisma.saleSession.findUnique({ where: { id }, select: { state: true, cityIds: true } });
  if (!session) throw new Refusal("notFound");
  authorise(actor, "sessions.see", { cityIds: session.cityIds });
  const offers = await offersOfSession(id);
  return {
    state: session.state,
    offers: offers.map((o) => ({ id: o.id, quota: o.quota, held: o.held, sold: o.sold })),
  };
}

/** Sessions to copy from, the latest first. Refuses: forbidden. */
export async function cloneChoices(actor: Actor, limit = 14): Promise<SessionView[]> {
  const { cityIds } = sees(actor, "sessions.see");
  const rows = await prisma.saleSession.findMany({
    where: { state: { not: "cancelled" }, ...(cityIds ? { cityIds: { hasSome: cityIds } } : {}) },
    orderBy: [{ businessDay: "desc" }, { id: "desc" }],
    take: limit,
  });
  return rows.map(toSession);
}
