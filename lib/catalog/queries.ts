import "server-only";
import { z } from "zod";
import { authorise, sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { fen } from "#lib/kernel/money";
import { type Page, pageOf, readCursor } from "#lib/kernel/page";
import { initials } from "#lib/kernel/pinyin";
import { Refusal } from "#lib/kernel/refusal";
import { type Day, dateOf, dayFromDate } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { supplierNames, suppliersForPurchase } from "#lib/suppliers/queries";
import { headingOf, templateColumns } from "./price-list";
import { listingProblems, marginOf, normal, type Storage } from "./rules";
import type {
  CategoryView,
  ImportProblem,
  ImportReport,
  ImportRow,
  ImportTotals,
  ProductRecord,
  ProductRow,
  SkuForOffer,
  SkuView,
} from "./schema";

/** All categories, parents before children. Public knowledge. */
export async function categories(): Promise<CategoryView[]> {
  const rows = await prisma.category.findMany({ orderBy: { sort: "asc" } });
  return rows.map(({ sort: _, ...row }) => row);
}

type ProductWithSkus = NonNullable<Awaited<ReturnType<typeof findProducts>>[number]>;
const findProducts = (ids: string[]) =>
  prisma.product.findMany({ where: { id: { in: ids } }, include: { skus: { orderBy: { id: "asc" }, take: 1 } } });

const amount = (value: bigint | null) => (value === null ? null : fen(value));
const skuView = (s: ProductWithSkus["skus"][number]): SkuView => ({
  id: s.id,
  code: s.code,
  casePack: s.casePack,
  leadDays: s.leadDays,
  nominalGrams: s.nominalGrams,
  toleranceBp: s.toleranceBp,
  taxClass: s.taxClass,
  supplyPriceFen: fen(s.supplyPriceFen),
  salePriceFen: amount(s.salePriceFen),
  msrpFen: amount(s.msrpFen),
  commissionBp: s.commissionBp,
  isListed: s.isListed,
  dailyQuota: s.dailyQuota,
  proposedSupplyFen: amount(s.proposedSupplyFen),
  proposedAt: s.proposedAt,
});

/** What the platform earns and pays its leaders is not a supplier's to see. */
async function rowsOf(actor: Actor, products: ProductWithSkus[]): Promise<ProductRow[]> {
  const isOwn = actor.kind === "supplier";
  const [names, known] = await Promise.all([supplierNames(products.map((p) => p.supplierId)), categories()]);
  const category = new Map(known.map((c) => [c.id, c]));
  return products.flatMap((p): ProductRow[] => {
    const full = p.skus[0] && skuView(p.skus[0]);
    const sku = full && isOwn ? { ...full, commissionBp: null } : full;
    if (!sku) return [];
    const margin =
      sku.salePriceFen === null
        ? null
        : marginOf({ supplyFen: sku.supplyPriceFen, saleFen: sku.salePriceFen, commissionBp: sku.commissionBp ?? 0 });
    return [
      {
        id: p.id,
        name: p.name,
        spec: p.spec,
        unit: p.unit,
        categoryId: p.categoryId,
        categoryName: category.get(p.categoryId)?.name ?? p.categoryId,
        categoryNameEn: category.get(p.categoryId)?.nameEn ?? p.categoryId,
        picture: p.picture ?? category.get(p.categoryId)?.picture ?? "other",
        pictureFileId: p.pictureFileId,
        supplierId: p.supplierId,
        supplierName: names.get(p.supplierId) ?? "—",
        state: p.state,
        sku,
        marginBp: isOwn ? null : (margin?.marginBp ?? null),
        changedAt: p.changedAt,
      },
    ];
  });
}

async function scopeWhere(actor: Actor) {
  const scope = sees(actor, "catalog.see");
  if (scope.supplierId !== undefined) return { supplierId: scope.supplierId };
  if (!scope.cityIds) return {};
  const suppliers = await prisma.supplier.findMany({
    where: { OR: [{ cityIds: { hasSome: scope.cityIds } }, { cityIds: { isEmpty: true } }] },
    select: { id: true },
  });
  return { supplierId: { in: suppliers.map((s) => s.id) } };
}

/** Products by id, in any order, as this actor may know them; whoever asks has been allowed to see them. */
export const productsById = async (ids: string[], actor: Actor): Promise<ProductRow[]> =>
  rowsOf(actor, await findProducts(ids));

async function withChildren(categoryId: string): Promise<string[]> {
  const rows = await prisma.category.findMany({
    where: { OR: [{ id: categoryId }, { parentId: categoryId }] },
    select: { id: true },
  });
  return rows.map((r) => r.id);
}

/** One product with a year of its quotes. Refuses: notFound, forbidden. */
export async function productRecord(actor: Actor, productId: string): Promise<ProductRecord> {
  const product = (await findProducts([productId]))[0];
  const sku = product?.skus[0];
  if (!product || !sku) throw new Refusal("notFound");
  const supplier = (await suppliersForPurchase([product.supplierId])).get(product.supplierId);
  const cities = await prisma.supplier.findUniqueOrThrow({
    where: { id: product.supplierId },
    select: { cityIds: true },
  });
  authorise(actor, "catalog.see", { supplierId: product.supplierId, cityIds: cities.cityIds });
  const [row] = await rowsOf(actor, [product]);
  if (!row) throw new Refusal("notFound");
  const quotes = await prisma.priceQuote.findMany({
    where: { skuId: sku.id, day: { lte: dateOf(today()) } },
    orderBy: { day: "desc" },
    take: 365,
  });
  return {
    ...row,
    origin: product.origin,
    storage: product.storage as Storage,
    shelfLifeDays: product.shelfLifeDays,
    description: product.description,
    decision: product.decision,
    createdAt: product.createdAt,
    version: product.version,
    quotes: quotes.reverse().map((q) => ({
      day: dayFromDate(q.day),
      priceFen: fen(q.priceFen),
      lowFen: amount(q.lowFen),
      highFen: amount(q.highFen),
    })),
    supplierState: supplier?.state ?? "suspended",
    listing: listingProblems({
      productState: product.state,
      salePriceFen: row.sku.salePriceFen,
      supplyFen: row.sku.supplyPriceFen,
      supplierState: supplier?.state ?? "suspended",
      lapsed: supplier?.lapsed ?? [],
    }),
  };
}

/** Everything of some SKUs that sessions, the API and orders need; unknown ids are left out. No actor: higher domains call it. */
export async function skusForOffer(ids: readonly string[]): Promise<SkuForOffer[]> {
  const skus = await prisma.sku.findMany({ where: { id: { in: [...new Set(ids)] } }, include: { product: true } });
  const [suppliers, known] = await Promise.all([suppliersForPurchase(skus.map((s) => s.supplierId)), categories()]);
  const category = new Map(known.map((c) => [c.id, c]));
  return skus.flatMap((s): SkuForOffer[] => {
    const c = category.get(s.product.categoryId);
    if (!c) return [];
    const supplier = suppliers.get(s.supplierId);
    return [
      {
        skuId: s.id,
        productId: s.productId,
        supplierId: s.supplierId,
        supplierName: supplier?.name ?? "—",
        supplierState: supplier?.state ?? "suspended",
        lapsed: supplier?.lapsed ?? [],
        categoryId: c.id,
        categoryName: c.name,
        name: s.product.name,
        spec: s.product.spec,
        unit: s.product.unit,
        origin: s.product.origin,
        storage: s.product.storage as Storage,
        shelfLifeDays: s.product.shelfLifeDays,
        description: s.product.description,
        picture: s.product.picture ?? c.picture,
        pictureFileId: s.product.pictureFileId,
        isFresh: c.isFresh,
        completionDays: c.completionDays,
        afterSaleHours: c.afterSaleHours,
        uncollectedPolicy: c.uncollectedPolicy,
        uncollectedBearer: c.uncollectedBearer,
        state: s.product.state,
        isListed: s.isListed,
        supplyPriceFen: fen(s.supplyPriceFen),
        salePriceFen: amount(s.salePriceFen),
        msrpFen: amount(s.msrpFen),
        commissionBp: s.commissionBp,
        casePack: s.casePack,
        leadDays: s.leadDays,
        nominalGrams: s.nominalGrams,
        dailyQuota: s.dailyQuota,
        taxClass: s.taxClass,
      },
    ];
  });
}

/** Listed SKUs that can be scheduled, by name or initials; for the pickers of sessions and flash sales. Refuses: forbidden. */
export async function listedSkus(
  actor: Actor,
  query: { q?: string; categoryId?: string; after?: string | null; except?: readonly string[] },
  limit = 30,
): Promise<Page<SkuForOffer>> {
  authorise(actor, "sessions.see");
  const scope = await scopeWhere(actor);
  const key = readCursor(query.after);
  const q = normal(query.q ?? "");
  const rows = await prisma.sku.findMany({
    where: {
      isListed: true,
      ...(query.except?.length ? { id: { notIn: [...query.except] } } : {}),
      product: {
        state: "approved",
        ...(q ? { searchText: { contains: q } } : {}),
        ...(query.categoryId ? { categoryId: { in: await withChildren(query.categoryId) } } : {}),
        AND: [scope],
      },
      AND: key ? [{ id: { lt: String(key[0]) } }] : [],
    },
    orderBy: { id: "desc" },
    take: limit + 1,
    select: { id: true },
  });
  const page = pageOf(rows, limit, (r) => [r.id]);
  const facts = new Map((await skusForOffer(page.rows.map((r) => r.id))).map((s) => [s.skuId, s]));
  return { rows: page.rows.flatMap((r) => facts.get(r.id) ?? []), nextCursor: page.nextCursor };
}

/** Whether a text is found by this search, as the list would: for callers that filter in memory. */
export const matches = (text: string, q: string): boolean => {
  const wanted = normal(q);
  return wanted === "" || normal(text).includes(wanted) || initials(text).includes(wanted);
};

const quotedRow = z.object({ sku_id: z.string(), day: z.date(), price_fen: z.bigint() });

/** A supplier's own products with today's quote and the newest before it: the portal's price page. Refuses: forbidden. */
export async function quoteSheet(
  actor: Actor,
  supplierId: string,
): Promise<{
  day: Day;
  rows: (ProductRow & { todayFen: number | null; beforeFen: number | null; beforeDay: Day | null })[];
}> {
  authorise(actor, "catalog.see", { supplierId });
  const day = today();
  const products = await prisma.product.findMany({
    where: { supplierId, state: "approved" },
    include: { skus: { orderBy: { id: "asc" }, take: 1 } },
    orderBy: { id: "desc" },
    take: 500,
  });
  const rows = await rowsOf(actor, products);
  const ids = rows.map((r) => r.sku.id);
  const [now, before] = await Promise.all([
    prisma.priceQuote.findMany({ where: { skuId: { in: ids }, day: dateOf(day) } }),
    prisma.$queryRaw`select distinct on (sku_id) sku_id, day, price_fen from price_quote where sku_id = any(${ids}) and day < ${day}::date order by sku_id, day desc`,
  ]);
  const todays = new Map(now.map((q) => [q.skuId, fen(q.priceFen)]));
  const befores = new Map(
    z
      .array(quotedRow)
      .parse(before)
      .map((q) => [q.sku_id, q]),
  );
  return {
    day,
    rows: rows.map((row) => {
      const earlier = befores.get(row.sku.id);
      return {
        ...row,
        todayFen: todays.get(row.sku.id) ?? null,
        beforeFen: earlier ? fen(earlier.price_fen) : null,
        beforeDay: earlier ? dayFromDate(earlier.day) : null,
      };
    }),
  };
}

async function importRun(actor: Actor, importId: string) {
  const run = await prisma.importRun.findUnique({ where: { id: importId } });
  if (!run?.supplierId || run.kind !== "priceList") throw new Refusal("notFound");
  authorise(actor, "catalog.see", { supplierId: run.supplierId });
  return { ...run, supplierId: run.supplierId };
}

/** One import with its counts and every kept fault. Refuses: notFound, forbidden. */
export async function importReport(actor: Actor, importId: string): Promise<ImportReport> {
  const run = await importRun(actor, importId);
  const names = await supplierNames([run.supplierId]);
  return {
    id: run.id,
    fileName: run.fileName,
    supplierId: run.supplierId,
    supplierName: names.get(run.supplierId) ?? "—",
    state: run.state,
    totals: run.totals as unknown as ImportTotals,
    problems: run.problems as unknown as ImportProblem[],
    problemCount: run.problemCount,
    createdAt: run.createdAt,
    committedAt: run.committedAt,
  };
}

/** The latest imports. Refuses: forbidden. */
export async function latestImports(actor: Actor, limit = 20): Promise<ImportRow[]> {
  const scope = sees(actor, "catalog.see");
  const rows = await prisma.importRun.findMany({
    where: { kind: "priceList", ...(scope.supplierId === undefined ? {} : { supplierId: scope.supplierId }) },
    omit: { problems: true },
    orderBy: { id: "desc" },
    take: limit,
  });
  const names = await supplierNames(rows.flatMap((r) => r.supplierId ?? []));
  return rows.map((r): ImportRow => {
    const totals = r.totals as unknown as ImportTotals;
    return {
      id: r.id,
      fileName: r.fileName,
      supplierId: r.supplierId ?? "",
      supplierName: names.get(r.supplierId ?? "") ?? "—",
      state: r.state,
      createdAt: r.createdAt,
      committedAt: r.committedAt,
      problemCount: r.problemCount,
      goodRows: totals.goodRows,
      productsCreated: totals.productsCreated,
      pricesChanged: totals.pricesChanged,
    };
  });
}

/** The SKUs of an approved product, listed or not; empty when there is no such product. Public knowledge. */
export async function skusOfProduct(productId: string): Promise<SkuForOffer[]> {
  const skus = await prisma.sku.findMany({
    where: { productId, product: { state: "approved" } },
    select: { id: true },
    orderBy: { id: "asc" },
  });
  return skusForOffer(skus.map((s) => s.id));
}

/** The price list to fill in: our heading and two sample rows, as text. Public knowledge. */
export function priceListTemplate(): string[][] {
  const day = today();
  return [
    templateColumns.map(headingOf),
    ["油麦菜", "500g", "份", "叶菜", "2.60", "20", "300", "河北", day],
    ["赣南脐橙", "5 斤", "箱", "柑橘", "21.50", "1", "", "江西", day],
  ];
}
