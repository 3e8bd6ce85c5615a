import { randomBytes } from "node:crypto";
import { getLocale } from "next-intl/server";
import { currentActor } from "#app/_adapters/session";
import type { Actor } from "#lib/identity/schema";
import { isRefusal } from "#lib/kernel/refusal";
import { log } from "#lib/platform/log";
import { refusalWords } from "#lib/words/refusals";
import { registry } from "./registry";

type Context = { params: Promise<{ query: string }> };
type Locale = "zh-CN" | "en";
type AnyEntry = {
  input: { safeParse: (value: unknown) => { success: boolean; data?: unknown } };
  run: (actor: Actor, input: never, locale: Locale) => Promise<object>;
};

const no = (code: string, facts: Record<string, unknown>, locale: Locale, more: object = {}): Response => {
  const { status, text } = refusalWords(code, facts, locale);
  return Response.json(
    { type: `/problems/${code}`, code, title: text, status, ...more },
    { status, headers: { "content-type": "application/problem+json", "cache-control": "no-store" } },
  );
};

/** One read by name with the session's actor; inputs are the query string's. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const [{ query }, locale] = [await params, await getLocale()];
  try {
    const actor = await currentActor();
    if (!actor) return no("unauthenticated", {}, locale);
    const found = Object.hasOwn(registry, query)
      ? (registry[query as keyof typeof registry] as unknown as AnyEntry)
      : null;
    if (!found) return no("notFound", {}, locale);
    const input = found.input.safeParse(Object.fromEntries(new URL(request.url).searchParams));
    if (!input.success) return no("invalid", {}, locale);
    return Response.json(await found.run(actor, input.data as never, locale), {
      headers: { "cache-control": "private, no-store" },
    });
  } catch (error) {
    if (isRefusal(error)) return no(error.code, error.facts, locale);
    const requestId = randomBytes(5).toString("hex");
    log.error(
      { requestId, query, error: error instanceof Error ? error.stack : String(error) },
      "a console query broke",
    );
    return no("broken", {}, locale, { requestId });
  }
}
