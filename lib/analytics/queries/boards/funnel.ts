import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import type { Actor } from "#lib/identity/schema";
import { type Day, dateOf } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";
import type { Funnel } from "../../schema/boards";
import { fulfilmentSteps } from "../fulfilment";
import { narrowing } from "../sources";

const received = z.array(z.object({ received: z.number() }));
const moved = z.array(z.object({ loaded: z.number(), arrived: z.number(), signed: z.number(), short: z.number() }));

/** The way of the goods of these pickup days, in pieces. What is loaded was expected; a rounded-up case counts as far as it was needed. Refuses: forbidden. */
export async function funnel(actor: Actor, q: { from: Day; to: Day; cityId?: string | undefined }): Promise<Funnel> {
  const here = (table: string) =>
    Prisma.sql`${Prisma.raw(`${table}.pickup_day`)} >= ${dateOf(q.from)}::date and ${Prisma.raw(`${table}.pickup_day`)} <= ${dateOf(q.to)}::date
        and ${narrowing(actor, { cityId: q.cityId }, { city: Prisma.raw(`${table}.city_id`) })}`;
  const [days, bought, sent] = await Promise.all([
    fulfilmentSteps(actor, q),
    prisma.$queryRaw`
      select coalesce(sum(least(l.needed, l.from_remainder + l.accepted)) filter (where l.is_received or l.pieces = 0), 0)::int as received
      from purchase_order p join purchase_order_line l on l.purchase_order_id = p.id
      where ${here("p")} and p.state <> 'cancelled'`,
    prisma.$queryRaw`
      select coalesce(sum(l.expected) filter (where d.loaded_at is not null), 0)::int as loaded,
        coalesce(sum(l.expected) filter (where d.arrived_at is not null), 0)::int as arrived,
        coalesce(sum(l.signed), 0)::int as signed, coalesce(sum(l.short + l.damaged), 0)::int as short
      from delivery d join delivery_line l on l.delivery_id = d.id
      where ${here("d")}`,
  ]);
  const total = (of: (r: (typeof days)[number]) => number) => days.reduce((n, r) => n + of(r), 0);
  const [came] = received.parse(bought);
  const [went] = moved.parse(sent);
  const short = total((r) => r.short);
  const shortAtPoint = went?.short ?? 0;
  return {
    pieces: {
      paid: total((r) => r.ordered - r.cancelled),
      received: came?.received ?? 0,
      loaded: went?.loaded ?? 0,
      arrived: went?.arrived ?? 0,
      signed: went?.signed ?? 0,
      picked: total((r) => r.picked),
    },
    lost: {
      shortAtReceipt: Math.max(0, short - shortAtPoint),
      shortAtPoint,
      unclaimed: total((r) => r.unclaimed),
      returned: total((r) => r.returned),
    },
  };
}
