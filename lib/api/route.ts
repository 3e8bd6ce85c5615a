import "server-only";
import { createHash } from "node:crypto";
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { actorOfAccessToken, leaderActor } from "#lib/identity/commands/tokens";
import { type Actor, anonymous } from "#lib/identity/schema";
import { type FieldProblem, Refusal } from "#lib/kernel/refusal";
import { env } from "#lib/platform/env";
import type zh from "#lib/words/api.zh";
import { type Issue, problemWords } from "#lib/words/problems";
import type { RefusalCode } from "#lib/words/refusals";
import { type Frame, originOf, sayTime } from "./frame";
import { countCall, type LimitClass } from "./limits";
import { hashOf, once } from "./once";
import { wireCode } from "./problem";
import { exampleOf, type Read, read, shown, type View, write, z } from "./shapes";

export type Api = OpenAPIHono<Frame>;
export type OperationId = keyof (typeof zh)["operations"];
export type Tag = keyof (typeof zh)["tags"];

type Shape = z.ZodObject;
type Given<S> = S extends z.ZodType ? Read<z.output<S>> : undefined;
/** What a handler works with: the caller, the checked request in the domain's spelling, the key where one is required. */
export type Call<P, Q, B> = {
  actor: Actor;
  params: Given<P>;
  query: Given<Q>;
  body: Given<B>;
  key: string;
  c: Context<Frame>;
};
type Answer<A> = A extends z.ZodType ? View<z.output<A>> : undefined;

type Base<P, Q, B, A> = {
  id: OperationId;
  tag: Tag;
  method: "get" | "post" | "put" | "delete";
  path: string;
  /** Anyone; anyone, known when signed in; a signed-in resident; a resident who is a leader. */
  who: "anyone" | "either" | "resident" | "leader";
  limit?: LimitClass | readonly LimitClass[];
  params?: P;
  query?: Q;
  body?: B;
  /** How the body comes: JSON unless told. */
  form?: true;
  /** Left out: 204 without a body; with `binary` a file. */
  answer?: A;
  binary?: true;
  status?: 200 | 201;
  /** `public` may be kept by anybody for a moment, `private` is checked each time, `never` is for stock, prices and money. */
  cache?: "public" | "private" | "never";
  refuses?: readonly RefusalCode[];
};

/** A call whose own domain keeps it from happening twice, or that changes nothing. `key` asks for the header and hands it on. */
type Plain<P, Q, B, A> = Base<P, Q, B, A> & {
  key?: "required";
  run: (call: Call<P, Q, B>) => Promise<Answer<A> | Replayed<Answer<A>> | Response>;
};
/** A call done once per Idempotency-Key: the effect is one command, the answer is made of what its transaction gave. */
type Keyed<P, Q, B, A, R> = Base<P, Q, B, A> & {
  effect: (call: Call<P, Q, B>) => Promise<R>;
  reply: (call: Call<P, Q, B>, result: R) => Promise<Answer<A>>;
};

/** An answer that the domain may have given before under the same key. */
export class Replayed<T> {
  constructor(
    readonly view: T,
    readonly isReplay: boolean,
  ) {}
}

const keyHeader = z.object({
  "idempotency-key": shown(z.string().min(8).max(64), "0193a5d2-7c1e-7b4a-9f0e-2d1c3b4a5f60"),
});
const hasKey = (e: object): boolean => "effect" in e || "key" in e;

/** Every refusal an operation can answer. */
function codesOf(e: Base<unknown, unknown, unknown, unknown>): RefusalCode[] {
  const given = [
    ...(e.who === "anyone"
      ? []
      : e.who === "either"
        ? ["tokenInvalid" as const]
        : (["unauthenticated", "tokenInvalid"] as const)),
    ...(e.who === "leader" ? (["notLeader"] as const) : []),
    ...(e.query || e.body ? (["malformed"] as const) : []),
    ...(e.body ? (["invalid", "contentType", "bodyTooBig"] as const) : []),
    ...(hasKey(e) ? (["idempotencyKeyMissing", "malformed", "idempotencyMismatch"] as const) : []),
    ...(e.refuses ?? []),
    "tooManyRequests" as const,
    "unavailable" as const,
    "broken" as const,
  ];
  return [...new Set<RefusalCode>(given)];
}

async function actorOf(c: Context<Frame>, who: Base<unknown, unknown, unknown, unknown>["who"]): Promise<Actor> {
  const said = c.req.header("authorization");
  if (who === "anyone" || (who === "either" && !said)) return { ...anonymous, origin: originOf(c) };
  const token = /^Bearer ([\w.-]{1,2000})$/i.exec(said ?? "")?.[1];
  if (!token) throw new Refusal("unauthenticated");
  const resident = await actorOfAccessToken(token, originOf(c));
  if (who !== "leader") return resident;
  const leader = await leaderActor(resident);
  if (!leader) throw new Refusal("notLeader");
  return leader;
}

type ZodIssue = Issue & { path: PropertyKey[]; keys?: string[]; message: string };

/** What is wrong with a request, field by field: a code of our own where the schema names one, else the kind of fault. */
function problemsOf(issues: readonly ZodIssue[], c: Context<Frame>): FieldProblem[] {
  return issues.flatMap((issue) => {
    const at = issue.path.map(String).join(".");
    if (issue.code === "unrecognized_keys")
      return (issue.keys ?? []).map((key) => ({ field: at ? `${at}.${key}` : key, code: "unknownField" }));
    const code = /^[a-z]+([A-Z][a-z]+)*$/.test(issue.message) ? issue.message : (issue.code ?? "format");
    return [{ field: at, code, detail: problemWords(issue, c.get("locale")) }];
  });
}

async function bodyOf(c: Context<Frame>, isForm: boolean): Promise<unknown> {
  const type = c.req.header("content-type") ?? "";
  if (!(isForm ? /^multipart\/form-data\b/i : /^application\/json\b/i).test(type)) throw new Refusal("contentType");
  const text = isForm ? null : await c.req.text();
  try {
    return text === null ? await c.req.parseBody() : JSON.parse(text);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal("malformed");
  }
}

function check(
  schema: z.ZodType | undefined,
  value: unknown,
  c: Context<Frame>,
  code: "invalid" | "malformed",
): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return read(schema, parsed.data);
  throw new Refusal(code, {}, problemsOf(parsed.error.issues as ZodIssue[], c));
}

const policies = {
  /** Nobody may show an answer beyond the instant at which it becomes untrue, stale or not. */
  public: (trueFor: number) => {
    const fresh = Math.min(15, trueFor);
    const stale = Math.min(60, trueFor - fresh);
    return `public, max-age=${fresh}${stale > 0 ? `, stale-while-revalidate=${stale}` : ""}`;
  },
  private: () => "private, no-cache",
  never: () => "no-store",
} as const;

const nothing = (c: Context<Frame>): Response => {
  sayTime(c);
  return c.body(null, 204);
};

/** JSON with its caching; what may be kept carries a strong ETag and answers 304 when nothing changed. */
export function send(c: Context<Frame>, text: string, status: number, cache: keyof typeof policies): Response {
  c.header("Cache-Control", policies[cache](c.get("trueForSeconds") ?? 3600));
  c.header("Content-Type", "application/json; charset=utf-8");
  sayTime(c);
  if (cache === "never") return c.body(text, status as 200);
  const tag = `"${createHash("sha256")
    .update(`${c.get("locale")}\n${text}`)
    .digest("base64url")
    .slice(0, 27)}"`;
  c.header("ETag", tag);
  const isKnown = c.req
    .header("if-none-match")
    ?.split(",")
    .some((one) => one.trim().replace(/^W\//, "") === tag);
  return isKnown ? c.body(null, 304) : c.body(text, status as 200);
}

/** An answer that says less or more than its schema is a bug; tests see it at once. */
function checkAnswer(schema: z.ZodType, body: unknown): void {
  if (env().NODE_ENV === "test") (schema instanceof z.ZodObject ? schema.strict() : schema).parse(body);
}

/** Puts one operation on the API: finds the caller, counts the call, validates, and answers by the same schemas that document it. */
export function route<
  P extends Shape | undefined = undefined,
  Q extends Shape | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  A extends z.ZodType | undefined = undefined,
  R = unknown,
>(api: Api, e: Plain<P, Q, B, A> | Keyed<P, Q, B, A, R>): void {
  const status = e.answer || e.binary ? (e.status ?? 200) : 204;
  const bodySchema: z.ZodType | undefined = e.body;
  const answerSchema: z.ZodType | undefined = e.answer;
  api.openAPIRegistry.registerPath(
    createRoute({
      method: e.method,
      path: e.path,
      operationId: e.id,
      tags: [e.tag],
      security: e.who === "anyone" ? [] : e.who === "either" ? [{}, { bearer: [] }] : [{ bearer: [] }],
      request: {
        ...(e.params ? { params: e.params } : {}),
        ...(e.query ? { query: e.query } : {}),
        ...(hasKey(e) ? { headers: keyHeader } : {}),
        ...(bodySchema
          ? {
              body: {
                required: true,
                content: e.form
                  ? { "multipart/form-data": { schema: bodySchema } }
                  : { "application/json": { schema: bodySchema, example: exampleOf(bodySchema) } },
              },
            }
          : {}),
      },
      responses: {
        [status]: {
          description: "OK",
          ...(answerSchema
            ? { content: { "application/json": { schema: answerSchema, example: exampleOf(answerSchema) } } }
            : {}),
          ...(e.binary
            ? { content: { "application/octet-stream": { schema: z.string().openapi({ format: "binary" }) } } }
            : {}),
        },
      },
      "x-error-codes": codesOf(e as Base<unknown, unknown, unknown, unknown>)
        .map(wireCode)
        .sort(),
    }),
  );

  const wire = (view: unknown): unknown => {
    if (!answerSchema) return null;
    const body = write(answerSchema, view);
    checkAnswer(answerSchema, body);
    return body;
  };
  api.on([e.method], [e.path.replaceAll(/\{(\w+)\}/g, ":$1")], async (c: Context<Frame>) => {
    const actor = await actorOf(c, e.who);
    c.set("actor", actor);
    for (const name of [e.limit ?? (actor.id === anonymous.id ? "public" : "person")].flat()) await countCall(c, name);
    const key = c.req.header("idempotency-key") ?? "";
    if (hasKey(e) && key === "") throw new Refusal("idempotencyKeyMissing");
    if (hasKey(e) && !/^[\x21-\x7e]{8,64}$/.test(key))
      throw new Refusal("malformed", {}, [{ field: "idempotency-key", code: "format" }]);
    const call = {
      actor,
      params: check(e.params, c.req.param(), c, "malformed"),
      query: check(e.query, c.req.query(), c, "malformed"),
      body: bodySchema ? check(bodySchema, await bodyOf(c, e.form === true), c, "invalid") : undefined,
      key,
      c,
    } as Call<P, Q, B>;
    if ("effect" in e) {
      const action = {
        principal: actor.id,
        route: `${e.method} ${e.path}`,
        key,
        inputHash: hashOf([call.params, call.query, call.body]),
      };
      const done = await once(
        action,
        status,
        () => e.effect(call),
        async (result: R) => wire(await e.reply(call, result)),
      );
      if (done.isReplay) c.header("Idempotent-Replayed", "true");
      return answerSchema ? send(c, done.text, status, "never") : nothing(c);
    }
    const given: unknown = await e.run(call);
    if (given instanceof Response) return given;
    const isReplay = given instanceof Replayed && given.isReplay;
    if (isReplay) c.header("Idempotent-Replayed", "true");
    const view = given instanceof Replayed ? given.view : given;
    return answerSchema
      ? send(c, JSON.stringify(wire(view)), status, e.cache ?? (e.who === "anyone" ? "public" : "private"))
      : nothing(c);
  });
}
