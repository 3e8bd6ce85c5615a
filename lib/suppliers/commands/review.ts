import "server-only";
import { record } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { openSupplierAccount, phoneColumns } from "#lib/identity/steps";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import { next } from "#lib/kernel/states";
import { say } from "#lib/notifications/steps";
import { now } from "#lib/platform/clock";
import { type Tx, transact } from "#lib/platform/db";
import { env } from "#lib/platform/env";
import { announce } from "#lib/platform/news";
import { seal } from "#lib/platform/pii";
import { messages } from "#lib/words/index";
import { goodsOf, openFacts, papersOf, reviewOf } from "../application";
import { supplierNews } from "../events";
import { type ApplicationEvent, applicationTable, itemsToJudge, type Review, standingOf } from "../rules";

export type ContractTerms = {
  model: "supplyPrice" | "takeRate";
  takeRateBp?: number | undefined;
  cycleDays: number;
  shortagePenaltyBp: number;
};

const loaded = (tx: Tx, id: string) =>
  tx.supplierApplication.findUnique({ where: { id }, include: { documents: true } });
type Row = NonNullable<Awaited<ReturnType<typeof loaded>>>;

async function underReview(tx: Tx, actor: Actor, applicationId: string): Promise<Row> {
  await tx.$executeRaw`select 1 from supplier_application where id = ${applicationId} for update`;
  const row = await loaded(tx, applicationId);
  if (!row || row.state === "draft") throw new Refusal("notFound");
  authorise(actor, "suppliers.review", { cityIds: (openFacts(row).cityIds ?? "").split(",").filter(Boolean) });
  return row;
}

async function itemsOf(tx: Tx, row: Row): Promise<string[]> {
  const facts = openFacts(row);
  return itemsToJudge(facts.subjectType, papersOf(row.documents), await goodsOf(tx, facts.categoryIds));
}

/**
 * Judges one item; "clear" takes the verdict back. A mark to mend needs a reason, which the applicant reads. A verdict is no new
 * version of the application: the reviewer who gives fifteen of them decides with the version that was handed in.
 * Refuses: notFound, forbidden, illegalTransition (not under review), reasonRequired.
 */
export async function giveVerdict(
  actor: Actor,
  input: { applicationId: string; field: string; verdict: "ok" | "fix" | "clear"; reason?: string | undefined },
): Promise<void> {
  const at = now();
  await transact(async (tx) => {
    const row = await underReview(tx, actor, input.applicationId);
    if (row.state !== "submitted") throw new Refusal("illegalTransition", { state: row.state, event: "judge" });
    if (!(await itemsOf(tx, row)).includes(input.field)) throw new Refusal("notFound");
    if (input.verdict === "fix" && !input.reason)
      throw new Refusal("reasonRequired", {}, [{ field: "reason", code: "reasonRequired" }]);
    const review = reviewOf(row);
    const { [input.field]: before, ...fields } = review.fields;
    const verdict = input.verdict;
    const after =
      verdict === "clear"
        ? fields
        : {
            ...fields,
            [input.field]: {
              verdict,
              reason: verdict === "fix" ? (input.reason ?? null) : null,
              byName: actor.name,
              at: at.toISOString(),
              round: row.round,
            },
          };
    await tx.supplierApplication.update({
      where: { id: row.id },
      data: { verdicts: { ...review, fields: after } as object },
    });
    await record(tx, actor, {
      deed: "suppliers.judge",
      subjectType: "application",
      subjectId: row.id,
      before: { [input.field]: before?.verdict ?? null },
      after: { [input.field]: input.verdict },
      reason: input.reason ?? null,
    });
  });
}

async function decide(
  tx: Tx,
  row: Row,
  event: ApplicationEvent,
  version: number | undefined,
  data: object,
): Promise<void> {
  const to = next(applicationTable, row.state, event);
  if (version !== undefined && row.version !== version) throw new Refusal("staleVersion");
  const written = await tx.supplierApplication.updateMany({
    where: { id: row.id, state: row.state, version: row.version },
    data: { ...data, state: to, version: { increment: 1 } },
  });
  if (written.count !== 1) throw new Refusal("staleVersion");
}

/** Tells the applicant by SMS; the link they hold still opens the application. */
async function tell(
  tx: Tx,
  row: Row,
  template: "supplierReturned" | "supplierApproved" | "supplierRejected",
  body: string,
): Promise<void> {
  const phone = openFacts(row).phone;
  if (phone)
    await say(tx, { channel: "sms", recipientKind: "applicant", recipientId: row.id, address: phone, template, body });
}

/**
 * Sends the application back for the marked items only; everything else keeps its verdict.
 * Refuses: notFound, forbidden, nothingToReturn (no item is marked), illegalTransition, staleVersion.
 */
export async function returnApplication(
  actor: Actor,
  input: { applicationId: string; version?: number | undefined },
): Promise<void> {
  const at = now();
  await transact(async (tx) => {
    const row = await underReview(tx, actor, input.applicationId);
    const review = reviewOf(row);
    const asked = standingOf(await itemsOf(tx, row), review).fix.map((field) => ({
      field,
      reason: review.fields[field]?.reason ?? "",
    }));
    if (asked.length === 0) throw new Refusal("nothingToReturn");
    const verdicts: Review = {
      ...review,
      rounds: [...review.rounds, { round: row.round, returnedAt: at.toISOString(), byName: actor.name, asked }],
    };
    await decide(tx, row, "return", input.version, {
      verdicts: verdicts as object,
      decidedAt: at,
      decidedBy: actor.id,
    });
    await tell(
      tx,
      row,
      "supplierReturned",
      messages("zh-CN").suppliers.messages.returned.replace("{count}", String(asked.length)),
    );
    await record(tx, actor, {
      deed: "suppliers.return",
      subjectType: "application",
      subjectId: row.id,
      before: { state: row.state },
      after: { state: "returned", asked: asked.map((a) => a.field) },
      reason: asked.map((a) => a.reason).join("; "),
    });
  });
}

/** Refuses: notFound, forbidden, illegalTransition, staleVersion. */
export async function rejectApplication(
  actor: Actor,
  input: { applicationId: string; version?: number | undefined; reason: string },
): Promise<void> {
  const at = now();
  await transact(async (tx) => {
    const row = await underReview(tx, actor, input.applicationId);
    await decide(tx, row, "reject", input.version, { decision: input.reason, decidedAt: at, decidedBy: actor.id });
    await tell(
      tx,
      row,
      "supplierRejected",
      messages("zh-CN").suppliers.messages.rejected.replace("{reason}", input.reason),
    );
    await record(tx, actor, {
      deed: "suppliers.reject",
      subjectType: "application",
      subjectId: row.id,
      before: { state: row.state },
      after: { state: "rejected" },
      reason: input.reason,
    });
  });
}

/**
 * Takes the supplier on: supplier, contract, papers and the owner's account in one transaction; the owner can sign in by SMS at once.
 * Refuses: notFound, forbidden, itemsOpen (items without a verdict, or marked), creditCodeTaken, phoneTaken, illegalTransition, staleVersion.
 */
export async function approveApplication(
  actor: Actor,
  input: { applicationId: string; version?: number | undefined } & ContractTerms,
): Promise<{ supplierId: string }> {
  const at = now();
  return transact(async (tx) => {
    const row = await underReview(tx, actor, input.applicationId);
    const standing = standingOf(await itemsOf(tx, row), reviewOf(row));
    if (row.state === "submitted" && standing.open.length + standing.fix.length > 0) {
      throw new Refusal("itemsOpen", { open: standing.open.length, fix: standing.fix.length });
    }
    const facts = openFacts(row);
    const phone = facts.phone ?? "";
    const supplierId = newId("sup", at);
    const isFarmer = row.subjectType === "farmer";
    await decide(tx, row, "approve", input.version, { supplierId, decidedAt: at, decidedBy: actor.id });
    await tx.supplier.create({
      data: {
        id: supplierId,
        name: row.name,
        subjectType: row.subjectType,
        creditCode: isFarmer ? null : row.creditCode,
        identityCipher: isFarmer && facts.identityNumber ? seal(facts.identityNumber, "supplier.identity") : null,
        identityIndex: isFarmer ? row.identityIndex : null,
        identityTail: isFarmer ? (facts.identityNumber?.slice(-4) ?? null) : null,
        legalName: facts.legalName ?? null,
        address: facts.address ?? null,
        contactName: row.contactName,
        ...phoneColumns(phone, "supplier.phone"),
        bankHolder: facts.bankHolder ?? null,
        bankName: facts.bankName ?? null,
        bankAccountCipher: facts.bankAccount ? seal(facts.bankAccount, "supplier.bank_account") : null,
        bankAccountTail: facts.bankAccount?.slice(-4) ?? null,
        state: "active",
        categoryIds: (facts.categoryIds ?? "").split(",").filter(Boolean),
        cityIds: (facts.cityIds ?? "").split(",").filter(Boolean),
        createdAt: at,
      },
    });
    const contract = {
      model: input.model,
      takeRateBp: input.model === "takeRate" ? (input.takeRateBp ?? null) : null,
      cycleDays: input.cycleDays,
      shortagePenaltyBp: input.shortagePenaltyBp,
    };
    await tx.supplierContract.create({
      data: { id: newId("ctr", at), supplierId, version: 1, ...contract, effectiveFrom: at, createdBy: actor.id },
    });
    await tx.supplierDocument.updateMany({ where: { applicationId: row.id }, data: { supplierId } });
    await tx.storedFile.updateMany({
      where: { ownerKind: "supplierApplication", ownerId: row.id },
      data: { ownerKind: "supplier", ownerId: supplierId },
    });
    await openSupplierAccount(tx, actor, { supplierId, name: row.contactName, role: "owner", phone });
    const words = messages("zh-CN").suppliers.messages.approved;
    await tell(
      tx,
      row,
      "supplierApproved",
      words.replace("{name}", row.name).replace("{link}", `${env().NEXTAUTH_URL}/sign-in`),
    );
    await record(
      tx,
      actor,
      {
        deed: "suppliers.approve",
        subjectType: "application",
        subjectId: row.id,
        before: { state: row.state },
        after: { state: "approved", supplierId },
      },
      {
        deed: "suppliers.create",
        subjectType: "supplier",
        subjectId: supplierId,
        after: { name: row.name, subjectType: row.subjectType, contract },
      },
    );
    await announce(tx, { type: supplierNews.approved, subjectId: supplierId, payload: { applicationId: row.id } });
    return { supplierId };
  });
}
