import "server-only";
import { z } from "zod";
import { type Fen, fen, negate } from "#lib/kernel/money";
import { type Day, dayOf, endOf } from "#lib/kernel/time";
import type { Db } from "#lib/platform/db";
import type { LineKind } from "./schema";

/** An event that belongs on a statement: what the supplier gained (+) or owes (−), with its evidence. */
export type Stated = {
  kind: LineKind;
  sourceId: string;
  at: Date;
  day: Day;
  words: string;
  quantity: number;
  amountFen: Fen;
  evidence: Record<string, unknown>;
};

const receiptRow = z.object({
  id: z.bigint(),
  receipt_id: z.string(),
  at: z.date(),
  purchase_order_id: z.string(),
  sku_id: z.string(),
  name: z.string(),
  spec: z.string(),
  unit: z.string(),
  accepted: z.number(),
  short: z.number(),
  damaged: z.number(),
  amount_fen: z.bigint(),
  supply_price_fen: z.bigint(),
  photo_file_id: z.string().nullable(),
  note: z.string().nullable(),
});
const claimRow = z.object({
  id: z.string(),
  kind: z.string(),
  amount_fen: z.bigint(),
  quantity: z.number(),
  source_type: z.string(),
  source_id: z.string(),
  evidence: z.record(z.string(), z.unknown()),
  created_at: z.date(),
});

/** Accepted receipts of a supplier up to a day's end that stand on no statement yet, oldest first. */
export async function unstatedReceipts(db: Db, supplierId: string, toDay: Day): Promise<Stated[]> {
  const rows = z.array(receiptRow).parse(
    await db.$queryRaw`
      select rl.id, rl.receipt_id, r.at, r.purchase_order_id, rl.sku_id, pol.name, pol.spec, pol.unit, rl.accepted, rl.short, rl.damaged, rl.amount_fen,
        pol.supply_price_fen, rl.photo_file_id, rl.note
      from receipt_line rl
      join receipt r on r.id = rl.receipt_id
      join purchase_order po on po.id = r.purchase_order_id
      join purchase_order_line pol on pol.id = rl.purchase_order_line_id
      where po.supplier_id = ${supplierId} and r.at < ${endOf(toDay)}
        and not exists (select 1 from statement_line sl where sl.kind = 'receipt' and sl.source_id = rl.id::text)
      order by rl.id`,
  );
  return rows.map((r) => ({
    kind: "receipt",
    sourceId: String(r.id),
    at: r.at,
    day: dayOf(r.at),
    words: `${r.name} ${r.spec}`.trim(),
    quantity: r.accepted,
    amountFen: fen(r.amount_fen),
    evidence: {
      receiptId: r.receipt_id,
      purchaseOrderId: r.purchase_order_id,
      skuId: r.sku_id,
      name: r.name,
      spec: r.spec,
      unit: r.unit,
      short: r.short,
      damaged: r.damaged,
      unitPriceFen: Number(r.supply_price_fen),
      photoFileIds: r.photo_file_id ? [r.photo_file_id] : [],
      note: r.note,
    },
  }));
}

const photosIn = (evidence: Record<string, unknown>): string[] => {
  const listed = Array.isArray(evidence.photoFileIds)
    ? evidence.photoFileIds
    : evidence.photoFileId
      ? [evidence.photoFileId]
      : [];
  return listed.filter((p): p is string => typeof p === "string");
};

/** Open claims on a supplier up to a day's end that stand on no statement yet, oldest first; amounts negative (what came back of one is positive). */
export async function unstatedClaims(db: Db, supplierId: string, toDay: Day): Promise<Stated[]> {
  const rows = z.array(claimRow).parse(
    await db.$queryRaw`
      select id, kind::text as kind, amount_fen, quantity, source_type, source_id, evidence, created_at from supplier_claim c
      where supplier_id = ${supplierId} and state <> 'cancelled' and amount_fen <> 0 and created_at < ${endOf(toDay)}
        and not exists (select 1 from statement_line sl where sl.kind = 'claim' and sl.source_id = c.id)
      order by id`,
  );
  return rows.map((c) => ({
    kind: "claim",
    sourceId: c.id,
    at: c.created_at,
    day: dayOf(c.created_at),
    words: typeof c.evidence.name === "string" ? c.evidence.name : "",
    quantity: c.quantity,
    amountFen: negate(fen(c.amount_fen)),
    evidence: {
      ...c.evidence,
      claimKind: c.kind,
      sourceType: c.source_type,
      sourceId: c.source_id,
      photoFileIds: photosIn(c.evidence),
    },
  }));
}

/** A supplier's whole unstated business up to a day's end. */
export async function unstated(db: Db, supplierId: string, toDay: Day): Promise<Stated[]> {
  return [...(await unstatedReceipts(db, supplierId, toDay)), ...(await unstatedClaims(db, supplierId, toDay))];
}
