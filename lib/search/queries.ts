import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { addDays, dayFromDate, daysBetween } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";
import type { Period } from "#lib/platform/list";
import { askedGrams, dayNumber, isDated, type SearchKind, searchKinds, tokenOf, wholeId, wordsOf } from "./rules";

type Sql = Prisma.Sql;
const spanRow = z.array(z.object({ first: z.date().nullable(), last: z.date().nullable() }));

async function span(kind: SearchKind): Promise<Period["days"]> {
  const [row] = spanRow.parse(
    await prisma.$queryRaw`
      select (select min(day) from search_entry where kind = ${kind}) as first, (select max(day) from search_entry where kind = ${kind}) as last`,
  );
  return row?.first && row.last ? { from: dayFromDate(row.first), to: dayFromDate(row.last) } : null;
}

/** The entries `e` of these kinds that have every word of the question; of a dated kind those of `period`. */
function having(kinds: readonly SearchKind[], text: string, period?: Period): Sql {
  const words = wordsOf(text);
  const grams = [...new Set(words.flatMap(askedGrams))];
  if (grams.length === 0) return Prisma.sql`false`;
  const days = period?.days;
  return Prisma.join(
    [
      Prisma.sql`e.kind = any(${kinds})`,
      ...(period?.from ? [Prisma.sql`e.id >= ${period.from}`] : []),
      ...(period?.below ? [Prisma.sql`e.id < ${period.below}`] : []),
      ...(days ? grams.map((gram) => Prisma.sql`e.grams && ${tokensOf(gram, days)}::int[]`) : []),
      ...(period ? [] : [Prisma.sql`e.grams @> ${grams.map((gram) => tokenOf(gram, 0))}::int[]`]),
      ...words.map((word) => Prisma.sql`strpos(e.text, ${word}) > 0`),
    ],
    " and ",
  );
}

const tokensOf = (gram: string, { from, to }: NonNullable<Period["days"]>): number[] =>
  Array.from({ length: daysBetween(from, to) + 1 }, (_, i) => tokenOf(gram, dayNumber(from) + i));

/**
 * The condition that `id` is a record of this kind with every word of the question, or the one whose whole number was asked, for a
 * list's `q`. Of a dated kind only those of
 * `period`, all when not given.
 */
export async function searched(kind: SearchKind, id: Sql, text: string, period?: Period): Promise<Sql> {
  const whole = wholeId(text);
  if (whole) return Prisma.sql`${id} = ${whole}`;
  // an array, not a join: the key's index takes it in order and stops at the page's end
  if (period)
    return Prisma.sql`${id} = any(array(select e.id from search_entry e where ${having([kind], text, period)}))`;
  const days = isDated(kind) ? await span(kind) : null;
  if (isDated(kind) && !days) return Prisma.sql`false`;
  const ever = days ? { days, from: null, below: null } : undefined;
  return Prisma.sql`${id} in (select e.id from search_entry e where ${having([kind], text, ever)})`;
}

/** So many of the newest entries are read through before the grams are asked: enough for every word that is in one of forty. */
const readThrough = 2000;

/**
 * What to search of a dated kind, one period after another, newest first, from the record `before` back: the newest entries as they
 * lie, for common words, then days by their grams, each period three times as long as the one before.
 */
export async function searchPeriods(kind: SearchKind, before: string | null = null): Promise<Period[]> {
  const all = await span(kind);
  if (!all) return [];
  const floor = await prisma.searchEntry.findFirst({
    where: { kind, ...(before ? { id: { lt: before } } : {}) },
    orderBy: { id: "desc" },
    skip: readThrough - 1,
    select: { id: true, day: true },
  });
  const periods: Period[] = [{ days: null, from: floor?.id ?? null, below: before }];
  if (!floor) return periods;
  let to = floor.day ? dayFromDate(floor.day) : all.to;
  for (let days = 1; to >= all.from; days *= 3) {
    const start = addDays(to, 1 - days);
    const from = start < all.from ? all.from : start;
    periods.push({ days: { from, to }, from: null, below: floor.id });
    to = addDays(from, -1);
  }
  return periods;
}

const hitRow = z.array(z.object({ kind: z.enum(searchKinds), id: z.string(), text: z.string() }));
export type Found = z.infer<typeof hitRow>[number];

/** Up to `each` records of every kind with every word of the question: of dated kinds the newest, of others first what begins so. */
export async function found(
  kinds: readonly SearchKind[],
  text: string,
  cityIds: readonly string[] | undefined,
  each: number,
): Promise<Found[]> {
  const cities = cityIds ? Prisma.sql`(cardinality(e.city_ids) = 0 or e.city_ids && ${cityIds})` : Prisma.sql`true`;
  const plain = kinds.filter((kind) => !isDated(kind));
  const others = hitRow.parse(
    await prisma.$queryRaw`
      select kind, id, text from (
        select e.kind, e.id, e.text, row_number() over (partition by e.kind order by starts_with(e.text, ${wordsOf(text)[0] ?? ""}) desc, e.id desc) as place
        from search_entry e where ${having(plain, text)} and ${cities}) ranked
      where place <= ${each}::int order by kind, place`,
  );
  const dated: Found[] = [];
  for (const kind of kinds.filter(isDated)) {
    for (const period of await searchPeriods(kind)) {
      const room = each - dated.filter((hit) => hit.kind === kind).length;
      if (room <= 0) break;
      dated.push(
        ...hitRow.parse(
          await prisma.$queryRaw`
            select e.kind, e.id, e.text from search_entry e where ${having([kind], text, period)} and ${cities}
            order by e.id desc limit ${room}::int`,
        ),
      );
    }
  }
  return [...dated, ...others];
}
