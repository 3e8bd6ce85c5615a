"use server";
import { act } from "#app/_adapters/action";
import type { ActionAnswer } from "#lib/kernel/answer";
import { clockText } from "#lib/kernel/time";
import { bytesOf } from "#lib/platform/files";
import {
  attachDocument,
  describeDocument,
  removeDocument,
  saveApplicationField,
  startApplication,
  submitApplication,
} from "#lib/suppliers/commands/apply";
import {
  attachInput,
  documentFactsInput,
  removeDocumentInput,
  saveFieldInput,
  startInput,
  submitInput,
} from "#lib/suppliers/schema";

type Previous = ActionAnswer | null;

export async function start(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(
    startInput,
    async (actor, input) => ({ redirect: `/apply/${(await startApplication(actor, input)).token}` }),
    { open: true },
  )(previous, form);
}

/** Answers the clock time at which the field was saved. */
export async function saveField(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(
    saveFieldInput,
    async (actor, input) => ({ value: clockText((await saveApplicationField(actor, input)).savedAt) }),
    { open: true },
  )(previous, form);
}

export async function attach(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(
    attachInput,
    async (actor, input) => {
      const { name, bytes } = await bytesOf(input.file);
      await attachDocument(actor, { token: input.token, kind: input.kind, fileName: name, bytes });
    },
    { open: true },
  )(previous, form);
}

export async function describe(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(documentFactsInput, async (actor, input) => void (await describeDocument(actor, input)), { open: true })(
    previous,
    form,
  );
}

export async function remove(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(removeDocumentInput, async (actor, input) => void (await removeDocument(actor, input)), { open: true })(
    previous,
    form,
  );
}

export async function submit(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(
    submitInput,
    async (actor, input) => {
      await submitApplication(actor, input);
      return { redirect: `/apply/${input.token}` };
    },
    { open: true },
  )(previous, form);
}
