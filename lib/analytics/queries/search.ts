import "server-only";
import { z } from "zod";
import { can, type Deed, sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { isPhone } from "#lib/kernel/check";
import { yuan } from "#lib/kernel/money";
import type { SearchHit } from "#lib/kernel/shell";
import { addDays, dateOf } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { blindIndex } from "#lib/platform/pii";
import { subjectHref, subjectWords } from "#lib/words/deeds";

const each = 6;
const row = z.array(z.object({ id: z.string(), title: z.string(), detail: z.string().nullable() }));
type Row = z.infer<typeof row>[number];
type Ask = { text: string; like: string; cities: string[] | null };
type Source = { type: string; deed: Deed; fits: (text: string) => boolean; find: (ask: Ask) => Promise<unknown> };

const isTail = (text: string) => /^[0-9a-z]{4,6}$/i.test(text);
const isId = (prefix: string) => (text: string) => new RegExp(`^${prefix}_[0-9a-z]{20}$`).test(text);
const isName = (text: string) => !/^[0-9a-z]{3}_/.test(text);
const isCode = (text: string) => /^\d{4,8}$/.test(text);
/** In raw SQL: null means every city. */
const inCities = (ask: Ask) => ask.cities;

/** What the palette looks through, in the order it shows. Each source is asked only when the text could be its kind of thing. */
const sources: Source[] = [
  {
    type: "order",
    deed: "orders.see",
    fits: (text) => isTail(text) || isId("ord")(text) || isPhone(text),
    find: (ask) => {
      if (isPhone(ask.text)) {
        return prisma.$queryRaw`
          select o.id, o.contact_name || ' · ' || upper(right(o.id, 5)) as title, o.summary as detail
          from resident r join customer_order o on o.resident_id = r.id
          where r.phone_index = ${blindIndex(ask.text)} and (${inCities(ask)}::text[] is null or o.city_id = any(${inCities(ask)}))
          order by o.id desc limit ${each}`;
      }
      return prisma.$queryRaw`
        (select o.id, o.contact_name || ' · ' || upper(right(o.id, 5)) as title, o.summary as detail from customer_order o
          where right(o.id, 5) = ${ask.text.toLowerCase().slice(-5)} and (length(${ask.text}) < 20 or o.id = ${ask.text})
          and (${inCities(ask)}::text[] is null or o.city_id = any(${inCities(ask)})) order by o.id desc limit ${each})
        union all
        (select o.id, o.contact_name || ' · ' || upper(right(o.id, 5)), '*******' || o.phone_tail || ' · ' || o.summary from customer_order o
          where o.phone_tail = ${ask.text} and (${inCities(ask)}::text[] is null or o.city_id = any(${inCities(ask)})) order by o.id desc limit ${each})`;
    },
  },
  {
    type: "pickupCode",
    deed: "orders.see",
    fits: isCode,
    find: (ask) => prisma.$queryRaw`
      select o.id, c.code || ' · ' || o.contact_name as title, p.name || ' · ' || to_char(c.pickup_day, 'MM-DD') as detail
      from pickup_code c join pickup_point p on p.id = c.pickup_point_id
      join lateral (select id, contact_name, city_id from customer_order x where x.resident_id = c.resident_id and x.pickup_point_id = c.pickup_point_id and x.pickup_day = c.pickup_day order by x.id desc limit 1) o on true
      where c.code = ${ask.text} and c.pickup_day >= ${dateOf(addDays(today(), -30))}::date and (${inCities(ask)}::text[] is null or o.city_id = any(${inCities(ask)}))
      order by c.pickup_day desc limit ${each}`,
  },
  {
    type: "product",
    deed: "catalog.see",
    fits: isName,
    find: (ask) => prisma.$queryRaw`
      select p.id, p.name as title, p.spec || ' · ' || s.name as detail from product p join supplier s on s.id = p.supplier_id
      where p.search_text like ${ask.like} or p.name ilike ${ask.like} order by (p.name ilike ${`${ask.text}%`}) desc, p.id desc limit ${each}`,
  },
  {
    type: "supplier",
    deed: "suppliers.see",
    fits: (text) => isName(text) || isPhone(text),
    find: (ask) => prisma.$queryRaw`
      select id, name as title, contact_name as detail from supplier
      where (name ilike ${ask.like} or credit_code = ${ask.text.toUpperCase()} or phone_tail = ${ask.text} or phone_index = ${blindIndex(ask.text)})
      and (${inCities(ask)}::text[] is null or cardinality(city_ids) = 0 or city_ids && ${inCities(ask)}) order by name limit ${each}`,
  },
  {
    type: "leader",
    deed: "leaders.see",
    fits: (text) => isName(text) || isPhone(text),
    find: (ask) => prisma.$queryRaw`
      select l.id, l.name as title, (select p.name from pickup_point p where p.leader_id = l.id order by p.id limit 1) as detail from leader l
      where (l.name ilike ${ask.like} or l.phone_tail = ${ask.text} or l.phone_index = ${blindIndex(ask.text)})
      and (${inCities(ask)}::text[] is null or l.city_id = any(${inCities(ask)})) order by l.name limit ${each}`,
  },
  {
    type: "point",
    deed: "points.see",
    fits: isName,
    find: (ask) => prisma.$queryRaw`
      select id, name as title, district || ' · ' || address as detail from pickup_point
      where (name ilike ${ask.like} or address ilike ${ask.like}) and (${inCities(ask)}::text[] is null or city_id = any(${inCities(ask)})) order by name limit ${each}`,
  },
  {
    type: "session",
    deed: "sessions.see",
    fits: (text) => isName(text) || isId("ssn")(text),
    find: (ask) => prisma.$queryRaw`
      select id, name as title, to_char(business_day, 'YYYY-MM-DD') as detail from sale_session
      where (name ilike ${ask.like} or id = ${ask.text} or to_char(business_day, 'YYYY-MM-DD') = ${ask.text} or to_char(business_day, 'MM-DD') = ${ask.text})
      and (${inCities(ask)}::text[] is null or city_ids && ${inCities(ask)}) order by business_day desc limit ${each}`,
  },
  {
    type: "purchaseOrder",
    deed: "procurement.see",
    fits: (text) => isTail(text) || isId("por")(text),
    find: (ask) => prisma.$queryRaw`
      select p.id, upper(right(p.id, 5)) || ' · ' || s.name as title, to_char(p.pickup_day, 'MM-DD') as detail
      from purchase_order p join supplier s on s.id = p.supplier_id
      where p.id = ${ask.text} or right(p.id, 5) = ${ask.text.toLowerCase()} order by p.id desc limit ${each}`,
  },
  {
    type: "statement",
    deed: "settlement.see",
    fits: (text) => isTail(text) || isId("stm")(text),
    find: (ask) => prisma.$queryRaw`
      select t.id, upper(right(t.id, 5)) || ' · ' || s.name as title, to_char(t.from_day, 'MM-DD') || '–' || to_char(t.to_day, 'MM-DD') as detail
      from supplier_statement t join supplier s on s.id = t.supplier_id
      where t.id = ${ask.text} or right(t.id, 5) = ${ask.text.toLowerCase()} order by t.id desc limit ${each}`,
  },
  {
    type: "payoutBatch",
    deed: "payouts.see",
    fits: (text) => isTail(text) || isId("pbt")(text),
    find: (ask) =>
      prisma.payoutBatch
        .findMany({
          where: { OR: [{ id: ask.text }, { id: { endsWith: ask.text.toLowerCase() } }] },
          orderBy: { id: "desc" },
          take: each,
        })
        .then((found) =>
          found.map((b) => ({
            id: b.id,
            title: b.id.slice(-5).toUpperCase(),
            detail: `${yuan(b.totalFen)} · ${b.madeByName}`,
          })),
        ),
  },
  {
    type: "user",
    deed: "people.see",
    fits: isName,
    find: (ask) => prisma.$queryRaw`
      select id, name as title, email as detail from app_user where name ilike ${ask.like} or email ilike ${ask.like} or phone_tail = ${ask.text} order by name limit ${each}`,
  },
];

/**
 * What the palette finds by any fragment: order and phone tails, pickup codes, whole phone numbers (by blind index), names.
 * Only kinds the actor may see, only in their cities. Refuses: forbidden (not an operator).
 */
export async function searchEverything(actor: Actor, text: string, locale: "zh-CN" | "en"): Promise<SearchHit[]> {
  const asked = text.trim().slice(0, 60);
  if (asked.length < 2 || actor.kind !== "operator") return [];
  const like = `%${asked.replace(/[\\%_]/g, "\\$&")}%`;
  const found = await Promise.all(
    sources
      .filter((source) => can(actor, source.deed) && source.fits(asked))
      .map(async (source) => {
        const cities = sees(actor, source.deed).cityIds ?? null;
        const rows = row.parse(await source.find({ text: asked, like, cities }));
        return rows.map((one) => hit(source.type, one, locale));
      }),
  );
  return found.flat().slice(0, 24);
}

function hit(type: string, found: Row, locale: "zh-CN" | "en"): SearchHit {
  const of = type === "pickupCode" ? "order" : type;
  return {
    id: `${type}:${found.id}`,
    kind: subjectWords(type, locale),
    title: found.title,
    ...(found.detail ? { detail: found.detail } : {}),
    href: subjectHref(of, found.id) ?? "/",
  };
}
