"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import type { ActionAnswer } from "#lib/kernel/answer";
import { bytesOf } from "#lib/platform/files";
import { approveApplication, giveVerdict, rejectApplication, returnApplication } from "#lib/suppliers/commands/review";
import {
  addSupplierDocument,
  addSupplierStaff,
  editSupplier,
  renewContract,
  restoreSupplier,
  revealApplication,
  setSupplyTerms,
  suspendSupplier,
} from "#lib/suppliers/commands/supplier";
import {
  approveInput,
  editSupplierInput,
  newContractInput,
  rejectInput,
  restoreInput,
  returnInput,
  revealApplicationInput,
  staffInput,
  supplierDocumentInput,
  supplyTermsInput,
  suspendInput,
  verdictInput,
} from "#lib/suppliers/schema";

type Previous = ActionAnswer | null;
const words = () => getTranslations("suppliers");

export async function verdict(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(verdictInput, async (actor, input) => void (await giveVerdict(actor, input)))(previous, form);
}

export async function giveBack(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(returnInput, async (actor, input) => {
    await returnApplication(actor, input);
    return { message: (await words())("review.done.returned"), redirect: "/suppliers/applications" };
  })(previous, form);
}

export async function reject(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(rejectInput, async (actor, input) => {
    await rejectApplication(actor, input);
    return { message: (await words())("review.done.rejected"), redirect: "/suppliers/applications" };
  })(previous, form);
}

export async function approve(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(approveInput, async (actor, input) => {
    const { supplierId } = await approveApplication(actor, input);
    return { message: (await words())("review.done.approved"), redirect: `/suppliers/${supplierId}` };
  })(previous, form);
}

export async function revealFact(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(revealApplicationInput, async (actor, input) => ({ value: await revealApplication(actor, input) }))(
    previous,
    form,
  );
}

export async function suspend(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(suspendInput, async (actor, input) => {
    await suspendSupplier(actor, input);
    return { message: (await words())("record.suspended") };
  })(previous, form);
}

export async function restore(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(restoreInput, async (actor, input) => {
    await restoreSupplier(actor, input);
    return { message: (await words())("record.restored") };
  })(previous, form);
}

export async function edit(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(editSupplierInput, async (actor, input) => {
    await editSupplier(actor, input);
    return { message: (await words())("record.saved") };
  })(previous, form);
}

export async function editTerms(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(supplyTermsInput, async (actor, input) => {
    await setSupplyTerms(actor, input);
    return { message: (await words())("record.saved") };
  })(previous, form);
}

export async function renew(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(newContractInput, async (actor, input) => {
    await renewContract(actor, input);
    return { message: (await words())("contract.renewed") };
  })(previous, form);
}

export async function addPaper(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(supplierDocumentInput, async (actor, { file, ...input }) => {
    const { name, bytes } = await bytesOf(file);
    await addSupplierDocument(actor, { ...input, fileName: name, bytes });
    return { message: (await words())("record.paperAdded") };
  })(previous, form);
}

export async function addStaff(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(staffInput, async (actor, input) => {
    await addSupplierStaff(actor, input);
    return { message: (await words())("record.staffAdded") };
  })(previous, form);
}
