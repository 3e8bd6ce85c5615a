import type { StateKind } from "#components/ui/state-badge";
import type { ProductRow } from "#lib/catalog/schema";

export type Standing =
  | "draft"
  | "submitted"
  | "returned"
  | "archived"
  | "listed"
  | "unlisted"
  | "unpriced"
  | "proposed";

/** Where a product stands for the eye: its review, and once approved its place on the shelf. */
export const standingOf = (product: Pick<ProductRow, "state" | "sku">): Standing => {
  if (product.state !== "approved") return product.state;
  if (product.sku.proposedSupplyFen !== null) return "proposed";
  if (product.sku.isListed) return "listed";
  return product.sku.salePriceFen === null ? "unpriced" : "unlisted";
};

export const standingKind: Record<Standing, StateKind> = {
  draft: "draft",
  submitted: "mine",
  returned: "attention",
  archived: "closed",
  listed: "done",
  unlisted: "waiting",
  unpriced: "attention",
  proposed: "attention",
};

/** The word of a standing, from `catalog.states` or `catalog.shelf`. */
export const standingWord = (t: (key: "states.draft") => string, standing: Standing): string =>
  t(
    (standing === "draft" || standing === "submitted" || standing === "returned" || standing === "archived"
      ? `states.${standing}`
      : `shelf.${standing}`) as "states.draft",
  );
