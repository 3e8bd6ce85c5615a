import "server-only";
import { randomBytes } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import type { Actor } from "#lib/identity/schema";
import { now } from "#lib/platform/clock";
import { chooseLocale, type Locale } from "#lib/words/locale";

/** What every call carries from its first middleware on. */
export type Frame = {
  Variables: {
    requestId: string;
    locale: Locale;
    actor: Actor;
    retryAfterMs: number | undefined;
    /** The whole seconds for which a public answer stays true; what is set nowhere is true for long. */
    trueForSeconds: number | undefined;
    /** What a refusal shows besides its facts. */
    meta: Record<string, unknown> | undefined;
  };
  Bindings: { incoming?: { socket?: { remoteAddress?: string } } };
};

const known = /^[\w.-]{8,64}$/;
const isPrivate = (address: string): boolean =>
  /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd])/.test(address);

/**
 * The caller's address. A forwarded address counts only from a proxy of ours (loopback or private network), and of several the
 * last, which the nearest proxy wrote; behind Next there is no socket to look at.
 */
export function addressOf(c: Context<Frame>): string {
  const socket = (c.env?.incoming?.socket?.remoteAddress ?? "").replace(/^::ffff:/, "");
  const forwarded = c.req
    .header("x-forwarded-for")
    ?.split(",")
    .at(-1)
    ?.trim()
    .replace(/^::ffff:/, "");
  if (socket !== "" && !isPrivate(socket)) return socket;
  return forwarded || socket || "unknown";
}

/** Address and device, as the audit log keeps them. */
export const originOf = (c: Context<Frame>): string =>
  [addressOf(c), c.req.header("user-agent")?.slice(0, 200)].filter(Boolean).join(" · ");

/** The server's time, said when the answer is made. */
export const sayTime = (c: Context<Frame>): void => c.header("X-Server-Time", String(now().getTime()));

function sayFrame(c: Context<Frame>): void {
  c.header("X-Request-Id", c.get("requestId"));
  c.header("Content-Language", c.get("locale"));
  c.header("X-Content-Type-Options", "nosniff");
  c.header("Vary", "Accept-Language, Authorization", { append: true });
}

/**
 * Request number, the server's time, the language. Said before the answer is made: a header put on a finished answer makes a new
 * Response each time, with a stream of its body. What a handler answers as a Response of its own gets them afterwards.
 */
export const framed: MiddlewareHandler<Frame> = async (c, next) => {
  const given = c.req.header("x-request-id");
  c.set("requestId", given && known.test(given) ? given : `req_${randomBytes(8).toString("hex")}`);
  c.set("locale", chooseLocale(null, c.req.header("accept-language")));
  sayFrame(c);
  await next();
  if (!c.res.headers.has("X-Request-Id")) sayFrame(c);
  if (!c.res.headers.has("X-Server-Time")) sayTime(c);
};
