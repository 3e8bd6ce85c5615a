import "server-only";
import { record, stale } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { fen } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { addDays, dateOf } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import { type Tx, transact } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { suppliersForPurchase } from "#lib/suppliers/queries";
import { catalogNews } from "../events";
import { takePrices } from "../import";
import { type BelowCostReason, listingProblems, marginOf, priceChange, priceProblems, suggestedSale } from "../rules";
import { loaded } from "./product";

async function bySku(tx: Tx, actor: Actor, skuId: string, deed: "catalog.submit" | "catalog.price") {
  const sku = await tx.sku.findUnique({ where: { id: skuId } });
  if (!sku) throw new Refusal("notFound");
  await tx.$executeRaw`select 1 from sku where id = ${skuId} for update`;
  return loaded(tx, actor, sku.productId, deed);
}

/**
 * Prices a SKU; sessions already published keep the price they froze. Returns the margin in fen.
 * Refuses: notFound, forbidden, illegalTransition (not approved), invalid (missing price, commission too high, recommended price under
 * the sale price, a sale under cost without one of the lawful reasons).
 */
export async function priceSku(
  actor: Actor,
  input: {
    skuId: string;
    /** Of the product, when a person prices what they see. */
    version?: number | undefined;
    supplyPriceFen: number;
    salePriceFen: number;
    msrpFen?: number | undefined;
    commissionBp?: number | undefined;
    dailyQuota?: number | undefined;
    belowCost?: BelowCostReason | undefined;
  },
): Promise<{ marginFen: number; unit: string }> {
  return transact(async (tx) => {
    const { product, sku } = await bySku(tx, actor, input.skuId, "catalog.price");
    if (product.state !== "approved") throw new Refusal("illegalTransition", { state: product.state, event: "price" });
    const supplyFen = fen(input.supplyPriceFen);
    const saleFen = fen(input.salePriceFen);
    const msrpFen = input.msrpFen === undefined ? null : fen(input.msrpFen);
    const commissionBp = input.commissionBp ?? null;
    const problems = priceProblems({ supplyFen, saleFen, commissionBp, msrpFen, belowCost: input.belowCost ?? null });
    if (problems.length > 0) throw new Refusal("invalid", {}, problems);
    const { version = product.version } = input;
    const written = await tx.product.updateMany({
      where: { id: product.id, version },
      data: { version: { increment: 1 } },
    });
    if (written.count !== 1)
      throw await stale(tx, actor, {
        subjectType: "product",
        subjectId: product.id,
        behind: product.version - version,
      });
    await tx.sku.update({
      where: { id: sku.id },
      data: {
        supplyPriceFen: BigInt(supplyFen),
        salePriceFen: BigInt(saleFen),
        msrpFen: msrpFen === null ? null : BigInt(msrpFen),
        commissionBp,
        ...(input.dailyQuota === undefined ? {} : { dailyQuota: input.dailyQuota }),
        ...(sku.proposedSupplyFen !== null && fen(sku.proposedSupplyFen) <= supplyFen
          ? { proposedSupplyFen: null, proposedAt: null }
          : {}),
      },
    });
    await record(tx, actor, {
      deed: "catalog.price",
      subjectType: "product",
      subjectId: product.id,
      before: {
        supplyPriceFen: sku.supplyPriceFen,
        salePriceFen: sku.salePriceFen,
        commissionBp: sku.commissionBp,
        msrpFen: sku.msrpFen,
      },
      after: { supplyPriceFen: supplyFen, salePriceFen: saleFen, commissionBp, msrpFen },
      reason: saleFen < supplyFen ? (input.belowCost ?? null) : null,
    });
    return {
      marginFen: marginOf({ supplyFen, saleFen, commissionBp: commissionBp ?? 0 }).marginFen,
      unit: product.unit,
    };
  });
}

/** Prices many approved products by a markup on their supply price (basis points), rounded up to end in 9 fen. Refuses: notFound, forbidden. */
export async function priceByMarkup(
  actor: Actor,
  input: { ids: string[]; markupBp: number; commissionBp?: number | undefined },
): Promise<{ done: number; skipped: number }> {
  return transact(
    async (tx) => {
      const skus = await authorisedSkus(tx, actor, input.ids, "catalog.price");
      const priceable = skus.filter((s) => s.product.state === "approved" && s.supplyPriceFen > 0n);
      for (const sku of priceable) {
        const salePriceFen = suggestedSale(fen(sku.supplyPriceFen), input.markupBp);
        const commissionBp = input.commissionBp ?? sku.commissionBp;
        await tx.sku.update({ where: { id: sku.id }, data: { salePriceFen: BigInt(salePriceFen), commissionBp } });
        await record(tx, actor, {
          deed: "catalog.price",
          subjectType: "product",
          subjectId: sku.productId,
          before: { salePriceFen: sku.salePriceFen, commissionBp: sku.commissionBp },
          after: { salePriceFen, commissionBp, markupBp: input.markupBp },
        });
      }
      return { done: priceable.length, skipped: input.ids.length - priceable.length };
    },
    { timeoutMs: 60_000 },
  );
}

async function authorisedSkus(
  tx: Tx,
  actor: Actor,
  productIds: readonly string[],
  deed: "catalog.price" | "catalog.list",
) {
  const skus = await tx.sku.findMany({
    where: { productId: { in: [...new Set(productIds)] } },
    include: { product: true },
  });
  if (skus.length === 0) throw new Refusal("notFound");
  const suppliers = await tx.supplier.findMany({ where: { id: { in: skus.map((s) => s.supplierId) } } });
  for (const s of suppliers) authorise(actor, deed, { supplierId: s.id, cityIds: s.cityIds });
  return skus;
}

/**
 * Puts products on sale: from now on they can be scheduled. Those that cannot are left and counted.
 * Refuses: notFound, forbidden, notListable (none of them can, with the first reason).
 */
export async function listProducts(actor: Actor, input: { ids: string[] }): Promise<{ done: number; skipped: number }> {
  return transact(
    async (tx) => {
      const skus = await authorisedSkus(tx, actor, input.ids, "catalog.list");
      const suppliers = await suppliersForPurchase(skus.map((s) => s.supplierId));
      const judged = skus.map((sku) => {
        const supplier = suppliers.get(sku.supplierId);
        return {
          sku,
          problems: listingProblems({
            productState: sku.product.state,
            salePriceFen: sku.salePriceFen === null ? null : fen(sku.salePriceFen),
            supplyFen: fen(sku.supplyPriceFen),
            supplierState: supplier?.state ?? "suspended",
            lapsed: supplier?.lapsed ?? [],
          }),
        };
      });
      const good = judged.filter((j) => j.problems.length === 0).map((j) => j.sku);
      if (good.length === 0) throw new Refusal("notListable", { reason: judged[0]?.problems[0] ?? "" });
      const fresh = good.filter((s) => !s.isListed);
      await tx.sku.updateMany({ where: { id: { in: fresh.map((s) => s.id) } }, data: { isListed: true } });
      await record(
        tx,
        actor,
        ...fresh.map((s) => ({
          deed: "catalog.list",
          subjectType: "product",
          subjectId: s.productId,
          before: { isListed: false },
          after: { isListed: true },
        })),
      );
      await announce(tx, ...fresh.map((s) => ({ type: catalogNews.listed, subjectId: s.productId })));
      return { done: good.length, skipped: skus.length - good.length };
    },
    { timeoutMs: 60_000 },
  );
}

/** Takes products off sale; what is scheduled already goes on. Refuses: notFound, forbidden. */
export async function unlistProducts(
  actor: Actor,
  input: { ids: string[] },
): Promise<{ done: number; skipped: number }> {
  return transact(async (tx) => {
    const skus = await authorisedSkus(tx, actor, input.ids, "catalog.list");
    const listed = skus.filter((s) => s.isListed);
    await tx.sku.updateMany({ where: { id: { in: listed.map((s) => s.id) } }, data: { isListed: false } });
    await record(
      tx,
      actor,
      ...listed.map((s) => ({
        deed: "catalog.unlist",
        subjectType: "product",
        subjectId: s.productId,
        before: { isListed: true },
        after: { isListed: false },
      })),
    );
    await announce(tx, ...listed.map((s) => ({ type: catalogNews.unlisted, subjectId: s.productId })));
    return { done: listed.length, skipped: skus.length - listed.length };
  });
}

/**
 * A supplier's quote for today: price and, if said, the pieces it stands for. A lower price holds at once, a raise on an approved product
 * waits. Refuses: notFound, forbidden, invalid, illegalTransition (archived).
 */
export async function quoteSku(
  actor: Actor,
  input: { skuId: string; supplyPriceFen: number; dailyQuota?: number | undefined },
): Promise<{ outcome: "same" | "holds" | "waits" }> {
  return transact(async (tx) => {
    const { product, sku } = await bySku(tx, actor, input.skuId, "catalog.submit");
    if (product.state === "archived") throw new Refusal("illegalTransition", { state: product.state, event: "quote" });
    if (input.supplyPriceFen <= 0) throw new Refusal("invalid", {}, [{ field: "supplyPriceFen", code: "required" }]);
    const offeredFen = fen(input.supplyPriceFen);
    const currentFen = fen(sku.supplyPriceFen);
    await tx.priceQuote.upsert({
      where: { skuId_day: { skuId: sku.id, day: dateOf(today()) } },
      create: { skuId: sku.id, day: dateOf(today()), priceFen: BigInt(offeredFen) },
      update: { priceFen: BigInt(offeredFen), lowFen: null, highFen: null, importId: null },
    });
    if (input.dailyQuota !== undefined)
      await tx.sku.update({ where: { id: sku.id }, data: { dailyQuota: input.dailyQuota } });
    if (offeredFen === currentFen && sku.proposedSupplyFen !== null)
      await tx.sku.update({ where: { id: sku.id }, data: { proposedSupplyFen: null, proposedAt: null } });
    const taken = await takePrices(tx, actor, [{ skuId: sku.id, productState: product.state, currentFen, offeredFen }]);
    const waits = taken.proposed.has(sku.id);
    await record(tx, actor, {
      deed: waits ? "catalog.propose" : "catalog.quote",
      subjectType: "product",
      subjectId: product.id,
      before: { supplyPriceFen: currentFen, dailyQuota: sku.dailyQuota },
      after: {
        [waits ? "proposedSupplyFen" : "supplyPriceFen"]: offeredFen,
        dailyQuota: input.dailyQuota ?? sku.dailyQuota,
      },
    });
    if (waits) await announce(tx, { type: catalogNews.priceProposed, subjectId: sku.id });
    return { outcome: waits ? "waits" : priceChange(currentFen, offeredFen) === "same" ? "same" : "holds" };
  });
}

/** Yes: the raise becomes the supply price of sessions to come. No: it is dropped. Refuses: notFound, forbidden, nothingProposed. */
export async function decideProposal(actor: Actor, input: { skuId: string; accept: boolean }): Promise<void> {
  await transact(async (tx) => {
    const { product, sku } = await bySku(tx, actor, input.skuId, "catalog.price");
    if (sku.proposedSupplyFen === null) throw new Refusal("nothingProposed");
    await tx.sku.update({
      where: { id: sku.id },
      data: {
        ...(input.accept ? { supplyPriceFen: sku.proposedSupplyFen } : {}),
        proposedSupplyFen: null,
        proposedAt: null,
      },
    });
    await record(tx, actor, {
      deed: input.accept ? "catalog.acceptPrice" : "catalog.declinePrice",
      subjectType: "product",
      subjectId: product.id,
      before: { supplyPriceFen: sku.supplyPriceFen, proposedSupplyFen: sku.proposedSupplyFen },
      after: { supplyPriceFen: input.accept ? sku.proposedSupplyFen : sku.supplyPriceFen },
    });
  });
}

/**
 * One tap: yesterday's quotes (or the newest before today) stand for today as well, where today has none yet.
 * Returns how many were copied. Refuses: notFound, forbidden.
 */
export async function copyYesterdaysQuotes(actor: Actor, input: { supplierId: string }): Promise<{ copied: number }> {
  return transact(async (tx) => {
    const supplier = await tx.supplier.findUnique({ where: { id: input.supplierId } });
    if (!supplier) throw new Refusal("notFound");
    authorise(actor, "catalog.submit", { supplierId: supplier.id, cityIds: supplier.cityIds });
    const day = today();
    const copied = await tx.$executeRaw`
      insert into price_quote (sku_id, day, price_fen, low_fen, high_fen)
      select distinct on (q.sku_id) q.sku_id, ${day}::date, q.price_fen, q.low_fen, q.high_fen
      from sku s join product p on p.id = s.product_id join price_quote q on q.sku_id = s.id
      where s.supplier_id = ${supplier.id} and p.state = 'approved'::product_state and q.day < ${day}::date and q.day >= ${addDays(day, -30)}::date
      order by q.sku_id, q.day desc
      on conflict do nothing`;
    if (copied > 0)
      await record(tx, actor, {
        deed: "catalog.copyQuotes",
        subjectType: "supplier",
        subjectId: supplier.id,
        after: { day, copied },
      });
    return { copied };
  });
}
