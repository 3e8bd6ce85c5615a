import "server-only";
import { z } from "zod";
import { can, type Deed, homeOf } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import type { NavCount, Notice, ShellFacts } from "#lib/kernel/shell";
import { addDays, dateOf, hour, later, startOf } from "#lib/kernel/time";
import { now, today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { env } from "#lib/platform/env";
import { shared } from "#lib/platform/shared";
import { messages } from "#lib/words/index";
import type { Locale } from "#lib/words/locale";

/** The pages of every frame and the deed that opens each; a page not named here is reached from one of these. */
const pages: Record<Actor["kind"], Record<string, Deed>> = {
  operator: {
    "/today": "today.see",
    "/orders": "orders.see",
    "/sessions": "sessions.see",
    "/flash": "sessions.see",
    "/products": "catalog.see",
    "/fulfilment": "fulfilment.see",
    "/points": "points.see",
    "/aftersales": "aftersales.see",
    "/suppliers": "suppliers.see",
    "/leaders": "leaders.see",
    "/settlements": "settlement.see",
    "/payouts": "payouts.see",
    "/ledger": "ledger.see",
    "/analytics": "analytics.see",
    "/people": "people.see",
    "/audit": "audit.see",
    "/jobs": "jobs.see",
    "/messages": "messages.see",
    "/settings": "settings.see",
    "/site": "fulfilment.see",
    "/site/receiving": "fulfilment.receive",
    "/site/delivery": "fulfilment.load",
  },
  supplier: {
    "/supplier": "procurement.see",
    "/supplier/orders": "procurement.see",
    "/supplier/products": "catalog.see",
    "/supplier/statements": "settlement.see",
    "/supplier/profile": "suppliers.see",
  },
  leader: {
    "/leader": "fulfilment.see",
    "/leader/pickup": "pickups.verify",
    "/leader/earnings": "commission.see",
    "/leader/share": "orders.see",
  },
  resident: {},
  system: {},
};

/** The pages this person may open. */
export const visiblePages = (actor: Actor): string[] =>
  Object.entries(pages[actor.kind])
    .filter(([, deed]) => can(actor, deed))
    .map(([path]) => path);

const countRow = z.array(z.object({ path: z.string(), count: z.number(), attention: z.boolean() }));

/** What waits on each page, in the actor's own scope: one statement per frame, each part an indexed count of open work. */
async function queueCounts(actor: Actor): Promise<Record<string, NavCount>> {
  const cities = actor.cityIds.length > 0 ? [...actor.cityIds] : null;
  const at = now();
  const d = today();
  const rows =
    actor.kind === "operator"
      ? await prisma.$queryRaw`
          select '/orders' as path, count(*)::int as count, false as attention
            from customer_order where paid_at >= ${startOf(d)} and paid_at <= ${at} and (${cities}::text[] is null or city_id = any(${cities}))
          union all select '/fulfilment', count(*)::int, coalesce(bool_or(late), false) from (
            select unload_to_at < ${at} as late from purchase_order where pickup_day = ${dateOf(d)}::date
              and state in ('issued'::purchase_state, 'accepted'::purchase_state, 'receiving'::purchase_state) and (${cities}::text[] is null or city_id = any(${cities}))
            union all
            select due_at < ${at} and state <> 'arrived'::delivery_state from delivery where pickup_day = ${dateOf(d)}::date
              and state in ('preparing'::delivery_state, 'loaded'::delivery_state, 'arrived'::delivery_state) and pieces > 0 and (${cities}::text[] is null or city_id = any(${cities}))) work
          union all select '/aftersales', count(*)::int, count(*) > 0
            from after_sale where state = 'applied'::after_sale_state and (${cities}::text[] is null or city_id = any(${cities}))
          union all select '/suppliers', count(*)::int, count(*) > 0 from supplier_application where state = 'submitted'::application_state
          union all select '/leaders', count(*)::int, count(*) > 0 from leader_application where state = 'submitted'::application_state and (${cities}::text[] is null or city_id = any(${cities}))
          union all select '/products', count(*)::int, false from product where state = 'submitted'::product_state
          union all select '/settlements', count(*)::int, coalesce(bool_or(state = 'disputed'::statement_state), false) from supplier_statement where state in ('confirmed'::statement_state, 'disputed'::statement_state)
          union all select '/payouts', count(*)::int, count(*) > 0 from withdrawal where state = 'requested'::withdrawal_state
          union all select '/jobs', count(*)::int, count(*) > 0 from outbox_event where delivered_at is null and attempts > 0
          union all select '/messages', count(*)::int, count(*) > 0 from message where state = 'failed'::message_state`
      : actor.kind === "supplier"
        ? await prisma.$queryRaw`
            select '/supplier/orders' as path, count(*)::int as count, count(*) > 0 as attention from purchase_order where supplier_id = ${actor.supplierId} and state = 'issued'::purchase_state
            union all select '/supplier/statements', count(*)::int, count(*) > 0 from supplier_statement where supplier_id = ${actor.supplierId} and state = 'sent'::statement_state
            union all select '/supplier/products', count(*)::int, count(*) > 0 from product where supplier_id = ${actor.supplierId} and state = 'returned'::product_state`
        : actor.kind === "leader"
          ? await prisma.$queryRaw`
              select '/leader' as path, count(*)::int as count, count(*) > 0 as attention from delivery where leader_id = ${actor.leaderId} and pickup_day >= ${dateOf(addDays(d, -1))}::date and state = 'arrived'::delivery_state
              union all select '/leader/pickup', count(distinct resident_id)::int, false from customer_order where leader_id = ${actor.leaderId} and pickup_day = ${dateOf(d)}::date and state = 'arrived'::order_state`
          : [];
  const open = new Set(visiblePages(actor));
  return Object.fromEntries(
    countRow
      .parse(rows)
      .filter((row) => row.count > 0 && open.has(row.path))
      .map(({ path, ...count }) => [path, count]),
  );
}

const noticeRow = z.array(
  z.object({
    kind: z.enum(["application", "leaderApplication", "afterSale", "dispute", "withdrawal", "payoutFailed"]),
    id: z.string(),
    about: z.string(),
    at: z.date(),
  }),
);
const noticeDeed: Record<z.infer<typeof noticeRow>[number]["kind"], Deed> = {
  application: "suppliers.review",
  leaderApplication: "leaders.review",
  afterSale: "aftersales.decide",
  dispute: "settlement.make",
  withdrawal: "payouts.make",
  payoutFailed: "payouts.make",
};
const noticeHref: Record<z.infer<typeof noticeRow>[number]["kind"], (id: string) => string> = {
  application: (id) => `/suppliers/applications/${id}`,
  leaderApplication: (id) => `/leaders/applications/${id}`,
  afterSale: (id) => `/aftersales/${id}`,
  dispute: (id) => `/settlements/${id}`,
  withdrawal: () => "/payouts",
  payoutFailed: () => "/payouts",
};
const days = 3;
const shown = 10;

/** An operator's bell: what came in lately, is still open and is hers to decide. */
async function openMatters(actor: Actor, locale: Locale): Promise<Notice[]> {
  const cities = actor.cityIds.length > 0 ? [...actor.cityIds] : null;
  const since = later(now(), -days * 24 * hour);
  const said = messages(locale).analytics.notices;
  const rows = noticeRow.parse(
    await prisma.$queryRaw`
      (select 'application' as kind, id, name as about, submitted_at as at from supplier_application where state = 'submitted'::application_state and submitted_at > ${since} order by submitted_at desc limit ${shown})
      union all (select 'leaderApplication', id, name || ' · ' || point_name, created_at from leader_application
        where state = 'submitted'::application_state and created_at > ${since} and (${cities}::text[] is null or city_id = any(${cities})) order by id desc limit ${shown})
      union all (select 'afterSale', a.id, l.name || ' · ' || l.spec, a.created_at from after_sale a join order_line l on l.id = a.order_line_id
        where a.state = 'applied'::after_sale_state and a.created_at > ${since} and (${cities}::text[] is null or a.city_id = any(${cities})) order by a.due_at limit ${shown})
      union all (select 'dispute', t.id, s.name, t.disputed_at from supplier_statement t join supplier s on s.id = t.supplier_id
        where t.state = 'disputed'::statement_state and t.disputed_at > ${since} order by t.id desc limit ${shown})
      union all (select case when w.state = 'requested'::withdrawal_state then 'withdrawal' else 'payoutFailed' end, w.id, l.name, coalesce(w.finished_at, w.requested_at) from withdrawal w join leader l on l.id = w.leader_id
        where w.state in ('requested'::withdrawal_state, 'failed'::withdrawal_state) and w.requested_at > ${since} order by w.id desc limit ${shown})
      order by at desc`,
  );
  return rows
    .filter((row) => can(actor, noticeDeed[row.kind]))
    .slice(0, shown)
    .map((row) => ({
      id: `${row.kind}:${row.id}`,
      title: said[row.kind],
      detail: row.about,
      href: noticeHref[row.kind](row.id),
      at: row.at.toISOString(),
      read: false,
    }));
}

/** A partner's bell: what was said to her in the last days. */
async function lastMessages(actor: Actor): Promise<Notice[]> {
  const mine = [actor.id, actor.supplierId, actor.leaderId].filter((id): id is string => id !== null);
  const at = now();
  const said = await prisma.message.findMany({
    where: {
      recipientId: { in: mine },
      recipientKind: actor.kind,
      template: { not: "signInCode" },
      createdAt: { gt: later(at, -days * 24 * hour) },
    },
    orderBy: { id: "desc" },
    take: shown,
    select: { id: true, body: true, createdAt: true },
  });
  return said.map((one) => ({
    id: one.id,
    title: one.body,
    href: homeOf(actor),
    at: one.createdAt.toISOString(),
    read: one.createdAt <= later(at, -24 * hour),
  }));
}

/** Under the name: the supplier or point a partner belongs to. An operator's roles, in words. */
async function titleOf(actor: Actor, locale: Locale): Promise<string> {
  if (actor.supplierId)
    return (await prisma.supplier.findUnique({ where: { id: actor.supplierId }, select: { name: true } }))?.name ?? "";
  if (actor.leaderId)
    return (
      (
        await prisma.pickupPoint.findFirst({
          where: { leaderId: actor.leaderId },
          orderBy: { id: "asc" },
          select: { name: true },
        })
      )?.name ?? ""
    );
  return actor.roles.map((role) => messages(locale).identity.roles[role]).join(" · ");
}

type Read = Omit<ShellFacts, "now" | "today" | "demo">;

async function readFacts(actor: Actor, locale: Locale): Promise<Read> {
  const cities = [...actor.cityIds];
  const [session, counts, running, notices, title] = await Promise.all([
    prisma.saleSession.findFirst({
      where: {
        state: "published",
        cutoffAt: { gt: now() },
        ...(cities.length > 0 ? { cityIds: { hasSome: cities } } : {}),
      },
      orderBy: { cutoffAt: "asc" },
      select: { opensAt: true, cutoffAt: true },
    }),
    queueCounts(actor),
    prisma.importRun.count({ where: { createdBy: actor.id, state: "checking" } }),
    actor.kind === "operator" ? openMatters(actor, locale) : lastMessages(actor),
    titleOf(actor, locale),
  ]);
  return {
    cutOff: session && { opensAt: session.opensAt.toISOString(), closesAt: session.cutoffAt.toISOString() },
    me: { name: actor.name, title },
    visible: visiblePages(actor),
    counts,
    notices: { unread: notices.filter((one) => !one.read).length, latest: notices },
    running,
  };
}

const keepMs = 3000;
const kept = shared("analytics.shell", () => new Map<string, { at: number; read: Promise<Read> }>());

/**
 * What every frame shows around a page: the clock, the next cut-off, who is here, what they may open and what waits there.
 * Read at most every three seconds per person; the clock is always fresh.
 */
export async function shellFacts(actor: Actor, locale: Locale = "zh-CN"): Promise<ShellFacts> {
  const key = [
    actor.kind,
    actor.id,
    actor.supplierId,
    actor.leaderId,
    actor.name,
    locale,
    ...actor.roles,
    ...actor.cityIds,
  ].join("|");
  const at = performance.now();
  let found = kept.get(key);
  if (!found || at - found.at > keepMs) {
    if (kept.size > 1000) kept.clear();
    const read = readFacts(actor, locale);
    read.catch(() => kept.delete(key));
    found = { at, read };
    kept.set(key, found);
  }
  return { now: now().toISOString(), today: today(), demo: env().DEMO_MODE === "1", ...(await found.read) };
}
