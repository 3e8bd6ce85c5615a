import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { authorise, sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { fen, minus } from "#lib/kernel/money";
import { type Page, pageOf, readCursor } from "#lib/kernel/page";
import { Refusal } from "#lib/kernel/refusal";
import { addDays, type Day, dateOf, dayFromDate, zone } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { maskName } from "#lib/platform/pii";
import { readSearch } from "../rules";
import type { LeaderToday, PickupBundle } from "../schema";
import { lineOf, scopeWhere, toRows } from "./deliveries";

const bundleRow = z.object({
  resident_id: z.string(),
  pickup_point_id: z.string(),
  point_name: z.string(),
  pickup_day: z.date(),
  contact_name: z.string(),
  phone_tail: z.string(),
  code: z.string().nullable(),
  bag_no: z.number().nullable(),
  line_id: z.string(),
  order_id: z.string(),
  name: z.string(),
  spec: z.string(),
  unit: z.string(),
  picture: z.string(),
  is_fresh: z.boolean(),
  ordered: z.number(),
  delivered: z.number(),
  picked: z.number(),
  remaining: z.number(),
  undelivered: z.number(),
  paid_fen: z.bigint(),
  is_marked: z.boolean(),
});

/** How far back goods may still wait at a point; those of tomorrow may have come early. */
const keptDays = 7;

async function bundles(pointIds: string[], narrow: Prisma.Sql, limit: number): Promise<PickupBundle[]> {
  if (pointIds.length === 0) return [];
  const day = today();
  const rows = z.array(bundleRow).parse(
    await prisma.$queryRaw`
      select l.resident_id, l.pickup_point_id, p.name as point_name, l.pickup_day, o.contact_name, o.phone_tail, c.code, c.bag_no, l.id as line_id, l.order_id,
        l.name, l.spec, l.unit, l.picture, l.is_fresh, l.ordered, l.delivered, l.picked, l.paid_fen,
        l.delivered - l.picked - l.unclaimed - l.returned as remaining, l.ordered - l.cancelled - l.short - l.delivered as undelivered,
        m.order_line_id is not null as is_marked
      from order_line l
      join customer_order o on o.id = l.order_id
      join pickup_point p on p.id = l.pickup_point_id
      left join pickup_code c on c.resident_id = l.resident_id and c.pickup_point_id = l.pickup_point_id and c.pickup_day = l.pickup_day
      left join uncollected_mark m on m.order_line_id = l.id and m.settled_at is null
      where l.pickup_point_id = any(${pointIds}) and l.completed_at is null and l.pickup_day between ${dateOf(addDays(day, -keptDays))}::date and ${dateOf(addDays(day, 1))}::date
        and o.state in ('locked', 'inTransit', 'arrived') and l.ordered > l.cancelled + l.short + l.picked and ${narrow}
      order by l.pickup_day desc, c.bag_no nulls last, l.resident_id, l.name limit ${limit}`,
  );
  const found = new Map<string, PickupBundle>();
  for (const r of rows) {
    const key = `${r.pickup_point_id} ${dayFromDate(r.pickup_day)} ${r.resident_id}`;
    const bundle: PickupBundle = found.get(key) ?? {
      residentId: r.resident_id,
      pickupPointId: r.pickup_point_id,
      pointName: r.point_name,
      pickupDay: dayFromDate(r.pickup_day),
      name: maskName(r.contact_name),
      phoneTail: r.phone_tail,
      code: r.code,
      bagNo: r.bag_no,
      orders: 0,
      pieces: 0,
      waiting: 0,
      isMarked: false,
      lines: [],
    };
    bundle.lines.push({
      lineId: r.line_id,
      orderId: r.order_id,
      name: r.name,
      spec: r.spec,
      unit: r.unit,
      picture: r.picture,
      isFresh: r.is_fresh,
      ordered: r.ordered,
      delivered: r.delivered,
      picked: r.picked,
      remaining: r.remaining,
      paidFen: fen(r.paid_fen),
      isMarked: r.is_marked,
    });
    bundle.pieces += r.remaining;
    bundle.waiting += r.undelivered;
    bundle.isMarked ||= r.is_marked;
    bundle.orders = new Set(bundle.lines.map((l) => l.orderId)).size;
    found.set(key, bundle);
  }
  return [...found.values()];
}

/** There to be collected; what is reported missing waits for the decision instead. */
const waitingNow = Prisma.sql`l.delivered > l.picked + l.unclaimed + l.returned and not l.disputed`;

/** The points an actor hands goods over at: a leader her own; the desk the one it names. */
async function servedPoints(actor: Actor, pointId?: string): Promise<string[]> {
  if (actor.kind === "leader" && actor.leaderId) {
    const own = (await prisma.pickupPoint.findMany({ where: { leaderId: actor.leaderId }, select: { id: true } })).map(
      (p) => p.id,
    );
    if (pointId && !own.includes(pointId)) throw new Refusal("notFound");
    return pointId ? [pointId] : own;
  }
  const point = pointId ? await prisma.pickupPoint.findUnique({ where: { id: pointId } }) : null;
  if (!point) throw new Refusal("notFound");
  authorise(actor, "pickups.verify", { leaderId: point.leaderId, cityId: point.cityId });
  return [point.id];
}

export type PickupSearch = { found: PickupBundle[]; collectedAt: Date | null };

/**
 * Who is meant by a code, phone tail, bag number or part of a name, with what waits for her; `collectedAt` says when the goods of
 * a code were handed over already. Refuses: notFound, forbidden.
 */
export async function findPickups(actor: Actor, e: { q: string; pickupPointId?: string }): Promise<PickupSearch> {
  authorise(actor, "pickups.verify");
  const points = await servedPoints(actor, e.pickupPointId);
  const search = readSearch(e.q);
  if (!search || points.length === 0) return { found: [], collectedAt: null };
  const { kind, value } = search;
  const pattern = `%${value.replace(/[\\%_]/g, "\\$&")}%`;
  const narrow =
    kind === "code"
      ? Prisma.sql`c.code = ${value}`
      : kind === "phone"
        ? Prisma.sql`o.phone_tail = ${value}`
        : kind === "bag"
          ? Prisma.sql`c.bag_no = ${Number(value)}`
          : Prisma.sql`o.contact_name ilike ${pattern}`;
  const found = await bundles(points, narrow, 300);
  if (found.length > 0 || kind !== "code") return { found, collectedAt: null };
  const code = await prisma.pickupCode.findFirst({
    where: { pickupPointId: { in: points }, code: value },
    orderBy: { pickupDay: "desc" },
  });
  const last = code
    ? await prisma.verification.findFirst({
        where: { residentId: code.residentId, pickupPointId: code.pickupPointId, pickupDay: code.pickupDay },
        orderBy: { id: "desc" },
        select: { at: true },
      })
    : null;
  return { found, collectedAt: last?.at ?? null };
}

/** Everybody who still has something to collect at the points an actor serves. Refuses: notFound, forbidden. */
export async function uncollected(actor: Actor, pickupPointId?: string): Promise<PickupBundle[]> {
  authorise(actor, "pickups.verify");
  return bundles(await servedPoints(actor, pickupPointId), waitingNow, 2000);
}

const countRow = z.object({
  residents: z.coerce.number(),
  pieces: z.coerce.number(),
  picked_residents: z.coerce.number(),
  picked_pieces: z.coerce.number(),
});
const releaseRow = z.object({ amount: z.coerce.number(), at: z.date() });
const bySession = z.object({
  sale_session_id: z.string(),
  pickup_point_id: z.string(),
  pickup_day: z.date(),
  residents: z.coerce.number(),
  orders: z.coerce.number(),
  waiting: z.coerce.number(),
});

/** A leader's day: what she earns next, what to sign, how pickup goes, who has not come. Refuses: forbidden. */
export async function leaderToday(actor: Actor): Promise<LeaderToday> {
  authorise(actor, "pickups.verify");
  const leaderId = actor.leaderId ?? "";
  const day = today();
  const points = await servedPoints(actor);
  const found = await prisma.delivery.findMany({
    where: {
      AND: [
        scopeWhere(actor),
        { pieces: { gt: 0 } },
        {
          OR: [
            { pickupDay: dateOf(day) },
            {
              pickupDay: { gte: dateOf(addDays(day, -keptDays)), lte: dateOf(addDays(day, 1)) },
              state: { not: "signed" },
            },
          ],
        },
      ],
    },
    include: { lines: { orderBy: [{ name: "asc" }, { id: "asc" }] } },
    orderBy: [{ pickupDay: "asc" }, { id: "asc" }],
  });
  const [rows, left, counts, releases, frozen, people] = await Promise.all([
    toRows(found),
    bundles(points, waitingNow, 1000),
    prisma.$queryRaw`
      select count(distinct l.resident_id) as residents, coalesce(sum(l.ordered - l.cancelled - l.short), 0) as pieces,
        count(distinct l.resident_id) filter (where l.picked > 0) as picked_residents, coalesce(sum(l.picked), 0) as picked_pieces
      from order_line l join customer_order o on o.id = l.order_id
      where l.pickup_point_id = any(${points}) and l.pickup_day = ${dateOf(day)}::date and o.state in ('locked', 'inTransit', 'arrived', 'completed', 'refunded')
        and l.ordered > l.cancelled + l.short`,
    prisma.$queryRaw`
      select sum(l.commission_fen - l.commission_reversed_fen) as amount, min(l.release_at) as at from order_line l
      where l.leader_id = ${leaderId} and l.commission_state = 'frozen' and not l.disputed
      group by (l.release_at at time zone ${zone})::date order by 2 limit 1`,
    prisma.orderLine.aggregate({
      where: { leaderId, commissionState: "frozen" },
      _sum: { commissionFen: true, commissionReversedFen: true },
    }),
    prisma.$queryRaw`
      select l.sale_session_id, l.pickup_point_id, l.pickup_day, count(distinct l.resident_id) as residents, count(distinct l.order_id) as orders,
        count(distinct l.resident_id) filter (where l.completed_at is null) as waiting
      from order_line l join delivery v on v.sale_session_id = l.sale_session_id and v.pickup_point_id = l.pickup_point_id and v.pickup_day = l.pickup_day
      where v.id = any(${found.map((d) => d.id)}) and l.ordered > l.cancelled + l.short group by 1, 2, 3`,
  ]);
  const [count] = z.array(countRow).parse(counts);
  const [release] = z.array(releaseRow).parse(releases);
  const sizes = new Map(
    z
      .array(bySession)
      .parse(people)
      .map((s) => [`${s.sale_session_id} ${s.pickup_point_id} ${dayFromDate(s.pickup_day)}`, s]),
  );
  return {
    day,
    next: release && release.amount > 0 ? { amountFen: fen(release.amount), at: release.at } : null,
    frozenFen: minus(fen(frozen._sum.commissionFen ?? 0n), fen(frozen._sum.commissionReversedFen ?? 0n)),
    deliveries: rows.map((r, i) => {
      const d = found[i];
      const size = sizes.get(`${r.saleSessionId} ${r.pickupPointId} ${r.pickupDay}`);
      return {
        ...r,
        lines: (d?.lines ?? []).filter((l) => l.expected > 0).map(lineOf),
        notifiedAt: d?.notifiedAt ?? null,
        remindedAt: d?.remindedAt ?? null,
        residents: size?.residents ?? 0,
        orders: size?.orders ?? 0,
        waiting: size?.waiting ?? 0,
      };
    }),
    pickup: {
      residents: count?.residents ?? 0,
      pieces: count?.pieces ?? 0,
      pickedResidents: count?.picked_residents ?? 0,
      pickedPieces: count?.picked_pieces ?? 0,
    },
    uncollected: left,
  };
}

export type VerificationRow = {
  id: string;
  at: Date;
  pickupPointId: string;
  pickupDay: Day;
  name: string;
  pieces: number;
  method: string;
};

/** Hand-overs at the points an actor serves, newest first, keyset-paged. Refuses: notFound, forbidden. */
export async function verifications(
  actor: Actor,
  e: { pickupPointId?: string; cursor?: string | null; limit?: number },
): Promise<Page<VerificationRow>> {
  sees(actor, "fulfilment.see");
  const limit = e.limit ?? 20;
  const after = readCursor(e.cursor)?.[0];
  const found = await prisma.verification.findMany({
    where: {
      pickupPointId: { in: await servedPoints(actor, e.pickupPointId) },
      ...(typeof after === "string" ? { id: { lt: after } } : {}),
    },
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  const answer = z.object({ name: z.string().default("") });
  return pageOf(
    found.map((v) => ({
      id: v.id,
      at: v.at,
      pickupPointId: v.pickupPointId,
      pickupDay: dayFromDate(v.pickupDay),
      name: answer.parse(v.lines).name,
      pieces: v.pieces,
      method: v.method,
    })),
    limit,
    (v) => [v.id],
  );
}
