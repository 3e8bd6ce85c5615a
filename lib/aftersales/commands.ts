import "server-only";
import { record } from "#lib/audit/steps";
import type { AfterSaleReason } from "#lib/generated/prisma/enums";
import { authorise } from "#lib/identity/rules";
import { type Actor, systemActor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { type Fen, fen, yuan, zero } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { next } from "#lib/kernel/states";
import { hour, later, momentText } from "#lib/kernel/time";
import { claimRaised } from "#lib/ledger/rules";
import { lockedBalance, post } from "#lib/ledger/steps";
import { say } from "#lib/notifications/steps";
import { givenBackOn } from "#lib/orders/queries/price-drops";
import { refundForPieces } from "#lib/orders/rules";
import { refundLine, setDisputed } from "#lib/orders/steps";
import { now } from "#lib/platform/clock";
import { prisma, type Tx, transact } from "#lib/platform/db";
import { keepFile, ownFiles } from "#lib/platform/files";
import { announce } from "#lib/platform/news";
import { setting } from "#lib/platform/settings";
import { raiseClaim } from "#lib/suppliers/steps";
import words from "#lib/words/aftersales.zh";
import { afterSaleDecided, afterSaleReported } from "./events";
import { automaticParty, caseTable, claimAmount, isAutomatic, whyNot } from "./rules";
import { type DecideInput, decideInput, type ReportInput, type Responsible, reportInput } from "./schema";

const granted = ["approved", "refunding", "refunded"] as const;

/**
 * A resident, or the leader for her, says that something was wrong with a line. Small cases are granted at once; the others wait
 * in the inbox and hold the line. Returns the case and what became of it.
 * Refuses: notFound, forbidden, notDelivered, afterSaleClosed, quantityExceeded, noReasonFresh, photoRequired, descriptionRequired,
 * fileMissing, afterSaleOpen, amountExceeded.
 */
export async function report(
  actor: Actor,
  input: ReportInput,
): Promise<{ id: string; isAutomatic: boolean; requestedFen: Fen; dueAt: Date }> {
  const e = reportInput.parse(input);
  return transact(async (tx) => {
    await tx.$queryRaw`select id from customer_order where id = (select order_id from order_line where id = ${e.orderLineId}) for update`;
    const line = await tx.orderLine.findUnique({ where: { id: e.orderLineId }, include: { order: true } });
    if (!line) throw new Refusal("notFound");
    const leaderId = await servingLeader(tx, actor, line);
    authorise(actor, "aftersales.report", { residentId: line.residentId, leaderId, cityId: line.order.cityId });
    await ownFiles(tx, { ids: e.photoFileIds, purpose: "afterSalePhoto", by: actor.id });
    const at = now();
    const before = await tx.afterSale.aggregate({
      where: { orderLineId: line.id, state: { in: [...granted] } },
      _sum: { quantity: true },
    });
    const grantedBefore = before._sum.quantity ?? 0;
    const problem = whyNot(
      line,
      {
        quantity: e.quantity,
        reason: e.reason,
        granted: grantedBefore,
        photos: e.photoFileIds.length,
        description: e.description,
      },
      at,
    );
    if (problem)
      throw new Refusal(problem, {
        name: line.name,
        until: line.afterSaleUntil ? momentText(line.afterSaleUntil) : null,
      });
    if (
      (await tx.afterSale.count({
        where: { orderLineId: line.id, state: { in: ["applied", "approved", "refunding"] } },
      })) > 0
    )
      throw new Refusal("afterSaleOpen");
    const requestedFen = refundForPieces(
      {
        paidFen: fen(line.paidFen),
        refundedFen: fen(line.refundedFen),
        ordered: line.ordered,
        givenUpBefore: line.cancelled + line.short + grantedBefore,
        drops: (await givenBackOn(tx, [line.id])).get(line.id) ?? [],
      },
      e.quantity,
    );
    if (requestedFen <= 0) throw new Refusal("amountExceeded");
    const since = later(at, -(await setting(tx, "afterSaleAutoDays")) * 24 * hour);
    const automatic = isAutomatic({
      requestedFen,
      autoFen: await setting(tx, "afterSaleAutoFen"),
      automaticBefore: await tx.afterSale.count({
        where: { residentId: line.residentId, isAutomatic: true, createdAt: { gte: since } },
      }),
      cap: await setting(tx, "afterSaleAutoCount"),
    });
    const id = newId("asc", at);
    const dueAt = later(at, (await setting(tx, "afterSaleInboxHours")) * hour);
    await tx.afterSale.create({
      data: {
        id,
        orderId: line.orderId,
        orderLineId: line.id,
        residentId: line.residentId,
        leaderId: line.leaderId,
        supplierId: line.supplierId,
        cityId: line.order.cityId,
        reportedBy: actor.id,
        quantity: e.quantity,
        reason: e.reason,
        description: e.description,
        photoFileIds: e.photoFileIds,
        requestedFen: BigInt(requestedFen),
        state: "applied",
        isAutomatic: automatic,
        dueAt,
        createdAt: at,
      },
    });
    await record(tx, actor, {
      deed: "aftersales.report",
      subjectType: "aftersale",
      subjectId: id,
      after: {
        orderLineId: line.id,
        quantity: e.quantity,
        reason: e.reason,
        requestedFen,
        isAutomatic: automatic,
        photos: e.photoFileIds.length,
      },
    });
    await announce(tx, {
      type: afterSaleReported,
      subjectId: id,
      payload: {
        orderLineId: line.id,
        residentId: line.residentId,
        leaderId: line.leaderId,
        supplierId: line.supplierId,
        requestedFen,
        isAutomatic: automatic,
      },
    });
    if (automatic) {
      const clock = systemActor("aftersales");
      await grant(tx, clock, {
        id,
        line,
        quantity: e.quantity,
        reason: e.reason,
        requestedFen,
        amountFen: requestedFen,
        responsible: automaticParty(e.reason),
        why: words.automaticReason,
      });
    } else await setDisputed(tx, line.id, true);
    return { id, isAutomatic: automatic, requestedFen, dueAt };
  });
}

type Line = {
  id: string;
  orderId: string;
  residentId: string;
  leaderId: string;
  supplierId: string;
  pickupPointId: string;
  name: string;
  spec: string;
  supplyPriceFen: bigint;
};

/** The leader a report is checked against: the line's own, or the one who serves its point. */
async function servingLeader(tx: Tx, actor: Actor, line: { leaderId: string; pickupPointId: string }): Promise<string> {
  if (actor.kind !== "leader" || actor.leaderId === line.leaderId) return line.leaderId;
  const point = await tx.pickupPoint.findUnique({ where: { id: line.pickupPointId }, select: { leaderId: true } });
  return point?.leaderId ?? line.leaderId;
}

/** The refund, the claim on the responsible party, the end of the hold, and the news. */
async function grant(
  tx: Tx,
  actor: Actor,
  e: {
    id: string;
    line: Line;
    quantity: number;
    reason: AfterSaleReason;
    requestedFen: Fen;
    amountFen: Fen;
    responsible: Responsible;
    why: string;
    isPartial?: boolean;
  },
): Promise<void> {
  const at = now();
  const { refundId } = await refundLine(tx, actor, {
    cause: "aftersale",
    causeId: e.id,
    lineId: e.line.id,
    quantity: e.quantity,
    amountFen: e.amountFen,
    bearer: e.responsible,
  });
  const claimFen = await claim(tx, actor, e);
  const done = await tx.afterSale.updateMany({
    where: { id: e.id, state: "applied" },
    data: {
      state: next(caseTable, "applied", "approve"),
      approvedFen: BigInt(e.amountFen),
      responsible: e.responsible,
      claimFen: BigInt(claimFen),
      decision: e.why || null,
      decidedBy: actor.id,
      decidedAt: at,
      refundId,
    },
  });
  if (done.count !== 1) throw new Refusal("illegalTransition", { state: "applied" });
  await setDisputed(tx, e.line.id, false);
  const decision = e.isPartial ? "partial" : "approve";
  await record(tx, actor, {
    deed: "aftersales.decide",
    subjectType: "aftersale",
    subjectId: e.id,
    before: { state: "applied" },
    after: { state: "refunding", decision, amountFen: e.amountFen, responsible: e.responsible, claimFen, refundId },
    reason: e.why || null,
  });
  await announce(tx, {
    type: afterSaleDecided,
    subjectId: e.id,
    payload: {
      decision,
      orderLineId: e.line.id,
      leaderId: e.line.leaderId,
      supplierId: e.line.supplierId,
      responsible: e.responsible,
      amountFen: e.amountFen,
      refundId,
    },
  });
  await tellResident(tx, e.line, fill(words.notices.granted, { name: e.line.name, amount: yuan(e.amountFen) }));
}

const claimKinds = {
  quality: "quality",
  wrong: "quality",
  noReason: "quality",
  damaged: "damage",
  missing: "shortage",
} as const;

/** What the responsible party owes the house for the goods; the house's own parties owe nothing. Returns fen. */
async function claim(
  tx: Tx,
  actor: Actor,
  e: {
    id: string;
    line: Line;
    quantity: number;
    reason: AfterSaleReason;
    requestedFen: Fen;
    amountFen: Fen;
    responsible: Responsible;
  },
): Promise<Fen> {
  const amount = claimAmount({
    supplyPriceFen: fen(e.line.supplyPriceFen),
    quantity: e.quantity,
    grantedFen: e.amountFen,
    requestedFen: e.requestedFen,
  });
  if (amount <= 0) return zero;
  switch (e.responsible) {
    case "supplier": {
      const photos = await tx.afterSale.findUniqueOrThrow({
        where: { id: e.id },
        select: { photoFileIds: true, description: true },
      });
      await raiseClaim(tx, actor, {
        supplierId: e.line.supplierId,
        kind: claimKinds[e.reason],
        amountFen: amount,
        quantity: e.quantity,
        sourceType: "afterSale",
        sourceId: e.id,
        evidence: {
          orderId: e.line.orderId,
          orderLineId: e.line.id,
          name: e.line.name,
          spec: e.line.spec,
          reason: e.reason,
          description: photos.description,
          photoFileIds: photos.photoFileIds,
          refundFen: e.amountFen,
        },
      });
      return amount;
    }
    case "leader":
      await post(
        tx,
        claimRaised({
          claimId: e.id,
          amount,
          bearer: {
            bearer: "leader",
            leaderId: e.line.leaderId,
            available: await lockedBalance(tx, `leaderAvailable:${e.line.leaderId}`),
          },
        }),
      );
      return amount;
    case "driver":
      await post(tx, claimRaised({ claimId: e.id, amount, bearer: { bearer: "driver" } }));
      return amount;
    default:
      return zero;
  }
}

/**
 * A person decides a case: grants it, grants part of it, or refuses it with a reason. Whoever is responsible must be named
 * before money moves. Answers what is refunded. Refuses: notFound, forbidden, twoPeople, illegalTransition, responsibleRequired, partialAmount,
 * reasonRequired, amountExceeded.
 */
export async function decide(actor: Actor, input: DecideInput): Promise<{ amountFen: Fen }> {
  const e = decideInput.parse(input);
  return transact(async (tx) => {
    const found = await tx.afterSale.findUnique({ where: { id: e.id } });
    if (!found) throw new Refusal("notFound");
    authorise(actor, "aftersales.decide", { cityId: found.cityId });
    if (found.reportedBy === actor.id) throw new Refusal("twoPeople");
    if (found.state !== "applied") throw new Refusal("illegalTransition", { state: found.state });
    await tx.$queryRaw`select id from customer_order where id = ${found.orderId} for update`;
    const line = await tx.orderLine.findUniqueOrThrow({ where: { id: found.orderLineId } });
    const requestedFen = fen(found.requestedFen);
    if (e.decision !== "approve" && !e.reason)
      throw new Refusal("reasonRequired", {}, [{ field: "reason", code: "reasonRequired" }]);
    if (e.decision === "reject") {
      await refuse(tx, actor, found, line, e.reason, e.responsible ?? null);
      return { amountFen: zero };
    }
    if (!e.responsible || e.responsible === "customer")
      throw new Refusal("responsibleRequired", {}, [{ field: "responsible", code: "responsibleRequired" }]);
    const amountFen = e.decision === "partial" ? fen(e.amountFen ?? 0) : requestedFen;
    if (e.decision === "partial" && (amountFen <= 0 || amountFen >= requestedFen))
      throw new Refusal("partialAmount", {}, [{ field: "amountFen", code: "partialAmount" }]);
    await grant(tx, actor, {
      id: found.id,
      line,
      quantity: found.quantity,
      reason: found.reason,
      requestedFen,
      amountFen,
      responsible: e.responsible,
      why: e.reason,
      isPartial: e.decision === "partial",
    });
    return { amountFen };
  });
}

type Case = { id: string; orderLineId: string };

async function refuse(
  tx: Tx,
  actor: Actor,
  found: Case,
  line: Line,
  reason: string,
  responsible: Responsible | "customer" | null,
): Promise<void> {
  const at = now();
  const done = await tx.afterSale.updateMany({
    where: { id: found.id, state: "applied" },
    data: {
      state: next(caseTable, "applied", "reject"),
      decision: reason,
      decidedBy: actor.id,
      decidedAt: at,
      responsible,
      approvedFen: 0n,
    },
  });
  if (done.count !== 1) throw new Refusal("illegalTransition", { state: "applied" });
  await setDisputed(tx, line.id, false);
  await record(tx, actor, {
    deed: "aftersales.decide",
    subjectType: "aftersale",
    subjectId: found.id,
    before: { state: "applied" },
    after: { state: "rejected", decision: "reject" },
    reason,
  });
  await announce(tx, {
    type: afterSaleDecided,
    subjectId: found.id,
    payload: {
      decision: "reject",
      orderLineId: line.id,
      leaderId: line.leaderId,
      supplierId: line.supplierId,
      responsible,
      amountFen: 0,
      refundId: null,
    },
  });
  await tellResident(tx, line, fill(words.notices.refused, { name: line.name, reason }));
}

/** Whoever may report a line may take the open case back; the hold ends. Refuses: notFound, forbidden, illegalTransition. */
export async function withdrawReport(actor: Actor, input: { id: string }): Promise<void> {
  await transact(async (tx) => {
    const found = await tx.afterSale.findUnique({ where: { id: input.id } });
    if (!found) throw new Refusal("notFound");
    const line = await tx.orderLine.findUniqueOrThrow({ where: { id: found.orderLineId } });
    authorise(actor, "aftersales.report", {
      residentId: found.residentId,
      leaderId: await servingLeader(tx, actor, line),
      cityId: found.cityId,
    });
    const done = await tx.afterSale.updateMany({
      where: { id: found.id, state: "applied" },
      data: { state: next(caseTable, found.state, "cancel"), decidedAt: now() },
    });
    if (done.count !== 1) throw new Refusal("illegalTransition", { state: found.state });
    await setDisputed(tx, line.id, false);
    await record(tx, actor, {
      deed: "aftersales.withdraw",
      subjectType: "aftersale",
      subjectId: found.id,
      before: { state: found.state },
      after: { state: "cancelled" },
    });
  });
}

const fill = (sentence: string, facts: Record<string, string | number>): string =>
  sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? ""));

async function tellResident(tx: Tx, line: Line, body: string): Promise<void> {
  const resident = await tx.resident.findUnique({ where: { id: line.residentId }, select: { openid: true } });
  if (resident)
    await say(tx, {
      channel: "wechat",
      recipientKind: "resident",
      recipientId: line.residentId,
      address: resident.openid,
      template: "afterSale",
      body,
    });
}

/** Keeps a photo for a report; returns its id. Refuses: forbidden, fileKind, fileTooBig. */
export async function keepCasePhoto(actor: Actor, e: { name: string; bytes: Buffer }): Promise<string> {
  authorise(actor, "aftersales.report");
  const file = await keepFile(prisma, {
    ...e,
    purpose: "afterSalePhoto",
    ownerKind: actor.kind,
    ownerId: actor.leaderId ?? actor.id,
    at: now(),
    by: actor.id,
  });
  return file.id;
}
