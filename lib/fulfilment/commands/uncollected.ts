import "server-only";
import { z } from "zod";
import { record } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { type Fen, fen, times } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { clockText, dayFromDate, minute } from "#lib/kernel/time";
import { claimRaised } from "#lib/ledger/rules";
import { lockedBalance, post } from "#lib/ledger/steps";
import { say } from "#lib/notifications/steps";
import { givenBackOn } from "#lib/orders/queries/price-drops";
import { refundForPieces } from "#lib/orders/rules";
import { completeLines, leaveLines, refundLine } from "#lib/orders/steps";
import { now } from "#lib/platform/clock";
import { prisma, type Tx, transact } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { setting } from "#lib/platform/settings";
import { raiseClaim } from "#lib/suppliers/steps";
import words from "#lib/words/fulfilment.zh";
import { goodsReturned } from "../events";
import { uncollectedDue, uncollectedOutcome } from "../rules";

/**
 * Says of lines that nobody came for them; until the policy's deadline they can still be collected, then it is applied once.
 * Lines already collected or marked are left alone. Returns how many are marked now. Refuses: notFound, forbidden.
 */
export async function markUncollected(actor: Actor, input: { lineId: string[] }): Promise<number> {
  return transact(async (tx) => {
    const lines = await tx.orderLine.findMany({ where: { id: { in: input.lineId } } });
    if (lines.length === 0) throw new Refusal("notFound");
    const points = new Map(
      (await tx.pickupPoint.findMany({ where: { id: { in: lines.map((l) => l.pickupPointId) } } })).map((p) => [
        p.id,
        p,
      ]),
    );
    const categories = new Map(
      (await tx.category.findMany({ where: { id: { in: lines.map((l) => l.categoryId) } } })).map((c) => [c.id, c]),
    );
    const freshHours = await setting(tx, "uncollectedFreshHours");
    const dryDays = await setting(tx, "uncollectedDryDays");
    const at = now();
    let marked = 0;
    for (const line of lines) {
      const point = points.get(line.pickupPointId);
      const category = categories.get(line.categoryId);
      if (!point || !category) throw new Refusal("notFound");
      authorise(actor, "pickups.verify", { leaderId: point.leaderId, cityId: point.cityId });
      const rest = line.delivered - line.picked - line.unclaimed - line.returned;
      if (rest <= 0 || line.completedAt) continue;
      const dueAt = uncollectedDue({
        pickupDay: dayFromDate(line.pickupDay),
        closesAt: point.closesAt,
        isFresh: line.isFresh,
        freshHours,
        dryDays,
      });
      const made = await tx.uncollectedMark.createMany({
        data: {
          orderLineId: line.id,
          pickupPointId: point.id,
          cityId: point.cityId,
          quantity: rest,
          policy: category.uncollectedPolicy,
          bearer: category.uncollectedBearer,
          markedAt: at,
          markedBy: actor.id,
          dueAt,
        },
        skipDuplicates: true,
      });
      if (made.count === 0) continue;
      marked++;
      await record(tx, actor, {
        deed: "pickups.markUncollected",
        subjectType: "order",
        subjectId: line.orderId,
        after: {
          lineId: line.id,
          quantity: rest,
          policy: category.uncollectedPolicy,
          bearer: category.uncollectedBearer,
          dueAt,
        },
      });
    }
    return marked;
  });
}

/** Applies the policy to a marked line whose deadline has passed. False when it still waits, is disputed or is settled. */
export async function settleUncollected(actor: Actor, orderLineId: string): Promise<boolean> {
  return transact(async (tx) => {
    const at = now();
    await tx.$queryRaw`select id from customer_order where id = (select order_id from order_line where id = ${orderLineId}) for update`;
    const mark = await tx.uncollectedMark.findUnique({ where: { orderLineId } });
    if (!mark || mark.settledAt || mark.dueAt > at) return false;
    authorise(actor, "pickups.verify", { cityId: mark.cityId });
    const line = await tx.orderLine.findUniqueOrThrow({
      where: { id: orderLineId },
      include: { order: { select: { warehouseId: true } } },
    });
    if (line.disputed) return false;
    const rest = line.delivered - line.picked - line.unclaimed - line.returned;
    const outcome = rest <= 0 || line.completedAt ? ("collected" as const) : uncollectedOutcome(mark);
    const cost = times(fen(line.supplyPriceFen), Math.max(0, rest));
    if (outcome === "refunded" || outcome === "returned") {
      const amount = refundForPieces(
        {
          paidFen: fen(line.paidFen),
          refundedFen: fen(line.refundedFen),
          ordered: line.ordered,
          givenUpBefore: line.cancelled + line.short,
          drops: (await givenBackOn(tx, [line.id])).get(line.id) ?? [],
        },
        rest,
      );
      if (amount > 0)
        await refundLine(tx, actor, {
          cause: "uncollected",
          causeId: line.id,
          lineId: line.id,
          quantity: rest,
          amountFen: amount,
          bearer: mark.bearer,
        });
    }
    if (outcome === "returned") {
      await leaveLines(tx, [{ lineId: line.id, quantity: rest, as: "returned" }]);
      await announce(tx, {
        type: goodsReturned,
        subjectId: line.id,
        payload: {
          supplierId: line.supplierId,
          skuId: line.skuId,
          warehouseId: line.order.warehouseId,
          quantity: rest,
          costFen: cost,
        },
      });
    }
    if (outcome !== "collected") await completeLines(tx, actor, [line.id], "uncollected");
    if (outcome === "refunded") await charge(tx, actor, { bearer: mark.bearer, line, quantity: rest, cost });
    await tx.uncollectedMark.update({ where: { orderLineId }, data: { settledAt: at, outcome } });
    await record(tx, actor, {
      deed: "pickups.settleUncollected",
      subjectType: "order",
      subjectId: line.orderId,
      after: { lineId: line.id, quantity: rest, outcome, bearer: mark.bearer },
    });
    return true;
  });
}

/** The written-off pieces are cost of sales by now; a bearer outside the house owes their cost. */
async function charge(
  tx: Tx,
  actor: Actor,
  e: {
    bearer: string;
    line: { id: string; leaderId: string; supplierId: string; name: string; spec: string };
    quantity: number;
    cost: Fen;
  },
) {
  if (e.cost === 0) return;
  if (e.bearer === "supplier") {
    await raiseClaim(tx, actor, {
      supplierId: e.line.supplierId,
      kind: "quality",
      amountFen: e.cost,
      quantity: e.quantity,
      sourceType: "uncollected",
      sourceId: e.line.id,
      evidence: { name: e.line.name, spec: e.line.spec, quantity: e.quantity },
    });
  } else if (e.bearer === "leader") {
    await post(
      tx,
      claimRaised({
        claimId: e.line.id,
        amount: e.cost,
        bearer: {
          bearer: "leader",
          leaderId: e.line.leaderId,
          available: await lockedBalance(tx, `leaderAvailable:${e.line.leaderId}`),
        },
      }),
    );
  } else if (e.bearer === "driver") {
    await post(tx, claimRaised({ claimId: e.line.id, amount: e.cost, bearer: { bearer: "driver" } }));
  }
}

/** Lines the clock completes now: delivered, not disputed, not marked uncollected. Works in batches; returns how many lines. */
export async function completeDue(actor: Actor, limit = 500): Promise<number> {
  authorise(actor, "pickups.verify");
  const due = z.array(z.object({ id: z.string() })).parse(
    await prisma.$queryRaw`
      select l.id from order_line l
      where l.completed_at is null and l.completes_at <= ${now()} and not l.disputed and l.delivered > 0
        and l.ordered = l.cancelled + l.short + l.delivered
        and not exists (select 1 from uncollected_mark m where m.order_line_id = l.id and m.settled_at is null)
      order by l.order_id, l.id limit ${limit}`,
  );
  let done = 0;
  for (let i = 0; i < due.length; i += 100) {
    const ids = due.slice(i, i + 100).map((r) => r.id);
    done += (await transact((tx) => completeLines(tx, actor, ids, "clock"), { timeoutMs: 60_000 })).length;
  }
  return done;
}

const waitingRow = z.object({
  resident_id: z.string(),
  openid: z.string(),
  pieces: z.coerce.number(),
  code: z.string().nullable(),
});

/** Residents with pieces to collect in a delivery, with their channel address. */
const waiting = async (tx: Tx, d: { saleSessionId: string; pickupPointId: string; pickupDay: Date }) =>
  z.array(waitingRow).parse(
    await tx.$queryRaw`
      select l.resident_id, min(r.openid) as openid, min(c.code) as code,
        sum(case when l.delivered > 0 then l.delivered - l.picked - l.unclaimed - l.returned else l.ordered - l.cancelled - l.short end) as pieces
      from order_line l join resident r on r.id = l.resident_id join customer_order o on o.id = l.order_id
      left join pickup_code c on c.resident_id = l.resident_id and c.pickup_point_id = l.pickup_point_id and c.pickup_day = l.pickup_day
      where l.sale_session_id = ${d.saleSessionId} and l.pickup_point_id = ${d.pickupPointId} and l.pickup_day = ${d.pickupDay}::date
        and l.completed_at is null and o.state in ('locked', 'inTransit', 'arrived')
      group by l.resident_id
      having sum(case when l.delivered > 0 then l.delivered - l.picked - l.unclaimed - l.returned else l.ordered - l.cancelled - l.short end) > 0
      order by l.resident_id`,
  );

const fill = (sentence: string, facts: Record<string, string | number>): string =>
  sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? ""));

/** How long a point waits before it reminds again. */
const remindAgainMinutes = 30;

/**
 * One tap tells every resident of a delivery that her goods have arrived; a later tap reminds who has not come yet, at most
 * every 30 minutes. Returns how many were told. Refuses: notFound, forbidden, notArrived, tooManyRequests.
 */
export async function tellResidents(actor: Actor, input: { id: string }): Promise<number> {
  return transact(async (tx) => {
    await tx.$queryRaw`select id from delivery where id = ${input.id} for update`;
    const delivery = await tx.delivery.findUnique({ where: { id: input.id } });
    if (!delivery) throw new Refusal("notFound");
    authorise(actor, "pickups.verify", { leaderId: delivery.leaderId, cityId: delivery.cityId });
    if (delivery.state !== "arrived" && delivery.state !== "signed") throw new Refusal("notArrived");
    const at = now();
    const last = delivery.remindedAt ?? delivery.notifiedAt;
    if (last && at.getTime() - last.getTime() < remindAgainMinutes * minute && actor.kind !== "system")
      throw new Refusal("tooManyRequests");
    const point = await tx.pickupPoint.findUniqueOrThrow({ where: { id: delivery.pickupPointId } });
    const residents = await waiting(tx, delivery);
    // the clock only ever reminds; the notice of arrival is the leader's
    const isFirst = delivery.notifiedAt === null && actor.kind !== "system";
    await say(
      tx,
      ...residents.map((r) => ({
        channel: "wechat" as const,
        recipientKind: "resident",
        recipientId: r.resident_id,
        address: r.openid,
        template: isFirst ? "pickupArrived" : "pickupReminder",
        body: fill(isFirst ? words.notices.arrived : words.notices.reminder, {
          pieces: r.pieces,
          point: point.name,
          opens: point.opensAt,
          closes: point.closesAt,
          code: r.code ?? words.notices.noCode,
        }),
      })),
    );
    await tx.delivery.update({ where: { id: delivery.id }, data: isFirst ? { notifiedAt: at } : { remindedAt: at } });
    await record(tx, actor, {
      deed: isFirst ? "fulfilment.notify" : "fulfilment.remind",
      subjectType: "delivery",
      subjectId: delivery.id,
      after: { residents: residents.length, at: clockText(at) },
    });
    return residents.length;
  });
}
