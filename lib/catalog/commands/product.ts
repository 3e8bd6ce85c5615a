import "server-only";
import { record, stale } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import { from, next } from "#lib/kernel/states";
import { now } from "#lib/platform/clock";
import { type Tx, transact } from "#lib/platform/db";
import { keepFile } from "#lib/platform/files";
import { announce } from "#lib/platform/news";
import { catalogNews } from "../events";
import { searchText, skuCode } from "../import";
import { identityKey, type ProductEvent, productTable, type Storage } from "../rules";

export type ProductFacts = {
  categoryId: string;
  name: string;
  spec: string;
  unit: string;
  origin?: string | undefined;
  storage: Storage;
  shelfLifeDays?: number | undefined;
  description?: string | undefined;
  casePack?: number | undefined;
  leadDays?: number | undefined;
  nominalGrams?: number | undefined;
  toleranceBp?: number | undefined;
  supplyPriceFen: number;
  dailyQuota?: number | undefined;
  picture?: { name: string; bytes: Buffer } | undefined;
};

async function keptPicture(
  tx: Tx,
  actor: Actor,
  supplierId: string,
  picture: ProductFacts["picture"],
): Promise<string | null> {
  if (!picture) return null;
  const file = await keepFile(tx, {
    purpose: "productPicture",
    ownerKind: "supplier",
    ownerId: supplierId,
    name: picture.name,
    bytes: picture.bytes,
    at: now(),
    by: actor.id,
  });
  return file.id;
}

async function categoryOf(tx: Tx, categoryId: string) {
  const category = await tx.category.findUnique({ where: { id: categoryId } });
  if (!category) throw new Refusal("invalid", {}, [{ field: "categoryId", code: "choose" }]);
  return category;
}

/**
 * A new product of a supplier, typed by hand; with `submit` it goes to review at once.
 * Refuses: forbidden, notFound, supplierSuspended, productExists (same name, specification and unit), invalid, and what the file store refuses.
 */
export async function draftProduct(
  actor: Actor,
  input: ProductFacts & { supplierId: string; submit?: boolean | undefined },
): Promise<{ productId: string; skuId: string }> {
  const at = now();
  return transact(async (tx) => {
    const supplier = await tx.supplier.findUnique({ where: { id: input.supplierId } });
    if (!supplier) throw new Refusal("notFound");
    authorise(actor, "catalog.submit", { supplierId: supplier.id, cityIds: supplier.cityIds });
    if (supplier.state !== "active") throw new Refusal("supplierSuspended", { name: supplier.name });
    const category = await categoryOf(tx, input.categoryId);
    const productId = newId("prd", at);
    const skuId = newId("sku", at);
    const state = input.submit ? next(productTable, "draft", "submit") : "draft";
    const origin = input.origin ?? "";
    await tx.product.create({
      data: {
        id: productId,
        supplierId: supplier.id,
        categoryId: category.id,
        name: input.name,
        spec: input.spec,
        unit: input.unit,
        origin,
        storage: input.storage,
        shelfLifeDays: input.shelfLifeDays ?? null,
        description: input.description ?? "",
        picture: category.picture,
        pictureFileId: await keptPicture(tx, actor, supplier.id, input.picture),
        state,
        searchText: searchText({ name: input.name, spec: input.spec, origin, code: skuCode(skuId) }),
        identityKey: identityKey(input.name, input.spec, input.unit),
        createdAt: at,
        changedAt: at,
      },
    });
    await tx.sku.create({
      data: {
        id: skuId,
        productId,
        supplierId: supplier.id,
        code: skuCode(skuId),
        casePack: input.casePack ?? 1,
        leadDays: input.leadDays ?? 0,
        nominalGrams: input.nominalGrams ?? null,
        toleranceBp: input.toleranceBp ?? null,
        taxClass: category.taxClass,
        supplyPriceFen: BigInt(input.supplyPriceFen),
        dailyQuota: input.dailyQuota ?? null,
      },
    });
    await record(tx, actor, {
      deed: "catalog.create",
      subjectType: "product",
      subjectId: productId,
      after: { name: input.name, spec: input.spec, unit: input.unit, supplyPriceFen: input.supplyPriceFen, state },
    });
    if (input.submit) await announce(tx, { type: catalogNews.submitted, subjectId: productId });
    return { productId, skuId };
  });
}

/**
 * Changes a product that is not on sale yet, or, by a merchandiser, any; the price of an approved product changes by its own command.
 * Refuses: notFound, forbidden, staleVersion, productExists, illegalTransition (a supplier's change of an approved product).
 */
export async function editProduct(
  actor: Actor,
  input: ProductFacts & { productId: string; version: number; submit?: boolean | undefined },
): Promise<void> {
  const at = now();
  await transact(async (tx) => {
    const { product, sku } = await loaded(tx, actor, input.productId, "catalog.submit");
    if (product.state === "archived" || (actor.kind === "supplier" && product.state === "approved"))
      throw new Refusal("illegalTransition", { state: product.state, event: "edit" });
    const category = await categoryOf(tx, input.categoryId);
    const state = input.submit ? next(productTable, product.state, "submit") : product.state;
    const origin = input.origin ?? "";
    const pictureFileId = await keptPicture(tx, actor, product.supplierId, input.picture);
    const written = await tx.product.updateMany({
      where: { id: product.id, version: input.version, state: product.state },
      data: {
        categoryId: category.id,
        name: input.name,
        spec: input.spec,
        unit: input.unit,
        origin,
        storage: input.storage,
        shelfLifeDays: input.shelfLifeDays ?? null,
        description: input.description ?? "",
        picture: category.picture,
        ...(pictureFileId ? { pictureFileId } : {}),
        state,
        searchText: searchText({ name: input.name, spec: input.spec, origin, code: sku.code }),
        identityKey: identityKey(input.name, input.spec, input.unit),
        changedAt: at,
        version: { increment: 1 },
      },
    });
    if (written.count !== 1)
      throw await stale(tx, actor, {
        subjectType: "product",
        subjectId: product.id,
        behind: product.version - input.version,
      });
    await tx.sku.update({
      where: { id: sku.id },
      data: {
        casePack: input.casePack ?? 1,
        leadDays: input.leadDays ?? 0,
        nominalGrams: input.nominalGrams ?? null,
        toleranceBp: input.toleranceBp ?? null,
        taxClass: category.taxClass,
        dailyQuota: input.dailyQuota ?? null,
        ...(product.state === "approved" ? {} : { supplyPriceFen: BigInt(input.supplyPriceFen) }),
      },
    });
    await record(tx, actor, {
      deed: "catalog.edit",
      subjectType: "product",
      subjectId: product.id,
      before: { ...recorded(product, sku), state: product.state },
      after: {
        ...recorded(
          { ...input, origin },
          product.state === "approved" ? { ...input, supplyPriceFen: sku.supplyPriceFen } : input,
        ),
        ...(pictureFileId ? { picture: input.picture?.name } : {}),
        state,
      },
    });
    if (input.submit) await announce(tx, { type: catalogNews.submitted, subjectId: product.id });
  });
}

/** What the log keeps of a product before and after a change. */
const recorded = (
  product: Pick<ProductFacts, "name" | "spec" | "unit" | "categoryId"> & {
    origin: string;
    storage: string;
    shelfLifeDays?: number | null | undefined;
    description?: string | undefined;
  },
  sku: {
    supplyPriceFen: bigint | number;
    casePack?: number | undefined;
    leadDays?: number | undefined;
    nominalGrams?: number | null | undefined;
    toleranceBp?: number | null | undefined;
    dailyQuota?: number | null | undefined;
  },
) => ({
  name: product.name,
  spec: product.spec,
  unit: product.unit,
  categoryId: product.categoryId,
  origin: product.origin,
  storage: product.storage,
  shelfLifeDays: product.shelfLifeDays ?? null,
  description: product.description ?? "",
  supplyPriceFen: sku.supplyPriceFen,
  casePack: sku.casePack ?? 1,
  leadDays: sku.leadDays ?? 0,
  nominalGrams: sku.nominalGrams ?? null,
  toleranceBp: sku.toleranceBp ?? null,
  dailyQuota: sku.dailyQuota ?? null,
});

/** A product with its first SKU and the scope check of a deed. Refuses: notFound, forbidden. */
export async function loaded(
  tx: Tx,
  actor: Actor,
  productId: string,
  deed: "catalog.submit" | "catalog.review" | "catalog.price" | "catalog.list",
) {
  const product = await tx.product.findUnique({
    where: { id: productId },
    include: { skus: { orderBy: { id: "asc" }, take: 1 } },
  });
  const sku = product?.skus[0];
  if (!product || !sku) throw new Refusal("notFound");
  const supplier = await tx.supplier.findUniqueOrThrow({ where: { id: product.supplierId } });
  authorise(actor, deed, { supplierId: supplier.id, cityIds: supplier.cityIds });
  return { product, sku, supplier };
}

const deedOf = {
  submit: "catalog.submit",
  approve: "catalog.review",
  return: "catalog.review",
  archive: "catalog.review",
  restore: "catalog.review",
} as const;

/** Moves many products; those whose state does not allow it are left and counted. */
async function move(
  actor: Actor,
  ids: readonly string[],
  event: ProductEvent,
  more: { reason?: string; news?: string } = {},
): Promise<{ done: number; skipped: number }> {
  const at = now();
  const wanted = [...new Set(ids)];
  return transact(
    async (tx) => {
      const products = await tx.product.findMany({ where: { id: { in: wanted } } });
      const suppliers = new Map(
        (await tx.supplier.findMany({ where: { id: { in: products.map((p) => p.supplierId) } } })).map((s) => [
          s.id,
          s,
        ]),
      );
      if (products.length === 0) throw new Refusal("notFound");
      for (const p of products)
        authorise(actor, deedOf[event], {
          supplierId: p.supplierId,
          cityIds: suppliers.get(p.supplierId)?.cityIds ?? [],
        });
      const movable = products.filter((p) => productTable[p.state][event] !== undefined);
      if (movable.length === 0) throw new Refusal("illegalTransition", { state: products[0]?.state ?? "", event });
      const to = next(productTable, movable[0]?.state ?? "draft", event);
      const moved = await tx.product.updateManyAndReturn({
        where: { id: { in: movable.map((p) => p.id) }, state: { in: from(productTable, event) } },
        data: { state: to, decision: more.reason ?? null, changedAt: at, version: { increment: 1 } },
        select: { id: true },
      });
      const movedIds = new Set(moved.map((m) => m.id));
      if (event === "archive")
        await tx.sku.updateMany({ where: { productId: { in: [...movedIds] } }, data: { isListed: false } });
      await record(
        tx,
        actor,
        ...movable
          .filter((p) => movedIds.has(p.id))
          .map((p) => ({
            deed: `catalog.${event}`,
            subjectType: "product",
            subjectId: p.id,
            before: { state: p.state },
            after: { state: to },
            reason: more.reason ?? null,
          })),
      );
      if (more.news) await announce(tx, ...[...movedIds].map((subjectId) => ({ type: more.news ?? "", subjectId })));
      return { done: movedIds.size, skipped: wanted.length - movedIds.size };
    },
    { timeoutMs: 60_000 },
  );
}

/** Hands products to review. Refuses: notFound, forbidden, illegalTransition (none of them can). */
export const submitProducts = (actor: Actor, input: { ids: string[] }) =>
  move(actor, input.ids, "submit", { news: catalogNews.submitted });

/** Refuses: notFound, forbidden, illegalTransition (none of them is under review). */
export const approveProducts = (actor: Actor, input: { ids: string[] }) =>
  move(actor, input.ids, "approve", { news: catalogNews.approved });

/** Sends a product back with what to change. Refuses: notFound, forbidden, reasonRequired, illegalTransition. */
export async function returnProduct(actor: Actor, input: { productId: string; reason: string }): Promise<void> {
  if (input.reason.trim() === "")
    throw new Refusal("reasonRequired", {}, [{ field: "reason", code: "reasonRequired" }]);
  await move(actor, [input.productId], "return", { reason: input.reason });
}

/** Takes products out of the catalogue and off sale. Refuses: notFound, forbidden, illegalTransition. */
export const archiveProducts = (actor: Actor, input: { ids: string[]; reason: string }) =>
  move(actor, input.ids, "archive", { reason: input.reason });

/** Brings archived products back into review. Refuses: notFound, forbidden, illegalTransition. */
export const restoreProducts = (actor: Actor, input: { ids: string[] }) => move(actor, input.ids, "restore");
