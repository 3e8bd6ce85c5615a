import "server-only";
import { z } from "zod";
import { record } from "#lib/audit/steps";
import type { Actor } from "#lib/identity/schema";
import { type Fen, fen, minus, plus, sum, times, zero } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { type Day, dateOf, hour, later, minute } from "#lib/kernel/time";
import { lineCompleted, refundAfterCompletion, refundBeforeCompletion, reversalOf } from "#lib/ledger/rules";
import { lockedBalance, post } from "#lib/ledger/steps";
import { requestRefund } from "#lib/payments/steps";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { setting } from "#lib/platform/settings";
import { releaseCoupons } from "#lib/promotions/steps";
import { linesCompleted, linesShortened } from "./events";
import {
  byFunder,
  funderBalances,
  type LineShare,
  sharesBack,
  sharesLeft,
  sharesOfLines,
  stateCoupons,
} from "./funding";
import { givenBackOn } from "./queries/price-drops";
import { refundForPieces, reversedShare } from "./rules";

export type Bearer = "supplier" | "warehouse" | "driver" | "leader" | "platform" | "customer";

const amount = z.bigint().transform((v) => fen(v));
const lineRow = z.object({
  id: z.string(),
  order_id: z.string(),
  leader_id: z.string(),
  sku_id: z.string(),
  category_id: z.string(),
  pickup_point_id: z.string(),
  is_fresh: z.boolean(),
  ordered: z.number(),
  cancelled: z.number(),
  short: z.number(),
  delivered: z.number(),
  picked: z.number(),
  unclaimed: z.number(),
  returned: z.number(),
  paid_fen: amount,
  coupon_fen: amount,
  refunded_fen: amount,
  supply_price_fen: amount,
  commission_fen: amount,
  commission_reversed_fen: amount,
  commission_state: z.enum(["none", "frozen", "released", "reversed"]),
  completed_at: z.date().nullable(),
  disputed: z.boolean(),
  name: z.string(),
  order_state: z.string(),
});
type LineRow = z.infer<typeof lineRow>;

/** Locks orders, then their lines, in id order, so that two runs never wait for each other in a circle. */
async function lockLines(tx: Tx, lineIds: string[]): Promise<Map<string, LineRow>> {
  await tx.$queryRaw`
    select o.id from customer_order o where o.id in (select order_id from order_line where id = any(${lineIds})) order by o.id for update`;
  const found = z.array(lineRow).parse(
    await tx.$queryRaw`
      select l.id, l.order_id, l.leader_id, l.sku_id, l.category_id, l.pickup_point_id, l.is_fresh, l.ordered, l.cancelled, l.short, l.delivered,
        l.picked, l.unclaimed, l.returned, l.paid_fen, l.coupon_fen, l.refunded_fen, l.supply_price_fen, l.commission_fen,
        l.commission_reversed_fen, l.commission_state::text as commission_state, l.completed_at, l.disputed, l.name, o.state::text as order_state
      from order_line l join customer_order o on o.id = l.order_id
      where l.id = any(${lineIds}) order by l.id for update of l`,
  );
  return new Map(found.map((l) => [l.id, l]));
}

/** The coupon shares of lines that have any. */
const couponShares = (tx: Tx, lines: ReadonlyMap<string, LineRow>) =>
  sharesOfLines(
    tx,
    [...lines.values()].filter((l) => l.coupon_fen > 0).map((l) => l.id),
  );

type Giving = { line: LineRow; quantity: number; refund: Fen; coupon: Fen; commission: Fen };

/** What giving back `refund` fen of a line takes with it: each coupon share's and the commission's cumulative share. */
function giving(line: LineRow, shares: readonly LineShare[], quantity: number, refund: Fen): Giving {
  const refundedAfter = plus(line.refunded_fen, refund);
  return {
    line,
    quantity,
    refund,
    coupon: sum(sharesBack(shares, line.refunded_fen, refundedAfter, line.paid_fen)),
    commission: reversedShare(line.commission_fen, line.commission_reversed_fen, refundedAfter, line.paid_fen),
  };
}

async function writeRefund(
  tx: Tx,
  e: { orderId: string; cause: string; causeId: string; bearer: Bearer; parts: Giving[] },
): Promise<string | null> {
  const total = plus(...e.parts.map((p) => p.refund));
  if (total === 0) return null;
  const refundId = await requestRefund(tx, {
    orderId: e.orderId,
    amountFen: total,
    cause: e.cause,
    causeId: e.causeId,
  });
  await tx.refundLine.createMany({
    data: e.parts.map((p) => ({
      refundId,
      orderLineId: p.line.id,
      quantity: p.quantity,
      amountFen: p.refund,
      couponFen: p.coupon,
      commissionFen: p.commission,
      cause: e.cause,
      bearer: e.bearer,
      at: now(),
    })),
  });
  await tx.order.update({ where: { id: e.orderId }, data: { refundedFen: { increment: total } } });
  return refundId;
}

/**
 * Orders whose lines are all over are completed, or refunded when nothing of their price is left; of what was refunded before any
 * piece was handed over the coupons come back.
 */
async function settleOrders(tx: Tx, orderIds: string[]): Promise<void> {
  const at = now();
  const settled = await tx.$queryRaw<{ id: string; is_lost: boolean }[]>`
    update customer_order o
    set state = case when o.paid_fen > 0 and o.refunded_fen >= o.paid_fen then 'refunded'::order_state else 'completed'::order_state end,
        completed_at = coalesce(o.completed_at, ${at})
    where o.id = any(${orderIds}) and o.state in ('locked', 'inTransit', 'arrived', 'completed')
      and not exists (select 1 from order_line l where l.order_id = o.id and l.completed_at is null)
    returning o.id, o.coupon_fen > 0 and o.paid_fen > 0 and o.refunded_fen >= o.paid_fen
      and not exists (select 1 from order_line l where l.order_id = o.id and l.delivered > 0) as is_lost`;
  await releaseCoupons(
    tx,
    settled.filter((o) => o.is_lost).map((o) => o.id),
  );
}

/**
 * Takes pieces out of lines that will not be delivered: counters, refund by the cumulative share, ledger, the commission
 * to come. One refund per order and cause. Returns the refunds' ids (empty where nothing was paid).
 * Refuses: quantityExceeded (more than the line still waits for).
 */
export async function shorten(
  tx: Tx,
  actor: Actor,
  e: {
    cause: string;
    causeId: string;
    bearer: Bearer;
    kind: "cancelled" | "short";
    items: { lineId: string; quantity: number }[];
    reason?: string | null;
  },
): Promise<string[]> {
  const items = e.items.filter((i) => i.quantity > 0);
  const lines = await lockLines(
    tx,
    items.map((i) => i.lineId),
  );
  const shares = await couponShares(tx, lines);
  const drops = await givenBackOn(tx, [...lines.keys()]);
  const byOrder = new Map<string, Giving[]>();
  const at = now();
  for (const item of items) {
    const line = lines.get(item.lineId);
    if (!line) throw new Refusal("notFound");
    const givenUp = line.cancelled + line.short;
    if (line.completed_at || item.quantity > line.ordered - givenUp - line.delivered)
      throw new Refusal("quantityExceeded");
    const refund = refundForPieces(
      {
        paidFen: line.paid_fen,
        refundedFen: line.refunded_fen,
        ordered: line.ordered,
        givenUpBefore: givenUp,
        drops: drops.get(line.id) ?? [],
      },
      item.quantity,
    );
    const part = giving(line, shares.get(line.id) ?? [], item.quantity, refund);
    const isOver = givenUp + item.quantity === line.ordered;
    await tx.orderLine.update({
      where: { id: line.id },
      data: {
        ...(e.kind === "short" ? { short: { increment: item.quantity } } : { cancelled: { increment: item.quantity } }),
        refundedFen: { increment: part.refund },
        commissionReversedFen: { increment: part.commission },
        ...(isOver ? { completedAt: at, completedBy: "refund" as const, commissionState: "reversed" as const } : {}),
      },
    });
    byOrder.set(line.order_id, [...(byOrder.get(line.order_id) ?? []), part]);
  }
  const refunds: string[] = [];
  for (const [orderId, parts] of byOrder) {
    const refundId = await writeRefund(tx, { orderId, cause: e.cause, causeId: e.causeId, bearer: e.bearer, parts });
    const first = parts[0];
    if (refundId && first) {
      refunds.push(refundId);
      await post(
        tx,
        refundBeforeCompletion({
          refundId,
          orderId,
          amount: plus(...parts.map((p) => p.refund)),
          isCommitted: first.line.order_state !== "paid",
        }),
      );
    }
    await settleOrders(tx, [orderId]);
    await record(tx, actor, {
      deed: `orders.${e.kind}`,
      subjectType: "order",
      subjectId: orderId,
      after: {
        cause: e.cause,
        bearer: e.bearer,
        pieces: parts.reduce((n, p) => n + p.quantity, 0),
        refundFen: plus(...parts.map((p) => p.refund)),
      },
      reason: e.reason ?? null,
    });
  }
  await announce(tx, {
    type: linesShortened,
    subjectId: e.causeId,
    payload: {
      cause: e.cause,
      kind: e.kind,
      items: items.map((i) => ({
        ...i,
        skuId: lines.get(i.lineId)?.sku_id,
        pickupPointId: lines.get(i.lineId)?.pickup_point_id,
      })),
    },
  });
  return refunds;
}

/**
 * Gives money back for pieces that were delivered; before completion it comes out of what is committed, after it the sale,
 * the coupon's share and the commission are reversed exactly. Refuses: amountExceeded (more than is left of the line).
 */
export async function refundLine(
  tx: Tx,
  actor: Actor,
  e: { cause: string; causeId: string; lineId: string; quantity: number; amountFen: Fen; bearer: Bearer },
): Promise<{ refundId: string }> {
  const line = (await lockLines(tx, [e.lineId])).get(e.lineId);
  if (!line) throw new Refusal("notFound");
  if (e.amountFen <= 0 || e.amountFen > minus(line.paid_fen, line.refunded_fen)) throw new Refusal("amountExceeded");
  const shares = (await couponShares(tx, new Map([[line.id, line]]))).get(line.id) ?? [];
  const part = giving(line, shares, e.quantity, e.amountFen);
  const isWhole = plus(line.refunded_fen, e.amountFen) === line.paid_fen;
  const refundId = await writeRefund(tx, {
    orderId: line.order_id,
    cause: e.cause,
    causeId: e.causeId,
    bearer: e.bearer,
    parts: [part],
  });
  if (!refundId) throw new Refusal("amountExceeded");
  if (line.completed_at) {
    const isReleased = line.commission_state === "released";
    const available =
      isReleased && part.commission > 0 ? await lockedBalance(tx, `leaderAvailable:${line.leader_id}`) : zero;
    const commission = reversalOf({ leaderId: line.leader_id, amount: part.commission, isReleased, available });
    const after = plus(line.refunded_fen, e.amountFen);
    const back = byFunder(shares, sharesBack(shares, line.refunded_fen, after, line.paid_fen));
    const funders = (await funderBalances(tx).giveBack(back.others)).map((f) =>
      f.funder === "leader" && f.funderId === line.leader_id
        ? { ...f, owed: plus(f.owed, commission.fromReceivable) }
        : f,
    );
    const { order_id: orderId } = line;
    await post(
      tx,
      refundAfterCompletion({ refundId, orderId, amount: e.amountFen, coupon: back.platform, commission, funders }),
    );
    const { id: lineId, name } = line;
    await stateCoupons(tx, -1, [
      {
        lineId,
        orderId,
        name,
        quantity: e.quantity,
        journalKey: `rf:${refundId}`,
        sourceId: refundId,
        parts: back.others,
      },
    ]);
  } else {
    await post(
      tx,
      refundBeforeCompletion({
        refundId,
        orderId: line.order_id,
        amount: e.amountFen,
        isCommitted: line.order_state !== "paid",
      }),
    );
  }
  await tx.orderLine.update({
    where: { id: line.id },
    data: {
      refundedFen: { increment: e.amountFen },
      commissionReversedFen: { increment: part.commission },
      ...(isWhole && line.commission_state === "frozen" ? { commissionState: "reversed" as const } : {}),
    },
  });
  await settleOrders(tx, [line.order_id]);
  await record(tx, actor, {
    deed: "refunds.make",
    subjectType: "order",
    subjectId: line.order_id,
    after: {
      lineId: line.id,
      cause: e.cause,
      bearer: e.bearer,
      amountFen: e.amountFen,
      commissionFen: part.commission,
    },
  });
  return { refundId };
}

/** Pieces handed to the leader. Refuses: quantityExceeded. */
export async function deliverLines(tx: Tx, items: { lineId: string; quantity: number }[]): Promise<void> {
  const wanted = items.filter((i) => i.quantity > 0);
  if (wanted.length === 0) return;
  const done = await tx.$executeRaw`
    update order_line l set delivered = l.delivered + x.quantity
    from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as x("lineId" text, quantity int)
    where l.id = x."lineId" and l.cancelled + l.short + l.delivered + x.quantity <= l.ordered`;
  if (done !== wanted.length) throw new Refusal("quantityExceeded");
}

const waitingAt = (pointIds: string[], pickupDay: Day) => ({
  pickupPointId: { in: pointIds },
  pickupDay: dateOf(pickupDay),
});

/** The van has left with the orders of these points. */
export async function loadOrders(tx: Tx, pointIds: string[], pickupDay: Day): Promise<void> {
  await tx.order.updateMany({
    where: { ...waitingAt(pointIds, pickupDay), state: "locked" },
    data: { state: "inTransit" },
  });
}

/** The goods of one point are there: its orders wait to be picked up. Returns the orders' ids. */
export async function arriveOrders(tx: Tx, pointId: string, pickupDay: Day): Promise<string[]> {
  const orders = await tx.order.findMany({
    where: { ...waitingAt([pointId], pickupDay), state: { in: ["locked", "inTransit"] } },
    select: { id: true },
  });
  const ids = orders.map((o) => o.id);
  await tx.order.updateMany({
    where: { id: { in: ids }, state: { in: ["locked", "inTransit"] } },
    data: { state: "arrived", arrivedAt: now() },
  });
  return ids;
}

/** Pieces handed to the resident: guarded, so the same piece is never handed over twice. Refuses: quantityExceeded. */
export async function pickLines(tx: Tx, items: { lineId: string; quantity: number }[]): Promise<void> {
  const wanted = items.filter((i) => i.quantity > 0);
  await lockLines(
    tx,
    wanted.map((i) => i.lineId),
  );
  const done = await tx.$executeRaw`
    update order_line l set picked = l.picked + x.quantity
    from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as x("lineId" text, quantity int)
    where l.id = x."lineId" and l.completed_at is null and l.picked + l.unclaimed + l.returned + x.quantity <= l.delivered`;
  if (done !== wanted.length) throw new Refusal("quantityExceeded");
}

/** Pieces nobody came for, by the published policy: kept for the resident's account (unclaimed) or taken back (returned). */
export async function leaveLines(
  tx: Tx,
  items: { lineId: string; quantity: number; as: "unclaimed" | "returned" }[],
): Promise<void> {
  const wanted = items.filter((i) => i.quantity > 0);
  await lockLines(
    tx,
    wanted.map((i) => i.lineId),
  );
  const done = await tx.$executeRaw`
    update order_line l set unclaimed = l.unclaimed + case when x."as" = 'unclaimed' then x.quantity else 0 end,
      returned = l.returned + case when x."as" = 'returned' then x.quantity else 0 end
    from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as x("lineId" text, quantity int, "as" text)
    where l.id = x."lineId" and l.completed_at is null and l.picked + l.unclaimed + l.returned + x.quantity <= l.delivered`;
  if (done !== wanted.length) throw new Refusal("quantityExceeded");
}

/**
 * Lines are over: the sale and its cost are booked and the commission is frozen. What was delivered and not accounted for
 * counts as picked when a person scanned it or when the clock says so. Lines already over are left alone.
 * Returns the lines completed now. Refuses: quantityExceeded (a line still waits for pieces).
 */
export async function completeLines(
  tx: Tx,
  actor: Actor,
  lineIds: string[],
  by: "scan" | "clock" | "uncollected",
): Promise<string[]> {
  const lines = await lockLines(tx, lineIds);
  const at = now();
  const freezeMs =
    (await setting(tx, "commissionFreezeDays")) * 24 * hour + (await setting(tx, "commissionFreezeMinutes")) * minute;
  const categories = new Map(
    (await tx.category.findMany({ select: { id: true, afterSaleHours: true } })).map((c) => [c.id, c.afterSaleHours]),
  );
  const shares = await couponShares(tx, lines);
  const balances = funderBalances(tx);
  const stated: Parameters<typeof stateCoupons>[2][number][] = [];
  const windows = new Map<string, number>();
  for (const line of lines.values()) {
    windows.set(line.order_id, Math.max(windows.get(line.order_id) ?? 0, categories.get(line.category_id) ?? 24));
  }
  const done: string[] = [];
  const journals = [];
  const ended: {
    id: string;
    picked: number;
    unclaimed: number;
    commission_state: string;
    after_sale_until: Date;
    release_at: Date;
  }[] = [];
  for (const line of lines.values()) {
    if (line.completed_at) continue;
    const open = line.ordered - line.cancelled - line.short - line.delivered;
    if (open > 0) throw new Refusal("quantityExceeded");
    const rest = line.delivered - line.picked - line.unclaimed - line.returned;
    const until = later(at, (categories.get(line.category_id) ?? 24) * hour);
    const longest = later(at, (windows.get(line.order_id) ?? 24) * hour);
    const frozenUntil = later(at, freezeMs);
    const commission = minus(line.commission_fen, line.commission_reversed_fen);
    const its = shares.get(line.id) ?? [];
    const left = byFunder(its, sharesLeft(its, line.refunded_fen, line.paid_fen));
    stated.push({
      lineId: line.id,
      orderId: line.order_id,
      name: line.name,
      quantity: line.delivered,
      journalKey: `done:${line.id}`,
      sourceId: line.id,
      parts: left.others,
    });
    journals.push(
      lineCompleted({
        lineId: line.id,
        orderId: line.order_id,
        leaderId: line.leader_id,
        paid: minus(line.paid_fen, line.refunded_fen),
        coupon: left.platform,
        funders: await balances.charge(left.others),
        cost: times(line.supply_price_fen, line.delivered - line.returned),
        commission,
      }),
    );
    ended.push({
      id: line.id,
      picked: by === "uncollected" ? 0 : rest,
      unclaimed: by === "uncollected" ? rest : 0,
      commission_state: commission > 0 ? "frozen" : "reversed",
      after_sale_until: until,
      release_at: frozenUntil > longest ? frozenUntil : longest,
    });
    done.push(line.id);
  }
  await post(tx, ...journals);
  await stateCoupons(tx, 1, stated);
  await tx.$executeRaw`
    update order_line l set picked = l.picked + x.picked, unclaimed = l.unclaimed + x.unclaimed, completed_at = ${at}, completed_by = ${by}::completed_by,
      commission_state = x.commission_state::commission_state, after_sale_until = x.after_sale_until, release_at = x.release_at
    from jsonb_to_recordset(${JSON.stringify(ended)}::jsonb)
      as x(id text, picked int, unclaimed int, commission_state text, after_sale_until timestamptz, release_at timestamptz)
    where l.id = x.id`;
  await settleOrders(tx, [...new Set([...lines.values()].map((l) => l.order_id))]);
  if (done.length > 0) {
    await record(
      tx,
      actor,
      ...[...new Set([...lines.values()].filter((l) => done.includes(l.id)).map((l) => l.order_id))].map((orderId) => ({
        deed: "orders.complete",
        subjectType: "order",
        subjectId: orderId,
        after: { by },
      })),
    );
    await announce(tx, { type: linesCompleted, subjectId: done[0] ?? "", payload: { lineIds: done, by } });
  }
  return done;
}

/** A case about the line is open (or closed again): while it is, the clock neither completes it nor releases its commission. */
export async function setDisputed(tx: Tx, lineId: string, disputed: boolean): Promise<void> {
  await tx.orderLine.update({ where: { id: lineId }, data: { disputed } });
}

/** When the clock may complete what was delivered (see completeLines). */
export async function planCompletion(tx: Tx, items: { lineId: string; at: Date }[]): Promise<void> {
  await tx.$executeRaw`
    update order_line l set completes_at = x.at
    from jsonb_to_recordset(${JSON.stringify(items)}::jsonb) as x("lineId" text, at timestamptz)
    where l.id = x."lineId" and l.completed_at is null`;
}
