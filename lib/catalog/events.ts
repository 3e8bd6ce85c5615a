/** News of this domain; the subject is the product, of `priceProposed` the SKU, of `imported` the import. */
export const catalogNews = {
  submitted: "product.submitted",
  approved: "product.approved",
  listed: "product.listed",
  unlisted: "product.unlisted",
  priceProposed: "product.priceProposed",
  imported: "catalog.imported",
} as const;
