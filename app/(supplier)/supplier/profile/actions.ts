"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import type { ActionAnswer } from "#lib/kernel/answer";
import { bytesOf } from "#lib/platform/files";
import { addSupplierDocument, addSupplierStaff, editSupplier } from "#lib/suppliers/commands/supplier";
import { editSupplierInput, staffInput, supplierDocumentInput } from "#lib/suppliers/schema";

type Previous = ActionAnswer | null;
const words = () => getTranslations("suppliers.record");

export async function edit(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(editSupplierInput, async (actor, input) => {
    await editSupplier(actor, input);
    return { message: (await words())("saved") };
  })(previous, form);
}

export async function addPaper(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(supplierDocumentInput, async (actor, { file, ...input }) => {
    const { name, bytes } = await bytesOf(file);
    await addSupplierDocument(actor, { ...input, fileName: name, bytes });
    return { message: (await words())("paperAdded") };
  })(previous, form);
}

export async function addStaff(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(staffInput, async (actor, input) => {
    await addSupplierStaff(actor, input);
    return { message: (await words())("staffAdded") };
  })(previous, form);
}
