import "server-only";
import { record, stale } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { openSupplierAccount, phoneColumns } from "#lib/identity/steps";
import { isPhone } from "#lib/kernel/check";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import { next } from "#lib/kernel/states";
import { type Day, dateOf } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { type Tx, transact } from "#lib/platform/db";
import { keepFile } from "#lib/platform/files";
import { announce } from "#lib/platform/news";
import { seal } from "#lib/platform/pii";
import { openFacts } from "../application";
import { supplierNews } from "../events";
import { type DocumentKind, supplierTable, tidy } from "../rules";
import type { ContractTerms } from "./review";

async function loaded(tx: Tx, supplierId: string) {
  const supplier = await tx.supplier.findUnique({ where: { id: supplierId } });
  if (!supplier) throw new Refusal("notFound");
  return supplier;
}

/** With a version only that one is changed. */
type StateChange = { supplierId: string; reason: string; version?: number | undefined };

async function changeState(
  actor: Actor,
  input: StateChange,
  event: "suspend" | "restore",
): Promise<{ version: number }> {
  return transact(async (tx) => {
    const supplier = await loaded(tx, input.supplierId);
    authorise(actor, "suppliers.suspend", { supplierId: supplier.id, cityIds: supplier.cityIds });
    const to = next(supplierTable, supplier.state, event);
    if (input.reason.trim() === "")
      throw new Refusal("reasonRequired", {}, [{ field: "reason", code: "reasonRequired" }]);
    const written = await tx.supplier.updateMany({
      where: { id: supplier.id, state: supplier.state, version: input.version ?? supplier.version },
      data: { state: to, version: { increment: 1 } },
    });
    if (written.count !== 1) throw new Refusal("staleVersion");
    await record(tx, actor, {
      deed: `suppliers.${event}`,
      subjectType: "supplier",
      subjectId: supplier.id,
      before: { state: supplier.state },
      after: { state: to },
      reason: input.reason,
    });
    await announce(tx, {
      type: event === "suspend" ? supplierNews.suspended : supplierNews.restored,
      subjectId: supplier.id,
    });
    return { version: supplier.version + 1 };
  });
}

/** Nothing of a suspended supplier can be scheduled; what is bought already goes on. Refuses: notFound, forbidden, illegalTransition, reasonRequired, staleVersion. */
export const suspendSupplier = (actor: Actor, input: StateChange) => changeState(actor, input, "suspend");

/** Refuses: notFound, forbidden, illegalTransition, reasonRequired, staleVersion. */
export const restoreSupplier = (actor: Actor, input: StateChange) => changeState(actor, input, "restore");

/** Changes contact, address and account; a blank phone or account keeps the one there is. Refuses: notFound, forbidden, staleVersion, invalid. */
export async function editSupplier(
  actor: Actor,
  input: {
    supplierId: string;
    version: number;
    contactName: string;
    phone?: string | undefined;
    address?: string | undefined;
    bankHolder?: string | undefined;
    bankName?: string | undefined;
    bankAccount?: string | undefined;
  },
): Promise<void> {
  await transact(async (tx) => {
    const supplier = await loaded(tx, input.supplierId);
    authorise(actor, "suppliers.edit", { supplierId: supplier.id, cityIds: supplier.cityIds });
    const phone = tidy("phone", input.phone ?? "");
    const account = tidy("bankAccount", input.bankAccount ?? "");
    if (phone !== "" && !isPhone(phone)) throw new Refusal("invalid", {}, [{ field: "phone", code: "phone" }]);
    if (account !== "" && !/^\d{8,30}$/.test(account))
      throw new Refusal("invalid", {}, [{ field: "bankAccount", code: "bankAccount" }]);
    const facts = {
      contactName: input.contactName,
      address: input.address || null,
      bankHolder: input.bankHolder || null,
      bankName: input.bankName || null,
    };
    const written = await tx.supplier.updateMany({
      where: { id: supplier.id, version: input.version },
      data: {
        ...facts,
        ...(phone === "" ? {} : phoneColumns(phone, "supplier.phone")),
        ...(account === ""
          ? {}
          : { bankAccountCipher: seal(account, "supplier.bank_account"), bankAccountTail: account.slice(-4) }),
        version: { increment: 1 },
      },
    });
    if (written.count !== 1)
      throw await stale(tx, actor, {
        subjectType: "supplier",
        subjectId: supplier.id,
        behind: supplier.version - input.version,
      });
    await record(tx, actor, {
      deed: "suppliers.edit",
      subjectType: "supplier",
      subjectId: supplier.id,
      before: {
        contactName: supplier.contactName,
        address: supplier.address,
        bankHolder: supplier.bankHolder,
        bankName: supplier.bankName,
        ...(phone === "" ? {} : { phoneTail: supplier.phoneTail }),
        ...(account === "" ? {} : { bankAccountTail: supplier.bankAccountTail }),
      },
      after: {
        ...facts,
        ...(phone === "" ? {} : { phoneTail: phone.slice(-4) }),
        ...(account === "" ? {} : { bankAccountTail: account.slice(-4) }),
      },
    });
  });
}

/** What it may sell, where, and how fast its purchase orders accept themselves. Refuses: notFound, forbidden (the supplier itself may not), staleVersion. */
export async function setSupplyTerms(
  actor: Actor,
  input: { supplierId: string; version: number; categoryIds: string[]; cityIds: string[]; autoAcceptMinutes: number },
): Promise<void> {
  await transact(async (tx) => {
    const supplier = await loaded(tx, input.supplierId);
    authorise(actor, "suppliers.suspend", { supplierId: supplier.id, cityIds: supplier.cityIds });
    const { categoryIds, cityIds, autoAcceptMinutes } = input;
    const written = await tx.supplier.updateMany({
      where: { id: supplier.id, version: input.version },
      data: { categoryIds, cityIds, autoAcceptMinutes, version: { increment: 1 } },
    });
    if (written.count !== 1)
      throw await stale(tx, actor, {
        subjectType: "supplier",
        subjectId: supplier.id,
        behind: supplier.version - input.version,
      });
    await record(tx, actor, {
      deed: "suppliers.terms",
      subjectType: "supplier",
      subjectId: supplier.id,
      before: {
        categoryIds: supplier.categoryIds,
        cityIds: supplier.cityIds,
        autoAcceptMinutes: supplier.autoAcceptMinutes,
      },
      after: { categoryIds, cityIds, autoAcceptMinutes },
    });
  });
}

/** A new version of the contract from now on; statements keep the one they were made under. Refuses: notFound, forbidden, staleVersion (`version` is not the one in force). */
export async function renewContract(
  actor: Actor,
  input: { supplierId: string; version?: number | undefined } & ContractTerms,
): Promise<{ version: number }> {
  const at = now();
  return transact(async (tx) => {
    const supplier = await loaded(tx, input.supplierId);
    authorise(actor, "suppliers.suspend", { supplierId: supplier.id, cityIds: supplier.cityIds });
    const last = await tx.supplierContract.findFirst({
      where: { supplierId: supplier.id },
      orderBy: { version: "desc" },
    });
    const standing = last?.version ?? 0;
    if (input.version !== undefined && input.version !== standing)
      throw await stale(tx, actor, {
        subjectType: "supplier",
        subjectId: supplier.id,
        behind: standing - input.version,
      });
    const terms = {
      model: input.model,
      takeRateBp: input.model === "takeRate" ? (input.takeRateBp ?? null) : null,
      cycleDays: input.cycleDays,
      shortagePenaltyBp: input.shortagePenaltyBp,
    };
    const version = standing + 1;
    await tx.supplierContract.create({
      data: {
        id: newId("ctr", at),
        supplierId: supplier.id,
        version,
        ...terms,
        effectiveFrom: at,
        createdBy: actor.id,
      },
    });
    await record(tx, actor, {
      deed: "suppliers.contract",
      subjectType: "supplier",
      subjectId: supplier.id,
      ...(last
        ? {
            before: {
              version: last.version,
              model: last.model,
              takeRateBp: last.takeRateBp,
              cycleDays: last.cycleDays,
              shortagePenaltyBp: last.shortagePenaltyBp,
            },
          }
        : {}),
      after: { version, ...terms },
    });
    return { version };
  });
}

/** A renewed or further paper of a running supplier; an earlier one of its kind stays in the record. Refuses: notFound, forbidden, and what the file store refuses. */
export async function addSupplierDocument(
  actor: Actor,
  input: {
    supplierId: string;
    kind: DocumentKind;
    fileName: string;
    bytes: Buffer;
    number?: string | undefined;
    expiresDay?: Day | undefined;
  },
): Promise<{ documentId: string }> {
  const at = now();
  const documentId = newId("doc", at);
  await transact(async (tx) => {
    const supplier = await loaded(tx, input.supplierId);
    authorise(actor, "suppliers.edit", { supplierId: supplier.id, cityIds: supplier.cityIds });
    const file = await keepFile(tx, {
      purpose: "supplierDocument",
      ownerKind: "supplier",
      ownerId: supplier.id,
      name: input.fileName,
      bytes: input.bytes,
      at,
      by: actor.id,
    });
    await tx.supplierDocument.create({
      data: {
        id: documentId,
        supplierId: input.supplierId,
        kind: input.kind,
        fileId: file.id,
        number: input.number || null,
        expiresDay: input.expiresDay ? dateOf(input.expiresDay) : null,
        createdAt: at,
      },
    });
    await record(tx, actor, {
      deed: "suppliers.paper",
      subjectType: "supplier",
      subjectId: input.supplierId,
      after: { kind: input.kind, expiresDay: input.expiresDay ?? null },
    });
  });
  return { documentId };
}

/** Lets a colleague of the owner sign in by SMS. Refuses: notFound, forbidden, invalid, phoneTaken. */
export async function addSupplierStaff(
  actor: Actor,
  input: { supplierId: string; name: string; phone: string },
): Promise<{ userId: string }> {
  return transact(async (tx) => {
    const supplier = await loaded(tx, input.supplierId);
    authorise(actor, "suppliers.edit", { supplierId: supplier.id, cityIds: supplier.cityIds });
    const phone = tidy("phone", input.phone);
    if (!isPhone(phone)) throw new Refusal("invalid", {}, [{ field: "phone", code: "phone" }]);
    const { userId } = await openSupplierAccount(tx, actor, {
      supplierId: supplier.id,
      name: input.name,
      role: "staff",
      phone,
    });
    return { userId };
  });
}

/** One sealed fact of an application in the clear, with who asked and why in the log. Refuses: notFound, forbidden, reasonRequired. */
export async function revealApplication(
  actor: Actor,
  input: { applicationId: string; what: "phone" | "identityNumber" | "bankAccount"; reason: string },
): Promise<string> {
  return transact(async (tx) => {
    const row = await tx.supplierApplication.findUnique({ where: { id: input.applicationId } });
    if (!row || row.state === "draft") throw new Refusal("notFound");
    authorise(actor, "pii.reveal");
    authorise(actor, "suppliers.see");
    if (input.reason.trim() === "")
      throw new Refusal("reasonRequired", {}, [{ field: "reason", code: "reasonRequired" }]);
    const value = openFacts(row)[input.what];
    if (!value) throw new Refusal("notFound");
    await record(tx, actor, {
      deed: "pii.reveal",
      subjectType: "application",
      subjectId: row.id,
      after: { what: input.what },
      reason: input.reason,
    });
    return value;
  });
}
