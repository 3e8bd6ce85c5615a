import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { ask } from "#lib/testing/api";
import { refusals } from "#lib/words/refusals";
import { api } from "./app";
import { wireCode } from "./problem";
import type { z } from "./shapes";

const read = async (locale: string) =>
  (await ask("GET", "/openapi.json", { headers: { "accept-language": locale } })).body;
type Operation = {
  operationId: string;
  summary: string;
  tags: string[];
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { content: Record<string, { example?: unknown }> };
  responses: Record<string, { content?: Record<string, { example?: unknown; examples?: object }> }>;
  "x-error-codes": string[];
};
const operationsOf = (doc: { paths: Record<string, Record<string, Operation>> }) =>
  Object.entries(doc.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, ...operation })),
  );

type Definition = {
  type: string;
  route?: {
    operationId: string;
    method: string;
    path: string;
    request?: { body?: { content: Record<string, { schema: z.ZodType; example?: unknown }> } };
    responses: Record<string, { content?: Record<string, { schema: z.ZodType; example?: unknown }> }>;
  };
};
const routes = (api.openAPIRegistry.definitions as Definition[]).flatMap((one) => (one.route ? [one.route] : []));

describe("the document", () => {
  it.each(["zh-CN", "en"])(
    "is valid OpenAPI 3.1 without a complaint of redocly, in %s",
    async (locale) => {
      const folder = `${process.env.DATA_DIR}/document`;
      await mkdir(folder, { recursive: true });
      await writeFile(`${folder}/${locale}.json`, JSON.stringify(await read(locale)));
      const { stdout, stderr } = await promisify(execFile)(
        process.execPath,
        [
          "node_modules/@redocly/cli/bin/cli.js",
          "lint",
          "--config",
          ".config/redocly.yaml",
          "--format",
          "json",
          `${folder}/${locale}.json`,
        ],
        {
          env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
        },
      ).catch((error: { stdout: string; stderr: string }) => error);
      const found = JSON.parse(stdout.slice(stdout.indexOf("{")));
      expect(found.problems, stderr).toEqual([]);
      expect(found.totals).toMatchObject({ errors: 0, warnings: 0 });
    },
    60_000,
  );

  it("says every operation in both languages, each once, with a tag", async () => {
    const [zh, en] = [operationsOf(await read("zh-CN")), operationsOf(await read("en"))];
    expect(zh.length).toBeGreaterThan(45);
    expect(new Set(zh.map((o) => o.operationId)).size).toBe(zh.length);
    for (const o of zh) expect(o.summary, o.operationId).toMatch(/\p{Script=Han}/u);
    for (const o of en) expect(o.summary, o.operationId).toMatch(/^[\x20-\x7e]+$/);
    for (const o of zh) expect(o.tags, o.operationId).toHaveLength(1);
  });

  it("knows no PATCH, because wx.request has none", async () => {
    expect(new Set(operationsOf(await read("en")).map((o) => o.method))).toEqual(
      new Set(["get", "post", "put", "delete"]),
    );
  });

  it("names only codes that exist, and shows each by its own example", async () => {
    const doc = await read("en");
    const known = new Set(Object.keys(refusals).map((code) => wireCode(code as never)));
    for (const o of operationsOf(doc)) {
      expect(o["x-error-codes"].length, o.operationId).toBeGreaterThan(0);
      for (const code of o["x-error-codes"]) {
        expect(known.has(code), code).toBe(true);
        expect(doc.components.examples[code].value).toMatchObject({ code, type: `/developers/problems#${code}` });
      }
    }
  });

  it("asks for an Idempotency-Key wherever an order, a payment, a refund, a pickup or a withdrawal is made", async () => {
    const keyed = operationsOf(await read("en"))
      .filter((o) => o.parameters?.some((p) => p.name === "idempotency-key" && p.required))
      .map((o) => o.operationId);
    expect(keyed.sort()).toEqual([
      "applyAsLeader",
      "cancelOrder",
      "claimCoupon",
      "payOrder",
      "placeOrder",
      "requestRefund",
      "requestWithdrawal",
      "signDelivery",
      "verifyPickup",
    ]);
  });

  it.each(routes.map((route) => [route.operationId, route] as const))(
    "%s shows examples that its own schemas accept",
    (_, route) => {
      for (const [type, body] of Object.entries(route.request?.body?.content ?? {})) {
        if (type === "application/json") expect(body.schema.safeParse(body.example).error?.issues ?? []).toEqual([]);
      }
      for (const answer of Object.values(route.responses)) {
        const json = answer.content?.["application/json"];
        if (json) expect(json.schema.safeParse(json.example).error?.issues ?? []).toEqual([]);
      }
    },
  );

  it("leaves no example to chance: each shows what its field holds", async () => {
    const vague = operationsOf(await read("en")).filter((o) => /"text"/.test(JSON.stringify(o)));
    expect(vague.map((o) => o.operationId)).toEqual([]);
  });

  it("spells every field in snake_case, amounts in fen, instants ending in _at", async () => {
    const names = new Set<string>();
    const walk = (node: unknown): void => {
      if (typeof node !== "object" || node === null) return;
      if ("properties" in node)
        for (const [name, schema] of Object.entries(
          node.properties as Record<string, { type?: string; format?: string }>,
        )) {
          names.add(name);
          if (schema.format === "date-time") expect(name).toMatch(/(_at|_time)$/);
        }
      for (const value of Object.values(node)) walk(value);
    };
    walk((await read("en")).components.schemas);
    const wechatOwn = new Set(["timeStamp", "nonceStr", "signType", "paySign"]);
    for (const name of names) if (!wechatOwn.has(name)) expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    for (const name of names) expect(name).not.toMatch(/(price|amount|total)$/);
  });
});
