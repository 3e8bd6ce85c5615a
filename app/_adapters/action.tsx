import "server-only";
import { randomBytes } from "node:crypto";
import { revalidatePath } from "next/cache";
import { headers } from "next/headers";
import { getLocale } from "next-intl/server";
import { type $ZodType, type output, safeParse } from "zod/v4/core";
import { entryWords } from "#components/audit/changes";
import { lastChanges, withNames } from "#lib/audit/queries";
import { type Actor, anonymous } from "#lib/identity/schema";
import type { ActionAnswer, ChangeMade, FormAction, UndoOffer } from "#lib/kernel/answer";
import { isRefusal, Refusal } from "#lib/kernel/refusal";
import { refusalOf } from "#lib/platform/db";
import { env } from "#lib/platform/env";
import { readForm } from "#lib/platform/form";
import { log } from "#lib/platform/log";
import { problemWords } from "#lib/words/problems";
import { refusalWords } from "#lib/words/refusals";
import { caller } from "./caller";
import { currentActor } from "./session";

// biome-ignore lint/suspicious/noConfusingVoidType: most commands have nothing to say
type Done = { message?: string; redirect?: string; value?: string; undo?: UndoOffer } | void;
type Locale = "zh-CN" | "en";

const isNext = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "digest" in error && String(error.digest).startsWith("NEXT_");

/** Next checks the origin too, but only where it is sent; a browser always sends it with an action. */
async function refuseForeign(): Promise<void> {
  const head = await headers();
  const from = head.get("origin");
  const own = [head.get("x-forwarded-host"), head.get("host"), new URL(env().NEXTAUTH_URL).host];
  if (!from || !URL.canParse(from) || !own.includes(new URL(from).host)) throw new Refusal("crossSite");
}

/** A thrown thing as the form's answer: a refusal in words with its fields, anything else as a number for support. */
export function answerOf(error: unknown, locale: Locale): ActionAnswer {
  const refusal = isRefusal(error) ? error : refusalOf(error);
  if (refusal) {
    const fields = Object.fromEntries(
      refusal.fields.map((f) => [
        f.field,
        problemWords({ message: f.code }, locale, { ...refusal.facts, detail: f.detail }),
      ]),
    );
    return {
      ok: false,
      code: refusal.code,
      message: refusalWords(refusal.code, refusal.facts, locale).text,
      ...(refusal.fields.length > 0 ? { fields } : {}),
    };
  }
  const requestId = randomBytes(5).toString("hex");
  log.error({ requestId, error: error instanceof Error ? error.stack : String(error) }, "an action broke");
  return { ok: false, code: "broken", message: refusalWords("broken", {}, locale).text, requestId };
}

/** What was done to the record between the form's version and now, in words. */
async function madeMeanwhile({ facts }: Refusal, locale: Locale): Promise<ChangeMade[]> {
  if (typeof facts.subjectType !== "string" || typeof facts.subjectId !== "string") return [];
  const made = await withNames(
    await lastChanges(facts.subjectType, facts.subjectId, Number(facts.behind ?? 1)),
    locale,
  );
  const isNamed = facts.by !== undefined;
  return made.map((entry) => ({ ...entryWords(entry, locale), ...(isNamed ? {} : { who: "" }) }));
}

/**
 * A command that a component calls with plain values: as `act`, but the answer carries what the command gives, and the page is
 * shown anew only with `anew`.
 */
export async function call<S extends $ZodType, R extends object>(
  schema: S,
  input: unknown,
  run: (actor: Actor, input: output<S>, locale: Locale) => Promise<R>,
  options: { anew?: true } = {},
): Promise<ActionAnswer & Partial<R>> {
  const locale = await getLocale();
  try {
    await refuseForeign();
    const actor = await currentActor();
    if (!actor) throw new Refusal("unauthenticated");
    const read = safeParse(schema, input);
    if (!read.success)
      throw new Refusal(
        "invalid",
        {},
        read.error.issues.map((i) => ({ field: i.path.join("."), code: i.message })),
      );
    const done = await run(actor, read.data, locale);
    if (options.anew) revalidatePath("/", "layout");
    return { ok: true, ...done };
  } catch (error) {
    if (isNext(error)) throw error;
    return answerOf(error, locale) as ActionAnswer & Partial<R>;
  }
}

/**
 * A command as a form's action: parses by the schema, finds the actor, runs, answers in the reader's language, and shows
 * the page anew. `open` actions are for people without a session (they act as `anonymous`).
 */
export function act<S extends $ZodType>(
  schema: S,
  run: (actor: Actor, input: output<S>) => Promise<Done>,
  options: { open?: true } = {},
): FormAction {
  return async (_previous, form) => {
    const locale = await getLocale();
    try {
      await refuseForeign();
      const known = await currentActor();
      if (!known && !options.open) throw new Refusal("unauthenticated");
      const actor = known ?? {
        ...anonymous,
        origin:
          Object.values(await caller())
            .filter(Boolean)
            .join(" · ") || null,
      };
      const read = readForm(schema, form);
      if ("issues" in read) {
        const fields: Record<string, string> = {};
        for (const issue of read.issues) fields[issue.path.join(".")] ??= problemWords(issue, locale);
        return { ok: false, code: "invalid", message: refusalWords("invalid", {}, locale).text, fields };
      }
      const done = await run(actor, read.value);
      revalidatePath("/", "layout");
      return { ok: true, ...(done ?? {}) };
    } catch (error) {
      if (isNext(error)) throw error;
      const answer = answerOf(error, locale);
      if (answer.ok || answer.code !== "staleVersion" || !isRefusal(error)) return answer;
      // the page comes back with the answer, and from it the form reads what the fields hold by now
      revalidatePath("/", "layout");
      return { ...answer, meanwhile: await madeMeanwhile(error, locale) };
    }
  };
}
