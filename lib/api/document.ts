import "server-only";
import { messages } from "#lib/words/index";
import type { Locale } from "#lib/words/locale";
import { type RefusalCode, refusals, refusalWords } from "#lib/words/refusals";
import { version } from "../../package.json";
import { problemShape, wireCode } from "./problem";
import type { Api, OperationId, Tag } from "./route";

type Operation = {
  operationId: string;
  summary?: string;
  description?: string;
  responses: Record<string, object>;
  "x-error-codes"?: string[];
};
const written = new Map<Locale, string>();
const codeOf = new Map((Object.keys(refusals) as RefusalCode[]).map((code) => [wireCode(code), code]));

/** What a refusal looks like on the wire, with stand-ins for its facts. */
function exampleProblem(code: RefusalCode, locale: Locale, titles: Record<string, string>) {
  const { status, text } = refusalWords(code, {}, locale);
  return {
    type: `/developers/problems#${wireCode(code)}`,
    title: titles[String(status)] ?? titles.other,
    status,
    detail: text.replaceAll("—", "3"),
    code: wireCode(code),
    request_id: "req_7f3b9c2d1e4a5b60",
  };
}

function problemResponses(codes: readonly string[], titles: Record<string, string>): Record<string, object> {
  const byStatus = new Map<number, RefusalCode[]>();
  for (const name of codes) {
    const code = codeOf.get(name);
    if (code) byStatus.set(refusals[code][0], [...(byStatus.get(refusals[code][0]) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, its]) => [
      String(status),
      {
        description: titles[String(status)] ?? titles.other,
        headers: common,
        content: {
          "application/problem+json": {
            schema: { $ref: "#/components/schemas/Problem" },
            examples: Object.fromEntries(
              its.map((code) => [wireCode(code), { $ref: `#/components/examples/${wireCode(code)}` }]),
            ),
          },
        },
      },
    ]),
  );
}

const common = {
  "X-Request-Id": { $ref: "#/components/headers/RequestId" },
  "X-Server-Time": { $ref: "#/components/headers/ServerTime" },
};

/** OpenAPI 3.1 in one language as JSON text, made from the routes' own schemas, once per process and language. */
export function document(api: Api, locale: Locale): string {
  const known = written.get(locale);
  if (known) return known;
  const said = messages(locale).api;
  if (!api.openAPIRegistry.definitions.some((one) => one.type === "schema"))
    api.openAPIRegistry.register("Problem", problemShape);
  const made = api.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: said.title, version, description: said.intro },
    servers: [{ url: "/" }],
    tags: (Object.keys(said.tags) as Tag[]).map((name) => ({
      name,
      "x-displayName": said.tags[name],
      description: said.tagNotes[name],
    })),
  });
  const used = new Set<string>();
  for (const item of Object.values(made.paths ?? {})) {
    for (const operation of Object.values(item as Record<string, Operation>)) {
      operation.summary = said.operations[operation.operationId as OperationId];
      operation.description = (said.notes as Record<string, string>)[operation.operationId] ?? operation.summary;
      for (const answer of Object.values(operation.responses)) Object.assign(answer, { headers: common });
      for (const code of operation["x-error-codes"] ?? []) used.add(code);
      Object.assign(operation.responses, problemResponses(operation["x-error-codes"] ?? [], said.problems));
    }
  }
  made.components = {
    ...made.components,
    examples: Object.fromEntries(
      [...used]
        .sort()
        .map((code) => [code, { value: exampleProblem(codeOf.get(code) as RefusalCode, locale, said.problems) }]),
    ),
    headers: {
      RequestId: { description: said.headers.requestId, schema: { type: "string" } },
      ServerTime: { description: said.headers.serverTime, schema: { type: "integer" } },
    },
    securitySchemes: { bearer: { type: "http", scheme: "bearer", description: said.bearer } },
  };
  const text = JSON.stringify(made);
  written.set(locale, text);
  return text;
}

export type OperationGroup = { tag: Tag; operations: { id: string; method: string; path: string; summary: string }[] };

/** Every operation by tag, in the order of the document: the index of the developers' page. */
export function operationIndex(api: Api, locale: Locale): OperationGroup[] {
  const made = JSON.parse(document(api, locale)) as {
    tags: { name: Tag }[];
    paths: Record<string, Record<string, Operation & { tags: string[] }>>;
  };
  const all = Object.entries(made.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, o]) => ({
      tag: o.tags[0],
      id: o.operationId,
      method,
      path,
      summary: o.summary ?? "",
    })),
  );
  return made.tags.map(({ name }) => ({ tag: name, operations: all.filter((o) => o.tag === name) }));
}

/** Every problem the API answers, by status: where the `type` of a problem leads. */
export function problemIndex(api: Api, locale: Locale): { code: string; status: number; detail: string }[] {
  const made = JSON.parse(document(api, locale)) as {
    components: { examples: Record<string, { value: { code: string; status: number } }> };
  };
  return Object.values(made.components.examples)
    .map(({ value }) => ({
      ...value,
      detail: refusalWords(codeOf.get(value.code) ?? value.code, {}, locale).text.replaceAll("—", "…"),
    }))
    .sort((a, b) => a.status - b.status || (a.code < b.code ? -1 : 1));
}
