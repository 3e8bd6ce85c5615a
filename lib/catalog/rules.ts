import { type Fen, fen, minus, rate } from "../kernel/money";
import type { Table } from "../kernel/states";

/** Rules of the catalogue: what a product is, its life, and what a price must satisfy. */

export const productStates = ["draft", "submitted", "returned", "approved", "archived"] as const;
export type ProductState = (typeof productStates)[number];
export type ProductEvent = "submit" | "approve" | "return" | "archive" | "restore";
export const productTable: Table<ProductState, ProductEvent> = {
  draft: { submit: "submitted", archive: "archived" },
  submitted: { approve: "approved", return: "returned", archive: "archived" },
  returned: { submit: "submitted", archive: "archived" },
  approved: { archive: "archived" },
  archived: { restore: "submitted" },
};

export const units = ["斤", "千克", "份", "盒", "袋", "个", "只", "把", "瓶", "箱", "提", "枚"] as const;
export const storages = ["ambient", "chilled", "frozen"] as const;
export type Storage = (typeof storages)[number];

/** A text as people compare it: full-width made plain, no invisible characters, one space between words, lower case. */
export const normal = (text: string): string =>
  text
    .normalize("NFKC")
    .replace(/[\u200b-\u200f\u2060\ufeff\u00ad]/g, "")
    .replace(/\s+/g, " ")
    .trim()
    .toLowerCase();

/** What makes a product the same one of a supplier: name, specification and unit together, never the name alone. */
export const identityKey = (name: string, spec: string, unit: string): string =>
  [name, spec, unit].map(normal).join("|");

/** Commission above this is a mistake of the finger. */
export const mostCommissionBp = 3000;

/** The lawful reasons for selling under cost (SAMR, 2020-12-22); anything else is refused. */
export const belowCostReasons = ["freshClearance", "seasonal", "overstock"] as const;
export type BelowCostReason = (typeof belowCostReasons)[number];

export type Pricing = { supplyFen: Fen; saleFen: Fen | null; commissionBp: number | null };
export type Margin = { marginFen: Fen; marginBp: number | null; commissionFen: Fen };

/** What stays with the platform of one piece: sale − supply − commission; `marginBp` of the sale price. */
export function marginOf(p: { supplyFen: Fen; saleFen: Fen; commissionBp: number }): Margin {
  const commissionFen = rate(p.saleFen, p.commissionBp);
  const marginFen = minus(p.saleFen, p.supplyFen, commissionFen);
  return { marginFen, commissionFen, marginBp: p.saleFen > 0 ? Math.round((marginFen * 10_000) / p.saleFen) : null };
}

export type PriceProblem = { field: string; code: string };

/** What stands against a price; a sale under the supply price needs one of the lawful reasons. */
export function priceProblems(p: Pricing & { msrpFen: Fen | null; belowCost: BelowCostReason | null }): PriceProblem[] {
  const problems: PriceProblem[] = [];
  if (p.supplyFen <= 0) problems.push({ field: "supplyPriceFen", code: "required" });
  if (p.saleFen === null || p.saleFen <= 0) problems.push({ field: "salePriceFen", code: "required" });
  if (p.commissionBp !== null && (p.commissionBp < 0 || p.commissionBp > mostCommissionBp))
    problems.push({ field: "commissionBp", code: "commissionTooHigh" });
  if (p.saleFen !== null && p.saleFen > 0 && p.saleFen < p.supplyFen && !p.belowCost)
    problems.push({ field: "belowCost", code: "belowCost" });
  if (p.msrpFen !== null && p.saleFen !== null && p.msrpFen < p.saleFen)
    problems.push({ field: "msrpFen", code: "msrpLow" });
  return problems;
}

/** Supply price plus a markup, ending in 9 fen of the last jiao as the market writes it: 268 → 2.99, 1 205 → 12.09. */
export function suggestedSale(supplyFen: Fen, markupBp: number): Fen {
  const raw = Math.ceil((supplyFen * (10_000 + markupBp)) / 10_000);
  return fen(Math.max(Math.ceil((raw + 1) / 10) * 10 - 1, 9));
}

/** Why a SKU cannot be put on sale; empty when it can. */
export function listingProblems(e: {
  productState: ProductState;
  salePriceFen: Fen | null;
  supplyFen: Fen;
  supplierState: "active" | "suspended";
  lapsed: readonly string[];
}): string[] {
  const problems: string[] = [];
  if (e.productState !== "approved") problems.push("notApproved");
  if (e.salePriceFen === null || e.supplyFen <= 0) problems.push("notPriced");
  if (e.supplierState !== "active") problems.push("supplierSuspended");
  if (e.lapsed.length > 0) problems.push("paperLapsed");
  return problems;
}

/** A supplier's new price: a lower one holds at once, a higher one waits for the merchandiser. */
export const priceChange = (currentFen: Fen, offeredFen: Fen): "same" | "lower" | "raise" =>
  offeredFen === currentFen ? "same" : offeredFen < currentFen ? "lower" : "raise";
