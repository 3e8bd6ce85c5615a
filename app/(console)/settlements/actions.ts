"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import type { ActionAnswer } from "#lib/kernel/answer";
import * as statements from "#lib/settlement/commands/statements";
import {
  adjustStatementInput,
  dropAdjustmentInput,
  makeStatementInput,
  noteInput,
  paidInput,
  reasonedStatement,
  seenStatement,
  statementRef,
} from "#lib/settlement/schema";

type Previous = ActionAnswer | null;
const words = () => getTranslations("settlement");

export async function make(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(makeStatementInput, async (actor, input) => {
    const { id } = await statements.makeStatement(actor, input);
    return { message: (await words())("makeDone"), redirect: `/settlements/${id}` };
  })(previous, form);
}

export async function adjust(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(adjustStatementInput, async (actor, input) => {
    await statements.adjustStatement(actor, input);
    return { message: (await words())("adjustDone") };
  })(previous, form);
}

export async function drop(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(dropAdjustmentInput, async (actor, input) => {
    await statements.dropAdjustment(actor, input);
    return { message: (await words())("dropDone") };
  })(previous, form);
}

export async function send(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(statementRef, async (actor, input) => {
    await statements.sendStatement(actor, input);
    return { message: (await words())("sendDone") };
  })(previous, form);
}

export async function note(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(noteInput, async (actor, input) => {
    await statements.noteStatement(actor, input);
    return { message: (await words())("noteDone") };
  })(previous, form);
}

export async function approve(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(seenStatement, async (actor, input) => {
    await statements.approveStatement(actor, input);
    return { message: (await words())("approveDone") };
  })(previous, form);
}

export async function pay(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(seenStatement, async (actor, input) => {
    await statements.payStatement(actor, input);
    return { message: (await words())("payDone") };
  })(previous, form);
}

export async function settle(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(paidInput, async (actor, input) => {
    await statements.settleStatement(actor, input);
    return { message: (await words())("settleDone") };
  })(previous, form);
}

export async function bounce(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(reasonedStatement, async (actor, input) => {
    await statements.bounceStatement(actor, input);
    return { message: (await words())("bounceDone") };
  })(previous, form);
}
