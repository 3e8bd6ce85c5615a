import { z } from "zod";
import type { Bearer, ImportState, UncollectedPolicy } from "#lib/generated/prisma/enums";
import type { ListSpec } from "../kernel/list";
import type { Fen } from "../kernel/money";
import type { Day } from "../kernel/time";
import type { ProductState, Storage } from "./rules";
import { belowCostReasons, storages } from "./rules";

/**
 * The catalogue. Promises: a product is a supplier's name + specification + unit; it is sold only after a review, with a price whose
 * margin was shown; a sale under cost names a lawful reason; a supplier may lower a price at once, a raise waits; price lists are
 * checked by the run that commits them, bad rows are listed with cell, reason and value and never hold up good ones, and the same
 * file again changes nothing.
 */
const id = z.string().min(1).max(40);
const ids = z.array(id).min(1).max(500);
const amount = z.coerce.number().int().min(0).max(10_000_000);

export const productFacts = z.object({
  categoryId: id,
  name: z.string().trim().min(1).max(60),
  spec: z.string().trim().min(1).max(60),
  unit: z.string().trim().min(1).max(12),
  origin: z.string().trim().max(60).default(""),
  storage: z.enum(storages),
  shelfLifeDays: z.coerce.number().int().min(1).max(3650).optional(),
  description: z.string().trim().max(1000).default(""),
  casePack: z.coerce.number().int().min(1).max(10_000).default(1),
  leadDays: z.coerce.number().int().min(0).max(30).default(0),
  nominalGrams: z.coerce.number().int().min(1).max(1_000_000).optional(),
  toleranceBp: z.coerce.number().int().min(0).max(2000).optional(),
  supplyPriceFen: amount.min(1, { error: "required" }),
  dailyQuota: z.coerce.number().int().min(0).max(1_000_000).optional(),
  picture: z.instanceof(File).optional(),
});
export const draftInput = productFacts.extend({ supplierId: id.optional(), submit: z.literal("yes").optional() });
export const editInput = productFacts.extend({
  productId: id,
  version: z.coerce.number().int(),
  submit: z.literal("yes").optional(),
});
export const productsInput = z.object({ id: ids });
export const productInput = z.object({ productId: id });
export const returnProductInput = z.object({ productId: id, reason: z.string().trim().min(1).max(300) });
export const archiveInput = z.object({ id: ids, reason: z.string().trim().min(1).max(300) });
export const priceInput = z.object({
  skuId: id,
  version: z.coerce.number().int().optional(),
  supplyPriceFen: amount,
  salePriceFen: amount,
  msrpFen: amount.optional(),
  commissionBp: z.coerce.number().int().min(0).max(10_000).optional(),
  dailyQuota: z.coerce.number().int().min(0).max(1_000_000).optional(),
  belowCost: z.enum(belowCostReasons).optional(),
});
export const markupInput = z.object({
  id: ids,
  markupBp: z.coerce.number().int().min(0).max(20_000),
  commissionBp: z.coerce.number().int().min(0).max(3000).optional(),
});
export const proposeInput = z.object({
  skuId: id,
  supplyPriceFen: amount.min(1, { error: "required" }),
  dailyQuota: z.coerce.number().int().min(0).max(1_000_000).optional(),
});
export const decideProposalInput = z.object({ skuId: id, accept: z.enum(["yes", "no"]) });
export const copyQuotesInput = z.object({ supplierId: id.optional() });
export const checkInput = z.object({ supplierId: id.optional(), file: z.instanceof(File) });
export const commitInput = z.object({ importId: id });

/** What the list of products may be asked. */
export const productListSpec = {
  views: ["submitted", "unpriced", "listed", "unlisted", "proposed", "returned", "draft", "archived", "all"],
  sorts: ["-createdAt", "-changedAt"],
  sortOf: { proposed: "changedAt" },
  filters: { categoryId: "text", supplierId: "text" },
  fields: {
    state: ["draft", "submitted", "returned", "approved", "archived"],
    listed: "yes",
    storage: storages,
    supply: "money",
    sale: "money",
    commission: "number",
    quota: "number",
    casePack: "number",
    leadDays: "number",
    name: "text",
    spec: "text",
    origin: "text",
    code: "text",
    createdAt: "moment",
    changedAt: "moment",
  },
} as const satisfies ListSpec;
/** A supplier's own; "today" holds what it quotes for. */
export const supplierProductListSpec = {
  ...productListSpec,
  views: ["today", "all", "submitted", "returned", "draft"],
  sortOf: {},
  filters: {},
  fields: {},
} as const satisfies ListSpec;

export type CategoryView = {
  id: string;
  name: string;
  nameEn: string;
  parentId: string | null;
  picture: string;
  isFresh: boolean;
  completionDays: number;
  afterSaleHours: number;
  uncollectedPolicy: UncollectedPolicy;
  uncollectedBearer: Bearer;
  taxClass: string;
};

export type SkuView = {
  id: string;
  code: string;
  casePack: number;
  leadDays: number;
  nominalGrams: number | null;
  toleranceBp: number | null;
  taxClass: string;
  supplyPriceFen: Fen;
  salePriceFen: Fen | null;
  msrpFen: Fen | null;
  commissionBp: number | null;
  isListed: boolean;
  dailyQuota: number | null;
  proposedSupplyFen: Fen | null;
  proposedAt: Date | null;
};

export type ProductRow = {
  id: string;
  name: string;
  spec: string;
  unit: string;
  categoryId: string;
  categoryName: string;
  categoryNameEn: string;
  picture: string;
  pictureFileId: string | null;
  supplierId: string;
  supplierName: string;
  state: ProductState;
  sku: SkuView;
  /** Of the sale price, after the product's own commission; null until it is priced. */
  marginBp: number | null;
  changedAt: Date;
};

export type QuotePoint = { day: Day; priceFen: Fen; lowFen: Fen | null; highFen: Fen | null };

export type ProductRecord = ProductRow & {
  origin: string;
  storage: Storage;
  shelfLifeDays: number | null;
  description: string;
  decision: string | null;
  createdAt: Date;
  version: number;
  quotes: QuotePoint[];
  supplierState: "active" | "suspended";
  /** Why it cannot be listed now; empty when it can. */
  listing: string[];
};

/** What a session, the public API and an order need to know of a SKU. */
export type SkuForOffer = {
  skuId: string;
  productId: string;
  supplierId: string;
  supplierName: string;
  supplierState: "active" | "suspended";
  /** Papers of the supplier that have run out. */
  lapsed: string[];
  categoryId: string;
  categoryName: string;
  name: string;
  spec: string;
  unit: string;
  origin: string;
  storage: Storage;
  shelfLifeDays: number | null;
  description: string;
  picture: string;
  pictureFileId: string | null;
  isFresh: boolean;
  completionDays: number;
  afterSaleHours: number;
  uncollectedPolicy: UncollectedPolicy;
  uncollectedBearer: Bearer;
  state: ProductState;
  isListed: boolean;
  supplyPriceFen: Fen;
  salePriceFen: Fen | null;
  msrpFen: Fen | null;
  commissionBp: number | null;
  casePack: number;
  leadDays: number;
  nominalGrams: number | null;
  dailyQuota: number | null;
  taxClass: string;
};

/** A line of the import report: what would be, or was, made or changed. */
export type ImportedProduct = {
  name: string;
  spec: string;
  unit: string;
  categoryId: string;
  day: Day;
  priceFen: Fen;
  beforeFen: Fen | null;
};

export type ImportTotals = {
  rows: number;
  goodRows: number;
  badRows: number;
  errors: number;
  notices: number;
  productsCreated: number;
  productsUpdated: number;
  productsUnchanged: number;
  quotesCreated: number;
  quotesChanged: number;
  quotesUnchanged: number;
  pricesChanged: number;
  /** Raises by a supplier, waiting for the merchandiser. */
  pricesProposed: number;
  /** Faults by code. */
  faults: Record<string, number>;
  columnsUnknown: string[];
  created: ImportedProduct[];
  updated: ImportedProduct[];
};

export type ImportProblem = {
  row: number;
  cell: string;
  level: "error" | "notice";
  code: string;
  value: string;
  suggestion: string;
};

export type ImportReport = {
  id: string;
  fileName: string;
  supplierId: string;
  supplierName: string;
  state: ImportState;
  totals: ImportTotals;
  problems: ImportProblem[];
  problemCount: number;
  createdAt: Date;
  committedAt: Date | null;
};

export type ImportRow = Pick<
  ImportReport,
  "id" | "fileName" | "supplierId" | "supplierName" | "state" | "createdAt" | "committedAt" | "problemCount"
> & {
  goodRows: number;
  productsCreated: number;
  pricesChanged: number;
};
