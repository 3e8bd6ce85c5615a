import "server-only";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { isRefusal, Refusal } from "#lib/kernel/refusal";
import { isAway, refusalOf } from "#lib/platform/db";
import { log } from "#lib/platform/log";
import { messages } from "#lib/words/index";
import { problemWords } from "#lib/words/problems";
import { type RefusalCode, refusals, refusalWords } from "#lib/words/refusals";
import { type Frame, sayTime } from "./frame";
import { count, shown, snake, words, z } from "./shapes";

/** RFC 9457 as this API fills it; `code` is what clients branch on. */
export const problemShape = z
  .object({
    type: words("/developers/problems#sold_out"),
    title: words("与现状冲突"),
    status: shown(z.int(), 409),
    detail: words("「奶油草莓」已抢光，还剩 3 件。"),
    code: words("sold_out"),
    request_id: words("req_7f3b9c2d1e"),
    errors: z
      .array(z.object({ pointer: words("/items/0/quantity"), code: words("sold_out"), detail: words("剩余不足") }))
      .optional(),
    retry_after_ms: count(1000).optional(),
    meta: shown(z.record(z.string(), z.unknown()).optional(), { available: 3 }),
  })
  .openapi("Problem");

/** The stable code of a refusal on the wire. */
export const wireCode = (code: RefusalCode): string => snake(code);
export const statusOf = (code: string): number =>
  (refusals as Record<string, readonly [number, string, string]>)[code]?.[0] ?? 409;

/** Fields as a domain names them (`items.0.quantity`, `contactName`) become pointers into the request. */
const pointerOf = (path: string): string => `/${path.split(".").map(snake).join("/")}`;

const retryable = new Set([429, 503]);

/** A refusal as problem+json in the caller's language. */
export function problem(c: Context<Frame>, refusal: Refusal): Response {
  const locale = c.get("locale");
  const { status, text } = refusalWords(refusal.code, refusal.facts, locale);
  const titles: Record<string, string> = messages(locale).api.problems;
  const facts = Object.entries(refusal.facts).filter(([, value]) => value !== undefined);
  const meta = { ...Object.fromEntries(facts.map(([key, value]) => [snake(key), value])), ...c.get("meta") };
  const retryAfterMs = c.get("retryAfterMs") ?? (retryable.has(status) ? 1000 : undefined);
  const body = {
    type: `/developers/problems#${snake(refusal.code)}`,
    title: titles[String(status)] ?? titles.other,
    status,
    detail: text,
    code: snake(refusal.code),
    request_id: c.get("requestId"),
    ...(refusal.fields.length > 0
      ? {
          errors: refusal.fields.map((f) => ({
            pointer: pointerOf(f.field),
            code: snake(f.code),
            detail: f.detail ?? problemWords({ message: f.code }, locale, refusal.facts),
          })),
        }
      : {}),
    ...(retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }),
    ...(Object.keys(meta).length > 0 ? { meta } : {}),
  };
  const headers: Record<string, string> = {
    "content-type": "application/problem+json; charset=utf-8",
    "cache-control": "no-store",
  };
  if (retryAfterMs !== undefined) headers["retry-after"] = String(Math.ceil(retryAfterMs / 1000));
  if (status === 401) headers["www-authenticate"] = 'Bearer realm="lintuan"';
  sayTime(c);
  return c.newResponse(JSON.stringify(body), status as 400, headers);
}

/** What was thrown, as problem+json: a refusal says itself, anything else is a bug with a number for support. */
export function problemOf(error: unknown, c: Context<Frame>): Response {
  const refusal = isRefusal(error) ? error : refusalOf(error);
  if (refusal) return problem(c, refusal);
  if (error instanceof HTTPException) {
    return problem(
      c,
      new Refusal(error.status === 415 ? "contentType" : error.status === 413 ? "bodyTooBig" : "malformed"),
    );
  }
  const facts = { requestId: c.get("requestId"), path: c.req.path };
  if (isAway(error)) {
    log.warn({ ...facts, error: String(error) }, "the database is away");
    return problem(c, new Refusal("unavailable"));
  }
  log.error({ ...facts, error: error instanceof Error ? error.stack : String(error) }, "an API call broke");
  return problem(c, new Refusal("broken"));
}
