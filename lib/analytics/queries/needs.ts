import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { can, type Deed } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { fen, zero } from "#lib/kernel/money";
import { addDays, atClock, type Day, dateOf, startOf, zone } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";
import { byDue, shortAtPace } from "../rules";
import type { FixKind, Need, NeedKey, TodayPoint } from "../schema";

type Ask = { at: Date; day: Day; cities: string[] | null; points: readonly TodayPoint[] };
type Source = {
  key: NeedKey;
  deed: Deed;
  sql: (actor: Actor, ask: Ask) => Prisma.Sql;
  href: string | ((ask: Ask) => string);
  fix?: FixKind;
};

const row = z.object({
  key: z.string(),
  n: z.number(),
  amount_fen: z.bigint().transform((v) => fen(v)),
  due_at: z.date().nullable(),
  names: z.array(z.string()).nullable(),
  ids: z.array(z.string()).nullable(),
});

const city = (cities: string[] | null, column: Prisma.Sql) =>
  cities ? Prisma.sql`and ${column} = any(${cities}::text[])` : Prisma.empty;
/** The columns every source answers with; names are the first few. */
const answer = (e: { amount?: Prisma.Sql; due?: Prisma.Sql; name?: Prisma.Sql; ids?: Prisma.Sql }) => Prisma.sql`
  count(*)::int as n, ${e.amount ? Prisma.sql`coalesce(sum(${e.amount}), 0)::bigint` : Prisma.sql`0::bigint`} as amount_fen,
  ${e.due ? Prisma.sql`min(${e.due})` : Prisma.sql`null::timestamptz`} as due_at,
  ${e.name ? Prisma.sql`(array_agg(distinct ${e.name}))[1:3]` : Prisma.sql`null::text[]`} as names,
  ${e.ids ? Prisma.sql`(array_agg(${e.ids}))[1:50]` : Prisma.sql`null::text[]`} as ids`;

/** What may wait for an operator, each behind the deed that settles it. Order breaks ties of time. */
const sources: Source[] = [
  {
    key: "lateDeliveries",
    deed: "fulfilment.arrive",
    href: (ask) => `/fulfilment/deliveries?view=late&day=${ask.day}`,
    sql: (_, ask) => Prisma.sql`
      select 'lateDeliveries' as key, ${answer({ due: Prisma.sql`d.due_at`, name: Prisma.sql`p.name` })} from delivery d join pickup_point p on p.id = d.pickup_point_id
      where d.pickup_day = ${dateOf(ask.day)}::date and d.arrived_at is null and d.due_at < ${ask.at} and d.pieces > 0 ${city(ask.cities, Prisma.sql`d.city_id`)}`,
  },
  {
    key: "lateReceipts",
    deed: "fulfilment.receive",
    href: "/fulfilment/purchases?view=late",
    sql: (_, ask) => Prisma.sql`
      select 'lateReceipts' as key, ${answer({ due: Prisma.sql`o.unload_to_at`, name: Prisma.sql`s.name` })} from purchase_order o join supplier s on s.id = o.supplier_id
      where o.state in ('issued'::purchase_state, 'accepted'::purchase_state, 'receiving'::purchase_state) and o.unload_to_at <= ${ask.at} ${city(ask.cities, Prisma.sql`o.city_id`)}`,
  },
  {
    key: "purchases",
    deed: "procurement.accept",
    href: "/fulfilment/purchases?view=waiting",
    fix: "acceptPurchases",
    sql: (_, ask) => Prisma.sql`
      select 'purchases' as key, ${answer({ due: Prisma.sql`o.auto_accept_at`, name: Prisma.sql`s.name`, ids: Prisma.sql`o.id` })} from purchase_order o join supplier s on s.id = o.supplier_id
      where o.state = 'issued'::purchase_state ${city(ask.cities, Prisma.sql`o.city_id`)}`,
  },
  {
    key: "afterSales",
    deed: "aftersales.decide",
    href: "/aftersales",
    sql: (_, ask) => Prisma.sql`
      select 'afterSales' as key, ${answer({ amount: Prisma.sql`requested_fen`, due: Prisma.sql`due_at` })} from after_sale where state = 'applied'::after_sale_state ${city(ask.cities, Prisma.sql`city_id`)}`,
  },
  {
    key: "refunds",
    deed: "payments.retry",
    href: "/orders?stuck=refund",
    fix: "retryRefunds",
    sql: (_, ask) => Prisma.sql`
      select 'refunds' as key, ${answer({ amount: Prisma.sql`r.amount_fen`, name: Prisma.sql`o.contact_name || ' ' || upper(right(o.id, 5))`, ids: Prisma.sql`r.id` })} from refund r join customer_order o on o.id = r.order_id
      where r.state = 'abnormal'::refund_state ${city(ask.cities, Prisma.sql`o.city_id`)}`,
  },
  {
    key: "shipping",
    deed: "payments.retry",
    href: "/orders?stuck=shipping",
    fix: "retryShipping",
    sql: (_, ask) => Prisma.sql`
      select 'shipping' as key, ${answer({ name: Prisma.sql`s.last_error`, ids: Prisma.sql`s.id` })} from shipping_report s join customer_order o on o.id = s.order_id
      where s.state = 'failed'::shipping_state ${city(ask.cities, Prisma.sql`o.city_id`)}`,
  },
  {
    key: "disputes",
    deed: "settlement.make",
    href: "/settlements?view=disputed",
    sql: () => Prisma.sql`
      select 'disputes' as key, ${answer({ name: Prisma.sql`s.name` })} from supplier_statement t join supplier s on s.id = t.supplier_id where t.state = 'disputed'::statement_state`,
  },
  {
    key: "statements",
    deed: "settlement.approve",
    href: "/settlements?view=toApprove",
    sql: (actor) => Prisma.sql`
      select 'statements' as key, ${answer({ amount: Prisma.sql`t.payable_fen`, name: Prisma.sql`s.name` })} from supplier_statement t join supplier s on s.id = t.supplier_id
      where t.state = 'confirmed'::statement_state and t.created_by <> ${actor.id}`,
  },
  {
    key: "withdrawals",
    deed: "payouts.make",
    href: "/payouts?view=requested",
    sql: () => Prisma.sql`
      select 'withdrawals' as key, ${answer({ amount: Prisma.sql`w.amount_fen`, name: Prisma.sql`l.name` })} from withdrawal w join leader l on l.id = w.leader_id where w.state = 'requested'::withdrawal_state`,
  },
  {
    key: "batches",
    deed: "payouts.approve",
    href: "/payouts",
    sql: (actor) => Prisma.sql`
      select 'batches' as key, ${answer({ amount: Prisma.sql`total_fen`, ids: Prisma.sql`id` })} from payout_batch where state = 'draft'::batch_state and made_by <> ${actor.id}`,
  },
  {
    key: "confirms",
    deed: "payouts.make",
    href: "/payouts?view=waiting",
    fix: "remindConfirms",
    sql: () => Prisma.sql`
      select 'confirms' as key, ${answer({ amount: Prisma.sql`amount_fen`, due: Prisma.sql`submitted_at + interval '24 hours'`, ids: Prisma.sql`id` })} from withdrawal where state = 'waitUserConfirm'::withdrawal_state`,
  },
  {
    key: "applications",
    deed: "suppliers.review",
    href: "/suppliers/applications",
    sql: () => Prisma.sql`
      select 'applications' as key, ${answer({ name: Prisma.sql`name` })} from supplier_application where state = 'submitted'::application_state`,
  },
  {
    key: "leaderApplications",
    deed: "leaders.review",
    href: "/leaders/applications",
    sql: (_, ask) => Prisma.sql`
      select 'leaderApplications' as key, ${answer({ name: Prisma.sql`name || ' · ' || point_name` })} from leader_application where state = 'submitted'::application_state ${city(ask.cities, Prisma.sql`city_id`)}`,
  },
  {
    key: "products",
    deed: "catalog.review",
    href: "/products?view=submitted",
    sql: () => Prisma.sql`
      select 'products' as key, ${answer({ name: Prisma.sql`name` })} from product where state = 'submitted'::product_state`,
  },
  {
    key: "sessionReviews",
    deed: "sessions.approve",
    href: "/sessions?view=inReview",
    sql: (actor, ask) => Prisma.sql`
      select 'sessionReviews' as key, ${answer({ due: Prisma.sql`opens_at`, name: Prisma.sql`name` })} from sale_session
      where state = 'inReview'::session_state and submitted_by <> ${actor.id} ${ask.cities ? Prisma.sql`and city_ids && ${ask.cities}` : Prisma.empty}`,
  },
  {
    key: "slotReviews",
    deed: "sessions.approve",
    href: "/flash/list?view=inReview",
    sql: (actor, ask) => Prisma.sql`
      select 'slotReviews' as key, ${answer({ due: Prisma.sql`f.starts_at`, name: Prisma.sql`f.name` })} from flash_slot f join sale_session s on s.id = f.sale_session_id
      where f.state = 'inReview'::slot_state and f.submitted_by <> ${actor.id} ${ask.cities ? Prisma.sql`and s.city_ids && ${ask.cities}` : Prisma.empty}`,
  },
  {
    key: "priceReviews",
    deed: "sessions.approve",
    href: "/sessions?view=asked",
    sql: (actor, ask) => Prisma.sql`
      select 'priceReviews' as key, ${answer({ due: Prisma.sql`o.ends_at`, name: Prisma.sql`p.name` })} from price_request q join offer o on o.id = q.offer_id
        join sku k on k.id = o.sku_id join product p on p.id = k.product_id
      where q.decided_at is null and o.state <> 'closed'::offer_state and q.requested_by <> ${actor.id} ${city(ask.cities, Prisma.sql`o.city_id`)}`,
  },
  {
    key: "proposals",
    deed: "catalog.price",
    href: "/products?view=proposed",
    sql: () => Prisma.sql`
      select 'proposals' as key, ${answer({ name: Prisma.sql`p.name` })} from sku k join product p on p.id = k.product_id where k.proposed_at is not null`,
  },
  {
    key: "documents",
    deed: "suppliers.suspend",
    href: "/suppliers?view=expiring",
    sql: (_, ask) => Prisma.sql`
      select 'documents' as key, ${answer({ due: Prisma.sql`(d.expires_day + 1)::timestamp at time zone ${zone}`, name: Prisma.sql`s.name` })} from supplier_document d join supplier s on s.id = d.supplier_id
      where d.expires_day <= ${dateOf(addDays(ask.day, 30))}::date and s.state = 'active'::supplier_state`,
  },
  {
    key: "jobs",
    deed: "jobs.retry",
    href: "/jobs/queue",
    fix: "retryJobs",
    sql: () => Prisma.sql`
      select 'jobs' as key, ${answer({ ids: Prisma.sql`id::text` })} from outbox_event where delivered_at is null and attempts >= 3`,
  },
  {
    key: "messages",
    deed: "messages.retry",
    href: "/messages?view=failed",
    fix: "retryMessages",
    sql: () => Prisma.sql`
      select 'messages' as key, ${answer({ name: Prisma.sql`last_error`, ids: Prisma.sql`id` })} from message where state = 'failed'::message_state`,
  },
];

const offerRow = z.array(
  z.object({
    id: z.string(),
    session_id: z.string(),
    name: z.string(),
    sold: z.number(),
    quota: z.number(),
    starts_at: z.date(),
    ends_at: z.date(),
  }),
);
const atMost = 3;

/** Goods that will run out before the cut-off at the pace they are sold. */
async function oversold(ask: Ask): Promise<Need[]> {
  const rows = offerRow.parse(
    await prisma.$queryRaw`
      select f.id, f.sale_session_id as session_id, p.name || ' ' || p.spec as name, s.sold + s.held as sold, s.quota, f.starts_at, f.ends_at
      from sale_session t join offer f on f.sale_session_id = t.id join stock_pool s on s.id = f.stock_pool_id join sku k on k.id = f.sku_id join product p on p.id = k.product_id
      where t.state = 'published'::session_state and t.cutoff_at > ${ask.at} and f.layer = 'session'::offer_layer and f.state = 'active'::offer_state and f.starts_at <= ${ask.at} and f.ends_at > ${ask.at}
        and s.quota > 0 and s.sold + s.held >= s.quota * 0.6 ${city(ask.cities, Prisma.sql`f.city_id`)}`,
  );
  return rows
    .map((r) => ({
      r,
      short: shortAtPace({ sold: r.sold, quota: r.quota, opensAt: r.starts_at, cutoffAt: r.ends_at }, ask.at),
    }))
    .filter(({ short }) => short > 0)
    .sort((a, b) => b.short - a.short)
    .slice(0, atMost)
    .map(({ r, short }) =>
      need("oversold", {
        id: r.id,
        count: short,
        names: [r.name],
        dueAt: r.ends_at,
        href: `/sessions/${r.session_id}`,
      }),
    );
}

const need = (key: NeedKey, e: Partial<Need> & Pick<Need, "count" | "href">): Need => ({
  id: key,
  key,
  orders: 0,
  amountFen: zero,
  names: [],
  dueAt: null,
  fix: null,
  ...e,
});

/** From this hour on, tomorrow should have a session. */
const planBy = "18:00";

/** Tomorrow is unplanned: the last session can be drafted again in one click; a draft that stands is opened instead. */
async function tomorrow(ask: Ask): Promise<Need[]> {
  if (ask.at < atClock(ask.day, planBy)) return [];
  const next = addDays(ask.day, 1);
  const here = ask.cities ? { cityIds: { hasSome: ask.cities } } : {};
  const planned = await prisma.saleSession.findMany({
    where: { businessDay: dateOf(next), state: { in: ["draft", "published"] }, ...here },
    orderBy: { id: "desc" },
    select: { id: true, state: true },
  });
  if (planned.some((session) => session.state === "published")) return [];
  const [draft] = planned;
  const last = draft
    ? null
    : await prisma.saleSession.findFirst({
        where: { businessDay: { lte: dateOf(ask.day) }, state: { notIn: ["draft", "cancelled"] }, ...here },
        orderBy: { businessDay: "desc" },
        select: { id: true },
      });
  return [
    need("tomorrow", {
      count: 1,
      dueAt: startOf(next),
      href: draft ? `/sessions/${draft.id}` : "/sessions",
      fix: last ? { kind: "copySession", ids: [last.id, next] } : null,
    }),
  ];
}

/** Points where too many have not come in the last hours; one tap reminds them. */
function uncollected(ask: Ask): Need[] {
  const failed = ask.points.filter((p) => p.mark === "failed");
  if (failed.length === 0) return [];
  const ids = failed.flatMap((p) => p.remindIds);
  return [
    need("uncollected", {
      count: failed.length,
      orders: failed.reduce((n, p) => n + p.waiting, 0),
      names: failed.slice(0, 3).map((p) => p.name),
      dueAt: new Date(Math.min(...failed.map((p) => p.closesAt.getTime()))),
      href: `/orders?view=toPick&pickupDay=${ask.day}`,
      fix: ids.length > 0 ? { kind: "remind", ids } : null,
    }),
  ];
}

/** What waits for this person and may be done by them, what is due first on top. */
export async function needsOf(actor: Actor, ask: Ask): Promise<Need[]> {
  if (actor.kind !== "operator") return [];
  const mine = sources.filter((s) => can(actor, s.deed));
  const [rows, short, unplanned] = await Promise.all([
    mine.length > 0
      ? prisma.$queryRaw`${Prisma.join(
          mine.map((s) => s.sql(actor, ask)),
          " union all ",
        )}`
      : [],
    can(actor, "sessions.edit") ? oversold(ask) : [],
    can(actor, "sessions.publish") ? tomorrow(ask) : [],
  ]);
  const found = new Map(
    z
      .array(row)
      .parse(rows)
      .map((r) => [r.key, r]),
  );
  const counted = mine.flatMap((s) => {
    const r = found.get(s.key);
    if (!r || r.n === 0) return [];
    const ids = (r.ids ?? []).filter(Boolean);
    const href =
      s.key === "batches" && ids.length === 1
        ? `/payouts/${ids[0]}`
        : typeof s.href === "string"
          ? s.href
          : s.href(ask);
    return [
      need(s.key, {
        count: r.n,
        amountFen: r.amount_fen,
        names: (r.names ?? []).filter(Boolean),
        dueAt: r.due_at,
        href,
        fix: s.fix ? { kind: s.fix, ids } : null,
      }),
    ];
  });
  return byDue([...(can(actor, "pickups.verify") ? uncollected(ask) : []), ...short, ...counted, ...unplanned]);
}
