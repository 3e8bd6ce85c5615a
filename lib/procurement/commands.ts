import "server-only";
import { record } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { type Fen, fen, plus, rate, times, zero } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { next } from "#lib/kernel/states";
import { goodsAccepted } from "#lib/ledger/rules";
import { post } from "#lib/ledger/steps";
import { allocateShort } from "#lib/orders/rules";
import { shorten } from "#lib/orders/steps";
import { now } from "#lib/platform/clock";
import { type Tx, transact } from "#lib/platform/db";
import { ownFiles } from "#lib/platform/files";
import { tellWith } from "#lib/platform/live";
import { announce } from "#lib/platform/news";
import { sha256 } from "#lib/platform/pii";
import { raiseClaim } from "#lib/suppliers/steps";
import { purchaseAccepted, purchaseReceived } from "./events";
import { closing, purchaseTable } from "./rules";
import { type ReceiptAnswer, type ReceiveInput, receiveInput } from "./schema";
import { keepRemainder, servedLines } from "./steps";

/** The supplier takes the order on, or the clock does for it; answers where to deliver. Refuses: notFound, forbidden, illegalTransition. */
export async function acceptPurchase(actor: Actor, input: { id: string }): Promise<{ warehouse: string }> {
  return transact(async (tx) => {
    const order = await tx.purchaseOrder.findUnique({ where: { id: input.id } });
    if (!order) throw new Refusal("notFound");
    authorise(actor, "procurement.accept", { supplierId: order.supplierId, cityId: order.cityId });
    const to = next(purchaseTable, order.state, "accept");
    const done = await tx.purchaseOrder.updateMany({
      where: { id: order.id, state: order.state },
      data: { state: to, acceptedAt: now(), acceptedBy: actor.kind === "system" ? null : actor.id },
    });
    if (done.count !== 1) throw new Refusal("illegalTransition", { state: order.state });
    await record(tx, actor, {
      deed: "procurement.accept",
      subjectType: "purchase",
      subjectId: order.id,
      before: { state: order.state },
      after: { state: to },
    });
    const by = actor.kind === "system" ? "clock" : actor.kind === "supplier" ? "supplier" : "operator";
    await announce(tx, { type: purchaseAccepted, subjectId: order.id, payload: { supplierId: order.supplierId, by } });
    const warehouse = await tx.warehouse.findUniqueOrThrow({
      where: { id: order.warehouseId },
      select: { name: true },
    });
    return { warehouse: warehouse.name };
  });
}

type PurchaseWithLines = NonNullable<Awaited<ReturnType<typeof findPurchase>>>;
const findPurchase = (tx: Tx, id: string) => tx.purchaseOrder.findUnique({ where: { id }, include: { lines: true } });

/**
 * Counts goods in, one line or many, in pieces. A line may come in several deliveries and is closed when accepted + short +
 * damaged make up what was bought. The same requestKey answers the same again.
 * Refuses: notFound, forbidden, illegalTransition, lineReceived, quantityExceeded, emptyReceipt, idempotencyMismatch.
 */
export async function receive(actor: Actor, input: ReceiveInput): Promise<ReceiptAnswer> {
  const { purchaseOrderId, requestKey, lines } = receiveInput.parse(input);
  const inputHash = sha256(JSON.stringify(lines));
  return transact(
    async (tx) => {
      await tx.$queryRaw`select id from purchase_order where id = ${purchaseOrderId} for update`;
      const order = await findPurchase(tx, purchaseOrderId);
      if (!order) throw new Refusal("notFound");
      authorise(actor, "fulfilment.receive", { cityId: order.cityId, siteId: order.warehouseId });
      const key = `${order.id}:${requestKey}`;
      const known = await tx.receipt.findUnique({ where: { requestKey: key }, include: { lines: true } });
      if (known) {
        if (known.inputHash !== inputHash) throw new Refusal("idempotencyMismatch");
        return answerOf(known);
      }
      next(purchaseTable, order.state, "receive");
      await ownFiles(tx, {
        ids: lines.flatMap((l) => (l.photoFileId ? [l.photoFileId] : [])),
        purpose: "receiptPhoto",
        by: actor.id,
      });
      const answer = await take(tx, actor, order, key, inputHash, lines);
      await tellWith(tx, "purchase", "today");
      return answer;
    },
    { timeoutMs: 60_000 },
  );
}

type Counted = {
  purchaseOrderLineId: string;
  accepted: number;
  short: number;
  damaged: number;
  photoFileId?: string | null | undefined;
  note?: string | null | undefined;
};

const answerOf = (receipt: {
  id: string;
  purchaseOrderId: string;
  lines: { accepted: number; short: number; damaged: number }[];
}): ReceiptAnswer => ({
  receiptId: receipt.id,
  purchaseOrderId: receipt.purchaseOrderId,
  accepted: receipt.lines.reduce((n, l) => n + l.accepted, 0),
  short: receipt.lines.reduce((n, l) => n + l.short, 0),
  damaged: receipt.lines.reduce((n, l) => n + l.damaged, 0),
});

async function take(
  tx: Tx,
  actor: Actor,
  order: PurchaseWithLines,
  requestKey: string,
  inputHash: string,
  counted: Counted[],
): Promise<ReceiptAnswer> {
  const at = now();
  const byId = new Map(order.lines.map((l) => [l.id, l]));
  let cost: Fen = zero;
  const closed: string[] = [];
  const rows = [];
  for (const c of counted) {
    const line = byId.get(c.purchaseOrderLineId);
    if (!line) throw new Refusal("notFound");
    if (line.isReceived) throw new Refusal("lineReceived", { name: line.name });
    const here = c.accepted + c.short + c.damaged;
    if (here === 0) throw new Refusal("emptyReceipt");
    const total = line.accepted + line.short + line.damaged + here;
    if (total > line.pieces) throw new Refusal("quantityExceeded");
    const isReceived = total === line.pieces;
    await tx.purchaseOrderLine.update({
      where: { id: line.id, isReceived: false },
      data: {
        accepted: { increment: c.accepted },
        short: { increment: c.short },
        damaged: { increment: c.damaged },
        isReceived,
        ...(isReceived ? { receivedAt: at } : {}),
      },
    });
    if (isReceived) closed.push(line.id);
    const amount = times(fen(line.supplyPriceFen), c.accepted);
    cost = plus(cost, amount);
    rows.push({
      purchaseOrderLineId: line.id,
      skuId: line.skuId,
      accepted: c.accepted,
      short: c.short,
      damaged: c.damaged,
      amountFen: BigInt(amount),
      photoFileId: c.photoFileId ?? null,
      note: c.note || null,
    });
  }
  const receipt = await tx.receipt.create({
    data: {
      id: newId("rcp", at),
      purchaseOrderId: order.id,
      requestKey,
      inputHash,
      at,
      by: actor.id,
      lines: { create: rows },
    },
    include: { lines: true },
  });
  await post(tx, goodsAccepted({ receiptId: receipt.id, supplierId: order.supplierId, cost }));
  const isDone = order.lines.every((l) => l.isReceived || closed.includes(l.id));
  const acceptedFen = plus(fen(order.acceptedFen), cost);
  await tx.purchaseOrder.update({
    where: { id: order.id },
    data: {
      state: isDone ? "received" : "receiving",
      acceptedFen: BigInt(acceptedFen),
      ...(isDone ? { receivedAt: at } : {}),
    },
  });
  const missing = await closeLines(tx, actor, order, receipt.id, closed);
  const answer = answerOf(receipt);
  await record(tx, actor, {
    deed: "fulfilment.receive",
    subjectType: "purchase",
    subjectId: order.id,
    after: {
      receiptId: receipt.id,
      accepted: answer.accepted,
      short: answer.short,
      damaged: answer.damaged,
      costFen: cost,
      missing,
    },
  });
  if (isDone)
    await announce(tx, {
      type: purchaseReceived,
      subjectId: order.id,
      payload: { supplierId: order.supplierId, acceptedFen },
    });
  return answer;
}

/** What closed lines brought against what residents still want: shortens, claims, keeps what is left over. Returns pieces gone without. */
async function closeLines(
  tx: Tx,
  actor: Actor,
  order: PurchaseWithLines,
  receiptId: string,
  closedIds: string[],
): Promise<number> {
  if (closedIds.length === 0) return 0;
  const closed = await tx.purchaseOrderLine.findMany({ where: { id: { in: closedIds } }, orderBy: { id: "asc" } });
  const evidence = await tx.receiptLine.findMany({ where: { purchaseOrderLineId: { in: closedIds } } });
  const penaltyBp = (await contractAt(tx, order.supplierId))?.shortagePenaltyBp ?? 0;
  const shortened: { lineId: string; quantity: number }[] = [];
  for (const line of closed) {
    const served = await servedLines(tx, { ...order, skuId: line.skuId, supplyPriceFen: line.supplyPriceFen });
    const wanted = served.reduce((n, l) => n + l.wanted, 0);
    const { missing, left } = closing({ wanted, accepted: line.accepted, fromRemainder: line.fromRemainder });
    const open = served.filter((l) => l.open > 0);
    const most = Math.min(
      missing,
      open.reduce((n, l) => n + l.open, 0),
    );
    if (most > 0) shortened.push(...allocateShort(open, most));
    const price = fen(line.supplyPriceFen);
    await keepRemainder(tx, {
      supplierId: order.supplierId,
      skuId: line.skuId,
      warehouseId: order.warehouseId,
      pieces: left,
      value: times(price, left),
    });
    const failed = line.short + line.damaged;
    const penalty = rate(times(price, failed), penaltyBp);
    if (failed > 0) {
      const seen = evidence.filter((e) => e.purchaseOrderLineId === line.id);
      await raiseClaim(tx, actor, {
        supplierId: order.supplierId,
        // without a penalty in the contract the shortage still stands on the supplier's record
        kind: penalty > 0 ? "penalty" : line.short > 0 ? "shortage" : "damage",
        amountFen: penalty,
        quantity: failed,
        sourceType: "purchaseLine",
        sourceId: line.id,
        evidence: {
          purchaseOrderId: order.id,
          receiptId,
          name: line.name,
          spec: line.spec,
          ordered: line.pieces,
          accepted: line.accepted,
          short: line.short,
          damaged: line.damaged,
          supplyPriceFen: price,
          penaltyBp,
          photoFileIds: seen.flatMap((e) => (e.photoFileId ? [e.photoFileId] : [])),
          notes: seen.flatMap((e) => (e.note ? [e.note] : [])),
        },
      });
    }
  }
  if (shortened.length > 0)
    await shorten(tx, actor, {
      cause: "receipt",
      causeId: receiptId,
      bearer: "supplier",
      kind: "short",
      items: shortened,
    });
  return shortened.reduce((n, s) => n + s.quantity, 0);
}

/** The contract in force. */
const contractAt = (tx: Tx, supplierId: string) =>
  tx.supplierContract.findFirst({ where: { supplierId, effectiveFrom: { lte: now() } }, orderBy: { version: "desc" } });
