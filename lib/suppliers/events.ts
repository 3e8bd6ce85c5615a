/** News of this domain; the subject is the supplier (of `applied`, the application). */
export const supplierNews = {
  applied: "supplier.applied",
  approved: "supplier.approved",
  suspended: "supplier.suspended",
  restored: "supplier.restored",
  claimRaised: "supplier.claimRaised",
} as const;
