import { isCreditCode, isIdentityNumber, isPhone } from "../kernel/check";
import type { FieldProblem } from "../kernel/refusal";
import type { Table } from "../kernel/states";
import { addDays, type Day, daysBetween } from "../kernel/time";

/** Rules of taking on suppliers: the application's life, which facts and papers a kind of subject must show, what is wrong with them. */

export const subjectTypes = ["company", "soleTrader", "cooperative", "farmer"] as const;
export type SubjectType = (typeof subjectTypes)[number];

export const applicationStates = ["draft", "submitted", "returned", "approved", "rejected"] as const;
export type ApplicationState = (typeof applicationStates)[number];
export type ApplicationEvent = "submit" | "return" | "approve" | "reject";
export const applicationTable: Table<ApplicationState, ApplicationEvent> = {
  draft: { submit: "submitted" },
  submitted: { return: "returned", approve: "approved", reject: "rejected" },
  returned: { submit: "submitted" },
  approved: {},
  rejected: {},
};

export const supplierStates = ["active", "suspended"] as const;
export type SupplierState = (typeof supplierStates)[number];
export const supplierTable: Table<SupplierState, "suspend" | "restore"> = {
  active: { suspend: "suspended" },
  suspended: { restore: "active" },
};

/** The agreement in force; consent is recorded with it. */
export const agreementVersion = "2026-11";

export const steps = ["subject", "papers", "account", "goods", "agreement"] as const;
export type Step = (typeof steps)[number];

const stepFields = {
  subject: ["subjectType", "name", "creditCode", "legalName", "identityNumber", "address", "contactName", "phone"],
  account: ["bankHolder", "bankName", "bankAccount"],
  goods: ["categoryIds", "cityIds", "goods"],
} as const;
export type FieldName = (typeof stepFields)[keyof typeof stepFields][number];
export const fieldNames: readonly FieldName[] = [...stepFields.subject, ...stepFields.account, ...stepFields.goods];
/** Kept sealed; shown by its last four characters. */
export const sealedFields: readonly FieldName[] = ["identityNumber", "bankAccount"];

/** The fields a kind of subject is asked for: a farmer shows who they are, everybody else the licence's code and its legal person. */
export function fieldsFor(type: SubjectType, step?: Step): FieldName[] {
  const skipped: readonly FieldName[] = type === "farmer" ? ["creditCode", "legalName"] : ["identityNumber"];
  const wanted = step === undefined ? fieldNames : step === "papers" || step === "agreement" ? [] : stepFields[step];
  return wanted.filter((field) => !skipped.includes(field));
}

export const documentKinds = [
  "businessLicence",
  "foodLicence",
  "identityCard",
  "originProof",
  "testReport",
  "bankProof",
] as const;
export type DocumentKind = (typeof documentKinds)[number];
export type Requirement = { kind: DocumentKind; required: boolean; expiry: "required" | "optional" | "none" };
export type Goods = { isFresh: boolean; isFood: boolean };

/**
 * The papers a subject must show for what it wants to sell. A farmer selling own produce needs no business licence
 * (E-commerce Law art. 10) but identity and proof of origin; sellers of food show a food licence (Food Safety Law art. 62),
 * except a cooperative that sells only fresh produce of its own. Before goods are chosen, fresh food is assumed.
 */
export function documentsFor(type: SubjectType, goods: readonly Goods[]): Requirement[] {
  const chosen = goods.length > 0 ? goods : [{ isFresh: true, isFood: true }];
  const sellsFood = chosen.some((g) => g.isFood);
  const sellsFresh = chosen.some((g) => g.isFood && g.isFresh);
  const sellsPacked = chosen.some((g) => g.isFood && !g.isFresh);
  const need = (kind: DocumentKind, required: boolean, expiry: Requirement["expiry"]): Requirement => ({
    kind,
    required,
    expiry,
  });
  if (type === "farmer") {
    return [
      need("identityCard", true, "optional"),
      need("originProof", true, "none"),
      need("testReport", false, "required"),
      need("bankProof", false, "none"),
    ];
  }
  const licence = need("businessLicence", true, "optional");
  const bank = need("bankProof", false, "none");
  if (type === "cooperative") {
    return [
      licence,
      ...(sellsPacked ? [need("foodLicence", true, "required")] : []),
      ...(sellsFresh ? [need("originProof", true, "none"), need("testReport", false, "required")] : []),
      bank,
    ];
  }
  return [
    licence,
    ...(sellsFood ? [need("foodLicence", true, "required")] : []),
    ...(sellsFresh ? [need("testReport", true, "required"), need("originProof", false, "none")] : []),
    bank,
  ];
}

export const documentField = (kind: DocumentKind): string => `document.${kind}`;
export const isDocumentField = (field: string): boolean => field.startsWith("document.");
export const kindOfField = (field: string): DocumentKind | null =>
  documentKinds.find((kind) => documentField(kind) === field) ?? null;

/** Days within which an expiry is worth a warning. */
export const soonDays = 30;
export type Validity = "valid" | "soon" | "expired" | "unlimited";
export function validityOf(expiresDay: Day | null, today: Day): Validity {
  if (!expiresDay) return "unlimited";
  if (expiresDay < today) return "expired";
  return daysBetween(today, expiresDay) <= soonDays ? "soon" : "valid";
}

export type Facts = Partial<Record<FieldName, string>> & { subjectType: SubjectType };
export type Paper = { kind: DocumentKind; expiresDay: Day | null };

const limits: Partial<Record<FieldName, number>> = {
  name: 60,
  legalName: 30,
  address: 120,
  contactName: 30,
  bankHolder: 60,
  bankName: 60,
  goods: 300,
};

/** What is wrong with one field as it stands; null when nothing is. Codes have their words in `problems`. */
export function problemOf(field: FieldName, value: string | undefined, today: Day): string | null {
  const text = (value ?? "").trim();
  if (text === "") return "required";
  if (text.length > (limits[field] ?? 2000)) return "tooLong";
  switch (field) {
    case "subjectType":
      return (subjectTypes as readonly string[]).includes(text) ? null : "required";
    case "creditCode":
      return isCreditCode(text) ? null : "creditCode";
    case "identityNumber":
      return !isIdentityNumber(text) ? "identityNumber" : isAdult(text, today) ? null : "underage";
    case "phone":
      return isPhone(text) ? null : "phone";
    case "bankAccount":
      return /^\d{8,30}$/.test(text) ? null : "bankAccount";
    default:
      return null;
  }
}

function isAdult(identityNumber: string, today: Day): boolean {
  const born = identityNumber.slice(6, 14);
  return `${Number(born.slice(0, 4)) + 18}-${born.slice(4, 6)}-${born.slice(6)}` <= today;
}

/** How a value is kept: no spaces in numbers, capitals in codes, full-width letters and digits made plain. */
export function tidy(field: FieldName, value: string): string {
  const plain = value.normalize("NFKC").trim();
  if (field === "creditCode" || field === "identityNumber") return plain.replace(/[\s-]/g, "").toUpperCase();
  if (field === "phone" || field === "bankAccount")
    return plain.replace(/[\s-]/g, "").replace(/^\+?86(?=1\d{10}$)/, "");
  if (field === "categoryIds" || field === "cityIds")
    return [...new Set(plain.split(",").filter(Boolean))].sort().join(",");
  return value.trim().replace(/\s+/g, " ");
}

/** Everything that stops an application from being handed in, by field. */
export function problemsOf(
  facts: Facts,
  papers: readonly Paper[],
  goods: readonly Goods[],
  today: Day,
): FieldProblem[] {
  const fields = fieldsFor(facts.subjectType).flatMap((field) => {
    const code = problemOf(field, facts[field], today);
    return code ? [{ field, code }] : [];
  });
  const documents = documentsFor(facts.subjectType, goods).flatMap((need): FieldProblem[] => {
    const shown = papers.filter((p) => p.kind === need.kind);
    const field = documentField(need.kind);
    if (shown.length === 0) return need.required ? [{ field, code: "paperMissing" }] : [];
    if (need.expiry === "required" && shown.some((p) => !p.expiresDay)) return [{ field, code: "expiryMissing" }];
    return shown.some((p) => validityOf(p.expiresDay, today) === "expired") ? [{ field, code: "paperExpired" }] : [];
  });
  return [...fields, ...documents];
}

export type Verdict = { verdict: "ok" | "fix"; reason: string | null; byName: string; at: string; round: number };
export type Round = { round: number; returnedAt: string; byName: string; asked: { field: string; reason: string }[] };
/** The review as it stands: one verdict a field, and what was asked for in earlier rounds. */
export type Review = { fields: Record<string, Verdict>; rounds: Round[] };
export const emptyReview: Review = { fields: {}, rounds: [] };

/** Every item the reviewer judges: the fields asked for, then the papers shown or required. */
export function itemsToJudge(type: SubjectType, papers: readonly Paper[], goods: readonly Goods[]): string[] {
  const needed = documentsFor(type, goods)
    .filter((d) => d.required || papers.some((p) => p.kind === d.kind))
    .map((d) => d.kind);
  const others = papers.map((p) => p.kind).filter((kind) => !needed.includes(kind));
  return [...fieldsFor(type), ...[...new Set([...needed, ...others])].map(documentField)];
}

/** What the applicant may change: all of a draft, of a returned application only what was marked. */
export function mayChange(state: ApplicationState, review: Review, field: string): boolean {
  if (state === "draft") return true;
  return state === "returned" && askedIn(review).some((a) => a.field === field);
}

/** What the last return asked for. */
export const askedIn = (review: Review): Round["asked"] => review.rounds.at(-1)?.asked ?? [];

export type Standing = { open: string[]; fix: string[]; ok: string[] };

/** Where the review stands over the items to judge. */
export function standingOf(items: readonly string[], review: Review): Standing {
  const by = (verdict: "ok" | "fix") => items.filter((item) => review.fields[item]?.verdict === verdict);
  return { ok: by("ok"), fix: by("fix"), open: items.filter((item) => !review.fields[item]) };
}

/** After handing in again, what was asked for waits for a new verdict; the rest keeps the one it has. */
export function afterResubmission(review: Review): Review {
  const asked = new Set(askedIn(review).map((a) => a.field));
  return {
    ...review,
    fields: Object.fromEntries(Object.entries(review.fields).filter(([field]) => !asked.has(field))),
  };
}

/** The hour by which an application is answered: two working days is too long for a grower; one day is the promise. */
export const answerHours = 24;

/** The day before whose end a paper must be renewed to be safe, for reminders. */
export const remindFrom = (today: Day): Day => addDays(today, soonDays);
