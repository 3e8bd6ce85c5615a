import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { api } from "#lib/api/app";
import { root } from "./setup.mjs";

test("the public API's description is OpenAPI 3.1 and Redocly finds nothing wrong with it", {
  timeout: 60_000,
}, async () => {
  const answer = await api.request("/api/v1/openapi.json");
  expect(answer.status).toBe(200);
  const description = await answer.text();
  expect(JSON.parse(description).openapi).toMatch(/^3\.1\./);
  const folder = mkdtempSync(path.join(os.tmpdir(), "lintuan-openapi-"));
  const file = path.join(folder, "openapi.json");
  writeFileSync(file, description);
  const cli = path.join(root, "node_modules", "@redocly", "cli", "bin", "cli.js");
  const lint = spawnSync(
    process.execPath,
    [cli, "lint", file, "--config", ".config/redocly.yaml", "--max-problems=20"],
    {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
    },
  );
  rmSync(folder, { recursive: true, force: true });
  expect(lint.stdout + lint.stderr).toContain("Your API description is valid");
  expect(lint.stdout + lint.stderr).not.toMatch(/You have \d+ (warning|error)/);
  expect(lint.status).toBe(0);
});
