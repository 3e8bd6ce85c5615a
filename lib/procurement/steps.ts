import "server-only";
import { z } from "zod";
import { record } from "#lib/audit/steps";
import { systemActor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { type Fen, fen, share, sum, times, zero } from "#lib/kernel/money";
import { type Day, dateOf, dayFromDate, later, minute } from "#lib/kernel/time";
import { goodsRevalued } from "#lib/ledger/rules";
import { post } from "#lib/ledger/steps";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { sha256 } from "#lib/platform/pii";
import { purchaseIssued } from "./events";
import { casesFor, unloadWindow } from "./rules";

const neededRow = z.object({
  supplier_id: z.string(),
  warehouse_id: z.string(),
  pickup_day: z.date(),
  sku_id: z.string(),
  supply_price_fen: z.bigint(),
  name: z.string(),
  spec: z.string(),
  unit: z.string(),
  picture: z.string(),
  needed: z.coerce.number(),
  case_pack: z.number(),
  lines: z.string(),
});
type Needed = z.infer<typeof neededRow>;

/** Locked lines of a session by supplier × warehouse × pickup day × SKU × supply price. */
async function needed(tx: Tx, saleSessionId: string): Promise<Needed[]> {
  return z.array(neededRow).parse(
    await tx.$queryRaw`
      select l.supplier_id, o.warehouse_id, l.pickup_day, l.sku_id, l.supply_price_fen, min(l.name) as name, min(l.spec) as spec, min(l.unit) as unit,
        min(l.picture) as picture, sum(l.ordered - l.cancelled - l.short) as needed, max(k.case_pack) as case_pack,
        string_agg(l.id || 'x' || (l.ordered - l.cancelled - l.short), ',' order by l.id) as lines
      from order_line l
      join customer_order o on o.id = l.order_id
      join sku k on k.id = l.sku_id
      where l.sale_session_id = ${saleSessionId} and o.state in ('locked', 'inTransit', 'arrived') and l.ordered > l.cancelled + l.short
      group by l.supplier_id, o.warehouse_id, l.pickup_day, l.sku_id, l.supply_price_fen
      order by o.warehouse_id, l.supplier_id, l.pickup_day, l.sku_id, l.supply_price_fen`,
  );
}

const remainderRow = z.object({ pieces: z.number(), value_fen: z.bigint() });

/** Takes up to `wanted` pieces out of what earlier cases left; answers how many and what they had cost. */
async function drawRemainder(
  tx: Tx,
  key: { supplierId: string; skuId: string; warehouseId: string },
  wanted: number,
): Promise<{ pieces: number; value: Fen }> {
  const [row] = z.array(remainderRow).parse(
    await tx.$queryRaw`
      select pieces, value_fen from case_remainder
      where supplier_id = ${key.supplierId} and sku_id = ${key.skuId} and warehouse_id = ${key.warehouseId} and pieces > 0 for update`,
  );
  if (!row) return { pieces: 0, value: zero };
  const pieces = Math.min(row.pieces, wanted);
  const value = share(fen(row.value_fen), pieces, row.pieces);
  await tx.caseRemainder.update({
    where: { supplierId_skuId_warehouseId: key },
    data: { pieces: { decrement: pieces }, valueFen: { decrement: BigInt(value) } },
  });
  return { pieces, value };
}

/** Keeps pieces that nobody of this session wants, with their cost; they offset the next purchase order. */
export async function keepRemainder(
  tx: Tx,
  e: { supplierId: string; skuId: string; warehouseId: string; pieces: number; value: Fen },
): Promise<void> {
  if (e.pieces <= 0) return;
  await tx.$executeRaw`
    insert into case_remainder (supplier_id, sku_id, warehouse_id, pieces, value_fen)
    values (${e.supplierId}, ${e.skuId}, ${e.warehouseId}, ${e.pieces}, ${BigInt(e.value)})
    on conflict (supplier_id, sku_id, warehouse_id) do update set pieces = case_remainder.pieces + excluded.pieces, value_fen = case_remainder.value_fen + excluded.value_fen`;
}

/** Purchase orders of a locked session, one per supplier × warehouse × pickup day. Again does nothing. Returns their ids. */
export async function issuePurchases(tx: Tx, saleSessionId: string): Promise<string[]> {
  if ((await tx.purchaseOrder.count({ where: { saleSessionId } })) > 0) return [];
  const rows = await needed(tx, saleSessionId);
  const groups = new Map<string, Needed[]>();
  for (const r of rows) {
    const key = `${r.warehouse_id} ${r.supplier_id} ${dayFromDate(r.pickup_day)}`;
    groups.set(key, [...(groups.get(key) ?? []), r]);
  }
  const [suppliers, warehouses] = await Promise.all([
    tx.supplier.findMany({
      where: { id: { in: rows.map((r) => r.supplier_id) } },
      select: { id: true, autoAcceptMinutes: true },
    }),
    tx.warehouse.findMany({ where: { id: { in: rows.map((r) => r.warehouse_id) } } }),
  ]);
  const minutes = new Map(suppliers.map((s) => [s.id, s.autoAcceptMinutes]));
  const houses = new Map(warehouses.map((w) => [w.id, w]));
  const at = now();
  const ids: string[] = [];
  for (const lines of groups.values()) {
    const first = lines[0];
    const house = first && houses.get(first.warehouse_id);
    if (!first || !house)
      throw new Error(`session ${saleSessionId}: a locked line names a warehouse that does not exist`);
    const id = newId("por", at);
    const day: Day = dayFromDate(first.pickup_day);
    const made = [];
    for (const l of lines) {
      const price = fen(l.supply_price_fen);
      const drawn = await drawRemainder(
        tx,
        { supplierId: l.supplier_id, skuId: l.sku_id, warehouseId: l.warehouse_id },
        l.needed,
      );
      const plan = casesFor({ needed: l.needed, remainder: drawn.pieces, casePack: l.case_pack });
      const lineId = newId("pol", at);
      await post(tx, goodsRevalued({ key: lineId, ref: id, from: drawn.value, to: times(price, drawn.pieces) }));
      made.push({
        id: lineId,
        skuId: l.sku_id,
        name: l.name,
        spec: l.spec,
        unit: l.unit,
        picture: l.picture,
        needed: l.needed,
        fromRemainder: plan.fromRemainder,
        casePack: l.case_pack,
        cases: plan.cases,
        pieces: plan.pieces,
        supplyPriceFen: BigInt(price),
        amountFen: BigInt(times(price, plan.pieces)),
        isReceived: plan.pieces === 0,
        receivedAt: plan.pieces === 0 ? at : null,
      });
    }
    const pieces = made.reduce((n, l) => n + l.pieces, 0);
    const isCovered = pieces === 0;
    const window = unloadWindow(day, house.unloadFrom, house.unloadTo);
    await tx.purchaseOrder.create({
      data: {
        id,
        saleSessionId,
        supplierId: first.supplier_id,
        warehouseId: first.warehouse_id,
        cityId: house.cityId,
        pickupDay: dateOf(day),
        state: isCovered ? "received" : "issued",
        snapshotHash: sha256(lines.map((l) => l.lines).join(";")),
        pieces,
        totalFen: BigInt(sum(made.map((l) => fen(l.amountFen)))),
        issuedAt: at,
        autoAcceptAt: later(at, (minutes.get(first.supplier_id) ?? 20) * minute),
        ...(isCovered ? { acceptedAt: at, acceptedBy: "system:procurement", receivedAt: at } : {}),
        unloadFromAt: window.from,
        unloadToAt: window.to,
        lines: { create: made },
      },
    });
    await record(tx, systemActor("procurement"), {
      deed: "procurement.issue",
      subjectType: "purchase",
      subjectId: id,
      after: { pieces, totalFen: sum(made.map((l) => fen(l.amountFen))), lines: made.length },
    });
    await announce(tx, {
      type: purchaseIssued,
      subjectId: id,
      payload: { supplierId: first.supplier_id, warehouseId: first.warehouse_id, pickupDay: day },
    });
    ids.push(id);
  }
  return ids;
}

const wantedRow = z.object({ id: z.string(), wanted: z.number(), open: z.number(), paid_at: z.date().nullable() });

/** The order lines that a purchase line serves: what each still wants, what of it is undelivered, and when it was paid. */
export async function servedLines(
  tx: Tx,
  e: {
    saleSessionId: string;
    warehouseId: string;
    pickupDay: Date;
    skuId: string;
    supplierId: string;
    supplyPriceFen: bigint;
  },
): Promise<{ lineId: string; wanted: number; open: number; paidAt: Date }[]> {
  const rows = z.array(wantedRow).parse(
    await tx.$queryRaw`
      select l.id, l.ordered - l.cancelled - l.short as wanted, l.ordered - l.cancelled - l.short - l.delivered as open, o.paid_at
      from order_line l join customer_order o on o.id = l.order_id
      where l.sale_session_id = ${e.saleSessionId} and l.sku_id = ${e.skuId} and l.supplier_id = ${e.supplierId} and l.supply_price_fen = ${e.supplyPriceFen}
        and l.pickup_day = ${e.pickupDay}::date and o.warehouse_id = ${e.warehouseId} and o.state in ('locked', 'inTransit', 'arrived', 'completed', 'refunded')
        and l.ordered > l.cancelled + l.short
      order by l.id for update of l`,
  );
  return rows.map((r) => ({ lineId: r.id, wanted: r.wanted, open: r.open, paidAt: r.paid_at ?? new Date(0) }));
}
