import { beforeAll, describe, expect, it } from "vitest";
import { underClock } from "#lib/platform/clock";
import { ask, leaderToken, tokenOf } from "#lib/testing/api";
import { makeResident, makeTown, testMorning } from "#lib/testing/builders";

type Operation = {
  operationId: string;
  security: object[];
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { content: Record<string, { example?: object }> };
};
const read = async () =>
  (await ask("GET", "/openapi.json")).body as { paths: Record<string, Record<string, Operation>> };
const doc = await read();
const operations = Object.entries(doc.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, o]) => ({
    ...o,
    method: method.toUpperCase(),
    path: path.replace("/api/v1", "").replaceAll(/\{\w+\}/g, "unknown"),
  })),
);
const named = (list: typeof operations) => list.map((o) => [o.operationId, o] as const);
const guarded = operations.filter((o) => o.security.length === 1);
const written = guarded.filter((o) => o.requestBody?.content["application/json"]);
const keyed = operations.filter((o) => o.parameters?.some((p) => p.name === "idempotency-key"));

let resident: string;
let leader: string;
beforeAll(() =>
  underClock(testMorning, async () => {
    resident = await tokenOf(await makeResident());
    leader = await leaderToken((await makeTown()).leaderId);
  }),
);
const tokenFor = (path: string) =>
  path.startsWith("/leader/") && !path.startsWith("/leader/applications") ? leader : resident;

describe("the contract", () => {
  it("has seen the operations it speaks of", () => {
    expect([operations.length > 45, guarded.length > 30, written.length > 12, keyed.length]).toEqual([
      true,
      true,
      true,
      9,
    ]);
  });

  it.each(named(guarded))("%s answers 401 to nobody in particular", async (_, o) => {
    const said = await ask(o.method, o.path, { key: "contract-key", ...(o.requestBody ? { body: {} } : {}) });
    expect([said.status, said.body.code]).toEqual([401, "unauthenticated"]);
  });

  it.each(named(keyed))("%s answers 400 without an Idempotency-Key", (_, o) =>
    underClock(testMorning, async () => {
      const said = await ask(o.method, o.path, { token: tokenFor(o.path), body: {} });
      expect([said.status, said.body.code]).toEqual([400, "idempotency_key_missing"]);
    }),
  );

  it.each(named(written))("%s takes no field it does not know", (_, o) =>
    underClock(testMorning, async () => {
      const body = { ...o.requestBody?.content["application/json"]?.example, surprise: 1 };
      const said = await ask(o.method, o.path, { token: tokenFor(o.path), key: `contract-${o.operationId}`, body });
      expect(said.status).toBe(422);
      expect(said.body.errors).toEqual([{ pointer: "/surprise", code: "unknown_field", detail: "没有这个字段。" }]);
    }),
  );

  it.each(named(operations.filter((o) => o.path.includes("unknown") && o.method === "GET" && o.security.length === 1)))(
    "%s answers 404 for what is not there",
    (_, o) =>
      underClock(testMorning, async () => {
        const said = await ask(o.method, o.path, { token: tokenFor(o.path) });
        expect([said.status, said.body.code]).toEqual([404, "not_found"]);
      }),
  );
});
