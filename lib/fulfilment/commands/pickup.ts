import "server-only";
import { z } from "zod";
import { record } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import { clockText, type Day, dateOf, dayFromDate, day as toDay } from "#lib/kernel/time";
import { completeLines, pickLines } from "#lib/orders/steps";
import { now } from "#lib/platform/clock";
import { type Tx, transact } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { maskName, sha256 } from "#lib/platform/pii";
import { pickupVerified } from "../events";
import { type PickupAnswer, type VerifyInput, verifyInput } from "../schema";

const waitingRow = z.object({
  id: z.string(),
  order_id: z.string(),
  name: z.string(),
  spec: z.string(),
  contact_name: z.string(),
  phone_tail: z.string(),
  remaining: z.number(),
  undelivered: z.number(),
  completed_at: z.date().nullable(),
});

/**
 * Hands goods over to one resident at one point, exactly once: by her code, or by the person chosen from the list; everything
 * that is there, or the lines and pieces named. Lines whose last piece is handed over complete by scan. The same requestKey
 * with the same body answers the same again.
 * Refuses: notFound, forbidden, alreadyPicked (when it was), notSignedYet, quantityExceeded, idempotencyMismatch.
 */
export async function verifyPickup(actor: Actor, input: VerifyInput): Promise<PickupAnswer> {
  const e = verifyInput.parse(input);
  const inputHash = sha256(
    JSON.stringify([e.code ?? null, e.residentId ?? null, e.pickupDay ?? null, e.lines ?? null]),
  );
  return transact(
    async (tx) => {
      const point = await tx.pickupPoint.findUnique({ where: { id: e.pickupPointId } });
      if (!point) throw new Refusal("notFound");
      authorise(actor, "pickups.verify", { leaderId: point.leaderId, cityId: point.cityId });
      const who = await findResident(tx, e);
      await tx.$queryRaw`
        select id from customer_order where resident_id = ${who.residentId} and pickup_point_id = ${point.id} and pickup_day = ${dateOf(who.day)}::date order by id for update`;
      const requestKey = `${point.id}:${e.requestKey}`;
      const known = await tx.verification.findUnique({ where: { requestKey } });
      if (known) {
        if (known.inputHash !== inputHash) throw new Refusal("idempotencyMismatch");
        return stored.parse(known.lines);
      }
      return handOver(tx, actor, {
        pointId: point.id,
        leaderId: point.leaderId,
        ...who,
        requestKey,
        inputHash,
        method: e.method,
        wanted: e.lines ?? null,
      });
    },
    { timeoutMs: 60_000 },
  );
}

const stored = z.object({
  verificationId: z.string(),
  residentId: z.string(),
  pickupPointId: z.string(),
  pickupDay: z.string().transform((text) => toDay(text)),
  name: z.string(),
  phoneTail: z.string(),
  bagNo: z.number().nullable(),
  pieces: z.number(),
  left: z.number(),
  at: z.coerce.date(),
  lines: z.array(
    z.object({ lineId: z.string(), orderId: z.string(), name: z.string(), spec: z.string(), quantity: z.number() }),
  ),
});

/** Who is meant: the newest code of the point that reads so, or the resident named with her day. */
async function findResident(
  tx: Tx,
  e: z.infer<typeof verifyInput>,
): Promise<{ residentId: string; day: Day; bagNo: number | null }> {
  const found = await tx.pickupCode.findFirst({
    where: {
      pickupPointId: e.pickupPointId,
      ...(e.code ? { code: e.code } : {}),
      ...(e.residentId ? { residentId: e.residentId } : {}),
      ...(e.pickupDay ? { pickupDay: dateOf(toDay(e.pickupDay)) } : {}),
      ...(!e.code && !e.residentId ? { residentId: "" } : {}),
    },
    orderBy: { pickupDay: "desc" },
  });
  if (found) return { residentId: found.residentId, day: dayFromDate(found.pickupDay), bagNo: found.bagNo };
  if (e.code) throw new Refusal("codeUnknown", { code: e.code });
  throw new Refusal("notFound");
}

async function handOver(
  tx: Tx,
  actor: Actor,
  e: {
    pointId: string;
    leaderId: string | null;
    residentId: string;
    day: Day;
    bagNo: number | null;
    requestKey: string;
    inputHash: string;
    method: string;
    wanted: { lineId: string; quantity: number }[] | null;
  },
): Promise<PickupAnswer> {
  const at = now();
  const lines = z.array(waitingRow).parse(
    await tx.$queryRaw`
      select l.id, l.order_id, l.name, l.spec, o.contact_name, o.phone_tail, l.completed_at,
        l.delivered - l.picked - l.unclaimed - l.returned as remaining, l.ordered - l.cancelled - l.short - l.delivered as undelivered
      from order_line l join customer_order o on o.id = l.order_id
      where o.resident_id = ${e.residentId} and o.pickup_point_id = ${e.pointId} and o.pickup_day = ${dateOf(e.day)}::date
        and o.state in ('locked', 'inTransit', 'arrived', 'completed', 'refunded')
      order by l.id for update of l`,
  );
  const there = lines.filter((l) => l.remaining > 0 && !l.completed_at);
  if (there.length === 0)
    await refuseEmpty(
      tx,
      e,
      lines.some((l) => l.undelivered > 0),
    );
  const byId = new Map(lines.map((l) => [l.id, l]));
  const wanted = (e.wanted ?? there.map((l) => ({ lineId: l.id, quantity: l.remaining }))).filter(
    (w) => w.quantity > 0,
  );
  const taken = wanted.map((w) => {
    const line = byId.get(w.lineId);
    if (!line) throw new Refusal("notFound");
    if (line.completed_at || w.quantity > line.remaining)
      throw new Refusal(line.remaining === 0 || line.completed_at ? "alreadyPicked" : "quantityExceeded", { at: "" });
    return { line, quantity: w.quantity };
  });
  if (taken.length === 0) throw new Refusal("emptyPickup");
  await pickLines(
    tx,
    taken.map((t) => ({ lineId: t.line.id, quantity: t.quantity })),
  );
  const whole = taken.filter((t) => t.quantity === t.line.remaining && t.line.undelivered === 0).map((t) => t.line.id);
  if (whole.length > 0) await completeLines(tx, actor, whole, "scan");
  await tx.uncollectedMark.updateMany({
    where: { orderLineId: { in: whole }, settledAt: null },
    data: { settledAt: at, outcome: "collected" },
  });
  const first = lines[0];
  const pieces = taken.reduce((n, t) => n + t.quantity, 0);
  const answer: PickupAnswer = {
    verificationId: newId("vrf", at),
    residentId: e.residentId,
    pickupPointId: e.pointId,
    pickupDay: e.day,
    name: maskName(first?.contact_name ?? ""),
    phoneTail: first?.phone_tail ?? "",
    bagNo: e.bagNo,
    pieces,
    left: there.reduce((n, l) => n + l.remaining, 0) - pieces,
    at,
    lines: taken.map((t) => ({
      lineId: t.line.id,
      orderId: t.line.order_id,
      name: t.line.name,
      spec: t.line.spec,
      quantity: t.quantity,
    })),
  };
  await tx.verification.create({
    data: {
      id: answer.verificationId,
      residentId: e.residentId,
      pickupPointId: e.pointId,
      leaderId: e.leaderId ?? "",
      pickupDay: dateOf(e.day),
      requestKey: e.requestKey,
      inputHash: e.inputHash,
      method: e.method,
      pieces,
      at,
      by: actor.id,
      lines: { ...answer, at: at.toISOString() },
    },
  });
  await record(
    tx,
    actor,
    ...[...new Set(taken.map((t) => t.line.order_id))].map((orderId) => ({
      deed: "pickups.verify",
      subjectType: "order",
      subjectId: orderId,
      after: {
        verificationId: answer.verificationId,
        method: e.method,
        pieces: taken.filter((t) => t.line.order_id === orderId).reduce((n, t) => n + t.quantity, 0),
      },
    })),
  );
  await announce(tx, {
    type: pickupVerified,
    subjectId: answer.verificationId,
    payload: { residentId: e.residentId, pickupPointId: e.pointId, leaderId: e.leaderId, pickupDay: e.day, pieces },
  });
  return answer;
}

/** Nothing is there to hand over: says why. */
async function refuseEmpty(
  tx: Tx,
  e: { residentId: string; pointId: string; day: Day },
  isWaiting: boolean,
): Promise<never> {
  const last = await tx.verification.findFirst({
    where: { residentId: e.residentId, pickupPointId: e.pointId, pickupDay: dateOf(e.day) },
    orderBy: { id: "desc" },
    select: { at: true },
  });
  if (last) throw new Refusal("alreadyPicked", { at: clockText(last.at) });
  throw new Refusal(isWaiting ? "notSignedYet" : "nothingToPick");
}
