import "server-only";
import { Prisma } from "#lib/generated/prisma/client";
import { isPhone } from "#lib/kernel/check";
import type { Period } from "#lib/platform/list";
import { blindIndex } from "#lib/platform/pii";
import { searched, searchPeriods } from "#lib/search/queries";
import { wholeId } from "#lib/search/rules";

/** What people say or copy: a number with an index of its own. Null: words for the search table. */
function said(text: string): Prisma.Sql | null {
  const needle = text.toLowerCase();
  const coded = Prisma.sql`
    select x.id from pickup_code c join customer_order x on x.resident_id = c.resident_id and x.pickup_point_id = c.pickup_point_id and x.pickup_day = c.pickup_day
    where c.code = ${text}`;
  const whole = wholeId(text);
  if (whole) return Prisma.sql`o.id = ${whole}`;
  if (isPhone(text))
    return Prisma.sql`o.resident_id in (select r.id from resident r where r.phone_index = ${blindIndex(text)})`;
  if (/^\d{4}$/.test(text))
    return Prisma.sql`o.id = any(array(select t.id from customer_order t where t.phone_tail = ${text} union all ${coded}))`;
  if (/^\d{6}$/.test(text)) return Prisma.sql`o.id = any(array(${coded}))`;
  // five letters without a digit are more likely pinyin than the end of a number; the search table knows both
  if (/^(?=.*\d)[0-9a-z]{5}$/.test(needle)) return Prisma.sql`right(o.id, 5) = ${needle}`;
  return null;
}

/** Orders by a whole id, an order's or phone's tail, a phone, a pickup code, else by name, pinyin and goods. */
export const orderSearch = (text: string, period?: Period): Prisma.Sql | Promise<Prisma.Sql> =>
  said(text) ?? searched("order", Prisma.sql`o.id`, text, period);

/** Words are searched day by day; a number is found at once. */
export const orderPeriods = async (text: string, before: string | null): Promise<(Period | undefined)[]> =>
  said(text) ? [undefined] : searchPeriods("order", before);
