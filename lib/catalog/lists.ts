import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { seenBy } from "#lib/identity/queries/scope";
import { can, sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { csvRate, csvYuan } from "#lib/kernel/csv";
import { fen } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { momentText } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";
import { type BulkSkip, defineBulk, defineList, sheetOf } from "#lib/platform/list";
import { searched } from "#lib/search/queries";
import { suppliersForPurchase } from "#lib/suppliers/queries";
import { messages } from "#lib/words/index";
import { listProducts, unlistProducts } from "./commands/pricing";
import { productsById } from "./queries";
import { listingProblems } from "./rules";
import { type ProductRow, productListSpec, supplierProductListSpec } from "./schema";

const ofSku = (test: Prisma.Sql) => Prisma.sql`exists (select 1 from sku k where k.product_id = p.id and ${test})`;
const skuField = (column: Prisma.Sql) => (match: (column: Prisma.Sql) => Prisma.Sql) => ofSku(match(column));

/** A supplier member sees its own alone, without margins; operators those of suppliers that serve their cities. */
export const productList = defineList<Actor, ProductRow, typeof productListSpec>({
  name: "products",
  spec: productListSpec,
  from: Prisma.sql`product p`,
  id: Prisma.sql`p.id`,
  scope(actor) {
    const { cityIds } = sees(actor, "catalog.see");
    return [
      ...seenBy(actor, "catalog.see", { supplier: Prisma.sql`p.supplier_id` }),
      ...(cityIds
        ? [
            Prisma.sql`p.supplier_id in (select s.id from supplier s where s.city_ids && ${cityIds} or cardinality(s.city_ids) = 0)`,
          ]
        : []),
    ];
  },
  views: {
    submitted: Prisma.sql`p.state = 'submitted'`,
    unpriced: Prisma.sql`p.state = 'approved' and ${ofSku(Prisma.sql`k.sale_price_fen is null`)}`,
    listed: Prisma.sql`p.state = 'approved' and ${ofSku(Prisma.sql`k.is_listed`)}`,
    unlisted: Prisma.sql`p.state = 'approved' and ${ofSku(Prisma.sql`not k.is_listed and k.sale_price_fen is not null`)}`,
    proposed: ofSku(Prisma.sql`k.proposed_at is not null`),
    returned: Prisma.sql`p.state = 'returned'`,
    draft: Prisma.sql`p.state = 'draft'`,
    archived: Prisma.sql`p.state = 'archived'`,
    all: Prisma.sql`p.state <> 'archived'`,
  },
  fields: {
    // a category with those under it
    categoryId: (match) =>
      Prisma.sql`p.category_id in (select c.id from category c where ${match(Prisma.sql`c.id`)} or ${match(Prisma.sql`c.parent_id`)})`,
    supplierId: Prisma.sql`p.supplier_id`,
    state: Prisma.sql`p.state`,
    listed: ofSku(Prisma.sql`k.is_listed`),
    storage: Prisma.sql`p.storage`,
    supply: skuField(Prisma.sql`k.supply_price_fen`),
    sale: skuField(Prisma.sql`k.sale_price_fen`),
    commission: skuField(Prisma.sql`k.commission_bp / 100.0`),
    quota: skuField(Prisma.sql`k.daily_quota`),
    casePack: skuField(Prisma.sql`k.case_pack`),
    leadDays: skuField(Prisma.sql`k.lead_days`),
    name: Prisma.sql`p.name`,
    spec: Prisma.sql`p.spec`,
    origin: Prisma.sql`p.origin`,
    code: skuField(Prisma.sql`k.code`),
    createdAt: Prisma.sql`p.created_at`,
    changedAt: Prisma.sql`p.changed_at`,
  },
  sorts: {
    createdAt: { by: Prisma.sql`p.id`, type: "text" },
    changedAt: { by: Prisma.sql`p.changed_at`, type: "timestamptz" },
  },
  search: (text) => searched("product", Prisma.sql`p.id`, text),
  load: productsById,
  sheet: sheetOf<ProductRow>((locale) => {
    const { fields: t, states, shelf } = messages(locale).catalog;
    return {
      name: [t.name, (p) => p.name],
      spec: [t.spec, (p) => p.spec],
      unit: [t.unit, (p) => p.unit],
      code: [t.code, (p) => p.sku.code],
      category: [t.category, (p) => (locale === "en" ? p.categoryNameEn : p.categoryName)],
      supplier: [t.supplier, (p) => p.supplierName],
      state: [t.state, (p) => (p.sku.isListed ? shelf.listed : states[p.state])],
      supply: [t.supply, (p) => csvYuan(p.sku.supplyPriceFen)],
      sale: [t.sale, (p) => csvYuan(p.sku.salePriceFen)],
      msrp: [t.msrp, (p) => csvYuan(p.sku.msrpFen)],
      margin: [t.marginRate, (p) => csvRate(p.marginBp)],
      commission: [t.commission, (p) => csvRate(p.sku.commissionBp)],
      quota: [t.quota, (p) => p.sku.dailyQuota],
      casePack: [t.casePack, (p) => p.sku.casePack],
      leadDays: [t.leadDays, (p) => p.sku.leadDays],
      changedAt: [t.changedAt, (p) => momentText(p.changedAt)],
    };
  }),
});

export const supplierProductList = defineList<Actor, ProductRow, typeof supplierProductListSpec>({
  ...productList,
  name: "supplierProducts",
  spec: supplierProductListSpec,
  views: { ...productList.views, today: Prisma.sql`p.state = 'approved'` },
  fields: {},
});

const may = (actor: Actor) => can(actor, "catalog.list");
const skusOf = (ids: string[]) =>
  prisma.sku.findMany({ where: { productId: { in: ids } }, include: { product: true } });

/** On the shelf or off it; nothing changed since is a row the command did not count as done. */
const shelve = async (actor: Actor, id: string, on: boolean, otherwise: "alreadySo" | "changedSince") => {
  const { done } = await (on ? listProducts : unlistProducts)(actor, { ids: [id] });
  if (done === 0) throw new Refusal(otherwise);
  return { productId: id };
};

export const productBulk = {
  list: defineBulk<Actor, object>({
    values: z.object({}),
    may,
    async skips(_actor, ids) {
      const skus = await skusOf(ids);
      const suppliers = await suppliersForPurchase(skus.map((k) => k.supplierId));
      const skips = new Map<string, BulkSkip>();
      for (const k of skus) {
        const supplier = suppliers.get(k.supplierId);
        const [reason] = listingProblems({
          productState: k.product.state,
          salePriceFen: k.salePriceFen === null ? null : fen(k.salePriceFen),
          supplyFen: fen(k.supplyPriceFen),
          supplierState: supplier?.state ?? "suspended",
          lapsed: supplier?.lapsed ?? [],
        });
        if (k.isListed) skips.set(k.productId, { code: "alreadySo" });
        else if (reason) skips.set(k.productId, { code: "notListable", facts: { reason } });
      }
      return skips;
    },
    apply: (actor, id) => shelve(actor, id, true, "alreadySo"),
    undo: (actor, id) => shelve(actor, id, false, "changedSince"),
  }),
  unlist: defineBulk<Actor, object>({
    values: z.object({}),
    may,
    skips: async (_actor, ids) =>
      new Map((await skusOf(ids)).flatMap((k) => (k.isListed ? [] : [[k.productId, { code: "alreadySo" }]]))),
    apply: (actor, id) => shelve(actor, id, false, "alreadySo"),
    undo: (actor, id) => shelve(actor, id, true, "changedSince"),
  }),
};
