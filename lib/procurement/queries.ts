import "server-only";
import { z } from "zod";
import { timelineOf } from "#lib/audit/queries";
import { authorise, can, sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { type Fen, fen, plus, sum, times, zero } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { type Day, dateOf, dayFromDate } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import type { PurchaseLineView, PurchaseRecord, PurchaseRow, ReceiptView, RunningSession } from "./schema";

/** Suppliers see their own; operators by city; the warehouse by site. */
function scopeWhere(actor: Actor) {
  const scope = sees(
    actor,
    actor.kind === "operator" && !can(actor, "procurement.see") ? "fulfilment.see" : "procurement.see",
  );
  return {
    AND: [
      scope.cityIds ? { cityId: { in: scope.cityIds } } : {},
      scope.supplierId !== undefined ? { supplierId: scope.supplierId } : {},
      scope.siteIds ? { warehouseId: { in: scope.siteIds } } : {},
    ],
  };
}

type Raw = Awaited<ReturnType<typeof prisma.purchaseOrder.findMany<{ include: { lines: true } }>>>[number];

async function names(rows: Pick<Raw, "supplierId" | "warehouseId">[]) {
  const [suppliers, warehouses] = await Promise.all([
    prisma.supplier.findMany({
      where: { id: { in: rows.map((r) => r.supplierId) } },
      select: { id: true, name: true },
    }),
    prisma.warehouse.findMany({
      where: { id: { in: rows.map((r) => r.warehouseId) } },
      select: { id: true, name: true, address: true },
    }),
  ]);
  return {
    supplier: new Map(suppliers.map((s) => [s.id, s.name])),
    warehouse: new Map(warehouses.map((w) => [w.id, w])),
  };
}

const rowOf = (r: Raw, known: Awaited<ReturnType<typeof names>>): PurchaseRow => ({
  id: r.id,
  state: r.state,
  saleSessionId: r.saleSessionId,
  supplierId: r.supplierId,
  supplierName: known.supplier.get(r.supplierId) ?? "",
  warehouseId: r.warehouseId,
  warehouseName: known.warehouse.get(r.warehouseId)?.name ?? "",
  pickupDay: dayFromDate(r.pickupDay),
  lineCount: r.lines.length,
  pieces: r.pieces,
  accepted: r.lines.reduce((n, l) => n + l.accepted, 0),
  missing: r.lines.reduce((n, l) => n + l.short + l.damaged, 0),
  totalFen: fen(r.totalFen),
  acceptedFen: fen(r.acceptedFen),
  issuedAt: r.issuedAt,
  autoAcceptAt: r.autoAcceptAt,
  acceptedAt: r.acceptedAt,
  unloadFromAt: r.unloadFromAt,
  unloadToAt: r.unloadToAt,
  receivedAt: r.receivedAt,
});

/** Purchase orders by id, in any order; whoever asks has been allowed to see them. */
export async function purchasesById(ids: readonly string[]): Promise<PurchaseRow[]> {
  const found = await prisma.purchaseOrder.findMany({ where: { id: { in: [...ids] } }, include: { lines: true } });
  const known = await names(found);
  return found.map((r) => rowOf(r, known));
}

const lineOf = (l: Raw["lines"][number]): PurchaseLineView => ({
  id: l.id,
  skuId: l.skuId,
  name: l.name,
  spec: l.spec,
  unit: l.unit,
  picture: l.picture,
  needed: l.needed,
  fromRemainder: l.fromRemainder,
  casePack: l.casePack,
  cases: l.cases,
  pieces: l.pieces,
  supplyPriceFen: fen(l.supplyPriceFen),
  amountFen: fen(l.amountFen),
  accepted: l.accepted,
  short: l.short,
  damaged: l.damaged,
  isReceived: l.isReceived,
  receivedAt: l.receivedAt,
});

/** One purchase order with its lines, receipts and timeline. Refuses: notFound, forbidden. */
export async function purchaseRecord(
  actor: Actor,
  id: string,
): Promise<PurchaseRecord & { timeline: Awaited<ReturnType<typeof timelineOf>> }> {
  const found = await prisma.purchaseOrder.findUnique({
    where: { id },
    include: {
      lines: { orderBy: [{ name: "asc" }, { id: "asc" }] },
      receipts: { include: { lines: true }, orderBy: { id: "asc" } },
    },
  });
  if (!found) throw new Refusal("notFound");
  const isFloor = actor.kind === "operator" && !can(actor, "procurement.see");
  authorise(actor, isFloor ? "fulfilment.see" : "procurement.see", {
    supplierId: found.supplierId,
    cityId: found.cityId,
    siteId: found.warehouseId,
  });
  const [known, session, people, timeline] = await Promise.all([
    names([found]),
    prisma.saleSession.findUnique({ where: { id: found.saleSessionId }, select: { name: true, businessDay: true } }),
    prisma.user.findMany({
      where: { id: { in: [...found.receipts.map((r) => r.by), found.acceptedBy ?? ""] } },
      select: { id: true, name: true },
    }),
    timelineOf("purchase", id),
  ]);
  const person = new Map(people.map((p) => [p.id, p.name]));
  const byLine = new Map(found.lines.map((l) => [l.id, l]));
  const receipts = found.receipts.map(
    (r): ReceiptView => ({
      id: r.id,
      at: r.at,
      byName: person.get(r.by) ?? "",
      lines: r.lines.map((l) => {
        const line = byLine.get(l.purchaseOrderLineId);
        return {
          lineId: l.purchaseOrderLineId,
          name: line?.name ?? "",
          spec: line?.spec ?? "",
          unit: line?.unit ?? "",
          accepted: l.accepted,
          short: l.short,
          damaged: l.damaged,
          amountFen: fen(l.amountFen),
          photoFileId: l.photoFileId,
          note: l.note,
        };
      }),
    }),
  );
  return {
    ...rowOf(found, known),
    sessionName: session?.name ?? "",
    businessDay: session ? dayFromDate(session.businessDay) : dayFromDate(found.pickupDay),
    warehouseAddress: known.warehouse.get(found.warehouseId)?.address ?? "",
    acceptedByName: found.acceptedBy ? (person.get(found.acceptedBy) ?? null) : null,
    snapshotHash: found.snapshotHash,
    lines: found.lines.map(lineOf),
    receipts,
    timeline,
  };
}

export type ToReceive = PurchaseRow & { lines: PurchaseLineView[] };

/** What the warehouse has to count in now: accepted orders with their open lines, by unloading time. Refuses: forbidden. */
export async function purchasesToReceive(actor: Actor): Promise<ToReceive[]> {
  const found = await prisma.purchaseOrder.findMany({
    where: { AND: [scopeWhere(actor), { state: { in: ["accepted", "receiving"] } }] },
    include: { lines: { orderBy: [{ name: "asc" }, { id: "asc" }] } },
    orderBy: [{ unloadFromAt: "asc" }, { id: "asc" }],
    take: 200,
  });
  const known = await names(found);
  return found.map((r) => ({ ...rowOf(r, known), lines: r.lines.map(lineOf) }));
}

export type BuyingList = {
  warehouseId: string;
  warehouseName: string;
  warehouseAddress: string;
  pickupDay: Day;
  suppliers: {
    purchaseOrderId: string;
    supplierName: string;
    unloadFromAt: Date;
    unloadToAt: Date;
    totalFen: Fen;
    lines: PurchaseLineView[];
  }[];
  totalFen: Fen;
};

/** The purchase list of a day, one sheet per warehouse, for printing. Refuses: forbidden. */
export async function buyingLists(actor: Actor, day: Day): Promise<BuyingList[]> {
  const found = await prisma.purchaseOrder.findMany({
    where: { AND: [scopeWhere(actor), { pickupDay: dateOf(day), state: { not: "cancelled" } }] },
    include: { lines: { orderBy: [{ name: "asc" }, { id: "asc" }] } },
    orderBy: [{ warehouseId: "asc" }, { unloadFromAt: "asc" }, { id: "asc" }],
  });
  const known = await names(found);
  const lists = new Map<string, BuyingList>();
  for (const r of found) {
    const house = known.warehouse.get(r.warehouseId);
    const list: BuyingList = lists.get(r.warehouseId) ?? {
      warehouseId: r.warehouseId,
      warehouseName: house?.name ?? "",
      warehouseAddress: house?.address ?? "",
      pickupDay: day,
      suppliers: [],
      totalFen: zero,
    };
    list.suppliers.push({
      purchaseOrderId: r.id,
      supplierName: known.supplier.get(r.supplierId) ?? "",
      unloadFromAt: r.unloadFromAt,
      unloadToAt: r.unloadToAt,
      totalFen: fen(r.totalFen),
      lines: r.lines.map(lineOf),
    });
    list.totalFen = plus(list.totalFen, fen(r.totalFen));
    lists.set(r.warehouseId, list);
  }
  return [...lists.values()];
}

export type DayBuying = {
  day: Day;
  orders: number;
  accepted: number;
  received: number;
  late: number;
  pieces: number;
  acceptedPieces: number;
  missingPieces: number;
  totalFen: Fen;
};

const dayRow = z.object({
  pickup_day: z.date(),
  orders: z.coerce.number(),
  accepted: z.coerce.number(),
  received: z.coerce.number(),
  late: z.coerce.number(),
  pieces: z.coerce.number(),
  accepted_pieces: z.coerce.number(),
  missing_pieces: z.coerce.number(),
  total_fen: z.coerce.number(),
});

/** Purchase and receipt by pickup day, `[from, to]`: the left half of the wave board. Refuses: forbidden. */
export async function buyingByDay(actor: Actor, from: Day, to: Day): Promise<DayBuying[]> {
  const scope = sees(actor, "fulfilment.see");
  const rows = z.array(dayRow).parse(
    await prisma.$queryRaw`
      with lines as (
        select purchase_order_id, sum(accepted) as accepted, sum(short + damaged) as missing from purchase_order_line group by 1)
      select p.pickup_day, count(*) as orders, count(*) filter (where p.state <> 'issued') as accepted, count(*) filter (where p.state = 'received') as received,
        count(*) filter (where p.state in ('issued', 'accepted', 'receiving') and p.unload_to_at <= ${now()}) as late,
        sum(p.pieces) as pieces, coalesce(sum(l.accepted), 0) as accepted_pieces, coalesce(sum(l.missing), 0) as missing_pieces, sum(p.total_fen) as total_fen
      from purchase_order p left join lines l on l.purchase_order_id = p.id
      where p.state <> 'cancelled' and p.pickup_day between ${dateOf(from)}::date and ${dateOf(to)}::date
        and (${scope.cityIds ?? null}::text[] is null or p.city_id = any(${scope.cityIds ?? null}::text[]))
        and (${scope.siteIds ?? null}::text[] is null or p.warehouse_id = any(${scope.siteIds ?? null}::text[]))
      group by p.pickup_day order by p.pickup_day`,
  );
  return rows.map((r) => ({
    day: dayFromDate(r.pickup_day),
    orders: r.orders,
    accepted: r.accepted,
    received: r.received,
    late: r.late,
    pieces: r.pieces,
    acceptedPieces: r.accepted_pieces,
    missingPieces: r.missing_pieces,
    totalFen: fen(r.total_fen),
  }));
}

const totalRow = z.object({
  session_id: z.string(),
  session_name: z.string(),
  business_day: z.date(),
  cutoff_at: z.date(),
  sku_id: z.string(),
  name: z.string(),
  spec: z.string(),
  unit: z.string(),
  picture: z.string(),
  case_pack: z.number(),
  supply_price_fen: z.bigint(),
  quota: z.coerce.number(),
  held: z.coerce.number(),
  sold: z.coerce.number(),
});

/** What a supplier's goods have sold so far in every session still open, by cut-off: what it should get ready. Refuses: forbidden. */
export async function runningTotals(actor: Actor, supplierId?: string): Promise<RunningSession[]> {
  const own = sees(actor, "procurement.see").supplierId ?? supplierId;
  if (!own) return [];
  const rows = z.array(totalRow).parse(
    await prisma.$queryRaw`
      with offers as (
        select distinct o.sale_session_id, o.sku_id, o.stock_pool_id, o.supply_price_fen from offer o
        join sku k on k.id = o.sku_id
        where k.supplier_id = ${own} and o.state in ('active', 'paused', 'closed'))
      select s.id as session_id, s.name as session_name, s.business_day, s.cutoff_at, f.sku_id, min(p.name) as name, min(p.spec) as spec, min(p.unit) as unit,
        min(coalesce(p.picture, c.picture)) as picture, max(k.case_pack) as case_pack, max(f.supply_price_fen) as supply_price_fen,
        sum(t.quota) as quota, sum(t.held) as held, sum(t.sold) as sold
      from sale_session s
      join offers f on f.sale_session_id = s.id
      join stock_pool t on t.id = f.stock_pool_id
      join sku k on k.id = f.sku_id join product p on p.id = k.product_id join category c on c.id = p.category_id
      where s.state in ('published', 'cutOff') and s.opens_at <= ${now()}
      group by s.id, s.name, s.business_day, s.cutoff_at, f.sku_id
      order by s.cutoff_at, s.id, sum(t.sold) desc, min(p.name)`,
  );
  const sessions = new Map<string, RunningSession>();
  for (const r of rows) {
    const session: RunningSession = sessions.get(r.session_id) ?? {
      sessionId: r.session_id,
      name: r.session_name,
      businessDay: dayFromDate(r.business_day),
      cutoffAt: r.cutoff_at,
      pieces: 0,
      soldFen: zero,
      items: [],
    };
    const price = fen(r.supply_price_fen);
    session.items.push({
      skuId: r.sku_id,
      name: r.name,
      spec: r.spec,
      unit: r.unit,
      picture: r.picture,
      casePack: r.case_pack,
      quota: r.quota,
      held: r.held,
      sold: r.sold,
      supplyPriceFen: price,
      soldFen: times(price, r.sold),
    });
    sessions.set(r.session_id, session);
  }
  for (const s of sessions.values()) {
    s.pieces = s.items.reduce((n, i) => n + i.sold, 0);
    s.soldFen = sum(s.items.map((i) => i.soldFen));
  }
  return [...sessions.values()];
}
