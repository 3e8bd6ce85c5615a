import "server-only";
import { z } from "zod";
import type { Prisma } from "#lib/generated/prisma/client";
import { can, type Deed, sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { isPhone } from "#lib/kernel/check";
import type { SearchHit } from "#lib/kernel/shell";
import { addDays, dateOf } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { blindIndex } from "#lib/platform/pii";
import { type Found, found } from "#lib/search/queries";
import { folded, type SearchKind, searchKinds, wholeId, wordsOf } from "#lib/search/rules";
import { subjectHref, subjectWords } from "#lib/words/deeds";
import { messages } from "#lib/words/index";
import type { Locale } from "#lib/words/locale";
import { factsOf, sources } from "../findables";

const each = 6;
const most = 24;
/** For how many days a pickup code is looked for. */
const codeDays = 30;
const idRow = z.array(z.object({ id: z.string() }));
const ids = (rows: unknown): string[] => idRow.parse(rows).map((row) => row.id);
type Cities = readonly string[] | undefined;

/** Orders by what people say or copy, each by an index of its own: tail, phone tail, whole phone, the channel's numbers. */
async function ordersSaid(text: string, cities: Cities): Promise<string[]> {
  const low = text.toLowerCase();
  const narrowed = cities ? [...cities] : null;
  if (isPhone(text)) {
    return ids(
      await prisma.$queryRaw`
        select o.id from resident r join customer_order o on o.resident_id = r.id
        where r.phone_index = ${blindIndex(text)} and (${narrowed}::text[] is null or o.city_id = any(${narrowed})) order by o.id desc limit ${each}`,
    );
  }
  if (/^[0-9a-z]{20,32}$/.test(low)) {
    return ids(
      await prisma.$queryRaw`
        select o.id from payment p join customer_order o on o.id = p.order_id
        where (p.out_trade_no = ${text} or p.transaction_id = ${text}) and (${narrowed}::text[] is null or o.city_id = any(${narrowed})) limit 1`,
    );
  }
  if (!/^[0-9a-z]{4,5}$/.test(low)) return [];
  return ids(
    await prisma.$queryRaw`
      (select o.id from customer_order o where right(o.id, 5) = ${low} and (${narrowed}::text[] is null or o.city_id = any(${narrowed})) order by o.id desc limit ${each})
      union all
      (select o.id from customer_order o where o.phone_tail = ${text} and (${narrowed}::text[] is null or o.city_id = any(${narrowed})) order by o.id desc limit ${each})`,
  );
}

/** Records by a whole phone number, by blind index. */
const byPhone: Partial<Record<SearchKind, (index: string) => Promise<unknown>>> = {
  supplier: (index) => prisma.$queryRaw`select id from supplier where phone_index = ${index} limit ${each}`,
  leader: (index) => prisma.$queryRaw`select id from leader where phone_index = ${index}`,
  leaderApplication: (index) =>
    prisma.$queryRaw`select id from leader_application where phone_index = ${index} order by id desc limit ${each}`,
  application: (index) =>
    prisma.$queryRaw`select id from supplier_application where phone_index = ${index} order by id desc limit ${each}`,
  user: (index) =>
    prisma.$queryRaw`select id from app_user where kind in ('operator', 'supplier', 'leader') and phone_index = ${index}`,
};

async function said(kind: SearchKind, text: string, cities: Cities): Promise<string[]> {
  const whole = wholeId(text);
  if (whole?.startsWith(sources[kind].prefix)) return [whole];
  if (kind === "order") return ordersSaid(text, cities);
  return isPhone(text) ? ids((await byPhone[kind]?.(blindIndex(text))) ?? []) : [];
}

/** A state in the words of its own domain. */
function stateWords(kind: SearchKind, state: string, locale: Locale): string | undefined {
  const m = messages(locale);
  const words: Partial<Record<SearchKind, Record<string, string>>> = {
    order: m.orders.states,
    product: m.catalog.states,
    supplier: m.suppliers.states,
    leader: m.leaders.states,
    point: m.pickup.states,
    session: m.campaigns.phases,
    purchaseOrder: m.procurement.states,
    delivery: m.fulfilment.states,
    aftersale: m.aftersales.states,
    statement: m.settlement.states,
    withdrawal: m.settlement.payouts.states,
    payoutBatch: m.settlement.payouts.batchStates,
    application: m.suppliers.applicationStates,
    leaderApplication: m.leaders.app.states,
    user: m.identity.people.states,
  };
  return words[kind]?.[state];
}

/** The word of the record that a word of the question was found in, when what is shown does not show it. */
const matchOf = (question: string, shown: string, text: string): string | undefined => {
  const hidden = wordsOf(question).filter((word) => !folded(shown).includes(word));
  return hidden.flatMap((word) => text.split(" ").find((one) => one.includes(word)) ?? [])[0];
};

async function hitsOf(
  actor: Actor,
  kind: SearchKind,
  text: string,
  loose: readonly Found[],
  locale: Locale,
): Promise<{ place: number; hit: SearchHit }[]> {
  const { cityIds } = sees(actor, sources[kind].deed);
  const textOf = new Map(loose.filter((entry) => entry.kind === kind).map((entry) => [entry.id, entry.text]));
  const exact = new Set(await said(kind, text, cityIds));
  const wanted = [...new Set([...exact, ...textOf.keys()])].slice(0, each);
  const byId = new Map((await factsOf(prisma, kind, wanted)).map((facts) => [facts.id, facts]));
  return wanted.flatMap((id) => {
    const facts = byId.get(id);
    if (!facts || (cityIds && facts.city_ids.length > 0 && !facts.city_ids.some((city) => cityIds.includes(city))))
      return [];
    const match =
      exact.has(id) && (isPhone(text) || /^\d{4}$/.test(text))
        ? `*******${text.slice(-4)}`
        : matchOf(text, `${facts.title} ${facts.detail ?? ""}`, textOf.get(id) ?? "");
    const state = stateWords(kind, facts.state, locale);
    const isNamed = wordsOf(text).every((word) => folded(facts.title).includes(word));
    const hit = {
      id: `${kind}:${id}`,
      kind: subjectWords(kind, locale),
      title: facts.title,
      ...(facts.detail ? { detail: facts.detail } : {}),
      ...(state ? { state } : {}),
      ...(match ? { match } : {}),
      href: subjectHref(kind, id) ?? `/payouts?q=${encodeURIComponent(text)}`,
    };
    return { place: exact.has(id) ? 0 : isNamed ? 1 : 2, hit };
  });
}

const saidRow = z.array(z.object({ id: z.string(), title: z.string(), detail: z.string().nullable() }));

/** What is found only by its whole number, each by an index. */
const numbers: {
  type: string;
  of: string;
  deed: Deed;
  fits: RegExp;
  find: (text: string, cities: string[] | null) => Prisma.PrismaPromise<unknown>;
}[] = [
  {
    type: "pickupCode",
    of: "order",
    deed: "orders.see",
    fits: /^\d{4,8}$/,
    find: (code, cities) => prisma.$queryRaw`
      select o.id, c.code || ' · ' || o.contact_name as title, p.name || ' · ' || to_char(c.pickup_day, 'MM-DD') as detail
      from pickup_code c join pickup_point p on p.id = c.pickup_point_id
      join lateral (select id, contact_name, city_id from customer_order x where x.resident_id = c.resident_id and x.pickup_point_id = c.pickup_point_id and x.pickup_day = c.pickup_day order by x.id desc limit 1) o on true
      where c.code = ${code} and c.pickup_day >= ${dateOf(addDays(today(), -codeDays))}::date and (${cities}::text[] is null or o.city_id = any(${cities}))
      order by c.pickup_day desc limit ${each}`,
  },
  {
    type: "journal",
    of: "journal",
    deed: "ledger.see",
    fits: /^[1-9]\d{0,11}$/,
    find: (number) => prisma.$queryRaw`
      select id::text, id::text as title, coalesce(memo, to_char(business_day, 'YYYY-MM-DD')) as detail
      from journal where id = ${BigInt(number)}`,
  },
];

/**
 * What the palette finds by any fragment: tails, codes and whole numbers by their own indexes, everything else (names, pinyin, goods,
 * addresses …) by the search table. What was said exactly comes first, then
 * what is called so, then what mentions it. Only kinds the actor may see, only in their cities. Nobody but an operator finds anything.
 */
export async function searchEverything(actor: Actor, text: string, locale: Locale): Promise<SearchHit[]> {
  const asked = text.trim().slice(0, 60);
  if ([...asked].length < 2 || actor.kind !== "operator") return [];
  const kinds = searchKinds.filter(
    (kind) => can(actor, sources[kind].deed) && !sees(actor, sources[kind].deed).siteIds,
  );
  const cityIds = actor.cityIds.length > 0 ? actor.cityIds : undefined;
  const loose = isPhone(asked) ? [] : await found(kinds, asked, cityIds, each);
  const byKind = kinds.map((kind) => hitsOf(actor, kind, asked, loose, locale));
  const byNumber = numbers
    .filter((source) => can(actor, source.deed) && source.fits.test(asked))
    .map(async (source) => {
      const rows = saidRow.parse(await source.find(asked, sees(actor, source.deed).cityIds ?? null));
      return rows.map((row) => ({
        place: source.type === "journal" ? 2 : 0,
        hit: {
          id: `${source.type}:${row.id}`,
          kind: subjectWords(source.type, locale),
          title: row.title,
          ...(row.detail ? { detail: row.detail } : {}),
          href: subjectHref(source.of, row.id) ?? "/",
        },
      }));
    });
  const hits = (await Promise.all([...byNumber, ...byKind])).flat();
  return hits
    .toSorted((a, b) => a.place - b.place)
    .slice(0, most)
    .map(({ hit }) => hit);
}
