import { z } from "zod";
import type { AfterSaleReason, AfterSaleState, Bearer } from "#lib/generated/prisma/enums";
import type { ListSpec } from "../kernel/list";
import type { Fen } from "../kernel/money";
import type { Day } from "../kernel/time";

/**
 * When something was wrong with what arrived. Promises: the resident, or the leader for her, reports one line within its
 * category's window (fresh 24 hours after it is over, others 7 days; no-reason returns only for goods that are not fresh), with
 * a photo unless something is missing; a line has one open case at a time, and while it is open neither does the clock complete
 * the line nor is its commission released. Small cases are approved at once, up to a cap per resident; the others wait in the inbox
 * with a deadline. Every refund names the party responsible: a supplier or a leader or driver owes the goods' cost by a claim, the
 * house carries its own. Refunds are of money, exact to the fen, and take the commission's share back.
 * Nobody decides what they reported themselves.
 */
export const afterSaleStates = [
  "applied",
  "approved",
  "rejected",
  "refunding",
  "refunded",
  "cancelled",
] as const satisfies readonly AfterSaleState[];
export const afterSaleReasons = [
  "quality",
  "damaged",
  "missing",
  "wrong",
  "noReason",
] as const satisfies readonly AfterSaleReason[];
/** Who may be responsible for a refund; `customer` only stands where nothing is refunded. */
export const responsibleParties = [
  "supplier",
  "warehouse",
  "driver",
  "leader",
  "platform",
] as const satisfies readonly Bearer[];
export type Responsible = (typeof responsibleParties)[number];

export type CaseRow = {
  id: string;
  state: AfterSaleState;
  orderId: string;
  orderNo: string;
  orderLineId: string;
  name: string;
  spec: string;
  unit: string;
  picture: string;
  quantity: number;
  reason: AfterSaleReason;
  residentName: string;
  phoneTail: string;
  pointName: string;
  leaderName: string;
  supplierName: string;
  reportedByLeader: boolean;
  requestedFen: Fen;
  approvedFen: Fen | null;
  responsible: Bearer | null;
  isAutomatic: boolean;
  createdAt: Date;
  dueAt: Date;
  decidedAt: Date | null;
  isOverdue: boolean;
};

export type CaseRecord = CaseRow & {
  residentId: string;
  leaderId: string;
  supplierId: string;
  description: string;
  photos: { id: string; name: string; bytes: number }[];
  decision: string | null;
  decidedByName: string | null;
  claimFen: Fen;
  refundId: string | null;
  refundState: string | null;
  suggested: Responsible;
  line: {
    ordered: number;
    delivered: number;
    picked: number;
    unitPriceFen: Fen;
    paidFen: Fen;
    refundedFen: Fen;
    supplyPriceFen: Fen;
    commissionFen: Fen;
    isFresh: boolean;
    pickupDay: Day;
    completedAt: Date | null;
    completedBy: string | null;
    afterSaleUntil: Date | null;
  };
  /** The resident's cases of the last 90 days, this one left out. */
  history: { cases: number; automatic: number; refundedFen: Fen; orders: number };
  /** What was already known of the goods on their way: pieces of this SKU short or damaged at receipt and signature. */
  trail: {
    receiptShort: number;
    receiptDamaged: number;
    signedShort: number;
    signedDamaged: number;
    lineCases: number;
  };
};

export const caseViews = ["open", "overdue", "refunding", "decided", "automatic", "all"] as const;
/** What the list of cases may be asked; what waits stands by its deadline. */
export const caseListSpec = {
  views: caseViews,
  sorts: ["dueAt", "-createdAt", "-requestedFen"],
  sortOf: { refunding: "-createdAt", decided: "-createdAt", automatic: "-createdAt", all: "-createdAt" },
  filters: {
    reason: afterSaleReasons,
    supplierId: "text",
    leaderId: "text",
    orderId: "text",
    cityId: "text",
    skuId: "text",
    categoryId: "text",
    saleSessionId: "text",
    byDay: ["paid", "session", "pickup"],
    from: "day",
    to: "day",
  },
  fields: {
    state: afterSaleStates,
    reason: afterSaleReasons,
    responsible: [...responsibleParties, "customer"],
    createdAt: "moment",
    dueAt: "moment",
    decidedAt: "moment",
    requestedFen: "money",
    approvedFen: "money",
    quantity: "number",
    automatic: "yes",
    byLeader: "yes",
    withPhoto: "yes",
    goods: "text",
    description: "text",
  },
} as const satisfies ListSpec;

const id = z.string().min(1).max(40);
export const reportInput = z.object({
  orderLineId: id,
  quantity: z.coerce.number().int("pieces").min(1, "pieces").max(10_000, "pieces"),
  reason: z.enum(afterSaleReasons),
  description: z.string().trim().max(500).default(""),
  photoFileIds: z.array(id).max(6).default([]),
});
export type ReportInput = z.input<typeof reportInput>;

export const decideInput = z.object({
  id,
  decision: z.enum(["approve", "partial", "reject"]),
  /** Fen; only for a partial refund. */
  amountFen: z.coerce.number().int().min(0).max(100_000_000).nullish(),
  responsible: z.enum([...responsibleParties, "customer"]).nullish(),
  reason: z.string().trim().max(300).default(""),
});
export type DecideInput = z.input<typeof decideInput>;
export const caseRefInput = z.object({ id });
