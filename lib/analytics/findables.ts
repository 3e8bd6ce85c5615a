import "server-only";
import { z } from "zod";
import { afterSaleReported } from "#lib/aftersales/events";
import { sessionPublished } from "#lib/campaigns/events";
import { catalogNews } from "#lib/catalog/events";
import { deliveryLoaded } from "#lib/fulfilment/events";
import { Prisma } from "#lib/generated/prisma/client";
import type { Deed } from "#lib/identity/rules";
import type { Prefix } from "#lib/kernel/ids";
import { dayOf } from "#lib/kernel/time";
import { leaderApproved } from "#lib/leaders/events";
import { orderPlaced, sessionLocked } from "#lib/orders/events";
import { type prisma, type Tx, transact } from "#lib/platform/db";
import { purchaseIssued } from "#lib/procurement/events";
import { isDated, type SearchKind } from "#lib/search/rules";
import { enter, forget } from "#lib/search/steps";
import { statementSent, withdrawalRequested } from "#lib/settlement/events";
import { supplierNews } from "#lib/suppliers/events";

/** News of records that are found; other changes are followed in the audit log. */
export const foundNews: readonly string[] = [
  orderPlaced,
  sessionPublished,
  sessionLocked,
  ...Object.values(catalogNews),
  ...Object.values(supplierNews),
  leaderApproved,
  purchaseIssued,
  deliveryLoaded,
  afterSaleReported,
  statementSent,
  withdrawalRequested,
];

type Sql = Prisma.Sql;
type Source = {
  deed: Deed;
  prefix: Prefix;
  table: Sql;
  /** A `select` of what `factRow` names. */
  facts: Sql;
};

const none = Prisma.sql`'{}'::text[]`;
const tail = (id: Sql) => Prisma.sql`upper(right(${id}, 5))`;
const day = (column: Sql) => Prisma.sql`to_char(${column}, 'MM-DD')`;

/** Every kind that is found: who may see it, and what it is found by and shown as, read from its own tables. */
export const sources: Record<SearchKind, Source> = {
  order: {
    deed: "orders.see",
    prefix: "ord",
    table: Prisma.sql`customer_order`,
    facts: Prisma.sql`
      select x.id, array[x.city_id] as city_ids, null as supplier_id, x.placed_at as at, x.state::text as state,
        x.contact_name || ' · ' || ${tail(Prisma.sql`x.id`)} as title, x.summary as detail, array[x.contact_name] as names,
        array(select distinct l.name from order_line l where l.order_id = x.id) as goods, array[right(x.id, 5)] as also
      from customer_order x`,
  },
  product: {
    deed: "catalog.see",
    prefix: "prd",
    table: Prisma.sql`product`,
    facts: Prisma.sql`
      select x.id, ${none} as city_ids, x.supplier_id, x.created_at as at, x.state::text as state, x.name as title,
        x.spec || ' · ' || s.name as detail, array[x.name] as names, ${none} as goods,
        array[x.spec, x.origin] || array(select k.code from sku k where k.product_id = x.id) as also
      from product x join supplier s on s.id = x.supplier_id`,
  },
  supplier: {
    deed: "suppliers.see",
    prefix: "sup",
    table: Prisma.sql`supplier`,
    facts: Prisma.sql`
      select x.id, coalesce(x.city_ids, '{}') as city_ids, x.id as supplier_id, x.created_at as at, x.state::text as state, x.name as title,
        x.contact_name as detail, array[x.name, x.contact_name, coalesce(x.legal_name, '')] as names, ${none} as goods,
        array[x.phone_tail, coalesce(x.credit_code, '')] as also
      from supplier x`,
  },
  leader: {
    deed: "leaders.see",
    prefix: "ldr",
    table: Prisma.sql`leader`,
    facts: Prisma.sql`
      select x.id, array[x.city_id] as city_ids, null as supplier_id, x.created_at as at, x.state::text as state, x.name as title,
        (select p.name from pickup_point p where p.leader_id = x.id order by p.id limit 1) as detail, array[x.name] as names,
        ${none} as goods, array[x.phone_tail] as also
      from leader x`,
  },
  point: {
    deed: "points.see",
    prefix: "pkp",
    table: Prisma.sql`pickup_point`,
    facts: Prisma.sql`
      select x.id, array[x.city_id] as city_ids, null as supplier_id, x.created_at as at, x.state::text as state, x.name as title,
        x.district || ' · ' || x.address as detail, array[x.name] as names, ${none} as goods, array[x.district, x.address] as also
      from pickup_point x`,
  },
  session: {
    deed: "sessions.see",
    prefix: "ssn",
    table: Prisma.sql`sale_session`,
    facts: Prisma.sql`
      select x.id, coalesce(x.city_ids, '{}') as city_ids, null as supplier_id, x.created_at as at, x.state::text as state, x.name as title,
        to_char(x.business_day, 'YYYY-MM-DD') as detail, array[x.name] as names, ${none} as goods,
        array[to_char(x.business_day, 'YYYY-MM-DD')] as also
      from sale_session x`,
  },
  purchaseOrder: {
    deed: "procurement.see",
    prefix: "por",
    table: Prisma.sql`purchase_order`,
    facts: Prisma.sql`
      select x.id, array[x.city_id] as city_ids, x.supplier_id, x.issued_at as at, x.state::text as state,
        ${tail(Prisma.sql`x.id`)} || ' · ' || s.name as title, ${day(Prisma.sql`x.pickup_day`)} as detail, array[s.name] as names,
        array(select distinct l.name from purchase_order_line l where l.purchase_order_id = x.id) as goods, array[right(x.id, 5)] as also
      from purchase_order x join supplier s on s.id = x.supplier_id`,
  },
  delivery: {
    deed: "fulfilment.see",
    prefix: "dlv",
    table: Prisma.sql`delivery`,
    facts: Prisma.sql`
      select x.id, array[x.city_id] as city_ids, null as supplier_id, x.created_at as at, x.state::text as state,
        p.name || ' · ' || ${day(Prisma.sql`x.pickup_day`)} as title, l.name as detail, array[p.name, coalesce(l.name, '')] as names,
        ${none} as goods, array[right(x.id, 5), p.district] as also
      from delivery x join pickup_point p on p.id = x.pickup_point_id left join leader l on l.id = x.leader_id`,
  },
  aftersale: {
    deed: "aftersales.see",
    prefix: "asc",
    table: Prisma.sql`after_sale`,
    facts: Prisma.sql`
      select x.id, array[x.city_id] as city_ids, x.supplier_id, x.created_at as at, x.state::text as state,
        o.contact_name || ' · ' || ${tail(Prisma.sql`x.order_id`)} as title, l.name as detail, array[o.contact_name] as names,
        array[l.name] as goods, array[right(x.id, 5), right(o.id, 5), o.phone_tail] as also
      from after_sale x join customer_order o on o.id = x.order_id join order_line l on l.id = x.order_line_id`,
  },
  statement: {
    deed: "settlement.see",
    prefix: "stm",
    table: Prisma.sql`supplier_statement`,
    facts: Prisma.sql`
      select x.id, ${none} as city_ids, x.supplier_id, x.created_at as at, x.state::text as state,
        ${tail(Prisma.sql`x.id`)} || ' · ' || s.name as title, ${day(Prisma.sql`x.from_day`)} || '–' || ${day(Prisma.sql`x.to_day`)} as detail,
        array[s.name] as names, ${none} as goods, array[right(x.id, 5), coalesce(x.payment_ref, '')] as also
      from supplier_statement x join supplier s on s.id = x.supplier_id`,
  },
  withdrawal: {
    deed: "payouts.see",
    prefix: "wdr",
    table: Prisma.sql`withdrawal`,
    facts: Prisma.sql`
      select x.id, ${none} as city_ids, null as supplier_id, x.requested_at as at, x.state::text as state,
        ${tail(Prisma.sql`x.id`)} || ' · ' || l.name as title, '¥' || to_char(x.amount_fen / 100.0, 'FM999,999,990.00') as detail,
        array[l.name] as names, ${none} as goods, array[right(x.id, 5), l.phone_tail] as also
      from withdrawal x join leader l on l.id = x.leader_id`,
  },
  payoutBatch: {
    deed: "payouts.see",
    prefix: "pbt",
    table: Prisma.sql`payout_batch`,
    facts: Prisma.sql`
      select x.id, ${none} as city_ids, null as supplier_id, x.made_at as at, x.state::text as state,
        ${tail(Prisma.sql`x.id`)} || ' · ' || x.made_by_name as title, '¥' || to_char(x.total_fen / 100.0, 'FM999,999,990.00') as detail,
        array[x.made_by_name] as names, ${none} as goods, array[right(x.id, 5)] as also
      from payout_batch x`,
  },
  application: {
    deed: "suppliers.review",
    prefix: "sap",
    table: Prisma.sql`supplier_application`,
    facts: Prisma.sql`
      select x.id, ${none} as city_ids, null as supplier_id, x.created_at as at, x.state::text as state, x.name as title,
        x.contact_name as detail, array[x.name, x.contact_name] as names, ${none} as goods,
        array[coalesce(x.phone_tail, ''), coalesce(x.credit_code, '')] as also
      from supplier_application x where x.state <> 'draft'`,
  },
  leaderApplication: {
    deed: "leaders.review",
    prefix: "lap",
    table: Prisma.sql`leader_application`,
    facts: Prisma.sql`
      select x.id, array[x.city_id] as city_ids, null as supplier_id, x.created_at as at, x.state::text as state, x.name as title,
        x.district || ' · ' || x.point_name as detail, array[x.name, x.point_name] as names, ${none} as goods,
        array[x.phone_tail, x.district, x.address] as also
      from leader_application x`,
  },
  user: {
    deed: "people.see",
    prefix: "usr",
    table: Prisma.sql`app_user`,
    facts: Prisma.sql`
      select x.id, ${none} as city_ids, x.supplier_id, x.created_at as at, x.state::text as state, x.name as title, x.email as detail,
        array[x.name] as names, ${none} as goods, array[coalesce(x.email, ''), coalesce(x.phone_tail, '')] as also
      from app_user x`,
  },
};

const factRow = z.array(
  z.object({
    id: z.string(),
    city_ids: z.array(z.string()),
    supplier_id: z.string().nullable(),
    at: z.date(),
    state: z.string(),
    title: z.string(),
    detail: z.string().nullable(),
    names: z.array(z.string()),
    goods: z.array(z.string()),
    also: z.array(z.string()),
  }),
);
export type Facts = z.infer<typeof factRow>[number];

/** What the records are shown as and found by, in any order; those that are no more are left out. */
export async function factsOf(db: Tx | typeof prisma, kind: SearchKind, ids: readonly string[]): Promise<Facts[]> {
  if (ids.length === 0) return [];
  return factRow.parse(await db.$queryRaw`select * from (${sources[kind].facts}) x where x.id = any(${ids})`);
}

/** Reads the records again and enters them, or forgets those that are gone. */
async function enterKind(tx: Tx, kind: SearchKind, ids: readonly string[]): Promise<void> {
  const facts = await factsOf(tx, kind, ids);
  await enter(
    tx,
    facts.map((f) => ({
      kind,
      id: f.id,
      cityIds: f.city_ids,
      supplierId: f.supplier_id,
      day: isDated(kind) ? dayOf(f.at) : null,
      names: f.names,
      goods: f.goods,
      also: f.also,
    })),
  );
  const there = new Set(facts.map((f) => f.id));
  await forget(
    tx,
    kind,
    ids.filter((id) => !there.has(id)),
  );
}

const kindOf = new Map(Object.entries(sources).map(([kind, source]) => [source.prefix as string, kind as SearchKind]));
const idRow = z.array(z.object({ id: z.string() }));

/** What else is to be read again when these were touched: what an import wrote, what a locked session made. */
async function following(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const of = (prefix: Prefix) => ids.filter((id) => id.startsWith(`${prefix}_`));
  const [imports, sessions] = [of("imp"), of("ssn")];
  const rows = await tx.$queryRaw`
    select distinct s.product_id as id from price_quote q join sku s on s.id = q.sku_id where q.import_id = any(${imports})
    union all select id from delivery where sale_session_id = any(${sessions})
    union all select id from purchase_order where sale_session_id = any(${sessions})`;
  return idRow.parse(rows).map((row) => row.id);
}

/** Makes what was touched findable as it is now; ids of kinds that are not found are passed over. */
export async function reenter(tx: Tx, touched: readonly string[]): Promise<void> {
  const byKind = new Map<SearchKind, Set<string>>();
  for (const id of [...touched, ...(await following(tx, touched))]) {
    const kind = kindOf.get(id.slice(0, 3));
    if (kind) byKind.set(kind, (byKind.get(kind) ?? new Set()).add(id));
  }
  for (const [kind, ids] of byKind) await enterKind(tx, kind, [...ids]);
}

const markRow = z.array(z.object({ mark: z.string() }));

/** One step from a mark to the next in one transaction; another worker that is at the same mark is left to it. */
const step = (name: string, go: (tx: Tx, mark: string | null) => Promise<{ mark: string; done: number }>) =>
  transact(async (tx) => {
    await tx.$executeRaw`insert into search_mark (name, mark) values (${name}, '-') on conflict do nothing`;
    const [row] = markRow.parse(
      await tx.$queryRaw`select mark from search_mark where name = ${name} for update skip locked`,
    );
    if (!row) return 0;
    const { mark, done } = await go(tx, row.mark === "-" ? null : row.mark);
    if (mark !== row.mark) await tx.searchMark.update({ where: { name }, data: { mark } });
    return done;
  });

const auditRow = z.array(z.object({ id: z.bigint(), subject_id: z.string() }));
/** Entries may commit out of their order: so many before the mark are read again with the new ones. */
const overlap = 200;
const batch = 1000;

/** Follows the audit log: whatever a person or process changed is found as it is now. From the log's end when there is no mark. */
export const followAudit = (): Promise<number> =>
  step("audit", async (tx, mark) => {
    const [last] = z
      .array(z.object({ id: z.bigint().nullable() }))
      .parse(await tx.$queryRaw`select max(id) as id from audit_entry`);
    const end = last?.id ?? 0n;
    if (mark === null || BigInt(mark) >= end) return { mark: String(end), done: 0 };
    const from = BigInt(mark);
    const rows = auditRow.parse(
      await tx.$queryRaw`select id, subject_id from audit_entry where id > ${from - BigInt(overlap)} and subject_type <> 'order' order by id limit ${batch + overlap}::int`,
    );
    await reenter(
      tx,
      rows.map((row) => row.subject_id),
    );
    const reached = rows.length < batch + overlap ? end : (rows.at(-1)?.id ?? end);
    return { mark: String(reached), done: rows.length };
  });

/** Enters what was there before the news of it was followed, a batch of each kind at a time, newest first. */
export async function backfill(): Promise<number> {
  let done = 0;
  for (const [kind, source] of Object.entries(sources) as [SearchKind, Source][]) {
    done += await step(kind, async (tx, mark) => {
      if (mark === "") return { mark, done: 0 };
      const ids = idRow
        .parse(
          await tx.$queryRaw`select id from ${source.table} where ${mark === null ? Prisma.sql`true` : Prisma.sql`id < ${mark}`} order by id desc limit ${batch}::int`,
        )
        .map((row) => row.id);
      await enterKind(tx, kind, ids);
      return { mark: ids.length < batch ? "" : (ids.at(-1) ?? ""), done: ids.length };
    });
  }
  return done;
}
