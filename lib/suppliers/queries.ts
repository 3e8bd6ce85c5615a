import "server-only";
import { authorise, sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { fen, zero } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { type Day, dayFromDate, hour, later } from "#lib/kernel/time";
import { balancesOf } from "#lib/ledger/steps";
import { today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { maskAccount, maskPhoneTail, sha256 } from "#lib/platform/pii";
import { goodsOf, isTaken, openFacts, papersOf, reviewOf, storedOf } from "./application";
import { reviewItems } from "./review-items";
import {
  agreementVersion,
  answerHours,
  askedIn,
  type DocumentKind,
  documentsFor,
  type FieldName,
  itemsToJudge,
  problemsOf,
  type SubjectType,
  standingOf,
  validityOf,
} from "./rules";
import type {
  ApplicationDossier,
  ApplicationForApplicant,
  ApplicationRow,
  ClaimView,
  ContractView,
  DocumentView,
  SupplierForPurchase,
  SupplierRecord,
  SupplierRow,
} from "./schema";

type DocumentRow = {
  id: string;
  kind: string;
  fileId: string;
  number: string | null;
  expiresDay: Date | null;
  createdAt: Date;
};

async function documentViews(rows: DocumentRow[], day: Day): Promise<DocumentView[]> {
  const files = new Map(
    (await prisma.storedFile.findMany({ where: { id: { in: rows.map((r) => r.fileId) } } })).map((f) => [f.id, f]),
  );
  return rows
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((row) => {
      const expiresDay = row.expiresDay ? dayFromDate(row.expiresDay) : null;
      const file = files.get(row.fileId);
      return {
        id: row.id,
        kind: row.kind as DocumentKind,
        fileId: row.fileId,
        fileName: file?.name ?? "",
        mime: file?.mime ?? "",
        bytes: file?.bytes ?? 0,
        number: row.number,
        expiresDay,
        validity: validityOf(expiresDay, day),
        createdAt: row.createdAt,
      };
    });
}

const answerBy = (submittedAt: Date | null): Date | null =>
  submittedAt ? later(submittedAt, answerHours * hour) : null;

/** The application behind a secret link. Refuses: notFound. */
export async function applicationByToken(token: string): Promise<ApplicationForApplicant> {
  const row = await prisma.supplierApplication.findUnique({
    where: { resumeHash: sha256(token) },
    include: { documents: true },
  });
  if (!row) throw new Refusal("notFound");
  const day = today();
  const facts = openFacts(row);
  const goods = await goodsOf(prisma, facts.categoryIds);
  const values: ApplicationForApplicant["values"] = { subjectType: row.subjectType };
  for (const [field, value] of Object.entries(storedOf(row))) {
    values[field as FieldName] = (typeof value === "string" ? value : maskAccount(value.tail)) as never;
  }
  if (facts.phone) values.phone = facts.phone;
  values.subjectType = row.subjectType;
  const isOpen = row.state === "draft" || row.state === "returned";
  const isFarmer = row.subjectType === "farmer";
  return {
    id: row.id,
    state: row.state,
    round: row.round,
    values,
    documents: await documentViews(row.documents, day),
    requirements: documentsFor(row.subjectType, goods),
    problems: isOpen
      ? Object.fromEntries(problemsOf(facts, papersOf(row.documents), goods, day).map((p) => [p.field, p.code]))
      : {},
    asked: row.state === "returned" ? Object.fromEntries(askedIn(reviewOf(row)).map((a) => [a.field, a.reason])) : {},
    isDuplicate:
      isOpen && (await isTaken(prisma, row.id, isFarmer ? null : row.creditCode, isFarmer ? row.identityIndex : null)),
    agreementVersion: row.agreementVersion ?? agreementVersion,
    changedAt: row.changedAt,
    submittedAt: row.submittedAt,
    answerBy: row.state === "submitted" ? answerBy(row.submittedAt) : null,
    decision: row.decision,
  };
}

/** Applications by id, in any order; drafts only by name, never by content. Whoever asks has been allowed to see them. */
export async function applicationsById(ids: readonly string[]): Promise<ApplicationRow[]> {
  const rows = await prisma.supplierApplication.findMany({
    where: { id: { in: [...ids] } },
    include: { documents: true },
  });
  return Promise.all(
    rows.map(async (row): Promise<ApplicationRow> => {
      const facts = openFacts(row);
      const items = itemsToJudge(facts.subjectType, papersOf(row.documents), await goodsOf(prisma, facts.categoryIds));
      const standing = standingOf(items, reviewOf(row));
      return {
        id: row.id,
        name: row.name,
        subjectType: row.subjectType,
        contactName: row.contactName,
        phone: maskPhoneTail(row.phoneTail),
        state: row.state,
        round: row.round,
        submittedAt: row.submittedAt,
        answerBy: row.state === "submitted" ? answerBy(row.submittedAt) : null,
        changedAt: row.changedAt,
        judged: standing.ok.length + standing.fix.length,
        items: items.length,
      };
    }),
  );
}

/** One application with everything a reviewer judges by. Refuses: notFound (drafts too), forbidden. */
export async function applicationDossier(actor: Actor, applicationId: string): Promise<ApplicationDossier> {
  const row = await prisma.supplierApplication.findUnique({
    where: { id: applicationId },
    include: { documents: true },
  });
  if (!row || row.state === "draft") throw new Refusal("notFound");
  const facts = openFacts(row);
  authorise(actor, "suppliers.see", {
    supplierId: row.supplierId,
    cityIds: (facts.cityIds ?? "").split(",").filter(Boolean),
  });
  const day = today();
  const goods = await goodsOf(prisma, facts.categoryIds);
  const documents = await documentViews(row.documents, day);
  const review = reviewOf(row);
  const fields = itemsToJudge(facts.subjectType, papersOf(row.documents), goods);
  const isFarmer = row.subjectType === "farmer";
  const isDuplicate = await isTaken(
    prisma,
    row.id,
    isFarmer ? null : row.creditCode,
    isFarmer ? row.identityIndex : null,
  );
  return {
    id: row.id,
    name: row.name,
    subjectType: row.subjectType,
    state: row.state,
    round: row.round,
    version: row.version,
    submittedAt: row.submittedAt,
    answerBy: row.state === "submitted" ? answerBy(row.submittedAt) : null,
    decidedAt: row.decidedAt,
    decision: row.decision,
    supplierId: row.supplierId,
    items: await reviewItems({
      fields,
      facts,
      documents,
      review,
      day,
      isDuplicate: isDuplicate && row.state === "submitted",
    }),
    documents,
    standing: standingOf(fields, review),
    rounds: review.rounds,
    agreementVersion: row.agreementVersion,
    agreedAt: row.agreedAt,
  };
}

/** Suppliers by id, in any order; whoever asks has been allowed to see them. */
export async function suppliersById(ids: readonly string[]): Promise<SupplierRow[]> {
  const [rows, claims] = await Promise.all([
    prisma.supplier.findMany({ where: { id: { in: [...ids] } }, include: { documents: true } }),
    prisma.supplierClaim.groupBy({
      by: ["supplierId"],
      where: { supplierId: { in: [...ids] }, state: "open" },
      _count: true,
      _sum: { amountFen: true },
    }),
  ]);
  const day = today();
  const claimsOf = new Map(claims.map((c) => [c.supplierId, c]));
  return rows.map((row): SupplierRow => {
    const nextExpiry = nearestExpiry(row.documents);
    const claim = claimsOf.get(row.id);
    return {
      id: row.id,
      name: row.name,
      subjectType: row.subjectType,
      state: row.state,
      contactName: row.contactName,
      phone: maskPhoneTail(row.phoneTail),
      categories: row.categoryIds.length,
      openClaims: claim?._count ?? 0,
      openClaimsFen: fen(claim?._sum.amountFen ?? 0),
      nextExpiry,
      validity: validityOf(nextExpiry, day),
      createdAt: row.createdAt,
    };
  });
}

/** The first day on which a kind of paper runs out, counting only the latest of each kind. */
function nearestExpiry(documents: { kind: string; expiresDay: Date | null }[]): Day | null {
  return (
    latestExpiries(documents)
      .map((d) => d.expiresDay)
      .toSorted()[0] ?? null
  );
}

function latestExpiries(
  documents: { kind: string; expiresDay: Date | null }[],
): { kind: DocumentKind; expiresDay: Day }[] {
  const latest = new Map<string, Day | null>();
  for (const d of documents) {
    const day = d.expiresDay ? dayFromDate(d.expiresDay) : null;
    const known = latest.get(d.kind);
    if (known === undefined || day === null || (known !== null && day > known)) latest.set(d.kind, day);
  }
  return [...latest].flatMap(([kind, expiresDay]) => (expiresDay ? [{ kind: kind as DocumentKind, expiresDay }] : []));
}

const contractView = (c: {
  version: number;
  model: ContractView["model"];
  takeRateBp: number | null;
  cycleDays: number;
  shortagePenaltyBp: number;
  effectiveFrom: Date;
}): ContractView => ({
  version: c.version,
  model: c.model,
  takeRateBp: c.takeRateBp,
  cycleDays: c.cycleDays,
  shortagePenaltyBp: c.shortagePenaltyBp,
  effectiveFrom: c.effectiveFrom,
});

/** One supplier in full; sealed numbers masked. Refuses: notFound, forbidden. */
export async function supplierRecord(actor: Actor, supplierId: string): Promise<SupplierRecord> {
  const row = await prisma.supplier.findUnique({
    where: { id: supplierId },
    include: { documents: true, contracts: { orderBy: { version: "desc" } } },
  });
  if (!row) throw new Refusal("notFound");
  authorise(actor, "suppliers.see", { supplierId: row.id, cityIds: row.cityIds });
  const [documents, claims, balances, members, application] = await Promise.all([
    documentViews(row.documents, today()),
    claimsOf(supplierId, 20),
    balancesOf(prisma, supplierId),
    prisma.user.findMany({ where: { supplierId }, orderBy: { id: "asc" } }),
    prisma.supplierApplication.findFirst({ where: { supplierId }, select: { id: true } }),
  ]);
  const contracts = row.contracts.map(contractView);
  return {
    id: row.id,
    name: row.name,
    subjectType: row.subjectType as SubjectType,
    state: row.state,
    creditCode: row.creditCode,
    legalName: row.legalName,
    identity: row.identityTail ? maskAccount(row.identityTail) : null,
    address: row.address,
    contactName: row.contactName,
    phone: maskPhoneTail(row.phoneTail),
    bankHolder: row.bankHolder,
    bankName: row.bankName,
    bankAccount: row.bankAccountTail ? maskAccount(row.bankAccountTail) : null,
    categoryIds: row.categoryIds,
    cityIds: row.cityIds,
    autoAcceptMinutes: row.autoAcceptMinutes,
    createdAt: row.createdAt,
    version: row.version,
    documents,
    contract: contracts[0] ?? null,
    contracts,
    claims,
    pendingFen: balances.supplierPending ?? zero,
    payableFen: balances.supplierPayable ?? zero,
    owesFen: balances.supplierReceivable ?? zero,
    members: members.map((m) => ({ id: m.id, name: m.name, role: m.supplierRole ?? "staff", state: m.state })),
    applicationId: application?.id ?? null,
  };
}

/** The latest claims on a supplier; whoever asks has been allowed to see it. */
async function claimsOf(supplierId: string, limit = 50): Promise<ClaimView[]> {
  const rows = await prisma.supplierClaim.findMany({ where: { supplierId }, orderBy: { id: "desc" }, take: limit });
  return rows.map((r) => ({ ...r, amountFen: fen(r.amountFen), evidence: r.evidence as Record<string, unknown> }));
}

/** For purchase orders and scheduling; no actor, higher domains call it. Null when there is none. */
export async function supplierForPurchase(supplierId: string): Promise<SupplierForPurchase | null> {
  return (await suppliersForPurchase([supplierId])).get(supplierId) ?? null;
}

/** As supplierForPurchase, for many. */
export async function suppliersForPurchase(ids: readonly string[]): Promise<Map<string, SupplierForPurchase>> {
  const day = today();
  const rows = await prisma.supplier.findMany({
    where: { id: { in: [...new Set(ids)] } },
    include: { documents: true, contracts: { orderBy: { version: "desc" }, take: 1 } },
  });
  return new Map(
    rows.map((r) => [
      r.id,
      {
        id: r.id,
        name: r.name,
        state: r.state,
        autoAcceptMinutes: r.autoAcceptMinutes,
        shortagePenaltyBp: r.contracts[0]?.shortagePenaltyBp ?? 0,
        lapsed: latestExpiries(r.documents)
          .filter((d) => validityOf(d.expiresDay, day) === "expired")
          .map((d) => d.kind),
      },
    ]),
  );
}

/** Names by id, for lists of other rooms. */
export async function supplierNames(ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await prisma.supplier.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: { id: true, name: true },
  });
  return new Map(rows.map((r) => [r.id, r.name]));
}

/** Every active supplier the actor may choose from. Refuses: forbidden. */
export async function supplierChoices(actor: Actor): Promise<{ id: string; name: string }[]> {
  const scope = sees(actor, "suppliers.see");
  return prisma.supplier.findMany({
    where: { state: "active", ...(scope.supplierId === undefined ? {} : { id: scope.supplierId }) },
    select: { id: true, name: true },
    orderBy: { id: "asc" },
    take: 500,
  });
}
