import { z } from "zod";
import type { ClaimKind, ClaimState, ContractModel } from "#lib/generated/prisma/enums";
import type { ListSpec } from "../kernel/list";
import type { Fen } from "../kernel/money";
import { type Day, parseDay } from "../kernel/time";
import type {
  ApplicationState,
  DocumentKind,
  FieldName,
  Requirement,
  Review,
  Standing,
  SubjectType,
  SupplierState,
  Validity,
} from "./rules";
import { documentKinds, fieldNames } from "./rules";

/**
 * Suppliers: from the application to the contract. Promises: an application is saved field by field under a secret link; the
 * reviewer judges every item once and a return asks only for what was marked; approval makes supplier, contract and the owner's
 * account in one transaction; one legal subject is one supplier; identity and bank numbers are sealed at rest; a claim on a
 * supplier names its evidence and is in the books the moment it is raised.
 */
const id = z.string().min(1).max(40);
const reason = z.string().trim().min(1).max(300);
const day = z
  .string()
  .refine((text) => parseDay(text) !== null, "date")
  .transform((text) => text as Day);
const token = z.string().min(20).max(80);

export const startInput = z.object({ subjectType: z.enum(["company", "soleTrader", "cooperative", "farmer"]) });
export const saveFieldInput = z.object({
  token,
  field: z.enum(fieldNames as [FieldName, ...FieldName[]]),
  value: z.string().max(2000),
});
export const attachInput = z.object({ token, kind: z.enum(documentKinds), file: z.instanceof(File) });
export const documentFactsInput = z.object({
  token,
  documentId: id,
  number: z.string().trim().max(60).optional(),
  expiresDay: day.optional(),
});
export const removeDocumentInput = z.object({ token, documentId: id });
export const submitInput = z.object({ token, agree: z.literal("on", { error: "agreeFirst" }) });

export const verdictInput = z.object({
  applicationId: id,
  field: z.string().min(1).max(60),
  verdict: z.enum(["ok", "fix", "clear"]),
  reason: z.string().trim().max(300).optional(),
});
export const returnInput = z.object({ applicationId: id, version: z.coerce.number().int() });
export const rejectInput = z.object({ applicationId: id, version: z.coerce.number().int(), reason });
export const contractTerms = z.object({
  model: z.enum(["supplyPrice", "takeRate"]),
  takeRateBp: z.coerce.number().int().min(0).max(5000).optional(),
  cycleDays: z.coerce.number().int().min(1).max(60),
  shortagePenaltyBp: z.coerce.number().int().min(0).max(5000),
});
export const approveInput = contractTerms.extend({ applicationId: id, version: z.coerce.number().int() });

export const suspendInput = z.object({ supplierId: id, reason });
export const restoreInput = z.object({ supplierId: id, reason });
export const newContractInput = contractTerms.extend({ supplierId: id });
export const editSupplierInput = z.object({
  supplierId: id,
  version: z.coerce.number().int(),
  contactName: z.string().trim().min(1).max(30),
  phone: z.string().trim().optional(),
  address: z.string().trim().max(120).optional(),
  bankHolder: z.string().trim().max(60).optional(),
  bankName: z.string().trim().max(60).optional(),
  bankAccount: z.string().trim().max(40).optional(),
});
export const supplyTermsInput = z.object({
  supplierId: id,
  version: z.coerce.number().int(),
  categoryIds: z.array(id).min(1).max(60),
  cityIds: z.array(id).min(1).max(60),
  autoAcceptMinutes: z.coerce.number().int().min(0).max(720),
});
export const supplierDocumentInput = z.object({
  supplierId: id,
  kind: z.enum(documentKinds),
  file: z.instanceof(File),
  number: z.string().trim().max(60).optional(),
  expiresDay: day.optional(),
});
export const staffInput = z.object({
  supplierId: id,
  name: z.string().trim().min(1).max(30),
  phone: z.string().trim().min(1).max(20),
});
export const revealApplicationInput = z.object({
  applicationId: id,
  what: z.enum(["phone", "identityNumber", "bankAccount"]),
  reason,
});

export type DocumentView = {
  id: string;
  kind: DocumentKind;
  fileId: string;
  fileName: string;
  mime: string;
  bytes: number;
  number: string | null;
  expiresDay: Day | null;
  validity: Validity;
  createdAt: Date;
};

/** What the applicant sees under the link; sealed fields only by their last characters. */
export type ApplicationForApplicant = {
  id: string;
  state: ApplicationState;
  round: number;
  values: Partial<Record<FieldName, string>> & { subjectType: SubjectType };
  documents: DocumentView[];
  requirements: Requirement[];
  /** By field; only fields that stop the application from being handed in. */
  problems: Record<string, string>;
  /** What the reviewer asked for, by field; empty unless returned. */
  asked: Record<string, string>;
  isDuplicate: boolean;
  agreementVersion: string;
  changedAt: Date;
  submittedAt: Date | null;
  answerBy: Date | null;
  decision: string | null;
};

export type ApplicationRow = {
  id: string;
  name: string;
  subjectType: SubjectType;
  contactName: string;
  phone: string;
  state: ApplicationState;
  round: number;
  submittedAt: Date | null;
  answerBy: Date | null;
  changedAt: Date;
  judged: number;
  items: number;
};

/** One item of the review: a field or a paper, with what the machine already knows about it. */
export type ReviewItem = {
  field: string;
  group: "subject" | "papers" | "account" | "goods";
  value: string;
  sealed: boolean;
  note: { code: string; facts: Record<string, string | number>; level: "ok" | "warn" | "bad" } | null;
  verdict: "ok" | "fix" | null;
  reason: string | null;
  judgedBy: string | null;
  /** The reason of the last return, when this item was asked for. */
  askedBefore: string | null;
  /** Reasons given for this item before, most used first. */
  reasons: string[];
  documentIds: string[];
};

export type ApplicationDossier = {
  id: string;
  name: string;
  subjectType: SubjectType;
  state: ApplicationState;
  round: number;
  version: number;
  submittedAt: Date | null;
  answerBy: Date | null;
  decidedAt: Date | null;
  decision: string | null;
  supplierId: string | null;
  items: ReviewItem[];
  documents: DocumentView[];
  standing: Standing;
  rounds: Review["rounds"];
  agreementVersion: string | null;
  agreedAt: Date | null;
};

const subjectTypes = ["company", "soleTrader", "cooperative", "farmer"] as const;

/** What the list of suppliers may be asked. */
export const supplierListSpec = {
  views: ["active", "expiring", "suspended", "all"],
  sorts: ["-createdAt", "name"],
  filters: { cityId: "text", categoryId: "text" },
  fields: {
    state: ["active", "suspended"],
    type: subjectTypes,
    name: "text",
    contact: "text",
    papers: "day",
    openClaims: "number",
    openClaimsFen: "money",
    createdAt: "moment",
  },
} as const satisfies ListSpec;

/** What the queue of applications may be asked; what waits for a person stands longest first. */
export const supplierApplicationListSpec = {
  views: ["submitted", "returned", "approved", "rejected", "draft"],
  sorts: ["changedAt"],
  sortOf: { returned: "-changedAt", approved: "-changedAt", rejected: "-changedAt", draft: "-changedAt" },
  fields: {
    type: subjectTypes,
    name: "text",
    contact: "text",
    round: "number",
    submittedAt: "moment",
    changedAt: "moment",
    decidedAt: "moment",
  },
} as const satisfies ListSpec;

export type SupplierRow = {
  id: string;
  name: string;
  subjectType: SubjectType;
  state: SupplierState;
  contactName: string;
  phone: string;
  categories: number;
  openClaims: number;
  openClaimsFen: Fen;
  /** The nearest expiry among its papers. */
  nextExpiry: Day | null;
  validity: Validity;
  createdAt: Date;
};

export type ContractView = {
  version: number;
  model: ContractModel;
  takeRateBp: number | null;
  cycleDays: number;
  shortagePenaltyBp: number;
  effectiveFrom: Date;
};

export type ClaimView = {
  id: string;
  supplierId: string;
  kind: ClaimKind;
  state: ClaimState;
  amountFen: Fen;
  quantity: number;
  sourceType: string;
  sourceId: string;
  evidence: Record<string, unknown>;
  createdAt: Date;
};

export type SupplierRecord = {
  id: string;
  name: string;
  subjectType: SubjectType;
  state: SupplierState;
  creditCode: string | null;
  legalName: string | null;
  identity: string | null;
  address: string | null;
  contactName: string;
  phone: string;
  bankHolder: string | null;
  bankName: string | null;
  bankAccount: string | null;
  categoryIds: string[];
  cityIds: string[];
  autoAcceptMinutes: number;
  createdAt: Date;
  version: number;
  documents: DocumentView[];
  contract: ContractView | null;
  contracts: ContractView[];
  claims: ClaimView[];
  /** Natural balances in fen: what is pending to it, payable, and what it owes. */
  pendingFen: Fen;
  payableFen: Fen;
  owesFen: Fen;
  members: { id: string; name: string; role: "owner" | "staff"; state: string }[];
  applicationId: string | null;
};

/** What a purchase or a session needs to know of a supplier. */
export type SupplierForPurchase = {
  id: string;
  name: string;
  state: SupplierState;
  autoAcceptMinutes: number;
  shortagePenaltyBp: number;
  lapsed: DocumentKind[];
};
