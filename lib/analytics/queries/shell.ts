import "server-only";
import { z } from "zod";
import { can, type Deed } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import type { NavCount, ShellFacts } from "#lib/kernel/shell";
import { addDays, dateOf, startOf } from "#lib/kernel/time";
import { bellOf } from "#lib/notifications/queries";
import { now, today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { env } from "#lib/platform/env";
import { shared } from "#lib/platform/shared";
import { messages } from "#lib/words/index";
import type { Locale } from "#lib/words/locale";
import { worked } from "#lib/workbench/rules";

/** The pages of every frame and the deed that opens each; a page not named here is reached from one of these. */
const pages: Record<Actor["kind"], Record<string, Deed>> = {
  operator: {
    "/today": "today.see",
    "/orders": "orders.see",
    "/schedule": "sessions.see",
    "/sessions": "sessions.see",
    "/sessions/new": "sessions.edit",
    "/flash": "sessions.see",
    "/flash/new": "flash.edit",
    "/coupons": "coupons.see",
    "/coupons/new": "coupons.edit",
    "/stock": "sessions.see",
    "/products": "catalog.see",
    "/products/new": "catalog.submit",
    "/products/import": "catalog.submit",
    "/fulfilment": "fulfilment.see",
    "/points": "points.see",
    "/points/new": "points.edit",
    "/points/import": "points.edit",
    "/aftersales": "aftersales.see",
    "/suppliers": "suppliers.see",
    "/leaders": "leaders.see",
    "/settlements": "settlement.see",
    "/payouts": "payouts.see",
    "/ledger": "ledger.see",
    "/analytics": "analytics.see",
    "/people": "people.see",
    "/audit": "audit.see",
    "/jobs": "today.see",
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
          union all select '/jobs', count(*)::int, count(*) > 0 from outbox_event where ${can(actor, "jobs.see")} and delivered_at is null and attempts > 0
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

type Read = Omit<ShellFacts, "now" | "today" | "demo" | "notices">;

async function readFacts(actor: Actor, locale: Locale): Promise<Read> {
  const cities = [...actor.cityIds];
  const [session, counts, imports, runs, title] = await Promise.all([
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
    prisma.run.count({ where: { ownerId: actor.id, state: { in: [...worked] } } }),
    titleOf(actor, locale),
  ]);
  return {
    cutOff: session && { opensAt: session.opensAt.toISOString(), closesAt: session.cutoffAt.toISOString() },
    me: { name: actor.name, title },
    visible: visiblePages(actor),
    counts,
    running: imports + runs,
  };
}

const keepMs = 3000;
const kept = shared("analytics.shell", () => new Map<string, { at: number; read: Promise<Read> }>());

/**
 * What every frame shows around a page: the clock, the next cut-off, who is here, what they may open and what waits there.
 * Read at most every three seconds per person; the clock and the bell are always fresh.
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
  const [read, notices] = await Promise.all([found.read, bellOf(actor, locale)]);
  return { now: now().toISOString(), today: today(), demo: env().DEMO_MODE === "1", notices, ...read };
}
