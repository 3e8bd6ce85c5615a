import "server-only";
import { z } from "zod";
import { timelineOf } from "#lib/audit/queries";
import { rulesAt } from "#lib/commission/queries";
import type { SessionState } from "#lib/generated/prisma/enums";
import { authorise, sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { type Page, pageOf, readCursor } from "#lib/kernel/page";
import { Refusal } from "#lib/kernel/refusal";
import { type Day, dateOf, dayFromDate } from "#lib/kernel/time";
import { servedCities } from "#lib/pickup/queries";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { type Clash, clashesOf } from "../conflicts";
import { goodsOf } from "../goods";
import { offersOfSession } from "../queries";
import { toSession, toSlots } from "../reading";
import { differenceOf, marginBp, publishProblems } from "../rules";
import type { Difference, ItemView, PublishProblem, SessionRow, SessionTotals, SessionView, SlotView } from "../schema";

export const sessionViews = ["current", "draft", "done", "cancelled", "all"] as const;
export type SessionsFilter = {
  view?: (typeof sessionViews)[number];
  q?: string;
  cityId?: string;
  day?: Day;
  cursor?: string | null;
  limit?: number;
};

function sessionsWhere(actor: Actor, f: SessionsFilter) {
  const scope = sees(actor, "sessions.see");
  const view = f.view ?? "current";
  const states: Record<typeof view, readonly SessionState[]> = {
    current: ["published", "cutOff"],
    draft: ["draft"],
    done: ["locked", "finished"],
    cancelled: ["cancelled"],
    all: [],
  };
  return {
    AND: [
      scope.cityIds ? { cityIds: { hasSome: scope.cityIds } } : {},
      view === "all" ? {} : { state: { in: [...states[view]] } },
      f.cityId ? { cityIds: { has: f.cityId } } : {},
      f.day ? { businessDay: dateOf(f.day) } : {},
      f.q ? { OR: [{ name: { contains: f.q } }, { id: f.q }] } : {},
    ],
  };
}

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

/** Sessions, the latest business day first, with running totals. Refuses: forbidden. */
export async function sessionsPage(actor: Actor, f: SessionsFilter): Promise<Page<SessionRow>> {
  const limit = f.limit ?? 50;
  const key = readCursor(f.cursor);
  const [afterDay, afterId] = [key?.[0], key?.[1]];
  const after =
    typeof afterDay === "string" && typeof afterId === "string"
      ? {
          OR: [
            { businessDay: { lt: new Date(`${afterDay}T00:00:00Z`) } },
            { businessDay: new Date(`${afterDay}T00:00:00Z`), id: { lt: afterId } },
          ],
        }
      : {};
  const found = await prisma.saleSession.findMany({
    where: { AND: [sessionsWhere(actor, f), after] },
    orderBy: [{ businessDay: "desc" }, { id: "desc" }],
    take: limit + 1,
    include: { _count: { select: { slots: { where: { state: { not: "cancelled" } } } } } },
  });
  const page = pageOf(found, limit, (s) => [dayFromDate(s.businessDay), s.id]);
  const totals = await totalsOf(page.rows.map((s) => s.id));
  return {
    rows: page.rows.map((s) => ({
      ...toSession(s),
      ...(totals.get(s.id) ?? { items: 0, quota: 0, held: 0, sold: 0 }),
      slots: s._count.slots,
    })),
    nextCursor: page.nextCursor,
  };
}

/** How many sessions stand in each view, and how many fit the filter. Refuses: forbidden. */
export async function sessionCounts(
  actor: Actor,
  f: SessionsFilter,
): Promise<{ views: Record<(typeof sessionViews)[number], number>; matching: number }> {
  const counted = await Promise.all(
    [...sessionViews.map((view) => ({ view })), f].map((one) =>
      prisma.saleSession.count({ where: sessionsWhere(actor, one) }),
    ),
  );
  const [current = 0, draft = 0, done = 0, cancelled = 0, all = 0, matching = 0] = counted;
  return { views: { current, draft, done, cancelled, all }, matching };
}

export type SessionRecord = SessionView & {
  items: ItemView[];
  slots: SlotView[];
  problems: PublishProblem[];
  clashes: Clash[];
  difference: (Difference & { against: { id: string; name: string; businessDay: Day } }) | null;
  createdByName: string;
  timeline: Awaited<ReturnType<typeof timelineOf>>;
};

/** One session with items, slots, what keeps a draft from being published and what is new in it. Refuses: notFound, forbidden. */
export async function sessionRecord(actor: Actor, id: string): Promise<SessionRecord> {
  const session = await prisma.saleSession.findUnique({ where: { id } });
  if (!session) throw new Refusal("notFound");
  authorise(actor, "sessions.see", { cityIds: session.cityIds });
  const at = now();
  const [offers, slotRows, before, maker, timeline, served, rules, clashes] = await Promise.all([
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
    prisma.user.findUnique({ where: { id: session.createdBy }, select: { name: true } }),
    timelineOf("session", id),
    servedCities(),
    rulesAt(at),
    session.state === "draft" ? clashesOf(prisma, { sessionId: id }) : [],
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
    problems:
      session.state === "draft"
        ? publishProblems({ session, offers, goods, served: new Set(served.map((c) => c.id)), at })
        : [],
    clashes,
    difference: before
      ? {
          ...differenceOf(
            standing,
            earlier.filter((o) => o.layer === "session"),
          ),
          against: { id: before.id, name: before.name, businessDay: dayFromDate(before.businessDay) },
        }
      : null,
    createdByName: maker?.name ?? "",
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
  const rows = await prisma.saleSession.findMany({
    where: { AND: [sessionsWhere(actor, { view: "all" }), { state: { not: "cancelled" } }] },
    orderBy: [{ businessDay: "desc" }, { id: "desc" }],
    take: limit,
  });
  return rows.map(toSession);
}
