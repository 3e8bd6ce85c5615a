import "server-only";
import { record } from "#lib/audit/steps";
import type { Actor } from "#lib/identity/schema";
import { phoneColumns } from "#lib/identity/steps";
import { newId } from "#lib/kernel/ids";
import { type FieldProblem, Refusal } from "#lib/kernel/refusal";
import { next } from "#lib/kernel/states";
import { type Day, dateOf } from "#lib/kernel/time";
import { say } from "#lib/notifications/steps";
import { now, today } from "#lib/platform/clock";
import { type Tx, transact } from "#lib/platform/db";
import { env } from "#lib/platform/env";
import { keepFile } from "#lib/platform/files";
import { announce } from "#lib/platform/news";
import { blindIndex, secret, sha256 } from "#lib/platform/pii";
import { messages } from "#lib/words/index";
import { goodsOf, isTaken, openFacts, papersOf, reviewOf, sealField, storedOf } from "../application";
import { supplierNews } from "../events";
import {
  afterResubmission,
  agreementVersion,
  applicationTable,
  askedIn,
  type DocumentKind,
  documentField,
  emptyReview,
  type FieldName,
  mayChange,
  problemOf,
  problemsOf,
  type SubjectType,
  sealedFields,
  subjectTypes,
  tidy,
} from "../rules";

/*
 * These commands are open: the secret link is the authority. It opens one application and nothing else.
 */

const mostDocuments = 30;

/** Opens a draft and returns the secret of its link, shown only now. Refuses: tooManyRequests (more than 300 drafts an hour). */
export async function startApplication(
  actor: Actor,
  input: { subjectType: SubjectType },
): Promise<{ applicationId: string; token: string }> {
  const at = now();
  const { plain, hash } = secret();
  const applicationId = newId("sap", at);
  await transact(async (tx) => {
    const recent = await tx.supplierApplication.count({
      where: { state: "draft", createdAt: { gt: new Date(at.getTime() - 3_600_000) } },
    });
    if (recent > 300) throw new Refusal("tooManyRequests");
    await tx.supplierApplication.create({
      data: {
        id: applicationId,
        resumeHash: hash,
        state: "draft",
        subjectType: input.subjectType,
        name: "",
        contactName: "",
        fields: { subjectType: input.subjectType },
        verdicts: emptyReview,
        createdAt: at,
        changedAt: at,
      },
    });
    await record(tx, actor, {
      deed: "suppliers.apply",
      subjectType: "application",
      subjectId: applicationId,
      after: { subjectType: input.subjectType },
    });
  });
  return { applicationId, token: plain };
}

/** The application behind a link, locked so that two fields saved at once both stay. Refuses: notFound. */
async function locked(tx: Tx, token: string) {
  const hash = sha256(token);
  await tx.$executeRaw`select 1 from supplier_application where resume_hash = ${hash} for update`;
  const row = await tx.supplierApplication.findUnique({ where: { resumeHash: hash }, include: { documents: true } });
  if (!row) throw new Refusal("notFound");
  return row;
}

function mustBeOpen(row: { state: keyof typeof applicationTable; verdicts: unknown }, field: string): void {
  if (!mayChange(row.state, reviewOf(row), field))
    throw new Refusal(row.state === "returned" ? "fieldSettled" : "applicationClosed");
}

/**
 * Saves one field as it was left, right or wrong; the answer says what is wrong with it. The first phone gets the link by SMS.
 * Refuses: notFound, applicationClosed (handed in or decided), fieldSettled (returned, but not this field).
 */
export async function saveApplicationField(
  _actor: Actor,
  input: { token: string; field: FieldName; value: string },
): Promise<{ problem: string | null; isDuplicate: boolean; savedAt: Date }> {
  const at = now();
  const value = tidy(input.field, input.value);
  return transact(async (tx) => {
    const row = await locked(tx, input.token);
    mustBeOpen(row, input.field);
    const fields = storedOf(row);
    const isSealed = sealedFields.includes(input.field);
    if (input.field === "phone" || value === "") delete fields[input.field];
    else fields[input.field] = isSealed ? sealField(input.field, value) : value;
    const problem = problemOf(input.field, value, today());
    const subjectType =
      input.field === "subjectType" && (subjectTypes as readonly string[]).includes(value)
        ? (value as SubjectType)
        : row.subjectType;
    const identityIndex = input.field === "identityNumber" ? (problem ? null : blindIndex(value)) : row.identityIndex;
    const creditCode = input.field === "creditCode" ? (problem ? null : value) : row.creditCode;
    const isFirstPhone = input.field === "phone" && !problem && row.phoneCipher === null;
    await tx.supplierApplication.update({
      where: { id: row.id },
      data: {
        fields: fields as object,
        subjectType,
        creditCode,
        identityIndex,
        changedAt: at,
        version: { increment: 1 },
        ...(input.field === "name" ? { name: value } : {}),
        ...(input.field === "contactName" ? { contactName: value } : {}),
        ...(input.field !== "phone"
          ? {}
          : value === ""
            ? { phoneCipher: null, phoneIndex: null, phoneTail: null }
            : phoneColumns(value, "supplier_application.phone")),
      },
    });
    if (isFirstPhone) {
      const words = messages("zh-CN").suppliers.messages.resume;
      await say(tx, {
        channel: "sms",
        recipientKind: "applicant",
        recipientId: row.id,
        address: value,
        template: "supplierResume",
        body: words.replace("{link}", `${env().NEXTAUTH_URL}/apply/${input.token}`),
      });
    }
    const isDuplicate = await isTaken(
      tx,
      row.id,
      subjectType === "farmer" ? null : creditCode,
      subjectType === "farmer" ? identityIndex : null,
    );
    return { problem, isDuplicate, savedAt: at };
  });
}

/** Adds a paper. Refuses: notFound, applicationClosed, fieldSettled, tooManyFiles, and what the file store refuses. */
export async function attachDocument(
  actor: Actor,
  input: { token: string; kind: DocumentKind; fileName: string; bytes: Buffer },
): Promise<{ documentId: string }> {
  const at = now();
  const documentId = newId("doc", at);
  await transact(async (tx) => {
    const row = await locked(tx, input.token);
    mustBeOpen(row, documentField(input.kind));
    if (row.documents.length >= mostDocuments) throw new Refusal("tooManyFiles", { limit: mostDocuments });
    const file = await keepFile(tx, {
      purpose: "supplierDocument",
      ownerKind: "supplierApplication",
      ownerId: row.id,
      name: input.fileName,
      bytes: input.bytes,
      at,
      by: actor.id,
    });
    await tx.supplierDocument.create({
      data: { id: documentId, applicationId: row.id, kind: input.kind, fileId: file.id, createdAt: at },
    });
    await tx.supplierApplication.update({ where: { id: row.id }, data: { changedAt: at, version: { increment: 1 } } });
  });
  return { documentId };
}

/** Writes number and expiry beside a paper. Refuses: notFound, applicationClosed, fieldSettled. */
export async function describeDocument(
  _actor: Actor,
  input: { token: string; documentId: string; number?: string | undefined; expiresDay?: Day | undefined },
): Promise<void> {
  await transact(async (tx) => {
    const { row, document } = await documentOf(tx, input);
    await tx.supplierDocument.update({
      where: { id: document.id },
      data: { number: input.number || null, expiresDay: input.expiresDay ? dateOf(input.expiresDay) : null },
    });
    await tx.supplierApplication.update({
      where: { id: row.id },
      data: { changedAt: now(), version: { increment: 1 } },
    });
  });
}

/** Takes a paper out of the application; the stored file stays for the record. Refuses: notFound, applicationClosed, fieldSettled. */
export async function removeDocument(_actor: Actor, input: { token: string; documentId: string }): Promise<void> {
  await transact(async (tx) => {
    const { row, document } = await documentOf(tx, input);
    await tx.supplierDocument.delete({ where: { id: document.id } });
    await tx.supplierApplication.update({
      where: { id: row.id },
      data: { changedAt: now(), version: { increment: 1 } },
    });
  });
}

async function documentOf(tx: Tx, input: { token: string; documentId: string }) {
  const row = await locked(tx, input.token);
  const document = row.documents.find((d) => d.id === input.documentId);
  if (!document) throw new Refusal("notFound");
  mustBeOpen(row, documentField(document.kind as DocumentKind));
  return { row, document };
}

/**
 * Hands the application in, with consent to the agreement in force; after a return only what was asked for is judged again.
 * Refuses: invalid (fields and papers by name), creditCodeTaken, illegalTransition, notFound.
 */
export async function submitApplication(actor: Actor, input: { token: string }): Promise<{ applicationId: string }> {
  const at = now();
  return transact(async (tx) => {
    const row = await locked(tx, input.token);
    const to = next(applicationTable, row.state, "submit");
    const facts = openFacts(row);
    const problems: FieldProblem[] = problemsOf(
      facts,
      papersOf(row.documents),
      await goodsOf(tx, facts.categoryIds),
      today(),
    );
    if (problems.length > 0) throw new Refusal("invalid", {}, problems);
    const isFarmer = row.subjectType === "farmer";
    if (await isTaken(tx, row.id, isFarmer ? null : row.creditCode, isFarmer ? row.identityIndex : null)) {
      throw new Refusal("creditCodeTaken", {}, [
        { field: isFarmer ? "identityNumber" : "creditCode", code: "creditCodeTaken" },
      ]);
    }
    const review = reviewOf(row);
    await tx.supplierApplication.update({
      where: { id: row.id },
      data: {
        state: to,
        verdicts: afterResubmission(review) as object,
        round: row.state === "returned" ? { increment: 1 } : row.round,
        agreementVersion,
        agreedAt: at,
        submittedAt: at,
        changedAt: at,
        version: { increment: 1 },
      },
    });
    await record(tx, actor, {
      deed: "suppliers.submit",
      subjectType: "application",
      subjectId: row.id,
      before: { state: row.state },
      after: {
        state: to,
        agreementVersion,
        ...(row.state === "returned" ? { changed: askedIn(review).map((a) => a.field) } : {}),
      },
    });
    await announce(tx, { type: supplierNews.applied, subjectId: row.id });
    return { applicationId: row.id };
  });
}
